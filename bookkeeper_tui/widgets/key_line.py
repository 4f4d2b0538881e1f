"""The line at the bottom: which keys do what here, and at its right end where one is."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.strip import Strip

from bookkeeper_tui.formats import cell_width
from bookkeeper_tui.widgets.pieces import Painted, Piece, line_width, parts

LEAST_PLACE = 18


class KeyLine(Horizontal):
    """` F1 Help  F2 Find  e Edit                                1 of 2,318`."""

    DEFAULT_CSS = """
    KeyLine { height: 1; dock: bottom; background: $panel; color: $foreground; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._keys = _Keys()
        self._place = _Place()

    def compose(self) -> ComposeResult:
        """Two parts, so that moving a cursor repaints the small one only."""
        yield self._keys
        yield self._place

    def show(self, keys: Sequence[tuple[str, str]]) -> None:
        """Show these keys, each with its word, the most needed first: those that do not fit are left out."""
        self._keys.show(tuple(keys))

    def show_right(self, text: str) -> None:
        """Say at the right end where one is, such as `1 of 2,318`."""
        self._place.show(text)

    @property
    def text(self) -> str:
        """The line as text."""
        return self._keys.render_line(0).text + (self._place.render_line(0).text if self._place.display else "")


class _Keys(Painted):
    """The keys with their words."""

    COMPONENT_CLASSES = parts("plain", "strong")
    DEFAULT_CSS = """
    _Keys { width: 1fr; height: 1; }
    """

    _shown: tuple[tuple[str, str], ...] = ()

    def show(self, keys: tuple[tuple[str, str], ...]) -> None:
        """Take other keys."""
        if keys != self._shown:
            self._shown = keys
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """As many as fit."""
        room = self.size.width - 1
        pieces: list[Piece] = []
        for key, word in self._shown:
            entry = (Piece(" "), Piece(key, "strong"), Piece(f" {word} "))
            if line_width(entry) > room:
                break
            room -= line_width(entry)
            pieces += entry
        return self.strip_of(pieces, self.size.width)


class _Place(Painted):
    """Where one is. Once it has said something it keeps its room, so that the keys beside it stay as they are."""

    COMPONENT_CLASSES = parts("plain")
    DEFAULT_CSS = f"""
    _Place {{ width: {LEAST_PLACE}; height: 1; display: none; }}
    """

    _shown = ""

    def show(self, text: str) -> None:
        """Say something else."""
        if text == self._shown:
            return
        self._shown = text
        self.display = True
        width = max(LEAST_PLACE, cell_width(text) + 2)
        if width != self.size.width:
            self.styles.width = width
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The words, right."""
        return self.strip_of((Piece(self._shown.rjust(self.size.width - 1)),), self.size.width)
