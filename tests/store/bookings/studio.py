"""A small studio for the tests of bookings: services, trainers, rooms, customers, and a clock that the test sets."""

from dataclasses import dataclass

from bookkeeper_tui.store import bookables, bookings, customers, proof, services
from bookkeeper_tui.store.bookables import Hours, NewBookable
from bookkeeper_tui.store.bookings import Booking
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.services import NewService

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

    def book(self, time: str = "10:00", person: int = 0, *, date: str = MONDAY, **more: object) -> Booking:
        """Books somebody for a massage by Marta in Room 1, or what is said instead."""
        given: dict[str, object] = {"trainer_id": self.marta, "resource_id": self.room} | more
        service_id = given.pop("service_id", self.massage)
        return bookings.book(self.desk, self.people[person], service_id, self.instant(time, date), **given)  # type: ignore[arg-type]

    def yogi(self, person: int, time: str = "12:00") -> Booking:
        """Books somebody for Joan's yoga in the Hall."""
        return self.book(time, person, service_id=self.yoga, trainer_id=self.joan, resource_id=self.hall)

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
    """A studio in a new shop, on a Monday at eight in the morning; trainers work 9 to 13 and 16 to 20, not on Sunday."""
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
    studio.desk = Desk(store, Actor(None, "", "shell:test", "owner"), "till-1", lambda: studio.at)
    return studio
