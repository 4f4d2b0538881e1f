"""Bar charts drawn by Rich, a line a value; legible in ASCII, made for the width there is."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rich.bar import Bar
from rich.console import Console

from bookkeeper_tui.formats import cell_width, fit
from bookkeeper_tui.widgets.pieces import Line, Piece

TWO_COLUMNS = 44
GAP = 3
_TO_ASCII = str.maketrans("█▉▊▋▌▍▎▏▐▕", "#####     ")


class Measure(NamedTuple):
    """One bar: its label, the value that gives its length, and the same value as people read it."""

    label: str
    value: int
    text: str


def bars(measures: Sequence[Measure], width: int, *, ascii_only: bool = False) -> list[Line]:
    """A bar a measure with its label before and its figure behind it, read downwards, in two columns if they fit.

    The longest bar is the highest value; what is below zero has no bar, and its figure says so.
    """
    columns = 2 if width >= TWO_COLUMNS else 1
    each = (width - GAP * (columns - 1)) // columns
    height = -(-len(measures) // columns)
    highest = max((measure.value for measure in measures), default=0)
    labels = max((cell_width(measure.label) for measure in measures), default=0)
    texts = max((cell_width(measure.text) for measure in measures), default=0)
    room = max(0, each - labels - texts - 2)
    drawn = [_bar_line(measure, highest, labels, texts, room, ascii_only) for measure in measures]
    return [
        tuple(piece for place in range(row, len(drawn), height) for piece in (*_gap(place, row), *drawn[place]))
        for row in range(height)
    ]


def _gap(place: int, row: int) -> Line:
    return (Piece(" " * GAP),) if place != row else ()


def _bar_line(measure: Measure, highest: int, labels: int, texts: int, room: int, ascii_only: bool) -> Line:
    return (
        Piece(fit(measure.label, labels) + " ", "quiet"),
        Piece(_bar(measure.value, highest, room, ascii_only), "bar"),
        Piece(" " + fit(measure.text, texts, right=True)),
    )


@lru_cache(maxsize=256)
def _bar(value: int, highest: int, room: int, ascii_only: bool) -> str:
    if not room:
        return ""
    console = Console(width=room, color_system=None, _environ={})
    segments = console.render(Bar(max(highest, 1), 0, max(value, 0), width=room))
    drawn = "".join(segment.text for segment in segments).rstrip("\n")
    return fit(drawn.translate(_TO_ASCII) if ascii_only else drawn, room)
