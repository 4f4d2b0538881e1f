"""What looks unusual in a time: a report for managers of what somebody should be asked about, and of nothing proven.

Each finding names its measure and leads to the rows of the audit log behind it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.dates import day_bounds, read_iso
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import fold, local_time
from bookkeeper_tui.store import audit
from bookkeeper_tui.store.desk import Desk

MOST_PROFILES = 30
"""Profiles of customers that somebody may look at on a day without selling them anything, before it is told."""
MOST_REVEALS = 5
"""Times that somebody may have one customer's phone and e-mail shown whole in a day, before it is told."""
MOST_REVEALED = 15
"""Customers whose phone and e-mail somebody may have shown whole in a day, before it is told."""
MOST_DAYS = 400
SHORTEST_SURNAME = 3
_MINUTE, _ENDLESS = 60_000_000, 1 << 62
PROFILES, SURNAME, AFTER_HOURS, REVEALS = "profiles without a sale", "own surname", "after hours", "repeated reveals"
KINDS = (PROFILES, SURNAME, AFTER_HOURS, REVEALS)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something unusual that one person did on one day (ISO date).

    `count` is how much of it there was, `over` the threshold. `asked` is the line that finds its rows in the log.
    """

    kind: str
    date: str
    staff_id: int
    who: str
    told: str
    count: int
    over: int
    asked: str


class _Look(NamedTuple):
    """A look at a customer: `at` in microseconds UTC."""

    at: int
    staff_id: int
    who: str
    customer_id: int


def findings(desk: Desk, first: str, last: str) -> list[Finding]:
    """What is unusual from one business date to another, the newest day first; ISO dates, both included.

    Raises BadInput for dates in the wrong order or too far apart.
    """
    return [one for date in days(first, last) for one in of_day(desk, date)]


def days(first: str, last: str) -> list[str]:
    """The dates from one to another, the newest first. Raises BadInput when in the wrong order or too far apart."""
    if last < first:
        raise BadInput(f"{last} is before {first}")
    count = (read_iso(last) - read_iso(first)).days + 1
    if count > MOST_DAYS:
        raise BadInput(f"From {first} to {last} is too long: look at {MOST_DAYS} days at once at most")
    return [(read_iso(last) - timedelta(days=back)).isoformat() for back in range(count)]


def of_day(desk: Desk, date: str) -> list[Finding]:
    """What is unusual on one business date (ISO)."""
    database, zone = desk.require("unusual.viewed"), desk.store.shop.time_zone
    day = _Day(database, date, zone)
    looks, reveals = day.looks("customer.viewed"), day.looks("customer.revealed")
    found = [
        *(one for person, mine in day.by_person(looks) for one in day.without_a_sale(person, mine)),
        *(one for person, mine in day.by_person(looks) for one in day.own_surname(person, mine)),
        *(one for person, mine in day.by_person(reveals) for one in day.repeated(person, mine)),
        *day.after_hours(looks),
    ]
    return sorted(found, key=lambda one: (KINDS.index(one.kind), -one.count, one.who))


class _Person(NamedTuple):
    """Somebody who looked."""

    staff_id: int
    who: str
    number: str
    surnames: frozenset[str]


class _Day:
    """One business date: who looked at whom, and what of it is told."""

    def __init__(self, database: SqliteDatabase, date: str, zone: str) -> None:
        self._database, self._date, self._zone = database, date, zone
        self._begins, self._ends = day_bounds(read_iso(date), zone)
        self._low = audit.first_at(database, self._begins - audit.DAY)
        self._high = audit.first_at(database, self._ends + audit.DAY)
        self._names: dict[int, tuple[str, str]] = {}
        self._staff = {row[0]: (row[1], row[2]) for row in database.execute_sql("SELECT id, number, name FROM staff")}

    def looks(self, action: str) -> list[_Look]:
        """Looks of one kind by members of staff, oldest first."""
        values = (action, self._low, self._high, self._begins, self._ends)
        return [_Look(*row) for row in self._database.execute_sql(LOOKS, values)]

    def by_person(self, looks: list[_Look]) -> Iterator[tuple[_Person, list[_Look]]]:
        """Each person with their looks."""
        by_id: dict[int, list[_Look]] = {}
        for look in looks:
            by_id.setdefault(look.staff_id, []).append(look)
        for staff_id, mine in by_id.items():
            number, name = self._staff.get(staff_id, ("", ""))
            yield _Person(staff_id, mine[-1].who, number, _surnames(name)), mine

    def without_a_sale(self, person: _Person, looks: list[_Look]) -> Iterator[Finding]:
        """Many customers looked at whom the same person sold nothing to, and did nothing for, on that day."""
        seen = {look.customer_id for look in looks}
        if len(seen) <= MOST_PROFILES:
            return
        values = (self._low, self._high, self._begins, self._ends, person.staff_id)
        without = seen - {row[0] for row in self._database.execute_sql(SERVED, values)}
        if len(without) > MOST_PROFILES:
            told = f"{len(without)} customers looked at and nothing done for them, more than {MOST_PROFILES}"
            yield self._finding(PROFILES, person, told, len(without), MOST_PROFILES, f"{self._date} customer.viewed")

    def own_surname(self, person: _Person, looks: list[_Look]) -> Iterator[Finding]:
        """Customers looked at who bear a surname of whoever looked: perhaps family, perhaps chance."""
        for customer_id in sorted({look.customer_id for look in looks}):
            number, name = self._customer(customer_id)
            if person.surnames & _surnames(name):
                times = sum(look.customer_id == customer_id for look in looks)
                told = f"{name} ({number}) bears the surname of {person.who}"
                yield self._finding(SURNAME, person, told, times, 0, f"{self._date} customer:{number}")

    def repeated(self, person: _Person, reveals: list[_Look]) -> Iterator[Finding]:
        """One customer's phone and e-mail shown whole again and again, or those of many."""
        times = Counter(look.customer_id for look in reveals)
        for customer_id, count in times.items():
            if count > MOST_REVEALS:
                number, name = self._customer(customer_id)
                told = f"phone and e-mail of {name} ({number}) revealed {count} times, more than {MOST_REVEALS}"
                asked = f"{self._date} customer.revealed customer:{number}"
                yield self._finding(REVEALS, person, told, count, MOST_REVEALS, asked)
        if len(times) > MOST_REVEALED:
            told = f"phone and e-mail of {len(times)} customers revealed, more than {MOST_REVEALED}"
            yield self._finding(REVEALS, person, told, len(times), MOST_REVEALED, f"{self._date} customer.revealed")

    def after_hours(self, looks: list[_Look]) -> Iterator[Finding]:
        """Customers looked at while no day was open: before it was opened, after it was closed, or on none at all."""
        row = self._database.execute_sql(DAY, (self._date,)).fetchone()
        opened, closed = (row[0], row[1] or _ENDLESS) if row is not None else (_ENDLESS, 0)
        why = "on a day that was not opened" if row is None else "before the day was opened or after it was closed"
        for person, mine in self.by_person([look for look in looks if not opened <= look.at <= closed]):
            customers = len({look.customer_id for look in mine})
            told = f"{'a customer' if customers == 1 else f'{customers} customers'} looked at {why}"
            begun, ended = local_time(mine[0].at, self._zone), local_time(mine[-1].at + _MINUTE, self._zone)
            asked = f"since:{begun:%Y-%m-%dT%H:%M} until:{ended:%Y-%m-%dT%H:%M} customer.viewed"
            yield self._finding(AFTER_HOURS, person, told, len(mine), 0, asked)

    def _customer(self, customer_id: int) -> tuple[str, str]:
        if customer_id not in self._names:
            row = self._database.execute_sql(NAMED, (customer_id,)).fetchone()
            self._names[customer_id] = (row[0], row[1]) if row is not None else ("", "somebody")
        return self._names[customer_id]

    def _finding(self, kind: str, person: _Person, told: str, count: int, over: int, asked: str) -> Finding:
        asked = f"who:{person.number} {asked}"
        return Finding(kind, self._date, person.staff_id, person.who, told, count, over, asked)


@lru_cache(maxsize=10_000)
def _surnames(name: str) -> frozenset[str]:
    """All words of a name but the first, without accents; too short ones are particles."""
    return frozenset(word for word in fold(name).split()[1:] if len(word) >= SHORTEST_SURNAME)


LOOKS = """
SELECT at, staff_id, who, customer_id FROM audit
WHERE action = ? AND seq BETWEEN ? AND ? AND at >= ? AND at < ? AND staff_id IS NOT NULL AND customer_id IS NOT NULL
ORDER BY seq
"""
# Whatever somebody did for a customer: sold, booked, wrote down; not what they merely looked at.
SERVED = """
SELECT DISTINCT customer_id FROM audit
WHERE seq BETWEEN ? AND ? AND at >= ? AND at < ? AND staff_id = ? AND customer_id IS NOT NULL
AND action NOT LIKE '%.viewed' AND action NOT LIKE '%.revealed' AND action NOT LIKE 'tab.%'
AND action NOT LIKE 'export.%' AND action <> 'paper.printed'
"""
DAY = "SELECT opened_at, closed_at FROM business_day WHERE date = ?"
NAMED = "SELECT number, name FROM customer WHERE id = ?"
