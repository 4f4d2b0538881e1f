"""The Layaways tab: what is or was set aside for this customer, newest first."""

from __future__ import annotations

from typing import cast

from textual.app import ComposeResult

from bookkeeper_tui.screens.layaways import LayawaysOf
from bookkeeper_tui.screens.profile.tab import ListTab
from bookkeeper_tui.widgets.hot_list import Column, HotList


class LayawaysTab(ListTab):
    """Enter opens one."""

    NAME = "layaways"
    TITLE = "Layaways"
    PERMISSION = "layaway.viewed"

    def compose(self) -> ComposeResult:
        """One list."""
        yield HotList(
            [
                Column("Due", 10),
                Column("Layaway", 10),
                Column("Total", 10, right=True, from_width=60),
                Column("Outstanding", 11, right=True),
                Column("", 10),
            ],
            empty=["Nothing is set aside. On the sale screen (F3), Alt+A sets a sale aside against a deposit."],
        )

    def load(self) -> None:
        """From the newest."""
        self.hot_list.read(LayawaysOf(self.desk, self.customer.id, self.conventions))

    def reload(self) -> None:
        """Where they stand."""
        self.hot_list.reload()

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter."""
        event.stop()
        self.house.show("layaway", layaway_id=cast(int, event.key))
