"""The sale screen: one box that always has the focus takes articles, cards and names; over it the sale as it stands."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from bookkeeper_tui.keys import key_name
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.sale_actions import SaleActions
from bookkeeper_tui.screens.sale_drawing import (
    CustomerFacts,
    line_rows,
    paid_lines,
    strip_lines,
    total_lines,
)
from bookkeeper_tui.screens.sale_ringing import Ringing, thousandths
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import (
    baskets,
    catalogue,
    customer_accounts,
    customers,
    loyalty,
    shifts,
    store_credit,
    tax_rates,
)
from bookkeeper_tui.store.baskets import Basket
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.till import Paid
from bookkeeper_tui.widgets.hot_list import HotList
from bookkeeper_tui.widgets.rows import Row
from bookkeeper_tui.widgets.sale_lines import SaleLines
from bookkeeper_tui.widgets.scan_box import ScanBox
from bookkeeper_tui.widgets.sheet import Sheet

HITS = 50
_PARKING = frozenset({"sale.parked", "sale.line_removed"})
_SHORTEST_BAR_CODE = 8
_COUNTED = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*\*\s*(.*)", re.DOTALL)
_EMPTY = (
    "Scan an article, or type its code and Enter. Letters search by name.",
    "3*code takes three, 0.375*code a weight, 3* changes the line of the cursor.",
    "A customer's card, or Alt+C, chooses the customer. Alt+L: parked sales.",
    "Enter on the empty box pays. F6: to the lines, where letters are keys.",
)
_NO_SHIFT = ("No shift is open at this till: F8 opens one.", *_EMPTY)
_NO_HITS = ("No article is called that.", "Esc empties the box.")


class SaleScreen(SaleActions, HouseScreen):
    """One sale at a time; it is in the store at every key, so leaving this screen loses nothing."""

    NAME = "sale"
    TITLE_WORDS = "Sale"
    CSS_PATH = "sale.tcss"
    TAKES_SCANS = True

    def __init__(self) -> None:
        super().__init__()
        self._paid: Paid | None = None
        self._facts: CustomerFacts | None = None
        self._today = ""

    def body(self) -> ComposeResult:
        """The strip, the lines, the totals, the box."""
        yield Sheet(inset=1, id="sale-who").taking_no_focus()
        yield SaleLines(id="sale-lines")
        yield Sheet(inset=1, id="sale-totals").taking_no_focus()
        with Horizontal(id="sale-box-line"):
            yield Static("Scan", id="sale-label", markup=False)
            yield ScanBox(id="sale-box", most=200)
            yield Static(self._hint(), id="sale-hint", markup=False)

    def _hint(self) -> str:
        """What the key line has no room for at 80 columns and every cashier needs."""
        named = {action_id: key_name(self.house.table[action_id].keys[0]) for action_id in ("park", "parked")}
        return f"Enter pays   {named['park']} Park   {named['parked']} Parked"

    @property
    def box(self) -> ScanBox:
        """Where codes and names are typed."""
        return self.query_one("#sale-box", ScanBox)

    @property
    def lines(self) -> SaleLines:
        """The lines, or the articles found."""
        return self.query_one("#sale-lines", SaleLines)

    # Coming here.

    def arrive(self, customer_id: int = 0, basket_id: int = 0, product_id: int = 0, **what: object) -> None:
        """Go on with the sale under way; with `customer_id` it is theirs, with `basket_id` that one is taken up.

        An article with the id `product_id` is rung up for that customer.
        """
        self.set_focus(self.box)
        if self.basket is None:
            self._draw()
        self.start(self.begin(customer_id, basket_id, product_id), "begin a sale")

    def seen(self) -> None:
        """The shift may have been opened meanwhile, sales been parked elsewhere."""
        self._today = self.desk.today()
        self.has_shift = shifts.current(self.desk) is not None
        if self.focused is None:
            self.set_focus(self.box)
        self._say_empty()
        self.say_place()
        self.ring_awaited()

    def store_changed(self, change: StoreChanged) -> None:
        """The sale, or what is known of its customer, was changed elsewhere."""
        if self.basket is not None and (change.elsewhere or change.everything):
            fresh = baskets.get(self.desk, self.basket.id)
            if fresh.state != "open" or fresh.terminal != self.desk.terminal:
                self.let_go()
                self.house.notice(f"This sale went on at {fresh.terminal} or was ended there: it left this screen", "!")
            elif fresh.version != self.basket.version:
                self.take(fresh)
                self.house.notice("This sale was changed at another console just now: look it over", "!")
        if self._facts is not None and change.concerns(self._facts.id):
            self._facts = None
            self._draw_strip()
        if change.everything or change.actions & _PARKING:
            self.say_place()

    # The box.

    def on_input_changed(self, event: Input.Changed) -> None:
        """A letter more or less: letters search articles, figures wait for Enter."""
        event.stop()
        if event.value != self.box.value:
            return
        if event.value:
            self.forget_paid()
        with self.guard():
            self._search(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: pay, take the article under the cursor, change a quantity, or ring up a code.

        One Enter too many after paying is nothing to tell of.
        """
        event.stop()
        text = event.value.strip()
        if not text:
            if self._paid is None:
                self.house.act("pay")
            return
        with self.guard():
            self._enter(text)

    def on_key(self, event: events.Key) -> None:
        """Arrows walk the lines or the hits while the box keeps the focus; figures typed in the lines go to the box."""
        lines = self.lines
        if self.box.has_focus and lines.walk(event.key):
            event.stop()
        elif lines.has_focus and event.character and event.character in "0123456789":
            event.stop()
            self.set_focus(self.box)
            self.box.insert_text_at_cursor(event.character)
        elif lines.has_focus and event.key in ("delete", "backspace"):
            event.stop()
            self.house.act("remove_line")

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter on a line changes its quantity."""
        event.stop()
        self.house.act("quantity")

    def scanned(self, code: str) -> bool:
        """Ring up a scanned article, or choose the customer whose card it is, whatever has the focus."""
        if self.box.has_focus and self.app.screen is self:
            # Its letters may still be on their way into the box; the keys after it wait.
            release = self.house.hold_keys()
            self.box.call_later(self._scanned_into_box, code, release)
        else:
            with self.guard():
                self.ring(Ringing(text=code))
        return True

    def _scanned_into_box(self, code: str, release: Callable[[], None]) -> None:
        """Take a code out of the box again: a quantity typed before it counts, whatever else was typed stays."""
        try:
            before = self.box.take_out(code)
            found = _COUNTED.fullmatch(before)
            begins = (found[2] if found else before).strip()
            # A burst that was torn on its way here: the part that came first stands in the box.
            whole = bool(begins) and catalogue.find(self.desk, begins + code) is not None
            counted = before.strip() if whole or (found and not begins) else ""
            self._set_box("" if counted else before)
            with self.guard():
                self.ring(Ringing(text=counted + code))
        finally:
            release()

    def is_code(self, text: str) -> bool:
        """As long as a bar code is, or known: a slip's reference and a label are neither."""
        long = len(text) >= _SHORTEST_BAR_CODE and text.isalnum() and any(letter.isdigit() for letter in text)
        return long or catalogue.find(self.desk, text) is not None or self.customer_with(text) is not None

    def stray(self, text: str) -> bool:
        """Letters that came in a burst while the lines had the focus are for the box."""
        self.set_focus(self.box)
        self.box.insert_text_at_cursor(text)
        return True

    def do_back(self) -> Awaitable[None] | None:
        """Esc: from the lines to the box; the box is emptied; then the screen is left, and the sale stays."""
        if self.lines.has_focus:
            self.set_focus(self.box)
        elif self.box.value:
            self._set_box("")
        elif self._paid is not None:
            self.forget_paid()
        else:
            self.house.go_back()
        return None

    def do_pane(self) -> None:
        """F6: to the lines, and back to the box."""
        self.set_focus(self.box if self.lines.has_focus else self.lines)

    def _enter(self, text: str) -> None:
        found = _COUNTED.fullmatch(text)
        if found and not found[2].strip():
            self._set_box("")
            self.change_quantity(self.line(), thousandths(found[1]))
            return
        product_id = self._chosen(found[2].strip() if found else text)
        self._set_box("")
        quantity = thousandths(found[1]) if found and product_id else None
        self.ring(Ringing(text="" if product_id else text, product_id=product_id, quantity=quantity))

    def _chosen(self, text: str) -> int:
        """The article under the cursor of the hits, unless what was typed is an article's code; 0 for none."""
        lines = self.lines
        if not lines.searching or not isinstance(lines.cursor_key, int):
            return 0
        if lines.place == 1 and catalogue.find(self.desk, text) is not None:
            return 0
        return lines.cursor_key

    def _search(self, text: str) -> None:
        """Letters find articles; the lines come back when there are none to be found."""
        found = _COUNTED.fullmatch(text)
        name = (found[2] if found else text).strip()
        if len(name) > 1 and any(letter.isalpha() for letter in name):
            hits = catalogue.search(self.desk, name, HITS)
            self.lines.set_empty(_NO_HITS)
            write = self.house.conventions.amount
            self.lines.show_hits(
                [
                    Row(hit.id, (f"{hit.name} {hit.size}".strip(), hit.category, hit.sku,
                                 write(hit.price) if hit.price is not None else "asked"))
                    for hit in hits
                ]
            )  # fmt: skip
        elif self.lines.searching:
            self._draw_lines()

    def _set_box(self, text: str) -> None:
        if self.box.value != text:
            with self.box.prevent(Input.Changed):
                self.box.value = text
        self.box.cursor_position = len(text)
        if self.lines.searching:
            self._draw_lines()

    # Showing the sale.

    def take(self, basket: Basket, *, cursor: int = 0) -> None:
        """Show a basket as it is now; only what differs is painted. The cursor goes to the line of that number."""
        before, self.basket = self.basket, basket
        self.forget_paid()
        if basket.customer_id != (self._facts.id if self._facts else WALK_IN_ID):
            self._facts = None
        self._draw_lines(cursor or _changed_line(before, basket))
        self._draw_totals()
        self._draw_strip()

    def let_go(self, paid: Paid | None = None) -> None:
        """No sale is under way any more; one that was paid says so until the next key."""
        self.basket, self._paid, self._facts = None, paid, None
        self._draw()

    def forget_paid(self) -> None:
        """The change was seen."""
        if self._paid is not None:
            self._paid = None
            self._draw_totals()

    def say_place(self) -> None:
        """How many sales are parked, at the right end of the key line."""
        waiting = len(baskets.parked(self.desk)) if self.house.may("basket.viewed") else 0
        self.key_line.show_right(f"{waiting} parked" if waiting else "")

    def _draw(self) -> None:
        self._today = self._today or self.desk.today()
        self._draw_lines()
        self._draw_totals()
        self._draw_strip()
        self.say_place()

    def _draw_lines(self, cursor: int = 0) -> None:
        self._say_empty()
        basket = self.basket
        self.lines.show_lines(line_rows(basket, self.house.conventions) if basket else [], cursor)

    def _say_empty(self) -> None:
        if not self.lines.searching:
            self.lines.set_empty(_EMPTY if self.has_shift else _NO_SHIFT)

    def _draw_totals(self) -> None:
        basket, paid, conventions = self.basket, self._paid, self.house.conventions
        included = self.desk.store.settings.prices_include_tax
        totals = self.query_one("#sale-totals", Sheet)
        if paid is not None:
            totals.draw(lambda width: paid_lines(paid, conventions, width))
        else:
            totals.draw(lambda width: total_lines(basket, conventions, width, included=included))

    def _draw_strip(self) -> None:
        basket, conventions, today = self.basket, self.house.conventions, self._today
        if self._facts is None and basket is not None and basket.customer_id != WALK_IN_ID:
            self._facts = self._facts_of(basket.customer_id)
        facts = self._facts
        self.query_one("#sale-who", Sheet).draw(lambda width: strip_lines(facts, basket, conventions, today, width))

    def _facts_of(self, customer_id: int) -> CustomerFacts:
        customer = customers.get(self.desk, customer_id)
        account = customer_accounts.of(self.desk, customer_id)
        points = loyalty.at_a_glance(self.desk, customer_id)
        return CustomerFacts(
            customer.id, customer.name, customer.number, points.tier, points.balance, points.worth, account.status,
            account.owes, account.credit_limit, account.available,
            store_credit.balance(self.desk.require("account.viewed"), customer_id),
            customer.discount_code, customer.discount_until,
            tax_rates.is_exempt(self.desk.require("customer.viewed"), customer_id),
        )  # fmt: skip


def _changed_line(before: Basket | None, now: Basket) -> int:
    """The line that came or changed its quantity since, the last of them; 0 when none did."""
    known = {line.line_no: line.quantity for line in before.lines} if before and before.id == now.id else {}
    changed = [line.line_no for line in now.lines if known.get(line.line_no) != line.quantity]
    return changed[-1] if changed else 0
