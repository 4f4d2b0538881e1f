"""A question that is answered by filling in a few fields, checked before the dialog closes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from bookkeeper_tui.errors import BookkeeperError
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.screen import HouseDialog
from bookkeeper_tui.widgets.field import Field

_ROOMY = 5
"""So many fields have a line between them also where the terminal is small."""


class AskedField(NamedTuple):
    """One field: its name in the answer, its label, and what stands in it to begin with."""

    name: str
    label: str
    start: str = ""
    most: int = 200


class AskFields(HouseDialog[dict[str, str]]):
    """Enter goes on to the next field, and in the last one gives them all; Esc gives none.

    `check` raises a BookkeeperError for an answer that will not do: its sentence is shown and what was typed stays.
    `wide` is for lines that are longer than a name.
    """

    NAME = "ask_fields"
    TITLE_WORDS = "A question"

    def __init__(
        self,
        question: str,
        fields: Sequence[AskedField],
        check: Callable[[Mapping[str, str]], object] = lambda answer: None,
        *,
        wide: bool = False,
    ) -> None:
        super().__init__()
        self._question, self._fields, self._check = question, list(fields), check
        self.set_class(wide or len(fields) > _ROOMY, "-tight")
        self.set_class(wide, "-long")

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Static(self._question + "\n", markup=False)
            for field in self._fields:
                with Horizontal(classes="entry"):
                    yield Static(field.label, classes="label", markup=False)
                    yield Field(field.start, id=f"asked-{field.name}", most=field.most)
            yield Static("", id="said", markup=False)

    def on_mount(self) -> None:
        """Begin with the first; what stands in a field is overwritten by typing."""
        self._go_to(self._field(0))

    def on_key(self, event: events.Key) -> None:
        """Arrows move between the fields."""
        if event.key in ("up", "down"):
            event.stop()
            self._step(-1 if event.key == "up" else 1)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: the next field, or the answer."""
        event.stop()
        if event.input is not self._field(-1):
            self._step(1)
            return
        answer = self._answer()
        try:
            self._check(answer)
        except BookkeeperError as mistake:
            self.query_one("#said", Static).update(f"{mistake}.")
            return
        self.dismiss(answer)

    async def do_back(self) -> None:
        """Esc: no answer, but what was typed is not lost without asking."""
        starts = {field.name: field.start for field in self._fields}
        if self._answer() == starts or await self.ask(Confirm("Leave without what you typed?", yes="Leave", no="Stay")):
            self.dismiss(None)

    def _answer(self) -> dict[str, str]:
        return {field.name: self._field(place).value.strip() for place, field in enumerate(self._fields)}

    def _step(self, by: int) -> None:
        boxes = [self._field(place) for place in range(len(self._fields))]
        focused = next((place for place, box in enumerate(boxes) if box is self.focused), 0)
        self._go_to(boxes[(focused + by) % len(boxes)])

    def _go_to(self, box: Field) -> None:
        self.set_focus(box)
        box.action_select_all()

    def _field(self, place: int) -> Field:
        return self.query_one(f"#asked-{self._fields[place].name}", Field)
