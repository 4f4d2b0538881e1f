"""Ctrl+P: every action that this person may do on this screen, by name; typing narrows the list."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from bookkeeper_tui.actions import Action
from bookkeeper_tui.formats import fold
from bookkeeper_tui.keys import menu_words
from bookkeeper_tui.screens.screen import HouseDialog
from bookkeeper_tui.widgets.choices import Choices
from bookkeeper_tui.widgets.field import Field


class PaletteDialog(HouseDialog[str]):
    """Answers the id of the chosen action. The box keeps the focus; arrows walk the list."""

    NAME = "palette"
    TITLE_WORDS = "Actions"
    CSS_PATH = "palette.tcss"

    def __init__(self, actions: Sequence[Action]) -> None:
        super().__init__()
        self._actions = list(actions)

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Field(id="wanted", placeholder="Name of an action")
            yield Walked(self._rows(""))

    def on_mount(self) -> None:
        """Typing goes into the box."""
        self.set_focus(self.query_one(Field))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        event.stop()
        self.query_one(Walked).show(self._rows(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter does the action under the cursor."""
        event.stop()
        if key := self.query_one(Walked).cursor_key:
            self.dismiss(key)

    def on_key(self, event: events.Key) -> None:
        """Arrows move in the list while the box keeps the focus."""
        steps = {"up": -1, "down": 1, "pageup": -10, "pagedown": 10}
        if event.key in steps:
            event.stop()
            self.query_one(Walked).action_move(steps[event.key])

    def do_palette(self) -> None:
        """Ctrl+P again closes it."""
        self.dismiss(None)

    def _rows(self, wanted: str) -> list[tuple[str, str]]:
        words = fold(wanted).split()

        def lacks(action: Action) -> bool:
            return not all(word in fold(action.label) for word in words)

        found = [one for one in self._actions if all(word in fold(f"{one.label} {one.help}") for word in words)]
        # What is named so comes before what only speaks of it.
        return [(action.id, menu_words(action)) for action in sorted(found, key=lacks)]


class Walked(Choices, can_focus=False):
    """Choices that are walked from the box above them."""
