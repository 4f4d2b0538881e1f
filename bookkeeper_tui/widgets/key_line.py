"""The line at the bottom: which keys do what here, and at its right end where one is. Repainted only when that changes."""

from collections.abc import Sequence

from textual.geometry import Region
from textual.strip import Strip

from bookkeeper_tui.formats import cell_width
from bookkeeper_tui.widgets.pieces import Line, Painted, Piece, line_width


class KeyLine(Painted):
    """` F1 Help  F2 Find  e Edit                                1 of 2,318`."""

    DEFAULT_CSS = """
    KeyLine { height: 1; dock: bottom; background: $panel; color: $foreground; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._keys: tuple[tuple[str, str], ...] = ()
        self._right = ""

    def show(self, keys: Sequence[tuple[str, str]]) -> None:
        """Show these keys, each with its word, the most needed first: those that do not fit are left out."""
        if tuple(keys) != self._keys:
            self._keys = tuple(keys)
            self.refresh()

    def show_right(self, text: str) -> None:
        """Say at the right end where one is, such as `1 of 2,318`."""
        if text != self._right:
            old = cell_width(self._right)
            before = self._line()
            self._right = text
            if not self.size.width or before[:-2] != self._line()[:-2]:
                self.refresh()
            else:
                changed = max(old, cell_width(text)) + 1
                self.refresh(Region(self.size.width - changed, 0, changed, 1))

    @property
    def text(self) -> str:
        """The line as text."""
        return "".join(piece.text for piece in self._line())

    def render_line(self, y: int) -> Strip:
        """The line itself."""
        return self.strip_of(self._line(), self.size.width)

    def _line(self) -> Line:
        room = self.size.width - (cell_width(self._right) + 3 if self._right else 1)
        pieces: list[Piece] = []
        for key, word in self._keys:
            entry = (Piece(" "), Piece(key, "strong"), Piece(" " + word + " "))
            if line_width(entry) > room:
                break
            room -= line_width(entry)
            pieces += entry
        right = f"{self._right} " if self._right else ""
        filler = self.size.width - line_width(pieces) - cell_width(right)
        return (*pieces, Piece(" " * max(0, filler)), Piece(right))
