"""Tags in use: what customers are marked with. One is renamed, joined with another or removed for everybody at once.

That is done in many small changes, so that no till waits for it, and stands in the log of each customer.
"""

from collections.abc import Iterator
from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store import customers
from bookkeeper_tui.store.customer_fields import read_tags
from bookkeeper_tui.store.desk import Change, Desk

AT_ONCE = 50
LONGEST = 60
MOST = 2000


class TagUse(NamedTuple):
    """A tag, and how many customers have it."""

    tag: str
    customers: int


def list_tags(desk: Desk) -> list[TagUse]:
    """The tags in use, by name; two thousand of them at most."""
    database = desk.require("tag.viewed")
    return [TagUse(*row) for row in database.execute_sql(IN_USE, (MOST,))]


def count(desk: Desk, tag: str) -> int:
    """How many customers have a tag, written as it is kept."""
    return _count(desk.require("tag.viewed"), tag)


def rename(desk: Desk, tag: str, name: str) -> Iterator[int]:
    """Calls a tag something else everywhere; yields how many customers are done, after each few of them.

    Whoever stops taking what it yields stops the work: those done stay done, and doing it again does the rest. Raises
    BadInput for a name that is none or in use already, and a tag that nobody has.
    """
    name = checked(name)
    database = _for(desk, tag)
    if _count(database, name):
        raise BadInput(f"“{name}” is in use already: join the two instead")
    return _replace(desk, tag, name)


def join(desk: Desk, tag: str, into: str) -> Iterator[int]:
    """Gives everybody who has a tag another one instead, which is in use; goes on as `rename` does."""
    into = checked(into)
    database = _for(desk, tag)
    if into == tag:
        raise BadInput(f"“{tag}” cannot be joined with itself")
    if not _count(database, into):
        raise BadInput(f"Nobody has the tag “{into}”: rename “{tag}” instead")
    return _replace(desk, tag, into)


def remove(desk: Desk, tag: str) -> Iterator[int]:
    """Takes a tag from everybody who has it; goes on as `rename` does."""
    _for(desk, tag)
    return _replace(desk, tag, "")


def checked(name: str) -> str:
    """A tag as it is kept. Raises BadInput for what is none, more than one, or too long."""
    found = read_tags(harmless(name))
    if len(found) != 1:
        raise BadInput("A tag is a word or a few, without a comma")
    if len(found[0]) > LONGEST:
        raise BadInput(f"A tag has at most {LONGEST} letters, this one has {len(found[0])}")
    return found[0]


def _for(desk: Desk, tag: str) -> SqliteDatabase:
    """The database to whoever may change a tag that there is."""
    database = desk.require("tag.edited")
    if not _count(database, tag):
        raise BadInput(f"Nobody has the tag “{harmless(tag[:40])}” any more")
    return database


def _replace(desk: Desk, tag: str, by: str) -> Iterator[int]:
    last = done = 0
    while some := desk.require("tag.edited").execute_sql(SOME_WITH, (tag, last, AT_ONCE)).fetchall():
        with desk.change("tag.edited") as change:
            changed = sum(_replace_one(change, customer_id, tag, by) for (customer_id,) in some)
            if not changed:
                change.drop()
            change.note(customers=changed)
            change.field("tag", tag, by)
        last = some[-1][0]
        done += changed
        yield done


def _replace_one(change: Change, customer_id: int, tag: str, by: str) -> bool:
    """Another tag in the place of one of a customer's, with a row of the log for them; nothing where it is gone."""
    has = [row[0] for row in change.database.execute_sql(TAGS_OF, (customer_id,))]
    if tag not in has:
        return False
    left = {*has, by} - {tag, ""}
    return customers.revise(change, customer_id, {"tags": ", ".join(sorted(left))})


def _count(database: SqliteDatabase, tag: str) -> int:
    return int(database.execute_sql("SELECT COUNT(*) FROM customer_tag WHERE tag = ?", (tag,)).fetchone()[0])


IN_USE = "SELECT tag, COUNT(*) FROM customer_tag GROUP BY tag ORDER BY tag LIMIT ?"
SOME_WITH = "SELECT customer_id FROM customer_tag WHERE tag = ? AND customer_id > ? ORDER BY customer_id LIMIT ?"
TAGS_OF = "SELECT tag FROM customer_tag WHERE customer_id = ?"
