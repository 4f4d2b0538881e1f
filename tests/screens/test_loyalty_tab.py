"""The Loyalty tab and `?`: points with the sale behind each, redeemed and adjusted, and the entries behind a figure."""

from __future__ import annotations

import pytest

from bookkeeper_tui.screens.profile.loyalty import LoyaltyTab
from bookkeeper_tui.store import loyalty, shifts, staff, tiers
from bookkeeper_tui.store.customers import Customer
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.widgets.hot_list import HotList
from tests.conftest import PIN
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import maria
from tests.screens.test_attach import ring


@pytest.fixture
def customer(shell: Desk, still: None) -> Customer:
    """María, whose card and name are known."""
    return maria(shell)


async def at_loyalty(app: object, pilot: object, customer: Customer, *totals: int) -> None:
    """Ring up sales for her, and look at the tab."""
    if totals:
        shifts.open_shift(app.desk, 10000)  # type: ignore[attr-defined]
    for total in totals:
        ring(app, customer.id, total)  # type: ignore[arg-type]
    app.show("profile", customer_id=customer.id, tab="loyalty")  # type: ignore[attr-defined]
    await settled(pilot)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (132, 43)])
async def test_it_looks_as_recorded(console: Opened, shell: Desk, customer: Customer, size: tuple[int, int]) -> None:
    at_size = "" if size == (80, 24) else f"_{size[0]}x{size[1]}"
    async with console("manager", size=size) as (app, pilot):
        await at_loyalty(app, pilot, customer, 4710, 60000, 2490)
        loyalty.adjust(shell, customer.id, -50, "counted twice")
        tiers.review(shell, "2026-11-21")
        await pilot.press("f5")
        await settled(pilot)
        looks_as_recorded(app, f"profile_loyalty_busy{at_size}")


async def test_enter_opens_the_sale_behind_an_entry(console: Opened, customer: Customer) -> None:
    async with console("cashier") as (app, pilot):
        await at_loyalty(app, pilot, customer, 4710)
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen.NAME == "receipt"  # type: ignore[attr-defined]
        assert "S-0000001" in screen_text(app)


async def test_points_become_store_credit(console: Opened, shell: Desk, customer: Customer) -> None:
    async with console("cashier") as (app, pilot):
        await at_loyalty(app, pilot, customer, 50000)
        await pilot.press("r", *"501", "enter")
        await settled(pilot)
        assert "from 1 to 500" in screen_text(app)
        await pilot.press("ctrl+u", *"200", "enter")
        await settled(pilot)
        said = " ".join(screen_text(app).split())
        assert "200 points are 2,00 of store credit now" in said
        assert "Store credit 2,00" in said
        assert loyalty.balance(shell.database, customer.id) == 300


async def test_a_cashier_adjusts_with_a_supervisors_pin_and_both_names_are_kept(
    console: Opened, shell: Desk, customer: Customer
) -> None:
    supervisor = staff.add(shell, "Sue Perez", "supervisor", PIN)
    async with console("cashier") as (app, pilot):
        await at_loyalty(app, pilot, customer)
        await pilot.press("j", *"50", "enter", *"forgotten card", "enter")
        await settled(pilot)
        await pilot.press(*supervisor.number, "enter", *PIN, "enter")
        await settled(pilot)
        assert loyalty.balance(shell.database, customer.id) == 50
        assert {"points.adjusted", "override.used"} <= set(deeds(shell))


async def test_an_adjustment_without_a_reason_keeps_what_was_typed(console: Opened, customer: Customer) -> None:
    async with console("manager") as (app, pilot):
        await at_loyalty(app, pilot, customer)
        await pilot.press("j", *"50", "enter", "enter")
        await settled(pilot)
        assert "Say why" in screen_text(app)
        assert "50" in screen_text(app)


async def test_a_manager_gives_a_rate_of_their_own_and_takes_it_away(
    console: Opened, shell: Desk, customer: Customer
) -> None:
    async with console("manager") as (app, pilot):
        await at_loyalty(app, pilot, customer)
        await pilot.press("o")
        await settled(pilot)
        assert "1,5 is half as many again" in " ".join(screen_text(app).split())
        await pilot.press(*"1,5", "enter")
        await settled(pilot)
        assert tiers.rate_of(shell.database, customer.id) == 1500
        assert "× 1,5 own" in screen_text(app)
        await pilot.press("o", "ctrl+u", "enter")
        await settled(pilot)
        assert loyalty.at_a_glance(shell, customer.id).own_rate is None


async def test_a_cashier_is_not_offered_rates(console: Opened, customer: Customer) -> None:
    async with console("cashier") as (app, pilot):
        await at_loyalty(app, pilot, customer)
        assert "own_rate" not in app.offered()
        assert {"redeem", "adjust_points", "why"} <= set(app.offered())


async def test_a_change_elsewhere_shows_here(console: Opened, shell: Desk, customer: Customer) -> None:
    async with console("cashier") as (app, pilot):
        await at_loyalty(app, pilot, customer)
        loyalty.adjust(shell, customer.id, 75, "put right")
        for _ in range(200):
            await pilot.pause(0.02)
            if app.screen.query_one(LoyaltyTab).query_one(HotList).total:
                break
        assert "adjusted: put right" in screen_text(app)


async def test_a_question_mark_shows_the_entries_and_their_sum(
    console: Opened, shell: Desk, customer: Customer
) -> None:
    async with console("cashier") as (app, pilot):
        await at_loyalty(app, pilot, customer, 4710, 1250)
        await pilot.press("question_mark")
        await settled(pilot)
        looks_as_recorded(app, "why_points")
        assert "Sum of 2 entries: 59" in screen_text(app)
        assert "screen.why" in deeds(shell)
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("question_mark")
        await settled(pilot)
        looks_as_recorded(app, "why_sale")


async def test_on_the_overview_it_asks_which_figure(console: Opened, customer: Customer) -> None:
    async with console("cashier", size=(60, 20)) as (app, pilot):
        await at_loyalty(app, pilot, customer, 4710, 1250)
        await pilot.press("1", "question_mark")
        await settled(pilot)
        assert "Which figure" in screen_text(app)
        await pilot.press("1")
        await settled(pilot)
        looks_as_recorded(app, "why_spend_60x20")
        assert "Sum of 2 entries: 59,60" in screen_text(app)
