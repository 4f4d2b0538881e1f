"""Payments: money that comes in, or goes back, without a sale: on a customer's account, or a layaway's deposit."""

from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.money import plain
from bookkeeper_tui.store import ledger, shifts, store_credit
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import Change, Desk
from bookkeeper_tui.store.ledger import Posting

TENDERS = {"cash": ledger.DRAWER, "card": ledger.CARD_CLEARING, "store credit": ledger.STORE_CREDIT}
LARGEST = 10**12
LONGEST_REFERENCE = 60
LONGEST_NOTE = 500


class Payment(NamedTuple):
    """A payment as it is read back: minor units, positive when the shop took it; `at` in microseconds UTC.

    `kind` is account or deposit; `document_id` is the layaway's, 0 for an account.
    """

    id: int
    number: str
    kind: str
    customer_id: int
    document_id: int
    tender: str
    amount: int
    reference: str
    at: int
    business_date: str
    branch: str
    terminal: str
    staff: str
    entry_id: int
    note: str


def take(
    change: Change,
    *,
    kind: str,
    customer_id: int,
    tender: str,
    amount: int,
    against: str,
    document_id: int = 0,
    reference: str = "",
    note: str = "",
) -> Payment:
    """Takes money (minor units; negative gives it back) inside a change, and credits the ledger account `against`.

    The business date is the open shift's. Raises BadInput when no shift is open here, for a tender that is none, an
    amount of 0 or absurd, the walk-in customer, and more store credit than the customer has.
    """
    shift = shifts.require_open(change)
    _check(change, customer_id, tender, amount)
    database = change.database
    payment_id = int(database.execute_sql("SELECT COALESCE(MAX(id), 0) + 1 FROM payment").fetchone()[0])
    number = f"P-{change.next_number('payment'):07d}"
    entry_id = ledger.post(
        change,
        date=shift.business_date,
        kind="payment",
        document_kind="payment",
        document_id=payment_id,
        postings=[
            Posting(TENDERS[tender], amount, customer_id if tender == "store credit" else None),
            Posting(against, -amount, customer_id),
        ],
        memo=number,
    )
    reference, note = harmless(reference.strip())[:LONGEST_REFERENCE], harmless(note.strip())[:LONGEST_NOTE]
    database.execute_sql(
        INSERT_PAYMENT,
        (payment_id, number, kind, customer_id, document_id, shift.id, tender, amount, reference, change.at,
         shift.business_date, shift.branch_id, change.desk.terminal, change.desk.staff.staff_id, entry_id, note),
    )  # fmt: skip
    return read(database, payment_id)


def get(desk: Desk, payment_id: int) -> Payment:
    """One payment. Raises BadInput when there is none of this id."""
    return read(desk.require("account.viewed"), payment_id)


def read(database: SqliteDatabase, payment_id: int) -> Payment:
    """One payment, for use inside a change. Raises BadInput when there is none of this id."""
    row = database.execute_sql(SELECT_PAYMENT, (payment_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no payment {payment_id}")
    return Payment(*row)


def _check(change: Change, customer_id: int, tender: str, amount: int) -> None:
    exponent = change.desk.store.shop.exponent
    if tender not in TENDERS:
        raise BadInput(f"A payment is made by {', '.join(TENDERS)}, not by “{harmless(tender)[:40]}”")
    if not amount:
        raise BadInput("A payment of 0 is none: give an amount")
    if abs(amount) > LARGEST:
        raise BadInput(f"{plain(amount, exponent)} is too large a payment")
    coin = change.desk.store.settings.cash_rounding
    if tender == "cash" and amount < 0 and coin > 1 and amount % coin:
        raise BadInput(
            f"{plain(-amount, exponent)} cannot be handed out in coins of {plain(coin, exponent)}: "
            "take the rest as a fee, or give it back in another way"
        )
    if customer_id == WALK_IN_ID:
        raise BadInput("The walk-in customer has no account: choose who pays first")
    if change.database.execute_sql("SELECT 1 FROM customer WHERE id = ?", (customer_id,)).fetchone() is None:
        raise BadInput(f"There is no customer with the id {customer_id}")
    if tender == "store credit" and amount > (left := store_credit.balance(change.database, customer_id)):
        raise BadInput(f"{plain(amount, exponent)} is more than the store credit: {plain(left, exponent)} is left")


INSERT_PAYMENT = """
INSERT INTO payment (id, number, kind, customer_id, document_id, shift_id, tender, amount, reference, at,
                     business_date, branch_id, terminal, staff_id, entry_id, note)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
SELECT_PAYMENT = """
SELECT payment.id, payment.number, payment.kind, payment.customer_id, payment.document_id, payment.tender,
       payment.amount, payment.reference, payment.at, payment.business_date, branch.name, payment.terminal,
       COALESCE(staff.name, ''), payment.entry_id, payment.note
FROM payment JOIN branch ON branch.id = payment.branch_id LEFT JOIN staff ON staff.id = payment.staff_id
WHERE payment.id = ?
"""
PAYMENTS_UNLIKE_ENTRIES = """
SELECT payment.id FROM payment LEFT JOIN entry ON entry.id = payment.entry_id
WHERE entry.id IS NULL OR entry.document_kind <> 'payment' OR entry.document_id <> payment.id
   OR payment.amount <> (SELECT SUM(amount) FROM posting WHERE entry_id = payment.entry_id AND line_no = 1)
"""
PROOFS: tuple[tuple[str, str, str], ...] = (
    ("payments have their entry", "SELECT COUNT(*) FROM payment", PAYMENTS_UNLIKE_ENTRIES),
)
