"""A short list of answers: arrows and Enter, its first letters, or the number before it. Moving repaints two lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.binding import Binding
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from bookkeeper_tui.formats import cell_width, fold
from bookkeeper_tui.widgets.pieces import Painted, Piece, parts


class Choices(Painted, can_focus=True):
    """Rows of key and words, one under the cursor; as high as its rows, scrolling when there is less room.

    With `by_letter` typing goes to the next row in which a word begins with what was typed.
    """

    COMPONENT_CLASSES = parts("plain", "cursor")
    BINDINGS = [
        Binding("up,shift+tab", "move(-1)", show=False),
        Binding("down,tab", "move(1)", show=False),
        Binding("left", "move(-1)", show=False),
        Binding("right", "move(1)", show=False),
        Binding("pageup", "move(-10)", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("home", "move(-1000)", show=False),
        Binding("end", "move(1000)", show=False),
        Binding("enter", "choose", show=False),
    ]
    DEFAULT_CSS = """
    Choices { height: auto; max-height: 16; }
    """

    @dataclass
    class Chosen(Message):
        """Enter was pressed on a row."""

        choices: Choices
        key: str

        @property
        def control(self) -> Choices:
            """The list it happened in."""
            return self.choices

    def __init__(
        self, rows: Sequence[tuple[str, str]], *, start: str = "", by_letter: bool = False, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._rows, self._by_letter, self._typed = list(rows), by_letter, ""
        self._cursor = next((index for index, row in enumerate(self._rows) if row[0] == start), 0)
        self._top = 0

    @property
    def cursor_key(self) -> str:
        """The key under the cursor; empty when there are no rows."""
        return self._rows[self._cursor][0] if self._rows else ""

    def show(self, rows: Sequence[tuple[str, str]]) -> None:
        """Show other rows, the cursor on the first."""
        self._rows, self._cursor, self._top = list(rows), 0, 0
        self.refresh(layout=True)

    def on_mount(self) -> None:
        """A dialog with choices begins on them."""
        if self.can_focus:
            self.focus()

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """A line for each row."""
        return max(1, len(self._rows))

    def action_move(self, by: int) -> None:
        """Move the cursor; it stops at the ends."""
        self._typed = ""
        old, old_top = self._cursor, self._top
        self._cursor = max(0, min(self._cursor + by, len(self._rows) - 1))
        self._top = min(max(self._top, self._cursor - self.size.height + 1), self._cursor)
        if self._top != old_top:
            self.refresh()
        elif old != self._cursor:
            for index in (old, self._cursor):
                self.refresh(Region(0, index - self._top, self.size.width, 1))

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        if self._rows:
            self.post_message(self.Chosen(self, self.cursor_key))

    def on_key(self, event: events.Key) -> None:
        """A digit chooses its row; letters go to theirs."""
        if event.character and event.character in "123456789" and int(event.character) <= len(self._rows) <= 9:
            event.stop()
            self.post_message(self.Chosen(self, self._rows[int(event.character) - 1][0]))
        elif self._by_letter and event.character and event.character.isalpha():
            event.stop()
            self._go_to(fold(event.character))

    def _go_to(self, letter: str) -> None:
        """What was typed before counts while a row answers to all of it; a letter again goes to the next."""
        for typed in (self._typed + letter, letter):
            first = self._cursor + (len(typed) == 1)
            places = [(first + step) % len(self._rows) for step in range(len(self._rows))]
            words = {place: fold(self._rows[place][1]).split() for place in places}
            found = [place for place in places if words[place][:1] and words[place][0].startswith(typed)]
            found += [place for place in places if any(word.startswith(typed) for word in words[place])]
            if found:
                self.action_move(found[0] - self._cursor)
                self._typed = typed
                return

    def render_line(self, y: int) -> Strip:
        """A row: a mark for the cursor, its number when there are few, its words."""
        index = self._top + y
        if index >= len(self._rows):
            return self.strip_of((), self.size.width)
        here = index == self._cursor
        number = f"{index + 1} " if len(self._rows) <= 9 else ""
        words = f"{'>' if here else ' '} {number}{self._rows[index][1]}"
        fill = " " * (self.size.width - cell_width(words))
        return self.strip_of((Piece(words + fill, "cursor" if here else "plain"),), self.size.width)
