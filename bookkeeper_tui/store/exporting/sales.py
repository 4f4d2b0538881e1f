"""The sales as a table: one row a sale."""

from collections.abc import Iterator
from typing import TextIO

from peewee import SqliteDatabase

from bookkeeper_tui.formats import local_time
from bookkeeper_tui.money import plain
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.tables import write_table

COLUMNS = (
    "sale_no", "kind", "sold_at", "business_date", "branch", "terminal", "customer_no", "lines", "pieces",
    "discount", "tax", "total", "currency", "source", "source_ref",
)  # fmt: skip


def export_sales(desk: Desk, format: str, file: TextIO, *, since: str = "", until: str = "") -> int:
    """Writes the sales between two business dates, both included, oldest number first, and answers how many.

    Amounts are decimal strings, instants ISO in the shop's time zone. Raises BadInput for a format other than csv or
    json. That it was done, with what filter and how many rows, stands in the audit log before the first row is out.
    """
    database = desk.require("export.sales")
    between = (since, until or "9999-12-31")
    rows = database.execute_sql(COUNT_SALES, between).fetchone()[0]
    detail = {"format": format, "since": since, "until": until, "rows": rows}
    desk.look("export.sales", subject="sales", detail=detail)
    return write_table(file, format, COLUMNS, _rows(desk, database, between))


def _rows(desk: Desk, database: SqliteDatabase, between: tuple[str, str]) -> Iterator[tuple[str | int, ...]]:
    shop = desk.store.shop
    for row in database.execute_sql(SELECT_SALES, between):
        number, kind, sold_at, *middle, discount, tax, total, source, source_ref = row
        money = [plain(amount, shop.exponent) for amount in (discount, tax, total)]
        when = local_time(sold_at, shop.time_zone).isoformat(timespec="seconds")
        yield (number, kind, when, *middle, *money, shop.currency, source, source_ref)


COUNT_SALES = "SELECT COUNT(*) FROM sale WHERE business_date BETWEEN ? AND ?"
SELECT_SALES = """
SELECT sale.number, sale.kind, sale.sold_at, sale.business_date, branch.name, sale.terminal, customer.number,
       sale.line_count, sale.pieces, sale.discount, sale.tax, sale.total, sale.source, sale.source_ref
FROM sale JOIN branch ON branch.id = sale.branch_id JOIN customer ON customer.id = sale.customer_id
WHERE sale.business_date BETWEEN ? AND ? ORDER BY sale.id
"""
