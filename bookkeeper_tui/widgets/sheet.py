"""A sheet: lines of pieces that scroll. What changes on it is repainted line by line, where it stands."""

from collections.abc import Callable, Sequence
from typing import Self

from textual.binding import Binding
from textual.events import Resize
from textual.geometry import Region
from textual.strip import Strip

from bookkeeper_tui.widgets.pieces import Line, Painted, Piece, parts

Drawing = Callable[[int], Sequence[Line]]


class Sheet(Painted, can_focus=True):
    """Shows what a drawing answers for the width there is; keys scroll it when it is longer than its place."""

    COMPONENT_CLASSES = parts("plain", "quiet", "strong", "good", "warn", "bad", "head", "bar")
    BINDINGS = [
        Binding("up", "scroll_by(-1)", show=False),
        Binding("down", "scroll_by(1)", show=False),
        Binding("pageup", "scroll_page(-1)", show=False),
        Binding("pagedown", "scroll_page(1)", show=False),
        Binding("home", "scroll_to_line(0)", show=False),
        Binding("end", "scroll_to_line(1000000)", show=False),
    ]
    QUIET_FOCUS = True
    DEFAULT_CSS = """
    Sheet { height: 1fr; width: 1fr; }
    """

    def __init__(self, *, inset: int = 0, id: str | None = None) -> None:
        super().__init__(id=id)
        self._inset = inset
        self._drawing: Drawing = lambda width: ()
        self._lines: list[Line] = []
        self._top = 0
        self._width = 0

    @property
    def top(self) -> int:
        """The first line in sight, counted from 0."""
        return self._top

    @property
    def lines(self) -> Sequence[str]:
        """What stands on the whole sheet, as text."""
        return ["".join(piece.text for piece in line) for line in self._lines]

    def draw(self, drawing: Drawing, *, from_top: bool = False) -> None:
        """Show this drawing; the scroll stays unless `from_top`, and only lines that differ are repainted."""
        self._drawing = drawing
        if from_top:
            self._top = 0
        self.redraw()

    def pane(self) -> Self:
        """The same sheet, as one pane among others: its style may say that it has the focus."""
        self.add_class("-pane")
        return self

    def action_scroll_by(self, lines: int) -> None:
        self.scroll_to_top(self._top + lines)

    def action_scroll_page(self, direction: int) -> None:
        self.scroll_to_top(self._top + direction * max(1, self.size.height - 1))

    def action_scroll_to_line(self, line: int) -> None:
        self.scroll_to_top(line)

    def scroll_to_top(self, line: int) -> None:
        """Bring a line to the top, as far as the sheet reaches."""
        top = max(0, min(line, len(self._lines) - self.size.height))
        if top != self._top:
            before = self._visible()
            self._top = top
            self._repaint_changed(before)

    def render_line(self, y: int) -> Strip:
        """One visible line; the last one tells of more below."""
        height, width = self.size.height, self.size.width
        if width != self._width:
            self._make_lines()
        index = self._top + y
        if y == height - 1 and index < len(self._lines) - 1:
            more = len(self._lines) - index
            mark = "v" if self.ascii_only else "↓"
            return self.strip_of((Piece(f"{' ' * self._inset}{mark} {more} more lines", "quiet"),), width)
        return self.strip_of(self._lines[index] if index < len(self._lines) else (), width)

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Only a pane among others shows whether keys go to it; working out styles again costs milliseconds."""
        if self.has_class("-pane"):
            super().watch_has_focus(_has_focus)

    def on_resize(self, event: Resize) -> None:
        """Ask the drawing again: it is made for a width. Mostly that was done when it was painted with the layout."""
        if self._width == self.size.width:
            self.scroll_to_top(self._top)
        else:
            self.redraw()

    def redraw(self) -> None:
        """Ask the drawing again, because something it draws on has changed."""
        if not self.size.width:
            # It is hidden: it is asked when it comes to be seen, though it may be as wide as before.
            self._width = 0
            return
        before = self._visible()
        self._make_lines()
        self._repaint_changed(before)

    def _make_lines(self) -> None:
        self._width = self.size.width
        lines = self._drawing(self._width - self._inset)
        self._lines = [(Piece(" " * self._inset), *line) for line in lines] if self._inset else list(lines)
        self._top = max(0, min(self._top, len(self._lines) - self.size.height))

    def _visible(self) -> tuple[int, list[Line]]:
        return len(self._lines) - self._top, self._lines[self._top : self._top + self.size.height]

    def _repaint_changed(self, before: tuple[int, list[Line]]) -> None:
        remaining, old = before
        now_remaining, new = self._visible()
        height = self.size.height
        for y in range(height):
            mine = old[y] if y < len(old) else ()
            fresh = new[y] if y < len(new) else ()
            if mine != fresh or (y == height - 1 and remaining != now_remaining):
                self.refresh(Region(0, y, self.size.width, 1))
