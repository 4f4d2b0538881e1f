"""A question that is answered by choosing one of a list."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from bookkeeper_tui.screens.house import HouseDialog
from bookkeeper_tui.widgets.choices import Choices


class Choose(HouseDialog[str]):
    """One of several, by arrows and Enter or by its number; answers its key."""

    NAME = "choose"
    TITLE_WORDS = "A choice"

    def __init__(self, question: str, rows: Sequence[tuple[str, str]], *, start: str = "") -> None:
        super().__init__()
        self._question, self._rows, self._start = question, list(rows), start

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Static(self._question + "\n", markup=False)
            yield Choices(self._rows, start=self._start)

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Enter on a row."""
        event.stop()
        self.dismiss(event.key)
