"""A question that is answered by yes or no."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from bookkeeper_tui.screens.screen import HouseDialog
from bookkeeper_tui.widgets.choices import Choices


class Confirm(HouseDialog[bool]):
    """Yes or no, the harmless answer first. `y` and `n` answer too; Esc is no."""

    NAME = "confirm"
    TITLE_WORDS = "A question"

    def __init__(self, question: str, yes: str = "Yes", no: str = "No") -> None:
        super().__init__()
        self._question = question
        self._answers = ((False, no), (True, yes))

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Static(self._question + "\n", markup=False)
            yield Choices([(str(answer), words) for answer, words in self._answers])

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Enter on an answer."""
        event.stop()
        self.dismiss(event.key == "True")

    def on_key(self, event: events.Key) -> None:
        """y and n."""
        if event.key in ("y", "n"):
            event.stop()
            self.dismiss(event.key == "y")
