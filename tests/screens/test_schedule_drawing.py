"""The schedule as cells: who shares a time, what is kept free around it, and how much of a week is left."""

from __future__ import annotations

from datetime import date

from bookkeeper_tui.dates import day_bounds
from bookkeeper_tui.formats import Conventions
from bookkeeper_tui.screens.schedule_drawing import Drawn, Slot, View, day_grid, figures_grid, step_of, week_grid
from bookkeeper_tui.store.bookings import Column, Entry, Schedule, Span
from bookkeeper_tui.store.bookings.moments import HOUR, MINUTE
from bookkeeper_tui.widgets.time_grid import Cell, Lane

ZONE = "Europe/Madrid"
DAY = date(2026, 11, 24)
MIDNIGHT = day_bounds(DAY, ZONE)[0]
NINE = MIDNIGHT + 9 * HOUR
VIEW = View(30, MIDNIGHT, Conventions(), ZONE)


PLAIN = Entry(
    0, "", 1, "booked", 0, 0, 0, 0, 0, DAY.isoformat(), 1, "", 1, "Yoga", 1, "Marta", 2, "Hall", ""
)  # fmt: skip


def entry(number: int, after_nine: int, minutes: int = 60, after: int = 0, **other: object) -> Entry:
    """A booking of trainer 1, so many microseconds after nine, with so many minutes kept free after it."""
    begin, end = NINE + after_nine, NINE + after_nine + minutes * MINUTE
    return PLAIN._replace(
        id=number, number=f"B-{number}", customer=f"Customer {number}", starts=begin, ends=end, blocked_from=begin,
        blocked_to=end + after * MINUTE,
    )._replace(**other)  # type: ignore[arg-type]  # fmt: skip


def schedule(*entries: Entry, capacity: int = 1, off: str | None = None, kind: str = "trainer") -> Schedule:
    """One who is there from nine to one on that day."""
    text = DAY.isoformat()
    whose = Column(
        1, kind, "Marta", capacity, {text: (Span(NINE, NINE + 4 * HOUR, 540, 780),)}, {} if off is None else {text: off}
    )
    live = tuple(one for one in entries if one.state in ("booked", "checked in", "done"))
    freed = tuple(one for one in entries if one not in live)
    return Schedule(kind, (text,), MIDNIGHT, MIDNIGHT + 24 * HOUR, (whose,), live, freed)


def cell(drawn: Drawn, minute: int, column: int = 0) -> Cell:
    at = [row.key for row in drawn.grid.rows].index(Slot(minute))
    return drawn.grid.columns[column].cells[at]


def texts(found: Cell) -> list[str]:
    return [lane.text for lane in found.lanes]


def test_a_booking_fills_its_rows_and_says_who_what_and_where() -> None:
    drawn = day_grid(schedule(entry(7, HOUR, 120)), DAY, VIEW)
    assert [texts(cell(drawn, minute)) for minute in (600, 630, 660, 690)] == [["Customer 7"], ["Yoga"], ["Hall"], [""]]
    assert [cell(drawn, minute).kind for minute in (510, 540, 720, 750, 780)] == [
        "closed",
        "free",
        "free",
        "free",
        "closed",
    ]
    assert [one.id for one in drawn.inside[1, Slot(690)]] == [7]
    assert (1, Slot(720)) not in drawn.inside
    assert drawn.starts[1, Slot(600)] == NINE + HOUR
    assert drawn.first == Slot(540)


def test_those_who_share_a_time_stand_beside_each_other_as_long_as_they_do() -> None:
    drawn = day_grid(
        schedule(entry(1, 0, 60), entry(2, HOUR // 2, 60, forced=1, service_id=2), entry(3, HOUR, 60)), DAY, VIEW
    )
    assert texts(cell(drawn, 540)) == ["Customer 1", ""]
    assert texts(cell(drawn, 570)) == ["Yoga", "Customer 2"]
    assert texts(cell(drawn, 600)) == ["Customer 3", "Yoga"]
    assert cell(drawn, 570).lanes[1].role == "warn"
    assert cell(drawn, 540).lanes[1] == Lane("", edge="")


def test_a_class_is_one_block_with_its_places() -> None:
    class_of_two = schedule(entry(1, 0), entry(2, 0, state="checked in"), capacity=8)
    drawn = day_grid(class_of_two, DAY, VIEW)
    assert texts(cell(drawn, 540)) == ["Yoga 2/8"]
    assert texts(cell(drawn, 570)) == ["Customer 1"]
    assert len(drawn.inside[1, Slot(570)]) == 2


def test_a_buffer_is_kept_free_and_a_time_given_up_is_not() -> None:
    drawn = day_grid(schedule(entry(1, 0, 30, after=30), entry(2, 2 * HOUR, state="no-show")), DAY, VIEW)
    assert cell(drawn, 570).kind == "buffer"
    assert cell(drawn, 660).kind == "free"
    assert cell(drawn, 660).lanes == (Lane("x Customer 2", "bad", "given up"),)
    taken = day_grid(schedule(entry(1, 2 * HOUR), entry(2, 2 * HOUR, state="cancelled")), DAY, VIEW)
    assert texts(cell(taken, 660)) == ["Customer 1"], "the time is another's now"


def test_a_day_off_and_the_past_are_told() -> None:
    drawn = day_grid(schedule(off="Wedding"), DAY, VIEW)
    assert cell(drawn, 540).kind == "off"
    assert drawn.words[1, Slot(540)] == "day off (Wedding)"
    later = day_grid(schedule(), DAY, View(30, NINE + HOUR, Conventions(), ZONE))
    assert [cell(later, minute).kind for minute in (540, 570, 600)] == ["past", "past", "free"]
    assert later.current == Slot(600)


def test_what_is_booked_without_anybody_has_a_column() -> None:
    drawn = day_grid(schedule(entry(1, 0, trainer_id=None)), DAY, VIEW)
    assert [column.heading for column in drawn.grid.columns] == ["Marta", "No trainer"]
    assert texts(cell(drawn, 540, 1)) == ["Customer 1"]


def test_a_week_of_figures_counts_bookings_and_the_hours_left() -> None:
    def figures(found: Schedule, now: int = MIDNIGHT) -> str:
        week = tuple(date(2026, 11, 23 + n).isoformat() for n in range(7))
        whose = found.columns[0]
        hours = {day: whose.hours.get(day, ()) for day in week}
        filled = Column(1, whose.kind, whose.name, whose.capacity, hours, whose.off)
        all_week = Schedule(found.kind, week, found.first, found.last, (filled,), found.bookings, found.freed)
        drawn = figures_grid(all_week, date(2026, 11, 23), View(30, now, Conventions(), ZONE))
        assert drawn.grid.columns[0].cells[0].kind == "closed"
        return drawn.grid.columns[1].cells[0].text

    assert figures(schedule()).split() == ["-", "4:00"]
    assert figures(schedule(entry(1, 0, after=15), entry(2, 3 * HOUR, 90))).split() == ["2", "1:45"]
    assert figures(schedule(entry(1, 0), entry(2, HOUR)), NINE + HOUR // 2).split() == ["2", "2:00"]
    assert figures(schedule(entry(1, 0, 240))).split() == ["1", "full"]
    assert figures(schedule(entry(1, 0), entry(2, 0), capacity=2)).split() == ["2", "3:00"]
    room = schedule(entry(1, 0)._replace(resource_id=1), capacity=2, kind="resource")
    assert figures(room).split() == ["1", "4:00"]
    assert figures(schedule(entry(1, 0)), NINE + 9 * HOUR).split() == ["1"]
    assert figures(schedule(entry(1, 0), off="")).split() == ["1", "off"]


def test_rows_are_finer_where_something_begins_between() -> None:
    assert step_of(schedule(entry(1, 0), entry(2, HOUR, 45, after=15))) == 30
    assert step_of(schedule(entry(1, 15 * MINUTE, 45))) == 15


def test_a_night_that_has_an_hour_twice_gets_its_rows_in_a_week_too() -> None:
    week = tuple(date(2026, 10, 19 + n).isoformat() for n in range(7))
    whose = Column(1, "trainer", "Marta", 1, dict.fromkeys(week, ()), {})
    found = Schedule("trainer", week, 0, 1, (whose,), (), ())
    drawn = week_grid(found, whose, date(2026, 10, 19), VIEW)
    labels = [row.label for row in drawn.grid.rows]
    assert labels[4:9] == ["02:00a", "02:30a", "02:00b", "02:30b", "03:00"]
    assert (week[0], Slot(120, True)) not in drawn.starts
    assert drawn.starts[week[6], Slot(120, True)] - drawn.starts[week[6], Slot(120)] == HOUR
