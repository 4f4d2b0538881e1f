"""The Usage tab."""

from __future__ import annotations

from textual.app import ComposeResult

from bookkeeper_tui.screens.profile.tab import ListTab
from bookkeeper_tui.widgets.hot_list import Column, HotList


class UsageTab(ListTab):
    """One list."""

    NAME = "usage"
    TITLE = "Usage"
    PERMISSION = "usage.viewed"
    SERVICES = True

    def compose(self) -> ComposeResult:
        """One list."""
        yield HotList([Column("")], empty=["No session was used."])

    def load(self) -> None:
        """Nothing yet."""

    def reload(self) -> None:
        """Nothing yet."""
