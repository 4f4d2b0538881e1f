"""Finding past sales by what anybody remembers of them: amount, day, tender, cashier, article, branch, card, customer.

Sales are walked from the newest backwards, so many at a time: a page says how far back it looked, and goes on there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import Conventions, fold
from bookkeeper_tui.money import parse_amount
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.engine.product_index import products_named
from bookkeeper_tui.store.engine.search_index import Word, customers_named, expression
from bookkeeper_tui.store.history import EVERYTHING, SaleFilter
from bookkeeper_tui.store.sale_filters import parse_filter
from bookkeeper_tui.store.sales import TENDER_ACCOUNTS

Key = tuple[str, int]
LOOKED_AT = 20_000
FEWEST_DIGITS = 4
MOST_ARTICLES = 2_000
MOST_CUSTOMERS = 200
LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class SaleQuestion:
    """What is remembered of a sale; an empty field asks nothing.

    `about` are days (ISO, both included), amounts (minor units, without regard to a sign), parts of a branch's name, a
    receipt number here or in the system it was imported from, and words of an article. `tender` is a kind, `cashier`
    a staff number or a part of a name, `customer` a number, a card or words of a name, `card` a card's last digits.
    """

    about: SaleFilter = EVERYTHING
    tender: str = ""
    cashier: str = ""
    customer: str = ""
    card: str = ""


class FoundSale(NamedTuple):
    """A sale that was found: `sold_at` microseconds UTC, `total` minor units, `tenders` their kinds in words.

    `undone` says what became of it: `voided`, `returned` (at least a part) or nothing; `is_void` that it is a void.
    """

    id: int
    number: str
    kind: str
    sold_at: int
    business_date: str
    branch: str
    customer_number: str
    customer_name: str
    staff: str
    total: int
    line_count: int
    tenders: str
    article: str
    is_void: bool
    undone: str

    @property
    def key(self) -> Key:
        """Where it stands among all sales: what `page` goes on from."""
        return (self.business_date, self.id)


@dataclass(frozen=True, slots=True)
class FoundSales:
    """A page of sales, newest first. `following` is where the next one begins, None when there is nothing more.

    `looked_back_to` is the business date of the oldest sale that was looked at, empty where there was none.
    """

    sales: tuple[FoundSale, ...]
    following: Key | None
    looked_back_to: str


def parse(text: str, conventions: Conventions) -> SaleQuestion:
    """The question that a line of words asks; see `sale_words`. Raises BadInput naming the word that means nothing.

    Besides what narrows a customer's list (dates, `>50`, `branch:`, `receipt:`, words of an article) it understands
    `=47.10` or `47.10` for an amount, `tender:`, `cashier:`, `customer:` and `card:`. A `_` stands for a space.
    """
    question, rest, exact = SaleQuestion(), list[str](), None
    for typed in text[:LONGEST_TEXT].split():
        name, colon, value = typed.partition(":")
        value = value.replace("_", " ")
        if colon and not value and name in ("tender", "cashier", "customer", "card"):
            raise BadInput(f"“{typed}”: say which after the colon")
        if colon and name == "tender":
            question = replace(question, tender=_tender(value))
        elif colon and name == "cashier":
            question = replace(question, cashier=value)
        elif colon and name == "customer":
            question = replace(question, customer=value)
        elif colon and name == "card":
            question = replace(question, card=_digits(value))
        elif colon and name.isalpha() and name not in FILTERS:
            raise BadInput(f"“{typed[:40]}”: sales are found by {', '.join(FILTERS)}")
        elif (amount := _amount(typed, conventions)) is not None:
            exact = amount
        else:
            rest.append(typed)
    about = parse_filter(" ".join(rest), conventions.exponent, conventions.decimal, conventions.date_format)
    if exact is not None:
        about = replace(about, least=exact, most=exact)
    return replace(question, about=about)


def sale_words(conventions: Conventions) -> tuple[str, ...]:
    """What may be typed, in a few sentences, with an amount as it is written here."""
    return (
        f"Dates: 2026-11, 2026-11-20, since:2026-10 until:2026-11. Amounts: {conventions.amount(4710)}, >50, <20.",
        "tender:card  cashier:101  branch:leeds  customer:maria or a card  card:4242 (its last four digits).",
        "receipt:123 or S-0000123. Any other words, a sku or a bar code: an article that was bought.",
    )


def page(desk: Desk, question: SaleQuestion, *, before: Key | None = None, limit: int = 50) -> FoundSales:
    """The newest sales that answer a question, or those that come after `before`: up to `limit` of them.

    Where no index leads to them it looks at twenty thousand sales, and may so find none though there are some further
    back: `following` then says where to go on. Raises BadInput for a cashier or customer whom nobody knows.
    """
    database = desk.require("sales.searched")
    tests, values = _conditions(database, question)
    leading = _leading(database, question)
    if leading is not None:
        return _by_index(database, leading, (tests, values), before, limit)
    first: Key = before or (question.about.until or "9999-12-31", 2**62)
    bound = database.execute_sql(BOUND, (*first, question.about.since, LOOKED_AT - 1)).fetchone()
    oldest: Key = (bound[0], bound[1]) if bound else (question.about.since, 0)
    sql = f"{SELECT_FOUND} WHERE {WITHIN} AND {' AND '.join(tests)} {NEWEST_FIRST} LIMIT ?"
    found = _read(database, sql, (*first, *oldest, *values, limit))
    if len(found) == limit:
        return FoundSales(found, found[-1].key, found[-1].business_date)
    return FoundSales(found, oldest if bound else None, oldest[0] if bound else _first_day(database, question))


def again(desk: Desk, sale_ids: Sequence[int]) -> dict[int, FoundSale]:
    """Sales that were found, as they stand now: something of them may have come back since."""
    database = desk.require("sales.searched")
    marks = ", ".join("?" * len(sale_ids))
    return {sale.id: sale for sale in _read(database, f"{SELECT_FOUND} WHERE sale.id IN ({marks})", sale_ids)}


def _by_index(
    database: SqliteDatabase,
    leading: tuple[str, Sequence[object]],
    narrowed: tuple[list[str], list[object]],
    before: Key | None,
    limit: int,
) -> FoundSales:
    """Sales that an index leads to: few enough to be sorted, and only those of the page are read whole."""
    tests, values = [leading[0], *narrowed[0]], [*leading[1], *narrowed[1]]
    if before is not None:
        tests.append("(+sale.business_date, sale.id) < (?, ?)")
        values += before
    first = f"SELECT id FROM sale WHERE {' AND '.join(tests)} ORDER BY +business_date DESC, id DESC LIMIT ?"
    found = _read(database, f"{SELECT_FOUND} WHERE sale.id IN ({first}) {NEWEST_FIRST}", (*values, limit))
    following = found[-1].key if len(found) == limit else None
    return FoundSales(found, following, found[-1].business_date if found else "")


def _leading(database: SqliteDatabase, question: SaleQuestion) -> tuple[str, Sequence[object]] | None:
    """The condition that an index answers by itself, if the question has one."""
    if question.about.number:
        number = question.about.number.upper()
        ours = f"S-{int(number):07d}" if number.isascii() and number.isdigit() and len(number) < 16 else number
        return BY_NUMBER, (ours, question.about.number)
    if question.card:
        return BY_CARD, (question.card[-FEWEST_DIGITS:], f"%{question.card}")
    if question.customer:
        ids = _customers(database, question.customer)
        if WALK_IN_ID not in ids:
            return f"sale.customer_id IN ({', '.join('?' * len(ids))})", ids
    return None


def _conditions(database: SqliteDatabase, question: SaleQuestion) -> tuple[list[str], list[object]]:
    """The tests of each sale looked at, the cheap ones first."""
    about = question.about
    asked: list[tuple[str, Sequence[object]]] = []
    if about.since:
        asked.append(("+sale.business_date >= ?", [about.since]))
    if about.until:
        asked.append(("+sale.business_date <= ?", [about.until]))
    if about.least is not None:
        asked.append(("abs(sale.total) >= ?", [about.least]))
    if about.most is not None:
        asked.append(("abs(sale.total) <= ?", [about.most]))
    if about.branch:
        asked.append(("sale.branch_id IN (SELECT id FROM branch WHERE name LIKE ? ESCAPE '\\')", [_part(about.branch)]))
    if question.cashier:
        ids = _cashiers(database, question.cashier)
        asked.append((f"sale.staff_id IN ({', '.join('?' * len(ids))})", ids))
    if question.customer and fold(question.customer) in ("walk in", "walkin"):
        asked.append(("+sale.customer_id = ?", [WALK_IN_ID]))
    if question.tender:
        asked.append(("EXISTS (SELECT 1 FROM sale_tender WHERE sale_id = sale.id AND kind = ?)", [question.tender]))
    if about.article:
        asked.append(_with_article(database, about.article))
    return [test for test, _ in asked] or ["1"], [value for _, values in asked for value in values]


def _with_article(database: SqliteDatabase, text: str) -> tuple[str, Sequence[object]]:
    """A line of an article with this sku, bar code or name, or of one that the catalogue lacks."""
    by_code = [row[0] for row in database.execute_sql(PRODUCTS_BY_CODE, (text, text))]
    named = [] if by_code else products_named(database, text, MOST_ARTICLES, also_inactive=True)
    ids = ", ".join(str(product_id) for product_id in [*by_code, *named]) or "NULL"
    return WITH_ARTICLE.format(ids=ids), [_part(text), text]


def _customers(database: SqliteDatabase, text: str) -> list[int]:
    """Who a number, a card or words of a name may be."""
    if fold(text) in ("walk in", "walkin"):
        return [WALK_IN_ID]
    ids = [row[0] for row in database.execute_sql(CUSTOMERS_BY_CODE, (text.upper(), text))]
    words = fold(text).split()
    if not ids and words:
        ids = customers_named(database, expression([[Word(word, True)] for word in words]), MOST_CUSTOMERS)
    if not ids:
        raise BadInput(f"No customer has the number, card or name “{text[:40]}”")
    return ids


def _cashiers(database: SqliteDatabase, text: str) -> list[int]:
    ids = [row[0] for row in database.execute_sql("SELECT id FROM staff WHERE number = ?", (text,))]
    ids = ids or [row[0] for row in database.execute_sql("SELECT id, name FROM staff") if fold(text) in fold(row[1])]
    if not ids:
        raise BadInput(f"No member of staff has the number or name “{text[:40]}”")
    return ids


def _read(database: SqliteDatabase, sql: str, values: Sequence[object]) -> tuple[FoundSale, ...]:
    return tuple(FoundSale._make((*row[:-2], bool(row[-2]), row[-1])) for row in database.execute_sql(sql, values))


def _first_day(database: SqliteDatabase, question: SaleQuestion) -> str:
    row = database.execute_sql("SELECT MIN(business_date) FROM sale WHERE business_date >= ?", (question.about.since,))
    return str(row.fetchone()[0] or "")


def _tender(text: str) -> str:
    kinds = [kind for kind in TENDER_ACCOUNTS if kind.startswith(text.casefold())]
    if not kinds:
        raise BadInput(f"“tender:{text[:40]}”: tenders are {', '.join(TENDER_ACCOUNTS)}")
    return kinds[0]


def _digits(text: str) -> str:
    digits = text.replace(" ", "").replace("-", "")
    if len(digits) < FEWEST_DIGITS or not digits.isalnum():
        raise BadInput(f"“card:{text[:40]}”: give the last {FEWEST_DIGITS} digits of the card at least")
    return digits


def _amount(word: str, conventions: Conventions) -> int | None:
    """`=47.10`, and a figure that has the decimals of an amount, behind whichever mark a number pad has."""
    other = "." if conventions.decimal == "," else ","
    if conventions.exponent in (1, 2) and re.fullmatch(rf"=?\d+[{other}]\d{{{conventions.exponent}}}", word):
        word = word.replace(other, conventions.decimal)
    is_exact = word.startswith("=")
    if not is_exact and (conventions.decimal not in word or not word[-1].isdigit() or ".." in word):
        return None
    try:
        return abs(parse_amount(word.removeprefix("="), conventions.exponent, conventions.decimal))
    except BadInput:
        if is_exact:
            raise
        return None


def _part(text: str) -> str:
    escaped = text[:LONGEST_TEXT].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


FILTERS = ("tender", "cashier", "customer", "card", "branch", "receipt", "since", "until")
# The walk and its bound use the index of business dates alone; the tests are put only to sales within them.
BOUND = """
SELECT business_date, id FROM sale WHERE (business_date, id) < (?, ?) AND business_date >= ?
ORDER BY business_date DESC, id DESC LIMIT 1 OFFSET ?
"""
WITHIN = "(sale.business_date, sale.id) < (?, ?) AND (sale.business_date, sale.id) >= (?, ?)"
NEWEST_FIRST = "ORDER BY sale.business_date DESC, sale.id DESC"
SELECT_FOUND = """
SELECT sale.id, sale.number, sale.kind, sale.sold_at, sale.business_date,
       (SELECT name FROM branch WHERE branch.id = sale.branch_id),
       (SELECT number FROM customer WHERE customer.id = sale.customer_id),
       (SELECT name FROM customer WHERE customer.id = sale.customer_id),
       COALESCE((SELECT number || ' ' || name FROM staff WHERE staff.id = sale.staff_id), ''),
       sale.total, sale.line_count,
       COALESCE((SELECT group_concat(kind, ', ') FROM (
           SELECT DISTINCT kind FROM sale_tender WHERE sale_id = sale.id AND kind <> 'rounding')), ''),
       COALESCE((SELECT COALESCE(sale_line.description, product.name, sale_line.code, '')
                 FROM sale_line LEFT JOIN product ON product.id = sale_line.product_id
                 WHERE sale_line.sale_id = sale.id AND sale_line.line_no = 1), ''),
       sale.voids IS NOT NULL,
       CASE WHEN EXISTS (SELECT 1 FROM sale AS void WHERE void.voids = sale.id) THEN 'voided'
            WHEN EXISTS (SELECT 1 FROM returned_line WHERE returned_line.sale_id = sale.id) THEN 'returned'
            WHEN EXISTS (SELECT 1 FROM package WHERE package.sale_id = sale.id AND refund_id IS NOT NULL)
            THEN 'returned'
            ELSE '' END
FROM sale
"""
BY_NUMBER = "(sale.number = ? OR sale.source_ref = ? AND sale.source_ref <> '')"
BY_CARD = """sale.id IN (SELECT sale_id FROM sale_tender
    WHERE reference <> '' AND substr(reference, -4) = ? AND reference LIKE ? AND kind = 'card')"""
PRODUCTS_BY_CODE = (
    "SELECT id FROM product WHERE sku = ? UNION SELECT id FROM product WHERE barcode = ? AND barcode <> ''"
)
CUSTOMERS_BY_CODE = """
SELECT id FROM customer WHERE number = ? UNION SELECT id FROM customer WHERE card = ? AND card <> ''
"""
WITH_ARTICLE = """
EXISTS (SELECT 1 FROM sale_line WHERE sale_line.sale_id = sale.id AND (
    sale_line.product_id IN ({ids}) OR sale_line.description LIKE ? ESCAPE '\\' OR sale_line.code = ?))
"""
