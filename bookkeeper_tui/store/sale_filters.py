"""What a person types to narrow a list of sales: dates, amounts, a branch, a receipt number, words of an article."""

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date, datetime

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.money import parse_amount
from bookkeeper_tui.store.history import EVERYTHING, SaleFilter

_DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_BOUND = re.compile(r"([<>]=?)(.+)")


def parse_filter(text: str, exponent: int, decimal: str = ".", date_format: str = "%Y-%m-%d") -> SaleFilter:
    """The filter that a line asks for; an empty line asks for everything.

    `2026`, `2026-11` and `2026-11-20` are the days of that time, `since:` and `until:` (or `2026-01..2026-03`) bound
    them, and a day may be written as the shop writes dates. `>50` and `<20` bound the amount, `branch:` and `receipt:`
    take a part of the name or number, and any other words are looked for in the articles. Raises BadInput naming the
    word that is none of these.
    """
    found, words = EVERYTHING, list[str]()
    for typed in text.split():
        name, colon, value = typed.partition(":")
        value = _as_iso(value, date_format)
        word = f"{name}:{value}" if colon else "..".join(_as_iso(end, date_format) for end in typed.split(".."))
        if bound := _BOUND.fullmatch(word):
            found = _bounded(found, bound[1], bound[2], exponent, decimal)
        elif colon and name in ("since", "until"):
            first, last = _days(value, word)
            found = replace(found, since=first) if name == "since" else replace(found, until=last)
        elif colon and name == "branch":
            found = replace(found, branch=value)
        elif colon and name == "receipt":
            found = replace(found, number=value)
        elif ".." in word and _DAY.fullmatch(word.partition("..")[0]):
            start, _, end = word.partition("..")
            found = replace(found, since=_days(start, word)[0], until=_days(end, word)[1] if end else "")
        elif _DAY.fullmatch(word):
            first, last = _days(word, word)
            found = replace(found, since=first, until=last)
        elif re.fullmatch(r"[A-Za-z]{1,3}\d?-\d+", word):
            found = replace(found, number=word)
        else:
            words.append(word)
    return replace(found, article=" ".join(words))


def _as_iso(text: str, date_format: str) -> str:
    """A date as the shop writes it as ISO text; anything else as it is."""
    try:
        return datetime.strptime(text, date_format).date().isoformat()
    except ValueError:
        return text


def _bounded(found: SaleFilter, sign: str, value: str, exponent: int, decimal: str) -> SaleFilter:
    amount = parse_amount(value, exponent, decimal)
    if sign.startswith(">"):
        return replace(found, least=amount if sign == ">=" else amount + 1)
    return replace(found, most=amount if sign == "<=" else amount - 1)


def _days(text: str, word: str) -> tuple[str, str]:
    """The first and last day of a year, a month or a day."""
    match = _DAY.fullmatch(text)
    if match is None:
        raise BadInput(f"“{word[:40]}”: dates are written 2026, 2026-11 or 2026-11-20")
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        first = date(year, month or 1, day or 1)
        last = date(year, month or 12, day or monthrange(year, month or 12)[1])
    except ValueError as error:
        raise BadInput(f"“{word[:40]}” is no date") from error
    return first.isoformat(), last.isoformat()
