"""The waiting list: who would take a time that comes free, what was offered to them, and what they made of it."""

from dataclasses import dataclass, replace

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store import services
from bookkeeper_tui.store.bookings import offers
from bookkeeper_tui.store.bookings.booking import Booking, cleaned, read
from bookkeeper_tui.store.bookings.conflicts import FURTHEST, Busy, free_times, wish_of
from bookkeeper_tui.store.bookings.making import place
from bookkeeper_tui.store.bookings.moments import DAY, MINUTE
from bookkeeper_tui.store.desk import AlreadyDone, Desk


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits for a time that begins in [earliest, latest), microseconds UTC.

    `state` is waiting, offered, booked or given up. Without a trainer or resource any will do. What is offered begins
    at `offered_starts`, and is offered since `offered_at`; both are None while nothing is.
    """

    id: int
    customer_id: int
    customer_number: str
    customer_name: str
    service_id: int
    service: str
    trainer_id: int | None
    trainer: str
    resource_id: int | None
    resource: str
    earliest: int
    latest: int
    state: str
    offered_starts: int | None
    offered_trainer_id: int | None
    offered_trainer: str
    offered_resource_id: int | None
    offered_resource: str
    offered_at: int | None
    booking_id: int | None
    note: str
    at: int
    staff: str


def wait(
    desk: Desk,
    customer_id: int,
    service_id: int,
    earliest: int,
    latest: int,
    *,
    trainer_id: int | None = None,
    resource_id: int | None = None,
    note: str = "",
    once: str | None = None,
) -> Waiting:
    """Puts a customer on the waiting list for a time that begins in [earliest, latest), microseconds UTC.

    Raises BadInput for a time that is none or past, somebody who is not active, or who waits for the same already.
    """
    try:
        with desk.change("booking.waiting", customer_id=customer_id, once=once) as change:
            database = change.database
            service, name = services.read(database, service_id), _active(database, customer_id)
            if service.retired:
                raise BadInput(f"{service.name} is not given any more: nobody can wait for it")
            if earliest >= latest:
                raise BadInput("The end of the time that is waited for comes before its beginning")
            if latest <= change.at or latest > change.at + FURTHEST + DAY or earliest < change.at - FURTHEST:
                raise BadInput("The time that is waited for is past already, or more than two years ahead")
            if database.execute_sql(SELECT_SAME, (customer_id, service_id, latest, earliest)).fetchone() is not None:
                raise BadInput(f"{name} waits for {service.name} at that time already")
            for kind, one in (("trainer", trainer_id), ("resource", resource_id)):
                _refuse_unknown(database, kind, one)
            row = database.execute_sql(
                INSERT,
                (customer_id, service_id, trainer_id, resource_id, earliest, latest, cleaned(note), change.at,
                 desk.staff.staff_id),
            ).fetchone()  # fmt: skip
            change.note(kind="waiting", waiting=row[0], service=service.name, earliest=earliest, latest=latest)
            change.result = str(row[0])
            waiting_id = int(row[0])
    except AlreadyDone as done:
        waiting_id = int(done.result)
    return _read(desk.database, waiting_id)


def get(desk: Desk, waiting_id: int) -> Waiting:
    """Somebody on the waiting list. Raises BadInput when there is none with this id."""
    return _read(desk.require("booking.viewed"), waiting_id)


def list_waiting(desk: Desk, limit: int = 500) -> list[Waiting]:
    """Everybody who waits for a time still to come: those first who were offered one, then in the order they came."""
    database = desk.require("booking.viewed")
    found = [Waiting(*row) for row in database.execute_sql(SELECT_LIVE, (desk.now(), limit))]
    return [_as_it_stands(one, desk.now()) for one in found]


def waiting_for(desk: Desk, customer_id: int) -> list[Waiting]:
    """What a customer waits for or is offered, of times still to come."""
    database = desk.require("booking.viewed")
    found = [Waiting(*row) for row in database.execute_sql(SELECT_OF_CUSTOMER, (desk.now(), customer_id))]
    return [_as_it_stands(one, desk.now()) for one in found]


def accept(desk: Desk, waiting_id: int, *, once: str | None = None) -> Booking:
    """Books the time that is offered. Raises BadInput when none is, Busy when somebody else has it by now."""
    desk.require("booking.made")
    wish = None
    try:
        with desk.change("booking.waiting", once=once) as change:
            waiting = _read(change.database, waiting_id)
            change.concerns(customer_id=waiting.customer_id)
            if waiting.state != "offered" or waiting.offered_starts is None:
                raise BadInput(f"{waiting.customer_name} is not offered a time for {waiting.service} now")
            wish = wish_of(
                change.database, waiting.customer_id, waiting.service_id, waiting.offered_starts, None,
                waiting.offered_trainer_id, waiting.offered_resource_id,
            )  # fmt: skip
            booking = place(change, wish, note=waiting.note)
            change.database.execute_sql(SET_BOOKED, (booking.id, waiting_id))
            change.concerns(subject=booking.number)
            change.note(kind="accepted", waiting=waiting_id)
            change.result = str(booking.id)
    except AlreadyDone as done:
        return read(desk.database, int(done.result))
    except Busy as busy:
        raise Busy(busy.reasons, free_times(desk.database, wish) if wish is not None else ()) from None
    return booking


def give_up(desk: Desk, waiting_id: int, *, once: str | None = None) -> Waiting:
    """Takes somebody off the list and offers their time to the next. Raises BadInput for who is off it already."""
    try:
        with desk.change("booking.waiting", once=once) as change:
            waiting = _read(change.database, waiting_id)
            if waiting.state not in ("waiting", "offered"):
                raise BadInput(f"{waiting.customer_name} waits no more for {waiting.service}: {waiting.state}")
            change.database.execute_sql("UPDATE waiting SET state = 'given up' WHERE id = ?", (waiting_id,))
            change.concerns(customer_id=waiting.customer_id)
            change.note(kind="given up", waiting=waiting_id, service=waiting.service)
            if waiting.offered_starts is not None and waiting.offered_starts > change.at:
                starts = waiting.offered_starts
                by = (waiting.offered_trainer_id, waiting.offered_resource_id)
                offers.offer_between(change, starts, starts + MINUTE, starts, by)
    except AlreadyDone:
        pass
    return _read(desk.database, waiting_id)


def _as_it_stands(waiting: Waiting, now: int) -> Waiting:
    """Somebody whose offer has come and gone waits on."""
    if waiting.offered_starts is None or waiting.offered_starts > now:
        return waiting
    return replace(
        waiting, state="waiting", offered_starts=None, offered_trainer_id=None, offered_trainer="",
        offered_resource_id=None, offered_resource="", offered_at=None,
    )  # fmt: skip


def _active(database: SqliteDatabase, customer_id: int) -> str:
    row = database.execute_sql("SELECT name, status FROM customer WHERE id = ? AND id > 1", (customer_id,)).fetchone()
    if row is None:
        raise BadInput("Only a customer can wait for a time: choose one first")
    if row[1] != "active":
        raise BadInput(f"{harmless(row[0])} is {row[1]}: only active customers wait for a time")
    return harmless(row[0])


def _refuse_unknown(database: SqliteDatabase, kind: str, bookable_id: int | None) -> None:
    if bookable_id is None:
        return
    row = database.execute_sql("SELECT 1 FROM bookable WHERE id = ? AND kind = ?", (bookable_id, kind)).fetchone()
    if row is None:
        raise BadInput(f"There is no {kind} {bookable_id}")


def _read(database: SqliteDatabase, waiting_id: int) -> Waiting:
    row = database.execute_sql(f"{SELECT} WHERE waiting.id = ?", (waiting_id,)).fetchone()
    if row is None:
        raise BadInput(f"Nobody on the waiting list has the id {waiting_id}")
    return Waiting(*row)


SELECT_SAME = """
SELECT 1 FROM waiting WHERE customer_id = ? AND service_id = ? AND earliest < ? AND latest > ?
  AND state IN ('waiting', 'offered')
"""
INSERT = """
INSERT INTO waiting (customer_id, service_id, trainer_id, resource_id, earliest, latest, note, at, staff_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
"""
SET_BOOKED = "UPDATE waiting SET state = 'booked', booking_id = ? WHERE id = ?"
SELECT = """
SELECT waiting.id, waiting.customer_id, customer.number, customer.name, waiting.service_id, service.name,
       waiting.trainer_id, COALESCE(trainer.name, ''), waiting.resource_id, COALESCE(resource.name, ''),
       waiting.earliest, waiting.latest, waiting.state, waiting.offered_starts, waiting.offered_trainer_id,
       COALESCE(offered_trainer.name, ''), waiting.offered_resource_id, COALESCE(offered_resource.name, ''),
       waiting.offered_at, waiting.booking_id, waiting.note, waiting.at,
       COALESCE(staff.number || ' ' || staff.name, '')
FROM waiting JOIN customer ON customer.id = waiting.customer_id JOIN service ON service.id = waiting.service_id
LEFT JOIN bookable AS trainer ON trainer.id = waiting.trainer_id
LEFT JOIN bookable AS resource ON resource.id = waiting.resource_id
LEFT JOIN bookable AS offered_trainer ON offered_trainer.id = waiting.offered_trainer_id
LEFT JOIN bookable AS offered_resource ON offered_resource.id = waiting.offered_resource_id
LEFT JOIN staff ON staff.id = waiting.staff_id
"""
_LIVE = "waiting.state IN ('waiting', 'offered') AND waiting.latest > ?1"
SELECT_LIVE = f"{SELECT} WHERE {_LIVE} ORDER BY waiting.state = 'waiting', waiting.at, waiting.id LIMIT ?2"
SELECT_OF_CUSTOMER = f"{SELECT} WHERE waiting.customer_id = ?2 AND {_LIVE} ORDER BY waiting.earliest, waiting.id"
