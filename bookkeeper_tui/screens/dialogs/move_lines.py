"""Which lines of a sale, or how much of them, are to go to another sale."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from bookkeeper_tui.screens.screen import HouseDialog
from bookkeeper_tui.store.baskets import Basket, BasketLine
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row


class MoveLines(HouseDialog[dict[int, int]]):
    """Space takes a line whole or leaves it, + and - one piece more or less; answers line numbers with thousandths."""

    NAME = "move_lines"
    TITLE_WORDS = "Lines for another sale"
    CSS_PATH = "till_dialogs.tcss"

    def __init__(self, basket: Basket, *, start: int = 0) -> None:
        super().__init__()
        self._lines = {line.line_no: line for line in basket.lines}
        self._going = dict.fromkeys(self._lines, 0)
        if start in self._lines:
            self._going[start] = self._lines[start].quantity
        self._start = start

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet -broad"):
            yield Static("Which lines go to another sale?\n", markup=False)
            yield HotList(
                [
                    Column("Article"), Column("Quantity", 9, right=True), Column("Goes", 9, right=True),
                    Column("Amount", 11, right=True),
                ],
                id="lines-to-go",
            )  # fmt: skip
            yield Static("Space: all or nothing   + -: one piece more or less   Enter: go on", markup=False)

    def on_mount(self) -> None:
        """The line that the cursor stood on is taken."""
        listed = self.query_one(HotList)
        listed.show(self._rows())
        listed.select(self._start)
        self.set_focus(listed)

    def on_key(self, event: events.Key) -> None:
        """Take, leave, more, less."""
        line = self._lines.get(self._cursor())
        if line is None or event.character not in (" ", "+", "-"):
            return
        event.stop()
        going, one = self._going[line.line_no], min(1000, line.quantity)
        if event.character == " ":
            going = 0 if going else line.quantity
        else:
            going = max(0, min(line.quantity, going + (one if event.character == "+" else -one)))
        self._going[line.line_no] = going
        self.query_one(HotList).show(self._rows(), keep=True)

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: go on with what is taken, else with the line under the cursor."""
        event.stop()
        going = {line_no: quantity for line_no, quantity in self._going.items() if quantity}
        cursor = self._cursor()
        self.dismiss(going or {cursor: self._lines[cursor].quantity})

    def _cursor(self) -> int:
        key = self.query_one(HotList).cursor_key
        return key if isinstance(key, int) else 0

    def _rows(self) -> list[Row]:
        return [self._row(line) for line in self._lines.values()]

    def _row(self, line: BasketLine) -> Row:
        conventions, going = self.house.conventions, self._going[line.line_no]
        cells = (
            line.description, conventions.quantity(line.quantity), conventions.quantity(going) if going else "",
            conventions.amount(line.priced.amount),
        )  # fmt: skip
        return Row(line.line_no, cells, ("strong",) if going else ())
