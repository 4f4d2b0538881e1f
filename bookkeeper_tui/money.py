"""Money: integer minor units of the shop's one currency. The one place where amounts are read and rounded."""

import csv
import re
from decimal import ROUND_HALF_UP, Decimal

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.resources import data_path

_CURRENCY = r"(?:[$€£¥₹₩₺₽₴₫₪]|[A-Z]{3})?"
_SIGNED = re.compile(rf"([-−+(]?)\s*{_CURRENCY}\s*([-−+]?)\s*([\d.,'\s]*?)\s*{_CURRENCY}\s*([-−)]?)")
_SIGNS = frozenset({"", "+", "-", "−", "()"})
_PLAIN = re.compile(r"-?[0-9]{1,16}(?:\.[0-9]{1,16})?")
# Groups are of three digits, or two where Indian grouping counts lakhs; the last is always of three.
_WRITTEN = {
    ".": r"\d{1,3}(?:[,']\d{2,3})*[,']\d{3}(?:\.\d*)?|\d*\.?\d*",
    ",": r"\d{1,3}(?:[.']\d{2,3})*[.']\d{3}(?:,\d*)?|\d*,?\d*",
}
_LARGEST = 10**15
_LONGEST = 100


def parse_amount(text: str, exponent: int, decimal: str = ".") -> int:
    """Read an amount as people and exports write it, in minor units.

    Understands `$8.00`, `-$45.00`, `1,234.50`, `1 234.50`, `(12.00)` and the minus sign U+2212; `decimal` is the
    decimal mark of the file or the shop. Raises BadInput when the text is no amount, is absurdly large, or has more
    decimals than the currency.
    """
    is_plain = decimal == "." and _PLAIN.fullmatch(text) is not None
    is_negative, digits = (text[0] == "-", text.lstrip("-")) if is_plain else _taken_apart(text, decimal)
    whole, _, fraction = digits.partition(".")
    kept, dropped = fraction[:exponent], fraction[exponent:]
    if dropped.strip("0"):
        raise BadInput(f"“{text[:40]}” has more than {exponent} decimals")
    amount = int((whole or "0") + kept.ljust(exponent, "0"))
    if amount > _LARGEST:
        raise BadInput(f"“{text[:40]}” is too large an amount")
    return -amount if is_negative else amount


def _taken_apart(text: str, decimal: str) -> tuple[bool, str]:
    """Whether an amount is negative, and its digits with a point for the decimal mark."""
    if len(text) > _LONGEST:
        raise BadInput(f"“{text[:40]}…” is too long for an amount")
    signed = _SIGNED.fullmatch(text.strip())
    sign = signed[1] + signed[2] + signed[4] if signed else "?"
    digits = re.sub(r"\s+", "'", signed[3]) if signed else ""
    if sign not in _SIGNS or not re.fullmatch(_WRITTEN[decimal], digits):
        raise BadInput(f"“{text[:40]}” is not an amount{_meant(text, decimal)}")
    digits = digits.replace("'", "").replace("." if decimal == "," else ",", "").replace(",", ".")
    if not digits.strip(".") or not digits.isascii():
        raise BadInput(f"“{text[:40]}” is not an amount")
    return sign not in ("", "+"), digits


def _meant(text: str, decimal: str) -> str:
    """How an amount with the other decimal mark is written here; nothing for what is none either way."""
    point = re.fullmatch(r"\s*-?\d+([.,])\d{1,3}\s*", text, re.ASCII)
    return f": here it is written {text.strip().replace(point[1], decimal)}" if point and point[1] != decimal else ""


def round_half_up(value: Decimal) -> int:
    """Round to a whole number of minor units, halves away from zero. Every rounding of money goes through here."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def divide(amount: int, parts: int) -> int:
    """An amount divided among `parts`, rounded once; 0 parts give 0."""
    return round_half_up(Decimal(amount) / parts) if parts else 0


def plain(amount: int, exponent: int) -> str:
    """An amount as a decimal string for programs: `-12.00`."""
    sign, digits = ("-" if amount < 0 else ""), str(abs(amount)).rjust(exponent + 1, "0")
    return f"{sign}{digits[:-exponent]}.{digits[-exponent:]}" if exponent else f"{sign}{digits}"


def exponent_of(currency: str) -> int:
    """Decimals of a currency: JPY 0, EUR 2, KWD 3. Raises BadInput for a code that is none."""
    from babel.core import get_global
    from babel.numbers import get_currency_precision, is_currency

    if not is_currency(currency, "en") and currency not in get_global("all_currencies"):
        raise BadInput(f"“{currency}” is not a currency code such as EUR or JPY")
    return int(get_currency_precision(currency))


def denominations(currency: str, exponent: int) -> tuple[int, ...]:
    """The notes and coins of a currency in minor units, largest first; the usual ones where it is not known."""
    with data_path("denominations.csv").open(encoding="utf-8", newline="") as file:
        known = {row["currency"]: row["denominations"] for row in csv.DictReader(file)}
    written = known.get(currency) or known.get(f"{exponent} decimals") or known["2 decimals"]
    return tuple(parse_amount(one, exponent) for one in written.split())
