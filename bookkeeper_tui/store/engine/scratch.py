"""A scratch file for sorting more than memory should hold: private to who opened it, and gone when it is closed."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


class Scratch:
    """Tables in a file of their own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def make(self, table: str) -> None:
        """Makes a table: its name and columns."""
        self._connection.execute(f"CREATE TABLE {table}")

    def add(self, table: str, columns: int, rows: Sequence[tuple[int, ...]]) -> None:
        """Adds rows to a table of so many columns."""
        self._connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})", rows)

    def ask(self, sql: str, values: Sequence[object] = ()) -> Iterator[Any]:
        """The rows of a question, one by one."""
        return iter(self._connection.execute(sql, tuple(values)))


@contextmanager
def scratch() -> Iterator[Scratch]:
    """A scratch file while the block lasts; it keeps some 16 MB in memory and the rest on disk."""
    # An empty name is a temporary database of SQLite's own, which nobody else can open.
    connection = sqlite3.connect("", isolation_level=None)
    try:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -16000", "temp_store = FILE"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        yield Scratch(connection)
    finally:
        connection.close()
