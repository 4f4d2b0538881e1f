"""What the log keeps of a customer, in words that an ordinary person reads: amounts, times and yes or no.

The numbers of the store's own rows are left out: they say nothing to anybody else, and files for programs have them.
"""

import re
from typing import Any

from bookkeeper_tui.formats import Conventions

_MONEY = frozenset(
    {"amount", "deposit", "fee", "laid_down", "list_price", "open", "price", "refunded", "tenders", "total"}
)
_CLOCK = frozenset({"quiet from", "quiet until"})
"""Minutes since midnight."""
_LISTS = frozenset({"bookings", "channels", "fields", "lines", "over"})
"""Lists of things, whatever their length; another list of two is an old and a new value."""
_ROWS = frozenset(
    {
        "basket", "charge", "clock_behind_us", "entry", "event", "import_run", "item", "kind", "measurement", "merge",
        "note", "package", "period", "sale", "series", "timer", "version", "waiting",
    }
)  # fmt: skip
_FIRST_INSTANT = 10**14
"""A number as great as this is an instant, in microseconds since 1970: no amount is."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def in_words(values: Any, conventions: Conventions, zone: str, name: str = "") -> str:
    """What the log keeps, such as `total: 85.50, paid: yes`, or `phone: 612 345 678 > 633 111 999`."""

    def said(value: Any) -> str:
        return in_words(value, conventions, zone, name)

    if isinstance(values, dict):
        told = {key: value for key, value in values.items() if not (key in _ROWS and isinstance(value, int))}
        return ", ".join(
            f"{str(key).replace('_', ' ')}: {in_words(value, conventions, zone, name if name in _MONEY else str(key))}"
            for key, value in told.items()
        )
    if isinstance(values, list):
        is_change = len(values) == 2 and name not in _LISTS and not any(isinstance(one, list | dict) for one in values)
        if is_change:
            return " > ".join(map(said, values))
        return ", ".join(map(said, values))
    if isinstance(values, bool):
        return "yes" if values else "no"
    if isinstance(values, int):
        return _number(values, conventions, zone, name)
    if isinstance(values, str) and _DAY.fullmatch(values):
        return conventions.date(values)
    return "nothing" if values in ("", None) else str(values)


def _number(value: int, conventions: Conventions, zone: str, name: str) -> str:
    if value >= _FIRST_INSTANT:
        return conventions.instant(value, zone)
    if name in _CLOCK:
        return f"{value // 60:02}:{value % 60:02}"
    return conventions.amount(value) if name in _MONEY else str(value)
