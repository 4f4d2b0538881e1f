"""The schedule: seen by day, by week and for all, by trainer and by room; booked, moved and acted on from the grid."""

from __future__ import annotations

from pathlib import Path

import icalendar
import pytest
from textual.pilot import Pilot

import bookkeeper_tui.store.desk as desk_module
from bookkeeper_tui.actions import ACTIONS
from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.screens.dialogs.book import BookDialog
from bookkeeper_tui.screens.schedule import ScheduleScreen
from bookkeeper_tui.store import bookings, services, timers
from bookkeeper_tui.store.customers import CustomerFields, create
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.services import NewService
from bookkeeper_tui.widgets.time_grid import TimeGrid
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import maria
from tests.screens.saturdays import SATURDAY, at, busy_saturday, opened_studio


async def go(app: BookkeeperApp, pilot: Pilot[int], date: str = SATURDAY) -> TimeGrid:
    app.show("schedule", date=date)
    await settled(pilot)
    return app.screen.query_one(TimeGrid)


async def press(pilot: Pilot[int], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


async def test_f7_shows_today_and_a_day_looks_so(console: Opened, shell: Desk) -> None:
    busy_saturday(shell)
    async with console("cashier") as (app, pilot):
        await press(pilot, "f7")
        assert "Saturday 21/11/2026" in screen_text(app)
        assert "14:00◄" in screen_text(app)
        await press(pilot, *["full_stop"] * 7)
        looks_as_recorded(app, "schedule_day")
        await press(pilot, "t")
        looks_as_recorded(app, "schedule_rooms")
    assert deeds(shell, "booking.viewed")


@pytest.mark.parametrize("size", [(60, 20), (132, 43)])
async def test_a_day_and_a_week_of_other_sizes(console: Opened, shell: Desk, size: tuple[int, int]) -> None:
    busy_saturday(shell)
    async with console("cashier", size=size) as (app, pilot):
        await go(app, pilot)
        looks_as_recorded(app, f"schedule_day_{size[0]}x{size[1]}")
        await press(pilot, "right", "y")
        looks_as_recorded(app, f"schedule_week_{size[0]}x{size[1]}")


async def test_ascii_letters_will_do(console: Opened, shell: Desk) -> None:
    busy_saturday(shell)
    async with console("cashier", environment={"TERM": "vt220", "NO_COLOR": "1"}) as (app, pilot):
        await go(app, pilot)
        looks_as_recorded(app, "schedule_day_ascii")


async def test_a_week_of_one_and_a_week_of_all(console: Opened, shell: Desk) -> None:
    busy_saturday(shell)
    async with console("cashier") as (app, pilot):
        grid = await go(app, pilot)
        await press(pilot, "right", "y")
        assert grid.column == SATURDAY
        looks_as_recorded(app, "schedule_week")
        await press(pilot, "[")
        assert "Luis Ortega" in screen_text(app).splitlines()[1]
        assert "Wedding" in screen_text(app)
        await press(pilot, "]", "y")
        looks_as_recorded(app, "schedule_figures")
        await press(pilot, "enter")
        assert "Saturday 28/11/2026" in screen_text(app)


async def test_a_free_time_is_booked_from_the_grid(console: Opened, shell: Desk) -> None:
    made, whose = opened_studio(shell), maria(shell)
    async with console("cashier") as (app, pilot):
        grid = await go(app, pilot)
        grid.select(made.marta)
        await press(pilot, "down", "down", "enter")
        assert isinstance(app.screen, BookDialog)
        await press(pilot, *"maria", "enter", *"yog", "enter")
        await press(pilot, "ctrl+s")
        (booking,) = bookings.page(shell, whose.id)
        assert (booking.trainer_id, booking.starts) == (made.marta, at(SATURDAY, "10:00"))
        assert booking.number in screen_text(app)
        assert "María Fernández" in grid.told


async def test_from_a_profile_it_is_booked_for_that_customer(console: Opened, shell: Desk) -> None:
    opened_studio(shell)
    whose = maria(shell)
    async with console("cashier") as (app, pilot):
        app.show("profile", customer_id=whose.id)
        await settled(pilot)
        await press(pilot, "f7")
        assert "For María Fernández" in screen_text(app)
        await press(pilot, "g", *"sa", "enter", "right", "b", *"yog", "enter", "ctrl+s")
        assert [one.date for one in bookings.page(shell, whose.id)] == [SATURDAY]


async def test_a_booking_is_checked_in_done_and_put_back(console: Opened, shell: Desk) -> None:
    made, whose = opened_studio(shell), maria(shell)
    one = bookings.book(shell, whose.id, made.yoga, at("2026-11-21", "16:00"), trainer_id=made.marta)
    async with console("cashier") as (app, pilot):
        grid = await go(app, pilot, "2026-11-21")
        grid.select(made.marta)
        await press(pilot, "down", "down", "down", "down")
        assert one.number in grid.told
        await press(pilot, "i")
        assert bookings.get(shell, one.id).state == "checked in"
        assert "+ María" in screen_text(app)
        await press(pilot, "d")
        assert bookings.get(shell, one.id).state == "done"
        assert "✓ María" in screen_text(app)
        await press(pilot, "o")
        assert bookings.get(shell, one.id).state == "checked in"


async def test_k_on_a_booking_opens_its_customer(console: Opened, shell: Desk) -> None:
    _, booked = busy_saturday(shell)
    async with console("cashier") as (app, pilot):
        grid = await go(app, pilot)
        grid.select(booked[0].trainer_id, (600, False))
        await press(pilot, "k")
        assert app.screen.NAME == "profile"
        assert booked[0].number in screen_text(app)
        assert "tab.reservations" in deeds(shell)


async def test_enter_on_a_booking_says_what_can_be_done_with_it(console: Opened, shell: Desk) -> None:
    _, booked = busy_saturday(shell)
    async with console("cashier") as (app, pilot):
        grid = await go(app, pilot)
        grid.select(booked[0].trainer_id, (600, False))
        await press(pilot, "enter")
        looks_as_recorded(app, "schedule_opened")
        await press(pilot, "escape")
        assert bookings.get(shell, booked[0].id).version == booked[0].version
        await press(pilot, "enter", "c", *"ill", "enter")
        assert bookings.get(shell, booked[0].id).state == "cancelled"


async def test_a_booking_is_taken_up_and_put_down_elsewhere(console: Opened, shell: Desk) -> None:
    _, booked = busy_saturday(shell)
    async with console("cashier") as (app, pilot):
        grid = await go(app, pilot)
        grid.select(booked[0].trainer_id, (600, False))
        await press(pilot, "h")
        assert "Moving B-0000001" in screen_text(app)
        grid.select(booked[0].trainer_id, (1080, False))
        await press(pilot, "enter")
        moved = bookings.get(shell, booked[0].id)
        assert (moved.starts, moved.trainer_id) == (at(SATURDAY, "18:00"), booked[0].trainer_id)
        assert moved.resource_id == booked[0].resource_id
        assert "Moving" not in screen_text(app)


async def test_what_is_carried_is_left_where_it_was(console: Opened, shell: Desk) -> None:
    _, booked = busy_saturday(shell)
    async with console("cashier") as (app, pilot):
        grid = await go(app, pilot)
        grid.select(booked[0].trainer_id, (600, False))
        await press(pilot, "h", "escape")
        assert "Moving" not in screen_text(app)
        assert isinstance(app.screen, ScheduleScreen)
        await press(pilot, "h")
        grid.select(booked[0].trainer_id, (720, False))
        await press(pilot, "enter")
        assert "busy" in screen_text(app) or "Free next" in screen_text(app)
        await press(pilot, "1")
        assert bookings.get(shell, booked[0].id).version > booked[0].version


async def test_a_time_that_is_taken_is_gone_over_with_a_reason(console: Opened, shell: Desk) -> None:
    _, booked = busy_saturday(shell)
    async with console("manager") as (app, pilot):
        grid = await go(app, pilot)
        grid.select(booked[0].trainer_id, (600, False))
        await press(pilot, "h")
        grid.select(booked[0].trainer_id, (720, False))
        await press(pilot, "enter", "o", *"two mats", "enter")
        moved = bookings.get(shell, booked[0].id)
        assert (moved.starts, moved.forced) == (booked[1].starts, True)
        assert bookings.history(shell, moved.id)[-1].reason == "two mats"
        assert "2 booked" in screen_text(app)
        assert "▌Yoga" in screen_text(app)
        assert "▌Massage" in screen_text(app), "they stand beside each other"


async def test_what_changed_while_it_was_carried_is_told_and_it_stays(console: Opened, shell: Desk) -> None:
    _, booked = busy_saturday(shell)
    async with console("cashier") as (app, pilot):
        grid = await go(app, pilot)
        grid.select(booked[0].trainer_id, (600, False))
        await press(pilot, "h")
        bookings.move(shell, booked[0].id, booked[0].version, at(SATURDAY, "19:00"))
        grid.select(booked[0].trainer_id, (1080, False))
        await press(pilot, "enter")
        assert bookings.get(shell, booked[0].id).starts == at(SATURDAY, "19:00")
        assert "Moving" not in screen_text(app).splitlines()[1]
        assert "B-0000001" in screen_text(app).splitlines()[-2] + screen_text(app).splitlines()[-1]


async def test_a_session_is_timed_from_the_grid(console: Opened, shell: Desk) -> None:
    made, whose = opened_studio(shell), maria(shell)
    one = bookings.book(shell, whose.id, made.yoga, at("2026-11-21", "16:00"), trainer_id=made.marta)
    async with console("cashier") as (app, pilot):
        grid = await go(app, pilot, "2026-11-21")
        grid.select(made.marta, (960, False))
        await press(pilot, "s")
    (timer,) = timers.running(shell)
    assert (timer.customer_id, timer.booking_id) == (whose.id, one.id)


async def test_who_did_not_come_is_told_apart(console: Opened, shell: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    made, whose = opened_studio(shell), maria(shell)
    one = bookings.book(shell, whose.id, made.yoga, at("2026-11-21", "16:00"), trainer_id=made.marta)
    monkeypatch.setattr(desk_module, "now_us", lambda: at("2026-11-21", "16:40"))
    async with console("cashier") as (app, pilot):
        grid = await go(app, pilot, "2026-11-21")
        grid.select(made.marta, (960, False))
        await press(pilot, "w", *"no call", "enter")
        assert bookings.get(shell, one.id).state == "no-show"
        assert ":x María Fernández" in screen_text(app)
        assert "1 no-show" in screen_text(app)
        await press(pilot, "o")
        assert bookings.get(shell, one.id).state == "booked"
        assert "▌María Fernández" in screen_text(app)


async def test_an_auditor_looks_and_books_nothing(console: Opened, shell: Desk) -> None:
    made = opened_studio(shell)
    async with console("auditor") as (app, pilot):
        grid = await go(app, pilot)
        grid.select(made.marta, (600, False))
        assert not {"book_time", "check_in", "move_booking"} & set(app.offered())
        await press(pilot, "enter")
        assert isinstance(app.screen, ScheduleScreen)
        assert "As auditor you may not do this" in screen_text(app)


async def test_a_class_shows_how_many_come_and_each_can_be_meant(console: Opened, shell: Desk) -> None:
    made = opened_studio(shell)
    anna = create(shell, CustomerFields(name="Anna Kovač", phone="+34 600 000 009"))
    for whose, trainer in ((maria(shell), made.marta), (anna, made.luis)):
        bookings.book(shell, whose.id, made.yoga, at("2026-11-27", "10:00"), trainer_id=trainer, resource_id=made.hall)
    async with console("cashier") as (app, pilot):
        grid = await go(app, pilot, "2026-11-27")
        await press(pilot, "t")
        grid.select(made.hall, (600, False))
        await pilot.pause()
        assert "Yoga 2/12" in screen_text(app)
        assert "1 of 2" in grid.told
        await press(pilot, "n")
        assert "2 of 2" in grid.told
        assert "Anna" in grid.told
        await press(pilot, "down")
        assert "1 of 2" in grid.told


async def test_what_another_console_books_appears_by_itself(console: Opened, shell: Desk) -> None:
    made, whose = opened_studio(shell), maria(shell)
    async with console("cashier") as (app, pilot):
        grid = await go(app, pilot)
        await press(pilot, "down", "down", "down")
        before = grid.place
        elsewhere = shell.store.again()
        other = Desk(elsewhere, shell.staff, "Till 9")
        bookings.book(other, whose.id, made.yoga, at(SATURDAY, "12:00"), trainer_id=made.marta)
        for _ in range(100):
            await pilot.pause(0.01)
            if "María" in screen_text(app):
                break
        assert "▌María Fernández" in screen_text(app)
        assert grid.place == before
        elsewhere.close()


async def test_the_past_is_told_apart_and_refused(console: Opened, shell: Desk) -> None:
    made, whose = opened_studio(shell), maria(shell)
    async with console("cashier") as (app, pilot):
        grid = await go(app, pilot, "2026-11-21")
        grid.select(made.marta, (600, False))
        await pilot.pause()
        assert "past" in grid.told
        await press(pilot, "b", *"maria", "enter", *"yog", "enter", "ctrl+s")
        assert not bookings.page(shell, whose.id)
        assert isinstance(app.screen, BookDialog)


async def test_as_time_goes_by_more_of_the_day_is_past(
    console: Opened, shell: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = opened_studio(shell)
    async with console("cashier") as (app, pilot):
        grid = await go(app, pilot, "2026-11-21")
        grid.select(made.marta)
        await press(pilot, *["down"] * 5)
        assert "16:30 Marta Gil: free: Enter books it" in screen_text(app)
        monkeypatch.setattr(desk_module, "now_us", lambda: at("2026-11-21", "17:20"))
        await press(pilot, "down", "up")
        assert "16:30 Marta Gil: free, but past" in screen_text(app)
        assert "17:00◄" in screen_text(app)


async def test_a_night_when_the_clocks_go_back_has_its_hour_twice(console: Opened, shell: Desk) -> None:
    opened_studio(shell)
    async with console("cashier") as (app, pilot):
        grid = await go(app, pilot, "2027-10-31")
        await press(pilot, "pageup", "pageup", "pageup")
        assert "02:30a" in screen_text(app)
        assert "02:30b" in screen_text(app)
        await press(pilot, "y")
        await press(pilot, "pageup", "pageup", "pageup")
        grid.select("2027-10-30", (150, True))
        await pilot.pause()
        assert "no such time" in grid.told


async def test_a_service_of_a_quarter_gets_finer_rows(console: Opened, shell: Desk) -> None:
    made, whose = opened_studio(shell), maria(shell)
    short = services.add(shell, NewService("Check-up", 15, needs_resource=False))
    async with console("cashier") as (app, pilot):
        await go(app, pilot)
        assert "10:15" not in screen_text(app)
        bookings.book(shell, whose.id, short.id, at(SATURDAY, "10:15"), trainer_id=made.marta)
        await press(pilot, "f5")
        assert "10:15" in screen_text(app)
        await press(pilot, "z", "z")
        assert "10:15" not in screen_text(app)


async def test_the_day_is_printed_and_a_week_leaves_for_a_calendar(console: Opened, shell: Desk) -> None:
    _, booked = busy_saturday(shell)
    async with console("supervisor") as (app, pilot):
        grid = await go(app, pilot)
        await press(pilot, "r")
        looks_as_recorded(app, "schedule_sheet")
        await press(pilot, "escape")
        grid.select(booked[0].trainer_id)
        await press(pilot, "x")
        assert "2 bookings of Marta Gil's week" in screen_text(app)
    (path,) = Path(shell.store.directory).rglob("*.ics")
    calendar = icalendar.Calendar.from_ical(path.read_bytes())
    assert len(calendar.events) == 3
    assert deeds(shell, "export.calendar") == ["export.calendar"]


async def test_a_shop_without_trainers_is_told_what_would_be_here(console: Opened, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await press(pilot, "f7")
        looks_as_recorded(app, "schedule_empty")
        await press(pilot, "b")
        assert "There is no trainer to book" in screen_text(app)
        await press(pilot, "y", "y", "y", "t", "full_stop", "x", "i")
        assert isinstance(app.screen, ScheduleScreen)


async def test_all_that_the_table_names_is_answered(console: Opened, shell: Desk) -> None:
    busy_saturday(shell)
    async with console("manager") as (app, pilot):
        await go(app, pilot)
        wanted = {action.id for action in ACTIONS if action.bound and "schedule" in action.where}
        assert wanted <= set(app.offered())
