"""F10: the places to go, the looks, and the ways out; what keeps the shop itself stands on a page of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from bookkeeper_tui.actions import Action
from bookkeeper_tui.keys import menu_words
from bookkeeper_tui.screens.screen import HouseDialog
from bookkeeper_tui.widgets.choices import Choices

# What the menu lists, in this order, as far as this person may; MANAGE opens the other page.
MANAGE = "manage"
ENTRIES = (
    "find", "sale", "new", "find_sale", "schedule", "timers", "waiting", "members", "shift", "takings",
    "layaways", MANAGE, "theme", "help", "palette", "lock", "sign_out", "leave",
)  # fmt: skip
MANAGED = (
    "catalogue", "discount_codes", "discount_review", "tax_rates", "services", "bookables", "commissions", "reports",
    "snapshot", "audit_log", "unusual", "duplicates", "staff", "setup",
)  # fmt: skip


class MenuDialog(HouseDialog[str]):
    """Answers the id of the chosen action; `actions` are those that may be chosen, of both pages."""

    NAME = "menu"
    TITLE_WORDS = "Menu"
    CSS_PATH = "palette.tcss"

    def __init__(self, actions: Sequence[Action]) -> None:
        super().__init__()
        self._actions = {action.id: action for action in actions}
        self._managing = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Static("Menu\n", markup=False)
            yield Choices(self._rows(), by_letter=True)

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Enter or a number."""
        event.stop()
        if event.key == MANAGE:
            self._turn(managing=True)
        else:
            self.dismiss(event.key)

    def do_menu(self) -> None:
        """F10 again closes it."""
        self.dismiss(None)

    def do_back(self) -> Awaitable[None] | None:
        """Back to the first page, and from there out."""
        if not self._managing:
            return super().do_back()
        self._turn(managing=False)
        return None

    def _turn(self, *, managing: bool) -> None:
        self._managing = managing
        self.query_one(Static).update("Menu: manage\n" if managing else "Menu\n")
        self.query_one(Choices).show(self._rows())

    def _rows(self) -> list[tuple[str, str]]:
        managed = [self._actions[entry] for entry in MANAGED if entry in self._actions]
        if self._managing:
            return [(action.id, menu_words(action)) for action in managed]
        rows = []
        for entry in ENTRIES:
            if entry == MANAGE and managed:
                names = ", ".join(action.label.lower() for action in managed)
                rows.append((MANAGE, f"{'Manage':<16} {'':<8} {names.capitalize()}"))
            elif entry in self._actions:
                rows.append((entry, menu_words(self._actions[entry])))
        return rows
