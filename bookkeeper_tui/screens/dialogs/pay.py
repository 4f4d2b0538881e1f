"""Taking the money: one amount, or several tenders laid down one after the other; each shows what is left."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from bookkeeper_tui.errors import BadInput, BookkeeperError, Conflict
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.money import denominations, parse_amount
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.pay_plan import NAMES, Means, kinds_offered, means_of, quick_amounts
from bookkeeper_tui.screens.sale_drawing import beside
from bookkeeper_tui.screens.screen import HouseDialog
from bookkeeper_tui.store import baskets, customer_accounts, loyalty, shifts, till
from bookkeeper_tui.store.baskets import Basket
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.till import Paid, Tendered
from bookkeeper_tui.widgets.field import Field
from bookkeeper_tui.widgets.number_field import NumberField
from bookkeeper_tui.widgets.pieces import Line, Piece, line_width
from bookkeeper_tui.widgets.sheet import Sheet

LETTERS = {"c": "cash", "d": "card", "a": "account", "s": "store credit", "p": "points"}
QUICK_LETTERS = "efghi"
ABOUT = {"card": "Reference", "account": "Due"}


class PayAnswer(NamedTuple):
    """The sale that was paid, and whether its receipt is wanted."""

    paid: Paid
    receipt: bool


class PayDialog(HouseDialog[PayAnswer]):
    """Enter takes the amount typed, or all that is left where none is. Letters choose the tender: no amount has any."""

    NAME = "pay"
    TITLE_WORDS = "Paying"
    CSS_PATH = "pay.tcss"

    _basket: Basket
    _means: Means

    def __init__(self, basket_id: int) -> None:
        super().__init__()
        self._basket_id = basket_id
        self._kind = "cash"
        self._due = ""
        self._receipt = False
        self._done = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet", id="pay"):
            yield Sheet(id="pay-sums").taking_no_focus()
            with Horizontal(classes="entry", id="pay-amount-line"):
                yield Static("Cash", classes="label", id="pay-kind", markup=False)
                yield NumberField(id="pay-amount")
            with Horizontal(classes="entry", id="pay-about-line"):
                yield Static("", classes="label", id="pay-about-label", markup=False)
                yield Field(id="pay-about", most=60)
            yield Sheet(id="pay-keys").taking_no_focus()
            yield Static("", id="pay-said", markup=False)

    def on_mount(self) -> None:
        """Begin with cash, and all that is left."""
        self._read()
        self._turn_to("cash")

    # Keys.

    def on_key(self, event: events.Key) -> None:
        """A letter chooses a tender or an amount, where the amount has the focus."""
        if self.focused is not self._amount:
            if event.key == "up":
                event.stop()
                self.set_focus(self._amount)
            return
        letter = (event.character or "").lower()
        if letter in LETTERS:
            event.stop()
            with self.guard():
                self._turn_to(LETTERS[letter])
        elif letter and letter in QUICK_LETTERS:
            event.stop()
            self._take_quick(QUICK_LETTERS.index(letter))
        elif letter == "r":
            event.stop()
            self._submit(receipt=True)
        elif letter == "t":
            event.stop()
            with self.guard():
                self._take_up()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Another amount: the change, or what would be left, is shown at once."""
        event.stop()
        self._say("")
        if event.input is self._amount:
            self._draw_sums()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self._submit(receipt=self._receipt)

    def beneath_changed(self) -> None:
        """Something was scanned into the sale while it was to be paid."""
        self._read()
        self._turn_to(self._kind)

    # Tenders.

    def _submit(self, *, receipt: bool) -> None:
        if self._done:
            return
        self._receipt = receipt
        try:
            if self.focused is self._amount:
                self._check_amount()
            else:
                self._check_about()
        except BookkeeperError as mistake:
            self._refused(mistake)

    def _refused(self, mistake: BookkeeperError) -> None:
        """Say why it was not taken; where the sale was changed meanwhile, with what it comes to now."""
        if isinstance(mistake, Conflict):
            self._read()
            self._turn_to(self._kind)
        self._say(f"{mistake}.")

    def _check_amount(self) -> None:
        """Enter in the amount: on to the reference or the date where the tender has one, else it is taken."""
        amount = self._typed()
        if self._kind == "cash":
            self.start(self._take_cash(amount), "cash")
        elif self._kind == "points":
            self._tender(self._points(amount))
        else:
            if amount > self._basket.to_pay:
                raise BadInput(f"Only {self._write(self._basket.to_pay)} is left to pay: only cash gives change")
            if self._kind == "store credit":
                self._tender(Tendered("store credit", amount))
                return
            if self._kind == "account":
                self._check_charge(amount)
            self.set_focus(self._about)

    def _check_about(self) -> None:
        """Enter in the reference or the date."""
        about, amount = self._about.value.strip(), self._typed()
        if self._kind == "account":
            self._check_charge(amount)
            self._due = self._read_due(about)
            self._tender(Tendered("account", amount))
            return
        if not about:
            raise BadInput("Type the slip's reference, or the card's last digits")
        self._tender(Tendered("card", amount, about))

    async def _take_cash(self, amount: int) -> None:
        left = self._basket.cash_to_pay
        over, largest = amount - left, max(self._notes(), default=0)
        if largest and over > max(largest, left):
            conventions = self.house.conventions
            question = f"{conventions.amount(amount)} in cash for {conventions.amount(left)}: is that meant?"
            if not await self.ask(Confirm(question, yes="Yes, it is meant", no="No, that was a slip")):
                return
        try:
            self._tender(Tendered("cash", amount), left)
        except BookkeeperError as mistake:
            self._refused(mistake)

    def _points(self, amount: int) -> Tendered:
        points = loyalty.points_for(amount, self._means.point_value)
        if points * self._means.point_value > self._basket.to_pay:
            points = self._basket.to_pay // self._means.point_value
        count = self.house.conventions.count
        if points > self._means.points:
            raise BadInput(f"{count(points)} points are needed, {count(self._means.points)} are there")
        if not points:
            raise BadInput(f"A point pays {self._write(self._means.point_value)}: that is more than is left")
        return Tendered("points", points * self._means.point_value, "", points)

    def _tender(self, tender: Tendered, left: int | None = None) -> None:
        """Lay a tender down; the one that covers what is left pays."""
        if self._done:
            return
        basket = self._basket
        if tender.amount < (basket.to_pay if left is None else left):
            self._basket = baskets.lay_down(
                self.desk, basket.id, tender.kind, tender.amount, tender.reference, tender.points
            )
            self._read()
            self._turn_to("cash")
            return
        paid = till.pay(self.desk, basket.id, [tender], due=self._due, seen_total=basket.total)
        self._done = True
        self.dismiss(PayAnswer(paid, self._receipt))

    def _take_up(self) -> None:
        """Take back what was laid down last."""
        if self._basket.tenders:
            baskets.take_up(self.desk, self._basket.id, self._basket.tenders[-1].line_no)
            self._read()
            self._turn_to(self._kind)

    def _check_charge(self, amount: int) -> None:
        """The limit, before anything is tendered, what is laid down on the account already counted in."""
        laid = sum(tender.amount for tender in self._basket.tenders if tender.kind == "account")
        database = self.desk.require("account.viewed")
        customer_accounts.check_charge(database, self._basket.customer_id, amount + laid, self.house.conventions)

    # Reading.

    def _read(self) -> None:
        self._basket = baskets.get(self.desk, self._basket_id)
        self._means = means_of(self.desk, self._basket)

    def _typed(self) -> int:
        """The amount typed; where none is, all that this tender can cover of what is left."""
        typed, conventions = self._amount.value.strip(), self.house.conventions
        if typed:
            amount = parse_amount(typed, conventions.exponent, conventions.decimal)
            if amount < 0 or (amount == 0 and self._basket.to_pay > 0):
                raise BadInput(f"“{harmless(typed)}” is no amount to pay with")
            return amount
        return self._all()

    def _all(self) -> int:
        """All that this tender can cover of what is left."""
        means = self._means
        left = self._basket.cash_to_pay if self._kind == "cash" else self._basket.to_pay
        most = {"store credit": means.credit, "points": means.points * means.point_value, "account": means.account}
        return min(left, most.get(self._kind) or left)

    def _read_due(self, typed: str) -> str:
        """A due date: as the shop writes dates, as ISO, or `+14` days; empty leaves it to the customer's terms."""
        shift = shifts.current(self.desk)
        today = shift.business_date if shift is not None else date.today().isoformat()
        if not typed:
            return ""
        if typed.startswith("+") and typed[1:].isdigit() and len(typed) <= 4:
            return (date.fromisoformat(today) + timedelta(days=int(typed[1:]))).isoformat()
        for pattern in ("%Y-%m-%d", self.house.conventions.date_format):
            try:
                due = datetime.strptime(typed, pattern).date().isoformat()
            except ValueError:
                continue
            if due < today:
                raise BadInput(f"{typed} is past: an amount on account is due today or later")
            return due
        raise BadInput(f"“{harmless(typed)}” is no date: type {self.house.conventions.date(today)}, or +14 for days")

    def _take_quick(self, place: int) -> None:
        amounts = self._quick()
        if place < len(amounts):
            conventions = self.house.conventions
            written = conventions.amount(amounts[place])
            self._amount.value = written.replace(conventions.group, "") if conventions.group else written
            self._amount.cursor_position = len(self._amount.value)

    def _quick(self) -> list[int]:
        if self._kind != "cash":
            return [self._all()]
        return quick_amounts(self._basket.cash_to_pay, self._notes())

    def _notes(self) -> list[int]:
        """The notes of the currency: what is worth at least five of its units."""
        conventions = self.house.conventions
        pieces = denominations(conventions.currency, conventions.exponent)
        return sorted(piece for piece in pieces if piece >= 5 * 10**conventions.exponent)

    # Showing.

    @property
    def _amount(self) -> NumberField:
        return self.query_one("#pay-amount", NumberField)

    @property
    def _about(self) -> Field:
        return self.query_one("#pay-about", Field)

    def _write(self, amount: int) -> str:
        return self.house.conventions.amount(amount)

    def _turn_to(self, kind: str) -> None:
        """Another tender: its name before the amount, its reference or date beneath."""
        if kind not in kinds_offered(self._means):
            raise BadInput(self._why_not(kind))
        self._kind = kind
        self._amount.value = self._about.value = ""
        self._amount.placeholder = self._write(self._all())
        days = self._means.terms_days
        terms = f"{f'in {days} days' if days else 'today'}, or a date, or +14"
        self._about.placeholder = "the card's last digits" if kind == "card" else terms
        self._receipt = False
        self.query_one("#pay-kind", Static).update(NAMES[kind])
        label = ABOUT.get(kind, "")
        self.query_one("#pay-about-label", Static).update(label)
        self.query_one("#pay-about-line").visible = bool(label)
        self.set_focus(self._amount)
        self._say("")
        self._draw_sums()
        self.query_one("#pay-keys", Sheet).draw(self._key_lines)

    def _why_not(self, kind: str) -> str:
        who = harmless(self._basket.customer_name)
        if self._basket.customer_id == WALK_IN_ID:
            return f"Paying by {NAMES[kind].lower()} needs a customer: Esc, then Alt+C chooses one"
        return {
            "account": f"{who} has no account to charge: a supervisor can open one on the Account tab",
            "store credit": f"{who} has no store credit",
            "points": f"{who} has no points to pay with",
        }.get(kind, f"{NAMES[kind]} is not possible here")

    def _say(self, sentence: str) -> None:
        said = self.query_one("#pay-said", Static)
        if said.content != sentence:
            said.update(sentence)

    def _draw_sums(self) -> None:
        self.query_one("#pay-sums", Sheet).draw(self._sum_lines)

    def _sum_lines(self, width: int) -> list[Line]:
        """The total and what is laid down; large, what is left, or the change once more is typed."""
        basket, write, conventions = self._basket, self._write, self.house.conventions
        left = basket.cash_to_pay if self._kind == "cash" else basket.to_pay
        try:
            over = self._typed() - left if self._kind == "cash" and self._amount.value.strip() else 0
        except BadInput:
            over = 0
        laid = ", ".join(
            f"{NAMES.get(tender.kind, tender.kind).lower()} {write(tender.amount)}" for tender in basket.tenders
        )
        word, large = ("CHANGE", over) if over > 0 else ("LEFT" if basket.tenders else "TOTAL", left)
        figures: list[Line] = [
            (Piece("Total ", "quiet"), Piece(write(basket.total))) if basket.tenders or over > 0 else (),
            (Piece("Laid down ", "quiet"), Piece(laid)) if laid else (),
            (Piece(f"{word} {conventions.currency} {write(large)}", "strong"),),
        ]
        return beside(figures, write(large), width)

    def _key_lines(self, width: int) -> list[Line]:
        """Which letter is which tender, which amount, and how it ends."""
        means, count, write = self._means, self.house.conventions.count, self._write
        beyond = {
            "account": f" {write(means.account)} left" if means.account is not None else f" ({means.why_no_account})",
            "store credit": f" {write(means.credit)}",
            "points": f" {count(means.points)}",
        }
        offered = kinds_offered(means)
        tenders = [(letter, NAMES[kind] + beyond.get(kind, "")) for letter, kind in LETTERS.items() if kind in offered]
        amounts = [
            (letter, write(amount)) for letter, amount in zip(QUICK_LETTERS, self._quick(), strict=False) if amount
        ]
        ends = [("Enter", "pays"), ("r", "pays, with receipt"), ("Esc", "back")]
        if self._basket.tenders:
            ends.insert(2, ("t", "takes the last back"))
        return [*_keys(tenders, width), *_keys(amounts, width), *_keys(ends, width)]


def _keys(entries: list[tuple[str, str]], width: int) -> list[Line]:
    """Keys with their words, on as many lines as they need."""
    lines: list[Line] = []
    for key, words in entries:
        entry: Line = (Piece(key, "strong"), Piece(f" {words}"))
        if lines and line_width((*lines[-1], Piece("   "), *entry)) <= width:
            lines[-1] = (*lines[-1], Piece("   "), *entry)
        else:
            lines.append(entry)
    return lines
