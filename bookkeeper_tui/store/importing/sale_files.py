"""Sales files brought into the books: a sale is known by its id in the system it comes from, and never changes."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

from peewee import SqliteDatabase

from bookkeeper_tui.store import sales
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.importing.buyers import Buyers
from bookkeeper_tui.store.importing.drafts import Row, SaleDraft
from bookkeeper_tui.store.importing.run_under_way import FileRun
from bookkeeper_tui.store.importing.sale_rows import (
    SaleReader,
    SaleSheet,
    are_scattered,
    brought_together,
    lines_reader,
    sales_together,
)
from bookkeeper_tui.store.importing.tables import bare
from bookkeeper_tui.store.importing.values import Refused, Remembered
from bookkeeper_tui.store.sales import NewSale
from bookkeeper_tui.store.shop import branch_id

_Any = TypeVar("_Any")

SALES_AT_ONCE = 4_000
_LINES_AT_ONCE = 60_000
_ASKED_AT_ONCE = 900
_KNOWN_PRODUCTS = 100_000


class _Document(NamedTuple):
    """The rows of one document of the file, and the sales and returns that they are."""

    rows: list[Row]
    drafts: list[SaleDraft]


class _Planned(NamedTuple):
    """What is to be posted of a chunk, and what becomes of each of its documents."""

    new: list[tuple[SaleDraft, int]]
    outcomes: list[tuple[_Document, Refused | bool]]


def import_sales(run: FileRun) -> None:
    """Read the file and post its sales, some thousands in each change, each whole."""
    columns = run.columns
    sheet = SaleSheet(columns, run.reading, _products(run.desk.database), run.desk.store.settings.branch)
    read = columns.format.read_sales(sheet) if columns.format.read_sales else lines_reader(sheet)
    buyers = Buyers(run.desk.database, run.source, run.reading.country)
    documents, lines = list[_Document](), 0
    for rows in _rows_of_sales(run):
        run.report.read += len(rows)
        document = _document(run, read, rows)
        if document is None:
            continue
        documents.append(document)
        lines += len(rows)
        if len(documents) >= SALES_AT_ONCE or lines >= _LINES_AT_ONCE:
            _bring_in(run, buyers, documents)
            documents, lines = [], 0
            run.teller.tell("sales", run.table)
    _bring_in(run, buyers, documents)
    run.report.remarks.update(sheet.odd)


def _rows_of_sales(run: FileRun) -> Iterator[list[Row]]:
    at_ref = run.columns.place["sale"]
    scattered = are_scattered(_told(run, "looking through", run.table.column(at_ref)))
    rows: Iterable[Row] = run.table.rows(run.books.unreadable)
    if scattered:
        run.report.remarks["files whose sales were scattered over the rows"] += 1
        rows = brought_together(_told(run, "sorting", rows), at_ref)
    return sales_together(rows, at_ref)


def _told(run: FileRun, what: str, rows: Iterable[_Any]) -> Iterator[_Any]:
    for count, row in enumerate(rows):
        if not count & 16383:
            run.teller.tell(what, run.table)
        yield row


def _document(run: FileRun, read: SaleReader, rows: list[Row]) -> _Document | None:
    """The rows read, or refused: all of them, because a sale without one of its lines is another sale."""
    try:
        if not rows[0][1][run.columns.place["sale"]].strip():
            raise Refused(f"{run.columns.title('sale')}: empty")
        return _Document(rows, read(rows))
    except Refused as refused:
        _refuse(run, read, rows, refused)
        return None


def _refuse(run: FileRun, read: SaleReader, rows: list[Row], refused: Refused) -> None:
    """Each row with its own fault where lines can be read one by one; the others went with them."""
    if len(rows) == 1 or run.columns.format.read_sales is not None:
        run.books.refuse(rows, refused)
        return
    faults = [_fault(read, row) for row in rows]
    if not any(faults):
        run.books.refuse(rows, refused)
        return
    for row, fault in zip(rows, faults, strict=True):
        run.books.refuse([row], fault or Refused("another row of the same sale was refused"))


def _fault(read: SaleReader, row: Row) -> Refused | None:
    try:
        read([row])
    except Refused as refused:
        return refused
    return None


def _bring_in(run: FileRun, buyers: Buyers, documents: list[_Document]) -> None:
    if not documents:
        return
    if run.dry_run:
        planned = _plan(run, run.desk.require(run.action), buyers, documents)
    else:
        planned = _post(run, buyers, documents)
    _tell(run, planned)


def _post(run: FileRun, buyers: Buyers, documents: list[_Document]) -> _Planned:
    run_id = run.run_id
    with run.desk.change(run.action, subject=run.table.name) as change:
        # What is there already is asked inside the change: another console may be importing the same file.
        planned = _plan(run, change.database, buyers, documents)
        if not planned.new:
            change.drop()
        run_id = run.id_for(change)
        branches = Remembered(lambda name: branch_id(change.database, name))
        new = [_new_sale(draft, customer, branches[draft.branch], run, run_id) for draft, customer in planned.new]
        sales.post_many(change, new)
        change.note(run=run_id, sales=len(new), lines=sum(len(sale.lines) for sale in new))
    run.run_id = run_id
    return planned


def _plan(run: FileRun, database: SqliteDatabase, buyers: Buyers, documents: list[_Document]) -> _Planned:
    there = _already_there(database, run.source, [draft.ref for _, drafts in documents for draft in drafts])
    planned, seen = _Planned([], []), set[str]()
    for document in documents:
        try:
            new = [
                (draft, _buyer(run, buyers, draft))
                for draft in document.drafts
                if not _is_there(run, draft, there, seen)
            ]
        except Refused as refused:
            planned.outcomes.append((document, refused))
            continue
        seen.update(draft.ref for draft in document.drafts)
        planned.new.extend(new)
        planned.outcomes.append((document, bool(new)))
    return planned


def _already_there(database: SqliteDatabase, source: str, refs: list[str]) -> dict[str, int]:
    """The totals, in minor units, of those of these sales that the books have."""
    found: dict[str, int] = {}
    for start in range(0, len(refs), _ASKED_AT_ONCE):
        some = refs[start : start + _ASKED_AT_ONCE]
        marks = ", ".join("?" * len(some))
        sql = f"SELECT source_ref, total FROM sale WHERE source = ? AND source_ref IN ({marks}) AND source_ref <> ''"
        found.update(database.execute_sql(sql, (source, *some)).fetchall())
    return found


def _is_there(run: FileRun, draft: SaleDraft, there: dict[str, int], seen: set[str]) -> bool:
    if draft.ref in seen:
        raise Refused(f"{run.columns.title('sale')}: given twice in this file", draft.ref)
    if draft.ref not in there:
        return False
    if there[draft.ref] != _total(draft):
        raise Refused("already in the books with another total, and what was sold is never changed", draft.ref)
    return True


def _total(draft: SaleDraft) -> int:
    return sum(tender.amount for tender in draft.tenders)


def _buyer(run: FileRun, buyers: Buyers, draft: SaleDraft) -> int:
    customer = buyers.find(draft.buyer, run.columns)
    if customer == WALK_IN_ID and any(tender.kind == "account" for tender in draft.tenders):
        raise Refused("on account, but the sale names no customer", draft.ref)
    return customer


def _new_sale(draft: SaleDraft, customer_id: int, branch: int, run: FileRun, run_id: int) -> NewSale:
    return NewSale(
        draft.sold_at,
        draft.day,
        branch,
        customer_id,
        draft.lines,
        draft.tenders,
        draft.discounts,
        draft.added_tax,
        draft.kind,
        draft.terminal,
        None,
        draft.note,
        run_id,
        run.source,
        draft.ref,
    )


def _tell(run: FileRun, planned: _Planned) -> None:
    made = run.report.made
    for draft, _ in planned.new:
        made["returns" if draft.kind == "return" else "sales"] += 1
        made["lines"] += len(draft.lines)
    for document, outcome in planned.outcomes:
        if isinstance(outcome, Refused):
            run.books.refuse(document.rows, outcome)
        else:
            subject = document.drafts[0].ref
            run.books.row(document.rows[0][0], "added" if outcome else "unchanged", subject, None, len(document.rows))


def _products(database: SqliteDatabase) -> Remembered[int | None]:
    """The ids of products by their code, those of an ordinary shop fetched at once."""

    def find(code: str) -> int | None:
        row = database.execute_sql("SELECT id FROM product WHERE sku = ?", (bare(code),)).fetchone()
        return int(row[0]) if row else None

    known: Remembered[int | None] = Remembered(find)
    known.update(database.execute_sql("SELECT sku, id FROM product LIMIT ?", (_KNOWN_PRODUCTS - 1,)).fetchall())
    return known
