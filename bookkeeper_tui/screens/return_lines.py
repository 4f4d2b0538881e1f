"""Returning lines of a sale: which and how many, what goes back for them, and by which tenders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from secrets import token_hex
from typing import cast

from textual import events
from textual.app import ComposeResult
from textual.widgets import Static

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import Conventions, harmless
from bookkeeper_tui.money import parse_amount
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.dialogs.ask_text import AskText
from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.receipt_drawing import tender_words, way_words
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import catalogue, receipts, returns
from bookkeeper_tui.store.refunds import Refund, ReturnableLine
from bookkeeper_tui.store.sales import NewTender
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Piece
from bookkeeper_tui.widgets.sheet import Sheet

NOTHING_LEFT = ["All of this sale came back already. Esc goes back to its receipt."]
NOTHING_CHOSEN = "Enter takes all of a line, a digit so many, a all lines; Ctrl+S gives it back."


class ReturnLinesScreen(HouseScreen):
    """A list of what was sold; Enter, digits and `a` choose, Ctrl+S gives back."""

    NAME = "return_lines"
    TITLE_WORDS = "Return lines"
    CSS_PATH = "return_lines.tcss"
    KEPT = False

    def __init__(self) -> None:
        super().__init__()
        self._sale_id = 0
        self._number = ""
        self._once = token_hex(8)
        self._lines: list[ReturnableLine] = []
        self._chosen: dict[int, int] = {}

    def body(self) -> ComposeResult:
        """Whose sale, its lines, and what goes back."""
        yield Static("", id="returned-sale", markup=False)
        yield HotList(
            [
                Column("Article"),
                Column("Sold", 8, right=True),
                Column("Back", 8, right=True, from_width=66),
                Column("Return", 8, right=True),
                Column("Paid", 11, right=True),
            ],
            empty=NOTHING_LEFT,
            id="return-lines",
        )
        yield Sheet(id="goes-back").taking_no_focus()

    def arrive(self, sale_id: int = 0, **what: object) -> None:
        """Begin with a sale, none of it chosen."""
        if sale_id:
            found = receipts.receipt(self.desk, sale_id)
            self._sale_id, self._number, self._chosen = sale_id, found.number, {}
            at = self.house.conventions.instant(found.sold_at, self.desk.store.shop.time_zone)
            self.query_one("#returned-sale", Static).update(
                f"{found.number}  {at}  {found.customer_number}  {harmless(found.customer_name)}"
            )
            self._read()
        self._list.focus(scroll_visible=False)

    def store_changed(self, change: StoreChanged) -> None:
        """Something of it may have come back at another till: what is left counts."""
        if self._sale_id:
            self._read()

    def unsaved(self) -> str:
        """What was chosen."""
        return f"the return of {self._number}" if self._chosen and not self.is_done else ""

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: all of the line, or none; of what is weighed, as much as is typed."""
        event.stop()
        line = self._line(cast(int, event.key))
        if line.left % 1000 and not self._chosen.get(line.line_no):
            self.start(self._ask_quantity(line), "quantity")
        else:
            self._set(line, 0 if self._chosen.get(line.line_no) else line.left)

    def on_key(self, event: events.Key) -> None:
        """A digit: so many of the line under the cursor."""
        if event.character and event.character in "0123456789" and self.focused is self._list and self._lines:
            event.stop()
            with self.guard():
                self._set(self._line(cast(int, self._list.cursor_key)), int(event.character) * 1000)

    def scanned(self, code: str) -> bool:
        """An article that lies on the counter: one more of it goes back."""
        product = catalogue.find(self.desk, code)
        sku = product.sku if product is not None else code
        for line in self._lines:
            chosen = self._chosen.get(line.line_no, 0)
            if line.code == sku and chosen < line.left:
                self._set(line, min(line.left, chosen + 1000))
                self._list.select(line.line_no)
                return True
        self.house.notice(f"Nothing more of “{harmless(code)[:30]}” can be returned of {self._number}", "!")
        return True

    async def do_return_some(self) -> None:
        """m: any quantity of the line under the cursor."""
        if self._lines:
            await self._ask_quantity(self._line(cast(int, self._list.cursor_key)))

    def do_return_all(self) -> None:
        """a: everything that is left, or nothing of it."""
        everything = {line.line_no: line.left for line in self._lines if line.left}
        self._chosen = {} if self._chosen == everything else everything
        self._draw()

    async def do_give_back(self) -> None:
        """Ctrl+S: how the money goes back, then that it does."""
        refund = returns.preview(self.desk, self._sale_id, self._chosen)
        tenders = await self._ask_tenders(refund)
        if tenders is None:
            return
        desk = await self.desk_for("sale.returned", f"Returning lines of {self._number}")
        if desk is None:
            return
        return_id = returns.give_back(desk, self._sale_id, self._chosen, tenders, self._once)
        self.is_done = True
        words = tender_words(_as_given(refund, tenders), self.house.conventions) or "Nothing"
        said = f"{words} goes back for {self._number}"
        self.house.show("receipt", sale_id=return_id, trail=(self._sale_id,), said=said)

    @property
    def _list(self) -> HotList:
        return self.query_one(HotList)

    def _line(self, line_no: int) -> ReturnableLine:
        return next(line for line in self._lines if line.line_no == line_no)

    def _read(self) -> None:
        self._lines = returns.returnable(self.desk, self._sale_id)
        left = {line.line_no: line.left for line in self._lines}
        self._chosen = {
            line_no: min(chosen, left[line_no]) for line_no, chosen in self._chosen.items() if left[line_no]
        }
        self._draw()

    def _set(self, line: ReturnableLine, quantity: int) -> None:
        write = self.house.conventions.quantity
        if quantity > line.left:
            raise BadInput(f"{write(line.left)} of this line can be returned, not {write(quantity)}")
        if quantity:
            self._chosen[line.line_no] = quantity
        else:
            self._chosen.pop(line.line_no, None)
        self._draw()

    async def _ask_quantity(self, line: ReturnableLine) -> None:
        conventions = self.house.conventions
        name = harmless(line.description or line.code)[:40]
        question = f"How much of {name} goes back? {conventions.quantity(line.left)} can."
        typed = await self.ask(AskText(question, conventions.quantity(line.left), most=12))
        if typed is not None:
            self._set(line, parse_amount(typed or "0", 3, conventions.decimal))

    def _draw(self) -> None:
        conventions = self.house.conventions
        rows = []
        for line in self._lines:
            chosen = self._chosen.get(line.line_no, 0)
            cells = (
                line.description or line.code or "(no article)",
                conventions.quantity(line.quantity),
                conventions.quantity(line.returned) if line.returned else "",
                conventions.quantity(chosen) if chosen else "" if line.left else "all back",
                conventions.amount(line.amount),
            )
            rows.append(Row(line.line_no, cells, () if line.left else ("quiet",)))
        self._list.show(rows, keep=True)
        refund = None
        if self._chosen:
            with self.guard():
                refund = returns.preview(self.desk, self._sale_id, self._chosen)
        said = refund_words(refund, conventions) if refund else [NOTHING_CHOSEN]
        self.query_one(Sheet).draw(lambda width: [(Piece(line, "strong" if refund else "quiet"),) for line in said])
        self.key_line.show_right(self._number)

    async def _ask_tenders(self, refund: Refund) -> Sequence[NewTender] | None:
        """The tenders to give back by, None for Esc: choosing them is the confirmation."""
        conventions = self.house.conventions
        offers = _offers(refund)
        rows = [
            (str(place), tender_words(_as_given(refund, offer), conventions) or "Nothing goes back in money")
            for place, offer in enumerate(offers)
        ]
        if len(refund.ways) > 1 and refund.due > 1:
            rows.append(("divide", "Divided otherwise"))
        chosen = await self.ask(Choose(f"{refund_words(refund, conventions)[0]}. How?", rows))
        if chosen is None:
            return None
        return await self._divide(refund) if chosen == "divide" else offers[int(chosen)]

    async def _divide(self, refund: Refund) -> Sequence[NewTender] | None:
        conventions = self.house.conventions
        write = conventions.amount
        fields = [
            AskedField(f"way{place}", f"{way_words(way.kind, way.reference)[:20]}, up to {write(way.most)}")
            for place, way in enumerate(refund.ways)
        ]

        def read(answer: Mapping[str, str]) -> list[NewTender]:
            amounts = [
                parse_amount(answer[field.name] or "0", conventions.exponent, conventions.decimal) for field in fields
            ]
            if sum(amounts) != refund.due:
                raise BadInput(f"That is {write(sum(amounts))}, but {write(refund.due)} is due")
            return [
                NewTender(way.kind, amount, way.reference)
                for way, amount in zip(refund.ways, amounts, strict=True)
                if amount
            ]

        answer = await self.ask(AskFields(f"{write(refund.due)} goes back: how much by each?", fields, read))
        return None if answer is None else read(answer)


def refund_words(refund: Refund, conventions: Conventions) -> list[str]:
    """What a return gives back, as a few sentences: money, then points."""
    said = [f"{conventions.amount(refund.total)} goes back for {refund.number}"]
    if refund.by_points:
        points, worth = conventions.count(refund.points), conventions.amount(refund.by_points)
        said.append(f"of it {worth} as {points} points, {conventions.amount(refund.due)} in money")
    if refund.points_taken:
        said.append(f"{conventions.count(refund.points_taken)} points that it earned are taken back")
    return said


def _as_given(refund: Refund, tenders: Sequence[NewTender]) -> list[NewTender]:
    """The tenders as they are handed out: cash in coins."""
    return [
        tender._replace(amount=refund.cash_of(tender.amount)) if tender.kind == "cash" else tender for tender in tenders
    ]


def _offers(refund: Refund) -> list[tuple[NewTender, ...]]:
    """As it was paid, and whatever can take all of it alone."""
    offers = [refund.as_paid()]
    for way in refund.ways:
        alone = (NewTender(way.kind, refund.due, way.reference),)
        if refund.due and way.most >= refund.due and alone not in offers:
            offers.append(alone)
    return offers
