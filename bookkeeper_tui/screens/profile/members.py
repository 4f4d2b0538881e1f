"""The Members tab."""

from __future__ import annotations

from textual.app import ComposeResult

from bookkeeper_tui.screens.profile.tab import ListTab
from bookkeeper_tui.widgets.hot_list import Column, HotList


class MembersTab(ListTab):
    """One list."""

    NAME = "members"
    TITLE = "Members"
    PERMISSION = "member.viewed"
    SERVICES = True

    def compose(self) -> ComposeResult:
        """One list."""
        yield HotList([Column("")], empty=["There is no membership."])

    def load(self) -> None:
        """Nothing yet."""

    def reload(self) -> None:
        """Nothing yet."""
