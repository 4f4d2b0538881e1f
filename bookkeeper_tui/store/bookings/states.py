"""What becomes of a booking: checked in, done, cancelled, missed or put back, by the policy frozen in it."""

from collections.abc import Callable

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import packages, shifts
from bookkeeper_tui.store.bookings import offers
from bookkeeper_tui.store.bookings.booking import LIVE, OPEN, Booking, cleaned, read, write_event
from bookkeeper_tui.store.bookings.conflicts import Busy, wish_of
from bookkeeper_tui.store.bookings.making import action_of, check_again, free_instead, refuse_package, refuse_timed
from bookkeeper_tui.store.bookings.moments import HOUR, clock
from bookkeeper_tui.store.desk import AlreadyDone, Change, Desk
from bookkeeper_tui.store.packages import Package
from bookkeeper_tui.store.shop import read_shop

AUTO = -1
"""Instead of a package: the one chosen when it was booked, else the first that can be used, else none."""
EARLIEST = 12 * HOUR
"""How long before its start a booking may be checked in or done."""


def check_in(desk: Desk, booking_id: int, *, once: str | None = None) -> Booking:
    """The customer is here. Raises BadInput unless it is booked, and earlier than twelve hours before its start."""

    def deed(change: Change, booking: Booking) -> None:
        _refuse_early(change, booking, booking.starts - EARLIEST)
        _set_state(change, booking, "checked in", "")

    return _act(desk, "booking.checked_in", booking_id, ("booked",), "checked in", once, deed)


def done(desk: Desk, booking_id: int, package_id: int | None = AUTO, *, once: str | None = None) -> Booking:
    """The session was given: one is taken from its package, or from none, which is paid by the visit.

    Raises BadInput unless it is open, earlier than twelve hours before its start, or for a package that cannot be used.
    """

    def deed(change: Change, booking: Booking) -> None:
        _refuse_early(change, booking, booking.starts - EARLIEST)
        chosen = _chosen(change, booking, package_id)
        _set_state(change, booking, "done", "")
        if chosen is not None:
            _take(change, booking, chosen, "use")

    return _act(desk, "booking.done", booking_id, OPEN, "done", once, deed)


def cancel(desk: Desk, booking_id: int, reason: str = "", *, once: str | None = None) -> Booking:
    """Cancels an open booking; its time is offered to who waits.

    After `cancel_until` it is cancelled late, and a session is taken where its policy says so and there is a package.
    Raises BadInput when it is over already, or while its session runs.
    """

    def deed(change: Change, booking: Booking) -> None:
        refuse_timed(change.database, booking)
        is_late = change.at > booking.cancel_until
        _set_state(change, booking, "late cancelled" if is_late else "cancelled", reason)
        if is_late and booking.late_takes:
            _take_what_there_is(change, booking, "late cancel")
        offers.after_freeing(change, booking)

    return _act(desk, "booking.cancelled", booking_id, OPEN, "cancelled", once, deed)


def no_show(desk: Desk, booking_id: int, reason: str = "", *, once: str | None = None) -> Booking:
    """Nobody came: a session is taken where the policy says so and there is a package; what is left is offered.

    Raises BadInput unless it is booked, and before its start.
    """

    def deed(change: Change, booking: Booking) -> None:
        refuse_timed(change.database, booking)
        _refuse_early(change, booking, booking.starts)
        _set_state(change, booking, "no-show", reason)
        if booking.no_show_takes:
            _take_what_there_is(change, booking, "no-show")
        offers.after_freeing(change, booking)

    return _act(desk, "booking.no_show", booking_id, ("booked",), "a no-show", once, deed)


def would_take(desk: Desk, booking_id: int) -> Package | None:
    """The package that a late cancellation or a no-show would take its session from now; None when there is none."""
    database = desk.require("package.viewed")
    shift = shifts.open_at(database, desk.terminal)
    day = shift.business_date if shift is not None else desk.today()
    return _usable_on(database, read(database, booking_id), day)


def put_back(desk: Desk, booking_id: int, reason: str = "", *, force: bool = False, once: str | None = None) -> Booking:
    """Undoes what became of a booking: a session that was taken is given back, and its time is taken again.

    Raises Busy when somebody else has the time by now, unless `force` with a reason (booking.forced), and BadInput for
    one that is just booked.
    """
    desk.require("booking.put_back")
    action = action_of(force, reason, "booking.put_back")

    def deed(change: Change, booking: Booking) -> None:
        if booking.state not in LIVE and (over := check_again(change, booking, force)):
            change.personal(over=list(over))
        packages.restore_of_booking(change, booking_id, cleaned(reason))
        before = _state_before(change.database, booking)
        _set_state(change, booking, before, reason, "put back", desk.approver(action))
        if booking.state not in LIVE:
            offers.after_taking(change, read(change.database, booking_id))

    try:
        return _act(desk, action, booking_id, PUT_BACK, "put back", once, deed)
    except Busy as busy:
        raise Busy(busy.reasons, free_instead(desk.database, read(desk.database, booking_id), desk.now())) from None


def _act(
    desk: Desk,
    action: str,
    booking_id: int,
    states: tuple[str, ...],
    becoming: str,
    once: str | None,
    deed: Callable[[Change, Booking], None],
) -> Booking:
    """One change of a booking that is in one of these states. Raises BadInput for another state."""
    seen = read(desk.require(action), booking_id)
    try:
        with desk.change(action, subject=seen.number, customer_id=seen.customer_id, once=once) as change:
            booking = read(change.database, booking_id)
            if booking.state not in states:
                raise BadInput(f"{booking.number} is {booking.state} already: it cannot be {becoming}")
            deed(change, booking)
    except AlreadyDone:
        pass
    return read(desk.database, booking_id)


def _set_state(
    change: Change, booking: Booking, state: str, reason: str, kind: str = "", approved_by: str = ""
) -> None:
    change.database.execute_sql(SET_STATE, (state, booking.id))
    write_event(change, booking.id, kind or state, cleaned(reason), approved_by)
    change.note(before=booking.state, state=state)
    if cleaned(reason):
        change.personal(reason=cleaned(reason))


def _state_before(database: SqliteDatabase, booking: Booking) -> str:
    """Checked in, where it was that before it was done; else booked."""
    rows = database.execute_sql(SELECT_STATES, (booking.id,)).fetchall()
    return "checked in" if booking.state != "checked in" and rows[1:2] == [("checked in",)] else "booked"


def _refuse_early(change: Change, booking: Booking, earliest: int) -> None:
    if change.at < earliest:
        at = clock(booking.starts, read_shop(change.database).time_zone)
        day = change.desk.store.conventions.date(booking.date)
        raise BadInput(f"{booking.number} begins on {day} at {at}: it is too early for that")


def _chosen(change: Change, booking: Booking, package_id: int | None) -> int | None:
    """The package that a done booking takes from."""
    if package_id is None:
        return None
    if package_id != AUTO:
        database = change.database
        refuse_package(database, package_id, wish_of(database, booking.customer_id, booking.service_id, booking.starts))
        return package_id
    return _usable(change, booking) if booking.package_id is None else booking.package_id


def _usable(change: Change, booking: Booking) -> int | None:
    """The package that a session can be taken from now, inside a change; None when there is none."""
    package = _usable_on(change.database, booking, shifts.posting_date(change))
    return package.id if package is not None else None


def _usable_on(database: SqliteDatabase, booking: Booking, today: str) -> Package | None:
    """The package that a session is taken from on a business date, the chosen one first."""
    found = [
        package
        for package in packages.usable_for(database, booking.customer_id, booking.service_id, today)
        if package.customer_status == "active" and package.starts_on <= min(booking.date, today)
    ]
    return next((package for package in found if package.id == booking.package_id), next(iter(found), None))


def _take_what_there_is(change: Change, booking: Booking, kind: str) -> None:
    """Takes a session by the policy; a customer who has none left loses none."""
    package_id = _usable(change, booking)
    if package_id is not None:
        _take(change, booking, package_id, kind)


def _take(change: Change, booking: Booking, package_id: int, kind: str) -> None:
    packages.use_for_booking(
        change, package_id, booking.id, kind, trainer_id=booking.trainer_id, resource_id=booking.resource_id,
        service_id=booking.service_id, at=min(booking.starts, change.at) if kind == "late cancel" else booking.starts,
    )  # fmt: skip
    change.note(package=package_id)


PUT_BACK = ("checked in", "done", "cancelled", "late cancelled", "no-show")
SET_STATE = "UPDATE booking SET state = ?, version = version + 1 WHERE id = ?"
SELECT_STATES = "SELECT state FROM booking_event WHERE booking_id = ? ORDER BY id DESC LIMIT 2"
