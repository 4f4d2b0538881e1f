"""A new PIN, typed twice, for somebody whose PIN must change."""

from __future__ import annotations

from bookkeeper_tui.screens.dialogs.two_pins import TwoPins
from bookkeeper_tui.store import staff
from bookkeeper_tui.store.desk import Desk


class NewPin(TwoPins[bool]):
    """Stays until the PIN is changed or Esc gives up."""

    NAME = "new_pin"
    TITLE_WORDS = "A new PIN"
    FIRST = "New PIN"
    WORD = "new PIN"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def words(self) -> str:
        """Why, and what a PIN may be."""
        return "Your PIN must be changed: six to twelve digits, no date, no run, no repeat."

    def keep(self, pin: str) -> None:
        """Change one's PIN."""
        with self.guard():
            staff.change_pin(self._desk, pin)
            self.dismiss(True)
