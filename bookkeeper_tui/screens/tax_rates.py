"""Tax: the rates of the shop, the categories of goods and which rate each has, and the customers who are exempt."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.money import parse_amount
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import categories, customers, tax_rates
from bookkeeper_tui.store.categories import CategoryRecord
from bookkeeper_tui.store.tax_rates import Exemption, TaxRate
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

_LISTS = ("rates", "categories", "exempt")
_CHANGES = frozenset({"tax.edited", "tax.exempted", "product.created", "product.edited", "import.products"})


class TaxRatesScreen(HouseScreen):
    """Three lists; F6 goes from one to the next, Enter changes the row under the cursor."""

    NAME = "tax_rates"
    NEEDS = dict.fromkeys(("add", "change", "retire"), "tax.edited")
    TITLE_WORDS = "Tax and categories"
    CSS_PATH = "tax_rates.tcss"

    def body(self) -> ComposeResult:
        """Rates, categories, exemptions."""
        yield HotList(
            [Column("Tax rate"), Column("Per cent", 10, right=True), Column("", 12)],
            empty=["No tax rates: nothing is taxed. Alt+A adds one, and the first is the default."],
            id="rates",
        )
        yield HotList(
            [
                Column("Category (F6)"), Column("Tax rate", 16), Column("Articles", 8, right=True),
                Column("Its sales in the ledger", 28, from_width=76),
            ],
            empty=["No categories yet. Alt+A adds one; articles that name a new one make it too."],
            id="categories",
        )  # fmt: skip
        yield HotList(
            [
                Column("Exempt customer (F6)"),
                Column("Number", 9),
                Column("Why", 28),
                Column("Since", 10, from_width=76),
            ],
            empty=["Nobody is exempt from tax. Alt+A makes a customer exempt, with the reason."],
            id="exempt",
        )

    def on_mount(self) -> None:
        """Keys go to the rates first."""
        self._list("rates").focus(scroll_visible=False)

    def arrive(self, **what: object) -> None:
        """Read all three anew."""
        self._read()

    def store_changed(self, change: StoreChanged) -> None:
        """One of them changed."""
        if change.everything or change.actions & _CHANGES:
            self._read()

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: change it."""
        event.stop()
        self.house.act("change")

    def do_pane(self) -> None:
        """To the next list."""
        at = _LISTS.index(self._focused_list())
        self._list(_LISTS[(at + 1) % len(_LISTS)]).focus(scroll_visible=False)

    async def do_add(self) -> None:
        """One more in the list that keys go to."""
        name = self._focused_list()
        if name == "rates":
            await self._ask_rate("A new tax rate", None)
        elif name == "categories":
            await self._ask_category("A new category", None)
        else:
            await self._ask_exemption()

    async def do_change(self) -> None:
        """Change the row under the cursor."""
        record = self._under_cursor()
        if isinstance(record, TaxRate):
            await self._ask_rate(f"{record.name}: what is rung up from now on", record)
        elif isinstance(record, CategoryRecord):
            await self._ask_category(f"The category {record.name}", record)
        elif isinstance(record, Exemption):
            self.house.show("profile", customer_id=record.customer_id)

    async def do_retire(self) -> None:
        """Take a rate out of use or put it back; end an exemption."""
        from bookkeeper_tui.screens.dialogs.confirm import Confirm

        record = self._under_cursor()
        if isinstance(record, TaxRate):
            tax_rates.retire(self.desk, record.id, not record.retired)
        elif isinstance(record, CategoryRecord):
            raise BadInput(f"{record.name} has its sales in the ledger and stays; give its articles another category")
        elif isinstance(record, Exemption):
            if not await self.ask(Confirm(f"{record.name} pays tax again from now on?", yes="Pays tax", no="Exempt")):
                return
            tax_rates.end_exemption(self.desk, record.customer_id)
        self._read()

    def do_default_rate(self) -> None:
        """The rate under the cursor counts where nothing else is said."""
        record = self._under_cursor()
        if not isinstance(record, TaxRate):
            raise BadInput("The default is one of the tax rates: go there with F6")
        tax_rates.set_default(self.desk, record.id)
        self._read()

    async def _ask_rate(self, question: str, known: TaxRate | None) -> None:
        def save(answer: Mapping[str, str]) -> None:
            rate = self._percent(answer["rate"])
            if known is None:
                tax_rates.add(self.desk, answer["name"], rate)
            else:
                tax_rates.edit(self.desk, known.id, answer["name"], rate)

        shown = self.house.conventions.quantity(known.rate) if known else ""
        fields = [
            AskedField("name", "Name", known.name if known else "", 40),
            AskedField("rate", "Per cent", shown, 10),
        ]
        await self.ask(AskFields(question, fields, check=save))
        self._read()

    async def _ask_category(self, question: str, known: CategoryRecord | None) -> None:
        def save(answer: Mapping[str, str]) -> None:
            if known is None:
                categories.add_category(self.desk, answer["name"], self._rate_named(answer["rate"]))
            else:
                categories.edit_category(self.desk, known.id, answer["name"], self._rate_named(answer["rate"]))

        fields = [
            AskedField("name", "Name", known.name if known else ""),
            AskedField("rate", "Tax rate", known.tax_rate if known else "", 40),
        ]
        await self.ask(AskFields(f"{question}\n(no tax rate: the default)", fields, check=save))
        self._read()

    async def _ask_exemption(self) -> None:
        from bookkeeper_tui.screens.dialogs.choose_customer import ChooseCustomer

        chosen = await self.ask(ChooseCustomer("Who pays no tax from now on?"))
        if chosen is None:
            return
        question = f"{customers.get(self.desk, chosen).name} pays no tax from now on"

        def save(answer: Mapping[str, str]) -> None:
            tax_rates.exempt(self.desk, chosen, answer["reason"])

        await self.ask(AskFields(question, [AskedField("reason", "Why exempt")], check=save))
        self._read()

    def _percent(self, text: str) -> int:
        decimal = self.house.conventions.decimal
        try:
            return parse_amount(text.strip().removesuffix("%").strip(), 3, decimal)
        except BadInput as mistake:
            raise BadInput(f"Per cent: “{text[:20]}” is no percentage such as 21 or 5{decimal}5") from mistake

    def _rate_named(self, text: str) -> str:
        """A rate's name, whatever the case it was typed in."""
        rates = [one.name for one in tax_rates.list_rates(self.desk)]
        return next((name for name in rates if name.casefold() == text.casefold()), text)

    def _read(self) -> None:
        conventions = self.house.conventions
        self._list("rates").show(
            [
                Row(
                    one.id,
                    (one.name, f"{conventions.quantity(one.rate)} %", _state(one)),
                    ("quiet",) if one.retired else (),
                    one,
                )
                for one in tax_rates.list_rates(self.desk)
            ],
            keep=True,
        )
        self._list("categories").show(
            [
                Row(
                    one.id, (one.name, one.tax_rate or "default", conventions.count(one.products), one.account), (), one
                )
                for one in categories.list_categories(self.desk)
            ],
            keep=True,
        )
        self._list("exempt").show(
            [
                Row(one.customer_id, (one.name, one.number, one.reason, conventions.date(one.since)), (), one)
                for one in tax_rates.list_exemptions(self.desk)
            ],
            keep=True,
        )

    def _under_cursor(self) -> object:
        row = self._list(self._focused_list()).cursor_row
        return row.record if row is not None else None

    def _focused_list(self) -> str:
        return next((name for name in _LISTS if self._list(name).has_focus), _LISTS[0])

    def _list(self, name: str) -> HotList:
        return self.query_one(f"#{name}", HotList)


def _state(rate: TaxRate) -> str:
    return "default" if rate.is_default else "out of use" if rate.retired else ""
