"""Customers who may turn out to be one, in a shop that sells everything: what they do, and how they stand."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bookkeeper_tui.errors import BookkeeperError
from bookkeeper_tui.store import (
    attaching,
    baskets,
    bookings,
    catalogue,
    consents,
    customer_accounts,
    customers,
    days,
    layaways,
    ledger,
    loyalty,
    membership_plans,
    memberships,
    merging,
    notes,
    package_plans,
    packages,
    proof,
    returns,
    shifts,
    staff,
    statements,
    store_credit,
    till,
    timers,
)
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.membership_plans import MembershipPlan
from bookkeeper_tui.store.opening import Store, open_store
from bookkeeper_tui.store.till import Tendered
from tests.conftest import PIN
from tests.store.floor import PRODUCTS
from tests.store.packages.studio import DAY_US, NOON

PACKAGES = {"TEN": 10_000, "THREE": 1_000}
FAR = "2199-12-31"
CLUB = "900"


@dataclass
class Pair:
    """A manager's desk at a till of a shop that sells everything, and three customers who buy on credit.

    Its clock is microseconds UTC and moves only by `days_pass`.
    """

    store: Store
    at: int = NOON
    merges: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        nadia = staff.list_staff(Desk.shell(self.store))[0]
        actor = Actor(nadia.staff_id, nadia.number, nadia.name, nadia.role)
        self.desk = Desk(self.store, actor, "till-1", lambda: self.at)
        self.owner = Desk.shell(self.store, lambda: self.at)
        self.people = tuple(row[0] for row in self.store.database.execute_sql("SELECT id FROM customer WHERE id > 1"))
        if shifts.current(self.desk) is None:
            shifts.open_shift(self.desk, 10_000)

    def sell(self, customer: int, *typed: str, by: str = "cash") -> int:
        """Sells articles, paid by one tender, and answers the sale."""
        basket = baskets.start(self.desk, customer)
        for text in typed or ("100",):
            basket = baskets.ring(self.desk, basket.id, text)
        worth = loyalty.value_of(self.desk.database, 1)
        points = loyalty.points_for(basket.to_pay, worth) if by == "points" else 0
        amount = basket.cash_to_pay if by == "cash" else points * worth if by == "points" else basket.to_pay
        try:
            return till.pay(self.desk, basket.id, [Tendered(by, amount, points=points)]).sale_id
        except BookkeeperError:
            baskets.drop(self.desk, basket.id)
            raise

    def lay_away(self, customer: int, deposit: int) -> int:
        """Sets a moka pot aside."""
        basket = baskets.ring(self.desk, baskets.start(self.desk, customer).id, "102")
        return layaways.open_layaway(self.desk, basket.id, due=FAR, deposit=deposit).id

    def newest(self, table: str, customer: int, test: str = "1") -> int:
        """The newest of a customer's rows. Raises BookkeeperError when there is none."""
        sql = f"SELECT MAX(id) FROM {table} WHERE customer_id = ? AND {test}"
        (found,) = self.desk.database.execute_sql(sql, (customer,)).fetchone()
        if found is None:
            raise BookkeeperError("none")
        return int(found)

    def days_pass(self, days_: int) -> None:
        """Another day at the till: packages lapse, points expire."""
        shift = shifts.current(self.desk)
        if shift is not None:
            shifts.end(self.desk, {1: max(0, shifts.expected_cash(self.desk.database, shift.id))})
        self.at += days_ * DAY_US
        days.open(self.desk)
        shifts.open_shift(self.desk, 10_000)
        loyalty.expire(self.owner, self.desk.today())

    def merge(self, from_id: int, into_id: int) -> int:
        """Merges two customers, and remembers it."""
        merge_id = merging.merge(self.desk, from_id, into_id, reason="the same person")
        self.merges.append(merge_id)
        return merge_id

    def stands(self, customer: int) -> tuple[object, ...]:
        """Points, owes, credit, sessions, spend, visits, layaways, memberships, aging, fields, notes, consents."""
        database = self.desk.database
        spend = database.execute_sql("SELECT spend, visits FROM standing WHERE customer_id = ?", (customer,)).fetchone()
        held = packages.of_customer(self.desk, customer)
        return (
            loyalty.balance(database, customer),
            customer_accounts.read(database, customer).owes,
            store_credit.balance(database, customer),
            sorted((one.number, one.remaining, one.deferred) for one in held),
            spend,
            sorted(one.number for one in layaways.of_customer(self.desk, customer)),
            sorted(one.number for one in memberships.of_customer(self.desk, customer)),
            statements.aging(self.desk, customer, FAR).buckets,
            customers.texts(customers.get(self.owner, customer)),
            notes.count(self.desk, customer),
            consents.states(self.desk, customer),
        )

    def check(self) -> None:
        """Everything is proved, and statements and agings of everybody come to what they owe."""
        failing = {check.check: check.failing for check in proof.checks(self.owner) if not check.ok}
        assert failing == {}
        for customer in self.people:
            owes = customer_accounts.read(self.desk.database, customer).owes
            statement = statements.statement(self.desk, customer, "", FAR)
            assert statement.closing == owes == statement.aging.balance
            opens = statements.statement(self.desk, customer, "", FAR, statements.OPEN_ITEM)
            assert sum(line.open for line in opens.lines) == owes
        assert sum(amount for _, amount in ledger.balances(self.owner)) == 0


def found_pair(founded: Path, home: Path) -> Path:
    """Makes such a shop in a directory, to be copied for each life."""
    for part in ("shop", "keys"):
        shutil.copytree(founded / part, home / part)
    store = open_store(home / "shop", home / "keys")
    owner = Desk.shell(store, lambda: NOON)
    with owner.change("import.products") as change:
        packages_ = [
            NewProduct(sku, sku.capitalize(), price=price, category="Studio") for sku, price in PACKAGES.items()
        ]
        club = NewProduct(CLUB, "Club year", category="Memberships", price=9000)
        catalogue.bring_in(change, [*PRODUCTS, *packages_, club])
        for sql in (
            "INSERT INTO service (id, name, minutes) VALUES (1, 'Massage', 60), (2, 'Yoga', 45)",
            "INSERT INTO bookable (id, kind, name) VALUES (1, 'trainer', 'Luis'), (3, 'trainer', 'Eva')",
            "INSERT INTO bookable (id, kind, name, capacity) VALUES (2, 'resource', 'Room 1', 9)",
        ):
            change.database.execute_sql(sql)
    ids = catalogue.ids_by_sku(store.database, [*PACKAGES, CLUB])
    package_plans.set_plan(owner, ids["TEN"], 10, 90, 1)
    package_plans.set_plan(owner, ids["THREE"], 3)
    membership_plans.set_plan(owner, MembershipPlan(ids[CLUB], 12, 4))
    for number, name in enumerate(("Ana Reyes", "Anna Reyes", "Bruno Díaz"), 1):
        customer = customers.create(owner, CustomerFields(name=name, phone=f"+3460011122{number}"))
        customer_accounts.open_account(owner, customer.id, credit_limit=100_000, terms_days=30 * number)
        loyalty.adjust(owner, customer.id, 100 * number, "a gift")
    staff.add(owner, "Nadia", "manager", PIN)
    store.close()
    return home


@contextmanager
def life_of(home: Path, place: Path) -> Iterator[Pair]:
    """A life in a copy of such a shop."""
    shutil.copytree(home, place)
    store = open_store(place / "shop", place / "keys")
    store.database.execute_sql("PRAGMA synchronous = off")
    try:
        yield Pair(store)
    finally:
        store.close()
        shutil.rmtree(place)


DEEDS: dict[str, Callable[[Pair, int, int], object]] = {
    "buy": lambda pair, who, n: pair.sell(who, "100", by=("cash", "card", "account", "account", "points")[n % 5]),
    "spend credit": lambda pair, who, n: pair.sell(who, "101", by="store credit"),
    "pay": lambda pair, who, n: customer_accounts.take_payment(pair.desk, who, "cash", 500 + 700 * n),
    "redeem": lambda pair, who, n: loyalty.redeem_to_credit(pair.desk, who, 10 + 60 * n),
    "adjust": lambda pair, who, n: loyalty.adjust(pair.desk, who, (30, -40, 200, -5)[n % 4], "for the test"),
    "package": lambda pair, who, n: pair.sell(who, ("TEN", "THREE")[n % 2], by=("cash", "account")[n % 2]),
    "use": lambda pair, who, n: packages.deduct(
        pair.desk, pair.newest("package", who, "state = 'live'"), 1 + n % 2, "for the test"
    ),
    "give away": lambda pair, who, n: packages.transfer(
        pair.desk, pair.newest("package", who, "state = 'live'"), pair.people[n % 3], "for the test"
    ),
    "refund": lambda pair, who, n: packages.refund(
        pair.desk, pair.newest("package", who), "cash", reason="for the test"
    ),
    "lay away": lambda pair, who, n: pair.lay_away(who, 500 * (n % 3)),
    "deposit": lambda pair, who, n: layaways.take_deposit(
        pair.desk, pair.newest("layaway", who, "state = 'open'"), 300 + 400 * n
    ),
    "pick up": lambda pair, who, n: _picked_up(pair, who),
    "cancel": lambda pair, who, n: layaways.cancel(
        pair.desk, pair.newest("layaway", who, "state = 'open'"), tender=("cash", "store credit")[n % 2]
    ),
    "give back": lambda pair, who, n: returns.give_back(
        pair.desk, pair.newest("sale", who, "kind = 'sale'"), {1: 1000}
    ),
    "void": lambda pair, who, n: returns.void(pair.desk, pair.newest("sale", who, "kind = 'sale'")),
    "move": lambda pair, who, n: attaching.attach(
        pair.desk, pair.newest("sale", who, "kind = 'sale'"), pair.people[n % 3], "for the test"
    ),
    "join": lambda pair, who, n: pair.sell(who, CLUB),
    "book": lambda pair, who, n: bookings.book(
        pair.desk,
        who,
        1,
        pair.at + (n + 1) * 3_600_000_000,
        trainer_id=1 if who == pair.people[0] else 3,
        resource_id=2,
    ),
    "come": lambda pair, who, n: bookings.done(pair.desk, pair.newest("booking", who)),
    "stay away": lambda pair, who, n: bookings.cancel(pair.desk, pair.newest("booking", who)),
    "put back": lambda pair, who, n: bookings.put_back(pair.desk, pair.newest("booking", who)),
    "time": lambda pair, who, n: timers.start(pair.desk, booking_id=pair.newest("booking", who)),
    "say": lambda pair, who, n: consents.record(pair.desk, who, "email", n % 2 == 0, how="at the till"),
    "note": lambda pair, who, n: notes.add(pair.desk, who, f"note {n}"),
    "rename": lambda pair, who, n: _renamed(pair, who, n),
    "day": lambda pair, who, n: pair.days_pass((1, 40, 370)[n % 3] if n < 6 else 1),
}


def _picked_up(pair: Pair, who: int) -> None:
    layaway = layaways.get(pair.desk, pair.newest("layaway", who, "state = 'open'"))
    if layaway.outstanding:
        layaways.take_deposit(pair.desk, layaway.id, layaway.outstanding)
    layaways.pick_up(pair.desk, layaway.id)


def _renamed(pair: Pair, who: int, n: int) -> None:
    seen = customers.get(pair.desk, who)
    customers.edit(pair.desk, who, {"company": f"Company {n}", "card": f"CARD-{who}-{n}"}, seen.version)
