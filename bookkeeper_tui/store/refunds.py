"""What goes back when lines of a sale are returned: amounts by the share returned so far, and by which tenders.

Every figure is the share of all that is back after this return less the share of all that was back before it, each
rounded once: however a sale is returned, the parts add up to what was sold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.money import round_half_up
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.gone import same_person
from bookkeeper_tui.store.sales import NewDiscount, NewLine, NewTender

# What was paid before this system, or as deposits, can only go back as money from the drawer or as store credit.
PAID_ELSEWHERE = frozenset({"cash", "rounding", "deposit", "imported"})


class ReturnableLine(NamedTuple):
    """A sold line: `quantity` thousandths sold, `returned` of them back already; money in minor units."""

    line_no: int
    product_id: int | None
    code: str
    description: str
    quantity: int
    pieces: int
    amount: int
    tax: int
    account_id: int | None
    price: int | None
    list_price: int | None
    tax_rate: int | None
    returned: int
    own_code: str | None
    own_description: str | None
    discounts: tuple[NewDiscount, ...]

    @property
    def left(self) -> int:
        """Thousandths that can still be returned."""
        return max(0, self.quantity - self.returned)

    def share(self, amount: int, returned: int) -> int:
        """What of an amount of the line is back once `returned` thousandths are."""
        return part(amount, returned, self.quantity)


class Way(NamedTuple):
    """A tender by which money may go back: at most so much, in minor units; a card's by its reference."""

    kind: str
    most: int
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Refund:
    """What a return gives back, in minor units: `total` as the lines cost, of it `by_points` goes back as points.

    `due` is the rest, to go back by `ways`. `points` go back to the customer, `points_taken` were earned and go.
    `returned` is what is back of `of`, the whole sale, once this return is done. By `cash_given` in coins, `cash_gone`
    is back already, and `cash_left` in coins may still go.
    """

    sale_id: int
    number: str
    customer_id: int
    total: int
    by_points: int
    due: int
    points: int
    points_taken: int
    returned: int
    of: int
    ways: tuple[Way, ...]
    coin: int
    cash_left: int
    cash_gone: int
    cash_given: int
    lines: tuple[NewLine, ...]
    discounts: tuple[NewDiscount, ...]
    added_tax: int

    def as_paid(self) -> tuple[NewTender, ...]:
        """What is due by the tenders of the sale: its account first, then cards, then cash, then store credit."""
        left, tenders = self.due, list[NewTender]()
        for way in self.ways:
            amount = min(left, way.most)
            if amount > 0:
                tenders.append(NewTender(way.kind, amount, way.reference))
                left -= amount
        return tuple(tenders)

    def cash_of(self, amount: int) -> int:
        """The cash that is handed out for an amount: in the shop's coins, and to the cent what was paid at the end.

        All that went back in cash so far is rounded together, so that returning piece by piece gives no coin more.
        """
        if amount == next((way.most for way in self.ways if way.kind == "cash"), 0):
            return self.cash_left
        if self.coin <= 1:
            return max(0, min(amount, self.cash_left))
        coins = part(self.cash_gone + amount, 1, self.coin) * self.coin
        return max(0, min(coins - self.cash_given, self.cash_left))


class Sold(NamedTuple):
    """A sale that may be returned, as far as that needs to know it: what was sold, and what is back."""

    id: int
    number: str
    kind: str
    customer_id: int
    total: int
    entry_id: int
    shift_id: int | None
    imported: bool
    voids: int | None
    lines: tuple[ReturnableLine, ...]
    discounts: tuple[NewDiscount, ...]
    added_tax: int
    tenders: tuple[NewTender, ...]
    back: tuple[NewTender, ...]
    """What went back by earlier returns and refunds of packages, in positive minor units."""
    refunded: int
    """What of it refunds of packages gave back, in minor units."""


def read_sold(database: SqliteDatabase, sale_id: int) -> Sold:
    """A sale with what of it came back already. Raises BadInput when there is none with this id."""
    head = database.execute_sql(SELECT_SOLD, (sale_id,)).fetchone()
    if head is None:
        raise BadInput(f"There is no sale {sale_id}")
    *columns, tax, imported, voids = head
    given: dict[int, list[NewDiscount]] = {}
    for line_no, kind, amount in database.execute_sql(SELECT_DISCOUNTS, (sale_id,)):
        given.setdefault(line_no, []).append(NewDiscount(kind, amount))
    lines = tuple(
        ReturnableLine._make((*row, tuple(given.get(row[0], ()))))
        for row in database.execute_sql(SELECT_LINES, (sale_id,))
    )
    tenders = tuple(NewTender(*row) for row in database.execute_sql(SELECT_TENDERS, (sale_id,)))
    back = tuple(NewTender(*row) for row in database.execute_sql(SELECT_BACK, {"sale": sale_id}))
    added_tax = tax - sum(line.tax for line in lines)
    refunded = int(database.execute_sql(SELECT_REFUNDED, (sale_id,)).fetchone()[0])
    return Sold._make(
        (*columns, bool(imported), voids, lines, tuple(given.get(0, ())), added_tax, tenders, back, refunded)
    )


def refund_of(database: SqliteDatabase, sold: Sold, wanted: Mapping[int, int], coin: int) -> Refund:
    """What goes back for some lines (line number to thousandths); `coin` is the smallest coin in minor units.

    Raises BadInput naming the line that the sale does not have, or that cannot be returned so often.
    """
    quantities = _checked(sold, wanted)
    before = {line.line_no: line.returned for line in sold.lines}
    after = {line_no: back + quantities.get(line_no, 0) for line_no, back in before.items()}
    was, now = _whole(sold, before), _whole(sold, after)
    of = sold.total
    paid_points = 0 if sold.imported else sum(tender.amount for tender in sold.tenders if tender.kind == "points")
    back_before, back_after = was.total + sold.refunded, now.total + sold.refunded
    points_before, points_after = part(paid_points, back_before, of), part(paid_points, back_after, of)
    total, by_points = now.total - was.total, points_after - points_before
    if total < 0:
        raise BadInput(f"These lines of {sold.number} come to less than nothing: return them with the others")
    earned, redeemed = database.execute_sql(SELECT_POINTS, {"sale": sold.id, "customer": sold.customer_id}).fetchone()
    due = total - by_points
    return Refund(
        sold.id, sold.number, sold.customer_id, total, by_points, due,
        part(redeemed, back_after, of) - part(redeemed, back_before, of),
        part(earned, back_after, of) - part(earned, back_before, of),
        min(back_after, of) if sold.refunded else back_after, of, _ways(sold, due), coin,
        _sum(sold.tenders, _paid_elsewhere(sold) - {"rounding"}) - _sum(sold.back, {"cash"}),
        _sum(sold.back, {"cash", "rounding"}), _sum(sold.back, {"cash"}),
        tuple(_line(line, quantities[line.line_no]) for line in sold.lines if line.line_no in quantities),
        tuple(
            NewDiscount(kind, old - new)
            for (kind, new), (_, old) in zip(now.discounts, was.discounts, strict=True) if new != old
        ),
        was.added_tax - now.added_tax,
    )  # fmt: skip


def part(amount: int, share: int, of: int) -> int:
    """A share of an amount, rounded once; a share of nothing is nothing, and none is more than the whole."""
    if of <= 0:
        return 0
    return round_half_up(Decimal(amount * max(0, min(share, of))) / of)


class _Whole(NamedTuple):
    """How much of a whole sale is back for some quantities: its total, whole-sale discounts, tax on top."""

    total: int
    discounts: tuple[NewDiscount, ...]
    added_tax: int


def _whole(sold: Sold, back: Mapping[int, int]) -> _Whole:
    """Whole-sale discounts and tax are shared by what the lines came to, or by quantity where that is nothing.

    What they change together is rounded once, so that no return ever comes to less than nothing: the last discount
    takes what the others and the tax leave.
    """
    amounts = sum(line.share(line.amount, back[line.line_no]) for line in sold.lines)
    share, of = amounts, sum(line.amount for line in sold.lines if line.quantity > 0)
    if of <= 0:
        share, of = sum(back.values()), sum(line.quantity for line in sold.lines if line.quantity > 0)
    added_tax = part(sold.added_tax, share, of)
    together = part(sold.added_tax - sum(discount.amount for discount in sold.discounts), share, of)
    parts = [part(amount, share, of) for _, amount in sold.discounts]
    if parts:
        parts[-1] = added_tax - together - sum(parts[:-1])
    kinds = [discount.kind for discount in sold.discounts]
    discounts = tuple(NewDiscount(kind, amount) for kind, amount in zip(kinds, parts, strict=True))
    return _Whole(amounts + together, discounts, added_tax)


def _checked(sold: Sold, wanted: Mapping[int, int]) -> dict[int, int]:
    """The quantities that are asked for, none of them 0."""
    lines = {line.line_no: line for line in sold.lines}
    quantities = {line_no: quantity for line_no, quantity in wanted.items() if quantity}
    for line_no, quantity in quantities.items():
        line = lines.get(line_no)
        if line is None:
            raise BadInput(f"{sold.number} has no line {line_no}")
        if quantity < 0 or quantity > line.left:
            name = line.description or line.code or f"line {line_no}"
            raise BadInput(f"{name[:60]}: {_plain(line.left)} can be returned, not {_plain(quantity)}")
    if not quantities:
        raise BadInput(f"Choose a line of {sold.number} to return, and how much of it")
    return quantities


def _line(line: ReturnableLine, quantity: int) -> NewLine:
    """The line that gives back so many thousandths of a sold one, all of it negative."""
    after = line.returned + quantity

    def back(amount: int) -> int:
        return line.share(amount, line.returned) - line.share(amount, after)

    discounts = [NewDiscount(kind, back(amount)) for kind, amount in line.discounts]
    return NewLine(
        line.product_id, -quantity, back(line.pieces), back(line.amount),
        [discount for discount in discounts if discount.amount], back(line.tax), line.own_code, line.own_description,
        line.price, line.list_price, line.tax_rate, None, line.account_id,
    )  # fmt: skip


def _ways(sold: Sold, due: int) -> tuple[Way, ...]:
    """By which tenders money may go back: each at most what it paid less what went back by it before."""
    ways = [Way("account", _sum(sold.tenders, {"account"}) - _sum(sold.back, {"account"}))]
    references = {tender.reference: None for tender in sold.tenders if tender.kind == "card"}
    for reference in references:
        paid = _sum(sold.tenders, {"card"}, reference) - _sum(sold.back, {"card"}, reference)
        ways.append(Way("card", paid, reference))
    ways.append(Way("cash", _sum(sold.tenders, _paid_elsewhere(sold)) - _sum(sold.back, {"cash", "rounding"})))
    if sold.customer_id != WALK_IN_ID:
        ways.append(Way("store credit", due))
    return tuple(way for way in ways if way.most > 0)


def _paid_elsewhere(sold: Sold) -> frozenset[str]:
    return PAID_ELSEWHERE | {"store credit", "points"} if sold.imported else PAID_ELSEWHERE


def _sum(tenders: Sequence[NewTender], kinds: frozenset[str] | set[str], reference: str | None = None) -> int:
    return sum(
        tender.amount
        for tender in tenders
        if tender.kind in kinds and (reference is None or tender.reference == reference)
    )


def _plain(thousandths: int) -> str:
    return (
        f"{Decimal(thousandths) / 1000:f}".rstrip("0").rstrip(".") if thousandths % 1000 else str(thousandths // 1000)
    )


SELECT_SOLD = """
SELECT id, number, kind, customer_id, total, entry_id, shift_id, tax, import_run_id IS NOT NULL OR source <> '', voids
FROM sale WHERE id = ?
"""
SELECT_DISCOUNTS = "SELECT line_no, kind, amount FROM sale_discount WHERE sale_id = ? ORDER BY line_no, kind"
SELECT_LINES = """
SELECT sale_line.line_no, sale_line.product_id, COALESCE(product.sku, sale_line.code, ''),
       COALESCE(sale_line.description, TRIM(product.name || ' ' || product.size), ''),
       sale_line.quantity, sale_line.pieces, sale_line.amount,
       sale_line.tax, sale_line.account_id, sale_line.price, sale_line.list_price, sale_line.tax_rate,
       COALESCE((SELECT SUM(quantity) FROM returned_line
                 WHERE returned_line.sale_id = sale_line.sale_id AND sold_line_no = sale_line.line_no), 0),
       sale_line.code, sale_line.description
FROM sale_line LEFT JOIN product ON product.id = sale_line.product_id
WHERE sale_line.sale_id = ? ORDER BY sale_line.line_no
"""
SELECT_TENDERS = "SELECT kind, amount, reference FROM sale_tender WHERE sale_id = ? ORDER BY line_no"
SELECT_BACK = """
SELECT kind, -amount, reference FROM sale_tender
WHERE sale_id IN (SELECT return_id FROM returned_line WHERE sale_id = :sale
                  UNION SELECT refund_id FROM package WHERE sale_id = :sale) ORDER BY sale_id, line_no
"""
SELECT_REFUNDED = """
SELECT COALESCE(-SUM(sale.total), 0) FROM package JOIN sale ON sale.id = package.refund_id WHERE package.sale_id = ?
"""
SELECT_POINTS = f"""
SELECT COALESCE((SELECT points FROM points_entry
                 WHERE sale_id = :sale AND kind = 'earn'
                   AND (customer_id = :customer OR {same_person("customer_id", ":customer")})
                 ORDER BY id DESC LIMIT 1), 0),
       COALESCE((SELECT -SUM(points) FROM points_entry WHERE sale_id = :sale AND kind = 'redeem'), 0)
"""
