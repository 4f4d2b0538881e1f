"""Bookings: times reserved with trainers and resources, what becomes of them, who waits for one, and the schedule."""

from bookkeeper_tui.store.bookings.availability import Available, availability, who_is_free
from bookkeeper_tui.store.bookings.booking import (
    LIVE,
    OPEN,
    Booking,
    BookingEvent,
    beyond_package,
    by_number,
    count,
    get,
    history,
    newer,
    page,
    read,
    to_come,
)
from bookkeeper_tui.store.bookings.conflicts import Busy, FreeTime, next_free, problems
from bookkeeper_tui.store.bookings.making import KEEP, Refused, Series, book, book_weekly, move
from bookkeeper_tui.store.bookings.misfits import Misfit, misfits
from bookkeeper_tui.store.bookings.moments import NoSuchTime, clock, local_instant
from bookkeeper_tui.store.bookings.proofs import PROOFS
from bookkeeper_tui.store.bookings.schedule import Column, Entry, Schedule, Span, day, week
from bookkeeper_tui.store.bookings.states import AUTO, cancel, check_in, done, no_show, put_back, would_take
from bookkeeper_tui.store.bookings.waiting import Waiting, accept, give_up, list_waiting, wait, waiting_for

__all__ = [
    "AUTO",
    "KEEP",
    "LIVE",
    "OPEN",
    "PROOFS",
    "Available",
    "Booking",
    "BookingEvent",
    "Busy",
    "Column",
    "Entry",
    "FreeTime",
    "Misfit",
    "NoSuchTime",
    "Refused",
    "Schedule",
    "Series",
    "Span",
    "Waiting",
    "accept",
    "availability",
    "beyond_package",
    "book",
    "book_weekly",
    "by_number",
    "cancel",
    "check_in",
    "clock",
    "count",
    "day",
    "done",
    "get",
    "give_up",
    "history",
    "list_waiting",
    "local_instant",
    "misfits",
    "move",
    "newer",
    "next_free",
    "no_show",
    "page",
    "problems",
    "put_back",
    "read",
    "to_come",
    "wait",
    "waiting_for",
    "week",
    "who_is_free",
    "would_take",
]
