"""Measured values as people read and type them: in the shop's figures, with as many decimals as their kind has."""

from __future__ import annotations

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import Conventions, harmless
from bookkeeper_tui.money import parse_amount, plain
from bookkeeper_tui.store.measurements import MOST_DECIMALS, Kind, Latest


def value_text(value: int, kind: Kind, conventions: Conventions) -> str:
    """A value (thousandths) with its unit: `172,5 cm`."""
    return f"{figure_text(value, kind.decimals, conventions)} {kind.unit}".rstrip()


def figure_text(value: int, decimals: int, conventions: Conventions) -> str:
    """A figure in thousandths with so many decimals, more where it has more."""
    while value % 10 ** (MOST_DECIMALS - decimals):
        decimals += 1
    minus = ("-" if conventions.ascii else "−") if value < 0 else ""
    figure = plain(abs(value) // 10 ** (MOST_DECIMALS - decimals), decimals)
    return minus + figure.replace(".", conventions.decimal)


def change_text(one: Latest, conventions: Conventions) -> str:
    """How the newest value differs from the one before, with its sign; empty where there is nothing to compare."""
    if one.newest is None or one.before is None or one.newest.value is None or one.before.value is None:
        return ""
    change = one.newest.value - one.before.value
    return ("+" if change > 0 else "") + figure_text(change, one.kind.decimals, conventions)


def bounds_text(kind: Kind, conventions: Conventions) -> str:
    """What values there can be: `50.0 to 250.0 cm`."""
    return f"{figure_text(kind.lowest, kind.decimals, conventions)} to {value_text(kind.highest, kind, conventions)}"


def read_value(text: str, kind: Kind, conventions: Conventions) -> int:
    """A value as typed, in thousandths; its unit may stand behind it. Raises BadInput for what is no number."""
    return read_figure(text.strip().removesuffix(kind.unit), kind.name, conventions)


def read_figure(text: str, place: str, conventions: Conventions) -> int:
    """A figure as typed, in thousandths. Raises BadInput naming the place."""
    try:
        return parse_amount(text.strip(), MOST_DECIMALS, conventions.decimal)
    except BadInput as mistake:
        like = f"172{conventions.decimal}5"
        raise BadInput(f"{place}: “{harmless(text.strip()[:20])}” is no figure such as {like}") from mistake
