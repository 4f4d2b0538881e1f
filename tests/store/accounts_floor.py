"""Selling on account, for tests: customers with accounts, an open shift, and charges and credits of any date."""

from bookkeeper_tui.store import customer_accounts, ledger, shifts
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.ledger import Posting

EVERYTHING_BEFORE = "0000-00-00"


def open_shift(desk: Desk) -> None:
    """Opens a shift at the desk's terminal, with an empty drawer."""
    shifts.open_shift(desk, 0)


def charge(desk: Desk, customer_id: int, amount: int, date: str, due: str = "", *, settled: bool = True) -> int:
    """Posts a charge (negative: a credit) of a business date to a customer's receivable; answers its item id."""
    with desk.change("import.sales") as change:
        entry_id = ledger.post(
            change,
            date=date,
            kind="sale" if amount > 0 else "return",
            document_kind="test",
            document_id=1,
            postings=[
                Posting(ledger.RECEIVABLES, amount, customer_id),
                Posting(ledger.UNCATEGORISED_SALES, -amount),
            ],
            due=due,
        )
        if settled:
            customer_accounts.settle(change, entry_id, customer_id)
        row = change.database.execute_sql(
            "SELECT id FROM account_item WHERE entry_id = ? AND customer_id = ?", (entry_id, customer_id)
        ).fetchone()
    return int(row[0])
