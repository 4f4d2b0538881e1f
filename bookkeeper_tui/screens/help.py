"""F1: the keys of the screen one is on, from the table."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from bookkeeper_tui.actions import Action
from bookkeeper_tui.keys import key_names
from bookkeeper_tui.screens.screen import HouseDialog
from bookkeeper_tui.widgets.pieces import Line, Piece, wrap
from bookkeeper_tui.widgets.sheet import Sheet

_KEYS_WIDTH = 20


class HelpDialog(HouseDialog[None]):
    """What each key does here, those of this screen alone first. Esc, Enter or F1 closes it."""

    NAME = "help"
    TITLE_WORDS = "Help"
    CSS_PATH = "help.tcss"

    def __init__(self, title: str, actions: Sequence[Action]) -> None:
        super().__init__()
        self._heading, self._actions = title, sorted(actions, key=lambda action: not action.where)

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Static(f"{self._heading}: what the keys do. Esc closes this.\n", markup=False)
            yield Sheet(id="explained")

    def on_mount(self) -> None:
        """Show the table's lines."""
        sheet = self.query_one(Sheet)
        sheet.draw(self._lines)
        self.set_focus(sheet)

    def do_help(self) -> None:
        """F1 again closes it."""
        self.dismiss(None)

    def key_enter(self) -> None:
        """Enter closes it too."""
        self.dismiss(None)

    def _lines(self, width: int) -> list[Line]:
        lines: list[Line] = []
        for action in self._actions:
            keys = _span(key_names(action.keys, ascii_only=self.house.ascii_only)) or f"({action.label})"
            for number, words in enumerate(wrap(action.help, max(16, width - _KEYS_WIDTH))):
                left = keys if number == 0 else ""
                lines.append((Piece(f"{left:<{_KEYS_WIDTH}}", "strong"), Piece(words)))
        return lines


def _span(names: Sequence[str]) -> str:
    return f"{names[0]}-{names[-2]}, {names[-1]}" if len(names) > 3 else ", ".join(names)
