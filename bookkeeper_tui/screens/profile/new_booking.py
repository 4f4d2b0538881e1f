"""The New booking tab: the next free times for what the customer most likely wants; Enter books one."""

from __future__ import annotations

from datetime import date

from textual.app import ComposeResult

from bookkeeper_tui.dates import day_bounds
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless, local_time
from bookkeeper_tui.screens.booking_drawing import day_words, moment_words
from bookkeeper_tui.screens.dialogs.ask_text import AskText
from bookkeeper_tui.screens.dialogs.book import BookDialog
from bookkeeper_tui.screens.dialogs.book_offers import BookOffers
from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.screens.dialogs.wait import accept_offer, ask_to_wait, waited_words
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.profile.tab import ListTab
from bookkeeper_tui.screens.typed_dates import read_day
from bookkeeper_tui.store import bookables, bookings
from bookkeeper_tui.store.bookings import FreeTime, Waiting, clock, next_free
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pick_form import Offer
from bookkeeper_tui.widgets.pieces import Line, Piece
from bookkeeper_tui.widgets.sheet import Sheet

TIMES = 100
ANY = "any"
CONCERNED = ("booking.", "bookable.", "service.")
NO_SERVICE = ("No service is kept yet. Under F10, Manage, Services a manager adds what is given by the hour.",)
NOT_CHOSEN = ("s chooses the service; the next free times stand here then.",)
NOTHING_FREE = ("Nothing is free within two weeks. t and r take any trainer and resource, g goes to a later day,",
                "w puts the customer on the waiting list, b books a time of your own choice.")  # fmt: skip


class NewBookingTab(ListTab):
    """Enter books the time under the cursor; `b` one that is typed."""

    NAME = "new_booking"
    TITLE = "New booking"
    PERMISSION = "booking.made"
    SERVICES = True

    def __init__(self) -> None:
        super().__init__()
        self._service: Offer | None = None
        self._wanted: dict[str, int | None] = {"trainer": None, "resource": None}
        self._day: date | None = None

    def compose(self) -> ComposeResult:
        """What is wanted, and when it can be had."""
        yield Sheet(inset=1, id="booking-wanted").taking_no_focus()
        yield HotList([Column("Day", 13), Column("Time", 6), Column("With"), Column("Where")], empty=NOT_CHOSEN)

    def load(self) -> None:
        """For what this customer most likely wants."""
        self._service = self._offers.likely_service(self.customer.id, None)
        trainer_id = self._offers.likely_trainer(self.customer.id, self._service_id)
        self._wanted = {"trainer": trainer_id, "resource": None}
        self._day = None
        self._read(keep=False)

    def reload(self) -> None:
        """The same again, where it stands."""
        self._read(keep=True)

    def others_changed(self, change: StoreChanged) -> None:
        """A time was taken or came free."""
        if any(action.startswith(CONCERNED) for action in change.actions):
            self._read(keep=True)

    # What may be done here.

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: all is filled in, and Enter once more books."""
        event.stop()
        row = self.hot_list.cursor_row
        if row is not None and isinstance(row.record, FreeTime):
            free = row.record
            dialog = BookDialog(self.customer.id, self._service_id, free.trainer_id, free.resource_id, free.starts)
            self.house.start_work(self.screen, self._ask_to_book(dialog), "book")

    async def do_book(self) -> None:
        """A time that is typed."""
        trainer_id, resource_id = self._wanted["trainer"], self._wanted["resource"]
        await self._ask_to_book(BookDialog(self.customer.id, self._service_id, trainer_id, resource_id))

    async def do_book_service(self) -> None:
        """Another service."""
        rows = [(str(one.key), f"{one.name}, {one.beside}") for one in self._offers.services("")]
        if not rows:
            raise BadInput("No service is kept yet: a manager adds them")
        start = str(self._service_id or "")
        chosen = await self.profile.ask(Choose("Which service?", rows, start=start))
        if chosen is not None:
            self._service = self._offers.likely_service(None, int(chosen))
            self._wanted = {"trainer": self._offers.likely_trainer(self.customer.id, int(chosen)), "resource": None}
            self._read(keep=False)

    async def do_book_trainer(self) -> None:
        """One trainer, or any."""
        await self._choose("trainer", "With whom?")

    async def do_book_resource(self) -> None:
        """One resource, or any."""
        await self._choose("resource", "Where?")

    async def do_book_from(self) -> None:
        """From another day on."""
        answer = await self.profile.ask(AskText("From which day on? A date, +1 or sa", most=20))
        if answer is not None:
            self._day = read_day(answer, self._today, self.conventions, "Day")
            self._read(keep=False)

    async def do_wait(self) -> None:
        """A time that is taken is waited for."""
        if self._service_id is None:
            raise BadInput("Choose the service first (s)")
        starts = day_bounds(self._day or self._today, self.time_zone)[0]
        if await ask_to_wait(self.profile, self.customer.id, self._service_id, starts, self._wanted["trainer"]):
            self._read(keep=True)

    async def do_accept_offer(self) -> None:
        """The time that is offered to them is booked."""
        waits = self._waits
        if waits is None:
            raise BadInput(f"{harmless(self.customer.name)} waits for no time: w puts them on the waiting list")
        if await accept_offer(self.profile, waits) is not None:
            self._read(keep=True)

    # Reading and drawing.

    @property
    def _offers(self) -> BookOffers:
        return BookOffers(self.desk, self.conventions, self.house.ascii_only, None)

    @property
    def _today(self) -> date:
        return local_time(self.desk.now(), self.time_zone).date()

    @property
    def _waits(self) -> Waiting | None:
        """What they wait for: what is offered to them first."""
        found = bookings.waiting_for(self.desk, self.customer.id)
        return min(found, key=lambda one: one.offered_starts is None, default=None)

    @property
    def _service_id(self) -> int | None:
        return self._service.key if self._service is not None else None

    async def _ask_to_book(self, dialog: BookDialog) -> None:
        if await self.profile.ask(dialog) is not None:
            self._read(keep=True)

    async def _choose(self, kind: str, question: str) -> None:
        found = self._offers.fitting(kind, self._service_id)
        rows = [(ANY, "Any"), *((str(one.id), harmless(one.name)) for one in found)]
        chosen = await self.profile.ask(Choose(question, rows, start=str(self._wanted[kind] or ANY)))
        if chosen is not None:
            self._wanted[kind] = None if chosen == ANY else int(chosen)
            self._read(keep=False)

    def _read(self, *, keep: bool) -> None:
        free: tuple[FreeTime, ...] = ()
        if self._service_id is None:
            self.hot_list.set_empty(NOT_CHOSEN if self._offers.services("") else NO_SERVICE)
        else:
            self.hot_list.set_empty(NOTHING_FREE)
            first = day_bounds(self._day or self._today, self.time_zone)[0]
            trainer_id, resource_id = self._wanted["trainer"], self._wanted["resource"]
            free = next_free(
                self.desk, self.customer.id, self._service_id, first, trainer_id=trainer_id, resource_id=resource_id,
                limit=TIMES,
            )  # fmt: skip
        self.hot_list.show([self._row(one) for one in free], keep=keep)
        self._draw_wanted()

    def _row(self, free: FreeTime) -> Row:
        day = local_time(free.starts, self.time_zone).date()
        cells = (
            day_words(day, self.conventions),
            clock(free.starts, self.time_zone),
            harmless(free.trainer),
            harmless(free.resource),
        )
        return Row(free.starts, cells, record=free)

    def _draw_wanted(self) -> None:
        service = f"{self._service.name}, {self._service.beside}" if self._service is not None else "not chosen"
        day = day_words(self._day or self._today, self.conventions)
        package = self._offers.packages(self.customer.id, self._service_id, self._day or self._today, "")[0]
        waits = self._waits
        asked = (
            ("s", "Service", service),
            ("t", "With", self._name_of("trainer")),
            ("r", "Where", self._name_of("resource")),
            ("g", "From", day),
        )

        def drawing(width: int) -> list[Line]:
            lines: list[Line] = [
                (Piece(key, "strong"), Piece(f" {label:<8}", "quiet"), Piece(value)) for key, label, value in asked
            ]
            lines.append((Piece(f"  {'Package':<8}", "quiet"), Piece(package.beside)))
            return [*lines, *([self._waits_line(waits)] if waits is not None else [])]

        sheet = self.query_one("#booking-wanted", Sheet)
        sheet.set_class(waits is not None, "-waits")
        sheet.draw(drawing)

    def _waits_line(self, waits: Waiting) -> Line:
        """What they wait for, or are offered."""
        if waits.offered_starts is None:
            said = f"{harmless(waits.service)} {waited_words(waits, self.conventions, self.time_zone)}"
            return Piece(f"  {'Waits':<8}", "quiet"), Piece(said)
        said = f"{moment_words(waits.offered_starts, self.conventions, self.time_zone)} {harmless(waits.service)}"
        return Piece("a", "strong"), Piece(f" {'Offered':<8}", "quiet"), Piece(said, "strong")

    def _name_of(self, kind: str) -> str:
        wanted = self._wanted[kind]
        return "any" if wanted is None else harmless(bookables.get(self.desk, wanted).name)
