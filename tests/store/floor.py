"""A small shop floor for the tests of selling: who buys, what is sold and where, and a way to sell it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bookkeeper_tui.store import catalogue, customers, proof, sales
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.sales import NewDiscount, NewLine, NewSale, NewTender
from bookkeeper_tui.store.shop import branch_id

PRODUCTS = (
    NewProduct("100", "Espresso beans", "4006381333931", "1 kg", "Coffee", "Aurora", 1800),
    NewProduct("101", "Filter coffee", "4006381333948", "500 g", "Coffee", "Aurora", 900),
    NewProduct("102", "Moka pot", "4006381333955", "", "Kitchen & Ware", "Bialta", 2990),
    NewProduct("103", "Paper bag"),
)


@dataclass(frozen=True, slots=True)
class Floor:
    """The shop floor: who buys, what is sold and where, and a way to sell it."""

    desk: Desk
    customers: tuple[int, ...]
    products: dict[str, int]
    branches: tuple[int, ...]

    def sale(
        self,
        *lines: NewLine,
        customer: int | None = None,
        day: str = "2026-11-20",
        minute: int = 0,
        branch: int = 0,
        tenders: Sequence[NewTender] = (),
        discounts: Sequence[NewDiscount] = (),
        added_tax: int = 0,
        kind: str = "sale",
    ) -> NewSale:
        """A sale at noon and some minutes, paid in cash where nothing else is said."""
        noon = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC) + timedelta(minutes=minute)
        sale = NewSale(
            int(noon.timestamp()) * 1_000_000, day, self.branches[branch], customer or self.customers[0],
            lines or (self.line(),), tenders, discounts, added_tax, kind,
        )  # fmt: skip
        return sale if tenders else sale._replace(tenders=[NewTender("cash", sales.total_of(sale))])

    def line(
        self, sku: str | None = "100", amount: int = 1800, *discounts: NewDiscount, pieces: int = 1, tax: int = 0
    ) -> NewLine:
        """A line of one product, or of something that the catalogue lacks."""
        if sku in self.products:
            return NewLine(self.products[sku], pieces * 1000, pieces, amount, discounts, tax)
        return NewLine(None, pieces * 1000, pieces, amount, discounts, tax, code=sku, description="Something else")

    def post(self, *new: NewSale) -> range:
        """Posts sales in one change."""
        with self.desk.change("import.sales") as change:
            return sales.post_many(change, new)

    def postings(self, sale_id: int) -> list[tuple[str, int, int | None]]:
        """Account, amount and customer of each posting of a sale's entry."""
        rows = self.desk.database.execute_sql(
            "SELECT account.name, posting.amount, posting.customer_id FROM sale "
            "JOIN posting ON posting.entry_id = sale.entry_id JOIN account ON account.id = posting.account_id "
            "WHERE sale.id = ? ORDER BY posting.line_no",
            (sale_id,),
        )
        return rows.fetchall()

    def failing(self) -> dict[str, tuple[int | str, ...]]:
        """The checks that fail, with the ids that they name."""
        return {check.check: check.failing for check in proof.checks(self.desk) if not check.ok}


def open_floor(shell: Desk) -> Floor:
    """A shop that can sell: three customers, products of two categories, two branches."""
    people = [
        customers.create(shell, CustomerFields(name=name, phone=phone)).id
        for name, phone in (("Ana Reyes", "+34600111222"), ("Bruno Díaz", "+34600111333"), ("李小龍", "+34600111444"))
    ]
    with shell.change("import.products") as change:
        catalogue.bring_in(change, PRODUCTS)
        branches = tuple(branch_id(change.database, name) for name in ("Main St", "Harbour"))
    ids = catalogue.ids_by_sku(shell.database, [product.sku for product in PRODUCTS])
    return Floor(shell, tuple(people), ids, branches)
