"""How a receipt is drawn: its lines with price, tax and notes, what came back, how it was paid, and its postings."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bookkeeper_tui.formats import Conventions, cell_width, fit, harmless
from bookkeeper_tui.store.receipts import Receipt, ReceiptLine
from bookkeeper_tui.store.sale_links import OtherSale, SaleLinks
from bookkeeper_tui.store.sales import NewTender
from bookkeeper_tui.widgets.figures import heading
from bookkeeper_tui.widgets.pieces import Line, Piece, wrap

AMOUNT_WIDTH = 12
QUANTITY_WIDTH = 9
CODE_WIDTH, WIDE_ENOUGH_FOR_CODES = 12, 72
TENDERS = {"account": "On account", "imported": "Paid (imported)", "rounding": "Rounding", "deposit": "Deposits before"}
DISCOUNTS = {"line": "discount"}
_IN_WORDS = {"cash": "in cash", "card": "by card", "account": "on the account", "store credit": "as store credit",
             "points": "as points", "rounding": "rounding"}  # fmt: skip


def receipt_lines(found: Receipt, links: SaleLinks, conventions: Conventions, time_zone: str, width: int) -> list[Line]:
    """The receipt's lines for a width."""
    ascii_only = conventions.ascii
    dot = "-" if ascii_only else "·"
    where = f" {dot} ".join(part for part in (found.branch, found.terminal, found.staff) if part)
    lines: list[Line] = [
        _ends((Piece(_title(found, links), "strong"),), conventions.instant(found.sold_at, time_zone), width),
        _ends((Piece(where, "quiet"),), f"{found.customer_number}  {harmless(found.customer_name)}", width),
    ]
    if found.source:
        lines.append((Piece(f"Imported from {found.source}, {found.source_ref}", "quiet"),))
    if found.note:
        lines += [(Piece(part),) for part in wrap(found.note, width)]
    lines += _story(found, links, conventions, time_zone, width)
    lines += [(), heading("Lines", width, ascii_only=ascii_only)]
    for line in found.lines:
        lines += _line(line, links.returned.get(line.line_no, 0), conventions, width)
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


def tender_words(tenders: Sequence[NewTender], conventions: Conventions) -> str:
    """Tenders in one line: `10.00 by card 4242, 8.00 in cash`."""
    return ", ".join(
        f"{conventions.amount(tender.amount)} {way_words(tender.kind, tender.reference)}" for tender in tenders
    )


def way_words(kind: str, reference: str = "") -> str:
    """A tender as money goes by it: `in cash`, `by card 4242`."""
    return f"{_IN_WORDS.get(kind, kind)} {harmless(reference)}".strip()


def _title(found: Receipt, links: SaleLinks) -> str:
    if found.kind == "return":
        of = f" of {links.undoes.number}" if links.undoes else ""
        return f"{'Void' if found.entry.kind == 'void' else 'Return'} {found.number}{of}"
    return f"Sale {found.number}{' (voided)' if links.is_voided else ''}"


def _story(found: Receipt, links: SaleLinks, conventions: Conventions, time_zone: str, width: int) -> list[Line]:
    """What undid the sale, and whose it was before: each a line or two."""
    lines: list[Line] = []
    whole = all(links.returned.get(line.line_no, 0) >= line.quantity for line in found.lines)
    for other in links.undone_by:
        what = "Voided" if other.is_void else "Returned" if whole else "Returned in part"
        said = f"! {what} by {other.number}"
        lines.append(_ends((Piece(said, "warn"),), _amount_of(other, conventions), width))
    for move in links.moves:
        at = conventions.instant(move.at, time_zone)
        said = f"Moved {at} from {move.old_number} {move.old_name} to {move.new_number} {move.new_name} by {move.who}"
        lines += [(Piece(part, "quiet"),) for part in wrap(f"{said}{f': {move.why}' if move.why else ''}", width)]
    return lines


def _amount_of(other: OtherSale, conventions: Conventions) -> str:
    return f"{conventions.date(other.business_date)}  {conventions.amount(other.total)}"


def _line(line: ReceiptLine, returned: int, conventions: Conventions, width: int) -> list[Line]:
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
    indent = code or 2
    for part in wrap(", ".join(_notes(line, returned, conventions, with_code=not code)), width - indent):
        if part:
            shown.append((Piece(" " * indent + part, "quiet"),))
    return shown


def _notes(line: ReceiptLine, returned: int, conventions: Conventions, *, with_code: bool) -> list[str]:
    """What else is to be said of a line: price of one, what was taken off, tax, how much came back, its note."""
    minus = "-" if conventions.ascii else "−"
    notes = [line.code] if with_code and line.code else []
    if line.price is not None and (abs(line.quantity) != 1000 or line.list_price is not None):
        listed = f" instead of {conventions.amount(line.list_price)}" if line.list_price is not None else ""
        notes.append(f"at {conventions.amount(line.price)}{listed}")
    for discount in line.discounts:
        sign = minus if discount.amount >= 0 else "+"
        name = DISCOUNTS.get(discount.kind, discount.kind)
        notes.append(f"{name} {sign}{conventions.amount(abs(discount.amount))}")
    if line.tax or line.tax_rate:
        rate = f" {_per_cent(line.tax_rate, conventions)}" if line.tax_rate else ""
        notes.append(f"tax{rate} {conventions.amount(line.tax)}")
    if returned:
        notes.append(f"! {conventions.quantity(returned)} of {conventions.quantity(line.quantity)} came back")
    if line.note:
        notes.append(f"“{harmless(line.note)}”" if not conventions.ascii else f'"{harmless(line.note)}"')
    return notes


def _per_cent(rate: int, conventions: Conventions) -> str:
    """Thousandths of a per cent as a person reads them: `21 %`, `5.5 %`."""
    text = f"{Decimal(rate) / 1000:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", conventions.decimal) + " %"


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
