"""Booking: who is busy is told with the next free times, and what cannot be is refused without a trace."""

from collections.abc import Callable
from typing import Any

import pytest

from bookkeeper_tui.errors import BadInput, Conflict, NotAllowed
from bookkeeper_tui.store import audit, bookables, bookings, customers, services
from bookkeeper_tui.store.bookings import Busy, clock
from bookkeeper_tui.store.desk import Approval, Desk
from tests.store.bookings.studio import MONDAY, ZONE, Studio


def times(busy: Busy) -> list[tuple[str, str, str]]:
    return [(clock(free.starts, ZONE), free.trainer, free.resource) for free in busy.free]


def test_a_booking_stands_with_its_policy_and_buffers(studio: Studio) -> None:
    made = studio.book("10:00", note="back\x1b[31m")
    assert (made.number, made.state, made.date, made.minutes) == ("B-0000001", "booked", MONDAY, 60)
    assert (made.trainer, made.resource, made.customer_name) == ("Marta", "Room 1", "Ana Reyes")
    assert (made.blocked_from, made.blocked_to) == (studio.instant("10:00"), studio.instant("11:10"))
    assert made.cancel_until == studio.instant("10:00", "2026-11-22")
    assert "\x1b" not in made.note
    assert studio.events(made) == [("booked", "booked")]
    assert bookings.page(studio.desk, studio.people[0]) == [made]
    assert studio.failing() == {}


def test_who_is_busy_is_told_with_the_next_three_free_times(studio: Studio) -> None:
    studio.book("10:00")
    with pytest.raises(Busy) as told:
        studio.book("10:30", 1)
    assert told.value.reasons == (
        "Marta is busy until 11:10 (B-0000001, Ana Reyes)",
        "Room 1 is taken until 11:10 (B-0000001, Ana Reyes)",
    )
    assert times(told.value) == [
        ("11:15", "Marta", "Room 1"), ("11:30", "Marta", "Room 1"), ("11:45", "Marta", "Room 1")
    ]  # fmt: skip
    assert studio.count("booking") == 1
    for free in told.value.free:
        assert bookings.problems(studio.desk.database, studio.people[1], studio.massage, free.starts,
                                 trainer_id=free.trainer_id, resource_id=free.resource_id) == ()  # fmt: skip


def test_another_room_is_offered_rather_than_another_trainer(studio: Studio) -> None:
    studio.book("10:00", 0, trainer_id=studio.pau)
    with pytest.raises(Busy) as told:
        studio.book("10:00", 1)
    assert told.value.reasons == ("Room 1 is taken until 11:10 (B-0000001, Ana Reyes)",)
    assert times(told.value)[0] == ("10:00", "Marta", "Room 2")


def test_buffers_keep_bookings_apart_and_ends_may_touch(studio: Studio) -> None:
    studio.book("10:00")
    with pytest.raises(Busy, match="busy until 11:10"):
        studio.book("11:00", 1)
    studio.book("11:10", 1)
    with pytest.raises(Busy, match=r"is busy from 10:00 to 11:10 .* and Massage takes until 10:10"):
        studio.book("09:00", 2)
    studio.book("09:00", 2, minutes=50)


def test_a_customer_is_in_one_place_at_a_time(studio: Studio) -> None:
    studio.book("10:00")
    with pytest.raises(Busy, match="Ana Reyes has Massage from 10:00 to 11:00") as told:
        studio.book("10:30", trainer_id=studio.pau, resource_id=studio.other_room)
    assert times(told.value)[0][0] == "11:00"


def test_any_who_is_free_is_taken_when_nobody_is_named(studio: Studio) -> None:
    names = [(one.trainer, one.resource) for one in (
        studio.book("10:00", person, trainer_id=None, resource_id=None) for person in (0, 1)
    )]  # fmt: skip
    assert names == [("Marta", "Room 1"), ("Pau", "Room 2")]
    with pytest.raises(Busy, match=r"No trainer is free for Massage at 10:00\. No resource is free"):
        studio.book("10:00", 2, trainer_id=None, resource_id=None)


def test_a_class_is_shared_until_it_is_full(studio: Studio) -> None:
    for person in range(4):
        studio.yogi(person)
    with pytest.raises(Busy, match=r"Joan is full until 12:45 \(4 of 4\)"):
        studio.yogi(4)
    with pytest.raises(Busy, match="Joan is full"):
        studio.yogi(4, "12:30")
    assert studio.failing() == {}


def test_whoever_joins_a_class_is_booked_where_it_is_given(studio: Studio) -> None:
    bookables.add(studio.desk, bookables.NewBookable("resource", "Attic", 6, 0, None, frozenset([studio.yoga])))
    bookables.add(studio.desk, bookables.NewBookable("trainer", "Bea", 6, 0, None, frozenset([studio.yoga])))
    studio.yogi(0)
    anyone = studio.book("12:00", 1, service_id=studio.yoga, trainer_id=None, resource_id=None)
    joan = studio.book("12:00", 2, service_id=studio.yoga, trainer_id=studio.joan, resource_id=None)
    assert {(one.trainer, one.resource) for one in (anyone, joan)} == {("Joan", "Hall")}


def test_a_trainer_of_many_gives_one_class_at_a_time(studio: Studio) -> None:
    studio.yogi(0)
    with pytest.raises(Busy, match="Joan is busy until 12:45"):
        studio.yogi(1, "12:15")


def test_a_resource_takes_as_many_as_it_has_places_at_any_moment(studio: Studio) -> None:
    """Two that follow one another take one place; what counts is how many are there at once."""
    bookables.edit(studio.desk, studio.room, bookables.NewBookable("resource", "Room 1", 2))
    pau = bookables.add(studio.desk, bookables.NewBookable("trainer", "Rosa")).id
    studio.book("09:00", 0)
    studio.book("10:10", 1)
    studio.book("10:00", 2, trainer_id=studio.pau)
    with pytest.raises(Busy, match=r"Room 1 is full until 11:20 \(2 of 2\)"):
        studio.book("10:30", 3, trainer_id=pau)
    assert studio.failing() == {}


@pytest.mark.parametrize(
    ("time", "date", "said"),
    [
        ("08:30", MONDAY, "Marta works 09:00 to 13:00 and 16:00 to 20:00 that day"),
        ("12:30", MONDAY, "Marta works"),
        ("10:00", "2026-11-29", "Marta does not work that day"),
        ("10:00", "2026-11-24", "Marta has the day off (dentist)"),
        ("10:00", "2026-12-08", "Marta has left by then"),
    ],
)
def test_hours_days_off_and_leaving_are_in_the_way(studio: Studio, time: str, date: str, said: str) -> None:
    bookables.add_time_off(studio.desk, studio.marta, "2026-11-24", "2026-11-24", "dentist")
    bookables.leave(studio.desk, studio.marta, "2026-12-07")
    with pytest.raises(Busy) as told:
        studio.book(time, date=date)
    assert said in str(told.value)
    assert told.value.free
    assert studio.count("booking") == 0


def test_a_trainer_without_the_skill_is_in_the_way(studio: Studio) -> None:
    with pytest.raises(Busy, match="Joan does not give Massage"):
        studio.book("10:00", trainer_id=studio.joan)


@pytest.mark.parametrize("starts", [-(10**18), 0, 10**18, 2**62])
def test_a_time_in_no_calendar_is_refused_in_a_sentence(studio: Studio, starts: int) -> None:
    desk, ana = studio.desk, studio.people[0]
    made = studio.book()
    with pytest.raises(BadInput, match=r"no year that is booked|is past already"):
        bookings.book(desk, ana, studio.massage, starts)
    with pytest.raises(BadInput, match=r"no year that is booked|is past already"):
        bookings.book_weekly(desk, ana, studio.massage, starts, 3)
    with pytest.raises(BadInput, match=r"no year that is booked|is past already"):
        bookings.move(desk, made.id, made.version, starts)
    with pytest.raises(BadInput, match="more than two years ahead"):
        bookings.wait(desk, ana, studio.massage, *sorted((made.starts, starts)))
    assert (studio.count("booking"), studio.count("waiting")) == (1, 0)


def test_what_no_pin_makes_possible(studio: Studio) -> None:
    desk, ana = studio.desk, studio.people[0]
    force: dict[str, Any] = {"force": True, "reason": "because"}
    with pytest.raises(BadInput, match="07:00 on 23/11/2026 is past already"):
        studio.book("07:00", **force)
    with pytest.raises(BadInput, match="more than two years ahead"):
        studio.book(date="2036-11-23", **force)
    with pytest.raises(BadInput, match="There is no trainer 99"):
        studio.book(trainer_id=99, **force)
    with pytest.raises(BadInput, match=f"There is no trainer {studio.room}"):
        studio.book(trainer_id=studio.room, **force)
    with pytest.raises(BadInput, match="There is no customer with the id 99"):
        bookings.book(desk, 99, studio.massage, studio.instant("10:00"))
    with pytest.raises(BadInput, match="choose one first"):
        bookings.book(desk, 1, studio.massage, studio.instant("10:00"))
    customers.set_status(desk, ana, "inactive")
    with pytest.raises(BadInput, match="Ana Reyes is inactive"):
        studio.book(**force)
    services.retire(desk, studio.massage)
    with pytest.raises(BadInput, match="Massage is not given any more"):
        studio.book(person=1, **force)
    assert studio.count("booking") == studio.count("booking_event") == 0


def test_forcing_takes_a_reason_and_the_permission_and_stands_in_the_log(
    studio: Studio, desk_of: Callable[[str], Desk]
) -> None:
    studio.book("10:00")
    cashier, manager = desk_of("cashier"), desk_of("manager")
    over: dict[str, Any] = {"trainer_id": studio.marta, "resource_id": studio.room, "force": True}
    asked = (studio.people[1], studio.massage, studio.instant("10:30", "2099-01-05"))
    with pytest.raises(NotAllowed):
        bookings.book(cashier, *asked, **over, reason="twins")
    with pytest.raises(BadInput, match="needs a reason"):
        studio.book("10:30", 1, force=True)
    cashier._clock = lambda: studio.at
    backed = cashier.backed_by(Approval(manager.staff, "booking.forced"))
    made = bookings.book(
        backed, studio.people[1], studio.massage, studio.instant("10:30"), trainer_id=studio.marta,
        resource_id=studio.room, force=True, reason="twins",
    )  # fmt: skip
    assert made.forced
    event = bookings.history(studio.desk, made.id)[0]
    assert (event.reason, event.who, event.approved_by) == ("twins", cashier.staff.who, manager.staff.who)
    logged = audit.rows_before(studio.desk.database, action="booking.forced", limit=1)[0]
    assert logged.detail["approved_by"] == manager.staff.who
    assert "reason" not in logged.detail, "it may say something about a person"
    assert logged.personal is not None
    assert logged.personal["reason"] == "twins"
    assert studio.failing() == {}


def test_the_same_command_twice_books_once(studio: Studio) -> None:
    assert studio.book(once="k") == studio.book(once="k")
    assert studio.count("booking") == 1


def test_more_bookings_than_sessions_left_are_told(studio: Studio) -> None:
    package = studio.sell(sessions=2)
    made = [studio.book(time, package_id=package.id) for time in ("09:00", "11:00", "16:00")]
    whose = made[0].customer_id
    assert bookings.beyond_package(studio.desk, whose, package.id) == (3, 2)
    assert bookings.beyond_package(studio.desk, whose, None) is None
    bookings.cancel(studio.desk, made[0].id)
    assert bookings.beyond_package(studio.desk, whose, package.id) == (2, 1), "late: it took a session"
    bookings.done(studio.desk, made[1].id)
    assert bookings.beyond_package(studio.desk, whose, package.id) == (1, 0)
    bookings.put_back(studio.desk, made[1].id)
    bookings.cancel(studio.desk, made[2].id)
    assert bookings.beyond_package(studio.desk, whose, package.id) == (1, 0)


def test_a_package_that_is_chosen_must_be_the_customers(studio: Studio) -> None:
    with pytest.raises(BadInput, match="There is no package 7"):
        studio.book(package_id=7)


def test_moving_keeps_the_notice_and_refuses_what_was_changed_meanwhile(studio: Studio) -> None:
    made = studio.book("10:00", date="2026-11-24")
    moved = bookings.move(studio.desk, made.id, made.version, studio.instant("11:00", "2026-11-25"), studio.pau)
    assert (moved.starts, moved.trainer, moved.resource, moved.version) == (
        studio.instant("11:00", "2026-11-25"), "Pau", "Room 1", 2
    )  # fmt: skip
    assert moved.starts - moved.cancel_until == made.starts - made.cancel_until
    assert studio.events(moved) == [("booked", "booked"), ("moved", "booked")]
    with pytest.raises(Conflict, match="B-0000001 was changed meanwhile: it is 25/11/2026 11:00 with Pau now"):
        bookings.move(studio.desk, made.id, made.version, made.starts)
    studio.book("10:00", 1, date="2026-11-24")
    with pytest.raises(Busy, match="Marta is busy"):
        bookings.move(studio.desk, made.id, moved.version, made.starts, studio.marta)
    with pytest.raises(BadInput, match="past already"):
        bookings.move(studio.desk, made.id, moved.version, studio.at - 3600_000_000)
    assert bookings.get(studio.desk, made.id) == moved
    assert studio.failing() == {}


def test_a_booking_is_not_in_its_own_way(studio: Studio) -> None:
    made = studio.book("10:00")
    assert bookings.move(studio.desk, made.id, 1, studio.instant("10:15")).starts == studio.instant("10:15")
    same = bookings.move(studio.desk, made.id, 2, studio.instant("10:15"))
    assert same.version == 2


def test_a_week_after_week_keeps_the_local_time_over_a_clock_change(studio: Studio) -> None:
    series = bookings.book_weekly(
        studio.desk, studio.people[0], studio.massage, studio.instant("10:00", "2027-03-22"), 2,
        trainer_id=studio.marta, resource_id=studio.room,
    )  # fmt: skip
    assert [clock(one.starts, ZONE) for one in series.booked] == ["10:00", "10:00"]
    assert series.booked[1].starts - series.booked[0].starts == (7 * 24 - 1) * 3_600_000_000
    assert {one.series_id for one in series.booked} == {series.id}


def test_weeks_that_cannot_be_had_are_told_and_left_out_only_when_agreed(studio: Studio) -> None:
    bookables.add_time_off(studio.desk, studio.marta, "2026-11-30", "2026-11-30")
    asked = (studio.desk, studio.people[0], studio.massage, studio.instant("10:00"), 4)
    who: dict[str, Any] = {"trainer_id": studio.marta, "resource_id": studio.room}
    told = bookings.book_weekly(*asked, **who)
    assert told.booked == ()
    assert [(one.date, one.time) for one in told.refused] == [("2026-11-30", "10:00")]
    assert told.refused[0].reasons == ("Marta has the day off",)
    assert studio.count("booking") == studio.count("booking_series") == 0
    agreed = bookings.book_weekly(*asked, **who, skip_busy=True, once="k")
    assert [one.date for one in agreed.booked] == [MONDAY, "2026-12-07", "2026-12-14"]
    assert bookings.book_weekly(*asked, **who, skip_busy=True, once="k").booked == agreed.booked
    assert agreed.booked[0].number == "B-0000001"
    with pytest.raises(BadInput, match="53 weeks"):
        bookings.book_weekly(*asked[:4], 53)
    assert studio.failing() == {}
