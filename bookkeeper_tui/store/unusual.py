"""What looks unusual in a time: a report for managers of what somebody should be asked about, and of nothing proven.

Each finding names its measure and leads to the rows of the audit log behind it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from peewee import SqliteDatabase

from bookkeeper_tui.dates import day_bounds, midnight, read_iso
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import business_date, fold, local_time
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
_MINUTE = 60_000_000
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


@dataclass(frozen=True, slots=True)
class _Look:
    """A look at a customer: `at` in microseconds UTC."""

    seq: int
    at: int
    staff_id: int
    who: str
    customer_id: int


def findings(desk: Desk, first: str, last: str) -> list[Finding]:
    """What is unusual from one business date to another, the newest day first; ISO dates, both included.

    Raises BadInput for dates in the wrong order or too far apart.
    """
    database, zone = desk.require("unusual.viewed"), desk.store.shop.time_zone
    check_days(first, last)
    begins, ends = midnight(read_iso(first), zone), midnight(read_iso(last), zone, days=1)
    numbers = dict(database.execute_sql("SELECT id, number FROM staff").fetchall())
    found: list[Finding] = []
    looks = _looks(database, "customer.viewed", begins, ends)
    reveals = _looks(database, "customer.revealed", begins, ends)
    for (staff_id, date), mine in _by_person_and_day(looks, zone):
        person = _Person(staff_id, mine[-1].who, numbers.get(staff_id, ""), date, zone)
        found += [*_without_a_sale(database, person, mine), *_own_surname(database, person, mine)]
    for (staff_id, date), mine in _by_person_and_day(reveals, zone):
        found += _repeated(database, _Person(staff_id, mine[-1].who, numbers.get(staff_id, ""), date, zone), mine)
    found += _after_hours(database, zone, (first, last), looks, numbers)
    return sorted(found, key=lambda one: (one.date, KINDS.index(one.kind), one.count), reverse=True)


def check_days(first: str, last: str) -> None:
    """Raises BadInput for ISO dates in the wrong order or too far apart."""
    if last < first:
        raise BadInput(f"{last} is before {first}")
    if (read_iso(last) - read_iso(first)).days > MOST_DAYS:
        raise BadInput(f"From {first} to {last} is too long: look at {MOST_DAYS} days at once at most")


@dataclass(frozen=True, slots=True)
class _Person:
    """Somebody on one day."""

    staff_id: int
    who: str
    number: str
    date: str
    zone: str

    def finding(self, kind: str, told: str, count: int, over: int, asked: str) -> Finding:
        return Finding(
            kind,
            self.date,
            self.staff_id,
            self.who,
            told,
            count,
            over,
            f"who:{self.number} {self.date} {asked}",
        )


def _without_a_sale(database: SqliteDatabase, person: _Person, looks: list[_Look]) -> Iterator[Finding]:
    """Many customers looked at whom the same person sold nothing to, and did nothing for, on that day."""
    if len({look.customer_id for look in looks}) <= MOST_PROFILES:
        return
    begins, ends = day_bounds(read_iso(person.date), person.zone)
    low, high = (audit.first_at(database, at) for at in (begins - audit.DAY, ends + audit.DAY))
    served = {row[0] for row in database.execute_sql(SERVED, (low, high, begins, ends, person.staff_id))}
    without = {look.customer_id for look in looks} - served
    if len(without) > MOST_PROFILES:
        told = f"{len(without)} customers looked at and nothing done for them, more than {MOST_PROFILES}"
        yield person.finding(PROFILES, told, len(without), MOST_PROFILES, "customer.viewed")


def _own_surname(database: SqliteDatabase, person: _Person, looks: list[_Look]) -> Iterator[Finding]:
    """Customers looked at who bear a surname of whoever looked: perhaps family, perhaps chance."""
    row = database.execute_sql("SELECT name FROM staff WHERE id = ?", (person.staff_id,)).fetchone()
    own = _surnames(str(row[0])) if row else set()
    for customer_id in sorted({look.customer_id for look in looks}):
        named = database.execute_sql("SELECT number, name FROM customer WHERE id = ?", (customer_id,)).fetchone()
        shared = own & _surnames(str(named[1])) if named is not None else set()
        if shared:
            times = sum(look.customer_id == customer_id for look in looks)
            told = f"{named[1]} ({named[0]}) bears the surname of {person.who}"
            yield person.finding(SURNAME, told, times, 0, f"customer:{named[0]}")


def _repeated(database: SqliteDatabase, person: _Person, reveals: list[_Look]) -> Iterator[Finding]:
    """One customer's phone and e-mail shown whole again and again, or those of many."""
    ids = [look.customer_id for look in reveals]
    for customer_id in sorted(set(ids)):
        times = ids.count(customer_id)
        if times > MOST_REVEALS:
            named = database.execute_sql("SELECT number, name FROM customer WHERE id = ?", (customer_id,)).fetchone()
            who, number = (f"{named[1]} ({named[0]})", named[0]) if named is not None else ("somebody", "")
            told = f"phone and e-mail of {who} revealed {times} times, more than {MOST_REVEALS}"
            yield person.finding(REVEALS, told, times, MOST_REVEALS, f"customer.revealed customer:{number}")
    if len(set(ids)) > MOST_REVEALED:
        told = f"phone and e-mail of {len(set(ids))} customers revealed, more than {MOST_REVEALED}"
        yield person.finding(REVEALS, told, len(set(ids)), MOST_REVEALED, "customer.revealed")


def _after_hours(
    database: SqliteDatabase, zone: str, dates: tuple[str, str], looks: list[_Look], numbers: dict[int, str]
) -> Iterator[Finding]:
    """Customers looked at while no day was open: before it was opened, after it was closed, or on none at all."""
    open_at: dict[str, tuple[int, int]] = {
        date: (opened, closed or 1 << 62) for date, opened, closed in database.execute_sql(DAYS, dates)
    }
    outside = [look for look in looks if not _is_open(open_at, business_date(look.at, zone), look.at)]
    for (staff_id, date), mine in _by_person_and_day(outside, zone):
        why = "before the day was opened or after it was closed" if date in open_at else "on a day that was not opened"
        customers = len({look.customer_id for look in mine})
        told = f"{'a customer' if customers == 1 else f'{customers} customers'} looked at {why}"
        begun, ended = local_time(mine[0].at, zone), local_time(mine[-1].at + _MINUTE, zone)
        within = f"since:{begun:%Y-%m-%dT%H:%M} until:{ended:%Y-%m-%dT%H:%M} customer.viewed"
        person = _Person(staff_id, mine[-1].who, numbers.get(staff_id, ""), date, zone)
        yield person.finding(AFTER_HOURS, told, len(mine), 0, within)


def _is_open(open_at: dict[str, tuple[int, int]], date: str, at: int) -> bool:
    opened, closed = open_at.get(date, (1 << 62, 0))
    return opened <= at <= closed


def _looks(database: SqliteDatabase, action: str, begins: int, ends: int) -> list[_Look]:
    low, high = (audit.first_at(database, at) for at in (begins - audit.DAY, ends + audit.DAY))
    return [_Look(*row) for row in database.execute_sql(LOOKS, (action, low, high, begins, ends))]


def _by_person_and_day(looks: list[_Look], zone: str) -> Iterator[tuple[tuple[int, str], list[_Look]]]:
    def whose(look: _Look) -> tuple[int, str]:
        return look.staff_id, business_date(look.at, zone)

    for key, mine in groupby(sorted(looks, key=whose), whose):
        yield key, list(mine)


def _surnames(name: str) -> set[str]:
    """All words of a name but the first, without accents; too short ones are particles."""
    return {word for word in fold(name).split()[1:] if len(word) >= SHORTEST_SURNAME}


LOOKS = """
SELECT seq, at, staff_id, who, customer_id FROM audit
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
DAYS = "SELECT date, opened_at, closed_at FROM business_day WHERE date BETWEEN ? AND ?"
