"""The Reservations tab: what the customer has booked from today on, and by a key all that ever was."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import cast

from textual.app import ComposeResult

from bookkeeper_tui.dates import day_bounds
from bookkeeper_tui.formats import Conventions, harmless, local_time
from bookkeeper_tui.screens.booking_actions import BookingActions
from bookkeeper_tui.screens.booking_drawing import booking_lines, moment_words, state_words, with_whom
from bookkeeper_tui.screens.profile.tab import ListTab
from bookkeeper_tui.store import bookings
from bookkeeper_tui.store.bookings import Booking
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Line
from bookkeeper_tui.widgets.sheet import Sheet

Key = tuple[int, int]
NOTHING_TO_COME = ("Nothing is booked from today on. b books a time; / shows what was before.",)
NOTHING_EVER = ("No time was ever booked. b books one.",)
MOST_TO_COME, MOST_BEFORE = 200, 30


class ReservationsTab(BookingActions, ListTab):
    """Enter shows all of a booking and what may be done with it."""

    NAME = "reservations"
    TITLE = "Reservations"
    PERMISSION = "booking.viewed"
    SERVICES = True

    def __init__(self) -> None:
        super().__init__()
        self._everything = False

    def compose(self) -> ComposeResult:
        """The list, and the booking under the cursor in full."""
        yield HotList(
            [
                Column("When", 19),
                Column("Service"),
                Column("With", 0, from_width=66),
                Column("", 10),
            ],
            empty=NOTHING_TO_COME,
        )
        yield Sheet(inset=1, id="booking-whole").taking_no_focus()

    def load(self) -> None:
        """From today on."""
        self._everything = False
        self._read(keep=False)

    def reload(self) -> None:
        """The same again, where it stands."""
        self._read(keep=True)

    @property
    def booking_id(self) -> int | None:
        key = self.hot_list.cursor_key
        return cast(Key, key)[1] if key is not None else None

    def booking_changed(self, booking: Booking) -> None:
        """Show how it stands now."""
        self._read(keep=True)

    def do_filter(self) -> None:
        """From today on, or all that ever was."""
        self._everything = not self._everything
        self._read(keep=False)
        self.house.notice("All that was ever booked, the latest first." if self._everything else "From today on.")

    def moved(self) -> None:
        """The cursor moved: its booking follows."""
        self._draw_whole()

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter."""
        event.stop()
        self.house.start_work(self.screen, self.open_booking(), "open booking")

    def _read(self, *, keep: bool) -> None:
        source = BookingsOf(self.desk, self.customer.id, self.conventions, self.time_zone)
        self.hot_list.set_empty(NOTHING_EVER if self._everything else NOTHING_TO_COME)
        if not self._everything:
            self.hot_list.show([source.row(one) for one in self._to_come()], keep=keep)
        elif keep:
            self.hot_list.reload()
        else:
            self.hot_list.read(source)
        self._draw_whole()

    def _to_come(self) -> list[Booking]:
        """Today's and later ones, whatever became of them, after those of which nobody said it yet."""
        desk, customer_id, now = self.desk, self.customer.id, self.desk.now()
        today = day_bounds(local_time(now, self.time_zone).date(), self.time_zone)[0]
        before = bookings.page(desk, customer_id, before=(today, 0), limit=MOST_BEFORE)
        since = bookings.newer(desk, customer_id, after=(today, -1), limit=MOST_TO_COME)
        return [one for one in reversed(before) if one.is_open] + since[::-1]

    def _draw_whole(self) -> None:
        row = self.hot_list.cursor_row
        booking = row.record if row is not None and isinstance(row.record, Booking) else None
        events = bookings.history(self.desk, booking.id) if booking is not None else []

        def drawing(width: int) -> list[Line]:
            if booking is None:
                return []
            return booking_lines(booking, events, self.conventions, self.time_zone, self.desk.now(), width)

        self.query_one("#booking-whole", Sheet).draw(drawing)


@dataclass(frozen=True)
class BookingsOf:
    """All bookings of a customer, the latest first, by their starts and ids."""

    desk: Desk
    customer_id: int
    conventions: Conventions
    time_zone: str

    def total(self) -> int:
        """How many there are."""
        return bookings.count(self.desk, self.customer_id)

    def after(self, key: Hashable | None, limit: int, including: bool = False) -> Sequence[Row]:
        """Earlier ones."""
        before = None
        if key is not None:
            starts, booking_id = cast(Key, key)
            before = (starts, booking_id + (1 if including else 0))
        return [self.row(one) for one in bookings.page(self.desk, self.customer_id, before=before, limit=limit)]

    def before(self, key: Hashable | None, limit: int) -> Sequence[Row]:
        """Later ones."""
        after = cast(Key, key) if key is not None else (0, 0)
        return [self.row(one) for one in bookings.newer(self.desk, self.customer_id, after=after, limit=limit)]

    def row(self, one: Booking) -> Row:
        """A booking as a row: day, time, service, with whom, its state in a word."""
        state = state_words(one, self.desk.now())
        cells = (
            moment_words(one.starts, self.conventions, self.time_zone),
            harmless(one.service),
            with_whom(one),
            state,
        )
        roles = ("warn",) if state.startswith("!") else () if one.is_live else ("quiet",)
        return Row((one.starts, one.id), cells, roles, one)
