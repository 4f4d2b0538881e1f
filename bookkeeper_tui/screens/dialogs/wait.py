"""The waiting list: somebody is put on it, for which hours of which day and with whom, and takes what is offered."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_hex
from typing import Any, NamedTuple

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import Conventions, harmless, local_time
from bookkeeper_tui.screens.booking_drawing import booking_words, day_words, span_words
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.dialogs.busy import book_or_else
from bookkeeper_tui.screens.screen import HousePlace
from bookkeeper_tui.screens.typed_answers import named
from bookkeeper_tui.screens.typed_dates import read_day, read_span
from bookkeeper_tui.store import bookables, bookings, customers, services
from bookkeeper_tui.store.bookings import Booking, FreeTime, Waiting
from bookkeeper_tui.store.desk import Desk

ANY = "any"
FIRST, LAST = "7:00", "22:00"


class _Wanted(NamedTuple):
    earliest: int
    latest: int
    trainer_id: int | None


async def ask_to_wait(
    place: HousePlace[Any], customer_id: int, service_id: int, starts: int, trainer_id: int | None = None
) -> bool:
    """Ask what is waited for, beginning with the day of `starts` (microseconds UTC); whether somebody waits now."""
    desk, house, once = place.desk, place.house, token_hex(8)
    conventions, zone = house.conventions, desk.store.shop.time_zone
    day = local_time(starts, zone).date()
    service = next((one.name for one in services.list_services(desk) if one.id == service_id), "")
    name = harmless(customers.get(desk, customer_id).name)

    def read(given: Mapping[str, str]) -> _Wanted:
        wanted = read_day(given["date"], local_time(desk.now(), zone).date(), conventions)
        earliest, _ = read_span(given["from"], wanted, zone, conventions.date_format)
        latest, _ = read_span(given["until"], wanted, zone, conventions.date_format)
        return _Wanted(earliest, latest, _trainer(place, given["trainer"]))

    trainer = ANY if trainer_id is None else bookables.get(desk, trainer_id).name
    answer = await place.ask(
        AskFields(
            f"{name} waits for {harmless(service)}. A time that comes free between these is offered.",
            [
                AskedField("date", "Day", conventions.date(day), 20),
                AskedField("from", "From", FIRST, 6),
                AskedField("until", "Until", LAST, 6),
                AskedField("trainer", "Trainer", harmless(trainer), 40),
                AskedField("note", "Note"),
            ],
            read,
        )
    )
    if answer is None:
        return False
    wanted = read(answer)
    found = bookings.wait(
        desk,
        customer_id,
        service_id,
        wanted.earliest,
        wanted.latest,
        trainer_id=wanted.trainer_id,
        note=answer["note"],
        once=once,
    )
    house.notice(f"{name} waits for {waited_words(found, conventions, zone)}.")
    return True


async def accept_offer(place: HousePlace[Any], found: Waiting) -> Booking | None:
    """Book the time that is offered to somebody; where it is taken by now, ask what then. Raises BadInput for none."""
    if found.offered_starts is None:
        raise BadInput(f"Nothing is offered to {harmless(found.customer_name)} yet: no time came free")
    once, house = token_hex(8), place.house
    offered = FreeTime(found.offered_starts, found.offered_trainer_id, "", found.offered_resource_id, "")

    def attempt(desk: Desk, free: FreeTime | None, reason: str) -> Booking:
        if free is None and not reason:
            return bookings.accept(desk, found.id, once=once)
        time = free or offered
        return bookings.book(
            desk,
            found.customer_id,
            found.service_id,
            time.starts,
            trainer_id=time.trainer_id,
            resource_id=time.resource_id,
            note=found.note,
            force=bool(reason),
            reason=reason,
            once=once,
        )

    booking = await book_or_else(place, attempt, "Booking over a conflict")
    if booking is not None:
        house.notice(f"Booked: {booking_words(booking, house.conventions, place.desk.store.shop.time_zone)}.")
    return booking


def waited_words(found: Waiting, conventions: Conventions, time_zone: str) -> str:
    """What somebody waits for: hours of a day, or from one day to another."""
    first, last = (local_time(at, time_zone).date() for at in (found.earliest, found.latest - 1))
    day = day_words(first, conventions)
    if first == last:
        return f"{day} {span_words(found.earliest, found.latest, time_zone)}"
    return f"{day} to {day_words(last, conventions)}"


def _trainer(place: HousePlace[Any], typed: str) -> int | None:
    if typed.strip().lower() in ("", ANY):
        return None
    found = named(bookables.list_bookables(place.desk, "trainer"), typed, "Trainer")
    return found.id if found is not None else None
