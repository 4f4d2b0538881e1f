"""Packages come from lines of sales, and go back with them as long as nobody touched them."""

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import (
    attaching,
    baskets,
    customer_accounts,
    layaways,
    package_plans,
    packages,
    returns,
    shifts,
    takings,
    till,
)
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.till import Tendered
from tests.store.packages.studio import Studio


def cash(studio: Studio, basket: baskets.Basket) -> int:
    return till.pay(studio.desk, basket.id, [Tendered("cash", basket.cash_to_pay)]).sale_id


def test_each_package_is_a_line_of_its_own(studio: Studio) -> None:
    basket = baskets.start(studio.desk, studio.ana)
    baskets.ring(studio.desk, basket.id, "TEN")
    basket = baskets.ring(studio.desk, basket.id, "2*TEN")
    assert [line.quantity for line in basket.lines] == [1000, 1000, 1000]
    with pytest.raises(BadInput, match="Ten massages is a package: each stands on a line of its own"):
        baskets.set_quantity(studio.desk, basket.id, 1, 2000)
    with pytest.raises(BadInput, match="at most 50 are rung up at once"):
        baskets.ring(studio.desk, basket.id, "51*TEN")
    sold = studio.of_sale(cash(studio, basket))
    assert [package.number for package in sold] == ["K-0000001", "K-0000002", "K-0000003"]
    assert studio.prepaid(studio.ana) == 30_000


def test_somebody_unknown_buys_no_package(studio: Studio) -> None:
    basket = baskets.ring(studio.desk, baskets.start(studio.desk).id, "TEN")
    with pytest.raises(BadInput, match="Ten massages is a package: choose the customer whose sessions they are"):
        cash(studio, basket)
    with pytest.raises(BadInput, match="choose the customer"):
        till.check(studio.desk, basket.id)
    basket = baskets.choose_customer(studio.desk, basket.id, studio.ana)
    till.check(studio.desk, basket.id)
    assert studio.of_sale(cash(studio, basket))[0].customer_id == studio.ana


def test_tax_is_booked_at_the_sale_and_a_discount_stays_to_be_seen(studio: Studio) -> None:
    basket = baskets.ring_product(studio.desk, baskets.start(studio.desk, studio.ana).id, studio.ids["TEN"], 1000)
    basket = baskets.discount_line(studio.desk, basket.id, 1, percent=10_000)
    package = studio.of_sale(cash(studio, basket))[0]
    tax = package.tax
    assert (package.price, package.net, studio.prepaid(studio.ana)) == (9000, 9000 - tax, 9000 - tax)
    assert studio.balance("Liabilities:Vat-Payable") == -tax
    discounts = studio.desk.database.execute_sql(
        "SELECT SUM(amount) FROM posting JOIN account ON account.id = account_id WHERE name LIKE 'Income:Discounts:%'"
    ).fetchone()[0]
    assert (discounts, studio.revenue()) == (1000, 1000), "what was given away is income that was given away"
    assert studio.floor.failing() == {}


def test_a_package_set_aside_is_given_when_it_is_handed_over(studio: Studio) -> None:
    basket = baskets.ring(studio.desk, baskets.start(studio.desk, studio.ana).id, "TEN")
    layaway = layaways.open_layaway(studio.desk, basket.id, due="2026-12-01", deposit=4000)
    assert packages.of_customer(studio.desk, studio.ana) == []
    with pytest.raises(BadInput, match=f"set aside by layaway {layaway.number}"):
        package_plans.remove_plan(studio.desk, studio.ids["TEN"])
    studio.days_pass(5)
    layaways.take_deposit(studio.desk, layaway.id, 6000)
    package = studio.of_sale(layaways.pick_up(studio.desk, layaway.id))[0]
    assert (package.starts_on, package.remaining, studio.prepaid(studio.ana)) == ("2026-11-26", 10, 10_000)
    assert studio.floor.failing() == {}


def test_what_an_article_gives_may_change_and_what_was_sold_stays(studio: Studio) -> None:
    package = studio.bought("TEN")
    package_plans.set_plan(studio.desk, studio.ids["TEN"], 12, 30)
    assert (studio.now(package).sessions, studio.bought("TEN").sessions) == (10, 12)
    package_plans.remove_plan(studio.desk, studio.ids["TEN"])
    assert package_plans.get(studio.desk, studio.ids["TEN"]) is None
    assert studio.of_sale(studio.sell("TEN")) == [], "now it is an article like any other"
    assert [listed.sku for listed in package_plans.list_plans(studio.desk)] == ["ONE", "THREE"]
    assert studio.floor.failing() == {}


@pytest.mark.parametrize(("sessions", "valid_days", "service", "why"), [
    (0, 0, None, "0 is no number of sessions"), (1001, 0, None, "1001 is no number of sessions"),
    (5, -1, None, "-1 is no number of days"), (5, 4000, None, "4000 is no number of days"),
    (5, 0, 99, "no service with the id 99"),
])  # fmt: skip
def test_a_plan_that_cannot_be_is_refused(
    studio: Studio, sessions: int, valid_days: int, service: int | None, why: str
) -> None:
    with pytest.raises(BadInput, match=why):
        package_plans.set_plan(studio.desk, studio.ids["TEN"], sessions, valid_days, service)


def test_an_untouched_package_is_returned_by_its_receipt(studio: Studio) -> None:
    sale_id = studio.sell("TEN", "100")
    studio.days_pass(3)
    returns.give_back(studio.desk, sale_id, {1: 1000})
    package = studio.of_sale(sale_id)[0]
    assert (package.state, package.remaining, package.deferred, studio.prepaid()) == ("returned", 0, 0, 0)
    with pytest.raises(BadInput, match="K-0000001 was given back with sale S-0000001"):
        studio.used(package)
    assert studio.floor.failing() == {}


def test_a_part_of_a_package_is_not_returned(studio: Studio) -> None:
    sale_id = studio.sell("TEN")
    with pytest.raises(BadInput, match="K-0000001 goes back whole or not at all"):
        returns.give_back(studio.desk, sale_id, {1: 500})


def test_a_package_that_was_touched_is_refunded_and_not_returned(studio: Studio) -> None:
    sale_id = studio.sell("TEN", "TEN", "100")
    first, second = studio.of_sale(sale_id)
    studio.used(first)
    for refused in (
        lambda: returns.preview(studio.desk, sale_id, {1: 1000}),
        lambda: returns.give_back(studio.desk, sale_id, {1: 1000}), lambda: returns.void(studio.desk, sale_id),
    ):  # fmt: skip
        with pytest.raises(BadInput, match=r"K-0000001 is no longer as it was sold \(use\): refund what is unused"):
            refused()
    assert "K-0000001" in returns.void_refusal(studio.desk, sale_id)
    packages.transfer(studio.desk, second.id, studio.bruno, "a gift")
    with pytest.raises(BadInput, match="K-0000002 is Bruno Díaz's now"):
        returns.give_back(studio.desk, sale_id, {2: 1000})
    returns.give_back(studio.desk, sale_id, {3: 1000})
    assert studio.floor.failing() == {}


def test_voiding_a_sale_takes_its_packages_back(studio: Studio) -> None:
    sale_id = studio.sell("TEN", "THREE")
    returns.void(studio.desk, sale_id)
    assert [package.state for package in studio.of_sale(sale_id)] == ["returned", "returned"]
    assert (studio.prepaid(), studio.floor.failing()) == (0, {})


def test_packages_move_with_their_sale(studio: Studio) -> None:
    sale_id = studio.sell("TEN", "THREE")
    attaching.attach(studio.desk, sale_id, studio.bruno, "the wrong card")
    assert [package.customer_id for package in studio.of_sale(sale_id)] == [studio.bruno] * 2
    assert (studio.prepaid(studio.ana), studio.prepaid(studio.bruno)) == (0, 11_000)
    assert studio.floor.failing() == {}
    attaching.attach(studio.desk, sale_id, studio.ana, "no, it was right")
    attaching.attach(studio.desk, sale_id, studio.bruno, "it was wrong after all")
    returns.void(studio.desk, sale_id)
    assert (studio.prepaid(studio.ana), studio.prepaid(studio.bruno)) == (0, 0)
    assert studio.floor.failing() == {}


def test_packages_and_what_stands_on_account_move_in_one_entry(studio: Studio) -> None:
    for customer in (studio.ana, studio.bruno):
        customer_accounts.open_account(studio.floor.desk, customer, credit_limit=50_000, terms_days=30)
    sale_id = studio.sell("TEN", tenders=[Tendered("account", 10_000)])
    attaching.attach(studio.desk, sale_id, studio.bruno, "the wrong card")
    assert customer_accounts.of(studio.desk, studio.bruno).owes == 10_000
    assert studio.prepaid(studio.bruno) == 10_000
    returns.give_back(studio.desk, sale_id, {1: 1000})
    assert (customer_accounts.of(studio.desk, studio.bruno).owes, studio.prepaid()) == (0, 0)
    assert studio.floor.failing() == {}


def test_a_sale_whose_package_was_used_stays_where_it_is(studio: Studio) -> None:
    sale_id = studio.sell("TEN")
    studio.used(studio.of_sale(sale_id)[0])
    with pytest.raises(BadInput, match=r"K-0000001 is no longer as it was sold \(use\): transfer it"):
        attaching.attach(studio.desk, sale_id, studio.bruno, "the wrong card")
    other = studio.sell("TEN")
    with pytest.raises(BadInput, match="K-0000002 was sold with it: a package needs a customer"):
        attaching.attach(studio.desk, other, WALK_IN_ID, "nobody's")


def test_takings_count_a_package_as_sold(studio: Studio) -> None:
    studio.used(studio.bought("TEN"))
    shift = shifts.current(studio.desk)
    assert shift is not None
    figures = takings.x_report(studio.desk, shift.id).figures
    assert figures.total == 10_000 == sum(row.amount for row in figures.categories)
