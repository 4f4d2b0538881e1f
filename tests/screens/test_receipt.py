"""The receipt: a sale whole, down to the postings that stand for it."""

from __future__ import annotations

import pytest

from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.widgets.sheet import Sheet
from tests.screens.conftest import Opened, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import maria, sell


@pytest.fixture
def sales(shell: Desk, still: None) -> range:
    """María's dozen sales: the first one discounted, the eleventh a return."""
    return sell(shell, maria(shell), 12)


async def test_a_sale_stands_with_its_lines_discounts_tenders_and_postings(
    console: Opened, shell: Desk, sales: range
) -> None:
    async with console("cashier") as (app, pilot):
        app.show("receipt", sale_id=sales[8])
        await settled(pilot)
        looks_as_recorded(app, "receipt_discounts")
        said = app.screen.query_one(Sheet).lines
        postings = shell.database.execute_sql(
            "SELECT account.name FROM posting JOIN account ON account.id = posting.account_id "
            "JOIN sale ON sale.entry_id = posting.entry_id WHERE sale.id = ?",
            (sales[8],),
        ).fetchall()
        assert len(postings) >= 3
        assert all(any(line.startswith(name) for line in said) for (name,) in postings)


async def test_a_return_says_so_and_stands_below_zero(console: Opened, sales: range) -> None:
    async with console("cashier", size=(60, 20)) as (app, pilot):
        app.show("receipt", sale_id=sales[10])
        await settled(pilot)
        looks_as_recorded(app, "receipt_return_60x20")
        assert "Return S-0000011" in screen_text(app)


async def test_a_long_receipt_scrolls(console: Opened, sales: range) -> None:
    async with console("cashier", size=(60, 20)) as (app, pilot):
        app.show("receipt", sale_id=sales[8])
        await settled(pilot)
        await pilot.press("end")
        assert "linked with this sale both ways" in screen_text(app)
        await pilot.press("home")
        assert "Sale S-0000009" in screen_text(app)


async def test_looking_is_written_down_with_whose_it_is(console: Opened, shell: Desk, sales: range) -> None:
    async with console("cashier") as (app, pilot):
        app.show("receipt", sale_id=sales[0])
        await settled(pilot)
        row = shell.database.execute_sql(
            "SELECT subject, customer_id, role FROM audit WHERE action = 'sale.viewed'"
        ).fetchone()
        assert row == ("S-0000001", 2, "cashier")


async def test_a_sale_that_is_not_there_is_told_and_the_screen_stays(console: Opened) -> None:
    async with console("cashier") as (app, pilot):
        app.show("receipt", sale_id=99)
        await settled(pilot)
        assert "There is no sale 99" in screen_text(app)
        assert app.screen.NAME == "search"  # type: ignore[attr-defined]


async def test_an_entry_without_postings_is_not_called_balanced(console: Opened, shell: Desk, sales: range) -> None:
    with shell.change("verify.run") as change:
        change.database.execute_sql("DROP TRIGGER posting_no_delete")
        change.database.execute_sql(
            "DELETE FROM posting WHERE entry_id = (SELECT entry_id FROM sale WHERE id = ?)", (sales[0],)
        )
    async with console("cashier") as (app, pilot):
        app.show("receipt", sale_id=sales[0])
        await settled(pilot)
        await pilot.press("end")
        assert "do not agree" in screen_text(app)
