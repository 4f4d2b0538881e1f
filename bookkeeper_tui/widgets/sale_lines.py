"""The list of a sale's lines. While an article is searched by name the hits take their place, in the same rows."""

from collections.abc import Sequence

from bookkeeper_tui.widgets.hot_list import HotList
from bookkeeper_tui.widgets.rows import Column, Row

LINES = (
    Column("#", 3, right=True),
    Column("Code", 14, from_width=100),
    Column("Article"),
    Column("Qty", 7, right=True),
    Column("Price", 9, right=True),
    Column("Off", 9, right=True, from_width=70),
    Column("Amount", 10, right=True),
)
HITS = (
    Column("Article"),
    Column("Category", 18, from_width=100),
    Column("Code", 14),
    Column("Price", 10, right=True),
)


class SaleLines(HotList):
    """Rows keyed (line number, 0), with (line number, 1) for what is said under a line: the cursor passes that over."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(LINES, id=id)
        self.searching = False

    @property
    def line_no(self) -> int:
        """The number of the line under the cursor; 0 when there is none, or hits are shown."""
        key = self.cursor_key
        return int(key[0]) if isinstance(key, tuple) else 0

    def show_lines(self, rows: Sequence[Row], cursor: int = 0) -> None:
        """Show a sale's lines; the cursor goes to the line of that number, else stays on its own."""
        at = cursor or self.line_no
        if self.searching:
            self.searching = False
            self._columns = LINES
            self._turn()
            super().show(rows)
        else:
            super().show(rows, keep=True)
        self._go_to(at)

    def show_hits(self, rows: Sequence[Row]) -> None:
        """Show articles in the lines' place, the cursor on the first."""
        if not self.searching:
            self.searching = True
            self._columns = HITS
            self._turn()
        super().show(rows)

    def action_move(self, by: int) -> None:
        """Move the cursor, over what is said under a line."""
        super().action_move(by)
        key = self.cursor_key
        if isinstance(key, tuple) and key[1]:
            super().action_move(1 if by > 0 and self._cursor + 1 < len(self._rows) else -1)

    def _go_to(self, line_no: int) -> None:
        for index, row in enumerate(self._rows):
            if row.key == (line_no, 0):
                self._cursor = index
                self._settle(jump=max(1, self._height // 2))
                return
        if self._rows and isinstance(key := self.cursor_key, tuple) and key[1]:
            self.action_move(-1)

    def _turn(self) -> None:
        """Other columns: everything is painted again."""
        self._forget_strips()
        self.refresh()
