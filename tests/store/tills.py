"""A till for the tests of ringing up and paying: a desk with an open shift, and customers who may pay in any way."""

from dataclasses import dataclass, replace

from bookkeeper_tui.store import baskets, customer_accounts, ledger, loyalty, till
from bookkeeper_tui.store.baskets import Basket
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.ledger import Posting
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.till import Paid, Tendered
from tests.store.floor import Floor


@dataclass(frozen=True, slots=True)
class Till:
    """A desk at a till with an open shift, on a shop floor."""

    floor: Floor
    desk: Desk

    @property
    def ana(self) -> int:
        """A customer who may be charged 500.00."""
        return self.floor.customers[0]

    def rung(self, *typed: str, customer: int | None = None) -> Basket:
        """A basket with these codes rung up."""
        basket = baskets.start(self.desk, customer) if customer else baskets.start(self.desk)
        for text in typed:
            basket = baskets.ring(self.desk, basket.id, text)
        return basket

    def pay(self, basket: Basket, *tenders: Tendered, due: str = "") -> Paid:
        """Pays a basket; in cash, exactly, where nothing else is said."""
        return till.pay(self.desk, basket.id, tenders or [Tendered("cash", basket.cash_to_pay)], due=due)

    def give_points(self, points: int, customer: int | None = None) -> None:
        """Gives a customer points."""
        loyalty.adjust(self.floor.desk, customer or self.ana, points, "For the test")

    def give_credit(self, amount: int, customer: int | None = None) -> None:
        """Gives a customer store credit."""
        postings = [Posting(ledger.OVER_SHORT, amount), Posting(ledger.STORE_CREDIT, -amount, customer or self.ana)]
        with self.floor.desk.change("points.adjusted") as change:
            ledger.post(change, date="2026-11-20", kind="gift", document_kind="gift", document_id=0, postings=postings)

    def give_account(self, limit: int, customer: int | None = None) -> None:
        """Opens a customer's account."""
        customer_accounts.open_account(self.floor.desk, customer or self.ana, credit_limit=limit, terms_days=30)

    def points(self, customer: int | None = None) -> int:
        """A customer's points."""
        return loyalty.balance(self.desk.database, customer or self.ana)

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(self.desk.database.execute_sql(f"SELECT count(*) FROM {table}").fetchone()[0])


def beside(desk: Desk, terminal: str, staff: Actor | None = None, store: Store | None = None) -> Desk:
    """Another desk of the same shop, at another terminal, by the same person where nobody else is named."""
    return Desk(store or desk.store, staff or replace(desk.staff), terminal)
