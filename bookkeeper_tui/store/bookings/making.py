"""Making bookings: one, every week, or one that moves. Whatever is in the way is looked for inside the change."""

from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput, Conflict
from bookkeeper_tui.formats import local_time
from bookkeeper_tui.store.bookings import offers
from bookkeeper_tui.store.bookings.booking import OPEN, Booking, cleaned, read, read_all, write_event
from bookkeeper_tui.store.bookings.conflicts import (
    Busy,
    FreeTime,
    Look,
    Wish,
    free_times,
    look,
    refuse_impossible,
    wish_of,
)
from bookkeeper_tui.store.bookings.diaries import Diary
from bookkeeper_tui.store.bookings.moments import HOUR, NoSuchTime, clock, weeks_later
from bookkeeper_tui.store.desk import AlreadyDone, Change, Desk

KEEP = -1
"""Instead of a trainer or resource: the one that the booking has already."""
FEWEST_WEEKS, MOST_WEEKS = 2, 52


class Refused(NamedTuple):
    """A week of a series that cannot be had: its date (ISO), its time as it is read, and why."""

    date: str
    time: str
    reasons: tuple[str, ...]


class Series(NamedTuple):
    """What booking every week came to; where nothing is booked `id` is 0."""

    id: int
    booked: tuple[Booking, ...]
    refused: tuple[Refused, ...]


def book(
    desk: Desk,
    customer_id: int,
    service_id: int,
    starts: int,
    *,
    trainer_id: int | None = None,
    resource_id: int | None = None,
    package_id: int | None = None,
    note: str = "",
    force: bool = False,
    reason: str = "",
    minutes: int | None = None,
    once: str | None = None,
) -> Booking:
    """Books a service from `starts` on (microseconds UTC, whole minutes) for its own length or `minutes`.

    Without a trainer or resource, whoever is free first by name is taken where the service needs one. `force` books
    over conflicts with a reason, by the permission booking.forced; trainer and resource must be named then. Raises
    Busy with the reasons and the next free times, and BadInput for what nobody can book: the past, a customer who is
    not active, what is unknown.
    """
    database = desk.require("booking.made")
    asked = (customer_id, service_id, starts, minutes, trainer_id, resource_id)
    try:
        with desk.change(action_of(force, reason, "booking.made"), customer_id=customer_id, once=once) as change:
            wish = wish_of(change.database, *asked)
            booking = place(change, wish, package_id=package_id, note=note, force=force, reason=reason)
            change.concerns(subject=booking.number)
            change.result = str(booking.id)
    except AlreadyDone as done:
        return read(desk.database, int(done.result))
    except Busy as busy:
        raise Busy(busy.reasons, _free_instead(desk, wish_of(database, *asked))) from None
    return booking


def book_weekly(
    desk: Desk,
    customer_id: int,
    service_id: int,
    starts: int,
    weeks: int,
    *,
    trainer_id: int | None = None,
    resource_id: int | None = None,
    package_id: int | None = None,
    note: str = "",
    minutes: int | None = None,
    skip_busy: bool = False,
    once: str | None = None,
) -> Series:
    """Books the same local time every week, 2 to 52 of them with the first.

    Where a week cannot be had nothing is booked, and the answer says which: ask, and come again with `skip_busy` to
    have the others. Raises BadInput for what nobody can book.
    """
    desk.require("booking.made")
    if not FEWEST_WEEKS <= weeks <= MOST_WEEKS:
        raise BadInput(f"{weeks} weeks cannot be booked at once: {FEWEST_WEEKS} to {MOST_WEEKS} can")
    booked, refused = list[Booking](), list[Refused]()
    try:
        with desk.change("booking.made", customer_id=customer_id, once=once) as change:
            wish = wish_of(change.database, customer_id, service_id, starts, minutes, trainer_id, resource_id)
            row = change.database.execute_sql(INSERT_SERIES, (weeks, change.at)).fetchone()
            for week in range(weeks):
                try:
                    moment = weeks_later(wish.starts, week, wish.time_zone, desk.store.conventions.date_format)
                    one = replace(wish, starts=moment)
                    booked.append(place(change, one, package_id=package_id, note=note, series_id=row[0]))
                except (Busy, NoSuchTime) as error:
                    refused.append(_refused(wish, week, error))
            if not booked or (refused and not skip_busy):
                booked.clear()
                change.drop()
            change.concerns(subject=booked[0].number)
            change.note(series=row[0], weeks=weeks, bookings=[booking.number for booking in booked])
            change.result = str(row[0])
    except AlreadyDone as done:
        return _series(desk.database, int(done.result))
    return Series(booked[0].series_id or 0 if booked else 0, tuple(booked), tuple(refused))


def move(
    desk: Desk,
    booking_id: int,
    seen_version: int,
    starts: int,
    trainer_id: int | None = KEEP,
    resource_id: int | None = KEEP,
    force: bool = False,
    reason: str = "",
    *,
    minutes: int | None = None,
    once: str | None = None,
) -> Booking:
    """Gives an open booking another time, trainer, resource or length; the time it leaves is offered to who waits.

    The time until which it may be cancelled freely moves along. Raises Conflict when it was changed since it was seen
    at `seen_version`, Busy when the new time cannot be had, BadInput when it is over or the new time is past.
    """
    database = desk.require("booking.moved")
    booking, action = read(database, booking_id), action_of(force, reason, "booking.moved")
    asked = (starts, trainer_id, resource_id, minutes)
    try:
        with desk.change(action, subject=booking.number, customer_id=booking.customer_id, once=once) as change:
            booking = read(change.database, booking_id)
            wish = _moved(change.database, booking, *asked)
            _refuse_unmovable(change, booking, seen_version, wish.time_zone)
            if _is_same(booking, wish):
                change.drop()
            # Where only the trainer or resource changes, it may have begun.
            began = wish.starts == booking.starts and booking.starts < change.at
            refuse_impossible(change, wish, booking.starts if began else change.at)
            found = _look(change, wish, force)
            _put(change, booking, wish, found)
            write_event(change, booking_id, "moved", cleaned(reason), desk.approver(action))
            _tell(change, wish, found, force, reason)
            change.note(moved_from=booking.starts, moved_to=wish.starts)
            offers.after_taking(change, read(change.database, booking_id))
            offers.after_freeing(change, booking)
    except AlreadyDone:
        pass
    except Busy as busy:
        raise Busy(busy.reasons, _free_instead(desk, _moved(database, booking, *asked))) from None
    return read(desk.database, booking_id)


def place(
    change: Change,
    wish: Wish,
    *,
    package_id: int | None = None,
    note: str = "",
    force: bool = False,
    reason: str = "",
    series_id: int | None = None,
) -> Booking:
    """Makes one booking inside a change. Raises as `book` does, without free times, before anything is written."""
    refuse_impossible(change, wish, change.at)
    if package_id is not None:
        refuse_package(change.database, package_id, wish)
    found, desk = _look(change, wish, force), change.desk
    wanted, service = wish.wanted(), wish.service
    number = f"B-{change.next_number('booking'):07d}"
    row = change.database.execute_sql(
        INSERT,
        (number, wish.customer_id, service.id, _id(found.trainer), _id(found.resource), wanted.starts, wanted.ends,
         wanted.blocked_from, wanted.blocked_to, wanted.first.isoformat(), package_id, series_id,
         wanted.starts - service.cancel_hours * HOUR, int(service.late_takes), int(service.no_show_takes),
         int(bool(found.problems)), _places(found.trainer), _places(found.resource), cleaned(note), change.at,
         desk.staff.staff_id),
    ).fetchone()  # fmt: skip
    write_event(change, row[0], "booked", cleaned(reason), desk.approver("booking.forced") if force else "")
    _tell(change, wish, found, force, reason)
    booking = read(change.database, row[0])
    offers.after_taking(change, booking)
    return booking


def action_of(force: bool, reason: str, plain: str) -> str:
    """The permission for an act that may be forced. Raises BadInput for forcing without a reason."""
    if force and not cleaned(reason):
        raise BadInput("Booking over a conflict needs a reason: say why")
    return "booking.forced" if force else plain


def refuse_package(database: SqliteDatabase, package_id: int, wish: Wish) -> None:
    """Raises BadInput for a package that is not the customer's, not for the service, or over."""
    row = database.execute_sql(SELECT_PACKAGE, (package_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no package {package_id}")
    number, customer_id, service_id, state = row
    if customer_id != wish.customer_id:
        raise BadInput(f"{number} is somebody else's package")
    if service_id not in (None, wish.service.id):
        raise BadInput(f"{number} is not for {wish.service.name}")
    if state != "live":
        raise BadInput(f"{number} is {state}: choose another package, or none")


def check_again(change: Change, booking: Booking, force: bool) -> tuple[str, ...]:
    """Takes a booking's own time again after it was free, and answers what it is forced over; inside a change.

    It may be past by now. Raises Busy for what is in the way unless `force`, BadInput for a customer who is not active.
    """
    wish = _moved(change.database, booking, booking.starts, KEEP, KEEP, None)
    refuse_impossible(change, wish, min(change.at, booking.starts))
    found = _look(change, wish, force)
    change.database.execute_sql(
        SET_PLACES, (int(bool(found.problems)), _places(found.trainer), _places(found.resource), booking.id)
    )
    return found.problems


def free_instead(database: SqliteDatabase, booking: Booking, now: int) -> tuple[FreeTime, ...]:
    """The next three times that could be had instead of a booking's own, not before `now`."""
    wish = _moved(database, booking, booking.starts, KEEP, KEEP, None)
    return free_times(database, replace(wish, starts=max(wish.starts, now)))


def _look(change: Change, wish: Wish, force: bool) -> Look:
    found = look(change.database, wish)
    if found.problems and not force:
        raise Busy(found.problems)
    service = wish.service
    missing = [
        kind for kind, needed, one in (
            ("trainer", service.needs_trainer, found.trainer), ("resource", service.needs_resource, found.resource)
        ) if needed and one is None
    ]  # fmt: skip
    if missing:
        raise BadInput(f"None is free: choose the {' and the '.join(missing)} to book over")
    return found


def _tell(change: Change, wish: Wish, found: Look, force: bool, reason: str) -> None:
    change.note(
        service=wish.service.name, starts=wish.starts, minutes=wish.minutes,
        trainer=found.trainer.name if found.trainer else "", resource=found.resource.name if found.resource else "",
    )  # fmt: skip
    if force:
        change.personal(reason=cleaned(reason), over=list(found.problems))


def _free_instead(desk: Desk, wish: Wish) -> tuple[FreeTime, ...]:
    return free_times(desk.database, replace(wish, starts=max(wish.starts, desk.now())))


def _moved(
    database: SqliteDatabase,
    booking: Booking,
    starts: int,
    trainer_id: int | None,
    resource_id: int | None,
    minutes: int | None,
) -> Wish:
    return wish_of(
        database, booking.customer_id, booking.service_id, starts, booking.minutes if minutes is None else minutes,
        booking.trainer_id if trainer_id == KEEP else trainer_id,
        booking.resource_id if resource_id == KEEP else resource_id, booking.id,
    )  # fmt: skip


def _refuse_unmovable(change: Change, booking: Booking, seen_version: int, time_zone: str) -> None:
    if booking.state not in OPEN:
        raise BadInput(f"{booking.number} is {booking.state} already: it cannot be moved")
    if booking.version != seen_version:
        day = change.desk.store.conventions.date(booking.date)
        who = f" with {booking.trainer}" if booking.trainer else ""
        raise Conflict(
            f"{booking.number} was changed meanwhile: it is {day} {clock(booking.starts, time_zone)}{who} now"
        )
    refuse_timed(change.database, booking)


def refuse_timed(database: SqliteDatabase, booking: Booking) -> None:
    """Raises BadInput while a session of the booking is under way."""
    if database.execute_sql(SELECT_TIMER, (booking.id,)).fetchone() is not None:
        raise BadInput(f"A session of {booking.number} is under way: stop it first")


def _is_same(booking: Booking, wish: Wish) -> bool:
    before = (booking.starts, booking.minutes, booking.trainer_id, booking.resource_id)
    return before == (wish.starts, wish.minutes, wish.trainer_id, wish.resource_id)


def _put(change: Change, booking: Booking, wish: Wish, found: Look) -> None:
    wanted = wish.wanted()
    change.database.execute_sql(
        SET_TIME,
        (wanted.starts, wanted.ends, wanted.blocked_from, wanted.blocked_to, wanted.first.isoformat(),
         _id(found.trainer), _id(found.resource),
         booking.cancel_until + wanted.starts - booking.starts, int(bool(found.problems)), _places(found.trainer),
         _places(found.resource), booking.id),
    )  # fmt: skip


def _id(one: Diary | None) -> int | None:
    return one.id if one is not None else None


def _places(one: Diary | None) -> int:
    return one.capacity if one is not None else 1


def _refused(wish: Wish, week: int, error: Busy | NoSuchTime) -> Refused:
    moment = local_time(wish.starts, wish.time_zone)
    reasons = error.reasons if isinstance(error, Busy) else (str(error),)
    return Refused((moment.date() + timedelta(weeks=week)).isoformat(), f"{moment:%H:%M}", reasons)


def _series(database: SqliteDatabase, series_id: int) -> Series:
    rows = database.execute_sql("SELECT id FROM booking WHERE series_id = ? ORDER BY starts", (series_id,)).fetchall()
    return Series(series_id, tuple(read_all(database, [row[0] for row in rows])), ())


INSERT_SERIES = "INSERT INTO booking_series (weeks, made_at) VALUES (?, ?) RETURNING id"
INSERT = """
INSERT INTO booking (number, customer_id, service_id, trainer_id, resource_id, starts, ends, blocked_from, blocked_to,
                     date, package_id, series_id, cancel_until, late_takes, no_show_takes, forced, trainer_places,
                     resource_places, note, made_at, staff_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
"""
SET_TIME = """
UPDATE booking SET starts = ?, ends = ?, blocked_from = ?, blocked_to = ?, date = ?, trainer_id = ?, resource_id = ?,
                   cancel_until = ?, forced = ?, trainer_places = ?, resource_places = ?, version = version + 1
WHERE id = ?
"""
SET_PLACES = "UPDATE booking SET forced = ?, trainer_places = ?, resource_places = ? WHERE id = ?"
SELECT_PACKAGE = "SELECT number, customer_id, service_id, state FROM package WHERE id = ?"
SELECT_TIMER = "SELECT 1 FROM session_timer WHERE booking_id = ? AND stopped_at IS NULL"
