"""Trainers and resources have skills, hours and days off, and do not leave while something stands with them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import instant_of
from bookkeeper_tui.store import audit, bookables, services
from bookkeeper_tui.store.bookables import Bookable, Hours, NewBookable
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.services import NewService
from bookkeeper_tui.store.shop import next_numbers
from tests.store.floor import Floor

MARTA = NewBookable("trainer", "Marta", commission=40_000)
NOON = "2026-11-24T12:00"
MINUTE = 60_000_000


def instant(text: str) -> int:
    return instant_of(datetime.fromisoformat(text), "Europe/Madrid")


@pytest.fixture
def at_noon(floor: Floor) -> Desk:
    """The owner's desk on Tuesday the 24th at noon."""
    return Desk.shell(floor.desk.store, lambda: instant(NOON))


@pytest.fixture
def marta(at_noon: Desk) -> Bookable:
    """A trainer who takes one customer at a time."""
    return bookables.add(at_noon, MARTA)


@pytest.fixture
def room(at_noon: Desk) -> Bookable:
    """A room for three."""
    return bookables.add(at_noon, NewBookable("resource", "Room 2", capacity=3))


@pytest.fixture
def stands(floor: Floor, at_noon: Desk, marta: Bookable, room: Bookable) -> Callable[..., str]:
    """Puts a booking with Marta in Room 2 into the book, an hour long."""
    yoga = services.add(at_noon, NewService("Yoga", 60))

    def book(starts: str, state: str = "booked") -> str:
        begins = instant(starts)
        with at_noon.change("booking.made") as change:
            number = f"B-{next_numbers(change.database, 'booking'):07}"
            change.database.execute_sql(
                "INSERT INTO booking (number, customer_id, service_id, trainer_id, resource_id, starts, ends,"
                " blocked_from, blocked_to, date, state, cancel_until, late_takes, no_show_takes, made_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 1, 1, 0)",
                (number, floor.customers[0], yoga.id, marta.id, room.id, begins, begins + 60 * MINUTE,
                 begins, begins + 60 * MINUTE, starts[:10], state),
            )  # fmt: skip
        return number

    return book


def start_timer(floor: Floor, marta: Bookable, room: Bookable, ends: str) -> None:
    with floor.desk.change("timer.started") as change:
        change.database.execute_sql(
            "INSERT INTO session_timer (customer_id, trainer_id, resource_id, started_at, ends_at, terminal)"
            " VALUES (?, ?, ?, ?, ?, 'till-1')",
            (floor.customers[0], marta.id, room.id, instant("2026-11-24T10:30"), instant(ends)),
        )


def test_trainers_stand_before_resources_and_say_what_they_are_for(at_noon: Desk) -> None:
    yoga, massage = (services.add(at_noon, NewService(name, 60)) for name in ("Yoga", "Massage"))
    room = bookables.add(at_noon, NewBookable("resource", "Room 2", capacity=3))
    marta = bookables.add(at_noon, replace(MARTA, service_ids=frozenset({yoga.id})))
    assert bookables.list_bookables(at_noon) == [marta, room]
    assert bookables.list_bookables(at_noon, "resource") == [room]
    assert (marta.commission, marta.service_ids, room.capacity) == (40_000, frozenset({yoga.id}), 3)
    assert [bookables.fits(marta, yoga.id), bookables.fits(marta, massage.id)] == [True, False]
    assert bookables.fits(room, massage.id), "one that says no service is for all"


def test_an_edit_says_in_the_log_what_changed(at_noon: Desk, marta: Bookable) -> None:
    yoga = services.add(at_noon, NewService("Yoga", 60))
    changed = bookables.edit(at_noon, marta.id, replace(MARTA, commission=45_000, service_ids=frozenset({yoga.id})))
    assert (changed.commission, changed.service_ids) == (45_000, frozenset({yoga.id}))
    newest = audit.rows_before(at_noon.database, action="bookable.edited")[0]
    assert newest.detail == {"commission": [40_000, 45_000], "services": [[], [yoga.id]]}


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (replace(MARTA, kind="chair"), "neither a trainer nor a resource"),
        (replace(MARTA, name=" "), "Name: a trainer needs one"),
        (replace(MARTA, name="Marta"), "There is a trainer Marta already"),
        (replace(MARTA, name="Leo", capacity=0), "Capacity: 0"),
        (replace(MARTA, name="Leo", capacity=501), "Capacity: 501"),
        (replace(MARTA, name="Leo", commission=100_001), "Commission: 100.001 %"),
        (replace(MARTA, name="Leo", staff_id=77), "no member of staff 77"),
        (replace(MARTA, name="Leo", service_ids=frozenset({9})), "There is no service 9"),
        (NewBookable("resource", "Chair", commission=1), "only a trainer"),
    ],
)
def test_what_is_no_trainer_is_one_sentence(at_noon: Desk, marta: Bookable, wrong: NewBookable, named: str) -> None:
    with pytest.raises(BadInput, match=named):
        bookables.add(at_noon, wrong)
    assert bookables.list_bookables(at_noon) == [marta]


def test_a_trainer_never_becomes_a_room(at_noon: Desk, marta: Bookable) -> None:
    with pytest.raises(BadInput, match="Marta is a trainer and stays one"):
        bookables.edit(at_noon, marta.id, NewBookable("resource", "Marta"))


def test_hours_are_kept_by_weekday_and_time(at_noon: Desk, marta: Bookable) -> None:
    assert bookables.hours(at_noon, marta.id) == []
    week = [Hours(1, 960, 1200), Hours(0, 540, 780), Hours(0, 780, 1440)]
    assert bookables.set_hours(at_noon, marta.id, week) == [*week[1:], week[0]]
    bookables.set_hours(at_noon, marta.id, week)
    assert len(audit.rows_before(at_noon.database, action="bookable.edited")) == 2
    assert bookables.set_hours(at_noon, marta.id, []) == []


@pytest.mark.parametrize(
    ("week", "named"),
    [
        ([Hours(7, 540, 780)], "no weekday 7"),
        ([Hours(0, 780, 780)], "13:00-13:00 is no time of a Monday"),
        ([Hours(0, 780, 1441)], "13:00-24:01"),
        ([Hours(2, 540, 780), Hours(2, 720, 900)], "09:00-13:00 and 12:00-15:00 of Wednesday run into each other"),
    ],
)
def test_hours_that_are_none_change_nothing(at_noon: Desk, marta: Bookable, week: list[Hours], named: str) -> None:
    bookables.set_hours(at_noon, marta.id, [Hours(0, 540, 780)])
    with pytest.raises(BadInput, match=named):
        bookables.set_hours(at_noon, marta.id, week)
    assert bookables.hours(at_noon, marta.id) == [Hours(0, 540, 780)]


def test_days_off_are_given_and_taken_back(at_noon: Desk, marta: Bookable) -> None:
    given = bookables.add_time_off(at_noon, marta.id, "2026-12-24", "2026-12-26", "Christmas")
    bookables.add_time_off(at_noon, marta.id, "2026-11-02", "2026-11-03")
    assert bookables.time_off(at_noon, marta.id) == [given], "what is over is not listed"
    found = bookables.days_off_of(at_noon.database, marta.id, "2026-12-26", "2026-12-31")
    assert [one.reason for one in found] == ["Christmas"]
    bookables.remove_time_off(at_noon, given.id)
    assert bookables.time_off(at_noon, marta.id) == []
    with pytest.raises(BadInput, match="taken back already"):
        bookables.remove_time_off(at_noon, given.id)


@pytest.mark.parametrize(
    ("first", "last", "reason", "named"),
    [
        ("2026-12-24", "2026-12-23", "", "comes before the first"),
        ("tomorrow", "2026-12-23", "", "“tomorrow” is not a date"),
        ("0001-01-01", "2026-12-23", "", "in no year of the books"),
        ("2026-12-24", "2026-12-24", "x" * 201, "more than 200 letters"),
    ],
)
def test_what_are_no_days_off_is_told(
    at_noon: Desk, marta: Bookable, first: str, last: str, reason: str, named: str
) -> None:
    with pytest.raises(BadInput, match=named):
        bookables.add_time_off(at_noon, marta.id, first, last, reason)


def test_one_who_left_is_listed_only_when_asked_for_and_comes_back(at_noon: Desk, marta: Bookable) -> None:
    bookables.leave(at_noon, marta.id, "2026-11-25")
    assert [one.left_on for one in bookables.list_bookables(at_noon)] == ["2026-11-25"], "still there today"
    left = bookables.leave(at_noon, marta.id, "2026-11-24")
    assert bookables.list_bookables(at_noon) == []
    assert bookables.list_bookables(at_noon, also_left=True) == [left]
    assert [bookables.is_there(left, day) for day in ("2026-11-23", "2026-11-24")] == [True, False]
    assert bookables.come_back(at_noon, marta.id).left_on == ""


def test_a_trainer_does_not_leave_while_bookings_stand(
    at_noon: Desk, marta: Bookable, stands: Callable[..., str]
) -> None:
    stands("2026-11-23T10:00")
    first = stands("2026-11-24T18:00", "checked in")
    stands("2026-11-24T19:00", "cancelled")
    stands("2026-11-24T09:00", "done")
    stands("2026-12-01T10:00")
    with pytest.raises(BadInput) as told:
        bookables.leave(at_noon, marta.id, "2026-11-24")
    assert str(told.value) == (
        f"Marta has 2 bookings from 24/11/2026 on, the first is {first} on 24/11/2026: move or cancel them first"
    )
    assert bookables.get(at_noon, marta.id).left_on == ""
    assert bookables.leave(at_noon, marta.id, "2026-12-02").left_on == "2026-12-02"


def test_a_booking_over_midnight_stands_on_the_next_day_as_well(
    at_noon: Desk, room: Bookable, stands: Callable[..., str]
) -> None:
    stands("2026-11-27T23:30")
    with pytest.raises(BadInput, match="Room 2 has a booking from 28/11/2026 on, B-0000001 on 27/11/2026"):
        bookables.leave(at_noon, room.id, "2026-11-28")


def test_nobody_gets_days_off_on_which_bookings_stand(
    at_noon: Desk, marta: Bookable, stands: Callable[..., str]
) -> None:
    number = stands("2026-11-26T10:00")
    with pytest.raises(BadInput, match=f"Marta has a booking on those days, {number} on 26/11/2026: move or cancel it"):
        bookables.add_time_off(at_noon, marta.id, "2026-11-25", "2026-11-27")
    assert bookables.time_off(at_noon, marta.id) == []
    bookables.add_time_off(at_noon, marta.id, "2026-11-25", "2026-11-25")
    bookables.add_time_off(at_noon, marta.id, "2026-11-27", "2026-11-30")


def test_a_resource_stays_while_a_session_runs_in_it(
    at_noon: Desk, floor: Floor, marta: Bookable, room: Bookable
) -> None:
    start_timer(floor, marta, room, "2026-11-24T12:20")
    with pytest.raises(BadInput, match=r"^Room 2 is in use until 12:20: stop the session first$"):
        bookables.leave(at_noon, room.id, "2026-11-24")
    with pytest.raises(BadInput, match=r"^Marta is in use until 12:20"):
        bookables.add_time_off(at_noon, marta.id, "2026-11-20", "2026-11-24")
    bookables.add_time_off(at_noon, marta.id, "2026-11-25", "2026-11-25")
    assert bookables.leave(at_noon, room.id, "2026-11-25").left_on == "2026-11-25"


def test_a_session_whose_time_is_over_is_still_in_the_way(
    at_noon: Desk, floor: Floor, marta: Bookable, room: Bookable
) -> None:
    start_timer(floor, marta, room, "2026-11-24T11:30")
    with pytest.raises(BadInput, match=r"^Room 2 is in use by a session whose time was over at 11:30: stop the"):
        bookables.leave(at_noon, room.id, "2026-11-24")


def test_a_paused_session_is_in_the_way_as_well(at_noon: Desk, floor: Floor, marta: Bookable, room: Bookable) -> None:
    start_timer(floor, marta, room, "2026-11-24T12:20")
    with floor.desk.change("timer.changed") as change:
        change.database.execute_sql("UPDATE session_timer SET paused_at = started_at + 1")
    with pytest.raises(BadInput, match=r"^Room 2 is in use by a session that is paused: stop the session first$"):
        bookables.leave(at_noon, room.id, "2026-11-24")


def test_the_bookings_of_one_are_found_by_an_index(at_noon: Desk, marta: Bookable) -> None:
    plan = at_noon.database.execute_sql(f"EXPLAIN QUERY PLAN {bookables.STANDING}", (marta.id, 0, 1)).fetchall()
    told = " ".join(str(row[-1]) for row in plan)
    assert "booking_trainer" in told
    assert "booking_resource" in told
