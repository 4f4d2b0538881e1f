"""A statement of account on paper: wide for a sheet, or as narrow as a receipt for the printer at the till."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from bookkeeper_tui.formats import Conventions, fit
from bookkeeper_tui.paper import printing
from bookkeeper_tui.paper.files import read_name
from bookkeeper_tui.paper.page import GAP, RULE, Page, PaperLine
from bookkeeper_tui.paper.receipts import foot, head
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.statement import export_statement, record
from bookkeeper_tui.store.statements import OPEN_ITEM, TRANSACTIONS, Statement, StatementLine

WIDE = 80
AMOUNT = 11
REFERENCE = 11
FORMATS = {".pdf": "pdf", ".txt": "text", ".csv": "csv", ".json": "json", ".md": "markdown", ".html": "html"}


def statement_page(desk: Desk, statement: Statement, *, columns: int = WIDE) -> Page:
    """A statement as a page of so many columns; from 80 on it is a table, below that two lines a document."""
    conventions = desk.store.conventions
    listed = _wide(statement, conventions, columns) if columns >= WIDE else _narrow(statement, conventions)
    lines = (
        *head(desk),
        PaperLine("STATEMENT OF ACCOUNT", strong=True, centre=True),
        GAP,
        PaperLine(statement.customer_name, strong=True),
        PaperLine(statement.customer_number, statement.kind.capitalize()),
        PaperLine(_period(statement, conventions), f"in {conventions.currency}"),
        RULE,
        *listed,
        RULE,
        *_totals(statement, conventions),
        *_aged(statement, conventions),
        *foot(desk),
    )
    number = f"{statement.customer_number}-{statement.last}"
    return Page("statement", number, lines, statement.customer_id, columns=columns)


def page_for_printer(desk: Desk, statement: Statement) -> Page:
    """A statement as wide as this terminal's printer takes it."""
    printer = desk.store.settings.printer_of(desk.terminal)
    on_roll = printer.kind in ("network", "terminal") and printer.columns < WIDE
    return statement_page(desk, statement, columns=printer.columns if on_roll else WIDE)


def file_text(desk: Desk, statement: Statement, format: str) -> bytes:
    """A statement as the contents of a file: pdf, text, csv, json, markdown or html. It stands in the audit log."""
    if format == "pdf":
        from bookkeeper_tui.paper.pdf import page_pdf

        record(desk, statement, format)
        return page_pdf(statement_page(desk, statement), WIDE)
    if format == "text":
        from bookkeeper_tui.paper.plain import as_text

        record(desk, statement, format)
        return as_text(statement_page(desk, statement), WIDE).encode("utf-8")
    file = io.StringIO()
    export_statement(desk, statement, format, file)
    return file.getvalue().encode("utf-8")


def save_statement(desk: Desk, statement: Statement, name: str) -> Path:
    """Keeps a statement as a file in the directory where this terminal's paper goes; the name's end says the format.

    Raises BadInput for a name that names no file or ends in none of .pdf, .txt, .csv, .json, .md and .html.
    """
    stem, ending = read_name(name, FORMATS)
    return printing.keep(desk, stem, ending, file_text(desk, statement, FORMATS[ending]))


def _wide(statement: Statement, conventions: Conventions, columns: int) -> Iterator[PaperLine]:
    first = "Due" if statement.kind == OPEN_ITEM else "Reference"
    yield _row("Date", first, "What", "Debit", "Credit", "Balance", columns, strong=True)
    if statement.kind != OPEN_ITEM:
        opening = conventions.amount(statement.opening)
        yield _row(conventions.date(statement.first), "", "Opening balance", "", "", opening, columns)
    for line in statement.lines:
        second, what = line.reference, line.what
        if statement.kind == OPEN_ITEM:
            second, what = conventions.date(line.due), f"{line.reference} {line.what}"
        debit, credit = (conventions.amount(amount) if amount else "" for amount in (line.debit, line.credit))
        balance = conventions.amount(line.balance)
        yield _row(conventions.date(line.date), second, what, debit, credit, balance, columns)
        if statement.kind == TRANSACTIONS and line.open:
            yield PaperLine(f"{'':11}{_still_open(line, conventions)}")


def _row(
    date: str, second: str, what: str, debit: str, credit: str, balance: str, columns: int, *, strong: bool = False
) -> PaperLine:
    room = columns - 10 - REFERENCE - 3 * AMOUNT - 5
    cells = (fit(date, 10), fit(second, REFERENCE), fit(what, room), _right(debit), _right(credit))
    return PaperLine(" ".join(cells), balance, strong)


def _right(amount: str) -> str:
    return fit(amount, AMOUNT, right=True)


def _narrow(statement: Statement, conventions: Conventions) -> Iterator[PaperLine]:
    if statement.kind != OPEN_ITEM:
        yield PaperLine("Opening balance", conventions.amount(statement.opening))
    for line in statement.lines:
        yield PaperLine(f"{conventions.date(line.date)} {line.reference}", conventions.amount(_signed(line)))
        due = f", due {conventions.date(line.due)}" if statement.kind == OPEN_ITEM and line.debit else ""
        yield PaperLine(f"  {line.what}{due}", f"= {conventions.amount(line.balance)}")
        if statement.kind == TRANSACTIONS and line.open:
            yield PaperLine(f"  {_still_open(line, conventions)}")


def _still_open(line: StatementLine, conventions: Conventions) -> str:
    if line.open < 0:
        return f"{conventions.amount(-line.open)} not used yet"
    return f"{conventions.amount(line.open)} open, due {conventions.date(line.due)}"


def _signed(line: StatementLine) -> int:
    return line.debit - line.credit


def _period(statement: Statement, conventions: Conventions) -> str:
    begin = conventions.date(statement.first) if statement.first else "the beginning"
    return f"From {begin} to {conventions.date(statement.last)}"


def _totals(statement: Statement, conventions: Conventions) -> Iterator[PaperLine]:
    yield PaperLine("Opening balance", conventions.amount(statement.opening))
    yield PaperLine("Charged in this period", conventions.amount(statement.debits))
    yield PaperLine("Paid and credited in this period", conventions.amount(-statement.credits))
    yield PaperLine("Closing balance", conventions.amount(statement.closing), strong=True)


def _aged(statement: Statement, conventions: Conventions) -> Iterator[PaperLine]:
    if not any(amount for _, amount in statement.aging.buckets):
        return
    yield RULE
    yield PaperLine(f"How long it is due, on {conventions.date(statement.last)}")
    for name, amount in statement.aging.buckets:
        if amount:
            yield PaperLine(f"  {bucket_words(name)}", conventions.amount(amount))


def bucket_words(name: str) -> str:
    """A bucket of the aging as it is written out: `1-30 days overdue`."""
    if name[0].isdigit() or name.startswith("over"):
        return f"{name} days overdue"
    return name.capitalize()
