"""The blind count at the end of a shift: what lies in the drawer, note by note, not knowing what should."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.screen import HouseDialog
from bookkeeper_tui.widgets.count_sheet import CountSheet


class CountDialog(HouseDialog[dict[int, int]]):
    """Answers the pieces of each denomination (minor units); None for Esc."""

    NAME = "count"
    TITLE_WORDS = "Count the drawer"

    def __init__(self, number: str, denominations: Sequence[int]) -> None:
        super().__init__()
        self._number, self._denominations = number, denominations

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Static(f"Count the drawer of shift {self._number}", markup=False)
            yield Static("Pieces of each. Enter goes on, Ctrl+S ends it.\n", markup=False)
            yield CountSheet(self._denominations, self.house.conventions)

    async def on_count_sheet_done(self, event: CountSheet.Done) -> None:
        """Enter on the smallest coin."""
        event.stop()
        self.start(self.do_save(), "counted")

    async def do_save(self) -> None:
        """Ctrl+S: asked once more, because a count is never taken back."""
        sheet = self.query_one(CountSheet)
        conventions = self.house.conventions
        total = f"{conventions.currency} {conventions.amount(sheet.total)}"
        question = f"End shift {self._number} with {total} counted? It cannot be counted again."
        if await self.ask(Confirm(question, yes="End the shift", no="Count on")):
            self.dismiss(sheet.counts)

    async def do_back(self) -> None:
        """Esc: what was counted is not lost without asking."""
        if not self.query_one(CountSheet).counts or await self.ask(
            Confirm("Leave without what you counted?", yes="Leave", no="Count on")
        ):
            self.dismiss(None)
