"""The search index door: names as SQLite's FTS5 keeps them. Docids fall with importance: the first are the best."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from peewee import OperationalError, SqliteDatabase

from bookkeeper_tui.formats import fold

# High enough that a new customer, who gets the smallest docid minus one, never meets zero.
_MIDDLE = 1 << 40
NAMED = (
    "SELECT entry.customer_id FROM search_name JOIN search_entry AS entry ON entry.docid = search_name.rowid "
    "WHERE search_name MATCH ? ORDER BY search_name.rowid"
)
"""Selects the ids of customers that an expression finds, best first."""
EVERYBODY = "search_entry AS e"
EVERYBODY_IN_ORDER = "e.docid"
"""What to select from to read all customers, and the order in which the best come first."""
NAMED_ONES = "search_name AS n CROSS JOIN search_entry AS e"
NAMED_TEST = "n.search_name MATCH ? AND e.docid = n.rowid"
NAMED_IN_ORDER = "n.rowid"
"""The same for those whom an expression finds."""
_STEPS_AT_ONCE = 500
# Of words gathered before FTS5 writes them out: a rebuild is twice as fast as with its own megabyte.
_BYTES_AT_ONCE = 32 << 20
# peewee renames what SQLite raises when a query starts, not what it raises between rows.
_STOPPED = (OperationalError, sqlite3.OperationalError)
_JOINED = re.compile(r"\w+(?:['’.\-]\w+)+")


class Word(NamedTuple):
    """A folded word to look for: whole, or as the beginning of one."""

    text: str
    beginning: bool = True


class Entry(NamedTuple):
    """One customer's place in the index: their id and their words, folded."""

    customer_id: int
    words: str


@dataclass(slots=True)
class Budget:
    """How much a bounded reading may cost, and whether it was cut short because that was spent."""

    steps: int
    spent: bool = False


def words_of(*texts: str) -> str:
    """The folded words under which texts are found; `O'Brien` and `Anne-Marie` also as one word."""
    text = " ".join(texts)
    folded = fold(text)
    joined = [fold(word).replace(" ", "") for word in _JOINED.findall(text)]
    return " ".join([folded, *joined]) if joined else folded


def add(database: SqliteDatabase, entries: Sequence[Entry]) -> None:
    """Put new customers first in the index, the last of them foremost."""
    first = foremost(database)
    rows = [(first - place, *entry) for place, entry in enumerate(entries, 1)]
    cursor: Any = database.connection().cursor()
    cursor.executemany("INSERT INTO search_entry (docid, customer_id, words) VALUES (?, ?, ?)", rows)
    cursor.executemany("INSERT INTO search_name (rowid, words) VALUES (?, ?)", [(row[0], row[2]) for row in rows])


def replace(database: SqliteDatabase, entry: Entry) -> None:
    """Give a customer other words; their place stays. One who has no place gets the first."""
    row = _place(database, entry.customer_id)
    if row is None:
        add(database, [entry])
    elif row[1] != entry.words:
        _forget(database, *row)
        database.execute_sql("UPDATE search_entry SET words = ? WHERE docid = ?", (entry.words, row[0]))
        database.execute_sql("INSERT INTO search_name (rowid, words) VALUES (?, ?)", (row[0], entry.words))


def remove(database: SqliteDatabase, customer_id: int) -> None:
    """Take a customer out of the index."""
    row = _place(database, customer_id)
    if row is not None:
        _forget(database, *row)
        database.execute_sql("DELETE FROM search_entry WHERE docid = ?", (row[0],))


def rank(database: SqliteDatabase, best_first: str) -> int:
    """Order the index anew and rebuild it; `best_first` selects `customer_id` in order. Answers how many it holds.

    Customers that the SELECT leaves out leave the index.
    """
    execute: Callable[..., Any] = database.execute_sql
    for left_over in ("best", "ranked"):
        execute(f"DROP TABLE IF EXISTS temp.{left_over}")
    execute(f"CREATE TEMP TABLE best AS {best_first}")
    execute(
        "CREATE TEMP TABLE ranked AS SELECT best.rowid AS place, e.customer_id AS customer_id, e.words AS words "
        "FROM temp.best JOIN search_entry AS e ON e.customer_id = best.customer_id"
    )
    execute("DROP TABLE temp.best")
    execute("DELETE FROM search_entry")
    execute("DROP INDEX search_entry_customer")
    execute("INSERT INTO search_entry SELECT ? + place, customer_id, words FROM temp.ranked ORDER BY place", (_MIDDLE,))
    execute("DROP TABLE temp.ranked")
    execute("CREATE UNIQUE INDEX search_entry_customer ON search_entry (customer_id)")
    execute("INSERT INTO search_name (search_name, rank) VALUES ('hashsize', ?)", (_BYTES_AT_ONCE,))
    execute("INSERT INTO search_name (search_name) VALUES ('rebuild')")
    execute("INSERT INTO search_name (search_name) VALUES ('optimize')")
    return int(execute("SELECT COUNT(*) FROM search_entry").fetchone()[0])


def expression(groups: Sequence[Sequence[Word]]) -> str:
    """What the index is asked: one word of every group, groups in any order. The words must be folded."""
    return " AND ".join(
        "(" + " OR ".join(f'"{word.text}"{"*" if word.beginning else ""}' for word in group) + ")" for group in groups
    )


def customers_named(database: SqliteDatabase, asked: str, limit: int) -> list[int]:
    """Ids of customers that an expression finds, best first."""
    with asking():
        return [row[0] for row in database.execute_sql(f"{NAMED} LIMIT ?", (asked, limit))]
    return []


@contextmanager
def asking() -> Iterator[None]:
    """Around a question to the index: letters that this SQLite does not know as letters find nothing."""
    try:
        yield
    except _STOPPED as error:
        if "fts5" not in str(error):
            raise


def bounded(database: SqliteDatabase, sql: str, values: Sequence[object], budget: Budget) -> list[Any]:
    """Rows of a query that is stopped when its budget is spent; those found until then are answered.

    A step is one instruction of SQLite's, a few dozen of them a row looked at, so the same question on the same data
    always gets the same answer.
    """
    connection: sqlite3.Connection = database.connection()
    rows: list[Any] = []

    def spend() -> bool:
        budget.steps -= _STEPS_AT_ONCE
        budget.spent = budget.steps < 0
        return budget.spent

    connection.set_progress_handler(spend, _STEPS_AT_ONCE)
    try:
        with asking():
            for row in database.execute_sql(sql, values):
                rows.append(row)
    except _STOPPED:
        if not budget.spent:
            raise
    finally:
        connection.set_progress_handler(None, 0)
    return rows


def vocabulary(database: SqliteDatabase) -> list[tuple[str, int]]:
    """Every word of the index, in order, with the number of customers who have it."""
    rows = database.execute_sql("SELECT term, doc FROM search_vocabulary")
    return [(row[0], row[1]) for row in rows]


def foremost(database: SqliteDatabase) -> int:
    """The docid of the first customer: it falls as others come, and rises when the order is worked out anew."""
    return int(database.execute_sql("SELECT COALESCE(MIN(docid), ?) FROM search_entry", (_MIDDLE,)).fetchone()[0])


def newcomers(database: SqliteDatabase, first: int, before: int) -> list[str]:
    """The words of the customers from docid `first` on, up to docid `before`."""
    rows = database.execute_sql("SELECT words FROM search_entry WHERE docid >= ? AND docid < ?", (first, before))
    return [row[0] for row in rows]


def _place(database: SqliteDatabase, customer_id: int) -> tuple[int, str] | None:
    row = database.execute_sql("SELECT docid, words FROM search_entry WHERE customer_id = ?", (customer_id,)).fetchone()
    return (row[0], row[1]) if row else None


def _forget(database: SqliteDatabase, docid: int, words: str) -> None:
    """FTS5 forgets an entry of an outside table only when told its old words exactly."""
    database.execute_sql("INSERT INTO search_name (search_name, rowid, words) VALUES ('delete', ?, ?)", (docid, words))
