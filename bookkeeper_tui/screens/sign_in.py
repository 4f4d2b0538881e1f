"""The first screen: a staff number, Enter, a PIN, Enter. Checking the PIN is slow on purpose and holds nothing up."""

from __future__ import annotations

import asyncio

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from bookkeeper_tui.screens.places import fetch
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import sign_in
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.sign_in import SignInRefused
from bookkeeper_tui.widgets.field import Field, PinField


class SignInScreen(HouseScreen):
    """Who are you?"""

    NAME = "sign_in"
    TITLE_WORDS = "Sign in"
    CSS_PATH = "sign_in.tcss"

    def body(self) -> ComposeResult:
        with Vertical(id="sign-in"):
            with Horizontal(classes="entry"):
                yield Static("Staff number", classes="label", markup=False)
                yield Field(id="number", most=20)
            with Horizontal(classes="entry"):
                yield Static("PIN", classes="label", markup=False)
                yield PinField(id="pin")
            yield Static("", id="said", markup=False)
            if self.house.demo_staff:
                yield Static(self._demo_words(), id="demo", markup=False)

    def opened(self) -> None:
        """Begin with empty fields, whoever was here before."""
        self._begin()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the number goes on to the PIN."""
        event.stop()
        self.set_focus(self.query_one("#pin"))

    def on_pin_field_submitted(self, event: PinField.Submitted) -> None:
        """Enter in the PIN tries to sign in; while it is checked, a second Enter counts for nothing."""
        event.stop()
        self.start(self._try(event.value), "sign in")

    def on_key(self, event: object) -> None:
        """Arrows move between the two fields."""
        key = getattr(event, "key", "")
        if key in ("up", "down"):
            self.set_focus(self.query_one("#pin" if key == "down" else "#number"))

    async def _try(self, typed_pin: str) -> None:
        number, pin = self.query_one("#number", Field), self.query_one("#pin", PinField)
        if not number.value.strip() or not typed_pin:
            self._say("Type your staff number and your PIN.")
            self.set_focus(pin if number.value.strip() else number)
            return
        self._say("Checking…" if not self.house.ascii_only else "Checking...")
        pin.clear()
        nobody = self.house.nobody
        try:
            attempt = sign_in.begin(nobody, number.value)
            right = await asyncio.to_thread(_check, nobody.store, attempt, typed_pin)
            signed_in = sign_in.finish(nobody, attempt, right)
        except SignInRefused as refused:
            self._begin()
            self._say(f"{refused}.")
            return
        except Exception:
            self._say("")
            raise
        if signed_in.must_change and not await self._new_pin(signed_in):
            sign_in.sign_out(signed_in.desk)
            self._begin()
            return
        self._begin()
        self.house.welcome(signed_in.desk)

    async def _new_pin(self, signed_in: sign_in.SignedIn) -> bool:
        from bookkeeper_tui.screens.dialogs.new_pin import NewPin

        changed = await self.ask(NewPin(signed_in.desk))
        return changed is True

    def _begin(self) -> None:
        self.query_one("#number", Field).value = ""
        self.query_one("#pin", PinField).clear()
        self._say("")
        self.set_focus(self.query_one("#number"))

    def _say(self, sentence: str) -> None:
        self.query_one("#said", Static).update(sentence)

    def _demo_words(self) -> str:
        rows = [f"{person['number']:<8}{person['pin']:<9}{person['role']:<12}{person['name']}"
                for person in self.house.demo_staff]  # fmt: skip
        return "\n".join(["This is a demo shop; sign in as one of", "", "Number  PIN      Role        Name", *rows])


def _check(store: Store, attempt: sign_in.Attempt, pin: str) -> bool:
    """Check the PIN, and have the next screens at hand while nobody can do anything anyway."""
    right = sign_in.pin_matches(store, attempt, pin)
    if right:
        for place in ("search", "profile", "sale"):
            fetch(place)
    return right
