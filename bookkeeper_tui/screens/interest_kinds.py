"""Setup, Interests: what customers are asked whether they like it."""

from __future__ import annotations

from textual.app import ComposeResult

from bookkeeper_tui.formats import harmless
from bookkeeper_tui.screens.dialogs.ask_text import AskText
from bookkeeper_tui.screens.kept_list import KeptList
from bookkeeper_tui.store import interests
from bookkeeper_tui.store.interests import Interest
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

_NONE_YET = ("No interests yet. Alt+A adds one: Yoga, Wine, Cooking. Then they can be noted on the Interests tab.",)


class InterestKindsScreen(KeptList):
    """A list; Enter changes the name of the interest under the cursor."""

    NAME = "interests"
    NEEDS = dict.fromkeys(("add", "change", "retire"), "interest.defined")
    TITLE_WORDS = "Interests"
    CHANGES = frozenset({"interest.defined", "interest.set", "customer.erased", "customer.merged", "customer.unmerged"})

    def body(self) -> ComposeResult:
        """One list."""
        yield HotList(
            [Column("Interest"), Column("Customers", 10, right=True), Column("", 10)], empty=_NONE_YET, id="interests"
        )

    async def do_add(self) -> None:
        """One more."""
        name = await self.ask(AskText("What shall customers be asked whether they like it?", most=_MOST))
        if name:
            self._show(interests.define(self.desk, name))

    async def do_change(self) -> None:
        """Call the one under the cursor something else; customers who have it keep it."""
        if (one := self._under_cursor()) is not None:
            question = f"What shall {harmless(one.name)} be called? Customers who like it keep it."
            name = await self.ask(AskText(question, one.name, most=_MOST, over=True))
            if name:
                self._show(interests.rename(self.desk, one.id, name))

    async def do_retire(self) -> None:
        """Ask about the one under the cursor no more, or again."""
        if (one := self._under_cursor()) is not None:
            self._show(interests.retire(self.desk, one.id, not one.retired))

    def read(self) -> None:
        """Read the interests anew."""
        counted, found = interests.count_interested(self.desk), interests.list_interests(self.desk, also_retired=True)
        self.listed.show([self._row(one, counted.get(one.id, 0)) for one in found], keep=True)

    def _show(self, one: Interest) -> None:
        self.read()
        self.listed.select(one.id)

    def _row(self, one: Interest, customers: int) -> Row:
        count = self.house.conventions.count(customers) if customers else ""
        cells = (one.name, count, "out of use" if one.retired else "")
        return Row(one.id, cells, ("quiet",) if one.retired else (), one)

    def _under_cursor(self) -> Interest | None:
        row = self.listed.cursor_row
        return row.record if row is not None and isinstance(row.record, Interest) else None


_MOST = 2 * interests.LONGEST_NAME
