"""Store credit: what the shop owes its customers, straight from the ledger."""

from peewee import SqliteDatabase

from bookkeeper_tui.store import ledger


def balance(database: SqliteDatabase, customer_id: int) -> int:
    """What a customer may still spend, in minor units; inside a change it holds until the change ends."""
    return int(database.execute_sql(BALANCE, (customer_id, ledger.STORE_CREDIT)).fetchone()[0])


BALANCE = """
SELECT -COALESCE(SUM(amount), 0) FROM posting
WHERE customer_id = ? AND account_id = (SELECT id FROM account WHERE name = ?)
"""
