"""Proof of bookings: whatever is changed behind the store's back is named by what the other rows say."""

import sqlite3

import pytest

from bookkeeper_tui.store import bookings
from tests.store.bookings.studio import Studio

EVENTS = "bookings stand as their last event says"
STATES = "bookings went from state to state"
FORCED = "bookings by force say why"
TRAINERS = "no trainer is booked twice but by force"
RESOURCES = "no resource is booked beyond its places but by force"
CUSTOMERS = "no customer is booked twice but by force"
SESSIONS = "bookings took a session at most"
WAITING = "the waiting list has what was offered and booked"
LATER = "starts = starts + 4200000000, ends = ends + 4200000000"
BLOCKED = f"{LATER}, blocked_from = blocked_from + 4200000000, blocked_to = blocked_to + 4200000000"


def damage(studio: Studio, statement: str) -> None:
    """Changes rows behind the store's back; the triggers are gone for good."""
    connection = sqlite3.connect(studio.store.engine.path)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.executescript(statement)
    connection.close()


@pytest.fixture
def lived(studio: Studio) -> Studio:
    """A booking that was done, two that are to come one after the other, one by force, one cancelled and offered."""
    studio.sell()
    done = studio.book("09:00")
    studio.book("10:10", 1)
    studio.book("11:20", 2, resource_id=studio.other_room)
    studio.book("11:20", 3, trainer_id=studio.pau, resource_id=studio.other_room, force=True, reason="a friend")
    cancelled = studio.book("16:00", 4)
    studio.yogi(0)
    studio.at = studio.instant("09:30")
    bookings.done(studio.desk, done.id)
    bookings.wait(studio.desk, studio.people[5], studio.massage, studio.instant("16:00"), studio.instant("16:30"))
    bookings.cancel(studio.desk, cancelled.id)
    assert bookings.list_waiting(studio.desk)[0].state == "offered"
    return studio


def test_what_was_lived_is_sound(lived: Studio) -> None:
    assert lived.failing() == {}


@pytest.mark.parametrize(
    ("statement", "check", "named"),
    [
        ("UPDATE booking SET state = 'cancelled' WHERE id = 2", EVENTS, 2),
        ("UPDATE booking SET trainer_id = NULL WHERE id = 2", EVENTS, 2),
        (f"UPDATE booking SET {BLOCKED} WHERE id = 2", EVENTS, 2),
        ("UPDATE booking SET date = '2026-11-26' WHERE id = 2", EVENTS, 2),
        ("UPDATE booking SET date = '2026-11-21' WHERE id = 2", EVENTS, 2),
        ("DELETE FROM booking_event WHERE booking_id = 3", EVENTS, 3),
        ("DELETE FROM booking_event WHERE booking_id = 1 AND kind = 'booked'", STATES, 1),
        ("UPDATE booking_event SET kind = 'no-show', state = 'no-show' WHERE kind = 'late cancelled'", EVENTS, 5),
        ("UPDATE booking SET forced = 1 WHERE id = 2", FORCED, 2),
        ("UPDATE booking_event SET reason = '' WHERE booking_id = 4", FORCED, 4),
        ("UPDATE booking SET forced = 0 WHERE id = 4", RESOURCES, 4),
        (
            f"UPDATE booking SET {BLOCKED} WHERE id = 2; UPDATE booking_event SET {LATER} WHERE booking_id = 2",
            TRAINERS,
            3,
        ),
        ("UPDATE booking SET customer_id = (SELECT customer_id FROM booking WHERE id = 3) WHERE id = 6", CUSTOMERS, 6),
        ("UPDATE booking SET customer_id = 4 WHERE id = 1", SESSIONS, 1),
        ("UPDATE package_event SET booking_id = 2 WHERE booking_id = 1", SESSIONS, 2),
        ("UPDATE waiting SET offered_at = NULL", WAITING, 1),
        ("UPDATE waiting SET state = 'booked'", WAITING, 1),
    ],
)
def test_what_was_changed_is_named(lived: Studio, statement: str, check: str, named: int) -> None:
    damage(lived, statement)
    assert named in lived.failing().get(check, ())
