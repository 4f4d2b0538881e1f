"""A second person's PIN for one action, on the spot; both names go to the log."""

from __future__ import annotations

import asyncio

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from bookkeeper_tui.errors import NotAllowed
from bookkeeper_tui.screens.screen import HouseDialog
from bookkeeper_tui.store import permissions, sign_in
from bookkeeper_tui.store.desk import Approval
from bookkeeper_tui.store.sign_in import SignInRefused
from bookkeeper_tui.widgets.field import Field, PinField


class OverrideDialog(HouseDialog[Approval]):
    """Asks for a staff number and PIN of somebody who may; answers their approval, none for Esc."""

    NAME = "override"
    TITLE_WORDS = "An override"

    def __init__(self, permission: str, what: str) -> None:
        super().__init__()
        self._permission, self._what = permission, what

    def compose(self) -> ComposeResult:
        who = permissions.who_may(self.desk.store.database, self._permission)
        with Vertical(classes="sheet"):
            yield Static(f"{self._what} needs a second person: {who}.\n", markup=False)
            with Horizontal(classes="entry"):
                yield Static("Staff number", classes="label", markup=False)
                yield Field(id="number", most=20)
            with Horizontal(classes="entry"):
                yield Static("PIN", classes="label", markup=False)
                yield PinField(id="pin")
            yield Static("", id="said", markup=False)

    def on_mount(self) -> None:
        """Begin with the number."""
        self.set_focus(self.query_one("#number"))

    def scanned(self, code: str) -> bool:
        """A badge that is scanned here is a staff number."""
        return False

    def on_key(self, event: events.Key) -> None:
        """Arrows move between the two."""
        if event.key in ("up", "down"):
            self.set_focus(self.query_one("#pin" if event.key == "down" else "#number"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the number goes on to the PIN."""
        event.stop()
        self.set_focus(self.query_one("#pin"))

    def on_pin_field_submitted(self, event: PinField.Submitted) -> None:
        """Enter tries the PIN."""
        event.stop()
        if event.value:
            self.start(self._try(self.query_one("#number", Field).value, event.value), "override")

    async def _try(self, number: str, typed_pin: str) -> None:
        self._say("Checking…" if not self.house.ascii_only else "Checking...")
        self.query_one("#pin", PinField).clear()
        desk = self.desk
        try:
            attempt = sign_in.begin(self.house.nobody, number)
            right = await asyncio.to_thread(sign_in.pin_matches, desk.store, attempt, typed_pin)
            approval = sign_in.finish_approval(desk, attempt, right, self._permission)
        except SignInRefused as refused:
            # The next try is of the PIN most often, and must not be typed where it is read.
            self._say(f"{refused}.")
            self.set_focus(self.query_one("#pin"))
            return
        except NotAllowed as refused:
            self._say(f"{refused}.")
            number_field = self.query_one("#number", Field)
            self.set_focus(number_field)
            number_field.action_select_all()
            return
        self.dismiss(approval)

    def _say(self, sentence: str) -> None:
        self.query_one("#said", Static).update(sentence)
