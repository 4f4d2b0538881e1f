"""Privacy on screen: all that is held, erasing and deleting, and what another console shows meanwhile."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.screens.erase import EraseScreen
from bookkeeper_tui.store import baskets, customers, staff
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.privacy import deleting, erasing
from bookkeeper_tui.widgets.hot_list import HotList
from tests.conftest import PIN
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import maria, sell

WHY = "asked by letter"


async def working(pilot: Pilot[int]) -> None:
    """Wait until the work in a thread is done, and painted."""
    await pilot.app.workers.wait_for_complete()
    await settled(pilot)


async def choose(app: BookkeeperApp, pilot: Pilot[int], customer_id: int, letter: str) -> None:
    """Privacy, on the profile, and one of its choices."""
    app.show("profile", customer_id=customer_id)
    await settled(pilot)
    await pilot.press("q")
    await settled(pilot)
    await pilot.press(letter)
    await settled(pilot)


async def test_what_can_be_done_about_a_customers_data(console: Opened, shell: Desk) -> None:
    customer = maria(shell)
    async with console() as (app, pilot):
        app.show("profile", customer_id=customer.id)
        await settled(pilot)
        await pilot.press("q")
        await settled(pilot)
        said = screen_text(app)
        for words in ("The data of María Fernández", "All that is held", "Print all details", "Erase them", "Delete"):
            assert words in said


async def test_only_what_somebody_may_do_is_offered_and_what_a_second_person_allows(
    console: Opened, shell: Desk
) -> None:
    customer = maria(shell)
    async with console("cashier") as (app, pilot):
        app.show("profile", customer_id=customer.id)
        await settled(pilot)
        await pilot.press("q")
        await settled(pilot)
        said = screen_text(app)
        for words in ("All that is held", "Print all details", "Who looked", "Merge another"):
            assert words not in said
        for words in ("Undo a merge", "Erase them", "Delete"):
            assert words in said
        await pilot.press("a")
        await settled(pilot)
        assert "The data of María Fernández" in screen_text(app)


async def test_all_that_is_held_is_read_part_by_part(console: Opened, shell: Desk) -> None:
    customer = maria(shell)
    sell(shell, customer, 3)
    async with console() as (app, pilot):
        await choose(app, pilot, customer.id, "a")
        looks_as_recorded(app, "access")
        app.screen.query_one(HotList).select("Notes")
        await pilot.press("enter")
        await settled(pilot)
        assert "Prefers the corner room." in screen_text(app)
        assert "Calle Mayor" not in screen_text(app)
    assert deeds(shell, "access.") == ["access.viewed"]


async def test_it_is_saved_as_a_file_that_everything_is_in(console: Opened, shell: Desk) -> None:
    customer = maria(shell)
    async with console() as (app, pilot):
        await choose(app, pilot, customer.id, "a")
        await pilot.press("x", *(["backspace"] * 20), *"maria.csv", "enter")
        await working(pilot)
        assert "Saved as maria.csv in the shop's directory paper." in screen_text(app)
    saved = Path(shell.store.directory / "paper" / "maria.csv")
    assert "Prefers the corner room." in saved.read_text()
    assert deeds(shell, "export.") == ["export.customer"]


async def test_a_name_without_a_known_end_is_refused(console: Opened, shell: Desk) -> None:
    customer = maria(shell)
    async with console() as (app, pilot):
        await choose(app, pilot, customer.id, "a")
        await pilot.press("x", *"x", "enter")
        await settled(pilot)
        assert "is no name for a file" in screen_text(app)
    assert deeds(shell, "export.") == []


async def test_all_details_are_shown_as_they_are_printed(console: Opened, shell: Desk) -> None:
    customer = maria(shell)
    async with console() as (app, pilot):
        await choose(app, pilot, customer.id, "p")
        assert "ALL THAT IS HELD ABOUT YOU" in screen_text(app)
    assert deeds(shell, "export.") == ["export.customer"]


async def test_a_cashier_may_not_read_it_all(console: Opened, shell: Desk) -> None:
    customer = maria(shell)
    async with console("cashier") as (app, pilot):
        app.show("access", customer_id=customer.id)
        await settled(pilot)
        assert "As cashier you may not do this" in screen_text(app)
    assert deeds(shell, "access.") == []


async def test_a_customer_is_erased_and_the_profile_shows_a_tombstone(console: Opened, shell: Desk) -> None:
    customer = maria(shell)
    sell(shell, customer, 2)
    async with console() as (app, pilot):
        await choose(app, pilot, customer.id, "e")
        looks_as_recorded(app, "erase")
        await pilot.press("e")
        await settled(pilot)
        await pilot.press(*WHY, "enter", *customer.number, "enter")
        await working(pilot)
        said = screen_text(app)
        assert f"{customer.number} is now Erased E-" in said
        assert "No byte of them was found" in said
        await pilot.press("escape")
        await settled(pilot)
        said = screen_text(app)
        assert "María" not in said
        assert "! erased: only amounts" in said
        await pilot.press("e")
        await settled(pilot)
        assert "there is nothing to edit" in screen_text(app)
    assert customers.get(shell, customer.id).gone == "erased"


async def test_the_number_and_a_reason_that_names_nobody_are_needed(console: Opened, shell: Desk) -> None:
    customer = maria(shell)
    async with console() as (app, pilot):
        await choose(app, pilot, customer.id, "e")
        await pilot.press("e")
        await settled(pilot)
        await pilot.press("enter", "enter")
        await settled(pilot)
        assert "Erasing needs a reason" in screen_text(app)
        await pilot.press("up", *"Maria asked", "enter", *customer.number, "enter")
        await settled(pilot)
        assert "names the customer" in screen_text(app)
        await pilot.press("up", *WHY, "enter", *"C-000099", "enter")
        await settled(pilot)
        assert "is not the number" in screen_text(app)
    assert customers.get(shell, customer.id).gone == ""


async def test_what_is_open_stands_there_and_goes_as_it_is_settled(console: Opened, shell: Desk) -> None:
    customer = maria(shell)
    async with console() as (app, pilot):
        basket = baskets.start(shell, customer.id)
        await choose(app, pilot, customer.id, "e")
        looks_as_recorded(app, "erase_refused")
        await pilot.press("e")
        await settled(pilot)
        assert "! A sale of theirs is being rung up" in screen_text(app)
        baskets.drop(shell, basket.id)
        app.screen.query_one("#erase").focus()
        app.show("erase", customer_id=customer.id)
        await settled(pilot)
        assert "They cannot be erased" not in screen_text(app)


async def test_a_cashier_erases_with_a_managers_pin_for_this_once(console: Opened, shell: Desk) -> None:
    customer = maria(shell)
    boss = staff.add(shell, "Nadia Haddad", "manager", PIN)
    async with console("cashier") as (app, pilot):
        await choose(app, pilot, customer.id, "e")
        await pilot.press("e")
        await settled(pilot)
        await pilot.press(*boss.number, "enter", *PIN, "enter")
        await settled(pilot)
        await pilot.press(*WHY, "enter", *customer.number, "enter")
        await working(pilot)
        assert "is now Erased" in screen_text(app)
        assert not app.desk.may("customer.erased")
    row = shell.database.execute_sql("SELECT who, detail FROM audit WHERE action = 'customer.erased'").fetchone()
    assert row[0].endswith("Ana Reyes")
    assert f"{boss.number} Nadia Haddad" in row[1]


async def test_a_profile_that_is_open_elsewhere_forgets_at_once(console: Opened, shell: Desk) -> None:
    customer = maria(shell)
    async with console("cashier") as (app, pilot):
        app.show("profile", customer_id=customer.id)
        await settled(pilot)
        assert "María Fernández" in screen_text(app)
        erasing.erase(shell, customer.id, WHY)
        for _ in range(100):
            await pilot.pause(0.02)
            if "Erased E-" in screen_text(app):
                break
        said = screen_text(app)
        assert "Erased E-" in said
        assert "María" not in said


async def test_somebody_without_dealings_is_deleted(console: Opened, shell: Desk) -> None:
    customer = customers.create(shell, CustomerFields(name="Twice Taken"))
    async with console() as (app, pilot):
        await choose(app, pilot, customer.id, "d")
        assert "Everything of them goes" in screen_text(app)
        await pilot.press("e")
        await settled(pilot)
        await pilot.press(*customer.number, "enter")
        await working(pilot)
        assert f"{customer.number} is deleted." in screen_text(app)
        assert isinstance(app.screen, EraseScreen)
        await pilot.press("escape")
        await settled(pilot)
        assert "Twice" not in screen_text(app)


async def test_somebody_with_sales_is_offered_erasing_instead(console: Opened, shell: Desk) -> None:
    customer = maria(shell)
    sell(shell, customer, 2)
    async with console() as (app, pilot):
        await choose(app, pilot, customer.id, "d")
        assert "they can be erased, not deleted" in " ".join(screen_text(app).split())


async def test_a_profile_of_somebody_deleted_elsewhere_is_left(console: Opened, shell: Desk) -> None:
    customer = customers.create(shell, CustomerFields(name="Twice Taken"))
    async with console("cashier") as (app, pilot):
        app.show("profile", customer_id=customer.id)
        await settled(pilot)
        deleting.delete(shell, customer.id)
        for _ in range(100):
            await pilot.pause(0.02)
            if "was deleted" in screen_text(app):
                break
        said = screen_text(app)
        assert f"{customer.number} was deleted" in said
        assert "Twice" not in said
        await pilot.press("2", "e", "n", "q", "escape")
        await settled(pilot)
        assert "Find" in screen_text(app)
