"""Why this number: the entries that make a figure, newest first, and their sum, which is the figure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from textual.app import ComposeResult

from bookkeeper_tui.formats import Conventions
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import why
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.widgets.figures import heading
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row, Source
from bookkeeper_tui.widgets.pieces import Line, Piece, pair
from bookkeeper_tui.widgets.sheet import Sheet

WORDS = {"spend": "Spend of", "points": "Points of", "owes": "Owed by", "sale": "Balance of"}


class Total(NamedTuple):
    """The figure as it stands on the screen that one came from, the sum of its entries in words, and if they agree."""

    figure: str
    total: str
    agrees: bool


@dataclass(frozen=True)
class Question:
    """A figure to be explained: what it is called, its entries (cells: date, reference, what, amount), and their sum.

    A row's `record` is the id of the sale that Enter opens, or None. `empty` is said when nothing is behind it.
    """

    title: str
    source: Source
    total: Callable[[], Total]
    empty: str = "Nothing was ever entered: the figure is 0."


class WhyScreen(HouseScreen):
    """Keys walk the entries; Enter opens the sale behind one."""

    NAME = "why"
    TITLE_WORDS = "Why this number"
    CSS_PATH = "why.tcss"

    _question: Question | None = None

    def body(self) -> ComposeResult:
        """The figure, its entries, and their sum."""
        yield Sheet(id="why-figure").taking_no_focus()
        yield HotList(
            [Column("Date", 10), Column("Document", 12), Column("What"), Column("Amount", 14, right=True)],
            id="why-rows",
        )
        yield Sheet(id="why-total").taking_no_focus()

    def arrive(self, question: Question | None = None, **what: object) -> None:
        """Explain a figure."""
        if question is not None:
            self._question = question
            self._rows.set_empty([question.empty])
            self._rows.read(question.source)
            self._draw()
        self._rows.focus(scroll_visible=False)

    def store_changed(self, change: StoreChanged) -> None:
        """Another entry may be behind it now."""
        if self._question is not None:
            self._rows.reload()
            self._draw()

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: the sale behind the entry."""
        event.stop()
        row = self._rows.cursor_row
        if row is not None and isinstance(row.record, int):
            self.house.show("receipt", sale_id=row.record)
        else:
            self.house.notice("No sale stands behind this entry")

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """Say where the cursor is."""
        event.stop()
        count = self.house.conventions.count
        self.key_line.show_right(f"{count(event.place)} of {count(event.total)}" if event.total else "")

    @property
    def _rows(self) -> HotList:
        return self.query_one("#why-rows", HotList)

    def _draw(self) -> None:
        question = self._question
        assert question is not None
        found, conventions = question.total(), self.house.conventions
        self.query_one("#why-figure", Sheet).draw(
            lambda width: [(Piece(" "), *pair(question.title, found.figure, width - 2, "strong"))]
        )
        self.query_one("#why-total", Sheet).draw(lambda width: _total_lines(found, conventions, width))


def figure_question(desk: Desk, conventions: Conventions, figure: str, of_id: int, whose: str) -> Question:
    """The question behind one of the store's figures (`spend`, `points`, `owes`, `sale`) of somebody or something."""
    write = conventions.count if figure == "points" else conventions.amount

    def total() -> Total:
        found = why.sum_of(desk, figure, of_id)
        entries = f"Sum of {conventions.count(found.entry_count)} entr{'y' if found.entry_count == 1 else 'ies'}"
        agrees = found.figure == found.total
        return Total(write(found.figure), f"{entries}: {write(found.total)}", agrees)

    return Question(f"{WORDS[figure]} {whose}", WhyRows(desk, conventions, figure, of_id), total)


@dataclass(frozen=True)
class WhyRows:
    """The entries behind one figure, newest first, by their key."""

    desk: Desk
    conventions: Conventions
    figure: str
    of_id: int

    def total(self) -> int:
        """How many there are."""
        return why.sum_of(self.desk, self.figure, self.of_id).entry_count

    def after(self, key: Hashable | None, limit: int, including: bool = False) -> Sequence[Row]:
        """Older ones."""
        before = None
        if key is not None:
            place, row_id = cast(why.Key, key)
            before = (place, row_id + 1) if including else (place, row_id)
        return [self._row(row) for row in why.page(self.desk, self.figure, self.of_id, before=before, limit=limit)]

    def before(self, key: Hashable | None, limit: int) -> Sequence[Row]:
        """Newer ones."""
        after = why.OLDEST if key is None else cast(why.Key, key)
        return [self._row(row) for row in why.page(self.desk, self.figure, self.of_id, after=after, limit=limit)]

    def _row(self, row: why.WhyRow) -> Row:
        write = self.conventions.count if self.figure == "points" else self.conventions.amount
        cells = (self.conventions.date(row.date), row.reference, row.what, write(row.amount))
        return Row(row.key, cells, record=row.sale_id)


def _total_lines(found: Total, conventions: Conventions, width: int) -> list[Line]:
    mark = "y" if conventions.ascii else "✓"
    verdict = f"{mark} that is the figure" if found.agrees else "! not the figure: run bookkeeper verify"
    return [
        heading("", width, ascii_only=conventions.ascii),
        (Piece(f" {found.total}  ", "strong"), Piece(verdict, "good" if found.agrees else "bad")),
    ]
