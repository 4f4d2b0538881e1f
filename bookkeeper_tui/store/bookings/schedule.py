"""The schedule: a day or a week of the trainers or of the resources, with their bookings, hours and days off."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.dates import day_bounds, read_iso
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store.bookings.diaries import LONGEST_BLOCK
from bookkeeper_tui.store.bookings.moments import at_minute
from bookkeeper_tui.store.desk import Desk

KINDS = ("trainer", "resource")
_MOST = 5000


class Entry(NamedTuple):
    """A booking in the schedule; instants in microseconds UTC, `forced` 0 or 1."""

    id: int
    number: str
    version: int
    state: str
    forced: int
    starts: int
    ends: int
    blocked_from: int
    blocked_to: int
    date: str
    customer_id: int
    customer: str
    service_id: int
    service: str
    trainer_id: int | None
    trainer: str
    resource_id: int | None
    resource: str
    note: str


class Span(NamedTuple):
    """A time in which one is there: instants, and as minutes of the day on the shop's clock."""

    starts: int
    ends: int
    start_minute: int
    end_minute: int


@dataclass(frozen=True, slots=True)
class Column:
    """A trainer or resource: when they are there on each date (ISO), and the reason on the dates they are off.

    `hours` of a date without any are empty; one who is there at any time has the whole day. A day off has its hours
    still: look into `off` first.
    """

    bookable_id: int
    kind: str
    name: str
    capacity: int
    hours: dict[str, tuple[Span, ...]]
    off: dict[str, str]


@dataclass(frozen=True, slots=True)
class Schedule:
    """Some days (ISO dates) from `first` to before `last`, in microseconds UTC.

    `bookings` take their time, in order of their start; `freed` were cancelled or missed. Those without a trainer (or
    resource) are among them too.
    """

    kind: str
    dates: tuple[str, ...]
    first: int
    last: int
    columns: tuple[Column, ...]
    bookings: tuple[Entry, ...]
    freed: tuple[Entry, ...]

    def of(self, bookable_id: int | None) -> tuple[Entry, ...]:
        """The bookings of one column; of None those that have no trainer (or resource)."""
        place = Entry._fields.index(f"{self.kind}_id")
        return tuple(entry for entry in self.bookings if entry[place] == bookable_id)


def day(desk: Desk, date: str, kind: str = "trainer") -> Schedule:
    """A day (ISO date) of all trainers or resources. Raises BadInput for what is no date or kind."""
    return _schedule(desk.require("booking.viewed"), desk, read_iso(date), 1, kind)


def week(desk: Desk, monday: str, kind: str = "trainer") -> Schedule:
    """The week of a date (ISO), from its Monday, of all trainers or resources. Raises BadInput for no date or kind."""
    first = read_iso(monday)
    return _schedule(desk.require("booking.viewed"), desk, first - timedelta(days=first.weekday()), 7, kind)


def _schedule(database: SqliteDatabase, desk: Desk, first_day: date, days: int, kind: str) -> Schedule:
    if kind not in KINDS:
        raise BadInput(f"A schedule is by trainer or by resource, not by “{kind[:20]}”")
    zone = desk.store.shop.time_zone
    dates = tuple(first_day + timedelta(days=number) for number in range(days))
    first, last = day_bounds(first_day, zone, days)
    entries = [Entry._make(row) for row in database.execute_sql(
        SELECT_ENTRIES, (first - LONGEST_BLOCK, last, first, _MOST)
    )]  # fmt: skip
    return Schedule(
        kind, tuple(one.isoformat() for one in dates), first, last, _columns(database, kind, dates, zone),
        tuple(entry for entry in entries if entry.state in ("booked", "checked in", "done")),
        tuple(entry for entry in entries if entry.state not in ("booked", "checked in", "done")),
    )  # fmt: skip


def _columns(database: SqliteDatabase, kind: str, dates: tuple[date, ...], zone: str) -> tuple[Column, ...]:
    hours = dict[int, dict[int, list[tuple[int, int]]]]()
    for bookable_id, weekday, start, end in database.execute_sql(SELECT_HOURS, (kind,)):
        hours.setdefault(bookable_id, {}).setdefault(weekday, []).append((start, end))
    off = dict[int, list[tuple[str, str, str]]]()
    between = (kind, dates[-1].isoformat(), dates[0].isoformat())
    for bookable_id, *rest in database.execute_sql(SELECT_OFF, between):
        off.setdefault(bookable_id, []).append((rest[0], rest[1], rest[2]))
    columns = []
    spans = dict[tuple[date, int, int], Span]()
    for bookable_id, name, capacity, left_on in database.execute_sql(SELECT_COLUMNS, (kind, dates[0].isoformat())):
        own = hours.get(bookable_id)
        there = {
            one.isoformat(): tuple(
                _span(spans, one, start, end, zone)
                for start, end in (own.get(one.weekday(), ()) if own is not None else ((0, 1440),))
            )
            for one in dates
        }  # fmt: skip
        away = {
            text: reason
            for text in there
            for first, last, reason in off.get(bookable_id, ())
            if first <= text <= last
        } | {text: "left" for text in there if left_on and text >= left_on}  # fmt: skip
        columns.append(Column(bookable_id, kind, name, capacity, there, away))
    return tuple(columns)


def _span(spans: dict[tuple[date, int, int], Span], day: date, start: int, end: int, zone: str) -> Span:
    """Many share the same hours: each is reckoned once."""
    key = (day, start, end)
    if key not in spans:
        spans[key] = Span(at_minute(day, start, zone), at_minute(day, end, zone, late=True), start, end)
    return spans[key]


SELECT_ENTRIES = """
SELECT booking.id, booking.number, booking.version, booking.state, booking.forced, booking.starts, booking.ends,
       booking.blocked_from, booking.blocked_to, booking.date, booking.customer_id, customer.name, booking.service_id,
       service.name, booking.trainer_id, COALESCE(trainer.name, ''), booking.resource_id, COALESCE(resource.name, ''),
       booking.note
FROM booking CROSS JOIN customer ON customer.id = booking.customer_id
CROSS JOIN service ON service.id = booking.service_id
LEFT JOIN bookable AS trainer ON trainer.id = booking.trainer_id
LEFT JOIN bookable AS resource ON resource.id = booking.resource_id
WHERE booking.starts >= ?1 AND booking.starts < ?2 AND booking.ends > ?3
ORDER BY booking.starts, booking.id LIMIT ?4
"""
SELECT_COLUMNS = """
SELECT id, name, capacity, left_on FROM bookable WHERE kind = ? AND (left_on = '' OR left_on > ?) ORDER BY name
"""
SELECT_HOURS = """
SELECT working_hours.bookable_id, working_hours.weekday, working_hours.start_minute, working_hours.end_minute
FROM bookable JOIN working_hours ON working_hours.bookable_id = bookable.id WHERE bookable.kind = ?
ORDER BY working_hours.bookable_id, working_hours.weekday, working_hours.start_minute
"""
SELECT_OFF = """
SELECT time_off.bookable_id, time_off.first_date, time_off.last_date, time_off.reason
FROM bookable JOIN time_off ON time_off.bookable_id = bookable.id
WHERE bookable.kind = ? AND time_off.first_date <= ? AND time_off.last_date >= ?
"""
