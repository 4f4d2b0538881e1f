"""Refunding what is unused of a package: how much, by which way, and what becomes of points and of the rest."""

from dataclasses import replace

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.paper.receipts import receipt_page
from bookkeeper_tui.store import (
    baskets,
    customer_accounts,
    history,
    loyalty,
    packages,
    receipts,
    returns,
    sale_links,
    shifts,
    store_credit,
    takings,
    tax_rates,
    tiers,
    till,
)
from bookkeeper_tui.store.tiers import Program
from bookkeeper_tui.store.till import Tendered
from tests.store.packages.studio import Studio


def refund(studio: Studio, package: packages.Package, tender: str = "cash") -> int:
    return packages.refund(studio.desk, package.id, tender, reason="moves away")


def test_what_is_unused_goes_back_and_what_was_used_stays_revenue(studio: Studio) -> None:
    package = studio.bought("THREE")
    studio.used(package)
    drawer = studio.balance("Assets:Cash:Drawer")
    preview = packages.refund_preview(studio.desk, package.id)
    assert (preview.sessions, preview.amount, preview.due, preview.cash) == (2, 667, 667, 667)
    sale_id = refund(studio, package)
    now = studio.now(package)
    assert (now.state, now.refund_id, now.remaining, now.recognised) == ("refunded", sale_id, 0, 333)
    assert (studio.prepaid(), studio.revenue(), drawer - studio.balance("Assets:Cash:Drawer")) == (0, 333, 667)
    assert receipts.receipt(studio.desk, sale_id).lines[0].description == "Refund of 2 of 3 sessions, K-0000001"
    undoes = sale_links.links(studio.desk, sale_id).undoes
    assert undoes is not None
    assert undoes.id == package.sale_id
    assert [other.id for other in sale_links.links(studio.desk, package.sale_id).undone_by] == [sale_id]
    states = {row.id: row.undone for row in history.page(studio.desk, studio.ana)}
    assert states[package.sale_id] == "returned"
    with pytest.raises(BadInput, match="K-0000001 was refunded by S-0000002"):
        refund(studio, package)
    with pytest.raises(BadInput, match="K-0000001 was refunded by S-0000002"):
        studio.used(package)
    assert studio.floor.failing() == {}


def test_a_refund_that_arrives_twice_gives_back_once(studio: Studio) -> None:
    package = studio.bought("TEN")
    ids = {packages.refund(studio.desk, package.id, "card", "1234", "ill", once="a key") for _ in range(2)}
    assert len(ids) == 1


def test_the_tax_on_what_is_unused_goes_back_too(studio: Studio) -> None:
    rate = tax_rates.add(studio.floor.desk, "Standard", 21_000)
    tax_rates.set_default(studio.floor.desk, rate.id)
    package = studio.bought("TEN")
    assert (package.tax, package.net) == (1736, 8264)
    studio.used(package, 3)
    assert studio.revenue() == 3 * 826
    preview = packages.refund_preview(studio.desk, package.id)
    assert (preview.amount, preview.tax) == (10_000 - 3 * 1_000, 1736 - 3 * 174)
    refund(studio, package, "card")
    assert studio.balance("Liabilities:Vat-Payable") == -3 * 174
    assert (studio.prepaid(), studio.floor.failing()) == (0, {})


def test_the_tax_goes_back_at_the_rate_of_the_package(studio: Studio) -> None:
    owner = studio.floor.desk
    rates = [tax_rates.add(owner, name, rate).id for name, rate in (("Standard", 21_000), ("Reduced", 10_000))]
    with owner.change("product.edited") as change:
        for rate_id, sku in zip(rates, ("TEN", "THREE"), strict=True):
            change.database.execute_sql(
                "UPDATE product SET tax_rate_id = ? WHERE id = ?", (rate_id, studio.ids[sku])
            )  # fmt: skip
    ten, three = studio.of_sale(studio.sell("TEN", "THREE"))
    for package, rate in ((three, 10_000), (ten, 21_000)):
        refund_id = packages.refund(studio.desk, package.id, "cash", reason="moves away")
        rows = studio.desk.database.execute_sql("SELECT tax_rate FROM sale_line WHERE sale_id = ?", (refund_id,))
        assert rows.fetchall() == [(rate,)]
    shift = shifts.current(studio.desk)
    assert shift is not None
    report = takings.x_report(studio.desk, shift.id).figures
    assert [(row.rate, row.net, row.tax) for row in report.tax] == [(21_000, 0, 0), (10_000, 0, 0)]


def test_cash_goes_back_in_coins(studio: Studio) -> None:
    store = replace(studio.desk.store, settings=replace(studio.desk.store.settings, cash_rounding=5))
    studio.desk = studio.at_desk("till-1", store=store)
    package = studio.bought("THREE")
    studio.used(package)
    assert packages.refund_preview(studio.desk, package.id).cash == 665
    refund(studio, package)
    assert studio.floor.failing() == {}


def test_packages_refunded_one_by_one_give_no_coin_more_than_together(studio: Studio) -> None:
    store = replace(studio.desk.store, settings=replace(studio.desk.store.settings, cash_rounding=5))
    studio.desk = studio.at_desk("till-1", store=store)
    studio.article("SOLO", "One of anything", 98, 1)
    sale_id = studio.sell("4*SOLO", "100")
    paid = studio.balance("Assets:Cash:Drawer")
    for package in studio.of_sale(sale_id):
        refund(studio, package)
    returns.give_back(studio.desk, sale_id, {5: 1000})
    assert paid - studio.balance("Assets:Cash:Drawer") == 4 * 98 + 1800 - 2
    assert studio.floor.failing() == {}


def test_it_goes_back_as_store_credit_or_on_the_account_of_who_has_it_now(studio: Studio) -> None:
    first, second = studio.of_sale(studio.sell("TEN", "TEN"))
    refund(studio, first, "store credit")
    assert store_credit.balance(studio.desk.database, studio.ana) == 10_000
    packages.transfer(studio.desk, second.id, studio.bruno, "a gift")
    with pytest.raises(BadInput, match="has no account to put it on"):
        refund(studio, second, "account")
    customer_accounts.open_account(studio.floor.desk, studio.bruno, credit_limit=0, terms_days=30)
    refund(studio, second, "account")
    assert customer_accounts.of(studio.desk, studio.bruno).owes == -10_000
    assert studio.floor.failing() == {}


def test_what_is_expired_or_used_up_is_not_refunded(studio: Studio) -> None:
    over, empty = studio.bought("ONE"), studio.bought("THREE")
    studio.used(empty, 3)
    studio.days_pass(31)
    with pytest.raises(BadInput, match=r"expired on .*: extend it first"):
        refund(studio, over)
    packages.turn_day(studio.floor.desk, "2026-12-22")
    with pytest.raises(BadInput, match=r"expired on .*: extend it first"):
        packages.refund_preview(studio.desk, over.id)
    with pytest.raises(BadInput, match="Nothing is left of"):
        refund(studio, empty)
    with pytest.raises(BadInput, match="A reason to refund a package is needed"):
        packages.refund(studio.desk, studio.bought("TEN").id, "cash")
    with pytest.raises(BadInput, match="“points” does not refund a package"):
        refund(studio, studio.bought("TEN"), "points")


def test_points_are_taken_back_in_proportion_and_later_returns_count_it(studio: Studio) -> None:
    tiers.choose(studio.floor.desk, Program(1, 100, 10, 0, 365), [])
    sale_id = studio.sell("TEN", "100")
    package = studio.of_sale(sale_id)[0]
    assert loyalty.balance(studio.desk.database, studio.ana) == 118
    studio.used(package, 5)
    preview = packages.refund_preview(studio.desk, package.id)
    refund(studio, package)
    assert preview.points_taken == 50
    assert loyalty.balance(studio.desk.database, studio.ana) == 68
    found = returns.preview(studio.desk, sale_id, {2: 1000})
    assert (found.due, found.points_taken) == (1800, 18)
    returns.give_back(studio.desk, sale_id, {2: 1000})
    assert loyalty.balance(studio.desk.database, studio.ana) == 50, "what the five sessions earned"
    assert studio.floor.failing() == {}


def test_what_points_paid_of_it_goes_back_as_points(studio: Studio) -> None:
    tiers.choose(studio.floor.desk, Program(1, 100, 10, 0, 365), [])
    loyalty.adjust(studio.floor.desk, studio.ana, 500, "for the test")
    sale_id = studio.sell("TEN", tenders=[Tendered("points", 0, points=500), Tendered("cash", 5000)])
    package = studio.of_sale(sale_id)[0]
    earned = loyalty.balance(studio.desk.database, studio.ana)
    preview = packages.refund_preview(studio.desk, package.id)
    assert (preview.amount, preview.by_points, preview.due, preview.points) == (10_000, 5000, 5000, 500)
    refund(studio, package)
    assert loyalty.balance(studio.desk.database, studio.ana) == 500
    assert earned == 50
    assert studio.floor.failing() == {}


def test_no_more_goes_back_by_a_tender_than_paid_the_sale(studio: Studio) -> None:
    sale_id = studio.sell("TEN", "100", tenders=[Tendered("cash", 10_000), Tendered("card", 1800, "1234")])
    refund(studio, studio.of_sale(sale_id)[0], "cash")
    ways = {way.kind: way.most for way in returns.preview(studio.desk, sale_id, {2: 1000}).ways}
    assert ways == {"card": 1800, "store credit": 1800}
    returns.give_back(studio.desk, sale_id, {2: 1000})
    assert studio.floor.failing() == {}


def test_a_package_that_cost_nothing_gives_nothing_back(studio: Studio) -> None:
    basket = baskets.ring(studio.desk, baskets.start(studio.desk, studio.ana).id, "TEN", price=0)
    package = studio.of_sale(till.pay(studio.desk, basket.id, [Tendered("cash", 0)]).sale_id)[0]
    studio.used(package)
    refund(studio, package)
    assert (studio.prepaid(), studio.revenue(), studio.floor.failing()) == (0, 0, {})


def test_receipts_name_the_packages_and_the_sale_they_came_from(studio: Studio) -> None:
    sale_id = studio.sell("TEN", "THREE", "100")
    ten = studio.of_sale(sale_id)[0]
    packages.extend(studio.desk, ten.id, "2027-12-31", "goodwill")
    printed = [line.left for line in receipt_page(studio.desk, sale_id).lines]
    assert "K-0000001: 10 sessions, until 19/02/2027" in printed, "as it was sold"
    assert "K-0000002: 3 sessions" in printed
    back = [line.left for line in receipt_page(studio.desk, refund(studio, ten)).lines]
    assert "Refund of 10 of 10 sessions, K-0000001" in back
    assert "Returned from S-0000001" in back
