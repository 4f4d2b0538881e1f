"""Finding a past sale at the console: one line says what is remembered, and the receipt is one Enter away."""

from __future__ import annotations

import pytest

from bookkeeper_tui.screens.receipt import ReceiptScreen
from bookkeeper_tui.screens.sale_search import SaleSearchScreen
from bookkeeper_tui.store import returns, sale_search, shifts
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.widgets.hot_list import HotList
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import maria, sell


@pytest.fixture
def sold(shell: Desk, still: None) -> range:
    """María's two hundred sales."""
    return sell(shell, maria(shell), 200, days_apart=1.5)


async def test_a_sale_is_found_by_words_and_its_receipt_opened(console: Opened, shell: Desk, sold: range) -> None:
    async with console("cashier") as (app, pilot):
        await pilot.press("ctrl+t")
        await settled(pilot)
        looks_as_recorded(app, "sale_search_empty")
        await pilot.press(*"tender:card towel >30", "enter")
        await settled(pilot)
        looks_as_recorded(app, "sale_search")
        await pilot.press("down", "enter")
        await settled(pilot)
        assert isinstance(app.screen, ReceiptScreen)
        assert "Card" in screen_text(app)
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(app.screen, SaleSearchScreen)
        assert app.screen.query_one(HotList).place == 2
        assert deeds(shell, "sales.") == ["sales.searched"]


async def test_going_below_the_last_looks_further_back(
    console: Opened, sold: range, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sale_search, "LOOKED_AT", 60)
    async with console("supervisor", size=(60, 20)) as (app, pilot):
        app.show("sale_search", text="branch:harbour")
        await settled(pilot)
        found = app.screen.query_one(HotList)
        assert found.total >= 25
        looks_as_recorded(app, "sale_search_60x20")
        for _ in range(3):
            await pilot.press("end")
            await settled(pilot)
        assert found.total == 40
        assert "40 found" in screen_text(app)


async def test_what_came_back_meanwhile_is_shown_where_it_stands(console: Opened, sold: range) -> None:
    async with console("manager", size=(132, 43)) as (app, pilot):
        app.show("sale_search", text="114,90")
        await settled(pilot)
        shifts.open_shift(app.desk, 0)
        row = app.screen.query_one(HotList).cursor_row
        assert row is not None
        returns.give_back(app.desk, int(str(row.key)), {1: 1000})
        await pilot.press("f5")
        await settled(pilot)
        assert "returned: 2 items" in screen_text(app)
        looks_as_recorded(app, "sale_search_wide")


async def test_a_word_that_means_nothing_is_told_and_stays(console: Opened, sold: range) -> None:
    async with console("cashier") as (app, pilot):
        await pilot.press("ctrl+t")
        await settled(pilot)
        await pilot.press(*"card:42", "enter")
        await settled(pilot)
        assert "give the last 4 digits of the card" in screen_text(app)
        assert "card:42" in screen_text(app)


async def test_a_scanned_receipt_article_or_card_finds_its_sales(console: Opened, sold: range) -> None:
    async with console("cashier") as (app, pilot):
        await pilot.press("ctrl+t")
        await settled(pilot)
        assert isinstance(app.screen, SaleSearchScreen)
        assert app.screen.scanned("TOW")
        await settled(pilot)
        assert app.screen.query_one(HotList).total > 10
        assert not app.screen.scanned("nobody knows this")
        assert app.screen.scanned("S-0000003")
        await settled(pilot)
        assert isinstance(app.screen, ReceiptScreen)


async def test_an_amount_is_told_as_it_is_written_here(console: Opened) -> None:
    async with console("cashier") as (app, pilot):
        app.show("sale_search")
        await settled(pilot)
        assert "Amounts: 47,10," in " ".join(screen_text(app).split())
