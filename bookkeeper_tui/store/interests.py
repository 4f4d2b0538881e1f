"""Interests: what the shop asks whether customers like it, and what each of them said: a log whose last word counts."""

from typing import NamedTuple

from peewee import AutoField, IntegerField, SqliteDatabase, TextField

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import fold, harmless
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import AlreadyDone, Change, Desk
from bookkeeper_tui.store.engine import Table

NONE, SOME, STRONG = range(3)
LEVELS = ("none any more", "some", "strong")
"""What each level is called."""
LONGEST_NAME = 40
LONGEST_NOTE = 200
_NOW = 1 << 62


class InterestTable(Table):
    """Something to be interested in."""

    id = AutoField()
    name = TextField(unique=True)
    position = IntegerField(default=0)
    retired = IntegerField(default=0)

    class Meta:
        table_name = "interest"


class Interest(NamedTuple):
    """Something the shop asks about."""

    id: int
    name: str
    retired: bool


class InterestEvent(NamedTuple):
    """What a customer said of an interest; `level` is one of NONE, SOME, STRONG, `at` microseconds UTC."""

    id: int
    interest_id: int
    name: str
    level: int
    note: str
    at: int
    who: str


def list_interests(desk: Desk, *, also_retired: bool = False) -> tuple[Interest, ...]:
    """What the shop asks about, in the order in which it was made."""
    rows = desk.require("customer.viewed").execute_sql(SELECT_KINDS, (int(also_retired),))
    return tuple(Interest(interest_id, name, bool(retired)) for interest_id, name, retired in rows)


def count_interested(desk: Desk) -> dict[int, int]:
    """How many customers are interested now, by the id of the interest; none is left out."""
    return dict(desk.require("customer.viewed").execute_sql(COUNT_INTERESTED).fetchall())


def of_customer(desk: Desk, customer_id: int, *, at: int | None = None) -> tuple[InterestEvent, ...]:
    """The last word a customer said of each interest, now or by an instant (microseconds UTC): the strongest first.

    An interest that is none any more stands last.
    """
    database = desk.require("customer.viewed")
    rows = database.execute_sql(SELECT_LAST, (customer_id, _NOW if at is None else at)).fetchall()
    return tuple(InterestEvent(*row) for row in rows)


def history(desk: Desk, customer_id: int, interest_id: int, *, limit: int = 50) -> tuple[InterestEvent, ...]:
    """All that a customer said of one interest, newest first."""
    database = desk.require("customer.viewed")
    rows = database.execute_sql(SELECT_HISTORY, (customer_id, interest_id, limit)).fetchall()
    return tuple(InterestEvent(*row) for row in rows)


def set_level(
    desk: Desk, customer_id: int, interest_id: int, level: int, note: str = "", *, once: str | None = None
) -> None:
    """Write down what a customer said. What was said before stays in the history.

    Raises BadInput for a level or an interest that is none, an interest out of use (save to take it back), an overlong
    note, or a customer who is not there.
    """
    if level not in (NONE, SOME, STRONG):
        raise BadInput(f"An interest is {', '.join(LEVELS[1:])} or {LEVELS[0]}, not {level}")
    note = _checked_note(note)
    try:
        with desk.change("interest.set", customer_id=customer_id, once=once) as change:
            _refuse_nobody(change.database, customer_id)
            kind = _must_read(change.database, interest_id)
            if kind.retired and level != NONE:
                raise BadInput(f"{kind.name} is out of use: it is asked about no more")
            said = [
                InterestEvent(*row)
                for row in change.database.execute_sql(SELECT_HISTORY, (customer_id, interest_id, 1))
            ]
            old = said[0] if said else None
            if old is not None and (old.level, old.note) == (level, note):
                change.drop()
            if old is None and level == NONE:
                raise BadInput(f"Nothing was said of {kind.name} yet that could be taken back")
            values = (customer_id, interest_id, level, note, change.at, desk.staff.staff_id, desk.staff.who)
            change.database.execute_sql(INSERT, values)
            before, after = (f"{kind.name}: {LEVELS[one]}" for one in (old.level if old else NONE, level))
            change.field("interest", before if old is not None else "", f"{after} ({note})" if note else after)
    except AlreadyDone:
        pass


def define(desk: Desk, name: str) -> Interest:
    """One more interest to ask about. Raises BadInput for a name that is none, or is another's."""
    name = _checked_name(name)
    with desk.change("interest.defined") as change:
        _refuse_taken(change, name)
        position = change.database.execute_sql("SELECT COUNT(*) FROM interest").fetchone()[0]
        interest_id = int(InterestTable.insert(name=name, position=position).execute(change.database))
        change.concerns(subject=name)
        change.note(name=("", name))
    return get(desk, interest_id)


def rename(desk: Desk, interest_id: int, name: str) -> Interest:
    """Calls an interest something else, also where customers have it. Raises BadInput as `define` does."""
    name = _checked_name(name)
    with desk.change("interest.defined") as change:
        old = _must_read(change.database, interest_id)
        if old.name == name:
            change.drop()
        _refuse_taken(change, name, besides=interest_id)
        InterestTable.update(name=name).where(InterestTable.id == interest_id).execute(change.database)
        change.concerns(subject=name)
        change.note(name=(old.name, name))
    return get(desk, interest_id)


def retire(desk: Desk, interest_id: int, retired: bool = True) -> Interest:
    """Asks about it no more, or again; what customers said stays."""
    with desk.change("interest.defined") as change:
        old = _must_read(change.database, interest_id)
        if old.retired == retired:
            change.drop()
        InterestTable.update(retired=int(retired)).where(InterestTable.id == interest_id).execute(change.database)
        change.concerns(subject=old.name)
        change.note(retired=(not retired, retired))
    return get(desk, interest_id)


def get(desk: Desk, interest_id: int) -> Interest:
    """One interest. Raises BadInput when there is none of this id."""
    return _must_read(desk.require("customer.viewed"), interest_id)


def _must_read(database: SqliteDatabase, interest_id: int) -> Interest:
    row = database.execute_sql(SELECT_KIND, (interest_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no interest {interest_id}")
    found_id, name, retired = row
    return Interest(found_id, name, bool(retired))


def _checked_name(name: str) -> str:
    cleaned = " ".join(harmless(name[: 4 * LONGEST_NAME]).split())
    if not fold(cleaned):
        raise BadInput("An interest needs a name, such as Yoga")
    if len(cleaned) > LONGEST_NAME:
        raise BadInput(f"Interest: “{cleaned[:30]}…” is longer than {LONGEST_NAME} letters")
    return cleaned


def _checked_note(note: str) -> str:
    cleaned = " ".join(harmless(note[: 4 * LONGEST_NOTE]).split())
    if len(cleaned) > LONGEST_NOTE:
        raise BadInput(f"Note: “{cleaned[:30]}…” is longer than {LONGEST_NOTE} letters")
    return cleaned


def _refuse_taken(change: Change, name: str, besides: int = 0) -> None:
    for other_id, other in change.database.execute_sql("SELECT id, name FROM interest").fetchall():
        if other_id != besides and fold(other) == fold(name):
            raise BadInput(f"There is an interest {other} already")


def _refuse_nobody(database: SqliteDatabase, customer_id: int) -> None:
    if customer_id == WALK_IN_ID:
        raise BadInput("The walk-in customer stands for everyone unknown and has no interests")
    if database.execute_sql("SELECT 1 FROM customer WHERE id = ?", (customer_id,)).fetchone() is None:
        raise BadInput(f"There is no customer with the id {customer_id}")


SELECT_KINDS = "SELECT id, name, retired FROM interest WHERE retired <= ? ORDER BY position, id"
SELECT_KIND = "SELECT id, name, retired FROM interest WHERE id = ?"
# Of each customer only the last word counts: no later one may stand above it.
COUNT_INTERESTED = """
SELECT interest_id, COUNT(*) FROM interest_event AS event
WHERE level > 0 AND NOT EXISTS (SELECT 1 FROM interest_event AS later WHERE later.customer_id = event.customer_id
                                AND later.interest_id = event.interest_id AND later.id > event.id)
GROUP BY interest_id
"""
_EVENT = """
SELECT event.id, event.interest_id, interest.name, event.level, event.note, event.at, event.who
FROM interest_event AS event JOIN interest ON interest.id = event.interest_id
"""
SELECT_LAST = f"""
{_EVENT} JOIN (SELECT MAX(id) AS id FROM interest_event WHERE customer_id = ? AND at <= ? GROUP BY interest_id) AS last
ON last.id = event.id ORDER BY event.level DESC, interest.position, interest.id
"""
SELECT_HISTORY = f"{_EVENT} WHERE event.customer_id = ? AND event.interest_id = ? ORDER BY event.id DESC LIMIT ?"
INSERT = """
INSERT INTO interest_event (customer_id, interest_id, level, note, at, staff_id, who) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
