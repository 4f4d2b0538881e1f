"""Finding a past sale: one line of words says what is remembered of it, and the newest that answer come first."""

from __future__ import annotations

import asyncio

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import receipts, sale_search
from bookkeeper_tui.store.sale_search import FoundSale, FoundSales, SaleQuestion, sale_words
from bookkeeper_tui.widgets.field import Field
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

A_PAGE = 50
MOST_SHOWN = 2000
NOT_ASKED = "Say what is remembered of the sale, then Enter. Nothing typed: the newest sales."
NONE_SUCH = "No sale like that."


class SaleSearchScreen(HouseScreen):
    """Enter in the box searches, Enter on a sale opens its receipt; going below the last sale looks further back."""

    NAME = "sale_search"
    TITLE_WORDS = "Find a sale"
    CSS_PATH = "sale_search.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._question: SaleQuestion | None = None
        self._rows: list[Row] = []
        self._last: FoundSales | None = None
        self._asked = 0

    def body(self) -> ComposeResult:
        """The box, and under it what was found."""
        with Horizontal(id="sale-line"):
            yield Static("Sale", id="sale-label", markup=False)
            yield Field(id="sale-words", most=sale_search.LONGEST_TEXT)
        yield HotList(
            [
                Column("Date", 10),
                Column("Receipt", 10),
                Column("Customer"),
                Column("What", from_width=70),
                Column("Cashier", 16, from_width=100),
                Column("Branch", 12, from_width=110),
                Column("Paid by", 11, from_width=76),
                Column("Amount", 11, right=True),
                Column("", 1),
            ],
            empty=(NOT_ASKED, *sale_words(self.house.conventions)),
            id="found-sales",
        )

    def arrive(self, text: str | None = None, **what: object) -> None:
        """Begin in the box; what was found before still stands."""
        if text is not None:
            self._box.value = text
            self._ask()
        else:
            self.do_filter()

    def scanned(self, code: str) -> bool:
        """Open the receipt that was scanned, or find what an article or a customer's card was scanned for."""
        sale_id = receipts.by_number(self.desk, code)
        if sale_id is not None:
            self.house.show("receipt", sale_id=sale_id)
            return True
        conventions = self.house.conventions
        for text in (f"customer:{code}", code):
            try:
                found = sale_search.page(self.desk, sale_search.parse(text, conventions), limit=1)
            except BadInput:
                continue
            if found.sales:
                self._box.value = text
                self._ask()
                return True
        return False

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: search, and go to what was found."""
        event.stop()
        with self.guard():
            self._ask()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Nothing is searched before Enter."""
        event.stop()

    def store_changed(self, change: StoreChanged) -> None:
        """What was found is shown as it stands now; new sales wait for the next search."""
        if self._rows:
            sales = sale_search.again(self.desk, [row.key for row in self._rows if isinstance(row.key, int)])
            self._rows = [self._row(sales[row.key]) for row in self._rows if row.key in sales]
            self._list.show(list(self._rows), keep=True)

    def on_key(self, event: events.Key) -> None:
        """Down from the box goes to the list, up from its first row back to the box."""
        if event.key == "down" and self.focused is self._box and self._rows:
            event.stop()
            self._list.focus(scroll_visible=False)
        elif event.key == "up" and self.focused is self._list and self._list.place <= 1:
            event.stop()
            self._box.focus(scroll_visible=False)

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter on a sale: its receipt, from which it is returned."""
        event.stop()
        if isinstance(event.key, int):
            self.house.show("receipt", sale_id=event.key)

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """At the last sale: those further back."""
        event.stop()
        self._say_place()
        if event.place == event.total and self._list.has_focus and self._last is not None and self._last.following:
            self._look_further()

    def do_filter(self) -> None:
        """/: back to the box."""
        self._box.action_select_all()
        self._box.focus(scroll_visible=False)

    def do_refresh(self) -> None:
        """F5: search again."""
        self._ask()

    @property
    def _box(self) -> Field:
        return self.query_one("#sale-words", Field)

    @property
    def _list(self) -> HotList:
        return self.query_one("#found-sales", HotList)

    def _ask(self) -> None:
        """Search for what stands in the box, from the newest sale."""
        text = self._box.value.strip()
        question = sale_search.parse(text, self.house.conventions)
        self._question, self._rows, self._last = question, [], None
        self._asked += 1
        self._take(sale_search.page(self.desk, question, limit=A_PAGE))
        if text:
            self.desk.look("sales.searched", detail={"found": len(self._rows)}, personal={"text": text})
        self._list.set_empty((NONE_SUCH, *sale_words(self.house.conventions)))
        self._list.focus(scroll_visible=False)
        self._look_further(until=A_PAGE // 2)

    def _look_further(self, until: int = 0) -> None:
        """Go on where the last page ended until there are so many sales, or one more than now."""
        wanted = until or len(self._rows) + 1
        if self._last is not None and self._last.following is not None and len(self._rows) < wanted:
            self.run_worker(self._walk(self._asked, wanted), name="look further", exclusive=True, exit_on_error=False)

    async def _walk(self, asked: int, wanted: int) -> None:
        """Pages until enough is found, others having their turn between; another question ends it."""
        while self._last is not None and self._last.following and len(self._rows) < min(wanted, MOST_SHOWN):
            await asyncio.sleep(0)
            if asked != self._asked or not self.is_current or self._question is None:
                return
            with self.guard():
                self._take(sale_search.page(self.desk, self._question, before=self._last.following, limit=A_PAGE))

    def _take(self, found: FoundSales) -> None:
        self._last = found
        known = {row.key for row in self._rows}
        self._rows += [self._row(sale) for sale in found.sales if sale.id not in known]
        self._list.show(list(self._rows), keep=True)
        self._say_place()

    def _row(self, sale: FoundSale) -> Row:
        conventions = self.house.conventions
        cells = (
            conventions.date(sale.business_date),
            sale.number,
            sale.customer_name,
            what_of(sale),
            sale.staff,
            sale.branch,
            sale.tenders,
            conventions.amount(sale.total),
            "!" if sale.undone else "",
        )
        return Row(sale.id, cells, ("quiet",) if sale.undone == "voided" or sale.is_void else ())

    def _say_place(self) -> None:
        conventions, found = self.house.conventions, self._last
        if found is None:
            return
        count = conventions.count(len(self._rows))
        if found.following is None:
            self.key_line.show_right(f"{count} found" if self._rows else "none")
        else:
            self.key_line.show_right(f"{count}, back to {conventions.date(found.looked_back_to)}")


def what_of(sale: FoundSale) -> str:
    """A sale in a few words: what became of it, then its article or how many items; a return or void as such."""
    items = f"{sale.line_count} item{'' if sale.line_count == 1 else 's'}"
    if sale.kind == "return":
        return f"{'void' if sale.is_void else 'return'} of {items}"
    what = sale.article if sale.line_count == 1 and sale.article else items
    return f"{sale.undone}: {what}" if sale.undone else what
