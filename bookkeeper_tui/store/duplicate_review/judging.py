"""The pairs that were found and what a person said of them: what is judged once stays so."""

from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import sight
from bookkeeper_tui.store.desk import Desk

NEW, DIFFERENT = "new", "different"
STATES = (NEW, DIFFERENT)
_END = (101, 0, 0)


class Person(NamedTuple):
    """One of a pair, as the desk may see them: `last_at` in microseconds UTC (0 for never), `spend` in minor units."""

    customer_id: int
    number: str
    name: str
    company: str
    phone: str
    email: str
    born: str
    street: str
    city: str
    visits: int
    spend: int
    last_at: int
    created_at: int


class Pair(NamedTuple):
    """Two customers who may be one: `score` of 100, why, and what a person said of it."""

    first: Person
    second: Person
    score: int
    why: str
    state: str
    found_at: int
    judged_by: str

    @property
    def key(self) -> tuple[int, int, int]:
        """Where it stands in the list: score and both ids."""
        return (self.score, self.first.customer_id, self.second.customer_id)


class Found(NamedTuple):
    """What looking for pairs did: customers looked at, pairs found, and those of them that are new."""

    customers: int
    pairs: int
    new: int


def pairs(desk: Desk, state: str = NEW, *, after: tuple[int, int, int] | None = None, limit: int = 50) -> list[Pair]:
    """Pairs of a state, the likeliest first; `after` is the key of the last one of the page before.

    Whoever is gone is in none.
    """
    database = desk.require("duplicates.viewed")
    score, first, second = after or _END
    wanted = {"state": state, "score": score, "first": first, "second": second, "limit": limit}
    rows = database.execute_sql(PAIRS.format(state="'new'" if state == NEW else ":state"), wanted).fetchall()
    return _with_people(desk, database, rows)


def get(desk: Desk, first_id: int, second_id: int) -> Pair:
    """One pair, in whichever order it is named. Raises BadInput when it was not found, or one of the two is gone."""
    database = desk.require("duplicates.viewed")
    rows = database.execute_sql(PAIR, tuple(sorted((first_id, second_id)))).fetchall()
    found = _with_people(desk, database, rows)
    if not found:
        raise BadInput("That pair is no longer in the list: one of the two may have been merged")
    return found[0]


def count(desk: Desk, state: str = NEW) -> int:
    """How many pairs of a state there are."""
    return int(desk.require("duplicates.viewed").execute_sql(COUNT, (state,)).fetchone()[0])


def last_found(desk: Desk) -> int:
    """When pairs were looked for last, in microseconds UTC; 0 for never."""
    return int(desk.require("duplicates.viewed").execute_sql(LAST_FOUND).fetchone()[0])


def judge(desk: Desk, first_id: int, second_id: int, state: str = DIFFERENT) -> None:
    """Says of a pair that they are two ("different"), or that it is to be judged anew ("new").

    Raises BadInput for another state, for a pair that was not found, and where one of the two is gone.
    """
    with desk.change("duplicates.judged") as change:
        if state not in STATES:
            raise BadInput(f"A pair is {' or '.join(STATES)}, not “{state[:40]}”")
        key = tuple(sorted((first_id, second_id)))
        row = change.database.execute_sql(STATE_OF, key).fetchone()
        if row is None:
            raise BadInput("That pair is not in the list")
        if row[0] == state:
            change.drop()
        who = change.desk.staff.who if state != NEW else ""
        change.database.execute_sql(JUDGE, (state, change.at if state != NEW else None, who, *key))
        change.concerns(subject=f"{row[1]} {row[2]}")
        change.note(pair=list(key), old=row[0], new=state)


def _with_people(
    desk: Desk, database: SqliteDatabase, rows: list[tuple[int, int, int, str, str, int, str]]
) -> list[Pair]:
    ids = sorted({customer_id for row in rows for customer_id in row[:2]})
    marks = ", ".join("?" * len(ids))
    people = {row[0]: _person(desk, row) for row in database.execute_sql(PEOPLE.format(marks=marks), ids)}
    return [Pair(people[row[0]], people[row[1]], *row[2:]) for row in rows]


def _person(desk: Desk, row: tuple[object, ...]) -> Person:
    person = Person._make(row)
    return person._replace(
        phone=sight.text(desk, "phone", person.phone),
        email=sight.text(desk, "email", person.email),
        born=sight.text(desk, "born", person.born),
    )


_THERE = """
JOIN customer AS one ON one.id = first_id AND one.gone = ''
JOIN customer AS other ON other.id = second_id AND other.gone = ''
"""
PAIRS = f"""
SELECT first_id, second_id, score, why, pair.state, found_at, judged_by FROM duplicate_pair AS pair {_THERE}
WHERE pair.state = {{state}} AND :state = pair.state AND (pair.score, first_id, second_id) < (:score, :first, :second)
ORDER BY pair.score DESC, first_id DESC, second_id DESC LIMIT :limit
"""
PAIR = f"""
SELECT first_id, second_id, score, why, pair.state, found_at, judged_by FROM duplicate_pair AS pair {_THERE}
WHERE first_id = ? AND second_id = ?
"""
COUNT = f"""
SELECT COUNT(*) FROM duplicate_pair AS pair {_THERE}
WHERE pair.state = ?
"""
LAST_FOUND = "SELECT COALESCE(MAX(at), 0) FROM audit WHERE action = 'duplicates.found'"
STATE_OF = f"""
SELECT pair.state, one.number, other.number FROM duplicate_pair AS pair {_THERE}
WHERE first_id = ? AND second_id = ?
"""
JUDGE = "UPDATE duplicate_pair SET state = ?, judged_at = ?, judged_by = ? WHERE first_id = ? AND second_id = ?"
PEOPLE = """
SELECT c.id, c.number, c.name, c.company, CASE c.phone_raw WHEN '' THEN c.phone_e164 ELSE c.phone_raw END, c.email,
       c.born, COALESCE(a.street, ''), COALESCE(a.city, ''), COALESCE(s.visits, 0), COALESCE(s.spend, 0),
       COALESCE(s.last_at, 0), c.created_at
FROM customer AS c LEFT JOIN standing AS s ON s.customer_id = c.id
LEFT JOIN customer_address AS a ON a.customer_id = c.id AND a.kind = 'billing' WHERE c.id IN ({marks})
"""
