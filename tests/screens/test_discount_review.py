"""The discount review: from a cashier's share to the sales behind it, and each other list one key away."""

from __future__ import annotations

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.screens.discount_review import DiscountReviewScreen
from bookkeeper_tui.store import discount_codes
from bookkeeper_tui.store.customers import Customer
from bookkeeper_tui.store.desk import Desk
from tests.screens.conftest import Opened, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import maria, sell


@pytest.fixture
def customer(shell: Desk, still: None) -> Customer:
    """María, with a dozen sales in November, and somebody who tried a code in vain."""
    found = maria(shell)
    sell(shell, found, 12, days_apart=1.0)
    with pytest.raises(BadInput):
        discount_codes.take_typed(shell, "freebie", "2026-11-21", found.id)
    return found


async def test_from_a_cashier_to_their_sales_to_a_receipt(console: Opened, customer: Customer) -> None:
    async with console("supervisor") as (app, pilot):
        app.show("discount_review")
        await settled(pilot)
        looks_as_recorded(app, "discount_review")
        await pilot.press("enter")
        await settled(pilot)
        looks_as_recorded(app, "discount_review_sales")
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen.NAME == "receipt"  # type: ignore[attr-defined]
        await pilot.press("escape", "escape")
        await settled(pilot)
        assert isinstance(app.screen, DiscountReviewScreen)
        assert "[1 Cashiers]" in screen_text(app)


async def test_every_list_is_one_key_away(console: Opened, customer: Customer) -> None:
    async with console("supervisor") as (app, pilot):
        app.show("discount_review")
        await settled(pilot)
        for key, words in (("2", "María Fernández"), ("3", "FREEBIE"), ("4", "Nobody gave a PIN"), ("5", "WELCOME10")):
            await pilot.press(key)
            await settled(pilot)
            assert words in screen_text(app)
        await pilot.press("2", "[")
        await settled(pilot)
        assert "[1 Cashiers]" in screen_text(app)
        await pilot.press("3", "enter")
        await settled(pilot)
        assert app.screen.NAME == "profile"  # type: ignore[attr-defined]


async def test_other_days(console: Opened, customer: Customer) -> None:
    async with console("supervisor") as (app, pilot):
        app.show("discount_review")
        await settled(pilot)
        await pilot.press("/")
        await settled(pilot)
        await pilot.press("ctrl+u", *"01/10/2026", "enter", "ctrl+u", *"01/09/2026", "enter")
        await settled(pilot)
        assert "is before" in screen_text(app)
        await pilot.press("ctrl+u", *"31/10/2026", "enter")
        await settled(pilot)
        assert "01/10/2026 to 31/10/2026" in screen_text(app)
        assert "Nothing was sold in these days" in screen_text(app)


async def test_a_cashier_reviews_nothing(console: Opened) -> None:
    async with console("cashier") as (app, pilot):
        app.show("discount_review")
        await settled(pilot)
        assert app.screen.NAME == "search"  # type: ignore[attr-defined]
