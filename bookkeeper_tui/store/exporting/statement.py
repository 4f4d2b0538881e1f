"""A statement of account as a table for other programs: CSV or HTML, JSON with its totals and aging, or Markdown."""

from collections.abc import Iterator
from typing import TextIO

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless, json_text
from bookkeeper_tui.money import plain
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.kind import columns_of
from bookkeeper_tui.store.exporting.tables import write_table
from bookkeeper_tui.store.statements import OPEN_ITEM, Statement

FORMATS = ("csv", "json", "markdown", "html")
COLUMNS = ("date", "due", "reference", "what", "debit", "credit", "balance", "open")


def export_statement(desk: Desk, statement: Statement, format: str, file: TextIO) -> int:
    """Writes a statement and answers how many documents it lists; amounts are decimal strings.

    A CSV has a row for the opening balance before them (not for the kind “open item”) and one for the closing balance
    after them. Raises BadInput for another format. It stands in the audit log.
    """
    record(desk, statement, format)
    exponent = desk.store.shop.exponent
    if format in ("csv", "html"):
        columns = columns_of(*COLUMNS, right=COLUMNS[4:])
        title = f"Statement of account: {statement.customer_name} ({statement.customer_number})"
        write_table(file, format, columns, _with_balances(statement, exponent), title)
    elif format == "json":
        file.write(f"{json_text(_as_values(desk, statement, exponent), indent=1)}\n")
    elif format == "markdown":
        file.writelines(f"{line}\n" for line in _as_markdown(desk, statement, exponent))
    else:
        raise BadInput(f"“{format}” is no format for a statement: there are {', '.join(FORMATS)}")
    return len(statement.lines)


def record(desk: Desk, statement: Statement, format: str) -> None:
    """Writes to the audit log that a statement goes out, before it does; for whoever writes another format."""
    detail = {"format": format, "kind": statement.kind, "first": statement.first, "last": statement.last}
    desk.look(
        "export.statement",
        subject=statement.customer_number,
        customer_id=statement.customer_id,
        detail={**detail, "rows": len(statement.lines)},
    )


def _rows(statement: Statement, exponent: int) -> Iterator[tuple[str, ...]]:
    for line in statement.lines:
        amounts = (line.debit, line.credit, line.balance, line.open)
        yield (line.date, line.due, line.reference, line.what, *(plain(amount, exponent) for amount in amounts))


def _with_balances(statement: Statement, exponent: int) -> Iterator[tuple[str, ...]]:
    if statement.kind != OPEN_ITEM:
        yield (statement.first, "", "", "Opening balance", "", "", plain(statement.opening, exponent), "")
    yield from _rows(statement, exponent)
    yield (statement.last, "", "", "Closing balance", "", "", plain(statement.closing, exponent), "")


def _as_values(desk: Desk, statement: Statement, exponent: int) -> dict[str, object]:
    return {
        "customer_no": statement.customer_number,
        "name": statement.customer_name,
        "kind": statement.kind,
        "from": statement.first,
        "to": statement.last,
        "currency": desk.store.shop.currency,
        "opening": plain(statement.opening, exponent),
        "debits": plain(statement.debits, exponent),
        "credits": plain(statement.credits, exponent),
        "closing": plain(statement.closing, exponent),
        "lines": [dict(zip(COLUMNS, row, strict=True)) for row in _rows(statement, exponent)],
        "aging": {name: plain(amount, exponent) for name, amount in statement.aging.buckets},
    }


def _as_markdown(desk: Desk, statement: Statement, exponent: int) -> Iterator[str]:
    yield f"# Statement of account: {_cell(statement.customer_name)} ({statement.customer_number})"
    yield ""
    begin = statement.first or "the beginning"
    yield f"{desk.store.shop.name}, from {begin} to {statement.last}, {statement.kind}, in {desk.store.shop.currency}."
    yield ""
    yield f"| {' | '.join(COLUMNS)} |"
    yield "| --- | --- | --- | --- | ---: | ---: | ---: | ---: |"
    for row in _with_balances(statement, exponent):
        yield f"| {' | '.join(_cell(cell) for cell in row)} |"
    yield ""
    names, amounts = zip(*statement.aging.buckets, strict=True)
    yield f"| {' | '.join(names)} | balance |"
    yield "| ---: " * (len(names) + 1) + "|"
    yield f"| {' | '.join(plain(amount, exponent) for amount in (*amounts, statement.aging.balance))} |"


def _cell(text: str) -> str:
    return harmless(text).replace("\\", "\\\\").replace("|", "\\|")
