"""The sales as a table: one row a sale."""

from collections.abc import Iterator

from bookkeeper_tui.formats import local_time
from bookkeeper_tui.money import plain
from bookkeeper_tui.store import customers
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.kind import OF_CUSTOMER, SINCE, UNTIL, Asked, ReportKind, Row, by_key, columns_of

COLUMNS = (
    "sale_no", "kind", "sold_at", "business_date", "branch", "terminal", "customer_no", "lines", "pieces",
    "discount", "tax", "total", "currency", "source", "source_ref",
)  # fmt: skip


def _which(desk: Desk, asked: Asked) -> tuple[str, dict[str, object]]:
    """The sales that are meant, as a test that an index answers, and its values."""
    values: dict[str, object] = {"since": asked["since"], "until": asked["until"] or "9999-12-31"}
    if asked["customer"]:
        values["customer"] = customers.by_number(desk, asked["customer"]).id
        return f"{WITHIN} AND sale.customer_id = :customer", values
    values["first"], values["last"] = desk.database.execute_sql(BOUNDS, values).fetchone()
    return f"{WITHIN} AND sale.id BETWEEN :first AND :last", values


def _count(desk: Desk, asked: Asked) -> int:
    test, values = _which(desk, asked)
    return int(desk.database.execute_sql(f"SELECT COUNT(*) FROM sale WHERE {test}", values).fetchone()[0])


def _rows(desk: Desk, asked: Asked) -> Iterator[Row]:
    shop = desk.store.shop
    test, values = _which(desk, asked)
    for row in by_key(desk.database, SELECT_SALES.format(which=test), values):
        _, number, kind, sold_at, *middle, discount, tax, total, source, source_ref = row
        money = [plain(amount, shop.exponent) for amount in (discount, tax, total)]
        when = local_time(sold_at, shop.time_zone).isoformat(timespec="seconds")
        yield (number, kind, when, *middle, *money, shop.currency, source, source_ref)


# The plus keeps SQLite to the order of ids, by which the pages go; the days' own index says where they begin and end.
WITHIN = "+sale.business_date BETWEEN :since AND :until"
BOUNDS = "SELECT COALESCE(MIN(id), 0), COALESCE(MAX(id), -1) FROM sale WHERE business_date BETWEEN :since AND :until"
SELECT_SALES = """
SELECT sale.id, sale.number, sale.kind, sale.sold_at, sale.business_date, branch.name, sale.terminal, customer.number,
       sale.line_count, sale.pieces, sale.discount, sale.tax, sale.total, sale.source, sale.source_ref
FROM sale JOIN branch ON branch.id = sale.branch_id JOIN customer ON customer.id = sale.customer_id
WHERE sale.id > :after AND {which} ORDER BY sale.id LIMIT :at_once
"""
SALES = ReportKind(
    name="sales",
    title="Sales",
    what="every sale and return, a row each",
    one="sale",
    many="sales",
    columns=columns_of(*COLUMNS, right=("lines", "pieces", "discount", "tax", "total")),
    filters=(SINCE, UNTIL, OF_CUSTOMER),
    rows=_rows,
    count=_count,
)
