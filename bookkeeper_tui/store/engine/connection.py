"""One SQLite file, opened for reading; the write door is the only way to change it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from peewee import DatabaseError, Model, OperationalError, SqliteDatabase

from bookkeeper_tui.errors import StoreUnusable
from bookkeeper_tui.store.engine.write_lock import WriteLock

APPLICATION_ID = 0x424B5052
_SQLITE_MARK = b"SQLite format 3\x00"
_OURS: set[tuple[int, int]] = set()
"""Device and inode of the stores that this process has opened."""
# peewee renames what SQLite raises in its own calls, not what `executemany` on the connection raises.
_FAILURES = (OperationalError, sqlite3.OperationalError)
_STATEMENTS_KEPT = 256
_CACHE_KIB, _ROOMY_KIB = 16_000, 80_000
_PRAGMAS = (
    ("journal_mode", "wal"),
    ("synchronous", "full"),
    ("foreign_keys", 1),
    ("cache_size", -_CACHE_KIB),
    ("temp_store", "memory"),
    ("recursive_triggers", 1),
    # What is erased is overwritten at once, not left in a free part of its page.
    ("secure_delete", 1),
)


class Table(Model):
    """A table of ours. It is bound to no database: queries name the one they run on."""

    class Meta:
        legacy_table_names = False


class Engine:
    """An open store file. `database` only reads: SQLite itself refuses any change outside `write`.

    A connection belongs to the thread that opened it; another thread opens an engine of its own.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = WriteLock(path.with_suffix(".lock"))
        self.database = SqliteDatabase(
            str(path),
            pragmas=_PRAGMAS,
            timeout=30,
            lock_type="IMMEDIATE",
            autoconnect=False,
            cached_statements=_STATEMENTS_KEPT,
        )
        self._times_set = 0

    def connect(self) -> None:
        """Open the file. Raises StoreUnusable for one that is no store of ours, damaged or unreadable."""
        if not _bears_our_mark(self.path):
            raise StoreUnusable(f"{self.path} is not a Bookkeeper store")
        try:
            self.database.connect()
            self.database.execute_sql("SELECT count(*) FROM sqlite_master").fetchone()
            self._only_read(True)
            _OURS.add(_place_of(self.path))
        except (DatabaseError, sqlite3.Error) as error:
            self.close()
            raise StoreUnusable(explain(error, self.path)) from error

    @contextmanager
    def write(self) -> Iterator[SqliteDatabase]:
        """The write transaction: lock, begin, the block, commit. Whatever is raised inside undoes everything.

        Raises StoreUnusable when the disk is full, the file is read-only or another terminal keeps the lock.
        """
        database = self.database
        with self.lock.held():
            try:
                self._only_read(False)
                database.execute_sql("BEGIN IMMEDIATE")
                yield database
                database.execute_sql("COMMIT")
            except BaseException as error:
                self._undo()
                if isinstance(error, _FAILURES) and (sentence := explain_write(error, self.path)):
                    raise StoreUnusable(sentence) from error
                raise
            finally:
                self._only_read(True)

    def write_anew(self) -> None:
        """Write the whole file anew, without what lies in pages set free; others wait for it with their changes."""
        with self.lock.held():
            self._only_read(False)
            try:
                self.database.execute_sql("VACUUM")
            finally:
                self._only_read(True)

    @contextmanager
    def roomy(self) -> Iterator[None]:
        """Keep more of the file at hand for the block: for work that goes through all of it, such as an import."""
        self.database.execute_sql(f"PRAGMA cache_size = {-_ROOMY_KIB}")
        try:
            yield
        finally:
            self.database.execute_sql(f"PRAGMA cache_size = {-_CACHE_KIB}")

    @contextmanager
    def unsynced(self) -> Iterator[None]:
        """Wait for the disk once at the end of the block and not for each change: where losing all of it is no loss."""
        self.database.execute_sql("PRAGMA synchronous = off")
        try:
            yield
        finally:
            self.database.execute_sql("PRAGMA synchronous = full")
            self.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def audit_head(self) -> tuple[int, bytes]:
        """Sequence and hash of the newest audit row; (0, b"") before the first. The next row continues from here.

        It is the head that the store keeps: rows cut off the log's end are missed by it.
        """
        row = self.database.execute_sql("SELECT seq, mac FROM audit_head").fetchone()
        return (row[0], bytes(row[1])) if row else (0, b"")

    def close(self) -> None:
        """Close this thread's connection; nothing is pending outside `write`."""
        if not self.database.is_closed():
            self.database.close()
        self.lock.close()

    def _only_read(self, only: bool) -> None:
        """Have SQLite refuse every change, or allow it.

        SQLite sets this while it compiles the pragma; running it does one thing more, it throws away every compiled
        statement, and compiling them anew takes longer than a sale. So it is compiled and not run, each time under
        another text, or Python would reuse the one compiled before. Where that did not do, it is
        run; a change that SQLite still refuses says so itself.
        """
        self._times_set += 1
        self.database.execute_sql(f"EXPLAIN PRAGMA query_only = {int(only)} -- {self._times_set}").close()
        if only and not self.database.execute_sql("PRAGMA query_only").fetchone()[0]:
            self.database.execute_sql("PRAGMA query_only = 1")

    def _undo(self) -> None:
        connection: Any = self.database.connection()
        if connection.in_transaction:
            self.database.execute_sql("ROLLBACK")


def _bears_our_mark(path: Path) -> bool:
    """Whether a file's header names us, read without SQLite: opening another program's file would change it.

    A store is read so only before this process opens it first. Later, closing the file again would drop the locks of
    every connection the process has to it, and whoever closes the store next would remove its log under them.
    """
    try:
        if _place_of(path) in _OURS:
            return True
        with path.open("rb") as file:
            header = file.read(72)
    except OSError as error:
        raise StoreUnusable(f"{path} cannot be read ({error.strerror})") from error
    return header.startswith(_SQLITE_MARK) and header[68:72] == APPLICATION_ID.to_bytes(4, "big")


def _place_of(path: Path) -> tuple[int, int]:
    found = os.stat(path)
    return found.st_dev, found.st_ino


def explain(error: Exception, path: Path) -> str:
    """One sentence for what SQLite says when a file cannot be opened."""
    said = str(error)
    if "not a database" in said:
        return f"{path} is not a Bookkeeper store"
    if "malformed" in said or "disk image" in said:
        return f"{path} is damaged ({said}): restore it from a backup"
    return explain_write(error, path) or f"{path} cannot be opened ({said})"


def explain_write(error: Exception, path: Path) -> str | None:
    """One sentence for what SQLite says when a file cannot be written, None when it is about something else."""
    said = str(error)
    if "readonly" in said or "read-only" in said:
        return f"{path} can only be read here: nothing was changed"
    if "full" in said:
        return f"The disk of {path} is full: nothing was changed"
    if "disk I/O error" in said or "unable to open" in said:
        return f"{path} cannot be written ({said}): nothing was changed"
    if "locked" in said:
        return f"{path} is kept locked by another program: nothing was changed"
    return None
