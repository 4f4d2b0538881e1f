"""The strip of tabs: a number and a name each. Where they do not all fit it scrolls, and says so with ‹ and ›."""

from collections.abc import Sequence

from textual.strip import Strip

from bookkeeper_tui.formats import cell_width
from bookkeeper_tui.widgets.pieces import Painted, Piece, parts


class TabStrip(Painted):
    """` 1 Overview  2 Sales  3 Addresses  4 Notes ›`; the current one is set apart by brackets as well as by colour."""

    COMPONENT_CLASSES = parts("plain", "quiet", "cursor")
    DEFAULT_CSS = """
    TabStrip { height: 1; width: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._titles: tuple[str, ...] = ()
        self._current = 0
        self._first = 0

    def show(self, titles: Sequence[str], current: int) -> None:
        """Show these titles with the current one, counted from 0, in sight."""
        if (tuple(titles), current) != (self._titles, self._current):
            self._titles, self._current = tuple(titles), current
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The titles that fit, the current one among them."""
        width = self.size.width
        left_mark, right_mark = ("<", ">") if self.ascii_only else ("‹", "›")
        first, last = self._range(width)
        pieces = [Piece(left_mark if first else " ", "quiet")]
        for index in range(first, last):
            label = self._label(index)
            pieces.append(Piece(f"[{label}]", "cursor") if index == self._current else Piece(f" {label} "))
        taken = sum(cell_width(piece.text) for piece in pieces)
        if last < len(self._titles):
            pieces += [Piece(" " * max(0, width - taken - 1)), Piece(right_mark, "quiet")]
        return self.strip_of(pieces, width)

    def _range(self, width: int) -> tuple[int, int]:
        first = min(self._first, self._current)
        while True:
            room, last = width - 1, first
            while last < len(self._titles):
                taken = cell_width(self._label(last)) + 2
                if taken > room - (1 if last + 1 < len(self._titles) else 0):
                    break
                room -= taken
                last += 1
            if self._current < last or first >= self._current:
                self._first = first
                return first, max(last, min(first + 1, len(self._titles)))
            first += 1

    def _label(self, index: int) -> str:
        number = "1234567890"[index] if index < 10 else ""
        return f"{number} {self._titles[index]}".strip()
