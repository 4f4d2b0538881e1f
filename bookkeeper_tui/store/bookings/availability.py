"""Who is there at a time: trainers or resources for a short list, those who cannot be had marked with why."""

from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.store import services
from bookkeeper_tui.store.bookings.diaries import load, wanted_at
from bookkeeper_tui.store.bookings.moments import MINUTE
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.shop import read_shop


class Available(NamedTuple):
    """A trainer or resource: whether the time can be had with them, and if not why, going on from the name."""

    bookable_id: int
    name: str
    is_free: bool
    why: str


def who_is_free(
    desk: Desk, kind: str, service_id: int, starts: int, ends: int, *, besides: int | None = None
) -> list[Available]:
    """The trainers or resources for [starts, ends), as `availability` tells them."""
    return availability(desk.require("booking.viewed"), kind, service_id, starts, ends, besides=besides)


def availability(
    database: SqliteDatabase,
    kind: str,
    service_id: int | None,
    starts: int,
    ends: int,
    *,
    besides: int | None = None,
) -> list[Available]:
    """The trainers or resources (`kind`) for a service in [starts, ends), microseconds UTC.

    The free come first, last who is not for the service at all; each by name. Without a service only the time counts.
    Who has left by then is left out; `besides` is a booking that does not count.
    """
    zone = read_shop(database).time_zone
    minutes = max(1, (ends - starts) // MINUTE)
    if service_id is None:
        wanted = wanted_at(0, "", starts, minutes, 0, 0, zone)
    else:
        service = services.read(database, service_id)
        wanted = wanted_at(
            service.id, service.name, starts, minutes, service.buffer_before, service.buffer_after, zone
        )  # fmt: skip
    ids = [row[0] for row in database.execute_sql(SELECT_HERE, (kind, wanted.last.isoformat()))]
    diaries = load(database, ids, wanted.blocked_from, wanted.blocked_to, zone, besides)
    found = []
    for diary in diaries.values():
        if service_id is None:
            diary.skills.clear()
        why, fits = diary.why_not(wanted), diary.fits(wanted)
        told = [reason.removeprefix(diary.name).strip() for reason in (why if fits else why[:1])]
        found.append((not fits, Available(diary.id, diary.name, not why, "; ".join(told))))
    found.sort(key=lambda one: (one[0], not one[1].is_free, one[1].name))
    return [one for _, one in found]


SELECT_HERE = "SELECT id FROM bookable WHERE kind = ? AND (left_on = '' OR left_on > ?) ORDER BY name"
