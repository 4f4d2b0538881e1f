"""Asking for a past day: a day that is none, or has not come, is told in the question, and what was typed stays."""

from __future__ import annotations

import pytest

from bookkeeper_tui.screens.as_of import AsOfScreen
from bookkeeper_tui.screens.dialogs.ask_fields import AskFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.widgets.field import Field
from tests.screens.conftest import Opened, settled
from tests.screens.recording import screen_text
from tests.screens.regulars import maria


@pytest.mark.parametrize(
    ("typed", "told"), [("banana", "is not a date"), ("31/02/2026", "is not a date"), ("22/11/2030", "has not come")]
)
async def test_a_day_that_is_none_is_told_where_it_stands(
    console: Opened, shell: Desk, still: None, typed: str, told: str
) -> None:
    customer = maria(shell)
    async with console("cashier") as (app, pilot):
        app.show("profile", customer_id=customer.id)
        await settled(pilot)
        await pilot.press("z")
        await settled(pilot)
        await pilot.press(*typed, "enter")
        await settled(pilot)
        assert isinstance(app.screen, AskFields)
        assert app.screen.query_one(Field).value == typed
        assert told in " ".join(screen_text(app).split())
        await pilot.press("ctrl+u", *"20/11/2026", "enter")
        await settled(pilot)
        assert isinstance(app.screen, AsOfScreen)


async def test_dates_and_channels_stand_as_everywhere_else(console: Opened, shell: Desk, still: None) -> None:
    customer = maria(shell)
    async with console("manager") as (app, pilot):
        app.show("as_of", customer_id=customer.id)
        await settled(pilot)
        assert "24/11/1987" in screen_text(app)
        await pilot.press("end")
        await settled(pilot)
        assert "Marketing, e-mail" in screen_text(app)
