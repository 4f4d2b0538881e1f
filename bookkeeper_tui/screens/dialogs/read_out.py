"""Words to read out to a customer, and the channels that they answer for; without channels, only to be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from bookkeeper_tui.formats import harmless
from bookkeeper_tui.screens.screen import HouseDialog
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Line, Piece, wrap
from bookkeeper_tui.widgets.sheet import Sheet

_MARKS = {True: "[x]", False: "[ ]"}
_WIDEST = 68
_BESIDES = 7
"""Lines of the dialog that are neither words nor channels."""


class Text(NamedTuple):
    """Words that can be read out, and what they are, such as `Wording 2 es, of 2026-11-20`."""

    what: str
    words: str


class Offered(NamedTuple):
    """A channel that can be chosen: its key, its name, how it stands, and whether it is marked to begin with."""

    key: str
    name: str
    state: str
    marked: bool = False


class ReadOutDialog(HouseDialog[tuple[int, tuple[str, ...]]]):
    """Space marks a channel, Enter is done; `l` shows the words in the next language.

    Answers the place of the text that was read among `texts`, and the keys of the channels that are marked.
    """

    NAME = "read_out"
    TITLE_WORDS = "To be read out"
    CSS_PATH = "read_out.tcss"

    def __init__(self, title: str, texts: Sequence[Text], offered: Iterable[Offered] = (), start: int = 0) -> None:
        super().__init__()
        self._title, self._texts, self._offered, self._place = title, list(texts), list(offered), start
        self._marked = {one.key for one in self._offered if one.marked}

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Static(harmless(self._title) + "\n", markup=False)
            yield Sheet(id="words")
            if self._offered:
                columns = [Column("", 3), Column("", 12), Column("")]
                yield HotList(columns, heading=False, id="channels")
            yield Static("", id="said", markup=False)

    def on_mount(self) -> None:
        """Keys go to the channels, or else scroll the words."""
        words = self.query_one("#words", Sheet)
        words.can_focus = not self._offered
        self.set_focus(words)
        if self._offered:
            self._listed.styles.height = len(self._offered)
            self.set_focus(self._listed)
            self._show_marks()
            marked = [one.key for one in self._offered if one.key in self._marked]
            self._listed.select(marked[0] if marked else self._offered[0].key)
        self._show()

    def on_resize(self) -> None:
        """Another width: the words take other lines."""
        super().on_resize()
        self._show()

    def on_key(self, event: events.Key) -> None:
        """Space marks a channel; l turns to the next language; Enter is done where nothing can be marked."""
        if event.key == "space" and self._offered:
            event.stop()
            self._marked ^= {str(self._listed.cursor_key)}
            self._show_marks()
        elif event.key == "l" and len(self._texts) > 1:
            event.stop()
            self._place = (self._place + 1) % len(self._texts)
            self._show()
        elif event.key == "enter" and not self._offered:
            event.stop()
            self.dismiss(None)

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: what is marked, or the channel under the cursor where nothing is."""
        event.stop()
        marked = self._marked or {str(event.key)}
        self.dismiss((self._place, tuple(one.key for one in self._offered if one.key in marked)))

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """The list says nothing at the key line."""
        event.stop()

    def _show(self) -> None:
        words, width = self.query_one("#words", Sheet), min(_WIDEST, self.app.size.width) - 4
        room = self.app.size.height - _BESIDES - len(self._offered)
        words.styles.height = max(3, min(len(self._lines(width)), room))
        words.draw(self._lines, from_top=True)
        keys = ["Space marks, Enter is done."] if self._offered else ["Enter closes."]
        if len(self._texts) > 1:
            keys.append(f"l: the next of {len(self._texts)} languages.")
        self.query_one("#said", Static).update(" ".join(keys))

    def _lines(self, width: int) -> list[Line]:
        text, quotes = self._texts[self._place], '""' if self.house.conventions.ascii else "“”"
        read = wrap(f"{quotes[0]}{text.words}{quotes[1]}", width) if text.words else []
        return [
            *((Piece(line, "quiet"),) for line in wrap(text.what, width)),
            *((Piece(line, "strong"),) for line in read),
        ]

    def _show_marks(self) -> None:
        self._listed.show(
            [Row(one.key, (_MARKS[one.key in self._marked], one.name, one.state)) for one in self._offered], keep=True
        )

    @property
    def _listed(self) -> HotList:
        return self.query_one("#channels", HotList)
