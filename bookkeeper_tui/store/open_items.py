"""Open items: what each ledger entry did to a customer's receivable, and which credits are set against which charges.

Items are written where entries are, so that an account can never differ from the ledger.
"""

from collections.abc import Sequence
from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.store.engine.bulk import insert_rows


class ItemPosting(NamedTuple):
    """A posting to a customer's receivable: minor units, positive for a charge; `due` is empty for the usual terms."""

    entry_id: int
    account_id: int
    customer_id: int
    amount: int
    date: str
    due: str


def add(database: SqliteDatabase, postings: Sequence[ItemPosting]) -> None:
    """Writes the items of new entries, one an entry and customer.

    A charge is due when it says, else after the customer's terms, else on its own date (`due` stays empty).
    """
    together: dict[tuple[int, int], ItemPosting] = {}
    for posting in postings:
        key = (posting.entry_id, posting.customer_id)
        known = together.get(key)
        together[key] = posting._replace(amount=posting.amount + known.amount) if known else posting
    rows = []
    for item in together.values():
        due = item.due or _due_by_terms(database, item) if item.amount > 0 else ""
        rows.append((item.customer_id, item.entry_id, item.date, due, item.amount))
    insert_rows(database, INTO_ITEM, rows)


def _due_by_terms(database: SqliteDatabase, item: ItemPosting) -> str:
    row = database.execute_sql(DUE_BY_TERMS, (item.date, item.customer_id)).fetchone()
    return str(row[0]) if row else ""


INTO_ITEM = "account_item (customer_id, entry_id, date, due, amount)"
DUE_BY_TERMS = """
SELECT date(?, '+' || terms_days || ' days') FROM customer_account WHERE customer_id = ? AND terms_days > 0
"""
