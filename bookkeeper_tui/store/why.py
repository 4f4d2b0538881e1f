"""Why a figure is what it is: the entries behind a customer's spend, points and debt, or a sale's, and their sum."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store.customer_accounts import FROM_DOCUMENT, REFERENCE, WHAT
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.standing import INCOME_OF_SALES

Key = tuple[int | str, int]
FIGURES = ("spend", "points", "owes", "sale")


class WhyRow(NamedTuple):
    """One entry behind a figure: its date, what document it stands for, and what it adds (minor units, or points).

    `sale_id` is the sale that it leads to, None for none.
    """

    key: Key
    date: str
    reference: str
    what: str
    amount: int
    sale_id: int | None


class Sum(NamedTuple):
    """The figure as it is shown elsewhere, the sum of its entries, and how many they are."""

    figure: int
    total: int
    entry_count: int


def sum_of(desk: Desk, figure: str, of_id: int) -> Sum:
    """A figure and what its entries come to: the same, or `bookkeeper verify` says why not.

    `spend`, `points` and `owes` are a customer's (`of_id` is the customer's), `sale` the postings of a sale, which come
    to nothing. Points are points, all else is minor units.
    """
    database = desk.require(_permission(figure))
    shown = database.execute_sql(SHOWN[figure], {"of": of_id}).fetchone()
    total, entries = database.execute_sql(f"SELECT COALESCE(SUM(amount), 0), COUNT(*) FROM ({ROWS[figure]})",
                                          {"of": of_id}).fetchone()  # fmt: skip
    return Sum(int(shown[0]) if shown else 0, total, entries)


def page(
    desk: Desk, figure: str, of_id: int, *, before: Key | None = None, after: Key | None = None, limit: int = 50
) -> list[WhyRow]:
    """Up to `limit` entries, newest first: the newest, those older than `before`, or next newer than `after`.

    `after=OLDEST` is the last page.
    """
    database = desk.require(_permission(figure))
    values: dict[str, Any] = {"of": of_id, "limit": limit}
    test, order = "", "DESC"
    if after is not None:
        values |= {"place": after[0], "id": after[1]}
        test, order = "WHERE (place, id) > (:place, :id)", "ASC"
    elif before is not None:
        values |= {"place": before[0], "id": before[1]}
        test = "WHERE (place, id) < (:place, :id)"
    sql = f"SELECT * FROM ({ROWS[figure]}) {test} ORDER BY place {order}, id {order} LIMIT :limit"
    rows = [_row(row) for row in database.execute_sql(sql, values)]
    return rows if order == "DESC" else rows[::-1]


def _permission(figure: str) -> str:
    if figure not in FIGURES:
        raise BadInput(f"“{figure[:40]}” is no figure that has entries: those are {', '.join(FIGURES)}")
    return {"spend": "sale.viewed", "points": "loyalty.viewed", "owes": "account.viewed", "sale": "sale.viewed"}[figure]


def _row(row: Sequence[Any]) -> WhyRow:
    place, row_id, date, amount, sale_id, reference, what = row
    return WhyRow((place, row_id), date, reference, harmless(what), amount, sale_id)


OLDEST: Key = (-(2**62), -1)
SHOWN = {
    "spend": "SELECT spend FROM standing WHERE customer_id = :of",
    "points": """
SELECT COALESCE((SELECT SUM(remaining) FROM points_lot WHERE customer_id = :of AND remaining > 0), 0)
     + COALESCE((SELECT SUM(points) FROM points_entry WHERE customer_id = :of AND lot_id IS NULL), 0)
""",
    "owes": "SELECT owes FROM standing WHERE customer_id = :of",
    "sale": "SELECT 0",
}
# The place and id of a row are plain columns of an index, so that a page costs the same wherever it lies.
ROWS = {
    "spend": f"""
SELECT sale.sold_at AS place, sale.id AS id, sale.business_date,
       -(SELECT COALESCE(SUM(posting.amount), 0) FROM posting
         WHERE posting.entry_id = sale.entry_id AND posting.account_id IN ({INCOME_OF_SALES})) AS amount,
       sale.id, sale.number,
       CASE WHEN sale.voids IS NOT NULL THEN 'void' ELSE sale.kind END || ', entry ' || sale.entry_id
FROM sale WHERE sale.customer_id = :of
""",
    "points": """
SELECT points_entry.id AS place, points_entry.id AS id, points_entry.business_date, points_entry.points AS amount,
       points_entry.sale_id, COALESCE(sale.number, ''),
       points_entry.kind || CASE WHEN points_entry.reason = '' THEN '' ELSE ': ' || points_entry.reason END
FROM points_entry LEFT JOIN sale ON sale.id = points_entry.sale_id WHERE points_entry.customer_id = :of
""",
    "owes": f"""
SELECT item.date AS place, item.id AS id, item.date, item.amount AS amount, COALESCE(sale.id, moved.id),
       {REFERENCE}, {WHAT}
FROM account_item AS item {FROM_DOCUMENT} WHERE item.customer_id = :of
""",
    "sale": """
SELECT posting.entry_id AS place, posting.line_no AS id, entry.date, posting.amount AS amount, NULL,
       'entry ' || entry.id, account.name
FROM posting JOIN entry ON entry.id = posting.entry_id JOIN account ON account.id = posting.account_id
WHERE posting.entry_id IN (SELECT entry_id FROM sale WHERE id = :of
                           UNION ALL SELECT entry_id FROM sale_move WHERE sale_id = :of)
""",
}
