"""Many rows into one table: several a statement, which takes a third less time than one."""

from collections.abc import Sequence
from itertools import chain

from peewee import SqliteDatabase

ROWS_A_STATEMENT = 20


def insert_rows(database: SqliteDatabase, into: str, rows: Sequence[Sequence[object]]) -> None:
    """Inserts rows, one or thousands; `into` is the table with its columns: `brand (name, name_key)`."""
    if not rows:
        return
    connection = database.connection()
    marks = f"({', '.join('?' * len(rows[0]))})"
    together = len(rows) - len(rows) % ROWS_A_STATEMENT
    if together:
        connection.executemany(
            f"INSERT INTO {into} VALUES {', '.join([marks] * ROWS_A_STATEMENT)}",
            (
                list(chain.from_iterable(rows[start : start + ROWS_A_STATEMENT]))
                for start in range(0, together, ROWS_A_STATEMENT)
            ),
        )
    connection.executemany(f"INSERT INTO {into} VALUES {marks}", rows[together:])
