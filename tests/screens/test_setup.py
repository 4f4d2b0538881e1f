"""Setup: what a manager chooses there holds at every open console at once, and is refused to those who may not."""

from __future__ import annotations

import asyncio

import pytest
from textual.pilot import Pilot

from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.screens.places import PLACES
from bookkeeper_tui.screens.profile.profile import ProfileScreen
from bookkeeper_tui.screens.setup import SECTIONS
from bookkeeper_tui.settings import Printer
from bookkeeper_tui.store import branches, role_table, shifts, shop_settings, staff
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.widgets.hot_list import HotList
from bookkeeper_tui.widgets.notice_line import NoticeLine
from tests.conftest import PIN
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import maria

SIZES = [((80, 24), ""), ((60, 20), "_60x20"), ((132, 43), "_132x43")]


@pytest.fixture
def elsewhere(shell: Desk) -> Desk:
    """The owner at another console, with a store of their own."""
    return Desk.shell(shell.store.again())


async def heard(app: BookkeeperApp, pilot: Pilot[int], seen: int) -> None:
    """Wait until the console has heard of what somebody else did."""
    for _ in range(200):
        if app.seen_changes > seen:
            break
        await asyncio.sleep(0.01)
    await settled(pilot)


def under_cursor(app: BookkeeperApp) -> str:
    row = app.screen.query_one(HotList).cursor_row
    return " | ".join(row.cells) if row is not None else ""


async def go_to(app: BookkeeperApp, pilot: Pilot[int], title: str) -> None:
    """Put the cursor of the list on the row that begins so."""
    listed = app.screen.query_one(HotList)
    listed.action_home()
    for _ in range(listed.total):
        if under_cursor(app).startswith(title):
            break
        listed.action_move(1)
    await settled(pilot)


async def test_every_section_is_a_place(console: Opened) -> None:
    assert [section.place for section in SECTIONS if section.place not in PLACES] == []


async def test_a_manager_finds_every_section_from_the_menu(console: Opened) -> None:
    async with console("manager") as (app, pilot):
        app.act("setup")
        await settled(pilot)
        listed = app.screen.query_one(HotList)
        assert [row.key for row in listed.visible_rows] == [section.place for section in SECTIONS]
        await go_to(app, pilot, "Roles")
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen.NAME == "role_table"  # type: ignore[attr-defined]


async def test_a_cashier_is_offered_no_setup_and_an_auditor_changes_nothing(console: Opened, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        assert "setup" not in app.offered()
    async with console("auditor") as (app, pilot):
        app.show("shop_settings")
        await settled(pilot)
        assert "change" not in app.offered()
        app.act("change")
        assert "As auditor you may not do this (setting.changed)" in app.screen.query_one(NoticeLine).sentence
        app.show("role_table")
        await settled(pilot)
        assert not {"change", "give_or_take"} & set(app.offered())


@pytest.mark.parametrize("place", ["shop_settings", "branches", "terminals", "key_changes", "role_table"])
@pytest.mark.parametrize(("size", "suffix"), SIZES)
async def test_sections_look_so(console: Opened, place: str, size: tuple[int, int], suffix: str) -> None:
    async with console("manager", size=size) as (app, pilot):
        shifts.open_shift(app.desk, 0)
        branches.add(app.desk, "Harbour")
        branches.place_terminal(app.desk, "Till 3", "Harbour")
        new: dict[shop_settings.Place, shop_settings.Value] = {
            ("printer", "head"): ("Main St 1", "VAT ES123"),
            ("printers", "Till 9", "kind"): "file",
            ("themes", "Till 9"): "plain",
            ("keys", "edit"): "f11",
            ("tabs_hidden",): ("audit",),
        }
        shop_settings.choose(app.desk, new, seen=app.settings)
        role_table.set_permission(app.desk, "cashier", "sale.voided", True)
        app.show(place)
        await settled(pilot)
        if place in ("key_changes", "role_table"):
            await pilot.press("*")
            await settled(pilot)
        looks_as_recorded(app, f"setup_{place}{suffix}")


async def test_a_setting_is_chosen_and_holds(console: Opened, shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        app.show("shop_settings")
        await settled(pilot)
        await go_to(app, pilot, "Discounts add up")
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("1")
        await settled(pilot)
        assert under_cursor(app).startswith("Discounts add up | yes")
        assert app.settings.stack_discounts
    assert deeds(shell, "setting.") == ["setting.changed"]


async def test_lines_of_the_receipt_are_typed_one_under_the_other(console: Opened) -> None:
    async with console("manager") as (app, pilot):
        app.show("shop_settings")
        await settled(pilot)
        await go_to(app, pilot, "Receipt foot")
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press(*"Thank", "enter", *"you", *["enter"] * 5)
        await settled(pilot)
        assert app.settings.printer.foot == ("Thank", "you")


async def test_a_mistyped_value_stays_to_be_mended(console: Opened) -> None:
    async with console("manager") as (app, pilot):
        app.show("shop_settings")
        await settled(pilot)
        await go_to(app, pilot, "Locks after")
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press(*"5000", "enter")
        await settled(pilot)
        assert "takes 0 (never) to 1440, not" in screen_text(app)
        await pilot.press("home", "shift+end", *"5", "enter")
        await settled(pilot)
        assert app.settings.idle_lock_minutes == 5


async def test_the_decimal_mark_and_that_of_thousands_make_way_for_each_other(console: Opened) -> None:
    async with console("manager") as (app, pilot):
        app.show("shop_settings")
        await settled(pilot)
        await go_to(app, pilot, "Decimal mark")
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("1")
        await settled(pilot)
        assert (app.settings.decimal, app.settings.group) == (".", ",")
        assert app.conventions.amount(123450) == "1,234.50"


async def test_what_is_chosen_elsewhere_holds_here_at_once(console: Opened, elsewhere: Desk) -> None:
    async with console("cashier") as (app, pilot):
        chosen: list[dict[shop_settings.Place, shop_settings.Value]] = [
            {("keys", "find"): "f11"},
            {("themes", "Till 3"): "paper-light"},
            {("date_format",): "%d.%m.%y"},
            {("services",): False},
            {("printers", "Till 3", "kind"): "file"},
            {("ascii",): "yes"},
            {("branches", "Till 3"): "Harbour"},
        ]
        for new in chosen:
            seen = app.seen_changes
            shop_settings.choose(elsewhere, new, seen=elsewhere.store.settings)
            await heard(app, pilot, seen)
        assert "F11 Find" in screen_text(app)
        assert app.theme == "paper-light"
        assert app.conventions.date("2026-11-21") == "21.11.26"
        assert "schedule" not in app.offered()
        assert app.settings.printer_of("Till 3") == Printer("file")
        assert app.has_class("ascii")
        assert "Harbour" in screen_text(app)
        await pilot.press("f11")
        await settled(pilot)
        assert app.screen.NAME == "search"  # type: ignore[attr-defined]


async def test_a_tab_that_is_hidden_leaves_an_open_profile(console: Opened, shell: Desk, elsewhere: Desk) -> None:
    customer = maria(shell)
    async with console("manager") as (app, pilot):
        app.show("profile", customer_id=customer.id, tab="notes")
        await settled(pilot)
        seen = app.seen_changes
        shop_settings.choose(elsewhere, {("tabs_hidden",): ("notes", "sales")}, seen=elsewhere.store.settings)
        await heard(app, pilot, seen)
        assert isinstance(app.screen, ProfileScreen)
        strip = screen_text(app).splitlines()[1]
        assert "1 Overview" in strip
        assert "Sales" not in strip
        assert "Notes" not in strip


async def test_a_hidden_tab_is_turned_by_enter(console: Opened) -> None:
    async with console("manager") as (app, pilot):
        app.show("shop_settings")
        await settled(pilot)
        await go_to(app, pilot, "Tab: Notes")
        await pilot.press("enter")
        await settled(pilot)
        assert under_cursor(app).startswith("Tab: Notes | hidden")
        await pilot.press("enter")
        await settled(pilot)
        assert app.settings.tabs_hidden == ()


async def test_a_key_is_changed_and_its_own_comes_back(console: Opened) -> None:
    async with console("manager") as (app, pilot):
        app.show("key_changes")
        await settled(pilot)
        await pilot.press(*"goes", "enter")
        await settled(pilot)
        await pilot.press(*"F1", "enter")
        await settled(pilot)
        assert "“F1” for find is already the key of help" in screen_text(app)
        await pilot.press("home", "shift+end", *"F11", "enter")
        await settled(pilot)
        assert dict(app.settings.keys) == {"find": "f11"}
        assert "F11 *" in screen_text(app)
        assert "F11 Find" in screen_text(app)
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("home", "shift+end", "delete", "enter")
        await settled(pilot)
        assert not app.settings.keys
        await pilot.press("f2")
        await settled(pilot)
        assert app.screen.NAME == "search"  # type: ignore[attr-defined]


async def test_space_gives_a_right_and_takes_it(console: Opened, elsewhere: Desk) -> None:
    async with console("manager") as (app, pilot):
        app.show("role_table")
        await settled(pilot)
        await pilot.press(*"sale.voi", "space")
        await settled(pilot)
        assert under_cursor(app).startswith("sale.voided |  yes * |  yes |")
        await pilot.press("space")
        await settled(pilot)
        assert under_cursor(app).startswith("sale.voided |  - |  yes |")
        await pilot.press("right", "space")
        await settled(pilot)
        assert under_cursor(app).startswith("sale.voided |  - |  - * |")
        seen = app.seen_changes
        role_table.set_permission(elsewhere, "auditor", "export.members", False)
        role_table.set_permission(elsewhere, "supervisor", "sale.voided", True)
        await heard(app, pilot, seen)
        assert under_cursor(app).startswith("sale.voided |  - |  yes |")


async def test_what_one_may_no_longer_see_is_hidden_where_it_stands(
    console: Opened, shell: Desk, elsewhere: Desk
) -> None:
    customer = maria(shell)
    role_table.set_permission(elsewhere, "cashier", "field.phone", True)
    async with console("cashier") as (app, pilot):
        await pilot.press(*customer.number)
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert "612 345 678" in screen_text(app)
        seen = app.seen_changes
        role_table.set_permission(elsewhere, "cashier", "field.phone", False)
        await heard(app, pilot, seen)
        assert "•••• ••• 678" in screen_text(app)
        assert "612 345" not in screen_text(app)


async def test_what_is_meant_for_managers_is_given_after_asking(console: Opened) -> None:
    async with console("manager") as (app, pilot):
        app.show("role_table")
        await settled(pilot)
        await pilot.press(*"tax.edit", "enter")
        await settled(pilot)
        assert "is meant for managers" in screen_text(app)
        await pilot.press("n")
        await settled(pilot)
        assert under_cursor(app).startswith("tax.edited |  - |")
        await pilot.press("space")
        await settled(pilot)
        await pilot.press("y")
        await settled(pilot)
        assert under_cursor(app).startswith("tax.edited |  yes * |")


async def test_managers_are_not_locked_out(console: Opened) -> None:
    async with console("manager") as (app, pilot):
        app.show("role_table")
        await settled(pilot)
        await pilot.press(*"permission.edited", "right", "right", "space")
        await settled(pilot)
        assert "permission.edited stays with managers" in app.screen.query_one(NoticeLine).sentence


async def test_a_limit_is_asked_for(console: Opened) -> None:
    async with console("manager") as (app, pilot):
        app.show("role_table")
        await settled(pilot)
        await pilot.press("space")
        await settled(pilot)
        await pilot.press(*"lots", "enter")
        await settled(pilot)
        assert "“lots” is no percentage such as 10 or 7,5" in screen_text(app)
        await pilot.press("home", "shift+end", *"7,5", "enter")
        await settled(pilot)
        assert under_cursor(app).startswith("limit: discount_percent |  7,5 % * |  30 % |")


async def test_a_right_that_is_taken_leaves_an_open_console(console: Opened, elsewhere: Desk) -> None:
    async with console("cashier") as (app, pilot):
        assert "F3 Sale" in screen_text(app)
        seen = app.seen_changes
        role_table.set_permission(elsewhere, "cashier", "screen.sale", False)
        await heard(app, pilot, seen)
        assert "F3 Sale" not in screen_text(app)
        assert "sale" not in app.offered()


async def test_who_is_taken_off_the_staff_can_only_leave(console: Opened, elsewhere: Desk) -> None:
    async with console("cashier") as (app, pilot):
        seen = app.seen_changes
        staff.retire(elsewhere, app.desk.staff.number)
        await heard(app, pilot, seen)
        assert "Locked. Ana Reyes (101) is no longer on the staff." in screen_text(app), "nothing stays to be read"
        await pilot.press(*PIN, "enter")
        await settled(pilot)
        assert "Ana Reyes is no longer on the staff: sign out." in screen_text(app)
        await pilot.press("escape")
        await settled(pilot)
        await pilot.press("y")
        await settled(pilot)
        assert app.screen.NAME == "sign_in"  # type: ignore[attr-defined]


async def test_a_printer_of_one_terminal_is_asked_for_by_its_kind(console: Opened) -> None:
    async with console("manager") as (app, pilot):
        app.show("terminals")
        await settled(pilot)
        await go_to(app, pilot, "Till 3")
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("2")
        await settled(pilot)
        await pilot.press("4")
        await settled(pilot)
        await pilot.press(*["enter"] * 7)
        await settled(pilot)
        assert "kind “network” needs a “host”" in screen_text(app)
        await pilot.press("down", *"10.0.0.7", *["enter"] * 7)
        await settled(pilot)
        assert app.settings.printer_of("Till 3") == Printer("network", host="10.0.0.7")
        assert "10.0.0.7:9100, 42 *" in screen_text(app)


async def test_branches_are_opened_renamed_and_made_the_usual_one(console: Opened) -> None:
    async with console("manager") as (app, pilot):
        app.show("branches")
        await settled(pilot)
        await pilot.press("a")
        await settled(pilot)
        await pilot.press(*"Harbour", "enter")
        await settled(pilot)
        await pilot.press("d")
        await settled(pilot)
        assert app.settings.branch == "Harbour"
        await pilot.press("e")
        await settled(pilot)
        await pilot.press(*"Docks", "enter")
        await settled(pilot)
        assert app.settings.branch == "Docks"
        assert "Docks · Till 3" in screen_text(app)


async def test_mistakes_in_the_settings_are_told_at_sign_in_and_listed_in_setup(console: Opened, shell: Desk) -> None:
    shell.store.settings_path.write_text(
        'branch = North\nidle_lock_minutes = "ten"\ntabs_hidden = ["sails"]\ntheme = "neon"\n\n[keys]\nfly = "f3"\n'
        'find = "banana"\n\n[themes]\n"Till 9" = "gone"\n'
    )
    shell.store.keep_up()
    async with console("manager") as (app, pilot):
        said = app.screen.query_one(NoticeLine).sentence
        assert said.startswith('settings.toml line 1: Invalid value, expected such as branch = "Main"')
        assert "6 more: a manager reads them in Setup" in said
        app.show("setup")
        await settled(pilot)
        looks_as_recorded(app, "setup_mistakes")
        assert [mistake.partition(": ")[0] for mistake in app.mistakes] == [
            f"settings.toml line {number}" for number in (1, 2, 7, 8, 3, 4, 11)
        ]
        app.show("shop_settings")
        await settled(pilot)
        await pilot.press("enter", "1")
        await settled(pilot)
        assert "mistake that must be mended by hand first" in app.screen.query_one(NoticeLine).sentence


async def test_a_file_mended_by_hand_is_read_at_the_next_sign_in(console: Opened, shell: Desk) -> None:
    shell.store.settings_path.write_text("branch = North\n")
    store = shell.store.again()
    async with console("", of=store) as (app, pilot):
        await settled(pilot)
        assert "Invalid value" in app.screen.query_one(NoticeLine).sentence
        shell.store.settings_path.write_text('branch = "North"\n')
        app.welcome(Desk(store, shell.staff, app.terminal))
        await settled(pilot)
        assert not app.mistakes
        assert "North" in screen_text(app)
    store.close()


async def test_f5_reads_what_was_written_into_the_file_by_hand(console: Opened, shell: Desk) -> None:
    customer = maria(shell)
    async with console("manager") as (app, pilot):
        app.show("profile", customer_id=customer.id, tab="notes")
        await settled(pilot)
        path = shell.store.settings_path
        path.write_text(path.read_text().replace("%d/%m/%Y", "%Y/%m/%d").replace("services = true", "services = maybe"))
        await pilot.press("f5")
        await settled(pilot)
        assert app.conventions.date("2026-11-21") == "2026/11/21"
        assert "services = true" in app.screen.query_one(NoticeLine).sentence
        assert "2026/11/21" in screen_text(app)
        assert "21/11/2026" not in screen_text(app)
