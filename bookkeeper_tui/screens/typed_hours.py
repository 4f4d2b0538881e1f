"""The hours of a week as people type them in one line: `Mo-Fr 09:00-13:00 16:00-20:00; Sa 10:00-14:00`."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store.bookables import WEEKDAYS, Hours

EXAMPLE = "Mo-Fr 09:00-13:00 16:00-20:00; Sa 10:00-14:00"
_SHORT = tuple(day[:2] for day in WEEKDAYS)
_TIME = r"(\d{1,2})(?:[:.h]?([0-5]\d))?"
_LONGEST = 400


def read_hours(text: str) -> list[Hours]:
    """The hours of a typed line, sorted; none for an empty one. Raises BadInput naming the part that is no such thing.

    Days are `Mo`, `Mo-Fr` or `Mo,We`; times follow them, and a semicolon begins other days.
    """
    if len(text) > _LONGEST:
        raise BadInput(f"Hours: that line is longer than {_LONGEST} letters")
    found = set[Hours]()
    for part in re.sub(r"\s*([-,])\s*", r"\1", text.replace("–", "-")).split(";"):
        words = part.split()
        if not words:
            continue
        weekdays, spans = _read_days(words[0]), [_read_span(word) for word in words[1:]]
        if not spans:
            raise BadInput(f"Hours: “{_quoted(words[0])}” needs times, such as {words[0][:12]} 09:00-13:00")
        found |= {Hours(weekday, *span) for weekday in weekdays for span in spans}
    return sorted(found)


def hours_text(week: Iterable[Hours]) -> str:
    """The hours as they may be typed; days with the same times stand together. Empty for none."""
    times = dict[int, str]()
    for one in sorted(week):
        span = f"{clock(one.start_minute)}-{clock(one.end_minute)}"
        times[one.weekday] = f"{times[one.weekday]} {span}" if one.weekday in times else span
    alike = dict[str, list[int]]()
    for weekday, text in times.items():
        alike.setdefault(text, []).append(weekday)
    return "; ".join(f"{_days_text(weekdays)} {text}" for text, weekdays in alike.items())


def clock(minute: int) -> str:
    """A minute of the day as `09:00`; the last one is `24:00`."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _read_days(word: str) -> list[int]:
    weekdays = list[int]()
    for part in word.split(","):
        first, dash, last = part.partition("-")
        begin, end = _read_day(first, word), _read_day(last, word) if dash else -1
        weekdays += [(begin + step) % 7 for step in range((end - begin) % 7 + 1)] if dash else [begin]
    return weekdays


def _read_day(text: str, word: str) -> int:
    bare = text.casefold().rstrip(".")
    for weekday, name in enumerate(WEEKDAYS):
        if len(bare) >= 2 and name.casefold().startswith(bare):
            return weekday
    raise BadInput(f"Hours: “{_quoted(word)}” is no day or days such as Mo, Mo-Fr or Mo,We")


def _read_span(word: str) -> tuple[int, int]:
    matched = re.fullmatch(f"{_TIME}-{_TIME}", word)
    if matched is None:
        raise BadInput(f"Hours: “{_quoted(word)}” is no time such as 09:00-13:00")
    start, end = (int(hour) * 60 + int(minute or 0) for hour, minute in (matched.group(1, 2), matched.group(3, 4)))
    if max(start, end) > 1440:
        raise BadInput(f"Hours: “{_quoted(word)}” is no time of a day: it goes from 00:00 to 24:00")
    if start >= end:
        raise BadInput(f"Hours: “{_quoted(word)}” ends before it begins; past midnight belongs to the next day")
    return start, end


def _days_text(weekdays: Sequence[int]) -> str:
    runs = []
    for _, group in groupby(enumerate(weekdays), lambda one: one[1] - one[0]):
        run = [_SHORT[weekday] for _, weekday in group]
        runs.append(f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(run))
    return ",".join(runs)


def _quoted(word: str) -> str:
    return harmless(word[:24])
