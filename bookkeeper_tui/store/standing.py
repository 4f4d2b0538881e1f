"""What is derived from sales and entries for each customer: folded in as they are posted, and recomputed as proof.

A visit is a sale, and a void takes it back; a return is none, but it counts as having been here and takes from the
spend. `times` are the lines
of sales that name a product, `spend` is minor units, `owes` the balance of receivables. The walk-in customer is folded
like any other.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from peewee import SqliteDatabase


def fold_sales(database: SqliteDatabase, first_sale: int, last_sale: int) -> None:
    """Adds the sales with these ids, which must be new and written, to the figures of their customers."""
    for sql in (FOLD_STANDING, FOLD_MONTH, FOLD_PRODUCT, FOLD_BRAND):
        database.execute_sql(sql, (first_sale, last_sale))


def move_sale(database: SqliteDatabase, sale_id: int, old_customer: int, new_customer: int) -> None:
    """Takes a sale, already marked as the new customer's, from the old one's figures and adds it to the new one's."""
    for customer_id, sign in ((old_customer, -1), (new_customer, 1)):
        for sql in (ADD_TO_STANDING, ADD_TO_MONTH, ADD_TO_PRODUCT, ADD_TO_BRAND_OF_SALE):
            database.execute_sql(sql, {"customer": customer_id, "sign": sign, "sale": sale_id})
        database.execute_sql(FIRST_AND_LAST, {"customer": customer_id})
    database.execute_sql(DROP_EMPTY_MONTH, {"customer": old_customer, "sale": sale_id})


def fold_anew(database: SqliteDatabase, customer_id: int) -> None:
    """Works out a customer's visits, spend and what they bought anew, after many of their sales became another's."""
    for table in ("customer_month", "customer_product", "customer_brand"):
        database.execute_sql(f"DELETE FROM {table} WHERE customer_id = ?", (customer_id,))
    database.execute_sql(NOT_BEEN_HERE, (customer_id,))
    for sql in (FOLD_STANDING, FOLD_MONTH, FOLD_PRODUCT, FOLD_BRAND):
        database.execute_sql(sql.replace("id BETWEEN ? AND ?", "customer_id = ?"), (customer_id,))


def fold_owing(database: SqliteDatabase, charged: Sequence[tuple[int, int]]) -> None:
    """Adds new postings to receivables (customer id, minor units) to what their customers owe."""
    cursor: Any = database.connection().cursor()
    cursor.executemany(FOLD_OWING, charged)


def move_brand(database: SqliteDatabase, product_id: int, old: int | None, new: int | None) -> None:
    """Counts what customers bought of a product under its new brand, and no longer under its old one."""
    for brand, sign in ((old, -1), (new, 1)):
        if brand is not None:
            whose = BUYERS_OF_ANYTHING if old is None else BUYERS_OF_BRAND
            database.execute_sql(ADD_TO_BRAND.format(buyers=whose), (brand, sign, sign, old or 0, product_id))
    database.execute_sql("DELETE FROM customer_brand WHERE brand_id = ? AND times = 0 AND spend = 0", (old,))


class Differences(NamedTuple):
    """The customers of a range whose figures differ from a recomputation, by table; how many were compared."""

    compared: int
    standing: set[int]
    months: set[int]
    products: set[int]
    brands: set[int]


def differences(database: SqliteDatabase, customers_at_once: int = 500) -> Iterator[Differences]:
    """Recomputes every customer's figures from entries, sales and lines, a range of customers at a time.

    Spend and what is owed are taken from the ledger's postings, the rest from the sales. Memory stays flat.
    """
    last = database.execute_sql("SELECT COALESCE(MAX(id), 0) FROM customer").fetchone()[0]
    income = _accounts(database, INCOME_OF_SALES)
    receivables = _accounts(database, RECEIVABLE_ACCOUNTS)
    for first in range(1, last + 1, customers_at_once):
        between = (first, min(last, first + customers_at_once - 1))
        with at_one_moment(database):
            compared = database.execute_sql("SELECT COUNT(*) FROM customer WHERE id BETWEEN ? AND ?", between)
            found = Differences(
                compared.fetchone()[0],
                _standing_differences(database, between, income, receivables),
                _month_differences(database, between),
                *_product_differences(database, between),
            )
        yield found


@contextmanager
def at_one_moment(database: SqliteDatabase) -> Iterator[None]:
    """Several readings of the same moment, whatever others sell meanwhile. To be kept short: the log grows under it."""
    database.execute_sql("BEGIN DEFERRED")
    try:
        yield
    finally:
        database.execute_sql("ROLLBACK")


def _standing_differences(
    database: SqliteDatabase, between: tuple[int, int], income: str, receivables: str
) -> set[int]:
    visits = {row[0]: row[1:] for row in database.execute_sql(VISITS_RECOMPUTED, between)}
    spend = dict(database.execute_sql(SPEND_RECOMPUTED.format(accounts=income), between).fetchall())
    owes = dict(database.execute_sql(OWES_RECOMPUTED.format(accounts=receivables), between).fetchall())
    expected = {
        customer: (*visits.get(customer, (0, 0, 0)), spend.get(customer, 0), owes.get(customer, 0))
        for customer in visits.keys() | owes.keys()
    }
    stored = {row[0]: row[1:] for row in database.execute_sql(STANDING_STORED, between)}
    stored = {customer: figures for customer, figures in stored.items() if any(figures) or customer in expected}
    return {customer for customer, _ in expected.items() ^ stored.items()}


def _month_differences(database: SqliteDatabase, between: tuple[int, int]) -> set[int]:
    expected = set(database.execute_sql(MONTHS_RECOMPUTED, between))
    return {row[0] for row in expected.symmetric_difference(database.execute_sql(MONTHS_STORED, between))}


def _product_differences(database: SqliteDatabase, between: tuple[int, int]) -> tuple[set[int], set[int]]:
    """The customers whose products differ, and those whose brands do: one walk over their lines proves both."""
    products: dict[tuple[int, int], tuple[int, int]] = {}
    brands: dict[tuple[int, int], tuple[int, int]] = {}
    for customer, product, brand, is_sale, amount in database.execute_sql(LINES_OF_PRODUCTS, between):
        times, spend = products.get((customer, product), (0, 0))
        products[customer, product] = (times + is_sale, spend + amount)
        if brand is not None:
            times, spend = brands.get((customer, brand), (0, 0))
            brands[customer, brand] = (times + is_sale, spend + amount)
    return (
        _unequal(products, database.execute_sql(PRODUCTS_STORED, between)),
        _unequal(brands, database.execute_sql(BRANDS_STORED, between)),
    )


def _unequal(expected: dict[tuple[int, int], tuple[int, int]], stored: Iterable[tuple[int, ...]]) -> set[int]:
    """The customers whose stored rows are not the expected ones; a row of zeros is as good as none."""
    wrong = set()
    for customer, other, times, spend in stored:
        if expected.pop((customer, other), (0, 0)) != (times, spend):
            wrong.add(customer)
    return wrong.union(customer for (customer, _), figures in expected.items() if any(figures))


def _accounts(database: SqliteDatabase, sql: str) -> str:
    """The ids of some accounts, as SQL wants them in a list."""
    return ", ".join(str(row[0]) for row in database.execute_sql(sql)) or "NULL"


# The unary plus keeps SQLite from walking the whole of an index instead of the few new ids.
FOLD_STANDING = """
INSERT INTO standing (customer_id, visits, spend, first_at, last_at)
SELECT customer_id, SUM((kind = 'sale') - (voids IS NOT NULL)), SUM(total), MIN(sold_at), MAX(sold_at)
FROM sale WHERE id BETWEEN ? AND ? GROUP BY +customer_id
ON CONFLICT (customer_id) DO UPDATE SET
    visits = standing.visits + excluded.visits,
    spend = standing.spend + excluded.spend,
    first_at = CASE WHEN standing.first_at = 0 OR excluded.first_at < standing.first_at
                    THEN excluded.first_at ELSE standing.first_at END,
    last_at = CASE WHEN excluded.last_at > standing.last_at THEN excluded.last_at ELSE standing.last_at END
"""
FOLD_MONTH = """
INSERT INTO customer_month (customer_id, month, branch_id, visits, spend)
SELECT customer_id, substr(business_date, 1, 7), branch_id, SUM((kind = 'sale') - (voids IS NOT NULL)), SUM(total)
FROM sale WHERE id BETWEEN ? AND ? GROUP BY +customer_id, substr(business_date, 1, 7), branch_id
ON CONFLICT (customer_id, month, branch_id) DO UPDATE SET
    visits = customer_month.visits + excluded.visits,
    spend = customer_month.spend + excluded.spend
"""
FOLD_PRODUCT = """
INSERT INTO customer_product (customer_id, product_id, times, spend)
SELECT sale.customer_id, sale_line.product_id, SUM((sale.kind = 'sale') - (sale.voids IS NOT NULL)),
       SUM(sale_line.amount)
FROM sale CROSS JOIN sale_line ON sale_line.sale_id = sale.id
WHERE sale.id BETWEEN ? AND ? AND sale_line.product_id IS NOT NULL
GROUP BY +sale.customer_id, sale_line.product_id
ON CONFLICT (customer_id, product_id) DO UPDATE SET
    times = customer_product.times + excluded.times,
    spend = customer_product.spend + excluded.spend
"""
# The sum is to keep SQLite from reading all products into a filter, which it does for a test of the product alone.
FOLD_BRAND = """
INSERT INTO customer_brand (customer_id, brand_id, times, spend)
SELECT sale.customer_id, product.brand_id, SUM((sale.kind = 'sale') - (sale.voids IS NOT NULL)), SUM(sale_line.amount)
FROM sale CROSS JOIN sale_line ON sale_line.sale_id = sale.id CROSS JOIN product ON product.id = sale_line.product_id
WHERE sale.id BETWEEN ? AND ? AND product.brand_id + sale.id IS NOT NULL
GROUP BY +sale.customer_id, product.brand_id
ON CONFLICT (customer_id, brand_id) DO UPDATE SET
    times = customer_brand.times + excluded.times,
    spend = customer_brand.spend + excluded.spend
"""
ADD_TO_STANDING = """
INSERT INTO standing (customer_id, visits, spend)
SELECT :customer, :sign * ((kind = 'sale') - (voids IS NOT NULL)), :sign * total FROM sale WHERE id = :sale
ON CONFLICT (customer_id) DO UPDATE SET
    visits = standing.visits + excluded.visits,
    spend = standing.spend + excluded.spend
"""
ADD_TO_MONTH = """
INSERT INTO customer_month (customer_id, month, branch_id, visits, spend)
SELECT :customer, substr(business_date, 1, 7), branch_id,
       :sign * ((kind = 'sale') - (voids IS NOT NULL)), :sign * total FROM sale WHERE id = :sale
ON CONFLICT (customer_id, month, branch_id) DO UPDATE SET
    visits = customer_month.visits + excluded.visits,
    spend = customer_month.spend + excluded.spend
"""
ADD_TO_PRODUCT = """
INSERT INTO customer_product (customer_id, product_id, times, spend)
SELECT :customer, sale_line.product_id, :sign * SUM((sale.kind = 'sale') - (sale.voids IS NOT NULL)),
       :sign * SUM(sale_line.amount)
FROM sale CROSS JOIN sale_line ON sale_line.sale_id = sale.id
WHERE sale.id = :sale AND sale_line.product_id IS NOT NULL GROUP BY sale_line.product_id
ON CONFLICT (customer_id, product_id) DO UPDATE SET
    times = customer_product.times + excluded.times,
    spend = customer_product.spend + excluded.spend
"""
ADD_TO_BRAND_OF_SALE = """
INSERT INTO customer_brand (customer_id, brand_id, times, spend)
SELECT :customer, product.brand_id, :sign * SUM((sale.kind = 'sale') - (sale.voids IS NOT NULL)),
       :sign * SUM(sale_line.amount)
FROM sale CROSS JOIN sale_line ON sale_line.sale_id = sale.id CROSS JOIN product ON product.id = sale_line.product_id
WHERE sale.id = :sale AND product.brand_id IS NOT NULL GROUP BY product.brand_id
ON CONFLICT (customer_id, brand_id) DO UPDATE SET
    times = customer_brand.times + excluded.times,
    spend = customer_brand.spend + excluded.spend
"""
FIRST_AND_LAST = """
UPDATE standing SET
    first_at = COALESCE((SELECT MIN(sold_at) FROM sale WHERE customer_id = :customer), 0),
    last_at = COALESCE((SELECT MAX(sold_at) FROM sale WHERE customer_id = :customer), 0)
WHERE customer_id = :customer
"""
DROP_EMPTY_MONTH = """
DELETE FROM customer_month WHERE customer_id = :customer AND visits = 0 AND spend = 0
  AND (month, branch_id) = (SELECT substr(business_date, 1, 7), branch_id FROM sale WHERE id = :sale)
  AND NOT EXISTS (
    SELECT 1 FROM sale JOIN sale AS moved ON moved.id = :sale
    WHERE sale.customer_id = :customer AND sale.branch_id = moved.branch_id
      AND substr(sale.business_date, 1, 7) = substr(moved.business_date, 1, 7)
  )
"""
BUYERS_OF_BRAND = "SELECT customer_id FROM customer_brand WHERE brand_id = ?"
BUYERS_OF_ANYTHING = "SELECT id AS customer_id FROM customer WHERE id > ?"
ADD_TO_BRAND = """
INSERT INTO customer_brand (customer_id, brand_id, times, spend)
SELECT bought.customer_id, ?, bought.times * ?, bought.spend * ?
FROM ({buyers}) AS buyer CROSS JOIN customer_product AS bought ON bought.customer_id = buyer.customer_id
WHERE bought.product_id = ?
ON CONFLICT (customer_id, brand_id) DO UPDATE SET
    times = customer_brand.times + excluded.times,
    spend = customer_brand.spend + excluded.spend
"""
NOT_BEEN_HERE = "UPDATE standing SET visits = 0, spend = 0, first_at = 0, last_at = 0 WHERE customer_id = ?"
FOLD_OWING = """
INSERT INTO standing (customer_id, owes) VALUES (?, ?)
ON CONFLICT (customer_id) DO UPDATE SET owes = standing.owes + excluded.owes
"""

INCOME_OF_SALES = """
SELECT id FROM account
WHERE name LIKE 'Income:Sales:%' OR name LIKE 'Income:Discounts:%' OR name = 'Liabilities:Vat-Payable'
   OR name = 'Liabilities:Prepaid-Packages'
"""
RECEIVABLE_ACCOUNTS = "SELECT id FROM account WHERE name = 'Assets:Receivables'"

STANDING_STORED = """
SELECT customer_id, visits, first_at, last_at, spend, owes FROM standing WHERE customer_id BETWEEN ? AND ?
"""
VISITS_RECOMPUTED = """
SELECT customer_id, SUM((kind = 'sale') - (voids IS NOT NULL)), MIN(sold_at), MAX(sold_at)
FROM sale WHERE customer_id BETWEEN ? AND ? GROUP BY customer_id
"""
SPEND_RECOMPUTED = """
SELECT sale.customer_id, -SUM(posting.amount)
FROM sale JOIN posting ON posting.entry_id = sale.entry_id
WHERE sale.customer_id BETWEEN ? AND ? AND posting.account_id IN ({accounts}) GROUP BY sale.customer_id
"""
OWES_RECOMPUTED = """
SELECT customer_id, SUM(amount) FROM posting
WHERE customer_id BETWEEN ? AND ? AND account_id IN ({accounts}) GROUP BY customer_id
"""
MONTHS_STORED = """
SELECT customer_id, month, branch_id, visits, spend FROM customer_month WHERE customer_id BETWEEN ? AND ?
"""
MONTHS_RECOMPUTED = """
SELECT customer_id, substr(business_date, 1, 7), branch_id, SUM((kind = 'sale') - (voids IS NOT NULL)), SUM(total)
FROM sale WHERE customer_id BETWEEN ? AND ? GROUP BY customer_id, substr(business_date, 1, 7), branch_id
"""
PRODUCTS_STORED = """
SELECT customer_id, product_id, times, spend FROM customer_product WHERE customer_id BETWEEN ? AND ?
"""
BRANDS_STORED = """
SELECT customer_id, brand_id, times, spend FROM customer_brand WHERE customer_id BETWEEN ? AND ?
"""
LINES_OF_PRODUCTS = """
SELECT sale.customer_id, product.id, product.brand_id, (sale.kind = 'sale') - (sale.voids IS NOT NULL), sale_line.amount
FROM sale CROSS JOIN sale_line ON sale_line.sale_id = sale.id CROSS JOIN product ON product.id = sale_line.product_id
WHERE sale.customer_id BETWEEN ? AND ?
"""
