"""The X report of a shift and the Z report of a day, as they are printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from bookkeeper_tui.formats import Conventions
from bookkeeper_tui.paper.page import GAP, RULE, Page, PaperLine
from bookkeeper_tui.paper.receipts import head, tender_name
from bookkeeper_tui.store.day_proof import DayProof
from bookkeeper_tui.store.days import DayReport
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.takings import Drawer, Figures, Row, TaxRow, XReport

NO_CATEGORY, NO_CASHIER = "Without a category", "From files"


def x_page(desk: Desk, found: XReport, *, copy: bool = False) -> Page:
    """A shift's X report; once the shift is over it says what was counted."""
    conventions, zone, shift = desk.store.conventions, desk.store.shop.time_zone, found.shift
    until = shift.closed_at or found.at
    lines = [
        *head(desk),
        PaperLine("X REPORT", strong=True, centre=True),
        PaperLine(f"Shift {shift.number}", conventions.date(shift.business_date)),
        PaperLine(shift.terminal, shift.staff),
        PaperLine("Opened", conventions.instant(shift.opened_at, zone)),
        PaperLine("Ended" if shift.closed_at else "As of", conventions.instant(until, zone)),
        *_figures(found.figures, conventions, found.names),
        *_copy(copy),
    ]
    return Page("x-report", shift.number, tuple(lines), copy=copy)


def z_page(desk: Desk, found: DayReport, *, copy: bool = False) -> Page:
    """A day's Z report with its proof; before the day is closed the same figures without a number."""
    conventions, zone = desk.store.conventions, desk.store.shop.time_zone
    title = f"Z REPORT {found.z_number}" if found.z_number is not None else "DAY NOT CLOSED YET"
    lines = [
        *head(desk),
        PaperLine(title, strong=True, centre=True),
        PaperLine("Business date", conventions.date(found.date)),
        PaperLine("Opened", conventions.instant(found.opened_at, zone)),
    ]
    if found.closed_at is not None:
        lines.append(PaperLine("Closed", conventions.instant(found.closed_at, zone)))
        lines.append(PaperLine("Closed by", found.closed_by))
    lines += _figures(found.figures, conventions, found.names)
    if found.imported[0]:
        lines += _titled("Over no till", [Row("Imported", *found.imported)], conventions)
    lines += _shifts(found, conventions)
    if found.proof is not None:
        lines += _proof(found.proof, conventions)
    lines += _copy(copy)
    return Page("z-report", str(found.z_number or found.date), tuple(lines), copy=copy)


def proof_lines(proof: DayProof, conventions: Conventions) -> list[tuple[str, str, bool]]:
    """The proof in words: what was proved, its figure, and whether it holds."""
    since = f"since Z {proof.since_z}" if proof.since_z else "since the beginning"
    lines = [
        (f"{conventions.count(proof.entries)} ledger entries {since} sum to zero", "", not proof.unbalanced),
        ("Drawers in the ledger are the tills'", conventions.amount(proof.drawer), proof.drawer == proof.tills),
    ]
    for control in proof.controls:
        holds = control.balance == control.of_customers
        # What the shop owes is a credit balance; people read it as an amount.
        shown = -control.balance if control.account.startswith("Liabilities:") else control.balance
        lines.append((f"{_account(control.account)} of customers", conventions.amount(shown), holds))
    points = f"{conventions.count(proof.points_entries)} points entries are their lots"
    lines.append((points, conventions.count(proof.points), not proof.lots_wrong))
    audit = f"{conventions.count(proof.audit_rows)} rows of the audit log hold"
    lines.append((audit, f"{proof.audit_seq}:{proof.audit_mac[:12]}", not proof.audit_broken))
    return lines


def rate_name(rate: int | None, conventions: Conventions) -> str:
    """A tax rate (thousandths of a per cent) as people read it."""
    if rate is None:
        return "Tax not told"
    return f"{Decimal(rate) / 1000:f} %".replace(".", conventions.decimal)


def tenders_named(rows: Iterable[Row]) -> list[Row]:
    """Figures by tender, under the names that people read."""
    return [row._replace(name=tender_name(row.name)) for row in rows]


def cashiers_named(rows: Iterable[Row], names: Mapping[str, str]) -> list[Row]:
    """Figures by cashier, under their number and, from `names`, their name."""
    return [row._replace(name=_whose(row.name, names)) for row in rows]


def categories_named(rows: Iterable[Row]) -> list[Row]:
    """Figures by category; what has none says so."""
    return [row._replace(name=row.name or NO_CATEGORY) for row in rows]


def _figures(found: Figures, conventions: Conventions, names: Mapping[str, str]) -> Iterator[PaperLine]:
    count, amount = conventions.count, conventions.amount
    yield RULE
    for row in found.trade:
        yield PaperLine(f"{row.name.capitalize()} ({count(row.times)})", amount(row.amount))
    yield PaperLine(f"Takings {conventions.currency}", amount(found.total), strong=True)
    if found.first_sale:
        yield PaperLine("Receipts", f"{found.first_sale} - {found.last_sale}")
    yield from _titled("Tenders", tenders_named(found.tenders), conventions)
    payments = [row._replace(name=row.name.capitalize()) for row in found.payments]
    yield from _titled("Payments without a sale", payments, conventions)
    yield from _titled("Discounts given", found.discounts, conventions)
    yield from _taxes(found.tax, conventions)
    yield from _titled("Cashiers", cashiers_named(found.cashiers, names), conventions)
    yield from _titled("Categories", categories_named(found.categories), conventions)
    yield from _titled("Petty expenses", found.petty, conventions)
    yield from _drawer(found.drawer, found.drawer_openings, conventions)


def _titled(title: str, rows: Iterable[Row], conventions: Conventions) -> Iterator[PaperLine]:
    for place, row in enumerate(rows):
        if not place:
            yield GAP
            yield PaperLine(title, strong=True)
        yield PaperLine(f"{row.name} ({conventions.count(row.times)})", conventions.amount(row.amount))


def _taxes(rows: Iterable[TaxRow], conventions: Conventions) -> Iterator[PaperLine]:
    for place, row in enumerate(rows):
        if not place:
            yield GAP
            yield PaperLine("Tax", "net / tax", strong=True)
        figures = f"{conventions.amount(row.net)} / {conventions.amount(row.tax)}"
        yield PaperLine(rate_name(row.rate, conventions), figures)


def _drawer(drawer: Drawer, openings: int, conventions: Conventions) -> Iterator[PaperLine]:
    amount = conventions.amount
    yield GAP
    yield PaperLine("Cash in the drawer", strong=True)
    moved = (
        ("Float", drawer.floats), ("Sales", drawer.sales), ("Payments", drawer.payments),
        ("Paid in", drawer.pay_ins), ("Pulled out", drawer.pull_outs), ("Petty expenses", drawer.petty),
    )  # fmt: skip
    for label, value in moved:
        if value or label == "Float":
            yield PaperLine(label, amount(value))
    yield PaperLine("Expected", amount(drawer.expected), strong=True)
    if drawer.counted is not None:
        yield PaperLine("Counted", amount(drawer.counted), strong=True)
        yield PaperLine(over_or_short(drawer.difference), amount(drawer.difference), strong=bool(drawer.difference))
    if openings:
        yield PaperLine("Opened without a sale", conventions.count(openings))


def over_or_short(difference: int) -> str:
    """What a count's difference (minor units) is called."""
    return "Over" if difference > 0 else "Short" if difference < 0 else "Exact"


def _shifts(found: DayReport, conventions: Conventions) -> Iterator[PaperLine]:
    for place, shift in enumerate(found.shifts):
        if not place:
            yield GAP
            yield PaperLine("Shifts", "counted", strong=True)
        yield PaperLine(f"{shift.number} {shift.terminal}", conventions.amount(shift.counted))
        off = shift.counted - shift.expected
        difference = f"{over_or_short(off)} {conventions.amount(off)}" if off else ""
        yield PaperLine(f"  {_whose(shift.cashier, found.names)}", difference)


def _proof(proof: DayProof, conventions: Conventions) -> Iterator[PaperLine]:
    yield GAP
    yield PaperLine("Proof", "holds" if proof.holds else "DOES NOT HOLD", strong=True)
    for words, figure, holds in proof_lines(proof, conventions):
        yield PaperLine(f"{'ok' if holds else '!!'} {words}", figure, strong=not holds)
    failing = (("entries", proof.unbalanced), ("lots", proof.lots_wrong), ("audit rows", proof.audit_broken))
    for what, ids in failing:
        if ids:
            yield PaperLine(f"!! {what} {', '.join(str(one) for one in ids)}: run bookkeeper verify", strong=True)


def _copy(copy: bool) -> list[PaperLine]:
    return [GAP, PaperLine("COPY", strong=True, centre=True)] if copy else []


def _account(name: str) -> str:
    return name.rsplit(":", 1)[-1].replace("-", " ")


def _whose(number: str, names: Mapping[str, str]) -> str:
    return f"{number} {names.get(number, '')}".strip() or NO_CASHIER
