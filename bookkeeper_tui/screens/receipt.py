"""The receipt: a sale whole, with its lines, discounts and tenders, and the ledger entry that stands for it."""

from __future__ import annotations

from textual.app import ComposeResult

from bookkeeper_tui.formats import Conventions, cell_width, fit, harmless
from bookkeeper_tui.screens.house import HouseScreen, StoreChanged
from bookkeeper_tui.store import receipts
from bookkeeper_tui.store.receipts import Receipt, ReceiptLine
from bookkeeper_tui.widgets.figures import heading
from bookkeeper_tui.widgets.pieces import Line, Piece
from bookkeeper_tui.widgets.sheet import Sheet

AMOUNT_WIDTH = 12
QUANTITY_WIDTH = 9
CODE_WIDTH, WIDE_ENOUGH_FOR_CODES = 12, 72
TENDERS = {"account": "On account", "imported": "Paid (imported)", "rounding": "Rounding"}


class ReceiptScreen(HouseScreen):
    """One sale; keys scroll it."""

    NAME = "receipt"
    TITLE_WORDS = "Receipt"
    CSS_PATH = "receipt.tcss"

    _sale_id = 0

    def body(self) -> ComposeResult:
        """One sheet."""
        yield Sheet(id="receipt")

    def arrive(self, sale_id: int = 0, **what: object) -> None:
        """Show a sale from its top."""
        found = receipts.receipt(self.desk, sale_id)
        self.desk.look("sale.viewed", subject=found.number, customer_id=found.customer_id)
        self._sale_id = sale_id
        self._draw(found, from_top=True)
        self.query_one(Sheet).focus(scroll_visible=False)

    def store_changed(self, change: StoreChanged) -> None:
        """A sale never changes, but whose it is, and that person's name, may."""
        if self._sale_id:
            self._draw(receipts.receipt(self.desk, self._sale_id), from_top=False)

    def _draw(self, found: Receipt, *, from_top: bool) -> None:
        conventions, zone = self.house.conventions, self.desk.store.shop.time_zone
        self.query_one(Sheet).draw(lambda width: receipt_lines(found, conventions, zone, width), from_top=from_top)
        self.key_line.show_right(found.number)


def receipt_lines(found: Receipt, conventions: Conventions, time_zone: str, width: int) -> list[Line]:
    """The receipt's lines for a width."""
    ascii_only = conventions.ascii
    dot = "-" if ascii_only else "·"
    where = f" {dot} ".join(part for part in (found.branch, found.terminal, found.staff) if part)
    title = "Return" if found.kind == "return" else "Sale"
    lines: list[Line] = [
        _ends((Piece(f"{title} {found.number}", "strong"),), conventions.instant(found.sold_at, time_zone), width),
        _ends((Piece(where, "quiet"),), f"{found.customer_number}  {harmless(found.customer_name)}", width),
    ]
    if found.source:
        lines.append((Piece(f"Imported from {found.source}, {found.source_ref}", "quiet"),))
    if found.note:
        lines.append((Piece(found.note),))
    lines += [(), heading("Lines", width, ascii_only=ascii_only)]
    for line in found.lines:
        lines += _line(line, conventions, width)
    for discount in found.discounts:
        lines.append(_amount_line(f"Discount {discount.kind}", -discount.amount, conventions, width, "quiet"))
    lines.append(_amount_line(f"Total {conventions.currency}", found.total, conventions, width, "strong"))
    if found.tax:
        lines.append(_amount_line("of which tax", found.tax, conventions, width, "quiet"))
    if found.discount:
        lines.append(_amount_line("discounts given", found.discount, conventions, width, "quiet"))
    lines += [(), heading("Paid", width, ascii_only=ascii_only)]
    for tender in found.tenders:
        name = " ".join(part for part in (TENDERS.get(tender.kind, tender.kind.capitalize()), tender.reference) if part)
        lines.append(_amount_line(name, tender.amount, conventions, width))
    entry = found.entry
    lines += [(), heading(f"Ledger entry {entry.id}", width, ascii_only=ascii_only)]
    lines.append(_ends((Piece(f"{conventions.date(entry.date)}  {entry.kind}", "quiet"),), "", width))
    for posting in entry.postings:
        lines.append(_amount_line(posting.account, posting.amount, conventions, width))
    balance = sum(posting.amount for posting in entry.postings)
    lines.append(_amount_line("Balance", balance, conventions, width, "bad" if balance else "strong"))
    mark = "y" if ascii_only else "✓"
    if found.linked and entry.postings and not balance:
        lines.append((Piece(f"{mark} balanced, and linked with this sale both ways", "good"),))
    else:
        lines.append((Piece("! sale and entry do not agree: run bookkeeper verify", "bad"),))
    return lines


def _line(line: ReceiptLine, conventions: Conventions, width: int) -> list[Line]:
    name = harmless(line.description or line.code or "(no article)")
    quantity = conventions.quantity(line.quantity)
    code = CODE_WIDTH if width >= WIDE_ENOUGH_FOR_CODES else 0
    room = width - AMOUNT_WIDTH - QUANTITY_WIDTH - 2 - code
    shown: list[Line] = [
        (
            Piece(fit(harmless(line.code), code - 1) + " " if code else "", "quiet"),
            Piece(fit(name, room, ascii_only=conventions.ascii)),
            Piece(" " + fit(quantity, QUANTITY_WIDTH, right=True)),
            Piece(" " + fit(conventions.amount(line.amount), AMOUNT_WIDTH, right=True)),
        )
    ]
    minus = "-" if conventions.ascii else "−"
    notes = [f"{d.kind} {minus}{conventions.amount(d.amount)}" for d in line.discounts]
    if line.tax:
        notes.append(f"tax {conventions.amount(line.tax)}")
    if line.code and not code:
        notes.insert(0, line.code)
    if notes:
        shown.append((Piece(" " * (code or 2) + "  ".join(notes), "quiet"),))
    return shown


def _amount_line(label: str, amount: int, conventions: Conventions, width: int, role: str = "plain") -> Line:
    value = conventions.amount(amount)
    room = width - max(AMOUNT_WIDTH, cell_width(value)) - 1
    return (
        Piece(fit(harmless(label), room, ascii_only=conventions.ascii), role),
        Piece(" " + fit(value, width - room - 1, right=True), role),
    )


def _ends(left: Line, right: str, width: int) -> Line:
    taken = sum(cell_width(harmless(piece.text)) for piece in left)
    shown = fit(right, min(cell_width(right), max(0, width - taken - 2)))
    return (*left, Piece(" " * max(0, width - taken - cell_width(shown))), Piece(shown))
