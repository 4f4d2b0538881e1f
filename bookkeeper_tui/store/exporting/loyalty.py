"""The points ledger as a table: one row an entry, so that the sum of a customer's points is their balance."""

from collections.abc import Iterator

from bookkeeper_tui.formats import local_time
from bookkeeper_tui.store import customers
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.kind import OF_CUSTOMER, SINCE, UNTIL, Asked, ReportKind, Row, by_key, columns_of

COLUMNS = (
    "entry", "customer_no", "tier", "business_date", "time", "kind", "points", "sale_no", "lot", "last_day", "reverses",
    "staff_no", "reason",
)  # fmt: skip


def _values(desk: Desk, asked: Asked) -> dict[str, object]:
    customer = asked["customer"] and customers.by_number(desk, asked["customer"]).id
    return {"customer": customer or 0, "since": asked["since"], "until": asked["until"] or "9999-12-31"}


def _count(desk: Desk, asked: Asked) -> int:
    sql = f"SELECT COUNT(*) FROM points_entry WHERE {ASKED}"
    return int(desk.database.execute_sql(sql, _values(desk, asked)).fetchone()[0])


def _rows(desk: Desk, asked: Asked) -> Iterator[Row]:
    zone = desk.store.shop.time_zone
    for entry, number, tier, day, at, *rest in by_key(desk.database, SELECT, _values(desk, asked)):
        when = local_time(at, zone).isoformat(timespec="seconds")
        yield (entry, number, tier, day, when, *("" if value is None else value for value in rest))


ASKED = """
(:customer = 0 OR points_entry.customer_id = :customer) AND points_entry.business_date BETWEEN :since AND :until
"""
SELECT = f"""
SELECT points_entry.id, customer.number, COALESCE(customer_loyalty.tier, ''), points_entry.business_date,
       points_entry.at, points_entry.kind, points_entry.points, sale.number, points_entry.lot_id,
       points_lot.expires_on, points_entry.reverses, staff.number, points_entry.reason
FROM points_entry JOIN customer ON customer.id = points_entry.customer_id
LEFT JOIN customer_loyalty ON customer_loyalty.customer_id = points_entry.customer_id
LEFT JOIN sale ON sale.id = points_entry.sale_id LEFT JOIN points_lot ON points_lot.id = points_entry.lot_id
LEFT JOIN staff ON staff.id = points_entry.staff_id
WHERE points_entry.id > :after AND {ASKED} ORDER BY points_entry.id LIMIT :at_once
"""
LOYALTY = ReportKind(
    name="loyalty",
    title="Loyalty points",
    what="the points ledger, a row an entry",
    one="entry of points",
    many="entries of points",
    columns=columns_of(*COLUMNS, right=("entry", "points", "lot", "reverses")),
    filters=(SINCE, UNTIL, OF_CUSTOMER),
    rows=_rows,
    count=_count,
)
