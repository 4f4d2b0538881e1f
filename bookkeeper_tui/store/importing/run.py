"""Importing: files of one kind are recognised, read, planned against the store, and written in whole chunks."""

import gc
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from bookkeeper_tui.errors import BadInput, StoreUnusable
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.importing.columns import DISCOUNT, KINDS, Columns, Kind, lay, recognise
from bookkeeper_tui.store.importing.customer_files import import_customers
from bookkeeper_tui.store.importing.formats import known_formats
from bookkeeper_tui.store.importing.mapping import FileMapping, read_mapping
from bookkeeper_tui.store.importing.product_files import import_products
from bookkeeper_tui.store.importing.report import Account, Books, Progress, Rejects, Report, Teller
from bookkeeper_tui.store.importing.run_under_way import FileRun
from bookkeeper_tui.store.importing.sale_files import import_sales
from bookkeeper_tui.store.importing.tables import Table
from bookkeeper_tui.store.importing.values import Reading

_IMPORTS: dict[Kind, Callable[[FileRun], None]] = {
    "customers": import_customers,
    "products": import_products,
    "sales": import_sales,
}
_MONEY = frozenset({"amount", "price", "tax", "discount", "net", "total"})
_LOOKED_AT = 200
_COMMA_DECIMALS = re.compile(r"[-(]?\d[\d.]*,\d{1,2}\)?")
_POINT_DECIMALS = re.compile(r"[-(]?\d[\d,]*\.\d{1,2}\)?")


def import_files(
    desk: Desk,
    kind: Kind,
    paths: Sequence[Path],
    *,
    mapping: Path | None = None,
    dry_run: bool = False,
    rejects: Path | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancel: Callable[[], bool] | None = None,
    account: Callable[[Account], None] | None = None,
) -> Report:
    """Import files of a kind, and report in rows what became of them.

    Every file is recognised before the first is read. A `mapping` file says what the columns of unknown files are.
    With `dry_run` nothing is written, and the report and the row-level `account` say what would be. Refused rows go to
    the file `rejects` with their reasons. When `cancel` answers yes, or on Ctrl-C, what is written stays, whole, and
    the report says that it was stopped: importing the same file again goes on from there.

    Raises BadInput for a file that cannot be read, is not recognised or lacks a column it needs, and NotAllowed.
    """
    if kind not in KINDS:
        raise BadInput(f"“{kind}” cannot be imported: {', '.join(KINDS)} can")
    desk.require(f"import.{kind}")
    how = read_mapping(mapping, kind) if mapping is not None else None
    files = [_open(kind, path, how) for path in paths]
    report, reject_file = Report(), Rejects(rejects, paths)
    books = Books(report, account, reject_file)
    teller = Teller(progress, cancel, sum(table.total_bytes for table, _ in files))
    try:
        with _no_collecting(), desk.store.engine.roomy():
            for table, columns in files:
                books.open_file(table)
                _import(FileRun(desk, table, columns, _reading(desk, table, columns), books, teller, dry_run))
                teller.next_file(table)
    except KeyboardInterrupt:
        report.stopped = True
    except StoreUnusable as error:
        raise _with_what_is_in(error, report) from error
    finally:
        reject_file.close()
    if report.added and not dry_run and kind != "products":
        _rank_again(desk)
    return report


def _with_what_is_in(error: StoreUnusable, report: Report) -> StoreUnusable:
    """A disk that fills up in the middle of a file leaves the portions before it in the store."""
    count = report.added + report.changed
    if not count:
        return error
    what = str(error).removesuffix(": nothing was changed")
    return StoreUnusable(f"{what}: {count:,} rows came in before that, and running it again goes on from there")


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Rows by the million make no cycles, and looking for some again and again costs a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _open(kind: Kind, path: Path, mapping: FileMapping | None) -> tuple[Table, Columns]:
    if mapping is None:
        table = Table(path)
        return table, recognise(known_formats(), kind, table.header, table.name)
    table = Table(path, mapping.layout)
    columns = lay(mapping.format, table.header)
    for name in mapping.format.needed:
        where = mapping.format.headers_of(name)[0]
        if not columns.has(name) or columns.place[name] >= table.width:
            called = f"“{where}”" if isinstance(where, str) else str(where)
            raise BadInput(f"{table.name} has no column {called}, which the mapping calls “{name}”")
    return table, columns


def _reading(desk: Desk, table: Table, columns: Columns) -> Reading:
    shop, one = desk.store.shop, columns.format
    decimal = one.decimal
    if decimal == "." and table.delimiter == ";":
        decimal = _decimal_mark(table, columns)
    return Reading(shop.currency, shop.exponent, shop.time_zone, shop.country, decimal, one.date_format)


def _decimal_mark(table: Table, columns: Columns) -> str:
    """Files with semicolons mostly have them because a comma is their decimal mark; their first amounts say so."""
    places = [at for name, at in columns.place.items() if name in _MONEY or name.startswith(DISCOUNT)]
    cells = [cells[at].strip() for _, cells in islice(table.rows(_ignore), _LOOKED_AT) for at in places]
    commas = any(_COMMA_DECIMALS.fullmatch(cell) for cell in cells)
    return "," if commas and not any(_POINT_DECIMALS.fullmatch(cell) for cell in cells) else "."


def _ignore(line: int, cells: list[str], why: str) -> None:
    """Looking ahead refuses nothing."""


def _import(run: FileRun) -> None:
    report, name = run.report, run.table.name
    report.formats[name] = run.columns.format.title
    report.left_behind[name] = run.columns.left_behind
    before = _counts(report)
    whole = False
    try:
        _IMPORTS[run.columns.format.kind](run)
        whole = True
    finally:
        if not run.dry_run:
            run.desk.look(
                run.action,
                subject=name,
                detail={
                    "file": name,
                    "sha256": run.table.sha256,
                    "format": run.columns.format.title,
                    "run": run.run_id,
                    "whole": whole,
                    **{what: now - then for (what, now), (_, then) in zip(_counts(report), before, strict=True)},
                },
            )


def _counts(report: Report) -> list[tuple[str, int]]:
    names: Iterable[str] = ("read", "added", "changed", "unchanged", "rejected")
    return [(name, getattr(report, name)) for name in names]


def _rank_again(desk: Desk) -> None:
    """What was brought in changes who is found first."""
    from bookkeeper_tui.store.search import ranking

    ranking.rerank(desk)
