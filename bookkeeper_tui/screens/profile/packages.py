"""The Packages tab."""

from __future__ import annotations

from textual.app import ComposeResult

from bookkeeper_tui.screens.profile.tab import ListTab
from bookkeeper_tui.widgets.hot_list import Column, HotList


class PackagesTab(ListTab):
    """One list."""

    NAME = "packages"
    TITLE = "Packages"
    PERMISSION = "package.viewed"
    SERVICES = True
    TAKES_COUNTS = True

    async def use(self, count: int) -> None:
        """Use so many sessions."""

    def compose(self) -> ComposeResult:
        """One list."""
        yield HotList([Column("")], empty=["No package was bought."])

    def load(self) -> None:
        """Nothing yet."""

    def reload(self) -> None:
        """Nothing yet."""
