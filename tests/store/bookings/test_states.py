"""What becomes of a booking: sessions are taken by the policy of the day it was booked, and given back whole."""

import pytest

from bookkeeper_tui.dates import days_after
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import audit, bookings, customers, packages, services
from bookkeeper_tui.store.bookings import Busy
from bookkeeper_tui.store.services import NewService
from tests.store.bookings.studio import MONDAY, Studio


def test_done_uses_a_session_of_the_package_that_ends_first(studio: Studio) -> None:
    first, second = studio.sell(), studio.sell(sessions=10)
    made = studio.book("10:00")
    here = bookings.check_in(studio.desk, made.id)
    done = bookings.done(studio.desk, made.id)
    assert (here.state, done.state, done.taken_from) == ("checked in", "done", first.number)
    assert (studio.left(first), studio.left(second)) == (4, 10)
    assert studio.events(made) == [("booked", "booked"), ("checked in", "checked in"), ("done", "done")]
    assert studio.failing() == {}


def test_done_uses_the_package_chosen_when_it_was_booked_or_now(studio: Studio) -> None:
    first, second = studio.sell(), studio.sell(sessions=10)
    chosen = studio.book("10:00", package_id=second.id)
    assert bookings.done(studio.desk, chosen.id).taken_from == second.number
    now = studio.book("16:00")
    assert bookings.done(studio.desk, now.id, second.id).taken_from == second.number
    none = studio.book("18:00")
    assert bookings.done(studio.desk, none.id, None).taken_from == ""
    assert (studio.left(first), studio.left(second)) == (5, 8)


def test_done_without_a_package_is_paid_by_the_visit(studio: Studio) -> None:
    made = bookings.done(studio.desk, studio.book("10:00").id)
    assert (made.state, made.taken_from) == ("done", "")
    assert studio.count("package_event") == 0


def test_a_package_that_is_frozen_stops_the_done_and_nothing_is_half_done(studio: Studio) -> None:
    package = studio.sell()
    made = studio.book("10:00", package_id=package.id)
    packages.freeze(studio.desk, package.id, reason="holidays")
    with pytest.raises(BadInput, match="frozen"):
        bookings.done(studio.desk, made.id)
    assert bookings.get(studio.desk, made.id) == made
    assert bookings.done(studio.desk, made.id, None).state == "done"


def test_a_package_of_somebody_else_or_for_something_else_is_refused(studio: Studio) -> None:
    made, others, yoga = studio.book("10:00"), studio.sell(1), studio.sell(0, 3, studio.yoga)
    for package, said in ((others, "somebody else's package"), (yoga, "is not for Massage")):
        with pytest.raises(BadInput, match=said):
            bookings.done(studio.desk, made.id, package.id)
        with pytest.raises(BadInput, match=said):
            studio.book("17:00", package_id=package.id)


def test_nothing_is_done_or_missed_before_its_time(studio: Studio) -> None:
    tomorrow = studio.book("10:00", date="2026-11-24")
    for act in (bookings.check_in, bookings.done, bookings.no_show):
        with pytest.raises(BadInput, match="begins on 24/11/2026 at 10:00: it is too early"):
            act(studio.desk, tomorrow.id)
    today = studio.book("10:00")
    with pytest.raises(BadInput, match="too early"):
        bookings.no_show(studio.desk, today.id)


def test_cancelling_in_time_is_free_and_late_takes_a_session(studio: Studio) -> None:
    package = studio.sell()
    early, late = studio.book("10:00", date="2026-11-25"), studio.book("16:00")
    assert bookings.cancel(studio.desk, early.id, "ill").state == "cancelled"
    assert studio.left(package) == 5
    cancelled = bookings.cancel(studio.desk, late.id)
    assert (cancelled.state, cancelled.taken_from) == ("late cancelled", package.number)
    assert studio.left(package) == 4
    assert bookings.history(studio.desk, early.id)[-1].reason == "ill"
    logged = audit.rows_after(studio.desk.database, 0, limit=500)
    assert [row.personal for row in logged if row.subject == early.number][-1] == {"reason": "ill"}
    assert not any("ill" in str(row.detail) for row in logged)
    assert studio.failing() == {}


def test_cancelling_the_day_before_but_late_takes_a_session_too(studio: Studio) -> None:
    package = studio.sell()
    made = studio.book("09:00", date="2026-11-24")
    studio.at += 14 * 3_600_000_000 // 2
    assert bookings.cancel(studio.desk, made.id).state == "late cancelled"
    assert studio.left(package) == 4


def test_the_policy_is_that_of_the_day_it_was_booked(studio: Studio) -> None:
    package, made = studio.sell(), studio.book("10:00", date="2026-11-25")
    services.edit(studio.desk, studio.massage, NewService("Massage", 60, cancel_hours=72, late_takes=0))
    assert bookings.cancel(studio.desk, made.id).state == "cancelled"
    late = studio.book("16:00")
    services.edit(studio.desk, studio.massage, NewService("Massage", 60, cancel_hours=0, late_takes=1))
    assert bookings.cancel(studio.desk, late.id).state == "late cancelled"
    assert studio.left(package) == 5


def test_a_no_show_takes_a_session_where_the_policy_says_so(studio: Studio) -> None:
    package, made = studio.sell(), studio.book("09:00")
    studio.at = studio.instant("09:20")
    missed = bookings.no_show(studio.desk, made.id)
    assert (missed.state, missed.taken_from, studio.left(package)) == ("no-show", package.number, 4)
    assert packages.get(studio.desk, package.id).used == 1
    assert studio.failing() == {}


def test_cancelling_late_goes_through_without_a_package_or_with_one_that_cannot_be_used(studio: Studio) -> None:
    assert bookings.cancel(studio.desk, studio.book("16:00").id).taken_from == ""
    package = studio.sell()
    made = studio.book("16:00", package_id=package.id)
    packages.freeze(studio.desk, package.id, reason="holidays")
    assert bookings.cancel(studio.desk, made.id).state == "late cancelled"
    packages.unfreeze(studio.desk, package.id)
    gone = studio.book("16:00")
    customers.set_status(studio.desk, studio.people[0], "inactive")
    assert bookings.cancel(studio.desk, gone.id).taken_from == ""
    assert studio.left(package) == 5


def test_putting_back_gives_the_session_back_and_takes_the_time_again(studio: Studio) -> None:
    package, made = studio.sell(), studio.book("10:00")
    bookings.check_in(studio.desk, made.id)
    bookings.done(studio.desk, made.id)
    back = bookings.put_back(studio.desk, made.id, "wrong row")
    assert (back.state, back.taken_from, studio.left(package)) == ("checked in", "", 5)
    bookings.done(studio.desk, made.id)
    assert studio.left(package) == 4
    assert bookings.put_back(studio.desk, made.id).state == "checked in"
    assert bookings.put_back(studio.desk, made.id).state == "booked"
    with pytest.raises(BadInput, match="booked already: it cannot be put back"):
        bookings.put_back(studio.desk, made.id)
    assert studio.failing() == {}


def test_a_time_that_was_given_away_is_put_back_only_by_force(studio: Studio) -> None:
    package, made = studio.sell(), studio.book("16:00")
    bookings.cancel(studio.desk, made.id)
    studio.book("16:30", 1)
    with pytest.raises(Busy, match="Marta is busy from 16:30 to 17:40") as told:
        bookings.put_back(studio.desk, made.id)
    assert len(told.value.free) == 3
    assert (bookings.get(studio.desk, made.id).state, studio.left(package)) == ("late cancelled", 4)
    with pytest.raises(BadInput, match="needs a reason"):
        bookings.put_back(studio.desk, made.id, force=True)
    back = bookings.put_back(studio.desk, made.id, "both at once", force=True)
    assert (back.state, back.forced, studio.left(package)) == ("booked", True, 5)
    assert studio.failing() == {}


def test_a_no_show_who_came_after_all_is_put_back_though_it_is_past(studio: Studio) -> None:
    made = studio.book("09:00")
    studio.at = studio.instant("12:00")
    bookings.no_show(studio.desk, made.id)
    assert bookings.put_back(studio.desk, made.id).state == "booked"
    assert bookings.done(studio.desk, made.id).state == "done"


@pytest.mark.parametrize("act", [bookings.check_in, bookings.done, bookings.cancel, bookings.no_show])
def test_what_is_over_stays_so(studio: Studio, act: object) -> None:
    assert callable(act)
    made = studio.book("10:00", date=MONDAY)
    bookings.cancel(studio.desk, made.id)
    with pytest.raises(BadInput, match="B-0000001 is late cancelled already"):
        act(studio.desk, made.id)
    with pytest.raises(BadInput, match="it cannot be moved"):
        bookings.move(studio.desk, made.id, 2, studio.instant("11:00"))
    with pytest.raises(BadInput, match="There is no booking 99"):
        act(studio.desk, 99)


def test_the_same_command_twice_takes_one_session(studio: Studio) -> None:
    package, made = studio.sell(), studio.book("10:00")
    bookings.done(studio.desk, made.id, once="k")
    assert bookings.done(studio.desk, made.id, once="k").state == "done"
    assert studio.left(package) == 4


def test_a_booking_is_not_cancelled_under_a_running_session(studio: Studio) -> None:
    made = studio.book("10:00")
    with studio.desk.change("timer.started") as change:
        change.database.execute_sql(
            "INSERT INTO session_timer (customer_id, booking_id, started_at, ends_at, terminal) VALUES (?, ?, 1, 2, 3)",
            (made.customer_id, made.id),
        )
    with pytest.raises(BadInput, match="A session of B-0000001 is under way: stop it first"):
        bookings.cancel(studio.desk, made.id)
    with pytest.raises(BadInput, match="under way"):
        bookings.move(studio.desk, made.id, 1, studio.instant("11:00"))


def test_what_would_be_taken_is_told_by_today_as_it_is_taken(studio: Studio) -> None:
    package = studio.sell(sessions=1)
    made = studio.book("16:00", date=days_after(MONDAY, 16 * 7))
    assert package.expires_on < made.date
    told = bookings.would_take(studio.desk, made.id)
    assert told is not None
    assert told.id == package.id, "it is over on the booking's date, but good today"
    customers.set_status(studio.desk, made.customer_id, "inactive")
    assert bookings.would_take(studio.desk, made.id) is None
