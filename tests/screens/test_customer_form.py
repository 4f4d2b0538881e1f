"""The customer's form: what is checked, what is kept, and what two people at once are asked."""

from __future__ import annotations

import pytest
from textual import events
from textual.pilot import Pilot

from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.screens.customer_form import CustomerFormScreen
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.dialogs.conflict import ConflictDialog
from bookkeeper_tui.screens.profile.profile import ProfileScreen
from bookkeeper_tui.screens.search import SearchScreen
from bookkeeper_tui.store import customers, discount_codes, merging
from bookkeeper_tui.store.customers import Customer, CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.discount_codes import NewCode
from bookkeeper_tui.store.privacy import erasing
from bookkeeper_tui.widgets.hot_list import HotList
from tests.screens.conftest import Opened, deeds, settled, typed_key
from tests.screens.recording import looks_as_recorded, screen_text


@pytest.fixture
def ann(shell: Desk) -> Customer:
    """Somebody who is known already."""
    return customers.create(shell, CustomerFields(name="Ann Smith", phone="+34 600 111 001", card="99000123"))


async def form_of(app: BookkeeperApp, pilot: Pilot[int], customer: Customer | None = None) -> CustomerFormScreen:
    app.show("customer_form", customer_id=customer.id if customer else 0)
    await settled(pilot)
    assert isinstance(app.screen, CustomerFormScreen)
    return app.screen


def count(desk: Desk) -> int:
    """Customers, the walk-in left out."""
    return int(desk.database.execute_sql("SELECT count(*) FROM customer").fetchone()[0]) - 1


async def test_f4_name_phone_and_save_make_a_customer(console: Opened, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await pilot.press("f4")
        await settled(pilot)
        looks_as_recorded(app, "customer_form")
        await pilot.press(*"Eva", "space", *"Novak", "enter", *"+34612345678", "ctrl+s")
        await settled(pilot)
        assert isinstance(app.screen, ProfileScreen)
        assert "Eva Novak" in screen_text(app)
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(app.screen, SearchScreen), "the form is gone, not waiting beneath the profile"
    made = customers.by_number(shell, "1")
    assert (made.name, made.phone_e164) == ("Eva Novak", "+34612345678")
    assert deeds(shell, "customer.created") == ["customer.created"]


async def test_saving_twice_saves_once(console: Opened, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await form_of(app, pilot)
        for key in (*"Eva", "ctrl+s", "ctrl+s", "ctrl+s"):
            app.post_message(typed_key(key))
        await settled(pilot)
    assert count(shell) == 1


async def test_a_field_is_checked_when_left_and_what_was_typed_stays(console: Opened, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        form = await form_of(app, pilot)
        await pilot.press(*"Eva", "enter", *"12x", "enter")
        await settled(pilot)
        assert "Phone: “12x” is no phone number" in " ".join(screen_text(app).split())
        assert form.field("phone").value == "12x"
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert app.screen is form
        assert form.focused is form.field("phone")
        looks_as_recorded(app, "customer_form_wrong")
    assert count(shell) == 0


async def test_what_stands_in_the_search_box_begins_the_form(console: Opened) -> None:
    async with console("cashier") as (app, pilot):
        await pilot.press(*"Eva", "f4")
        await settled(pilot)
        assert isinstance(app.screen, CustomerFormScreen)
        assert app.screen.field("name").value == "Eva"


async def test_a_likely_duplicate_is_shown_while_typing_and_can_be_gone_to(console: Opened, ann: Customer) -> None:
    async with console("cashier") as (app, pilot):
        await form_of(app, pilot)
        await pilot.press(*"A.", "enter", *"600111001")
        await settled(pilot)
        likely = app.screen.query_one("#likely", HotList)
        assert [row.key for row in likely.visible_rows] == [ann.id]
        looks_as_recorded(app, "customer_form_likely")
        await pilot.press("f6", "enter")
        await settled(pilot)
        await pilot.press("y")
        await settled(pilot)
        assert isinstance(app.screen, ProfileScreen)


async def test_esc_asks_before_typing_is_lost(console: Opened, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        form = await form_of(app, pilot)
        await pilot.press(*"Eva", "escape")
        await settled(pilot)
        assert isinstance(app.screen, Confirm)
        looks_as_recorded(app, "confirm")
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen is form
        assert form.field("name").value == "Eva"
        await pilot.press("escape")
        await settled(pilot)
        await pilot.press("y")
        await settled(pilot)
        assert isinstance(app.screen, SearchScreen)
    assert count(shell) == 0


async def test_f2_asks_too(console: Opened) -> None:
    async with console("cashier") as (app, pilot):
        await form_of(app, pilot)
        await pilot.press(*"Eva", "f2")
        await settled(pilot)
        assert isinstance(app.screen, Confirm)


async def test_an_untouched_form_is_left_without_a_question(console: Opened, ann: Customer) -> None:
    async with console("cashier") as (app, pilot):
        await form_of(app, pilot, ann)
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(app.screen, SearchScreen)


async def test_every_changed_field_is_in_the_log_with_old_and_new(console: Opened, ann: Customer, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        form = await form_of(app, pilot, ann)
        form.field("email").value = "ann@example.com"
        form.field("billing_city").value = "León"
        await pilot.press("ctrl+s")
        await settled(pilot)
    row = shell.database.execute_sql(
        "SELECT body FROM audit_personal JOIN audit USING (seq) WHERE action = 'customer.edited'"
    ).fetchone()[0]
    assert '"email":["","ann@example.com"]' in row
    assert '"billing_city":["","León"]' in row


async def test_two_who_edit_one_customer_are_shown_both_and_asked(console: Opened, ann: Customer, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        form = await form_of(app, pilot, ann)
        form.field("name").value = "Anne Smith"
        form.field("language").value = "en"
        other = shell.store.again()
        customers.edit(Desk.shell(other), ann.id, {"name": "Annie Smith", "gender": "female"}, ann.version)
        other.close()
        for _ in range(100):
            await pilot.pause(0.01)
            if "changed at another terminal" in screen_text(app):
                break
        assert "changed at another terminal" in screen_text(app)
        assert form.field("name").value == "Anne Smith"
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert isinstance(app.screen, ConflictDialog)
        looks_as_recorded(app, "conflict")
        await pilot.press("enter", "end", "enter")
        await settled(pilot)
        assert isinstance(app.screen, ProfileScreen)
    now = customers.get(shell, ann.id)
    assert (now.name, now.gender, now.language) == ("Annie Smith", "female", "en")


async def test_a_form_in_which_nothing_was_typed_takes_over_what_others_change(
    console: Opened, ann: Customer, shell: Desk
) -> None:
    async with console("cashier") as (app, pilot):
        form = await form_of(app, pilot, ann)
        other = shell.store.again()
        customers.edit(Desk.shell(other), ann.id, {"name": "Annie Smith"}, ann.version)
        other.close()
        for _ in range(100):
            await pilot.pause(0.01)
            if form.field("name").value == "Annie Smith":
                break
        assert form.field("name").value == "Annie Smith"


async def test_a_form_shows_nothing_more_of_somebody_who_is_erased_meanwhile(
    console: Opened, ann: Customer, shell: Desk
) -> None:
    async with console("cashier") as (app, pilot):
        form = await form_of(app, pilot, ann)
        form.field("language").value = "en"
        other = shell.store.again()
        erasing.erase(Desk.shell(other), ann.id, "asked by letter", "erase-ann")
        other.close()
        for _ in range(100):
            await pilot.pause(0.01)
            if isinstance(app.screen, ProfileScreen):
                break
        await settled(pilot)
        assert "Ann" not in screen_text(app)
        assert f"{ann.number} was erased" in screen_text(app)


async def test_a_form_keeps_what_was_typed_for_somebody_who_is_merged_meanwhile(
    console: Opened, ann: Customer, shell: Desk
) -> None:
    stays = customers.create(shell, CustomerFields(name="Ann Jones"))
    async with console("cashier") as (app, pilot):
        form = await form_of(app, pilot, ann)
        form.field("language").value = "en"
        other = shell.store.again()
        merging.merge(Desk.shell(other), ann.id, stays.id, {}, "", "merge-ann")
        other.close()
        for _ in range(100):
            await pilot.pause(0.01)
            if "merged" in screen_text(app):
                break
        assert f"{ann.number} was merged into {stays.number}" in screen_text(app)
        assert app.screen is form
        assert form.field("language").value == "en"


async def test_an_auditor_cannot_begin_a_customer(console: Opened) -> None:
    async with console("auditor") as (app, pilot):
        assert "The customers of your shift" in screen_text(app)
        assert "F4" not in screen_text(app)
        await pilot.press("f4")
        await settled(pilot)
        assert isinstance(app.screen, SearchScreen)
        assert "may not do this" in screen_text(app)


async def test_other_terminals(console: Opened, ann: Customer) -> None:
    for size in ((60, 20), (132, 43)):
        async with console("cashier", size=size) as (app, pilot):
            await form_of(app, pilot, ann)
            looks_as_recorded(app, f"customer_form_{size[0]}x{size[1]}")


async def test_ctrl_s_saves_what_two_who_edit_agreed_on(console: Opened, ann: Customer, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        form = await form_of(app, pilot, ann)
        form.field("name").value = "Anne Smith"
        customers.edit(shell, ann.id, {"name": "Annie Smith"}, ann.version)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert isinstance(app.screen, ConflictDialog)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert isinstance(app.screen, ProfileScreen)
    assert customers.get(shell, ann.id).name == "Anne Smith"


async def test_a_paste_that_is_too_long_goes_in_as_far_as_it_fits_and_says_so(console: Opened) -> None:
    async with console("cashier") as (app, pilot):
        form = await form_of(app, pilot)
        app.post_message(events.Paste("x" * 10_000))
        await settled(pilot)
        assert form.field("name").value == "x" * 4000
        assert "Only 4.000 characters fit here" in screen_text(app)


async def test_the_lines_of_a_paste_become_one(console: Opened) -> None:
    async with console("cashier") as (app, pilot):
        form = await form_of(app, pilot)
        app.post_message(events.Paste("Eva\r\nPolo\n"))
        await settled(pilot)
        assert form.field("name").value == "Eva Polo"


async def test_a_discount_code_that_nobody_defined_is_not_given(console: Opened, shell: Desk) -> None:
    discount_codes.define(shell, NewCode("STAFF10", "percent", 10_000))
    async with console("cashier") as (app, pilot):
        form = await form_of(app, pilot)
        form.field("name").value = "Eve"
        form.field("discount_code").value = "STAFF9"
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert "There is no discount code STAFF9" in screen_text(app)
        form.field("discount_code").value = "staff10"
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert app.screen is not form
