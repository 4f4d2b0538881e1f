"""What holds on every screen: errors are sentences, the palette and help come from the table, themes change."""

from __future__ import annotations

import asyncio

import pytest

from bookkeeper_tui.actions import ACTIONS
from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.error_log import LOG_NAME, SORRY
from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.looks import all_looks
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.menu import MenuDialog
from bookkeeper_tui.screens.palette import PaletteDialog
from bookkeeper_tui.screens.places import PLACES
from bookkeeper_tui.screens.profile.profile import ProfileScreen
from bookkeeper_tui.screens.profile.registry import TABS
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.screens.search import SearchScreen
from bookkeeper_tui.screens.sign_in import SignInScreen
from bookkeeper_tui.settings import FILE_NAME, read_settings
from bookkeeper_tui.store import shifts
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.widgets.choices import Choices
from bookkeeper_tui.widgets.notice_line import NoticeLine
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import maria


async def test_an_error_of_the_shop_is_a_notice_until_the_next_key(
    console: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(screen: HouseScreen) -> None:
        raise BadInput("“12,x” is not an amount")

    async with console("cashier") as (app, pilot):
        monkeypatch.setattr(SearchScreen, "do_refresh", refused, raising=False)
        await pilot.press(*"smi", "f5")
        await settled(pilot)
        assert app.screen.query_one(NoticeLine).sentence == "“12,x” is not an amount"
        looks_as_recorded(app, "notice")
        await pilot.press("t")
        assert app.screen.query_one(NoticeLine).sentence == ""
        assert isinstance(app.screen, SearchScreen)
        assert app.screen.box.value == "smit"


async def test_an_error_of_the_program_is_written_down_and_told_in_one_sentence(
    console: Opened, shell: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(screen: HouseScreen) -> None:
        raise ZeroDivisionError("secret detail")

    async with console("cashier") as (app, pilot):
        app.forgiving = True
        monkeypatch.setattr(SearchScreen, "do_refresh", broken, raising=False)
        await pilot.press(*"smi", "f5")
        await settled(pilot)
        assert app.screen.query_one(NoticeLine).sentence == SORRY
        assert "secret detail" not in screen_text(app)
        await pilot.press("t")
        assert isinstance(app.screen, SearchScreen)
        assert app.screen.box.value == "smit"
    assert "ZeroDivisionError: secret detail" in (shell.store.directory / LOG_NAME).read_text()


async def test_help_explains_this_screen(console: Opened) -> None:
    async with console("manager") as (app, pilot):
        await pilot.press("f1")
        await settled(pilot)
        looks_as_recorded(app, "help")


async def test_the_palette_narrows_and_acts(console: Opened) -> None:
    async with console("manager") as (app, pilot):
        await pilot.press("ctrl+p")
        await settled(pilot)
        assert isinstance(app.screen, PaletteDialog)
        looks_as_recorded(app, "palette")
        await pilot.press(*"sign", "enter")
        await settled(pilot)
        assert isinstance(app.screen, SignInScreen)


async def test_the_palette_puts_what_is_named_so_before_what_speaks_of_it(console: Opened) -> None:
    async with console("manager") as (app, pilot):
        await pilot.press("ctrl+p", *"trainers", "space", *"rooms")
        await settled(pilot)
        chosen = app.screen.query_one(Choices)
        assert chosen.cursor_key == "bookables"
        assert "Schedule" in screen_text(app)


async def test_the_palette_offers_nobody_what_they_may_not_do(console: Opened) -> None:
    for role, may in (("cashier", False), ("manager", True)):
        async with console(role) as (app, pilot):
            assert ("snapshot" in app.offered()) is may
            await pilot.press("ctrl+p", *"module")
            await settled(pilot)
            assert ("Module Snapshot" in screen_text(app)) is may


async def test_the_menu_lists_places_looks_and_ways_out(console: Opened) -> None:
    async with console("manager") as (app, pilot):
        await pilot.press("f10")
        await settled(pilot)
        assert isinstance(app.screen, MenuDialog)
        looks_as_recorded(app, "menu")
        app.screen.query_one(Choices).post_message(Choices.Chosen(app.screen.query_one(Choices), "manage"))
        await settled(pilot)
        looks_as_recorded(app, "menu_manage")
        await pilot.press("escape")
        await settled(pilot)
        assert "Sign out" in screen_text(app)
        await pilot.press("f10")
        await settled(pilot)
        assert isinstance(app.screen, SearchScreen)


async def test_a_theme_is_chosen_kept_for_this_terminal_and_logged(console: Opened, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        app.act("theme")
        await settled(pilot)
        choices = app.screen.query_one(Choices)
        looks_as_recorded(app, "theme")
        while choices.cursor_key != "paper-light":
            await pilot.press("up" if choices.cursor_key > "paper-light" else "down")
        await pilot.press("enter")
        await settled(pilot)
        assert app.theme == "paper-light"
    assert dict(read_settings(shell.store.directory / FILE_NAME)[0].themes) == {"Till 3": "paper-light"}
    assert deeds(shell, "theme.") == ["theme.chosen"]


@pytest.mark.parametrize("theme", ["quiet-dark", "paper-light", "high-contrast", "sixteen", "plain"])
async def test_every_theme_paints_every_kind_of_screen(console: Opened, shell: Desk, theme: str) -> None:
    customer = maria(shell)
    async with console("manager") as (app, pilot):
        app.register_theme(all_looks()[0][theme].theme)
        app.theme = theme
        app.show("profile", customer_id=customer.id)
        await settled(pilot)
        assert "María Fernández" in screen_text(app)


async def test_a_shop_s_own_key_works_and_the_old_one_no_more(console: Opened, shell: Desk) -> None:
    path = shell.store.directory / FILE_NAME
    text = path.read_text(encoding="utf-8").replace("[keys]\n", '[keys]\nlock = "f11"\n')
    path.write_text(text, encoding="utf-8")
    store = shell.store.again()
    async with console("cashier", of=store) as (app, pilot):
        await pilot.press("f12")
        await settled(pilot)
        assert not app.is_locked
        assert "F11 Lock" in screen_text(app)
        await pilot.press("f11")
        await settled(pilot)
        assert app.is_locked
    store.close()


async def test_every_action_is_answered_on_the_screens_the_table_names(console: Opened, shell: Desk) -> None:
    customer = maria(shell)
    async with console("manager") as (app, pilot):
        shifts.open_shift(app.desk, 10_000)
        # What shows a sale or a layaway has tests of its own: it needs one.
        for place in set(PLACES) - {"receipt", "return_lines", "layaway"}:
            whose = ("profile", "access", "erase", "as_of")
            both = {"from_id": customer.id, "into_id": customer.id} if place == "merge" else {}
            app.show(place, **({"customer_id": customer.id} if place in whose else both))
            await settled(pilot)
            answered = set(app.offered())
            if isinstance(app.screen, ProfileScreen):
                answered |= await _of_every_tab(app, pilot)
            wanted = {action.id for action in ACTIONS if action.bound and action.is_on(place)}
            assert wanted <= answered, (place, wanted - answered)


async def _of_every_tab(app: BookkeeperApp, pilot: object) -> set[str]:
    answered: set[str] = set()
    for _ in TABS:
        app.act("tab_after")
        await settled(pilot)  # type: ignore[arg-type]
        answered |= set(app.offered())
    return answered


async def test_a_change_elsewhere_while_a_screen_is_put_together_is_no_error(console: Opened, shell: Desk) -> None:
    async with console("") as (app, pilot):
        app.welcome(Desk(app.store, shell.staff, app.terminal))
        for _ in range(50):
            app.store_changed(StoreChanged(everything=True))
            await asyncio.sleep(0)
        await settled(pilot)
        assert isinstance(app.screen, SearchScreen)


async def test_an_auditor_is_asked_for_nobodys_pin(console: Opened) -> None:
    async with console("auditor") as (app, pilot):
        assert "sale" not in app.offered()
        await pilot.press("f8")
        await settled(pilot)
        assert "close_day" not in app.offered()
        with pytest.raises(NotAllowed):
            await app.screen.approved_desk("day.closed", "Closing the day")


async def test_an_ascii_terminal_is_shown_keys_that_it_can_write(console: Opened) -> None:
    async with console("manager", environment={"TERM": "linux", "BOOKKEEPER_TERMINAL": "Till 3"}) as (app, pilot):
        app.show("takings")
        await settled(pilot)
        assert app.screen.key_line.text.isascii()
        assert ", Day before" in app.screen.key_line.text
