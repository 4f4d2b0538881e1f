"""Hours worked as a table: one row a period, with what the clock wrote beside what counts."""

from collections.abc import Iterator
from datetime import date, timedelta

from bookkeeper_tui.dates import read_iso
from bookkeeper_tui.formats import local_time
from bookkeeper_tui.store import work_hours
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.kind import SINCE, UNTIL, Asked, Filter, ReportKind, Row, columns_of

COLUMNS = (
    "number", "name", "date", "began", "ended", "minutes", "hours", "terminal", "clock_in", "clock_out", "corrected_by",
    "reason",
)  # fmt: skip
_DAYS_AT_ONCE = 28


def _rows(desk: Desk, asked: Asked) -> Iterator[Row]:
    """A row a period, four weeks after the other; this month, if not said. One that runs counts until now."""
    last = read_iso(asked["until"] or max(asked["since"], desk.today()))
    first = read_iso(asked["since"]) if asked["since"] else last.replace(day=1)
    begin = first
    while begin <= last:
        end = min(last, begin + timedelta(days=_DAYS_AT_ONCE - 1))
        yield from _rows_of(desk, asked["staff"], begin, end)
        begin = end + timedelta(days=1)


def _rows_of(desk: Desk, number: str, begin: date, end: date) -> Iterator[Row]:
    now, zone = desk.now(), desk.store.shop.time_zone

    def moment(at: int | None) -> str:
        return local_time(at, zone).isoformat(timespec="minutes") if at is not None else ""

    for one in work_hours.periods(desk, begin.isoformat(), end.isoformat(), number=number):
        worked, began = one.worked(now), moment(one.in_at)
        yield (
            one.number, one.name, began[:10], began, moment(one.out_at), worked // 60_000_000,
            work_hours.hours_text(worked), one.terminal, moment(one.clocked_in), moment(one.clocked_out),
            one.corrected_by, one.reason,
        )  # fmt: skip


def _refuse(desk: Desk, asked: Asked) -> None:
    """Before anything is written: a staff number that nobody has or had."""
    if asked["staff"]:
        work_hours.periods(desk, desk.today(), desk.today(), number=asked["staff"])


HOURS = ReportKind(
    name="hours",
    title="Hours worked",
    what="who worked when (this month), a row a period, corrections beside what the clock wrote",
    one="period",
    many="periods",
    columns=columns_of(*COLUMNS, right=("minutes", "hours")),
    filters=(SINCE, UNTIL, Filter("staff", "of one staff number")),
    rows=_rows,
    refuse=_refuse,
)
