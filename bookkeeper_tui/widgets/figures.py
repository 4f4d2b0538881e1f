"""Figures: labels with their values set right under one another, in one column or in several where there is room."""

from collections.abc import Sequence
from typing import NamedTuple

from bookkeeper_tui.formats import cell_width, fit, harmless
from bookkeeper_tui.widgets.pieces import Line, Piece, pair

GAP = 3


class Figure(NamedTuple):
    """A label and its value, as text already in the shop's conventions."""

    label: str
    value: str
    role: str = "plain"


def figure_lines(figures: Sequence[Figure], width: int, *, least: int = 24) -> list[Line]:
    """The figures side by side in as many columns of at least `least` cells as fit, read from left to right."""
    columns = max(1, min(len(figures), (width + GAP) // (least + GAP)))
    each = (width - GAP * (columns - 1)) // columns
    lines: list[Line] = []
    for start in range(0, len(figures), columns):
        pieces: tuple[Piece, ...] = ()
        for figure in figures[start : start + columns]:
            if pieces:
                pieces += (Piece(" " * GAP),)
            pieces += pair(figure.label, figure.value, each, figure.role)
        lines.append(pieces)
    return lines


def table_lines(rows: Sequence[Sequence[str]], width: int, *, right: Sequence[int] = ()) -> list[Line]:
    """A small table: the first column takes what the others leave, the columns numbered in `right` align right."""
    if not rows:
        return []
    others = [max(cell_width(harmless(row[column])) for row in rows) for column in range(1, len(rows[0]))]
    first = max(4, width - sum(others) - 2 * len(others))
    widths = [first, *others]
    return [
        tuple(
            Piece(("  " if column else "") + fit(harmless(cell), widths[column], right=column in right))
            for column, cell in enumerate(row)
        )
        for row in rows
    ]


def heading(title: str, width: int, *, ascii_only: bool = False) -> Line:
    """A title with a rule to the end of the line."""
    rule = "-" if ascii_only else "─"
    return (Piece(f"{title} {rule * max(0, width - cell_width(title) - 1)}", "head"),)
