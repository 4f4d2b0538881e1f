"""Tax rates, categories and exemptions on one screen, and discount codes on another."""

from __future__ import annotations

import pytest

from bookkeeper_tui.store import catalogue, categories, customers, discount_codes, tax_rates
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.discount_codes import NewCode
from tests.screens.conftest import Opened, settled
from tests.screens.recording import looks_as_recorded, screen_text


@pytest.fixture
def shop(shell: Desk, still: None) -> None:
    """Two rates, two categories, one customer who is exempt."""
    tax_rates.add(shell, "Standard", 21_000)
    tax_rates.add(shell, "Food", 10_500)
    with shell.change("import.products") as change:
        catalogue.bring_in(
            change, [NewProduct("1", "Beans", category="Coffee"), NewProduct("2", "Pot", category="Ware")]
        )
    coffee = categories.list_categories(shell)[0]
    categories.edit_category(shell, coffee.id, "Coffee", "Food")
    ana = customers.create(shell, CustomerFields(name="Ana Reyes", phone="+34600111222"))
    customers.create(shell, CustomerFields(name="Bruno Díaz", phone="+34600111333"))
    tax_rates.exempt(shell, ana.id, "Diplomat, card 42")


async def test_rates_categories_and_exemptions_in_one_place(console: Opened, shop: None) -> None:
    async with console("manager") as (app, pilot):
        app.show("tax_rates")
        await settled(pilot)
        looks_as_recorded(app, "tax_rates")


async def test_a_rate_is_added_made_the_default_and_retired(console: Opened, shop: None, shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        app.show("tax_rates")
        await settled(pilot)
        await pilot.press("a")
        await settled(pilot)
        await pilot.press(*"Books", "enter", *"4 %", "enter")
        await settled(pilot)
        await pilot.press("down", "d")
        await settled(pilot)
        await pilot.press("home", "r")
        await settled(pilot)
        assert "is the default" in screen_text(app)
    assert [(one.name, one.rate, one.is_default) for one in tax_rates.list_rates(shell)] == [
        ("Books", 4000, True),
        ("Food", 10_500, False),
        ("Standard", 21_000, False),
    ]


async def test_a_mistake_keeps_what_was_typed(console: Opened, shop: None) -> None:
    async with console("manager") as (app, pilot):
        app.show("tax_rates")
        await settled(pilot)
        await pilot.press("a")
        await settled(pilot)
        await pilot.press(*"Books", "enter", *"lots", "enter")
        await settled(pilot)
        assert "“lots” is no percentage" in screen_text(app)
        assert "Books" in screen_text(app)


async def test_a_category_gets_a_rate_and_a_customer_an_exemption(console: Opened, shop: None, shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        app.show("tax_rates")
        await settled(pilot)
        await pilot.press("f6", "down", "enter")
        await settled(pilot)
        await pilot.press("enter", *"food", "enter")
        await settled(pilot)
        await pilot.press("f6", "a")
        await settled(pilot)
        await pilot.press(*"bruno", "enter")
        await settled(pilot)
        await pilot.press(*"Embassy", "enter")
        await settled(pilot)
        await pilot.press("home", "r")
        await settled(pilot)
        await pilot.press("y")
        await settled(pilot)
    assert [one.tax_rate for one in categories.list_categories(shell)] == ["Food", "Food"]
    assert [one.name for one in tax_rates.list_exemptions(shell)] == ["Bruno Díaz"]


async def test_discount_codes_are_defined_changed_and_retired(console: Opened, shop: None, shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        app.show("discount_codes")
        await settled(pilot)
        await pilot.press("a")
        await settled(pilot)
        await pilot.press(*"leaflet", "enter", *"Spring leaflet", "enter", *"7,5%", "enter", "enter")
        await pilot.press(*"31/12/2026", "enter", "enter", "backspace", "backspace", *"yes", "enter")
        await settled(pilot)
        looks_as_recorded(app, "discount_codes")
        await pilot.press("enter")
        await settled(pilot)
        looks_as_recorded(app, "discount_codes_changing")
        await pilot.press("escape", "r")
        await settled(pilot)
        assert "out of use" in screen_text(app)
    code = discount_codes.get(shell, "LEAFLET")
    assert (code.kind, code.value, code.valid_to, code.typed, code.retired) == (
        "percent", 7500, "2026-12-31", True, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "off", "until", "said"),
    [
        ("LEAFLET", "some", "", "neither a percentage"),
        ("LEAFLET", "5", "tomorrow", "Good until: “tomorrow” is not a date"),
        ("LINE", "5", "", "Code: “LINE” is none"),
    ],
)
async def test_a_code_that_will_not_do_is_told_where_it_was_typed(
    console: Opened, shop: None, shell: Desk, name: str, off: str, until: str, said: str
) -> None:
    async with console("manager") as (app, pilot):
        app.show("discount_codes")
        await settled(pilot)
        await pilot.press("a")
        await settled(pilot)
        await pilot.press(*name, "enter", "enter", *off, "enter", "enter", *until, "enter", "enter", "enter")
        await settled(pilot)
        shown = " ".join(screen_text(app).replace("│", " ").split())
        assert said in shown
        assert name in shown
    assert discount_codes.list_codes(shell) == []


@pytest.mark.parametrize("place", ["catalogue", "discount_codes", "tax_rates"])
async def test_an_auditor_sees_prices_codes_and_tax_and_changes_none(
    console: Opened, shop: None, shell: Desk, place: str
) -> None:
    discount_codes.define(shell, NewCode("SPRING", "percent", 5_000, name="Leaflet"))
    async with console("auditor") as (app, pilot):
        app.show(place)
        await settled(pilot)
        assert any(word in screen_text(app) for word in ("Beans", "SPRING", "Standard"))
        assert not {"add", "change", "retire", "default_rate"} & set(app.offered())
        for key in ("alt+a", "enter", "alt+r"):
            await pilot.press(key)
            await settled(pilot)
            assert place == app.screen.NAME
            assert "may not do this" in screen_text(app)


async def test_what_is_neither_percentage_nor_amount_is_told_as_it_is_written_here(console: Opened, shop: None) -> None:
    async with console("manager") as (app, pilot):
        app.show("discount_codes")
        await settled(pilot)
        await pilot.press("a")
        await settled(pilot)
        await pilot.press(*"x", "enter", "enter", *"7.5%", "enter", "enter", "enter", "enter", "enter")
        await settled(pilot)
        assert "such as 7,5%" in " ".join(screen_text(app).split())
