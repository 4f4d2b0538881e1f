"""The Sales tab: everything rung up for this customer, newest first, however much it is."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import cast

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import Conventions
from bookkeeper_tui.screens.profile.tab import ListTab
from bookkeeper_tui.store import history
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.history import EVERYTHING, OLDEST, Key, SaleFilter, SaleRow
from bookkeeper_tui.store.sale_filters import parse_filter
from bookkeeper_tui.widgets.field import Field
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

NONE_YET = ["No sales yet. What is rung up for this customer will stand here, newest first."]
NONE_SUCH = ["No sale like that. Esc shows all again; try 2026-11, >50, branch:leeds, receipt:S-00012 or an article."]


class SalesTab(ListTab):
    """A list paged by key; `/` narrows it, Enter opens the receipt."""

    NAME = "sales"
    TITLE = "Sales"
    PERMISSION = "sale.viewed"

    _shown_filter = EVERYTHING

    def compose(self) -> ComposeResult:
        """The filter line, out of sight until it is asked for, and the list."""
        with Horizontal(id="sales-filter"):
            yield Static("Filter ", markup=False)
            yield Field(id="sales-words", most=200)
        yield HotList(
            [
                Column("Date", 10),
                Column("Receipt", 10, from_width=44),
                Column("What"),
                Column("Branch", 14, from_width=70),
                Column("Amount", 10, right=True),
                Column("L", 1),
            ],
            empty=NONE_YET,
        )

    def load(self) -> None:
        """Everything, from the newest sale."""
        self._words.value = ""
        self._set_filter_line(shown=False)
        self._read(EVERYTHING)

    def reload(self) -> None:
        """The same sales again, where they stand."""
        self.hot_list.reload()

    def main(self) -> Widget:
        """Keys go to the list, or to the filter while it is being typed."""
        return self.hot_list

    def do_filter(self) -> None:
        """Type what to narrow the list by."""
        self._set_filter_line(shown=True)
        self._words.focus(scroll_visible=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow as it is typed; what cannot be understood yet waits for Enter."""
        event.stop()
        try:
            asked = self._asked()
        except BadInput:
            return
        if asked != self._shown_filter:
            self._read(asked)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The filter stands: back to the list."""
        event.stop()
        try:
            self._asked()
        except BadInput as mistake:
            self.house.failed(mistake)
            return
        if not self._words.value.strip():
            self._set_filter_line(shown=False)
        self.hot_list.focus(scroll_visible=False)

    def handler(self, action_id: str) -> Callable[..., object] | None:
        """Esc takes the filter away before it leaves the profile."""
        if action_id == "back" and self.query_one("#sales-filter").display:
            return self._drop_filter
        return super().handler(action_id)

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: the receipt."""
        event.stop()
        self.house.show("receipt", sale_id=cast(Key, event.key)[1])

    @property
    def _words(self) -> Field:
        return self.query_one("#sales-words", Field)

    def _asked(self) -> SaleFilter:
        conventions = self.conventions
        return parse_filter(self._words.value, conventions.exponent, conventions.decimal, conventions.date_format)

    def _drop_filter(self) -> None:
        self._words.value = ""
        self._set_filter_line(shown=False)
        self.hot_list.focus(scroll_visible=False)
        if self._shown_filter != EVERYTHING:
            self._read(EVERYTHING)

    def _set_filter_line(self, *, shown: bool) -> None:
        self.query_one("#sales-filter").display = shown

    def _read(self, asked: SaleFilter) -> None:
        self._shown_filter = asked
        self.hot_list.set_empty(NONE_YET if asked == EVERYTHING else NONE_SUCH)
        self.hot_list.read(SaleRows(self.desk, self.customer.id, self.conventions, asked))


@dataclass(frozen=True)
class SaleRows:
    """One customer's sales, newest first, by the key (instant, id)."""

    desk: Desk
    customer_id: int
    conventions: Conventions
    asked: SaleFilter

    def total(self) -> int:
        """How many sales there are."""
        return history.count(self.desk, self.customer_id, self.asked)

    def after(self, key: Hashable | None, limit: int, including: bool = False) -> Sequence[Row]:
        """Older sales."""
        before = None
        if key is not None:
            sold_at, sale_id = cast(Key, key)
            before = (sold_at, sale_id + 1) if including else (sold_at, sale_id)
        found = history.page(self.desk, self.customer_id, before=before, limit=limit, filter=self.asked)
        return [self._row(sale) for sale in found]

    def before(self, key: Hashable | None, limit: int) -> Sequence[Row]:
        """Newer sales."""
        after = OLDEST if key is None else cast(Key, key)
        found = history.page(self.desk, self.customer_id, after=after, limit=limit, filter=self.asked)
        return [self._row(sale) for sale in found]

    def _row(self, sale: SaleRow) -> Row:
        conventions = self.conventions
        linked = ("y" if conventions.ascii else "✓") if sale.linked else "!"
        cells = (
            conventions.date(sale.business_date),
            sale.number,
            what_of(sale),
            sale.branch,
            conventions.amount(sale.total),
            linked,
        )
        gone = sale.is_void or sale.undone == "voided"
        return Row(sale.key, cells, ("bad",) if not sale.linked else ("quiet",) if gone else ())


def what_of(sale: SaleRow) -> str:
    """A sale in a few words: what became of it, then its article, or how many items; a return or void as such."""
    items = f"{sale.line_count} item{'' if sale.line_count == 1 else 's'}"
    if sale.kind == "return":
        return f"{'void' if sale.is_void else 'return'} of {items}"
    what = sale.article if sale.line_count == 1 and sale.article else items
    return f"! {sale.undone}: {what}" if sale.undone else what
