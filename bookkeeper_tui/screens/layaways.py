"""The shop's open layaways, first due first."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import cast

from textual.app import ComposeResult

from bookkeeper_tui.formats import Conventions
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import layaways
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.layaways import Layaway
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

MOST = 500


class LayawaysScreen(HouseScreen):
    """Enter opens one."""

    NAME = "layaways"
    TITLE_WORDS = "Layaways"

    def body(self) -> ComposeResult:
        """One list."""
        yield HotList(
            [
                Column("Due", 10),
                Column("Layaway", 10),
                Column("Customer"),
                Column("Total", 10, right=True, from_width=70),
                Column("Outstanding", 11, right=True),
                Column("", 9),
            ],
            empty=["Nothing is set aside. On the sale screen, Alt+A sets a sale aside for its customer."],
        )

    def arrive(self, **what: object) -> None:
        """The open ones."""
        self.desk.look("layaway.viewed")
        self._read(keep=True)
        self.query_one(HotList).focus(scroll_visible=False)

    def seen(self) -> None:
        """They may be others now."""
        self._read(keep=True)

    def store_changed(self, change: StoreChanged) -> None:
        """Where they stand."""
        self._read(keep=True)

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter."""
        event.stop()
        self.house.show("layaway", layaway_id=cast(int, event.key))

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """Say where the cursor is."""
        event.stop()
        self.key_line.show_right(f"{event.place} of {event.total}" if event.total else "")

    def _read(self, *, keep: bool) -> None:
        found = layaways.open_ones(self.desk, limit=MOST)
        today = self.desk.today()
        rows = [layaway_row(one, self.house.conventions, today, with_customer=True) for one in found]
        self.query_one(HotList).show(rows, keep=keep)


@dataclass(frozen=True)
class LayawaysOf:
    """One customer's layaways, newest first, by their ids."""

    desk: Desk
    customer_id: int
    conventions: Conventions

    def total(self) -> int:
        """How many there are."""
        return layaways.count_of_customer(self.desk, self.customer_id)

    def after(self, key: Hashable | None, limit: int, including: bool = False) -> Sequence[Row]:
        """Older ones."""
        before = None if key is None else cast(int, key) + (1 if including else 0)
        return self._rows(layaways.of_customer(self.desk, self.customer_id, before=before, limit=limit))

    def before(self, key: Hashable | None, limit: int) -> Sequence[Row]:
        """Newer ones."""
        after = 0 if key is None else cast(int, key)
        return self._rows(layaways.newer_of_customer(self.desk, self.customer_id, after=after, limit=limit))

    def _rows(self, found: Sequence[Layaway]) -> list[Row]:
        today = self.desk.today()
        return [layaway_row(one, self.conventions, today) for one in found]


def layaway_row(one: Layaway, conventions: Conventions, today: str, *, with_customer: bool = False) -> Row:
    """A layaway as a row: when it is due, which, whose if asked, total, outstanding and state."""
    state = "! overdue" if one.is_overdue(today) else one.state
    whose = (one.customer_name,) if with_customer else ()
    cells = (
        conventions.date(one.due), one.number, *whose, conventions.amount(one.total),
        conventions.amount(one.outstanding), state,
    )  # fmt: skip
    return Row(one.id, cells, ("bad",) if one.is_overdue(today) else ())
