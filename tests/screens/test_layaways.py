"""Layaways on screen: set aside from a sale, paid off, handed over or given up."""

from __future__ import annotations

from textual.pilot import Pilot

from bookkeeper_tui.actions import ACTIONS
from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.keys import key_name
from bookkeeper_tui.screens.profile.layaways import LayawaysTab
from bookkeeper_tui.store import baskets, catalogue, layaways, receipts, shifts
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.customers import Customer
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.widgets.hot_list import HotList
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import maria


async def begin(app: BookkeeperApp, pilot: Pilot[int], shell: Desk, customer: Customer, deposit: int = 0) -> int:
    """A shift is open, and a yoga mat is set aside."""
    catalogue.create(shell, NewProduct("700", "Yoga mat", price=3200))
    shifts.open_shift(app.desk, 10_000)
    basket = baskets.ring(app.desk, baskets.start(app.desk, customer.id).id, "700")
    found = layaways.open_layaway(app.desk, basket.id, due="2026-12-24", deposit=deposit)
    await settled(pilot)
    return found.id


async def test_it_is_paid_off_and_handed_over_with_a_receipt(console: Opened, shell: Desk) -> None:
    customer = maria(shell)
    async with console("cashier") as (app, pilot):
        layaway_id = await begin(app, pilot, shell, customer, deposit=1000)
        app.show("layaway", layaway_id=layaway_id)
        await settled(pilot)
        looks_as_recorded(app, "layaway")
        await pilot.press("k")
        await settled(pilot)
        assert "22,00 is outstanding" in screen_text(app)
        await pilot.press("d", "enter", "enter", "enter")
        await settled(pilot)
        assert layaways.get(shell, layaway_id).outstanding == 0
        await pilot.press("k", "down", "enter")
        await settled(pilot)
        sale_id = layaways.get(shell, layaway_id).sale_id
        assert sale_id is not None
        assert receipts.receipt(shell, sale_id).number in screen_text(app)
    assert deeds(shell, "layaway.")[-1] == "layaway.picked_up"


async def test_a_deposit_that_will_not_do_keeps_what_was_typed(console: Opened, shell: Desk) -> None:
    customer = maria(shell)
    async with console("cashier") as (app, pilot):
        layaway_id = await begin(app, pilot, shell, customer)
        app.show("layaway", layaway_id=layaway_id)
        await settled(pilot)
        await pilot.press("d", *"x", "enter", "enter", "enter")
        await settled(pilot)
        assert "is not an amount" in screen_text(app)
        assert "Amount          x" in screen_text(app)
    assert layaways.get(shell, layaway_id).paid == 0


async def test_a_manager_gives_it_up_for_a_fee(console: Opened, shell: Desk) -> None:
    customer = maria(shell)
    async with console("manager") as (app, pilot):
        layaway_id = await begin(app, pilot, shell, customer, deposit=1000)
        app.show("layaway", layaway_id=layaway_id)
        await settled(pilot)
        await pilot.press("c")
        await settled(pilot)
        await pilot.press(*"2,50", "enter", "enter", *"no longer wanted", "enter")
        await settled(pilot)
        after = layaways.get(shell, layaway_id)
        assert (after.state, after.fee) == ("cancelled", 250)
        assert "7,50 goes back" in screen_text(app)


async def test_the_tab_and_the_list_show_it_and_open_it(console: Opened, shell: Desk) -> None:
    customer = maria(shell)
    async with console("cashier") as (app, pilot):
        layaway_id = await begin(app, pilot, shell, customer, deposit=1000)
        app.show("profile", customer_id=customer.id, tab="layaways")
        await settled(pilot)
        looks_as_recorded(app, "profile_layaways")
        layaways.take_deposit(shell_at_till(app), layaway_id, 500)
        await settled(pilot)
        app.screen.query_one(LayawaysTab).reload()
        await settled(pilot)
        assert "17,00" in screen_text(app)
        app.show("layaways")
        await settled(pilot)
        looks_as_recorded(app, "layaways")
        app.screen.query_one(HotList).focus()
        await pilot.press("enter")
        await settled(pilot)
        assert "Layaway L-0000001" in screen_text(app)
        wanted = {action.id for action in ACTIONS if action.bound and "layaway" in action.where}
        assert wanted <= set(app.offered()) | {"cancel_layaway"}


def shell_at_till(app: BookkeeperApp) -> Desk:
    """The same person, as if at another console of the same till."""
    return Desk(app.store, app.desk.staff, app.desk.terminal)


async def test_where_nothing_is_set_aside_the_key_that_does_it_is_named(console: Opened, shell: Desk) -> None:
    (key,) = (key_name(action.keys[0]) for action in ACTIONS if action.id == "set_aside")
    async with console("cashier") as (app, pilot):
        app.show("layaways")
        await settled(pilot)
        assert key in screen_text(app)
        app.show("profile", customer_id=maria(shell).id, tab="layaways")
        await settled(pilot)
        assert key in screen_text(app)
