"""The double-entry ledger: accounts, entries and their postings, which are only ever added and always sum to zero."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BookkeeperError
from bookkeeper_tui.resources import data_path
from bookkeeper_tui.store import open_items, standing
from bookkeeper_tui.store.desk import Change, Desk
from bookkeeper_tui.store.engine.bulk import insert_rows
from bookkeeper_tui.store.open_items import ItemPosting

DRAWER = "Assets:Cash:Drawer"
CARD_CLEARING = "Assets:Clearing:Card"
IMPORTED_CLEARING = "Assets:Clearing:Imported"
RECEIVABLES = "Assets:Receivables"
SAFE = "Assets:Cash:Safe"
STORE_CREDIT = "Liabilities:Store-Credit"
LAYAWAY_DEPOSITS = "Liabilities:Layaway-Deposits"
PREPAID_PACKAGES = "Liabilities:Prepaid-Packages"
VAT_PAYABLE = "Liabilities:Vat-Payable"
UNCATEGORISED_SALES = "Income:Sales:Uncategorised"
ROUNDING = "Income:Rounding"
LAYAWAY_FEES = "Income:Fees:Layaway"
SESSIONS_EXPIRED = "Income:Sessions-Expired"
POINTS_REDEEMED = "Expenses:Points-Redeemed"
OVER_SHORT = "Expenses:Cash-Over-Short"
PETTY = "Expenses:Petty"

ROOTS = ("Assets", "Liabilities", "Equity", "Income", "Expenses")


class Unbalanced(BookkeeperError):
    """The postings of an entry do not sum to zero."""


class AlreadyReversed(BookkeeperError):
    """An entry is reversed at most once."""


@dataclass(frozen=True, slots=True)
class ChartLine:
    """An account of the default chart; a control account equals the sum of its customers."""

    name: str
    label: str
    control: bool


class Posting(NamedTuple):
    """One side of an entry, by account name; debits are positive minor units, credits negative."""

    account: str
    amount: int
    customer_id: int | None = None


class RawPosting(NamedTuple):
    """A posting whose account is known by its id: (account id, customer id, minor units)."""

    account_id: int
    customer_id: int | None
    amount: int


class RawEntry(NamedTuple):
    """An entry ready to be written under an id that the caller took inside the change.

    `due` is the ISO date by which what it charges to customers is to be paid; their own terms say when it is empty.
    """

    id: int
    date: str
    kind: str
    document_kind: str
    document_id: int
    staff_id: int | None
    postings: Sequence[RawPosting]
    memo: str = ""
    reverses: int | None = None
    due: str = ""


class EntryPosting(NamedTuple):
    """A posting as it is read back: account and what the shop calls it, customer where it has one, minor units."""

    account: str
    label: str
    customer_id: int | None
    amount: int


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is read back; `date` is a business date, `posted_at` microseconds UTC."""

    id: int
    date: str
    kind: str
    document_kind: str
    document_id: int
    posted_at: int
    reverses: int | None
    memo: str
    postings: tuple[EntryPosting, ...]


@dataclass(frozen=True, slots=True)
class ControlDifference:
    """A control account whose balance is not the sum of its customers' postings; amounts in minor units."""

    account: str
    balance: int
    of_customers: int


def account_id(change: Change, name: str, label: str | None = None) -> int:
    """The id of the account called `name`, which is added to the chart when the shop has not used it before."""
    found = change.database.execute_sql("SELECT id FROM account WHERE name = ?", (name,)).fetchone()
    if found:
        return int(found[0])
    known = default_chart().get(name)
    wording = label or (known.label if known else name.rsplit(":", 1)[-1])
    cursor = change.database.execute_sql(
        "INSERT INTO account (name, label, control) VALUES (?, ?, ?)",
        (name, wording, int(bool(known and known.control))),
    )
    return int(cursor.lastrowid)


def account_under(parent: str, label: str) -> str:
    """The name below `parent` for something called `label`, spelt so that hledger and beancount both take it.

    Accents and punctuation go, each word gets a capital: "DRUG GM" under Income:Sales is Income:Sales:Drug-Gm.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", label) if not unicodedata.combining(c))
    words = [word.capitalize() for word in re.findall(r"[^\W_]+", plain)]
    return f"{parent}:{'-'.join(words)[:60].rstrip('-') or 'Unnamed'}"


def post(
    change: Change,
    *,
    date: str,
    kind: str,
    document_kind: str,
    document_id: int,
    postings: Iterable[Posting],
    memo: str = "",
    reverses: int | None = None,
    due: str = "",
) -> int:
    """Adds one entry under a business date (ISO) and answers its id; `due` is for what it charges to customers.

    Raises Unbalanced when the postings do not sum to zero.
    """
    entry_id = next_entry_id(change)
    raw = [RawPosting(account_id(change, p.account), p.customer_id, p.amount) for p in postings]
    staff_id = change.desk.staff.staff_id
    write(change, [RawEntry(entry_id, date, kind, document_kind, document_id, staff_id, raw, memo, reverses, due)])
    return entry_id


def reverse(change: Change, entry_id: int, *, date: str, kind: str = "reversal", memo: str = "", due: str = "") -> int:
    """Adds the entry that undoes another, for the same document, and answers its id; at most one an entry.

    `due` is the ISO date by which what it charges to customers is to be paid.
    """
    database = change.database
    entry = database.execute_sql(
        "SELECT document_kind, document_id, (SELECT id FROM entry WHERE reverses = ?) FROM entry WHERE id = ?",
        (entry_id, entry_id),
    ).fetchone()
    if entry is None:
        raise BookkeeperError(f"There is no ledger entry {entry_id}")
    if entry[2] is not None:
        raise AlreadyReversed(f"Ledger entry {entry_id} is already reversed by entry {entry[2]}")
    rows = database.execute_sql(
        "SELECT account_id, customer_id, -amount FROM posting WHERE entry_id = ? ORDER BY line_no", (entry_id,)
    )
    postings = [RawPosting(*row) for row in rows]
    reversal = RawEntry(
        next_entry_id(change),
        date,
        kind,
        entry[0],
        entry[1],
        change.desk.staff.staff_id,
        postings,
        memo,
        entry_id,
        due,
    )
    write(change, [reversal])
    return reversal.id


def next_entry_id(change: Change) -> int:
    """The id that the next entry will have; holds only inside this change."""
    return int(change.database.execute_sql("SELECT COALESCE(MAX(id), 0) + 1 FROM entry").fetchone()[0])


def write(change: Change, entries: Sequence[RawEntry]) -> None:
    """Writes entries, one or thousands.

    What they post to receivables is added to what their customers owe, and stands in their accounts as an item.
    Raises Unbalanced, writing nothing, if one does not sum to zero.
    """
    heads = []
    postings = []
    of_customers: list[ItemPosting] = []
    for entry in entries:
        total = 0
        for line_no, (account, customer_id, amount) in enumerate(entry.postings, 1):
            total += amount
            postings.append((entry.id, line_no, account, customer_id, amount))
            if customer_id is not None:
                of_customers.append(ItemPosting(entry.id, account, customer_id, amount, entry.date, entry.due))
        if total or len(entry.postings) < 2:
            raise Unbalanced(f"The postings for {entry.document_kind} {entry.document_id} sum to {total}, not to zero")
        heads.append(
            (entry.id, entry.date, entry.kind, entry.document_kind, entry.document_id, entry.staff_id, change.at,
             entry.reverses, entry.memo)
        )  # fmt: skip
    insert_rows(change.database, INTO_ENTRY, heads)
    insert_rows(change.database, INTO_POSTING, postings)
    if of_customers:
        receivables = account_id(change, RECEIVABLES)
        charged = [posting for posting in of_customers if posting.account_id == receivables]
        standing.fold_owing(change.database, [(posting.customer_id, posting.amount) for posting in charged])
        open_items.add(change.database, charged)


def read_entry(database: SqliteDatabase, entry_id: int) -> Entry:
    """An entry with its postings. Raises BookkeeperError when there is none."""
    head = database.execute_sql(SELECT_ENTRY, (entry_id,)).fetchone()
    if head is None:
        raise BookkeeperError(f"There is no ledger entry {entry_id}")
    postings = tuple(EntryPosting._make(row) for row in database.execute_sql(SELECT_POSTINGS, (entry_id,)))
    values: list[Any] = [*head, postings]
    return Entry(*values)


def balances(desk: Desk, as_of: str | None = None) -> list[tuple[str, int]]:
    """Each account with postings and its balance at the end of a business date: minor units, debit positive."""
    database = desk.require("ledger.viewed")
    if as_of is None:
        return [(name, amount) for name, amount in database.execute_sql(BALANCES)]
    return [(name, amount) for name, amount in database.execute_sql(BALANCES_AS_OF, (as_of,))]


def control_differences(database: SqliteDatabase) -> list[ControlDifference]:
    """The control accounts that are not the sum of their customers: none, when all is well."""
    return [ControlDifference(*row) for row in database.execute_sql(CONTROL_DIFFERENCES)]


@cache
def default_chart() -> dict[str, ChartLine]:
    """The chart of accounts a shop starts from, by account name."""
    with open(data_path("chart.csv"), encoding="utf-8", newline="") as file:
        return {
            row["account"]: ChartLine(row["account"], row["label"], row["control"] == "yes")
            for row in csv.DictReader(file)
        }


INTO_ENTRY = "entry (id, date, kind, document_kind, document_id, staff_id, posted_at, reverses, memo)"
INTO_POSTING = "posting (entry_id, line_no, account_id, customer_id, amount)"
SELECT_ENTRY = """
SELECT id, date, kind, document_kind, document_id, posted_at, reverses, memo FROM entry WHERE id = ?
"""
SELECT_POSTINGS = """
SELECT account.name, account.label, posting.customer_id, posting.amount
FROM posting JOIN account ON account.id = posting.account_id WHERE posting.entry_id = ? ORDER BY posting.line_no
"""
BALANCES = """
SELECT account.name, SUM(posting.amount) FROM posting JOIN account ON account.id = posting.account_id
GROUP BY posting.account_id ORDER BY account.name
"""
BALANCES_AS_OF = """
SELECT account.name, SUM(posting.amount)
FROM entry JOIN posting ON posting.entry_id = entry.id JOIN account ON account.id = posting.account_id
WHERE entry.date <= ? GROUP BY posting.account_id ORDER BY account.name
"""
CONTROL_DIFFERENCES = """
SELECT account.name, COALESCE(SUM(posting.amount), 0),
       COALESCE(SUM(CASE WHEN posting.customer_id IS NOT NULL THEN posting.amount END), 0)
FROM account JOIN posting ON posting.account_id = account.id
WHERE account.control = 1
GROUP BY account.id
HAVING COUNT(*) > COUNT(posting.customer_id)
"""
