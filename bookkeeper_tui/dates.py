"""Dates as the store keeps them, which is ISO text, and the instants at which they begin by the shop's clock."""

from datetime import date, datetime, timedelta

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless, instant_of

FIRST_YEAR, LAST_YEAR = 1971, 9000


def is_date(text: str) -> bool:
    """Whether a text is a date as the store writes it: `2026-12-31`."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def read_iso(text: str, place: str = "") -> date:
    """A date of ISO text, in a year of the books. Raises BadInput, naming the place where one is given."""
    said = f"{place}: " if place else ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{said}“{harmless(text[:20])}” is not a date such as 2026-12-31") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadInput(f"{said}{day.isoformat()} is in no year of the books")
    return day


def days_after(day: str, days: int) -> str:
    """The ISO date so many days after another."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def days_between(first: str, last: str) -> int:
    """How many days the second ISO date lies after the first."""
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def midnight(day: date | str, time_zone: str, days: int = 0) -> int:
    """When a date begins by the shop's clock, or the one so many days later, in microseconds UTC."""
    begins = datetime.fromisoformat(day) if isinstance(day, str) else datetime(day.year, day.month, day.day)
    return instant_of(begins + timedelta(days=days), time_zone)


def day_bounds(day: date | str, time_zone: str, days: int = 1) -> tuple[int, int]:
    """Between which instants a date lies, or several from it on: from the first (microseconds UTC) until the second."""
    return midnight(day, time_zone), midnight(day, time_zone, days)
