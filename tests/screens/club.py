"""A club for the tests of members: its plans, and memberships sold at another till."""

from typing import NamedTuple

from bookkeeper_tui.store import baskets, catalogue, membership_plans, memberships, shifts, staff, till
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.customers import Customer
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.membership_plans import MembershipPlan
from bookkeeper_tui.store.memberships import Membership
from bookkeeper_tui.store.till import Tendered
from tests.conftest import PIN

SELLER = "Rosa Vidal"


class Club(NamedTuple):
    """Ids of the plans' articles: a year for four people, a month for one."""

    family: int
    month: int


def club(desk: Desk) -> Club:
    """Two plans: FAM, a year for four people, and MON, a month for one."""
    family = catalogue.create(desk, NewProduct("FAM", "Family year", price=36000)).id
    month = catalogue.create(desk, NewProduct("MON", "Monthly membership", price=4500)).id
    membership_plans.set_plan(desk, MembershipPlan(family, 12, 4))
    membership_plans.set_plan(desk, MembershipPlan(month, 1, 1, "from sale"))
    return Club(family, month)


def sell_membership(desk: Desk, customer: Customer, sku: str = "FAM") -> Membership:
    """A cashier at another till rings a membership up for a customer, and takes cash for it."""
    seller = _seller(desk)
    if shifts.current(seller) is None:
        shifts.open_shift(seller, 10_000)
    basket = baskets.ring(seller, baskets.start(seller, customer.id).id, sku)
    till.pay(seller, basket.id, [Tendered("cash", basket.cash_to_pay)])
    found = catalogue.find(desk, sku)
    assert found is not None
    return next(one for one in memberships.of_customer(desk, customer.id) if one.product_id == found.id)


def _seller(desk: Desk) -> Desk:
    known = {person.name: person for person in staff.list_staff(desk)}
    person = known.get(SELLER) or staff.add(desk, SELLER, "cashier", PIN)
    return Desk(desk.store, Actor(person.staff_id, person.number, person.name, "cashier"), "Till 1")
