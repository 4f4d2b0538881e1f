"""How a booking is said: its day and time, its state in words and marks, and all of it in a few lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bookkeeper_tui.formats import Conventions, harmless, local_time
from bookkeeper_tui.store.bookings import Booking, BookingEvent, clock
from bookkeeper_tui.widgets.pieces import Line, Piece, wrap

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


def day_words(day: date, conventions: Conventions) -> str:
    """A date with its weekday: `Sa 28/11/2026`."""
    return f"{WEEKDAYS[day.weekday()]} {conventions.date(day)}"


def moment_words(at: int, conventions: Conventions, time_zone: str) -> str:
    """An instant (microseconds UTC) with its weekday: `Sa 28/11/2026 10:00`."""
    return f"{day_words(local_time(at, time_zone).date(), conventions)} {clock(at, time_zone)}"


def span_words(starts: int, ends: int, time_zone: str) -> str:
    """From when to when, as the clock shows it: `10:00-11:00`."""
    return f"{clock(starts, time_zone)}-{clock(ends, time_zone)}"


def state_words(booking: Booking, now: int) -> str:
    """Its state in a word; `! open` where its time is over and nobody said what came of it."""
    if booking.is_open and booking.ends <= now:
        return "! open"
    return "late canc." if booking.state == "late cancelled" else booking.state


def with_whom(booking: Booking) -> str:
    """Trainer and resource, as far as it has them."""
    return ", ".join(harmless(name) for name in (booking.trainer, booking.resource) if name)


def booking_words(booking: Booking, conventions: Conventions, time_zone: str) -> str:
    """A booking in a sentence: `B-0000012, Yoga with Marta, Room 1 on Sa 28/11/2026 10:00`."""
    whom = with_whom(booking)
    said = harmless(booking.service) + (f" with {whom}" if whom else "")
    return f"{booking.number}, {said} on {moment_words(booking.starts, conventions, time_zone)}"


def booking_lines(
    booking: Booking, events: Sequence[BookingEvent], conventions: Conventions, time_zone: str, now: int, width: int
) -> list[Line]:
    """All of a booking for a width: what it is, its policy, its package and note, and what happened to it last."""
    state = "cancelled late" if booking.state == "late cancelled" else booking.state
    marks = ", ".join((["over a conflict"] if booking.forced else []) + (["weekly"] if booking.series_id else []))
    said = [
        f"{booking.number} {state}{f' ({marks})' if marks else ''}: {booking.minutes} min"
        + (f" with {whom}" if (whom := with_whom(booking)) else ""),
        policy_words(booking, conventions, time_zone, now),
        package_words(booking),
        f"Note: {booking.note}" if booking.note else "",
    ]
    if events:
        last = events[-1]
        why = f": {last.reason}" if last.reason else ""
        approved = f", approved by {last.approved_by}" if last.approved_by else ""
        said.append(f"{last.kind.capitalize()} {conventions.instant(last.at, time_zone)} by {last.who}{approved}{why}")
    return [(Piece(line, "quiet"),) for one in said if one for line in wrap(one, width)]


def policy_words(booking: Booking, conventions: Conventions, time_zone: str, now: int) -> str:
    """Until when it may be cancelled freely, and what it takes after; nothing where that is settled."""
    if not booking.is_open:
        return ""
    until = conventions.instant(booking.cancel_until, time_zone)
    late, no_show = (_sessions(taken) for taken in (booking.late_takes, booking.no_show_takes))
    if now > booking.cancel_until:
        return f"Cancelling is late since {until}: {late}; no-show: {no_show}"
    return f"Free to cancel until {until}; later: {late}; no-show: {no_show}"


def package_words(booking: Booking) -> str:
    """Which package it takes, or has taken, its session from."""
    if booking.taken_from:
        return f"One session of {booking.taken_from} is taken"
    if booking.is_open:
        return f"Uses {booking.package}" if booking.package else ""
    return "No session is taken"


def _sessions(taken: int) -> str:
    return "one session" if taken else "no session"
