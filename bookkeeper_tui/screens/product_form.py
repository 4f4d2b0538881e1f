"""The form of an article: a new one, or the name, price, category, tax and bar code of one there is."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, Static

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import fold
from bookkeeper_tui.money import parse_amount, plain
from bookkeeper_tui.screens import plan_fields
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import catalogue, categories, tax_rates
from bookkeeper_tui.store.catalogue import NewProduct, ProductRecord
from bookkeeper_tui.widgets.field import Field

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "sku": "Sku", "name": "Name", "barcode": "Bar code", "size": "Size", "category": "Category", "brand": "Brand",
        "price": "Price", "sold_by": "Sold by", "tax_rate": "Tax rate", "status": "On sale",
        **plan_fields.LABELS,
    }
)  # fmt: skip
PLAN_FIELDS = tuple(plan_fields.LABELS)
HINTS: Mapping[str, str] = MappingProxyType(
    {
        "sku": "the shop's own number, for good",
        "category": "F6 lists them",
        "price": "empty: typed at the till",
        "sold_by": "piece or weight (the price is then a kilo's)",
        "tax_rate": "empty: the category's; F6 lists them",
        "status": "yes or no",
        **plan_fields.HINTS,
    }
)
_EMPTY = dict.fromkeys(LABELS, "") | {"sold_by": "piece", "status": "yes"}
_WORDS = {"sold_by": ("piece", "weight"), "status": ("yes", "no")}


class ProductFormScreen(HouseScreen):
    """All fields of an article. Leaving asks while something typed is not saved."""

    NAME = "product_form"
    TITLE_WORDS = "An article's fields"
    CSS_PATH = "product_form.tcss"
    KEPT = False

    def __init__(self) -> None:
        super().__init__()
        self._product: ProductRecord | None = None
        self._before: dict[str, str] = {}
        self._shown: tuple[str, ...] = ()

    def body(self) -> ComposeResult:
        """A line for each field."""
        has_services = self.desk.store.settings.services
        self._shown = tuple(name for name in LABELS if has_services or name not in PLAN_FIELDS)
        self._before = {name: _EMPTY[name] for name in self._shown}
        yield Static("New article: a sku and a name are enough", id="product-whose", markup=False)
        with VerticalScroll(id="product-form", can_focus=False):
            for name in self._shown:
                with Horizontal(classes="product-row"):
                    yield Static(f"  {LABELS[name]}", classes="label", markup=False)
                    yield Field(_EMPTY[name], id=f"product-{name}", most=200, placeholder=HINTS.get(name, ""))
        yield Static("", id="product-said", markup=False)

    def arrive(self, sku: str = "", typed: str = "", barcode: str = "", **what: object) -> None:
        """Take the article to change, or what is known of a new one; what stands in the form already stays."""
        if self.unsaved():
            return
        if sku:
            self._fill(self._found(sku))
        else:
            code = barcode or (typed.strip() if typed.strip().isdigit() else "")
            self._field("barcode").value = self._field("sku").value = code
            self._field("name").value = "" if code else typed.strip()
        self.set_focus(self._field("name" if sku or self._field("sku").value else "sku"))

    def unsaved(self) -> str:
        """Whatever differs from what is in the store."""
        if self.is_done or not self.is_mounted or self._texts() == self._before:
            return ""
        return f"the changes to {self._product.name}" if self._product else "the new article"

    def scanned(self, code: str) -> bool:
        """A bar code goes where it belongs, whatever field one is in."""
        self._field("barcode").value = code
        return True

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on to the next field; in the last one it saves."""
        event.stop()
        if event.input is self._field(self._shown[-1]):
            self.house.act("save")
        else:
            self._step(1)

    def on_key(self, event: events.Key) -> None:
        """Arrows and Tab move between the fields."""
        step = {"up": -1, "shift+tab": -1, "down": 1, "tab": 1}.get(event.key)
        if step is not None:
            event.stop()
            event.prevent_default()
            self._step(step)

    async def do_pick(self) -> None:
        """F6: what can stand in the field under the cursor."""
        from bookkeeper_tui.screens.dialogs.choose import Choose

        name = self._name_under_cursor()
        rows = [(known, known or "(none)") for known in self._known(name)]
        if not rows:
            raise BadInput(f"{LABELS[name]}: there is nothing to choose from, type it")
        chosen = await self.ask(Choose(LABELS[name], rows, start=self._field(name).value))
        if chosen is not None:
            self._field(name).value = chosen
            self._step(1)

    async def do_save(self) -> None:
        """Check what was typed, and keep it; the field that is wrong gets the focus."""
        texts = self._texts()
        for name in self._shown:
            try:
                texts[name] = self._checked(name, texts[name])
            except BadInput as mistake:
                self._say(f"{mistake}.")
                self.set_focus(self._field(name))
                return
        self._say("")
        try:
            self._check_plan(texts)
        except BadInput as mistake:
            self._say(f"{mistake}.")
            wrong = (name for name in PLAN_FIELDS if str(mistake).startswith(f"{LABELS[name]}:"))
            self.set_focus(self._field(next(wrong, "sessions")))
            return
        if not await self._may_use(texts["category"]):
            self.set_focus(self._field("category"))
            return
        try:
            self._keep(texts)
        except BadInput as mistake:
            self._say(f"{mistake}.")
            return
        self.is_done = True
        self.house.go_back()

    # What is behind them.

    def _keep(self, texts: Mapping[str, str]) -> None:
        changed = {name: text for name, text in texts.items() if text != self._before[name]}
        price = self._price(texts["price"]) if "price" in changed else None
        sku, name = texts["sku"], texts["name"]
        fields = {
            field: changed.get(field) for field in ("barcode", "size", "category", "brand", "tax_rate", "sold_by")
        }
        product = NewProduct(sku, name, price=price, **fields)
        if self._product is None:
            catalogue.create(self.desk, product)
        else:
            catalogue.edit(self.desk, product)
            if "price" in changed and price is None:
                catalogue.forget_price(self.desk, sku)
        if "status" in changed:
            catalogue.set_status(self.desk, sku, "active" if texts["status"] == "yes" else "inactive")
        if changed.keys() & set(PLAN_FIELDS):
            plan_fields.keep(self.desk, self._found(sku).id, texts)

    def _check_plan(self, texts: Mapping[str, str]) -> None:
        if self.desk.store.settings.services:
            plan_fields.check_together(texts, self._before)

    async def _may_use(self, category: str) -> bool:
        """Whether a category is known, or shall be made: a slip of the finger makes none."""
        from bookkeeper_tui.screens.dialogs.confirm import Confirm

        if not category or category in self._known("category"):
            return True
        return await self.ask(Confirm(f"There is no category “{category}”. Make it?", yes="Make it", no="No")) is True

    def _checked(self, name: str, text: str) -> str:
        text = " ".join(text.split())
        if name in ("sku", "name") and not text:
            raise BadInput(f"{LABELS[name]}: an article needs one")
        if name == "sku" and self._product is not None and text != self._product.sku:
            raise BadInput(f"Sku: {self._product.sku} stays what it is; add another article for another sku")
        if name == "price" and text:
            self._price(text)
        if name in _WORDS:
            return _one_of(LABELS[name], text, _WORDS[name])
        if name in plan_fields.NUMBERS:
            return plan_fields.checked_number(name, text)
        if name in plan_fields.CHOSEN and text == self._before[name]:
            return text
        if name in ("tax_rate", *plan_fields.CHOSEN) and text:
            return _one_of(LABELS[name], text, self._known(name))
        return text

    def _price(self, text: str) -> int | None:
        if not text:
            return None
        conventions = self.house.conventions
        try:
            price = parse_amount(text, conventions.exponent, conventions.decimal)
        except BadInput as mistake:
            raise BadInput(f"Price: {mistake}") from mistake
        if price < 0:
            raise BadInput(f"Price: {text} is below nothing")
        return price

    def _known(self, name: str) -> list[str]:
        if name == "category":
            return ["", *(one.name for one in categories.list_categories(self.desk))]
        if name == "tax_rate":
            return ["", *(one.name for one in tax_rates.list_rates(self.desk) if not one.retired)]
        if name in plan_fields.CHOSEN:
            return plan_fields.known(self.desk, name)
        if name == "brand":
            return catalogue.list_brands(self.desk, self._field("brand").value)
        return list(_WORDS.get(name, ()))

    def _found(self, sku: str) -> ProductRecord:
        product = catalogue.find(self.desk, sku)
        if product is None:
            raise BadInput(f"There is no article {sku}")
        return product

    def _fill(self, product: ProductRecord) -> None:
        self._product = product
        conventions = self.house.conventions
        price = "" if product.price is None else plain(product.price, conventions.exponent)
        self._before = {name: str(getattr(product, name)) for name in LABELS if name not in PLAN_FIELDS} | {
            "price": price.replace(".", conventions.decimal),
            "status": "yes" if product.status == "active" else "no",
        }
        if self.desk.store.settings.services:
            self._before |= plan_fields.read(self.desk, product.id)
        for name, text in self._before.items():
            self._field(name).value = text
        self.query_one("#product-whose", Static).update(f"{product.sku}  {product.name}")

    def _texts(self) -> dict[str, str]:
        return {name: self._field(name).value.strip() for name in self._shown}

    def _say(self, sentence: str) -> None:
        self.query_one("#product-said", Static).update(sentence)

    def _name_under_cursor(self) -> str:
        focused = self.focused
        return (focused.id or "").removeprefix("product-") if isinstance(focused, Field) else self._shown[0]

    def _step(self, by: int) -> None:
        place = self._shown.index(self._name_under_cursor())
        self.set_focus(self._field(self._shown[(place + by) % len(self._shown)]))

    def _field(self, name: str) -> Field:
        return self.query_one(f"#product-{name}", Field)


def _one_of(label: str, text: str, known: list[str] | tuple[str, ...]) -> str:
    """The known word that a text begins, whatever its case. Raises BadInput where it is none, or could be several."""
    start = fold(text)
    same = [word for word in known if word and fold(word) == start]
    found = same or [word for word in known if word and fold(word).startswith(start)]
    if len(found) != 1:
        raise BadInput(f"{label}: “{text[:30]}” is not one of {', '.join(word for word in known if word)}")
    return found[0]
