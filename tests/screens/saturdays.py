"""A studio's Saturday for the tests of the schedule: hours, a day off, what is booked and what was given up."""

from datetime import datetime

from bookkeeper_tui.formats import instant_of
from bookkeeper_tui.store import bookables, bookings
from bookkeeper_tui.store.bookables import Hours
from bookkeeper_tui.store.bookings import Booking
from bookkeeper_tui.store.customers import CustomerFields, create
from bookkeeper_tui.store.desk import Desk
from tests.screens.regulars import maria
from tests.screens.studio import Studio, studio

ZONE = "Europe/Madrid"
SATURDAY = "2026-11-28"
OTHERS = (("李小龍", "+34 600 000 001"), ("Søren Ødegård", "+34 600 000 002"))
MORNINGS_AND_EVENINGS = [Hours(day, *span) for day in range(6) for span in ((540, 840), (960, 1200))]


def at(day: str, time: str) -> int:
    return instant_of(datetime.fromisoformat(f"{day}T{time}"), ZONE)


def opened_studio(desk: Desk) -> Studio:
    """The studio with hours: Marta at mornings and evenings but Sunday, Luis off on that Saturday."""
    made = studio(desk)
    bookables.set_hours(desk, made.marta, MORNINGS_AND_EVENINGS)
    bookables.set_hours(desk, made.luis, [Hours(day, 540, 1020) for day in range(6)])
    bookables.add_time_off(desk, made.luis, SATURDAY, SATURDAY, "Wedding")
    return made


def busy_saturday(desk: Desk) -> tuple[Studio, list[Booking]]:
    """Four bookings on the Saturday to come: yoga for two at once, a massage with its buffer, one given up."""
    made, whose = opened_studio(desk), maria(desk)
    others = [create(desk, CustomerFields(name=name, phone=phone)) for name, phone in OTHERS]
    wanted = (
        (whose.id, made.yoga, "10:00", made.marta, made.hall),
        (others[0].id, made.massage, "12:00", made.marta, made.cabin),
        (others[1].id, made.massage, "17:30", made.marta, made.cabin),
    )
    booked = [
        bookings.book(desk, one, service, at(SATURDAY, time), trainer_id=trainer, resource_id=room)
        for one, service, time, trainer, room in wanted
    ]
    bookings.cancel(desk, booked[2].id)
    return made, booked
