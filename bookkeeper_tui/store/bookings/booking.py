"""A booking as it is read: one, a customer's page by page, and all that happened to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store.desk import Change, Desk

LIVE = ("booked", "checked in", "done")
"""The states in which a booking takes its time."""
OPEN = ("booked", "checked in")
"""The states in which something is still to come of it."""
LONGEST_NOTE = 200
Key = tuple[int, int]
"""Start and id: where a page of bookings begins or ends."""
_FIRST, _LAST = (0, 0), (1 << 62, 0)


@dataclass(frozen=True, slots=True)
class Booking:
    """A booking. Instants are microseconds UTC, `date` the business date of its start (ISO).

    It is [starts, ends); trainer and resource are taken for [blocked_from, blocked_to). `state` is booked, checked in,
    done, cancelled, late cancelled or no-show. It may be cancelled freely until `cancel_until`; after that
    `late_takes` sessions are taken, and `no_show_takes` when nobody comes. `forced` stands over a conflict.
    `package_id` is the package chosen for it, `package` its number; `taken_from` is the number of the package that a
    session of it has been taken from, empty for none.
    """

    id: int
    number: str
    customer_id: int
    customer_number: str
    customer_name: str
    service_id: int
    service: str
    trainer_id: int | None
    trainer: str
    resource_id: int | None
    resource: str
    starts: int
    ends: int
    blocked_from: int
    blocked_to: int
    date: str
    state: str
    package_id: int | None
    package: str
    taken_from: str
    series_id: int | None
    cancel_until: int
    late_takes: int
    no_show_takes: int
    forced: bool
    note: str
    made_at: int
    staff: str
    version: int

    @property
    def is_live(self) -> bool:
        """Whether it takes its time."""
        return self.state in LIVE

    @property
    def is_open(self) -> bool:
        """Whether something is still to come of it."""
        return self.state in OPEN

    @property
    def minutes(self) -> int:
        """How long it is, in real minutes."""
        return (self.ends - self.starts) // 60_000_000


class BookingEvent(NamedTuple):
    """What happened to a booking, and how it stood after it; instants in microseconds UTC."""

    id: int
    kind: str
    state: str
    starts: int
    ends: int
    trainer: str
    resource: str
    reason: str
    at: int
    who: str
    approved_by: str


def get(desk: Desk, booking_id: int) -> Booking:
    """One booking. Raises BadInput when there is none with this id."""
    return read(desk.require("booking.viewed"), booking_id)


def by_number(desk: Desk, number: str) -> Booking:
    """The booking of a number such as B-0000012. Raises BadInput when there is none."""
    database = desk.require("booking.viewed")
    row = database.execute_sql("SELECT id FROM booking WHERE number = ?", (number.strip().upper(),)).fetchone()
    if row is None:
        raise BadInput(f"There is no booking {number[:20]}")
    return read(database, row[0])


def history(desk: Desk, booking_id: int) -> list[BookingEvent]:
    """All that happened to a booking, oldest first."""
    database = desk.require("booking.viewed")
    return [BookingEvent._make(row) for row in database.execute_sql(SELECT_EVENTS, (booking_id,))]


def page(desk: Desk, customer_id: int, *, before: Key | None = None, limit: int = 50) -> list[Booking]:
    """A customer's bookings, the last to come first; `before` is start and id of the last one of the page before."""
    database = desk.require("booking.viewed")
    rows = database.execute_sql(IDS_OF_CUSTOMER, (customer_id, *(before or _LAST), limit)).fetchall()
    return read_all(database, [row[0] for row in rows])


def newer(desk: Desk, customer_id: int, *, after: Key = _FIRST, limit: int = 50) -> list[Booking]:
    """The customer's bookings that stand above `after` (start and id) in the list, in the same order as `page`."""
    database = desk.require("booking.viewed")
    rows = database.execute_sql(IDS_NEWER, (customer_id, *after, limit)).fetchall()
    return read_all(database, [row[0] for row in reversed(rows)])


def count(desk: Desk, customer_id: int) -> int:
    """How many bookings a customer has or had."""
    database = desk.require("booking.viewed")
    return int(database.execute_sql("SELECT COUNT(*) FROM booking WHERE customer_id = ?", (customer_id,)).fetchone()[0])


def to_come(desk: Desk, customer_id: int, limit: int = 20) -> list[Booking]:
    """A customer's bookings that are open and not over, the next one first."""
    database = desk.require("booking.viewed")
    rows = database.execute_sql(IDS_TO_COME, (customer_id, desk.now(), limit)).fetchall()
    return read_all(database, [row[0] for row in rows])


def beyond_package(desk: Desk, customer_id: int, package_id: int | None) -> tuple[int, int] | None:
    """How many of a customer's open bookings stand on a package, and how many sessions are left: where it is fewer.

    None where there are enough, or there is no package.
    """
    database = desk.require("booking.viewed")
    row = database.execute_sql(ON_PACKAGE, (customer_id, package_id)).fetchone()
    return (row[0], row[1]) if row is not None and row[0] > row[1] else None


def read(database: SqliteDatabase, booking_id: int) -> Booking:
    """One booking, inside a change or a look of somebody who may. Raises BadInput when there is none with this id."""
    found = read_all(database, [booking_id])
    if not found:
        raise BadInput(f"There is no booking {booking_id}")
    return found[0]


def read_all(database: SqliteDatabase, booking_ids: Sequence[int]) -> list[Booking]:
    """The bookings with these ids, in their order; one query however many."""
    if not booking_ids:
        return []
    marks = ", ".join("?" * len(booking_ids))
    found = {}
    for row in database.execute_sql(SELECT.format(marks=marks), tuple(booking_ids)):
        values = list(row)
        values[FORCED] = bool(values[FORCED])
        found[row[0]] = Booking(*values)
    return [found[booking_id] for booking_id in booking_ids if booking_id in found]


def write_event(change: Change, booking_id: int, kind: str, reason: str, approved_by: str = "") -> None:
    """Adds how a booking stands now to all that happened to it; inside the change that made it so."""
    staff = change.desk.staff
    change.database.execute_sql(
        INSERT_EVENT, (kind, reason, change.at, staff.staff_id, staff.who, approved_by, booking_id)
    )


def cleaned(text: str) -> str:
    """A note or reason as it is kept: on one line, nothing that disturbs a terminal, 200 letters at most."""
    return harmless(text).strip()[:LONGEST_NOTE]


FORCED = 24
INSERT_EVENT = """
INSERT INTO booking_event (booking_id, kind, state, starts, ends, trainer_id, resource_id, reason, at, staff_id, who,
                           approved_by)
SELECT id, ?, state, starts, ends, trainer_id, resource_id, ?, ?, ?, ?, ? FROM booking WHERE id = ?
"""
SELECT = """
SELECT booking.id, booking.number, booking.customer_id, customer.number, customer.name, booking.service_id,
       service.name, booking.trainer_id, COALESCE(trainer.name, ''), booking.resource_id, COALESCE(resource.name, ''),
       booking.starts, booking.ends, booking.blocked_from, booking.blocked_to, booking.date, booking.state,
       booking.package_id, COALESCE(package.number, ''),
       COALESCE((SELECT taken.number FROM package_event JOIN package AS taken ON taken.id = package_event.package_id
                 WHERE package_event.booking_id = booking.id GROUP BY taken.id HAVING SUM(package_event.sessions) > 0),
                ''),
       booking.series_id, booking.cancel_until, booking.late_takes, booking.no_show_takes, booking.forced, booking.note,
       booking.made_at, COALESCE(staff.number || ' ' || staff.name, ''), booking.version
FROM booking JOIN customer ON customer.id = booking.customer_id JOIN service ON service.id = booking.service_id
LEFT JOIN bookable AS trainer ON trainer.id = booking.trainer_id
LEFT JOIN bookable AS resource ON resource.id = booking.resource_id
LEFT JOIN package ON package.id = booking.package_id LEFT JOIN staff ON staff.id = booking.staff_id
WHERE booking.id IN ({marks})
"""
SELECT_EVENTS = """
SELECT booking_event.id, booking_event.kind, booking_event.state, booking_event.starts, booking_event.ends,
       COALESCE(trainer.name, ''), COALESCE(resource.name, ''), booking_event.reason, booking_event.at,
       booking_event.who, booking_event.approved_by
FROM booking_event LEFT JOIN bookable AS trainer ON trainer.id = booking_event.trainer_id
LEFT JOIN bookable AS resource ON resource.id = booking_event.resource_id
WHERE booking_event.booking_id = ? ORDER BY booking_event.id
"""
IDS_OF_CUSTOMER = """
SELECT id FROM booking WHERE customer_id = ? AND (starts, id) < (?, ?) ORDER BY starts DESC, id DESC LIMIT ?
"""
IDS_NEWER = """
SELECT id FROM booking WHERE customer_id = ? AND (starts, id) > (?, ?) ORDER BY starts, id LIMIT ?
"""
ON_PACKAGE = """
SELECT COUNT(*), package.sessions - package.used FROM package CROSS JOIN booking ON booking.customer_id = ?1
WHERE package.id = ?2 AND booking.package_id = package.id AND booking.state IN ('booked', 'checked in')
GROUP BY package.id
"""
IDS_TO_COME = """
SELECT id FROM booking WHERE customer_id = ?1 AND starts > ?2 - 43200000000 AND ends > ?2
  AND state IN ('booked', 'checked in')
ORDER BY starts, id LIMIT ?3
"""
