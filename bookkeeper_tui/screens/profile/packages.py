"""The Packages tab: what the customer has bought ahead and what is left of it; sessions are used here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from secrets import token_hex

from textual.app import ComposeResult

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import business_date, harmless
from bookkeeper_tui.money import parse_amount
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.screens.dialogs.choose_customer import ChooseCustomer
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.dialogs.use_session import LONGEST_REMARKS, Use, UseSession
from bookkeeper_tui.screens.profile.package_drawing import (
    is_urgent,
    left_words,
    package_lines,
    refund_words,
    sessions_words,
    state_words,
    timer_words,
)
from bookkeeper_tui.screens.profile.tab import DocumentsTab
from bookkeeper_tui.store import customers, packages, shifts
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.packages import Package, usage
from bookkeeper_tui.store.packages.usage import UsageEvent, UsageFilter
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Line
from bookkeeper_tui.widgets.sheet import Sheet

NONE_BOUGHT = ["No package yet. One is sold like any article: a goes to the sale screen."]
TENDERS = (
    ("cash", "Cash"),
    ("card", "Card"),
    ("store credit", "Store credit"),
    ("account", "On the customer's account"),
)
LAST_USES = 3
LOOKED_BACK = 20
MOST_DAYS = 3660
GONE = ("used up", "refunded", "returned")
NOT_NOW = {"frozen": "a frozen", "expired": "an expired", "not begun": "a not yet begun"}


class PackagesTab(DocumentsTab):
    """What can be used first stands first; below is the one under the cursor in full. Enter opens its receipt."""

    NAME = "packages"
    TITLE = "Packages"
    PERMISSION = "package.viewed"
    SERVICES = True
    TAKES_COUNTS = True

    def compose(self) -> ComposeResult:
        """The packages, and the one under the cursor."""
        yield HotList(
            [
                Column("", 1),
                Column("Package"),
                Column("Number", 9, from_width=90),
                Column("Left", 8, right=True),
                Column("Last day", 10),
                Column("State", 9, from_width=50),
                Column("Price", 10, right=True, from_width=80),
                Column("A session", 10, right=True, from_width=80),
            ],
            empty=NONE_BOUGHT,
        )
        yield Sheet(inset=1, id="package-one").taking_no_focus()

    def load(self) -> None:
        """From the one that ends first."""
        self._read(keep=False)

    def reload(self) -> None:
        """Where they stand."""
        self._read(keep=True)

    @property
    def sale_behind(self) -> int | None:
        """The sale it was bought in, or paid back in."""
        return (self._package.refund_id or self._package.sale_id) if self._package is not None else None

    # Using sessions.

    async def use(self, count: int) -> None:
        """u: use so many sessions of the package under the cursor."""
        await self._use(count, starts_timer=False)

    async def do_start_timer(self) -> None:
        """s: the timer of the session used last of this package, today."""
        from bookkeeper_tui.store import timers

        package = self._chosen()
        event = next((one for one in self._last_uses(package) if self._is_today(one)), None)
        if event is None:
            raise BadInput(f"No session of {package.number} was used today: u uses one and can start its timer")
        timer = timers.start(self.desk, event_id=event.id)
        self.house.notice(timer_words(timer.ends_at, self.time_zone))

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

    # What becomes of a package.

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
            self._read(keep=True)
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

    def do_sell_package(self) -> None:
        """a: ring one up."""
        self.house.show("sale", customer_id=self.customer.id)

    async def do_print(self) -> None:
        """p: a card of what is left."""
        from bookkeeper_tui.paper.packages import packages_page

        await self.house.print_page(packages_page(self.desk, self.customer.id))
        self.house.notice("The card was sent to the printer")

    # Asking and telling.

    async def _use(self, count: int, *, starts_timer: bool) -> None:
        package = self._usable_or_next()
        status, force, desk = package.status(self.desk.today()), False, self.desk
        if status in NOT_NOW:
            backed = await self.profile.desk_for(
                "package.forced", f"Using {NOT_NOW[status]} package, {package.number},"
            )
            if backed is None:
                return
            desk, force = backed, True
        if count > package.remaining:
            raise BadInput(
                f"{package.number} has {sessions_words(package.remaining, self.conventions)} left, not {count}"
            )
        once, used = token_hex(8), list[UsageEvent]()

        def save(use: Use) -> None:
            used.append(
                packages.use(
                    desk, package.id, use.sessions, trainer_id=use.trainer_id, resource_id=use.resource_id,
                    service_id=use.service_id, at=use.at, remarks=use.remarks, force=force, once=once,
                )
            )  # fmt: skip

        last = next(iter(self._last_uses(package, limit=1)), None)
        start = Use(
            count,
            package.service_id or (last.service_id if last is not None else None),
            last.trainer_id if last is not None else None,
            last.resource_id if last is not None else None,
            self.desk.now(),
            starts_timer=starts_timer,
        )
        question = f"{package.number} {harmless(package.name)}: {left_words(package, self.conventions)}"
        dialog = UseSession(question, start, save, service_fixed=package.service_id is not None)
        use = await self.profile.ask(dialog)
        if use is None:
            return
        self._tell_left(package.id)
        if use.starts_timer:
            from bookkeeper_tui.store import timers

            timer = timers.start(self.desk, event_id=used[0].id)
            left = left_words(packages.get(self.desk, package.id), self.conventions)
            self.house.notice(f"{package.number}: {left}. {timer_words(timer.ends_at, self.time_zone)}")

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
        self._read(keep=True)
        package = packages.get(self.desk, package_id)
        self.house.notice(f"{package.number}: {left_words(package, self.conventions)}.")

    def _tell_until(self, package_id: int) -> None:
        self._read(keep=True)
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

    # Reading and drawing.

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
        if package.status(self.desk.today()) in GONE:
            state = state_words(package, self.desk.today(), self.conventions)
            raise BadInput(f"Nothing is left of {package.number}: it is {state}")
        return package

    def _usable_or_next(self) -> Package:
        """The package under the cursor, or where nothing is left of it, the first that can be used."""
        if self._package is not None and self._package.status(self.desk.today()) in GONE:
            found = packages.of_customer(self.desk, self.customer.id)
            live = next((one for one in found if one.status(self.desk.today()) == "live"), None)
            if live is not None:
                self.hot_list.select(live.id)
        return self._usable()

    def _last_uses(self, package: Package, limit: int = LAST_USES) -> list[UsageEvent]:
        """What it was used for last, newest first, without what was cancelled."""
        asked = UsageFilter(package_id=package.id, only_uses=True)
        found = usage.page(self.desk, None, asked, limit=LOOKED_BACK)
        return [event for event in found if not event.is_restored][:limit]

    def _is_today(self, event: UsageEvent) -> bool:
        return business_date(event.at, self.time_zone) == self.desk.today()

    def _read(self, *, keep: bool) -> None:
        found, today = packages.of_customer(self.desk, self.customer.id), self.desk.today()
        self.hot_list.show([self._row(package, today) for package in found], keep=keep)
        self.draw_document()

    def _row(self, package: Package, today: str) -> Row:
        write, count = self.conventions.amount, self.conventions.count
        state, urgent = package.status(today), is_urgent(package, today)
        cells = (
            "!" if urgent else "",
            package.name,
            package.number,
            f"{count(package.remaining)}/{count(package.sessions)}",
            self.conventions.date(package.expires_on) if package.expires_on else "no end",
            state,
            write(package.price),
            write(package.session_worth),
        )
        role = "quiet" if state in GONE else "warn" if urgent else ""
        return Row(package.id, cells, (role,) if role else (), record=package)

    def draw_document(self) -> None:
        """The package under the cursor, in full."""
        package, today = self._package, self.desk.today()
        last = self._last_uses(package) if package is not None else []
        frozen = packages.frozen_days(self.desk, package.id) if package is not None else 0

        def drawing(width: int) -> list[Line]:
            if package is None:
                return []
            return package_lines(package, frozen, last, today, self.conventions, self.time_zone, width)

        self.query_one("#package-one", Sheet).draw(drawing)
