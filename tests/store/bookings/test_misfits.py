"""Bookings that could not be made any more are told when hours, skills or days off change, and stand."""

from bookkeeper_tui.store import bookables, bookings
from bookkeeper_tui.store.bookables import Hours, NewBookable
from bookkeeper_tui.store.bookings.moments import HOUR
from tests.store.bookings.studio import Studio


def told(studio: Studio, bookable_id: int) -> list[tuple[str, str]]:
    return [(one.number, one.why) for one in bookings.misfits(studio.desk, bookable_id)]


def test_what_fits_is_not_told(studio: Studio) -> None:
    studio.book("10:00")
    studio.book("11:10", 1)
    assert told(studio, studio.marta) == told(studio, studio.room) == []


def test_other_hours_leave_bookings_outside_of_them(studio: Studio) -> None:
    late, early = studio.book("17:00"), studio.book("09:00", 1)
    bookables.set_hours(studio.desk, studio.marta, [Hours(day, 10 * 60, 13 * 60) for day in range(7)])
    assert told(studio, studio.marta) == [
        (early.number, "Marta works 10:00 to 13:00 that day"),
        (late.number, "Marta works 10:00 to 13:00 that day"),
    ]
    assert told(studio, studio.room) == []
    bookings.cancel(studio.desk, early.id)
    assert [number for number, _ in told(studio, studio.marta)] == [late.number]


def test_a_skill_taken_away_and_a_room_for_something_else(studio: Studio) -> None:
    made = studio.book("10:00")
    bookables.edit(studio.desk, studio.marta, NewBookable("trainer", "Marta", service_ids=frozenset({studio.yoga})))
    bookables.edit(studio.desk, studio.room, NewBookable("resource", "Room 1", service_ids=frozenset({studio.yoga})))
    assert told(studio, studio.marta) == [(made.number, "Marta does not give Massage")]
    assert told(studio, studio.room) == [(made.number, "Room 1 is not for Massage")]


def test_what_is_over_is_not_told(studio: Studio) -> None:
    studio.book("10:00")
    bookables.set_hours(studio.desk, studio.marta, [Hours(6, 10 * 60, 13 * 60)])
    assert len(told(studio, studio.marta)) == 1
    studio.at += 4 * HOUR
    assert told(studio, studio.marta) == []
    assert told(studio, 999) == []
