"""Notes and coins to be counted: digits go to the one under the cursor, and what they come to stands beneath."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.strip import Strip

from bookkeeper_tui.formats import Conventions, fit
from bookkeeper_tui.widgets.pieces import Line, Painted, Piece, parts

MOST_DIGITS = 5
GAP = 2
VALUE, PIECES, SUM = 9, 6, 10


class Counted(NamedTuple):
    """A denomination in minor units, and how many of it were counted."""

    denomination: int
    pieces: int


class CountSheet(Painted, can_focus=True):
    """Two columns of denominations. Digits count, Backspace rubs out, arrows and Enter move; Enter on the last ends."""

    COMPONENT_CLASSES = parts("plain", "quiet", "strong", "cursor")
    BINDINGS = [
        Binding("up,shift+tab", "move(-1)", show=False),
        Binding("down,tab", "move(1)", show=False),
        Binding("left", "across(-1)", show=False),
        Binding("right", "across(1)", show=False),
        Binding("home", "move(-100)", show=False),
        Binding("end", "move(100)", show=False),
        Binding("enter", "next", show=False),
    ]
    DEFAULT_CSS = """
    CountSheet { height: auto; }
    """

    class Done(Message):
        """Enter was pressed on the last denomination."""

    def __init__(self, denominations: Sequence[int], conventions: Conventions, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._denominations = tuple(denominations)
        self._conventions = conventions
        self._pieces = [""] * len(self._denominations)
        self._cursor = 0

    @property
    def counts(self) -> dict[int, int]:
        """Pieces of each denomination that was counted."""
        return {value: int(typed) for value, typed in zip(self._denominations, self._pieces, strict=True) if typed}

    @property
    def total(self) -> int:
        """What has been counted so far, in minor units."""
        return sum(value * pieces for value, pieces in self.counts.items())

    def on_mount(self) -> None:
        """A count begins at once."""
        self.focus()

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """Half the denominations, an empty line and the total."""
        return self._rows + 2

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Digits are counted, none is a shortcut."""
        return character is not None and character.isdigit()

    def on_key(self, event: events.Key) -> None:
        """Type or rub out."""
        typed = self._pieces[self._cursor]
        if event.character is not None and event.character in "0123456789":
            typed = (typed + event.character).lstrip("0")[:MOST_DIGITS] or "0"
        elif event.key == "backspace":
            typed = typed[:-1]
        else:
            return
        event.stop()
        self._pieces[self._cursor] = typed
        self.refresh()

    def action_move(self, by: int) -> None:
        """To another denomination; it stops at the ends."""
        self._cursor = max(0, min(self._cursor + by, len(self._denominations) - 1))
        self.refresh()

    def action_across(self, by: int) -> None:
        """To the other column."""
        place = self._cursor + by * self._rows
        if 0 <= place < len(self._denominations):
            self._cursor = place
            self.refresh()

    def action_next(self) -> None:
        """On to the next; from the last one the count is done."""
        if self._cursor == len(self._denominations) - 1:
            self.post_message(self.Done())
        else:
            self.action_move(1)

    def render_line(self, y: int) -> Strip:
        """A line of each column, or the total at the end."""
        width = self.size.width
        if y == self._rows + 1:
            total = f"{self._conventions.currency} {self._conventions.amount(self.total)}"
            label = "Counted"
            return self.strip_of((Piece(label), Piece(fit(total, width - len(label), right=True), "strong")), width)
        if y >= self._rows:
            return self.strip_of((), width)
        each = (width - GAP) // 2
        right = y + self._rows
        line: Line = self._cell(y, each)
        if right < len(self._denominations):
            line = (*line, Piece(" " * GAP), *self._cell(right, each))
        return self.strip_of(line, width)

    @property
    def _rows(self) -> int:
        return (len(self._denominations) + 1) // 2

    def _cell(self, place: int, width: int) -> Line:
        value, typed = self._denominations[place], self._pieces[place]
        here = place == self._cursor
        shown = fit(typed, PIECES - 1, right=True) + ("<" if here else " ")
        worth = self._conventions.amount(value * int(typed)) if typed else ""
        times = "x" if self.ascii_only else "×"
        return (
            Piece(fit(self._conventions.amount(value), VALUE, right=True)),
            Piece(f" {times}", "quiet"),
            Piece(shown, "cursor" if here else "strong"),
            Piece(fit(worth, max(0, width - VALUE - 2 - PIECES), right=True), "quiet"),
        )
