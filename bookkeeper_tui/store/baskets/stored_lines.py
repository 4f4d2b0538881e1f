"""The lines of a basket as they are stored, before what they cost is worked out."""

from typing import NamedTuple

from peewee import SqliteDatabase


class StoredLine(NamedTuple):
    """A line as it is stored; units as in BasketLine."""

    line_no: int
    product_id: int | None
    code: str
    description: str
    quantity: int
    price: int
    list_price: int | None
    discount_percent: int
    discount_amount: int
    tax_rate: int
    note: str
    sold_by: str


def stored_lines(database: SqliteDatabase, basket_id: int) -> list[StoredLine]:
    """The lines of a basket in their order."""
    return [StoredLine(*row) for row in database.execute_sql(SELECT_LINES, (basket_id,))]


SELECT_LINES = """
SELECT basket_line.line_no, product_id, code, description, quantity, basket_line.price, list_price, discount_percent,
       discount_amount, tax_rate, note, COALESCE(product.sold_by, 'piece')
FROM basket_line LEFT JOIN product ON product.id = basket_line.product_id
WHERE basket_id = ? ORDER BY basket_line.line_no
"""
