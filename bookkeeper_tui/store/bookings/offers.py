"""Offers: a time that comes free is offered to whoever has waited for it longest, and withdrawn when others take it."""

from dataclasses import replace

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store.bookings.booking import Booking
from bookkeeper_tui.store.bookings.conflicts import FreeTime, Wish, first_free, look, wish_of
from bookkeeper_tui.store.bookings.moments import MINUTE
from bookkeeper_tui.store.desk import Change

ASKED_AT_ONCE = 20
"""How many who wait are tried for one freed time, so that a long list holds nobody up."""


def after_freeing(change: Change, freed: Booking) -> None:
    """Offers the time of a booking that takes it no longer to the first who waits and can have it; inside a change."""
    by = (freed.trainer_id, freed.resource_id)
    offer_between(change, freed.blocked_from, freed.blocked_to, freed.starts, by)


def offer_between(change: Change, first: int, last: int, starts: int, by: tuple[int | None, int | None]) -> None:
    """Offers a time that begins in [first, last) to the first who waits and can have it; inside a change.

    It came free with the trainer and the resource `by`: they are offered before others who have time.
    """
    change.database.execute_sql(SET_LAPSED, (change.at,))
    asked = (last, first, change.at, ASKED_AT_ONCE)
    rows = change.database.execute_sql(SELECT_WAITING.format(besides=""), asked).fetchall()
    if len(rows) == ASKED_AT_ONCE and by[0] is not None:
        # Many may wait longer for somebody else: who waits for this very trainer comes to their turn all the same.
        rows += change.database.execute_sql(SELECT_WAITING.format(besides=FOR_TRAINER), (*asked, by[0])).fetchall()
    for waiting_id, customer_id, service_id, trainer_id, resource_id, earliest, latest in rows:
        after = max(first, earliest, change.at)
        wish = wish_of(
            change.database, customer_id, service_id, after + -after % 60_000_000, None, trainer_id, resource_id
        )
        found = _found(change.database, wish, min(last, latest), starts, by)
        if found is not None:
            _offer(change, waiting_id, customer_id, found)
            return


def after_taking(change: Change, booking: Booking) -> None:
    """Whoever waited for what they have now waits no more, and what can be had no longer is no offer; in a change."""
    database = change.database
    database.execute_sql(
        SET_SERVED, (booking.id, booking.customer_id, booking.service_id, booking.starts, booking.starts)
    )  # fmt: skip
    rows = database.execute_sql(SELECT_OFFERED).fetchall()
    for waiting_id, customer_id, service_id, trainer_id, resource_id, starts in rows:
        if not booking.blocked_from - _HALF_DAY < starts < booking.blocked_to + _HALF_DAY and starts >= change.at:
            continue
        try:
            wish = wish_of(database, customer_id, service_id, starts, None, trainer_id, resource_id)
            is_gone = starts < change.at or bool(look(database, wish).problems)
        except BadInput:
            is_gone = True
        if is_gone:
            database.execute_sql(SET_WAITING_AGAIN, (waiting_id,))
            _tell(change, "withdrawn", waiting_id, customer_id, starts)


def _found(
    database: SqliteDatabase, wish: Wish, until: int, starts: int, by: tuple[int | None, int | None]
) -> FreeTime | None:
    """The first time that can be had and is not on offer to somebody else: where it came free, else anywhere."""
    same = replace(
        wish,
        trainer_id=by[0] if wish.trainer_id is None and wish.service.needs_trainer else wish.trainer_id,
        resource_id=by[1] if wish.resource_id is None and wish.service.needs_resource else wish.resource_id,
    )
    for one in dict.fromkeys((same, wish)):
        free = first_free(database, one, until, starts)
        if free is not None and not _is_offered(database, free, wish.minutes * MINUTE):
            return free
    return None


def _is_offered(database: SqliteDatabase, free: FreeTime, length: int) -> bool:
    values = (free.trainer_id, free.resource_id, free.starts, free.starts + length)
    return database.execute_sql(SELECT_ON_OFFER, values).fetchone() is not None


def _offer(change: Change, waiting_id: int, customer_id: int, free: FreeTime) -> None:
    change.database.execute_sql(SET_OFFERED, (free.starts, free.trainer_id, free.resource_id, change.at, waiting_id))
    _tell(change, "offered", waiting_id, customer_id, free.starts)


def _tell(change: Change, what: str, waiting_id: int, customer_id: int, starts: int) -> None:
    """A row of its own in the log, so that every console shows it to whom it concerns."""
    told = {"kind": what, "waiting": waiting_id, "starts": starts}
    change.also("booking.waiting", customer_id=customer_id, detail=told)


_HALF_DAY = 12 * 3600 * 1_000_000
SELECT_WAITING = """
SELECT waiting.id, waiting.customer_id, waiting.service_id, waiting.trainer_id, waiting.resource_id, waiting.earliest,
       waiting.latest
FROM waiting JOIN customer ON customer.id = waiting.customer_id JOIN service ON service.id = waiting.service_id
WHERE waiting.state = 'waiting' AND waiting.state IN ('waiting', 'offered')
  AND waiting.earliest < ?1 AND waiting.latest > ?2 AND waiting.latest > ?3
  AND customer.status = 'active' AND service.retired = 0 {besides}
ORDER BY waiting.at, waiting.id LIMIT ?4
"""
FOR_TRAINER = "AND waiting.trainer_id = ?5"
SELECT_OFFERED = """
SELECT id, customer_id, service_id, offered_trainer_id, offered_resource_id, offered_starts
FROM waiting WHERE state = 'offered' AND state IN ('waiting', 'offered')
"""
# Who takes several at a time is offered to several: what is left of them is looked at when one accepts.
SELECT_ON_OFFER = """
SELECT 1 FROM waiting JOIN service ON service.id = waiting.service_id
JOIN bookable ON bookable.id IN (waiting.offered_trainer_id, waiting.offered_resource_id)
WHERE waiting.state = 'offered' AND waiting.state IN ('waiting', 'offered')
  AND bookable.capacity = 1 AND bookable.id IN (?1, ?2)
  AND waiting.offered_starts < ?4 AND waiting.offered_starts + service.minutes * 60000000 > ?3
"""
SET_OFFERED = """
UPDATE waiting SET state = 'offered', offered_starts = ?, offered_trainer_id = ?, offered_resource_id = ?,
                   offered_at = ?
WHERE id = ?
"""
SET_WAITING_AGAIN = """
UPDATE waiting SET state = 'waiting', offered_starts = NULL, offered_trainer_id = NULL, offered_resource_id = NULL,
                   offered_at = NULL
WHERE id = ?
"""
# An offer whose time has come and gone is none: who had it waits on.
SET_LAPSED = """
UPDATE waiting SET state = 'waiting', offered_starts = NULL, offered_trainer_id = NULL, offered_resource_id = NULL,
                   offered_at = NULL
WHERE state = 'offered' AND state IN ('waiting', 'offered') AND offered_starts <= ?
"""
SET_SERVED = """
UPDATE waiting SET state = 'booked', booking_id = ?
WHERE customer_id = ? AND service_id = ? AND earliest <= ? AND latest > ? AND state IN ('waiting', 'offered')
"""
