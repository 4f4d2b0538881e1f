"""Backups: the whole store copied to one file while consoles run, and put back after it has been verified."""

import shutil
import tempfile
from pathlib import Path

from bookkeeper_tui.errors import StoreUnusable
from bookkeeper_tui.formats import business_date, now_us
from bookkeeper_tui.store import proof
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.engine.copying import copy_out, copy_over
from bookkeeper_tui.store.opening import DATABASE, Store, open_store


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


def restore(directory: Path, keys: Path, file: Path) -> Path:
    """Put a backup in the store's place, once every figure in it has been proved; consoles that run see it at once.

    Returns where the store before it is kept. Raises StoreUnusable when the file is no sound store for these keys: then
    nothing was changed.
    """
    if not file.is_file():
        raise StoreUnusable(f"There is no backup {file}")
    _prove(file, keys)
    store = open_store(directory, keys)
    try:
        kept = _name_for_old(store)
        copy_over(store.engine, file, kept)
    finally:
        store.close()
    store = open_store(directory, keys)
    try:
        Desk.shell(store).look("store.restored", detail={"file": file.name, "kept": kept.name})
    finally:
        store.close()
    return kept


def _prove(file: Path, keys: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="bookkeeper-restore-") as beside:
        shutil.copyfile(file, Path(beside) / DATABASE)
        candidate = open_store(Path(beside), keys)
        try:
            failed = [check.check for check in proof.checks(Desk.shell(candidate)) if not check.ok]
        finally:
            candidate.close()
    if failed:
        raise StoreUnusable(f"{file} is not sound ({', '.join(failed)}): the store was left as it is")


def _name_for_old(store: Store) -> Path:
    day = business_date(now_us(), store.shop.time_zone)
    names = (store.directory / f"before-restore-{day}-{place}.db" for place in range(1, 1000))
    return next(name for name in names if not name.exists())
