"""The schedule: a day of all trainers or resources, a week of one, a week of all; booked and acted on from the grid."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date, timedelta
from secrets import token_hex
from typing import cast

from textual.app import ComposeResult

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.screens.booking_actions import BookingActions
from bookkeeper_tui.screens.booking_drawing import moment_words
from bookkeeper_tui.screens.dialogs.ask_text import AskText
from bookkeeper_tui.screens.dialogs.busy import book_or_else
from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.schedule_drawing import (
    NOBODY,
    STEPS,
    Drawn,
    View,
    columns_of,
    day_grid,
    figures_grid,
    monday_of,
    step_of,
    titled,
    told,
    week_grid,
)
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.screens.typed_dates import read_day
from bookkeeper_tui.store import bookings
from bookkeeper_tui.store.bookings import KEEP, Booking, Column, Entry, FreeTime, Schedule
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.widgets.time_grid import Grid, TimeGrid

DAY, WEEK, FIGURES = "day", "week", "figures"
NEXT_VIEW = {DAY: WEEK, WEEK: FIGURES, FIGURES: DAY}
QUARTER = 15 * 60 * 1_000_000
CONCERNED = ("booking.", "bookable.", "service.", "customer.", "import.")


class ScheduleScreen(BookingActions, HouseScreen):
    """Arrows go from time to time; Enter or b books a free one, Enter on a booking shows what may be done with it."""

    NAME = "schedule"
    TITLE_WORDS = "Schedule"
    NEEDS = {"export": "export.calendar"}

    _kind, _view, _date = "trainer", DAY, ""
    _whose = 0
    _step: int | None = None
    _customer_id: int | None = None
    _for = ""
    _carried: Booking | None = None
    _nth = 0
    _drawn_at = 0

    def body(self) -> ComposeResult:
        """One grid."""
        yield TimeGrid()

    def on_mount(self) -> None:
        """Nothing is read yet."""
        self._drawn = Drawn(Grid(), {}, {}, {})
        self._columns: list[Column] = []

    def arrive(self, date: str = "", customer_id: int | None = None, customer: str = "", **what: object) -> None:
        """Show a day, today at first; what is booked from here is for this customer, if one is named."""
        self._customer_id, self._for = customer_id, harmless(customer)
        self._carried = None
        if date or not self._date:
            self._view = DAY
            self._go_to(date or self.desk.today())
        else:
            self._draw()
        self._grid.focus(scroll_visible=False)

    def store_changed(self, change: StoreChanged) -> None:
        """Somebody booked, or somebody's hours are others: where it stands."""
        if self._date and (change.everything or any(action.startswith(CONCERNED) for action in change.actions)):
            self._draw()

    def seen(self) -> None:
        """It may be later by now."""
        self._keep_time()

    @property
    def booking_id(self) -> int | None:
        """The booking in the cell under the cursor, the one of several that was chosen."""
        entries = self._entries()
        return entries[self._nth % len(entries)].id if entries else None

    def booking_changed(self, booking: Booking) -> None:
        """Show how it stands now, and stand on it where it is in sight."""
        self._draw()
        places = [place for place, there in self._drawn.inside.items() if any(one.id == booking.id for one in there)]
        if places:
            self._grid.select(*min(places, key=lambda place: self._drawn.starts[place]))

    # Going about.

    def do_earlier(self) -> None:
        """A day back, or a week."""
        self._go_by(-1)

    def do_later(self) -> None:
        """A day on, or a week."""
        self._go_by(1)

    async def do_go_to_date(self) -> None:
        """To a date that is typed; today when Enter is pressed at once."""
        conventions, today = self.house.conventions, date.fromisoformat(self.desk.today())
        question = "Which day? A date, or its day alone; +1 is tomorrow, sa the next Saturday."
        typed = await self.ask(AskText(question, conventions.date(today), most=10, over=True))
        if typed is not None:
            self._go_to(read_day(typed, today, conventions, "Day").isoformat())

    def do_day_or_week(self) -> None:
        """The day of all, the week of the one under the cursor, the week of all."""
        column, row = self._grid.column, self._grid.row
        if self._view == DAY:
            self._whose = cast(int, column or 0)
        elif self._view == WEEK:
            self._date = str(column or self._date)
            row = self._whose
        else:
            self._whose, self._date = cast(int, row or 0), str(column or self._date)
            row = None
        self._view = NEXT_VIEW[self._view]
        self._draw(self._whose if self._view == DAY else self._date, row, scrolled=row is None)

    def do_trainers_or_resources(self) -> None:
        """The other kind, at the same time."""
        self._kind = "resource" if self._kind == "trainer" else "trainer"
        self._whose = 0
        self._draw()

    def do_one_before(self) -> None:
        """The trainer or resource before."""
        self._step_whose(-1)

    def do_one_after(self) -> None:
        """The trainer or resource after."""
        self._step_whose(1)

    def do_booking_customer(self) -> None:
        """The customer of the booking, on the tab where their bookings stand."""
        self.house.show("profile", customer_id=self._booking.customer_id, tab="reservations")

    def do_next_in_cell(self) -> None:
        """Where several stand in one cell, the next of them is meant."""
        self._nth += 1
        self._grid.retell()

    def do_finer(self) -> None:
        """Rows of another length."""
        now = self._step or 30
        self._step = STEPS[(STEPS.index(now) - 1) % len(STEPS)]
        self._draw()

    def do_waiting_list(self) -> None:
        """Who waits for a time."""
        self.house.show("waiting")

    def on_time_grid_moved(self, event: TimeGrid.Moved) -> None:
        """Of another cell the first booking is meant."""
        event.stop()
        self._keep_time()
        if self._nth:
            self._nth = 0
            self._grid.retell()

    # Booking.

    async def on_time_grid_opened(self, event: TimeGrid.Opened) -> None:
        """Enter: what is carried is put down, a booking shown, a free time booked, a day of the week of all opened."""
        event.stop()
        if self._view == FIGURES:
            self._open_figures()
        elif self._carried is not None:
            self.start(self._put_down(self._carried), "put down")
        elif self._entries():
            self.start(self._open_one(), "open booking")
        else:
            self.house.act("book_time")

    async def do_book_time(self) -> None:
        """Book the time under the cursor."""
        from bookkeeper_tui.screens.dialogs.book import BookDialog

        if self._view == FIGURES:
            self._open_figures()
            return
        whose, starts = self._target()
        trainer, resource = (whose, None) if self._kind == "trainer" else (None, whose)
        made = await self.ask(BookDialog(self._customer_id, None, trainer, resource, starts))
        if made is not None:
            self.booking_changed(made)

    async def do_move_booking(self) -> None:
        """Take a booking up; Enter puts it down where the cursor is then. A second h asks for the time instead."""
        booking = self._booking
        if self._carried is not None and self._carried.id == booking.id:
            self._carried = None
            await super().do_move_booking()
            return
        if not booking.is_open:
            raise BadInput(f"{booking.number} is {booking.state}: it cannot be moved")
        self._carried = booking
        self._draw()

    def do_back(self) -> None:
        """Esc: leave what is carried where it was; else leave."""
        if self._carried is None:
            self.house.go_back()
            return
        self._carried = None
        self._draw()

    # On paper and as a file.

    async def do_print(self) -> None:
        """The day's sheet."""
        from bookkeeper_tui.paper.day_sheets import day_sheet

        await self.house.print_page(day_sheet(self.desk, self._day().isoformat(), self._kind))
        self.house.notice("The day's sheet is sent to the printer")

    def do_day_sheet(self) -> None:
        """The day's sheet, to be looked at first."""
        from bookkeeper_tui.paper.day_sheets import day_sheet

        self.house.preview(day_sheet(self.desk, self._day().isoformat(), self._kind))

    def do_export(self) -> None:
        """The week of the one under the cursor, for a calendar."""
        from bookkeeper_tui.paper import printing
        from bookkeeper_tui.store.exporting.calendar import week_calendar

        whose, monday = self._column(), monday_of(self._day())
        if whose is None or whose.bookable_id == NOBODY:
            raise BadInput(f"A calendar is of one {self._kind}: put the cursor on one")
        data, count = week_calendar(self.desk, whose.bookable_id, monday.isoformat())
        path = printing.keep(self.desk, printing.file_name(f"{whose.name}-{monday}"), ".ics", data)
        said = f"{count} {'booking' if count == 1 else 'bookings'} of {harmless(whose.name)}'s week: {path.name}"
        self.house.notice(f"{said} in the shop's directory {path.parent.name}")

    # Reading and showing.

    @property
    def _grid(self) -> TimeGrid:
        return self.query_one(TimeGrid)

    def _day(self) -> date:
        """The day under the cursor."""
        return date.fromisoformat(self._date if self._view == DAY else str(self._grid.column or self._date))

    def _column(self) -> Column | None:
        """Who or what is under the cursor."""
        key = {DAY: self._grid.column, WEEK: self._whose, FIGURES: self._grid.row}[self._view]
        return next((one for one in self._columns if one.bookable_id == key), None)

    def _entries(self) -> tuple[Entry, ...]:
        return self._drawn.inside.get((self._grid.column, self._grid.row), ())

    def _target(self) -> tuple[int | None, int]:
        """With whom, and when, the cell under the cursor begins. Raises BadInput where there is no such time."""
        whose = self._column()
        if whose is None:
            raise BadInput(f"There is no {self._kind} to book")
        starts = self._drawn.starts.get((self._grid.column, self._grid.row))
        if starts is None:
            raise BadInput("The clocks go forward past that time: choose another")
        return whose.bookable_id or None, starts

    def _go_by(self, steps: int) -> None:
        day = self._day() + timedelta(days=steps * (1 if self._view == DAY else 7))
        self._date = day.isoformat()
        self._look()
        self._draw(None if self._view == DAY else self._date)

    def _go_to(self, day: str) -> None:
        self._date = day
        self._look()
        self._draw(None if self._view == DAY else day, scrolled=self._view != FIGURES)

    def _look(self) -> None:
        self.desk.look("booking.viewed", subject=self._date)

    def _step_whose(self, by: int) -> None:
        ids: list[Hashable] = [one.bookable_id for one in self._columns]
        here = self._column()
        if here is None:
            return
        key = ids[(ids.index(here.bookable_id) + by) % len(ids)]
        if self._view == DAY:
            self._grid.select(key, self._grid.row)
        elif self._view == WEEK:
            self._whose = cast(int, key)
            self._draw()
        else:
            self._grid.select(self._grid.column, key)

    def _open_figures(self) -> None:
        """The day under the cursor, at the one whose row it is."""
        if self._grid.row is not None:
            self._date, self._view = str(self._grid.column), DAY
            self._look()
            self._draw(self._grid.row, scrolled=True)

    def _draw(self, column: Hashable | None = None, row: Hashable | None = None, *, scrolled: bool = False) -> None:
        """Read and show; the cursor goes where it is said, else it stays. `scrolled` begins at the first hours."""
        day = date.fromisoformat(self._date)
        monday = monday_of(day)
        read = bookings.day if self._view == DAY else bookings.week
        schedule = read(self.desk, self._date, self._kind)
        self._columns = columns_of(schedule)
        self._drawn_at = self.desk.now()
        view = View(self._step or step_of(schedule), self._drawn_at, self.house.conventions, self._zone)
        if not self._columns:
            self._drawn = Drawn(Grid(f"No {self._kind}s yet", tell=None, empty=self._empty()), {}, {}, {})
        elif self._view == DAY:
            self._drawn = day_grid(schedule, day, view)
        elif self._view == WEEK:
            self._drawn = week_grid(schedule, self._one_of_week(), monday, view)
        else:
            self._drawn = figures_grid(schedule, monday, view)
        if scrolled and row is None:
            row = self._first_row(schedule)
        self._grid.show(
            self._drawn.grid_telling(self._told, self._before()), column=column, row=row,
            top=self._drawn.first if scrolled else None,
        )  # fmt: skip

    def _keep_time(self) -> None:
        """Read again where what is past has become more since it was drawn: no clock ticks here."""
        if self._date and self.desk.now() // QUARTER != self._drawn_at // QUARTER:
            self._draw()

    def _first_row(self, schedule: Schedule) -> Hashable | None:
        """Now, where that is shown and somebody is there by now; else the first hour."""
        first, current = self._drawn.first, self._drawn.current
        is_past_first = first is not None and current is not None and current >= first
        return current if is_past_first and self.desk.today() in schedule.dates else first

    def _one_of_week(self) -> Column:
        found = next((one for one in self._columns if one.bookable_id == self._whose), self._columns[0])
        self._whose = found.bookable_id
        return found

    def _empty(self) -> tuple[str, ...]:
        who = "trainers, their hours and skills" if self._kind == "trainer" else "rooms, chairs and other resources"
        return (
            f"Here stands when {self._kind}s are booked. A manager adds {who}: F10, Manage, Trainers, rooms.",
            "t shows the other kind.",
        )

    def _before(self) -> str:
        """What stands before the title: what is carried, or for whom is booked."""
        said = f"For {self._for}" if self._for else ""
        if self._carried is not None:
            said = f"Moving {self._carried.number}: Enter puts it down, Esc leaves it"
        return titled(self.house.conventions, said, "") if said else ""

    def _told(self, column: int, row: int) -> str:
        """What the line at the bottom says of a cell."""
        grid = self._drawn.grid
        place = grid.columns[column].key, grid.rows[row].key
        entries = self._drawn.inside.get(place, ())
        if entries:
            nth = self._nth % len(entries)
            of = f"{nth + 1} of {len(entries)} (n: next)  " if len(entries) > 1 else ""
            return of + told(entries[nth], self._zone)
        whose = grid.columns[column].heading
        return f"{grid.rows[row].label.rstrip('<◄')} {whose}: {self._drawn.words.get(place, 'no such time')}"

    # Doing it.

    async def _open_one(self) -> None:
        """Show a booking; where several are in the cell, the one that is chosen."""
        entries = self._entries()
        if len(entries) > 1:
            rows = [(str(place), told(one, self._zone)) for place, one in enumerate(entries)]
            chosen = await self.ask(Choose("Which booking?", rows, start=str(self._nth % len(entries))))
            if chosen is None:
                return
            self._nth = int(chosen)
            self._grid.retell()
        await self.open_booking()

    async def _put_down(self, booking: Booking) -> None:
        """Move what is carried to where the cursor is; the person or room changes only where the column is another."""
        whose, starts = self._target()
        once = token_hex(8)
        trainer, resource = (whose, KEEP) if self._kind == "trainer" else (KEEP, whose)

        def attempt(desk: Desk, free: FreeTime | None, reason: str) -> Booking:
            at, with_whom, where = (
                (free.starts, free.trainer_id, free.resource_id) if free else (starts, trainer, resource)
            )
            return bookings.move(
                desk, booking.id, booking.version, at, with_whom, where, bool(reason), reason, once=once
            )  # fmt: skip

        try:
            moved = await book_or_else(self, attempt, f"Moving {booking.number}")
        finally:
            self._carried = None
            self._draw()
        if moved is not None:
            self.booking_changed(moved)
            words = moment_words(moved.starts, self.house.conventions, self._zone)
            self.house.notice(f"{moved.number} is moved to {words}.")
