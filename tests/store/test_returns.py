"""Voids and returns: what was sold goes back exactly once, by the tenders that paid for it, down to every account."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import (
    attaching,
    baskets,
    customer_accounts,
    history,
    layaways,
    loyalty,
    open_items,
    returns,
    sale_links,
    sales,
    shifts,
    store_credit,
)
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.sales import NewDiscount, NewLine, NewSale, NewTender
from tests.store.floor import Floor
from tests.store.test_races import at_once

TENDERS = {
    "cash": "Assets:Cash:Drawer",
    "card": "Assets:Clearing:Card",
    "account": "Assets:Receivables",
    "store credit": "Liabilities:Store-Credit",
    "rounding": "Income:Rounding",
}


@pytest.fixture
def manned(floor: Floor, desk: Desk) -> Floor:
    """The shop floor with a manager at its till."""
    return replace(floor, desk=desk)


@pytest.fixture
def till(manned: Floor) -> Floor:
    """And their shift open there."""
    shifts.open_shift(manned.desk, 10_000)
    return manned


def sell(floor: Floor, *new: NewSale, points: int = 0) -> int:
    """Rings a sale up in the open shift: what it earns and what is paid with points included."""
    with floor.desk.change("sale.paid") as change:
        shift = shifts.require_open(change)
        for sale in new:
            sale_id = sales.post(
                change, sale._replace(shift_id=shift.id, sold_at=change.at, business_date=shift.business_date)
            )
            if points:
                loyalty.redeem(change, sale.customer_id, points, sale_id=sale_id, business_date=shift.business_date)
            loyalty.settle_sale(change, sale_id)
    return sale_id


def line(floor: Floor, pieces: int, amount: int, *discounts: NewDiscount, sku: str = "100", tax: int = 0) -> NewLine:
    return floor.line(sku, amount, *discounts, pieces=pieces, tax=tax)


def with_coin(floor: Floor, coin: int) -> Floor:
    """The floor in a shop whose smallest coin this is, in minor units."""
    store = replace(floor.desk.store, settings=replace(floor.desk.store.settings, cash_rounding=coin))
    return replace(floor, desk=Desk(store, floor.desk.staff, floor.desk.terminal))


def tenders_of(floor: Floor, sale_id: int) -> list[tuple[str, int, str]]:
    rows = floor.desk.database.execute_sql(
        "SELECT kind, amount, reference FROM sale_tender WHERE sale_id = ? ORDER BY line_no", (sale_id,)
    )
    return rows.fetchall()


def left_over(floor: Floor, *sale_ids: int) -> dict[str, int]:
    """What these sales and returns together leave on each account that is not even again."""
    over: dict[str, int] = {}
    for sale_id in sale_ids:
        for name, amount, _ in floor.postings(sale_id):
            over[name] = over.get(name, 0) + amount
    return {name: amount for name, amount in over.items() if amount}


def test_a_void_undoes_a_sale_whole(till: Floor) -> None:
    ana = till.customers[0]
    sold = sell(till, till.sale(line(till, 3, 5400, NewDiscount("line", 600), tax=900), till.line("102", 2990)))
    assert loyalty.balance(till.desk.database, ana) > 0
    void = returns.void(till.desk, sold, "once")
    assert returns.void(till.desk, sold, "once") == void
    assert left_over(till, sold, void) == {}
    assert loyalty.balance(till.desk.database, ana) == 0
    assert shifts.expected_cash(till.desk.database, 1) == 10_000
    head = till.desk.database.execute_sql("SELECT kind, total, voids FROM sale WHERE id = ?", (void,)).fetchone()
    assert head == ("return", -8390, sold)
    assert till.failing() == {}


def test_a_void_gives_points_back_that_paid_for_it(till: Floor) -> None:
    ana = till.customers[0]
    loyalty.adjust(till.desk, ana, 500, "welcome")
    worth = loyalty.value_of(till.desk.database, 100)
    sold = sell(till, till.sale(tenders=[NewTender("points", worth), NewTender("cash", 1800 - worth)]), points=100)
    returns.void(till.desk, sold)
    assert loyalty.balance(till.desk.database, ana) == 500
    assert till.failing() == {}


def test_why_a_sale_cannot_be_voided_is_told(till: Floor) -> None:
    (past,) = till.post(till.sale())
    with pytest.raises(BadInput, match="was not sold in this till's open shift"):
        returns.void(till.desk, past)
    sold = sell(till, till.sale(line(till, 2, 3600)))
    assert returns.void_refusal(till.desk, sold) == ""
    back = returns.give_back(till.desk, sold, {1: 1000})
    with pytest.raises(BadInput, match="came back already, by S-0000003: return the rest"):
        returns.void(till.desk, sold)
    with pytest.raises(BadInput, match="is a return"):
        returns.void(till.desk, back)
    other = sell(till, till.sale())
    returns.void(till.desk, other)
    assert returns.void_refusal(till.desk, other) == "S-0000004 is voided already, by S-0000005"
    with pytest.raises(BadInput, match="0 can be returned, not 1"):
        returns.give_back(till.desk, other, {1: 1000})
    with pytest.raises(BadInput, match="There is no sale 99"):
        returns.void(till.desk, 99)
    assert till.failing() == {}


def test_another_till_voids_nothing_of_this_shift(till: Floor) -> None:
    sold = sell(till, till.sale())
    elsewhere = Desk(till.desk.store, till.desk.staff, "till-2")
    with pytest.raises(BadInput, match="No shift is open"):
        returns.void(elsewhere, sold)
    shifts.open_shift(elsewhere, 0)
    with pytest.raises(BadInput, match="not sold in this till's open shift"):
        returns.void(elsewhere, sold)


def test_money_goes_back_as_it_was_paid(till: Floor) -> None:
    paid = [NewTender("card", 1000, "4242"), NewTender("cash", 2600)]
    sold = sell(till, till.sale(line(till, 2, 3600), tenders=paid))
    refund = returns.preview(till.desk, sold, {1: 1000})
    assert (refund.total, refund.due) == (1800, 1800)
    assert [(way.kind, way.most, way.reference) for way in refund.ways] == [
        ("card", 1000, "4242"), ("cash", 2600, ""), ("store credit", 1800, ""),
    ]  # fmt: skip
    first = returns.give_back(till.desk, sold, {1: 1000})
    assert tenders_of(till, first) == [("card", -1000, "4242"), ("cash", -800, "")]
    with pytest.raises(BadInput, match="Nothing can go back by card 4242"):
        returns.give_back(till.desk, sold, {1: 1000}, [NewTender("card", 1800, "4242")])
    with pytest.raises(BadInput, match=r"18\.01 cannot go back by cash .*at most 18\.00"):
        returns.give_back(till.desk, sold, {1: 1000}, [NewTender("cash", 1801)])
    with pytest.raises(BadInput, match=r"17\.00 is to go back, but 18\.00 is due"):
        returns.give_back(till.desk, sold, {1: 1000}, [NewTender("cash", 1700)])
    second = returns.give_back(till.desk, sold, {1: 1000}, [NewTender("store credit", 1800)])
    assert left_over(till, sold, first, second) == {"Assets:Cash:Drawer": 1800, "Liabilities:Store-Credit": -1800}
    assert till.failing() == {}


def test_the_walk_in_customer_gets_no_store_credit(till: Floor) -> None:
    sold = sell(till, till.sale(customer=WALK_IN_ID))
    with pytest.raises(BadInput, match="Store credit needs a customer"):
        returns.give_back(till.desk, sold, {1: 1000}, [NewTender("store credit", 1800)])


def test_a_return_on_account_is_set_against_what_the_sale_charged(till: Floor) -> None:
    older = sell(till, till.sale(tenders=[NewTender("account", 1800)]))
    sold = sell(till, till.sale(line(till, 2, 3600), tenders=[NewTender("account", 3600)]))
    back = returns.give_back(till.desk, sold, {1: 1000})
    assert tenders_of(till, back) == [("account", -1800, "")]
    charges = till.desk.database.execute_sql(
        "SELECT sale.id, allocation.amount FROM allocation JOIN account_item ON account_item.id = charge_item_id "
        "JOIN sale ON sale.entry_id = account_item.entry_id"
    ).fetchall()
    assert charges == [(sold, 1800)]
    returns.void(till.desk, older)
    owes = till.desk.database.execute_sql("SELECT owes FROM standing WHERE customer_id = 2").fetchone()[0]
    assert owes == 1800
    assert till.failing() == {}


def open_items_of(floor: Floor, customer_id: int) -> list[int]:
    """What is open of a customer's account items, charges and credits."""
    database = floor.desk.database
    return [item.open for read in (open_items.open_charges, open_items.open_credits)
            for item in read(database, customer_id)]  # fmt: skip


def test_a_sale_on_account_that_was_moved_twice_is_voided_for_everybody(till: Floor) -> None:
    ana, bruno, lee = till.customers
    for customer in till.customers:
        customer_accounts.open_account(till.desk, customer, credit_limit=100_000, terms_days=30)
    older = sell(till, till.sale(till.line("101", 900), tenders=[NewTender("account", 900)]))
    sold = sell(till, till.sale(tenders=[NewTender("account", 1800)]))
    attaching.attach(till.desk, sold, bruno, "it was his")
    attaching.attach(till.desk, sold, lee, "no, his")
    returns.void(till.desk, sold)
    assert [open_items_of(till, customer) for customer in (ana, bruno, lee)] == [[900], [], []]
    assert [loyalty.balance(till.desk.database, customer) for customer in (bruno, lee)] == [0, 0]
    returns.void(till.desk, older)
    assert open_items_of(till, ana) == []
    assert till.failing() == {}


def test_a_sale_that_was_moved_is_returned_by_whose_it_is(till: Floor) -> None:
    ana, bruno, _ = till.customers
    for customer in (ana, bruno):
        customer_accounts.open_account(till.desk, customer, credit_limit=100_000, terms_days=30)
    sold = sell(till, till.sale(line(till, 2, 3600), tenders=[NewTender("account", 3600)]))
    attaching.attach(till.desk, sold, bruno, "it was his")
    returns.give_back(till.desk, sold, {1: 1000})
    assert [open_items_of(till, customer) for customer in (ana, bruno)] == [[], [1800]]
    returns.give_back(till.desk, sold, {1: 1000}, [NewTender("store credit", 1800)])
    assert store_credit.balance(till.desk.database, bruno) == 1800
    assert loyalty.balance(till.desk.database, bruno) == 0
    assert till.failing() == {}


def test_a_layaway_s_pick_up_is_returned_and_not_voided(till: Floor) -> None:
    ana = till.customers[0]
    basket = baskets.ring(till.desk, baskets.start(till.desk, ana).id, "100")
    layaway = layaways.open_layaway(till.desk, basket.id, due="2027-01-31", deposit=1000)
    layaways.take_deposit(till.desk, layaway.id, 800, tender="card", reference="1111")
    sold = layaways.pick_up(till.desk, layaway.id)
    with pytest.raises(BadInput, match="picked up layaway L-0000001: return its lines instead"):
        returns.void(till.desk, sold)
    back = returns.give_back(till.desk, sold, {1: 1000})
    assert tenders_of(till, back) == [("cash", -1800, "")]
    assert left_over(till, sold, back) == {"Liabilities:Layaway-Deposits": 1800, "Assets:Cash:Drawer": -1800}
    assert till.failing() == {}


def test_an_imported_sale_goes_back_in_cash_or_store_credit(till: Floor) -> None:
    new = till.sale(
        line(till, 2, 3600), tenders=[NewTender("imported", 3400)], discounts=[NewDiscount("coupon", 500)],
        added_tax=300,
    )  # fmt: skip
    (sold,) = till.post(new._replace(source="own", source_ref="A-1"))
    assert [way.kind for way in returns.preview(till.desk, sold, {1: 2000}).ways] == ["cash", "store credit"]
    back = [returns.give_back(till.desk, sold, {1: quantity}) for quantity in (300, 700, 1000)]
    assert left_over(till, sold, *back) == {"Assets:Clearing:Imported": 3400, "Assets:Cash:Drawer": -3400}
    assert till.failing() == {}


def test_cash_goes_back_in_the_coins_of_the_shop(till: Floor) -> None:
    till = with_coin(till, 5)
    tenders = [NewTender("cash", 1000), NewTender("rounding", 2)]
    sold = sell(till, till.sale(line(till, 3, 1002), tenders=tenders))
    back = [returns.give_back(till.desk, sold, {1: 1000}) for _ in range(3)]
    assert [tenders_of(till, one)[0] for one in back] == [("cash", -335, ""), ("cash", -335, ""), ("cash", -330, "")]
    assert left_over(till, sold, *back) == {}


def test_a_customer_who_is_gone_still_gets_their_money(till: Floor) -> None:
    from bookkeeper_tui.store import customers

    sold = sell(till, till.sale())
    customers.set_status(till.desk, till.customers[0], "inactive")
    returns.give_back(till.desk, sold, {1: 1000}, [NewTender("store credit", 1800)])
    assert till.failing() == {}


def test_nothing_is_returned_without_a_shift_or_twice_by_a_double_enter(manned: Floor) -> None:
    (sold,) = manned.post(manned.sale())
    with pytest.raises(BadInput, match="No shift is open"):
        returns.give_back(manned.desk, sold, {1: 1000})
    shifts.open_shift(manned.desk, 0)
    assert returns.give_back(manned.desk, sold, {1: 1000}, once="a") == returns.give_back(
        manned.desk, sold, {1: 1000}, once="a"
    )
    for wrong, sentence in (({1: 1000}, "0 can be returned"), ({7: 1}, "has no line 7"), ({1: 0}, "Choose a line")):
        with pytest.raises(BadInput, match=sentence):
            returns.give_back(manned.desk, sold, wrong)


def test_the_trigger_refuses_what_a_program_error_would_return(till: Floor) -> None:
    sold = sell(till, till.sale())
    back = returns.give_back(till.desk, sold, {1: 600})
    with pytest.raises(Exception, match="at most as often as it was sold"), till.desk.change("sale.paid") as change:
        change.database.execute_sql("INSERT INTO returned_line VALUES (?, 2, ?, 1, 401)", (back, sold))


def return_the_last(desk: Desk, place: int, sold: int) -> str:
    at_till = Desk(desk.store, Actor(1, "101", "Ana", "manager"), f"till-{place + 10}")
    shifts.open_shift(at_till, 0)
    try:
        return str(returns.give_back(at_till, sold, {1: 1000}))
    except BadInput as refused:
        return str(refused)


def test_of_eight_tills_that_return_the_last_piece_one_does(till: Floor) -> None:
    sold = sell(till, till.sale())
    answers = at_once(till.desk.store, return_the_last, sold)
    assert len([answer for answer in answers if answer.isdigit()]) == 1
    assert len([answer for answer in answers if "0 can be returned, not 1" in answer]) == 7
    assert till.failing() == {}


@st.composite
def sold_lines(draw: st.DrawFn) -> list[tuple[int, int, int, int]]:
    """Lines: pieces or weight in thousandths, amount, discount, tax; worth something together."""
    one = st.tuples(st.integers(1, 4000), st.integers(0, 9999), st.integers(0, 400), st.integers(0, 300))
    return draw(st.lists(one, min_size=1, max_size=3).filter(lambda all: sum(line[1] for line in all) > 0))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.data(),
    parts=sold_lines(),
    coupon=st.integers(0, 300),
    added=st.integers(0, 300),
    coin=st.sampled_from((0, 5, 10)),
)
def test_however_a_sale_is_returned_the_parts_add_up_to_it(
    till: Floor, data: st.DataObject, parts: list[tuple[int, int, int, int]], coupon: int, added: int, coin: int
) -> None:
    till = with_coin(till, coin)
    ana, database = till.customers[0], till.desk.database
    lines = [
        NewLine(till.products["100" if at % 2 else "102"], quantity, 1, amount, [NewDiscount("line", off)], tax)
        for at, (quantity, amount, off, tax) in enumerate(parts)
    ]
    total = sum(one.amount for one in lines) + added
    coupon = min(coupon, total - 1)
    loyalty.adjust(till.desk, ana, 1000, "welcome")
    had = loyalty.balance(database, ana)
    points = data.draw(st.integers(0, min(1000, (total - coupon) // loyalty.value_of(database, 1))), "points")
    worth = loyalty.value_of(database, points)
    first = data.draw(st.integers(0, total - coupon - worth), "first tender")
    kinds = data.draw(st.permutations(["cash", "card", "account"]), "kinds")
    paid = [NewTender("points", worth), NewTender(kinds[0], first), NewTender(kinds[1], total - coupon - worth - first)]
    sale = till.sale(*lines, discounts=[NewDiscount("SPRING", coupon)], added_tax=added, tenders=paid)
    ids = [sell(till, sale, points=points)]
    left, as_paid = {at: one.quantity for at, one in enumerate(lines, 1)}, True
    while any(left.values()):
        wanted = {at: data.draw(st.integers(0, most), f"line {at}") for at, most in left.items()}
        if not any(wanted.values()) or len(ids) > 6:
            wanted = dict(left)
        refund = returns.preview(till.desk, ids[0], wanted)
        tenders = None
        if data.draw(st.booleans(), "store credit"):
            tenders, as_paid = [NewTender("store credit", refund.due)] if refund.due else [], False
        ids.append(returns.give_back(till.desk, ids[0], wanted, tenders))
        left = {at: most - wanted[at] for at, most in left.items()}
    over = left_over(till, *ids)
    assert not (as_paid and over)
    assert not over.keys() - TENDERS.values()
    assert sum(over.values()) == 0
    assert all(over.get(TENDERS[kind], 0) >= 0 for kind in ("cash", "card", "account"))
    assert loyalty.balance(database, ana) == had
    assert [one.left for one in returns.returnable(till.desk, ids[0])] == [0] * len(lines)
    assert till.failing() == {}


def test_a_customer_s_list_says_what_became_of_a_sale(till: Floor) -> None:
    sold = [sell(till, till.sale(line(till, 2, 3600))) for _ in range(3)]
    void = returns.void(till.desk, sold[0])
    back = returns.give_back(till.desk, sold[1], {1: 1000})
    rows = {row.id: (row.undone, row.is_void) for row in history.page(till.desk, till.customers[0])}
    assert rows == {
        sold[0]: ("voided", False), sold[1]: ("returned", False), sold[2]: ("", False),
        void: ("", True), back: ("", False),
    }  # fmt: skip
    stood = sale_links.links(till.desk, sold[0])
    assert (stood.is_voided, stood.returned) == (True, {1: 2000})
    undoes = sale_links.links(till.desk, back).undoes
    assert undoes is not None
    assert undoes.id == sold[1]
