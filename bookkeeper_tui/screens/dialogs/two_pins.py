"""A PIN typed twice: checked when it is typed first, kept when it is typed the same once more."""

from __future__ import annotations

from abc import abstractmethod

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.screens.screen import HouseDialog, Result
from bookkeeper_tui.store import staff
from bookkeeper_tui.widgets.field import PinField


class TwoPins(HouseDialog[Result]):
    """Two fields for one PIN; FIRST is the first one's label, WORD what the PIN is called."""

    FIRST = "PIN"
    WORD = "PIN"

    @abstractmethod
    def words(self) -> str:
        """What stands above the fields."""

    @abstractmethod
    def keep(self, pin: str) -> None:
        """Take the PIN that was typed twice. Raises BadInput for one that cannot be."""

    def keep_none(self) -> bool:
        """Take it that nothing was typed; False where a PIN is needed."""
        return False

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Static(f"{self.words()}\n", markup=False)
            for name, label in (("first", self.FIRST), ("second", "Once more")):
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
        """Enter in the first checks it, Enter in the second keeps it."""
        event.stop()
        first, second = self.query_one("#first", PinField), self.query_one("#second", PinField)
        if not first.value and self.keep_none():
            return
        try:
            staff.check_new_pin(first.value)
            if event.pin_field is first:
                self._say("")
                self.set_focus(second)
                return
            if second.value != first.value:
                raise BadInput(f"The two are not the same: type the {self.WORD} again")
            self.keep(first.value)
        except BadInput as mistake:
            self._say(f"{mistake}.")
            first.clear()
            second.clear()
            self.set_focus(first)

    def _say(self, sentence: str) -> None:
        self.query_one("#said", Static).update(sentence)
