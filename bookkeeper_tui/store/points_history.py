"""What stands in a customer's points ledger: entries, page by page, lots and their last days, and balances by month."""

from typing import NamedTuple

from bookkeeper_tui.store.desk import Desk


class PointsRow(NamedTuple):
    """An entry as it is listed: kind, points with their sign, the sale behind it where there is one.

    `expires_on` is the last day of its lot, empty for none; `reverses` the entry it takes back.
    """

    id: int
    kind: str
    points: int
    business_date: str
    at: int
    sale_id: int | None
    number: str
    expires_on: str
    lot_id: int | None
    reverses: int | None
    staff: str
    reason: str


class LotRow(NamedTuple):
    """A lot that still holds points: what is left of what it began with, and its last day (empty: for ever)."""

    id: int
    expires_on: str
    remaining: int
    began_with: int
    business_date: str
    sale_id: int | None
    number: str


class LastDay(NamedTuple):
    """Points whose last day is the same (empty: they last for ever), and in how many lots they are."""

    expires_on: str
    points: int
    lots: int


def page(
    desk: Desk, customer_id: int, *, before: int | None = None, after: int | None = None, limit: int = 50
) -> list[PointsRow]:
    """Up to `limit` entries, newest first: the newest, those older than the id `before`, or next newer than `after`.

    `after=0` is the last page.
    """
    database = desk.require("loyalty.viewed")
    if after is not None:
        rows = database.execute_sql(f"{SELECT_ENTRIES} AND points_entry.id > ? ORDER BY points_entry.id LIMIT ?",
                                    (customer_id, after, limit)).fetchall()[::-1]  # fmt: skip
    else:
        rows = database.execute_sql(f"{SELECT_ENTRIES} AND points_entry.id < ? ORDER BY points_entry.id DESC LIMIT ?",
                                    (customer_id, _NEWEST if before is None else before, limit)).fetchall()  # fmt: skip
    return [PointsRow._make(row) for row in rows]


def count(desk: Desk, customer_id: int) -> int:
    """How many entries a customer has."""
    database = desk.require("loyalty.viewed")
    return int(database.execute_sql(COUNT_ENTRIES, (customer_id,)).fetchone()[0])


def lots(desk: Desk, customer_id: int, limit: int = 50) -> list[LotRow]:
    """The lots that hold points, the one that expires first first; those that never expire come last."""
    database = desk.require("loyalty.viewed")
    return [LotRow._make(row) for row in database.execute_sql(SELECT_LOTS, (customer_id, limit))]


def last_days(desk: Desk, customer_id: int, limit: int = 3) -> list[LastDay]:
    """The points that expire together, the first first; those that never expire come last."""
    database = desk.require("loyalty.viewed")
    return [LastDay(*row) for row in database.execute_sql(SELECT_LAST_DAYS, (customer_id, limit))]


def balance_by_month(desk: Desk, customer_id: int, months: int = 12) -> list[tuple[str, int]]:
    """The balance at the end of each of the last months up to this one, as `2026-11` and points, without gaps."""
    database = desk.require("loyalty.viewed")
    moved = dict(database.execute_sql(MOVED_BY_MONTH, (customer_id,)).fetchall())
    year, month = map(int, desk.today().split("-")[:2])
    last = year * 12 + month - 1
    names = [f"{at // 12:04d}-{at % 12 + 1:02d}" for at in range(last - months + 1, last + 1)]
    held = sum(points for name, points in moved.items() if name < names[0])
    shown = []
    for name in names:
        held += moved.get(name, 0)
        shown.append((name, held))
    return shown


_NEWEST = 2**62
SELECT_ENTRIES = """
SELECT points_entry.id, points_entry.kind, points_entry.points, points_entry.business_date, points_entry.at,
       points_entry.sale_id, COALESCE(sale.number, ''), COALESCE(points_lot.expires_on, ''), points_entry.lot_id,
       points_entry.reverses, COALESCE(staff.number || ' ' || staff.name, ''), points_entry.reason
FROM points_entry LEFT JOIN sale ON sale.id = points_entry.sale_id
LEFT JOIN points_lot ON points_lot.id = points_entry.lot_id LEFT JOIN staff ON staff.id = points_entry.staff_id
WHERE points_entry.customer_id = ?
"""
COUNT_ENTRIES = "SELECT COUNT(*) FROM points_entry WHERE customer_id = ?"
MOVED_BY_MONTH = """
SELECT substr(business_date, 1, 7), SUM(points) FROM points_entry WHERE customer_id = ? GROUP BY 1
"""
SELECT_LAST_DAYS = """
SELECT expires_on, SUM(remaining), COUNT(*) FROM points_lot WHERE customer_id = ? AND remaining > 0
GROUP BY expires_on ORDER BY expires_on = '', expires_on LIMIT ?
"""
SELECT_LOTS = """
SELECT points_lot.id, points_lot.expires_on, points_lot.remaining, points_entry.points, points_entry.business_date,
       points_entry.sale_id, COALESCE(sale.number, '')
FROM points_lot JOIN points_entry ON points_entry.id = points_lot.id LEFT JOIN sale ON sale.id = points_entry.sale_id
WHERE points_lot.customer_id = ? AND points_lot.remaining > 0
ORDER BY points_lot.expires_on = '', points_lot.expires_on, points_lot.id LIMIT ?
"""
