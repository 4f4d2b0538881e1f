"""Layaways: paid and outstanding always make the total, and nothing leaves before it is paid."""

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import audit, baskets, layaways, ledger, payments, receipts, shifts, store_credit
from bookkeeper_tui.store.layaways import Layaway
from tests.store.tills import Till

DUE = "2099-12-24"


def set_aside(till: Till, deposit: int = 0, **more: str) -> Layaway:
    basket = till.rung("100", "2*101", customer=till.ana)
    return layaways.open_layaway(till.desk, basket.id, due=DUE, deposit=deposit, **more)


def balance(till: Till, account: str) -> int:
    return dict(ledger.balances(till.floor.desk)).get(account, 0)


def test_deposits_are_a_liability_until_the_goods_are_handed_over(till: Till) -> None:
    layaway = set_aside(till, deposit=1000)
    assert (layaway.total, layaway.paid, layaway.outstanding) == (3600, 1000, 2600)
    assert balance(till, ledger.LAYAWAY_DEPOSITS) == -1000
    assert balance(till, "Income:Sales:Coffee") == 0
    layaway = layaways.take_deposit(till.desk, layaway.id, 2600, tender="card", reference="1234")
    assert layaway.outstanding == 0
    sale_id = layaways.pick_up(till.desk, layaway.id)
    assert balance(till, ledger.LAYAWAY_DEPOSITS) == 0
    assert balance(till, "Income:Sales:Coffee") == -3600
    found = receipts.receipt(till.desk, sale_id)
    assert [(tender.kind, tender.amount) for tender in found.tenders] == [("deposit", 3600)]
    after = layaways.get(till.desk, layaway.id)
    assert (after.state, after.paid, after.outstanding, after.sale_number) == ("picked up", 3600, 0, found.number)
    assert baskets.get(till.desk, 1).state == "paid"
    assert till.floor.failing() == {}


def test_nothing_is_handed_over_while_anything_is_outstanding(till: Till) -> None:
    layaway = set_aside(till, deposit=3599)
    with pytest.raises(BadInput, match=r"0\.01 outstanding"):
        layaways.pick_up(till.desk, layaway.id)
    assert till.count("sale") == 0


def test_picking_up_twice_hands_over_once(till: Till) -> None:
    layaway = set_aside(till, deposit=3600)
    assert layaways.pick_up(till.desk, layaway.id) == layaways.pick_up(till.desk, layaway.id)
    assert till.count("sale") == 1


def test_a_cancelled_layaway_gives_back_what_was_paid_less_the_fee(till: Till) -> None:
    layaway = set_aside(till, deposit=2000)
    before = balance(till, ledger.DRAWER)
    after = layaways.cancel(till.desk, layaway.id, fee=500, reason="In hospital")
    logged = audit.rows_before(till.desk.database, action="layaway.cancelled", limit=1)[0]
    assert (logged.detail, logged.personal) == ({"fee": 500, "refunded": 1500}, {"reason": "In hospital"})
    assert (after.state, after.paid, after.outstanding, after.fee) == ("cancelled", 0, 0, 500)
    assert balance(till, ledger.DRAWER) == before - 1500
    assert balance(till, ledger.LAYAWAY_FEES) == -500
    assert balance(till, ledger.LAYAWAY_DEPOSITS) == 0
    assert till.floor.failing() == {}


def test_a_refund_may_become_store_credit(till: Till) -> None:
    layaway = set_aside(till, deposit=2000)
    layaways.cancel(till.desk, layaway.id, tender="store credit")
    assert store_credit.balance(till.desk.database, till.ana) == 2000
    assert till.floor.failing() == {}


@pytest.mark.parametrize("fee", [-1, 2001])
def test_a_fee_is_no_more_than_was_paid(till: Till, fee: int) -> None:
    layaway = set_aside(till, deposit=2000)
    with pytest.raises(BadInput, match="fee"):
        layaways.cancel(till.desk, layaway.id, fee=fee)
    assert layaways.get(till.desk, layaway.id).state == "open"


@pytest.mark.parametrize("amount", [0, -5, 2601])
def test_a_deposit_is_no_more_than_is_outstanding(till: Till, amount: int) -> None:
    layaway = set_aside(till, deposit=1000)
    with pytest.raises(BadInput):
        layaways.take_deposit(till.desk, layaway.id, amount)
    assert layaways.get(till.desk, layaway.id).paid == 1000


def test_the_walk_in_an_empty_sale_and_a_past_date_are_refused_whole(till: Till) -> None:
    for basket, due, sentence in (
        (till.rung("100"), DUE, "needs a customer"),
        (till.rung(customer=till.ana), DUE, "nothing to set aside"),
        (till.rung("100", customer=till.ana), "2020-01-01", "past"),
        (till.rung("100", customer=till.ana), "tomorrow", "no date"),
    ):
        with pytest.raises(BadInput, match=sentence):
            layaways.open_layaway(till.desk, basket.id, due=due, deposit=100)
    assert (till.count("layaway"), till.count("payment")) == (0, 0)


def test_a_deposit_asked_twice_is_taken_once(till: Till) -> None:
    layaway = set_aside(till)
    for _ in range(2):
        layaways.take_deposit(till.desk, layaway.id, 500, once="one command")
    assert layaways.get(till.desk, layaway.id).paid == 500


def test_the_price_is_that_of_the_day_it_was_set_aside(till: Till) -> None:
    from bookkeeper_tui.store import catalogue
    from bookkeeper_tui.store.catalogue import NewProduct

    layaway = set_aside(till, deposit=3600)
    catalogue.edit(till.floor.desk, NewProduct("100", "Espresso beans", price=9900))
    assert receipts.receipt(till.desk, layaways.pick_up(till.desk, layaway.id)).total == 3600


def test_open_ones_come_first_due_first_and_say_when_they_are_overdue(till: Till) -> None:
    later = set_aside(till)
    basket = till.rung("102", customer=till.floor.customers[1])
    sooner = layaways.open_layaway(till.desk, basket.id, due="2098-01-01")
    assert [one.id for one in layaways.open_ones(till.desk)] == [sooner.id, later.id]
    assert [one.id for one in layaways.of_customer(till.desk, till.ana)] == [later.id]
    assert sooner.is_overdue("2098-01-02")
    assert not sooner.is_overdue("2098-01-01")


def test_a_cashier_cancels_with_a_second_person_only(till: Till, desk_of: object) -> None:
    layaway = set_aside(till, deposit=100)
    cashier = desk_of("cashier")  # type: ignore[operator]
    with pytest.raises(NotAllowed):
        layaways.cancel(cashier, layaway.id)
    assert payments.get(till.floor.desk, 1).amount == 100
    assert shifts.current(till.desk) is not None
