"""The Account tab: what a customer may buy on credit, what is open, and taking payments for it."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_hex

from textual.app import ComposeResult

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.money import parse_amount
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.screens.dialogs.choose_items import ChooseItems
from bookkeeper_tui.screens.profile.tab import DocumentsTab
from bookkeeper_tui.store import customer_accounts, payments, shifts, statements
from bookkeeper_tui.store.customer_accounts import NEVER_OPENED, AccountLine, Allocation, CustomerAccount
from bookkeeper_tui.store.payments import Payment
from bookkeeper_tui.widgets.figures import Figure, figure_lines
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Line, Piece, wrap
from bookkeeper_tui.widgets.sheet import Sheet

NO_ACCOUNT = ["Nothing is open. t opens an account, so that this customer may buy now and pay later."]
NOTHING_OPEN = ["Nothing is open. What is bought on account will stand here until it is paid; / shows what was."]
NOTHING_EVER = ["Nothing was bought on account yet."]
STATUS_WORDS = {NEVER_OPENED: "none", "active": "active", "hold": "ON HOLD", "closed": "closed"}
LIMIT_AND_TERMS = "limit"
GIVE_BACK = "give back"
NAMED = 2


class AccountTab(DocumentsTab):
    """The account's figures, and its open items or all of them; Enter opens the receipt."""

    NAME = "account"
    TITLE = "Account"
    PERMISSION = "account.viewed"

    def __init__(self) -> None:
        super().__init__()
        self._only_open = True

    def compose(self) -> ComposeResult:
        """Figures, items, and the item under the cursor in full."""
        yield Sheet(inset=1, id="account-head").taking_no_focus()
        yield HotList(
            [
                Column("", 1),
                Column("Due", 10),
                Column("Reference"),
                Column("What", 0, from_width=66),
                Column("Amount", 10, right=True, from_width=46),
                Column("Open", 10, right=True),
            ],
            empty=NO_ACCOUNT,
        )
        yield Sheet(inset=1, id="account-line").taking_no_focus()

    def load(self) -> None:
        """What is open, from the oldest."""
        self._only_open = True
        self._read(keep=False)

    def reload(self) -> None:
        """The same again, where it stands."""
        self._read(keep=True)

    @property
    def sale_behind(self) -> int | None:
        return self._line.sale_id if self._line is not None else None

    # What may be done here.

    def do_filter(self) -> None:
        """What is open, or everything."""
        self._only_open = not self._only_open
        self._read(keep=False)
        self.house.notice("Only what is open." if self._only_open else "Everything, also what is paid.")

    async def do_account_terms(self) -> None:
        """Open the account, or change its status, its limit and terms."""
        account = customer_accounts.of(self.desk, self.customer.id)
        if account.status == NEVER_OPENED:
            await self._open_account()
        else:
            await self._edit_account(account)
        self._read(keep=True)

    async def do_take_payment(self) -> None:
        """A payment: how, how much, and what it pays for where that is a question."""
        if shifts.current(self.desk) is None:
            raise BadInput("No shift is open at this till: F8 opens one")
        once, account = token_hex(8), customer_accounts.of(self.desk, self.customer.id)
        left = -sum(line.open for line in self._items() if line.open < 0)
        rows = [(kind, kind.capitalize()) for kind in payments.TENDERS]
        if left:
            rows.append((GIVE_BACK, f"Nothing: give back the {self.conventions.amount(left)} that is left over"))
        tender = await self.profile.ask(Choose(f"How does {self._who} pay?", rows))
        if tender == GIVE_BACK:
            await self._give_back(left, once)
            return
        answer = await self._ask_amount(tender, account) if tender is not None else None
        if tender is None or answer is None:
            return
        amount = self._amount(answer["amount"])
        allocations = await self._ask_what_for(amount)
        if allocations == ():
            return
        paid = customer_accounts.take_payment(
            self.desk, self.customer.id, tender, amount, answer.get("reference", ""), allocations, once
        )
        await self._tell(paid)

    async def do_set_against(self) -> None:
        """Set what is left of a payment against charges."""
        credit = self._credit()
        if credit is None:
            raise BadInput("There is no payment or credit left over to set against a charge")
        charges = [line for line in self._items() if line.open > 0]
        if not charges:
            raise BadInput("There is no open charge to set it against")
        once, desk = token_hex(8), await self.profile.desk_for("account.allocated", f"Setting {credit.reference}")
        if desk is None:
            return
        left = self.conventions.amount(-credit.open)
        question = f"What does {credit.reference} pay for? {left} is left of it."
        chosen = await self.profile.ask(ChooseItems(question, charges, -credit.open))
        if chosen:
            customer_accounts.allocate(desk, credit.id, chosen, once)
            self._read(keep=True)

    async def do_take_back(self) -> None:
        """Take back what a payment was set against."""
        line = self._line
        of = customer_accounts.allocated(self.desk, line.id) if line is not None else []
        if line is None or not of:
            raise BadInput("Nothing is set against this item: / lists everything, also what is paid")
        desk = await self.profile.desk_for("account.allocated", f"Taking back what was set of {line.reference}")
        if desk is None:
            return
        rows = [(str(one.item_id), f"{one.reference}  {self.conventions.amount(one.amount)}") for one in of]
        chosen = await self.profile.ask(Choose(f"Take back from {line.reference} what was set against", rows))
        if chosen is not None:
            other = int(chosen)
            credit, charge = (line.id, other) if line.amount < 0 else (other, line.id)
            customer_accounts.unallocate(desk, credit, charge)
            self._read(keep=True)

    async def _give_back(self, left: int, once: str) -> None:
        desk = await self.profile.desk_for("payment.given_back", f"Giving money back to {self._who}")
        if desk is None:
            return
        rows = [(kind, kind.capitalize()) for kind in payments.TENDERS]
        tender = await self.profile.ask(Choose("How is it given back?", rows))
        if tender is not None:
            await self._tell(customer_accounts.give_back(desk, self.customer.id, tender, left, once=once))

    async def _tell(self, paid: Payment) -> None:
        """What was paid and what is owed now, on the screen and on a slip."""
        from bookkeeper_tui.paper.payments import payment_page
        from bookkeeper_tui.paper.printing import slip_or_drawer

        self._read(keep=True)
        owes, write = customer_accounts.of(self.desk, self.customer.id).owes, self.conventions.amount
        said = f"{paid.number}: {write(paid.amount)} by {paid.tender}."
        self.house.notice(f"{said} {self._who} {_owes_words(owes, write(abs(owes)))}")
        page = payment_page(self.desk, paid.id)
        await self.house.print_page(slip_or_drawer(self.desk, page, cash=paid.tender == "cash"))

    # Asking.

    async def _open_account(self) -> None:
        desk = await self.profile.desk_for("account.opened", f"An account for {self._who}")
        terms = await self._ask_terms("0", "30") if desk is not None else None
        if desk is not None and terms is not None:
            customer_accounts.open_account(desk, self.customer.id, credit_limit=terms[0], terms_days=terms[1])

    async def _edit_account(self, account: CustomerAccount) -> None:
        desk = await self.profile.desk_for("account.edited", f"The account of {self._who}")
        if desk is None:
            return
        others = [(status, words) for status, words in ACTS if status != account.status]
        question = f"The account of {self._who} is {STATUS_WORDS[account.status]}."
        chosen = await self.profile.ask(Choose(question, [(LIMIT_AND_TERMS, "Change limit and terms"), *others]))
        if chosen is None:
            return
        status, terms = account.status, (account.credit_limit, account.terms_days)
        if chosen == LIMIT_AND_TERMS:
            asked = await self._ask_terms(self.conventions.amount(account.credit_limit), str(account.terms_days))
            if asked is None:
                return
            terms = asked
        else:
            status = chosen
        customer_accounts.edit(desk, self.customer.id, status=status, credit_limit=terms[0], terms_days=terms[1])

    async def _ask_terms(self, limit: str, days: str) -> tuple[int, int] | None:
        def checked(answer: Mapping[str, str]) -> tuple[int, int]:
            if not (answer["days"].isascii() and answer["days"].isdigit()):
                raise BadInput(f"Days to pay: “{answer['days'][:20]}” is not a number of days")
            return self._amount(answer["limit"]), int(answer["days"])

        asked = [AskedField("limit", "Credit limit", limit, 20), AskedField("days", "Days to pay", days, 4)]
        answer = await self.profile.ask(AskFields(f"How much may {self._who} owe, and for how long?", asked, checked))
        return None if answer is None else checked(answer)

    async def _ask_amount(self, tender: str | None, account: CustomerAccount) -> dict[str, str] | None:
        def checked(answer: Mapping[str, str]) -> None:
            if self._amount(answer["amount"]) <= 0:
                raise BadInput("A payment needs an amount above 0")

        owes = self.conventions.amount(account.owes) if account.owes > 0 else ""
        asked = [AskedField("amount", "Amount", owes, 20)]
        if tender == "card":
            asked.append(AskedField("reference", "Card reference", "", payments.LONGEST_REFERENCE))
        owing = _owes_words(account.owes, self.conventions.amount(abs(account.owes)))
        return await self.profile.ask(AskFields(f"{self._who} {owing} How much is paid?", asked, checked))

    async def _ask_what_for(self, amount: int) -> tuple[Allocation, ...] | None:
        """None for the oldest due first, nothing at all where the question was left."""
        charges = [line for line in self._items() if line.open > 0]
        if len(charges) < 2 or amount >= sum(line.open for line in charges):
            return None
        chosen = await self.profile.ask(
            Choose("What does it pay for?", [("oldest", "What is due longest"), ("choose", "Choose the items")])
        )
        if chosen != "choose":
            return None if chosen == "oldest" else ()
        return await self.profile.ask(ChooseItems("What does it pay for?", charges, amount)) or ()

    def _credit(self) -> AccountLine | None:
        """The credit under the cursor if it is one, else the oldest that is left over."""
        line = self._line
        if line is not None and line.open < 0:
            return line
        return next((line for line in self._items() if line.open < 0), None)

    # Reading and drawing.

    @property
    def _who(self) -> str:
        return harmless(self.customer.name)

    @property
    def _line(self) -> AccountLine | None:
        row = self.hot_list.cursor_row
        return row.record if row is not None and isinstance(row.record, AccountLine) else None

    def _amount(self, typed: str) -> int:
        return parse_amount(typed, self.conventions.exponent, self.conventions.decimal)

    def _items(self, *, only_open: bool = True) -> list[AccountLine]:
        found = customer_accounts.items(self.desk, self.customer.id, only_open=only_open)
        return sorted(found, key=lambda line: (line.due, line.id)) if only_open else found

    def _read(self, *, keep: bool) -> None:
        account = customer_accounts.of(self.desk, self.customer.id)
        today = self.desk.today()
        none_open = NO_ACCOUNT if account.status == NEVER_OPENED else NOTHING_OPEN
        self.hot_list.set_empty(none_open if self._only_open else NOTHING_EVER)
        self.hot_list.show([self._row(line, today) for line in self._items(only_open=self._only_open)], keep=keep)
        late = statements.aging(self.desk, self.customer.id, today)
        self._draw_head(account, sum(late[2:7]))
        self.draw_document()

    def _row(self, line: AccountLine, today: str) -> Row:
        late = line.open > 0 and line.due < today
        left = self.conventions.amount(line.open) if line.open else "paid"
        cells = (
            "!" if late else "",
            self.conventions.date(line.due),
            line.reference,
            line.what,
            self.conventions.amount(line.amount),
            left,
        )
        return Row(line.id, cells, ("warn",) if late else (), record=line)

    def _draw_head(self, account: CustomerAccount, overdue: int) -> None:
        write = self.conventions.amount
        figures = [
            Figure("Account", STATUS_WORDS[account.status], "strong" if account.status == "active" else "warn"),
            Figure("Owes", write(account.owes), "strong"),
            Figure("Limit", write(account.credit_limit)),
            Figure("Available", write(account.available)),
            Figure("Terms", f"{account.terms_days} days"),
            Figure("Overdue", write(overdue), "warn" if overdue else "plain"),
        ]
        self.query_one("#account-head", Sheet).draw(lambda width: figure_lines(figures, width, least=17))

    def draw_document(self) -> None:
        line = self._line
        of = customer_accounts.allocated(self.desk, line.id) if line is not None else []

        def drawing(width: int) -> list[Line]:
            if line is None:
                return []
            amount = self.conventions.amount(line.amount)
            said = f"{self.conventions.date(line.date)} {line.reference} {line.what} {amount}"
            if of:
                by = "pays for" if line.amount < 0 else "paid by"
                parts = ", ".join(f"{one.reference} {self.conventions.amount(one.amount)}" for one in of[:NAMED])
                said += f"; {by} {parts}" + (f" and {len(of) - NAMED} more" if len(of) > NAMED else "")
            return [(Piece(text, "quiet"),) for text in wrap(said, width)]

        self.query_one("#account-line", Sheet).draw(drawing)


ACTS = (("active", "Make it active"), ("hold", "Put it on hold: paying, not charging"), ("closed", "Close it"))


def _owes_words(owes: int, amount: str) -> str:
    if owes > 0:
        return f"owes {amount}."
    return f"has {amount} to the good." if owes else "owes nothing."
