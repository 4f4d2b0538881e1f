"""The discount review: what was given off and by whom, codes tried in vain, overrides, and who gave codes to whom.

Each list is for a period of business dates (ISO text, both included), bounded, and worst or newest first. Figures are
minor units; what a return gives back is taken off again.
"""

import json
from dataclasses import dataclass
from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.dates import is_date, midnight
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.money import divide
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.pricing import ALL, MANUAL

MOST = 500


class Period(NamedTuple):
    """From the first business date to the last, as ISO text."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class CashierDiscounts:
    """What one person gave: `by_hand` on lines, `by_code`, and `cuts`, which are prices typed below the catalogue's.

    `gross` is what they sold before discounts. Sales that came from a file are nobody's: `staff_id` 0.
    """

    staff_id: int
    staff: str
    sales: int
    gross: int
    by_hand: int
    by_code: int
    cuts: int

    @property
    def share(self) -> int:
        """All of it as a share of what they sold, in thousandths of a per cent; 0 where they took more back."""
        given, sold = self.by_hand + self.by_code + self.cuts, self.gross + self.cuts
        return divide(given * ALL, sold) if sold > 0 else 0


@dataclass(frozen=True, slots=True)
class CustomerDiscounts:
    """What one customer was given, with the code they have now; `gross` is what they bought before discounts."""

    customer_id: int
    number: str
    name: str
    code: str
    sales: int
    gross: int
    discount: int

    @property
    def share(self) -> int:
        """Their discounts as a share of what they bought, in thousandths of a per cent; 0 where they gave more back."""
        return divide(self.discount * ALL, self.gross) if self.gross > 0 else 0


@dataclass(frozen=True, slots=True)
class DiscountedSale:
    """A sale with something off: `kinds` are the codes and "line" for what was given by hand; `cuts` as above."""

    id: int
    number: str
    business_date: str
    staff: str
    customer_id: int
    customer: str
    gross: int
    discount: int
    cuts: int
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A code that did not count: `why` in a word or two; `at` in microseconds UTC."""

    seq: int
    at: int
    who: str
    terminal: str
    code: str
    why: str
    customer_id: int | None


@dataclass(frozen=True, slots=True)
class Override:
    """A second person's PIN: who acted, who approved, for which action on which document; `at` in microseconds UTC."""

    seq: int
    at: int
    who: str
    approved_by: str
    terminal: str
    action: str
    subject: str
    customer_id: int | None


@dataclass(frozen=True, slots=True)
class GrantedCode:
    """A code given to a customer until an ISO date, or taken away where `code` is empty; `at` in microseconds UTC."""

    id: int
    at: int
    who: str
    customer_id: int
    number: str
    customer: str
    code: str
    until: str


def by_cashier(desk: Desk, period: Period) -> list[CashierDiscounts]:
    """What each person gave off, the largest share first."""
    database, dates = desk.require("discount.reviewed"), _checked(period)
    given = {
        staff_id: (by_hand, by_code)
        for staff_id, by_hand, by_code in database.execute_sql(GIVEN, (MANUAL, MANUAL, *dates))
    }
    cuts = {staff_id: divide(cut, 1000) for staff_id, cut in database.execute_sql(CUTS, dates)}
    found = [
        CashierDiscounts(staff_id, staff, sales, gross, *given.get(staff_id, (0, 0)), cuts.get(staff_id, 0))
        for staff_id, staff, sales, gross in database.execute_sql(SOLD, dates)
    ]
    return sorted(found, key=lambda one: (-one.share, one.staff))[:MOST]


def by_customer(desk: Desk, period: Period, limit: int = 100) -> list[CustomerDiscounts]:
    """Those who were given most, the walk-in among them."""
    database = desk.require("discount.reviewed")
    rows = database.execute_sql(BY_CUSTOMER, (*_checked(period), min(limit, MOST)))
    return [CustomerDiscounts(*row) for row in rows]


def sales(
    desk: Desk, period: Period, *, staff_id: int | None = None, customer_id: int | None = None, limit: int = MOST
) -> list[DiscountedSale]:
    """The newest sales and returns with something off, of one person (0: nobody's) or one customer."""
    database, tests, values = desk.require("discount.reviewed"), "", list[object](_checked(period))
    for column, value in (("COALESCE(sale.staff_id, 0)", staff_id), ("sale.customer_id", customer_id)):
        if value is not None:
            tests += f" AND {column} = ?"
            values.append(value)
    sql = f"{DISCOUNTED}{tests} ORDER BY sale.business_date DESC, sale.id DESC LIMIT ?"
    rows = database.execute_sql(sql, (*values, min(limit, MOST))).fetchall()
    return [
        DiscountedSale(
            sale_id, number, date, staff, buyer_id, buyer, gross, off, divide(cut or 0, 1000), _kinds(database, sale_id)
        )
        for sale_id, number, date, staff, buyer_id, buyer, gross, off, cut in rows
    ]


def refused(desk: Desk, period: Period, limit: int = MOST) -> list[Refused]:
    """The newest codes that were tried and did not count."""
    database = desk.require("discount.reviewed")
    rows = database.execute_sql(REFUSED, (*_instants(desk, period), min(limit, MOST)))
    return [
        Refused(seq, at, who, terminal, harmless(code), str(json.loads(detail).get("why", "")), customer_id)
        for seq, at, who, terminal, subject, detail, customer_id, body in rows
        for code in [subject or str(json.loads(body or "{}").get("typed", ""))]
    ]


def overrides(desk: Desk, period: Period, limit: int = MOST) -> list[Override]:
    """The newest overrides of every kind, with both names."""
    database = desk.require("discount.reviewed")
    rows = database.execute_sql(OVERRIDES, (*_instants(desk, period), min(limit, MOST))).fetchall()
    return [_override(database, *row) for row in rows]


def grants(desk: Desk, period: Period, limit: int = MOST) -> list[GrantedCode]:
    """The newest codes given to customers, or taken from them."""
    database = desk.require("discount.reviewed")
    rows = database.execute_sql(GRANTS, (*_instants(desk, period), min(limit, MOST)))
    return [GrantedCode(*row) for row in rows]


def _override(
    database: SqliteDatabase, seq: int, at: int, who: str, approver: str, terminal: str, detail: str
) -> Override:
    action = str(json.loads(detail).get("for", ""))
    own = database.execute_sql(ACT_OF_OVERRIDE, (action, seq, at)).fetchone()
    subject, customer_id = own or ("", None)
    if subject.startswith("basket "):
        sold = database.execute_sql(SALE_OF_BASKET, (int(subject.removeprefix("basket ")),)).fetchone()
        subject = sold[0] if sold else subject
    return Override(seq, at, who, approver, terminal, action, subject, customer_id)


def _kinds(database: SqliteDatabase, sale_id: int) -> tuple[str, ...]:
    rows = database.execute_sql("SELECT DISTINCT kind FROM sale_discount WHERE sale_id = ? ORDER BY kind", (sale_id,))
    return tuple(row[0] for row in rows)


def _checked(period: Period) -> Period:
    for label, text in zip(("From", "To"), period, strict=True):
        if not is_date(text):
            raise BadInput(f"{label}: “{harmless(text[:20])}” is not a date such as 2026-12-31")
    if period.first > period.last:
        raise BadInput(f"To: {period.last} is before {period.first}")
    return period


def _instants(desk: Desk, period: Period) -> tuple[int, int]:
    """When a period begins and ends by the shop's clock, in microseconds UTC."""
    first, last = _checked(period)
    zone = desk.store.shop.time_zone
    return midnight(first, zone), midnight(last, zone, days=1)


SOLD = """
SELECT COALESCE(sale.staff_id, 0), COALESCE(staff.number || ' ' || staff.name, ''), SUM(sale.kind = 'sale'),
       SUM(sale.total + sale.discount)
FROM sale LEFT JOIN staff ON staff.id = sale.staff_id
WHERE business_date BETWEEN ? AND ? GROUP BY 1, 2
"""
GIVEN = """
SELECT COALESCE(sale.staff_id, 0), SUM(CASE WHEN sale_discount.kind = ? THEN amount ELSE 0 END),
       SUM(CASE WHEN sale_discount.kind = ? THEN 0 ELSE amount END)
FROM sale JOIN sale_discount ON sale_discount.sale_id = sale.id
WHERE business_date BETWEEN ? AND ? AND sale.discount <> 0 GROUP BY 1
"""
CUTS = """
SELECT COALESCE(sale.staff_id, 0), SUM((list_price - price) * quantity)
FROM sale JOIN sale_line ON sale_line.sale_id = sale.id
WHERE business_date BETWEEN ? AND ? AND list_price > price GROUP BY 1
"""
BY_CUSTOMER = """
SELECT customer_id, number, name, discount_code, sales, gross, given
FROM (SELECT customer_id, SUM(kind = 'sale') AS sales, SUM(total + discount) AS gross, SUM(discount) AS given
      FROM sale WHERE business_date BETWEEN ? AND ? GROUP BY customer_id HAVING SUM(discount) <> 0
      ORDER BY given DESC, customer_id LIMIT ?) AS most
JOIN customer ON customer.id = most.customer_id ORDER BY given DESC, customer_id
"""
DISCOUNTED = """
SELECT sale.id, sale.number, business_date, COALESCE(staff.number || ' ' || staff.name, ''), sale.customer_id,
       customer.name, sale.total + sale.discount, sale.discount,
       (SELECT SUM((list_price - price) * quantity) FROM sale_line WHERE sale_id = sale.id AND list_price > price)
FROM sale JOIN customer ON customer.id = sale.customer_id LEFT JOIN staff ON staff.id = sale.staff_id
WHERE business_date BETWEEN ? AND ? AND (sale.discount <> 0 OR EXISTS (
    SELECT 1 FROM sale_line WHERE sale_id = sale.id AND list_price > price))
"""
REFUSED = """
SELECT audit.seq, at, who, terminal, subject, detail, customer_id, body
FROM audit LEFT JOIN audit_personal ON audit_personal.seq = audit.seq
WHERE action = 'discount.refused' AND at >= ? AND at < ? ORDER BY audit.seq DESC LIMIT ?
"""
OVERRIDES = """
SELECT seq, at, who, COALESCE(staff.number || ' ' || staff.name, subject), audit.terminal, detail
FROM audit LEFT JOIN staff ON staff.number = audit.subject
WHERE action = 'override.used' AND at >= ? AND at < ? ORDER BY seq DESC LIMIT ?
"""
ACT_OF_OVERRIDE = """
SELECT subject, customer_id FROM audit WHERE action = ? AND seq > ? AND at = ? ORDER BY seq LIMIT 1
"""
SALE_OF_BASKET = "SELECT sale.number FROM basket JOIN sale ON sale.id = basket.sale_id WHERE basket.id = ?"
GRANTS = """
SELECT discount_grant.id, at, who, customer_id, customer.number, customer.name, code, until
FROM discount_grant JOIN customer ON customer.id = customer_id
WHERE at >= ? AND at < ? ORDER BY at DESC, discount_grant.id DESC LIMIT ?
"""
