"""Membership plans: what selling an article gives its customer for a term, how many people it covers, how it renews."""

from collections.abc import Iterable
from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import Change, Desk

RENEWALS = ("from end", "from sale")
MOST_MONTHS, MOST_MEMBERS, MOST_REMIND_DAYS = 120, 100, 366
_MOST = 500


class MembershipPlan(NamedTuple):
    """What an article gives: a term in months for so many people.

    `renewal` says where a term bought early begins: "from end" of the last one, or "from sale". So many days before the
    end the customer is reminded, and `discount_code` (empty for none) is theirs as long as it runs.
    """

    product_id: int
    term_months: int
    members: int = 1
    renewal: str = "from end"
    remind_days: int = 14
    discount_code: str = ""


class ListedPlan(NamedTuple):
    """A plan with its article: its code, its name, and whether it is "active" or "retired"."""

    plan: MembershipPlan
    sku: str
    name: str
    status: str


def plan_of(database: SqliteDatabase, product_id: int) -> MembershipPlan | None:
    """The plan of an article; None for one that is no membership."""
    row = database.execute_sql(f"{SELECT} WHERE product_id = ?", (product_id,)).fetchone()
    return None if row is None else MembershipPlan(*row)


def are_memberships(database: SqliteDatabase, product_ids: Iterable[int]) -> set[int]:
    """Which of these articles are memberships."""
    wanted = sorted(set(product_ids))
    marks = ", ".join("?" * len(wanted))
    sql = f"SELECT product_id FROM membership_plan WHERE product_id IN ({marks})"
    return {row[0] for row in database.execute_sql(sql, wanted)} if wanted else set()


def check_sale(database: SqliteDatabase, customer_id: int, lines: Iterable[tuple[int | None, int]]) -> None:
    """Raises BadInput when lines (article, thousandths) sell somebody unknown a membership, or several in one line."""
    quantities = [(product_id, quantity) for product_id, quantity in lines if product_id is not None]
    plans = are_memberships(database, [product_id for product_id, _ in quantities])
    if plans and customer_id == WALK_IN_ID:
        raise BadInput("A membership needs a customer: choose one first")
    for product_id, quantity in quantities:
        if product_id in plans and quantity != 1000:
            (name,) = database.execute_sql("SELECT name FROM product WHERE id = ?", (product_id,)).fetchone()
            raise BadInput(f"{harmless(name)} is a membership: each stands on a line of its own, so ring it up again")


def list_plans(desk: Desk) -> list[ListedPlan]:
    """The plans there are, those on sale first, by the name of their article: at most five hundred."""
    database = desk.require("membership.viewed")
    rows = database.execute_sql(SELECT_LISTED, (_MOST,))
    return [ListedPlan(MembershipPlan(*row[:6]), *row[6:]) for row in rows]


def get(desk: Desk, product_id: int) -> MembershipPlan | None:
    """The plan of an article, for those who see articles; None for one that is no membership."""
    return plan_of(desk.require("product.viewed"), product_id)


def set_plan(desk: Desk, plan: MembershipPlan) -> MembershipPlan:
    """Makes an article a membership, or changes what it gives from now on; those sold stay as they are.

    Raises BadInput naming the value that cannot be, for an article sold by weight or set aside, and for a discount code
    that nobody defined.
    """
    plan = _checked(plan)
    with desk.change("product.edited") as change:
        sku = _sku_of(change, plan.product_id)
        before = plan_of(change.database, plan.product_id)
        if before == plan:
            change.drop()
        if before is None:
            _refuse_set_aside(change.database, plan.product_id)
        _refuse_unknown_code(change.database, plan.discount_code)
        change.database.execute_sql(UPSERT, plan)
        change.concerns(subject=sku)
        change.note(membership=[list(before[1:]) if before else [], list(plan[1:])])
    return plan


def remove_plan(desk: Desk, product_id: int) -> None:
    """Makes an article an ordinary one again; the memberships that it gave run on.

    Raises BadInput while a layaway holds one.
    """
    with desk.change("product.edited") as change:
        sku = _sku_of(change, product_id)
        before = plan_of(change.database, product_id)
        if before is None:
            change.drop()
        _refuse_set_aside(change.database, product_id)
        change.database.execute_sql("DELETE FROM membership_plan WHERE product_id = ?", (product_id,))
        change.concerns(subject=sku)
        change.note(membership=[list(before[1:]), []])


def _checked(plan: MembershipPlan) -> MembershipPlan:
    if not 1 <= plan.term_months <= MOST_MONTHS:
        raise BadInput(f"Term: {plan.term_months} months are none: from 1 to {MOST_MONTHS}")
    if not 1 <= plan.members <= MOST_MEMBERS:
        raise BadInput(f"Members: a membership covers from 1 to {MOST_MEMBERS} people, not {plan.members}")
    if plan.renewal not in RENEWALS:
        raise BadInput(f"Renewal: “{harmless(plan.renewal[:20])}” is none: {' or '.join(RENEWALS)}")
    if not 0 <= plan.remind_days <= MOST_REMIND_DAYS:
        raise BadInput(f"Remind: {plan.remind_days} days before the end cannot be: from 0 to {MOST_REMIND_DAYS}")
    return plan._replace(discount_code=harmless(plan.discount_code.strip().upper())[:60])


def _sku_of(change: Change, product_id: int) -> str:
    row = change.database.execute_sql("SELECT sku, name, sold_by FROM product WHERE id = ?", (product_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no product with the id {product_id}")
    if row[2] == "weight":
        raise BadInput(f"{row[1]} is sold by weight: it cannot be a membership")
    return str(row[0])


def _refuse_set_aside(database: SqliteDatabase, product_id: int) -> None:
    """What is set aside is handed over as it was: whether it is a membership must not change meanwhile."""
    row = database.execute_sql(SET_ASIDE, (product_id,)).fetchone()
    if row is not None:
        raise BadInput(f"{harmless(row[1])} is set aside by layaway {row[0]}: hand it over or cancel it first")


def _refuse_unknown_code(database: SqliteDatabase, code: str) -> None:
    known = database.execute_sql("SELECT 1 FROM discount_code WHERE code = ? AND NOT retired", (code,)).fetchone()
    if code and known is None:
        raise BadInput(f"Discount code: there is no {code[:30]} in use: define it first")


SELECT = "SELECT product_id, term_months, members, renewal, remind_days, discount_code FROM membership_plan"
SELECT_LISTED = """
SELECT product_id, term_months, members, renewal, remind_days, discount_code, product.sku, product.name, product.status
FROM membership_plan JOIN product ON product.id = membership_plan.product_id
ORDER BY product.status, product.name, product_id LIMIT ?
"""
SET_ASIDE = """
SELECT layaway.number, basket_line.description
FROM layaway JOIN basket_line ON basket_line.basket_id = layaway.basket_id
WHERE layaway.state = 'open' AND basket_line.product_id = ? ORDER BY layaway.id LIMIT 1
"""
UPSERT = """
INSERT INTO membership_plan (product_id, term_months, members, renewal, remind_days, discount_code)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (product_id) DO UPDATE SET term_months = excluded.term_months, members = excluded.members,
    renewal = excluded.renewal, remind_days = excluded.remind_days, discount_code = excluded.discount_code
"""
