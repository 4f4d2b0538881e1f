"""One sale, read whole: its lines, discounts and tenders, and the ledger entry that stands for it."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import ledger, till
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.sales import NewDiscount, NewTender


class ReceiptLine(NamedTuple):
    """A line as it was sold. `code` is the sku, or what the source called an article that the catalogue lacks.

    `quantity` is thousandths, `pieces` what it counts (0 where none); money in minor units, tax part of the amount.
    `price` is that of one as charged, `list_price` the catalogue's where it was overridden, `tax_rate` thousandths of a
    per cent: None where the source did not say.
    """

    line_no: int
    code: str
    description: str
    quantity: int
    pieces: int
    amount: int
    discount: int
    tax: int
    discounts: tuple[NewDiscount, ...]
    price: int | None = None
    list_price: int | None = None
    tax_rate: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A sale or return. Money in minor units, `sold_at` microseconds UTC; `staff` is empty where nobody is known.

    `linked` says that sale and entry name each other.
    """

    id: int
    number: str
    kind: str
    sold_at: int
    business_date: str
    branch: str
    terminal: str
    staff: str
    customer_id: int
    customer_number: str
    customer_name: str
    total: int
    discount: int
    tax: int
    pieces: int
    note: str
    source: str
    source_ref: str
    lines: tuple[ReceiptLine, ...]
    discounts: tuple[NewDiscount, ...]
    tenders: tuple[NewTender, ...]
    entry: ledger.Entry
    linked: bool


class SoldPackage(NamedTuple):
    """A package as a sale sold it: its sessions, and its last day (ISO), empty for ever."""

    number: str
    sessions: int
    last_day: str


class Aftermath(NamedTuple):
    """What else happened with a sale: numbers of other sales (empty for none), points, and when it is to be paid.

    `points` is what it earned its customer, less what was taken back with it; `points_paid` what was paid with them,
    `points_left` the balance after it; `change_due` minor units handed back, `due` an ISO date.
    """

    voids: str
    voided_by: str
    returns: tuple[str, ...]
    points: int
    points_paid: int
    points_left: int | None
    due: str
    change_due: int
    packages: tuple[SoldPackage, ...] = ()


def receipt(desk: Desk, sale_id: int) -> Receipt:
    """Reads a sale whole. Raises BadInput when there is none with this id."""
    database = desk.require("sale.viewed")
    head = database.execute_sql(SELECT_HEAD, (sale_id,)).fetchone()
    if head is None:
        raise BadInput(f"There is no sale {sale_id}")
    *columns, entry_id = head
    taken: dict[int, list[NewDiscount]] = {}
    for line_no, kind, amount in database.execute_sql(SELECT_DISCOUNTS, (sale_id,)):
        taken.setdefault(line_no, []).append(NewDiscount(kind, amount))
    lines = tuple(
        ReceiptLine._make((*row[:8], tuple(taken.get(row[0], ())), *row[8:]))
        for row in database.execute_sql(SELECT_LINES, (sale_id,))
    )
    tenders = tuple(NewTender(*row) for row in database.execute_sql(SELECT_TENDERS, (sale_id,)))
    entry = ledger.read_entry(database, entry_id)
    linked = (entry.document_kind, entry.document_id) == ("sale", sale_id)
    values: list[Any] = [*columns, lines, tuple(taken.get(0, ())), tenders, entry, linked]
    return Receipt(*values)


def aftermath(desk: Desk, sale_id: int) -> Aftermath:
    """Reads what else a receipt says: what a sale undoes, what undid it, its points, its change and due date."""
    database = desk.require("sale.viewed")
    row = database.execute_sql(SELECT_AFTERMATH, {"sale": sale_id}).fetchone()
    if row is None:
        raise BadInput(f"There is no sale {sale_id}")
    voids, voided_by, points, paid, left, due = row
    returns = tuple(number for (number,) in database.execute_sql(SELECT_RETURNED, {"sale": sale_id}))
    change_due = till.change_given(database, sale_id)
    sold = tuple(SoldPackage(*row) for row in database.execute_sql(SELECT_PACKAGES, (sale_id,)))
    return Aftermath(voids, voided_by, returns, points, paid, left, due, change_due, sold)


def by_number(desk: Desk, number: str) -> int | None:
    """The id of the sale with this receipt number, None when there is none."""
    database = desk.require("sale.viewed")
    row = database.execute_sql("SELECT id FROM sale WHERE number = ?", (number.strip().upper(),)).fetchone()
    return int(row[0]) if row else None


SELECT_HEAD = """
SELECT sale.id, sale.number, sale.kind, sale.sold_at, sale.business_date, branch.name, sale.terminal,
       COALESCE(staff.number || ' ' || staff.name, ''), sale.customer_id, customer.number, customer.name,
       sale.total, sale.discount, sale.tax, sale.pieces, sale.note, sale.source, sale.source_ref, sale.entry_id
FROM sale JOIN branch ON branch.id = sale.branch_id JOIN customer ON customer.id = sale.customer_id
LEFT JOIN staff ON staff.id = sale.staff_id
WHERE sale.id = ?
"""
SELECT_LINES = """
SELECT sale_line.line_no, COALESCE(product.sku, sale_line.code, ''),
       COALESCE(sale_line.description, TRIM(product.name || ' ' || product.size), ''),
       sale_line.quantity, sale_line.pieces, sale_line.amount,
       sale_line.discount, sale_line.tax, sale_line.price, sale_line.list_price, sale_line.tax_rate,
       COALESCE(sale_line.note, '')
FROM sale_line LEFT JOIN product ON product.id = sale_line.product_id
WHERE sale_line.sale_id = ? ORDER BY sale_line.line_no
"""
SELECT_DISCOUNTS = "SELECT line_no, kind, amount FROM sale_discount WHERE sale_id = ? ORDER BY line_no, kind"
SELECT_TENDERS = "SELECT kind, amount, reference FROM sale_tender WHERE sale_id = ? ORDER BY line_no"
SELECT_AFTERMATH = """
SELECT COALESCE((SELECT number FROM sale AS other WHERE other.id = sale.voids), ''),
       COALESCE((SELECT number FROM sale AS other WHERE other.voids = sale.id), ''),
       COALESCE((SELECT SUM(points) FROM points_entry
                 WHERE sale_id = sale.id AND customer_id = sale.customer_id AND kind IN ('earn', 'reverse')), 0),
       COALESCE((SELECT -SUM(points) FROM points_entry WHERE sale_id = sale.id AND kind = 'redeem'), 0),
       (SELECT SUM(points) FROM points_entry
        WHERE customer_id = sale.customer_id AND id <= (
            SELECT MAX(id) FROM points_entry AS last
            WHERE last.sale_id = sale.id AND last.customer_id = sale.customer_id)),
       COALESCE((SELECT MAX(due) FROM account_item WHERE account_item.entry_id = sale.entry_id AND amount > 0), '')
FROM sale WHERE id = :sale
"""
SELECT_RETURNED = """
SELECT number FROM sale WHERE id IN (
    SELECT sale_id FROM returned_line WHERE return_id = :sale
    UNION SELECT sale_id FROM package WHERE refund_id = :sale) ORDER BY id
"""
SELECT_PACKAGES = """
SELECT package.number, package.sessions, package_event.expires_on
FROM package JOIN package_event ON package_event.package_id = package.id AND package_event.kind = 'sold'
WHERE package.sale_id = ? ORDER BY package.line_no
"""
