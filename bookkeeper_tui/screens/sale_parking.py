"""Sales put aside and taken up again: the one that was left, parked ones, merging and splitting, giving up."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless, local_time
from bookkeeper_tui.screens.sale_ringing import Ringing, SaleRinging
from bookkeeper_tui.store import baskets, customers
from bookkeeper_tui.store.baskets import Basket, BasketLine, BasketRow
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.till import Paid
from bookkeeper_tui.widgets.sale_lines import SaleLines

NOTHING_YET = "Nothing is rung up yet: scan an article, or type its name"
LAYAWAY_DAYS = 30


class SaleParking(SaleRinging):
    """The part of the sale screen that changes which sale is under way."""

    has_shift = True

    @property
    @abstractmethod
    def lines(self) -> SaleLines:
        """The list of lines."""

    @abstractmethod
    def let_go(self, paid: Paid | None = None) -> None:
        """No sale is under way any more."""

    @abstractmethod
    def say_place(self) -> None:
        """Say how many sales are parked."""

    def here(self) -> Basket:
        """The sale under way. Raises BadInput when there is none."""
        if self.basket is None:
            raise BadInput(NOTHING_YET)
        return self.basket

    def line(self) -> BasketLine:
        """The line under the cursor. Raises BadInput when there is none."""
        line_no = self.lines.line_no
        for line in self.here().lines:
            if line.line_no == line_no:
                return line
        raise BadInput(NOTHING_YET if not self.lines.searching else "Choose an article first, or leave it with Esc")

    # Beginning.

    async def begin(self, customer_id: int, basket_id: int, product_id: int = 0) -> None:
        """Go on with what is under way; offer what was left unfinished, and a shift where none is open."""
        if basket_id:
            await self._take_up(basket_id)
        elif self.basket is None:
            await self._offer_unfinished()
        if customer_id and customer_id != WALK_IN_ID:
            await self._begin_with(customer_id)
        if product_id and self.basket is not None and self.basket.customer_id == customer_id:
            self.ring(Ringing(product_id=product_id))
        if not self.has_shift:
            await self.offer_shift()

    async def offer_shift(self) -> None:
        """No shift is open: go and open one, or ring up meanwhile."""
        from bookkeeper_tui.screens.dialogs.choose import Choose

        if not self.house.may("shift.opened"):
            return
        rows = [("open", "Open a shift now"), ("stay", "Stay here: a sale can be rung up, but not paid")]
        if await self.ask(Choose("No shift is open at this till.", rows)) == "open":
            self.house.act("shift")

    async def _offer_unfinished(self) -> None:
        from bookkeeper_tui.screens.dialogs.choose import Choose

        if not self.house.may("sale.rung"):
            return
        left = baskets.unfinished(self.desk)
        if not left:
            return
        rows = [(str(row.id), self._row_words(row)) for row in left[:8]]
        chosen = await self.ask(
            Choose("A sale was left unfinished. Go on with it?", [*rows, ("new", "Begin a new one")])
        )
        if chosen is not None and chosen != "new":
            self.take(baskets.take_over(self.desk, int(chosen)))

    async def _take_up(self, basket_id: int) -> None:
        if self.basket is not None and self.basket.id == basket_id:
            return
        parked = baskets.get(self.desk, basket_id).state == "parked"
        await self._change_over(baskets.resume if parked else baskets.take_over, basket_id)

    async def _begin_with(self, customer_id: int) -> None:
        """The sale becomes this customer's; one that is under way for another is asked about first."""
        from bookkeeper_tui.screens.dialogs.choose import Choose

        basket = self.basket
        if basket is not None and basket.customer_id == customer_id:
            return
        if basket is not None and basket.lines and not self.of_walk_in:
            wanted = customers.get(self.desk, customer_id)
            rows = [
                ("change", f"It is {harmless(wanted.name)}'s: change the customer"),
                ("park", f"Park it, and begin another for {harmless(wanted.name)}"),
                ("stay", "Go on with it as it is"),
            ]
            chosen = await self.ask(Choose(f"A sale is under way for {harmless(basket.customer_name)}.", rows))
            if chosen not in ("change", "park"):
                return
            if chosen == "park":
                baskets.park(self.desk, basket.id, basket.label or basket.customer_name)
                self.let_go()
        self.take(baskets.choose_customer(self.desk, self.begun().id, customer_id))

    # Putting aside.

    async def do_park(self) -> None:
        """Put the sale aside under a label, for any till to take up."""
        from bookkeeper_tui.screens.dialogs.ask_text import AskText

        basket = self.here()
        if not basket.lines:
            raise BadInput(NOTHING_YET)
        start = basket.label or ("" if basket.customer_id == WALK_IN_ID else basket.customer_name)
        label = await self.ask(AskText("Park this sale as", start, most=40, over=True))
        if label is not None:
            baskets.park(self.desk, basket.id, label)
            self.let_go()
            self.house.notice(f"Parked{f' as “{label.strip()}”' if label.strip() else ''}. Alt+L lists parked sales")

    async def do_parked(self) -> None:
        """The parked sales: take one up, merge it into this one, print its bill, give it up."""
        from bookkeeper_tui.screens.dialogs.parked import ParkedDialog

        answer = await self.ask(ParkedDialog(merging=self.basket is not None and bool(self.basket.lines)))
        if answer is None:
            return
        row = answer.row
        if answer.deed == "merge":
            self.take(baskets.merge(self.desk, self.here().id, row.id))
        elif answer.deed == "bill":
            await self._show_bill(baskets.get(self.desk, row.id))
        elif answer.deed == "drop":
            await self._drop(baskets.get(self.desk, row.id))
        else:
            await self._change_over(baskets.resume, row.id)
        self.say_place()

    async def do_move_lines(self) -> None:
        """Take lines, or part of them, to a new parked sale or to one that is parked."""
        from bookkeeper_tui.screens.dialogs.choose import Choose
        from bookkeeper_tui.screens.dialogs.move_lines import MoveLines

        basket = self.here()
        if not basket.lines:
            raise BadInput(NOTHING_YET)
        going = await self.ask(MoveLines(basket, start=self.lines.line_no))
        if not going:
            return
        whole = all(line.quantity == going[line.line_no] for line in basket.lines if line.line_no in going)
        others = baskets.parked(self.desk)[:8] if whole else []
        target: str | None = "new"
        if others:
            rows = [("new", "A new sale, parked"), *((str(row.id), self._row_words(row)) for row in others)]
            target = await self.ask(Choose("To which sale?", rows))
        if target is None:
            return
        if target == "new":
            mine, _ = baskets.split(self.desk, basket.id, going)
        else:
            mine, _ = baskets.move_lines(self.desk, basket.id, int(target), list(going))
        self.take(mine)
        self.house.notice("Moved. Alt+L lists parked sales")

    async def do_set_aside(self) -> None:
        """Set the goods aside for the customer as a layaway, against a first deposit or none."""
        from secrets import token_hex

        from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
        from bookkeeper_tui.screens.layaway import tender_of
        from bookkeeper_tui.store import layaways

        basket = self.here()
        if basket.customer_id == WALK_IN_ID:
            raise BadInput("A layaway needs a customer: Alt+C chooses one")
        once, conventions = token_hex(8), self.house.conventions
        today = date.fromisoformat(self.desk.today())
        due = (today + timedelta(days=LAYAWAY_DAYS)).isoformat()

        def read_due(given: Mapping[str, str]) -> str:
            return conventions.read_date(given["due"], "Fetched by")

        answer = await self.ask(
            AskFields(
                f"Set aside for {harmless(basket.customer_name)}: {conventions.amount(basket.total)}.",
                [
                    AskedField("due", "Fetched by", conventions.date(due)),
                    AskedField("deposit", "Deposit", "0"),
                    AskedField("tender", "Tender", "cash"),
                    AskedField("reference", "Reference"),
                ],
                lambda given: (read_due(given), self.amount(given["deposit"]), tender_of(given["tender"])),
            )
        )
        if answer is None:
            return
        made = layaways.open_layaway(
            self.desk,
            basket.id,
            due=read_due(answer),
            deposit=self.amount(answer["deposit"]),
            tender=tender_of(answer["tender"]),
            reference=answer["reference"],
            once=once,
        )
        self.let_go()
        self.house.show("layaway", layaway_id=made.id)

    async def do_drop_sale(self) -> None:
        """Give the sale up."""
        await self._drop(self.here())

    # Helpers of the above.

    async def _change_over(self, take_up: Callable[[Desk, int], Basket], basket_id: int) -> None:
        """Take another sale up; the one under way, if it has lines, is parked once the other is here."""
        from bookkeeper_tui.screens.dialogs.choose import Choose

        before = self.basket if self.basket is not None and self.basket.lines else None
        rows = [("park", "Park it, and take up the other"), ("stay", "Stay with it")]
        if before is not None and await self.ask(Choose("A sale is under way here.", rows)) != "park":
            return
        taken = take_up(self.desk, basket_id)
        if before is not None:
            baskets.park(self.desk, before.id, before.label)
        self.take(taken)

    async def _drop(self, basket: Basket) -> None:
        from bookkeeper_tui.screens.dialogs.confirm import Confirm

        conventions = self.house.conventions
        what = f"{conventions.count(len(basket.lines))} lines, {conventions.amount(basket.total)}"
        if basket.lines and not await self.ask(
            Confirm(f"Give up this sale ({what})? It is recorded.", yes="Give it up", no="Keep it")
        ):
            return
        desk = await self.desk_for("sale.line_removed", "Giving up a sale")
        if desk is None:
            return
        baskets.drop(desk, basket.id)
        if self.basket is not None and self.basket.id == basket.id:
            self.let_go()
        self.house.notice("The sale was given up")

    async def _show_bill(self, basket: Basket) -> None:
        from bookkeeper_tui.paper.receipts import bill_page

        self.house.preview(bill_page(self.desk, basket))

    def _row_words(self, row: BasketRow) -> str:
        conventions = self.house.conventions
        since = f"{local_time(row.touched_at, self.desk.store.shop.time_zone):%H:%M}"
        lines = f"{conventions.count(row.lines)} line{'s' if row.lines != 1 else ''}"
        words = (since, row.label, row.customer_name, lines, conventions.amount(row.total), row.terminal)
        return "  ".join(harmless(word) for word in words if word)
