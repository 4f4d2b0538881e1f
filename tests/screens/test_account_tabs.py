"""The SOA and Account tabs: a statement of any period and kind, payments, and what they are set against."""

from __future__ import annotations

import pytest

from bookkeeper_tui.screens.dialogs.choose_items import ChooseItems
from bookkeeper_tui.screens.dialogs.override import OverrideDialog
from bookkeeper_tui.store import customer_accounts, shifts, staff
from bookkeeper_tui.store.customers import Customer
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.widgets.hot_list import HotList
from bookkeeper_tui.widgets.notice_line import NoticeLine
from tests.conftest import PIN
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import maria, sell

SIZES = ((80, 24), (60, 20), (132, 43))


@pytest.fixture
def customer(shell: Desk, still: None) -> Customer:
    """María, with an account of 500.00 for 30 days and six sales to be paid later."""
    found = maria(shell)
    customer_accounts.open_account(shell, found.id, credit_limit=50000, terms_days=30)
    sell(shell, found, 12, on_account=6, days_apart=17)
    return found


async def to(app: object, pilot: object, customer: Customer, tab: str) -> None:
    app.show("profile", customer_id=customer.id, tab=tab)  # type: ignore[attr-defined]
    await settled(pilot)  # type: ignore[arg-type]


async def keys(pilot: object, *pressed: str) -> None:
    for key in pressed:
        await pilot.press(key)  # type: ignore[attr-defined]
        await settled(pilot)  # type: ignore[arg-type]


def open_amounts(desk: Desk, customer: Customer) -> list[int]:
    return [line.open for line in customer_accounts.items(desk, customer.id)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("tab", ["soa", "account"])
async def test_tabs_look_as_recorded(console: Opened, customer: Customer, tab: str, size: tuple[int, int]) -> None:
    at_size = "" if size == (80, 24) else f"_{size[0]}x{size[1]}"
    async with console("manager", size=size) as (app, pilot):
        await to(app, pilot, customer, tab)
        looks_as_recorded(app, f"profile_{tab}{at_size}")


@pytest.mark.parametrize("tab", ["soa", "account"])
async def test_an_ascii_terminal_is_sent_nothing_else(console: Opened, customer: Customer, tab: str) -> None:
    async with console("manager", environment={"TERM": "linux", "BOOKKEEPER_TERMINAL": "Till 3"}) as (app, pilot):
        await to(app, pilot, customer, tab)
        assert screen_text(app).replace("María", "").replace("á", "").isascii()


async def test_customers_who_owe_nothing_are_told_what_would_stand_here(
    console: Opened, shell: Desk, still: None
) -> None:
    found = maria(shell)
    async with console("cashier") as (app, pilot):
        for tab in ("soa", "account"):
            await to(app, pilot, found, tab)
            looks_as_recorded(app, f"profile_empty_{tab}")


async def test_the_kind_and_the_period_are_chosen(console: Opened, customer: Customer) -> None:
    async with console("manager") as (app, pilot):
        await to(app, pilot, customer, "soa")
        assert "Balance forward, 01/09/2026 to 21/11/2026" in screen_text(app)
        await keys(pilot, "k")
        assert "Open item" in screen_text(app)
        await keys(pilot, "k", "slash", "3")
        assert "Transactions, 01/10/2026 to 31/10/2026" in screen_text(app)
        await keys(pilot, "slash", "7", *"2026-08-01", "enter", *"2026-02-30", "enter")
        assert "To: “2026-02-30” is not a date" in screen_text(app)
        await keys(pilot, *["backspace"] * 10, *"2026-09-15", "enter")
        assert "Transactions, 01/08/2026 to 15/09/2026" in screen_text(app)


async def test_enter_opens_the_receipt_behind_a_line(console: Opened, customer: Customer) -> None:
    async with console("manager") as (app, pilot):
        await to(app, pilot, customer, "soa")
        await keys(pilot, "down", "enter")
        assert app.screen.NAME == "receipt"  # type: ignore[attr-defined]


async def test_a_statement_is_saved_by_those_who_may(console: Opened, shell: Desk, customer: Customer) -> None:
    async with console("supervisor") as (app, pilot):
        await to(app, pilot, customer, "soa")
        await keys(pilot, "x", *["backspace"] * 40, *"mine.csv", "enter")
        assert "Saved as mine.csv" in app.screen.query_one(NoticeLine).sentence
    saved = (shell.store.directory / "paper" / "mine.csv").read_text(encoding="utf-8")
    assert saved.startswith("date,due,reference,what,debit,credit,balance,open\n")
    assert "export.statement" in deeds(shell)
    async with console("cashier") as (app, pilot):
        await to(app, pilot, customer, "soa")
        await keys(pilot, "x")
        sentence = app.screen.query_one(NoticeLine).sentence
        assert sentence.startswith("As cashier you may not do this (export.statement): ask a ")


async def test_a_payment_pays_what_is_due_longest(console: Opened, shell: Desk, customer: Customer) -> None:
    async with console("cashier") as (app, pilot):
        shifts.open_shift(app.desk, 0)
        before = customer_accounts.of(shell, customer.id).owes
        first = open_amounts(shell, customer)[0]
        await to(app, pilot, customer, "account")
        await keys(pilot, "m", "2", *app.conventions.amount(first), "enter", *"4711", "enter", "1")
        assert "P-0000001" in app.screen.query_one(NoticeLine).sentence
    assert customer_accounts.of(shell, customer.id).owes == before - first
    assert len(open_amounts(shell, customer)) == 5


async def test_a_payment_pays_the_items_that_are_marked(console: Opened, shell: Desk, customer: Customer) -> None:
    before = open_amounts(shell, customer)
    async with console("cashier") as (app, pilot):
        shifts.open_shift(app.desk, 0)
        await to(app, pilot, customer, "account")
        await keys(pilot, "m", "1", *app.conventions.amount(before[1]), "enter", "2")
        assert isinstance(app.screen, ChooseItems)
        await keys(pilot, "down", "space")
        looks_as_recorded(app, "choose_items")
        await keys(pilot, "enter")
    assert open_amounts(shell, customer) == [before[0], *before[2:]]


async def test_a_payment_needs_an_open_shift(console: Opened, shell: Desk, customer: Customer) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, customer, "account")
        await keys(pilot, "m")
        assert "No shift is open at this till" in app.screen.query_one(NoticeLine).sentence


async def test_a_cashier_puts_an_account_on_hold_with_a_second_persons_pin(
    console: Opened, shell: Desk, customer: Customer
) -> None:
    number = staff.add(shell, "Tom Becker", "supervisor", PIN).number
    async with console("cashier") as (app, pilot):
        await to(app, pilot, customer, "account")
        await keys(pilot, "t")
        assert isinstance(app.screen, OverrideDialog)
        await keys(pilot, *number, "enter", *PIN, "enter", "2")
        assert "ON HOLD" in screen_text(app)
    assert customer_accounts.of(shell, customer.id).status == "hold"
    assert deeds(shell, "override.used") == ["override.used"]


async def test_what_a_payment_was_set_against_is_taken_back_and_set_again(
    console: Opened, shell: Desk, customer: Customer
) -> None:
    before = open_amounts(shell, customer)
    async with console("manager") as (app, pilot):
        shifts.open_shift(app.desk, 0)
        customer_accounts.take_payment(app.desk, customer.id, "cash", before[0])
        await to(app, pilot, customer, "account")
        await keys(pilot, "y")
        assert "Nothing is set against this item" in app.screen.query_one(NoticeLine).sentence
        await keys(pilot, "slash", "home", "y", "1")
        assert open_amounts(shell, customer) == [*before, -before[0]]
        await keys(pilot, "slash", "l")
        assert isinstance(app.screen, ChooseItems)
        await keys(pilot, "down", "enter")
    assert sum(open_amounts(shell, customer)) == sum(before) - before[0]
    assert open_amounts(shell, customer)[0] == before[0]


async def test_an_account_is_opened_from_its_tab(console: Opened, shell: Desk, still: None) -> None:
    found = maria(shell)
    async with console("manager") as (app, pilot):
        await to(app, pilot, found, "account")
        await keys(pilot, "t", *"abc", "enter", *"14", "enter")
        assert "is not an amount" in screen_text(app)
        await keys(pilot, "up", *"250", "enter", "enter")
        assert app.screen.query("HotList")
    account = customer_accounts.of(shell, found.id)
    assert (account.status, account.credit_limit, account.terms_days) == ("active", 25000, 14)


async def test_a_payment_elsewhere_shows_where_it_stands(console: Opened, shell: Desk, customer: Customer) -> None:
    async with console("manager") as (app, pilot):
        shifts.open_shift(app.desk, 0)
        await to(app, pilot, customer, "account")
        await keys(pilot, "end")
        listed = app.screen.query_one("#tab-account HotList", HotList)
        key = listed.cursor_key
        customer_accounts.take_payment(app.desk, customer.id, "cash", open_amounts(shell, customer)[0])
        await keys(pilot, "f5")
        assert listed.cursor_key == key
        assert listed.total == 5


async def test_what_is_left_over_is_given_back(console: Opened, shell: Desk, still: None) -> None:
    found = maria(shell)
    customer_accounts.open_account(shell, found.id, credit_limit=0, terms_days=0)
    async with console("supervisor") as (app, pilot):
        shifts.open_shift(app.desk, 0)
        customer_accounts.take_payment(app.desk, found.id, "cash", 700)
        await to(app, pilot, found, "account")
        await keys(pilot, "m", "4", "1")
        assert "−7,00 by cash" in app.screen.query_one(NoticeLine).sentence
    assert customer_accounts.of(shell, found.id).owes == 0
