"""What a receipt says: goods, discounts, tax, tenders, change, points, due date; so do a bill, a return and a void."""

from dataclasses import replace

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.paper.page import Page
from bookkeeper_tui.paper.plain import as_text
from bookkeeper_tui.paper.receipts import bill_page, receipt_page
from bookkeeper_tui.settings import Printer
from bookkeeper_tui.store import attaching, baskets, returns, tax_rates
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.till import Tendered
from tests.paper.printers import at_printer
from tests.store.floor import Floor
from tests.store.tills import Till

WIDTH = 42


def said(page: Page) -> list[str]:
    """The page's lines without the spaces between words and amounts."""
    return [" ".join(line.split()) for line in as_text(page, WIDTH).splitlines()]


def without_tax(till: Till) -> Till:
    """The same till in a shop whose prices are without tax."""
    store = till.desk.store
    desk = Desk(replace(store, settings=replace(store.settings, prices_include_tax=False)), till.desk.staff, "till-1")
    return replace(till, desk=desk)


@pytest.fixture
def taxed(till: Till) -> Till:
    """A till where 21 % stands on everything."""
    standard = tax_rates.add(till.floor.desk, "Standard", 21000)
    tax_rates.set_default(till.floor.desk, getattr(standard, "id", standard))
    return till


def test_a_receipt_names_shop_sale_till_and_cashier_but_no_walk_in(till: Till) -> None:
    paid = till.pay(till.rung("100"))
    page = receipt_page(till.desk, paid.sale_id)
    lines = said(page)
    assert lines[0] == "Main St"
    assert any(line.startswith(f"Receipt {paid.number} ") for line in lines)
    assert f"Main till-1 {till.desk.staff.number} Test manager" in lines
    assert not any("Customer" in line for line in lines)
    assert (page.kind, page.number, page.customer_id) == ("receipt", paid.number, None)


def test_goods_stand_with_quantity_price_discount_and_note(till: Till) -> None:
    basket = till.rung("2*100", "102")
    basket = baskets.discount_line(till.desk, basket.id, 2, percent=10_000)
    basket = baskets.note_line(till.desk, basket.id, 1, "ground for a moka pot")
    lines = said(receipt_page(till.desk, till.pay(basket).sale_id))
    at = lines.index("Espresso beans 1 kg")
    assert lines[at : at + 7] == [
        "Espresso beans 1 kg", "2 × 18,00 36,00", "ground for a moka pot", "Moka pot 29,90", "Discount −2,99",
        "-" * WIDTH,
        "Total EUR 62,91",
    ]  # fmt: skip


def test_cash_stands_as_handed_over_with_its_change(till: Till) -> None:
    lines = said(receipt_page(till.desk, till.pay(till.rung("100"), Tendered("cash", 5000)).sale_id))
    assert lines[-2:] == ["Cash 50,00", "Change 32,00"]


def test_every_tender_stands_with_its_reference_points_and_due_date(till: Till) -> None:
    till.give_account(50_000)
    till.give_points(500)
    paid = till.pay(
        till.rung("102", customer=till.ana),
        Tendered("card", 1000, "4242"), Tendered("points", 0, points=100), Tendered("account", 500),
        Tendered("cash", 2000), due="2027-01-15",
    )  # fmt: skip
    page = receipt_page(till.desk, paid.sale_id)
    lines = said(page)
    assert "Card 4242 10,00" in lines
    assert any(line.startswith("Points 100 ") for line in lines)
    assert "due 15/01/2027" in lines
    assert f"Change {paid.change_due / 100:.2f}".replace(".", ",") in lines
    assert f"Points earned {paid.points_earned}" in lines
    assert f"Points balance {paid.points_balance}" in lines
    assert any(line.endswith("Ana Reyes") and line.startswith("Customer C-") for line in lines)
    assert page.customer_id == till.ana


def test_tax_within_prices_stands_by_rate_below_the_total(taxed: Till) -> None:
    lines = said(receipt_page(taxed.desk, taxed.pay(taxed.rung("100")).sale_id))
    at = lines.index("Total EUR 18,00")
    assert lines[at + 1] == "Tax 21 % on 14,88 3,12"


def test_tax_on_top_of_prices_stands_by_rate_above_the_total(taxed: Till) -> None:
    outside = without_tax(taxed)
    lines = said(receipt_page(outside.desk, outside.pay(outside.rung("2*100")).sale_id))
    at = lines.index("Total EUR 43,56")
    assert lines[at - 1] == "Tax 21 % on 36,00 7,56"
    assert "Tax" not in lines[at + 1]


def test_an_exempt_customer_sees_what_they_did_not_pay(taxed: Till) -> None:
    tax_rates.exempt(taxed.floor.desk, taxed.ana, "embassy")
    lines = said(receipt_page(taxed.desk, taxed.pay(taxed.rung("100", customer=taxed.ana)).sale_id))
    assert lines[lines.index("Total EUR 14,88") - 1] == "Tax not charged −3,12"


def test_a_reprint_is_marked_as_a_copy_above_and_below(till: Till) -> None:
    paid = till.pay(till.rung("100"))
    assert "COPY" not in said(receipt_page(till.desk, paid.sale_id))
    page = receipt_page(till.desk, paid.sale_id, copy=True)
    assert said(page).count("COPY") == 2
    assert page.copy


def test_the_shop_s_own_lines_stand_above_and_below(till: Till) -> None:
    printer = Printer("file", head=("Main Street 1", "VAT ES12345678"), foot=("Thank you!", "Goods within 14 days"))
    lines = said(receipt_page(at_printer(till.desk, printer), till.pay(till.rung("100")).sale_id))
    assert lines[:3] == ["Main St", "Main Street 1", "VAT ES12345678"]
    assert lines[-2:] == ["Thank you!", "Goods within 14 days"]


def test_a_return_says_so_and_of_what(till: Till) -> None:
    paid = till.pay(till.rung("2*100", customer=till.ana))
    lines = said(receipt_page(till.desk, returns.give_back(till.desk, paid.sale_id, {1: 1000})))
    assert "RETURN" in lines
    assert f"Returned from {paid.number}" in lines
    assert "−1 × 18,00 −18,00" in lines
    assert "Total returned EUR −18,00" in lines
    assert any(line.startswith("Points taken back −") for line in lines)


def test_a_void_says_what_it_takes_back_and_the_sale_that_it_is_void(till: Till) -> None:
    paid = till.pay(till.rung("100"))
    void = receipt_page(till.desk, returns.void(till.desk, paid.sale_id))
    assert {"VOID", f"Takes back {paid.number}"} <= set(said(void))
    assert f"VOIDED by {void.number}" in said(receipt_page(till.desk, paid.sale_id))


def test_an_imported_sale_has_a_receipt_too(floor: Floor, desk: Desk) -> None:
    sold = floor.post(floor.sale(floor.line("100", 3600, pieces=2), added_tax=100))
    lines = said(receipt_page(desk, sold[0]))
    assert {"2 × Espresso beans 1 kg 36,00", "Tax 1,00", "Total EUR 37,00", "Cash 37,00"} <= set(lines)


def test_tax_of_no_known_rate_is_said_to_be_included(floor: Floor, desk: Desk) -> None:
    sold = floor.post(floor.sale(floor.line("100", 1800, tax=312)))
    assert "Tax included 3,12" in said(receipt_page(desk, sold[0]))


def test_a_sale_that_is_not_there_is_told(till: Till) -> None:
    with pytest.raises(BadInput, match="There is no sale 99"):
        receipt_page(till.desk, 99)


def test_a_sale_attached_afterwards_has_the_points_of_its_new_customer(till: Till) -> None:
    paid = till.pay(till.rung("102"))
    attaching.attach(till.desk, paid.sale_id, till.ana, "forgot the card", None)
    lines = said(receipt_page(till.desk, paid.sale_id, copy=True))
    assert f"Points earned {till.points()}" in lines


def test_a_bill_shows_what_is_laid_down_and_that_it_is_no_receipt(till: Till) -> None:
    basket = till.rung("102", customer=till.ana)
    basket = baskets.lay_down(till.desk, basket.id, "card", 1000)
    basket = baskets.park(till.desk, basket.id, "table 4") or baskets.get(till.desk, basket.id)
    lines = said(bill_page(till.desk, baskets.get(till.desk, basket.id)))
    assert "BILL - THIS IS NO RECEIPT" in lines
    assert any(line.startswith("Bill table 4 ") for line in lines)
    assert {"Moka pot 29,90", "Total EUR 29,90", "Card 10,00", "Still to pay 19,90"} <= set(lines)


def test_two_sizes_of_an_article_are_told_apart(till: Till) -> None:
    paid = till.pay(till.rung("100"))
    assert "Espresso beans 1 kg 18,00" in said(receipt_page(till.desk, paid.sale_id))
    assert [line.description for line in returns.returnable(till.desk, paid.sale_id)] == ["Espresso beans 1 kg"]
