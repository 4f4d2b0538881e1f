"""Open items: what each ledger entry did to a customer's receivable, and which credits are set against which charges.

Items are written where entries are, so that an account can never differ from the ledger. An allocation is dated no
earlier than its two items and than what was allocated of them before: what stood on a past date stays as it stood.
"""

from collections.abc import Sequence
from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.money import plain
from bookkeeper_tui.store.desk import Change
from bookkeeper_tui.store.engine.bulk import insert_rows


class ItemPosting(NamedTuple):
    """A posting to a customer's receivable: minor units, positive for a charge; `due` is empty for the usual terms."""

    entry_id: int
    account_id: int
    customer_id: int
    amount: int
    date: str
    due: str


class OpenItem(NamedTuple):
    """An item and how much of it is open, in minor units: positive for a charge, negative for a credit.

    `due` is the item's own date where nothing else was said; `touched` is when it was last allocated, or its date.
    """

    id: int
    customer_id: int
    entry_id: int
    date: str
    due: str
    amount: int
    open: int
    touched: str


def add(database: SqliteDatabase, postings: Sequence[ItemPosting]) -> None:
    """Writes the items of new entries, one an entry and customer.

    A charge is due when it says, else after the customer's terms, else on its own date (`due` stays empty).
    """
    together: dict[tuple[int, int], ItemPosting] = {}
    for posting in postings:
        key = (posting.entry_id, posting.customer_id)
        known = together.get(key)
        together[key] = posting._replace(amount=posting.amount + known.amount) if known else posting
    rows = []
    for item in together.values():
        due = item.due or _due_by_terms(database, item) if item.amount > 0 else ""
        rows.append((item.customer_id, item.entry_id, item.date, due, item.amount))
    insert_rows(database, INTO_ITEM, rows)


def item(database: SqliteDatabase, item_id: int) -> OpenItem:
    """An item with what is open of it. Raises BadInput when there is none of this id."""
    row = database.execute_sql(ONE_ITEM, (item_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no account item {item_id}")
    return OpenItem(*row)


def item_of_entry(database: SqliteDatabase, entry_id: int, customer_id: int) -> OpenItem | None:
    """What an entry did to a customer's receivable, None when nothing."""
    row = database.execute_sql(ITEM_OF_ENTRY, (entry_id, customer_id)).fetchone()
    return item(database, row[0]) if row else None


def open_charges(database: SqliteDatabase, customer_id: int) -> list[OpenItem]:
    """A customer's charges that are not paid whole, the oldest due first."""
    return [OpenItem(*row) for row in database.execute_sql(OPEN_CHARGES, (customer_id,))]


def open_credits(database: SqliteDatabase, customer_id: int) -> list[OpenItem]:
    """A customer's payments and other credits that are not set against charges whole, the oldest first."""
    return [OpenItem(*row) for row in database.execute_sql(OPEN_CREDITS, (customer_id,))]


def allocate(change: Change, credit_id: int, charge_id: int, amount: int, today: str) -> None:
    """Sets an amount (minor units) of a credit against a charge, inside a change; a negative one takes it back.

    `today` is the business date. Raises BadInput when more than is open on either side would be set, more taken back
    than was set, or the two are not a credit and a charge of one customer.
    """
    database, exponent = change.database, change.desk.store.shop.exponent
    credit, charge = item(database, credit_id), item(database, charge_id)
    if credit.customer_id != charge.customer_id or not credit.amount < 0 < charge.amount:
        raise BadInput("Only a credit and a charge of the same customer can be set against each other")
    if not amount:
        raise BadInput("Setting 0 against a charge does nothing: give an amount")
    if amount > min(-credit.open, charge.open):
        raise BadInput(
            f"{plain(amount, exponent)} cannot be set: {plain(-credit.open, exponent)} of the credit and "
            f"{plain(charge.open, exponent)} of the charge are open"
        )
    if amount < 0 and -amount > (taken := between(database, credit_id, charge_id)):
        raise BadInput(f"{plain(-amount, exponent)} cannot be taken back: {plain(taken, exponent)} is set")
    _write(change, [(credit, charge, amount)], today)


def spread(change: Change, new: OpenItem, others: Sequence[OpenItem], today: str = "") -> int:
    """Sets an item against others of the other sign, in their order, as far as they go; answers what stays open.

    For use inside a change, with items as they stand now.
    """
    left, rows = abs(new.open), []
    for other in others:
        taken = min(left, abs(other.open))
        if taken > 0:
            rows.append((new, other, taken) if new.amount < 0 else (other, new, taken))
            left -= taken
    _write(change, rows, today)
    return left


def between(database: SqliteDatabase, credit_id: int, charge_id: int) -> int:
    """How much of a credit is set against a charge, in minor units."""
    return int(database.execute_sql(BETWEEN, (credit_id, charge_id)).fetchone()[0])


def _write(change: Change, allocations: Sequence[tuple[OpenItem, OpenItem, int]], today: str) -> None:
    staff_id = change.desk.staff.staff_id
    rows = [
        (credit.id, charge.id, amount, max(today, credit.touched, charge.touched), change.at, staff_id)
        for credit, charge, amount in allocations
    ]
    insert_rows(change.database, INTO_ALLOCATION, rows)


def _due_by_terms(database: SqliteDatabase, item: ItemPosting) -> str:
    row = database.execute_sql(DUE_BY_TERMS, (item.date, item.customer_id)).fetchone()
    return str(row[0]) if row else ""


INTO_ITEM = "account_item (customer_id, entry_id, date, due, amount)"
INTO_ALLOCATION = "allocation (credit_item_id, charge_item_id, amount, date, at, staff_id)"
DUE_BY_TERMS = """
SELECT date(?, '+' || terms_days || ' days') FROM customer_account WHERE customer_id = ? AND terms_days > 0
"""
ITEM_OF_ENTRY = "SELECT id FROM account_item WHERE entry_id = ? AND customer_id = ?"
BETWEEN = "SELECT COALESCE(SUM(amount), 0) FROM allocation WHERE credit_item_id = ? AND charge_item_id = ?"
ITEM_DUE = "CASE WHEN item.due = '' THEN item.date ELSE item.due END"
ONE_ITEM = f"""
SELECT item.id, item.customer_id, item.entry_id, item.date, {ITEM_DUE}, item.amount,
       CASE WHEN item.amount > 0
            THEN item.amount - COALESCE((SELECT SUM(amount) FROM allocation WHERE charge_item_id = item.id), 0)
            ELSE item.amount + COALESCE((SELECT SUM(amount) FROM allocation WHERE credit_item_id = item.id), 0) END,
       MAX(item.date, COALESCE(
            (SELECT MAX(date) FROM allocation WHERE charge_item_id = item.id OR credit_item_id = item.id), ''))
FROM account_item AS item WHERE item.id = ?
"""
OPEN_CHARGES = f"""
SELECT item.id, item.customer_id, item.entry_id, item.date, {ITEM_DUE} AS due_on, item.amount,
       item.amount - COALESCE(SUM(allocation.amount), 0) AS open,
       MAX(item.date, COALESCE(MAX(allocation.date), ''))
FROM account_item AS item LEFT JOIN allocation ON allocation.charge_item_id = item.id
WHERE item.customer_id = ? AND item.amount > 0 GROUP BY item.id HAVING open > 0 ORDER BY due_on, item.id
"""
OPEN_CREDITS = f"""
SELECT item.id, item.customer_id, item.entry_id, item.date, {ITEM_DUE}, item.amount,
       item.amount + COALESCE(SUM(allocation.amount), 0) AS open,
       MAX(item.date, COALESCE(MAX(allocation.date), ''))
FROM account_item AS item LEFT JOIN allocation ON allocation.credit_item_id = item.id
WHERE item.customer_id = ? AND item.amount < 0 GROUP BY item.id HAVING open < 0 ORDER BY item.date, item.id
"""
# Items are compared with the ledger per entry: an entry without its item fails as much as an item without its entry.
ITEMS_UNLIKE_LEDGER = """
SELECT customer_id FROM (
    SELECT customer_id, entry_id, amount FROM account_item
    UNION ALL
    SELECT customer_id, entry_id, -amount FROM posting
    WHERE customer_id IS NOT NULL AND account_id = (SELECT id FROM account WHERE name = 'Assets:Receivables')
) GROUP BY customer_id, entry_id HAVING SUM(amount) <> 0
"""
ITEMS_OVER_ALLOCATED = """
SELECT item.id FROM account_item AS item LEFT JOIN allocation ON allocation.charge_item_id = item.id
WHERE item.amount >= 0 GROUP BY item.id HAVING COALESCE(SUM(allocation.amount), 0) NOT BETWEEN 0 AND item.amount
UNION ALL
SELECT item.id FROM account_item AS item LEFT JOIN allocation ON allocation.credit_item_id = item.id
WHERE item.amount < 0 GROUP BY item.id HAVING COALESCE(SUM(allocation.amount), 0) NOT BETWEEN 0 AND -item.amount
"""
ALLOCATIONS_ASTRAY = """
SELECT allocation.id FROM allocation
JOIN account_item AS credit ON credit.id = allocation.credit_item_id
JOIN account_item AS charge ON charge.id = allocation.charge_item_id
WHERE credit.customer_id <> charge.customer_id OR credit.amount >= 0 OR charge.amount <= 0
   OR allocation.date < MAX(credit.date, charge.date)
"""
ITEMS_COUNTED = "SELECT COUNT(*) FROM account_item"
PROOFS: tuple[tuple[str, str, str], ...] = (
    ("account items are the ledger's receivables", ITEMS_COUNTED, ITEMS_UNLIKE_LEDGER),
    ("account items are allocated no further than they go", ITEMS_COUNTED, ITEMS_OVER_ALLOCATED),
    ("allocations are between items of one customer", "SELECT COUNT(*) FROM allocation", ALLOCATIONS_ASTRAY),
)
