"""Who gave which discount code to whom, and until when: a log that is only added to."""

from typing import NamedTuple

from peewee import AutoField, IntegerField, SqliteDatabase, TextField

from bookkeeper_tui.errors import NotAllowed
from bookkeeper_tui.store.desk import Change
from bookkeeper_tui.store.engine import Table


class DiscountGrantTable(Table):
    """A code given to a customer, or taken away where `code` is empty; `at` is microseconds UTC."""

    id = AutoField()
    customer_id = IntegerField()
    code = TextField()
    until = TextField(default="")
    staff_id = IntegerField(null=True)
    who = TextField()
    at = IntegerField()

    class Meta:
        table_name = "discount_grant"


class Grant(NamedTuple):
    """A code given, with who gave it; an empty `code` was taken away. `until` is ISO text, `at` microseconds UTC."""

    id: int
    customer_id: int
    code: str
    until: str
    who: str
    at: int


def record(change: Change, customer_id: int, code: str, until: str) -> None:
    """Keep, inside a change, that a customer's code or its last day (ISO text) is from now on this.

    Raises NotAllowed for a code that takes off more than who gives it may; one that may be typed is anybody's, and so
    is one that a membership of theirs brings, as long as it runs.
    """
    staff = change.desk.staff
    _refuse_above_ceiling(change, customer_id, code, until)
    change.database.execute_sql(
        "INSERT INTO discount_grant (customer_id, code, until, staff_id, who, at) VALUES (?, ?, ?, ?, ?, ?)",
        (customer_id, code, until, staff.staff_id, staff.who, change.at),
    )


def _refuse_above_ceiling(change: Change, customer_id: int, code: str, until: str) -> None:
    values = (code, customer_id, until)
    row = change.database.execute_sql(PERCENT_OF, values).fetchone() if code.strip() else None
    if row is not None and row[1] > (ceiling := change.desk.limit("discount_percent", "discount.given")):
        raise NotAllowed(
            f"The discount code {row[0]} takes off {row[1] / 1000:g} %, above the {ceiling / 1000:g} % that a "
            f"{change.desk.staff.role} may give"
        )


def of_customer(database: SqliteDatabase, customer_id: int, limit: int = 50) -> list[Grant]:
    """What a customer was given, newest first."""
    rows = database.execute_sql(
        "SELECT id, customer_id, code, until, who, at FROM discount_grant WHERE customer_id = ? "
        "ORDER BY id DESC LIMIT ?",
        (customer_id, limit),
    )
    return [Grant(*row) for row in rows]


PERCENT_OF = """
SELECT code, value FROM discount_code WHERE code = UPPER(TRIM(?)) AND kind = 'percent' AND NOT typed AND NOT retired
AND NOT EXISTS (SELECT 1 FROM membership JOIN membership_plan ON membership_plan.product_id = membership.product_id
                WHERE membership_plan.discount_code = code AND customer_id = ? AND ended_on = '' AND until = ?)
"""
CODES_UNLIKE_GRANTS = """
SELECT customer.id FROM (SELECT customer_id, MAX(id) AS id FROM discount_grant GROUP BY customer_id) AS newest
JOIN discount_grant ON discount_grant.id = newest.id JOIN customer ON customer.id = newest.customer_id
WHERE customer.discount_code <> discount_grant.code OR customer.discount_until <> discount_grant.until
"""
PROOFS: tuple[tuple[str, str, str], ...] = (
    (
        "customers have the discount code they were given last",
        "SELECT COUNT(DISTINCT customer_id) FROM discount_grant",
        CODES_UNLIKE_GRANTS,
    ),
)
