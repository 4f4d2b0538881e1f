"""The Reservations tab."""

from __future__ import annotations

from textual.app import ComposeResult

from bookkeeper_tui.screens.profile.tab import ListTab
from bookkeeper_tui.widgets.hot_list import Column, HotList


class ReservationsTab(ListTab):
    """One list."""

    NAME = "reservations"
    TITLE = "Reservations"
    PERMISSION = "booking.viewed"
    SERVICES = True

    def compose(self) -> ComposeResult:
        """One list."""
        yield HotList([Column("")], empty=["No time is booked."])

    def load(self) -> None:
        """Nothing yet."""

    def reload(self) -> None:
        """Nothing yet."""
