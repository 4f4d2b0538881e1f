"""F9: the last walk-in sale becomes a customer's, with the effect on points and receivable seen before."""

from __future__ import annotations

import pytest

from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.store import customer_accounts, loyalty, sales, shifts
from bookkeeper_tui.store.customers import WALK_IN_ID, Customer, CustomerFields, create
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.sales import NewLine, NewSale, NewTender
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import NOW, maria


@pytest.fixture
def customer(shell: Desk, still: None) -> Customer:
    """María, whose card and name are known."""
    return maria(shell)


def ring(app: BookkeeperApp, customer_id: int = WALK_IN_ID, total: int = 4710, tender: str = "cash") -> int:
    """A sale of this console's shift, as the till posts one."""
    with app.desk.change("sale.paid") as change:
        shift = shifts.open_at(change.database, app.terminal)
        assert shift is not None
        line = NewLine(None, 1000, 1, total, description="Yoga mat")
        sale_id = sales.post(
            change,
            NewSale(NOW, shift.business_date, shift.branch_id, customer_id, [line], [NewTender(tender, total)],
                    terminal=app.terminal, shift_id=shift.id),
        )  # fmt: skip
        loyalty.settle_sale(change, sale_id)
    return sale_id


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (132, 43)])
async def test_the_last_walk_in_sale_is_attached(console: Opened, customer: Customer, size: tuple[int, int]) -> None:
    at_size = "" if size == (80, 24) else f"_{size[0]}x{size[1]}"
    async with console("cashier", size=size) as (app, pilot):
        shifts.open_shift(app.desk, 10000)
        ring(app)
        await pilot.press("f9", *"fern")
        await settled(pilot)
        looks_as_recorded(app, f"attach{at_size}")
        await pilot.press("enter", "enter")
        await settled(pilot)
        assert "S-0000001 is María Fernández's now, 47 points more" in " ".join(screen_text(app).split())
        assert loyalty.balance(app.desk.database, customer.id) == 47
        assert {"screen.attach", "sale.attached"} <= set(deeds(app.desk))


async def test_from_a_profile_it_begins_with_that_customer(console: Opened, customer: Customer) -> None:
    async with console("cashier") as (app, pilot):
        shifts.open_shift(app.desk, 10000)
        ring(app)
        app.show("profile", customer_id=customer.id)
        await settled(pilot)
        await pilot.press("f9", "enter", "enter")
        await settled(pilot)
        assert loyalty.balance(app.desk.database, customer.id) == 47
        assert "47 points more" in screen_text(app)


async def test_a_scanned_card_chooses_whose_it_is(console: Opened, shell: Desk, customer: Customer) -> None:
    other = create(shell, CustomerFields(name="Bruno Díaz", phone="+34600111333", card="7700000042"))
    async with console("cashier") as (app, pilot):
        shifts.open_shift(app.desk, 10000)
        ring(app)
        await pilot.press("f9", *"mar")
        await settled(pilot)
        assert app.screen.scanned(other.card)  # type: ignore[attr-defined]
        await pilot.press("enter", "enter")
        await settled(pilot)
        assert loyalty.balance(app.desk.database, other.id) == 47


async def test_without_a_walk_in_sale_there_is_nothing_to_attach(console: Opened, customer: Customer) -> None:
    async with console("cashier") as (app, pilot):
        await pilot.press("f9")
        await settled(pilot)
        assert "No walk-in sale of the shift" in screen_text(app)


async def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
    console: Opened, shell: Desk, customer: Customer
) -> None:
    other = create(shell, CustomerFields(name="Bruno Díaz", phone="+34600111333"))
    customer_accounts.open_account(shell, customer.id, credit_limit=10000, terms_days=30)
    async with console("manager") as (app, pilot):
        shifts.open_shift(app.desk, 10000)
        sale_id = ring(app, customer.id, tender="account")
        app.show("receipt", sale_id=sale_id)
        await settled(pilot)
        app.act("attach")
        await settled(pilot)
        await pilot.press(*"bruno", "enter")
        await settled(pilot)
        looks_as_recorded(app, "attach_refused")
        customer_accounts.open_account(shell, other.id, credit_limit=10000, terms_days=30)
        await pilot.press("backspace")
        await settled(pilot)
        looks_as_recorded(app, "attach_moved")
        await pilot.press("enter", *"wrong", "escape")
        await settled(pilot)
        assert "Leave the sale whose it is" in screen_text(app)
        await pilot.press("escape", *" name", "enter")
        await settled(pilot)
        assert customer_accounts.read(shell.database, other.id).owes == 4710
        assert "sale.moved" in deeds(shell)
