"""Pieces of text with a role, and how a line of them is drawn. Colours come from the theme alone."""

from collections.abc import Iterable
from typing import ClassVar, NamedTuple, Self

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from bookkeeper_tui.formats import cell_width, fit, harmless

ROLES = ("plain", "quiet", "strong", "good", "warn", "bad", "head", "bar", "cursor", "resting")


class Piece(NamedTuple):
    """A stretch of text and the part it plays, which decides its colour."""

    text: str
    role: str = "plain"


Line = tuple[Piece, ...]


def parts(*roles: str) -> set[str]:
    """The component classes of roles, all when none is named. Each that a widget names costs a start 0.2 ms."""
    return {f"piece--{role}" for role in roles or ROLES}


class Painted(Widget):
    """A widget that draws itself line by line from pieces, and repaints only the lines that changed.

    Its COMPONENT_CLASSES are the `parts` that it draws.
    """

    DEFAULT_CSS = """
    Painted {
        & > .piece--quiet { color: $text-muted; }
        & > .piece--strong { text-style: bold; }
        & > .piece--good { color: $text-success; }
        & > .piece--warn { color: $text-warning; text-style: bold; }
        & > .piece--bad { color: $text-error; text-style: bold; }
        & > .piece--head { color: $text-muted; }
        & > .piece--bar { color: $primary; }
        & > .piece--cursor {
            background: $block-cursor-background; color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        & > .piece--resting {
            background: $block-cursor-blurred-background; color: $block-cursor-blurred-foreground;
            text-style: $block-cursor-blurred-text-style;
        }
        &:nocolor > .piece--cursor { text-style: reverse; }
        &:nocolor > .piece--resting { text-style: underline; }
    }
    """

    QUIET_FOCUS: ClassVar[bool] = False
    """Whether it repaints the lines that the focus changes by itself, so that nothing else has to be painted for it."""

    _focus_painted = False

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Paint again. The toolkit asks for all of it when the focus moves: passed over where it may be."""
        if self.QUIET_FOCUS and self._focus_painted != self.has_focus and not (regions or layout or recompose):
            self._focus_painted = self.has_focus
            return self
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    @property
    def ascii_only(self) -> bool:
        """Whether this terminal gets ASCII marks, as the console decided for it."""
        return bool(getattr(self.app, "ascii_only", False))

    def taking_no_focus(self) -> Self:
        """The same widget, as one that keys never go to."""
        self.can_focus = False
        return self

    def role_style(self, role: str) -> Style:
        """The theme's style for a role, on this widget's own background."""
        return self.get_component_rich_style(f"piece--{role}")

    def strip_of(self, line: Iterable[Piece], width: int) -> Strip:
        """One line, cut or padded to exactly `width` columns; neighbours of one style become one segment.

        Where a piece was cut or masked before, an ASCII terminal is shown its own marks for it.
        """
        segments: list[Segment] = []
        ascii_only = self.ascii_only
        left = width
        for text, role in line:
            clean = harmless(text)
            if ascii_only:
                clean = clean.replace("…", "~").replace("•", "*")
            taken = cell_width(clean)
            if taken > left:
                clean, taken = fit(clean, left, ascii_only=ascii_only), left
            style = self.role_style(role)
            if segments and segments[-1].style == style:
                segments[-1] = Segment(segments[-1].text + clean, style)
            elif clean:
                segments.append(Segment(clean, style))
            left -= taken
            if left <= 0:
                break
        if left > 0:
            plain = self.role_style("plain")
            if segments and segments[-1].style == plain:
                segments[-1] = Segment(segments[-1].text + " " * left, plain)
            else:
                segments.append(Segment(" " * left, plain))
        return Strip(segments, width)


def line_width(line: Iterable[Piece]) -> int:
    """Columns that a line takes."""
    return sum(cell_width(harmless(piece.text)) for piece in line)


def pair(label: str, value: str, width: int, role: str = "plain") -> Line:
    """A label at the left and its value at the right edge of `width` columns."""
    shown = harmless(value)
    room = width - cell_width(shown) - 1
    if room < 1:
        return (Piece(fit(shown, width, right=True), role),)
    return (Piece(fit(label, room), "quiet"), Piece(" "), Piece(shown, role))


def wrap(text: str, width: int) -> list[str]:
    """A text broken at spaces into lines of at most `width` columns; a longer word is cut across lines."""
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        current = ""
        for word in harmless(paragraph).split():
            if current and cell_width(current) + 1 + cell_width(word) <= width:
                current += " " + word
                continue
            if current:
                lines.append(current)
            while cell_width(word) > width > 1:
                head = fit(word, width + 1)[:-1] if word.isascii() else _head(word, width)
                lines.append(head)
                word = word[len(head) :]
            current = word
        lines.append(current)
    return lines


def _head(word: str, width: int) -> str:
    length, most = 1, min(len(word), 8 * width + 8)
    while length < most and cell_width(word[: length + 1]) <= width:
        length += 1
    return word[:length]
