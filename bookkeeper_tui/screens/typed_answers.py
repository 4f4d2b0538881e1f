"""Numbers, names, and yes or no as people type them into a question's fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import fold, harmless
from bookkeeper_tui.widgets.pick_form import answers


class Named(Protocol):
    """Something with a name: a trainer, a service."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...


Thing = TypeVar("Thing", bound=Named)
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


def named(found: Iterable[Thing], typed: str, place: str) -> Thing | None:
    """The one that a name, or the beginnings of its words, stands for; None for nothing. Raises BadInput."""
    if not typed:
        return None
    matching = [one for one in found if answers(one.name, typed)]
    exact = [one for one in matching if fold(one.name) == fold(typed)]
    if len(exact or matching) == 1:
        return (exact or matching)[0]
    if not matching:
        raise BadInput(f"{place}: there is none called “{harmless(typed[:40])}”")
    raise BadInput(
        f"{place}: “{harmless(typed[:40])}” may be {harmless(matching[0].name)} or {harmless(matching[1].name)}"
    )
