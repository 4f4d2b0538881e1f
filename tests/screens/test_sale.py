"""The sale screen: what is scanned becomes a line, the customer is in sight, and the till's rows say what was shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.screens.dialogs.ask_number import AskNumber
from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.dialogs.override import OverrideDialog
from bookkeeper_tui.screens.dialogs.parked import ParkedDialog
from bookkeeper_tui.screens.sale import SaleScreen
from bookkeeper_tui.store import baskets, catalogue, customer_accounts, customers, shifts, staff, tax_rates
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.customers import CustomerFields
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.widgets.field import Field
from bookkeeper_tui.widgets.notice_line import NoticeLine
from tests.conftest import PIN
from tests.screens.conftest import Opened, deeds, settled, typed_key
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import maria
from tests.store.accounts_floor import charge

Press = Callable[..., object]

PRODUCTS = (
    NewProduct("100", "Espresso beans", "4006381333931", "1 kg", "Coffee", "Aurora", 1800),
    NewProduct("101", "Filter coffee", "4006381333948", "500 g", "Coffee", "Aurora", 900),
    NewProduct("102", "Moka pot", "4006381333955", "", "Kitchen & Ware", "Bialta", 2990),
    NewProduct("APPLES", "Apples loose", "", "", "Fruit", "", 350, sold_by="weight"),
    NewProduct("GIFT", "Gift wrapping"),
)


@pytest.fixture
def stock(shell: Desk) -> None:
    """Five articles: one is weighed, one has no price of its own."""
    with shell.change("import.products") as change:
        catalogue.bring_in(change, PRODUCTS)


async def at_the_till(app: BookkeeperApp, pilot: Pilot[int]) -> SaleScreen:
    """F3 with a shift open."""
    shifts.open_shift(app.desk, 10_000)
    await pilot.press("f3")
    await settled(pilot)
    assert isinstance(app.screen, SaleScreen)
    return app.screen


async def typed(pilot: Pilot[int], *keys: str) -> None:
    """Keys one after the other; a text of several letters that is no key's name is typed letter by letter."""
    for key in keys:
        await pilot.press(*([key] if key in NAMED or key.startswith(("alt+", "ctrl+")) else key))
        await settled(pilot)


NAMED = {"enter", "escape", "up", "down", "space", "backspace", "f2", "f3", "f6", "f8"}


async def scan(app: BookkeeperApp, pilot: Pilot[int], code: str) -> None:
    """What a scanner sends: the letters of a code and Enter, faster than a hand."""
    app.keyboard.scan_gap = 0.5
    for key in (*code, "enter"):
        app.post_message(typed_key(key))
    await settled(pilot)
    await asyncio.sleep(0)
    app.keyboard.scan_gap = 0
    await settled(pilot)


def lines_of(desk: Desk) -> list[tuple[str, int, int]]:
    """Code, quantity and price of every line of the newest basket."""
    rows = desk.database.execute_sql(
        "SELECT code, quantity, price FROM basket_line WHERE basket_id = (SELECT MAX(id) FROM basket) ORDER BY line_no"
    )
    return [tuple(row) for row in rows]


def notice(app: BookkeeperApp) -> str:
    """What the notice line of the screen beneath says."""
    return next(
        screen.query_one(NoticeLine).sentence for screen in reversed(app.screen_stack) if screen.query(NoticeLine)
    )


async def test_three_articles_in_cash_take_no_more_than_six_steps(console: Opened, stock: None, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await at_the_till(app, pilot)
        for code in ("4006381333931", "4006381333948", "4006381333955"):
            await scan(app, pilot, code)
        await typed(pilot, "enter", "100", "enter")
        looks_as_recorded(app, "sale_paid")
        assert "CHANGE EUR 43,10" in screen_text(app)
    sale = shell.database.execute_sql("SELECT id, total, customer_id, line_count, shift_id FROM sale").fetchall()
    assert sale == [(1, 5690, 1, 3, 1)]
    tenders = shell.database.execute_sql("SELECT kind, amount FROM sale_tender WHERE sale_id = 1").fetchall()
    assert tenders == [("cash", 5690)]
    assert deeds(shell, "sale.paid") == ["sale.paid"]


@pytest.mark.parametrize(("size", "name"), [((80, 24), "sale"), ((60, 20), "sale_60x20"), ((132, 43), "sale_132x43")])
async def test_a_customers_sale_with_everything_in_sight(
    console: Opened, stock: None, shell: Desk, size: tuple[int, int], name: str
) -> None:
    customer = maria(shell)
    customer_accounts.open_account(shell, customer.id, credit_limit=20_000, terms_days=30)
    async with console("manager", size=size) as (app, pilot):
        await at_the_till(app, pilot)
        await typed(pilot, "3*100", "enter", "0,375*APPLES", "enter", "101", "enter")
        await typed(pilot, "alt+d", "50%", "enter", "alt+n", "for the office", "enter")
        await typed(pilot, customer.number, "enter")
        looks_as_recorded(app, name)
        assert "María Fernández" in screen_text(app)
        assert "of 200,00" in screen_text(app)
    basket = baskets.get(shell, 1)
    assert basket.customer_id == customer.id
    assert [(line.code, line.quantity) for line in basket.lines] == [("100", 3000), ("APPLES", 375), ("101", 1000)]


async def test_a_terminal_without_boxes_gets_only_ascii(console: Opened, stock: None, shell: Desk) -> None:
    customer = maria(shell)
    plain = {"TERM": "vt220", "BOOKKEEPER_TERMINAL": "Till 3"}
    async with console("cashier", environment=plain) as (app, pilot):
        await at_the_till(app, pilot)
        await typed(pilot, "101", "enter", customer.number, "enter")
        looks_as_recorded(app, "sale_ascii")
        await typed(pilot, "enter")
        looks_as_recorded(app, "sale_pay_ascii")
        assert screen_text(app).replace("í", "i").replace("á", "a").isascii()


async def test_letters_find_articles_and_the_lines_come_back(console: Opened, stock: None, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        screen = await at_the_till(app, pilot)
        await typed(pilot, "101", "enter", "2*cof")
        assert screen.lines.searching
        looks_as_recorded(app, "sale_hits")
        await typed(pilot, "enter")
        assert not screen.lines.searching
        assert lines_of(shell) == [("101", 3000, 900)]
        await typed(pilot, "moka", "escape")
        assert not screen.lines.searching
        assert screen.box.value == ""


async def test_a_quantity_before_nothing_is_the_lines(console: Opened, stock: None, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await at_the_till(app, pilot)
        await typed(pilot, "101", "enter", "100", "enter", "up", "4*", "enter")
        assert lines_of(shell) == [("101", 4000, 900), ("100", 1000, 1800)]


async def test_a_card_scanned_into_the_quantity_field_chooses_the_customer(
    console: Opened, stock: None, shell: Desk
) -> None:
    ann = customers.create(shell, CustomerFields(name="Ann Smith", card="990012345678"))
    async with console("cashier") as (app, pilot):
        await at_the_till(app, pilot)
        await typed(pilot, "101", "enter", "alt+q", "2")
        assert isinstance(app.screen, AskNumber)
        await scan(app, pilot, "990012345678")
        assert isinstance(app.screen, AskNumber)
        assert app.screen.query_one("#figure").value == "2"  # type: ignore[attr-defined]
        assert "Ann Smith" in screen_text(app)
        await typed(pilot, "enter")
    assert baskets.get(shell, 1).customer_id == ann.id
    assert lines_of(shell) == [("101", 2000, 900)]


async def test_an_article_scanned_into_any_field_lands_in_the_sale(console: Opened, stock: None, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        screen = await at_the_till(app, pilot)
        await scan(app, pilot, "4006381333931")
        await typed(pilot, "enter")
        await scan(app, pilot, "4006381333948")
        assert "TOTAL EUR 27,00" in screen_text(app)
        await typed(pilot, "escape", "f6")
        assert screen.lines.has_focus
        await scan(app, pilot, "4006381333955")
    assert [code for code, _, _ in lines_of(shell)] == ["100", "101", "102"]


async def test_letters_in_a_burst_over_the_lines_go_to_the_box(console: Opened, stock: None) -> None:
    async with console("cashier") as (app, pilot):
        screen = await at_the_till(app, pilot)
        await typed(pilot, "f6")
        app.keyboard.scan_gap = 0.1
        for key in "moka":
            app.post_message(typed_key(key))
        await settled(pilot)
        assert app.screen is screen
        assert screen.box.value == "moka"
        assert screen.lines.searching


async def test_an_unknown_code_is_a_notice_and_no_line_is_lost(console: Opened, stock: None, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await at_the_till(app, pilot)
        await typed(pilot, "101", "enter", "99999", "enter")
        assert "No article and no customer has the code “99999”" in notice(app)
        assert lines_of(shell) == [("101", 1000, 900)]


async def test_an_unknown_code_is_made_an_article_by_those_who_may(console: Opened, stock: None, shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        await at_the_till(app, pilot)
        await typed(pilot, "99999", "enter")
        assert isinstance(app.screen, Choose)
        looks_as_recorded(app, "sale_unknown_code")
        await typed(pilot, "enter")
        await fill(app, pilot, name="Tea towel", price="7,50")
        assert lines_of(shell) == [("99999", 1000, 750)]
    assert catalogue.find(shell, "99999") is not None


async def fill(app: BookkeeperApp, pilot: Pilot[int], **texts: str) -> None:
    """Fill in the form of a new article, and save it."""
    for name, text in texts.items():
        app.screen.query_one(f"#product-{name}", Field).value = text
    await typed(pilot, "ctrl+s")


async def test_absurd_quantities_are_asked_twice(console: Opened, stock: None, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await at_the_till(app, pilot)
        await typed(pilot, "5000*101", "enter")
        assert isinstance(app.screen, Confirm)
        await typed(pilot, "enter")
        assert lines_of(shell) == []
        await typed(pilot, "5000*101", "enter", "y")
        assert lines_of(shell) == [("101", 5_000_000, 900)]


async def test_a_weight_and_a_price_that_are_missing_are_asked(console: Opened, stock: None, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await at_the_till(app, pilot)
        await typed(pilot, "APPLES", "enter", "1,2", "enter", "GIFT", "enter", "3", "enter")
        assert lines_of(shell) == [("APPLES", 1200, 350), ("GIFT", 1000, 300)]


async def test_a_discount_above_the_ceiling_asks_for_a_second_person(console: Opened, stock: None, shell: Desk) -> None:
    boss = staff.add(shell, "Bea Boss", "supervisor", PIN)
    async with console("cashier") as (app, pilot):
        await at_the_till(app, pilot)
        await typed(pilot, "102", "enter", "alt+d", "10%", "enter")
        assert baskets.get(shell, 1).lines[0].discount_percent == 10_000
        await typed(pilot, "alt+d", "25%", "enter")
        assert isinstance(app.screen, OverrideDialog)
        await typed(pilot, "9", "enter", PIN, "enter", "up", "backspace", boss.number, "enter", PIN, "enter")
        assert baskets.get(shell, 1).lines[0].discount_percent == 25_000
    assert deeds(shell, "override.used") == ["override.used"]


async def test_another_price_asks_for_a_second_person_and_is_shown_under_the_line(
    console: Opened, stock: None, shell: Desk
) -> None:
    boss = staff.add(shell, "Bea Boss", "supervisor", PIN)
    async with console("cashier") as (app, pilot):
        await at_the_till(app, pilot)
        await typed(pilot, "102", "enter", "alt+o", "20", "enter", boss.number, "enter", PIN, "enter")
        assert lines_of(shell) == [("102", 1000, 2000)]
        assert "listed at 29,90" in screen_text(app)


async def test_a_line_is_removed_and_a_sale_given_up(console: Opened, stock: None, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        screen = await at_the_till(app, pilot)
        await typed(pilot, "101", "enter", "102", "enter", "f6", "r")
        assert lines_of(shell) == [("101", 1000, 900)]
        await typed(pilot, "z", "y")
        assert screen.basket is None
    assert baskets.get(shell, 1).state == "dropped"


async def test_parking_taking_up_and_merging(console: Opened, stock: None, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await at_the_till(app, pilot)
        await typed(pilot, "101", "enter", "alt+k", "table 5", "enter")
        assert "Parked as “table 5”" in notice(app)
        await typed(pilot, "102", "enter")
        assert "1 parked" in screen_text(app)
        await typed(pilot, "alt+l")
        assert isinstance(app.screen, ParkedDialog)
        looks_as_recorded(app, "parked")
        await typed(pilot, "m")
        assert [code for code, _, _ in rows_of(shell, 2)] == ["102", "101"]
        await typed(pilot, "alt+k", "enter", "alt+l", "enter")
        assert "TOTAL EUR 38,90" in screen_text(app)
        await typed(pilot, "alt+k", "bar", "enter", "alt+l", "enter", "alt+k", "window", "enter")
        assert "Parked as “window”" in notice(app)
        await typed(pilot, "alt+l", "enter")
    assert [baskets.get(shell, number).state for number in (1, 2)] == ["dropped", "open"]


async def test_a_parked_sale_goes_to_the_first_who_takes_it_up(console: Opened, stock: None, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        screen = await at_the_till(app, pilot)
        await typed(pilot, "101", "enter", "alt+k", "table 5", "enter", "102", "enter", "alt+l")
        person = staff.add(shell, "Cy Cash", "cashier", PIN)
        other = Desk(shell.store, Actor(person.staff_id, person.number, person.name, "cashier"), "Till 4")
        baskets.resume(other, 1)
        await typed(pilot, "enter", "enter")
        assert "Cy Cash" in notice(app)
        assert screen.basket is not None
        assert (screen.basket.id, screen.basket.state) == (2, "open")
    assert baskets.get(shell, 2).state == "open"


def rows_of(desk: Desk, basket_id: int) -> list[tuple[str, int, int]]:
    """Code, quantity and price of a basket's lines."""
    return [(line.code, line.quantity, line.price) for line in baskets.get(desk, basket_id).lines]


async def test_a_sale_is_split_and_lines_move(console: Opened, stock: None, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await at_the_till(app, pilot)
        await typed(pilot, "4*101", "enter", "102", "enter", "up", "alt+m")
        looks_as_recorded(app, "move_lines")
        await typed(pilot, "-", "-", "enter")
        assert rows_of(shell, 1) == [("101", 2000, 900), ("102", 1000, 2990)]
        assert rows_of(shell, 2) == [("101", 2000, 900)]
        await typed(pilot, "down", "alt+m", "enter", "down", "enter")
        assert rows_of(shell, 1) == [("101", 2000, 900)]
        assert [code for code, _, _ in rows_of(shell, 2)] == ["101", "102"]


async def test_from_a_profile_the_sale_becomes_that_customers(console: Opened, stock: None, shell: Desk) -> None:
    customer = maria(shell)
    other = customers.create(shell, CustomerFields(name="Ann Smith"))
    async with console("cashier") as (app, pilot):
        await at_the_till(app, pilot)
        await typed(pilot, "101", "enter")
        app.show("profile", customer_id=customer.id)
        await settled(pilot)
        await typed(pilot, "f3")
        assert baskets.get(shell, 1).customer_id == customer.id
        app.show("profile", customer_id=other.id)
        await settled(pilot)
        await typed(pilot, "f3")
        assert isinstance(app.screen, Choose)
        await typed(pilot, "2")
    assert (baskets.get(shell, 1).state, baskets.get(shell, 2).customer_id) == ("parked", other.id)


async def test_the_customer_is_chosen_by_letters_and_taken_off_again(console: Opened, stock: None, shell: Desk) -> None:
    customer = maria(shell)
    async with console("cashier") as (app, pilot):
        await at_the_till(app, pilot)
        await typed(pilot, "101", "enter", "alt+c", "fernan")
        looks_as_recorded(app, "choose_customer")
        await typed(pilot, "enter")
        assert baskets.get(shell, 1).customer_id == customer.id
        await typed(pilot, "alt+c", "down", "down", "down", "enter")
        assert baskets.get(shell, 1).customer_id == 1


async def test_who_pays_no_tax_is_told_beside_their_name(console: Opened, stock: None, shell: Desk) -> None:
    customer = maria(shell)
    tax_rates.exempt(shell, customer.id, "Embassy")
    async with console("cashier") as (app, pilot):
        screen = await at_the_till(app, pilot)
        await typed(pilot, *"100", "enter", "alt+c", *"maria", "enter")
        assert screen.basket is not None
        assert screen.basket.customer_id == customer.id
        assert "Tax exempt" in screen_text(app)


async def test_before_a_letter_is_typed_nobody_is_said_to_be_unknown(console: Opened, stock: None) -> None:
    async with console("cashier") as (app, pilot):
        await at_the_till(app, pilot)
        await typed(pilot, "alt+c")
        assert "The customers of your shift will be here" in screen_text(app)
        await typed(pilot, "q", "x", "z")
        assert "Nobody answers to that" in screen_text(app)


async def test_who_owes_without_an_account_has_no_limit_told(console: Opened, stock: None, shell: Desk) -> None:
    customer = maria(shell)
    charge(shell, customer.id, 4500, "2026-11-01")
    async with console("cashier") as (app, pilot):
        await at_the_till(app, pilot)
        await typed(pilot, "alt+c", *"maria", "enter")
        assert "Owes 45,00, no account" in screen_text(app)


async def test_an_unfinished_sale_is_offered_again(console: Opened, stock: None, shell: Desk) -> None:
    person = staff.add(shell, "Cy Cash", "cashier", PIN)
    before = Desk(shell.store, Actor(person.staff_id, person.number, person.name, "cashier"), "Till 3")
    left = baskets.ring(before, baskets.start(before).id, "2*101")
    async with console("cashier") as (app, pilot):
        assert isinstance(app.screen, Choose)
        looks_as_recorded(app, "sale_unfinished")
        await typed(pilot, "enter", "escape")
        assert isinstance(app.screen, SaleScreen)
        assert app.screen.basket is not None
        assert app.screen.basket.id == left.id


async def test_a_sale_changed_at_another_console_is_shown_as_it_is_and_told(
    console: Opened, stock: None, shell: Desk
) -> None:
    again = shell.store.again()
    async with console("cashier") as (app, pilot):
        await at_the_till(app, pilot)
        await typed(pilot, "101", "enter")
        twin = Desk(again, app.desk.staff, app.desk.terminal)
        baskets.ring(twin, 1, "102")
        await heard(pilot, "Moka pot")
        assert "changed at another console" in notice(app)
        baskets.park(twin, 1, "elsewhere")
        await heard(pilot, "it left this screen")
        assert app.screen.basket is None  # type: ignore[attr-defined]
    again.close()


async def heard(pilot: Pilot[int], words: str) -> None:
    """Wait until the screen says something."""
    for _ in range(200):
        if words in screen_text(pilot.app):
            return
        await pilot.pause(0.01)
    raise AssertionError(f"{words} was never shown")


async def test_without_a_shift_the_way_to_one_is_offered(console: Opened, stock: None, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await typed(pilot, "f3")
        assert isinstance(app.screen, Choose)
        looks_as_recorded(app, "sale_no_shift")
        await typed(pilot, "2")
        assert "No shift is open at this till: F8 opens one" in screen_text(app)


async def test_goods_are_set_aside_as_a_layaway(console: Opened, stock: None, shell: Desk) -> None:
    customer = maria(shell)
    async with console("cashier") as (app, pilot):
        screen = await at_the_till(app, pilot)
        await typed(pilot, "102", "enter", "alt+a")
        assert "needs a customer" in notice(app)
        await typed(pilot, customer.number, "enter", "alt+a", "enter")
        app.screen.query_one("#asked-deposit", Field).value = "10"
        app.screen.query_one("#asked-due", Field).value = "24/12/26"
        await typed(pilot, "enter", "enter", "enter")
        assert "is not a date such as" in screen_text(app)
        app.screen.query_one("#asked-due", Field).value = app.conventions.date("2026-12-24")
        await typed(pilot, "enter")
        assert screen.basket is None
        assert "L-0000001" in screen_text(app)
    layaway = shell.database.execute_sql("SELECT total, customer_id, due FROM layaway").fetchall()
    assert layaway == [(2990, customer.id, "2026-12-24")]
    assert shell.database.execute_sql("SELECT kind, amount FROM payment").fetchall() == [("deposit", 1000)]


async def test_help_begins_with_what_only_this_screen_can_do(console: Opened, stock: None) -> None:
    async with console("cashier") as (app, pilot):
        await at_the_till(app, pilot)
        await pilot.press("f1")
        await settled(pilot)
        assert "Takes the money" in screen_text(app)
        assert "Goes to the search box" not in screen_text(app)
