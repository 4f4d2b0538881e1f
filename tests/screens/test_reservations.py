"""The Reservations tab: what is booked, and what is done with it; every key's effect stands in the database."""

from __future__ import annotations

from datetime import datetime

import pytest
from textual.pilot import Pilot

from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.formats import instant_of
from bookkeeper_tui.screens.dialogs.book import BookDialog
from bookkeeper_tui.screens.dialogs.busy import BusyDialog
from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.store import bookings, customers, packages, staff
from bookkeeper_tui.store.bookings import Booking
from bookkeeper_tui.store.customers import Customer, CustomerFields
from bookkeeper_tui.store.desk import Desk
from tests.conftest import PIN
from tests.screens.conftest import Opened, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import NOW, maria
from tests.screens.studio import Studio, sell_package, studio

HOUR = 3_600_000_000


def at(day: str, time: str) -> int:
    return instant_of(datetime.fromisoformat(f"{day}T{time}"), "Europe/Madrid")


def booked_at(desk: Desk, customer: Customer, made: Studio, starts: int) -> Booking:
    """A booking of yoga with Marta; one in the past was made when it was still to come."""
    earlier = Desk(desk.store, desk.staff, desk.terminal, lambda: min(NOW, starts - 48 * HOUR))
    return bookings.book(earlier, customer.id, made.yoga, starts, trainer_id=made.marta, resource_id=made.hall)


def used(desk: Desk, customer: Customer) -> dict[str, int]:
    return {one.number: one.used for one in packages.of_customer(desk, customer.id)}


async def turn_to(app: BookkeeperApp, pilot: Pilot[int], customer: Customer) -> None:
    app.show("profile", customer_id=customer.id, tab="reservations")
    await settled(pilot)


async def press(pilot: Pilot[int], *keys: str) -> None:
    await pilot.press(*keys)
    await settled(pilot)


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (132, 43)])
async def test_what_is_to_come_stands_there_and_the_past_is_one_key_away(
    console: Opened, shell: Desk, size: tuple[int, int]
) -> None:
    made, customer = studio(shell), maria(shell)
    name = "reservations" if size == (80, 24) else f"reservations_{size[0]}x{size[1]}"
    async with console("manager", size=size) as (app, pilot):
        sell_package(app.desk, customer)
        forgotten = booked_at(shell, customer, made, at("2026-11-19", "10:00"))
        bookings.done(shell, booked_at(shell, customer, made, at("2026-11-12", "10:00")).id)
        bookings.cancel(shell, booked_at(shell, customer, made, at("2026-11-24", "10:00")).id, "flu")
        booked_at(shell, customer, made, at("2026-11-21", "15:00"))
        bookings.book_weekly(shell, customer.id, made.massage, at("2026-11-28", "11:00"), 2, note="Sore left knee")
        await turn_to(app, pilot, customer)
        looks_as_recorded(app, name)
        assert "Th 19/11/2026 10:00" in screen_text(app)
        assert "! open" in screen_text(app)
        await press(pilot, "/")
        looks_as_recorded(app, f"{name}_all")
        await press(pilot, "/")
        assert "Th 12/11/2026" not in screen_text(app)
    assert bookings.get(shell, forgotten.id).state == "booked"


async def test_where_nothing_is_booked_the_keys_are_named(console: Opened, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await turn_to(app, pilot, maria(shell))
        assert "Nothing is booked from today on. b books a time" in screen_text(app)
        await press(pilot, "i")
        assert "There is no booking under the cursor" in screen_text(app)


async def test_they_come_it_is_done_and_a_session_is_used_and_given_back(console: Opened, shell: Desk) -> None:
    made, customer = studio(shell), maria(shell)
    async with console("manager") as (app, pilot):
        package = sell_package(app.desk, customer)
        booking = booked_at(shell, customer, made, at("2026-11-21", "15:00"))
        await turn_to(app, pilot, customer)
        await press(pilot, "i")
        assert "María Fernández is here for Yoga" in screen_text(app)
        assert "checked in" in screen_text(app)
        await press(pilot, "d")
        assert f"Done. One session of {package.number} is taken, 9 left" in screen_text(app)
        assert used(shell, customer) == {package.number: 1}
        await press(pilot, "o")
        assert f"{booking.number} is checked in again" in screen_text(app)
        assert used(shell, customer) == {package.number: 0}
    kinds = [event.kind for event in bookings.history(shell, booking.id)]
    assert kinds == ["booked", "checked in", "done", "put back"]


async def test_of_several_packages_the_one_that_is_chosen_is_used(console: Opened, shell: Desk) -> None:
    made, customer = studio(shell), maria(shell)
    async with console("manager") as (app, pilot):
        first, second = (sell_package(app.desk, customer, sku).number for sku in ("Y10", "F5"))
        booked_at(shell, customer, made, at("2026-11-21", "15:00"))
        await turn_to(app, pilot, customer)
        await press(pilot, "d")
        looks_as_recorded(app, "reservations_package")
        await press(pilot, "2")
        assert used(shell, customer) == {first: 0, second: 1}
        await press(pilot, "o", "d", "3")
        assert "Done. No session is taken" in screen_text(app)
        assert used(shell, customer) == {first: 0, second: 0}


async def test_without_a_package_it_is_paid_by_itself(console: Opened, shell: Desk) -> None:
    made, customer = studio(shell), maria(shell)
    booking = booked_at(shell, customer, made, at("2026-11-21", "15:00"))
    async with console("cashier") as (app, pilot):
        await turn_to(app, pilot, customer)
        await press(pilot, "d")
        assert "Done. No session is taken" in screen_text(app)
    assert bookings.get(shell, booking.id).state == "done"


async def test_cancelling_says_before_whether_it_is_late_and_what_it_takes(console: Opened, shell: Desk) -> None:
    made, customer = studio(shell), maria(shell)
    async with console("manager") as (app, pilot):
        package = sell_package(app.desk, customer)
        soon = booked_at(shell, customer, made, at("2026-11-22", "10:00"))
        later = booked_at(shell, customer, made, at("2026-11-28", "10:00"))
        await turn_to(app, pilot, customer)
        await press(pilot, "c")
        looks_as_recorded(app, "reservations_late")
        assert f"one session of {package.number}" in screen_text(app)
        await press(pilot, "escape")
        assert bookings.get(shell, soon.id).state == "booked"
        await press(pilot, "c", *"overslept", "enter")
        assert f"Cancelled. One session of {package.number} is taken, 9 left" in screen_text(app)
        await press(pilot, "down", "c")
        assert "That is in time: it is free until 27/11/2026 10:00" in screen_text(app)
        await press(pilot, "enter")
        assert "Cancelled. No session is taken" in screen_text(app)
    assert [bookings.get(shell, one.id).state for one in (soon, later)] == ["late cancelled", "cancelled"]
    assert bookings.history(shell, soon.id)[-1].reason == "overslept"
    assert used(shell, customer) == {package.number: 1}


async def test_whoever_cancels_is_told_to_whom_the_time_is_offered(console: Opened, shell: Desk) -> None:
    made, customer = studio(shell), maria(shell)
    other = customers.create(shell, CustomerFields(name="Inés Vidal", phone="+34 612 000 111"))
    booked_at(shell, customer, made, at("2026-11-28", "10:00"))
    span = at("2026-11-28", "10:00"), at("2026-11-28", "11:00")
    bookings.wait(shell, other.id, made.massage, *span, trainer_id=made.marta)
    async with console("cashier") as (app, pilot):
        await turn_to(app, pilot, customer)
        await press(pilot, "c", "enter")
        assert "The time is offered to Inés Vidal: F7, l" in screen_text(app)


async def test_who_does_not_come_loses_a_session_by_the_policy(console: Opened, shell: Desk) -> None:
    made, customer = studio(shell), maria(shell)
    async with console("manager") as (app, pilot):
        package = sell_package(app.desk, customer)
        booking = booked_at(shell, customer, made, at("2026-11-21", "12:00"))
        await turn_to(app, pilot, customer)
        await press(pilot, "w", "enter")
        assert f"No-show. One session of {package.number} is taken" in screen_text(app)
    assert bookings.get(shell, booking.id).state == "no-show"
    assert used(shell, customer) == {package.number: 1}


async def test_what_is_not_possible_is_one_sentence(console: Opened, shell: Desk) -> None:
    made, customer = studio(shell), maria(shell)
    booking = booked_at(shell, customer, made, at("2026-11-28", "10:00"))
    async with console("cashier") as (app, pilot):
        await turn_to(app, pilot, customer)
        await press(pilot, "i")
        assert "it is too early for that" in screen_text(app)
        await press(pilot, "o")
        assert "B-0000001 is booked already" in screen_text(app)
    assert bookings.get(shell, booking.id).state == "booked"


async def test_it_is_moved_and_a_time_that_is_taken_offers_others(console: Opened, shell: Desk) -> None:
    made, customer = studio(shell), maria(shell)
    other = customers.create(shell, CustomerFields(name="Inés Vidal", phone="+34 612 000 111"))
    booking = booked_at(shell, customer, made, at("2026-11-28", "10:00"))
    theirs = booked_at(shell, other, made, at("2026-11-28", "12:00"))
    async with console("cashier") as (app, pilot):
        await turn_to(app, pilot, customer)
        await press(pilot, "h")
        assert isinstance(app.screen, BookDialog)
        await press(pilot, "enter", *"1230", "ctrl+s")
        assert isinstance(app.screen, BusyDialog)
        shown = screen_text(app)
        assert f"Marta Gil is busy until 13:00 ({theirs.number}, Inés Vidal)." in shown
        assert "waiting list" not in shown
        await press(pilot, "1")
        assert "Moved to Sa 28/11/2026 13:00" in screen_text(app)
        assert "Sa 28/11/2026 13:00" in screen_text(app)
    moved = bookings.get(shell, booking.id)
    assert (moved.starts, moved.minutes, moved.trainer_id) == (at("2026-11-28", "13:00"), 60, made.marta)


async def test_what_another_console_moved_meanwhile_is_not_moved_blindly(console: Opened, shell: Desk) -> None:
    made, customer = studio(shell), maria(shell)
    booking = booked_at(shell, customer, made, at("2026-11-28", "10:00"))
    async with console("cashier") as (app, pilot):
        await turn_to(app, pilot, customer)
        await press(pilot, "h")
        bookings.move(shell, booking.id, booking.version, at("2026-11-28", "17:00"))
        await press(pilot, "enter", *"1230", "ctrl+s")
        assert "was changed meanwhile" in screen_text(app)
    assert bookings.get(shell, booking.id).starts == at("2026-11-28", "17:00")


async def test_what_lost_its_time_is_put_back_only_over_it_by_a_pin(console: Opened, shell: Desk) -> None:
    made, customer = studio(shell), maria(shell)
    other = customers.create(shell, CustomerFields(name="Inés Vidal", phone="+34 612 000 111"))
    booking = booked_at(shell, customer, made, at("2026-11-28", "10:00"))
    bookings.cancel(shell, booking.id)
    bookings.book(shell, other.id, made.massage, at("2026-11-28", "10:00"), trainer_id=made.marta)
    boss = staff.add(shell, "Bruno Sanz", "manager", PIN)
    async with console("cashier") as (app, pilot):
        await turn_to(app, pilot, customer)
        await press(pilot, "o")
        assert isinstance(app.screen, BusyDialog)
        assert "Marta Gil is busy until" in screen_text(app)
        await press(pilot, "escape")
        assert bookings.get(shell, booking.id).state == "cancelled"
        await press(pilot, "o", "o", *"promised", "enter", *boss.number, "enter", *PIN, "enter")
        await settled(pilot)
        assert f"{booking.number} is booked again" in screen_text(app)
    found = bookings.get(shell, booking.id)
    assert (found.state, found.forced) == ("booked", True)
    assert bookings.history(shell, booking.id)[-1].approved_by == f"{boss.number} Bruno Sanz"


async def test_the_timer_of_a_booking_is_started(console: Opened, shell: Desk) -> None:
    made, customer = studio(shell), maria(shell)
    booking = booked_at(shell, customer, made, at("2026-11-21", "15:00"))
    async with console("cashier") as (app, pilot):
        await turn_to(app, pilot, customer)
        await press(pilot, "s")
        assert "The timer runs for 60 min" in screen_text(app)
    assert shell.database.execute_sql("SELECT booking_id, stopped_at FROM session_timer").fetchall() == [
        (booking.id, None)
    ]


async def test_enter_shows_all_of_a_booking_and_what_may_be_done_with_it(console: Opened, shell: Desk) -> None:
    made, customer = studio(shell), maria(shell)
    booking = booked_at(shell, customer, made, at("2026-11-21", "15:00"))
    async with console("cashier") as (app, pilot):
        await turn_to(app, pilot, customer)
        await press(pilot, "enter")
        assert isinstance(app.screen, Choose)
        looks_as_recorded(app, "reservations_opened")
        await press(pilot, "1")
        assert bookings.get(shell, booking.id).state == "checked in"


async def test_an_auditor_sees_it_and_does_nothing(console: Opened, shell: Desk) -> None:
    made, customer = studio(shell), maria(shell)
    booked_at(shell, customer, made, at("2026-11-21", "15:00"))
    async with console("auditor") as (app, pilot):
        await turn_to(app, pilot, customer)
        assert "Sa 21/11/2026 15:00" in screen_text(app)
        assert not {"check_in", "done", "cancel_booking", "move_booking", "no_show", "put_back"} & set(app.offered())
