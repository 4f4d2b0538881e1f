"""The waiting list: a time that comes free is offered to who has waited longest, and to nobody who cannot have it."""

from typing import Any

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import bookings, customers
from bookkeeper_tui.store.bookings import Busy, Waiting, clock, offers
from bookkeeper_tui.store.customers import CustomerFields
from tests.store.bookings.studio import MONDAY, ZONE, Studio


def waits(studio: Studio, person: int, earliest: str = "10:00", latest: str = "13:00", **more: Any) -> Waiting:
    given: dict[str, Any] = {"trainer_id": studio.marta} | more
    return bookings.wait(
        studio.desk, studio.people[person], studio.massage, studio.instant(earliest), studio.instant(latest), **given
    )  # fmt: skip


def offered(studio: Studio) -> list[tuple[str, str, str]]:
    return [
        (one.customer_name, clock(one.offered_starts, ZONE), one.offered_trainer)
        for one in bookings.list_waiting(studio.desk)
        if one.offered_starts
    ]


def test_a_cancelled_time_is_offered_to_who_has_waited_longest(studio: Studio) -> None:
    made = studio.book("10:00")
    waits(studio, 1)
    studio.at += 1
    waits(studio, 2)
    bookings.cancel(studio.desk, made.id)
    assert offered(studio) == [("Bruno Díaz", "10:00", "Marta")]
    told = "SELECT customer_id FROM audit WHERE action = 'booking.waiting' AND detail LIKE '%offered%'"
    assert studio.desk.database.execute_sql(told).fetchall() == [(studio.people[1],)]
    bruno = bookings.list_waiting(studio.desk)[0]
    booked = bookings.accept(studio.desk, bruno.id, once="k")
    assert (booked.customer_name, booked.starts, booked.trainer) == ("Bruno Díaz", made.starts, "Marta")
    assert bookings.accept(studio.desk, bruno.id, once="k") == booked
    assert [one.customer_name for one in bookings.list_waiting(studio.desk)] == ["Chen Li"]
    assert studio.failing() == {}


def test_an_offer_that_is_given_up_goes_to_the_next(studio: Studio) -> None:
    made = studio.book("10:00")
    first = waits(studio, 1)
    waits(studio, 2)
    bookings.cancel(studio.desk, made.id)
    assert bookings.give_up(studio.desk, first.id).state == "given up"
    assert offered(studio) == [("Chen Li", "10:00", "Marta")]
    with pytest.raises(BadInput, match="Bruno Díaz waits no more for Massage: given up"):
        bookings.give_up(studio.desk, first.id)
    with pytest.raises(BadInput, match="is not offered a time for Massage now"):
        bookings.accept(studio.desk, first.id)


def test_who_waits_for_the_one_who_came_free_is_not_held_up_by_a_long_list_for_another(studio: Studio) -> None:
    studio.book("10:00")
    freed = studio.book("10:00", 1, trainer_id=studio.pau, resource_id=studio.other_room)
    for person in range(offers.ASKED_AT_ONCE):
        name = f"Waits {person}"
        other = customers.create(studio.desk, CustomerFields(name=name, phone="+34 612 345 678"))
        day = (studio.instant("10:00"), studio.instant("11:00"))
        bookings.wait(studio.desk, other.id, studio.massage, *day, trainer_id=studio.marta)
        studio.at += 1
    waits(studio, 2, trainer_id=studio.pau)
    bookings.cancel(studio.desk, freed.id)
    assert offered(studio) == [("Chen Li", "10:00", "Pau")]


def test_two_who_wait_are_offered_the_two_times_that_came_free(studio: Studio) -> None:
    first, second = studio.book("10:00"), studio.book("10:00", 1, trainer_id=studio.pau, resource_id=studio.other_room)
    for person in (2, 3):
        waits(studio, person, trainer_id=None)
    waits(studio, 4)
    bookings.cancel(studio.desk, first.id)
    assert offered(studio) == [("Chen Li", "10:00", "Marta")]
    bookings.cancel(studio.desk, second.id)
    assert offered(studio) == [("Chen Li", "10:00", "Marta"), ("Dora Pi", "10:00", "Pau")]
    for waiting in bookings.list_waiting(studio.desk)[:2]:
        bookings.accept(studio.desk, waiting.id)
    assert studio.failing() == {}


def test_what_is_on_offer_to_one_is_not_offered_to_another(studio: Studio) -> None:
    first, second = studio.book("10:00"), studio.book("10:00", 1, trainer_id=studio.pau, resource_id=studio.other_room)
    for person in (2, 3):
        waits(studio, person, "10:00", "10:05")
    bookings.cancel(studio.desk, first.id)
    bookings.cancel(studio.desk, second.id)
    assert offered(studio) == [("Chen Li", "10:00", "Marta")]
    bookings.give_up(studio.desk, bookings.list_waiting(studio.desk)[0].id)
    assert offered(studio) == [("Dora Pi", "10:00", "Marta")]


def test_what_others_take_is_offered_no_more(studio: Studio) -> None:
    made = studio.book("10:00")
    bruno = waits(studio, 1)
    bookings.cancel(studio.desk, made.id)
    studio.book("10:30", 2)
    assert offered(studio) == []
    assert bookings.waiting_for(studio.desk, bruno.customer_id)[0].state == "waiting"
    assert studio.failing() == {}


def test_who_books_otherwise_waits_no_more(studio: Studio) -> None:
    bruno = waits(studio, 1)
    made = studio.book("11:00", 1, trainer_id=studio.pau)
    waiting = bookings.waiting_for(studio.desk, bruno.customer_id)
    assert waiting == []
    assert studio.desk.database.execute_sql("SELECT state, booking_id FROM waiting").fetchall() == [("booked", made.id)]
    assert studio.failing() == {}


def test_a_moved_booking_and_a_no_show_free_their_time_too(studio: Studio) -> None:
    made = studio.book("10:00")
    waits(studio, 1, "10:00", "10:30")
    bookings.move(studio.desk, made.id, 1, studio.instant("16:00"))
    assert offered(studio) == [("Bruno Díaz", "10:00", "Marta")]
    other = studio.book("17:30", 2)
    waits(studio, 3, "17:00", "19:00", resource_id=studio.room)
    studio.at = studio.instant("17:41")
    bookings.no_show(studio.desk, other.id)
    assert ("Dora Pi", "17:45", "Marta") in offered(studio)


def test_nobody_is_offered_what_they_cannot_have(studio: Studio) -> None:
    made = studio.book("10:00")
    studio.book("10:30", 1, trainer_id=studio.pau, resource_id=studio.other_room)
    waits(studio, 1, "10:00", "10:15")
    waits(studio, 2, "10:00", "10:30", trainer_id=studio.pau)
    waits(studio, 3, "11:30", "12:30")
    gone = waits(studio, 4, "10:00", "11:00")
    customers.set_status(studio.desk, gone.customer_id, "inactive")
    bookings.cancel(studio.desk, made.id)
    assert offered(studio) == []


def test_an_offer_whose_time_has_passed_is_refused(studio: Studio) -> None:
    made = studio.book("10:00")
    bruno = waits(studio, 1)
    bookings.cancel(studio.desk, made.id)
    studio.at = studio.instant("10:20")
    with pytest.raises(BadInput, match="10:00 on 23/11/2026 is past already"):
        bookings.accept(studio.desk, bruno.id)
    assert bookings.list_waiting(studio.desk)[0].state == "waiting"
    later = studio.book("12:00", 2)
    bookings.cancel(studio.desk, later.id)
    assert offered(studio) == [("Bruno Díaz", "12:00", "Marta")]
    studio.at = studio.instant("13:00")
    assert bookings.list_waiting(studio.desk) == []


def test_a_time_off_given_since_is_told_when_the_offer_is_taken(studio: Studio) -> None:
    made = studio.book("10:00")
    bruno = waits(studio, 1)
    bookings.cancel(studio.desk, made.id)
    with studio.desk.change("bookable.edited") as change:
        change.database.execute_sql(
            "INSERT INTO time_off (bookable_id, first_date, last_date) VALUES (?, ?, ?)", (studio.marta, MONDAY, MONDAY)
        )
    with pytest.raises(Busy, match="Marta has the day off") as told:
        bookings.accept(studio.desk, bruno.id)
    assert told.value.free
    assert bookings.waiting_for(studio.desk, bruno.customer_id)[0].state == "offered"


def test_nobody_waits_for_what_cannot_be(studio: Studio) -> None:
    waits(studio, 1)
    with pytest.raises(BadInput, match="Bruno Díaz waits for Massage at that time already"):
        waits(studio, 1, "12:00", "13:00")
    with pytest.raises(BadInput, match="comes before its beginning"):
        waits(studio, 2, "12:00", "12:00")
    with pytest.raises(BadInput, match="is past already"):
        waits(studio, 2, "06:00", "07:00")
    with pytest.raises(BadInput, match="There is no trainer 4"):
        waits(studio, 2, trainer_id=studio.room)
    with pytest.raises(BadInput, match="Only a customer can wait"):
        bookings.wait(studio.desk, 1, studio.massage, studio.at, studio.at + 60_000_000)
    customers.set_status(studio.desk, studio.people[2], "inactive")
    with pytest.raises(BadInput, match="Chen Li is inactive"):
        waits(studio, 2)
    assert studio.count("waiting") == 1
