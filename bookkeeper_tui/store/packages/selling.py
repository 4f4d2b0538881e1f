"""How packages come from sales and go back with them: granted, returned untouched, and moved to another customer."""

from collections.abc import Iterable
from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.dates import days_after
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store import ledger, package_plans
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import Change
from bookkeeper_tui.store.ledger import Posting
from bookkeeper_tui.store.packages import events
from bookkeeper_tui.store.packages.events import NewEvent
from bookkeeper_tui.store.packages.package import Package, of_sale, read


class _Sold(NamedTuple):
    """A sold line and what its article gives."""

    sale_id: int
    line_no: int
    customer_id: int
    date: str
    at: int
    quantity: int
    amount: int
    tax: int
    product_id: int
    name: str
    sessions: int
    valid_days: int
    service_id: int | None


def grant(change: Change, sale_id: int) -> list[Package]:
    """Gives the customer of a posted sale its packages, one a line, inside the change that posts it.

    Raises BadInput when one line sells several, or the customer is not known.
    """
    rows = change.database.execute_sql(SOLD, (sale_id, ledger.PREPAID_PACKAGES)).fetchall()
    return [_grant(change, _Sold(*row)) for row in rows]


def take_back(change: Change, sale_id: int, line_nos: Iterable[int], by_sale_id: int) -> None:
    """Takes back the packages of lines that a return or void (`by_sale_id`) gives back, inside its change.

    Raises BadInput for one that was touched, and for a part of one.
    """
    wanted = set(line_nos)
    refuse_touched(change.database, sale_id, wanted)
    for package in of_sale(change.database, sale_id):
        if package.line_no not in wanted:
            continue
        gone = change.database.execute_sql(GONE, (sale_id, package.line_no)).fetchone()[0]
        if gone != package_plans.ONE:
            raise BadInput(f"{package.number} goes back whole or not at all")
        (number,) = change.database.execute_sql("SELECT number FROM sale WHERE id = ?", (by_sale_id,)).fetchone()
        after = package.standing._replace(state="returned", frozen_since="", frozen_until="")
        events.add(change, package, NewEvent("return", remarks=number), after)


def refuse_touched(database: SqliteDatabase, sale_id: int, line_nos: Iterable[int] | None = None) -> None:
    """Raises BadInput when a package of a sale, of some lines or of all, is no longer as it was sold.

    What is unused of such a one is refunded; the sale stays.
    """
    wanted = None if line_nos is None else set(line_nos)
    if why := _touched(database, sale_id, wanted):
        raise BadInput(f"{why}: refund what is unused on the Packages tab")


def move_refusal(database: SqliteDatabase, sale_id: int, customer_id: int) -> str:
    """Why the packages of a sale cannot become another customer's with it, as one sentence; empty when they can."""
    sold = of_sale(database, sale_id)
    if sold and customer_id == WALK_IN_ID:
        return f"{sold[0].number} was sold with it: a package needs a customer"
    why = _touched(database, sale_id, None) if sold else ""
    return f"{why}: transfer it on the Packages tab, and leave the sale where it is" if why else ""


def move_with_sale(change: Change, sale_id: int, old: int, new: int) -> list[Posting]:
    """Makes the packages of a sale its new customer's, inside the change that moves it.

    Answers the postings that move what is deferred of them, for the move's entry. Raises BadInput as `move_refusal`.
    """
    if why := _touched(change.database, sale_id, None, old):
        raise BadInput(why)
    postings = []
    for package in of_sale(change.database, sale_id):
        event = NewEvent("transfer", remarks=f"{package.sale_number} was moved")
        events.add(change, package, event, package.standing._replace(customer_id=new))
        if package.deferred:
            postings += [
                Posting(ledger.PREPAID_PACKAGES, package.deferred, old),
                Posting(ledger.PREPAID_PACKAGES, -package.deferred, new),
            ]
    return postings


def _grant(change: Change, sold: _Sold) -> Package:
    if sold.customer_id == WALK_IN_ID:
        raise BadInput(f"{harmless(sold.name)} is a package: choose the customer whose sessions they are")
    if sold.quantity != package_plans.ONE:
        raise BadInput(f"{harmless(sold.name)} is a package: each stands on a line of its own")
    number = f"K-{change.next_number('package'):07d}"
    ends = days_after(sold.date, sold.valid_days) if sold.valid_days else ""
    values = (
        number, sold.customer_id, sold.product_id, sold.name, sold.service_id, sold.sessions, sold.amount, sold.tax,
        sold.sale_id, sold.line_no, sold.date, ends,
    )  # fmt: skip
    package = read(change.database, change.database.execute_sql(INSERT, values).fetchone()[0])
    event = NewEvent("sold", service_id=sold.service_id, at=sold.at, day=sold.date)
    events.add(change, package, event, package.standing)
    return package


def _touched(database: SqliteDatabase, sale_id: int, line_nos: set[int] | None, customer_id: int | None = None) -> str:
    """What happened to a package of a sale since it was sold, as the beginning of a sentence; empty when nothing.

    It should be this customer's: that of its sale, where nobody is named.
    """
    for number, line_no, holder, kind, is_elsewhere in database.execute_sql(
        TOUCHED, {"sale": sale_id, "customer": customer_id}
    ).fetchall():
        if line_nos is not None and line_no not in line_nos:
            continue
        if kind:
            return f"{number} is no longer as it was sold ({kind})"
        if is_elsewhere:
            return f"{number} is {harmless(holder)}'s now"
    return ""


SOLD = """
SELECT sale.id, sale_line.line_no, sale.customer_id, sale.business_date, sale.sold_at, sale_line.quantity,
       sale_line.amount, sale_line.tax, product.id, TRIM(product.name || ' ' || product.size), package_plan.sessions,
       package_plan.valid_days, package_plan.service_id
FROM sale JOIN sale_line ON sale_line.sale_id = sale.id JOIN product ON product.id = sale_line.product_id
JOIN package_plan ON package_plan.product_id = product.id
WHERE sale.id = ? AND sale.kind = 'sale' AND sale_line.account_id = (SELECT id FROM account WHERE name = ?)
ORDER BY sale_line.line_no
"""
INSERT = """
INSERT INTO package (number, customer_id, product_id, name, service_id, sessions, price, tax, sale_id, line_no,
                     starts_on, expires_on)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
"""
GONE = "SELECT COALESCE(SUM(quantity), 0) FROM returned_line WHERE sale_id = ? AND sold_line_no = ?"
# A move of the sale is a transfer too: what counts is that the package is where its sale is.
TOUCHED = """
SELECT package.number, package.line_no, customer.name, COALESCE((
           SELECT kind FROM package_event WHERE package_id = package.id AND kind NOT IN ('sold', 'transfer')
           ORDER BY id DESC LIMIT 1), ''),
       package.customer_id <> COALESCE(:customer, sale.customer_id)
FROM package JOIN sale ON sale.id = package.sale_id JOIN customer ON customer.id = package.customer_id
WHERE package.sale_id = :sale ORDER BY package.line_no
"""
