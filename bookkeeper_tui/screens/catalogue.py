"""The catalogue: articles are found as their name, sku or bar code is typed, and opened to be changed."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import catalogue, package_plans
from bookkeeper_tui.store.catalogue import ProductRecord
from bookkeeper_tui.widgets.field import Field
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

SHOWN = 100
_NONE_YET = ("No articles yet. Alt+A adds one; `bookkeeper import products` brings in a file of them.",)
_NO_HITS = ("No article is called that. Alt+A adds one with what you typed.",)
_CHANGES = frozenset({"product.created", "product.edited", "import.products", "tax.edited"})


class CatalogueScreen(HouseScreen):
    """Typing searches at once, articles out of sale among them; with nothing typed the newest stand here."""

    NAME = "catalogue"
    NEEDS = {"add": "product.created", "change": "product.edited", "retire": "product.edited"}
    TITLE_WORDS = "Catalogue"
    CSS_PATH = "catalogue.tcss"

    def body(self) -> ComposeResult:
        """The box and the list."""
        with Horizontal(id="catalogue-line"):
            yield Static("Article", id="catalogue-label", markup=False)
            yield Field(id="catalogue-box", most=200)
        articles = HotList(
            [
                Column("Sku", 14), Column("Name"), Column("Bar code", 14, from_width=100),
                Column("Category", 16, from_width=72), Column("Tax", 12, from_width=100),
                Column("Price", 11, right=True), Column("", 8),
            ],
            empty=_NONE_YET,
            id="articles",
        )  # fmt: skip
        articles.can_focus = False
        yield articles

    def on_mount(self) -> None:
        """The box has the focus, and nothing else ever gets it."""
        self.set_focus(self._box)
        self._search()

    def arrive(self, text: str | None = None, **what: object) -> None:
        """Begin with a text; what was typed before is overwritten by typing."""
        self.set_focus(self._box)
        if text is not None:
            self._box.value = text
        elif self._box.value:
            self._box.action_select_all()

    def store_changed(self, change: StoreChanged) -> None:
        """Search again when articles were changed; the cursor stays on its article."""
        if change.everything or change.actions & _CHANGES:
            self._search(keep=True)

    def scanned(self, code: str) -> bool:
        """Show the article of a bar code; one that nothing has stands in the box, ready to be added."""
        self._box.value = code
        self._search()
        if not self._articles.total:
            self.house.notice(f"No article has the bar code {code}. Alt+A adds one", "!")
        return True

    def on_input_changed(self, event: Input.Changed) -> None:
        """A letter more or less."""
        event.stop()
        if event.value == self._box.value:
            with self.guard():
                self._search()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter opens the article under the cursor."""
        event.stop()
        self.do_change()

    def on_key(self, event: events.Key) -> None:
        """Arrows and pages walk the list while the box keeps the focus."""
        if self._articles.walk(event.key):
            event.stop()

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """Say where the cursor is."""
        event.stop()
        count = self.house.conventions.count
        more = " or more" if event.total == SHOWN else ""
        self.key_line.show_right(f"{count(event.place)} of {count(event.total)}{more}" if event.total else "none")

    def do_back(self) -> None:
        """Esc empties the box, then leaves."""
        if self._box.value:
            self._box.value = ""
        else:
            self.house.go_back()

    def do_add(self) -> None:
        """A new article; what was typed in vain is its name or its bar code."""
        self.house.show("product_form", typed="" if self._articles.total else self._box.value)

    def do_change(self) -> None:
        """Open the article under the cursor."""
        if isinstance(self._articles.cursor_key, str):
            self.house.show("product_form", sku=self._articles.cursor_key)

    def do_retire(self) -> None:
        """Take the article under the cursor out of sale, or put it back."""
        row = self._articles.cursor_row
        if row is not None and isinstance(row.record, ProductRecord):
            status = "inactive" if row.record.status == "active" else "active"
            catalogue.set_status(self.desk, row.record.sku, status)
            self._search(keep=True)

    @property
    def _box(self) -> Field:
        return self.query_one("#catalogue-box", Field)

    @property
    def _articles(self) -> HotList:
        return self.query_one("#articles", HotList)

    def _search(self, *, keep: bool = False) -> None:
        text = self._box.value
        found = catalogue.search(self.desk, text, SHOWN, also_inactive=True)
        self._articles.set_empty(_NO_HITS if text.strip() else _NONE_YET)
        packages = {listed.plan.product_id for listed in package_plans.list_plans(self.desk)}
        self._articles.show([self._row(product, product.id in packages) for product in found], keep=keep)

    def _row(self, product: ProductRecord, is_package: bool) -> Row:
        price = "typed" if product.price is None else self.house.conventions.amount(product.price)
        off = product.status != "active"
        state = "off sale" if off else "by kilo" if product.sold_by == "weight" else "package" if is_package else ""
        name = f"{product.name} {product.size}".rstrip()
        cells = (product.sku, name, product.barcode, product.category, product.tax_rate, price, state)
        return Row(product.sku, cells, ("quiet",) if off else (), product)
