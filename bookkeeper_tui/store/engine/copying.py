"""A whole store copied out of a running one, and copied over a running one, page by page inside one transaction."""

import os
import sqlite3
from pathlib import Path
from typing import Any

from bookkeeper_tui.errors import StoreUnusable
from bookkeeper_tui.store.engine.connection import Engine, explain, explain_write


def copy_out(engine: Engine, file: Path) -> None:
    """Copy the store as it is now to a new file that its owner alone may read.

    Raises StoreUnusable when there is such a file already or it cannot be written.
    """
    source: Any = engine.database.connection()
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise StoreUnusable(f"{file} cannot be written ({error.strerror}): nothing was changed") from error
    try:
        copy = sqlite3.connect(file)
        try:
            source.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode = delete")
        finally:
            copy.close()
    except sqlite3.Error as error:
        for left in (file, file.with_name(f"{file.name}-journal")):
            left.unlink(missing_ok=True)
        raise StoreUnusable(explain_write(error, file) or explain(error, file)) from error


def copy_over(engine: Engine, file: Path, kept: Path) -> None:
    """Replace what is in the store by a file's content; other connections see it as one commit.

    What was there goes to the file `kept` first, and nobody writes between the two.
    """
    target: Any = engine.database.connection()
    with engine.lock.held():
        copy_out(engine, kept)
        engine.database.execute_sql("PRAGMA query_only = 0")
        try:
            source = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
            try:
                source.backup(target, pages=-1)
            finally:
                source.close()
        except sqlite3.Error as error:
            raise StoreUnusable(explain_write(error, engine.path) or explain(error, engine.path)) from error
        finally:
            engine.database.execute_sql("PRAGMA query_only = 1")


def read_rows(file: Path, sql: str) -> list[tuple[Any, ...]]:
    """What a SELECT finds in a store's file that nobody has open; nothing where it cannot be read."""
    try:
        source = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        try:
            return source.execute(sql).fetchall()
        finally:
            source.close()
    except sqlite3.Error:
        return []
