"""A sale attached to a customer afterwards: figures, points and what is owed follow, and the preview said so before."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import (
    attaching,
    customer_accounts,
    customers,
    ledger,
    loyalty,
    overview,
    receipts,
    returns,
    sales,
    shifts,
)
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.sales import NewTender
from tests.store.floor import Floor
from tests.store.test_proof import damage


def sell(floor: Floor, customer: int = WALK_IN_ID, amount: int = 5000, *tenders: NewTender, sku: str = "100") -> int:
    """A sale of the shift open at this till, as the till posts one."""
    with floor.desk.change("sale.paid") as change:
        new = floor.sale(floor.line(sku, amount), customer=customer, tenders=tenders)
        shift = shifts.open_at(change.database, change.desk.terminal)
        if shift is not None:
            new = new._replace(shift_id=shift.id, business_date=shift.business_date, terminal=change.desk.terminal)
        sale_id = sales.post(change, new)
        loyalty.settle_sale(change, sale_id)
    return sale_id


def on_account(amount: int) -> NewTender:
    return NewTender("account", amount)


def standing(floor: Floor, customer: int) -> tuple[int, int, int]:
    """Points, what is owed, spend."""
    glance = overview.at_a_glance(floor.desk, customer)
    return loyalty.balance(floor.desk.database, customer), glance.owes, glance.spend


@pytest.fixture
def creditors(floor: Floor) -> Floor:
    """A shop where two of the customers may buy on credit."""
    for customer in floor.customers[:2]:
        customer_accounts.open_account(floor.desk, customer, credit_limit=20000, terms_days=30)
    return floor


@pytest.fixture
def till(floor: Floor, desk: Desk) -> Floor:
    """The same shop, with a manager's shift open at the till."""
    shifts.open_shift(desk, 10000)
    return replace(floor, desk=desk)


def test_a_walk_in_sale_becomes_a_customers(floor: Floor) -> None:
    ana = floor.customers[0]
    sale_id = sell(floor, amount=5000)
    seen = attaching.preview(floor.desk, sale_id, ana)
    assert (seen.refusal, seen.permission) == ("", "sale.attached")
    assert (seen.new.points_before, seen.new.points_after) == (0, 50)
    before = receipts.receipt(floor.desk, sale_id)
    assert attaching.attach(floor.desk, sale_id, ana, "forgot the card") == seen
    after = receipts.receipt(floor.desk, sale_id)
    assert after.customer_id == ana
    assert (after.lines, after.tenders, after.total, after.entry) == (
        before.lines, before.tenders, before.total, before.entry,
    )  # fmt: skip
    assert standing(floor, ana) == (50, 0, 5000)
    assert standing(floor, WALK_IN_ID) == (0, 0, 0)
    assert floor.failing() == {}


def test_it_can_be_moved_once_more_and_who_did_it_is_kept(floor: Floor) -> None:
    ana, bruno, _ = floor.customers
    sale_id = sell(floor)
    attaching.attach(floor.desk, sale_id, ana, "forgot the card")
    assert attaching.preview(floor.desk, sale_id, bruno).permission == "sale.moved"
    attaching.attach(floor.desk, sale_id, bruno, "the card was his")
    assert (standing(floor, ana), standing(floor, bruno)) == ((0, 0, 0), (50, 0, 5000))
    moves = floor.desk.database.execute_sql("SELECT old_customer_id, new_customer_id, why FROM sale_move ORDER BY id")
    assert moves.fetchall() == [(WALK_IN_ID, ana, "forgot the card"), (ana, bruno, "the card was his")]
    assert floor.failing() == {}


def test_what_stands_on_account_goes_along_and_is_due_when_it_was(creditors: Floor) -> None:
    ana, bruno, _ = creditors.customers
    sale_id = sell(creditors, ana, 8000, NewTender("cash", 3000), on_account(5000))
    seen = attaching.preview(creditors.desk, sale_id, bruno)
    assert (seen.old.owes_after, seen.new.owes_after, seen.on_account) == (0, 5000, 5000)
    attaching.attach(creditors.desk, sale_id, bruno, "wrong name")
    assert (standing(creditors, ana), standing(creditors, bruno)) == ((0, 0, 0), (80, 5000, 8000))
    assert customer_accounts.items(creditors.desk, ana) == [], "the charge and what took it away pay for each other"
    (item,) = customer_accounts.items(creditors.desk, bruno)
    assert (item.open, item.due) == (5000, "2026-12-20")
    (entry,) = attaching.move_entries(creditors.desk.database, sale_id)
    assert ledger.read_entry(creditors.desk.database, entry).document_kind == "move"
    assert creditors.failing() == {}


def test_a_customer_without_account_cannot_take_what_stands_on_account(creditors: Floor) -> None:
    ana, bruno, lee = creditors.customers
    sale_id = sell(creditors, ana, 8000, on_account(8000))
    assert "no account to charge" in attaching.preview(creditors.desk, sale_id, lee).refusal
    with pytest.raises(BadInput, match="no account to charge"):
        attaching.attach(creditors.desk, sale_id, lee, "his")
    with pytest.raises(BadInput, match="walk-in customer has no account"):
        attaching.attach(creditors.desk, sale_id, WALK_IN_ID, "nobody's")
    sell(creditors, bruno, 15000, on_account(15000))
    with pytest.raises(BadInput, match="50,00 are still available"):
        attaching.attach(creditors.desk, sale_id, bruno, "his")
    assert standing(creditors, ana)[1] == 8000


@pytest.mark.parametrize(
    ("tender", "words"), [("store credit", "store credit"), ("points", "points"), ("deposit", "a layaway's deposit")]
)
def test_what_was_paid_with_the_customers_own_stays_with_them(floor: Floor, tender: str, words: str) -> None:
    ana, bruno, _ = floor.customers
    sale_id = sell(floor, ana, 5000, NewTender(tender, 1000), NewTender("cash", 4000))
    with pytest.raises(BadInput, match=f"was paid with {words} of its customer"):
        attaching.attach(floor.desk, sale_id, bruno, "his")


def test_a_return_a_voided_sale_and_one_given_back_in_part_stay(till: Floor) -> None:
    ana, bruno, _ = till.customers
    voided, partly = sell(till, ana), sell(till, ana)
    void_id = returns.void(till.desk, voided)
    with till.desk.change("sale.returned") as change:
        line = till.line("100", -100, pieces=-1)
        back = sales.post(change, till.sale(line, kind="return", customer=ana))
        change.database.execute_sql("INSERT INTO returned_line VALUES (?, 1, ?, 1, 500)", (back, partly))
    for sale_id, words in ((voided, "was voided by"), (void_id, "is a return"), (partly, "was given back in part")):
        with pytest.raises(BadInput, match=words):
            attaching.attach(till.desk, sale_id, bruno, "his")


def test_a_moved_sale_is_voided_whole(creditors: Floor, till: Floor) -> None:
    ana, bruno, _ = till.customers
    sale_id = sell(till, ana, 5000, on_account(5000))
    attaching.attach(till.desk, sale_id, bruno, "wrong name")
    returns.void(till.desk, sale_id)
    assert standing(till, ana) == standing(till, bruno) == (0, 0, 0)
    assert attaching.move_entries(till.desk.database, sale_id) == []
    assert till.failing() == {}


def test_it_takes_a_reason_and_a_customer_who_is_there(floor: Floor) -> None:
    ana = floor.customers[0]
    sale_id = sell(floor)
    with pytest.raises(BadInput, match="for a reason"):
        attaching.attach(floor.desk, sale_id, ana, "  ")
    with pytest.raises(BadInput, match="no customer"):
        attaching.attach(floor.desk, sale_id, 999, "hers")
    with pytest.raises(BadInput, match="no sale"):
        attaching.attach(floor.desk, 999, ana, "hers")
    customers.set_status(floor.desk, ana, "inactive")
    with pytest.raises(BadInput, match="is inactive"):
        attaching.attach(floor.desk, sale_id, ana, "hers")


def test_sent_twice_it_is_done_once(floor: Floor) -> None:
    ana = floor.customers[0]
    sale_id = sell(floor)
    for _ in range(2):
        attaching.attach(floor.desk, sale_id, ana, "forgot the card", once="key")
    assert standing(floor, ana) == (50, 0, 5000)
    with pytest.raises(BadInput, match="already"):
        attaching.attach(floor.desk, sale_id, ana, "again")


def test_a_cashier_attaches_and_a_supervisor_moves(floor: Floor, desk_of: Callable[[str], Desk]) -> None:
    ana, bruno, _ = floor.customers
    sale_id = sell(floor)
    attaching.attach(desk_of("cashier"), sale_id, ana, "forgot the card")
    with pytest.raises(NotAllowed):
        attaching.attach(desk_of("cashier"), sale_id, bruno, "his")


def test_the_last_walk_in_sale_is_of_this_shift_and_not_voided(floor: Floor, desk: Desk) -> None:
    till = replace(floor, desk=desk)
    sell(till)
    assert attaching.last_walk_in(desk) is None, "it was sold before the shift"
    shifts.open_shift(desk, 10000)
    first, second = sell(till), sell(till)
    sell(till, floor.customers[0])
    assert attaching.last_walk_in(desk) == second
    returns.void(desk, second)
    assert attaching.last_walk_in(desk) == first
    attaching.attach(desk, first, floor.customers[0], "forgot the card")
    assert attaching.last_walk_in(desk) is None


def test_a_damaged_move_is_found(creditors: Floor) -> None:
    ana, bruno, lee = creditors.customers
    sale_id = sell(creditors, ana, 5000, on_account(5000))
    attaching.attach(creditors.desk, sale_id, bruno, "his")
    damage(
        creditors,
        f"UPDATE sale SET customer_id = {lee} WHERE id = {sale_id}",
        "UPDATE sale_move SET entry_id = NULL",
    )
    assert {
        "moved sales stand with whom they were moved to",
        "moved sales take along what stands on account",
    } <= creditors.failing().keys()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sold=st.lists(
        st.tuples(st.integers(0, 3), st.integers(1, 4000), st.booleans(), st.sampled_from(["100", "102"])),
        min_size=1,
        max_size=4,
    ),
    moves=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=8),
)
def test_after_any_moves_the_figures_are_those_of_a_recomputation(
    creditors: Floor, sold: list[tuple[int, int, bool, str]], moves: list[tuple[int, int]]
) -> None:
    people = (WALK_IN_ID, *creditors.customers)
    owing = sum(standing(creditors, person)[1] for person in people)
    made = []
    for who, amount, credit, sku in sold:
        may_owe = credit and 1 <= who <= 2 and owing + amount <= 15000
        owing += amount if may_owe else 0
        tenders = [on_account(amount)] if may_owe else []
        made.append(sell(creditors, people[who], amount, *tenders, sku=sku))
    for which, to in moves:
        sale_id, new = made[which % len(made)], people[to]
        seen = attaching.preview(creditors.desk, sale_id, new)
        if seen.refusal:
            with pytest.raises(BadInput):
                attaching.attach(creditors.desk, sale_id, new, "moved")
            continue
        attaching.attach(creditors.desk, sale_id, new, "moved")
        for side in (seen.old, seen.new):
            points, owes, _ = standing(creditors, side.customer_id)
            assert (points, owes) == (side.points_after, side.owes_after), "the preview is what happened"
    assert creditors.failing() == {}
