"""Returning and voiding at the console: what is chosen, what goes back, and whose PIN allowed it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.screens.dialogs.override import OverrideDialog
from bookkeeper_tui.screens.receipt import ReceiptScreen
from bookkeeper_tui.screens.return_lines import ReturnLinesScreen
from bookkeeper_tui.settings import FILE_NAME, Printer, read_settings, write_settings
from bookkeeper_tui.store import returns, sales, shifts, staff
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.sales import NewDiscount, NewLine, NewSale, NewTender
from bookkeeper_tui.widgets.sheet import Sheet
from tests.conftest import PIN
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import maria, sell


@pytest.fixture
def sold(shell: Desk, still: None) -> range:
    """María's dozen sales of the past."""
    return sell(shell, maria(shell), 12)


def sell_now(app: BookkeeperApp) -> int:
    """María buys three teas and a weighed thing in the shift that is opened for it."""
    shifts.open_shift(app.desk, 10_000)
    with app.desk.change("sale.paid") as change:
        shift = shifts.require_open(change)
        lines = [
            NewLine(2, 3000, 3, 1126, [NewDiscount("line", 59)], 195, price=395, tax_rate=21000, note="gift wrapped"),
            NewLine(None, 375, 1, 450, code="NUTS", description="Loose nuts", price=1200),
        ]
        tenders = [NewTender("card", 1000, "4242"), NewTender("cash", 576)]
        return sales.post(
            change,
            NewSale(
                change.at, shift.business_date, shift.branch_id, 2, lines, tenders, terminal=app.terminal,
                staff_id=app.desk.staff.staff_id, shift_id=shift.id,
            ),
        )  # fmt: skip


async def test_lines_go_back_by_the_tenders_that_paid_them(console: Opened, shell: Desk, sold: range) -> None:
    async with console("supervisor") as (app, pilot):
        sale_id = sell_now(app)
        app.show("receipt", sale_id=sale_id)
        await settled(pilot)
        looks_as_recorded(app, "receipt_of_the_till")
        await pilot.press("r")
        await settled(pilot)
        assert isinstance(app.screen, ReturnLinesScreen)
        await pilot.press("2")
        await settled(pilot)
        looks_as_recorded(app, "return_lines")
        await pilot.press("ctrl+s")
        await settled(pilot)
        looks_as_recorded(app, "return_tenders")
        await pilot.press("1")
        await settled(pilot)
        assert isinstance(app.screen, ReceiptScreen)
        said = screen_text(app)
        assert "Return S-0000014 of S-0000013" in said
        assert "7,51 by card 4242 goes back for S-0000013" in said
        await pilot.press("escape")
        await settled(pilot)
        assert "Returned in part by S-0000014" in screen_text(app)
        assert any("2 of 3 came back" in line for line in app.screen.query_one(Sheet).lines)
        looks_as_recorded(app, "receipt_after_a_return")
        assert deeds(shell, "sale.r") == ["sale.returned"]


async def test_a_weighed_article_is_asked_for_and_money_can_be_divided(console: Opened, sold: range) -> None:
    async with console("supervisor", size=(60, 20)) as (app, pilot):
        sale_id = sell_now(app)
        app.show("receipt", sale_id=sale_id)
        await settled(pilot)
        await pilot.press("r")
        await settled(pilot)
        await pilot.press("down", "enter")
        await settled(pilot)
        await pilot.press(*["backspace"] * 5, *"0,175", "enter")
        await settled(pilot)
        await pilot.press("up", "enter")
        await settled(pilot)
        looks_as_recorded(app, "return_lines_60x20")
        await pilot.press("ctrl+s")
        await settled(pilot)
        while app.screen.focused.cursor_key != "divide":  # type: ignore[union-attr]
            await pilot.press("down")
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press(*"5,00", "enter", *"5,76", "enter", *"2,00", "enter")
        await settled(pilot)
        assert "but 13,36 is due" in screen_text(app)
        await pilot.press("up", "up", *["backspace"] * 4, *"5,60", "enter", "enter", "enter")
        await settled(pilot)
        assert "5,60 by card 4242, 5,76 in cash, 2,00 as store credit goes back" in screen_text(app).replace("\n", "")
        looks_as_recorded(app, "return_divided_60x20")


async def test_more_than_is_left_is_told_and_nothing_chosen_is_lost_unasked(console: Opened, sold: range) -> None:
    async with console("supervisor") as (app, pilot):
        sale_id = sell_now(app)
        app.show("receipt", sale_id=sale_id)
        await settled(pilot)
        await pilot.press("r")
        await settled(pilot)
        await pilot.press("4")
        await settled(pilot)
        assert "3 of this line can be returned, not 4" in screen_text(app)
        await pilot.press("a", "escape")
        await settled(pilot)
        assert "Leave without saving the return of S-0000013?" in screen_text(app)
        await pilot.press("n")
        await settled(pilot)
        returns.give_back(app.desk, sale_id, {1: 3000})
        await pilot.press("f5")
        await settled(pilot)
        assert "all back" in screen_text(app)


async def test_scanned_articles_go_back_one_by_one(console: Opened, sold: range) -> None:
    async with console("supervisor") as (app, pilot):
        sale_id = sell_now(app)
        app.show("return_lines", sale_id=sale_id)
        await settled(pilot)
        assert isinstance(app.screen, ReturnLinesScreen)
        for _ in range(2):
            assert app.screen.scanned("TEA")
        await settled(pilot)
        assert "7,51 goes back for S-0000013" in screen_text(app)
        for code, sentence in (("MAT", "Nothing more of “MAT” can be returned"), ("NUTS", "12,01 goes back")):
            assert app.screen.scanned(code)
            await settled(pilot)
            assert sentence in screen_text(app)


async def test_a_cashier_voids_with_a_second_person_s_pin(console: Opened, shell: Desk, sold: range) -> None:
    second = staff.add(shell, "Bruno Díaz", "supervisor", PIN)
    async with console("cashier") as (app, pilot):
        sale_id = sell_now(app)
        app.show("receipt", sale_id=sale_id)
        await settled(pilot)
        await pilot.press("d")
        await settled(pilot)
        looks_as_recorded(app, "void_asked")
        await pilot.press("y")
        await settled(pilot)
        assert isinstance(app.screen, OverrideDialog)
        await pilot.press(*second.number, "enter", *PIN, "enter")
        await settled(pilot)
        await pilot.pause(0.3)
        await settled(pilot)
        assert "Void S-0000014 of S-0000013" in screen_text(app)
        looks_as_recorded(app, "receipt_void")
        row = shell.database.execute_sql("SELECT who, role, detail FROM audit WHERE action = 'sale.voided'").fetchone()
        assert "Ana Reyes" in row[0]
        assert row[1] == "cashier"
        assert f'"approved_by":"{second.number} Bruno' in row[2].replace(" :", ":").replace(": ", ":")
        assert deeds(shell, "override.used") == ["override.used"]
        assert shifts.expected_cash(shell.database, 1) == 10_000


async def test_what_cannot_be_voided_is_told_before_anybody_is_called(console: Opened, sold: range) -> None:
    async with console("cashier") as (app, pilot):
        app.show("receipt", sale_id=sold[0])
        await settled(pilot)
        await pilot.press("d")
        await settled(pilot)
        assert "No shift is open at this till" in screen_text(app)
        shifts.open_shift(app.desk, 0)
        await pilot.press("d")
        await settled(pilot)
        assert "was not sold in this till's open shift" in screen_text(app)


async def test_links_lead_to_the_return_and_back(console: Opened, sold: range) -> None:
    async with console("supervisor") as (app, pilot):
        sale_id = sell_now(app)
        for quantity in (1000, 2000):
            returns.give_back(app.desk, sale_id, {1: quantity})
        app.show("receipt", sale_id=sale_id)
        await settled(pilot)
        await pilot.press("l", "2")
        await settled(pilot)
        assert "Return S-0000015 of S-0000013" in screen_text(app)
        await pilot.press("l")
        await settled(pilot)
        assert "Sale S-0000013" in screen_text(app)
        for _ in range(2):
            await pilot.press("escape")
            await settled(pilot)
        assert "Sale S-0000013" in screen_text(app)
        await pilot.press("escape")
        await settled(pilot)
        assert not isinstance(app.screen, ReceiptScreen)


async def test_what_goes_back_is_printed_once_by_itself_and_then_as_a_copy(
    console: Opened, shell: Desk, sold: range
) -> None:
    path = shell.store.directory / FILE_NAME
    settings, _ = read_settings(path)
    write_settings(path, replace(settings, printer=Printer(kind="file", path="paper")))
    store = shell.store.again()
    async with console("supervisor", of=store) as (app, pilot):
        sale_id = sell_now(app)
        app.show("receipt", sale_id=sale_id)
        await settled(pilot)
        await pilot.press("d", "y")
        await settled(pilot)
        await pilot.press("p")
        await settled(pilot)
    store.close()
    printed = [json.loads(row[0]) for row in shell.database.execute_sql(
        "SELECT detail FROM audit WHERE action = 'paper.printed' AND subject = 'S-0000014' ORDER BY seq"
    )]  # fmt: skip
    assert [one.get("copy", False) for one in printed] == [False, True]
    papers = sorted((shell.store.directory / "paper").iterdir())
    assert len(papers) == 2
    assert all("15,76" in paper.read_text(encoding="utf-8") for paper in papers)
