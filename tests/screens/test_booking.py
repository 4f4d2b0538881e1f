"""Booking a time: from the free times, typed, every week, over a conflict, from the waiting list; with few keys."""

from __future__ import annotations

from datetime import datetime

import pytest
from textual.pilot import Pilot

from bookkeeper_tui.actions import ACTIONS
from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.formats import instant_of
from bookkeeper_tui.screens.dialogs.book import BookDialog
from bookkeeper_tui.screens.dialogs.busy import BusyDialog
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.profile.profile import ProfileScreen
from bookkeeper_tui.screens.waiting import WaitingScreen
from bookkeeper_tui.store import bookables, bookings, customers, staff
from bookkeeper_tui.store.bookables import Hours
from bookkeeper_tui.store.bookings import Booking
from bookkeeper_tui.store.customers import Customer, CustomerFields
from bookkeeper_tui.store.desk import Desk
from tests.conftest import PIN
from tests.screens.conftest import XTERM, Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import maria
from tests.screens.studio import Studio, sell_package, studio

ZONE = "Europe/Madrid"


def at(day: str, time: str) -> int:
    return instant_of(datetime.fromisoformat(f"{day}T{time}"), ZONE)


def opened(desk: Desk) -> Studio:
    """The studio, where both work from nine to eight on every day but Sunday."""
    made = studio(desk)
    for one in (made.marta, made.luis):
        bookables.set_hours(desk, one, [Hours(day, 540, 1200) for day in range(6)])
    return made


def ines(desk: Desk) -> Customer:
    return customers.create(desk, CustomerFields(name="Inés Vidal", phone="+34 612 000 111"))


async def turn_to(app: BookkeeperApp, pilot: Pilot[int], customer: Customer, tab: str = "new_booking") -> None:
    app.show("profile", customer_id=customer.id, tab=tab)
    await settled(pilot)


async def press(pilot: Pilot[int], *keys: str) -> None:
    await pilot.press(*keys)
    await settled(pilot)


def booked(desk: Desk) -> list[tuple[object, ...]]:
    """All bookings as rows: customer, service, trainer, resource, when, state."""
    sql = "SELECT customer_id, service_id, trainer_id, resource_id, starts, state FROM booking ORDER BY id"
    return list(desk.database.execute_sql(sql))


def taken_by(desk: Desk, customer: Customer, made: Studio, time: str, day: str = "2026-11-23") -> Booking:
    """Somebody has Marta for a massage, from another console."""
    return bookings.book(desk, customer.id, made.massage, at(day, time), trainer_id=made.marta, resource_id=made.cabin)


# The New booking tab.


async def test_three_keys_book_the_next_free_time(console: Opened, shell: Desk) -> None:
    made, customer = opened(shell), maria(shell)
    async with console("manager") as (app, pilot):
        package = sell_package(app.desk, customer)
        app.show("profile", customer_id=customer.id)
        await settled(pilot)
        await press(pilot, "b")
        looks_as_recorded(app, "new_booking")
        await press(pilot, "enter")
        looks_as_recorded(app, "book")
        await press(pilot, "enter")
        assert isinstance(app.screen, ProfileScreen)
        assert "Booked: B-0000001, Yoga with Luis Ortega, Hall on Sa 21/11/2026 14:15" in screen_text(app)
        assert "14:15  Luis" not in screen_text(app)
    found = bookings.get(shell, 1)
    assert (found.starts, found.trainer_id, found.resource_id) == (at("2026-11-21", "14:15"), made.luis, made.hall)
    assert (found.customer_id, found.service_id, found.package) == (customer.id, made.yoga, package.number)


@pytest.mark.parametrize("size", [(60, 20), (132, 43)])
async def test_it_is_complete_at_other_sizes(console: Opened, shell: Desk, size: tuple[int, int]) -> None:
    opened(shell)
    customer = maria(shell)
    async with console("manager", size=size) as (app, pilot):
        sell_package(app.desk, customer)
        await turn_to(app, pilot, customer)
        looks_as_recorded(app, f"new_booking_{size[0]}x{size[1]}")
        await press(pilot, "b", "tab")
        looks_as_recorded(app, f"book_{size[0]}x{size[1]}")


async def test_what_the_grid_gives_is_booked_for_what_it_is_for(console: Opened, shell: Desk) -> None:
    made, customer = opened(shell), maria(shell)
    async with console("manager") as (app, pilot):
        sell_package(app.desk, customer)
        app.push_screen(BookDialog(resource_id=made.cabin, starts=at("2026-11-23", "10:00")))
        await settled(pilot)
        assert "A name, a phone, a card or a number." in screen_text(app)
        await press(pilot, *"mar", "enter")
        shown = screen_text(app)
    assert "Service   Massage" in shown, "not the yoga that is paid ahead: the cabin is not for it"
    assert shown.index(">  Massage") < shown.index("! Yoga")
    assert "Cabin is not for it" in shown


async def test_an_ascii_terminal_is_told_the_same_in_ascii(console: Opened, shell: Desk) -> None:
    made, customer = opened(shell), ines(shell)
    environment = {**XTERM, "TERM": "linux"}
    async with console("cashier", environment=environment) as (app, pilot):
        taken_by(shell, customers.create(shell, CustomerFields(name="Anna", phone="")), made, "10:00")
        await turn_to(app, pilot, customer)
        await press(pilot, "s", "enter", "b", *"mo", "tab", *"10", "tab", *"marta", "enter")
        assert "! Cabin" in screen_text(app)
        dialog = "\n".join(line for line in screen_text(app).splitlines() if "Cabin" in line)
        assert dialog.isascii()


async def test_service_trainer_resource_and_day_narrow_the_free_times(console: Opened, shell: Desk) -> None:
    made, customer = opened(shell), maria(shell)
    async with console("cashier") as (app, pilot):
        await turn_to(app, pilot, customer)
        assert "s chooses the service" in screen_text(app)
        await press(pilot, "s", "2")
        await press(pilot, "t")
        assert "Luis Ortega" in screen_text(app)
        await press(pilot, "3")
        await press(pilot, "g", *"sa", "enter")
        shown = screen_text(app)
        assert "Sa 28/11/2026 09:00  Marta Gil" in shown
        assert "Luis" not in shown
        await press(pilot, "enter", "enter")
    assert booked(shell) == [
        (customer.id, made.yoga, made.marta, made.hall, at("2026-11-28", "09:00"), "booked"),
    ]


async def test_who_had_a_service_before_is_shown_the_times_of_the_same_trainer(console: Opened, shell: Desk) -> None:
    made, customer = opened(shell), maria(shell)
    taken_by(shell, customer, made, "10:00")
    async with console("cashier") as (app, pilot):
        await turn_to(app, pilot, customer)
        assert "Massage, 45 min" in screen_text(app)
        assert "t With    Marta Gil" in screen_text(app)


async def test_where_there_is_no_service_it_says_who_adds_one(console: Opened, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await turn_to(app, pilot, maria(shell))
        looks_as_recorded(app, "new_booking_empty")


# The form.


async def test_a_time_is_typed_with_few_keys_and_lists_narrow_as_one_types(console: Opened, shell: Desk) -> None:
    made, customer = opened(shell), maria(shell)
    taken_by(shell, ines(shell), made, "10:00")
    async with console("cashier") as (app, pilot):
        await turn_to(app, pilot, customer)
        await press(pilot, "b", *"ma", "enter", *"mo", "enter", *"1015")
        await press(pilot, "enter")
        looks_as_recorded(app, "book_trainers")
        await press(pilot, *"mar")
        assert "Luis" not in screen_text(app)
        assert "is busy until 11:00 (B-0000001, Inés Vidal)" in " ".join(screen_text(app).split())
        await press(pilot, "escape")
        assert isinstance(app.screen, Confirm)
        await press(pilot, "y")
        assert isinstance(app.screen, ProfileScreen)
        await press(pilot, "b", *"ma", "enter", *"24", "enter", *"1015-1130", "enter", *"mar", "ctrl+s")
    found = bookings.get(shell, 2)
    assert (found.starts, found.minutes) == (at("2026-11-24", "10:15"), 75)
    assert (found.trainer_id, found.resource_id) == (made.marta, made.cabin)


async def test_a_date_or_time_that_is_none_is_said_and_what_was_typed_stays(console: Opened, shell: Desk) -> None:
    opened(shell)
    async with console("cashier") as (app, pilot):
        await turn_to(app, pilot, maria(shell))
        await press(pilot, "s", "2", "b", *"nonsense", "enter")
        assert "“nonsense” is not a date such as 31/12/2026, +1 or sa" in screen_text(app)
        assert "Date      nonsense" in screen_text(app)
        await press(pilot, *["backspace"] * 8, *"28/3/2027", "enter", *"2:30", "enter")
        assert "There is no 02:30 on 28/03/2027" in screen_text(app)
        await press(pilot, "up", *"31/10/2027", "enter", *"2:30", "enter")
        assert "02:30 comes twice on 31/10/2027: type 02:30a" in screen_text(app)
        await press(pilot, "b", "enter")
        assert "Time      02:30b" in screen_text(app)
        assert isinstance(app.screen, BookDialog)
    assert booked(shell) == []


async def test_the_past_and_who_is_not_active_are_refused_in_the_form(console: Opened, shell: Desk) -> None:
    opened(shell)
    customer = maria(shell)
    async with console("cashier") as (app, pilot):
        await turn_to(app, pilot, customer)
        await press(pilot, "s", "2", "b", *"20/11/2026", "enter", *"10", "ctrl+s")
        assert "10:00 on 20/11/2026 is past already" in screen_text(app)
        customers.set_status(shell, customer.id, "inactive")
        await press(pilot, "ctrl+s")
        assert "María Fernández is inactive: only active customers are booked" in screen_text(app)
        assert isinstance(app.screen, BookDialog)
    assert booked(shell) == []


async def test_from_nowhere_the_customer_is_chosen_by_a_few_letters(console: Opened, shell: Desk) -> None:
    made, customer = opened(shell), maria(shell)
    ines(shell)
    async with console("cashier") as (app, pilot):
        app.push_screen(BookDialog(None, None, made.marta, None, at("2026-11-23", "10:00")))
        await settled(pilot)
        await press(pilot, *"mar fer")
        looks_as_recorded(app, "book_customer")
        await press(pilot, "enter", *"ma", "enter", "ctrl+s")
    assert booked(shell) == [(customer.id, made.massage, made.marta, made.cabin, at("2026-11-23", "10:00"), "booked")]


# Every week.


async def test_the_same_time_is_booked_for_weeks(console: Opened, shell: Desk) -> None:
    made, customer = opened(shell), maria(shell)
    async with console("cashier") as (app, pilot):
        await turn_to(app, pilot, customer)
        await press(pilot, "s", "2", "b", *"mo", "enter", *"10", "enter", "enter", "enter", *"3", "ctrl+s")
        assert "Booked 3 times, the first B-0000001" in screen_text(app)
    assert [row[4] for row in booked(shell)] == [at(f"2026-{day}", "10:00") for day in ("11-23", "11-30", "12-07")]
    assert {row[1] for row in booked(shell)} == {made.yoga}


async def test_weeks_that_cannot_be_had_are_told_before_the_others_are_booked(console: Opened, shell: Desk) -> None:
    made, customer = opened(shell), maria(shell)
    taken_by(shell, ines(shell), made, "10:00", "2026-11-30")
    async with console("cashier") as (app, pilot):
        for answer, count in (("n", 1), ("y", 3)):
            await turn_to(app, pilot, customer)
            await press(pilot, "s", "1", "b", *"mo", "enter", *"10", "enter", "enter", "enter", *"3", "ctrl+s")
            assert "1 of 3 weeks cannot be had" in screen_text(app)
            if answer == "n":
                looks_as_recorded(app, "book_weeks_busy")
            await press(pilot, answer)
            if answer == "n":
                assert isinstance(app.screen, BookDialog)
                await press(pilot, "escape", "y")
            assert len(booked(shell)) == count


# Somebody is busy.


async def test_the_second_of_two_who_want_a_time_is_told_who_has_it_and_offered_others(
    console: Opened, shell: Desk
) -> None:
    made, customer, other = opened(shell), maria(shell), ines(shell)
    bookings.book(shell, customer.id, made.massage, at("2026-11-21", "18:00"), trainer_id=made.marta)
    async with console("cashier") as (app, pilot):
        await turn_to(app, pilot, customer)
        await press(pilot, "g", *"mo", "enter", "enter")
        assert "Enter books Massage, Mo 23/11/2026 09:00-09:45" in screen_text(app)
        # Meanwhile, at another console.
        taken_by(shell, other, made, "09:00")
        await press(pilot, "enter")
        assert isinstance(app.screen, BusyDialog)
        looks_as_recorded(app, "busy")
        await press(pilot, "2")
        assert "Booked: B-0000003, Massage with Marta Gil, Cabin on Mo 23/11/2026 10:15" in screen_text(app)
    assert booked(shell)[1:] == [
        (other.id, made.massage, made.marta, made.cabin, at("2026-11-23", "09:00"), "booked"),
        (customer.id, made.massage, made.marta, made.cabin, at("2026-11-23", "10:15"), "booked"),
    ]


async def test_a_conflict_is_booked_over_by_a_second_persons_pin_with_a_reason(console: Opened, shell: Desk) -> None:
    made, customer, other = opened(shell), maria(shell), ines(shell)
    taken_by(shell, other, made, "09:00")
    boss = staff.add(shell, "Bruno Sanz", "manager", PIN)
    async with console("cashier") as (app, pilot):
        app.push_screen(BookDialog(customer.id, made.massage, made.marta, made.cabin, at("2026-11-23", "09:00")))
        await settled(pilot)
        await press(pilot, "enter")
        await press(pilot, "o", "enter")
        assert "needs a reason" in screen_text(app)
        await press(pilot, "enter", "o", *"twins", "enter")
        assert "Booking over a conflict needs a second person" in screen_text(app)
        assert "supervisor" not in screen_text(app), "they may not book over a conflict either"
        await press(pilot, *boss.number, "enter", *PIN, "enter")
        await settled(pilot)
    found = bookings.get(shell, 2)
    assert (found.forced, found.trainer_id, found.starts) == (True, made.marta, at("2026-11-23", "09:00"))
    (event,) = bookings.history(shell, 2)
    assert (event.reason, event.approved_by) == ("twins", f"{boss.number} Bruno Sanz")
    assert deeds(shell, "override.used") == ["override.used"]


async def test_without_the_pin_nothing_is_booked(console: Opened, shell: Desk) -> None:
    made, customer = opened(shell), maria(shell)
    taken_by(shell, ines(shell), made, "09:00")
    async with console("cashier") as (app, pilot):
        app.push_screen(BookDialog(customer.id, made.massage, made.marta, made.cabin, at("2026-11-23", "09:00")))
        await settled(pilot)
        await press(pilot, "enter", "o", *"twins", "enter", "escape")
        assert isinstance(app.screen, BookDialog)
    assert len(booked(shell)) == 1


# Waiting.


async def test_who_waits_is_offered_the_time_that_comes_free_and_takes_it(console: Opened, shell: Desk) -> None:
    made, customer, other = opened(shell), maria(shell), ines(shell)
    theirs = taken_by(shell, other, made, "09:00")
    async with console("cashier") as (app, pilot):
        app.push_screen(BookDialog(customer.id, made.massage, made.marta, None, at("2026-11-23", "09:00")))
        await settled(pilot)
        await press(pilot, "enter", "w")
        looks_as_recorded(app, "wait")
        await press(pilot, "enter", *"9", "enter", *"10", "enter", "enter", "enter")
        app.show("waiting")
        await settled(pilot)
        assert isinstance(app.screen, WaitingScreen)
        assert "Mo 23/11/2026 09:00-10:00" in screen_text(app)
        await press(pilot, "a")
        assert "Nothing is offered to María Fernández yet" in screen_text(app)
        bookings.cancel(shell, theirs.id)
        await press(pilot, "f5")
        looks_as_recorded(app, "waiting")
        await press(pilot, "a")
        assert "Booked: B-0000002, Massage with Marta Gil, Cabin on Mo 23/11/2026 09:00" in screen_text(app)
        assert "Nobody waits for a time" in screen_text(app)
    assert [row[5] for row in booked(shell)] == ["cancelled", "booked"]
    assert shell.database.execute_sql("SELECT state, booking_id FROM waiting").fetchall() == [("booked", 2)]


async def test_what_is_offered_is_taken_on_the_tab_too(console: Opened, shell: Desk) -> None:
    made, customer, other = opened(shell), maria(shell), ines(shell)
    theirs = taken_by(shell, other, made, "09:00")
    async with console("cashier") as (app, pilot):
        await turn_to(app, pilot, customer)
        await press(
            pilot, "s", "1", "g", *"mo", "enter", "w", "enter", *"9", "enter", *"9:30", "enter", "enter", "enter"
        )
        assert "Waits   Massage Mo 23/11/2026 09:00-09:30" in screen_text(app)
        bookings.cancel(shell, theirs.id)
        await press(pilot, "f5")
        looks_as_recorded(app, "new_booking_offered")
        await press(pilot, "a")
    assert booked(shell)[1][4:] == (at("2026-11-23", "09:00"), "booked")


async def test_a_time_taken_at_another_console_leaves_the_list_by_itself(console: Opened, shell: Desk) -> None:
    made, customer, other = opened(shell), maria(shell), ines(shell)
    bookings.wait(shell, customer.id, made.massage, at("2026-11-30", "09:00"), at("2026-11-30", "12:00"))
    async with console("cashier") as (app, pilot):
        await turn_to(app, pilot, customer)
        await press(pilot, "s", "1", "g", *"mo", "enter")
        assert "Mo 23/11/2026 09:00  Marta" in screen_text(app)
        taken_by(shell, other, made, "09:00")
        app.store_changed(StoreChanged(frozenset({other.id}), frozenset({"booking.made"}), elsewhere=True))
        await settled(pilot)
        assert "Mo 23/11/2026 09:00  Marta" not in screen_text(app)
        assert "Mo 23/11/2026 10:00  Marta" in screen_text(app)


async def test_who_gives_up_waits_no_more(console: Opened, shell: Desk) -> None:
    made, customer = opened(shell), maria(shell)
    bookings.wait(shell, customer.id, made.massage, at("2026-11-23", "09:00"), at("2026-11-23", "12:00"))
    async with console("cashier") as (app, pilot):
        app.show("waiting")
        await settled(pilot)
        await press(pilot, "g", "n")
        assert len(bookings.list_waiting(shell)) == 1
        await press(pilot, "g", "y")
        assert "María Fernández is off the list" in screen_text(app)
    assert bookings.list_waiting(shell) == []


async def test_the_waiting_list_says_how_one_comes_on_it(console: Opened, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        app.show("waiting")
        await settled(pilot)
        looks_as_recorded(app, "waiting_empty")
        wanted = {action.id for action in ACTIONS if action.bound and "waiting" in action.where}
        assert wanted <= set(app.offered())
