"""What becomes of the package under the cursor: taken off by hand, frozen, extended, given away, paid back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from secrets import token_hex

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.money import parse_amount
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.screens.dialogs.choose_customer import ChooseCustomer
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.dialogs.use_session import LONGEST_REMARKS
from bookkeeper_tui.screens.profile.package_drawing import (
    left_words,
    refund_words,
    state_words,
)
from bookkeeper_tui.screens.profile.tab import DocumentsTab
from bookkeeper_tui.store import customers, packages, shifts
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.packages import OVER, Package

TENDERS = (
    ("cash", "Cash"),
    ("card", "Card"),
    ("store credit", "Store credit"),
    ("account", "On the customer's account"),
)
MOST_DAYS = 3660


class PackageDeeds(DocumentsTab):
    """The part of the Packages tab that asks for a reason, and often for a second person's PIN."""

    async def do_deduct(self) -> None:
        """-: take sessions off by hand, with a remark."""
        package = self._usable()
        desk = await self.profile.desk_for("package.deducted", f"Deducting sessions of {package.number}")
        if desk is None:
            return
        once = token_hex(8)

        def act(answer: Mapping[str, str]) -> object:
            return packages.deduct(desk, package.id, self._number(answer["sessions"]), answer["remarks"], once=once)

        left = self.conventions.count(package.remaining)
        if await self._ask_and_do(
            f"How many sessions of {package.number} are taken off, and why? {left} left",
            [AskedField("sessions", "Sessions", "1", 5), AskedField("remarks", "Remarks", "", LONGEST_REMARKS)],
            act,
        ):
            self._tell_left(package.id)

    async def do_freeze(self) -> None:
        """f: freeze it for a while, or end the freeze."""
        package = self._usable()
        is_frozen = package.is_frozen_on(self.desk.today())
        what = f"{'Ending the freeze of' if is_frozen else 'Freezing'} {package.number}"
        desk = await self.profile.desk_for("package.frozen", what)
        if desk is None:
            return
        if is_frozen:
            since = self.conventions.date(package.frozen_since)
            question = f"{package.number} is frozen since {since}. End the freeze today?"
            if await self.profile.ask(Confirm(question, yes="End the freeze", no="Leave it frozen")):
                packages.unfreeze(desk, package.id)
                self._tell_until(package.id)
            return

        def act(answer: Mapping[str, str]) -> object:
            until = self.conventions.read_date(answer["until"], "Until")
            return packages.freeze(desk, package.id, until, answer["reason"])

        asked = [AskedField("until", "Until", "", 20), AskedField("reason", "Reason", "", LONGEST_REMARKS)]
        question = f"Until which day is {package.number} frozen? Empty is until f ends it"
        if await self._ask_and_do(question, asked, act):
            self._tell_until(package.id)

    async def do_extend(self) -> None:
        """+: another last day."""
        package = self._usable()
        if not package.expires_on:
            raise BadInput(f"{package.number} has no last day that could be moved")
        desk = await self.profile.desk_for("package.extended", f"Extending {package.number}")
        if desk is None:
            return

        def act(answer: Mapping[str, str]) -> object:
            last = self._last_day(answer["last"], package)
            return packages.extend(desk, package.id, last, answer["reason"])

        ends = self.conventions.date(package.expires_on) if package.expires_on else ""
        asked = [AskedField("last", "Last day", ends, 20), AskedField("reason", "Reason", "", LONGEST_REMARKS)]
        if await self._ask_and_do(f"Until when may {package.number} be used? A date, or +30 days", asked, act):
            self._tell_until(package.id)

    async def do_transfer(self) -> None:
        """t: to another customer."""
        package = self._usable()
        desk = await self.profile.desk_for("package.transferred", f"Transferring {package.number}")
        if desk is None:
            return
        question = f"Who is given {package.number}?"
        chosen = await self.profile.ask(ChooseCustomer(question))
        if chosen is None:
            return
        if chosen in (WALK_IN_ID, self.customer.id):
            raise BadInput(f"{package.number} can be given to another customer only")
        other, once = customers.get(self.desk, chosen), token_hex(8)

        def act(answer: Mapping[str, str]) -> object:
            return packages.transfer(desk, package.id, other.id, answer["reason"], once=once)

        left = f"{self.conventions.count(package.remaining)} of {self.conventions.count(package.sessions)} sessions"
        question = f"Give {package.number} with {left} left to {harmless(other.name)} ({other.number})?"
        if await self._ask_and_do(question, [AskedField("reason", "Reason", "", LONGEST_REMARKS)], act):
            self.reload()
            self.house.notice(f"{package.number} is {harmless(other.name)}'s now.")

    async def do_refund_package(self) -> None:
        """r: pay back what is unused."""
        package = self._chosen()
        if shifts.current(self.desk) is None:
            raise BadInput("No shift is open at this till: F8 opens one")
        preview = packages.refund_preview(self.desk, package.id)
        desk = await self.profile.desk_for("package.refunded", f"Refunding {package.number}")
        if desk is None:
            return
        said = refund_words(package, preview, self.conventions)
        tender: str | None = "cash"
        if preview.due:
            tender = await self.profile.ask(Choose(f"{said} How?", TENDERS))
        if tender is None:
            return
        once, given = token_hex(8), list[int]()

        def act(answer: Mapping[str, str]) -> object:
            reference, reason = answer.get("reference", ""), answer["reason"]
            seen = preview.amount
            given.append(packages.refund(desk, package.id, tender, reference, reason, once, seen_amount=seen))
            return given

        asked = [AskedField("reason", "Reason", "", LONGEST_REMARKS)]
        if tender == "card":
            asked.insert(0, AskedField("reference", "Card reference", "", 40))
        by = f" by {tender}" if preview.due else ""
        if await self._ask_and_do(f"{said} Refund it{by}", asked, act):
            await self._show_refund(given[0], cash=tender == "cash" and preview.due > 0)

    # Asking and telling.

    async def _ask_and_do(
        self, question: str, fields: Sequence[AskedField], act: Callable[[Mapping[str, str]], object]
    ) -> bool:
        """Fill in, then act before the question closes: what is refused stays there to be put right."""
        return await self.profile.ask(AskFields(question, fields, act)) is not None

    async def _show_refund(self, sale_id: int, *, cash: bool) -> None:
        """The receipt of what was paid back, on the screen and on paper."""
        from bookkeeper_tui.paper.printing import slip_or_drawer
        from bookkeeper_tui.paper.receipts import receipt_page

        self.house.show("receipt", sale_id=sale_id)
        await self.house.print_page(slip_or_drawer(self.desk, receipt_page(self.desk, sale_id), cash=cash))

    def _tell_left(self, package_id: int) -> None:
        self.reload()
        package = packages.get(self.desk, package_id)
        self.house.notice(f"{package.number}: {left_words(package, self.conventions)}.")

    def _tell_until(self, package_id: int) -> None:
        self.reload()
        package = packages.get(self.desk, package_id)
        self.house.notice(f"{package.number} {state_words(package, self.desk.today(), self.conventions)}.")

    # Reading what was typed.

    def _number(self, typed: str) -> int:
        return parse_amount(typed, 0, self.conventions.decimal)

    def _last_day(self, typed: str, package: Package) -> str:
        """A date, or so many days more than it has. Raises BadInput."""
        if typed.startswith("+"):
            days = self._number(typed.lower().removeprefix("+").removesuffix("days").removesuffix("d").strip())
            if not 0 < days <= MOST_DAYS:
                raise BadInput(f"Last day: give from +1 to +{MOST_DAYS} days")
            begin = date.fromisoformat(package.expires_on or self.desk.today())
            return (begin + timedelta(days)).isoformat()
        return self.conventions.read_date(typed, "Last day")

    # Which package is meant.

    @property
    def _package(self) -> Package | None:
        row = self.hot_list.cursor_row
        return row.record if row is not None and isinstance(row.record, Package) else None

    def _chosen(self) -> Package:
        """The package under the cursor, as it is now. Raises BadInput when there is none."""
        if self._package is None:
            raise BadInput(f"{harmless(self.customer.name)} has no package: a sells one")
        return packages.get(self.desk, self._package.id)

    def _usable(self) -> Package:
        """The package under the cursor, with something left. Raises BadInput."""
        package = self._chosen()
        if package.status(self.desk.today()) in OVER:
            state = state_words(package, self.desk.today(), self.conventions)
            raise BadInput(f"Nothing is left of {package.number}: it is {state}")
        return package
