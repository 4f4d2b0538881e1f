"""Statements of account: balances that chain, aging that sums to them, and past dates that stay as they were."""

import shutil
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import customer_accounts, customers, open_items, proof, statements
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.opening import open_store
from bookkeeper_tui.store.sales import NewTender
from bookkeeper_tui.store.statements import BALANCE_FORWARD, KINDS, OPEN_ITEM, TRANSACTIONS, Aging
from tests.store.accounts_floor import charge, open_shift
from tests.store.floor import Floor


def test_opening_and_turnover_make_the_closing_balance(desk: Desk, floor: Floor) -> None:
    ana = floor.customers[0]
    charge(desk, ana, 3000, "2026-09-10")
    charge(desk, ana, 2000, "2026-10-10")
    charge(desk, ana, -500, "2026-10-12")
    october = statements.statement(desk, ana, "2026-10-01", "2026-10-31")
    assert (october.opening, october.debits, october.credits, october.closing) == (3000, 2000, 500, 4500)
    assert [(line.debit, line.credit, line.balance) for line in october.lines] == [(2000, 0, 5000), (0, 500, 4500)]


def test_the_closing_balance_is_the_next_opening_one(desk: Desk, floor: Floor) -> None:
    ana = floor.customers[0]
    charge(desk, ana, 3000, "2026-09-30")
    charge(desk, ana, 2000, "2026-10-01")
    september = statements.statement(desk, ana, "", "2026-09-30")
    october = statements.statement(desk, ana, "2026-10-01", "2026-10-31")
    assert september.closing == october.opening == 3000


def test_an_open_item_statement_lists_what_is_still_owed(desk: Desk, floor: Floor) -> None:
    ana = floor.customers[0]
    charge(desk, ana, 3000, "2026-08-01")
    charge(desk, ana, 2000, "2026-09-01")
    charge(desk, ana, -3500, "2026-10-05")
    seen = statements.statement(desk, ana, "2026-10-01", "2026-10-31", OPEN_ITEM)
    assert [(line.date, line.debit, line.balance) for line in seen.lines] == [("2026-09-01", 1500, 1500)]
    assert (seen.opening, seen.closing) == (5000, 1500)


def test_lines_are_named_by_their_documents(desk: Desk, floor: Floor) -> None:
    open_shift(desk)
    ana = floor.customers[0]
    sale = floor.sale(customer=ana, tenders=[NewTender("account", 1800)])
    floor.post(sale)
    customer_accounts.take_payment(desk, ana, "card", 800, "4711")
    seen = statements.statement(desk, ana, "", "2099-12-31", TRANSACTIONS)
    assert [(line.reference, line.what, line.open) for line in seen.lines] == [
        ("S-0000001", "Sale", 1000),
        ("P-0000001", "Payment by card 4711", 0),
    ]


def test_aging_counts_from_the_day_after_it_is_due(desk: Desk, floor: Floor) -> None:
    ana = floor.customers[0]
    charge(desk, ana, 100, "2026-01-01", due="2026-03-01")
    day = date(2026, 3, 1)
    for days, bucket in ((0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (120, 4), (121, 5)):
        buckets = [amount for _, amount in statements.aging(desk, ana, (day + timedelta(days)).isoformat()).buckets]
        assert [at for at, amount in enumerate(buckets) if amount] == [bucket]


def test_a_charge_without_a_due_date_ages_from_its_own(desk: Desk, floor: Floor) -> None:
    charge(desk, floor.customers[0], 100, "2026-01-01")
    assert statements.aging(desk, floor.customers[0], "2026-01-02").to_30 == 100


def test_unapplied_credit_stands_beside_the_buckets(desk: Desk, floor: Floor) -> None:
    charge(desk, floor.customers[0], -700, "2026-01-01")
    seen = statements.aging(desk, floor.customers[0], "2026-05-01")
    assert seen == Aging("2026-05-01", 0, 0, 0, 0, 0, 0, -700)
    assert seen.balance == -700


def test_an_unknown_date_kind_or_customer_is_refused(desk: Desk, floor: Floor) -> None:
    ana = floor.customers[0]
    with pytest.raises(BadInput, match="ends before it begins"):
        statements.statement(desk, ana, "2026-02-01", "2026-01-31")
    with pytest.raises(BadInput, match="not a date"):
        statements.statement(desk, ana, "", "2026-02-30")
    with pytest.raises(BadInput, match="no kind of statement"):
        statements.statement(desk, ana, "", "2026-02-28", "poem")
    with pytest.raises(BadInput, match="no customer"):
        statements.statement(desk, 999, "", "2026-02-28")


class Step(NamedTuple):
    """Something that happens to the account, some days after the step before."""

    days: int
    what: str
    amount: int
    terms: int
    pick: int


STEPS = st.lists(
    st.builds(
        Step,
        st.integers(0, 45),
        st.sampled_from(["charge", "charge", "charge", "credit", "credit", "loose credit", "take back", "set"]),
        st.integers(1, 5000),
        st.sampled_from([0, 0, 10, 30, 100]),
        st.integers(0, 50),
    ),
    min_size=1,
    max_size=14,
)
FIRST_DAY = date(2026, 1, 1)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_buckets_are_the_balance_on_every_date(steps: list[Step], founded: Path) -> None:
    with TemporaryDirectory() as place:
        shutil.copytree(founded, place, dirs_exist_ok=True)
        store = open_store(Path(place) / "shop", Path(place) / "keys")
        store.database.execute_sql("PRAGMA synchronous = off")
        try:
            _live_through(Desk.shell(store), steps)
        finally:
            store.close()


def _live_through(desk: Desk, steps: list[Step]) -> None:
    ana = customers.create(desk, CustomerFields(name="Ana", phone="+34600111222")).id
    day, expected = FIRST_DAY, dict[str, int]()
    seen: dict[str, tuple[Aging, list[object]]] = {}
    for step in steps:
        before, day = day, day + timedelta(step.days)
        if day > before:
            _remember(desk, ana, before.isoformat(), seen)
        moved = _happen(desk, ana, step, day)
        expected[day.isoformat()] = expected.get(day.isoformat(), 0) + moved
    _remember(desk, ana, day.isoformat(), seen)
    balance = 0
    for as_of in sorted({*seen, *expected}):
        balance += expected.get(as_of, 0)
        if as_of in seen:
            assert seen[as_of][0].balance == balance
            again: dict[str, tuple[Aging, list[object]]] = {}
            _remember(desk, ana, as_of, again)
            assert again == {as_of: seen[as_of]}, "what came later changed a past date"
    _check_chain(desk, ana, sorted(seen), balance)
    assert [check for check in proof.checks(desk) if not check.ok] == []


def _happen(desk: Desk, ana: int, step: Step, day: date) -> int:
    """Does a step and answers what it added to the balance."""
    if step.what == "charge":
        due = (day + timedelta(step.terms)).isoformat() if step.terms else ""
        charge(desk, ana, step.amount, day.isoformat(), due)
        return step.amount
    if step.what in ("credit", "loose credit"):
        charge(desk, ana, -step.amount, day.isoformat(), settled=step.what == "credit")
        return -step.amount
    _reallocate(desk, ana, step, day)
    return 0


def _reallocate(desk: Desk, ana: int, step: Step, day: date) -> None:
    credits = [line for line in customer_accounts.items(desk, ana, only_open=False) if line.amount < 0]
    if not credits:
        return
    credit = credits[step.pick % len(credits)]
    with desk.change("account.allocated") as change:
        if step.what == "take back":
            for one in customer_accounts.allocated(desk, credit.id)[: 1 + step.pick % 2]:
                open_items.allocate(change, credit.id, one.item_id, -min(one.amount, step.amount), day.isoformat())
        else:
            for charged in open_items.open_charges(desk.database, ana)[-1:]:
                amount = min(-open_items.item(desk.database, credit.id).open, charged.open, step.amount)
                if amount:
                    open_items.allocate(change, credit.id, charged.id, amount, day.isoformat())


def _remember(desk: Desk, ana: int, as_of: str, seen: dict[str, tuple[Aging, list[object]]]) -> None:
    drawn = [statements.statement(desk, ana, "", as_of, kind) for kind in KINDS]
    for one in drawn:
        assert one.closing == one.aging.balance == sum(amount for _, amount in one.aging.buckets)
        assert not one.lines or one.lines[-1].balance == one.closing
    assert all(amount >= 0 for amount in drawn[0].aging[1:7])
    assert drawn[0].aging.unapplied <= 0
    seen[as_of] = (statements.aging(desk, ana, as_of), list(drawn))


def _check_chain(desk: Desk, ana: int, days: list[str], balance: int) -> None:
    bounds = [*days, "2035-01-01"]
    parts = [
        statements.statement(desk, ana, _day_after(before), last, BALANCE_FORWARD) for before, last in pairwise(bounds)
    ]
    opening = statements.statement(desk, ana, "", days[0]).closing
    for part in parts:
        assert part.opening == opening
        assert part.opening + part.debits - part.credits == part.closing
        assert sum(line.debit - line.credit for line in part.lines) == part.closing - part.opening
        opening = part.closing
    assert opening == balance


def _day_after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(1)).isoformat()
