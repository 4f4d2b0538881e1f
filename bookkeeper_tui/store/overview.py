"""A customer at a glance: what they spend, where and on what, read from the derived figures alone."""

from dataclasses import dataclass
from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.money import divide
from bookkeeper_tui.store.desk import Desk


class Month(NamedTuple):
    """A month as `2026-11`, spend in minor units."""

    month: str
    visits: int
    spend: int


class BranchVisits(NamedTuple):
    """A branch and what the customer did there; spend in minor units."""

    branch: str
    visits: int
    spend: int


class BrandSpend(NamedTuple):
    """A brand and what the customer spent on it, in minor units."""

    brand: str
    times: int
    spend: int


class Favourite(NamedTuple):
    """A product and how often it was bought; spend in minor units."""

    product_id: int
    sku: str
    name: str
    times: int
    spend: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Visits are sales, spend is less what was returned, `average_basket` is spend a visit: all in minor units.

    Instants are microseconds UTC, 0 for a customer who was never here. `months` has no gaps, oldest first.
    """

    visits: int
    spend: int
    average_basket: int
    owes: int
    first_at: int
    last_at: int
    months: tuple[Month, ...]
    brands: tuple[BrandSpend, ...]
    branches: tuple[BranchVisits, ...]
    favourites: tuple[Favourite, ...]


class AtAGlance(NamedTuple):
    """The figures that stand beside a customer's name: minor units, and microseconds UTC or 0."""

    visits: int
    spend: int
    first_at: int
    last_at: int
    owes: int


def at_a_glance(desk: Desk, customer_id: int) -> AtAGlance:
    """The few figures shown on every tab."""
    row = desk.require("customer.viewed").execute_sql(SELECT_STANDING, (customer_id,)).fetchone()
    return AtAGlance(*(row or (0, 0, 0, 0, 0)))


def overview(desk: Desk, customer_id: int, *, months: int = 12, top: int = 5) -> Overview:
    """The customer at a glance. The months end with this one, or with the last one here for who was not seen since."""
    database = desk.require("customer.viewed")
    row = database.execute_sql(SELECT_STANDING, (customer_id,)).fetchone()
    visits, spend, first_at, last_at, owes = row or (0, 0, 0, 0, 0)
    this_month = desk.today()[:7]
    return Overview(
        visits,
        spend,
        divide(spend, visits),
        owes,
        first_at,
        last_at,
        tuple(_months(database, customer_id, this_month, months)),
        tuple(BrandSpend(*row) for row in database.execute_sql(SELECT_BRANDS, (customer_id, top))),
        tuple(BranchVisits(*row) for row in database.execute_sql(SELECT_BRANCHES, (customer_id,))),
        tuple(Favourite(*row) for row in database.execute_sql(SELECT_FAVOURITES, (customer_id, top))),
    )


def _months(database: SqliteDatabase, customer_id: int, this_month: str, length: int) -> list[Month]:
    known = {row[0]: Month(*row) for row in database.execute_sql(SELECT_MONTHS, (customer_id,))}
    end = _ordinal(this_month)
    if known and _ordinal(max(known)) <= end - length:
        end = _ordinal(max(known))
    names = [f"{at // 12:04d}-{at % 12 + 1:02d}" for at in range(end - length + 1, end + 1)]
    return [known.get(name, Month(name, 0, 0)) for name in names]


def _ordinal(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


SELECT_STANDING = "SELECT visits, spend, first_at, last_at, owes FROM standing WHERE customer_id = ?"
SELECT_MONTHS = """
SELECT month, SUM(visits), SUM(spend) FROM customer_month WHERE customer_id = ? GROUP BY month ORDER BY month
"""
SELECT_BRANCHES = """
SELECT branch.name, SUM(customer_month.visits) AS visits, SUM(customer_month.spend) AS spend
FROM customer_month JOIN branch ON branch.id = customer_month.branch_id
WHERE customer_month.customer_id = ? GROUP BY customer_month.branch_id ORDER BY visits DESC, spend DESC, branch.name
"""
SELECT_BRANDS = """
SELECT brand.name, customer_brand.times, customer_brand.spend
FROM customer_brand JOIN brand ON brand.id = customer_brand.brand_id
WHERE customer_brand.customer_id = ? ORDER BY customer_brand.spend DESC, brand.name LIMIT ?
"""
SELECT_FAVOURITES = """
SELECT product.id, product.sku, product.name, bought.times, bought.spend FROM (
    SELECT product_id, times, spend FROM customer_product WHERE customer_id = ? AND times > 0
    ORDER BY times DESC, spend DESC, product_id LIMIT ?
) AS bought JOIN product ON product.id = bought.product_id
ORDER BY bought.times DESC, bought.spend DESC, bought.product_id
"""
