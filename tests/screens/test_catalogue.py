"""The catalogue and the form of an article: found as it is typed, changed, added, taken out of sale."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bookkeeper_tui.screens.catalogue import CatalogueScreen
from bookkeeper_tui.screens.product_form import ProductFormScreen
from bookkeeper_tui.store import catalogue, membership_plans, package_plans, services, tax_rates
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.membership_plans import MembershipPlan
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.package_plans import PackagePlan
from bookkeeper_tui.store.services import NewService
from bookkeeper_tui.widgets.field import Field
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import PRODUCTS


@pytest.fixture
def articles(shell: Desk, still: None) -> None:
    """A few articles, one of them out of sale, one sold by weight, one whose price is typed."""
    tax_rates.add(shell, "Standard", 21_000)
    with shell.change("import.products") as change:
        named = [NewProduct(sku, name, None, None, "Shop", brand, price) for sku, name, brand, price in PRODUCTS]
        catalogue.bring_in(change, [*named, NewProduct("NUT", "Mixed nuts", "2000123000004", None, "Shop", None, 1990)])
    catalogue.edit(shell, NewProduct("NUT", "Mixed nuts", sold_by="weight", tax_rate="Standard"))
    catalogue.create(shell, NewProduct("GIF", "Gift card"))
    catalogue.set_status(shell, "BTL", "inactive")


async def at_the_catalogue(app: object, pilot: object) -> CatalogueScreen:
    app.show("catalogue")  # type: ignore[attr-defined]
    await settled(pilot)  # type: ignore[arg-type]
    screen = app.screen  # type: ignore[attr-defined]
    assert isinstance(screen, CatalogueScreen)
    return screen


async def test_it_begins_with_the_newest(console: Opened, articles: None) -> None:
    async with console("manager") as (app, pilot):
        await at_the_catalogue(app, pilot)
        looks_as_recorded(app, "catalogue")


async def test_typing_searches_and_enter_opens_the_form(console: Opened, articles: None) -> None:
    async with console("manager") as (app, pilot):
        await at_the_catalogue(app, pilot)
        await pilot.press(*"nut", "enter")
        await settled(pilot)
        looks_as_recorded(app, "product_form")


async def test_a_changed_price_is_in_the_list_again(console: Opened, articles: None, shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        await at_the_catalogue(app, pilot)
        await pilot.press(*"tea", "enter")
        await settled(pilot)
        app.screen.query_one("#product-price", Field).value = "4,25"
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert isinstance(app.screen, CatalogueScreen)
        assert "4,25" in screen_text(app)
    changed = catalogue.find(shell, "TEA")
    assert changed is not None
    assert (changed.price, changed.brand, changed.status) == (425, "Twinings", "active")
    assert deeds(shell, "product.edited")[-1:] == ["product.edited"]


async def test_an_emptied_price_is_typed_at_the_till_from_now_on(console: Opened, articles: None, shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        app.show("product_form", sku="TEA")
        await settled(pilot)
        app.screen.query_one("#product-price", Field).value = ""
        await pilot.press("ctrl+s")
        await settled(pilot)
    changed = catalogue.find(shell, "TEA")
    assert changed is not None
    assert changed.price is None


async def test_what_was_typed_in_vain_begins_the_new_article(console: Opened, articles: None, shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        await at_the_catalogue(app, pilot)
        await pilot.press(*"8412345678905", "alt+a")
        await settled(pilot)
        assert isinstance(app.screen, ProductFormScreen)
        await pilot.press(*"Oat drink", "ctrl+s")
        await settled(pilot)
        assert isinstance(app.screen, CatalogueScreen)
    made = catalogue.find(shell, "8412345678905")
    assert made is not None
    assert (made.name, made.barcode) == ("Oat drink", "8412345678905")


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("price", "12,999", "more than 2 decimals"),
        ("price", "-1", "below nothing"),
        ("sold_by", "metre", "not one of piece, weight"),
        ("tax_rate", "Luxury", "not one of Standard"),
        ("status", "maybe", "not one of yes, no"),
        ("sku", "TEA2", "stays what it is"),
        ("name", "", "an article needs one"),
    ],
)
async def test_what_cannot_be_kept_is_told_and_stays(
    console: Opened, articles: None, field: str, typed: str, said: str
) -> None:
    async with console("manager") as (app, pilot):
        app.show("product_form", sku="TEA")
        await settled(pilot)
        place = app.screen.query_one(f"#product-{field}", Field)
        place.value = typed
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert said in " ".join(screen_text(app).split())
        assert app.screen.focused is place
        assert place.value == typed


async def test_a_category_that_is_new_is_made_only_after_asking(console: Opened, articles: None, shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        app.show("product_form", sku="TEA")
        await settled(pilot)
        app.screen.query_one("#product-category", Field).value = "Shopp"
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert "There is no category “Shopp”" in screen_text(app)
        await pilot.press("n")
        await settled(pilot)
        assert isinstance(app.screen, ProductFormScreen)
        await pilot.press("ctrl+s")
        await settled(pilot)
        await pilot.press("y")
        await settled(pilot)
    changed = catalogue.find(shell, "TEA")
    assert changed is not None
    assert changed.category == "Shopp"


async def test_f6_lists_what_can_stand_in_a_field(console: Opened, articles: None) -> None:
    async with console("manager") as (app, pilot):
        app.show("product_form", sku="TEA")
        await settled(pilot)
        place = app.screen.query_one("#product-tax_rate", Field)
        app.screen.set_focus(place)
        await pilot.press("f6")
        await settled(pilot)
        looks_as_recorded(app, "product_form_choosing")
        await pilot.press("2")
        await settled(pilot)
        assert place.value == "Standard"


async def test_an_article_is_taken_out_of_sale_and_put_back(console: Opened, articles: None, shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        await at_the_catalogue(app, pilot)
        await pilot.press(*"mat", "alt+r")
        await settled(pilot)
        assert "off sale" in screen_text(app)
        await pilot.press("alt+r")
        await settled(pilot)
        assert "off sale" not in screen_text(app)


async def test_a_cashier_has_no_catalogue_to_change(console: Opened, articles: None) -> None:
    async with console("cashier") as (app, pilot):
        app.show("catalogue")
        await settled(pilot)
        assert app.screen.NAME == "search"  # type: ignore[attr-defined]


async def test_it_fits_a_small_terminal(console: Opened, articles: None) -> None:
    async with console("manager", size=(60, 20)) as (app, pilot):
        await at_the_catalogue(app, pilot)
        looks_as_recorded(app, "catalogue_60x20")


async def test_an_article_is_made_a_package_and_none_again(console: Opened, articles: None, shell: Desk) -> None:
    yoga = services.add(shell, NewService("Yoga", 60))
    async with console("manager") as (app, pilot):
        for sessions, days, service, said in (
            ("none", "", "", "is not a number from 1 to 1000"), ("", "30", "", "a package needs a number of sessions"),
            ("10", "30", "Massage", "not one of Yoga"), ("10", "30", "yo", ""), ("", "", "", ""),
        ):  # fmt: skip
            app.show("product_form", sku="TEA")
            await settled(pilot)
            for name, text in (("sessions", sessions), ("valid_days", days), ("service", service)):
                app.screen.query_one(f"#product-{name}", Field).value = text
            await pilot.press("ctrl+s")
            await settled(pilot)
            assert said in " ".join(screen_text(app).split())
            found = catalogue.find(shell, "TEA")
            assert found is not None
            expected = PackagePlan(found.id, 10, 30, yoga.id) if service == "yo" else None
            assert package_plans.get(shell, found.id) == expected
            if expected is not None:
                await at_the_catalogue(app, pilot)
                assert "package" in screen_text(app)


async def test_an_article_is_made_a_membership_and_none_again(console: Opened, articles: None, shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        for term, people, renews, said in (
            ("200", "", "", "Term, months: “200” is not a number from 1 to 120"),
            ("", "4", "", "Members: a membership needs a term in months"),
            ("12", "4", "later", "not one of from end, from sale"),
            ("12", "4", "from s", ""),
            ("", "4", "from s", ""),
        ):
            app.show("product_form", sku="TEA")
            await settled(pilot)
            for name, text in (("term_months", term), ("members", people), ("renewal", renews)):
                app.screen.query_one(f"#product-{name}", Field).value = text
            await pilot.press("ctrl+s")
            await settled(pilot)
            assert said in " ".join(screen_text(app).split())
            found = catalogue.find(shell, "TEA")
            assert found is not None
            is_plan = term == "12" and renews == "from s"
            expected = MembershipPlan(found.id, 12, 4, "from sale") if is_plan else None
            assert membership_plans.get(shell, found.id) == expected


async def test_a_shop_without_services_is_not_asked_for_sessions(
    console: Opened, articles: None, store: Store, shell: Desk
) -> None:
    plain = replace(store, settings=replace(store.settings, services=False))
    async with console("manager", of=plain) as (app, pilot):
        app.show("product_form", sku="TEA")
        await settled(pilot)
        assert "Sessions" not in screen_text(app)
        assert app.screen.unsaved() == ""
        app.screen.query_one("#product-price", Field).value = "5"
        await pilot.press("ctrl+s")
        await settled(pilot)
    changed = catalogue.find(shell, "TEA")
    assert changed is not None
    assert changed.price == 500
