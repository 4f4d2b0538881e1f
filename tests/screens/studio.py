"""A studio for the tests of packages and sessions: what it gives, who and what is booked, and a package sold there."""

from typing import NamedTuple

from bookkeeper_tui.store import (
    baskets,
    bookables,
    catalogue,
    package_plans,
    packages,
    services,
    shifts,
    staff,
    till,
)
from bookkeeper_tui.store.bookables import NewBookable
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.customers import Customer
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.packages import Package
from bookkeeper_tui.store.services import NewService
from bookkeeper_tui.store.till import Tendered
from tests.conftest import PIN

SELLER = "Rosa Vidal"


class Studio(NamedTuple):
    """Ids of what there is in the studio: services, trainers, rooms, and the packages' articles."""

    yoga: int
    massage: int
    marta: int
    luis: int
    hall: int
    cabin: int
    ten_of_yoga: int
    five_of_any: int
    three_of_yoga: int


def studio(desk: Desk) -> Studio:
    """Yoga in the hall, massage with Marta in the cabin; ten of yoga in 90 days or three in 7, five of anything."""
    yoga = services.add(desk, NewService("Yoga", 60)).id
    massage = services.add(desk, NewService("Massage", 45, buffer_after=15)).id
    marta = bookables.add(desk, NewBookable("trainer", "Marta Gil", commission=20_000)).id
    luis = bookables.add(desk, NewBookable("trainer", "Luis Ortega", service_ids=frozenset({yoga}))).id
    hall = bookables.add(desk, NewBookable("resource", "Hall", 12, service_ids=frozenset({yoga}))).id
    cabin = bookables.add(desk, NewBookable("resource", "Cabin", service_ids=frozenset({massage}))).id
    ten = catalogue.create(desk, NewProduct("Y10", "Yoga 10-pack", price=9500)).id
    five = catalogue.create(desk, NewProduct("F5", "Five of anything", price=20000)).id
    three = catalogue.create(desk, NewProduct("Y3", "Week of yoga", price=3300)).id
    package_plans.set_plan(desk, ten, 10, 90, yoga)
    package_plans.set_plan(desk, three, 3, 7, yoga)
    package_plans.set_plan(desk, five, 5)
    return Studio(yoga, massage, marta, luis, hall, cabin, ten, five, three)


def sell_package(desk: Desk, customer: Customer, sku: str = "Y10") -> Package:
    """A cashier at another till rings a package up for a customer, and takes cash for it."""
    seller = _seller(desk)
    if shifts.current(seller) is None:
        shifts.open_shift(seller, 10_000)
    basket = baskets.ring(seller, baskets.start(seller, customer.id).id, sku)
    sale_id = till.pay(seller, basket.id, [Tendered("cash", basket.cash_to_pay)]).sale_id
    return next(one for one in packages.of_customer(desk, customer.id) if one.sale_id == sale_id)


def _seller(desk: Desk) -> Desk:
    known = {person.name: person for person in staff.list_staff(desk)}
    person = known.get(SELLER) or staff.add(desk, SELLER, "cashier", PIN)
    return Desk(desk.store, Actor(person.staff_id, person.number, person.name, "cashier"), "Till 1")
