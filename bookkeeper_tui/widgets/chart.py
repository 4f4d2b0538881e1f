"""Bar charts drawn by plotext and turned into lines of text; legible in ASCII, made for the width there is."""

import re
from collections.abc import Sequence
from functools import lru_cache

from bookkeeper_tui.widgets.pieces import Line, Piece

_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
WIDEST_SLOT = 9


def bars(
    labels: Sequence[str], values: Sequence[float], *, width: int, height: int, ascii_only: bool = False
) -> list[Line]:
    """Upright bars, one a label, oldest left; where there is no room for all, the newest are kept.

    The highest value and zero stand at the axis, so that the bars can be read as figures.
    """
    if not labels or width < 20 or height < 4:
        return []
    return list(_drawn(tuple(labels), tuple(values), width, height, ascii_only))


@lru_cache(maxsize=32)
def _drawn(
    labels: tuple[str, ...], values: tuple[float, ...], width: int, height: int, ascii_only: bool
) -> tuple[Line, ...]:
    import plotext

    slot = (max(len(label) for label in labels) | 1) + 1
    labels, values = labels[-(width // slot) :], values[-(width // slot) :]
    axis = max(len(_short(value)) for value in (*values, 0.0)) + 1
    room = max(1, (width - axis) // slot)
    labels, values = labels[-room:], values[-room:]
    if len(values) == 1:
        labels, values = (*labels, ""), (*values, 0.0)
    slot = min((width - axis) // len(labels), WIDEST_SLOT)
    highest, lowest = max(max(values), 0.0), min(min(values), 0.0)
    ticks = sorted({lowest, 0.0, highest / 2 if lowest == 0 and highest >= 10 else highest, highest})
    names = [_short(tick).rjust(axis - 1) + " " for tick in ticks]
    thick = slot - 1 - slot % 2
    canvas = slot * len(labels)
    places = [slot * index + thick // 2 for index in range(len(labels))]
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.limit_size(False, False)
    plotext.plotsize(axis + canvas, height - 1)
    plotext.frame(False)
    plotext.bar(places, list(values), marker="#" if ascii_only else "sd", width=(thick - 1) / slot)
    plotext.xticks([])
    plotext.xlim(0, canvas - 1)
    plotext.yticks(ticks, names)
    plotext.ylim(lowest, highest if highest > lowest else lowest + 1)
    drawn = _ESCAPES.sub("", plotext.build()).rstrip("\n").split("\n")
    plotext.clear_figure()
    under = " " * axis + "".join(label[:thick].center(thick).ljust(slot) for label in labels)
    return tuple((Piece(line[:width], "bar"),) for line in (*drawn[: height - 1], under))


def _short(value: float) -> str:
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if abs(value) >= 10 * size:
            return f"{value / size:.0f}{letter}"
    return f"{value:.0f}"
