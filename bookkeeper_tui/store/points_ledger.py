"""The points ledger: entries that are only ever added, and the lots that hold what they leave.

The balance is the sum of a customer's entries: what is left of their lots less the points they owe. Points are owed
only while no lot holds any, and whatever comes in pays them back first. All of it happens inside somebody's change.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from bookkeeper_tui.dates import days_after
from bookkeeper_tui.money import round_half_up
from bookkeeper_tui.store import tiers
from bookkeeper_tui.store.desk import Change
from bookkeeper_tui.store.gone import same_person


class Cause(NamedTuple):
    """Why entries are made: their kind and date, the sale behind them, the entry they take back, and the words."""

    kind: str
    business_date: str
    sale_id: int | None = None
    reverses: int | None = None
    reason: str = ""


class _Lot(NamedTuple):
    id: int
    expires_on: str
    is_there: bool


class Carried(NamedTuple):
    """What became of points that went to another customer: (old lot, new lot, points) of each, and the entries that
    took from the other what was owed."""

    lots: Sequence[tuple[int, int, int]]
    taken: Sequence[int]


def begin_lot(change: Change, customer_id: int, points: int, cause: Cause) -> None:
    """Points come in, in a lot of their own; those that are owed are paid back first."""
    lot_days = tiers.program(change.database).lot_days
    expires_on = days_after(cause.business_date, lot_days) if lot_days else ""
    newest, owed = change.database.execute_sql(NEWEST_AND_OWED, (customer_id,)).fetchone()
    add(change, customer_id, points, newest + 1, cause, expires_on)
    if owed:
        _settle_owed(change, customer_id, newest + 1, cause.business_date)


def take(change: Change, customer_id: int, points: int, cause: Cause, first_lot: int | None = None) -> None:
    """Points go out: from `first_lot`, then from the lots that expire first; what is in none is owed."""
    for lot_id, remaining in change.database.execute_sql(LOTS_TO_TAKE, (customer_id, first_lot)).fetchall():
        taken = min(points, remaining)
        if taken:
            add(change, customer_id, -taken, lot_id, cause)
            points -= taken
        if not points:
            return
    add(change, customer_id, -points, None, cause)


def give_back(change: Change, customer_id: int, sale_id: int, by_sale_id: int, returned: int, of: int, day: str) -> int:
    """Redeemed points go back into their lots, the last taken first; answers how many."""
    redeemed = change.database.execute_sql(REDEEMED_BY_SALE, (sale_id,)).fetchall()
    due = int(part(sum(row[2] for row in redeemed), returned, of) - sum(row[3] for row in redeemed))
    given = max(0, due)
    for entry_id, lot_id, points, back in redeemed:
        again = min(due, points - back)
        if again > 0:
            lot = _lot_of(change, customer_id, lot_id)
            expires_on = "" if lot.is_there else lot.expires_on
            add(change, customer_id, again, lot.id, Cause("reverse", day, by_sale_id, entry_id), expires_on)
            _settle_owed(change, customer_id, lot.id, day)
            due -= again
    return given


def add(change: Change, customer_id: int, points: int, lot_id: int | None, cause: Cause, expires_on: str = "") -> None:
    """Writes an entry, and its lot follows; there is no other way to write one."""
    database, staff_id = change.database, change.desk.staff.staff_id
    cursor = database.execute_sql(
        INSERT_ENTRY,
        (customer_id, cause.kind, points, lot_id, cause.sale_id, cause.reverses, expires_on, cause.business_date,
         change.at, staff_id, cause.reason),
    )  # fmt: skip
    if lot_id is None:
        return
    if cursor.lastrowid == lot_id:
        database.execute_sql(INSERT_LOT, (lot_id, customer_id, expires_on, points))
    else:
        database.execute_sql("UPDATE points_lot SET remaining = remaining + ? WHERE id = ?", (points, lot_id))


def carry_over(change: Change, old: int, new: int, cause: Cause) -> Carried:
    """All that a customer has or owes becomes another's; the new lots expire when the old ones would have."""
    lots = []
    for lot_id, remaining in change.database.execute_sql(LOTS_TO_TAKE, (old, None)).fetchall():
        (expires_on,) = change.database.execute_sql(
            "SELECT expires_on FROM points_lot WHERE id = ?", (lot_id,)
        ).fetchone()
        add(change, old, -remaining, lot_id, cause)
        new_lot = newest_entry(change) + 1
        add(change, new, remaining, new_lot, cause, expires_on)
        _settle_owed(change, new, new_lot, cause.business_date)
        lots.append((lot_id, new_lot, remaining))
    owed = -int(change.database.execute_sql(OWED, (old,)).fetchone()[0])
    if not owed:
        return Carried(lots, [])
    add(change, old, owed, None, cause)
    first = newest_entry(change) + 1
    take(change, new, owed, cause)
    return Carried(lots, list(range(first, newest_entry(change) + 1)))


def carry_back(change: Change, old: int, new: int, carried: Carried, cause: Cause) -> None:
    """Undoes `carry_over`: what came with the lots goes back, save what has expired; what of it was spent is owed."""
    database = change.database
    for lot_id, new_lot, points in carried.lots:
        remaining, expired = database.execute_sql(LEFT_AND_EXPIRED, (new_lot, new_lot)).fetchone()
        back = points - expired
        if left := min(remaining, back):
            add(change, new, -left, new_lot, cause)
        if back > left:
            take(change, new, back - left, cause)
        if back:
            add(change, old, back, lot_id, cause)
    for entry_id in carried.taken:
        points, lot_id = database.execute_sql(
            "SELECT -points, lot_id FROM points_entry WHERE id = ?", (entry_id,)
        ).fetchone()
        if lot_id is None:
            begin_lot(change, new, points, cause)
        else:
            add(change, new, points, lot_id, cause)
            _settle_owed(change, new, lot_id, cause.business_date)
        add(change, old, -points, None, cause)


def part(whole: int, returned: int, of: int) -> int:
    """The part of a whole that `returned` of `of` stands for, rounded half up."""
    return round_half_up(Decimal(whole * returned) / of) if of else 0


def newest_entry(change: Change) -> int:
    """The id of the newest entry; the next one has the next. Holds only inside this change."""
    return int(change.database.execute_sql("SELECT COALESCE(MAX(id), 0) FROM points_entry").fetchone()[0])


def _lot_of(change: Change, customer_id: int, lot_id: int) -> "_Lot":
    """The lot, or a new one of the same last day where it is that of somebody whom the customer was merged with."""
    owner, expires_on = change.database.execute_sql(LOT, (lot_id,)).fetchone()
    return _Lot(lot_id, expires_on, True) if owner == customer_id else _Lot(newest_entry(change) + 1, expires_on, False)


def _settle_owed(change: Change, customer_id: int, lot_id: int, day: str) -> None:
    """Pays back points that are owed from a lot that has just gained some."""
    owed = -int(change.database.execute_sql(OWED, (customer_id,)).fetchone()[0])
    if owed <= 0:
        return
    remaining = int(
        change.database.execute_sql("SELECT remaining FROM points_lot WHERE id = ?", (lot_id,)).fetchone()[0]
    )
    paid = min(owed, remaining)
    if paid:
        cause = Cause("reverse", day, reason="pays back points owed")
        add(change, customer_id, -paid, lot_id, cause)
        add(change, customer_id, paid, None, cause)


OWED = "SELECT COALESCE(SUM(points), 0) FROM points_entry WHERE customer_id = ? AND lot_id IS NULL"
NEWEST_AND_OWED = f"SELECT (SELECT COALESCE(MAX(id), 0) FROM points_entry), ({OWED})"
LOTS_TO_TAKE = """
SELECT id, remaining FROM points_lot WHERE customer_id = ? AND remaining > 0
ORDER BY id IS NOT ?, expires_on = '', expires_on, id
"""
LEFT_AND_EXPIRED = """
SELECT remaining, -COALESCE((SELECT SUM(points) FROM points_entry WHERE lot_id = ? AND kind = 'expire'), 0)
FROM points_lot WHERE id = ?
"""
LOT = "SELECT customer_id, expires_on FROM points_lot WHERE id = ?"
REDEEMED_BY_SALE = """
SELECT id, lot_id, -points,
       COALESCE((SELECT SUM(back.points) FROM points_entry AS back WHERE back.reverses = redeemed.id), 0)
FROM points_entry AS redeemed WHERE sale_id = ? AND kind = 'redeem' ORDER BY id DESC
"""
INSERT_ENTRY = """
INSERT INTO points_entry (customer_id, kind, points, lot_id, sale_id, reverses, expires_on, business_date, at, staff_id,
                          reason)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
INSERT_LOT = "INSERT INTO points_lot (id, customer_id, expires_on, remaining) VALUES (?, ?, ?, ?)"

LOTS_UNLIKE_THEIR_ENTRIES = """
SELECT points_lot.id FROM points_lot
WHERE points_lot.remaining <> COALESCE((SELECT SUM(points) FROM points_entry WHERE lot_id = points_lot.id), 0)
UNION
SELECT points_entry.id FROM points_entry LEFT JOIN points_lot ON points_lot.id = points_entry.lot_id
WHERE points_entry.lot_id IS NOT NULL AND points_lot.customer_id IS NOT points_entry.customer_id
"""
OWED_BESIDES_LOTS = """
SELECT customer_id FROM points_entry WHERE lot_id IS NULL GROUP BY customer_id
HAVING SUM(points) > 0 OR SUM(points) < 0 AND EXISTS (
    SELECT 1 FROM points_lot WHERE points_lot.customer_id = points_entry.customer_id AND remaining > 0)
"""
EARNED_WITHOUT_SALE = f"""
SELECT points_entry.id FROM points_entry LEFT JOIN sale ON sale.id = points_entry.sale_id
WHERE points_entry.kind = 'redeem' AND points_entry.points > 0
   OR points_entry.kind = 'earn' AND (
        sale.id IS NULL OR sale.kind <> 'sale' OR points_entry.points < 0
        OR sale.customer_id <> points_entry.customer_id AND points_entry.points <> -COALESCE((
            SELECT SUM(points) FROM points_entry AS back WHERE back.reverses = points_entry.id), 0)
            AND NOT {same_person("sale.customer_id", "points_entry.customer_id")})
"""
UNDONE_TOO_FAR = """
SELECT undone.id FROM points_entry AS undone
WHERE undone.kind IN ('earn', 'redeem') AND abs(undone.points) < abs(COALESCE((
    SELECT SUM(points) FROM points_entry AS back WHERE back.reverses = undone.id), 0))
"""
LEFT_BY_VOIDS = """
SELECT sale.voids FROM sale JOIN points_entry ON points_entry.sale_id = sale.voids
WHERE sale.voids IS NOT NULL AND points_entry.kind IN ('earn', 'redeem')
  AND points_entry.points + COALESCE((
    SELECT SUM(back.points) FROM points_entry AS back WHERE back.reverses = points_entry.id), 0) <> 0
"""
PROOFS: tuple[tuple[str, str, str], ...] = (
    ("lots hold what their entries leave", "SELECT COUNT(*) FROM points_lot", LOTS_UNLIKE_THEIR_ENTRIES),
    ("points are owed only beside empty lots", "SELECT COUNT(*) FROM points_entry", OWED_BESIDES_LOTS),
    ("points earned have their sale", "SELECT COUNT(*) FROM points_entry WHERE kind = 'earn'", EARNED_WITHOUT_SALE),
    ("points are undone at most once", "SELECT COUNT(*) FROM points_entry WHERE reverses IS NOT NULL", UNDONE_TOO_FAR),
    ("voided sales leave no points", "SELECT COUNT(*) FROM sale WHERE voids IS NOT NULL", LEFT_BY_VOIDS),
)
