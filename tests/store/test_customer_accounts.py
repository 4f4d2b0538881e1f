"""Customer accounts: charging within the limit, paying, and which payment pays for which charge."""

from collections.abc import Callable

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.formats import Conventions
from bookkeeper_tui.store import audit_log, customer_accounts, open_items, shifts
from bookkeeper_tui.store.customer_accounts import Allocation
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import Desk
from tests.store.accounts_floor import charge, open_shift
from tests.store.floor import Floor
from tests.store.test_proof import damage

WRITTEN = Conventions()


@pytest.fixture
def till(floor: Floor, desk: Desk) -> Desk:
    """A manager at a till with an open shift; the first customer may charge 100.00 for 30 days."""
    open_shift(desk)
    customer_accounts.open_account(desk, floor.customers[0], credit_limit=10000, terms_days=30)
    return desk


def open_amounts(desk: Desk, customer_id: int) -> list[int]:
    return [line.open for line in customer_accounts.items(desk, customer_id)]


def test_a_customer_without_an_account_is_not_charged(till: Desk, floor: Floor) -> None:
    ana, bruno, _ = floor.customers
    assert customer_accounts.of(till, bruno).status == "none"
    with pytest.raises(BadInput, match="Bruno Díaz has no account to charge"):
        customer_accounts.check_charge(till.database, bruno, 1, WRITTEN)
    customer_accounts.check_charge(till.database, ana, 10000, WRITTEN)


def test_the_limit_names_what_is_still_available(till: Desk, floor: Floor) -> None:
    charge(till, floor.customers[0], 6500, "2026-11-01")
    assert customer_accounts.of(till, floor.customers[0]).available == 3500
    with pytest.raises(BadInput, match=r"above the limit: 35\.00 are still available"):
        customer_accounts.check_charge(till.database, floor.customers[0], 3501, WRITTEN)


def test_hold_blocks_charging_and_never_paying(till: Desk, floor: Floor) -> None:
    ana = floor.customers[0]
    charge(till, ana, 5000, "2026-11-01")
    customer_accounts.edit(till, ana, status="hold", credit_limit=10000, terms_days=30)
    with pytest.raises(BadInput, match="on hold"):
        customer_accounts.check_charge(till.database, ana, 1, WRITTEN)
    customer_accounts.take_payment(till, ana, "cash", 2000)
    assert customer_accounts.of(till, ana).owes == 3000


def test_an_account_is_closed_only_at_zero(till: Desk, floor: Floor) -> None:
    ana = floor.customers[0]
    charge(till, ana, 5000, "2026-11-01")
    with pytest.raises(BadInput, match=r"stands at 50\.00"):
        customer_accounts.edit(till, ana, status="closed", credit_limit=0, terms_days=0)
    customer_accounts.take_payment(till, ana, "card", 5000, "4711")
    assert customer_accounts.edit(till, ana, status="closed", credit_limit=0, terms_days=0).status == "closed"
    with pytest.raises(BadInput, match="closed"):
        customer_accounts.check_charge(till.database, ana, 1, WRITTEN)


def test_the_walk_in_has_no_account(till: Desk) -> None:
    with pytest.raises(BadInput, match="walk-in"):
        customer_accounts.open_account(till, WALK_IN_ID, credit_limit=1, terms_days=0)
    with pytest.raises(BadInput, match="walk-in"):
        customer_accounts.take_payment(till, WALK_IN_ID, "cash", 100)


def test_who_opens_and_edits_an_account_stands_in_the_log(till: Desk, floor: Floor) -> None:
    customer_accounts.edit(till, floor.customers[0], status="active", credit_limit=20000, terms_days=30)
    edited = next(row for row in audit_log.page(till, customer_id=floor.customers[0]) if row.action == "account.edited")
    assert edited.who == till.staff.who
    assert edited.personal == {"credit_limit": ["100.00", "200.00"]}


def test_a_cashier_takes_payments_and_opens_no_account(
    till: Desk, floor: Floor, desk_of: Callable[[str], Desk]
) -> None:
    cashier = desk_of("cashier")
    charge(till, floor.customers[0], 5000, "2026-11-01")
    with pytest.raises(NotAllowed):
        customer_accounts.edit(cashier, floor.customers[0], status="hold", credit_limit=0, terms_days=0)
    assert customer_accounts.take_payment(cashier, floor.customers[0], "cash", 5000).amount == 5000


def test_a_payment_pays_the_oldest_due_first(till: Desk, floor: Floor) -> None:
    ana = floor.customers[0]
    charge(till, ana, 3000, "2026-09-01", due="2026-12-01")
    charge(till, ana, 2000, "2026-10-01", due="2026-10-15")
    payment = customer_accounts.take_payment(till, ana, "cash", 2500)
    assert payment.number == "P-0000001"
    lines = customer_accounts.items(till, ana)
    assert [(line.due, line.open) for line in lines] == [("2026-12-01", 2500)]


def test_a_payment_pays_what_it_was_told_to_and_nothing_else(till: Desk, floor: Floor) -> None:
    ana = floor.customers[0]
    charge(till, ana, 3000, "2026-09-01")
    second = charge(till, ana, 2000, "2026-10-01")
    customer_accounts.take_payment(till, ana, "cash", 2500, allocations=[Allocation(second, 1500)])
    assert open_amounts(till, ana) == [3000, 500, -1000]


def test_a_payment_is_never_set_beyond_either_side(till: Desk, floor: Floor) -> None:
    ana = floor.customers[0]
    first = charge(till, ana, 3000, "2026-09-01")
    for amount, told in ((3001, "30.00 of the charge"), (4001, "40.00 of the credit")):
        with pytest.raises(BadInput, match=told):
            customer_accounts.take_payment(till, ana, "cash", 4000, allocations=[Allocation(first, amount)])
    assert customer_accounts.of(till, ana).owes == 3000


def test_a_payment_never_pays_for_somebody_else(till: Desk, floor: Floor) -> None:
    ana, bruno, _ = floor.customers
    charge(till, ana, 3000, "2026-09-01")
    his = charge(till, bruno, 3000, "2026-09-01")
    with pytest.raises(BadInput, match="same customer"):
        customer_accounts.take_payment(till, ana, "cash", 3000, allocations=[Allocation(his, 3000)])


def test_what_a_credit_leaves_over_pays_for_the_next_charge(till: Desk, floor: Floor) -> None:
    ana = floor.customers[0]
    charge(till, ana, 1000, "2026-10-01")
    customer_accounts.take_payment(till, ana, "cash", 2500)
    assert open_amounts(till, ana) == [-1500]
    charge(till, ana, 2000, "2026-11-21")
    assert open_amounts(till, ana) == [500]


def test_a_credit_for_a_sale_pays_that_sale_first(till: Desk, floor: Floor) -> None:
    ana = floor.customers[0]
    charge(till, ana, 1000, "2026-09-01")
    second = charge(till, ana, 2000, "2026-10-01")
    returned = charge(till, ana, -1500, "2026-10-02", settled=False)
    with till.change("import.sales") as change:
        entry_id = open_items.item(change.database, returned).entry_id
        customer_accounts.settle(change, entry_id, ana, first=[open_items.item(change.database, second).entry_id])
    assert open_amounts(till, ana) == [1000, 500]


def test_what_was_set_is_taken_back_and_set_elsewhere(till: Desk, floor: Floor) -> None:
    ana = floor.customers[0]
    first, second = charge(till, ana, 3000, "2026-09-01"), charge(till, ana, 2000, "2026-10-01")
    payment = customer_accounts.take_payment(till, ana, "cash", 2000)
    credit = open_items.item_of_entry(till.database, payment.entry_id, ana)
    assert credit is not None
    with pytest.raises(BadInput, match=r"20\.00 is set"):
        customer_accounts.unallocate(till, credit.id, first, 2001)
    customer_accounts.unallocate(till, credit.id, first)
    assert open_amounts(till, ana) == [3000, 2000, -2000]
    with pytest.raises(BadInput, match="Nothing of this credit"):
        customer_accounts.unallocate(till, credit.id, first)
    customer_accounts.allocate(till, credit.id, [Allocation(second, 2000)])
    assert open_amounts(till, ana) == [3000]
    assert [(one.item_id, one.amount) for one in customer_accounts.allocated(till, second)] == [(credit.id, 2000)]


def test_paying_twice_with_one_key_counts_once(till: Desk, floor: Floor) -> None:
    ana = floor.customers[0]
    charge(till, ana, 3000, "2026-09-01")
    once = [customer_accounts.take_payment(till, ana, "cash", 1000, once="enter") for _ in range(2)]
    assert once[0] == once[1]
    assert customer_accounts.of(till, ana).owes == 2000


def test_a_payment_needs_an_open_shift_and_an_amount(till: Desk, floor: Floor, desk_of: Callable[..., Desk]) -> None:
    ana = floor.customers[0]
    with pytest.raises(BadInput, match="No shift is open"):
        customer_accounts.take_payment(desk_of("cashier", "till-2"), ana, "cash", 1000)
    for amount, told in ((0, "none"), (-5, "none"), (10**15, "too large")):
        with pytest.raises(BadInput, match=told):
            customer_accounts.take_payment(till, ana, "cash", amount)
    with pytest.raises(BadInput, match="not by “cheque”"):
        customer_accounts.take_payment(till, ana, "cheque", 100)
    with pytest.raises(BadInput, match="more than the store credit"):
        customer_accounts.take_payment(till, ana, "store credit", 100)


def test_cash_paid_on_account_lies_in_the_drawer(till: Desk, floor: Floor) -> None:
    charge(till, floor.customers[0], 3000, "2026-09-01")
    customer_accounts.take_payment(till, floor.customers[0], "cash", 1200)
    shift = shifts.current(till)
    assert shift is not None
    assert shifts.expected_cash(till.database, shift.id) == 1200


def test_what_was_paid_too_much_is_given_back_and_no_more(till: Desk, floor: Floor) -> None:
    ana = floor.customers[0]
    charge(till, ana, 1000, "2026-10-01")
    customer_accounts.take_payment(till, ana, "cash", 2500)
    with pytest.raises(BadInput, match=r"15\.00 is left of what was paid"):
        customer_accounts.give_back(till, ana, "cash", 1501)
    given = customer_accounts.give_back(till, ana, "cash", 1500)
    assert given.amount == -1500
    assert open_amounts(till, ana) == []
    assert customer_accounts.edit(till, ana, status="closed", credit_limit=0, terms_days=0).status == "closed"
    assert floor.failing() == {}


def test_the_books_hold_after_all_of_it(till: Desk, floor: Floor) -> None:
    ana = floor.customers[0]
    charge(till, ana, 3000, "2026-09-01")
    charge(till, ana, -500, "2026-09-02")
    customer_accounts.take_payment(till, ana, "card", 4000, "1234")
    charge(till, ana, 700, "2026-11-20")
    assert floor.failing() == {}


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("UPDATE account_item SET amount = amount + 1 WHERE id = 1", "account items are the ledger's receivables"),
        ("DELETE FROM account_item WHERE id = 2", "account items are the ledger's receivables"),
        ("UPDATE allocation SET amount = 3001 WHERE id = 1", "account items are allocated no further than they go"),
        ("UPDATE allocation SET amount = -1 WHERE id = 1", "account items are allocated no further than they go"),
        ("UPDATE allocation SET charge_item_id = 3 WHERE id = 1", "allocations are between items of one customer"),
        ("UPDATE allocation SET date = '2026-01-01' WHERE id = 1", "allocations are between items of one customer"),
        ("DELETE FROM account_item WHERE id = 3", "customers' agings sum to what they owe"),
        ("UPDATE payment SET amount = amount + 1 WHERE id = 1", "payments have their entry"),
    ],
)
def test_the_proof_finds_accounts_that_were_tampered_with(till: Desk, floor: Floor, statement: str, check: str) -> None:
    ana, bruno, _ = floor.customers
    charge(till, ana, 3000, "2026-09-01")
    customer_accounts.take_payment(till, ana, "card", 3000)
    charge(till, bruno, 3000, "2026-09-01")
    assert floor.failing() == {}
    damage(floor, statement)
    assert check in floor.failing()
