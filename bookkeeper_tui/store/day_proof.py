"""The proof that a Z report carries: what was written since the last one is balanced, complete and unchanged.

Only new rows are looked at, on top of what the last Z report proved, so that closing a day takes no longer in an old
shop; `bookkeeper verify` looks at everything.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.store import audit, ledger
from bookkeeper_tui.store.audit import Head
from bookkeeper_tui.store.audit_walk import broken_rows
from bookkeeper_tui.store.keys import Keys

NAMED = 20


class Control(NamedTuple):
    """A control account's balance, and the sum of its customers' postings: equal, in minor units."""

    account: str
    balance: int
    of_customers: int


@dataclass(frozen=True, slots=True)
class DayProof:
    """How far a proof reaches, and what it found; money in minor units.

    `since_z` is the Z report it began from (0: the very beginning). `entries`, `points_entries` and `audit_rows` are
    how many were looked at since then, `last_entry` and so on the newest of them; `drawer` is the ledger's drawer
    account and `tills` what sales, payments and movements say of it. The tuples name what failed.
    """

    since_z: int = 0
    last_entry: int = 0
    entries: int = 0
    unbalanced: tuple[int, ...] = ()
    controls: tuple[Control, ...] = ()
    drawer: int = 0
    tills: int = 0
    last_points_entry: int = 0
    points_entries: int = 0
    points: int = 0
    lots_wrong: tuple[int, ...] = ()
    audit_seq: int = 0
    audit_mac: str = ""
    audit_rows: int = 0
    audit_broken: tuple[int, ...] = ()

    @property
    def ledger_holds(self) -> bool:
        """Every new entry sums to zero, and the drawers hold what the tills say."""
        return not self.unbalanced and self.drawer == self.tills

    @property
    def controls_hold(self) -> bool:
        """Every control account is the sum of its customers."""
        return all(control.balance == control.of_customers for control in self.controls)

    @property
    def holds(self) -> bool:
        """All of it is as it should be."""
        return self.ledger_holds and self.controls_hold and not self.lots_wrong and not self.audit_broken


def last_closed(database: SqliteDatabase) -> DayProof:
    """What the newest Z report proved, to be continued; nothing before the first."""
    row = database.execute_sql(NEWEST_REPORT).fetchone()
    if row is None:
        return DayProof()
    found = json.loads(row[1])["proof"] | {"since_z": row[0], "entries": 0, "points_entries": 0, "audit_rows": 0}
    return from_plain(found | {"unbalanced": (), "lots_wrong": (), "audit_broken": ()})


def prove(database: SqliteDatabase, keys: Keys, before: DayProof) -> DayProof:
    """Continues a proof over all that was written since it; for a closing that has asked for the permission."""
    newest = audit.newest(database)
    known = Head(before.audit_seq, bytes.fromhex(before.audit_mac))
    broken = [one.seq for one in broken_rows(database, {keys.audit_id: keys.audit}, known)]
    entries, last_entry = _new(database, NEW_ENTRIES, before.last_entry)
    points_entries, last_points = _new(database, NEW_POINTS_ENTRIES, before.last_points_entry)
    between = (before.last_entry, last_entry)
    new_points = (before.last_points_entry, last_points)
    return DayProof(
        before.since_z,
        last_entry,
        before.entries + entries,
        _some(before.unbalanced, _ids(database, UNBALANCED, between)),
        _controls(database, before, between),
        before.drawer + _sum(database, DRAWER, (*between, ledger.DRAWER)),
        before.tills + _sum(database, TILLS, between * 3),
        last_points,
        before.points_entries + points_entries,
        before.points + _sum(database, POINTS, new_points),
        _some(before.lots_wrong, _ids(database, LOTS_WRONG, new_points)),
        newest.seq,
        bytes(newest.mac).hex(),
        before.audit_rows + max(0, newest.seq - known.seq),
        _some(before.audit_broken, broken),
    )


def plain_values(proof: DayProof) -> dict[str, Any]:
    """A proof as what JSON holds."""
    return asdict(proof) | {"controls": [list(control) for control in proof.controls]}


def from_plain(values: Mapping[str, Any]) -> DayProof:
    """A proof as it was frozen by `plain_values`."""
    controls = tuple(Control(*row) for row in values["controls"])
    failing = {name: tuple(values[name]) for name in ("unbalanced", "lots_wrong", "audit_broken")}
    return DayProof(**{**values, "controls": controls, **failing})


def _controls(database: SqliteDatabase, before: DayProof, between: tuple[int, int]) -> tuple[Control, ...]:
    known = {control.account: control for control in before.controls}
    for account, balance, of_customers in database.execute_sql(CONTROLS, between):
        old = known.get(account, Control(account, 0, 0))
        known[account] = Control(account, old.balance + balance, old.of_customers + of_customers)
    return tuple(known[account] for account in sorted(known))


def _new(database: SqliteDatabase, sql: str, after: int) -> tuple[int, int]:
    count, last = database.execute_sql(sql, (after,)).fetchone()
    return int(count), int(last or after)


def _ids(database: SqliteDatabase, sql: str, values: tuple[int, int]) -> list[int]:
    return [int(row[0]) for row in database.execute_sql(sql, values)]


def _some(known: tuple[int, ...], more: list[int]) -> tuple[int, ...]:
    """The first that fail: enough to look at."""
    return (*known, *more)[:NAMED]


def _sum(database: SqliteDatabase, sql: str, values: tuple[Any, ...]) -> int:
    return int(database.execute_sql(sql, values).fetchone()[0])


NEWEST_REPORT = "SELECT z_number, report FROM business_day WHERE z_number IS NOT NULL ORDER BY z_number DESC LIMIT 1"
NEW_ENTRIES = "SELECT COUNT(*), MAX(id) FROM entry WHERE id > ?"
NEW_POINTS_ENTRIES = "SELECT COUNT(*), MAX(id) FROM points_entry WHERE id > ?"
UNBALANCED = """
SELECT entry.id FROM entry LEFT JOIN posting ON posting.entry_id = entry.id WHERE entry.id > ? AND entry.id <= ?
GROUP BY entry.id HAVING COUNT(posting.entry_id) < 2 OR SUM(posting.amount) <> 0
"""
CONTROLS = """
SELECT account.name, SUM(posting.amount),
       COALESCE(SUM(CASE WHEN posting.customer_id IS NOT NULL THEN posting.amount END), 0)
FROM posting JOIN account ON account.id = posting.account_id
WHERE posting.entry_id > ? AND posting.entry_id <= ? AND account.control = 1 GROUP BY account.name
"""
DRAWER = """
SELECT COALESCE(SUM(posting.amount), 0) FROM posting WHERE entry_id > ? AND entry_id <= ?
AND account_id = (SELECT id FROM account WHERE name = ?)
"""
# By their entries: what was posted in between, whenever it was sold.
TILLS = """
SELECT COALESCE((SELECT SUM(sale_tender.amount)
                 FROM sale JOIN sale_tender ON sale_tender.sale_id = sale.id
                 WHERE sale.entry_id > ? AND sale.entry_id <= ? AND sale_tender.kind = 'cash'), 0)
     + COALESCE((SELECT SUM(amount) FROM payment WHERE entry_id > ? AND entry_id <= ? AND tender = 'cash'), 0)
     + COALESCE((SELECT SUM(amount) FROM drawer_movement WHERE entry_id > ? AND entry_id <= ?), 0)
"""
POINTS = "SELECT COALESCE(SUM(points), 0) FROM points_entry WHERE id > ? AND id <= ?"
LOTS_WRONG = """
SELECT lot_id FROM (SELECT DISTINCT lot_id FROM points_entry WHERE id > ? AND id <= ? AND lot_id IS NOT NULL) AS touched
WHERE COALESCE((SELECT remaining FROM points_lot WHERE points_lot.id = touched.lot_id), 0)
   <> (SELECT SUM(points) FROM points_entry WHERE points_entry.lot_id = touched.lot_id)
ORDER BY lot_id
"""
EXPECTED_UNLIKE = """
SELECT shift.number FROM shift WHERE closed_at IS NOT NULL AND (
    expected <> COALESCE((SELECT SUM(amount) FROM drawer_movement WHERE drawer_movement.shift_id = shift.id
                          AND kind NOT IN ('over', 'short', 'counted out')), 0)
              + COALESCE((SELECT SUM(sale_tender.amount) FROM sale JOIN sale_tender ON sale_tender.sale_id = sale.id
                          WHERE sale.shift_id = shift.id AND sale_tender.kind = 'cash'), 0)
              + COALESCE((SELECT SUM(amount) FROM payment WHERE payment.shift_id = shift.id AND tender = 'cash'), 0)
    OR counted <> COALESCE((SELECT SUM(denomination * pieces) FROM shift_count
                            WHERE shift_count.shift_id = shift.id), 0)
    OR counted - expected <> COALESCE((SELECT SUM(amount) FROM drawer_movement
                                       WHERE drawer_movement.shift_id = shift.id AND kind IN ('over', 'short')), 0)
    OR counted <> -COALESCE((SELECT SUM(amount) FROM drawer_movement
                             WHERE drawer_movement.shift_id = shift.id AND kind = 'counted out'), 0))
ORDER BY shift.id
"""
MOVEMENTS_UNLIKE = """
SELECT drawer_movement.id FROM drawer_movement WHERE amount <> COALESCE(
    (SELECT SUM(posting.amount) FROM posting WHERE posting.entry_id = drawer_movement.entry_id
     AND posting.account_id = (SELECT id FROM account WHERE name = 'Assets:Cash:Drawer')), 0)
ORDER BY drawer_movement.id
"""
DRAWER_UNLIKE = """
SELECT 'Assets:Cash:Drawer' FROM (
    SELECT COALESCE((SELECT SUM(amount) FROM posting
                     WHERE account_id = (SELECT id FROM account WHERE name = 'Assets:Cash:Drawer')), 0)
         - COALESCE((SELECT SUM(amount) FROM sale_tender WHERE kind = 'cash'), 0)
         - COALESCE((SELECT SUM(amount) FROM payment WHERE tender = 'cash'), 0)
         - COALESCE((SELECT SUM(amount) FROM drawer_movement), 0) AS difference) AS drawers
WHERE difference <> 0
"""
PROOFS: tuple[tuple[str, str, str], ...] = (
    ("shifts ended with what moved in them", "SELECT COUNT(*) FROM shift WHERE closed_at IS NOT NULL", EXPECTED_UNLIKE),
    ("drawer movements are their entries", "SELECT COUNT(*) FROM drawer_movement", MOVEMENTS_UNLIKE),
    ("the drawers hold what the tills say", "SELECT COUNT(*) FROM shift", DRAWER_UNLIKE),
)
