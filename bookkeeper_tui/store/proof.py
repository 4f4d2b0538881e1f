"""Proof that the figures on screen are the ledger's: everything recomputed from entries, sales and lines."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from peewee import DatabaseError, SqliteDatabase

from bookkeeper_tui.money import plain
from bookkeeper_tui.store import (
    attaching,
    audit,
    audit_log,
    audit_verify,
    bookings,
    day_proof,
    discount_grants,
    document_proof,
    layaways,
    ledger,
    membership_rows,
    merging,
    open_items,
    packages,
    payments,
    points_ledger,
    pricing,
    returns,
    role_table,
    seals,
    standing,
    statements,
    till,
    timers,
)
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.engine.migrating import missing_parts, parts_counted
from bookkeeper_tui.store.engine.search_index import words_of
from bookkeeper_tui.store.privacy import erasing

FAILING_KEPT = 1000
LATENCIES_READ = 1000
CUSTOMERS_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Check:
    """One recomputation: what is checked, of how many, and the first thousand ids that fail, of `failing_total`.

    The ids are of sales, entries or customers as `check` says, audit sequences, or names of accounts.
    """

    check: str
    ok: bool
    checked: int
    failing: tuple[int | str, ...] = ()
    failing_total: int = 0


class Latency(NamedTuple):
    """Microseconds from a change at one terminal to its paint at another, over the newest `measured` of them."""

    p50: int
    p95: int
    worst: int
    measured: int


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of `of` are right; `failing` are the first thousand ids that are not."""

    right: int
    of: int
    failing: tuple[int | str, ...]

    @property
    def percent(self) -> Decimal:
        """Hundredths of a per cent, cut off and not rounded: 100.00 means all."""
        if not self.of:
            return Decimal("100.00")
        return (Decimal(self.right * 100) / self.of).quantize(Decimal("0.01"), rounding=ROUND_DOWN)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Profile update latency (None before the first), data accuracy by customers, transaction links by sales."""

    latency: Latency | None
    accuracy: Rate
    links: Rate


def checks(desk: Desk, *, outside: bool = True) -> Iterator[Check]:
    """Every check there is, each as soon as it is done. That they were run stands in the audit log.

    `outside` false leaves out the seals, which lie beside the keys: a backup does not reach up to them.
    """
    database = desk.require("verify.run")
    yield _schema(desk)
    yield _rights(database)
    yield _search_index(desk)
    for name, counting, failing in SET_CHECKS:
        yield _set_check(database, name, counting, failing)
    yield _z_reports(database)
    yield _zero_sum(desk)
    yield _control_accounts(database)
    yield from _figures(database)
    yield _audit_chain(desk)
    if outside:
        yield _seals(desk)


def snapshot(desk: Desk) -> Snapshot:
    """The three figures of the Module Snapshot screen, measured now."""
    return Snapshot(latency(desk), accuracy(desk), links(desk))


def latency(desk: Desk) -> Latency | None:
    """What consoles have measured between another's change and their own paint; None before the first."""
    database = desk.require("verify.run")
    rows = audit.rows_before(database, action="live.shown", limit=LATENCIES_READ)
    measured = sorted(int(row.detail["latency_us"]) for row in rows if "latency_us" in row.detail)
    if not measured:
        return None
    return Latency(_percentile(measured, 50), _percentile(measured, 95), measured[-1], len(measured))


def accuracy(desk: Desk, told: Callable[[int, int], None] = lambda compared, of: None) -> Rate:
    """Customers whose shown figures equal a recomputation from the ledger, among all.

    `told` hears now and then how many were compared, of how many; what it raises ends the work.
    """
    database = desk.require("verify.run")
    of = int(database.execute_sql(CUSTOMERS_COUNTED).fetchone()[0])
    compared, wrong = 0, _Failing()
    for part in standing.differences(database):
        compared += part.compared
        told(compared, of)
        wrong.add(sorted(part.standing | part.months | part.products | part.brands))
    return Rate(compared - wrong.total, compared, tuple(wrong.kept))


def links(desk: Desk) -> Rate:
    """Sales that have their balanced entry, both naming each other, among all sales."""
    database = desk.require("verify.run")
    of, failing = _run(database, SALES_COUNTED, UNLINKED_SALES)
    return Rate(of - failing.total, of, tuple(failing.kept))


class _Failing:
    """Ids that fail: the first are kept, all are counted."""

    def __init__(self, ids: Iterable[int | str] = ()) -> None:
        self.kept: list[int | str] = []
        self.total = 0
        self.add(ids)

    def add(self, ids: Iterable[int | str]) -> None:
        for one in ids:
            self.total += 1
            if self.total <= FAILING_KEPT:
                self.kept.append(one)

    def check(self, name: str, checked: int) -> Check:
        return Check(name, not self.total, checked, tuple(self.kept), self.total)


def _run(database: SqliteDatabase, counting: str, failing: str) -> tuple[int, _Failing]:
    with standing.at_one_moment(database):
        of = int(database.execute_sql(counting).fetchone()[0])
        return of, _Failing(row[0] for row in database.execute_sql(failing))


def _set_check(database: SqliteDatabase, name: str, counting: str, failing: str) -> Check:
    of, wrong = _run(database, counting, failing)
    return wrong.check(name, of)


def _zero_sum(desk: Desk) -> Check:
    total, postings = desk.database.execute_sql("SELECT COALESCE(SUM(amount), 0), COUNT(*) FROM posting").fetchone()
    wrong = _Failing([f"off by {plain(total, desk.store.shop.exponent)}"] if total else [])
    return wrong.check("the ledger sums to zero", postings)


def _z_reports(database: SqliteDatabase) -> Check:
    of = database.execute_sql("SELECT COUNT(*) FROM business_day WHERE z_number IS NOT NULL").fetchone()[0]
    wrong = _Failing(document_proof.reports_changed(database))
    return wrong.check("Z reports stand as they were frozen", of)


def _control_accounts(database: SqliteDatabase) -> Check:
    of = database.execute_sql("SELECT COUNT(*) FROM account WHERE control = 1").fetchone()[0]
    wrong = _Failing(difference.account for difference in ledger.control_differences(database))
    return wrong.check("control accounts are the sum of their customers", of)


def _figures(database: SqliteDatabase) -> Iterator[Check]:
    compared = 0
    wrong = {name: _Failing() for name in FIGURES}
    for part in standing.differences(database):
        compared += part.compared
        for failing, ids in zip(wrong.values(), (part.standing, part.months, part.products, part.brands), strict=True):
            failing.add(sorted(ids))
    for name, failing in wrong.items():
        yield failing.check(name, compared)


def _schema(desk: Desk) -> Check:
    """A trigger that is gone no longer refuses what it refused."""
    return _Failing(sorted(missing_parts(desk.store.engine))).check("the schema is whole", parts_counted())


def _rights(database: SqliteDatabase) -> Check:
    """Who may do what, against what the log tells of it."""
    count = int(database.execute_sql(RIGHTS_COUNTED).fetchone()[0])
    return _Failing(role_table.untold_rights(database)).check("roles and permissions are those that were given", count)


def _search_index(desk: Desk) -> Check:
    """Each customer's place and words, then the index against them: only the latter keeps others from writing."""
    of = int(desk.database.execute_sql(CUSTOMERS_COUNTED).fetchone()[0])
    wrong = _Failing(_not_found_by_search(desk.database))
    with desk.change("verify.run") as change:
        try:
            change.database.execute_sql("INSERT INTO search_name (search_name, rank) VALUES ('integrity-check', 1)")
        except (DatabaseError, sqlite3.DatabaseError):
            wrong.add(["the index itself: rebuild it with bookkeeper rerank"])
    return wrong.check("search finds every customer", of)


def _not_found_by_search(database: SqliteDatabase) -> Iterator[int]:
    """Customers who are not in the index, or not under their own name."""
    last = WALK_IN_ID
    while rows := database.execute_sql(WORDS_TO_FIND, (last, CUSTOMERS_AT_ONCE)).fetchall():
        for customer_id, name, company, words in rows:
            if words is None or words != words_of(name, company):
                yield customer_id
        last = rows[-1][0]


def _audit_chain(desk: Desk) -> Check:
    rows = audit_log.head_seq(desk)
    wrong = _Failing(sorted({broken.seq for broken in audit_verify.broken(desk)}))
    return wrong.check("the audit chain holds", rows)


def _seals(desk: Desk) -> Check:
    found = seals.check(desk)
    wrong = _Failing([*(f"seal {one.number}" for one in found.broken), *(one.seq for one in found.rows)])
    return wrong.check("the audit log is what its seals say", len(found.seals))


def _percentile(ordered: list[int], percent: int) -> int:
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


FIGURES = (
    "customers' visits, spend and debt are the ledger's",
    "customers' months are their sales'",
    "customers' products are their lines'",
    "customers' brands are their lines'",
)
SALES_COUNTED = "SELECT COUNT(*) FROM sale"
RIGHTS_COUNTED = "SELECT (SELECT COUNT(*) FROM staff) + (SELECT COUNT(*) FROM role_permission)"
CUSTOMERS_COUNTED = "SELECT COUNT(*) FROM customer"
WORDS_TO_FIND = """
SELECT customer.id, customer.name, customer.company, search_entry.words
FROM customer LEFT JOIN search_entry ON search_entry.customer_id = customer.id
WHERE customer.id > ? AND customer.gone <> 'erased' ORDER BY customer.id LIMIT ?
"""
UNBALANCED_ENTRIES = """
SELECT entry.id FROM entry LEFT JOIN posting ON posting.entry_id = entry.id
GROUP BY entry.id HAVING COUNT(posting.entry_id) < 2 OR SUM(posting.amount) <> 0
"""
UNLINKED_SALES = """
SELECT sale.id FROM sale LEFT JOIN entry ON entry.id = sale.entry_id
WHERE entry.id IS NULL OR entry.document_kind <> 'sale' OR entry.document_id <> sale.id
   OR COALESCE((SELECT SUM(amount) FROM posting WHERE posting.entry_id = entry.id), 1) <> 0
ORDER BY sale.id
"""
UNLINKED_ENTRIES = """
SELECT entry.id FROM entry LEFT JOIN sale ON sale.id = entry.document_id
WHERE entry.document_kind = 'sale' AND entry.reverses IS NULL AND (sale.id IS NULL OR sale.entry_id <> entry.id)
ORDER BY entry.id
"""
# A sale's lines, read beside it in the order of its key: nothing is sorted and nothing held.
SALES_UNLIKE_THEIR_LINES = """
SELECT sale.id FROM sale LEFT JOIN sale_line ON sale_line.sale_id = sale.id GROUP BY sale.id
HAVING COUNT(sale_line.sale_id) <> sale.line_count OR SUM(sale_line.pieces) <> sale.pieces
    OR sale.total - sale.tax <> SUM(sale_line.amount - sale_line.tax) - COALESCE(
        (SELECT SUM(amount) FROM sale_discount WHERE sale_id = sale.id AND line_no = 0), 0)
    OR sale.discount <> COALESCE((SELECT SUM(amount) FROM sale_discount WHERE sale_id = sale.id), 0)
"""
LINES_UNLIKE_THEIR_DISCOUNTS = """
SELECT DISTINCT sale_id FROM (
    SELECT sale_line.sale_id AS sale_id
    FROM sale_line LEFT JOIN sale_discount
      ON sale_discount.sale_id = sale_line.sale_id AND sale_discount.line_no = sale_line.line_no
    GROUP BY sale_line.sale_id, sale_line.line_no HAVING COALESCE(SUM(sale_discount.amount), 0) <> sale_line.discount
)
"""
SALES_UNLIKE_THEIR_TENDERS = """
SELECT sale.id FROM sale LEFT JOIN sale_tender ON sale_tender.sale_id = sale.id
GROUP BY sale.id HAVING COALESCE(SUM(sale_tender.amount), 0) <> sale.total
"""
SALES_UNLIKE_THEIR_ENTRIES = f"""
SELECT sale.id FROM sale LEFT JOIN posting
  ON posting.entry_id = sale.entry_id AND posting.account_id IN ({standing.INCOME_OF_SALES})
GROUP BY sale.id HAVING -COALESCE(SUM(posting.amount), 0) <> sale.total
"""
# Name, what is counted, what fails.
SET_CHECKS = (
    ("entries balance", "SELECT COUNT(*) FROM entry", UNBALANCED_ENTRIES),
    ("sales have their entry", SALES_COUNTED, UNLINKED_SALES),
    ("entries of sales have their sale", "SELECT COUNT(*) FROM entry WHERE document_kind = 'sale'", UNLINKED_ENTRIES),
    ("sales come to their lines", SALES_COUNTED, SALES_UNLIKE_THEIR_LINES),
    ("lines come to their discounts", "SELECT COUNT(*) FROM sale_line", LINES_UNLIKE_THEIR_DISCOUNTS),
    ("sales come to their tenders", SALES_COUNTED, SALES_UNLIKE_THEIR_TENDERS),
    ("sales come to their entries", SALES_COUNTED, SALES_UNLIKE_THEIR_ENTRIES),
    *pricing.PROOFS,
    *discount_grants.PROOFS,
    *points_ledger.PROOFS,
    *attaching.PROOFS,
    *open_items.PROOFS,
    *payments.PROOFS,
    *statements.PROOFS,
    *day_proof.PROOFS,
    *returns.PROOFS,
    *till.PROOFS,
    *layaways.PROOFS,
    *packages.PROOFS,
    *bookings.PROOFS,
    *timers.PROOFS,
    *membership_rows.PROOFS,
    *document_proof.PROOFS,
    *merging.PROOFS,
    *erasing.PROOFS,
)
