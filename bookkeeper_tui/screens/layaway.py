"""One layaway: what is set aside, what was paid and what is outstanding; deposits, pick-up and cancelling."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_hex

from textual.app import ComposeResult

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import Conventions, business_date, fit, harmless
from bookkeeper_tui.money import parse_amount
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import layaways
from bookkeeper_tui.store.layaways import Deposit, Layaway
from bookkeeper_tui.widgets.figures import heading
from bookkeeper_tui.widgets.pieces import Line, Piece, pair
from bookkeeper_tui.widgets.sheet import Sheet

AMOUNT_WIDTH, QUANTITY_WIDTH = 12, 9


class LayawayScreen(HouseScreen):
    """One layaway; keys scroll it."""

    NAME = "layaway"
    TITLE_WORDS = "Layaway"
    CSS_PATH = "receipt.tcss"

    _layaway_id = 0

    def body(self) -> ComposeResult:
        """One sheet."""
        yield Sheet(id="receipt")

    def arrive(self, layaway_id: int = 0, **what: object) -> None:
        """Show a layaway from its top."""
        self._layaway_id = layaway_id
        found = layaways.get(self.desk, layaway_id)
        self.desk.look("layaway.viewed", subject=found.number, customer_id=found.customer_id)
        self._draw(found, from_top=True)
        self.query_one(Sheet).focus(scroll_visible=False)

    def store_changed(self, change: StoreChanged) -> None:
        """A deposit may be taken at another till."""
        if self._layaway_id:
            self._draw(layaways.get(self.desk, self._layaway_id), from_top=False)

    def do_refresh(self) -> None:
        """Read it again."""
        self._draw(layaways.get(self.desk, self._layaway_id), from_top=False)

    async def do_deposit(self) -> None:
        """Take a deposit, all that is outstanding unless less is typed."""
        found = layaways.get(self.desk, self._layaway_id)
        once = token_hex(8)
        conventions = self.house.conventions
        answer = await self.ask(
            AskFields(
                f"A deposit on {found.number}: {conventions.amount(found.outstanding)} outstanding.",
                [
                    AskedField("amount", "Amount", conventions.amount(found.outstanding)),
                    AskedField("tender", "Tender", "cash"),
                    AskedField("reference", "Reference"),
                ],
                check=lambda given: (self._amount(given["amount"]), tender_of(given["tender"])),
            )
        )
        if answer is None:
            return
        after = layaways.take_deposit(
            self.desk, found.id, self._amount(answer["amount"]), tender=tender_of(answer["tender"]),
            reference=answer["reference"], once=once,
        )  # fmt: skip
        self._draw(after, from_top=False)
        left = conventions.amount(after.outstanding)
        self.house.notice(f"{left} outstanding." if after.outstanding else "Paid: k when the goods are handed over.")
        await self._print_slip(cash=tender_of(answer["tender"]) == "cash")

    async def do_pick_up(self) -> None:
        """Hand the goods over: the sale is posted and its receipt shown."""
        found = layaways.get(self.desk, self._layaway_id)
        if found.outstanding:
            raise BadInput(f"{self.house.conventions.amount(found.outstanding)} is outstanding: take it first (d)")
        question = f"Hand over what {harmless(found.customer_name)} has paid?"
        if await self.ask(Confirm(question, yes="Hand over", no="Wait")):
            self.house.show("receipt", sale_id=layaways.pick_up(self.desk, found.id))

    async def do_cancel_layaway(self) -> None:
        """Give the goods up; what was paid goes back, less a fee."""
        found = layaways.get(self.desk, self._layaway_id)
        once, conventions = token_hex(8), self.house.conventions
        desk = await self.desk_for("layaway.cancelled", f"Cancelling {found.number}")
        if desk is None:
            return

        def check(given: Mapping[str, str]) -> object:
            return self._amount(given["fee"]), tender_of(given["tender"])

        answer = await self.ask(
            AskFields(
                f"Cancel {found.number}? {conventions.amount(found.paid)} was paid and goes back, less the fee.",
                [
                    AskedField("fee", "Fee", conventions.amount(0)),
                    AskedField("tender", "Refund by", "cash"),
                    AskedField("reason", "Reason"),
                ],
                check=check,
            )
        )
        if answer is None:
            return
        after = layaways.cancel(
            desk, found.id, fee=self._amount(answer["fee"]), tender=tender_of(answer["tender"]),
            reason=answer["reason"], once=once,
        )  # fmt: skip
        self._draw(after, from_top=False)
        self.house.notice(f"Cancelled: {conventions.amount(found.paid - after.fee)} goes back.")
        await self._print_slip(cash=tender_of(answer["tender"]) == "cash")

    async def _print_slip(self, *, cash: bool) -> None:
        """The slip after money changed hands; the drawer opens for cash."""
        from bookkeeper_tui.paper.layaways import layaway_page
        from bookkeeper_tui.paper.printing import slip_or_drawer

        page = layaway_page(self.desk, self._layaway_id)
        await self.house.print_page(slip_or_drawer(self.desk, page, cash=cash))

    async def do_print(self) -> None:
        """The slip, on paper."""
        from bookkeeper_tui.paper.layaways import layaway_page

        await self.house.print_page(layaway_page(self.desk, self._layaway_id))

    def _amount(self, text: str) -> int:
        conventions = self.house.conventions
        return parse_amount(text, conventions.exponent, conventions.decimal)

    def _draw(self, found: Layaway, *, from_top: bool) -> None:
        conventions, zone = self.house.conventions, self.desk.store.shop.time_zone
        taken = layaways.deposits(self.desk, found.id)
        today = business_date(self.desk.now(), zone)
        self.query_one(Sheet).draw(
            lambda width: layaway_lines(found, taken, conventions, zone, today, width), from_top=from_top
        )
        self.key_line.show_right(found.number)


def tender_of(text: str) -> str:
    """A tender by the beginning of its name, as typed. Raises BadInput naming those there are."""
    wanted = text.strip().lower()
    found = [tender for tender in layaways.TENDERS if wanted and tender.startswith(wanted)]
    if wanted not in layaways.TENDERS and len(found) != 1:
        raise BadInput(f"“{text}” is no tender: cash, card or store credit")
    return wanted if wanted in layaways.TENDERS else found[0]


def layaway_lines(
    found: Layaway, taken: list[Deposit], conventions: Conventions, time_zone: str, today: str, width: int
) -> list[Line]:
    """The layaway's lines for a width."""
    ascii_only, amount = conventions.ascii, conventions.amount
    state = found.state
    if found.is_overdue(today):
        state = f"! overdue since {conventions.date(found.due)}"
    elif found.state == "open":
        state = f"open, to be picked up by {conventions.date(found.due)}"
    elif found.state == "picked up":
        state = f"picked up with {found.sale_number}"
    lines: list[Line] = [
        pair(f"Layaway {found.number}", conventions.instant(found.opened_at, time_zone), width, "strong"),
        pair(f"{found.branch}  {found.staff}", f"{found.customer_number}  {found.customer_name}", width),
        (Piece(state, "bad" if state.startswith("!") else "strong"),),
    ]
    if found.note:
        lines.append((Piece(found.note),))
    lines += [(), heading("Set aside", width, ascii_only=ascii_only)]
    for name, line in zip(found.descriptions, found.lines, strict=True):
        room = width - AMOUNT_WIDTH - QUANTITY_WIDTH - 2
        lines.append(
            (
                Piece(fit(harmless(name), room, ascii_only=ascii_only)),
                Piece(" " + fit(conventions.quantity(line.quantity), QUANTITY_WIDTH, right=True)),
                Piece(" " + fit(amount(line.amount), AMOUNT_WIDTH, right=True)),
            )
        )
    lines += [(), heading("Deposits", width, ascii_only=ascii_only)]
    for one in taken:
        what = f"{conventions.instant(one.at, time_zone)}  {one.number}  {one.tender} {one.reference}".rstrip()
        lines.append(pair(what, amount(one.amount), width))
    if not taken:
        lines.append((Piece("None yet: d takes one.", "quiet"),))
    lines += [(), pair("Total", amount(found.total), width, "strong"), pair("Paid", amount(found.paid), width)]
    if found.fee:
        lines.append(pair("Fee", amount(found.fee), width))
    lines.append(pair("Outstanding", amount(found.outstanding), width, "strong"))
    return lines
