"""How people write names, dates, figures and phones: folding for search, cells for columns, masks for privacy."""

import json
import re
import time
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from rich.cells import cell_len

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.money import plain

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "’": "'"}
)
# Compiled when first used: this one takes 4 ms, which a start does not have.
_IDEOGRAPHS = r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])"
# The vowel signs at the end became letters later than the tables of SQLite's search index know: it parts words there.
_NO_WORD = r"[^\w]+|_|[\u19b0-\u19c0\u19c8\u19c9\u1cf2\u1cf3]"


@dataclass(frozen=True, slots=True)
class Conventions:
    """How this shop writes figures and dates; `exponent` is the currency's number of decimals."""

    currency: str = "EUR"
    exponent: int = 2
    decimal: str = "."
    group: str = ","
    date_format: str = "%Y-%m-%d"
    ascii: bool = False

    def amount(self, minor: int) -> str:
        """Minor units as a person reads them: `1,234.50`, `−12.00`."""
        whole, _, fraction = plain(abs(minor), self.exponent).partition(".")
        grouped = f"{int(whole):,}".replace(",", self.group)
        minus = ("-" if self.ascii else "−") if minor < 0 else ""
        return f"{minus}{grouped}{self.decimal + fraction if fraction else ''}"

    def count(self, number: int) -> str:
        """A whole number with the shop's grouping: `2,318`."""
        minus = ("-" if self.ascii else "−") if number < 0 else ""
        return minus + f"{abs(number):,}".replace(",", self.group)

    def quantity(self, thousandths: int) -> str:
        """A quantity kept in thousandths, without idle zeros: `2`, `0.375`."""
        whole, fraction = divmod(abs(thousandths), 1000)
        minus = ("-" if self.ascii else "−") if thousandths < 0 else ""
        decimals = f"{fraction:03d}".rstrip("0")
        return f"{minus}{self.count(whole)}{self.decimal + decimals if decimals else ''}"

    def date(self, day: date | str) -> str:
        """A date, or its ISO text, in the shop's order; a birthday without a year (`--05-17`) as month and day."""
        if isinstance(day, date):
            return day.strftime(self.date_format)
        if day.startswith("--"):
            return day[2:]
        try:
            return date.fromisoformat(day[:10]).strftime(self.date_format)
        except ValueError:
            return day

    def read_date(self, text: str, place: str) -> str:
        """A date as people type it, in the shop's order or as ISO text, as ISO text; empty for nothing.

        Raises BadInput naming the place for what is no date.
        """
        for pattern in ("%Y-%m-%d", self.date_format) if text.strip() else ():
            try:
                return datetime.strptime(text.strip(), pattern).date().isoformat()
            except ValueError:
                continue
        if not text.strip():
            return ""
        like = date(2026, 12, 31)
        known = " or ".join(dict.fromkeys((self.date(like), like.isoformat())))
        raise BadInput(f"{place}: “{harmless(text[:20])}” is not a date such as {known}")

    def instant(self, at: int, time_zone: str) -> str:
        """An instant (microseconds UTC) in the shop's zone: date and minutes; empty for 0, which means never."""
        if not at:
            return ""
        moment = local_time(at, time_zone)
        return f"{self.date(moment.date())} {moment:%H:%M}"

    def day(self, at: int, time_zone: str) -> str:
        """The shop's date of an instant (microseconds UTC); empty for 0, which means never."""
        return self.date(local_time(at, time_zone).date()) if at else ""


def now_us() -> int:
    """This instant, in microseconds UTC. Tests freeze it by replacing this function."""
    return time.time_ns() // 1000


@lru_cache(maxsize=8)
def zone(name: str) -> ZoneInfo:
    """The named time zone, kept."""
    return ZoneInfo(name)


def local_time(at: int, time_zone: str) -> datetime:
    """An instant (microseconds UTC) as the shop's clock shows it."""
    return (_EPOCH + timedelta(microseconds=at)).astimezone(zone(time_zone))


def instant_of(moment: datetime, time_zone: str) -> int:
    """Microseconds UTC of a moment; one without a zone is the shop's own clock time."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone(time_zone))
    return (moment - _EPOCH) // timedelta(microseconds=1)


def business_date(at: int, time_zone: str) -> str:
    """The shop's date of an instant (microseconds UTC), as ISO text."""
    return local_time(at, time_zone).date().isoformat()


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The search key of a text: lower case, no accents, ø as o, ideographs one word each, words split by one space."""
    if text.isascii():
        return " ".join(re.sub(_NO_WORD, " ", text.lower()).split())
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    lowered = apart.translate(_PLAIN_LETTERS)
    bare = "".join(letter for letter in lowered if not unicodedata.combining(letter))
    return " ".join(re.sub(_NO_WORD, " ", re.sub(_IDEOGRAPHS, r" \1 ", bare)).split())


def harmless(text: str) -> str:
    """A foreign text that may be drawn: control characters, escapes and direction overrides become `·`."""
    if text.isprintable():
        return text
    return "".join(" " if letter in "\n\t\r" else letter if _is_drawable(letter) else "·" for letter in text)


def without_commands(text: str) -> str:
    """A text as wide as it was without what a terminal would obey."""
    if text.isprintable():
        return text
    return "".join(letter if _is_drawable(letter) else "·" * cell_len(letter) for letter in text)


def json_text(value: object, indent: int | None = None) -> str:
    """A value as JSON: letters of every script as they are, and what a terminal would obey as its number."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    if text.isprintable() or harmless(text) == text.replace("\n", " "):
        return text
    return "".join(
        letter if letter == "\n" or harmless(letter) == letter else json.dumps(letter)[1:-1] for letter in text
    )


def _is_drawable(letter: str) -> bool:
    category = unicodedata.category(letter)
    if category in ("Cc", "Cs", "Zl", "Zp") or letter in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
        return False
    return category != "Cf" or letter in "\u200c\u200d\u200e\u200f"


def cell_width(text: str) -> int:
    """Columns a text takes in a terminal."""
    return len(text) if text.isascii() else cell_len(text)


def fit(text: str, width: int, *, right: bool = False, ascii_only: bool = False) -> str:
    """A text cut or padded to exactly `width` columns, with a mark where it was cut; never splits a wide letter."""
    text = text[: 8 * width + 8]
    taken = cell_width(text)
    if taken > width:
        mark = ("~" if ascii_only else "…") if width > 0 else ""
        room, kept = width - len(mark), ""
        for letter in text:
            if cell_width(kept + letter) > room:
                break
            kept += letter
        text, taken = kept + mark, cell_width(kept) + len(mark)
    padding = " " * (width - taken)
    return padding + text if right else text + padding


def mask_phone(phone: str, mark: str = "•") -> str:
    """A phone of which only the last three digits show: `•••• ••• 678`."""
    digits = re.sub(r"\D", "", phone)
    return f"{mark * 4} {mark * 3} {digits[-3:]}" if digits else ""


def mask_email(email: str, mark: str = "•") -> str:
    """An e-mail of which the first letter and the domain show: `m•••@example.com`."""
    name, at, domain = email.partition("@")
    return f"{name[:1]}{mark * 3}{at}{domain}" if email else ""
