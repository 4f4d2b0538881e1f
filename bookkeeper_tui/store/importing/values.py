"""Cells turned into values: amounts, quantities, instants, dates, yes and no; and what is said of one that is none."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import business_date, harmless, instant_of
from bookkeeper_tui.money import parse_amount, round_half_up
from bookkeeper_tui.store.importing.tables import bare

Value = TypeVar("Value")

_REMEMBERED = 100_000
_YES = frozenset({"yes", "y", "true", "t", "1", "subscribed", "accepted", "opted in", "si", "sí", "oui", "ja"})
_NO = frozenset({"no", "n", "false", "f", "0", "unsubscribed", "declined", "opted out", "non", "nein", "nee"})
_NUMBER = re.compile(r"[+\-−]?\d{1,12}(\.\d*)?|[+\-−]?\.\d+")
_CLOCKS = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
_YEAR_FIRST = tuple(f"{day} {clock}" for day in ("%Y-%m-%d", "%Y/%m/%d") for clock in _CLOCKS)


class Refused(Exception):
    """A row that does not come in: the reason, which is counted, and the value that shows it."""

    def __init__(self, reason: str, value: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.value = value

    def sentence(self) -> str:
        """Reason and value, made harmless and short."""
        return f"{self.reason}: “{shown(self.value)}”" if self.value else self.reason


class Remembered(dict[str, Value]):
    """What each text of one column means. Columns repeat themselves, so each text is worked out once."""

    def __init__(self, work_out: Callable[[str], Value]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, text: str) -> Value:
        if len(self) >= _REMEMBERED:
            self.clear()
        value = self[text] = self._work_out(text)
        return value


@dataclass(frozen=True, slots=True)
class Clock:
    """An instant in microseconds UTC, and its date in the shop's time zone."""

    at: int
    day: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How cells are read: the shop's currency and time zone, the file's decimal mark and date format."""

    currency: str
    exponent: int
    time_zone: str
    country: str
    decimal: str = "."
    date_format: str | None = None

    def amount(self, text: str, column: str) -> int:
        """Minor units. Raises Refused where the text is none."""
        text = bare(text)
        if not text:
            raise Refused(f"{column}: empty")
        try:
            return parse_amount(text, self.exponent, self.decimal)
        except BadInput as error:
            many = "decimals" in str(error)
            raise Refused(f"{column}: {'too many decimals' if many else 'not an amount'}", text) from None

    def amount_or_nothing(self, text: str, column: str) -> int:
        """Minor units, 0 for an empty cell. Raises Refused where the text is none."""
        return self.amount(text, column) if text.strip() else 0

    def quantity(self, text: str, column: str) -> tuple[int, int]:
        """A quantity in thousandths and the pieces it counts: a whole number's, or one of what is weighed."""
        text = bare(text).replace("−", "-")
        if self.decimal == ",":
            text = text.replace(",", ".")
        if not text:
            raise Refused(f"{column}: empty")
        if not _NUMBER.fullmatch(text):
            raise Refused(f"{column}: not a number", text)
        thousandths = round_half_up(Decimal(text) * 1000)
        whole, rest = divmod(abs(thousandths), 1000)
        pieces = whole if not rest else 1
        return thousandths, pieces if thousandths >= 0 else -pieces

    def clock(self, text: str, column: str) -> Clock:
        """An instant; a text without a zone is the shop's own clock time. Raises Refused where the text is none."""
        text = bare(text)
        if not text:
            raise Refused(f"{column}: empty")
        moment = _moment(text, self.date_format)
        if moment is None:
            raise Refused(f"{column}: not a date", text)
        return self.clock_of(moment)

    def clock_of(self, moment: datetime) -> Clock:
        """The instant of a moment; one without a zone is the shop's own clock time."""
        at = instant_of(moment, self.time_zone)
        is_ours = moment.tzinfo is None
        return Clock(at, moment.date().isoformat() if is_ours else business_date(at, self.time_zone))

    def day(self, text: str, column: str) -> str:
        """A date as ISO text. Raises Refused where the text is none."""
        moment = _moment(text, self.date_format)
        if moment is None:
            raise Refused(f"{column}: not a date", text)
        return moment.date().isoformat()

    def birthday(self, text: str, column: str) -> str:
        """A date of birth as ISO text, `--05-17` where no year is said. Raises Refused where the text is none."""
        short = re.fullmatch(r"(?:--)?(\d{2})-(\d{2})", text)
        if short:
            try:
                date(2000, int(short[1]), int(short[2]))
            except ValueError:
                raise Refused(f"{column}: not a date", text) from None
            return f"--{short[1]}-{short[2]}"
        return self.day(text, column)


def consent(text: str) -> bool | None:
    """Whether a cell gives consent or refuses it; empty, `Unknown` and whatever else is neither."""
    word = " ".join(text.replace("_", " ").casefold().split())
    return True if word in _YES else False if word in _NO else None


def shown(text: str) -> str:
    """A foreign value fit for a message: harmless and short."""
    return harmless(text[:41] if len(text) <= 41 else text[:40] + "…")


def spread(amount: int, weights: list[int]) -> list[int]:
    """An amount divided in proportion to `weights`, to the last minor unit: rounded as a running total."""
    whole = sum(weights)
    if not whole:
        return [amount, *([0] * (len(weights) - 1))] if weights else []
    parts, run, given = list[int](), 0, 0
    for weight in weights:
        run += weight
        upto = round_half_up(Decimal(amount * run) / whole)
        parts.append(upto - given)
        given = upto
    return parts


def _moment(text: str, date_format: str | None) -> datetime | None:
    if date_format is not None:
        return _by_pattern(text, (date_format, *(f"{date_format} {clock}" for clock in _CLOCKS)))
    try:
        return _in_reason(datetime.fromisoformat(text))
    except ValueError:
        pass
    # Shopify writes `2024-03-05 14:22:01 -0500`.
    return _by_pattern(text.replace(" UTC", " +0000"), ("%Y-%m-%d %H:%M:%S %z", "%Y/%m/%d", *_YEAR_FIRST))


def _by_pattern(text: str, patterns: Iterable[str]) -> datetime | None:
    for pattern in patterns:
        try:
            return _in_reason(datetime.strptime(text, pattern))
        except ValueError:
            continue
    return None


def _in_reason(moment: datetime) -> datetime | None:
    return moment if 1900 <= moment.year <= 2200 else None
