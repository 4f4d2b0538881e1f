"""Memberships for tests: two plans, and a till that sells and renews them on any date."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bookkeeper_tui.store import catalogue, days, membership_plans, memberships, shifts
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.membership_plans import MembershipPlan
from bookkeeper_tui.store.memberships import Membership
from tests.store.floor import Floor
from tests.store.tills import Till

FIRST_NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
FAMILY, MONTHLY = "900", "901"


@dataclass(slots=True)
class Club:
    """A till whose clock the test moves: a year for four people from its end on, a month for one from the sale."""

    floor: Floor
    actor: Desk
    plans: dict[str, int] = field(default_factory=dict)
    day: int = 0
    ticks: int = 0

    @property
    def desk(self) -> Desk:
        """The desk at the till, by the club's clock."""
        return Desk(self.actor.store, self.actor.staff, self.actor.terminal, self.now)

    @property
    def today(self) -> str:
        """The date by the club's clock."""
        return (FIRST_NOON + timedelta(days=self.day)).date().isoformat()

    @property
    def ana(self) -> int:
        """A customer."""
        return self.floor.customers[0]

    @property
    def bruno(self) -> int:
        """Another."""
        return self.floor.customers[1]

    def now(self) -> int:
        """The club's clock, microseconds UTC; no two looks at it are the same."""
        self.ticks += 1
        noon = int((FIRST_NOON + timedelta(days=self.day)).timestamp())
        return noon * 1_000_000 + self.ticks * 1000

    def sell(self, sku: str = FAMILY, customer: int | None = None) -> int:
        """Sells a plan for cash, and answers the sale."""
        till = Till(self.floor, self.desk)
        return till.pay(till.rung(sku, customer=customer or self.ana)).sale_id

    def sold(self, sku: str = FAMILY, customer: int | None = None) -> Membership:
        """The membership of that plan, after selling it."""
        self.sell(sku, customer)
        return self.of(sku, customer)

    def of(self, sku: str = FAMILY, customer: int | None = None) -> Membership:
        """A customer's membership of a plan."""
        found = memberships.of_customer(self.desk, customer or self.ana)
        return next(one for one in found if one.product_id == self.plans[sku])

    def days_later(self, count: int) -> str:
        """Lets days pass: the shift ends, and after so many days another one opens; answers the date then."""
        shift = shifts.current(self.desk)
        assert shift is not None
        shifts.end(self.desk, {1: shifts.expected_cash(self.desk.database, shift.id)})
        self.day += count
        self.ticks = 0
        days.open(self.desk)
        shifts.open_shift(self.desk, 0)
        return self.today


def open_club(floor: Floor, desk: Desk) -> Club:
    """A club on its first day, with a shift open."""
    club = Club(floor, desk)
    new = [
        NewProduct(FAMILY, "Family year", category="Memberships", price=9000),
        NewProduct(MONTHLY, "Month", category="Memberships", price=3000),
    ]
    with floor.desk.change("import.products") as change:
        catalogue.bring_in(change, new)
    club.plans = catalogue.ids_by_sku(floor.desk.database, [FAMILY, MONTHLY])
    membership_plans.set_plan(floor.desk, MembershipPlan(club.plans[FAMILY], 12, 4))
    membership_plans.set_plan(floor.desk, MembershipPlan(club.plans[MONTHLY], 1, 1, "from sale"))
    shifts.open_shift(club.desk, 0)
    return club
