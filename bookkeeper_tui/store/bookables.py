"""Trainers and resources: who and what is booked, for which services, at what hours, and until when.

Minutes of a day are counted from midnight in the shop's time zone, weekdays from Monday, which is 0. Dates are ISO.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from peewee import AutoField, IntegerField, SqliteDatabase, TextField

from bookkeeper_tui.dates import midnight, read_iso
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import business_date, harmless, local_time
from bookkeeper_tui.store import services
from bookkeeper_tui.store.desk import Change, Desk
from bookkeeper_tui.store.engine import Table

KINDS = ("trainer", "resource")
ALL = 100_000
LAST_MINUTE = 1440
FOREVER = 1 << 62
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LONGEST_NAME = 40
_LONGEST_REASON = 200
_MOST_PLACES = 500
_MOST = 1000


class BookableTable(Table):
    """A trainer or a resource; `left_on` is the first date without them, empty while they are there."""

    id = AutoField()
    kind = TextField()
    name = TextField()
    capacity = IntegerField(default=1)
    commission = IntegerField(default=0)
    staff_id = IntegerField(null=True)
    left_on = TextField(default="")

    class Meta:
        table_name = "bookable"


@dataclass(frozen=True, slots=True)
class NewBookable:
    """A trainer or resource as a form brings it; `kind` is "trainer" or "resource".

    `capacity` is how many customers at a time, `commission` a trainer's share of what sessions are worth (thousandths
    of a per cent). One without `service_ids` is for every service.
    """

    kind: str
    name: str
    capacity: int = 1
    commission: int = 0
    staff_id: int | None = None
    service_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Bookable:
    """A trainer or resource as it is read back, in the units of `NewBookable`.

    `left_on` is the first date without them, empty while they are there; `staff_number` a trainer's own to sign in.
    """

    id: int
    kind: str
    name: str
    capacity: int
    commission: int
    staff_id: int | None
    left_on: str
    service_ids: frozenset[int]
    staff_number: str = ""


class Hours(NamedTuple):
    """A time of the week when one is there: from `start_minute` until before `end_minute` of a weekday."""

    weekday: int
    start_minute: int
    end_minute: int


class TimeOff(NamedTuple):
    """Days on which one is not there, the first and the last of them included."""

    id: int
    bookable_id: int
    first_date: str
    last_date: str
    reason: str


def list_bookables(desk: Desk, kind: str = "", also_left: bool = False) -> list[Bookable]:
    """Trainers before resources (or one `kind`), by name; who has left by today only where they are asked for."""
    database = desk.require("bookable.viewed")
    today = desk.today()
    found = _read_all(database, "(?1 = '' OR kind = ?1)", (kind, _MOST))
    return [one for one in found if also_left or not one.left_on or today < one.left_on]


def get(desk: Desk, bookable_id: int) -> Bookable:
    """One trainer or resource. Raises BadInput when there is none with this id."""
    return read(desk.require("bookable.viewed"), bookable_id)


def add(desk: Desk, bookable: NewBookable) -> Bookable:
    """Adds a trainer or resource, there at any time until hours are set. Raises BadInput naming what is wrong."""
    bookable = _checked(bookable)
    with desk.change("bookable.edited", subject=bookable.name) as change:
        _refuse_unknown(change, bookable)
        _refuse_taken(change, bookable, 0)
        bookable_id = int(BookableTable.insert(_values(bookable)).execute(change.database))
        _write_skills(change, bookable_id, bookable.service_ids)
        change.note(**_values(bookable), services=sorted(bookable.service_ids))
    return read(desk.require("bookable.edited"), bookable_id)


def edit(desk: Desk, bookable_id: int, bookable: NewBookable) -> Bookable:
    """Changes a trainer or resource, for what is booked from now on. Raises BadInput as `add` does."""
    bookable = _checked(bookable)
    with desk.change("bookable.edited", subject=bookable.name) as change:
        old = read(change.database, bookable_id)
        if old.kind != bookable.kind:
            raise BadInput(f"{old.name} is a {old.kind} and stays one: add the {bookable.kind} anew")
        _refuse_unknown(change, bookable)
        _refuse_taken(change, bookable, bookable_id)
        known = NewBookable(old.kind, old.name, old.capacity, old.commission, old.staff_id, old.service_ids)
        if known == bookable:
            change.drop()
        BookableTable.update(_values(bookable)).where(BookableTable.id == bookable_id).execute(change.database)
        _write_skills(change, bookable_id, bookable.service_ids)
        before = _values(known) | {"services": sorted(old.service_ids)}
        after = _values(bookable) | {"services": sorted(bookable.service_ids)}
        change.note(**{name: (before[name], after[name]) for name in after if before[name] != after[name]})
    return read(desk.require("bookable.edited"), bookable_id)


def hours(desk: Desk, bookable_id: int) -> list[Hours]:
    """When one is there, by weekday and time; nothing is at any time."""
    return hours_of(desk.require("bookable.viewed"), bookable_id)


def set_hours(desk: Desk, bookable_id: int, week: Sequence[Hours]) -> list[Hours]:
    """Sets all hours of the week anew; none is at any time. What is booked already stands.

    Raises BadInput for hours that are none, or run into each other.
    """
    with desk.change("bookable.edited") as change:
        known = read(change.database, bookable_id)
        change.concerns(subject=known.name)
        wanted, before = _checked_hours(known.name, week), hours_of(change.database, bookable_id)
        if wanted == before:
            change.drop()
        change.database.execute_sql("DELETE FROM working_hours WHERE bookable_id = ?", (bookable_id,))
        for one in wanted:
            change.database.execute_sql("INSERT INTO working_hours VALUES (?, ?, ?, ?)", (bookable_id, *one))
        change.note(hours=([list(one) for one in before], [list(one) for one in wanted]))
    return hours(desk, bookable_id)


def time_off(desk: Desk, bookable_id: int) -> list[TimeOff]:
    """The days off that are not over, the next first."""
    database = desk.require("bookable.viewed")
    today = desk.today()
    return days_off_of(database, bookable_id, today, "9999-12-31")


def add_time_off(desk: Desk, bookable_id: int, first_date: str, last_date: str, reason: str = "") -> TimeOff:
    """Gives days off, the first and the last included.

    Raises BadInput for dates that are none, or while bookings stand on those days or a session runs.
    """
    first, last = read_iso(first_date).isoformat(), read_iso(last_date).isoformat()
    reason = " ".join(harmless(reason).split())
    if last < first:
        raise BadInput(f"The last day off, {last}, comes before the first, {first}")
    if len(reason) > _LONGEST_REASON:
        raise BadInput(f"Reason: it has more than {_LONGEST_REASON} letters")
    with desk.change("bookable.edited") as change:
        known = read(change.database, bookable_id)
        change.concerns(subject=known.name)
        refuse_while_needed(change, known, first, last)
        values = (bookable_id, first, last, reason)
        made = change.database.execute_sql(INTO_TIME_OFF, values).fetchone()[0]
        change.note(off=(first, last))
    return TimeOff(made, bookable_id, first, last, reason)


def remove_time_off(desk: Desk, time_off_id: int) -> None:
    """Takes days off back. Raises BadInput when there are none with this id."""
    with desk.change("bookable.edited") as change:
        row = change.database.execute_sql(f"{SELECT_TIME_OFF} WHERE id = ?", (time_off_id,)).fetchone()
        if row is None:
            raise BadInput(f"There are no days off {time_off_id}: they were taken back already")
        gone = TimeOff._make(row)
        change.concerns(subject=read(change.database, gone.bookable_id).name)
        change.database.execute_sql("DELETE FROM time_off WHERE id = ?", (time_off_id,))
        change.note(back=(gone.first_date, gone.last_date))


def leave(desk: Desk, bookable_id: int, on_date: str) -> Bookable:
    """From this date on a trainer or resource is booked no more; what was done with them stays theirs.

    Raises BadInput while bookings stand from that date on, or a session runs that day.
    """
    first = read_iso(on_date).isoformat()
    with desk.change("bookable.edited") as change:
        known = read(change.database, bookable_id)
        change.concerns(subject=known.name)
        if known.left_on == first:
            change.drop()
        refuse_while_needed(change, known, first, "")
        BookableTable.update(left_on=first).where(BookableTable.id == bookable_id).execute(change.database)
        change.note(left_on=(known.left_on, first))
    return read(desk.require("bookable.edited"), bookable_id)


def come_back(desk: Desk, bookable_id: int) -> Bookable:
    """One who left, or was to leave, is booked again."""
    with desk.change("bookable.edited") as change:
        known = read(change.database, bookable_id)
        change.concerns(subject=known.name)
        if not known.left_on:
            change.drop()
        BookableTable.update(left_on="").where(BookableTable.id == bookable_id).execute(change.database)
        change.note(left_on=(known.left_on, ""))
    return read(desk.require("bookable.edited"), bookable_id)


def read(database: SqliteDatabase, bookable_id: int) -> Bookable:
    """One trainer or resource, inside a change or a look of somebody who may.

    Raises BadInput when there is none with this id.
    """
    found = _read_all(database, "id = ?1", (bookable_id, 1))
    if not found:
        raise BadInput(f"There is no trainer or resource {bookable_id}")
    return found[0]


def hours_of(database: SqliteDatabase, bookable_id: int) -> list[Hours]:
    """When one is there, by weekday and time, inside a change or a look; nothing is at any time."""
    return [Hours._make(row) for row in database.execute_sql(SELECT_HOURS, (bookable_id,))]


def days_off_of(database: SqliteDatabase, bookable_id: int, first_date: str, last_date: str) -> list[TimeOff]:
    """The days off that touch a span of dates, both included, inside a change or a look; the next first."""
    sql = f"{SELECT_TIME_OFF} WHERE bookable_id = ? AND last_date >= ? AND first_date <= ? ORDER BY first_date, id"
    return [TimeOff._make(row) for row in database.execute_sql(sql, (bookable_id, first_date, last_date))]


def fits(bookable: Bookable, service_id: int) -> bool:
    """Whether one is for this service."""
    return not bookable.service_ids or service_id in bookable.service_ids


def is_there(bookable: Bookable, on_date: str) -> bool:
    """Whether one has not left by a date."""
    return not bookable.left_on or on_date < bookable.left_on


def refuse_while_needed(change: Change, bookable: Bookable, first_date: str, last_date: str) -> None:
    """Raises BadInput, inside a change, while open bookings stand on those dates or a session runs on one of them.

    An empty `last_date` is without end.
    """
    shop, shown = change.desk.store.shop, change.desk.store.conventions
    today = business_date(change.at, shop.time_zone)
    running = change.database.execute_sql(RUNNING, (bookable.id,)).fetchone()
    if running is not None and first_date <= today <= (last_date or "9999-12-31"):
        until, is_paused = running
        clock = local_time(until, shop.time_zone).strftime("%H:%M")
        told = f"until {clock}" if until > change.at else f"by a session whose time was over at {clock}"
        told = "by a session that is paused" if is_paused else told
        raise BadInput(f"{bookable.name} is in use {told}: stop the session first")
    begins = midnight(first_date, shop.time_zone)
    ends = midnight(last_date, shop.time_zone, days=1) if last_date else FOREVER
    rows = change.database.execute_sql(STANDING, (bookable.id, begins, ends)).fetchall()
    if rows:
        number, on = rows[0]
        when = "on those days" if last_date else f"from {shown.date(first_date)} on"
        count = "a booking" if len(rows) == 1 else f"{len(rows)} bookings"
        which = f"{number} on {shown.date(on)}" if len(rows) == 1 else f"the first is {number} on {shown.date(on)}"
        them = "it" if len(rows) == 1 else "them"
        raise BadInput(f"{bookable.name} has {count} {when}, {which}: move or cancel {them} first")


def _read_all(database: SqliteDatabase, where: str, values: tuple[object, ...]) -> list[Bookable]:
    found = []
    for bookable_id, kind, name, capacity, commission, staff_id, left_on, served, number in database.execute_sql(
        SELECT.format(where=where), values
    ):
        service_ids = frozenset(int(one) for one in served.split(",") if one)
        found.append(Bookable(bookable_id, kind, name, capacity, commission, staff_id, left_on, service_ids, number))
    return found


def _values(bookable: NewBookable) -> dict[str, object]:
    return {
        "kind": bookable.kind,
        "name": bookable.name,
        "capacity": bookable.capacity,
        "commission": bookable.commission,
        "staff_id": bookable.staff_id,
    }


def _write_skills(change: Change, bookable_id: int, service_ids: Iterable[int]) -> None:
    change.database.execute_sql("DELETE FROM bookable_service WHERE bookable_id = ?", (bookable_id,))
    for service_id in sorted(service_ids):
        change.database.execute_sql("INSERT INTO bookable_service VALUES (?, ?)", (bookable_id, service_id))


def _checked(bookable: NewBookable) -> NewBookable:
    name = " ".join(harmless(bookable.name).split())
    if bookable.kind not in KINDS:
        raise BadInput(f"“{harmless(bookable.kind[:20])}” is neither a trainer nor a resource")
    if not name or len(name) > _LONGEST_NAME:
        raise BadInput(f"Name: a {bookable.kind} needs one, of at most {_LONGEST_NAME} letters")
    if not 1 <= bookable.capacity <= _MOST_PLACES:
        raise BadInput(f"Capacity: {str(bookable.capacity)[:20]} is none: it is from 1 to {_MOST_PLACES}")
    if not 0 <= bookable.commission <= ALL:
        raise BadInput(f"Commission: {str(bookable.commission / 1000)[:20]} % is none: it is from 0 to 100")
    if bookable.kind == "resource" and (bookable.commission or bookable.staff_id is not None):
        raise BadInput(f"{name} is a resource: only a trainer has a commission or a staff number")
    return replace(bookable, name=name)


def _checked_hours(name: str, week: Sequence[Hours]) -> list[Hours]:
    wanted = sorted(set(week))
    for one in wanted:
        if not 0 <= one.weekday <= 6:
            raise BadInput(f"Hours: there is no weekday {one.weekday}")
        if not 0 <= one.start_minute < one.end_minute <= LAST_MINUTE:
            raise BadInput(f"Hours: {_told(one)} is no time of a {WEEKDAYS[one.weekday]}")
    for earlier, later in pairwise(wanted):
        if earlier.weekday == later.weekday and later.start_minute < earlier.end_minute:
            day = WEEKDAYS[later.weekday]
            raise BadInput(f"Hours of {name}: {_told(earlier)} and {_told(later)} of {day} run into each other")
    return wanted


def _told(one: Hours) -> str:
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in one[1:])


def _refuse_unknown(change: Change, bookable: NewBookable) -> None:
    for service_id in sorted(bookable.service_ids):
        services.read(change.database, service_id)
    if bookable.staff_id is not None:
        sql = "SELECT 1 FROM staff WHERE id = ?"
        if change.database.execute_sql(sql, (bookable.staff_id,)).fetchone() is None:
            raise BadInput(f"There is no member of staff {bookable.staff_id}")


def _refuse_taken(change: Change, bookable: NewBookable, besides: int) -> None:
    sql = "SELECT 1 FROM bookable WHERE kind = ? AND name = ? AND id <> ?"
    if change.database.execute_sql(sql, (bookable.kind, bookable.name, besides)).fetchone():
        raise BadInput(f"There is a {bookable.kind} {bookable.name} already")


SELECT = """
SELECT id, kind, name, capacity, commission, staff_id, left_on,
       COALESCE((SELECT GROUP_CONCAT(service_id) FROM bookable_service WHERE bookable_id = bookable.id), ''),
       COALESCE((SELECT number FROM staff WHERE staff.id = bookable.staff_id), '')
FROM bookable WHERE {where} ORDER BY kind DESC, name LIMIT ?2
"""
SELECT_HOURS = """
SELECT weekday, start_minute, end_minute FROM working_hours WHERE bookable_id = ? ORDER BY weekday, start_minute
"""
SELECT_TIME_OFF = "SELECT id, bookable_id, first_date, last_date, reason FROM time_off"
INTO_TIME_OFF = "INSERT INTO time_off (bookable_id, first_date, last_date, reason) VALUES (?, ?, ?, ?) RETURNING id"
RUNNING = """
SELECT ends_at, paused_at IS NOT NULL FROM session_timer WHERE stopped_at IS NULL AND ?1 IN (trainer_id, resource_id)
ORDER BY paused_at IS NOT NULL, ends_at DESC LIMIT 1
"""
# Two queries in one, each by the index of its column; no booking takes longer than sixteen hours with all its buffers.
STANDING = """
SELECT number, date FROM (
    SELECT number, date, starts, id FROM booking
    WHERE trainer_id = ?1 AND state IN ('booked', 'checked in', 'done') AND state <> 'done'
      AND blocked_from > ?2 - 57600000000 AND blocked_from < ?3 AND ends > ?2 AND starts < ?3
    UNION ALL
    SELECT number, date, starts, id FROM booking
    WHERE resource_id = ?1 AND state IN ('booked', 'checked in', 'done') AND state <> 'done'
      AND blocked_from > ?2 - 57600000000 AND blocked_from < ?3 AND ends > ?2 AND starts < ?3
) ORDER BY starts, id
"""
