"""A studio for the tests of packages: a till that sells them, services, trainers and a room, and a clock that moves."""

from dataclasses import dataclass, field

from bookkeeper_tui.store import baskets, catalogue, package_plans, packages, shifts, till
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.packages import Package, UsageEvent
from bookkeeper_tui.store.till import Tendered
from tests.store.floor import Floor

DAY_US = 24 * 3600 * 1_000_000
NOON = 1_795_258_800_000_000
"""21 November 2026, noon in Madrid."""


@dataclass
class Studio:
    """A desk at a till of a shop that sells sessions; its clock is microseconds UTC and moves only by `days_pass`."""

    floor: Floor
    staff: Actor
    at: int = NOON
    ids: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.desk = self.at_desk("till-1")
        owner = self.floor.desk
        with owner.change("service.edited") as change:
            for name in ("Massage", "Yoga"):
                self.ids[name] = _insert(change.database, "service (name, minutes) VALUES (?, 60)", name)
            for name, rate in (("Marta", 30_000), ("Luis", 12_345)):
                values = "bookable (kind, name, commission) VALUES ('trainer', ?, ?)"
                self.ids[name] = _insert(change.database, values, name, rate)
            self.ids["Room 1"] = _insert(change.database, "bookable (kind, name) VALUES ('resource', ?)", "Room 1")
            skill = "INSERT INTO bookable_service (bookable_id, service_id) VALUES (?, ?)"
            change.database.execute_sql(skill, (self.ids["Luis"], self.ids["Yoga"]))
        self.article("TEN", "Ten massages", 10_000, 10, 90, self.ids["Massage"])
        self.article("THREE", "Three of anything", 1_000, 3)
        self.article("ONE", "One yoga class", 1_500, 1, 30, self.ids["Yoga"])
        shifts.open_shift(self.desk, 10_000)

    @property
    def ana(self) -> int:
        """A customer."""
        return self.floor.customers[0]

    @property
    def bruno(self) -> int:
        """Another customer."""
        return self.floor.customers[1]

    def at_desk(self, terminal: str, staff: Actor | None = None, store: Store | None = None) -> Desk:
        """A desk at a terminal of the studio, by its clock; the manager's where nobody else is named."""
        return Desk(store or self.floor.desk.store, staff or self.staff, terminal, lambda: self.at)

    def article(
        self, sku: str, name: str, price: int, sessions: int, valid_days: int = 0, service_id: int | None = None
    ) -> int:
        """An article that is a package."""
        with self.floor.desk.change("import.products") as change:
            catalogue.bring_in(change, [NewProduct(sku, name, price=price, category="Studio")])
        product_id = catalogue.ids_by_sku(self.desk.database, [sku])[sku]
        package_plans.set_plan(self.floor.desk, product_id, sessions, valid_days, service_id)
        self.ids[sku] = product_id
        return product_id

    def sell(self, *typed: str, customer: int | None = None, tenders: list[Tendered] | None = None) -> int:
        """Sells articles to a customer, in cash where nothing else is said; answers the sale's id."""
        basket = baskets.start(self.desk, customer or self.ana)
        for text in typed:
            basket = baskets.ring(self.desk, basket.id, text)
        return till.pay(self.desk, basket.id, tenders or [Tendered("cash", basket.cash_to_pay)]).sale_id

    def bought(self, code: str = "TEN", customer: int | None = None) -> Package:
        """A package that a customer has just bought."""
        return self.of_sale(self.sell(code, customer=customer))[0]

    def of_sale(self, sale_id: int) -> list[Package]:
        """The packages that a sale sold."""
        rows = self.desk.database.execute_sql("SELECT id FROM package WHERE sale_id = ? ORDER BY line_no", (sale_id,))
        return [packages.get(self.desk, row[0]) for row in rows.fetchall()]

    def now(self, package: Package) -> Package:
        """A package as it stands now."""
        return packages.get(self.desk, package.id)

    def used(self, package: Package, sessions: int = 1) -> UsageEvent:
        """Uses sessions."""
        return packages.use(self.desk, package.id, sessions)

    def days_pass(self, days: int) -> None:
        """So many days go by: the shift is counted, and one begins that day."""
        shift = shifts.current(self.desk)
        assert shift is not None
        shifts.end(self.desk, {1: shifts.expected_cash(self.desk.database, shift.id)})
        self.at += days * DAY_US
        shifts.open_shift(self.desk, 10_000)

    def balance(self, account: str, customer: int | None = None) -> int:
        """What an account stands at, of one customer where one is named; debits are positive minor units."""
        sql = "SELECT COALESCE(SUM(amount), 0) FROM posting JOIN account ON account.id = account_id WHERE name = ?"
        if customer is None:
            return int(self.desk.database.execute_sql(sql, (account,)).fetchone()[0])
        return int(self.desk.database.execute_sql(f"{sql} AND customer_id = ?", (account, customer)).fetchone()[0])

    def prepaid(self, customer: int | None = None) -> int:
        """What is owed to a customer in sessions, or to all."""
        return -self.balance("Liabilities:Prepaid-Packages", customer)

    def revenue(self) -> int:
        """What of sessions became revenue."""
        return -self.balance("Income:Sales:Studio")


def _insert(database: object, into: str, *values: object) -> int:
    return int(database.execute_sql(f"INSERT INTO {into} RETURNING id", values).fetchone()[0])  # type: ignore[attr-defined]
