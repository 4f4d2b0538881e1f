"""The packages of sessions as a table: what was bought, what is left of it and until when; a row a package."""

from collections.abc import Iterator

from bookkeeper_tui.money import plain
from bookkeeper_tui.store import customers
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.kind import OF_CUSTOMER, Asked, Filter, ReportKind, Row, by_key, columns_of
from bookkeeper_tui.store.packages.package import SELECT, Package

STATUSES = ("live", "not begun", "frozen", "expired", "used up", "refunded", "returned")


def _rows(desk: Desk, asked: Asked) -> Iterator[Row]:
    """As they stand today; amounts are without tax, `price` is what was paid."""
    database, exponent, today = desk.require("package.viewed"), desk.store.shop.exponent, desk.today()
    customer = customers.by_number(desk, asked["customer"]).id if asked["customer"] else 0
    for read in by_key(database, _PAGE, {"customer": customer}):
        one = Package(*read)
        status = one.status(today)
        if asked["status"] not in ("", status) or (asked["left"] == "yes" and not one.remaining):
            continue
        money = (plain(amount, exponent) for amount in (one.price, one.net, one.recognised, one.deferred))
        yield (
            one.number, one.customer_number, one.customer_name, one.name, one.service, one.sale_number, status,
            one.sessions, one.used, one.remaining, one.starts_on, one.effective_end(today), one.frozen_since, *money,
        )  # fmt: skip


def _count(desk: Desk, asked: Asked) -> int:
    customer = customers.by_number(desk, asked["customer"]).id if asked["customer"] else 0
    return int(desk.database.execute_sql(_COUNT, {"customer": customer}).fetchone()[0])


_COUNT = "SELECT COUNT(*) FROM package WHERE :customer = 0 OR customer_id = :customer"
_PAGE = f"""{SELECT}
WHERE package.id > :after AND (:customer = 0 OR package.customer_id = :customer) ORDER BY package.id LIMIT :at_once
"""
PACKAGES = ReportKind(
    name="packages",
    title="Package balances",
    what="what is left of each package of sessions, a row a package",
    one="package",
    many="packages",
    columns=columns_of(
        "package_no", "customer_no", "customer", "article", "service", "sale_no", "status", "sessions", "used",
        "remaining", "starts_on", "last_day", "frozen_since", "price", "net", "recognised", "deferred",
        right=("sessions", "used", "remaining", "price", "net", "recognised", "deferred"),
    ),
    filters=(
        OF_CUSTOMER,
        Filter("status", "only those that are", choices=STATUSES),
        Filter("left", "yes: only those with sessions left", choices=("yes",)),
    ),
    rows=_rows,
    count=_count,
    services=True,
)  # fmt: skip
