"""Customers who are gone: erased on their wish, or merged into another. Nothing is written to their names any more."""

from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput

ERASED, MERGED = "erased", "merged"
STILL_DONE = frozenset(
    {
        "customer.erased",
        "customer.merged",
        "customer.unmerged",
        "customer.deleted",
        "sale.returned",
        "sale.voided",
        "package.lapsed",
    }
)
"""What is still done to somebody who is gone: what undoes or ends something of the books, and what made them gone."""


class Gone(NamedTuple):
    """Why a customer is gone; `into` is the id of whom they were merged into."""

    number: str
    name: str
    why: str
    into: int | None


def gone(database: SqliteDatabase, customer_id: int) -> Gone | None:
    """Why a customer is gone, None while they are there."""
    row = database.execute_sql(_GONE, (customer_id,)).fetchone()
    return Gone(*row) if row is not None else None


def sentence(database: SqliteDatabase, customer_id: int) -> str:
    """One sentence for a customer who is gone, and what to do; empty for one who is there."""
    found = gone(database, customer_id)
    if found is None:
        return ""
    if found.why == ERASED:
        return f"{found.number} was erased: nothing can be written to their name any more"
    into = database.execute_sql("SELECT number, name FROM customer WHERE id = ?", (survivor(database, customer_id),))
    number, name = into.fetchone()
    return f"{found.number} was merged into {number} {name}: open that customer"


def refuse(database: SqliteDatabase, customer_id: int | None, action: str) -> None:
    """Raise BadInput where an action is to be done to a customer who is gone."""
    if customer_id is not None and action not in STILL_DONE and (why := sentence(database, customer_id)):
        raise BadInput(why)


def survivor(database: SqliteDatabase, customer_id: int) -> int:
    """The id of whom a merged customer has become, however often; their own while they are there."""
    return int(database.execute_sql(_SURVIVOR, (customer_id,)).fetchone()[0])


def merged_numbers(database: SqliteDatabase, customer_id: int) -> tuple[str, ...]:
    """The numbers of those who were merged into a customer, the first of them first: they lead here."""
    rows = database.execute_sql(_MERGED_NUMBERS, (customer_id,))
    return tuple(str(row[0]) for row in rows)


def with_merged(database: SqliteDatabase, customer_id: int) -> tuple[int, ...]:
    """The id of a customer, and of all who were merged into them, however often: what was logged to any is theirs."""
    return tuple(int(row[0]) for row in database.execute_sql(_WITH_MERGED, (customer_id,)))


def same_person(one: str, other: str) -> str:
    """SQL that is true when two columns name customers who were ever merged into one, of whom one stayed.

    What was posted to the one stays posted to them: it is the other's all the same.
    """
    return f"(EXISTS ({_MERGED.format(one, other)}) OR EXISTS ({_MERGED.format(other, one)}))"


def taken_back(consent: str, at: str) -> str:
    """SQL that is true for a word in the consent log that a merge wrote and that its undoing took back.

    Both are columns or marks: the word's id, and the instant (microseconds UTC) as of which it is asked.
    """
    return f"EXISTS ({_TAKEN_BACK.format(consent, at)})"


_TAKEN_BACK = """
SELECT 1 FROM customer_merge_row CROSS JOIN customer_merge
  ON customer_merge.id = customer_merge_row.merge_id AND customer_merge.undone_at <= {1}
WHERE customer_merge_row.kind = 'consent' AND customer_merge_row.row_id = {0}
"""
_WITH_MERGED = """
WITH RECURSIVE one (id) AS (
    SELECT ? UNION SELECT customer.id FROM customer JOIN one ON customer.merged_into = one.id
    WHERE customer.gone = 'merged'
)
SELECT id FROM one
"""
_MERGED_NUMBERS = "SELECT number FROM customer WHERE merged_into = ? ORDER BY id LIMIT 5"
_MERGED = """
SELECT 1 FROM customer_merge CROSS JOIN customer_merge_row AS alias
  ON alias.merge_id = customer_merge.id AND alias.kind = 'customer' AND alias.row_id = {0}
WHERE customer_merge.into_id = {1}
"""
_GONE = "SELECT number, name, gone, merged_into FROM customer WHERE id = ? AND gone <> ''"
_SURVIVOR = """
WITH RECURSIVE step (id, place) AS (
    SELECT ?, 0
    UNION ALL SELECT customer.merged_into, place + 1 FROM customer JOIN step ON customer.id = step.id
    WHERE customer.gone = 'merged' AND customer.merged_into IS NOT NULL AND place < 100
)
SELECT id FROM step ORDER BY place DESC LIMIT 1
"""
