"""Package plans: which articles are packages of sessions, how many, for which service, and how long they last."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import Desk

MOST_SESSIONS = 1000
LONGEST_VALID = 3660
ONE = 1000


class PackagePlan(NamedTuple):
    """What selling one of an article gives: so many sessions, of one service or of any (None).

    They may be used for `valid_days` after the day of the sale, 0 for ever.
    """

    product_id: int
    sessions: int
    valid_days: int = 0
    service_id: int | None = None


class ListedPlan(NamedTuple):
    """A plan with what its article and service are called; `price` in minor units, None where it is typed."""

    plan: PackagePlan
    sku: str
    name: str
    price: int | None
    service: str
    is_on_sale: bool


def set_plan(desk: Desk, product_id: int, sessions: int, valid_days: int = 0, service_id: int | None = None) -> None:
    """Makes an article a package, or changes what it gives: what was sold before stays as it is.

    Raises BadInput for an article sold by weight, one that a layaway holds, figures that cannot be, or an unknown
    service.
    """
    with desk.change("product.edited") as change:
        database = change.database
        sku, name, sold_by = _product(database, product_id)
        change.concerns(subject=sku)
        if sold_by == "weight":
            raise BadInput(f"{name} is sold by weight: a package is sold by the piece")
        if not 1 <= sessions <= MOST_SESSIONS:
            raise BadInput(f"{sessions} is no number of sessions: a package has 1 to {MOST_SESSIONS}")
        if not 0 <= valid_days <= LONGEST_VALID:
            raise BadInput(f"{valid_days} is no number of days to use it in: 0 (for ever) to {LONGEST_VALID}")
        if service_id is not None and not database.execute_sql(HAS_SERVICE, (service_id,)).fetchone():
            raise BadInput(f"There is no service with the id {service_id}")
        old, new = plan_of(database, product_id), PackagePlan(product_id, sessions, valid_days, service_id)
        if old == new:
            change.drop()
        if old is None:
            _refuse_set_aside(database, product_id, name)
        database.execute_sql(SET_PLAN, new)
        for field in PackagePlan._fields[1:]:
            before, after = getattr(old, field, None), getattr(new, field)
            if before != after:
                change.field(field, before, after)


def remove_plan(desk: Desk, product_id: int) -> None:
    """Makes a package an article like any other; packages that were sold stay as they are.

    Raises BadInput while a layaway holds one.
    """
    with desk.change("product.edited") as change:
        sku, name, _ = _product(change.database, product_id)
        old = plan_of(change.database, product_id)
        if old is None:
            change.drop()
        change.concerns(subject=sku)
        _refuse_set_aside(change.database, product_id, name)
        change.field("sessions", old.sessions, None)
        change.database.execute_sql("DELETE FROM package_plan WHERE product_id = ?", (product_id,))


def list_plans(desk: Desk) -> list[ListedPlan]:
    """The articles that are packages, by name."""
    database = desk.require("product.viewed")
    rows: list[Any] = database.execute_sql(SELECT_PLANS).fetchall()
    return [ListedPlan(PackagePlan(*row[:4]), *row[4:]) for row in rows]


def get(desk: Desk, product_id: int) -> PackagePlan | None:
    """What an article gives, None when it is no package."""
    return plan_of(desk.require("product.viewed"), product_id)


# For use inside a change, and by other rooms.


def plan_of(database: SqliteDatabase, product_id: int) -> PackagePlan | None:
    """What an article gives, None when it is no package."""
    row = database.execute_sql(SELECT_PLAN, (product_id,)).fetchone()
    return PackagePlan(*row) if row else None


def are_packages(database: SqliteDatabase, product_ids: Iterable[int]) -> set[int]:
    """Which of these articles are packages; one query for each few hundred."""
    wanted, found = list(product_ids), set[int]()
    for first in range(0, len(wanted), AT_ONCE):
        some = wanted[first : first + AT_ONCE]
        marks = ", ".join("?" * len(some))
        found.update(row[0] for row in database.execute_sql(f"{WHICH} ({marks})", some))
    return found


def check_sale(database: SqliteDatabase, customer_id: int, lines: Iterable[tuple[int | None, int]]) -> bool:
    """Whether any of these lines (article, thousandths) sells a package.

    Raises BadInput when somebody unknown would buy one, or one line would sell several.
    """
    quantities = [(product_id, quantity) for product_id, quantity in lines if product_id is not None]
    packages = are_packages(database, {product_id for product_id, _ in quantities})
    for product_id, quantity in quantities:
        if product_id not in packages:
            continue
        _, name, _ = _product(database, product_id)
        if customer_id == WALK_IN_ID:
            raise BadInput(f"{name} is a package: choose the customer whose sessions they are")
        if quantity != ONE:
            raise BadInput(
                f"{name} is a package: each stands on a line of its own, so take this line out and ring again"
            )
    return bool(packages)


def _product(database: SqliteDatabase, product_id: int) -> tuple[str, str, str]:
    row = database.execute_sql("SELECT sku, name, sold_by FROM product WHERE id = ?", (product_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no product with the id {product_id}")
    return row[0], harmless(row[1]), row[2]


def _refuse_set_aside(database: SqliteDatabase, product_id: int, name: str) -> None:
    """What is set aside is handed over as it was: whether it is a package must not change meanwhile."""
    row = database.execute_sql(SET_ASIDE, (product_id,)).fetchone()
    if row is not None:
        raise BadInput(f"{name} is set aside by layaway {row[0]}: hand it over or cancel it first")


AT_ONCE = 500
HAS_SERVICE = "SELECT 1 FROM service WHERE id = ?"
SELECT_PLAN = "SELECT product_id, sessions, valid_days, service_id FROM package_plan WHERE product_id = ?"
WHICH = "SELECT product_id FROM package_plan WHERE product_id IN"
SELECT_PLANS = """
SELECT package_plan.product_id, package_plan.sessions, package_plan.valid_days, package_plan.service_id, product.sku,
       TRIM(product.name || ' ' || product.size), product.price, COALESCE(service.name, ''), product.status = 'active'
FROM package_plan JOIN product ON product.id = package_plan.product_id
LEFT JOIN service ON service.id = package_plan.service_id ORDER BY product.name, product.id
"""
SET_PLAN = """
INSERT INTO package_plan (product_id, sessions, valid_days, service_id) VALUES (?, ?, ?, ?)
ON CONFLICT (product_id) DO UPDATE SET
    sessions = excluded.sessions, valid_days = excluded.valid_days, service_id = excluded.service_id
"""
SET_ASIDE = """
SELECT layaway.number FROM layaway JOIN basket_line ON basket_line.basket_id = layaway.basket_id
WHERE layaway.state = 'open' AND basket_line.product_id = ? ORDER BY layaway.id LIMIT 1
"""
