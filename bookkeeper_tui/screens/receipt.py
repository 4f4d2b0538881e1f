"""The receipt: a sale whole, and what is done with it afterwards: returned, voided, attached, printed again."""

from __future__ import annotations

from secrets import token_hex

from textual.app import ComposeResult

from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.receipt_drawing import receipt_lines, tender_words
from bookkeeper_tui.screens.screen import Handler, HouseScreen
from bookkeeper_tui.store import receipts, returns, sale_links
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.receipts import Receipt
from bookkeeper_tui.widgets.sheet import Sheet


class ReceiptScreen(HouseScreen):
    """One sale; keys scroll it. `r` returns lines of it, `d` voids it, `l` goes on to the sale that undid it."""

    NAME = "receipt"
    TITLE_WORDS = "Receipt"
    CSS_PATH = "receipt.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._found: Receipt | None = None
        self._trail: list[int] = []

    def body(self) -> ComposeResult:
        """One sheet."""
        yield Sheet(id="receipt")

    def arrive(self, sale_id: int = 0, trail: tuple[int, ...] = (), said: str = "", **what: object) -> None:
        """Show a sale from its top; `trail` are the sales that Esc goes back to.

        `said` tells of what was just given back by it: then its slip is printed, and the drawer opens for cash.
        """
        found = receipts.receipt(self.desk, sale_id)
        self.desk.look("sale.viewed", subject=found.number, customer_id=found.customer_id)
        self._trail = list(trail)
        self._draw(found, from_top=True)
        self.query_one(Sheet).focus(scroll_visible=False)
        self.house.refresh_keys()
        if said:
            self.house.notice(said)
            self.start(self._print_slip(found), "slip")

    def store_changed(self, change: StoreChanged) -> None:
        """A sale never changes, but what came back of it, whose it is, and that person's name may."""
        if self._found is not None:
            self._draw(receipts.receipt(self.desk, self._found.id), from_top=False)

    def handler(self, action_id: str) -> Handler | None:
        """A return is neither returned nor voided."""
        if action_id in ("return_lines", "void") and self._found is not None and self._found.kind == "return":
            return None
        return super().handler(action_id)

    def do_return_lines(self) -> None:
        """r: choose what goes back."""
        self.house.show("return_lines", sale_id=self._sale.id)

    async def do_void(self) -> None:
        """d: take the whole sale back, if it was sold in this till's open shift."""
        sale, once = self._sale, token_hex(8)
        refusal = returns.void_refusal(self.desk, sale.id)
        if refusal:
            self.house.notice(refusal, "!")
            return
        paid = tender_words([tender for tender in sale.tenders if tender.amount], self.house.conventions) or "Nothing"
        question = f"Void {sale.number} whole? {paid} goes back."
        if not await self.ask(Confirm(question, yes=f"Void {sale.number}", no="Leave it")):
            return
        desk = await self.desk_for("sale.voided", f"Voiding {sale.number}")
        if desk is None:
            return
        said = f"{sale.number} is voided: {paid} goes back"
        self._go_on(returns.void(desk, sale.id, once), said)

    def do_why(self) -> None:
        """?: the postings that stand for the sale, and for its moves."""
        from bookkeeper_tui.screens.why import figure_question

        question = figure_question(self.desk, self.house.conventions, "sale", self._sale.id, self._sale.number)
        self.house.show("why", question=question)

    async def do_attach(self) -> None:
        """a: whose sale this is."""
        from bookkeeper_tui.screens.dialogs.attach import attach_sale

        await attach_sale(self, self._sale.id)

    async def do_print(self) -> None:
        """p: another copy of the receipt, marked as one."""
        from bookkeeper_tui.paper.receipts import receipt_page

        await self.house.print_page(receipt_page(self.desk, self._sale.id, copy=True))

    def do_paper(self) -> None:
        """w: the paper on the screen."""
        from bookkeeper_tui.paper.receipts import receipt_page

        self.house.preview(receipt_page(self.desk, self._sale.id, copy=True))

    async def do_linked(self) -> None:
        """l: the sale that this one undoes, or one of those that undid it."""
        links = sale_links.links(self.desk, self._sale.id)
        others = ([links.undoes] if links.undoes else []) + list(links.undone_by)
        if not others:
            self.house.notice(f"{self._sale.number} stands alone: nothing of it came back")
            return
        chosen = str(others[0].id)
        if len(others) > 1:
            write = self.house.conventions.amount
            rows = [
                (str(other.id), f"{other.number}  {'void' if other.is_void else 'return'}  {write(other.total)}")
                for other in others
            ]
            chosen = await self.ask(Choose(f"What came back of {self._sale.number}", rows)) or ""
        if chosen:
            self._go_on(int(chosen))

    def do_whose(self) -> None:
        """c: the customer's profile."""
        if self._sale.customer_id == WALK_IN_ID:
            self.house.notice("The walk-in customer has no profile: a attaches the sale to somebody")
        else:
            self.house.show("profile", customer_id=self._sale.customer_id)

    def do_back(self) -> None:
        """Esc: the sale one came from, else the screen beneath."""
        if self._trail:
            *before, last = self._trail
            self.house.show("receipt", sale_id=last, trail=tuple(before))
        else:
            self.house.go_back()

    async def _print_slip(self, found: Receipt) -> None:
        from bookkeeper_tui.paper.printing import slip_or_drawer
        from bookkeeper_tui.paper.receipts import receipt_page

        by_cash = any(tender.kind == "cash" and tender.amount for tender in found.tenders)
        page = slip_or_drawer(self.desk, receipt_page(self.desk, found.id), cash=by_cash)
        if by_cash or page.lines:
            await self.house.print_page(page)

    @property
    def _sale(self) -> Receipt:
        assert self._found is not None
        return self._found

    def _go_on(self, sale_id: int, said: str = "") -> None:
        self.house.show("receipt", sale_id=sale_id, trail=(*self._trail, self._sale.id), said=said)

    def _draw(self, found: Receipt, *, from_top: bool) -> None:
        self._found = found
        conventions, zone = self.house.conventions, self.desk.store.shop.time_zone
        links = sale_links.links(self.desk, found.id)
        self.query_one(Sheet).draw(
            lambda width: receipt_lines(found, links, conventions, zone, width), from_top=from_top
        )
        self.key_line.show_right(found.number)
