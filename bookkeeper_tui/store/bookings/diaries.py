"""Diaries: when a trainer or a resource is there, and what takes their time; and why a time cannot be had with them."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.formats import local_time
from bookkeeper_tui.store.bookings.moments import HOUR, MINUTE, at_minute, clock

LONGEST_BLOCK = 16 * HOUR
"""Nothing takes longer: twelve hours, and two before and after. What began earlier is over, so no scan goes further."""


class Wanted(NamedTuple):
    """A time for a service: [starts, ends), taken for [blocked_from, blocked_to); its first and last date."""

    service_id: int
    service: str
    starts: int
    ends: int
    blocked_from: int
    blocked_to: int
    first: date
    last: date


class Taken(NamedTuple):
    """A booking that takes somebody's time; `other_id` is its resource in a trainer's diary, its trainer in that's."""

    blocked_from: int
    blocked_to: int
    starts: int
    ends: int
    service_id: int
    number: str
    customer: str
    other_id: int | None


class Off(NamedTuple):
    """Days off, ISO dates, both inclusive."""

    first: str
    last: str
    reason: str


@dataclass(slots=True)
class Diary:
    """One trainer's or resource's; `taken` in order of what it blocks, `hours` by weekday in minutes of the day."""

    id: int
    kind: str
    name: str
    capacity: int
    left_on: str
    time_zone: str
    skills: set[int] = field(default_factory=set)
    hours: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    off: list[Off] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    _spans: dict[date, list[tuple[int, int]]] = field(default_factory=dict)

    def is_free(self, wanted: Wanted) -> bool:
        """Whether the time can be had."""
        return (
            self.fits(wanted)
            and self._is_here(wanted)
            and self._day_off(wanted) is None
            and self._works(wanted)
            and not self.in_the_way(wanted)
        )

    def fits(self, wanted: Wanted) -> bool:
        """Whether it is one for the service; one without any is for all."""
        return not self.skills or wanted.service_id in self.skills

    def why_not(self, wanted: Wanted) -> tuple[str, ...]:
        """All that stands against the time, a sentence without its point each."""
        reasons, is_trainer = [], self.kind == "trainer"
        if not self.fits(wanted):
            reasons.append(f"{self.name} {'does not give' if is_trainer else 'is not for'} {wanted.service}")
        if not self._is_here(wanted):
            reasons.append(f"{self.name} {'has left' if is_trainer else 'is no longer there'} by then")
        elif (off := self._day_off(wanted)) is not None:
            reason = f" ({off.reason})" if off.reason else ""
            reasons.append(f"{self.name} {'has the day off' if is_trainer else 'is closed that day'}{reason}")
        elif not self._works(wanted):
            reasons.append(self._hours_told(wanted))
        if against := self.in_the_way(wanted):
            reasons.append(self._busy_told(wanted, against))
        return tuple(reasons)

    def in_the_way(self, wanted: Wanted) -> list[Taken]:
        """The bookings that leave no place for another one.

        A trainer who takes several takes them for the same service and time; a resource takes any.
        """
        against = self._overlapping(wanted)
        if self.capacity == 1:
            return against
        if self.kind == "resource":
            return against if self._most_at_once(against) >= self.capacity else []
        is_one_class = all(is_same_class(one, wanted) for one in against)
        return [] if is_one_class and len(against) < self.capacity else against

    def gives(self, wanted: Wanted) -> bool:
        """Whether the same service is booked for the same time already, so that another one joins it."""
        return any(is_same_class(one, wanted) for one in self._overlapping(wanted))

    def class_places(self, wanted: Wanted) -> set[int | None]:
        """Where (or by whom) the same service is given at the same time already."""
        return {one.other_id for one in self._overlapping(wanted) if is_same_class(one, wanted)}

    def spans(self, day: date) -> list[tuple[int, int]]:
        """When one is there on a date, as instants, days off aside; one without hours is there from day to day."""
        if day not in self._spans:
            hours = self.hours.get(day.weekday(), []) if self.hours else [(0, 1440)]
            self._spans[day] = [
                (at_minute(day, start, self.time_zone), at_minute(day, end, self.time_zone, late=True))
                for start, end in hours
            ]
        return self._spans[day]

    def off_on(self, day: date) -> Off | None:
        """The days off that a date lies in."""
        text = day.isoformat()
        return next((off for off in self.off if off.first <= text <= off.last), None)

    def _overlapping(self, wanted: Wanted) -> list[Taken]:
        first = bisect_left(self.taken, (wanted.blocked_from - LONGEST_BLOCK,))
        last = bisect_left(self.taken, (wanted.blocked_to,))
        return [one for one in self.taken[first:last] if one.blocked_to > wanted.blocked_from]

    @staticmethod
    def _most_at_once(against: Sequence[Taken]) -> int:
        steps = sorted(step for one in against for step in ((one.blocked_from, 1), (one.blocked_to, -1)))
        most = now = 0
        for _, step in steps:
            now += step
            most = max(most, now)
        return most

    def _is_here(self, wanted: Wanted) -> bool:
        return not self.left_on or wanted.last.isoformat() < self.left_on

    def _day_off(self, wanted: Wanted) -> Off | None:
        if not self.off:
            return None
        return self.off_on(wanted.first) or (self.off_on(wanted.last) if wanted.last != wanted.first else None)

    def _works(self, wanted: Wanted) -> bool:
        if not self.hours:
            return True
        spans, reached = self.spans(wanted.first), wanted.starts
        if wanted.last != wanted.first:
            spans = spans + self.spans(wanted.last)
        for starts, ends in spans:
            if starts <= reached < ends:
                reached = ends
        return reached >= wanted.ends

    def _hours_told(self, wanted: Wanted) -> str:
        hours = self.hours.get(wanted.first.weekday(), [])
        told = " and ".join(f"{_minute(start)} to {_minute(end)}" for start, end in hours)
        if self.kind == "trainer":
            return f"{self.name} works {told} that day" if told else f"{self.name} does not work that day"
        return f"{self.name} is open {told} that day" if told else f"{self.name} is closed that day"

    def _busy_told(self, wanted: Wanted, against: Sequence[Taken]) -> str:
        until = clock(max(one.blocked_to for one in against), self.time_zone)
        first = min(one.blocked_from for one in against)
        if self.capacity > 1 and len(against) >= self.capacity:
            return f"{self.name} is full until {until} ({len(against)} of {self.capacity})"
        verb, others = "busy" if self.kind == "trainer" else "taken", len(against) - 1
        more = f" and {others} more" if others else ""
        since = f"from {clock(first, self.time_zone)} to" if first > wanted.starts else "until"
        told = f"{self.name} is {verb} {since} {until} ({against[0].number}, {against[0].customer}{more})"
        if first < wanted.ends:
            return told
        return f"{told} and {wanted.service} takes until {clock(wanted.blocked_to, self.time_zone)}"


def is_same_class(one: Taken, wanted: Wanted) -> bool:
    """Whether two are there for the same service at the same time, and so together."""
    return (one.service_id, one.starts, one.ends) == (wanted.service_id, wanted.starts, wanted.ends)


def wanted_at(
    service_id: int, service: str, starts: int, minutes: int, before: int, after: int, time_zone: str
) -> Wanted:
    """The time from `starts` (microseconds UTC) on, with its buffers in minutes."""
    ends = starts + minutes * MINUTE
    first, last = local_time(starts, time_zone).date(), local_time(ends - 1, time_zone).date()
    return Wanted(
        service_id, service, starts, ends, starts - before * MINUTE, ends + after * MINUTE, first, last
    )  # fmt: skip


def load(
    database: SqliteDatabase, ids: Iterable[int], first: int, last: int, time_zone: str, besides: int | None = None
) -> dict[int, Diary]:
    """The diaries of these trainers and resources for [first, last), by id; `besides` is a booking that does not count.

    Five queries however many; ids that are none are left out.
    """
    known = tuple(dict.fromkeys(ids))
    if not known:
        return {}
    marks = ", ".join("?" * len(known))
    found = dict[int, Diary]()
    for one, kind, name, capacity, left_on in database.execute_sql(SELECT_BOOKABLES.format(marks=marks), known):
        found[one] = Diary(one, kind, name, capacity, left_on, time_zone)
    for bookable_id, service_id in database.execute_sql(SELECT_SKILLS.format(marks=marks), known):
        found[bookable_id].skills.add(service_id)
    for bookable_id, weekday, start, end in database.execute_sql(SELECT_HOURS.format(marks=marks), known):
        found[bookable_id].hours.setdefault(weekday, []).append((start, end))
    first_date = local_time(first, time_zone).date() - timedelta(days=1)
    last_date = local_time(last, time_zone).date() + timedelta(days=1)
    dates = (last_date.isoformat(), first_date.isoformat())
    for bookable_id, *off in database.execute_sql(SELECT_OFF.format(marks=marks), (*known, *dates)):
        found[bookable_id].off.append(Off(*off))
    for kind in ("trainer", "resource"):
        own = [diary.id for diary in found.values() if diary.kind == kind]
        for row in _taken(database, kind, own, first, last, besides):
            found[row[0]].taken.append(Taken._make(row[1:]))
    return found


def fitting(database: SqliteDatabase, kind: str, service_id: int) -> list[int]:
    """The trainers or resources who take a service and have not left for good, by name."""
    return [row[0] for row in database.execute_sql(SELECT_FITTING, (kind, service_id))]


def _taken(
    database: SqliteDatabase, kind: str, ids: Sequence[int], first: int, last: int, besides: int | None
) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    # One after the other: each is one range of its index, which sorts them too.
    for one in ids:
        rows += database.execute_sql(
            SELECT_TAKEN[kind], (one, first - LONGEST_BLOCK, last, first, besides or 0)
        ).fetchall()  # fmt: skip
    return rows


def _minute(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


SELECT_BOOKABLES = "SELECT id, kind, name, capacity, left_on FROM bookable WHERE id IN ({marks})"
SELECT_SKILLS = "SELECT bookable_id, service_id FROM bookable_service WHERE bookable_id IN ({marks})"
SELECT_HOURS = """
SELECT bookable_id, weekday, start_minute, end_minute FROM working_hours
WHERE bookable_id IN ({marks}) ORDER BY bookable_id, weekday, start_minute
"""
SELECT_OFF = """
SELECT bookable_id, first_date, last_date, reason FROM time_off
WHERE bookable_id IN ({marks}) AND first_date <= ? AND last_date >= ? ORDER BY bookable_id, first_date
"""
SELECT_FITTING = """
SELECT id FROM bookable
WHERE kind = ?1 AND (NOT EXISTS (SELECT 1 FROM bookable_service WHERE bookable_id = bookable.id)
   OR EXISTS (SELECT 1 FROM bookable_service WHERE bookable_id = bookable.id AND service_id = ?2))
ORDER BY name
"""
_TAKEN = """
SELECT booking.{one}_id, booking.blocked_from, booking.blocked_to, booking.starts, booking.ends, booking.service_id,
       booking.number, customer.name, booking.{other}_id
FROM booking CROSS JOIN customer ON customer.id = booking.customer_id
WHERE booking.{one}_id = ?1 AND booking.blocked_from > ?2 AND booking.blocked_from < ?3 AND booking.blocked_to > ?4
  AND booking.id <> ?5 AND booking.state IN ('booked', 'checked in', 'done')
ORDER BY booking.blocked_from
"""
SELECT_TAKEN = {
    "trainer": _TAKEN.format(one="trainer", other="resource"),
    "resource": _TAKEN.format(one="resource", other="trainer"),
}
