"""The shift (F8): opened with a float, what moved in its drawer, and its end by a blind count."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_hex

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from bookkeeper_tui.errors import BadInput, BookkeeperError
from bookkeeper_tui.money import denominations, parse_amount
from bookkeeper_tui.paper.page import Page, drawer_page
from bookkeeper_tui.paper.shift_reports import over_or_short, x_page
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.screen import Handler, HouseScreen
from bookkeeper_tui.screens.shift_drawing import closed_lines, movement_row, open_lines, shift_row
from bookkeeper_tui.store import days, drawer, shifts, takings
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.shifts import Shift, ShiftEnd
from bookkeeper_tui.widgets.hot_list import Column, HotList
from bookkeeper_tui.widgets.number_field import NumberField
from bookkeeper_tui.widgets.sheet import Sheet

CONCERNED = ("shift.", "drawer.", "day.")
AT_THE_DRAWER = ("count", "pull_out", "pay_in", "petty", "no_sale")


class ShiftScreen(HouseScreen):
    """With a shift open here: when it began, and what moved. With none: a float opens one, above the newest shifts.

    What should be in the drawer is not told: whoever counts it counts blind.
    """

    NAME = "shift"
    TITLE_WORDS = "Shift"
    CSS_PATH = "shift.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._shift: Shift | None = None
        self._ended: ShiftEnd | None = None
        self._once = token_hex(8)

    def body(self) -> ComposeResult:
        """What there is to say, the float's field, and one of two lists."""
        yield Sheet(id="shift").taking_no_focus()
        with Horizontal(id="opening"):
            yield Static("Float that lies in the drawer", classes="label", markup=False)
            yield NumberField(id="float")
        yield HotList(
            [
                Column("Time", 6),
                Column("In the drawer", 16),
                Column("What for"),
                Column("Who", 16, from_width=72),
                Column("Amount", 13, right=True),
            ],
            id="movements",
        )
        yield HotList(
            [
                Column("Shift", 10),
                Column("Date", 11),
                Column("Till", 12, from_width=72),
                Column("Cashier"),
                Column("Over or short", 14, right=True),
            ],
            empty=["No shift has been opened yet."],
            id="shifts",
        )

    def arrive(self, **what: object) -> None:
        """Show how things stand at this till, ready for the float where no shift is open."""
        self._read()
        self._focus()

    def store_changed(self, change: StoreChanged) -> None:
        """Somebody moved cash, or opened or ended a shift."""
        if change.everything or any(action.startswith(CONCERNED) for action in change.actions):
            was = self._shift and self._shift.id
            self._read()
            if was != (self._shift and self._shift.id):
                self._focus()

    def unsaved(self) -> str:
        """A float that was typed and not taken."""
        return "the float" if self._shift is None and self._field.value.strip() else ""

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the float's field."""
        event.stop()
        with self.guard():
            self._open()

    def on_key(self, event: events.Key) -> None:
        """Down from the float goes to the list; a digit there goes on with the float."""
        if event.key == "down" and self._field.has_focus:
            event.stop()
            self._shifts.focus(scroll_visible=False)
        elif self._shifts.has_focus and self._shift is None and (event.character or "").isdigit():
            event.stop()
            self._field.focus(scroll_visible=False)
            self._field.insert_text_at_cursor(str(event.character))

    def do_pane(self) -> None:
        """From the float to the list, and back."""
        if self._shift is None and self._shifts.has_focus and self.house.may("shift.opened"):
            self._field.focus(scroll_visible=False)
        else:
            (self._movements if self._shift else self._shifts).focus(scroll_visible=False)

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter on a shift of the list: its report."""
        event.stop()
        if event.hot_list is self._shifts and isinstance(event.key, int):
            self.start(self._report(event.key), "report")

    # What may be done.

    def handler(self, action_id: str) -> Handler | None:
        """What is done at the drawer is not offered where no shift is open."""
        return None if self._shift is None and action_id in AT_THE_DRAWER else super().handler(action_id)

    async def do_pull_out(self) -> None:
        """Cash to the safe."""
        desk = await self._desk_here("drawer.pulled_out", "Taking cash out of the drawer")
        if desk is None:
            return
        fields = [AskedField("amount", "Amount"), AskedField("reason", "Remark")]
        answer = await self.ask(AskFields("How much goes from the drawer to the safe?", fields, self._check))
        if answer is not None:
            drawer.pull_out(desk, self._amount(answer["amount"]), answer["reason"], token_hex(8))
            await self._moved("Taken out", answer)

    async def do_petty(self) -> None:
        """A small expense."""
        desk = await self._desk_here("drawer.petty", "A petty expense")
        if desk is None:
            return
        known = drawer.petty_categories(desk)[:6]
        used = f" Used before: {', '.join(known)}." if known else " Such as Cleaning or Postage."
        fields = [AskedField("amount", "Amount"), AskedField("category", "Category"), AskedField("reason", "Remark")]
        answer = await self.ask(AskFields(f"What was paid out of the drawer?{used}", fields, self._check))
        if answer is not None:
            drawer.petty(desk, self._amount(answer["amount"]), answer["category"], answer["reason"], token_hex(8))
            await self._moved("Paid out", answer)

    async def do_pay_in(self) -> None:
        """More change."""
        desk = await self._desk_here("drawer.paid_in", "Paying cash into the drawer")
        if desk is None:
            return
        fields = [AskedField("amount", "Amount"), AskedField("reason", "Remark")]
        answer = await self.ask(AskFields("How much comes from the safe into the drawer?", fields, self._check))
        if answer is not None:
            drawer.pay_in(desk, self._amount(answer["amount"]), answer["reason"], token_hex(8))
            await self._moved("Paid in", answer)

    async def do_no_sale(self) -> None:
        """Open the drawer, and write down that it was."""
        desk = await self._desk_here("drawer.opened", "Opening the drawer without a sale")
        if desk is None:
            return
        answer = await self.ask(AskFields("Why is the drawer opened?", [AskedField("reason", "Reason")]))
        if answer is not None:
            drawer.no_sale(desk, answer["reason"], token_hex(8))
            await self._moved("The drawer was opened", {})

    async def do_count(self) -> None:
        """Count blind, and end the shift."""
        from bookkeeper_tui.screens.dialogs.count import CountDialog

        shift = self._needed()
        desk = self.desk
        if shifts.ending_permission(desk) == "shift.closed_for_other":
            other = await self.desk_for("shift.closed_for_other", f"Ending shift {shift.number} of {shift.staff}")
            if other is None:
                return
            desk = other
        shop = desk.store.shop
        counts = await self.ask(CountDialog(shift.number, denominations(shop.currency, shop.exponent)))
        if counts is None:
            return
        self._ended = shifts.end(desk, counts, self._once, shift.id)
        self._once = token_hex(8)
        self._read(newest=True)
        self._focus()
        off = self._ended.difference
        amount = f" {self.house.conventions.amount(off)}" if off else ""
        self.house.notice(f"Shift {shift.number} is ended: {over_or_short(off).lower()}{amount}", "!" if off else "")

    async def do_x_report(self) -> None:
        """The X report on the screen: of the open shift, else of the one under the cursor."""
        await self._report(self._shown_id())

    async def do_print(self) -> None:
        """The same on paper."""
        page = await self._page(self._shown_id())
        if page is not None:
            await self.house.print_page(page)

    async def do_close_day(self) -> None:
        """Close the day for ever, and show its Z report."""
        from bookkeeper_tui.screens.takings import close_day

        await close_day(self)
        self._read()

    # How it is done.

    @property
    def _field(self) -> NumberField:
        return self.query_one("#float", NumberField)

    @property
    def _movements(self) -> HotList:
        return self.query_one("#movements", HotList)

    @property
    def _shifts(self) -> HotList:
        return self.query_one("#shifts", HotList)

    def _open(self) -> None:
        """Open a shift; the first of a day lets points expire and tiers be reviewed, beside what goes on here."""
        desk = self.desk
        is_new_day = days.state(desk) is None
        shift = shifts.open_shift(desk, self._amount(self._field.value), self._once)
        self._once, self._ended = token_hex(8), None
        self._field.value = ""
        if is_new_day:
            self.run_worker(lambda: self._open_day(desk), name="opening the day", thread=True, exit_on_error=False)
        self._read(newest=True)
        self._focus()
        if getattr(self.app.screen_stack[-2], "NAME", "") == "sale":
            self.house.go_back()
        else:
            self.house.notice(f"Shift {shift.number} is open")

    def _open_day(self, desk: Desk) -> None:
        store = desk.store.again()
        try:
            days.open(Desk(store, desk.staff, desk.terminal))
        except Exception as error:
            self.app.call_from_thread(self.house.failed, error)
        finally:
            store.close()

    async def _desk_here(self, permission: str, what: str) -> Desk | None:
        self._needed()
        return await self.desk_for(permission, what)

    def _needed(self) -> Shift:
        if self._shift is None:
            raise BadInput("No shift is open at this till: type its float, and Enter opens one")
        return self._shift

    async def _moved(self, what: str, answer: Mapping[str, str]) -> None:
        """Tell what was done, and open the drawer if this till's printer can."""
        self._read(newest=True)
        conventions = self.house.conventions
        amount = f": {conventions.amount(self._amount(answer['amount']))}" if answer else ""
        self.house.notice(f"{what}{amount}")
        try:
            await self.house.print_page(drawer_page())
        except BookkeeperError as error:
            self.house.notice(f"{what}{amount}. {error}", "!")

    def _shown_id(self) -> int:
        if self._shift is not None:
            return self._shift.id
        key = self._shifts.cursor_key
        if not isinstance(key, int):
            raise BadInput("There is no shift yet to report on")
        return key

    async def _report(self, shift_id: int) -> None:
        page = await self._page(shift_id)
        if page is not None:
            self.house.preview(page)

    async def _page(self, shift_id: int) -> Page | None:
        desk = await self.desk_for("takings.viewed", "An X report")
        return None if desk is None else x_page(desk, takings.x_report(desk, shift_id))

    def _amount(self, typed: str) -> int:
        conventions = self.house.conventions
        return parse_amount(typed, conventions.exponent, conventions.decimal)

    def _check(self, answer: Mapping[str, str]) -> None:
        self._amount(answer["amount"])
        if "category" in answer and not answer["category"]:
            raise BadInput("A petty expense needs a category")

    # What is shown.

    def _read(self, *, newest: bool = False) -> None:
        desk, conventions = self.desk, self.house.conventions
        self._shift = shift = shifts.current(desk)
        day = days.state(desk)
        is_open = shift is not None
        self.query_one("#opening").display = not is_open and self.house.may("shift.opened")
        self._movements.display, self._shifts.display = is_open, not is_open
        if shift is not None:
            moved = drawer.movements(desk, shift.id)
            rows = [movement_row(one, conventions, desk.store.shop.time_zone) for one in reversed(moved)]
            self._movements.show(rows, keep=not newest)
        else:
            seen = [shift_row(one, conventions, self._may_see(one)) for one in shifts.newest(desk, 50)]
            self._shifts.show(seen, keep=not newest)
        lines = open_lines(shift, desk, conventions) if shift else closed_lines(self._ended, day, desk, conventions)
        self.query_one("#shift", Sheet).draw(lambda width: lines, from_top=True)
        self.key_line.show_right(shift.number if shift else "")
        self.house.refresh_keys()

    def _may_see(self, shift: Shift) -> bool:
        return shift.staff_id == self.desk.staff.staff_id or self.house.may("takings.viewed")

    def _focus(self) -> None:
        if self._shift is not None:
            self._movements.focus(scroll_visible=False)
        elif self.house.may("shift.opened") and self._ended is None:
            self._field.focus(scroll_visible=False)
        else:
            self._shifts.focus(scroll_visible=False)
