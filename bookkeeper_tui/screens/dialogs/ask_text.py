"""A question that is answered by typing one line."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.screen import HouseDialog
from bookkeeper_tui.widgets.field import Field


class AskText(HouseDialog[str]):
    """One line of text; Enter gives it, Esc gives none. With `over`, typing overwrites what stands there."""

    NAME = "ask_text"
    TITLE_WORDS = "A question"

    def __init__(self, question: str, start: str = "", *, most: int = 500, over: bool = False) -> None:
        super().__init__()
        self._question, self._start, self._most, self._over = question, start, most, over

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Static(self._question + "\n", markup=False)
            yield Field(self._start, id="answer", most=self._most)

    def on_mount(self) -> None:
        """There is one field."""
        field = self.query_one("#answer", Field)
        self.set_focus(field)
        if self._over:
            field.action_select_all()

    async def do_back(self) -> None:
        """Esc: no answer, but what was typed is not lost without asking."""
        typed = self.query_one("#answer", Field).value
        if typed.strip() in ("", self._start.strip()) or await self.ask(
            Confirm("Leave without saving what you typed?", yes="Leave", no="Stay")
        ):
            self.dismiss(None)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self.dismiss(event.value)
