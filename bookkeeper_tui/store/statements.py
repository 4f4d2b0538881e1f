"""Statements of account: what a customer was charged and paid in a period, and how old what they owe is.

Opening + debits - credits = closing, and the closing balance of a period is the opening one of the next. The buckets of
the aging sum to the closing balance, as of any past date: only what was posted and allocated by then counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store.customer_accounts import FROM_DOCUMENT, REFERENCE, WHAT
from bookkeeper_tui.store.desk import Desk

BALANCE_FORWARD = "balance forward"
OPEN_ITEM = "open item"
TRANSACTIONS = "transactions"
KINDS = (BALANCE_FORWARD, OPEN_ITEM, TRANSACTIONS)
BUCKETS = ("not due", "1-30", "31-60", "61-90", "91-120", "over 120", "unapplied credit")


class StatementLine(NamedTuple):
    """One document on a statement: ISO dates, minor units; `balance` is what is owed after it.

    `open` is what was not allocated of it on the statement's last day, positive for a charge. `sale_id` is the sale
    behind it, where one is.
    """

    date: str
    due: str
    reference: str
    what: str
    debit: int
    credit: int
    balance: int
    open: int
    sale_id: int | None


class Aging(NamedTuple):
    """What is owed as of a date by how long it is due, in minor units; unapplied credit is negative or 0.

    A charge is due on its due date, or on its own date where it has none, and overdue from the day after.
    """

    as_of: str
    not_due: int
    to_30: int
    to_60: int
    to_90: int
    to_120: int
    older: int
    unapplied: int

    @property
    def buckets(self) -> tuple[tuple[str, int], ...]:
        """Each bucket's name and amount, in their order."""
        return tuple(zip(BUCKETS, self[1:], strict=True))

    @property
    def balance(self) -> int:
        """What the buckets sum to: the balance."""
        return sum(self[1:])


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement from one ISO date to another, both included; money in minor units.

    The lines of the kinds “balance forward” and “transactions” are every document of the period, from the opening
    balance to the closing one. Those of “open item” are what is still open on the last day, whenever it was charged,
    with what is open of it: from nothing to the closing balance.
    """

    customer_id: int
    customer_number: str
    customer_name: str
    kind: str
    first: str
    last: str
    opening: int
    debits: int
    credits: int
    closing: int
    lines: tuple[StatementLine, ...]
    aging: Aging


def statement(desk: Desk, customer_id: int, first: str, last: str, kind: str = BALANCE_FORWARD) -> Statement:
    """A customer's statement from one ISO date to another, both included; an empty `first` is the beginning.

    Raises BadInput for a date or kind that is none, a period that ends before it begins, and an unknown customer.
    """
    database = desk.require("account.viewed")
    first, last = _checked_period(first, last)
    if kind not in KINDS:
        raise BadInput(f"“{kind[:40]}” is no kind of statement: there are {', '.join(KINDS)}")
    customer = database.execute_sql("SELECT number, name FROM customer WHERE id = ?", (customer_id,)).fetchone()
    if customer is None:
        raise BadInput(f"There is no customer with the id {customer_id}")
    opening = int(database.execute_sql(OPENING, (customer_id, first)).fetchone()[0])
    debits, credits = database.execute_sql(TURNOVER, (customer_id, first, last)).fetchone()
    wanted = {"customer": customer_id, "first": first, "last": last}
    if kind == OPEN_ITEM:
        lines = tuple(_open_lines(database.execute_sql(OPEN_LINES, wanted)))
    else:
        lines = tuple(_lines(database.execute_sql(LINES, wanted), opening))
    number, name = customer
    return Statement(
        customer_id,
        number,
        name,
        kind,
        first,
        last,
        opening,
        debits,
        credits,
        opening + debits - credits,
        lines,
        read_aging(database, customer_id, last),
    )


def aging(desk: Desk, customer_id: int, as_of: str) -> Aging:
    """How old what a customer owes was at the end of an ISO date. Raises BadInput for a date that is none."""
    return read_aging(desk.require("account.viewed"), customer_id, _checked_date(as_of))


def read_aging(database: SqliteDatabase, customer_id: int, as_of: str) -> Aging:
    """The aging as of an ISO date, for use by other rooms."""
    row = database.execute_sql(AGING, {"customer": customer_id, **_bounds(as_of)}).fetchone()
    return Aging(as_of, *row[1:]) if row else Aging(as_of, 0, 0, 0, 0, 0, 0, 0)


def _lines(rows: Any, balance: int) -> Iterator[StatementLine]:
    for item_date, due, reference, what, amount, left, sale_id in rows:
        balance += amount
        debit, credit = (amount, 0) if amount > 0 else (0, -amount)
        yield StatementLine(item_date, due, reference, what, debit, credit, balance, left, sale_id)


def _open_lines(rows: Any) -> Iterator[StatementLine]:
    balance = 0
    for item_date, due, reference, what, left, sale_id in rows:
        balance += left
        debit, credit = (left, 0) if left > 0 else (0, -left)
        yield StatementLine(item_date, due, reference, what, debit, credit, balance, left, sale_id)


def _checked_period(first: str, last: str) -> tuple[str, str]:
    first, last = first and _checked_date(first), _checked_date(last)
    if first > last:
        raise BadInput(f"A statement from {first} to {last} ends before it begins")
    return first, last


def _checked_date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadInput(f"“{text[:40]}” is not a date such as 2026-11-20") from None


def _bounds(as_of: str) -> dict[str, str]:
    """The first due date of each bucket; a date before year 1 is as good as none."""
    day = date.fromisoformat(as_of)
    bounds = {"as_of": as_of}
    for days in (30, 60, 90, 120):
        bounds[f"d{days}"] = (day - timedelta(days)).isoformat() if day.toordinal() > days else ""
    return bounds


def _proof_aging() -> str:
    """The aging of every customer as of tomorrow, against the ledger: a set for the proof."""
    sql = AGED.format(whose="1")
    for name, value in {"as_of": "+1", "d120": "-119", "d30": "-29", "d60": "-59", "d90": "-89"}.items():
        sql = sql.replace(f":{name}", f"date('now', '{value} days')")
    return AGED_UNLIKE_LEDGER.format(aged=sql)


OPENING = "SELECT COALESCE(SUM(amount), 0) FROM account_item WHERE customer_id = ? AND date < ?"
TURNOVER = """
SELECT COALESCE(SUM(MAX(amount, 0)), 0), COALESCE(SUM(MAX(-amount, 0)), 0)
FROM account_item WHERE customer_id = ? AND date BETWEEN ? AND ?
"""
OPEN_BY = """
CASE WHEN item.amount > 0
     THEN item.amount - COALESCE((SELECT SUM(allocation.amount) FROM allocation
          WHERE allocation.charge_item_id = item.id AND allocation.date <= {by}), 0)
     ELSE item.amount + COALESCE((SELECT SUM(allocation.amount) FROM allocation
          WHERE allocation.credit_item_id = item.id AND allocation.date <= {by}), 0) END
"""
LINES = f"""
SELECT item.date, CASE WHEN item.due = '' THEN item.date ELSE item.due END, {REFERENCE}, {WHAT}, item.amount,
       {OPEN_BY.format(by=":last")}, COALESCE(sale.id, moved.id)
FROM account_item AS item {FROM_DOCUMENT}
WHERE item.customer_id = :customer AND item.date BETWEEN :first AND :last ORDER BY item.date, item.id
"""
OPEN_LINES = f"""
SELECT item.date, item.due, {REFERENCE}, {WHAT}, item.open, COALESCE(sale.id, moved.id)
FROM (
    SELECT id, entry_id, date, CASE WHEN due = '' THEN date ELSE due END AS due, amount,
           {OPEN_BY.format(by=":last")} AS open
    FROM account_item AS item WHERE customer_id = :customer AND date <= :last
) AS item {FROM_DOCUMENT}
WHERE item.open <> 0 ORDER BY item.date, item.id
"""
AGED = f"""
SELECT customer_id,
       COALESCE(SUM(CASE WHEN amount > 0 AND due >= :as_of THEN open END), 0) AS not_due,
       COALESCE(SUM(CASE WHEN amount > 0 AND due < :as_of AND due >= :d30 THEN open END), 0) AS to_30,
       COALESCE(SUM(CASE WHEN amount > 0 AND due < :d30 AND due >= :d60 THEN open END), 0) AS to_60,
       COALESCE(SUM(CASE WHEN amount > 0 AND due < :d60 AND due >= :d90 THEN open END), 0) AS to_90,
       COALESCE(SUM(CASE WHEN amount > 0 AND due < :d90 AND due >= :d120 THEN open END), 0) AS to_120,
       COALESCE(SUM(CASE WHEN amount > 0 AND due < :d120 THEN open END), 0) AS older,
       COALESCE(SUM(CASE WHEN amount < 0 THEN open END), 0) AS unapplied
FROM (
    SELECT item.customer_id, item.amount, CASE WHEN item.due = '' THEN item.date ELSE item.due END AS due,
           {OPEN_BY.format(by=":as_of")} AS open
    FROM account_item AS item WHERE {{whose}} AND item.date <= :as_of
) GROUP BY customer_id
"""
AGING = AGED.format(whose="item.customer_id = :customer")
AGED_UNLIKE_LEDGER = """
SELECT customer_id FROM (
    SELECT customer_id, not_due + to_30 + to_60 + to_90 + to_120 + older + unapplied AS amount FROM ({aged})
    UNION ALL
    SELECT posting.customer_id, -posting.amount FROM posting JOIN entry ON entry.id = posting.entry_id
    WHERE posting.customer_id IS NOT NULL AND entry.date <= date('now', '+1 days')
      AND posting.account_id = (SELECT id FROM account WHERE name = 'Assets:Receivables')
) GROUP BY customer_id HAVING SUM(amount) <> 0
"""
PROOFS: tuple[tuple[str, str, str], ...] = (
    (
        "customers' agings sum to what they owe",
        "SELECT COUNT(DISTINCT customer_id) FROM account_item",
        _proof_aging(),
    ),
)
