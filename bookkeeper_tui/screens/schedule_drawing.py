"""The schedule as a grid: a day of everybody's, a week of one's, and everybody's week as figures."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from bookkeeper_tui.dates import day_bounds
from bookkeeper_tui.formats import Conventions, harmless
from bookkeeper_tui.screens.booking_drawing import span_words
from bookkeeper_tui.store.bookings import LIVE, Column, Entry, Schedule, clock
from bookkeeper_tui.widgets.time_grid import Cell, Grid, GridColumn, GridRow, Lane

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
STEPS = (15, 30, 60)
# A mark before the name for each state that is not plainly booked; its second letter is for ASCII.
MARKS = {"checked in": "++", "done": "✓v", "no-show": "xx", "cancelled": "--", "late cancelled": "--"}
ROLES = {"booked": "plain", "checked in": "good", "no-show": "bad"}
NAMES = {"trainer": "Trainers", "resource": "Resources"}
MORNING = 8 * 60
LEAST_DAY, LEAST_WEEK, LEAST_FIGURES = 12, 10, 9

MINUTE = 60_000_000
NOBODY = 0
"""The column of what is booked without a trainer, or without a resource."""

Place = tuple[Hashable, Hashable]
"""A cell by the keys of its column and row."""


class Slot(NamedTuple):
    """A row of the grid: the minute of the day at which it begins, and whether it is the second one of that name."""

    minute: int
    second: bool = False


class Time(NamedTuple):
    """A slot of one day, as instants (microseconds UTC)."""

    slot: Slot
    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class View:
    """Through what it is seen: the minutes between rows, the instant that it is now, and how things are said."""

    step: int
    now: int
    conventions: Conventions
    time_zone: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A grid, the bookings behind its cells, what else is said of a cell, and the instant at which each begins.

    `first` is the row to scroll to, `current` the one it is now.
    """

    grid: Grid
    inside: Mapping[Place, tuple[Entry, ...]]
    words: Mapping[Place, str]
    starts: Mapping[Place, int]
    first: Slot | None = None
    current: Slot | None = None

    def grid_telling(self, tell: Callable[[int, int], str], before: str) -> Grid:
        """The grid with what its last line tells, and more before its title."""
        return replace(self.grid, title=f"{before}{self.grid.title}", tell=tell if self.grid.tell is not None else None)


def step_of(schedule: Schedule) -> int:
    """The minutes between rows: half an hour, or a quarter where something begins between, or another could."""
    half = 30 * MINUTE
    return 15 if any(one.starts % half or one.blocked_to % half for one in schedule.bookings) else 30


def times_of(day: date, step: int, time_zone: str) -> list[Time]:
    """A day from its midnight to the next, in steps of so many real minutes."""
    start, end = day_bounds(day, time_zone)
    usual = end - start == 24 * 60 * MINUTE
    found: list[Time] = []
    for number, at in enumerate(range(start, end, step * MINUTE)):
        label = "" if usual else clock(at, time_zone)
        minute = number * step if usual else int(label[:2]) * 60 + int(label[3:5])
        found.append(Time(Slot(minute, label.endswith("b")), at, min(at + step * MINUTE, end)))
    return found


def day_grid(schedule: Schedule, day: date, view: View) -> Drawn:
    """Everybody's day: a column each."""
    times, mine = times_of(day, view.step, view.time_zone), by_column(schedule)
    pages: dict[Hashable, tuple[str, _Page]] = {
        one.bookable_id: (one.name, _Page(one, day, times, mine[one.bookable_id], view)) for one in columns_of(schedule)
    }
    counted = _counted([*schedule.bookings, *schedule.freed])
    shown = f"{WEEKDAYS[day.weekday()]} {view.conventions.date(day)}"
    title = titled(view.conventions, shown, NAMES[schedule.kind], counted)
    return _put_together(title, pages, times, LEAST_DAY, view)


def week_grid(schedule: Schedule, whose: Column, monday: date, view: View) -> Drawn:
    """One's week: a column a day."""
    days = [monday + timedelta(days=n) for n in range(7)]
    mine = by_column(schedule)[whose.bookable_id]
    every = {day: times_of(day, view.step, view.time_zone) for day in days}
    pages: dict[Hashable, tuple[str, _Page]] = {
        day.isoformat(): (short_day(day), _Page(whose, day, every[day], mine, view)) for day in days
    }
    title = titled(view.conventions, whose.name, _span_of(days, view), _counted(mine))
    return _put_together(title, pages, max(every.values(), key=len), LEAST_WEEK, view)


def figures_grid(schedule: Schedule, monday: date, view: View) -> Drawn:
    """Everybody's week: a row each, and for every day how many are booked and how long is free from now on."""
    days = [monday + timedelta(days=n) for n in range(7)]
    bounds = {day: day_bounds(day, view.time_zone) for day in days}
    mine = by_column(schedule)
    columns, everybody = [], columns_of(schedule)
    for day in days:
        cells = tuple(_figures(one, day, bounds[day], mine[one.bookable_id], view) for one in everybody)
        columns.append(GridColumn(day.isoformat(), short_day(day), cells))
    title = titled(view.conventions, NAMES[schedule.kind], _span_of(days, view), "booked, and hours free")
    rows = tuple(GridRow(one.bookable_id, one.name, "plain") for one in everybody)
    grid = Grid(title, rows, tuple(columns), label_width=16, least=LEAST_FIGURES, tell=None)
    return Drawn(grid, {}, {}, {})


def titled(conventions: Conventions, *parts: str) -> str:
    """Parts of a title with a mark between them."""
    return (" - " if conventions.ascii else " · ").join(parts)


def by_column(schedule: Schedule) -> defaultdict[int, list[Entry]]:
    """What is booked with each trainer or resource, and after it what was given up, in order of its time."""
    found: defaultdict[int, list[Entry]] = defaultdict(list)
    for one in (*schedule.bookings, *schedule.freed):
        found[(one.trainer_id if schedule.kind == "trainer" else one.resource_id) or NOBODY].append(one)
    return found


def columns_of(schedule: Schedule) -> list[Column]:
    """The trainers or resources; last a column for what is booked without one, where there is such a thing."""
    if not schedule.of(None):
        return list(schedule.columns)
    nobody = Column(NOBODY, schedule.kind, f"No {schedule.kind}", 1, dict.fromkeys(schedule.dates, ()), {})
    return [*schedule.columns, nobody]


def short_day(day: date) -> str:
    """A day as the heading of a column: `Sa 28`."""
    return f"{WEEKDAYS[day.weekday()][:2]} {day.day}"


def told(one: Entry, time_zone: str) -> str:
    """A booking in one line, what matters most first."""
    forced = " (forced)" if one.forced else ""
    what = [harmless(part) for part in (one.customer, one.service, one.trainer, one.resource) if part]
    return f"{span_words(one.starts, one.ends, time_zone)} {one.state}{forced}: {', '.join(what)}  {one.number}"


class _Page:
    """One's day: a cell for each of its times, from what is booked and when one is there."""

    def __init__(self, whose: Column, day: date, times: Sequence[Time], mine: Sequence[Entry], view: View) -> None:
        self._whose, self._view, self.times = whose, view, times
        self._starts = [time.starts for time in times]
        self._off = whose.off.get(day.isoformat())
        self._spans = whose.hours[day.isoformat()]
        first, last = times[0].starts, times[-1].ends
        today = [one for one in mine if one.blocked_from < last and one.blocked_to > first]
        self._lanes: defaultdict[int, list[tuple[int, Lane]]] = defaultdict(list)
        self._several: defaultdict[int, int] = defaultdict(lambda: 1)
        self._inside: defaultdict[int, list[Entry]] = defaultdict(list)
        self._buffers: set[int] = set()
        self._place([one for one in today if one.state in LIVE], live=True)
        self._place([one for one in today if one.state not in LIVE], live=False)

    def cells(self) -> list[tuple[Slot, Cell, tuple[Entry, ...], str]]:
        """For every time its slot, its cell, the bookings in it, and what is to be said where there are none."""
        return [(time.slot, *self._cell(row, time)) for row, time in enumerate(self.times)]

    def opens(self) -> list[int]:
        """The minutes of the day at which one begins to be there, or something is booked."""
        rows = [min(self._inside)] if self._inside else []
        if self._off is None:
            rows += [bisect_right(self._starts, span.starts) - 1 for span in self._spans if span.start_minute]
        return [self.times[max(0, row)].slot.minute for row in rows]

    def _cell(self, row: int, time: Time) -> tuple[Cell, tuple[Entry, ...], str]:
        kind, words = self._kind_of(row, time)
        lanes: list[Lane] = [Lane("", edge="")] * self._several[row] if self._lanes[row] else []
        for place, lane in self._lanes[row]:
            lanes[place] = lane
        return Cell(kind, tuple(lanes)), tuple(self._inside.get(row, ())), words

    def _kind_of(self, row: int, time: Time) -> tuple[str, str]:
        if self._off is not None:
            return "off", f"day off{f' ({harmless(self._off)})' if self._off else ''}"
        if not any(span.starts < time.ends and time.starts < span.ends for span in self._spans):
            return "closed", "not there at this time"
        if row in self._buffers:
            return "buffer", "kept free before or after a booking"
        if time.ends <= self._view.now:
            return "past", "free, but past"
        return "free", "free: Enter books it"

    def _place(self, bookings: Sequence[Entry], *, live: bool) -> None:
        """Give every block the rows it takes, and a lane beside those that it shares one with."""
        blocks: dict[tuple[int, int, int, bool], list[Entry]] = defaultdict(list)
        for one in bookings:
            blocks[one.starts, one.ends, one.service_id, live].append(one)
        cluster: list[tuple[int, int, int, list[Entry]]] = []
        reach = -1
        for (starts, ends, _, _), group in sorted(blocks.items(), key=lambda item: item[0][:3]):
            top = max(0, bisect_right(self._starts, starts) - 1)
            bottom = max(top + 1, bisect_left(self._starts, ends))
            if live and self._whose.capacity == 1:
                self._keep_free(group[0])
            if starts >= self.times[-1].ends or ends <= self.times[0].starts:
                continue
            if not live and any(self._lanes[row] for row in range(top, bottom)):
                # Somebody else has the time by now; what was given up is still found where it is opened.
                continue
            if top >= reach:
                self._close(cluster, live=live)
                cluster = []
            taken = {lane for lane, _, until, _ in cluster if until > top}
            lane = next(lane for lane in range(len(cluster) + 1) if lane not in taken)
            cluster.append((lane, top, bottom, group))
            reach = max(reach, bottom)
        self._close(cluster, live=live)

    def _close(self, cluster: Sequence[tuple[int, int, int, list[Entry]]], *, live: bool) -> None:
        """Write down the blocks that share rows: all of them get as many lanes as the most crowded row needs."""
        lanes = max((lane for lane, *_ in cluster), default=0) + 1
        for lane, top, bottom, group in cluster:
            texts = self._texts(group, bottom - top)
            first = group[0]
            role = "warn" if first.forced and live else ROLES.get(first.state, "quiet")
            edge = "taken" if live else "given up"
            for row, text in zip(range(top, bottom), texts, strict=True):
                self._lanes[row].append((lane, Lane(text, role, edge)))
                self._several[row] = lanes
                self._inside[row] += group

    def _texts(self, group: Sequence[Entry], rows: int) -> list[str]:
        """What is written in a block, line by line."""
        first = group[0]
        if len(group) == 1 and self._whose.capacity == 1:
            other = first.resource if self._whose.kind == "trainer" else first.trainer
            lines = [f"{self._mark(first)}{first.customer}", first.service, other, first.note]
        else:
            places = f" {len(group)}/{self._whose.capacity}"
            lines = [f"{first.service}{places}", *(f"{self._mark(one)}{one.customer}" for one in group)]
        return [*lines, *[""] * rows][:rows]

    def _mark(self, one: Entry) -> str:
        mark = MARKS.get(one.state, "")
        return f"{mark[1 if self._view.conventions.ascii else 0]} " if mark else ""

    def _keep_free(self, one: Entry) -> None:
        for start, end in ((one.blocked_from, one.starts), (one.ends, one.blocked_to)):
            if start < end:
                self._buffers.update(range(bisect_right(self._starts, start) - 1, bisect_left(self._starts, end)))


def _put_together(
    title: str, pages: Mapping[Hashable, tuple[str, _Page]], times: Sequence[Time], least: int, view: View
) -> Drawn:
    """The grid of these columns on the rows of the longest of their days."""
    inside: dict[Place, tuple[Entry, ...]] = {}
    words: dict[Place, str] = {}
    starts: dict[Place, int] = {}
    columns: list[GridColumn] = []
    for key, (heading, page) in pages.items():
        cells = {}
        for time, (slot, cell, bookings, said) in zip(page.times, page.cells(), strict=True):
            cells[slot], starts[key, slot], words[key, slot] = cell, time.starts, said
            if bookings:
                inside[key, slot] = bookings
        # What the clocks skip on this day is no time at all.
        columns.append(GridColumn(key, heading, tuple(cells.get(time.slot, Cell("closed")) for time in times)))
    opens = [minute for _, page in pages.values() for minute in page.opens()]
    first = min(opens, default=MORNING)
    every = (time for _, page in pages.values() for time in page.times)
    current = next((time.slot for time in every if time.starts <= view.now < time.ends), None)
    rows = tuple(_row(time, time.slot == current, view) for time in times)
    grid = Grid(title, rows, tuple(columns), least=least)
    return Drawn(grid, inside, words, starts, Slot(first - first % view.step), current)


def _row(time: Time, is_now: bool, view: View) -> GridRow:
    mark = ("<" if view.conventions.ascii else "◄") if is_now else ""
    role = "strong" if is_now else "plain" if time.slot.minute % 60 == 0 else "quiet"
    return GridRow(time.slot, f"{clock(time.starts, view.time_zone)}{mark}", role)


def _figures(whose: Column, day: date, bounds: tuple[int, int], mine: Iterable[Entry], view: View) -> Cell:
    start, end = bounds
    taken = [one for one in mine if one.state in LIVE and one.blocked_from < end and one.blocked_to > start]
    booked = sum(start <= one.starts < end for one in taken)
    spans, is_off = whose.hours[day.isoformat()], day.isoformat() in whose.off
    if is_off or not spans:
        return Cell("off" if is_off else "closed", text=f"{booked:>2} {'off' if is_off else '-':>5}" if booked else "")
    if spans[-1].ends <= view.now:
        return Cell("past", text=f"{booked or '-':>2}")
    left = _minutes_free([(max(span.starts, view.now), span.ends) for span in spans], taken, whose)
    free = f"{left // 60}:{left % 60:02d}" if left else "full"
    return Cell("free", text=f"{booked or '-':>2} {free:>5}", role="plain" if left else "strong")


def _minutes_free(spans: Sequence[tuple[int, int]], taken: Sequence[Entry], whose: Column) -> int:
    """How many minutes of the spans another one could have: a resource takes as many at once as it has places."""
    places = whose.capacity if whose.kind == "resource" else 1
    full: list[tuple[int, int]] = []
    count = since = 0
    for at, by in sorted(step for one in taken for step in ((one.blocked_from, 1), (one.blocked_to, -1))):
        if count + by >= places > count:
            since = at
        elif count >= places > count + by:
            full.append((since, at))
        count += by
    lost = sum(max(0, min(end, until) - max(start, at)) for start, end in spans for at, until in full)
    return (sum(max(0, end - start) for start, end in spans) - lost) // MINUTE


def _counted(bookings: Iterable[Entry]) -> str:
    """How many are booked, and how many of them came or not."""
    states = [one.state for one in bookings]
    live = sum(state in ("booked", "checked in", "done") for state in states)
    words = [f"{live} booked"]
    for state in ("checked in", "done", "no-show"):
        if states.count(state):
            words.append(f"{states.count(state)} {state}")
    return ", ".join(words)


def _span_of(days: Sequence[date], view: View) -> str:
    return f"{view.conventions.date(days[0])} to {view.conventions.date(days[-1])}"


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())
