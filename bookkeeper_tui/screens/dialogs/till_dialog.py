"""What the till's own questions are made of: whatever is scanned while one is open lands in the sale beneath it."""

from __future__ import annotations

from typing import TypeVar

from textual.widgets import Input

from bookkeeper_tui.screens.house import HouseDialog, HouseScreen

Answer = TypeVar("Answer")


class TillDialog(HouseDialog[Answer]):
    """A question over the sale screen; a scanned code goes past it, and what was typed in its field stays."""

    def scanned(self, code: str) -> bool:
        """Hand the code to the screen beneath; it leaves the field that it may have been typed into."""
        beneath = next((screen for screen in reversed(self.app.screen_stack) if isinstance(screen, HouseScreen)), None)
        if beneath is None:
            return False
        if isinstance(self.focused, Input) and self.focused.value.endswith(code):
            self.focused.value = self.focused.value.removesuffix(code)
        taken = beneath.scanned(code)
        self.beneath_changed()
        return taken

    def beneath_changed(self) -> None:
        """What is scanned has changed the sale beneath."""
