"""Dates and times as people at a counter type them: `28/11/2026`, `28/11`, `28`, `+1`, `sa`, `9`, `930-11`."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import Conventions, harmless
from bookkeeper_tui.store.bookings import local_instant

_DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_FURTHEST = 3660


def read_day(text: str, today: date, conventions: Conventions, place: str = "Date") -> date:
    """A date in the shop's order or as ISO text; without its year, or year and month, the next one there is.

    `+1` is tomorrow, `0` or nothing today, `sa` the next Saturday after today. Raises BadInput naming the place.
    """
    typed = text.strip().lower()
    if typed in ("", "0", "+0"):
        return today
    if (found := re.fullmatch(r"\+(\d{1,4})", typed)) is not None and int(found[1]) <= _FURTHEST:
        return today + timedelta(days=int(found[1]))
    if len(typed) >= 2 and typed.isalpha() and typed[:2] in _DAYS:
        return today + timedelta(days=(_DAYS.index(typed[:2]) - today.weekday() - 1) % 7 + 1)
    if (coming := _next_of(typed, today, conventions)) is not None:
        return coming
    try:
        return date.fromisoformat(conventions.read_date(re.sub(r"^[a-z]{2,9} ", "", typed), place))
    except BadInput:
        like = conventions.date(date(2026, 12, 31))
        raise BadInput(f"{place}: “{harmless(text[:20])}” is not a date such as {like}, +1 or sa") from None


def read_span(text: str, day: date, time_zone: str, date_format: str) -> tuple[int, int | None]:
    """When it starts, in microseconds UTC, and where an end is typed too (`9:00-10:30`) how many minutes it takes.

    Raises BadInput for what is no time that day, or an end that is not after its start.
    """
    first, dash, last = text.strip().partition("-")
    starts = local_instant(day.isoformat(), first, time_zone, date_format)
    if not dash:
        return starts, None
    ends = local_instant(day.isoformat(), last, time_zone, date_format)
    if ends <= starts:
        raise BadInput(f"Time: {harmless(last[:10]).strip()} is not after {harmless(first[:10]).strip()}")
    return starts, (ends - starts) // 60_000_000


def _next_of(typed: str, today: date, conventions: Conventions) -> date | None:
    """A day of a month, or day and month in the shop's order, from today on."""
    if typed.isdecimal() and len(typed) <= 2:
        return next((day for ahead in range(62) if (day := today + timedelta(days=ahead)).day == int(typed)), None)
    found = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.]?", typed)
    if found is None:
        return None
    first, second = int(found[1]), int(found[2])
    month_first = conventions.date_format.find("%m") < conventions.date_format.find("%d")
    of_month, month = (second, first) if month_first else (first, second)
    for year in range(today.year, today.year + 9):
        try:
            if (coming := date(year, month, of_month)) >= today:
                return coming
        except ValueError:
            continue
    return None
