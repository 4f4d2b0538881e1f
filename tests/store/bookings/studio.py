"""A small studio for the tests of bookings: services, trainers, rooms, customers, and a clock that the test sets."""

from dataclasses import dataclass
from typing import Any

from bookkeeper_tui.store import (
    baskets,
    bookables,
    bookings,
    catalogue,
    customers,
    package_plans,
    packages,
    proof,
    services,
    shifts,
    staff,
    till,
)
from bookkeeper_tui.store.bookables import Hours, NewBookable
from bookkeeper_tui.store.bookings import Booking
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.packages import Package
from bookkeeper_tui.store.services import NewService
from bookkeeper_tui.store.till import Tendered
from tests.conftest import PIN

ZONE = "Europe/Madrid"
MONDAY = "2026-11-23"


@dataclass
class Studio:
    """Massage (60 min, 10 after) with Marta or Pau in Room 1 or 2; Yoga (45 min) for four with Joan in the Hall."""

    store: Store
    desk: Desk
    at: int
    people: tuple[int, ...]
    massage: int
    yoga: int
    marta: int
    pau: int
    joan: int
    room: int
    other_room: int
    hall: int

    def instant(self, time: str, date: str = MONDAY) -> int:
        """A time of a day in the studio."""
        return bookings.local_instant(date, time, ZONE)

    def book(self, time: str = "10:00", person: int = 0, *, date: str = MONDAY, **more: Any) -> Booking:
        """Books somebody for a massage by Marta in Room 1, or what is said instead."""
        given: dict[str, Any] = {"trainer_id": self.marta, "resource_id": self.room} | more
        service_id = given.pop("service_id", self.massage)
        return bookings.book(self.desk, self.people[person], service_id, self.instant(time, date), **given)

    def yogi(self, person: int, time: str = "12:00") -> Booking:
        """Books somebody for Joan's yoga in the Hall."""
        return self.book(time, person, service_id=self.yoga, trainer_id=self.joan, resource_id=self.hall)

    def night_trainer(self, parts: tuple[tuple[int, int], ...] = ((0, 1440),)) -> int:
        """Takes on Rosa, who works every day in these minutes of it."""
        rosa = bookables.add(self.desk, NewBookable("trainer", "Rosa")).id
        bookables.set_hours(self.desk, rosa, [Hours(day, *part) for day in range(7) for part in parts])
        return rosa

    def sell(self, person: int = 0, sessions: int = 5, service_id: int | None = None) -> Package:
        """Sells somebody a package of massages (or another service) for 50.00 a session, at the till."""
        sku = f"P-{sessions}-{service_id or self.massage}"
        if sku not in catalogue.ids_by_sku(self.desk.database, [sku]):
            with self.desk.change("import.products") as change:
                catalogue.bring_in(change, [NewProduct(sku, f"{sessions} sessions", price=sessions * 5000)])
            product_id = catalogue.ids_by_sku(self.desk.database, [sku])[sku]
            package_plans.set_plan(self.desk, product_id, sessions, 90, service_id or self.massage)
        if shifts.current(self.desk) is None:
            shifts.open_shift(self.desk, 0)
        basket = baskets.ring(self.desk, baskets.start(self.desk, self.people[person]).id, sku)
        till.pay(self.desk, basket.id, [Tendered("cash", basket.cash_to_pay)])
        found = packages.of_customer(self.desk, self.people[person])
        return max(found, key=lambda package: package.id)

    def left(self, package: Package) -> int:
        """How many sessions a package has left."""
        return packages.get(self.desk, package.id).remaining

    def events(self, booking: Booking) -> list[tuple[str, str]]:
        """Kind and state of all that happened to a booking."""
        return [(event.kind, event.state) for event in bookings.history(self.desk, booking.id)]

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(self.desk.database.execute_sql(f"SELECT COUNT(*) FROM {table}").fetchone()[0])

    def failing(self) -> dict[str, tuple[int | str, ...]]:
        """The checks that fail, with the ids that they name."""
        return {check.check: check.failing for check in proof.checks(Desk.shell(self.store)) if not check.ok}


def studio_in(store: Store) -> Studio:
    """A studio in a new shop, on a Monday at eight; trainers work 9 to 13 and 16 to 20, but not on Sundays."""
    shell = Desk.shell(store)
    people = tuple(
        customers.create(shell, CustomerFields(name=name, phone=f"+3460011122{number}")).id
        for number, name in enumerate(("Ana Reyes", "Bruno Díaz", "Chen Li", "Dora Pi", "Eva Sol", "Fina Mas"))
    )
    massage = services.add(shell, NewService("Massage", 60, buffer_after=10)).id
    yoga = services.add(shell, NewService("Yoga", 45, cancel_hours=2, late_takes=0)).id
    trainers = [
        bookables.add(shell, NewBookable("trainer", name, places, 30_000, None, frozenset([service]))).id
        for name, places, service in (("Marta", 1, massage), ("Pau", 1, massage), ("Joan", 4, yoga))
    ]
    rooms = [
        bookables.add(shell, NewBookable("resource", name, places, service_ids=frozenset([service]))).id
        for name, places, service in (("Room 1", 1, massage), ("Room 2", 1, massage), ("Hall", 6, yoga))
    ]
    for trainer in trainers:
        week = [Hours(day, *part) for day in range(6) for part in ((9 * 60, 13 * 60), (16 * 60, 20 * 60))]
        bookables.set_hours(shell, trainer, week)
    studio = Studio(
        store, shell, bookings.local_instant(MONDAY, "08:00", ZONE), people, massage, yoga, *trainers, *rooms
    )
    nadia = staff.add(shell, "Nadia", "manager", PIN)
    studio.desk = Desk(store, Actor(nadia.staff_id, nadia.number, nadia.name, "manager"), "till-1", lambda: studio.at)
    return studio
