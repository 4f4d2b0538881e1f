"""What is done with a booking wherever it is shown: check in, done, cancel, no-show, move, put back, its timer."""

from __future__ import annotations

from abc import abstractmethod
from secrets import token_hex
from typing import TYPE_CHECKING, Any, cast

from textual.widget import Widget

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.keys import key_name
from bookkeeper_tui.screens.booking_drawing import booking_words, moment_words
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.dialogs.busy import book_or_else
from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.screens.screen import HousePlace
from bookkeeper_tui.store import bookings, packages, timers
from bookkeeper_tui.store.bookings import OPEN, Booking, FreeTime
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.packages import Package

if TYPE_CHECKING:
    from bookkeeper_tui.screens.house import House

NO_PACKAGE = "none"
WHICH_PACKAGE = "Which package is used?"
LONGEST_REASON = 200
LOOKED_AT = 50


class BookingActions:
    """For a screen or a tab: it says by `booking_id` which booking is meant, and is told by `booking_changed`."""

    if TYPE_CHECKING:

        @property
        def house(self) -> House:
            """The console, as screens and tabs have it."""

        @property
        def desk(self) -> Desk:
            """Who acts, as screens and tabs have it."""

    @property
    @abstractmethod
    def booking_id(self) -> int | None:
        """The booking under the cursor; None where there is none."""

    def booking_changed(self, booking: Booking) -> None:
        """Something was done with a booking: show it as it stands now."""

    def do_check_in(self) -> None:
        """They are here."""
        found = bookings.check_in(self.desk, self._booking.id)
        self._tell(found, f"{harmless(found.customer_name)} is here for {harmless(found.service)}.")

    async def do_done(self) -> None:
        """It took place: one session is used; where several packages would do, the one that is chosen."""
        booking, once = self._booking, token_hex(8)
        fitting = self._fitting(booking)
        chosen = next((one.id for one in fitting if one.id == booking.package_id), None)
        if chosen is None and (len(fitting) > 1 or booking.package):
            question = f"{booking.package} cannot be used. Which package is?" if booking.package else WHICH_PACKAGE
            answer = await self._booking_place.ask(Choose(question, self._package_rows(fitting)))
            if answer is None:
                return
            chosen = None if answer == NO_PACKAGE else int(answer)
        elif chosen is None and fitting:
            chosen = fitting[0].id
        found = bookings.done(self.desk, booking.id, chosen, once=once)
        self._tell(found, f"Done. {self._used_words(found)}")

    async def do_cancel_booking(self) -> None:
        """Cancel it, after saying whether that is late and what it takes."""
        booking = self._booking
        now = self.desk.now()
        until = self.house.conventions.instant(booking.cancel_until, self._zone)
        if now > booking.cancel_until:
            policy = f"That is late: it was free until {until}. It takes {self._takes(booking, booking.late_takes)}."
        else:
            policy = f"That is in time: it is free until {until}. It takes no session."
        reason = await self._ask_reason(f"Cancel {self._words(booking)}?\n{policy}")
        if reason is not None:
            since = self.desk.now()
            found = bookings.cancel(self.desk, booking.id, reason)
            self._tell(found, f"Cancelled. {self._used_words(found)} {self._offered_words(booking, since)}")

    async def do_no_show(self) -> None:
        """Nobody came, after saying what that takes."""
        booking = self._booking
        takes = self._takes(booking, booking.no_show_takes)
        reason = await self._ask_reason(f"Nobody came to {self._words(booking)}?\nIt takes {takes}.")
        if reason is not None:
            since = self.desk.now()
            found = bookings.no_show(self.desk, booking.id, reason)
            self._tell(found, f"No-show. {self._used_words(found)} {self._offered_words(booking, since)}")

    async def do_move_booking(self) -> None:
        """Give it another time, trainer or resource."""
        from bookkeeper_tui.screens.dialogs.book import BookDialog

        booking, since = self._booking, self.desk.now()
        found = await self._booking_place.ask(BookDialog(moves=booking))
        if found is not None:
            conventions = self.house.conventions
            moved = f"Moved to {moment_words(found.starts, conventions, self._zone)}."
            self._tell(found, f"{moved} {self._offered_words(booking, since)}")

    async def do_put_back(self) -> None:
        """Undo what was said of it: it is booked again, and the session it took is given back."""
        booking, once = self._booking, token_hex(8)

        def attempt(desk: Desk, free: FreeTime | None, reason: str) -> Booking:
            return bookings.put_back(desk, booking.id, force=bool(reason), reason=reason, once=once)

        what = f"Putting {booking.number} back"
        found = await book_or_else(self._booking_place, attempt, what, other_times=False)
        if found is not None:
            self._tell(found, f"{found.number} is {found.state} again.")

    def do_start_timer(self) -> None:
        """Its session begins."""
        booking = self._booking
        timer = timers.start(self.desk, booking_id=booking.id)
        minutes = (timer.ends_at - timer.started_at) // 60_000_000
        self._tell(bookings.get(self.desk, booking.id), f"The timer runs for {minutes} min.")

    async def open_booking(self) -> None:
        """Show all of the booking and what may be done with it; do what is chosen."""
        place, booking = self._booking_place, self._booking
        offered = place.house.offered()
        table = place.house.table
        rows = [
            (action, f"{key_name(table[action].keys[0])}  {words}")
            for action, words, of_states in ACTS
            if booking.state in of_states and action in offered
        ]
        conventions, desk = place.house.conventions, self.desk
        said = [f"{harmless(booking.customer_number)}  {harmless(booking.customer_name)}", self._words(booking)]
        for event in bookings.history(desk, booking.id)[-HISTORY_SHOWN:]:
            by = ", approved by ".join(harmless(who) for who in (event.who, event.approved_by) if who)
            why = f": {harmless(event.reason)}" if event.reason else ""
            said.append(f"{conventions.instant(event.at, self._zone)} {event.kind} by {by}{why}")
        if booking.note:
            said.append(f"Note: {harmless(booking.note)}")
        letters = {table[action].keys[0]: action for action, _ in rows}
        chosen = await place.ask(Choose("\n".join(said), rows, letters=letters))
        if chosen is not None:
            place.house.act(chosen)

    # What is needed for it.

    @property
    def _booking_place(self) -> HousePlace[Any]:
        return cast("HousePlace[Any]", self if isinstance(self, HousePlace) else cast(Widget, self).screen)

    @property
    def _zone(self) -> str:
        return self.desk.store.shop.time_zone

    @property
    def _booking(self) -> Booking:
        """The booking that is meant. Raises BadInput where there is none."""
        if self.booking_id is None:
            raise BadInput("There is no booking under the cursor")
        return bookings.get(self.desk, self.booking_id)

    def _words(self, booking: Booking) -> str:
        return booking_words(booking, self.house.conventions, self._zone)

    def _tell(self, booking: Booking, sentence: str) -> None:
        self.booking_changed(booking)
        self.house.notice(sentence.strip())

    async def _ask_reason(self, question: str) -> str | None:
        asked = [AskedField("reason", "Reason", "", LONGEST_REASON)]
        answer = await self._booking_place.ask(AskFields(question, asked))
        return None if answer is None else answer["reason"]

    def _fitting(self, booking: Booking) -> list[Package]:
        database = self.desk.require("package.viewed")
        return packages.usable_for(database, booking.customer_id, booking.service_id, booking.date)

    def _package_rows(self, fitting: list[Package]) -> list[tuple[str, str]]:
        conventions = self.house.conventions
        rows = [(str(one.id), package_row(one, conventions.date(one.expires_on))) for one in fitting]
        return [*rows, (NO_PACKAGE, "None: it is paid for by itself")]

    def _takes(self, booking: Booking, sessions: int) -> str:
        """What is taken from which package."""
        if not sessions:
            return "no session"
        package = bookings.would_take(self.desk, booking.id)
        if package is None:
            return "no session, as there is no package to take it from"
        return f"one session of {package.number}, which has {package.remaining} left"

    def _offered_words(self, freed: Booking, since: int) -> str:
        """To whom the time of a booking was offered since an instant (microseconds UTC), when it came free."""
        for one in bookings.list_waiting(self.desk, LOOKED_AT):
            if one.offered_starts is None or one.offered_at is None or one.offered_at < since:
                continue
            if freed.blocked_from <= one.offered_starts < freed.blocked_to:
                key = key_name(self.house.table["schedule"].keys[0])
                return f"The time is offered to {harmless(one.customer_name)}: {key}, l lists who waits."
        return ""

    def _used_words(self, booking: Booking) -> str:
        if not booking.taken_from:
            return "No session is taken."
        taken = packages.of_customer(self.desk, booking.customer_id)
        left = next((one.remaining for one in taken if one.number == booking.taken_from), None)
        return f"One session of {booking.taken_from} is taken" + (f", {left} left." if left is not None else ".")


def package_row(package: Package, ends: str) -> str:
    """A package as a row of a choice: number, name, what is left, until when."""
    until = f", until {ends}" if ends else ""
    return f"{package.number}  {harmless(package.name)}, {package.remaining} left{until}"


HISTORY_SHOWN = 6
OVER = ("done", "cancelled", "late cancelled", "no-show")
ACTS = (
    ("check_in", "check in, they are here", ("booked",)),
    ("done", "done, it took place and uses a session", OPEN),
    ("start_timer", "start the timer", OPEN),
    ("move_booking", "move it to another time, trainer or resource", OPEN),
    ("cancel_booking", "cancel it", OPEN),
    ("no_show", "no-show, nobody came", ("booked",)),
    ("put_back", "put it back as it was before", ("checked in", *OVER)),
    ("booking_customer", "open the customer's profile", (*OPEN, *OVER)),
)
"""What may be done with a booking in which states."""
