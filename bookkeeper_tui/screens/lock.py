"""A locked console: one's own PIN opens it where it was left, or somebody else signs in instead."""

from __future__ import annotations

import asyncio

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from bookkeeper_tui.errors import NotAllowed
from bookkeeper_tui.screens.screen import HousePlace, HouseScreen
from bookkeeper_tui.store import sign_in
from bookkeeper_tui.store.sign_in import SignInRefused
from bookkeeper_tui.widgets.field import PinField


class LockScreen(HouseScreen):
    """Lies over everything, so that what was being typed comes back untouched."""

    NAME = "lock"
    TITLE_WORDS = "Locked"
    CSS_PATH = "sign_in.tcss"
    KEPT = False

    def body(self) -> ComposeResult:
        staff = self.desk.staff
        with Vertical(id="sign-in"):
            standing = "is no longer on the staff" if self.desk.has_left else "is signed in here"
            yield Static(f"Locked. {staff.name} ({staff.number}) {standing}.\n", markup=False)
            with Horizontal(classes="entry"):
                yield Static("PIN", classes="label", markup=False)
                yield PinField(id="pin")
            yield Static("", id="said", markup=False)
            yield Static(self._other_words(), id="demo", markup=False)

    def on_mount(self) -> None:
        """The PIN is all there is to type."""
        self.set_focus(self.query_one("#pin"))

    def on_pin_field_submitted(self, event: PinField.Submitted) -> None:
        """Enter tries the PIN."""
        event.stop()
        self.start(self._try(event.value), "unlock")

    def do_back(self) -> None:
        """Esc: somebody else wants to sign in."""
        self.start(self._somebody_else(), "somebody else")

    async def _try(self, typed_pin: str) -> None:
        pin = self.query_one("#pin", PinField)
        if not typed_pin:
            return
        self._say("Checking…" if not self.house.ascii_only else "Checking...")
        pin.clear()
        desk = self.desk
        try:
            attempt = sign_in.begin(self.house.nobody, desk.staff.number)
            right = await asyncio.to_thread(sign_in.pin_matches, desk.store, attempt, typed_pin)
            sign_in.finish_unlock(desk, attempt, right)
        except (NotAllowed, SignInRefused) as refused:
            pin.clear()
            self._say(f"{refused}.")
            return
        self.house.unlocked()

    async def _somebody_else(self) -> None:
        from bookkeeper_tui.screens.dialogs.confirm import Confirm

        lost = self._unsaved()
        question = f"Sign {self.desk.staff.name} out, so that somebody else can sign in?"
        if lost:
            question += f" {lost[0].upper()}{lost[1:]} would be lost."
        if await self.ask(Confirm(question, yes="Sign out", no="Stay locked")):
            self.app.run_worker(self.house.end_session(), exit_on_error=False)

    def _unsaved(self) -> str:
        places = [screen for screen in self.app.screen_stack if isinstance(screen, HousePlace)]
        return ", ".join(words for place in places if (words := place.unsaved()))

    def _other_words(self) -> str:
        lost = self._unsaved()
        kept = f"What was typed is kept: {lost}.\n" if lost else ""
        return f"{kept}Esc signs {self.desk.staff.name} out, so that somebody else can sign in."

    def _say(self, sentence: str) -> None:
        self.query_one("#said", Static).update(sentence)
