"""How the sale screen draws: the customer's strip, the rows of its lines, its totals. Nothing is asked of the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bookkeeper_tui.formats import Conventions, cell_width, fit, harmless
from bookkeeper_tui.widgets.large import HEIGHT, large
from bookkeeper_tui.widgets.pieces import Line, Piece, line_width
from bookkeeper_tui.widgets.rows import Row

if TYPE_CHECKING:
    from bookkeeper_tui.store.baskets import Basket, BasketLine
    from bookkeeper_tui.store.till import Paid

TENDERS = {"account": "on account", "points": "points"}
_GAP = 3


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """What the strip says of a customer: money in minor units, `status` that of their account ("none" for no account).

    `points` is None where the shop or this person is told none. `code` and `code_until` are their own discount code.
    """

    id: int
    name: str
    number: str
    tier: str = ""
    points: int | None = None
    worth: int = 0
    status: str = "none"
    owes: int = 0
    limit: int = 0
    available: int = 0
    credit: int = 0
    code: str = ""
    code_until: str = ""
    exempt: bool = False


def strip_lines(
    facts: CustomerFacts | None, basket: Basket | None, conventions: Conventions, today: str, width: int
) -> list[Line]:
    """The customer's strip in two lines: who, and what must be known before money is taken."""
    dot = "|" if conventions.ascii else "·"
    if facts is None:
        who: list[Line] = [(Piece("Walk-in customer", "strong"),), (Piece("Alt+C or a card chooses who", "quiet"),)]
    else:
        who = [(Piece(harmless(facts.name), "strong"),), (Piece(facts.number),), *_loyalty(facts, conventions)]
    about = [*(_standing(facts, conventions) if facts else ()), *_codes(facts, basket, conventions, today)]
    if basket is not None and basket.note:
        about.append((Piece(f"Note: {harmless(basket.note)}", "quiet"),))
    if basket is not None and basket.label:
        about.append((Piece(f"Label: {harmless(basket.label)}", "quiet"),))
    return [_joined(who, "  ", width), _joined(about, f" {dot} ", width)]


def line_rows(basket: Basket, conventions: Conventions) -> list[Row]:
    """A row for each line, and one under it for what is noted on it or was changed by hand."""
    rows: list[Row] = []
    for place, line in enumerate(basket.lines, 1):
        rows.append(Row((line.line_no, 0), _cells(place, line, conventions), record=line))
        said = _said(line, conventions)
        if said:
            rows.append(Row((line.line_no, 1), ("", "", f"  {said}", "", "", "", ""), ("quiet",), line))
    return rows


def total_lines(basket: Basket | None, conventions: Conventions, width: int, *, included: bool) -> list[Line]:
    """The totals in three lines: figures at the left, the total large at the right where it has room."""
    write = conventions.amount
    total = basket.total if basket else 0
    shown = write(total)
    figures: list[Line] = [
        _figures(("Items", _items(basket, conventions)), ("Tax incl." if included else "Tax", _tax(basket, write))),
        _figures(("Discount", write(-basket.priced.discount) if basket and basket.priced.discount else "none")),
        (Piece(f"TOTAL {conventions.currency} {shown}", "strong"),),
    ]
    if basket is not None and basket.laid_down:
        figures[1] = _figures(("Laid down", write(basket.laid_down)), ("Left", write(basket.to_pay)))
    return beside(figures, shown, width)


def paid_lines(paid: Paid, conventions: Conventions, width: int) -> list[Line]:
    """What stands in place of the totals once a sale is paid: the change, large, until the next key."""
    write = conventions.amount
    tenders = ", ".join(f"{TENDERS.get(kind, kind)} {write(amount)}" for kind, amount in _given(paid))
    figures: list[Line] = [
        (Piece(f"{paid.number} paid  ", "strong"), Piece(f"{write(paid.total)}: {tenders}")),
        _after(paid, conventions),
        (
            Piece(
                f"CHANGE {conventions.currency} {write(paid.change_due)}" if paid.change_due else "NO CHANGE", "strong"
            ),
        ),
    ]
    return beside(figures, write(paid.change_due), width) if paid.change_due else figures


def code_words(code: str, until: str, conventions: Conventions, today: str) -> str:
    """A discount code with its last day: `WELCOME10 until 2026-11-26`, or that it has expired."""
    if not until:
        return code
    return f"{code} {'expired' if until < today else 'until'} {conventions.date(until)}"


def _loyalty(facts: CustomerFacts, conventions: Conventions) -> list[Line]:
    said: list[Line] = []
    if facts.tier:
        said.append((Piece(facts.tier, "good"),))
    if facts.points is not None:
        worth = f" = {conventions.amount(facts.worth)}" if facts.worth > 0 else ""
        said.append((Piece(f"{conventions.count(facts.points)} points{worth}"),))
    return said


def _standing(facts: CustomerFacts, conventions: Conventions) -> list[Line]:
    write, said = conventions.amount, list[Line]()
    if facts.status == "hold":
        said.append((Piece("! ACCOUNT ON HOLD", "bad"),))
    if facts.status == "closed":
        said.append((Piece("! account closed", "bad"),))
    if facts.status != "none" or facts.owes:
        role = "bad" if facts.owes > facts.limit else "plain"
        most = f" of {write(facts.limit)}" if facts.status != "none" else ", no account"
        said.append((Piece(f"Owes {write(facts.owes)}{most}", role),))
    else:
        said.append((Piece("No account", "quiet"),))
    if facts.exempt:
        said.append((Piece("Tax exempt"),))
    if facts.credit:
        said.append((Piece(f"Credit {write(facts.credit)}"),))
    return said


def _codes(facts: CustomerFacts | None, basket: Basket | None, conventions: Conventions, today: str) -> list[Line]:
    counting = {code.code: code for code in basket.codes} if basket else {}
    said: list[Line] = []
    for code in counting.values():
        used = basket is not None and code.code in basket.priced.codes
        words = code_words(code.code, code.until, conventions, today)
        said.append((Piece(f"Code {words}", "good" if used or not (basket and basket.lines) else "plain"),))
    if facts is not None and facts.code and facts.code.upper() not in counting:
        if facts.code_until and facts.code_until < today:
            said.append((Piece(f"Code {code_words(facts.code, facts.code_until, conventions, today)}", "warn"),))
        elif basket is not None:
            said.append((Piece(f"Code {facts.code} not in force", "warn"),))
        else:
            said.append((Piece(f"Code {code_words(facts.code, facts.code_until, conventions, today)}"),))
    return said


def _cells(place: int, line: BasketLine, conventions: Conventions) -> tuple[str, ...]:
    off = sum(discount.amount for discount in line.priced.discounts)
    return (
        str(place),
        line.code,
        line.description or line.code,
        conventions.quantity(line.quantity),
        conventions.amount(line.price),
        conventions.amount(-off) if off else "",
        conventions.amount(line.priced.amount),
    )


def _said(line: BasketLine, conventions: Conventions) -> str:
    said: list[str] = []
    if line.list_price is not None:
        said.append(f"listed at {conventions.amount(line.list_price)}")
    minus = "-" if conventions.ascii else "−"
    if line.discount_percent:
        said.append(f"{minus}{percent(line.discount_percent, conventions)} by hand")
    elif line.discount_amount:
        said.append(f"{minus}{conventions.amount(line.discount_amount)} by hand")
    if line.note:
        said.append(harmless(line.note))
    return "  ".join(said)


def percent(thousandths: int, conventions: Conventions) -> str:
    """Thousandths of a per cent as a person reads them: `12.5 %`."""
    return f"{conventions.quantity(thousandths)} %"


def _items(basket: Basket | None, conventions: Conventions) -> str:
    if basket is None or not basket.lines:
        return "0"
    pieces = sum(line.quantity if line.sold_by == "piece" else 1000 for line in basket.lines)
    return conventions.quantity(pieces)


def _tax(basket: Basket | None, write: object) -> str:
    assert callable(write)
    return str(write(basket.priced.tax if basket else 0))


def _given(paid: Paid) -> Iterable[tuple[str, int]]:
    """What was handed over: cash with the change that goes back."""
    for tender in paid.tenders:
        if tender.kind == "cash":
            yield tender.kind, tender.amount + paid.change_due
        elif tender.kind != "rounding":
            yield tender.kind, tender.amount


def _after(paid: Paid, conventions: Conventions) -> Line:
    said = []
    if paid.open_amount:
        due = f", due {conventions.date(paid.due)}" if paid.due else ""
        said.append(f"{conventions.amount(paid.open_amount)} on account{due}")
    if paid.points_earned:
        said.append(f"{conventions.count(paid.points_earned)} points earned")
    if paid.points_earned or any(tender.kind == "points" for tender in paid.tenders):
        said.append(f"{conventions.count(paid.points_balance)} points now")
    return (Piece("  ".join(said) or "The next article begins the next sale.", "quiet"),)


def _figures(*pairs: tuple[str, str]) -> Line:
    pieces: Line = ()
    for label, value in pairs:
        pieces += (Piece(f"{'   ' if pieces else ''}{label} ", "quiet"), Piece(value))
    return pieces


def beside(figures: Sequence[Line], amount: str, width: int) -> list[Line]:
    """Three lines at the left, an amount three lines high at the right; the left gives way, but never its last line."""
    least = line_width(figures[-1])
    drawn = large(amount, width - 1 - least - _GAP)
    if drawn is None:
        return [*figures]
    room = width - 1 - cell_width(drawn[0]) - _GAP
    return [
        (*_cut(figures[line], room, width), Piece(" " * _GAP), Piece(drawn[line], "strong")) for line in range(HEIGHT)
    ]


def _cut(line: Line, room: int, width: int) -> Line:
    taken, kept = 0, list[Piece]()
    for piece in line:
        text = harmless(piece.text)
        wide = min(cell_width(text), room - taken)
        if wide <= 0:
            break
        kept.append(Piece(fit(text, wide), piece.role))
        taken += wide
    return (*kept, Piece(" " * (room - taken)))


def _joined(parts: Sequence[Line], between: str, width: int) -> Line:
    """Parts on one line, as many as fit: the first are the ones that matter."""
    joined: Line = ()
    for part in parts:
        longer = (*joined, Piece(between, "quiet"), *part) if joined else part
        if joined and line_width(longer) > width:
            break
        joined = longer
    return joined
