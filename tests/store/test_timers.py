"""Session timers: started from a use or a booking, paused, extended and stopped, from any console."""

from threading import Barrier, Thread

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import bookings, customers, package_plans, packages, timers
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.opening import Store, open_store
from bookkeeper_tui.store.packages import UsageEvent
from bookkeeper_tui.store.timers import MINUTE_US, Timer
from tests.store.bookings.studio import Studio, studio_in


@pytest.fixture
def studio(store: Store) -> Studio:
    """A studio on a Monday at eight in the morning."""
    return studio_in(store)


def used(studio: Studio) -> UsageEvent:
    """Somebody uses a session of a package for massages, now, with Marta in Room 1."""
    package = studio.sell(service_id=studio.massage)
    return packages.use(studio.desk, package.id, trainer_id=studio.marta, resource_id=studio.room)


def minutes_left(studio: Studio, timer: Timer) -> int:
    return timer.left(studio.at) // MINUTE_US


def pass_minutes(studio: Studio, minutes: int) -> None:
    studio.at += minutes * MINUTE_US


def test_the_timer_of_a_use_runs_as_long_as_its_service_takes(studio: Studio) -> None:
    timer = timers.start(studio.desk, event_id=used(studio).id)
    assert (timer.service, timer.trainer, timer.resource) == ("Massage", "Marta", "Room 1")
    assert minutes_left(studio, timer) == 60
    pass_minutes(studio, 70)
    assert minutes_left(studio, timer) == -10, "it is over, and runs until somebody stops it"
    assert [one.id for one in timers.running(studio.desk)] == [timer.id]


def test_the_timer_of_a_booking_runs_as_long_as_it_is_booked(studio: Studio) -> None:
    booking = studio.book("09:00", minutes=30)
    timer = timers.start(studio.desk, booking_id=booking.id)
    assert (timer.customer_name, minutes_left(studio, timer)) == (booking.customer_name, 30)
    assert timers.running_of(studio.desk.database, studio.people[0]) == [timer]
    assert timers.running_of(studio.desk.database, studio.people[1]) == []


def test_a_package_for_any_service_is_timed_by_what_was_used_or_an_hour(studio: Studio) -> None:
    package = studio.sell()
    package_plans.set_plan(studio.desk, package.product_id, 5, 0, None)
    package = studio.sell()
    of_yoga = packages.use(studio.desk, package.id, service_id=studio.yoga)
    of_nothing = packages.use(studio.desk, package.id)
    lengths = [minutes_left(studio, timers.start(studio.desk, event_id=one.id)) for one in (of_yoga, of_nothing)]
    assert lengths == [45, 60]
    third = packages.use(studio.desk, package.id)
    assert minutes_left(studio, timers.start(studio.desk, event_id=third.id, minutes=25)) == 25


def test_a_pause_moves_the_end_and_an_extension_adds_to_it(studio: Studio) -> None:
    timer = timers.start(studio.desk, event_id=used(studio).id)
    pass_minutes(studio, 20)
    timer = timers.pause(studio.desk, timer.id)
    pass_minutes(studio, 15)
    assert minutes_left(studio, timer) == 40, "its time stands still"
    with pytest.raises(BadInput, match="is paused already"):
        timers.pause(studio.desk, timer.id)
    timer = timers.extend(studio.desk, timer.id, 5)
    timer = timers.resume(studio.desk, timer.id)
    assert (minutes_left(studio, timer), timer.is_paused) == (45, False)
    with pytest.raises(BadInput, match="is not paused"):
        timers.resume(studio.desk, timer.id)
    for minutes in (0, -5, 721):
        with pytest.raises(BadInput, match=f"{minutes} min is no length: it is from 1 to 720"):
            timers.extend(studio.desk, timer.id, minutes)


def test_what_was_stopped_is_shown_and_changed_no_more(studio: Studio) -> None:
    event = used(studio)
    timer = timers.start(studio.desk, event_id=event.id)
    timers.stop(studio.desk, timer.id)
    assert timers.running(studio.desk) == []
    for act in (timers.pause, timers.resume, timers.stop, lambda desk, one: timers.extend(desk, one, 5)):
        with pytest.raises(BadInput, match=r"The session of .* was stopped at 08:00"):
            act(studio.desk, timer.id)
    with pytest.raises(BadInput, match=r"had its timer, which was stopped at 08:00"):
        timers.start(studio.desk, event_id=event.id)
    with pytest.raises(BadInput, match="There is no timer 99"):
        timers.stop(studio.desk, 99)


def test_all_that_run_stand_in_the_order_of_their_ending(studio: Studio) -> None:
    package = studio.sell()
    names = {}
    for name, minutes in (("long", 90), ("short", 20), ("paused", 30)):
        event = packages.use(studio.desk, package.id)
        names[timers.start(studio.desk, event_id=event.id, minutes=minutes).id] = name
    timers.pause(studio.desk, next(one for one, name in names.items() if name == "paused"))
    assert [names[one.id] for one in timers.running(studio.desk)] == ["short", "paused", "long"]
    pass_minutes(studio, 65)
    assert [names[one.id] for one in timers.running(studio.desk)] == ["short", "long", "paused"], "it ends later now"


def test_one_session_has_one_timer(studio: Studio) -> None:
    package = studio.sell()
    booking = studio.book("09:00", package_id=package.id)
    timers.start(studio.desk, booking_id=booking.id)
    with pytest.raises(BadInput, match=f"The timer of {booking.number} runs already, until 09:00"):
        timers.start(studio.desk, booking_id=booking.id)
    bookings.done(studio.desk, booking.id, package.id)
    (event_id,) = studio.desk.database.execute_sql("SELECT id FROM package_event WHERE kind = 'use'").fetchone()
    with pytest.raises(BadInput, match="runs already, until 09:00"):
        timers.start(studio.desk, event_id=event_id)
    timers.pause(studio.desk, timers.running(studio.desk)[0].id)
    with pytest.raises(BadInput, match="is paused since"):
        timers.start(studio.desk, booking_id=booking.id)


def test_what_is_no_session_of_now_has_no_timer(studio: Studio) -> None:
    event = used(studio)
    restored = packages.restore(studio.desk, event.id, "a mistake")
    with pytest.raises(BadInput, match="was taken back: there is no session to time"):
        timers.start(studio.desk, event_id=event.id)
    with pytest.raises(BadInput, match="Only a use of a package has a timer"):
        timers.start(studio.desk, event_id=restored.id)
    with pytest.raises(BadInput, match="Only a use of a package has a timer"):
        timers.start(studio.desk, event_id=999)
    with pytest.raises(BadInput, match="There is no booking 999"):
        timers.start(studio.desk, booking_id=999)
    for wrong in ({}, {"event_id": event.id, "booking_id": 1}):
        with pytest.raises(BadInput, match="a use or for a booking: choose one"):
            timers.start(studio.desk, **wrong)
    tomorrow = studio.book("10:00", date="2026-11-24")
    with pytest.raises(BadInput, match=rf"That session of {tomorrow.number} is of 24/11/2026 10:00"):
        timers.start(studio.desk, booking_id=tomorrow.id)
    cancelled = studio.book("11:00")
    bookings.cancel(studio.desk, cancelled.id, "ill")
    with pytest.raises(BadInput, match=rf"{cancelled.number} is late cancelled: there is no session to time"):
        timers.start(studio.desk, booking_id=cancelled.id)
    assert timers.running(studio.desk) == []


def test_a_use_that_is_under_way_is_not_taken_back(studio: Studio) -> None:
    event = used(studio)
    timer = timers.start(studio.desk, event_id=event.id)
    with pytest.raises(BadInput, match="That session of K-0000001 is under way: stop its timer first"):
        packages.restore(studio.desk, event.id, "a mistake")
    timers.stop(studio.desk, timer.id)
    packages.restore(studio.desk, event.id, "a mistake")


def test_an_inactive_customer_has_no_timer(studio: Studio) -> None:
    event = used(studio)
    customers.set_status(studio.desk, studio.people[0], "inactive")
    with pytest.raises(BadInput, match="is inactive: make the customer active first"):
        timers.start(studio.desk, event_id=event.id)


def test_two_consoles_start_one_session_once(studio: Studio) -> None:
    event, barrier, told = used(studio), Barrier(2), list[int | str]()

    def one() -> None:
        store = open_store(studio.store.directory, studio.store.keys_directory)
        desk = Desk(store, studio.desk.staff, "till-2", lambda: studio.at)
        barrier.wait()
        try:
            told.append(timers.start(desk, event_id=event.id).id)
        except BadInput as refused:
            told.append(str(refused))
        finally:
            store.close()

    threads = [Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(one).__name__ for one in told) == ["int", "str"]
    assert len(timers.running(studio.desk)) == 1


def test_who_may_only_look_changes_nothing(studio: Studio) -> None:
    timer = timers.start(studio.desk, event_id=used(studio).id)
    viewer = Desk(studio.store, Actor(None, "7", "Eve", "auditor"), "till-2", lambda: studio.at)
    assert timers.running(viewer) == [timer]
    with pytest.raises(NotAllowed, match=r"timer\.changed"):
        timers.stop(viewer, timer.id)


@pytest.mark.parametrize(
    "changed", ["event_id = NULL, booking_id = NULL", "customer_id = 3", "event_id = 1", "booking_id = 2"]
)
def test_the_proof_finds_a_timer_of_no_session(studio: Studio, changed: str) -> None:
    booking, package = studio.book("10:00"), studio.sell()
    studio.book("11:10", 1)
    studio.at = booking.starts
    used = packages.use(studio.desk, package.id)
    timers.start(studio.desk, event_id=used.id)
    timers.start(studio.desk, booking_id=booking.id)
    assert studio.failing() == {}
    with Desk.shell(studio.store).change("timer.changed") as change:
        change.database.execute_sql(f"UPDATE session_timer SET {changed} WHERE booking_id = ?", (booking.id,))
    assert studio.failing() == {"timers are of a use or of a booking": (2,)}
