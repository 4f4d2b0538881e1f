"""What SQLite raises while a verb is at work, such as over a damaged page, for those who know no database."""

import sqlite3
from pathlib import Path

from peewee import DatabaseError

from bookkeeper_tui.store.engine.connection import explain


def sentence_of(error: Exception, path: Path) -> str | None:
    """One sentence about the store file at `path`; None when something else went wrong."""
    return explain(error, path) if isinstance(error, (DatabaseError, sqlite3.Error)) else None


def is_beyond_use(path: Path) -> bool:
    """Whether a store file is damaged so that it cannot be opened as a database; a sound one of another kind is not."""
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            answers = connection.execute("PRAGMA quick_check(1)").fetchall()
        finally:
            connection.close()
    except sqlite3.OperationalError:
        return False
    except sqlite3.DatabaseError:
        return True
    return answers != [("ok",)]
