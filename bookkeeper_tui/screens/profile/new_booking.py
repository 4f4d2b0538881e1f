"""The New booking tab."""

from __future__ import annotations

from textual.app import ComposeResult

from bookkeeper_tui.screens.profile.tab import ListTab
from bookkeeper_tui.widgets.hot_list import Column, HotList


class NewBookingTab(ListTab):
    """One list."""

    NAME = "new_booking"
    TITLE = "New booking"
    PERMISSION = "booking.made"
    SERVICES = True

    def compose(self) -> ComposeResult:
        """One list."""
        yield HotList([Column("")], empty=["No time is booked."])

    def load(self) -> None:
        """Nothing yet."""

    def reload(self) -> None:
        """Nothing yet."""
