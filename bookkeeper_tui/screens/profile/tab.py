"""What a tab of the profile is: it loads when first seen, keeps its place, and refreshes in place."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from bookkeeper_tui.screens.house import House, StoreChanged
from bookkeeper_tui.screens.screen import HousePlace
from bookkeeper_tui.widgets.hot_list import HotList
from bookkeeper_tui.widgets.sheet import Sheet

if TYPE_CHECKING:
    from bookkeeper_tui.formats import Conventions
    from bookkeeper_tui.store.customers import Customer
    from bookkeeper_tui.store.desk import Desk


class Tab(Vertical):
    """One tab. NAME is its word in the audit log (`tab.<NAME>`), PERMISSION who is shown it at all.

    A tab of SERVICES is for shops that sell services. Where one TAKES_COUNTS a digit may be the count for the next key,
    so it waits a moment before it goes to the tab with that number.
    """

    NAME: ClassVar[str]
    TITLE: ClassVar[str]
    PERMISSION: ClassVar[str] = ""
    SERVICES: ClassVar[bool] = False
    TAKES_COUNTS: ClassVar[bool] = False
    NEEDS: ClassVar[Mapping[str, str]] = {}
    """The permissions that actions need on this tab, where the table cannot say it for every one."""

    DEFAULT_CSS = "Tab { display: none; }"

    class Placed(Message):
        """The tab has something else to say at the right end of the key line."""

    def __init__(self) -> None:
        super().__init__(id=f"tab-{self.NAME}")
        self._customer: Customer | None = None
        self._seen = self._stale = False
        self._written_by: Conventions | None = None

    @property
    def house(self) -> House:
        """The console."""
        return cast(House, self.app)

    @property
    def profile(self) -> HousePlace[object]:
        """The screen that the tab stands on: questions are asked there."""
        return cast("HousePlace[object]", self.screen)

    @property
    def desk(self) -> Desk:
        """Who acts here."""
        return self.house.desk

    @property
    def conventions(self) -> Conventions:
        """How this terminal writes amounts and dates."""
        return self.house.conventions

    @property
    def time_zone(self) -> str:
        """The shop's time zone."""
        return self.desk.store.shop.time_zone

    @property
    def customer(self) -> Customer:
        """Whom the profile shows."""
        assert self._customer is not None
        return self._customer

    def turn_to(self, customer: Customer) -> None:
        """Take another customer, or the same one in a newer version; nothing is read before the tab is seen."""
        if self._customer is None or self._customer.id != customer.id:
            self._seen = False
        self._customer = customer
        self._stale = True

    def bring_up(self) -> None:
        """Read what is missing or old, because the tab is in sight; all of it once figures are written otherwise."""
        if not self._seen or self._written_by != self.conventions:
            self._seen, self._stale, self._written_by = True, False, self.conventions
            self.load()
        elif self._stale:
            self._stale = False
            self.reload()

    @abstractmethod
    def load(self) -> None:
        """Read the customer's part from its beginning."""

    @abstractmethod
    def reload(self) -> None:
        """Read it again where it stands, moving neither cursor nor scroll."""

    def others_changed(self, change: StoreChanged) -> None:
        """Something changed that is nothing of this customer's; for a tab in sight that shows more than what is."""

    def main(self) -> Widget:
        """What has the focus when the tab is shown."""
        return self.children[0]

    def place(self) -> str:
        """Where one is, for the right end of the key line."""
        return ""

    def unsaved(self) -> str:
        """What leaving would lose; empty when nothing."""
        return ""

    def handler(self, action_id: str) -> Callable[..., object] | None:
        """The method that does an action in this tab, or None; those who lack what it NEEDS are not offered it."""
        if action_id in self.NEEDS and not self.desk.may(self.NEEDS[action_id]):
            return None
        return cast("Callable[..., object] | None", getattr(self, f"do_{action_id}", None))


class SheetTab(Tab):
    """A tab that is one sheet: it is drawn from the top when first seen, and again where it stands."""

    def compose(self) -> ComposeResult:
        """One sheet."""
        yield Sheet(inset=1)

    def load(self) -> None:
        """Draw from the top."""
        self.draw(from_top=True)

    def reload(self) -> None:
        """Draw where it stands."""
        self.draw(from_top=False)

    @abstractmethod
    def draw(self, *, from_top: bool) -> None:
        """Read what is shown, and draw it on the sheet."""


class ListTab(Tab):
    """A tab that is a list: it says `1 of 2,318` on the key line."""

    @property
    def hot_list(self) -> HotList:
        """The list."""
        return self.query_one(HotList)

    def main(self) -> Widget:
        """Keys go to the list."""
        return self.hot_list

    def place(self) -> str:
        """The cursor's place and the total."""
        listed = self.hot_list
        if not listed.total:
            return ""
        return f"{self.conventions.count(listed.place)} of {self.conventions.count(listed.total)}"

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """The cursor moved: the key line follows."""
        event.stop()
        self.post_message(self.Placed())
        self.moved()

    def moved(self) -> None:
        """Show what follows the cursor."""


class DocumentsTab(ListTab):
    """A list of documents: the one under the cursor stands in full beside it, and Enter opens its receipt."""

    @property
    @abstractmethod
    def sale_behind(self) -> int | None:
        """The id of the sale behind the document under the cursor, where there is one."""

    @abstractmethod
    def draw_document(self) -> None:
        """Show the document under the cursor in full."""

    def moved(self) -> None:
        """The cursor moved: its document follows."""
        self.draw_document()

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: the receipt, where there is one."""
        event.stop()
        if self.sale_behind is not None:
            self.house.show("receipt", sale_id=self.sale_behind)
