"""F10: the places to go, the looks, and the ways out."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from bookkeeper_tui.keys import Action, menu_words
from bookkeeper_tui.screens.house import HouseDialog
from bookkeeper_tui.widgets.choices import Choices

# What the menu lists, in this order, as far as this person may.
ENTRIES = (
    "find", "sale", "new", "find_sale", "schedule", "timers", "members", "shift", "takings", "layaways", "catalogue",
    "discount_codes", "discount_review", "tax_rates", "services", "bookables", "commissions",
    "snapshot", "theme", "help", "palette", "lock", "sign_out", "leave",
)  # fmt: skip


class MenuDialog(HouseDialog[str]):
    """Answers the id of the chosen action."""

    NAME = "menu"
    TITLE_WORDS = "Menu"
    CSS_PATH = "palette.tcss"

    def __init__(self, actions: Sequence[Action]) -> None:
        super().__init__()
        self._actions = list(actions)

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Static("Menu\n", markup=False)
            yield Choices([(action.id, menu_words(action)) for action in self._actions])

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Enter or a number."""
        event.stop()
        self.dismiss(event.key)

    def do_menu(self) -> None:
        """F10 again closes it."""
        self.dismiss(None)
