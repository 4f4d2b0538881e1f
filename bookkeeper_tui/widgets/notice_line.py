"""The place where the console says one sentence: over the key line, until the next key. Nothing times out."""

from textual.strip import Strip
from textual.widgets import Static

from bookkeeper_tui.widgets.pieces import Painted, Piece, parts, wrap


class NoticeLine(Painted):
    """A sentence with a mark before it, in as many lines as it needs; it takes no room while there is none."""

    COMPONENT_CLASSES = parts("plain", "bad")
    DEFAULT_CSS = """
    NoticeLine { dock: bottom; layer: notice; height: 1; display: none; background: $panel; color: $foreground; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.sentence = ""
        self._mark = ""

    def say(self, sentence: str, mark: str = "") -> None:
        """Show a sentence; `mark` is `!` where something went wrong."""
        self.sentence, self._mark = sentence, mark
        self.display = bool(sentence)
        self.styles.height = max(1, len(self._lines()))
        self.refresh()

    def clear(self) -> None:
        """Take the sentence away."""
        if self.sentence:
            self.say("")

    def render_line(self, y: int) -> Strip:
        """One line of the sentence."""
        lines = self._lines()
        role = "bad" if self._mark else "plain"
        mark = f" {self._mark} " if self._mark and y == 0 else "   " if self._mark else " "
        return self.strip_of((Piece(mark + lines[y] if y < len(lines) else "", role),), self.size.width)

    def _lines(self) -> list[str]:
        return wrap(self.sentence, max(8, self.app.size.width - 4))[:6] if self.sentence else []


class TooSmall(Static):
    """Says that the terminal is too small, in place of everything else."""

    DEFAULT_CSS = """
    TooSmall { display: none; layer: notice; width: 100%; height: 100%; background: $background; color: $foreground; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("This needs 60 columns and 20 rows.", id=id, markup=False)
