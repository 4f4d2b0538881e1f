"""What every customer owes as of a day, by how long it is due: the balances behind the statements of account."""

from collections.abc import Iterator

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.money import plain
from bookkeeper_tui.store import customers, statements
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.kind import OF_CUSTOMER, Asked, Column, Filter, ReportKind, Row
from bookkeeper_tui.store.statements import BUCKETS

_AT_ONCE = 200
_NAMES = ("not_due", "days_1_30", "days_31_60", "days_61_90", "days_91_120", "over_120", "unapplied")


def _rows(desk: Desk, asked: Asked) -> Iterator[Row]:
    """A row for whoever owed or was owed something at the end of the day (today), or had anything to settle by then."""
    database, exponent = desk.require("account.viewed"), desk.store.shop.exponent
    as_of = asked["until"] or desk.today()
    only = customers.by_number(desk, asked["customer"]).id if asked["customer"] else 0
    last = only - 1 if only else 0
    while ids := [row[0] for row in database.execute_sql(_NEXT, (last, only, only, _AT_ONCE))]:
        last = ids[-1]
        for customer_id, number, name, status, limit in database.execute_sql(_WHO, (ids[0], last)).fetchall():
            aging = statements.read_aging(database, customer_id, as_of)
            if asked["owing"] != "yes" or aging.balance > 0:
                money = (plain(amount, exponent) for amount in (*aging[1:], aging.balance))
                yield (number, name, as_of, *money, status, plain(limit, exponent) if status else "")


_NEXT = """
SELECT DISTINCT customer_id FROM account_item
WHERE customer_id > ? AND (? = 0 OR customer_id = ?) ORDER BY customer_id LIMIT ?
"""
_WHO = """
SELECT customer.id, customer.number, customer.name, COALESCE(customer_account.status, ''),
       COALESCE(customer_account.credit_limit, 0)
FROM customer LEFT JOIN customer_account ON customer_account.customer_id = customer.id
WHERE customer.id BETWEEN ? AND ? AND EXISTS (SELECT 1 FROM account_item WHERE account_item.customer_id = customer.id)
ORDER BY customer.id
"""


def _count(desk: Desk, asked: Asked) -> int:
    if asked["owing"] not in ("", "yes"):
        raise BadInput("owing: only yes can be asked for")
    row = desk.database.execute_sql("SELECT COUNT(DISTINCT customer_id) FROM account_item").fetchone()
    return 1 if asked["customer"] else int(row[0])


STATEMENTS = ReportKind(
    name="statements",
    title="Statement balances",
    what="what each customer owes by how long it is due, a row a customer",
    one="balance",
    many="balances",
    columns=(
        Column("customer_no", "Customer"),
        Column("name", "Name"),
        Column("as_of", "As of"),
        *(Column(name, title.capitalize(), right=True) for name, title in zip(_NAMES, BUCKETS, strict=True)),
        Column("balance", "Balance", right=True),
        Column("status", "Account"),
        Column("limit", "Limit", right=True),
    ),
    filters=(
        Filter("until", "as of this day (today)", "date"),
        OF_CUSTOMER,
        Filter("owing", "yes: only who owes something then", choices=("yes",)),
    ),
    rows=_rows,
    count=_count,
)
