"""Taking the money: every way to pay ends in the rows that it should, and what cannot be paid so is told before."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.paper.page import Page
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.dialogs.pay import PayDialog
from bookkeeper_tui.screens.pay_plan import quick_amounts
from bookkeeper_tui.screens.sale import SaleScreen
from bookkeeper_tui.store import baskets, customer_accounts, loyalty
from bookkeeper_tui.store.customers import Customer
from bookkeeper_tui.store.desk import Actor, Desk
from tests.screens.conftest import Opened, deeds, settled, typed_key
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import maria
from tests.screens.test_sale import at_the_till, scan, stock, typed

__all__ = ["stock"]


def regular(shell: Desk, *, limit: int = 0, points: int = 0) -> Customer:
    """María, with an account where a limit is given, and points."""
    customer = maria(shell)
    if limit:
        customer_accounts.open_account(shell, customer.id, credit_limit=limit, terms_days=30)
    if points:
        loyalty.adjust(shell, customer.id, points, "For the test")
    return customer


def tenders(desk: Desk) -> list[tuple[str, int, str]]:
    """The tenders of the newest sale, in their order."""
    rows = desk.database.execute_sql(
        "SELECT kind, amount, reference FROM sale_tender WHERE sale_id = (SELECT MAX(id) FROM sale) ORDER BY line_no"
    )
    return [tuple(row) for row in rows]


async def rung(app: BookkeeperApp, pilot: Pilot[int], *codes: str) -> SaleScreen:
    """A sale of these codes at the till, Enter pressed."""
    screen = await at_the_till(app, pilot)
    for code in codes:
        await typed(pilot, code, "enter")
    await typed(pilot, "enter")
    assert isinstance(app.screen, PayDialog)
    return screen


async def test_what_is_typed_shows_the_change_before_enter(console: Opened, stock: None, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await rung(app, pilot, "101", "102")
        looks_as_recorded(app, "pay")
        await typed(pilot, "50")
        assert "CHANGE EUR 11,10" in screen_text(app)
        await typed(pilot, "enter")
    assert tenders(shell) == [("cash", 3890, "")]


async def test_a_quick_amount_is_one_key(console: Opened, stock: None, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await rung(app, pilot, "101", "102")
        await typed(pilot, "f", "enter")
        assert "CHANGE EUR 1,10" in screen_text(app)


async def test_two_enters_pay_once(console: Opened, stock: None, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await rung(app, pilot, "101")
        for _ in range(3):
            app.post_message(typed_key("enter"))
        await settled(pilot)
        assert "S-0000001 paid" in screen_text(app)
    assert shell.database.execute_sql("SELECT COUNT(*) FROM sale").fetchone() == (1,)


async def test_several_tenders_each_show_what_is_left(console: Opened, stock: None, shell: Desk) -> None:
    customer = regular(shell, limit=50_000, points=200)
    async with console("cashier", size=(80, 24)) as (app, pilot):
        await rung(app, pilot, customer.number, "100")
        await typed(pilot, "p", "enter")
        assert "LEFT EUR 16,00" in screen_text(app)
        await typed(pilot, "d", "6", "enter", "4711", "enter")
        looks_as_recorded(app, "pay_several")
        await typed(pilot, "a", "enter", "+14", "enter")
        assert "10,00 on account, due 05/12/2026" in screen_text(app)
    assert tenders(shell) == [("points", 200, ""), ("card", 600, "4711"), ("account", 1000, "")]
    due = shell.database.execute_sql("SELECT due FROM account_item WHERE amount = 1000").fetchone()
    assert due == ("2026-12-05",)


async def test_what_was_laid_down_is_taken_back_and_kept_over_an_esc(console: Opened, stock: None, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await rung(app, pilot, "100")
        await typed(pilot, "5", "enter", "escape", "enter")
        assert "LEFT EUR 13,00" in screen_text(app)
        await typed(pilot, "t")
        assert "TOTAL EUR 18,00" in screen_text(app)
    assert baskets.get(shell, 1).tenders == ()


async def test_a_charge_above_the_limit_is_refused_with_what_is_still_available(
    console: Opened, stock: None, shell: Desk
) -> None:
    customer = regular(shell, limit=1500)
    async with console("cashier") as (app, pilot):
        await rung(app, pilot, customer.number, "100")
        await typed(pilot, "a", "18", "enter")
        looks_as_recorded(app, "pay_above_the_limit")
        assert "15,00 are still available" in screen_text(app)
        assert isinstance(app.screen, PayDialog)
        await typed(pilot, "a", "enter", "enter")
        assert "LEFT EUR 3,00" in screen_text(app)


async def test_an_account_on_hold_is_in_sight_and_not_charged(console: Opened, stock: None, shell: Desk) -> None:
    customer = regular(shell, limit=50_000)
    customer_accounts.edit(shell, customer.id, status="hold", credit_limit=50_000, terms_days=30)
    async with console("cashier") as (app, pilot):
        await rung(app, pilot, customer.number, "100")
        assert "! ACCOUNT ON HOLD" in screen_text(app)
        await typed(pilot, "a", "enter")
        assert "is on hold" in screen_text(app)


async def test_only_cash_gives_change_and_a_card_has_a_reference(console: Opened, stock: None, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await rung(app, pilot, "101")
        await typed(pilot, "d", "20", "enter")
        assert "only cash gives change" in screen_text(app)
        await typed(pilot, "d", "enter", "enter")
        assert "Type the slip's reference" in screen_text(app)
        await typed(pilot, "4711", "enter")
    assert tenders(shell) == [("card", 900, "4711")]


async def test_an_absurd_amount_is_asked_twice(console: Opened, stock: None, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await rung(app, pilot, "101")
        await typed(pilot, "90000", "enter")
        assert isinstance(app.screen, Confirm)
        await typed(pilot, "n")
        assert isinstance(app.screen, PayDialog)
    assert tenders(shell) == []


async def test_an_article_scanned_over_the_payment_is_paid_for_too(console: Opened, stock: None, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await rung(app, pilot, "101")
        await scan(app, pilot, "4006381333931")
        assert "TOTAL EUR 27,00" in screen_text(app)
        await typed(pilot, "enter")
    assert tenders(shell) == [("cash", 2700, "")]


async def test_amounts_and_references_that_come_in_a_burst_are_no_scans(
    console: Opened, stock: None, shell: Desk
) -> None:
    async with console("cashier") as (app, pilot):
        await rung(app, pilot, "101")
        await scan(app, pilot, "4,00")
        assert "LEFT EUR 5,00" in screen_text(app)
        await typed(pilot, "d", "enter")
        await scan(app, pilot, "4711")
    assert sorted(tenders(shell)) == [("card", 500, "4711"), ("cash", 400, "")]


async def test_figures_of_a_burst_without_enter_stay_in_the_amount(console: Opened, stock: None, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await rung(app, pilot, "101")
        app.keyboard.scan_gap = 0.1
        for key in "50,00":
            app.post_message(typed_key(key))
        await settled(pilot)
        await typed(pilot, "enter")
    assert tenders(shell) == [("cash", 900, "")]
    assert deeds(shell, "sale.paid")


async def test_a_total_that_changed_meanwhile_is_looked_at_again(console: Opened, stock: None, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await rung(app, pilot, "101")
        actor = Actor(shell.staff.staff_id, "", "twin", "owner")
        baskets.ring(Desk(shell.store, actor, app.terminal), 1, "102")
        await typed(pilot, "enter")
        assert "look at it again" in screen_text(app)
        assert "TOTAL EUR 38,90" in screen_text(app)
        assert tenders(shell) == []
        await typed(pilot, "enter")
    assert tenders(shell) == [("cash", 3890, "")]


async def test_with_receipt_it_is_printed(
    console: Opened, stock: None, shell: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: list[Page] = []

    async def take(app: BookkeeperApp, page: Page) -> None:
        printed.append(page)

    monkeypatch.setattr(BookkeeperApp, "print_page", take)
    async with console("cashier") as (app, pilot):
        await rung(app, pilot, "101")
        await typed(pilot, "r", "101", "enter", "enter", "enter")
        await typed(pilot, "101", "enter", "enter", "d", "enter", "4711", "enter")
    assert [(page.kind, page.number, page.kick) for page in printed] == [
        ("receipt", "S-0000001", True),
        ("drawer", "", True),
    ]


def test_the_notes_that_a_cashier_is_handed() -> None:
    notes = [500, 1000, 2000, 5000, 10_000]
    assert quick_amounts(4660, notes) == [4660, 5000, 6000, 10_000]
    assert quick_amounts(2169, notes) == [2169, 2500, 3000, 4000, 5000]
    assert quick_amounts(5000, notes) == [5000, 6000, 10_000]
    assert quick_amounts(0, notes) == []


async def test_points_of_nobody_are_no_tender(console: Opened, stock: None, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await rung(app, pilot, "101")
        await typed(pilot, "p")
        assert "needs a customer" in screen_text(app)


async def test_a_customer_without_points_cannot_pay_with_them(console: Opened, stock: None, shell: Desk) -> None:
    customer = regular(shell)
    async with console("cashier") as (app, pilot):
        await rung(app, pilot, customer.number, "101")
        await typed(pilot, "p")
        assert "has no points to pay with" in screen_text(app)


async def test_enter_twice_at_once_is_one_sale_and_nothing_to_tell_of(
    console: Opened, stock: None, shell: Desk
) -> None:
    async with console("cashier") as (app, pilot):
        await rung(app, pilot, "101")
        for key in ("enter", "enter"):
            app.post_message(typed_key(key))
        await settled(pilot)
        assert "Nothing is rung up yet" not in screen_text(app)
        assert "paid" in screen_text(app)
    assert deeds(shell, "sale.paid") == ["sale.paid"]
