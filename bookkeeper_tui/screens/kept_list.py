"""A screen that is one list of what the shop keeps: services, discount codes, trainers and resources."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.widgets.hot_list import HotList


class KeptList(HouseScreen):
    """Enter changes the row under the cursor. CHANGES are the deeds elsewhere after which it is read anew."""

    CHANGES: ClassVar[frozenset[str]]

    @abstractmethod
    def read(self) -> None:
        """Read the rows anew; the cursor stays where it is."""

    @property
    def listed(self) -> HotList:
        """The list."""
        return self.query_one(HotList)

    def on_mount(self) -> None:
        """Keys go to the list."""
        self.listed.focus(scroll_visible=False)

    def arrive(self, **what: object) -> None:
        """Read the rows anew."""
        self.read()

    def store_changed(self, change: StoreChanged) -> None:
        """Something of it was changed."""
        if change.everything or change.actions & self.CHANGES:
            self.read()

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: change it."""
        event.stop()
        self.house.act("change")

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """The cursor moved, or what stands under it."""
        event.stop()
        self.moved(event)

    def moved(self, event: HotList.Moved) -> None:
        """Say where the cursor is."""
        self.key_line.show_right(f"{event.place} of {event.total}" if event.total else "")
