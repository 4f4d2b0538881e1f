"""The points ledger as a table: one row an entry, so that the sum of a customer's points is their balance."""

from collections.abc import Iterator
from typing import TextIO

from peewee import SqliteDatabase

from bookkeeper_tui.formats import local_time
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.tables import write_table

COLUMNS = (
    "entry", "customer_no", "tier", "business_date", "time", "kind", "points", "sale_no", "lot", "last_day", "reverses",
    "staff_no", "reason",
)  # fmt: skip


def export_loyalty(
    desk: Desk, format: str, file: TextIO, *, customer_id: int = 0, since: str = "", until: str = ""
) -> int:
    """Writes the entries between two business dates, both included, oldest first, and answers how many.

    `customer_id` narrows them to one customer; 0 is all. Raises BadInput for a format other than csv or json. That it
    was done, with what filter and how many rows, stands in the audit log before the first row is out.
    """
    database = desk.require("export.loyalty")
    asked = {"customer": customer_id, "since": since, "until": until or "9999-12-31"}
    rows = database.execute_sql(f"SELECT COUNT(*) {ENTRIES}", asked).fetchone()[0]
    desk.look(
        "export.loyalty",
        subject="points",
        customer_id=customer_id or None,
        detail={"format": format, "since": since, "until": until, "rows": rows},
    )
    return write_table(file, format, COLUMNS, _rows(desk, database, asked))


def _rows(desk: Desk, database: SqliteDatabase, asked: dict[str, object]) -> Iterator[tuple[str | int, ...]]:
    zone = desk.store.shop.time_zone
    for entry, number, tier, day, at, *rest in database.execute_sql(f"SELECT {SELECTED} {ENTRIES} {ORDERED}", asked):
        when = local_time(at, zone).isoformat(timespec="seconds")
        yield (entry, number, tier, day, when, *("" if value is None else value for value in rest))


SELECTED = """
points_entry.id, customer.number, COALESCE(customer_loyalty.tier, ''), points_entry.business_date, points_entry.at,
points_entry.kind, points_entry.points, sale.number, points_entry.lot_id, points_lot.expires_on, points_entry.reverses,
staff.number, points_entry.reason
"""
ENTRIES = """
FROM points_entry JOIN customer ON customer.id = points_entry.customer_id
LEFT JOIN customer_loyalty ON customer_loyalty.customer_id = points_entry.customer_id
LEFT JOIN sale ON sale.id = points_entry.sale_id LEFT JOIN points_lot ON points_lot.id = points_entry.lot_id
LEFT JOIN staff ON staff.id = points_entry.staff_id
WHERE (:customer = 0 OR points_entry.customer_id = :customer) AND points_entry.business_date BETWEEN :since AND :until
"""
ORDERED = "ORDER BY points_entry.id"
