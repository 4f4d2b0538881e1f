"""Times as the shop's clock shows them, and the instants they are: what a clock change skips or repeats is told."""

import re
from datetime import date, datetime, timedelta

from bookkeeper_tui.dates import read_iso
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless, instant_of, local_time, zone

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_MIDNIGHT = 24 * 60


class NoSuchTime(BadInput):
    """A time that the shop's clock skips on that day."""


def local_instant(text_date: str, text_time: str, time_zone: str, date_format: str = "%Y-%m-%d") -> int:
    """Microseconds UTC of a time as people type it (`9`, `930`, `09:30`) on a date (ISO).

    A time that comes twice that day needs `a` (the first) or `b` (the second) behind it. Raises BadInput for what is
    no date or time, NoSuchTime for one that the clocks skip; dates are told in `date_format`.
    """
    day = read_iso(text_date)
    minute, mark = _read_time(text_time)
    first, second = _both(day, minute, time_zone)
    shown, on = f"{minute // 60:02d}:{minute % 60:02d}", day.strftime(date_format)
    if local_time(first, time_zone).replace(tzinfo=None) != _wall(day, minute):
        raise NoSuchTime(f"There is no {shown} on {on}: the clocks go forward past it")
    if first == second:
        if mark:
            raise BadInput(f"{shown} comes only once on {on}: leave the “{mark}” away")
        return first
    if not mark:
        raise BadInput(f"{shown} comes twice on {on}: type {shown}a for the first, {shown}b for the second")
    return first if mark == "a" else second


def at_minute(day: date, minute: int, time_zone: str, *, late: bool = False) -> int:
    """Microseconds UTC of a minute of a day, 0 to 1440.

    A skipped one moves on by what is skipped; of one that comes twice it is the first, or the second when `late`.
    """
    return _both(day, minute, time_zone)[int(late)]


def weeks_later(at: int, weeks: int, time_zone: str, date_format: str = "%Y-%m-%d") -> int:
    """The same time of the same weekday so many weeks on; of one that comes twice the first.

    Raises NoSuchTime when the clocks skip it.
    """
    if weeks == 0:
        return at
    now = local_time(at, time_zone)
    day, minute = now.date() + timedelta(weeks=weeks), now.hour * 60 + now.minute
    first, _ = _both(day, minute, time_zone)
    if local_time(first, time_zone).replace(tzinfo=None) != _wall(day, minute):
        raise NoSuchTime(f"There is no {now:%H:%M} on {day.strftime(date_format)}: the clocks go forward past it")
    return first


def clock(at: int, time_zone: str) -> str:
    """A time of day as it is read and typed: `09:30`, and `02:30a` or `02:30b` where it comes twice."""
    moment = local_time(at, time_zone)
    shown = f"{moment:%H:%M}"
    if moment.fold:
        return shown + "b"
    return shown + "a" if moment.replace(fold=1).utcoffset() != moment.utcoffset() else shown


def _both(day: date, minute: int, time_zone: str) -> tuple[int, int]:
    wall = _wall(day, minute).replace(tzinfo=zone(time_zone))
    first, second = (instant_of(wall.replace(fold=fold), time_zone) for fold in (0, 1))
    # Of a skipped time the second is the earlier one: it is no other time.
    return (first, second) if second > first else (first, first)


def _wall(day: date, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day) + timedelta(minutes=minute)


def _read_time(text: str) -> tuple[int, str]:
    typed = text.strip().lower()
    found = re.fullmatch(r"(\d{1,2})(?:[:.h]?([0-5]\d))?\s?([ab]?)", typed, re.ASCII)
    if found is None or (minute := int(found[1]) * 60 + int(found[2] or 0)) >= _MIDNIGHT:
        raise BadInput(f"“{harmless(text[:20])}” is not a time such as 09:30")
    return minute, found[3]
