"""Setup's branches: where the shop sells, which is that of every terminal that has none of its own."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult

from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.kept_list import KeptList
from bookkeeper_tui.store import branches
from bookkeeper_tui.store.branches import BranchRecord
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row


class BranchesScreen(KeptList):
    """A list; Enter renames the branch under the cursor."""

    NAME = "branches"
    NEEDS = dict.fromkeys(("add", "change", "retire", "usual_branch"), "branch.edited")
    TITLE_WORDS = "Setup: branches"
    CHANGES = frozenset({"branch.edited", "setting.changed", "shift.opened"})

    def body(self) -> ComposeResult:
        """One list."""
        yield HotList(
            [Column("Branch"), Column("Shifts", 8, right=True), Column("Last day", 10), Column("Terminals there")],
            id="branches",
        )

    def read(self) -> None:
        """Read the branches anew."""
        found = branches.list_branches(self.desk)
        usual = "every other" if any(one.terminals for one in found) else "every one"
        self.listed.show([self._row(one, usual) for one in found], keep=True)

    async def do_add(self) -> None:
        """Open a branch."""
        await self._ask("A new branch", None)

    async def do_change(self) -> None:
        """Rename the branch under the cursor."""
        if (branch := self._under_cursor()) is not None:
            await self._ask(f"Another name for {branch.name}; it stands on receipts from now on", branch)

    async def do_retire(self) -> None:
        """Close the branch under the cursor, or open it again."""
        if (branch := self._under_cursor()) is not None:
            branches.retire(self.desk, branch.name, not branch.retired)
            self.read()

    async def do_usual_branch(self) -> None:
        """Have all terminals stand here that have no branch of their own."""
        if (branch := self._under_cursor()) is not None:
            branches.place_terminal(self.desk, "", branch.name)
            self.read()

    async def _ask(self, question: str, known: BranchRecord | None) -> None:
        saved: list[BranchRecord] = []

        def save(answer: Mapping[str, str]) -> None:
            name = answer["name"]
            saved.append(branches.rename(self.desk, known.name, name) if known else branches.add(self.desk, name))

        await self.ask(AskFields(question, [AskedField("name", "Name", known.name if known else "", 40)], check=save))
        if saved:
            self.read()
            self.listed.select(saved[-1].name)

    def _row(self, branch: BranchRecord, usual: str) -> Row:
        conventions = self.house.conventions
        there = [*([usual] if branch.is_shops else []), *branch.terminals]
        standing = "closed" if branch.retired else ", ".join(reversed(there))
        last = conventions.date(branch.last_day) if branch.last_day else ""
        cells = (branch.name, conventions.count(branch.shifts) if branch.shifts else "", last, standing)
        return Row(branch.name, cells, ("quiet",) if branch.retired else (), branch)

    def _under_cursor(self) -> BranchRecord | None:
        row = self.listed.cursor_row
        return row.record if row is not None and isinstance(row.record, BranchRecord) else None
