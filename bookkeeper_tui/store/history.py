"""A customer's sales as a long list: read by key from either end, filtered, and counted. Never by offset."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store.desk import Desk

Key = tuple[int, int]
OLDEST: Key = (-(2**62), 0)
DAY = 86_400_000_000
LONGEST_TEXT = 200


class SaleRow(NamedTuple):
    """A sale in a list. `article` is what its first line names; `linked` says that it and its entry name each other.

    `sold_at` is microseconds UTC, `total` minor units. `is_void` says that it undoes another sale whole; `undone` what
    became of it: `voided`, `returned` (at least a part), or nothing.
    """

    id: int
    number: str
    kind: str
    sold_at: int
    business_date: str
    branch: str
    total: int
    line_count: int
    pieces: int
    article: str
    linked: bool
    is_void: bool = False
    undone: str = ""

    @property
    def key(self) -> Key:
        """Where the row stands in the list: what `page` takes as `before` and `after`."""
        return (self.sold_at, self.id)


@dataclass(frozen=True, slots=True)
class SaleFilter:
    """Which sales to list; an empty field asks nothing.

    `since` and `until` are ISO business dates, both included; `least` and `most` are minor units, without regard to
    the sign of a return. `branch`, `number` and `article` are parts of the branch's name, the receipt number, and an
    article's name or code; beyond 200 letters they are not looked at. Raises BadInput for a date that is none.
    """

    since: str = ""
    until: str = ""
    least: int | None = None
    most: int | None = None
    branch: str = ""
    number: str = ""
    article: str = ""


EVERYTHING = SaleFilter()


def page(
    desk: Desk,
    customer_id: int,
    *,
    before: Key | None = None,
    after: Key | None = None,
    limit: int = 50,
    filter: SaleFilter = EVERYTHING,
) -> list[SaleRow]:
    """Up to `limit` sales, newest first: the newest, those older than `before`, or those next newer than `after`.

    `after=OLDEST` is the last page. The cost is the same wherever the page lies.
    """
    database = desk.require("sale.viewed")
    tests, values = _conditions(customer_id, filter)
    order = "DESC"
    if after is not None:
        order = "ASC"
        tests.append("(sale.sold_at, sale.id) > (?, ?)")
        values += after
    elif before is not None:
        tests.append("(sale.sold_at, sale.id) < (?, ?)")
        values += before
    sql = f"{SELECT_ROWS} WHERE {' AND '.join(tests)} ORDER BY sale.sold_at {order}, sale.id {order} LIMIT ?"
    rows = [
        SaleRow._make((*row[:-3], bool(row[-3]), bool(row[-2]), row[-1]))
        for row in database.execute_sql(sql, (*values, limit))
    ]
    return rows if order == "DESC" else rows[::-1]


def count(desk: Desk, customer_id: int, filter: SaleFilter = EVERYTHING) -> int:
    """How many sales the list holds; without a filter it is read from the index alone."""
    database = desk.require("sale.viewed")
    tests, values = _conditions(customer_id, filter)
    row = database.execute_sql(f"SELECT COUNT(*) FROM sale WHERE {' AND '.join(tests)}", values).fetchone()
    return int(row[0])


def _conditions(customer_id: int, filter: SaleFilter) -> tuple[list[str], list[object]]:
    tests, values = ["sale.customer_id = ?"], list[object]([customer_id])
    asked: list[tuple[str, object]] = []
    if filter.since:
        asked += [("sale.sold_at >= ?", _midnight(filter.since) - DAY), ("sale.business_date >= ?", filter.since)]
    if filter.until:
        asked += [("sale.sold_at < ?", _midnight(filter.until) + 2 * DAY), ("sale.business_date <= ?", filter.until)]
    if filter.least is not None:
        asked.append(("abs(sale.total) >= ?", filter.least))
    if filter.most is not None:
        asked.append(("abs(sale.total) <= ?", filter.most))
    if filter.branch:
        asked.append(("sale.branch_id IN (SELECT id FROM branch WHERE name LIKE ? ESCAPE '\\')", _part(filter.branch)))
    if filter.number:
        asked.append(("sale.number LIKE ? ESCAPE '\\'", _part(filter.number)))
    for test, value in asked:
        tests.append(test)
        values.append(value)
    if filter.article:
        tests.append(WITH_ARTICLE)
        values += [customer_id, *[_part(filter.article)] * 4]
    return tests, values


def _midnight(day: str) -> int:
    """Midnight UTC of a date, in microseconds; a day's slack on either side takes in every time zone."""
    try:
        return (date.fromisoformat(day) - date(1970, 1, 1)) // timedelta(microseconds=1)
    except ValueError:
        raise BadInput(f"“{day[:40]}” is not a date such as 2026-11-20") from None


def _part(text: str) -> str:
    escaped = text[:LONGEST_TEXT].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


SELECT_ROWS = """
SELECT sale.id, sale.number, sale.kind, sale.sold_at, sale.business_date, branch.name, sale.total, sale.line_count,
       sale.pieces,
       (SELECT COALESCE(sale_line.description, product.name, sale_line.code, '')
        FROM sale_line LEFT JOIN product ON product.id = sale_line.product_id
        WHERE sale_line.sale_id = sale.id AND sale_line.line_no = 1),
       COALESCE(entry.document_kind = 'sale' AND entry.document_id = sale.id, 0), sale.voids IS NOT NULL,
       CASE WHEN EXISTS (SELECT 1 FROM sale AS void WHERE void.voids = sale.id) THEN 'voided'
            WHEN EXISTS (SELECT 1 FROM returned_line WHERE returned_line.sale_id = sale.id) THEN 'returned'
            WHEN EXISTS (SELECT 1 FROM package WHERE package.sale_id = sale.id AND refund_id IS NOT NULL)
            THEN 'returned'
            ELSE '' END
FROM sale LEFT JOIN branch ON branch.id = sale.branch_id LEFT JOIN entry ON entry.id = sale.entry_id
"""
# The articles that match are looked for once, among those the customer has bought, and not line by line.
WITH_ARTICLE = """
EXISTS (SELECT 1 FROM sale_line WHERE sale_line.sale_id = sale.id AND (
    sale_line.product_id IN (
        SELECT product.id FROM customer_product JOIN product ON product.id = customer_product.product_id
        WHERE customer_product.customer_id = ? AND (product.name LIKE ? ESCAPE '\\' OR product.sku LIKE ? ESCAPE '\\'))
    OR sale_line.description LIKE ? ESCAPE '\\' OR sale_line.code LIKE ? ESCAPE '\\'))
"""
