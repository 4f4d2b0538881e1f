"""The usage log: every use of a package and every change of one, with who recorded it and what was changed since."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.dates import midnight, read_iso
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import gone
from bookkeeper_tui.store.desk import Desk


class UsageFilter(NamedTuple):
    """Which events are wanted: ids of a trainer and a service, first and last day (ISO) of the session, a package."""

    trainer: int | None = None
    service: int | None = None
    first: str = ""
    last: str = ""
    package_id: int | None = None
    only_uses: bool = False


EVERYTHING = UsageFilter()


class UsageChange(NamedTuple):
    """How a use was recorded, first or anew: when and by whom, and with whom, where, of what and when it was."""

    recorded_at: int
    who: str
    at: int
    service: str
    trainer: str
    resource: str
    remarks: str


class UsageEvent(NamedTuple):
    """An event of the log. Instants are microseconds UTC, money minor units, days ISO dates.

    `sessions` is what it did to what is used (negative gives back), `used` how many were used after it, `expires_on`
    the package's last day then. Service, trainer, resource, `at` and remarks are as its last change says; `changes`
    are how it was recorded at first and each time anew, empty where it never was. `undoes` is the use that a restore
    gives back or a change says anew. `staff` recorded it; `restored_by` took it back.
    """

    id: int
    package_id: int
    package: str
    package_name: str
    customer_id: int
    customer_number: str
    customer_name: str
    kind: str
    sessions: int
    used: int
    undoes: int | None
    at: int
    service_id: int | None
    service: str
    trainer_id: int | None
    trainer: str
    resource_id: int | None
    resource: str
    remarks: str
    booking_id: int | None
    booking: str
    business_date: str
    recorded_at: int
    staff: str
    expires_on: str
    worth: int
    commission: int
    is_forced: bool
    restored_by: str
    restored_at: int | None
    changes: tuple[UsageChange, ...] = ()

    @property
    def is_restored(self) -> bool:
        """Whether the use was taken back."""
        return self.restored_at is not None


def page(
    desk: Desk,
    customer_id: int | None,
    wanted: UsageFilter = EVERYTHING,
    *,
    before: int | None = None,
    limit: int = 50,
) -> list[UsageEvent]:
    """The events of a customer, or of all (None), newest first; `before` is the id that the last page ended with."""
    database = desk.require("usage.viewed")
    return _read(database, *_where(desk, customer_id, wanted, "event.id < ?", before or 1 << 62), "DESC", limit)


def newer(
    desk: Desk, customer_id: int | None, wanted: UsageFilter = EVERYTHING, *, after: int = 0, limit: int = 50
) -> list[UsageEvent]:
    """The events that come before the id `after` in the list, newest first."""
    database = desk.require("usage.viewed")
    return _read(database, *_where(desk, customer_id, wanted, "event.id > ?", after), "", limit)[::-1]


def count(desk: Desk, customer_id: int | None, wanted: UsageFilter = EVERYTHING) -> int:
    """How many events there are."""
    database = desk.require("usage.viewed")
    where, values = _where(desk, customer_id, wanted, "event.id > ?", 0)
    return int(database.execute_sql(f"{COUNT}{where}", values).fetchone()[0])


def get(desk: Desk, event_id: int) -> UsageEvent:
    """One event. Raises BadInput when there is none with this id."""
    return read(desk.require("usage.viewed"), event_id)


def read(database: SqliteDatabase, event_id: int) -> UsageEvent:
    """One event, inside a change or for who has just made it. Raises BadInput when there is none with this id."""
    found = _read(database, "WHERE event.id = ?", [event_id], "", 1)
    if not found:
        raise BadInput(f"There is no event {event_id} in the usage log")
    return found[0]


def _where(
    desk: Desk, customer_id: int | None, wanted: UsageFilter, place: str, key: int
) -> tuple[str, Sequence[object]]:
    zone = desk.store.shop.time_zone
    tests: list[tuple[str, object]] = [(place, key)]
    if customer_id is not None:
        # What was used before a merge stands in the log under who they were.
        others = ", ".join(map(str, gone.with_merged(desk.database, customer_id)[1:]))
        whose = f"(event.customer_id = ? OR event.customer_id IN ({others}))" if others else "event.customer_id = ?"
        tests.append((whose, customer_id))
    if wanted.package_id is not None:
        tests.append(("event.package_id = ?", wanted.package_id))
    if wanted.trainer is not None:
        tests.append(("last.trainer_id = ?", wanted.trainer))
    if wanted.service is not None:
        tests.append(("last.service_id = ?", wanted.service))
    if wanted.first:
        tests.append(("last.at >= ?", midnight(read_iso(wanted.first), zone)))
    if wanted.last:
        tests.append(("last.at < ?", midnight(read_iso(wanted.last), zone, days=1)))
    where = "WHERE " + " AND ".join(test for test, _ in tests)
    if wanted.only_uses:
        where += " AND event.sessions > 0"
    return where, [value for _, value in tests]


def _read(
    database: SqliteDatabase, where: str, values: Sequence[object], direction: str, limit: int
) -> list[UsageEvent]:
    sql = f"{SELECT}{where} ORDER BY event.id {direction} LIMIT ?"
    rows: list[Any] = database.execute_sql(sql, (*values, limit)).fetchall()
    said = _changes(database, [row[0] for row in rows if row[-1]])
    return [_event(row[:-1], said.get(row[0], ())) for row in rows]


def _event(values: Sequence[Any], changes: tuple[UsageChange, ...]) -> UsageEvent:
    return UsageEvent._make((*values, changes))


def _changes(database: SqliteDatabase, event_ids: Sequence[int]) -> dict[int, tuple[UsageChange, ...]]:
    if not event_ids:
        return {}
    marks = ", ".join("?" * len(event_ids))
    said: dict[int, list[UsageChange]] = {}
    for use_id, *values in database.execute_sql(SELECT_CHANGES.format(marks=marks), (*event_ids, *event_ids)):
        said.setdefault(use_id, []).append(UsageChange(*values))
    return {use_id: tuple(changes) for use_id, changes in said.items()}


JOINS = """
FROM package_event AS event JOIN package_event AS last ON last.id = COALESCE(
    (SELECT MAX(id) FROM package_event WHERE undoes = event.id AND kind = 'change'), event.id)
"""
COUNT = f"SELECT COUNT(*) {JOINS}"
SELECT = f"""
SELECT event.id, event.package_id, package.number, package.name, event.customer_id, customer.number, customer.name,
       event.kind, event.sessions, event.used, event.undoes, last.at, last.service_id, COALESCE(service.name, ''),
       last.trainer_id, COALESCE(trainer.name, ''), last.resource_id, COALESCE(resource.name, ''), last.remarks,
       event.booking_id, COALESCE(booking.number, ''), event.business_date, event.recorded_at, event.who,
       event.expires_on, event.worth, last.commission, event.forced = 1, COALESCE(back.who, ''), back.recorded_at,
       last.id <> event.id
{JOINS}
JOIN package ON package.id = event.package_id JOIN customer ON customer.id = event.customer_id
LEFT JOIN service ON service.id = last.service_id LEFT JOIN bookable AS trainer ON trainer.id = last.trainer_id
LEFT JOIN bookable AS resource ON resource.id = last.resource_id LEFT JOIN booking ON booking.id = event.booking_id
LEFT JOIN package_event AS back ON back.undoes = event.id AND back.kind = 'restore'
"""
SELECT_CHANGES = """
SELECT COALESCE(event.undoes, event.id), event.recorded_at, event.who, event.at, COALESCE(service.name, ''),
       COALESCE(trainer.name, ''), COALESCE(resource.name, ''), event.remarks
FROM package_event AS event LEFT JOIN service ON service.id = event.service_id
LEFT JOIN bookable AS trainer ON trainer.id = event.trainer_id
LEFT JOIN bookable AS resource ON resource.id = event.resource_id
WHERE event.id IN ({marks}) OR event.undoes IN ({marks}) AND event.kind = 'change' ORDER BY event.id
"""
