"""What SQLite raises while a verb is at work, such as over a damaged page, for those who know no database."""

import sqlite3
from pathlib import Path

from peewee import DatabaseError

from bookkeeper_tui.store.engine.connection import explain


def sentence_of(error: Exception, path: Path) -> str | None:
    """One sentence about the store file at `path`; None when something else went wrong."""
    return explain(error, path) if isinstance(error, (DatabaseError, sqlite3.Error)) else None
