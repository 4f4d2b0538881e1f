"""A PIN for somebody else: typed twice, or made by the program. They must change it when they sign in."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.screens.screen import HouseDialog, HousePlace
from bookkeeper_tui.store import staff
from bookkeeper_tui.widgets.field import PinField

_RULES = "Six to twelve digits, no date, no run, no repeat. Enter on nothing has one made."


class GivePin(HouseDialog[str]):
    """Answers the PIN that was typed, or nothing where one is to be made; None for Esc."""

    NAME = "give_pin"
    TITLE_WORDS = "A PIN"

    def __init__(self, name: str) -> None:
        super().__init__()
        self._whose = name

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Static(
                f"A PIN for {harmless(self._whose)}, to be changed at the first sign-in.\n{_RULES}\n", markup=False
            )
            for name, label in (("first", "PIN"), ("second", "Once more")):
                with Horizontal(classes="entry"):
                    yield Static(label, classes="label", markup=False)
                    yield PinField(id=name)
            yield Static("", id="said", markup=False)

    def on_mount(self) -> None:
        """Begin with the first."""
        self.set_focus(self.query_one("#first"))

    def scanned(self, code: str) -> bool:
        """What is scanned here is no article."""
        return False

    def on_key(self, event: events.Key) -> None:
        """Arrows move between the two."""
        if event.key in ("up", "down"):
            self.set_focus(self.query_one("#second" if event.key == "down" else "#first"))

    def on_pin_field_submitted(self, event: PinField.Submitted) -> None:
        """Enter in the first checks it, or has one made; Enter in the second gives it."""
        event.stop()
        first, second = self.query_one("#first", PinField), self.query_one("#second", PinField)
        if not first.value:
            self.dismiss("")
            return
        try:
            staff.check_new_pin(first.value)
            if event.pin_field is first:
                self._say("")
                self.set_focus(second)
                return
            if second.value != first.value:
                raise BadInput("The two are not the same: type the PIN again")
            self.dismiss(first.value)
        except BadInput as mistake:
            self._say(f"{mistake}.")
            first.clear()
            second.clear()
            self.set_focus(first)

    def _say(self, sentence: str) -> None:
        self.query_one("#said", Static).update(sentence)


async def ask_pin(place: HousePlace[None], name: str) -> tuple[str, bool] | None:
    """A PIN for somebody, and whether it was made here and has to be told; None where nobody gave one."""
    typed = await place.ask(GivePin(name))
    if typed is None:
        return None
    return (typed, False) if typed else (staff.make_pin(), True)


async def tell_pin(place: HousePlace[None], name: str, number: str, pin: str) -> None:
    """Show a PIN that was made, once; it stands nowhere else, so a second Enter too many does not take it away."""
    words = f"{harmless(name)} signs in with staff number {number} and the PIN\n\n    {pin}\n\nIt is shown only now."
    while await place.ask(Choose(words, [("stay", "Keep it in sight"), ("done", "It is passed on")])) == "stay":
        pass
