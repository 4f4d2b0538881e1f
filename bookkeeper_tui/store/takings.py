"""What was taken: the figures of a shift (X) and of a day (Z), and a day at a glance by hour, tender and cashier.

All of them are read from sales, payments and drawer movements, never kept; amounts are minor units, and what was
given back or voided counts as negative.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.formats import local_time
from bookkeeper_tui.store import shifts
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.shifts import Shift

QUARTER_US = 900_000_000


class Row(NamedTuple):
    """Something that was counted: its name, how often, and what it came to."""

    name: str
    times: int
    amount: int


class TaxRow(NamedTuple):
    """What was sold at one rate (thousandths of a per cent; None where none stands on the line), and its tax."""

    rate: int | None
    net: int
    tax: int


class Drawer(NamedTuple):
    """The cash of one shift or of several: what came in and went out, what should be there, and what was counted.

    `expected` is what lay there, or should have, before it was counted; `counted` is None while a shift is open.
    """

    floats: int
    sales: int
    payments: int
    pay_ins: int
    pull_outs: int
    petty: int
    expected: int
    counted: int | None

    @property
    def difference(self) -> int:
        """Over when positive, short when negative; 0 before the count."""
        return 0 if self.counted is None else self.counted - self.expected


@dataclass(frozen=True, slots=True)
class Figures:
    """What one shift took, or several did.

    `trade` are the rows sales, returns and voids. A cashier's name is their staff number. `payments` are named by kind
    and tender, `petty` by category; `drawer_openings` counts openings without a sale.
    """

    first_sale: str
    last_sale: str
    trade: tuple[Row, ...]
    discounts: tuple[Row, ...]
    tax: tuple[TaxRow, ...]
    tenders: tuple[Row, ...]
    payments: tuple[Row, ...]
    petty: tuple[Row, ...]
    cashiers: tuple[Row, ...]
    categories: tuple[Row, ...]
    drawer_openings: int
    drawer: Drawer

    @property
    def total(self) -> int:
        """What the sales came to, less what was given back and voided."""
        return sum(row.amount for row in self.trade)


@dataclass(frozen=True, slots=True)
class XReport:
    """A shift's figures, as they stand at `at` (microseconds UTC); `names` are the staff's, by number."""

    shift: Shift
    at: int
    figures: Figures
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SpotCheck:
    """A business date's sales: how many, what they came to, and by hour (0 to 23), tender, cashier and category."""

    date: str
    sales: int
    returns: int
    total: int
    hours: tuple[tuple[int, Row], ...]
    tenders: tuple[Row, ...]
    cashiers: tuple[Row, ...]
    categories: tuple[Row, ...]
    branches: tuple[Row, ...]
    names: Mapping[str, str]


def x_report(desk: Desk, shift_id: int) -> XReport:
    """A shift's figures now, for those who may know them before the count. It is recorded. Raises BadInput."""
    with desk.change("takings.viewed") as change:
        shift = shifts.read(change.database, shift_id)
        change.concerns(subject=shift.number)
        return XReport(shift, change.at, figures(change.database, [shift]), staff_names(change.database))


def spot_check(desk: Desk, date: str) -> SpotCheck:
    """The sales of a business date (ISO), imported ones too, by hour, tender, cashier, category and branch."""
    database, zone = desk.require("takings.viewed"), desk.store.shop.time_zone
    which = _Which(database, "sale.business_date = ?", [date])
    trade = {row.name: row for row in which.rows(TRADE)}
    hours: dict[int, Row] = {}
    for quarter, count, amount in which.read(QUARTERS):
        hour = local_time(quarter * QUARTER_US, zone).hour
        known = hours.get(hour, Row(f"{hour:02d}", 0, 0))
        hours[hour] = Row(known.name, known.times + count, known.amount + amount)
    return SpotCheck(
        date,
        trade["sales"].times if "sales" in trade else 0,
        sum(row.times for name, row in trade.items() if name != "sales"),
        sum(row.amount for row in trade.values()),
        tuple(sorted(hours.items())),
        which.rows(TENDERS),
        which.rows(CASHIERS),
        which.rows(CATEGORIES),
        which.rows(BRANCHES),
        staff_names(database),
    )


def figures(database: SqliteDatabase, of: Sequence[Shift]) -> Figures:
    """The figures of some shifts together; inside a change, or for who may see takings."""
    ids = [shift.id for shift in of]
    which = _Which(database, f"shift_id IN ({', '.join('?' * len(ids))})", ids)
    first, last = which.read(SALE_NUMBERS)[0]
    trade = {row.name: row for row in which.rows(TRADE)}
    tenders = which.rows(TENDERS)
    payments = which.read(PAYMENTS)
    moved = {(kind, category): Row(category, count, amount) for kind, category, count, amount in which.read(MOVED)}
    return Figures(
        first or "",
        last or "",
        tuple(trade.get(name, Row(name, 0, 0)) for name in ("sales", "returns", "voids")),
        which.rows(DISCOUNTS),
        tuple(TaxRow(*row) for row in which.read(TAX)),
        tenders,
        tuple(Row(f"{kind}, {tender}", count, amount) for kind, tender, count, amount in payments),
        tuple(row._replace(amount=-row.amount) for (kind, _), row in moved.items() if kind == "petty"),
        which.rows(CASHIERS),
        which.rows(CATEGORIES),
        sum(row.times for (kind, _), row in moved.items() if kind == "no sale"),
        _drawer(of, moved, tenders, sum(row[3] for row in payments if row[1] == "cash")),
    )


def plain_values(found: Figures) -> dict[str, Any]:
    """Figures as what JSON holds."""
    return asdict(found) | {"drawer": list(found.drawer)}


def from_plain(values: dict[str, Any]) -> Figures:
    """Figures as they were frozen by `plain_values`."""
    many = ("trade", "discounts", "tenders", "payments", "petty", "cashiers", "categories")
    rows = {name: tuple(Row(*row) for row in values[name]) for name in many}
    tax = tuple(TaxRow(*row) for row in values["tax"])
    return Figures(**(values | rows | {"tax": tax, "drawer": Drawer(*values["drawer"])}))


def staff_names(database: SqliteDatabase) -> Mapping[str, str]:
    """What the cashiers in the figures are called, by staff number; for who may see takings."""
    return dict(database.execute_sql("SELECT number, name FROM staff").fetchall())


class _Which:
    """The sales that figures are of: reads the statements at the end of this file for them."""

    def __init__(self, database: SqliteDatabase, condition: str, values: Sequence[object]) -> None:
        self._database, self._condition, self._values = database, condition, values

    def read(self, sql: str) -> list[tuple[Any, ...]]:
        return list(self._database.execute_sql(sql.format(which=self._condition), self._values))

    def rows(self, sql: str) -> tuple[Row, ...]:
        return tuple(Row(*row) for row in self.read(sql))


def _drawer(of: Sequence[Shift], moved: dict[tuple[str, str], Row], tenders: tuple[Row, ...], paid: int) -> Drawer:
    def of_kind(wanted: str) -> int:
        return sum(row.amount for (kind, _), row in moved.items() if kind == wanted)

    sold = sum(row.amount for row in tenders if row.name == "cash")
    parts = (of_kind("float"), sold, paid, of_kind("pay-in"), of_kind("pull-out"), of_kind("petty"))
    is_counted = all(shift.counted is not None for shift in of)
    return Drawer(*parts, sum(parts), sum(shift.counted or 0 for shift in of) if is_counted else None)


SALE_NUMBERS = "SELECT MIN(number), MAX(number) FROM sale WHERE {which}"
TRADE = """
SELECT CASE WHEN voids IS NOT NULL THEN 'voids' WHEN kind = 'return' THEN 'returns' ELSE 'sales' END, COUNT(*),
       SUM(total)
FROM sale WHERE {which} GROUP BY 1
"""
TENDERS = """
SELECT sale_tender.kind, COUNT(*), SUM(sale_tender.amount)
FROM sale JOIN sale_tender ON sale_tender.sale_id = sale.id WHERE {which} GROUP BY 1 ORDER BY 3 DESC, 1
"""
DISCOUNTS = """
SELECT sale_discount.kind, COUNT(*), SUM(sale_discount.amount)
FROM sale JOIN sale_discount ON sale_discount.sale_id = sale.id WHERE {which} GROUP BY 1 ORDER BY 3 DESC, 1
"""
TAX = """
SELECT sale_line.tax_rate, SUM(sale_line.amount - sale_line.tax), SUM(sale_line.tax)
FROM sale JOIN sale_line ON sale_line.sale_id = sale.id WHERE {which} GROUP BY 1 ORDER BY 1 DESC
"""
CATEGORIES = """
SELECT COALESCE(category.name, ''), SUM(sale_line.pieces), SUM(sale_line.amount)
FROM sale JOIN sale_line ON sale_line.sale_id = sale.id
LEFT JOIN product ON product.id = sale_line.product_id LEFT JOIN category ON category.id = product.category_id
WHERE {which} GROUP BY 1 ORDER BY 3 DESC, 1
"""
CASHIERS = """
SELECT COALESCE(staff.number, ''), COUNT(*), SUM(sale.total)
FROM sale LEFT JOIN staff ON staff.id = sale.staff_id WHERE {which} GROUP BY 1 ORDER BY 3 DESC, 1
"""
BRANCHES = """
SELECT branch.name, COUNT(*), SUM(sale.total)
FROM sale JOIN branch ON branch.id = sale.branch_id WHERE {which} GROUP BY 1 ORDER BY 3 DESC, 1
"""
QUARTERS = "SELECT sold_at / 900000000, COUNT(*), SUM(total) FROM sale WHERE {which} GROUP BY 1"
PAYMENTS = """
SELECT kind, tender, COUNT(*), SUM(amount) FROM payment WHERE {which} GROUP BY 1, 2 ORDER BY 1, 2
"""
MOVED = """
SELECT kind, category, COUNT(*), SUM(amount) FROM drawer_movement WHERE {which} GROUP BY 1, 2 ORDER BY 1, 2
"""
