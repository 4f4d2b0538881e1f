"""Backups: the whole store copied to one file while consoles run, and put back after it has been verified."""

import shutil
import tempfile
from pathlib import Path

from bookkeeper_tui.errors import StoreUnusable
from bookkeeper_tui.formats import business_date, now_us
from bookkeeper_tui.store import proof, seals
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.engine.copying import copy_out, copy_over, read_rows
from bookkeeper_tui.store.engine.mishaps import is_beyond_use, sentence_of
from bookkeeper_tui.store.opening import DATABASE, begin_file, open_store


def back_up(desk: Desk, file: Path) -> int:
    """Copy the store to a new file and return its size in bytes; the keys are not in it.

    Raises StoreUnusable when the file exists already or cannot be written.
    """
    desk.require("store.backed_up")
    if file.exists():
        raise StoreUnusable(f"{file} exists already: a backup never overwrites another")
    copy_out(desk.store.engine, file)
    size = file.stat().st_size
    desk.look("store.backed_up", detail={"file": file.name, "bytes": size})
    return size


def restore(directory: Path, keys: Path, file: Path) -> Path | None:
    """Put a backup in the store's place, once every figure in it has been proved; consoles that run see it at once.

    A store that is lost or damaged is replaced as a file; consoles that still run on it must start again.
    Returns where the store before it is kept, None where there was none. Raises StoreUnusable when the file is no sound
    store for these keys: then nothing was changed.
    """
    if not file.is_file():
        raise StoreUnusable(f"There is no backup {file}")
    _prove(file, keys)
    path = directory / DATABASE
    if not path.exists() or is_beyond_use(path):
        kept = _put_in_place(path, file)
    else:
        store = open_store(directory, keys)
        try:
            kept = _name_for_old(directory, store.shop.time_zone)
            copy_over(store.engine, file, kept)
        finally:
            store.close()
    store = open_store(directory, keys)
    try:
        shell = Desk.shell(store)
        shell.look("store.restored", detail={"file": file.name, "kept": kept.name if kept else ""})
        _tell_the_seals(shell)
    finally:
        store.close()
    return kept


def brought_back(directory: Path, keys: Path, kept: Path) -> tuple[str, ...]:
    """The numbers of customers whom the store that is kept had erased or deleted, and who are there again.

    None are known where what is kept can no longer be read. Raises StoreUnusable.
    """
    gone = read_rows(kept, ERASED_OR_DELETED)
    store = open_store(directory, keys)
    try:
        again = [store.database.execute_sql(THERE_AGAIN, row).fetchone() for row in gone]
    finally:
        store.close()
    return tuple(row[0] for row in again if row is not None)


def _tell_the_seals(desk: Desk) -> None:
    try:
        seals.record_restore(desk)
    except StoreUnusable as error:
        raise StoreUnusable(
            f"The store is restored, but the seals of its audit log do not know it yet ({error}): mend that and run "
            "bookkeeper audit seal"
        ) from error


def _put_in_place(path: Path, file: Path) -> Path | None:
    unfinished = path.with_suffix(".making")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o770)
        begin_file(unfinished)
        shutil.copyfile(file, unfinished)
        # A log left behind by a store that is gone would be played into the one that takes its place.
        parts = [part for ending in ("", "-wal", "-shm") if (part := path.with_name(path.name + ending)).exists()]
        kept = _name_for_old(path.parent, "UTC")
        for part in parts:
            part.rename(kept.with_name(kept.name + part.name.removeprefix(path.name)))
        unfinished.rename(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise StoreUnusable(f"{path} cannot be written ({error.strerror}): nothing was restored") from error
    return kept if parts else None


def _prove(file: Path, keys: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="bookkeeper-restore-") as beside:
        copy = Path(beside) / DATABASE
        shutil.copyfile(file, copy)
        try:
            candidate = open_store(copy.parent, keys)
        except StoreUnusable as error:
            # It speaks of the copy, of which nobody knows.
            raise StoreUnusable(str(error).replace(str(copy), str(file)).replace(beside, str(file))) from error
        try:
            failed = [check.check for check in proof.checks(Desk.shell(candidate), outside=False) if not check.ok]
        except Exception as error:
            if sentence := sentence_of(error, file):
                raise StoreUnusable(
                    sentence.replace("restore it from a backup", "the store was left as it is")
                ) from error
            raise
        finally:
            candidate.close()
    if failed:
        raise StoreUnusable(f"{file} is not sound ({', '.join(failed)}): the store was left as it is")


def _name_for_old(directory: Path, time_zone: str) -> Path:
    day = business_date(now_us(), time_zone)
    names = (directory / f"before-restore-{day}-{place}.db" for place in range(1, 1000))
    return next(name for name in names if not name.exists())


ERASED_OR_DELETED = """
SELECT customer.number FROM erasure JOIN customer ON customer.id = erasure.customer_id
UNION SELECT subject FROM audit WHERE action = 'customer.deleted' ORDER BY 1
"""
THERE_AGAIN = "SELECT number FROM customer WHERE number = ? AND gone <> 'erased'"
