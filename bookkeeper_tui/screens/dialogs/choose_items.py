"""A question that is answered by marking open items: what a payment is to pay for."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from bookkeeper_tui.screens.screen import HouseDialog
from bookkeeper_tui.store.customer_accounts import AccountLine, Allocation
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row


class ChooseItems(HouseDialog[tuple[Allocation, ...]]):
    """Space marks a charge, which takes what is left of the amount; Enter is done. Answers what each is to be paid.

    `charges` are open charges, `amount` (minor units, positive) what there is to pay them with.
    """

    NAME = "choose_items"
    TITLE_WORDS = "Open items"
    CSS_PATH = "choose_items.tcss"

    def __init__(self, question: str, charges: Sequence[AccountLine], amount: int) -> None:
        super().__init__()
        self._question, self._charges, self._amount = question, list(charges), amount
        self._marked: list[int] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Static(self._question + "\n", markup=False)
            yield HotList(
                [
                    Column("", 1),
                    Column("Due", 10),
                    Column("Reference"),
                    Column("Open", 10, right=True),
                    Column("Pays", 10, right=True),
                ],
                id="items",
            )
            yield Static("", id="said", markup=False)

    def on_mount(self) -> None:
        """Nothing is marked to begin with."""
        self._show()
        self.set_focus(self.query_one("#items"))

    def on_key(self, event: events.Key) -> None:
        """Space marks the charge under the cursor, or takes its mark away."""
        if event.key == "space":
            event.stop()
            key = self.query_one("#items", HotList).cursor_key
            if isinstance(key, int):
                if key in self._marked:
                    self._marked.remove(key)
                else:
                    self._marked.append(key)
                self._show()

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: what is marked, or the charge under the cursor where nothing is."""
        event.stop()
        if not self._marked and isinstance(event.key, int):
            self._marked.append(event.key)
        self.dismiss(tuple(Allocation(item_id, amount) for item_id, amount in self._taken().items() if amount))

    def _taken(self) -> dict[int, int]:
        """What each marked charge takes, in the order in which they were marked."""
        open_of = {charge.id: charge.open for charge in self._charges}
        left, taken = self._amount, dict[int, int]()
        for item_id in self._marked:
            taken[item_id] = min(left, open_of[item_id])
            left -= taken[item_id]
        return taken

    def _show(self) -> None:
        conventions, taken = self.house.conventions, self._taken()
        rows = [
            Row(
                charge.id,
                (
                    "*" if charge.id in taken else "",
                    conventions.date(charge.due),
                    charge.reference,
                    conventions.amount(charge.open),
                    conventions.amount(taken[charge.id]) if charge.id in taken else "",
                ),
            )
            for charge in self._charges
        ]
        self.query_one("#items", HotList).show(rows, keep=True)
        left = conventions.amount(self._amount - sum(taken.values()))
        self.query_one("#said", Static).update(f"Space marks, Enter is done. {left} not set yet.")
