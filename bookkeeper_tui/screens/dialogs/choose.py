"""A question that is answered by choosing one of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from bookkeeper_tui.screens.screen import HouseDialog
from bookkeeper_tui.widgets.choices import Choices


class Choose(HouseDialog[str]):
    """One of several, by arrows, first letters and Enter or by its number; answers its key.

    `letters` choose one each, too; then letters do not move the cursor.
    """

    NAME = "choose"
    TITLE_WORDS = "A choice"

    def __init__(
        self,
        question: str,
        rows: Sequence[tuple[str, str]],
        *,
        start: str = "",
        letters: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__()
        self._question, self._rows, self._start, self._letters = question, list(rows), start, letters

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Static(self._question + "\n", markup=False)
            yield Choices(self._rows, start=self._start, by_letter=not self._letters)

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Enter on a row."""
        event.stop()
        self.dismiss(event.key)

    def on_key(self, event: events.Key) -> None:
        """A letter that stands for a row."""
        if event.key in self._letters:
            event.stop()
            self.dismiss(self._letters[event.key])
