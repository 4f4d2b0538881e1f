"""The parked sales of the shop: one is taken up here, merged into the sale under way, shown as a bill, or given up."""

from __future__ import annotations

from typing import NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from bookkeeper_tui.formats import local_time
from bookkeeper_tui.screens.screen import HouseDialog
from bookkeeper_tui.store import baskets
from bookkeeper_tui.store.baskets import BasketRow
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

DEEDS = {"m": "merge", "p": "bill", "d": "drop"}


class ParkedAnswer(NamedTuple):
    """What is to be done ("resume", "merge", "bill", "drop") with which basket."""

    deed: str
    row: BasketRow


class ParkedDialog(HouseDialog[ParkedAnswer]):
    """Enter takes the sale under the cursor up; letters do the rest. `merging` says there is one to merge it into."""

    NAME = "parked"
    TITLE_WORDS = "Parked sales"
    CSS_PATH = "till_dialogs.tcss"

    def __init__(self, *, merging: bool = False) -> None:
        super().__init__()
        self._merging = merging

    def compose(self) -> ComposeResult:
        columns = [
            Column("Since", 10), Column("Label"), Column("Customer", 18, from_width=60), Column("Till", 10),
            Column("Lines", 5, right=True), Column("Total", 11, right=True),
        ]  # fmt: skip
        with Vertical(classes="sheet -broad"):
            yield Static("Parked sales\n", markup=False)
            yield HotList(columns, empty=("No sale is parked. Alt+K on the sale screen parks one.",), id="parked-sales")
            merge = "  m brings it into this sale" if self._merging else ""
            yield Static(f"Enter takes it up here{merge}  p bill  d gives it up", markup=False)

    def on_mount(self) -> None:
        """The newest first."""
        listed = self.query_one(HotList)
        listed.show([self._row(row) for row in baskets.parked(self.desk)])
        self.set_focus(listed)

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter."""
        event.stop()
        self._answer("resume")

    def on_key(self, event: events.Key) -> None:
        """A letter, where there is something for it."""
        deed = DEEDS.get(event.character or "")
        if deed is not None and (self._merging or deed != "merge"):
            event.stop()
            self._answer(deed)

    def _answer(self, deed: str) -> None:
        row = self.query_one(HotList).cursor_row
        if row is not None and isinstance(row.record, BasketRow):
            self.dismiss(ParkedAnswer(deed, row.record))

    def _row(self, row: BasketRow) -> Row:
        conventions = self.house.conventions
        zone = self.desk.store.shop.time_zone
        moment, today = local_time(row.touched_at, zone), local_time(self.desk.now(), zone).date()
        since = f"{moment:%H:%M}" if moment.date() == today else conventions.date(moment.date())
        cells = (
            since, row.label or row.staff, row.customer_name, row.terminal, conventions.count(row.lines),
            conventions.amount(row.total),
        )  # fmt: skip
        return Row(row.id, cells, record=row)
