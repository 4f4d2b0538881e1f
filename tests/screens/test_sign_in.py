"""Signing in, being refused, locking and unlocking: what is shown, and what the store then says."""

from __future__ import annotations

from bookkeeper_tui.screens.search import SearchScreen
from bookkeeper_tui.screens.sign_in import SignInScreen
from bookkeeper_tui.store import staff
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.widgets.field import Field
from tests.conftest import PIN
from tests.screens.conftest import Opened, deeds, settled, typed_key
from tests.screens.recording import looks_as_recorded, screen_text

DEMO = [
    {"number": "101", "name": "Ana Reyes", "role": "cashier", "pin": "739154"},
    {"number": "102", "name": "Ben Holt", "role": "manager", "pin": "820463"},
]


async def test_number_enter_pin_enter_leads_to_the_search_box(console: Opened, shell: Desk) -> None:
    person = staff.add(shell, "Ana Reyes", "cashier", PIN)
    async with console("") as (app, pilot):
        await pilot.press(*person.number, "enter", *PIN, "enter")
        await settled(pilot)
        assert isinstance(app.screen, SearchScreen)
        assert isinstance(app.focused, Field)
    assert deeds(shell, "signin.") == ["signin.tried", "signin.done"]
    assert shell.database.execute_sql("SELECT count(*) FROM work_period WHERE out_at IS NULL").fetchone() == (1,)


async def test_everything_typed_at_once_arrives_where_it_belongs(console: Opened, shell: Desk) -> None:
    person = staff.add(shell, "Ana Reyes", "cashier", PIN)
    async with console("") as (app, pilot):
        typed = [*person.number, "enter", *"111111", "enter", *person.number, "enter", *PIN, "enter", *"smi"]
        for key in typed:
            app.post_message(typed_key(key))
        await settled(pilot)
        assert isinstance(app.screen, SearchScreen)
        assert app.screen.box.value == "smi"
    assert deeds(shell, "signin.") == ["signin.tried", "signin.failed", "signin.tried", "signin.done"]


async def test_an_unknown_number_and_a_wrong_pin_read_the_same(console: Opened, shell: Desk) -> None:
    person = staff.add(shell, "Ana Reyes", "cashier", PIN)
    said = []
    for number in (person.number, "999"):
        async with console("") as (app, pilot):
            await pilot.press(*number, "enter", *"260481", "enter")
            await settled(pilot)
            said.append(screen_text(app))
    assert said[0] == said[1]
    assert "The staff number or the PIN is wrong." in said[0]
    assert deeds(shell, "signin.failed") == ["signin.failed"] * 2


async def test_the_pin_is_never_shown(console: Opened, shell: Desk) -> None:
    staff.add(shell, "Ana Reyes", "cashier", PIN)
    async with console("") as (app, pilot):
        await pilot.press(*"101", "enter")
        for digit in PIN:
            await pilot.press(digit)
            assert not set(screen_text(app).split("PIN")[1].split("\n")[0]) - {" ", "*"}


async def test_enter_twice_is_one_try(console: Opened, shell: Desk) -> None:
    person = staff.add(shell, "Ana Reyes", "cashier", PIN)
    async with console("") as (app, pilot):
        for key in (*person.number, "enter", *PIN, "enter", "enter"):
            app.post_message(typed_key(key))
        await settled(pilot)
        assert isinstance(app.screen, SearchScreen)
    assert deeds(shell, "signin.tried") == ["signin.tried"]


async def test_a_demo_shop_says_whom_to_sign_in_as(console: Opened) -> None:
    async with console("", demo_staff=DEMO) as (app, _):
        looks_as_recorded(app, "sign_in")


async def test_it_fits_the_smallest_terminal(console: Opened) -> None:
    async with console("", demo_staff=DEMO, size=(60, 20)) as (app, _):
        looks_as_recorded(app, "sign_in_60x20")


async def test_a_terminal_too_small_is_told_so(console: Opened) -> None:
    for size in ((10, 5), (59, 20), (60, 19)):
        async with console("", size=size) as (app, _):
            assert " ".join(screen_text(app).split()).startswith("This needs 60 columns and 20 rows."), size


async def test_a_pin_that_must_change_is_changed_first(console: Opened, shell: Desk) -> None:
    person = staff.add(shell, "Ana Reyes", "cashier", PIN, must_change=True)
    async with console("") as (app, pilot):
        await pilot.press(*person.number, "enter", *PIN, "enter")
        await settled(pilot)
        looks_as_recorded(app, "new_pin")
        await pilot.press(*"123456", "enter")
        assert "run of digits" in " ".join(screen_text(app).split())
        await pilot.press(*"583920", "enter", *"583920", "enter")
        await settled(pilot)
        assert isinstance(app.screen, SearchScreen)
    assert deeds(shell, "pin.changed") == ["pin.changed"]


async def test_esc_at_the_new_pin_signs_nobody_in(console: Opened, shell: Desk) -> None:
    person = staff.add(shell, "Ana Reyes", "cashier", PIN, must_change=True)
    async with console("") as (app, pilot):
        await pilot.press(*person.number, "enter", *PIN, "enter")
        await settled(pilot)
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(app.screen, SignInScreen)
        assert not app.is_signed_in
    assert deeds(shell, "signout.done") == ["signout.done"]
