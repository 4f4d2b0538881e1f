"""The discount review: who gave what off to whom, codes tried in vain, overrides, and who gave which code to whom."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.widgets import Static

from bookkeeper_tui.paper.shift_reports import NO_CASHIER
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import discount_review
from bookkeeper_tui.store.discount_review import CashierDiscounts, CustomerDiscounts, DiscountedSale, Period
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.tab_strip import TabStrip

TITLES = {
    "cashiers": "Cashiers", "customers": "Customers", "refused": "Codes tried", "overrides": "Overrides",
    "grants": "Codes given", "sales": "Sales",
}  # fmt: skip
_MONEY = 10
COLUMNS = {
    "cashiers": [
        Column("Cashier"), Column("Sales", 7, right=True), Column("By hand", _MONEY, right=True),
        Column("By code", _MONEY, right=True), Column("Price cuts", _MONEY, right=True), Column("Share", 8, right=True),
        Column("Sold before", 13, right=True, from_width=90),
    ],
    "customers": [
        Column("Customer"), Column("Number", 9, from_width=70), Column("Code", 12), Column("Sales", 6, right=True),
        Column("Given off", _MONEY, right=True), Column("Share", 8, right=True),
        Column("Bought before", 13, right=True, from_width=90),
    ],
    "refused": [
        Column("When", 16), Column("Code", 14), Column("Why", 10), Column("Who"), Column("Where", 10, from_width=70),
    ],
    "overrides": [
        Column("When", 16), Column("Who"), Column("Approved by"), Column("For", 18), Column("What", 12, from_width=76),
    ],
    "grants": [
        Column("When", 16), Column("Code", 12), Column("Until", 10, from_width=70), Column("Customer"),
        Column("Given by"),
    ],
    "sales": [
        Column("Date", 10), Column("Receipt", 10), Column("Cashier", from_width=76), Column("Customer"),
        Column("Kinds", 12), Column("Off", _MONEY, right=True), Column("Price cuts", _MONEY, right=True, from_width=70),
    ],
}  # fmt: skip
EMPTY = {
    "cashiers": "Nothing was sold in these days.",
    "customers": "Nobody was given anything off in these days.",
    "refused": "No code was tried in vain in these days.",
    "overrides": "Nobody gave a PIN for somebody else's act in these days.",
    "grants": "No customer was given a code in these days.",
    "sales": "Enter on a cashier or a customer lists their sales with something off.",
}


class DiscountReviewScreen(HouseScreen):
    """Six lists as tabs, for the days chosen with `/`; Enter goes from a figure to the sales behind it."""

    NAME = "discount_review"
    TITLE_WORDS = "Discount review"
    CSS_PATH = "discount_review.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._period: Period | None = None
        self._current = "cashiers"
        self._whose = ""
        self._staff_id: int | None = None
        self._customer_id: int | None = None

    def body(self) -> ComposeResult:
        """The strip, the days, and a list for each tab."""
        yield TabStrip(id="review-strip")
        yield Static("", id="review-period", markup=False)
        for name in TITLES:
            listed = HotList(COLUMNS[name], empty=[EMPTY[name]], id=f"review-{name}")
            listed.display = name == self._current
            yield listed

    def arrive(self, **what: object) -> None:
        """This month so far, unless other days were chosen."""
        if self._period is None:
            today = self.desk.today()
            self._period = Period(today[:8] + "01", today)
        self._show(self._current)

    def do_refresh(self) -> None:
        """Read the list in sight again."""
        self._show(self._current)

    def do_tab(self, position: int) -> None:
        """The list of that number, 0 the first."""
        if position < len(TITLES):
            self._show(list(TITLES)[position])

    def do_tab_before(self) -> None:
        """The list to the left."""
        self._step(-1)

    def do_tab_after(self) -> None:
        """The list to the right."""
        self._step(1)

    def do_back(self) -> None:
        """Esc: from the sales behind a figure to the figure, then away."""
        if self._current == "sales" and self._whose:
            self._whose = ""
            self._show("customers" if self._customer_id is not None else "cashiers")
        else:
            self.house.go_back()

    async def do_period(self) -> None:
        """Choose the days."""
        assert self._period is not None
        conventions, chosen = self.house.conventions, list[Period]()

        def read(answer: Mapping[str, str]) -> None:
            period = Period(conventions.read_date(answer["first"], "From"), conventions.read_date(answer["last"], "To"))
            discount_review.refused(self.desk, period, 1)
            chosen.append(period)

        fields = [
            AskedField("first", "From", conventions.date(self._period.first), 10),
            AskedField("last", "To", conventions.date(self._period.last), 10),
        ]
        await self.ask(AskFields("Which days?", fields, check=read))
        if chosen:
            self._period = chosen[-1]
            self._show(self._current)

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: the sales behind a figure, a receipt, or a customer."""
        event.stop()
        row = event.hot_list.cursor_row
        record = row.record if row is not None else None
        if isinstance(record, CashierDiscounts):
            self._staff_id, self._customer_id = record.staff_id, None
            self._whose = record.staff or "no cashier"
            self._show("sales")
        elif isinstance(record, CustomerDiscounts):
            self._staff_id, self._customer_id, self._whose = None, record.customer_id, record.name
            self._show("sales")
        elif isinstance(record, DiscountedSale):
            self.house.show("receipt", sale_id=record.id)
        elif (customer_id := getattr(record, "customer_id", None)) is not None:
            self.house.show("profile", customer_id=customer_id)

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """Say where the cursor is; lists are bounded, so the last place may not be the end."""
        event.stop()
        self._say_place()

    def _step(self, by: int) -> None:
        names = list(TITLES)
        self._show(names[(names.index(self._current) + by) % len(names)])

    def _show(self, name: str) -> None:
        self._list(self._current).display = False
        self._current = name
        listed = self._list(name)
        listed.display = True
        if name != "sales":
            self._whose = ""
        listed.show(self._rows(name), keep=True)
        listed.focus(scroll_visible=False)
        names = list(TITLES)
        self.query_one("#review-strip", TabStrip).show([TITLES[one] for one in names], names.index(name))
        self._say_period()
        self._say_place()

    def _say_place(self) -> None:
        listed, count = self._list(self._current), self.house.conventions.count
        more = " or more" if listed.total >= discount_review.MOST else ""
        self.key_line.show_right(f"{count(listed.place)} of {count(listed.total)}{more}" if listed.total else "")

    def _say_period(self) -> None:
        assert self._period is not None
        first, last = (self.house.conventions.date(day) for day in self._period)
        whose = f": {self._whose}" if self._whose else ""
        self.query_one("#review-period", Static).update(f"{first} to {last}{whose}")

    def _rows(self, name: str) -> list[Row]:
        assert self._period is not None
        desk, period, conventions = self.desk, self._period, self.house.conventions
        amount, count, zone = conventions.amount, conventions.count, desk.store.shop.time_zone
        if name == "cashiers":
            return [
                Row(one.staff_id, (one.staff or NO_CASHIER, count(one.sales), amount(one.by_hand),
                                   amount(one.by_code), amount(one.cuts), self._percent(one.share), amount(one.gross)),
                    (), one)
                for one in discount_review.by_cashier(desk, period)
            ]  # fmt: skip
        if name == "customers":
            return [
                Row(one.customer_id, (one.name, one.number, one.code, count(one.sales), amount(one.discount),
                                      self._percent(one.share), amount(one.gross)), (), one)
                for one in discount_review.by_customer(desk, period)
            ]  # fmt: skip
        if name == "refused":
            return [
                Row(one.seq, (conventions.instant(one.at, zone), one.code, one.why, one.who, one.terminal), (), one)
                for one in discount_review.refused(desk, period)
            ]
        if name == "overrides":
            return [
                Row(one.seq, (conventions.instant(one.at, zone), one.who, one.approved_by, one.action, one.subject),
                    (), one)
                for one in discount_review.overrides(desk, period)
            ]  # fmt: skip
        if name == "grants":
            return [
                Row(one.id, (conventions.instant(one.at, zone), one.code or "(taken away)",
                             conventions.date(one.until) if one.until else "", one.customer, one.who), (), one)
                for one in discount_review.grants(desk, period)
            ]  # fmt: skip
        staff_id, customer_id = (self._staff_id, self._customer_id) if self._whose else (None, None)
        return [
            Row(one.id, (conventions.date(one.business_date), one.number, one.staff, one.customer,
                         ", ".join("by hand" if kind == "line" else kind for kind in one.kinds),
                         amount(one.discount), amount(one.cuts)), (), one)
            for one in discount_review.sales(desk, period, staff_id=staff_id, customer_id=customer_id)
        ]  # fmt: skip

    def _percent(self, share: int) -> str:
        """A share with one decimal."""
        whole, tenth = divmod(abs(share) // 100 + (abs(share) % 100 >= 50), 10)
        conventions = self.house.conventions
        minus = ("-" if conventions.ascii else "−") if share < 0 else ""
        return f"{minus}{conventions.count(whole)}{conventions.decimal}{tenth} %"

    def _list(self, name: str) -> HotList:
        return self.query_one(f"#review-{name}", HotList)
