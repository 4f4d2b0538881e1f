"""Conflicts: who is busy when somebody wants a time, and the next times that can be had instead."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import services
from bookkeeper_tui.store.bookings.diaries import Diary, Wanted, fitting, load, wanted_at
from bookkeeper_tui.store.bookings.moments import DAY, HOUR, MINUTE, clock
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import Change, Desk
from bookkeeper_tui.store.services import Service
from bookkeeper_tui.store.shop import read_shop

FURTHEST = 731 * DAY
"""How far ahead anything is booked: what lies further is a slip of the fingers."""
_CALENDAR = 1000 * 366 * DAY
SHORTEST, LONGEST = 5, 720
STEP = 15 * MINUTE
DAYS_SEARCHED = 14


class FreeTime(NamedTuple):
    """A time that can be had, and with whom and where; `starts` in microseconds UTC."""

    starts: int
    trainer_id: int | None
    trainer: str
    resource_id: int | None
    resource: str


class Busy(BadInput):
    """The time cannot be had: `reasons` say who is busy until when, `free` are the next three times that can."""

    def __init__(self, reasons: Sequence[str], free: Sequence[FreeTime] = ()) -> None:
        super().__init__(". ".join(reasons))
        self.reasons = tuple(reasons)
        self.free = tuple(free)


@dataclass(frozen=True, slots=True)
class Wish:
    """A time that somebody wants. Without trainer or resource any will do, where the service needs one.

    `besides` is a booking that is about to be moved and stands in nobody's way.
    """

    customer_id: int
    service: Service
    starts: int
    minutes: int
    trainer_id: int | None
    resource_id: int | None
    time_zone: str
    besides: int | None = None

    def wanted(self, starts: int | None = None) -> Wanted:
        """The time itself, or the same from another start on."""
        service = self.service
        return wanted_at(
            service.id, service.name, self.starts if starts is None else starts, self.minutes,
            service.buffer_before, service.buffer_after, self.time_zone,
        )  # fmt: skip


class Look(NamedTuple):
    """With whom and where a wish can be had, or what stands against it."""

    trainer: Diary | None
    resource: Diary | None
    problems: tuple[str, ...]


def problems(
    database: SqliteDatabase,
    customer_id: int,
    service_id: int,
    starts: int,
    *,
    minutes: int | None = None,
    trainer_id: int | None = None,
    resource_id: int | None = None,
    besides: int | None = None,
) -> tuple[str, ...]:
    """What stands against a booking, a sentence without its point each; nothing when the time can be had.

    Raises BadInput for what is unknown.
    """
    return look(database, wish_of(
        database, customer_id, service_id, starts, minutes, trainer_id, resource_id, besides
    )).problems  # fmt: skip


def next_free(
    desk: Desk,
    customer_id: int,
    service_id: int,
    after: int,
    *,
    minutes: int | None = None,
    trainer_id: int | None = None,
    resource_id: int | None = None,
    besides: int | None = None,
    limit: int = 3,
) -> tuple[FreeTime, ...]:
    """The next times from `after` on (microseconds UTC, not before now) that a customer could have a service.

    `besides` is a booking that is about to be moved and stands in nobody's way.
    """
    database = desk.require("booking.viewed")
    after = max(after, desk.now())
    wish = wish_of(database, customer_id, service_id, after, minutes, trainer_id, resource_id, besides)
    return free_times(database, wish, limit=limit)


def wish_of(
    database: SqliteDatabase,
    customer_id: int,
    service_id: int,
    starts: int,
    minutes: int | None = None,
    trainer_id: int | None = None,
    resource_id: int | None = None,
    besides: int | None = None,
) -> Wish:
    """The wish of these ids, from the whole minute of `starts` on; the service's own length where none is given.

    Raises BadInput for a service that there is not, or a length that is none.
    """
    service = services.read(database, service_id)
    minutes = service.minutes if minutes is None else minutes
    if not SHORTEST <= minutes <= LONGEST:
        raise BadInput(f"{minutes} minutes cannot be booked: {SHORTEST} to {LONGEST} can")
    return Wish(
        customer_id, service, starts - starts % MINUTE, minutes, trainer_id, resource_id,
        read_shop(database).time_zone, besides,
    )  # fmt: skip


def refuse_impossible(change: Change, wish: Wish, now: int) -> None:
    """Raises BadInput for what no PIN makes possible: the past, a customer who is not active, a retired service.

    Inside a change; `now` is what counts as the present.
    """
    name, write = _name_of_active(change.database, wish.customer_id), change.desk.store.conventions
    if wish.service.retired:
        raise BadInput(f"{wish.service.name} is not given any more: {name} cannot be booked for it")
    # Far away there may be no date to tell it by.
    if abs(wish.starts - now) > _CALENDAR:
        raise BadInput("That time is in no year that is booked")
    day = write.date(wish.wanted().first)
    if wish.starts + MINUTE <= now:
        raise BadInput(f"{clock(wish.starts, wish.time_zone)} on {day} is past already")
    if wish.starts > now + FURTHEST:
        raise BadInput(f"{day} is more than two years ahead: look at the year")


def look(database: SqliteDatabase, wish: Wish) -> Look:
    """With whom and where a wish can be had, and all that stands against it. Raises BadInput for unknown ids."""
    wanted = wish.wanted()
    trainers, resources = _candidates(database, wish, wanted.blocked_from, wanted.blocked_to)
    trainer, reasons = _choose("trainer", wish, wish.trainer_id, trainers, wanted)
    resource, more = _choose("resource", wish, wish.resource_id, _where(resources, trainer, wanted), wanted)
    return Look(trainer, resource, (*reasons, *more, *_of_customer(database, wish, wanted)))


def free_times(
    database: SqliteDatabase,
    wish: Wish,
    *,
    limit: int = 3,
) -> tuple[FreeTime, ...]:
    """The first times from the wish's on that can be had within fourteen days, by quarters of an hour.

    The trainer who is wished for is kept unless they have no time at all, the resource only where it is free.
    """
    last = wish.starts + DAYS_SEARCHED * DAY
    found = tuple(_found(database, wish, last, limit, any_resource=True))
    if found or wish.trainer_id is None:
        return found
    return tuple(_found(database, replace(wish, trainer_id=None), last, limit, any_resource=True))


def first_free(database: SqliteDatabase, wish: Wish, until: int, also: int) -> FreeTime | None:
    """The first time from the wish's on that begins before `until`, with the very trainer and resource of the wish.

    By quarters of an hour, and at the instant `also`.
    """
    return next(_found(database, wish, until, 1, also), None)


def _found(
    database: SqliteDatabase, wish: Wish, last: int, limit: int, also: int | None = None, *, any_resource: bool = False
) -> Iterator[FreeTime]:
    """Up to `limit` times before `last`; the diaries are read a day at first, then two, since most find one soon."""
    first, length = wish.starts, DAY
    while first < last and limit > 0:
        before = min(last, first + length)
        for free in _found_between(database, wish, first, before, also, any_resource):
            yield free
            limit -= 1
            if not limit:
                return
        first, length = before, 2 * length


def _found_between(
    database: SqliteDatabase, wish: Wish, first: int, last: int, also: int | None, any_resource: bool
) -> Iterator[FreeTime]:
    reach = (first - 2 * HOUR, last + 14 * HOUR)
    trainers, resources = _candidates(database, wish, *reach)
    needs_trainer = wish.service.needs_trainer or wish.trainer_id is not None
    needs_resource = wish.service.needs_resource or wish.resource_id is not None
    others: list[Diary] | None = None if any_resource and wish.resource_id is not None else []
    own = database.execute_sql(
        SELECT_OF_CUSTOMER, (wish.customer_id, first - 12 * HOUR, last + 12 * HOUR, first, wish.besides or 0)
    ).fetchall()
    for starts in _starts(first, last, also):
        wanted = wish.wanted(starts)
        if any(one[0] < wanted.ends and wanted.starts < one[1] for one in own):
            continue
        trainer = _first_free(trainers, wanted) if needs_trainer else None
        if needs_trainer and trainer is None:
            continue
        resource = _first_free(_where(resources, trainer, wanted), wanted) if needs_resource else None
        if needs_resource and resource is None:
            if others is None:
                # Read only where the one that is wished for is taken: there may be many.
                rooms = fitting(database, "resource", wish.service.id)
                diaries = load(database, rooms, *reach, wish.time_zone, wish.besides)
                others = [diaries[one] for one in rooms]
            resource = _first_free(_where(others, trainer, wanted), wanted)
        if needs_resource and resource is None:
            continue
        yield FreeTime(
            starts, trainer.id if trainer else None, trainer.name if trainer else "",
            resource.id if resource else None, resource.name if resource else "",
        )  # fmt: skip


def _starts(first: int, last: int, also: int | None) -> list[int]:
    quarters = range(first + -first % STEP, last, STEP)
    return sorted({*quarters, also}) if also is not None and first <= also < last else list(quarters)


def _candidates(database: SqliteDatabase, wish: Wish, first: int, last: int) -> tuple[list[Diary], list[Diary]]:
    """The trainers and resources who might be meant, each by name; the one that is wished for, or all that fit."""
    ids = {
        kind: [asked] if asked is not None else fitting(database, kind, wish.service.id) if needed else []
        for kind, asked, needed in (
            ("trainer", wish.trainer_id, wish.service.needs_trainer),
            ("resource", wish.resource_id, wish.service.needs_resource),
        )
    }
    diaries = load(database, [*ids["trainer"], *ids["resource"]], first, last, wish.time_zone, wish.besides)
    for kind, asked in (("trainer", wish.trainer_id), ("resource", wish.resource_id)):
        if asked is not None and (asked not in diaries or diaries[asked].kind != kind):
            raise BadInput(f"There is no {kind} {asked}")
    return [diaries[one] for one in ids["trainer"]], [diaries[one] for one in ids["resource"]]


def _choose(
    kind: str, wish: Wish, asked: int | None, diaries: Sequence[Diary], wanted: Wanted
) -> tuple[Diary | None, tuple[str, ...]]:
    if asked is not None:
        return diaries[0], diaries[0].why_not(wanted)
    if not (wish.service.needs_trainer if kind == "trainer" else wish.service.needs_resource):
        return None, ()
    if (found := _first_free(diaries, wanted)) is not None:
        return found, ()
    if not diaries:
        return None, (f"There is no {kind} for {wish.service.name}",)
    at = clock(wish.starts, wish.time_zone)
    return None, (f"No {kind} is free for {wish.service.name} at {at}",)


def _first_free(diaries: Sequence[Diary], wanted: Wanted) -> Diary | None:
    """The first who has the time; somebody who gives the same class then comes first."""
    found = None
    for diary in diaries:
        if (found is None or diary.capacity > 1) and diary.is_free(wanted):
            if diary.capacity == 1 or not diary.gives(wanted):
                found = found or diary
            else:
                return diary
    return found


def _where(resources: Sequence[Diary], trainer: Diary | None, wanted: Wanted) -> Sequence[Diary]:
    """The resources in their order; the one in which the trainer gives the same class comes first."""
    places = trainer.class_places(wanted) if trainer is not None and trainer.capacity > 1 else ()
    return sorted(resources, key=lambda one: one.id not in places) if places else resources


def _of_customer(database: SqliteDatabase, wish: Wish, wanted: Wanted) -> list[str]:
    rows = database.execute_sql(
        SELECT_OF_CUSTOMER, (wish.customer_id, wanted.starts - 12 * HOUR, wanted.ends, wanted.starts, wish.besides or 0)
    )
    return [
        f"{customer} has {service} from {clock(starts, wish.time_zone)} to {clock(ends, wish.time_zone)} ({number})"
        for starts, ends, number, customer, service in rows
    ]


def _name_of_active(database: SqliteDatabase, customer_id: int) -> str:
    row = database.execute_sql("SELECT name, status FROM customer WHERE id = ?", (customer_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no customer with the id {customer_id}")
    if customer_id == WALK_IN_ID:
        raise BadInput("A booking needs a customer: choose one first")
    name, status = row
    if status != "active":
        raise BadInput(f"{name or 'This customer'} is {status}: only active customers are booked")
    return str(name)


# A customer's bookings that reach into [?4, ?3): none is longer than twelve hours.
SELECT_OF_CUSTOMER = """
SELECT booking.starts, booking.ends, booking.number, customer.name, service.name
FROM booking CROSS JOIN customer ON customer.id = booking.customer_id
CROSS JOIN service ON service.id = booking.service_id
WHERE booking.customer_id = ?1 AND booking.starts > ?2 AND booking.starts < ?3 AND booking.ends > ?4
  AND booking.id <> ?5 AND booking.state IN ('booked', 'checked in', 'done')
ORDER BY booking.starts
"""
