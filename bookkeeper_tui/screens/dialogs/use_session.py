"""A session is used, or said anew: with whom, where, when and with what remarks; lists are narrowed as one types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from bookkeeper_tui.errors import BadInput, BookkeeperError
from bookkeeper_tui.formats import harmless, local_time
from bookkeeper_tui.money import parse_amount
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.screen import HouseDialog
from bookkeeper_tui.store import bookables, bookings, services
from bookkeeper_tui.store.services import Service
from bookkeeper_tui.widgets.pick_form import PICKED, FormField, Offer, PickForm, answers

LONGEST_REMARKS = 200
MINUTE = 60_000_000
FIELDS = (
    FormField("sessions", "Sessions", most=5),
    FormField("when", "When", most=20),
    FormField("service", "Service", PICKED),
    FormField("trainer", "Trainer", PICKED),
    FormField("resource", "Resource", PICKED),
    FormField("remarks", "Remarks", most=LONGEST_REMARKS),
    FormField("timer", "Timer", PICKED),
)
NO_TIMER, WITH_TIMER = Offer(0, "no"), Offer(1, "yes", "it starts now")


class Use(NamedTuple):
    """What is said of a use: `at` in microseconds UTC, None for what is not said."""

    sessions: int = 1
    service_id: int | None = None
    trainer_id: int | None = None
    resource_id: int | None = None
    at: int = 0
    remarks: str = ""
    starts_timer: bool = False


class UseSession(HouseDialog[Use]):
    """Enter takes the row under the cursor and goes on; in the last field, and with Ctrl+S, the use is saved.

    `save` is what then happens: the sentence of a BookkeeperError that it raises is shown, and what was typed stays.
    With `service_fixed` the package is for `start.service_id` alone. With `anew` a use made before is said anew, which
    neither changes how many sessions it was nor starts a timer.
    """

    NAME = "use_session"
    TITLE_WORDS = "A session"
    CSS_PATH = ["book.tcss", "use_session.tcss"]

    def __init__(
        self,
        question: str,
        start: Use,
        save: Callable[[Use], object] = lambda use: None,
        *,
        service_fixed: bool = False,
        anew: bool = False,
    ) -> None:
        super().__init__()
        self._question, self._start, self._save = question, start, save
        self._service_fixed, self._anew = service_fixed, anew

    def compose(self) -> ComposeResult:
        known = services.list_services(self.desk, also_retired=True)
        meant = self._start.service_id if self._service_fixed or self._anew else None
        self._services = {service.id: service for service in known if not service.retired or service.id == meant}
        self._form = PickForm([field for field in FIELDS if self._asks(field.name)], self)
        self._fill()
        with Vertical(classes="sheet"):
            yield Static(f"{self._question}\n", markup=False)
            yield self._form

    def on_mount(self) -> None:
        """Begin with what is to be chosen: how many and when are mostly as they stand."""
        chosen = [name for name in ("service", "trainer", "resource") if self._asks(name)]
        if len(chosen) > 1 and chosen[0] == "service" and self._form.chosen("service") is not None:
            chosen = chosen[1:]
        self._form.go_to(chosen[0] if chosen else "remarks")

    def do_save(self) -> None:
        """Ctrl+S: done, whatever field the cursor is in."""
        self._form.finish()

    async def do_back(self) -> None:
        """Esc: nothing is used, but what was typed is not lost without asking."""
        if self._form.is_as_begun() or await self.ask(Confirm("Leave without what you typed?", yes="Leave", no="Stay")):
            self.dismiss(None)

    def on_pick_form_done(self, event: PickForm.Done) -> None:
        """All is filled in."""
        event.stop()
        try:
            use = self._use()
            self._save(use)
        except BookkeeperError as mistake:
            self._form.say(f"{mistake}.")
            return
        self.dismiss(use)

    # What may stand in the fields.

    def offers(self, name: str, typed: str) -> Sequence[Offer]:
        """The rows of a field's list that answer to what is typed."""
        if name == "timer":
            found = [NO_TIMER, WITH_TIMER]
        elif name == "service":
            found = [_service_offer(service) for service in self._services.values()]
        else:
            found = self._bookables(name, self._moment())
        return [offer for offer in found if not typed or answers(offer.name, typed)]

    def read(self, name: str, text: str) -> str:
        """Sessions as a number, the time as date and time."""
        if name == "sessions":
            return str(self._sessions(text))
        if name == "when" and text != self._shown(self._start.at):
            return self._shown(self._moment())
        return text

    def hint(self, name: str) -> Sequence[str]:
        """What to say beneath a field."""
        if name == "when":
            return ("When the session was: a time, or a date and a time.",)
        if name in ("sessions", "remarks"):
            return ("Enter goes on; Ctrl+S finishes at once.",)
        return ()

    def settled(self, name: str) -> None:
        """Each list is read anew when it is come to."""

    # What stands there to begin with.

    def _asks(self, name: str) -> bool:
        """Nobody is asked what has one answer only."""
        if name in ("sessions", "timer"):
            return not self._anew and (name == "sessions" or self.house.may("timer.started"))
        if name == "service":
            return not self._service_fixed and bool(self._services)
        return name in ("when", "remarks") or bool(bookables.list_bookables(self.desk, name))

    def _fill(self) -> None:
        start, form = self._start, self._form
        form.fill("sessions", str(start.sessions))
        form.fill("when", self._shown(start.at))
        form.fill("remarks", start.remarks)
        timer = WITH_TIMER if start.starts_timer else NO_TIMER
        form.fill("timer", timer.name, timer)
        only = next(iter(self._services)) if len(self._services) == 1 else None
        service = self._services.get(start.service_id or only or 0)
        if service is not None:
            form.fill("service", service.name, _service_offer(service))
        for name, wanted in (("trainer", start.trainer_id), ("resource", start.resource_id)):
            self._fill_bookable(name, wanted)

    def _fill_bookable(self, name: str, wanted: int | None) -> None:
        """Who it was; or who it was last, if they are free now."""
        if not self._asks(name) or (wanted is None and not self._anew):
            return
        found = [one for one in self._bookables(name, self._start.at) if one.key == wanted]
        if self._anew and not found and wanted is not None:
            found = [Offer(wanted, harmless(bookables.get(self.desk, wanted).name))]
        if found and (self._anew or not found[0].why):
            self._form.fill(name, found[0].name, found[0])

    def _bookables(self, name: str, at: int) -> list[Offer]:
        """Trainers or resources, the free first; none of them last, or first where none is needed."""
        service = self._service()
        none = Offer(None, "none")
        if service is None:
            found = [Offer(one.id, harmless(one.name)) for one in bookables.list_bookables(self.desk, name)]
            return [*found, none]
        found = [
            Offer(one.bookable_id, harmless(one.name), "", harmless(one.why))
            for one in bookings.who_is_free(self.desk, name, service.id, at, at + service.minutes * MINUTE)
        ]
        needed = service.needs_trainer if name == "trainer" else service.needs_resource
        return [*found, none] if needed else [none, *found]

    def _service(self) -> Service | None:
        wanted = self._start.service_id if self._service_fixed else self._form.key_of("service")
        return self._services.get(wanted or 0)

    # What was filled in.

    @property
    def _zone(self) -> str:
        return self.desk.store.shop.time_zone

    def _use(self) -> Use:
        """What was filled in. Raises BadInput for a number or a time that is none."""
        form, start = self._form, self._start
        return Use(
            start.sessions if self._anew else self._sessions(form.text("sessions")),
            form.key_of("service") if self._asks("service") else start.service_id,
            form.key_of("trainer"),
            form.key_of("resource"),
            self._moment(),
            form.text("remarks"),
            bool(form.key_of("timer")),
        )

    def _sessions(self, text: str) -> int:
        sessions = parse_amount(text, 0, self.house.conventions.decimal)
        if sessions < 1:
            raise BadInput("Sessions: at least 1 is used")
        return sessions

    def _moment(self) -> int:
        """When it was: a time alone is one of today. Raises BadInput."""
        typed = self._form.text("when")
        if typed == self._shown(self._start.at):
            return self._start.at
        day, _, clock = typed.rpartition(" ")
        conventions = self.house.conventions
        iso = conventions.read_date(day, "When") or local_time(self.desk.now(), self._zone).date().isoformat()
        return bookings.local_instant(iso, clock, self._zone, conventions.date_format)

    def _shown(self, at: int) -> str:
        return self.house.conventions.instant(at, self._zone)


def _service_offer(service: Service) -> Offer:
    return Offer(service.id, harmless(service.name), f"{service.minutes} min")
