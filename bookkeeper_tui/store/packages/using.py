"""Using a package: sessions used and taken off, given back, and said anew when something of a use was wrong."""

from decimal import Decimal
from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import business_date, harmless
from bookkeeper_tui.money import round_half_up
from bookkeeper_tui.store import shifts
from bookkeeper_tui.store.desk import AlreadyDone, Change, Desk
from bookkeeper_tui.store.packages import events, usage
from bookkeeper_tui.store.packages.events import NewEvent
from bookkeeper_tui.store.packages.package import Package, read
from bookkeeper_tui.store.packages.usage import UsageEvent

# A session that is booked for later today may be used beforehand.
EARLIEST_US = 12 * 3_600_000_000
CALENDAR_US = 1000 * 366 * 24 * 3_600_000_000


def use(
    desk: Desk,
    package_id: int,
    sessions: int = 1,
    *,
    trainer_id: int | None = None,
    resource_id: int | None = None,
    service_id: int | None = None,
    at: int | None = None,
    remarks: str = "",
    force: bool = False,
    once: str | None = None,
) -> UsageEvent:
    """Uses sessions of a package, held `at` (microseconds UTC, None for now); what they are worth becomes revenue.

    With `force`, which is for who may `package.forced`, also of one that is frozen, expired or has not begun. Raises
    BadInput otherwise, for more sessions than are left, for a package that was given back, and for a trainer, resource
    or service that cannot be.
    """
    try:
        with desk.change("package.forced" if force else "package.used", once=once) as change:
            package = read(change.database, package_id)
            wanted = NewEvent(
                "use", sessions, service_id=service_id, trainer_id=trainer_id, resource_id=resource_id, at=at,
                remarks=events.cleaned(remarks, "A remark"),
            )  # fmt: skip
            event_id = _take(change, package, _with_service(change, package, wanted, check=True), force)
            _note(change, package, sessions=sessions, event=event_id)
            change.result = str(event_id)
    except AlreadyDone as done:
        event_id = int(done.result)
    return usage.read(desk.database, event_id)


def deduct(
    desk: Desk, package_id: int, sessions: int, remarks: str, once: str | None = None, *, force: bool = False
) -> UsageEvent:
    """Takes sessions off by hand, for a reason that stands in the log. Raises BadInput as `use`, and without one."""
    desk.require("package.deducted")
    try:
        with desk.change("package.forced" if force else "package.deducted", once=once) as change:
            package = read(change.database, package_id)
            words = events.cleaned(remarks, "A remark on why sessions are taken off", needed=True)
            wanted = NewEvent("deduct", sessions, service_id=package.service_id, remarks=words)
            event_id = _take(change, package, wanted, force)
            _note(change, package, sessions=sessions, event=event_id)
            change.result = str(event_id)
    except AlreadyDone as done:
        event_id = int(done.result)
    return usage.read(desk.database, event_id)


def restore(desk: Desk, event_id: int, reason: str) -> UsageEvent:
    """Gives back a use whole, at most once; answers the event that does so.

    Raises BadInput without a reason, for what is no use, was given back before or is under way, and for a package that
    was refunded.
    """
    with desk.change("package.restored") as change:
        words = events.cleaned(reason, "A reason to give sessions back", needed=True)
        used = _use(change.database, event_id)
        package = read(change.database, used.package_id)
        if change.database.execute_sql(TIMED, (event_id,)).fetchone() is not None:
            raise BadInput(f"That session of {package.number} is under way: stop its timer first")
        restored_id = _give_back(change, package, used, words)
        _note(change, package, sessions=used.sessions, event=event_id)
    return usage.read(desk.database, restored_id)


def change_use(
    desk: Desk,
    event_id: int,
    *,
    trainer_id: int | None,
    resource_id: int | None,
    service_id: int | None,
    at: int,
    remarks: str,
) -> UsageEvent:
    """Says anew with whom, where, of what and when (microseconds UTC) a use was; answers the use as it stands now.

    The commission goes to the new trainer. Raises BadInput for a use that was given back, and as `use` does.
    """
    with desk.change("package.changed") as change:
        used = _use(change.database, event_id)
        if used.restored_by:
            raise BadInput(f"That use was taken back by {used.restored_by}: it cannot be changed")
        package = read(change.database, used.package_id)
        words = events.cleaned(remarks, "A remark")
        wanted = NewEvent(
            "change", undoes=event_id, service_id=service_id, trainer_id=trainer_id, resource_id=resource_id, at=at,
            remarks=words, worth=used.worth,
        )  # fmt: skip
        said = (used.service_id, used.trainer_id, used.resource_id, used.at, used.remarks)
        if said == (service_id, trainer_id, resource_id, at, words):
            change.drop()
        wanted = _with_service(change, package, wanted, check=True)
        _refuse_future(change, at)
        rate = _rate(change, wanted, _day(change, at), check=True)
        events.add(change, package, wanted._replace(commission=_commission(used.worth, rate)), package.standing)
        _note(change, package, event=event_id)
    return usage.read(desk.database, event_id)


# Inside the change of a booking.


def use_for_booking(
    change: Change,
    package_id: int,
    booking_id: int,
    kind: str = "use",
    *,
    trainer_id: int | None = None,
    resource_id: int | None = None,
    service_id: int | None = None,
    at: int | None = None,
    force: bool = False,
) -> int:
    """Uses one session for a booking (kind use, no-show or late cancel) inside its change; answers the event's id.

    Trainer and resource are the booking's and not checked again; `at` is its start. Raises BadInput as `use`, for
    somebody else's package, and when the booking has used a session.
    """
    package = read(change.database, package_id)
    number, customer_id, used = change.database.execute_sql(OF_BOOKING, (booking_id,)).fetchone()
    if customer_id != package.customer_id:
        raise BadInput(f"{package.number} is {harmless(package.customer_name)}'s: it does not pay for {number}")
    if used:
        raise BadInput(f"{number} has used its session already")
    wanted = NewEvent(
        kind, 1, service_id=service_id, trainer_id=trainer_id, resource_id=resource_id, booking_id=booking_id, at=at
    )
    return _take(change, package, _with_service(change, package, wanted, check=False), force, check=False)


def restore_of_booking(change: Change, booking_id: int, reason: str) -> bool:
    """Gives back the session that a booking used, inside its change; answers whether it had used one."""
    row = change.database.execute_sql(USE_OF_BOOKING, (booking_id,)).fetchone()
    if row is None:
        return False
    used = _use(change.database, row[0])
    words = events.cleaned(reason, "A reason")
    _give_back(change, read(change.database, used.package_id), used, words)
    return True


class _Use(NamedTuple):
    """A use as the log has it, with what its last change says of it."""

    id: int
    package_id: int
    sessions: int
    worth: int
    booking_id: int | None
    service_id: int | None
    trainer_id: int | None
    resource_id: int | None
    at: int
    remarks: str
    commission: int
    restored_by: str


def _use(database: SqliteDatabase, event_id: int) -> _Use:
    row = database.execute_sql(SELECT_USE, (event_id,)).fetchone()
    if row is None or row[1] not in events.USES:
        raise BadInput("Only a use can be taken back or changed: choose one")
    return _Use(row[0], *row[2:])


def _take(change: Change, package: Package, wanted: NewEvent, force: bool, *, check: bool = True) -> int:
    """Uses sessions inside a change: everything that may be against it is looked at here, under the lock."""
    _refuse_more_than_left(package, wanted.sessions)
    at = change.at if wanted.at is None else wanted.at
    _refuse_future(change, at)
    day = _day(change, at)
    why = _why_not_now(change, package, day)
    if why and not force:
        raise BadInput(why)
    rate = _rate(change, wanted, day, check=check)
    used = package.used + wanted.sessions
    worth = package.worth(used) - package.worth(package.used)
    recognised = package.recognised if package.state == "lapsed" else package.worth(used)
    done = wanted._replace(worth=worth, commission=_commission(worth, rate), forced=bool(why))
    return events.add(change, package, done, package.standing._replace(used=used, recognised=recognised))


def _give_back(change: Change, package: Package, used: _Use, words: str) -> int:
    if used.restored_by:
        raise BadInput(f"That use was taken back already, by {used.restored_by}")
    events.refuse_gone(package)
    left = package.used - used.sessions
    recognised = package.recognised if package.state == "lapsed" else package.worth(left)
    back = NewEvent(
        "restore", -used.sessions, used.id, used.service_id, used.trainer_id, used.resource_id, used.booking_id,
        remarks=words, worth=package.worth(left) - package.worth(package.used), commission=-used.commission,
    )  # fmt: skip
    return events.add(change, package, back, package.standing._replace(used=left, recognised=recognised))


def _refuse_more_than_left(package: Package, sessions: int) -> None:
    events.refuse_gone(package)
    if package.customer_status != "active":
        raise BadInput(f"{package.customer_number} is {package.customer_status}: make the customer active first")
    if sessions < 1:
        raise BadInput(f"{sessions} is no number of sessions to use")
    if not package.remaining:
        raise BadInput(f"Nothing is left of {package.number}: all of its sessions ({package.sessions}) are used")
    if sessions > package.remaining:
        left = "1 session" if package.remaining == 1 else f"{package.remaining} sessions"
        raise BadInput(f"{package.number} has {left} left: {sessions} cannot be used")


def _why_not_now(change: Change, package: Package, day: str) -> str:
    """Why a package cannot be used today for a session on a day, as one sentence; empty when it can."""
    today, write = shifts.posting_date(change), change.desk.store.conventions
    status = package.status(today)
    if status == "frozen":
        until = f" until {write.date(package.frozen_until)}" if package.frozen_until else ""
        return f"{package.number} is frozen{until}: end the freeze first, or have it overridden"
    if status == "expired":
        return (
            f"{package.number} expired on {write.date(package.effective_end(today))}: extend it, or have it overridden"
        )
    if min(day, today) < package.starts_on:
        return f"{package.number} begins on {write.date(package.starts_on)}"
    return ""


def _with_service(change: Change, package: Package, wanted: NewEvent, *, check: bool) -> NewEvent:
    """The event with its service: the package's own where it has one."""
    if wanted.service_id is None or wanted.service_id == package.service_id:
        return wanted._replace(service_id=package.service_id)
    row = change.database.execute_sql("SELECT name FROM service WHERE id = ?", (wanted.service_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no service with the id {wanted.service_id}")
    if package.service_id is not None and check:
        raise BadInput(f"{package.number} is for {harmless(package.service)}, not for {harmless(row[0])}")
    return wanted


def _rate(change: Change, wanted: NewEvent, day: str, *, check: bool) -> int:
    """The trainer's commission, in thousandths of a per cent; trainer and resource are looked at where `check`."""
    if wanted.trainer_id is None and wanted.resource_id is None:
        return 0
    rows = change.database.execute_sql(SELECT_WHO, (wanted.service_id, wanted.trainer_id, wanted.resource_id))
    found = {row[0]: _Who(*row) for row in rows}
    for kind, bookable_id in (("trainer", wanted.trainer_id), ("resource", wanted.resource_id)):
        if bookable_id is not None and check:
            _check_who(change, found.get(bookable_id), kind, bookable_id, wanted.service_id, day)
    return found[wanted.trainer_id].commission if wanted.trainer_id in found else 0


class _Who(NamedTuple):
    id: int
    kind: str
    name: str
    commission: int
    left_on: str
    skills: int
    has_skill: int


def _check_who(change: Change, who: _Who | None, kind: str, bookable_id: int, service_id: int | None, day: str) -> None:
    if who is None or who.kind != kind:
        raise BadInput(f"There is no {kind} with the id {bookable_id}")
    name = harmless(who.name)
    if who.left_on and who.left_on <= day:
        raise BadInput(f"{name} left on {change.desk.store.conventions.date(who.left_on)}: choose another {kind}")
    if service_id is not None and who.skills and not who.has_skill:
        (service,) = change.database.execute_sql("SELECT name FROM service WHERE id = ?", (service_id,)).fetchone()
        raise BadInput(f"{name} is not for {harmless(service)}: choose another {kind}")


def _refuse_future(change: Change, at: int) -> None:
    # Far away there may be no date to tell it by.
    if not 0 <= at < change.at + CALENDAR_US:
        raise BadInput("A session cannot have been at that time: it is in no year of the books")
    if at > change.at + EARLIEST_US:
        raise BadInput(f"A session on {change.desk.store.conventions.date(_day(change, at))} has not come yet")


def _day(change: Change, at: int) -> str:
    return business_date(at, change.desk.store.shop.time_zone)


def _commission(worth: int, rate: int) -> int:
    return round_half_up(Decimal(worth * rate) / ALL)


def _note(change: Change, package: Package, **detail: object) -> None:
    change.concerns(subject=package.number, customer_id=package.customer_id)
    change.note(**detail)


ALL = 100_000
OF_BOOKING = """
SELECT number, customer_id, COALESCE((SELECT SUM(sessions) FROM package_event WHERE booking_id = booking.id), 0)
FROM booking WHERE id = ?
"""
USE_OF_BOOKING = """
SELECT id FROM package_event AS used
WHERE booking_id = ? AND sessions > 0
  AND NOT EXISTS (SELECT 1 FROM package_event AS back WHERE back.undoes = used.id AND back.kind = 'restore')
"""
TIMED = "SELECT 1 FROM session_timer WHERE event_id = ? AND stopped_at IS NULL"
SELECT_USE = """
SELECT used.id, used.kind, used.package_id, used.sessions, used.worth, used.booking_id, last.service_id,
       last.trainer_id, last.resource_id, last.at, last.remarks, last.commission,
       COALESCE((SELECT who FROM package_event WHERE undoes = used.id AND kind = 'restore'), '')
FROM package_event AS used JOIN package_event AS last ON last.id = COALESCE(
    (SELECT MAX(id) FROM package_event WHERE undoes = used.id AND kind = 'change'), used.id)
WHERE used.id = ?
"""
SELECT_WHO = """
SELECT id, kind, name, commission, left_on,
       EXISTS (SELECT 1 FROM bookable_service WHERE bookable_id = bookable.id),
       EXISTS (SELECT 1 FROM bookable_service WHERE bookable_id = bookable.id AND service_id = ?)
FROM bookable WHERE id IN (?, ?)
"""
