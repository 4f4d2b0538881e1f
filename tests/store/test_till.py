"""Paying: every tender and their mixes, change, what is due later, and what is refused before anything is charged."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bookkeeper_tui.errors import BadInput, BookkeeperError, Conflict, NotAllowed
from bookkeeper_tui.store import (
    baskets,
    discount_codes,
    receipts,
    shifts,
    store_credit,
)
from bookkeeper_tui.store import (
    desk as desk_room,
)
from bookkeeper_tui.store import (
    till as room,
)
from bookkeeper_tui.store.baskets import Basket
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.discount_codes import NewCode
from bookkeeper_tui.store.till import Paid, PaidTender, Tendered
from tests.store.tills import Till, beside


def tenders(paid: Paid) -> list[tuple[str, int]]:
    return [(tender.kind, tender.amount) for tender in paid.tenders]


def coin(till: Till, smallest: int) -> Till:
    """The same till in a shop whose smallest coin is another."""
    store = replace(till.desk.store, settings=replace(till.desk.store.settings, cash_rounding=smallest))
    return Till(till.floor, Desk(store, till.desk.staff, till.desk.terminal))


def test_cash_gives_change_and_the_sale_stands_in_the_books(till: Till) -> None:
    paid = till.pay(till.rung("100", "101", "102"), Tendered("cash", 6000))
    assert (paid.number, paid.total, paid.change_due, tenders(paid)) == ("S-0000001", 5690, 310, [("cash", 5690)])
    assert till.floor.postings(paid.sale_id) == [
        ("Assets:Cash:Drawer", 5690, None),
        ("Income:Sales:Coffee", -2700, None),
        ("Income:Sales:Kitchen-Ware", -2990, None),
    ]
    receipt = receipts.receipt(till.desk, paid.sale_id)
    assert (receipt.pieces, receipt.linked, receipt.customer_id) == (3, True, WALK_IN_ID)
    assert shifts.expected_cash(till.desk.database, 1) == 10000 + 5690
    assert till.floor.failing() == {}


def test_enter_twice_is_one_sale_and_the_same_answer(till: Till) -> None:
    basket = till.rung("100", customer=till.ana)
    first = till.pay(basket, Tendered("cash", 2000))
    assert till.pay(basket, Tendered("cash", 2000)) == first
    assert till.count("sale") == 1
    with pytest.raises(BadInput, match="paid already: S-0000001"):
        baskets.ring(till.desk, basket.id, "100")


def test_every_tender_at_once(till: Till) -> None:
    till.give_points(500)
    till.give_credit(300)
    till.give_account(50000)
    basket = till.rung("2*100", "102", customer=till.ana)
    worth = baskets.lay_down(till.desk, basket.id, "points", 0, points=500).laid_down
    baskets.lay_down(till.desk, basket.id, "card", 1000, "4242")
    mixed = (Tendered("store credit", 300), Tendered("account", 1000), Tendered("cash", 10000))
    paid = till.pay(baskets.get(till.desk, basket.id), *mixed)
    rest = 6590 - worth - 1000 - 300 - 1000
    assert tenders(paid) == [
        ("points", worth), ("card", 1000), ("store credit", 300), ("account", 1000), ("cash", rest),
    ]  # fmt: skip
    assert (paid.change_due, paid.open_amount) == (10000 - rest, 1000)
    assert paid.tenders[1].reference == "4242"
    assert paid.points_balance == paid.points_earned == till.points()
    assert store_credit.balance(till.desk.database, till.ana) == 0
    assert till.floor.failing() == {}


def test_paying_later_leaves_what_is_open_with_its_date(till: Till) -> None:
    till.give_account(5000)
    day = date.fromisoformat(shifts.open_at(till.desk.database, till.desk.terminal).business_date)  # type: ignore[union-attr]
    by_terms = till.pay(till.rung("100", customer=till.ana), Tendered("cash", 800), Tendered("account", 1000))
    assert (by_terms.open_amount, by_terms.due) == (1000, (day + timedelta(days=30)).isoformat())
    wanted = (day + timedelta(days=3)).isoformat()
    paid = till.pay(till.rung("101", customer=till.ana), Tendered("account", 900), due=wanted)
    assert (paid.open_amount, paid.due) == (900, wanted)
    for due in ("tomorrow", "2026-02-30", (day - timedelta(days=1)).isoformat()):
        with pytest.raises(BadInput, match=r"date to pay by|is over"):
            till.pay(till.rung("101", customer=till.ana), Tendered("account", 900), due=due)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ([], "18,00 is still to be paid"),
        ([Tendered("cash", 1799)], "0,01 is still to be paid"),
        ([Tendered("card", 1801)], "0,01 more than there is to pay"),
        ([Tendered("card", 1800), Tendered("cash", -5)], "more than nothing"),
        ([Tendered("card", 0)], "more than nothing"),
        ([Tendered("cheque", 1800)], "no way to pay"),
        ([Tendered("deposit", 1800)], "no way to pay"),
        ([Tendered("imported", 1800)], "no way to pay"),
        ([Tendered("account", 1800)], "no account"),
        ([Tendered("store credit", 1800)], "more than the store credit of 0,00"),
        ([Tendered("points", 0, points=1800)], "more than the 0 there are"),
        ([Tendered("points", 7, points=1)], "are worth"),
        ([Tendered("card", 1800, "x" * 61)], "A reference holds"),
    ],
)
def test_what_does_not_pay_charges_nothing(till: Till, given: list[Tendered], sentence: str) -> None:
    basket = till.rung("100", customer=till.ana)
    head = till.desk.store.engine.audit_head()
    with pytest.raises(BadInput, match=sentence):
        room.pay(till.desk, basket.id, given)
    assert till.desk.store.engine.audit_head() == head
    assert till.count("sale") == till.count("command_key") == 0
    assert baskets.get(till.desk, basket.id) == basket


@pytest.mark.parametrize("kind", ["account", "store credit", "points"])
def test_a_stranger_pays_only_with_money(till: Till, kind: str) -> None:
    with pytest.raises(BadInput, match="needs a customer"):
        till.pay(till.rung("100"), Tendered(kind, 0 if kind == "points" else 1800, points=1800))


def test_a_charge_above_the_limit_says_what_is_left_and_a_held_account_takes_none(till: Till) -> None:
    till.give_account(3500)
    till.pay(till.rung("100", customer=till.ana), Tendered("account", 1800))
    with pytest.raises(BadInput, match="17,00 are still available"):
        till.pay(till.rung("100", customer=till.ana), Tendered("account", 1800))
    with till.floor.desk.change("account.edited") as change:
        change.database.execute_sql("UPDATE customer_account SET status = 'hold' WHERE customer_id = ?", (till.ana,))
    with pytest.raises(BadInput, match="on hold"):
        till.pay(till.rung("101", customer=till.ana), Tendered("account", 900))


def test_cash_is_rounded_to_the_smallest_coin_and_cards_are_not(till: Till) -> None:
    swiss = coin(till, 5)
    basket = baskets.override_price(swiss.desk, swiss.rung("100").id, 1, 1798)
    assert (basket.total, basket.cash_to_pay) == (1798, 1800)
    paid = swiss.pay(basket, Tendered("cash", 2000))
    assert (tenders(paid), paid.change_due) == ([("cash", 1800), ("rounding", -2)], 200)
    basket = baskets.override_price(swiss.desk, swiss.rung("100").id, 1, 1797)
    assert tenders(swiss.pay(basket, Tendered("card", 1797))) == [("card", 1797)]
    mixed = baskets.override_price(swiss.desk, swiss.rung("100").id, 1, 1002)
    paid = swiss.pay(mixed, Tendered("card", 1000), Tendered("cash", 0))
    assert tenders(paid) == [("card", 1000), ("rounding", 2)]
    assert till.floor.failing() == {}


def test_a_sale_of_nothing_is_a_sale(till: Till) -> None:
    basket = baskets.discount_line(till.desk, till.rung("100").id, 1, percent=100_000)
    paid = room.pay(till.desk, basket.id, [])
    assert (paid.total, tenders(paid)) == (0, [("cash", 0)])
    with pytest.raises(BadInput, match="nothing to pay"):
        till.pay(till.rung())
    assert till.floor.failing() == {}


def test_no_shift_no_sale(till: Till) -> None:
    elsewhere = beside(till.desk, "till-9")
    with pytest.raises(BadInput, match="No shift is open"):
        Till(till.floor, elsewhere).pay(Till(till.floor, elsewhere).rung("100"))


def test_who_may_not_sell_may_not(till: Till, desk_of: Callable[[str], Desk]) -> None:
    auditor = beside(desk_of("auditor"), till.desk.terminal)
    with pytest.raises(NotAllowed):
        room.pay(auditor, till.rung("100").id, [Tendered("cash", 1800)])


def test_a_code_that_ends_between_ringing_up_and_paying_never_charges_another_total_in_silence(till: Till) -> None:
    discount_codes.define(till.floor.desk, NewCode("SPRING", "percent", 10000, typed=True))
    basket = baskets.type_code(till.desk, till.rung("100").id, "SPRING")
    discount_codes.retire(till.floor.desk, "SPRING")
    with pytest.raises(Conflict, match="18,00 now, not 16,20"):
        room.pay(till.desk, basket.id, [Tendered("card", 1620)], seen_total=basket.total)
    with pytest.raises(BadInput, match="1,80 is still to be paid"):
        room.pay(till.desk, basket.id, [Tendered("card", 1620)])
    assert room.pay(till.desk, basket.id, [Tendered("card", 1800)], seen_total=1800).total == 1800


def test_a_customer_made_inactive_meanwhile_is_told(till: Till) -> None:
    basket = till.rung("100", customer=till.ana)
    with till.floor.desk.change("customer.edited") as change:
        change.database.execute_sql("UPDATE customer SET status = 'inactive' WHERE id = ?", (till.ana,))
    with pytest.raises(BadInput, match="is inactive"):
        till.pay(basket)


def test_a_clock_set_back_sells_after_the_sale_before(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    def sold_at(paid: Paid) -> int:
        row = till.desk.database.execute_sql("SELECT sold_at FROM sale WHERE id = ?", (paid.sale_id,)).fetchone()
        return int(row[0])

    first = till.pay(till.rung("100"))
    hour_ago = desk_room.now_us() - 3_600_000_000
    monkeypatch.setattr(desk_room, "now_us", lambda: hour_ago)
    second, third = till.pay(till.rung("100")), till.pay(till.rung("100"))
    assert sold_at(first) < sold_at(second) < sold_at(third)
    noted = till.desk.database.execute_sql("SELECT detail FROM audit ORDER BY seq DESC LIMIT 1").fetchone()[0]
    assert '"clock_behind_us":3' in noted


def test_lines_keep_price_tax_and_discount_as_they_were(till: Till) -> None:
    with till.floor.desk.change("tax.edited") as change:
        change.database.execute_sql("INSERT INTO tax_rate (name, rate, is_default) VALUES ('Usual', 21000, 1)")
    basket = till.rung("2*100", "101")
    basket = baskets.discount_line(till.desk, basket.id, 1, percent=10000)
    basket = baskets.override_price(till.desk, basket.id, 2, 800)
    paid = till.pay(baskets.note_line(till.desk, basket.id, 2, "dented"))
    rows = till.desk.database.execute_sql(
        "SELECT amount, discount, tax, price, list_price, tax_rate, note FROM sale_line ORDER BY line_no"
    ).fetchall()
    tax = round(4040 * 21 / 121)
    assert [row[:2] + row[3:] for row in rows] == [
        (3240, 360, 1800, None, 21000, None), (800, 0, 800, 900, 21000, "dented"),
    ]  # fmt: skip
    assert sum(row[2] for row in rows) == tax
    assert paid.total == 4040
    assert till.floor.failing() == {}


def test_a_basket_at_another_till_is_paid_there(till: Till) -> None:
    basket = till.rung("100")
    with pytest.raises(BookkeeperError, match="open at till-1"):
        room.pay(beside(till.desk, "till-2"), basket.id, [Tendered("cash", 1800)])


def test_what_was_laid_down_may_become_too_much(till: Till) -> None:
    basket = till.rung("100", "101")
    baskets.lay_down(till.desk, basket.id, "card", 2700)
    basket = baskets.remove_line(till.desk, basket.id, 2)
    assert basket.to_pay == -900
    with pytest.raises(BadInput, match="9,00 more than there is to pay"):
        room.pay(till.desk, basket.id, [])


def test_the_answer_is_whole_after_a_restart(till: Till) -> None:
    basket: Basket = till.rung("100", customer=till.ana)
    first = till.pay(basket)
    again = Desk(till.desk.store.again(), till.desk.staff, till.desk.terminal)
    remembered = room.pay(again, basket.id, [])
    assert remembered == first
    assert isinstance(remembered.tenders[0], PaidTender)
    again.store.close()
