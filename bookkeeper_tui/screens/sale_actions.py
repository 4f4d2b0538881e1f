"""What may be done with a sale under way: its lines, its customer, the drawer and paying, one `do_` each."""

from __future__ import annotations

from collections.abc import Callable

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.screens.sale_drawing import percent
from bookkeeper_tui.screens.sale_parking import NOTHING_YET, SaleParking
from bookkeeper_tui.screens.sale_ringing import thousandths
from bookkeeper_tui.store import baskets, drawer, till
from bookkeeper_tui.store.baskets import Absurd, Basket, BasketLine
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.pricing import ALL, share_of
from bookkeeper_tui.store.till import Paid


class SaleActions(SaleParking):
    """The part of the sale screen that its other actions are."""

    # Lines.

    async def do_quantity(self) -> None:
        """Another quantity for the line under the cursor."""
        line = self.line()
        what = "Weight" if line.sold_by == "weight" else "How many"
        quantity = await self.ask_quantity(
            f"{what} of {harmless(line.description)}", self.house.conventions.quantity(line.quantity)
        )
        if quantity is not None:
            await self._set_quantity(line, quantity)

    def change_quantity(self, line: BasketLine, quantity: int) -> None:
        """Set a line's quantity (thousandths), asking where it is absurd."""
        self.start(self._set_quantity(line, quantity), "quantity")

    async def do_remove_line(self) -> None:
        """Take the line under the cursor out."""
        line = self.line()
        desk = await self.desk_for("sale.line_removed", f"Taking {harmless(line.description)} out")
        if desk is not None:
            self.take(baskets.remove_line(desk, self.here().id, line.line_no))
            self.house.notice(f"{harmless(line.description)} was taken out")

    async def do_price(self) -> None:
        """Another price for the line under the cursor; by permission, or with a second person."""
        line = self.line()
        name = harmless(line.description)
        price = await self.ask_amount(f"Price of one {name}", self._plain(line.price))
        if price is None or price == line.price:
            return
        desk = await self.desk_for("price.overridden", f"Another price for {name}")
        if desk is not None:
            basket_id = self.here().id
            await self._surely(lambda sure: baskets.override_price(desk, basket_id, line.line_no, price, sure=sure))

    async def do_discount(self) -> None:
        """A percentage or an amount off the line under the cursor; more than one may give asks for a second person."""
        from bookkeeper_tui.screens.dialogs.ask_number import AskNumber

        line = self.line()
        name, example = harmless(line.description), self.house.conventions.amount(250)
        typed = await self.ask(
            AskNumber(
                f"Discount on {name}: 10% of it, or an amount such as {example}; 0 takes it away",
                also="%", check=self._discount,
            )
        )  # fmt: skip
        if typed is None:
            return
        share, amount = self._discount(typed)
        given = share or share_of(amount, line.priced.gross)
        desk = self.desk
        if given > desk.limit("discount_percent", "discount.given"):
            what = f"A discount of {percent(given, self.house.conventions)} on {name}"
            approved = await self.approved_desk("discount.given", what)
            if approved is None:
                return
            desk = approved
        self.take(baskets.discount_line(desk, self.here().id, line.line_no, percent=share, amount=amount))

    async def do_line_note(self) -> None:
        """A note on the line under the cursor."""
        from bookkeeper_tui.screens.dialogs.ask_text import AskText

        line = self.line()
        text = await self.ask(AskText(f"Note on {harmless(line.description)}", line.note, most=200))
        if text is not None:
            self.take(baskets.note_line(self.desk, self.here().id, line.line_no, text))

    async def do_sale_note(self) -> None:
        """A note on the whole sale."""
        from bookkeeper_tui.screens.dialogs.ask_text import AskText

        basket = self.here()
        text = await self.ask(AskText("Note on this sale, printed on its receipt", basket.note, most=200))
        if text is not None:
            self.take(baskets.note(self.desk, basket.id, text))

    # Whose it is.

    async def do_customer(self) -> None:
        """Choose or change the customer."""
        from bookkeeper_tui.screens.dialogs.choose_customer import ChooseCustomer

        now = self.basket.customer_id if self.basket is not None else WALK_IN_ID
        chosen = await self.ask(ChooseCustomer(now=now))
        if chosen is not None and (self.basket is not None or chosen != WALK_IN_ID):
            self.take(baskets.choose_customer(self.desk, self.begun().id, chosen))

    async def do_code(self) -> None:
        """A discount code that the customer says."""
        from bookkeeper_tui.screens.dialogs.ask_text import AskText

        code = await self.ask(AskText("Discount code; none takes it away", self.here().code, most=30, over=True))
        if code is not None:
            basket = baskets.type_code(self.desk, self.here().id, code)
            self.take(basket)
            if code.strip() and basket.lines and basket.code not in basket.priced.codes:
                self.house.notice(f"{basket.code} counts, but something else takes off more")

    # Drawer, paper, money.

    async def do_no_sale(self) -> None:
        """Open the drawer without a sale; by permission, or with a second person."""
        from bookkeeper_tui.paper.page import drawer_page

        desk = await self.desk_for("drawer.opened", "Opening the drawer without a sale")
        if desk is not None:
            drawer.no_sale(desk)
            await self.house.print_page(drawer_page())
            self.house.notice("The drawer was opened without a sale; it is recorded")

    async def do_bill(self) -> None:
        """Show the bill; from there it is printed."""
        await self._show_bill(self.here())

    async def do_pay(self) -> None:
        """Take the money."""
        from bookkeeper_tui.screens.dialogs.pay import PayDialog

        basket = self.here()
        if not basket.lines:
            raise BadInput(NOTHING_YET)
        if not self.has_shift:
            await self.offer_shift()
            return
        till.check(self.desk, basket.id)
        answer = await self.ask(PayDialog(basket.id))
        if answer is None:
            if self.basket is not None:
                self.take(baskets.get(self.desk, self.basket.id))
            return
        self.let_go(answer.paid)
        await self._after_paying(answer.paid, answer.receipt)

    async def _after_paying(self, paid: Paid, receipt: bool) -> None:
        """The drawer opens for cash, and the receipt is printed where it is wanted."""
        by_cash = paid.change_due > 0 or any(tender.kind == "cash" for tender in paid.tenders)
        if receipt:
            from bookkeeper_tui.paper.receipts import receipt_page

            await self.house.print_page(receipt_page(self.desk, paid.sale_id, kick=by_cash))
        elif by_cash:
            from bookkeeper_tui.paper.page import drawer_page

            await self.house.print_page(drawer_page())

    # Helpers of the above.

    async def _set_quantity(self, line: BasketLine, quantity: int) -> None:
        basket_id, desk = self.here().id, self.desk
        if quantity < line.quantity:
            backed = await self.desk_for("sale.line_removed", f"Less of {harmless(line.description)}")
            if backed is None:
                return
            desk = backed
        await self._surely(lambda sure: baskets.set_quantity(desk, basket_id, line.line_no, quantity, sure=sure))

    async def _surely(self, deed: Callable[[bool], Basket]) -> None:
        """Do something, asking once more where it is absurd."""
        try:
            self.take(deed(False))
        except Absurd as question:
            if await self.is_sure(question):
                self.take(deed(True))

    def _discount(self, typed: str) -> tuple[int, int]:
        """What was typed as a discount: thousandths of a per cent, or minor units."""
        if not typed:
            raise BadInput("Type a percentage such as 10%, or an amount")
        if not typed.endswith("%"):
            return 0, self.amount(typed)
        share = 0 if typed.strip("0.,% ") == "" else thousandths(typed.removesuffix("%"))
        if share > ALL:
            raise BadInput(f"“{typed}” is more than all of it")
        return share, 0

    def _plain(self, amount: int) -> str:
        conventions = self.house.conventions
        written = conventions.amount(amount)
        return written.replace(conventions.group, "") if conventions.group else written
