"""The waiting list: who would take a time that comes free, and what is offered to them now."""

from __future__ import annotations

from typing import cast

from textual.app import ComposeResult

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.screens.booking_drawing import moment_words
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.dialogs.wait import accept_offer, waited_words
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import bookings
from bookkeeper_tui.store.bookings import Waiting
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Line, Piece, wrap
from bookkeeper_tui.widgets.sheet import Sheet

NOBODY = ("Nobody waits for a time. Where a time is taken, w on its question puts the customer here; so does w on the "
          "New booking tab of a profile.",)  # fmt: skip


class WaitingScreen(HouseScreen):
    """Those who are offered a time stand first; Enter opens the customer's profile."""

    NAME = "waiting"
    TITLE_WORDS = "Waiting list"
    CSS_PATH = "waiting.tcss"

    def body(self) -> ComposeResult:
        """The list, and whoever is under the cursor in full."""
        yield HotList(
            [
                Column("", 1),
                Column("Customer"),
                Column("Service", 16, from_width=70),
                Column("Waits for", 27),
            ],
            empty=NOBODY,
        )
        yield Sheet(inset=1, id="waiting-whole").taking_no_focus()

    def arrive(self, **what: object) -> None:
        """Who waits now."""
        self.desk.look("booking.viewed", subject="waiting list")
        self._read()
        self.query_one(HotList).focus(scroll_visible=False)

    def seen(self) -> None:
        """They may be others now."""
        self._read()

    def store_changed(self, change: StoreChanged) -> None:
        """A time came free, or somebody was booked."""
        self._read()

    def do_refresh(self) -> None:
        """Read it again."""
        self._read()

    # What may be done here.

    async def do_accept_offer(self) -> None:
        """They take the time that is offered: it is booked."""
        booking = await accept_offer(self, self._under_cursor)
        if booking is not None:
            self._read()

    async def do_give_up(self) -> None:
        """They wait no more; what was offered to them is offered to the next."""
        found = self._under_cursor
        question = f"{harmless(found.customer_name)} waits no more for {harmless(found.service)}?"
        if await self.ask(Confirm(question, yes="Take off the list", no="Keep")):
            bookings.give_up(self.desk, found.id)
            self._read()
            self.house.notice(f"{harmless(found.customer_name)} is off the list.")

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter."""
        event.stop()
        self.house.show("profile", customer_id=self._under_cursor.customer_id, tab="reservations")

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """Say where the cursor is, and all of who stands under it."""
        event.stop()
        self.key_line.show_right(f"{event.place} of {event.total}" if event.total else "")
        self._draw_whole()

    # Reading and drawing.

    @property
    def _zone(self) -> str:
        return self.desk.store.shop.time_zone

    @property
    def _under_cursor(self) -> Waiting:
        row = self.query_one(HotList).cursor_row
        if row is None:
            raise BadInput("Nobody is under the cursor")
        return cast(Waiting, row.record)

    def _read(self) -> None:
        rows = [self._row(one) for one in bookings.list_waiting(self.desk)]
        self.query_one(HotList).show(rows, keep=True)
        self._draw_whole()

    def _row(self, one: Waiting) -> Row:
        when = waited_words(one, self.house.conventions, self._zone)
        if one.offered_starts is not None:
            when = f"offered {moment_words(one.offered_starts, self.house.conventions, self._zone)}"
        cells = ("*" if one.offered_starts else "", harmless(one.customer_name), harmless(one.service), when)
        return Row(one.id, cells, ("strong",) if one.offered_starts else (), one)

    def _draw_whole(self) -> None:
        row, conventions = self.query_one(HotList).cursor_row, self.house.conventions
        one = row.record if row is not None and isinstance(row.record, Waiting) else None

        def drawing(width: int) -> list[Line]:
            if one is None:
                return []
            wish = ", ".join(harmless(name) for name in (one.trainer, one.resource) if name) or "anybody"
            said = [
                f"{one.customer_number} {harmless(one.customer_name)} waits for {harmless(one.service)} with {wish}, "
                f"since {conventions.instant(one.at, self._zone)}."
            ]
            if one.offered_starts is not None:
                whom = ", ".join(harmless(name) for name in (one.offered_trainer, one.offered_resource) if name)
                offer = moment_words(one.offered_starts, conventions, self._zone)
                said.append(
                    f"Offered: {offer}{f' with {whom}' if whom else ''}. a books it, g takes them off the list."
                )
            if one.note:
                said.append(f"Note: {harmless(one.note)}")
            return [(Piece(line, "quiet"),) for text in said for line in wrap(text, width)]

        self.query_one("#waiting-whole", Sheet).draw(drawing)
