"""Staff: taken on, given roles and PINs, unlocked and retired; sign-ins and failed tries; hours and corrections."""

from __future__ import annotations

from datetime import datetime

import pytest
from textual.pilot import Pilot

from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.formats import instant_of
from bookkeeper_tui.screens.dialogs.give_pin import GivePin
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.store import sign_in, staff, work_hours
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.sign_in import SignInRefused
from bookkeeper_tui.widgets.choices import Choices
from tests.conftest import PIN
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text

SIZES = [(80, 24), (60, 20), (132, 43)]


def at(text: str) -> int:
    """An instant by the shop's clock."""
    return instant_of(datetime.fromisoformat(text), "Europe/Madrid")


def wrong_pins(store: Store, number: str, times: int) -> None:
    for _ in range(times):
        with pytest.raises(SignInRefused):
            sign_in.sign_in(store, "till-2", number, "000000")


@pytest.fixture
def crew(store: Store, shell: Desk, still: None) -> list[staff.StaffRecord]:
    """Tom, who tried five wrong PINs; Lucía, who is at work; Piotr, who left. They have worked this week."""
    people = (("Tom Becker", "supervisor"), ("Lucía Prieto", "cashier"), ("Piotr Zieliński", "auditor"))
    made = [staff.add(shell, name, role, PIN) for name, role in people]
    wrong_pins(store, made[0].number, 5)
    sign_in.sign_in(store, "till-1", made[1].number, PIN)
    staff.retire(shell, made[2].number)
    for one, begin, end in (
        (made[0], "2026-11-16 09:00", "2026-11-16 17:00"),
        (made[0], "2026-11-17 09:00", "2026-11-18 08:00"),
        (made[1], "2026-11-10 10:00", "2026-11-10 14:30"),
        (made[1], "2026-11-19 22:00", "2026-11-20 02:15"),
    ):
        with store.engine.write() as database:
            database.execute_sql(
                "INSERT INTO work_period (staff_id, terminal, in_at, out_at) VALUES (?, 'till-1', ?, ?)",
                (one.staff_id, at(begin), at(end)),
            )
    return made


def ending(size: tuple[int, int]) -> str:
    return "" if size == (80, 24) else f"_{size[0]}x{size[1]}"


async def go(app: BookkeeperApp, pilot: Pilot[int], place: str) -> None:
    app.show(place)
    await settled(pilot)


async def press(pilot: Pilot[int], *keys: str) -> None:
    await pilot.press(*keys)
    await settled(pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_who_works_here_and_how_they_stand(
    console: Opened, crew: list[staff.StaffRecord], size: tuple[int, int]
) -> None:
    async with console("manager", size=size) as (app, pilot):
        await go(app, pilot, "staff")
        looks_as_recorded(app, f"staff{ending(size)}")
        await press(pilot, "s")
        looks_as_recorded(app, f"staff_sign_ins{ending(size)}")
        await press(pilot, "escape", "t")
        assert "Tries that failed" in screen_text(app)
        assert "signed in" not in screen_text(app)


async def test_everything_is_written_where_only_ascii_is(console: Opened, shell: Desk, still: None) -> None:
    staff.add(shell, "Tom Becker", "supervisor", PIN)
    async with console("manager", environment={"TERM": "vt220", "BOOKKEEPER_TERMINAL": "Till 3"}) as (app, pilot):
        await go(app, pilot, "staff")
        assert screen_text(app).isascii()
        await press(pilot, "h")
        assert screen_text(app).isascii()


async def test_somebody_is_taken_on_with_a_pin_that_is_made(console: Opened, store: Store, shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        await go(app, pilot, "staff")
        await press(pilot, "a", *"Eva", "enter", *"boss", "enter")
        assert "Role: “boss” is none of cashier" in screen_text(app)
        await press(pilot, "ctrl+u", *"sup", "enter")
        assert isinstance(app.screen, GivePin)
        await press(pilot, "enter")
        shown = next(line.strip("│ ") for line in screen_text(app).splitlines() if line.strip("│ ").isdigit())
        await press(pilot, "enter")
        assert shown in screen_text(app), "one Enter too many does not take it away"
        await press(pilot, "2")
        assert shown not in screen_text(app)
        assert ">102  Eva" in screen_text(app)
    signed_in = sign_in.sign_in(store, "till-2", "102", shown)
    assert (signed_in.must_change, signed_in.desk.staff.role) == (True, "supervisor")
    assert shown.encode() not in store.engine.path.read_bytes()


async def test_a_pin_is_typed_twice_and_has_to_be_changed(
    console: Opened, store: Store, crew: list[staff.StaffRecord]
) -> None:
    async with console("manager") as (app, pilot):
        await go(app, pilot, "staff")
        await press(pilot, "n", *"123456", "enter")
        assert "a run of digits" in screen_text(app)
        await press(pilot, *"806241", "enter", *"806242", "enter")
        assert "not the same" in screen_text(app)
        await press(pilot, *"806241", "enter", *"806241", "enter")
        assert "must change the new PIN" in screen_text(app)
        assert "PIN to be changed" in screen_text(app)
    assert sign_in.sign_in(store, "till-2", crew[0].number, "806241").must_change


async def test_a_locked_number_is_seen_at_once_and_unlocked(
    console: Opened, store: Store, shell: Desk, crew: list[staff.StaffRecord]
) -> None:
    async with console("supervisor") as (app, pilot):
        await go(app, pilot, "staff")
        assert "! locked until" in screen_text(app)
        await press(pilot, "u")
        assert "! locked" not in screen_text(app)
        wrong_pins(store, crew[1].number, 5)
        app.store_changed(StoreChanged(actions=frozenset({"signin.failed"}), elsewhere=True))
        await settled(pilot)
        assert "! locked until" in screen_text(app)
        assert not {"add", "change", "retire", "new_pin", "work_hours"} & set(app.offered())
    assert deeds(shell, "staff.unlocked") == ["staff.unlocked"]


async def test_roles_change_people_leave_and_the_last_manager_stays(
    console: Opened, shell: Desk, crew: list[staff.StaffRecord]
) -> None:
    async with console("manager") as (app, pilot):
        await go(app, pilot, "staff")
        await press(pilot, "enter")
        assert app.screen.query_one(Choices).cursor_key == "supervisor"
        await press(pilot, "3")
        assert "Tom Becker is manager from now on" in screen_text(app)
        await press(pilot, "e", "1")
        await press(pilot, "end", "e", "1")
        assert "the only manager" in screen_text(app)
        await press(pilot, "home", "r", "y")
        assert "left 21/11/2026" in screen_text(app)
        await press(pilot, "r")
        assert "is taken on anew" in screen_text(app)
    assert deeds(shell, "staff.role") == ["staff.role", "staff.role"]


@pytest.mark.parametrize("size", SIZES)
async def test_hours_by_week_and_the_times_behind_them(
    console: Opened, crew: list[staff.StaffRecord], size: tuple[int, int]
) -> None:
    async with console("manager", size=size) as (app, pilot):
        await go(app, pilot, "work_hours")
        looks_as_recorded(app, f"work_hours{ending(size)}")
        await press(pilot, "enter", "down")
        looks_as_recorded(app, f"work_hours_times{ending(size)}")


async def test_a_time_is_corrected_with_a_reason(console: Opened, crew: list[staff.StaffRecord], shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        await go(app, pilot, "work_hours")
        await press(pilot, "enter", "down", "e", "down", *"17/11/2026 1730", "enter", "enter")
        assert "needs a reason" in screen_text(app)
        await press(pilot, *"Forgot to sign out", "enter")
        looks_as_recorded(app, "work_hours_corrected")
        await press(pilot, "e", "down", *"8", "enter", *"No", "enter")
        assert "The end is before the beginning" in screen_text(app)
        await press(pilot, "escape", "y", "escape")
        assert "16:30" in screen_text(app), "eight hours and eight and a half"
    assert len(deeds(shell, "clock.corrected")) == 1


async def test_time_that_no_clock_saw_is_added_and_other_days_are_asked_for(
    console: Opened, crew: list[staff.StaffRecord], shell: Desk
) -> None:
    async with console("manager") as (app, pilot):
        await go(app, pilot, "work_hours")
        await press(pilot, "a", *"102", "enter", *"12/11/2026 9", "enter", *"1230", "enter", *"At the fair", "enter")
        assert "09/11/2026      2     8:00" in screen_text(app)
        await press(pilot, "slash", *"12/11/2026", "enter", *"12/11/2026", "enter", *"102", "enter")
        assert "Lucía Prieto, 12/11/2026: 3:30 hours" in screen_text(app)
        await press(pilot, "slash", *"13/11/2026", "enter", "enter", "enter")
        assert "is before 2026-11-13" in screen_text(app)
    [made] = work_hours.periods(shell, "2026-11-12", "2026-11-12")
    assert (made.reason, made.number) == ("At the fair", "102")


async def test_hours_are_saved_as_a_file(console: Opened, crew: list[staff.StaffRecord], shell: Desk) -> None:
    async with console("auditor") as (app, pilot):
        await go(app, pilot, "work_hours")
        assert "change" not in app.offered()
        await press(pilot, "x", "enter")
        assert "Saved as hours-2026-11-01-2026-11-21.csv" in screen_text(app)
    [path] = shell.store.directory.rglob("hours-*.csv")
    rows = path.read_text().splitlines()
    assert rows[0].startswith("number,name,date,began,ended,minutes,hours")
    assert len(rows) == 6
    assert "export.hours" in deeds(shell)
