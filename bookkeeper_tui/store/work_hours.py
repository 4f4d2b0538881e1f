"""Hours worked: from clock in to clock out, as corrected since; and their sums by person and week.

What the clock wrote is kept. A correction says what it really was and why, and the newest one counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.dates import day_bounds, read_iso
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import business_date, harmless, local_time
from bookkeeper_tui.store.desk import Change, Desk
from bookkeeper_tui.store.staff import find

LONGEST_REASON = 200
LONGEST_HOURS = 24
FURTHEST_DAYS = 31
MOST = 20_000
_HOUR = 3_600_000_000
_DAY = 24 * _HOUR
_FORGOTTEN = 16 * _HOUR
BY_HAND = "by hand"
"""The terminal of a period that no clock wrote."""


@dataclass(frozen=True, slots=True)
class Period:
    """Some time at work, as it counts; instants in microseconds UTC, `out_at` None while it runs.

    `clocked_in` and `clocked_out` are what the clock wrote. `correction` is the id of the correction that counts, 0 for
    none; `reason`, `corrected_by` and `corrected_at` are its own.
    """

    id: int
    staff_id: int
    number: str
    name: str
    terminal: str
    in_at: int
    out_at: int | None
    clocked_in: int
    clocked_out: int | None
    correction: int
    reason: str
    corrected_by: str
    corrected_at: int

    def worked(self, now: int) -> int:
        """How long it took, in microseconds; up to `now` while it runs."""
        return max(0, (now if self.out_at is None else self.out_at) - self.in_at)

    def looks_forgotten(self, now: int) -> bool:
        """Whether somebody most likely forgot to sign out: it is longer than anybody works."""
        return not self.correction and self.worked(now) > _FORGOTTEN


class WeekTotal(NamedTuple):
    """Somebody's time in one week: `monday` is its first day (ISO), `worked` microseconds, `running` if still at it."""

    staff_id: int
    number: str
    name: str
    monday: str
    periods: int
    worked: int
    running: bool


class Correction(NamedTuple):
    """A correction as it is read back; instants in microseconds UTC, `out_at` None where the end was left open."""

    id: int
    in_at: int
    out_at: int | None
    reason: str
    at: int
    who: str


def periods(desk: Desk, first: str, last: str, *, number: str = "") -> list[Period]:
    """The periods that began on the days between two ISO dates, both included, by person and then time.

    `number` narrows them to one staff number. Raises BadInput for dates that are none, or so many days that there are
    more than twenty thousand periods in them.
    """
    database = desk.require("hours.viewed")
    begin, end = _bounds(desk, first, last)
    whose = (find(desk, number).id,) * 2 if number else (0, 1 << 62)
    slack = FURTHEST_DAYS * _DAY
    rows = database.execute_sql(BETWEEN, (*whose, begin - slack, end + slack, begin, end, MOST + 1)).fetchall()
    if len(rows) > MOST:
        raise BadInput(f"There are more than {MOST} periods between {first} and {last}: ask for fewer days")
    return [Period(*row) for row in rows]


def totals(desk: Desk, found: Iterable[Period]) -> list[WeekTotal]:
    """The sums of some periods by person and week (Monday to Sunday), in their order.

    A period counts for the week in which it began, by the shop's clock.
    """
    desk.require("hours.viewed")
    now, zone, sums = desk.now(), desk.store.shop.time_zone, dict[tuple[int, str], WeekTotal]()
    for one in found:
        day = date.fromisoformat(business_date(one.in_at, zone))
        monday = (day - timedelta(days=day.weekday())).isoformat()
        key = (one.staff_id, monday)
        known = sums.get(key, WeekTotal(one.staff_id, one.number, one.name, monday, 0, 0, False))
        sums[key] = known._replace(
            periods=known.periods + 1,
            worked=known.worked + one.worked(now),
            running=known.running or one.out_at is None,
        )
    return list(sums.values())


def corrections(desk: Desk, period_id: int) -> list[Correction]:
    """What a period was corrected to, the newest first."""
    database = desk.require("hours.viewed")
    return [Correction(*row) for row in database.execute_sql(CORRECTIONS, (period_id,))]


def correct(desk: Desk, period_id: int, in_at: int, out_at: int | None, reason: str, *, seen: int) -> Period:
    """Says what a period really was, in microseconds UTC, and why; `seen` is the correction that was read, 0 for none.

    Both instants alike say that there was no work. A period that runs stops where an end is given, and goes on where
    `out_at` is None. Raises BadInput for no reason, an end before the beginning or still to come, more than a day, a
    beginning more than a month from what the clock wrote, time that overlaps another period of the same person, and
    where somebody else corrected it meanwhile.
    """
    reason = _checked_reason(reason)
    with desk.change("clock.corrected") as change:
        old = _read(change.database, period_id)
        change.concerns(subject=old.number)
        if old.correction != seen:
            raise BadInput(f"That time was corrected meanwhile by {old.corrected_by}: look at it again")
        if out_at is None and old.out_at is not None:
            raise BadInput("An end is missing: only time that still runs has none")
        if (in_at, out_at) == (old.in_at, old.out_at):
            change.drop()
        if abs(in_at - old.clocked_in) > FURTHEST_DAYS * _DAY:
            raise BadInput(f"The clock wrote another day: a beginning is corrected by {FURTHEST_DAYS} days at most")
        _check_span(change, old.staff_id, old.name, in_at, out_at, besides=period_id)
        _write_correction(change, period_id, in_at, out_at, reason)
        if old.clocked_out is None and out_at is not None:
            change.database.execute_sql(STOP, (max(old.clocked_in, out_at), period_id))
        change.note(period=period_id, old=(old.in_at, old.out_at), new=(in_at, out_at))
        change.personal(reason=reason)
    return get(desk, period_id)


def add(desk: Desk, number: str, in_at: int, out_at: int, reason: str) -> Period:
    """Writes down time that no clock saw, for a staff number, and why; in microseconds UTC.

    Raises BadInput as `correct` does.
    """
    reason = _checked_reason(reason)
    with desk.change("clock.corrected", subject=number) as change:
        who = find(desk, number)
        _check_span(change, who.id, who.name, in_at, out_at, besides=0)
        cursor = change.database.execute_sql(INSERT, (who.id, BY_HAND, in_at, out_at))
        period_id = int(cursor.fetchone()[0])
        _write_correction(change, period_id, in_at, out_at, reason)
        change.note(period=period_id, new=(in_at, out_at))
        change.personal(reason=reason)
    return get(desk, period_id)


def get(desk: Desk, period_id: int) -> Period:
    """One period. Raises BadInput when there is none with this id."""
    return _read(desk.require("hours.viewed"), period_id)


def hours_text(worked: int) -> str:
    """A length of time (microseconds) in hours and minutes, rounded down: `7:45`."""
    minutes = worked // 60_000_000
    return f"{minutes // 60}:{minutes % 60:02}"


def _bounds(desk: Desk, first: str, last: str) -> tuple[int, int]:
    begin, end = read_iso(first, "From"), read_iso(last, "To")
    if end < begin:
        raise BadInput(f"{last} is before {first}: the days begin with the earlier one")
    return day_bounds(begin, desk.store.shop.time_zone, (end - begin).days + 1)


def _check_span(change: Change, staff_id: int, name: str, in_at: int, out_at: int | None, *, besides: int) -> None:
    until = change.at if out_at is None else out_at
    if until < in_at:
        raise BadInput("The end is before the beginning")
    if in_at <= 0 or max(in_at, until) > change.at:
        raise BadInput("Nobody has worked at a time that has not come")
    if until - in_at > LONGEST_HOURS * _HOUR and out_at is not None:
        raise BadInput(f"That is longer than {LONGEST_HOURS} hours: time at work is written down day by day")
    slack = FURTHEST_DAYS * _DAY
    row = change.database.execute_sql(
        OVERLAPPING, (staff_id, staff_id, in_at - 2 * slack, until + 2 * slack, besides, until, change.at, in_at)
    ).fetchone()
    if row is not None and until > in_at:
        zone = change.desk.store.shop.time_zone
        raise BadInput(f"{name} was at work then already, from {_told(row[0], zone)} at {harmless(row[1])}")


def _told(at: int, zone: str) -> str:
    return local_time(at, zone).strftime("%Y-%m-%d %H:%M")


def _checked_reason(reason: str) -> str:
    reason = " ".join(harmless(reason).split())
    if not reason or len(reason) > LONGEST_REASON:
        raise BadInput(f"A correction needs a reason, of at most {LONGEST_REASON} letters")
    return reason


def _write_correction(change: Change, period_id: int, in_at: int, out_at: int | None, reason: str) -> None:
    who = change.desk.staff
    values = (period_id, in_at, out_at, reason, change.at, who.staff_id, who.who)
    change.database.execute_sql(INSERT_CORRECTION, values)


def _read(database: SqliteDatabase, period_id: int) -> Period:
    row: tuple[Any, ...] | None = database.execute_sql(f"{PERIODS} WHERE period.id = ?", (period_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no time at work with the id {period_id}")
    return Period(*row)


FROM = """
FROM work_period AS period JOIN staff ON staff.id = period.staff_id LEFT JOIN work_correction AS correction
  ON correction.id = (SELECT MAX(id) FROM work_correction WHERE work_period_id = period.id)
"""
IN_AT = "COALESCE(correction.in_at, period.in_at)"
OUT_AT = "COALESCE(correction.out_at, period.out_at)"
PERIODS = f"""
SELECT period.id, period.staff_id, staff.number, staff.name, period.terminal, {IN_AT}, {OUT_AT}, period.in_at,
       period.out_at, COALESCE(correction.id, 0), COALESCE(correction.reason, ''), COALESCE(correction.who, ''),
       COALESCE(correction.at, 0)
{FROM}
"""
BETWEEN = f"""
{PERIODS}
WHERE period.staff_id BETWEEN ? AND ? AND period.in_at BETWEEN ? AND ? AND {IN_AT} >= ? AND {IN_AT} < ?
ORDER BY period.staff_id, {IN_AT}, period.id LIMIT ?
"""
OVERLAPPING = f"""
SELECT {IN_AT}, period.terminal {FROM}
WHERE period.staff_id BETWEEN ? AND ? AND period.in_at BETWEEN ? AND ? AND period.id <> ?
  AND {IN_AT} < ? AND COALESCE({OUT_AT}, ?) > ? AND {IN_AT} IS NOT {OUT_AT}
ORDER BY 1 LIMIT 1
"""
CORRECTIONS = """
SELECT id, in_at, out_at, reason, at, who FROM work_correction WHERE work_period_id = ? ORDER BY id DESC
"""
STOP = "UPDATE work_period SET out_at = ? WHERE id = ? AND out_at IS NULL"
INSERT = "INSERT INTO work_period (staff_id, terminal, in_at, out_at) VALUES (?, ?, ?, ?) RETURNING id"
INSERT_CORRECTION = """
INSERT INTO work_correction (work_period_id, in_at, out_at, reason, at, staff_id, who) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
