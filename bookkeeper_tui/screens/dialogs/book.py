"""A time is booked, every week if wanted, or a booking is moved: nearly everything is filled in to begin with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from secrets import token_hex

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from bookkeeper_tui.errors import BadInput, BookkeeperError
from bookkeeper_tui.formats import harmless, local_time
from bookkeeper_tui.keys import key_name
from bookkeeper_tui.screens.booking_drawing import booking_words, day_words, span_words
from bookkeeper_tui.screens.dialogs.book_offers import BookOffers
from bookkeeper_tui.screens.dialogs.busy import book_or_else
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.dialogs.wait import ask_to_wait
from bookkeeper_tui.screens.screen import HouseDialog
from bookkeeper_tui.screens.typed_dates import read_day, read_span
from bookkeeper_tui.store import bookings, customers
from bookkeeper_tui.store.bookings import Booking, FreeTime, clock
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.widgets.pick_form import PICKED, SUGGESTED, FormField, Offer, PickForm

LONGEST_NOTE = 200
MOST_WEEKS = 52
FIELDS = (
    FormField("customer", "Customer", PICKED, 80),
    FormField("service", "Service", PICKED),
    FormField("date", "Date"),
    FormField("time", "Time", SUGGESTED, 14),
    FormField("trainer", "Trainer", PICKED),
    FormField("resource", "Resource", PICKED),
    FormField("weeks", "Weeks", most=2),
    FormField("package", "Package", PICKED),
    FormField("note", "Note", most=LONGEST_NOTE),
)
MOVED = ("date", "time", "trainer", "resource")
_REFUSED_SHOWN = 4


class BookDialog(HouseDialog[Booking]):
    """Answers the booking, the first of them where it is repeated; None when none was made.

    What is given is filled in, and the cursor begins at the first field that is not; with a time given it begins at
    the last, where Enter books. With `moves` that booking is given another time, trainer or resource.
    """

    NAME = "book"
    TITLE_WORDS = "A booking"
    CSS_PATH = "book.tcss"

    def __init__(
        self,
        customer_id: int | None = None,
        service_id: int | None = None,
        trainer_id: int | None = None,
        resource_id: int | None = None,
        starts: int | None = None,
        *,
        moves: Booking | None = None,
    ) -> None:
        super().__init__()
        if moves is not None:
            customer_id, service_id, starts = moves.customer_id, moves.service_id, moves.starts
            trainer_id, resource_id = moves.trainer_id, moves.resource_id
        self._customer_id, self._service_id, self._starts = customer_id, service_id, starts
        self._trainer_id, self._resource_id, self._moves = trainer_id, resource_id, moves
        self._once = token_hex(8)

    def compose(self) -> ComposeResult:
        self._today = local_time(self.desk.now(), self._zone).date()
        self._offers = BookOffers(self.desk, self.house.conventions, self.house.ascii_only, self._moves)
        self._form = PickForm([field for field in FIELDS if self._asks(field.name)], self)
        self._fill()
        with Vertical(classes="sheet"):
            yield Static(self._question(), markup=False)
            yield self._form

    def on_mount(self) -> None:
        """Begin where something is missing."""
        missing = [name for name in ("customer", "service") if self._asks(name) and self._form.chosen(name) is None]
        if self._starts is None or self._moves is not None:
            missing.append("date")
        self._form.go_to(missing[0] if missing else "note")

    def do_save(self) -> None:
        """Ctrl+S: done, whatever field the cursor is in."""
        self._form.finish()

    async def do_back(self) -> None:
        """Esc: nothing is booked, but what was typed is not lost without asking."""
        if self._form.is_as_begun() or await self.ask(
            Confirm("Leave without booking what you typed?", yes="Leave", no="Stay")
        ):
            self.dismiss(None)

    def on_pick_form_done(self, event: PickForm.Done) -> None:
        """Book it."""
        event.stop()
        self.start(self._book(), "make a booking")

    # What may stand in the fields.

    def offers(self, name: str, typed: str) -> Sequence[Offer]:
        """The rows of a field's list."""
        if name == "customer":
            return self._offers.customers(typed)
        if name == "service":
            return self._offers.services(typed, self._whom())
        service_id, day = self._form.key_of("service") or self._service_id, self._day()
        if name == "package":
            return self._offers.packages(self._customer(), service_id, day, typed)
        if name == "time":
            trainer_id, resource_id = self._form.key_of("trainer"), self._form.key_of("resource")
            return self._offers.times(self._customer(), service_id, day, trainer_id, resource_id, typed)
        return self._offers.bookables(name, self._sure_service(), *self._span(), typed)

    def read(self, name: str, text: str) -> str:
        """Dates and times as they are shown, weeks as a number."""
        if name == "date":
            return self.house.conventions.date(read_day(text, self._today, self.house.conventions))
        if name == "time":
            starts, minutes = read_span(text, self._day(), self._zone, self.house.conventions.date_format)
            return clock(starts, self._zone) if minutes is None else span_words(starts, self._ends(), self._zone)
        if name == "weeks":
            self._weeks(text)
            return str(int(text or 1))
        return text

    def hint(self, name: str) -> Sequence[str]:
        """What to say beneath a field."""
        if name == "customer" and not self._form.text("customer"):
            return ("A name, a phone, a card or a number.",)
        if name == "date":
            today = day_words(self._today, self.house.conventions)
            return (f"Today is {today}.", "A date, or its day alone; +1 is tomorrow, sa the next Saturday.")
        if name == "time":
            return self._offers.no_times(self._day())
        if name == "weeks":
            return ("1 is this one alone; 8 is the same time for eight weeks.",)
        if name == "note":
            return (f"Enter books {self._summary()}.",)
        return ()

    def settled(self, name: str) -> None:
        """Another customer has other packages, another service another length."""
        if name == "customer":
            self._preset_service(self._customer())
        if name in ("customer", "service", "date"):
            self._preset_package()

    # Booking it.

    async def _book(self) -> None:
        try:
            if self._moves is not None:
                booking = await book_or_else(self, self._move, f"Moving {self._moves.number} over a conflict")
            elif self._weeks(self._form.text("weeks")) > 1:
                booking = await self._book_weekly()
            else:
                what = "Booking over a conflict"
                booking = await book_or_else(self, self._try, what, wait=self._wait)
        except BookkeeperError as mistake:
            self._form.say(f"{mistake}.")
            return
        if booking is not None:
            if self._moves is None and booking.series_id is None:
                self.house.notice(f"Booked: {self._words(booking)}.{self._beyond(booking)}")
            self.dismiss(booking)

    def _try(self, desk: Desk, free: FreeTime | None, reason: str) -> Booking:
        starts, ends = self._span()
        trainer_id, resource_id = self._form.key_of("trainer"), self._form.key_of("resource")
        if free is not None:
            ends += free.starts - starts
            starts, trainer_id, resource_id = free.starts, free.trainer_id, free.resource_id
        return bookings.book(
            desk,
            self._sure_customer(),
            self._sure_service(),
            starts,
            trainer_id=trainer_id,
            resource_id=resource_id,
            package_id=self._form.key_of("package"),
            note=self._form.text("note"),
            force=bool(reason),
            reason=reason,
            minutes=(ends - starts) // 60_000_000,
            once=self._once,
        )

    def _move(self, desk: Desk, free: FreeTime | None, reason: str) -> Booking:
        assert self._moves is not None
        starts, ends = self._span()
        minutes = (ends - starts) // 60_000_000
        trainer_id, resource_id = self._form.key_of("trainer"), self._form.key_of("resource")
        if free is not None:
            starts, trainer_id, resource_id = free.starts, free.trainer_id, free.resource_id
        return bookings.move(
            desk,
            self._moves.id,
            self._moves.version,
            starts,
            trainer_id,
            resource_id,
            bool(reason),
            reason,
            minutes=minutes,
            once=self._once,
        )

    async def _book_weekly(self) -> Booking | None:
        """Nothing is booked where a week cannot be had, unless the person takes the others."""
        series = self._try_weekly(skip_busy=False)
        if not series.booked:
            refused, weeks = series.refused, self._weeks(self._form.text("weeks"))
            conventions = self.house.conventions
            said = [f"{conventions.date(one.date)} {one.time}: {'. '.join(one.reasons)}." for one in refused]
            if len(refused) == weeks:
                raise BadInput(f"None of the {weeks} weeks can be had. {said[0].removesuffix('.')}")
            if len(said) > _REFUSED_SHOWN:
                said[_REFUSED_SHOWN - 1 :] = [f"and {len(said) - _REFUSED_SHOWN + 1} more"]
            left = weeks - len(refused)
            lines = "\n".join(harmless(one) for one in said)
            question = f"{len(refused)} of {weeks} weeks cannot be had:\n{lines}\n\nBook the other {left}?"
            if not await self.ask(Confirm(question, yes=f"Book {left}", no="Book none")):
                return None
            series = self._try_weekly(skip_busy=True)
        if not series.booked:
            raise BadInput("None of these weeks can be had any more")
        first = series.booked[0]
        self.house.notice(f"Booked {len(series.booked)} times, the first {self._words(first)}.{self._beyond(first)}")
        return first

    def _beyond(self, booking: Booking) -> str:
        """What is to be said where more is booked on a package than is left of it."""
        beyond = bookings.beyond_package(self.desk, booking.customer_id, booking.package_id)
        if beyond is None:
            return ""
        booked, left = beyond
        return f" {booking.package} has {left} left for {booked} bookings."

    def _try_weekly(self, *, skip_busy: bool) -> bookings.Series:
        starts, ends = self._span()
        return bookings.book_weekly(
            self.desk,
            self._sure_customer(),
            self._sure_service(),
            starts,
            self._weeks(self._form.text("weeks")),
            trainer_id=self._form.key_of("trainer"),
            resource_id=self._form.key_of("resource"),
            package_id=self._form.key_of("package"),
            note=self._form.text("note"),
            minutes=(ends - starts) // 60_000_000,
            skip_busy=skip_busy,
            once=self._once,
        )

    async def _wait(self) -> None:
        trainer = self._form.chosen("trainer")
        waits = await ask_to_wait(
            self, self._sure_customer(), self._sure_service(), self._span()[0], trainer.key if trainer else None
        )
        if waits:
            self.dismiss(None)

    # What was filled in.

    @property
    def _zone(self) -> str:
        return self.desk.store.shop.time_zone

    def _asks(self, name: str) -> bool:
        if self._moves is not None:
            return name in MOVED
        return name != "customer" or self._customer_id is None

    def _question(self) -> str:
        if self._moves is not None:
            return f"Move {self._words(self._moves)}?\n"
        at_once = f"{key_name(self.house.table['save'].keys[0])} books at once."
        if self._customer_id is None:
            return f"A booking. {at_once}\n"
        return f"A booking for {harmless(customers.get(self.desk, self._customer_id).name)}. {at_once}\n"

    def _words(self, booking: Booking) -> str:
        return booking_words(booking, self.house.conventions, self._zone)

    def _fill(self) -> None:
        """What can be known beforehand stands in the fields."""
        form, conventions = self._form, self.house.conventions
        form.fill("date", conventions.date(local_time(self._starts or self.desk.now(), self._zone).date()))
        form.fill("weeks", "1")
        if self._starts is not None:
            same_length = self._moves is None or self._moves.minutes == self._offers.minutes(self._moves.service_id)
            ends = None if same_length or self._moves is None else self._moves.ends
            shown = clock(self._starts, self._zone) if ends is None else span_words(self._starts, ends, self._zone)
            form.fill("time", shown)
        if self._moves is None:
            self._preset_service(self._customer_id)
        if self._moves is None and self._starts is None and self._trainer_id is None:
            self._trainer_id = self._offers.likely_trainer(self._customer_id, self._form.key_of("service"))
        for kind, wanted in (("trainer", self._trainer_id), ("resource", self._resource_id)):
            offer = self._offers.bookable(kind, self._sure_service_or_none(), wanted)
            form.fill(kind, offer.name, offer)
        self._preset_package()

    def _preset_service(self, customer_id: int | None) -> None:
        wanted = self._form.key_of("service") or self._service_id
        offer = self._offers.likely_service(customer_id, wanted, self._whom())
        if offer is not None:
            self._form.fill("service", offer.name, offer)

    def _preset_package(self) -> None:
        customer_id, service_id = self._customer(), self._sure_service_or_none()
        try:
            offer = self._offers.packages(customer_id, service_id, self._day(), "")[0]
        except BadInput:
            return
        self._form.fill("package", offer.name, offer)

    def _whom(self) -> list[int | None]:
        """The trainer and the resource that are asked for."""
        asked = (("trainer", self._trainer_id), ("resource", self._resource_id))
        return [chosen.key if (chosen := self._form.chosen(kind)) is not None else wanted for kind, wanted in asked]

    def _customer(self) -> int | None:
        return self._customer_id or self._form.key_of("customer")

    def _sure_customer(self) -> int:
        customer_id = self._customer()
        if customer_id is None:
            raise BadInput("Customer: choose one of the list")
        return customer_id

    def _sure_service_or_none(self) -> int | None:
        return self._moves.service_id if self._moves is not None else self._form.key_of("service")

    def _sure_service(self) -> int:
        service_id = self._sure_service_or_none()
        if service_id is None:
            raise BadInput("Service: choose one of the list")
        return service_id

    def _day(self) -> date:
        return read_day(self._form.text("date"), self._today, self.house.conventions)

    def _span(self) -> tuple[int, int]:
        """From when to when, in microseconds UTC. Raises BadInput for what is no time."""
        typed = self._form.text("time")
        starts, minutes = read_span(typed, self._day(), self._zone, self.house.conventions.date_format)
        return starts, starts + (minutes or self._offers.minutes(self._sure_service())) * 60_000_000

    def _ends(self) -> int:
        return self._span()[1]

    def _weeks(self, text: str) -> int:
        if not (text or "1").isdecimal() or not 1 <= int(text or 1) <= MOST_WEEKS:
            raise BadInput(f"Weeks: “{harmless(text[:10])}” is not a number from 1 to {MOST_WEEKS}")
        return int(text or 1)

    def _summary(self) -> str:
        """What Enter will do, in words."""
        try:
            starts, ends = self._span()
        except BadInput:
            return "it"
        day = day_words(self._day(), self.house.conventions)
        service = self._form.text("service")
        return f"{harmless(service)}, {day} {span_words(starts, ends, self._zone)}"
