"""A question that is answered by a figure: a quantity, a weight, a price, a discount."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.screens.screen import HouseDialog
from bookkeeper_tui.widgets.number_field import NumberField


class AskNumber(HouseDialog[str]):
    """One figure; Enter gives it as typed once `check` accepts it (raising BadInput for what will not do)."""

    NAME = "ask_number"
    TITLE_WORDS = "A figure"

    def __init__(
        self, question: str, start: str = "", *, also: str = "", check: Callable[[str], object] = lambda text: None
    ) -> None:
        super().__init__()
        self._question, self._start, self._also, self._check = question, start, also, check

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Static(self._question + "\n", markup=False)
            yield NumberField(self._start, id="figure", also=self._also)
            yield Static("", id="said", markup=False)

    def on_mount(self) -> None:
        """What stands there is overwritten by typing."""
        field = self.query_one("#figure", NumberField)
        self.set_focus(field)
        field.action_select_all()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        try:
            self._check(event.value.strip())
        except BadInput as mistake:
            self.query_one("#said", Static).update(f"{mistake}.")
            return
        self.dismiss(event.value.strip())
