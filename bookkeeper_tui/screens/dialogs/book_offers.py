"""What the lists of a booking's form offer: customers, services, times, trainers and resources, packages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bookkeeper_tui.dates import day_bounds
from bookkeeper_tui.formats import Conventions, harmless, mask_phone
from bookkeeper_tui.screens.booking_drawing import day_words, moment_words
from bookkeeper_tui.store import bookables, bookings, packages, search, services
from bookkeeper_tui.store.bookables import Bookable
from bookkeeper_tui.store.bookings import Booking, clock
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.services import Service
from bookkeeper_tui.widgets.pick_form import Offer, answers

HITS = 30
TIMES = 60
LOOKED_BACK = 10
NO_PACKAGE = Offer(None, "none", "paid for by itself")


class BookOffers:
    """The lists for one booking; with `moves` that booking itself stands in nobody's way."""

    def __init__(self, desk: Desk, conventions: Conventions, ascii_only: bool, moves: Booking | None) -> None:
        self._desk, self._conventions, self._ascii_only, self._moves = desk, conventions, ascii_only, moves
        self._next: int | None = None
        self._services = {service.id: service for service in services.list_services(desk)}

    def customers(self, typed: str) -> list[Offer]:
        """Those who answer to what is typed; those of today's shift where nothing is."""
        hits = search.search(self._desk, typed, limit=HITS).hits if typed else search.recent(self._desk, HITS)
        mark = "*" if self._ascii_only else "•"
        return [
            Offer(hit.customer_id, harmless(hit.name), f"{hit.number}  {mask_phone(hit.phone, mark)}".rstrip())
            for hit in hits
        ]

    def services(self, typed: str, whom: Iterable[int | None] = ()) -> list[Offer]:
        """The services that answer to what is typed; what one of `whom` does not give comes last, and says so."""
        asked = [bookables.get(self._desk, one) for one in whom if one is not None]
        found = [_service_offer(service, asked) for service in self._services.values()]
        return narrowed(sorted(found, key=lambda offer: bool(offer.why)), typed)

    def likely_service(
        self, customer_id: int | None, wanted: int | None, whom: Iterable[int | None] = ()
    ) -> Offer | None:
        """The service that is wanted, else the one the customer had last or has paid ahead, else the only one.

        Unless it is wanted, it is one that all of `whom` give.
        """
        given = [offer.key for offer in self.services("", whom) if not offer.why and offer.key is not None]
        likely = list[int | None]()
        if customer_id is not None:
            likely += [one.service_id for one in bookings.page(self._desk, customer_id, limit=1)]
            likely += [one.service_id for one in packages.of_customer(self._desk, customer_id) if one.remaining]
        if len(given) == 1:
            likely += given
        likely = [wanted, *(one for one in likely if one in given)]
        found = next((self._services[one] for one in likely if one is not None and one in self._services), None)
        return None if found is None else _service_offer(found)

    def likely_trainer(self, customer_id: int | None, service_id: int | None) -> int | None:
        """The trainer with whom the customer had a service last, if they give it still."""
        if customer_id is None:
            return None
        had = bookings.page(self._desk, customer_id, limit=LOOKED_BACK)
        last = next((one.trainer_id for one in had if one.service_id == service_id), None)
        return last if any(one.id == last for one in self.fitting("trainer", service_id)) else None

    def fitting(self, kind: str, service_id: int | None) -> list[Bookable]:
        """The trainers or resources who take a service."""
        found = bookables.list_bookables(self._desk, kind)
        return [one for one in found if service_id is None or bookables.fits(one, service_id)]

    def minutes(self, service_id: int) -> int:
        """How long a service takes."""
        return self._service(service_id).minutes

    def times(
        self,
        customer_id: int | None,
        service_id: int | None,
        day: date,
        trainer_id: int | None,
        resource_id: int | None,
        typed: str,
    ) -> list[Offer]:
        """The free times of a day that begin with what is typed."""
        if customer_id is None or service_id is None:
            return []
        first, last = day_bounds(day, self._zone)
        moves = self._moves
        free = bookings.next_free(
            self._desk,
            customer_id,
            service_id,
            first,
            minutes=moves.minutes if moves is not None else None,
            trainer_id=trainer_id,
            resource_id=resource_id,
            besides=moves.id if moves is not None else None,
            limit=TIMES,
        )
        self._next = next((one.starts for one in free), None)
        return [
            Offer(place, shown, ", ".join(harmless(name) for name in (one.trainer, one.resource) if name))
            for place, one in enumerate(free)
            if one.starts < last and _begins(shown := clock(one.starts, self._zone), typed)
        ]

    def no_times(self, day: date) -> list[str]:
        """What to say where none of a day's times is free, or answers to what is typed."""
        said = f"{day_words(day, self._conventions)}: a time such as 9, 930 or 9:00-10:30."
        if self._next is None:
            return [said]
        return [said, f"The next free one is {moment_words(self._next, self._conventions, self._zone)}."]

    def bookables(self, kind: str, service_id: int, starts: int, ends: int, typed: str) -> list[Offer]:
        """Trainers or resources, the free first, the others marked with why; before or after them any, or none."""
        besides = self._moves.id if self._moves is not None else None
        found = [
            Offer(one.bookable_id, harmless(one.name), "", "" if one.is_free else harmless(one.why))
            for one in bookings.who_is_free(self._desk, kind, service_id, starts, ends, besides=besides)
        ]
        return narrowed([self.bookable(kind, service_id, None), *found], typed)

    def bookable(self, kind: str, service_id: int | None, bookable_id: int | None) -> Offer:
        """One trainer or resource; for none of them what stands for any, or for none where none is needed."""
        if bookable_id is not None:
            return Offer(bookable_id, harmless(bookables.get(self._desk, bookable_id).name))
        service = self._services.get(service_id) if service_id is not None else None
        needed = service is None or (service.needs_trainer if kind == "trainer" else service.needs_resource)
        return Offer(None, "any", "the first who is free") if needed else Offer(None, "none")

    def packages(self, customer_id: int | None, service_id: int | None, day: date, typed: str) -> list[Offer]:
        """The packages that pay for it, the soonest ending first, and none of them last."""
        if customer_id is None or service_id is None:
            return [NO_PACKAGE]
        database = self._desk.require("package.viewed")
        found = packages.usable_for(database, customer_id, service_id, day.isoformat())
        offers = [
            Offer(one.id, one.number, f"{harmless(one.name)}, {one.remaining} left{self._until(one.expires_on)}")
            for one in found
        ]
        return [one for one in (*offers, NO_PACKAGE) if not typed or answers(f"{one.name} {one.beside}", typed)]

    @property
    def _zone(self) -> str:
        return self._desk.store.shop.time_zone

    def _service(self, service_id: int) -> Service:
        return self._services.get(service_id) or services.read(self._desk.require("service.viewed"), service_id)

    def _until(self, day: str) -> str:
        return f", until {self._conventions.date(day)}" if day else ""


def narrowed(offers: Iterable[Offer], typed: str) -> list[Offer]:
    """Those whose name answers to what is typed."""
    return [offer for offer in offers if not typed or answers(offer.name, typed)]


def _begins(shown: str, typed: str) -> bool:
    """Whether a time begins with what is typed, with or without its nought and colon: `9`, `930`, `09:3`."""
    digits = typed.replace(":", "")
    return any(form.startswith(digits) for form in (shown.replace(":", ""), shown.replace(":", "").lstrip("0")))


def _service_offer(service: Service, asked: Iterable[Bookable] = ()) -> Offer:
    beside = f"{service.minutes} min"
    unlike = next((one for one in asked if not bookables.fits(one, service.id)), None)
    if unlike is None:
        return Offer(service.id, harmless(service.name), beside)
    why = f"{harmless(unlike.name)} {'does not give it' if unlike.kind == 'trainer' else 'is not for it'}"
    return Offer(service.id, harmless(service.name), beside, why)
