"""What a crafty cashier might try through the store: approvals stretched, points burnt, prices bent."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bookkeeper_tui.errors import BadInput, BookkeeperError, Conflict, NotAllowed
from bookkeeper_tui.store import (
    baskets,
    customer_accounts,
    customers,
    days,
    discount_codes,
    layaways,
    loyalty,
    returns,
    shifts,
    tiers,
)
from bookkeeper_tui.store import till as room
from bookkeeper_tui.store.customer_accounts import Allocation
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Actor, Approval, Desk
from bookkeeper_tui.store.discount_codes import NewCode
from bookkeeper_tui.store.tiers import Program, Tier
from bookkeeper_tui.store.till import Tendered
from tests.store.tills import Till, beside

Seat = Callable[..., Desk]


def approved(desk: Desk, permission: str) -> Desk:
    """The desk with a manager's PIN for one action."""
    return desk.backed_by(Approval(Actor(None, "101", "Manager", "manager"), permission))


def test_an_approval_counts_once_for_two_changes_that_run_at_once(till: Till, desk_of: Seat) -> None:
    backed = approved(desk_of("cashier", "till-2"), "sale.voided")
    with backed.change("sale.voided") as first:
        first.note(deed=1)
        outer = backed.change("sale.voided")
    with pytest.raises(NotAllowed), outer:
        pass


def test_an_approval_spent_while_waiting_for_the_lock_does_not_count_again(till: Till, desk_of: Seat) -> None:
    backed = approved(desk_of("cashier", "till-2"), "sale.voided")
    engine = backed.store.engine
    write = engine.write

    def slow():  # type: ignore[no-untyped-def]
        engine.write = write  # type: ignore[method-assign]
        with backed.change("sale.voided"):
            pass
        return write()

    engine.write = slow  # type: ignore[method-assign]
    with pytest.raises(NotAllowed, match="approval"), backed.change("sale.voided"):
        pass


def test_a_sale_open_at_another_till_is_not_set_aside_from_here(till: Till, desk_of: Seat) -> None:
    elsewhere = desk_of("cashier", "till-2")
    shifts.open_shift(elsewhere, 0)
    basket = till.rung("100", customer=till.ana)
    with pytest.raises(Conflict, match="till-1"):
        layaways.open_layaway(elsewhere, basket.id, due="2099-01-01")


def test_a_pick_up_after_the_clock_was_set_back_stands_after_the_sale_before(till: Till) -> None:
    aside = layaways.open_layaway(till.desk, till.rung("100", customer=till.ana).id, due="2099-01-01", deposit=1800)
    till.pay(till.rung("101"))
    back = Desk(till.desk.store, till.desk.staff, till.desk.terminal, lambda: till.desk.now() - 3_600_000_000)
    layaways.pick_up(back, aside.id)
    times = [row[0] for row in till.desk.database.execute_sql("SELECT sold_at FROM sale ORDER BY id")]
    assert times == sorted(times)


@pytest.mark.parametrize("day", ["9999-12-31", "garbage", "2026-1-1", "0001-01-05"])
def test_nobody_expires_points_or_reviews_tiers_for_a_day_that_is_none(till: Till, desk_of: Seat, day: str) -> None:
    till.give_points(500)
    cashier = desk_of("cashier", "till-2")
    with pytest.raises(BadInput, match=day):
        loyalty.expire(cashier, day)
    with pytest.raises(BadInput, match=day):
        tiers.review(cashier, day)
    assert till.points() == 500


@pytest.mark.parametrize("day", ["0000", "2026-1-1", "20260101", "2026-W01-1", "\x00"])
def test_no_day_is_opened_that_is_no_date(shell: Desk, day: str) -> None:
    with pytest.raises(BadInput, match=r"is not a date|has not come"):
        days.open(shell, day)
    assert days.days(shell) == []


@pytest.mark.parametrize("rate", [-50_000, 100_001, 10**20])
def test_an_article_of_ones_own_has_a_rate_that_can_be(till: Till, rate: int) -> None:
    basket = till.rung("100")
    with pytest.raises(BadInput, match="no tax rate"):
        baskets.ring_other(till.desk, basket.id, "Thing", 100, tax_rate=rate)


def test_more_of_what_was_approved_for_one_needs_another_approval(till: Till, desk_of: Seat) -> None:
    cashier = desk_of("cashier", "till-2")
    shifts.open_shift(cashier, 0)
    cheaper = Till(till.floor, cashier).rung("100")
    baskets.override_price(approved(cashier, "price.overridden"), cheaper.id, 1, 1)
    with pytest.raises(NotAllowed, match=r"price\.overridden"):
        baskets.set_quantity(cashier, cheaper.id, 1, 9000)
    off = Till(till.floor, cashier).rung("2*100")
    baskets.discount_line(approved(cashier, "discount.given"), off.id, 1, percent=50_000)
    with pytest.raises(NotAllowed, match="50 %"):
        baskets.set_quantity(cashier, off.id, 1, 9000)
    assert baskets.set_quantity(cashier, off.id, 1, 1000).total == 900
    assert baskets.set_quantity(till_desk_of(till, cashier), off.id, 1, 2000).total == 1800


def till_desk_of(till: Till, cashier: Desk) -> Desk:
    """The manager at the cashier's till."""
    return beside(till.desk, cashier.terminal)


def test_only_points_reserve_points(till: Till) -> None:
    till.give_points(100)
    basket = till.rung("100", customer=till.ana)
    with pytest.raises(BadInput, match="points"):
        baskets.lay_down(till.desk, basket.id, "cash", 100, points=10**9)
    assert loyalty.available(till.desk.database, till.ana) == 100


@pytest.mark.parametrize("counts", [{10**30: 1}, {10**18: 100_000}, {10**11: 100_000}])
def test_a_count_beyond_all_money_is_refused(till: Till, counts: dict[int, int]) -> None:
    with pytest.raises(BadInput, match="count"):
        shifts.end(till.desk, counts)


def test_nobody_hands_over_a_fortune(till: Till) -> None:
    with pytest.raises(BadInput, match="cannot be"):
        till.pay(till.rung("100"), Tendered("cash", 10**30))


@pytest.mark.parametrize("due", ["20991231", "2099-W01-1"])
def test_a_due_date_is_written_as_dates_are(till: Till, due: str) -> None:
    till.give_account(10_000)
    basket = till.rung("100", customer=till.ana)
    with pytest.raises(BadInput, match="no date"):
        till.pay(basket, Tendered("account", 1800), due=due)
    with pytest.raises(BadInput, match="no date"):
        layaways.open_layaway(till.desk, basket.id, due=due)


def test_a_customer_who_is_not_there_has_no_points_to_adjust(till: Till) -> None:
    for deed in (lambda: loyalty.adjust(till.desk, 999, 5, "x"), lambda: loyalty.set_own_rate(till.desk, 999, 1000)):
        with pytest.raises(BookkeeperError, match="no customer"):
            deed()


def test_returning_one_by_one_gives_no_more_coins_than_returning_together(till: Till) -> None:
    store = replace(till.desk.store, settings=replace(till.desk.store.settings, cash_rounding=5))
    desk = Desk(store, till.desk.staff, till.desk.terminal)
    basket = baskets.ring(desk, baskets.start(desk).id, "10*103", price=3)
    paid = room.pay(desk, basket.id, [Tendered("cash", basket.cash_to_pay)])
    given = []
    for _ in range(10):
        back = returns.give_back(desk, paid.sale_id, {1: 1000})
        rows = desk.database.execute_sql("SELECT amount FROM sale_tender WHERE sale_id = ? AND kind = 'cash'", (back,))
        given.append(-sum(row[0] for row in rows))
    assert [sum(given[: count + 1]) for count in range(10)] == [5, 5, 10, 10, 15, 20, 20, 25, 25, 30]


def test_nobody_gives_a_customer_a_code_above_their_own_ceiling(till: Till, desk_of: Seat) -> None:
    discount_codes.define(till.desk, NewCode("HALF", "percent", 50_000))
    discount_codes.define(till.desk, NewCode("TENTH", "percent", 10_000))
    cashier = desk_of("cashier", "till-2")
    ana = customers.get(cashier, till.ana)
    with pytest.raises(NotAllowed, match="HALF takes off 50 %"):
        customers.edit(cashier, till.ana, {"discount_code": "half"}, ana.version)
    with pytest.raises(NotAllowed, match="HALF"):
        customers.create(cashier, CustomerFields(name="Eve", phone="+34600111999", discount_code="HALF"))
    given = customers.edit(cashier, till.ana, {"discount_code": "TENTH"}, ana.version)
    assert customers.edit(till.desk, till.ana, {"discount_code": "HALF"}, given.version).discount_code == "HALF"


def test_the_log_says_what_was_set_back_and_what_the_rules_were(till: Till) -> None:
    till.give_account(10_000)
    till.pay(till.rung("100", customer=till.ana), Tendered("account", 1800))
    customer_accounts.take_payment(till.desk, till.ana, "card", 700)
    charge, credit = (item.id for item in customer_accounts.items(till.desk, till.ana, only_open=False))
    customer_accounts.unallocate(till.desk, credit, charge)
    assert newest_detail(till) == {"item": credit, "charge": charge, "amount": -700}
    customer_accounts.allocate(till.desk, credit, [Allocation(charge, 300)])
    assert newest_detail(till) == {"item": credit, "set": [[charge, 300]]}
    tiers.choose(till.desk, Program(1, 100, 2), [])
    assert newest_detail(till)["program"] == {
        "old": Program(1, 100, 1)._asdict(), "new": Program(1, 100, 2)._asdict(),
    }  # fmt: skip


def newest_detail(till: Till) -> dict[str, Any]:
    """The detail of the newest audit row."""
    row = till.desk.database.execute_sql("SELECT detail FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    found: dict[str, Any] = json.loads(row[0])
    return found


@pytest.mark.parametrize(
    "program",
    [
        Program(10**30, 100, 1), Program(1, 10**30, 1), Program(1, 100, 10**30), Program(1, 100, 1, 10**9),
        Program(1, 100, 1, 1, 10**9),
    ],
)  # fmt: skip
def test_no_rule_of_loyalty_is_beyond_all_numbers(till: Till, program: Program) -> None:
    with pytest.raises(BadInput, match="too large"):
        tiers.choose(till.desk, program, [])
    with pytest.raises(BadInput, match="too large"):
        tiers.choose(till.desk, Program(1, 100, 1), [Tier("Gold", 100, 10**9)])


def test_no_cash_is_handed_out_that_the_coins_do_not_make_up(till: Till) -> None:
    store = replace(till.desk.store, settings=replace(till.desk.store.settings, cash_rounding=5))
    desk = Desk(store, till.desk.staff, till.desk.terminal)
    basket = till.rung("100", customer=till.ana)
    aside = layaways.open_layaway(desk, basket.id, due="2099-01-01", deposit=503, tender="card")
    with pytest.raises(BadInput, match=r"5\.03 .* coins of 0\.05"):
        layaways.cancel(desk, aside.id, tender="cash")
    assert layaways.cancel(desk, aside.id, fee=3, tender="cash").state == "cancelled"
