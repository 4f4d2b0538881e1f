"""Customer accounts: who may buy on credit, how much and for how long; payments on account and what they pay for.

A charge is refused when the account is on hold or closed or the limit would be passed; paying is never refused. A new
credit is set against the oldest due charges unless told otherwise, and what it leaves over pays for later charges.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import Conventions, harmless
from bookkeeper_tui.money import plain
from bookkeeper_tui.store import ledger, open_items, payments, shifts
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import AlreadyDone, Change, Desk
from bookkeeper_tui.store.open_items import OpenItem
from bookkeeper_tui.store.payments import Payment

NEVER_OPENED = "none"
STATUSES = ("active", "hold", "closed")
LARGEST_LIMIT = 10**12
LONGEST_TERMS = 3650


@dataclass(frozen=True, slots=True)
class CustomerAccount:
    """A customer's account: money in minor units, `since` an ISO date, status "none" when it was never opened.

    `owes` is negative when the shop owes them; `available` is what may still be charged, 0 unless it is active.
    """

    customer_id: int
    status: str
    credit_limit: int
    terms_days: int
    since: str
    owes: int
    available: int


class AccountLine(NamedTuple):
    """What one document did to an account: minor units, positive for a charge; `due` is its date where none was set.

    `open` is what is not allocated of it, with the same sign; `reference` is the number of the sale or payment.
    """

    id: int
    date: str
    due: str
    reference: str
    what: str
    amount: int
    open: int
    sale_id: int | None


class Allocation(NamedTuple):
    """How much of a credit is to pay for a charge, by the charge's item id, in minor units."""

    charge_id: int
    amount: int


class Allocated(NamedTuple):
    """What an item is set against: the other item, its document's number, minor units, and the date it was done."""

    item_id: int
    reference: str
    amount: int
    date: str


def of(desk: Desk, customer_id: int) -> CustomerAccount:
    """A customer's account as it stands; also of somebody who has none."""
    return read(desk.require("account.viewed"), customer_id)


def open_account(desk: Desk, customer_id: int, *, credit_limit: int, terms_days: int) -> CustomerAccount:
    """Lets a customer buy on credit up to a limit (minor units), to be paid within so many days.

    Raises BadInput for the walk-in, a customer who has an account already, and an absurd limit or terms.
    """
    with desk.change("account.opened", customer_id=customer_id) as change:
        _check_terms(change, "active", credit_limit, terms_days)
        if customer_id == WALK_IN_ID:
            raise BadInput("The walk-in customer can have no account: choose a customer first")
        name = _name(change.database, customer_id)
        if read(change.database, customer_id).status != NEVER_OPENED:
            raise BadInput(f"{name} has an account already: change its status, limit or terms")
        since = shifts.posting_date(change)
        change.database.execute_sql(INSERT_ACCOUNT, (customer_id, credit_limit, terms_days, since))
        change.field("status", "", "active")
        _note_money(change, "credit_limit", 0, credit_limit)
        change.field("terms_days", 0, terms_days)
    return read(desk.database, customer_id)


def edit(desk: Desk, customer_id: int, *, status: str, credit_limit: int, terms_days: int) -> CustomerAccount:
    """Changes an account's status (active, hold, closed), limit (minor units) and terms in days.

    Raises BadInput when there is no account, for an absurd value, and for closing one that is not at 0.
    """
    with desk.change("account.edited", customer_id=customer_id) as change:
        _check_terms(change, status, credit_limit, terms_days)
        before = read(change.database, customer_id)
        name = _name(change.database, customer_id)
        if before.status == NEVER_OPENED:
            raise BadInput(f"{name} has no account yet: open one first")
        if status == "closed" and before.owes:
            owed = plain(before.owes, change.desk.store.shop.exponent)
            raise BadInput(f"The account of {name} stands at {owed}: it can be closed once it is at 0")
        if (status, credit_limit, terms_days) == (before.status, before.credit_limit, before.terms_days):
            change.drop()
        change.database.execute_sql(UPDATE_ACCOUNT, (status, credit_limit, terms_days, customer_id))
        if status != before.status:
            change.field("status", before.status, status)
        if credit_limit != before.credit_limit:
            _note_money(change, "credit_limit", before.credit_limit, credit_limit)
        if terms_days != before.terms_days:
            change.field("terms_days", before.terms_days, terms_days)
    return read(desk.database, customer_id)


def check_charge(database: SqliteDatabase, customer_id: int, amount: int, conventions: Conventions) -> None:
    """Raises BadInput unless this amount (minor units) may be charged to a customer's account now.

    Before tendering, and once more inside the change that charges: nobody else charges meanwhile.
    """
    if amount <= 0:
        return
    if customer_id == WALK_IN_ID:
        raise BadInput("The walk-in customer has no account to charge: choose a customer first")
    account, name = read(database, customer_id), _name(database, customer_id)
    if account.status == NEVER_OPENED:
        raise BadInput(f"{name} has no account to charge: a supervisor can open one on the Account tab")
    if account.status != "active":
        state = "on hold" if account.status == "hold" else "closed"
        raise BadInput(f"The account of {name} is {state}: it can be paid, and not charged")
    if amount > account.available:
        raise BadInput(
            f"{conventions.amount(amount)} on account is above the limit: "
            f"{conventions.amount(account.available)} are still available"
        )


def items(
    desk: Desk, customer_id: int, *, only_open: bool = True, after: tuple[str, int] | None = None, limit: int = 100_000
) -> list[AccountLine]:
    """A customer's items, the oldest first: only those not allocated whole, or all of them.

    `after` is the (date, id) of the last one of the page before.
    """
    database = desk.require("account.viewed")
    date, item_id = after or ("", 0)
    wanted = {"customer": customer_id, "date": date, "id": item_id, "limit": limit, "all": int(not only_open)}
    return [AccountLine(*row) for row in database.execute_sql(SELECT_ITEMS, wanted)]


def allocated(desk: Desk, item_id: int) -> list[Allocated]:
    """What a credit pays for, or what a charge is paid by: those of which something is still set."""
    database = desk.require("account.viewed")
    return [Allocated(*row) for row in database.execute_sql(ALLOCATED, {"item": item_id})]


def take_payment(
    desk: Desk,
    customer_id: int,
    tender: str,
    amount: int,
    reference: str = "",
    allocations: Sequence[Allocation] | None = None,
    once: str | None = None,
) -> Payment:
    """Takes a payment on account (minor units, positive) by cash, card or store credit.

    It pays for the oldest due charges, or for `allocations` and nothing else; what is left over waits for later
    charges. Raises BadInput when no shift is open here, when the customer has neither an account nor a debt, and for
    what `payments.take` and `open_items.allocate` refuse.
    """
    try:
        with desk.change("payment.taken", customer_id=customer_id, once=once) as change:
            payment = _take_payment(change, customer_id, tender, amount, reference)
            _pay_for(change, payment, allocations)
            change.result = str(payment.id)
    except AlreadyDone as done:
        payment = payments.read(desk.database, int(done.result))
    return payment


def give_back(
    desk: Desk, customer_id: int, tender: str, amount: int, reference: str = "", once: str | None = None
) -> Payment:
    """Gives back what a customer paid beyond what they owe (minor units, positive); answers it as a negative payment.

    Raises BadInput when that much is not left over, and for what `payments.take` refuses.
    """
    try:
        with desk.change("payment.given_back", customer_id=customer_id, once=once) as change:
            exponent = change.desk.store.shop.exponent
            left = -sum(credit.open for credit in open_items.open_credits(change.database, customer_id))
            if not 0 < amount <= left:
                raise BadInput(
                    f"{plain(amount, exponent)} cannot be given back: {plain(left, exponent)} is left of what was paid"
                )
            payment = _paid(change, customer_id, tender, -amount, reference)
            settle(change, payment.entry_id, customer_id)
            change.result = str(payment.id)
    except AlreadyDone as done:
        payment = payments.read(desk.database, int(done.result))
    return payment


def allocate(desk: Desk, credit_id: int, allocations: Sequence[Allocation], once: str | None = None) -> None:
    """Sets what is left of a credit against charges of the same customer. Raises BadInput as `open_items.allocate`."""
    try:
        with desk.change("account.allocated", once=once) as change:
            _name_item(change, credit_id)
            today = shifts.posting_date(change)
            for charge_id, amount in allocations:
                if amount < 0:
                    raise BadInput("Only a positive amount can be set against a charge")
                open_items.allocate(change, credit_id, charge_id, amount, today)
            change.note(set=[[charge_id, amount] for charge_id, amount in allocations])
    except AlreadyDone:
        pass


def unallocate(desk: Desk, credit_id: int, charge_id: int, amount: int | None = None, once: str | None = None) -> None:
    """Takes back what a credit paid for a charge: an amount (minor units, positive), or all of it.

    Raises BadInput when that much is not set.
    """
    try:
        with desk.change("account.allocated", once=once) as change:
            _name_item(change, credit_id)
            taken = open_items.between(change.database, credit_id, charge_id) if amount is None else amount
            if taken <= 0:
                raise BadInput("Nothing of this credit is set against that charge")
            open_items.allocate(change, credit_id, charge_id, -taken, shifts.posting_date(change))
            change.note(charge=charge_id, amount=-taken)
    except AlreadyDone:
        pass


def settle(change: Change, entry_id: int, customer_id: int, first: Sequence[int] = ()) -> None:
    """Allocates what an entry just did to a customer's receivable, inside the change that posted it.

    A credit pays for the charges of the entries `first`, then for the oldest due; a charge is paid by what earlier
    credits left over. Without an effect on the receivable it does nothing.
    """
    new = open_items.item_of_entry(change.database, entry_id, customer_id)
    if new is None or not new.open:
        return
    if new.amount > 0:
        open_items.spread(change, new, open_items.open_credits(change.database, customer_id))
        return
    charges = open_items.open_charges(change.database, customer_id)
    open_items.spread(change, new, sorted(charges, key=lambda charge: _place(charge, first)))


def read(database: SqliteDatabase, customer_id: int) -> CustomerAccount:
    """A customer's account, for use inside a change and by other rooms."""
    status, limit, terms, since, owes = database.execute_sql(SELECT_ACCOUNT, (customer_id,)).fetchone()
    available = max(0, limit - owes) if status == "active" else 0
    return CustomerAccount(customer_id, status, limit, terms, since, owes, available)


def _take_payment(change: Change, customer_id: int, tender: str, amount: int, reference: str) -> Payment:
    account = read(change.database, customer_id)
    if amount <= 0:
        raise BadInput(f"A payment of {plain(amount, change.desk.store.shop.exponent)} is none: give an amount")
    if account.status == NEVER_OPENED and account.owes <= 0 and customer_id != WALK_IN_ID:
        raise BadInput(f"{_name(change.database, customer_id)} has no account and owes nothing")
    return _paid(change, customer_id, tender, amount, reference)


def _paid(change: Change, customer_id: int, tender: str, amount: int, reference: str) -> Payment:
    payment = payments.take(
        change,
        kind="account",
        customer_id=customer_id,
        tender=tender,
        amount=amount,
        against=ledger.RECEIVABLES,
        reference=reference,
    )
    change.concerns(subject=payment.number)
    change.note(tender=tender, amount=plain(amount, change.desk.store.shop.exponent))
    return payment


def _pay_for(change: Change, payment: Payment, allocations: Sequence[Allocation] | None) -> None:
    if allocations is None:
        settle(change, payment.entry_id, payment.customer_id)
        return
    credit = open_items.item_of_entry(change.database, payment.entry_id, payment.customer_id)
    assert credit is not None
    for charge_id, amount in allocations:
        if amount < 0:
            raise BadInput("Only a positive amount can be set against a charge")
        open_items.allocate(change, credit.id, charge_id, amount, payment.business_date)


def _name_item(change: Change, item_id: int) -> OpenItem:
    found = open_items.item(change.database, item_id)
    change.concerns(customer_id=found.customer_id)
    change.note(item=item_id)
    return found


def _place(charge: OpenItem, first: Sequence[int]) -> tuple[int, str, int]:
    rank = first.index(charge.entry_id) if charge.entry_id in first else len(first)
    return (rank, charge.due, charge.id)


def _check_terms(change: Change, status: str, credit_limit: int, terms_days: int) -> None:
    if status not in STATUSES:
        raise BadInput(f"An account is {', '.join(STATUSES)}, not “{harmless(status)[:40]}”")
    if not 0 <= credit_limit <= LARGEST_LIMIT:
        raise BadInput(f"{plain(credit_limit, change.desk.store.shop.exponent)} cannot be a credit limit")
    if not 0 <= terms_days <= LONGEST_TERMS:
        raise BadInput(f"Terms of {terms_days} days are none: 0 to {LONGEST_TERMS}")


def _note_money(change: Change, name: str, old: int, new: int) -> None:
    exponent = change.desk.store.shop.exponent
    change.field(name, plain(old, exponent), plain(new, exponent))


def _name(database: SqliteDatabase, customer_id: int) -> str:
    row = database.execute_sql("SELECT name FROM customer WHERE id = ?", (customer_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no customer with the id {customer_id}")
    return harmless(row[0])


SELECT_ACCOUNT = """
SELECT COALESCE(account.status, 'none'), COALESCE(account.credit_limit, 0), COALESCE(account.terms_days, 0),
       COALESCE(account.since, ''), COALESCE(standing.owes, 0)
FROM (SELECT ? AS id) AS customer
LEFT JOIN customer_account AS account ON account.customer_id = customer.id
LEFT JOIN standing ON standing.customer_id = customer.id
"""
INSERT_ACCOUNT = "INSERT INTO customer_account (customer_id, credit_limit, terms_days, since) VALUES (?, ?, ?, ?)"
UPDATE_ACCOUNT = "UPDATE customer_account SET status = ?, credit_limit = ?, terms_days = ? WHERE customer_id = ?"
# How an item is called by its document: the number of the sale or payment behind its entry, and what it is in words.
REFERENCE = "COALESCE(sale.number, payment.number, moved.number, NULLIF(entry.memo, ''), 'E-' || entry.id)"
WHAT = """
CASE WHEN sale.kind = 'sale' THEN 'Sale'
     WHEN sale.kind = 'return' THEN CASE WHEN entry.kind = 'void' THEN 'Void' ELSE 'Return' END || COALESCE(
         ' of ' || (SELECT number FROM sale AS sold WHERE sold.id = COALESCE(sale.voids, (
             SELECT sale_id FROM returned_line WHERE return_id = sale.id ORDER BY line_no LIMIT 1),
             (SELECT sale_id FROM package WHERE refund_id = sale.id))), '')
     WHEN payment.id IS NOT NULL THEN CASE WHEN item.amount < 0 THEN 'Payment by ' ELSE 'Paid out by ' END
         || payment.tender || CASE WHEN payment.reference = '' THEN '' ELSE ' ' || payment.reference END
     WHEN moved.id IS NOT NULL THEN CASE WHEN item.amount > 0 THEN 'Sale moved here' ELSE 'Sale moved to another' END
     WHEN entry.document_kind = 'merge' THEN CASE WHEN entry.reverses IS NULL THEN 'Customers merged'
                                                  ELSE 'Merge undone' END
     ELSE upper(substr(entry.kind, 1, 1)) || substr(entry.kind, 2) END
"""
FROM_DOCUMENT = """
JOIN entry ON entry.id = item.entry_id
LEFT JOIN sale ON sale.id = CASE WHEN entry.document_kind = 'sale' THEN entry.document_id END
LEFT JOIN payment ON payment.id = CASE WHEN entry.document_kind = 'payment' THEN entry.document_id END
LEFT JOIN sale_move ON sale_move.entry_id = CASE WHEN entry.document_kind = 'move' THEN entry.id END
LEFT JOIN sale AS moved ON moved.id = sale_move.sale_id
"""
SELECT_ITEMS = f"""
SELECT item.id, item.date, CASE WHEN item.due = '' THEN item.date ELSE item.due END,
       {REFERENCE}, {WHAT}, item.amount, item.open, COALESCE(sale.id, moved.id)
FROM (
    SELECT id, entry_id, date, due, amount,
           CASE WHEN amount > 0
                THEN amount - COALESCE((SELECT SUM(amount) FROM allocation WHERE charge_item_id = account_item.id), 0)
                ELSE amount + COALESCE((SELECT SUM(amount) FROM allocation WHERE credit_item_id = account_item.id), 0)
           END AS open
    FROM account_item WHERE customer_id = :customer AND (date, id) > (:date, :id) ORDER BY date, id
) AS item {FROM_DOCUMENT}
WHERE item.open <> 0 OR :all ORDER BY item.date, item.id LIMIT :limit
"""
ALLOCATED = f"""
SELECT item.id, {REFERENCE},
       SUM(allocation.amount), MAX(allocation.date)
FROM allocation
JOIN account_item AS item
  ON item.id = CASE WHEN allocation.credit_item_id = :item THEN allocation.charge_item_id
                    ELSE allocation.credit_item_id END
{FROM_DOCUMENT}
WHERE allocation.credit_item_id = :item OR allocation.charge_item_id = :item
GROUP BY item.id HAVING SUM(allocation.amount) <> 0 ORDER BY item.date, item.id
"""
