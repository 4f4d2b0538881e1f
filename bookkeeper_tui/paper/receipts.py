"""A sale as its receipt, a return or void as such, and a sale that is not paid yet as its bill."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from bookkeeper_tui.formats import Conventions
from bookkeeper_tui.money import round_half_up
from bookkeeper_tui.paper.page import RULE, Page, PaperLine
from bookkeeper_tui.store import receipts
from bookkeeper_tui.store.baskets import Basket
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.receipts import Aftermath, Receipt, ReceiptLine, SoldPackage

TENDERS = {"account": "On account", "imported": "Paid", "rounding": "Rounding", "deposit": "Deposits paid before"}
DISCOUNTS = {"line": "Discount"}


class Item(NamedTuple):
    """A line of goods: `quantity` in thousandths, `price` of one (None where nobody said), money in minor units."""

    description: str
    quantity: int
    price: int | None
    gross: int
    discounts: tuple[tuple[str, int], ...]
    note: str


def receipt_page(desk: Desk, sale_id: int, *, copy: bool = False, kick: bool = False) -> Page:
    """The receipt of a sale, return or void; `copy` marks a reprint. Raises BadInput when there is no such sale."""
    found, more = receipts.receipt(desk, sale_id), receipts.aftermath(desk, sale_id)
    conventions = desk.store.conventions
    lines = [
        *head(desk),
        *_title(desk, found, more, copy=copy),
        RULE,
        *goods([_sold(line) for line in found.lines], conventions),
        *_sum(found, conventions),
        *_packages(more.packages, conventions),
        RULE,
        *_paid(found, more, conventions),
        *_points(more, conventions),
        *([PaperLine(found.note)] if found.note else []),
        *foot(desk, copy=copy),
    ]
    customer = None if found.customer_id == WALK_IN_ID else found.customer_id
    return Page("receipt", found.number, tuple(lines), customer, kick, copy)


def bill_page(desk: Desk, basket: Basket) -> Page:
    """The bill of a sale that is not paid yet: what it comes to now, and that it is no receipt."""
    conventions, priced = desk.store.conventions, basket.priced
    items = [
        Item(
            line.description or line.code,
            line.quantity,
            line.price,
            line.priced.gross,
            line.priced.discounts,
            line.note,
        )
        for line in basket.lines
    ]
    number = basket.label or str(basket.id)
    lines = [
        *head(desk),
        PaperLine("BILL - THIS IS NO RECEIPT", strong=True, centre=True),
        PaperLine(f"Bill {number}", conventions.instant(basket.touched_at, desk.store.shop.time_zone)),
        PaperLine(basket.terminal, basket.staff),
        *_customer(basket.customer_id, basket.customer_number, basket.customer_name),
        RULE,
        *goods(items, conventions),
        *_added(priced.total - priced.gross + priced.discount, priced.by_rate, conventions),
        PaperLine(f"Total {conventions.currency}", conventions.amount(priced.total), strong=True),
        *_contained(priced.total - priced.gross + priced.discount, priced.by_rate, conventions),
    ]
    if basket.tenders:
        lines.append(RULE)
        lines += [PaperLine(_tender(t.kind, t.reference), conventions.amount(t.amount)) for t in basket.tenders]
        lines.append(PaperLine("Still to pay", conventions.amount(basket.to_pay), strong=True))
    if basket.note:
        lines.append(PaperLine(basket.note))
    customer = None if basket.customer_id == WALK_IN_ID else basket.customer_id
    return Page("bill", number, (*lines, *foot(desk)), customer)


def head(desk: Desk) -> list[PaperLine]:
    """What stands above everything that a customer takes home: the shop's name and the lines of its settings."""
    printer = desk.store.settings.printer_of(desk.terminal)
    own = [PaperLine(line, centre=True) for line in printer.head]
    return [PaperLine(desk.store.shop.name, strong=True, centre=True), *own, RULE]


def foot(desk: Desk, *, copy: bool = False) -> list[PaperLine]:
    """What stands below: the lines of the settings, and once more that this is a copy."""
    printer = desk.store.settings.printer_of(desk.terminal)
    lines = [PaperLine(line, centre=True) for line in printer.foot]
    if copy:
        lines.append(PaperLine("COPY", strong=True, centre=True))
    return [RULE, *lines] if lines else []


def goods(items: Iterable[Item], conventions: Conventions) -> Iterator[PaperLine]:
    """Lines of goods with quantity and price where there is not just one, their discounts and notes below them."""
    for item in items:
        words, gross = item.description or "(no article)", conventions.amount(item.gross)
        quantity = f"{conventions.quantity(item.quantity)} {'x' if conventions.ascii else '×'}"
        if item.quantity in (0, 1000):
            yield PaperLine(words, gross)
        elif item.price is None:
            yield PaperLine(f"{quantity} {words}", gross)
        else:
            yield PaperLine(words)
            yield PaperLine(f"  {quantity} {conventions.amount(item.price)}", gross)
        for kind, amount in item.discounts:
            yield PaperLine(f"  {DISCOUNTS.get(kind, f'Discount {kind}')}", conventions.amount(-amount))
        if item.note:
            yield PaperLine(f"  {item.note}")
    yield RULE


def _packages(sold: Iterable[SoldPackage], conventions: Conventions) -> Iterator[PaperLine]:
    """What of the goods is used session by session, and until when."""
    found = list(sold)
    if found:
        yield RULE
    for package in found:
        sessions = "1 session" if package.sessions == 1 else f"{conventions.count(package.sessions)} sessions"
        until = f", until {conventions.date(package.last_day)}" if package.last_day else ""
        yield PaperLine(f"{package.number}: {sessions}{until}")


def _title(desk: Desk, found: Receipt, more: Aftermath, *, copy: bool) -> Iterator[PaperLine]:
    if copy:
        yield PaperLine("COPY", strong=True, centre=True)
    what = "Void" if more.voids else "Return" if found.kind == "return" else "Receipt"
    if what != "Receipt":
        yield PaperLine(what.upper(), strong=True, centre=True)
    when = desk.store.conventions.instant(found.sold_at, desk.store.shop.time_zone)
    yield PaperLine(f"{what} {found.number}", when, strong=True)
    yield PaperLine(f"{found.branch} {found.terminal}".strip(), found.staff)
    if more.voids:
        yield PaperLine(f"Takes back {more.voids}")
    elif more.returns:
        yield PaperLine(f"Returned from {', '.join(more.returns)}")
    if more.voided_by:
        yield PaperLine(f"VOIDED by {more.voided_by}", strong=True)
    yield from _customer(found.customer_id, found.customer_number, found.customer_name)


def _customer(customer_id: int, number: str, name: str) -> Iterator[PaperLine]:
    if customer_id != WALK_IN_ID:
        yield PaperLine(f"Customer {number} {name}")


def _sold(line: ReceiptLine) -> Item:
    gross = _gross(line)
    return Item(line.description or line.code, line.quantity, line.price, gross, line.discounts, line.note)


def _gross(line: ReceiptLine) -> int:
    """What the line came to before discounts, as its price says; the amount tells where there is no price."""
    if line.price is None:
        return line.amount + line.discount
    return round_half_up(Decimal(line.quantity) * line.price / 1000)


def _sum(found: Receipt, conventions: Conventions) -> Iterator[PaperLine]:
    for discount in found.discounts:
        kind = DISCOUNTS.get(discount.kind, f"Discount {discount.kind}")
        yield PaperLine(kind, conventions.amount(-discount.amount))
    on_lines = sum(_gross(line) - line.discount for line in found.lines)
    added = found.total - on_lines + sum(discount.amount for discount in found.discounts)
    rates = _by_rate(found)
    yield from _added(added, rates, conventions)
    what = "Total" if found.kind == "sale" else "Total returned"
    yield PaperLine(f"{what} {conventions.currency}", conventions.amount(found.total), strong=True)
    yield from _contained(added, rates, conventions)


def _by_rate(found: Receipt) -> list[tuple[int | None, int, int]]:
    """Rate (None where the source gave none), net and tax for each rate, highest first."""
    sums: dict[int | None, tuple[int, int]] = {}
    for line in found.lines:
        net, tax = sums.get(line.tax_rate, (0, 0))
        sums[line.tax_rate] = (net + line.amount - line.tax, tax + line.tax)
    rates = sorted(sums.items(), key=lambda item: -(item[0] or 0))
    missing = found.tax - sum(tax for _, tax in sums.values())
    return [*((rate, *both) for rate, both in rates), *([(None, 0, missing)] if missing else [])]


def _added(added: int, rates: Iterable[tuple[int | None, int, int]], conventions: Conventions) -> Iterator[PaperLine]:
    """Tax that comes on top of the prices, or what an exempt customer does not pay of them."""
    if added > 0:
        yield from _tax(rates, "Tax", conventions)
    elif added < 0:
        yield PaperLine("Tax not charged", conventions.amount(added))


def _contained(
    added: int, rates: Iterable[tuple[int | None, int, int]], conventions: Conventions
) -> Iterator[PaperLine]:
    """Tax that is within the prices."""
    if not added:
        yield from _tax(rates, "Tax included", conventions)


def _tax(
    rates: Iterable[tuple[int | None, int, int]], without_rate: str, conventions: Conventions
) -> Iterator[PaperLine]:
    for rate, net, tax in rates:
        if rate:
            words = f"Tax {conventions.quantity(rate)} % on {conventions.amount(net)}"
            yield PaperLine(words, conventions.amount(tax))
        elif tax:
            yield PaperLine(without_rate, conventions.amount(tax))


def _paid(found: Receipt, more: Aftermath, conventions: Conventions) -> Iterator[PaperLine]:
    for tender in found.tenders:
        words, amount = _tender(tender.kind, tender.reference), tender.amount
        if tender.kind == "points" and more.points_paid:
            words = f"Points {conventions.count(more.points_paid)}"
        if tender.kind == "cash":
            amount += more.change_due
        yield PaperLine(words, conventions.amount(amount))
        if tender.kind == "account" and more.due and tender.amount > 0:
            yield PaperLine(f"  due {conventions.date(more.due)}")
    if more.change_due:
        yield PaperLine("Change", conventions.amount(more.change_due), strong=True)


def tender_name(kind: str) -> str:
    """What a kind of tender is called on paper and in reports."""
    return TENDERS.get(kind, kind.capitalize())


def _tender(kind: str, reference: str) -> str:
    return f"{tender_name(kind)} {reference}".strip()


def _points(more: Aftermath, conventions: Conventions) -> Iterator[PaperLine]:
    if more.points:
        words = "Points earned" if more.points > 0 else "Points taken back"
        yield PaperLine(words, conventions.count(more.points))
    if more.points_left is not None:
        yield PaperLine("Points balance", conventions.count(more.points_left))
