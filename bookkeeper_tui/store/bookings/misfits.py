"""Bookings that stand though their trainer or resource is not there for them any more: hours or skills were changed."""

from typing import NamedTuple

from bookkeeper_tui.store import services
from bookkeeper_tui.store.bookings import diaries
from bookkeeper_tui.store.bookings.moments import DAY, MINUTE
from bookkeeper_tui.store.desk import Desk

AHEAD = 400 * DAY


class Misfit(NamedTuple):
    """A booking to come, its start in microseconds UTC, and what stands against it, a sentence without its point."""

    number: str
    starts: int
    why: str


def misfits(desk: Desk, bookable_id: int) -> list[Misfit]:
    """The bookings of a trainer or resource in the year to come that could not be made now, the next first.

    One that is in another's way is none of them: that was known when it was booked.
    """
    database, now, zone = desk.require("booking.viewed"), desk.now(), desk.store.shop.time_zone
    diary = diaries.load(database, [bookable_id], now, now + AHEAD, zone).get(bookable_id)
    if diary is None:
        return []
    standing, diary.taken = diary.taken, []
    names = {one: services.read(database, one).name for one in {taken.service_id for taken in standing}}
    found = []
    for taken in standing:
        minutes = (taken.ends - taken.starts) // MINUTE
        wanted = diaries.wanted_at(taken.service_id, names[taken.service_id], taken.starts, minutes, 0, 0, zone)
        if taken.ends > now and (why := diary.why_not(wanted)):
            found.append(Misfit(taken.number, taken.starts, why[0]))
    return sorted(found, key=lambda one: (one.starts, one.number))
