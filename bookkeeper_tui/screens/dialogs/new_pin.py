"""A new PIN, typed twice, for somebody whose PIN must change."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.screens.screen import HouseDialog
from bookkeeper_tui.store import staff
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.widgets.field import PinField


class NewPin(HouseDialog[bool]):
    """Stays until the PIN is changed or Esc gives up."""

    NAME = "new_pin"
    TITLE_WORDS = "A new PIN"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Static("Your PIN must be changed: six to twelve digits, no date, no run, no repeat.\n", markup=False)
            for name, label in (("first", "New PIN"), ("second", "Once more")):
                with Horizontal(classes="entry"):
                    yield Static(label, classes="label", markup=False)
                    yield PinField(id=name)
            yield Static("", id="said", markup=False)

    def on_mount(self) -> None:
        """Begin with the first."""
        self.set_focus(self.query_one("#first"))

    def on_key(self, event: events.Key) -> None:
        """Arrows move between the two."""
        if event.key in ("up", "down"):
            self.set_focus(self.query_one("#second" if event.key == "down" else "#first"))

    def on_pin_field_submitted(self, event: PinField.Submitted) -> None:
        """Enter in the first checks it, Enter in the second changes the PIN."""
        event.stop()
        first, second = self.query_one("#first", PinField), self.query_one("#second", PinField)
        try:
            staff.check_new_pin(first.value)
            if event.pin_field is first:
                self._say("")
                self.set_focus(second)
                return
            if second.value != first.value:
                raise BadInput("The two are not the same: type the new PIN again")
            with self.guard():
                staff.change_pin(self._desk, first.value)
                self.dismiss(True)
        except BadInput as mistake:
            self._say(f"{mistake}.")
            first.clear()
            second.clear()
            self.set_focus(first)

    def _say(self, sentence: str) -> None:
        self.query_one("#said", Static).update(sentence)
