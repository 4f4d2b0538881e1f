"""Numbers and yes or no as people type them into a question's fields."""

from __future__ import annotations

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless

_YES, _NO = ("yes", "y", "1", "true"), ("no", "n", "0", "false", "")


def read_whole(text: str, place: str) -> int:
    """A whole number that is not below zero. Raises BadInput naming the place."""
    bare = text.strip()
    if not (bare.isascii() and bare.isdigit() and len(bare) <= 9):
        raise BadInput(f"{place}: “{harmless(text[:10])}” is no whole number")
    return int(bare)


def read_yes(text: str, place: str) -> bool:
    """Whether it is yes; nothing typed is no. Raises BadInput naming the place for what is neither."""
    answer = text.strip().casefold()
    if answer not in (*_YES, *_NO):
        raise BadInput(f"{place}: “{harmless(text[:10])}” is neither yes nor no")
    return answer in _YES


def yes_or_no(is_so: object) -> str:
    """As it stands in a field."""
    return "yes" if is_so else "no"
