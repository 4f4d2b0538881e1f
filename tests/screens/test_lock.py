"""Locking and unlocking: nobody gets in without a PIN, and what was half typed comes back."""

from __future__ import annotations

import asyncio

from bookkeeper_tui.screens.customer_form import CustomerFormScreen
from bookkeeper_tui.screens.lock import LockScreen
from bookkeeper_tui.screens.search import SearchScreen
from bookkeeper_tui.screens.sign_in import SignInScreen
from bookkeeper_tui.store.desk import Desk
from tests.conftest import PIN
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text


async def test_f12_locks_and_the_own_pin_brings_the_half_typed_customer_back(console: Opened, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await pilot.press("f4")
        await settled(pilot)
        await pilot.press(*"Mar")
        await pilot.press("f12")
        await settled(pilot)
        assert isinstance(app.screen, LockScreen)
        looks_as_recorded(app, "lock")
        await pilot.press(*PIN, "enter")
        await settled(pilot)
        assert isinstance(app.screen, CustomerFormScreen)
        assert app.screen.field("name").value == "Mar"
        assert app.focused is app.screen.field("name")
    assert deeds(shell, "console.") == ["console.locked", "console.unlocked"]


async def test_a_wrong_pin_keeps_it_locked_and_is_counted(console: Opened, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await pilot.press("f12")
        await settled(pilot)
        await pilot.press(*"111222", "enter")
        await settled(pilot)
        assert isinstance(app.screen, LockScreen)
        assert "The staff number or the PIN is wrong." in screen_text(app)
        assert "111222" not in screen_text(app)
    assert deeds(shell, "signin.") == ["signin.tried", "signin.failed"]


async def test_no_key_gets_past_the_lock(console: Opened) -> None:
    async with console("manager") as (app, pilot):
        await pilot.press("f12")
        await settled(pilot)
        for key in ("f2", "f4", "f10", "ctrl+p", "f5"):
            await pilot.press(key)
            await settled(pilot)
            assert isinstance(app.screen, LockScreen), key


async def test_somebody_else_may_sign_in_instead(console: Opened, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await pilot.press("f12")
        await settled(pilot)
        await pilot.press("escape")
        await settled(pilot)
        await pilot.press("y")
        await settled(pilot)
        assert isinstance(app.screen, SignInScreen)
        assert not app.is_signed_in
    assert deeds(shell, "signout.") == ["signout.done"]


async def test_an_idle_console_locks_itself_once(console: Opened, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        app.keyboard.touched = asyncio.get_running_loop().time() - 60 * app.settings.idle_lock_minutes
        app.watch_idleness()
        await settled(pilot)
        assert isinstance(app.screen, LockScreen)
        app.watch_idleness()
        await settled(pilot)
    assert deeds(shell, "console.") == ["console.locked"]


async def test_a_key_puts_the_lock_off(console: Opened) -> None:
    async with console("cashier") as (app, pilot):
        app.keyboard.touched = asyncio.get_running_loop().time() - 60 * app.settings.idle_lock_minutes
        await pilot.press("x")
        app.watch_idleness()
        await settled(pilot)
        assert isinstance(app.screen, SearchScreen)
