"""Baskets: what is rung up is kept at every key, and put aside, split, merged and moved without losing a line."""

from collections.abc import Callable

import pytest

from bookkeeper_tui.errors import BadInput, BookkeeperError, Conflict, NotAllowed
from bookkeeper_tui.store import baskets, catalogue, discount_codes
from bookkeeper_tui.store.baskets import Absurd, Basket, PriceNeeded, UnknownCode, WeightNeeded
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.desk import Approval, Desk
from bookkeeper_tui.store.discount_codes import NewCode
from tests.store.tills import Till, beside


def lines(basket: Basket) -> list[tuple[str, int, int]]:
    return [(line.code, line.quantity, line.priced.amount) for line in basket.lines]


def weighed(till: Till) -> None:
    with till.floor.desk.change("import.products") as change:
        catalogue.bring_in(change, [NewProduct("200", "Olives", "4006381333962", "", "Food", None, 1290)])
        change.database.execute_sql("UPDATE product SET sold_by = 'weight' WHERE sku = '200'")


def test_a_sku_a_bar_code_and_a_quantity_before_the_code_ring_up(till: Till) -> None:
    basket = till.rung("100", "4006381333948", "3*102")
    assert lines(basket) == [("100", 1000, 1800), ("101", 1000, 900), ("102", 3000, 8970)]
    assert basket.total == 11670
    assert basket.lines[0].description == "Espresso beans 1 kg"
    assert baskets.get(till.desk, basket.id) == basket


def test_the_same_article_scanned_again_is_one_line_unless_the_line_was_changed(till: Till) -> None:
    basket = till.rung("100", "100", "101", "100")
    assert lines(basket) == [("100", 2000, 3600), ("101", 1000, 900), ("100", 1000, 1800)]
    baskets.note_line(till.desk, basket.id, 3, "for the office")
    assert lines(baskets.ring(till.desk, basket.id, "100"))[2:] == [("100", 1000, 1800), ("100", 1000, 1800)]


def test_an_article_by_weight_wants_one_and_takes_decimals(till: Till) -> None:
    weighed(till)
    with pytest.raises(WeightNeeded, match=r"Olives is sold by weight"):
        till.rung("200")
    assert lines(till.rung("0.375*200")) == [("200", 375, 484)]
    assert lines(till.rung("0,375*200")) == [("200", 375, 484)]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "no code"),
        ("3*", "how many, but not of what"),
        ("0*100", "no quantity to sell"),
        ("1.5*100", "sold by the piece"),
        ("1.2345*100", "at most three decimals"),
        ("4006381333931*100", "looks like a bar code or a card"),
        ("99999999*100", "looks like a bar code or a card"),
    ],
)
def test_a_slip_of_the_keys_loses_no_line(till: Till, typed: str, sentence: str) -> None:
    basket = till.rung("100")
    with pytest.raises(BadInput, match=sentence):
        baskets.ring(till.desk, basket.id, typed)
    assert baskets.get(till.desk, basket.id) == basket


def test_an_unknown_code_says_which_and_an_article_out_of_sale_says_so(till: Till) -> None:
    with pytest.raises(UnknownCode, match="“999”") as unknown:
        till.rung("999")
    assert unknown.value.code == "999"
    catalogue.set_status(till.floor.desk, "100", "inactive")
    with pytest.raises(BadInput, match="out of sale"):
        till.rung("100")


def test_an_absurd_quantity_or_amount_is_asked_for_twice(till: Till) -> None:
    basket = till.rung("100")
    for typed in ("1000*101", "600*100"):
        with pytest.raises(Absurd):
            baskets.ring(till.desk, basket.id, typed)
        baskets.ring(till.desk, basket.id, typed, sure=True)
    with pytest.raises(Absurd):
        baskets.set_quantity(till.desk, basket.id, 1, 1_000_000)
    assert baskets.get(till.desk, basket.id).total == 1800 + 1000 * 900 + 600 * 1800


def test_an_article_without_a_price_asks_for_one_and_one_that_the_catalogue_lacks_is_named(till: Till) -> None:
    with pytest.raises(PriceNeeded, match="Paper bag has no price"):
        till.rung("103")
    basket = baskets.ring(till.desk, till.rung().id, "103", price=15)
    basket = baskets.ring_other(till.desk, basket.id, "Gift\x1b[31m wrap", 250, code="XYZ")
    assert lines(basket) == [("103", 1000, 15), ("XYZ", 1000, 250)]
    assert basket.lines[1].description == "Gift·[31m wrap"
    assert basket.lines[0].list_price is None


def test_prices_and_discounts_by_hand_need_their_permission_and_stay_under_the_ceiling(
    till: Till, desk_of: Callable[[str], Desk]
) -> None:
    cashier = beside(desk_of("cashier"), till.desk.terminal)
    basket = till.rung("2*100")
    with pytest.raises(NotAllowed):
        baskets.override_price(cashier, basket.id, 1, 1)
    with pytest.raises(NotAllowed, match=r"25 % is above the 10 %"):
        baskets.discount_line(cashier, basket.id, 1, percent=25000)
    backed = cashier.backed_by(Approval(desk_of("supervisor").staff, "discount.given"))
    with pytest.raises(NotAllowed, match=r"50 % is above the 30 % that a supervisor may give"):
        baskets.discount_line(backed, basket.id, 1, percent=50000)
    with pytest.raises(NotAllowed):
        baskets.discount_line(cashier, basket.id, 1, amount=361)
    assert baskets.discount_line(cashier, basket.id, 1, amount=360).total == 3240
    with pytest.raises(BadInput, match="more than the line"):
        baskets.discount_line(till.desk, basket.id, 1, amount=3601)
    assert baskets.override_price(till.desk, basket.id, 1, 1500).lines[0].list_price == 1800
    assert baskets.override_price(till.desk, basket.id, 1, 1800).lines[0].list_price is None


def test_an_amount_off_shrinks_with_its_line(till: Till) -> None:
    basket = till.rung("10*100")
    baskets.discount_line(till.desk, basket.id, 1, amount=1800)
    assert baskets.set_quantity(till.desk, basket.id, 1, 1000).total == 1620


def test_a_customers_code_applies_by_itself_whenever_they_are_chosen(till: Till) -> None:
    discount_codes.define(till.floor.desk, NewCode("SPRING", "percent", 10000, typed=True))
    basket = till.rung("100")
    with pytest.raises(BadInput):
        baskets.type_code(till.desk, basket.id, "SUMMER")
    assert baskets.type_code(till.desk, basket.id, "spring").total == 1620
    assert baskets.type_code(till.desk, basket.id, "").total == 1800
    basket = baskets.choose_customer(till.desk, basket.id, till.ana)
    assert (basket.customer_name, basket.total) == ("Ana Reyes", 1800)


def test_a_line_is_removed_and_an_emptied_sale_is_not_offered_again(till: Till) -> None:
    basket = till.rung("100", "101")
    basket = baskets.remove_line(till.desk, basket.id, 1)
    assert lines(basket) == [("101", 1000, 900)]
    assert [row.id for row in baskets.unfinished(till.desk)] == [basket.id]
    baskets.remove_line(till.desk, basket.id, 2)
    assert baskets.unfinished(till.desk) == []
    with pytest.raises(BadInput, match="no line 2"):
        baskets.remove_line(till.desk, basket.id, 2)


def test_a_parked_sale_goes_to_the_first_till_and_the_second_is_told_who_has_it(
    till: Till, desk_of: Callable[[str], Desk]
) -> None:
    first, second = beside(desk_of("cashier"), "till-2"), beside(desk_of("cashier"), "till-3")
    basket = till.rung("100")
    baskets.park(till.desk, basket.id, "the man with the dog")
    with pytest.raises(BadInput, match="parked as “the man with the dog”"):
        baskets.ring(till.desk, basket.id, "100")
    assert [row.label for row in baskets.parked(second)] == ["the man with the dog"]
    assert baskets.resume(first, basket.id).terminal == "till-2"
    with pytest.raises(Conflict, match=f"open at till-2, with {first.staff.who}"):
        baskets.resume(second, basket.id)
    with pytest.raises(Conflict, match="open at till-2"):
        baskets.ring(second, basket.id, "100")
    assert baskets.parked(second) == []


def test_after_a_lost_line_the_sale_is_offered_to_its_person_at_any_till(
    till: Till, desk_of: Callable[[str], Desk]
) -> None:
    basket = till.rung("100", "101")
    elsewhere = beside(till.desk, "till-7")
    assert [(row.id, row.total, row.lines) for row in baskets.unfinished(elsewhere)] == [(basket.id, 2700, 2)]
    assert baskets.take_over(elsewhere, basket.id).terminal == "till-7"
    with pytest.raises(Conflict, match="open at till-7"):
        baskets.ring(till.desk, basket.id, "100")
    with pytest.raises(Conflict):
        baskets.take_over(beside(desk_of("cashier"), "till-8"), basket.id)


def test_a_split_takes_parts_and_their_share_of_what_was_given_off(till: Till) -> None:
    basket = till.rung("3*100", "102")
    baskets.discount_line(till.desk, basket.id, 1, amount=100)
    rest, apart = baskets.split(till.desk, basket.id, {1: 1000, 2: 1000})
    assert (lines(rest), lines(apart)) == ([("100", 2000, 3533)], [("100", 1000, 1767), ("102", 1000, 2990)])
    assert (rest.state, apart.state) == ("open", "parked")
    together = baskets.merge(till.desk, rest.id, apart.id)
    assert together.total == 3 * 1800 - 100 + 2990
    with pytest.raises(BadInput, match="given up already"):
        baskets.resume(till.desk, apart.id)


@pytest.mark.parametrize("parts", [{}, {1: 3000, 2: 1000}, {1: 3001}, {1: 0}, {1: 500}, {7: 1000}])
def test_a_split_that_leaves_nothing_or_takes_too_much_changes_nothing(till: Till, parts: dict[int, int]) -> None:
    basket = till.rung("3*100", "102")
    with pytest.raises(BadInput):
        baskets.split(till.desk, basket.id, parts)
    assert baskets.get(till.desk, basket.id) == basket
    assert till.count("basket") == 1


def test_lines_move_between_parked_sales_and_a_customer_comes_along_with_a_merge(till: Till) -> None:
    one, other = till.rung("100", "101"), till.rung("102", customer=till.ana)
    baskets.note(till.desk, other.id, "Call first")
    baskets.park(till.desk, other.id)
    kept, more = baskets.move_lines(till.desk, one.id, other.id, [2])
    assert (lines(kept), lines(more)) == ([("100", 1000, 1800)], [("102", 1000, 2990), ("101", 1000, 900)])
    merged = baskets.merge(till.desk, one.id, other.id)
    assert (merged.customer_id, merged.total, merged.note) == (till.ana, 1800 + 900 + 2990, "Call first")


def test_what_is_laid_down_keeps_the_sale_together(till: Till) -> None:
    basket = till.rung("100", "101")
    baskets.lay_down(till.desk, basket.id, "card", 500, "4242")
    for act in (
        lambda: baskets.drop(till.desk, basket.id),
        lambda: baskets.split(till.desk, basket.id, {1: 1000}),
        lambda: baskets.lay_down(till.desk, basket.id, "card", 2201),
        lambda: baskets.lay_down(till.desk, basket.id, "points", 0, points=5),
        lambda: baskets.lay_down(till.desk, basket.id, "cheque", 5),
        lambda: baskets.lay_down(till.desk, basket.id, "card", 0),
        lambda: baskets.take_up(till.desk, basket.id, 2),
    ):
        with pytest.raises(BookkeeperError):
            act()
    assert baskets.get(till.desk, basket.id).to_pay == 2200
    assert baskets.take_up(till.desk, basket.id, 1).to_pay == 2700
    baskets.drop(till.desk, basket.id)
    assert baskets.get(till.desk, basket.id).state == "dropped"


def test_points_laid_down_are_reserved_until_they_are_taken_up(till: Till) -> None:
    till.give_points(100)
    one, other = till.rung("100", customer=till.ana), till.rung("100", customer=till.ana)
    baskets.lay_down(till.desk, one.id, "points", 0, points=80)
    with pytest.raises(BadInput, match="more than the 20 there are"):
        baskets.lay_down(till.desk, other.id, "points", 0, points=21)
    with pytest.raises(BadInput, match="take it up before changing the customer"):
        baskets.choose_customer(till.desk, one.id, till.floor.customers[1])
    baskets.take_up(till.desk, one.id, 1)
    assert baskets.lay_down(till.desk, other.id, "points", 0, points=100).laid_down > 0


def test_an_inactive_customer_is_not_rung_up_for(till: Till) -> None:
    with till.floor.desk.change("customer.edited") as change:
        change.database.execute_sql("UPDATE customer SET status = 'inactive' WHERE id = ?", (till.ana,))
    with pytest.raises(BadInput, match="inactive"):
        till.rung("100", customer=till.ana)
    with pytest.raises(BadInput, match="no customer"):
        till.rung("100", customer=99)


def test_a_sale_without_lines_is_still_offered_while_something_is_laid_down_on_it(till: Till) -> None:
    basket = till.rung("100")
    baskets.lay_down(till.desk, basket.id, "card", 500)
    baskets.remove_line(till.desk, basket.id, 1)
    assert [row.id for row in baskets.unfinished(till.desk)] == [basket.id]
