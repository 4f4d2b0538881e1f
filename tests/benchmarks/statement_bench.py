"""A statement over ten thousand items, its aging, and what an account of that size costs a sale that charges it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from bookkeeper_tui.formats import instant_of, local_time
from bookkeeper_tui.store import customer_accounts, customers, ledger, open_items, sales, statements
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Change, Desk
from bookkeeper_tui.store.engine.bulk import insert_rows
from bookkeeper_tui.store.founding import found_shop
from bookkeeper_tui.store.ledger import Posting
from bookkeeper_tui.store.sales import NewLine, NewSale, NewTender
from bookkeeper_tui.store.shop import branch_id
from tests.benchmarks.measure import Area, Figure, figure, median, repeated

CHARGES = 8_000
PAYMENTS = 2_000
CHARGES_A_PAYMENT = CHARGES // PAYMENTS
TIMES = 40
BUDGET_MS = 100.0
FIRST_DAY = date(2023, 1, 1)
LAST_DAY = "2026-11-30"


def run() -> Area:
    """Make a shop with one large account, and measure on it."""
    with tempfile.TemporaryDirectory() as place:
        store = found_shop(Path(place) / "shop", Path(place) / "keys", name="Bench", currency="EUR", country="ES")
        try:
            desk = Desk.shell(store)
            return _measured(desk, _fill(desk))
        finally:
            store.close()


def _measured(desk: Desk, customer_id: int) -> Area:
    bare = "SELECT id, date, due, amount FROM account_item WHERE customer_id = ? ORDER BY date, id"
    floor = median(repeated(lambda: desk.database.execute_sql(bare, (customer_id,)).fetchall(), TIMES))
    figures = [_statement(desk, customer_id, kind, floor) for kind in statements.KINDS]
    figures.append(
        figure(
            "aging as of a past date",
            "ms",
            repeated(lambda: statements.aging(desk, customer_id, "2025-06-30"), TIMES),
            floor=floor,
            budget=BUDGET_MS,
        )
    )
    figures.append(
        figure(
            "what is open now, for a new payment",
            "ms",
            repeated(lambda: open_items.open_charges(desk.database, customer_id), TIMES),
            floor=floor,
        )
    )
    figures.append(
        figure(
            "credit left over, for a new charge",
            "ms",
            repeated(lambda: open_items.open_credits(desk.database, customer_id), TIMES),
            floor=floor,
        )
    )
    return Area(
        f"A statement over {CHARGES + PAYMENTS:,} items", figures, ("Floor: the account's items read bare, in order.",)
    )


def _statement(desk: Desk, customer_id: int, kind: str, floor: float) -> Figure:
    samples = repeated(lambda: statements.statement(desk, customer_id, "", LAST_DAY, kind), TIMES)
    return figure(f"statement, {kind}", "ms", samples, floor=floor, budget=BUDGET_MS)


def _fill(desk: Desk) -> int:
    """A customer with an account of three sales a day and a payment for every four of them, most of it settled."""
    customer_id = customers.create(desk, CustomerFields(name="Heavy Account", phone="+34600111222")).id
    customer_accounts.open_account(desk, customer_id, credit_limit=10**9, terms_days=30)
    with desk.change("import.sales") as change:
        branch = branch_id(change.database, "Main")
        sold = sales.post_many(change, _sales(desk, customer_id, branch))
        rows = change.database.execute_sql("SELECT id, date, amount FROM account_item ORDER BY id").fetchall()
        assert len(sold) == len(rows) == CHARGES
        for at in range(0, CHARGES, CHARGES_A_PAYMENT):
            _pay(change, customer_id, branch, rows[at : at + CHARGES_A_PAYMENT])
    return customer_id


def _sales(desk: Desk, customer_id: int, branch: int) -> Iterator[NewSale]:
    zone = desk.store.shop.time_zone
    noon = instant_of(local_time(0, zone).replace(year=2023, month=1, day=1, hour=12), zone)
    for at in range(CHARGES):
        days, amount = at // 6, 500 + at % 97
        yield NewSale(
            noon + days * 86_400_000_000 + at, (FIRST_DAY + timedelta(days)).isoformat(), branch, customer_id,
            [NewLine(None, 1000, 1, amount, code="A", description="Article")], [NewTender("account", amount)],
        )  # fmt: skip


def _pay(change: Change, customer_id: int, branch: int, charges: list[tuple[int, str, int]]) -> None:
    """A payment a week after its charges, for all of them but a little of the last in every tenth one."""
    payment_id = int(change.database.execute_sql("SELECT COALESCE(MAX(id), 0) + 1 FROM payment").fetchone()[0])
    total = sum(amount for _, _, amount in charges) - (100 if payment_id % 10 == 0 else 0)
    day = (date.fromisoformat(charges[-1][1]) + timedelta(7)).isoformat()
    entry_id = ledger.post(
        change, date=day, kind="payment", document_kind="payment", document_id=payment_id,
        postings=[Posting(ledger.CARD_CLEARING, total), Posting(ledger.RECEIVABLES, -total, customer_id)],
    )  # fmt: skip
    row = (
        payment_id,
        f"P-{payment_id:07d}",
        "account",
        customer_id,
        "card",
        total,
        change.at,
        day,
        branch,
        "bench",
        entry_id,
    )
    insert_rows(change.database, INTO_PAYMENT, [row])
    credit = open_items.item_of_entry(change.database, entry_id, customer_id)
    assert credit is not None
    allocations, left = [], total
    for charge_id, _, amount in charges:
        allocations.append((credit.id, charge_id, min(amount, left), day, change.at))
        left -= min(amount, left)
    insert_rows(change.database, "allocation (credit_item_id, charge_item_id, amount, date, at)", allocations)


INTO_PAYMENT = """
payment (id, number, kind, customer_id, tender, amount, at, business_date, branch_id, terminal, entry_id)
"""
