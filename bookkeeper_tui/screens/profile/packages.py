"""The Packages tab: what the customer has bought ahead and what is left of it; sessions are used here."""

from __future__ import annotations

from secrets import token_hex

from textual.app import ComposeResult

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import business_date, harmless
from bookkeeper_tui.screens.dialogs.use_session import Use, UseSession
from bookkeeper_tui.screens.profile.package_deeds import PackageDeeds
from bookkeeper_tui.screens.profile.package_drawing import (
    is_urgent,
    left_words,
    package_lines,
    sessions_words,
    timer_words,
)
from bookkeeper_tui.store import packages
from bookkeeper_tui.store.packages import OVER, Package, usage
from bookkeeper_tui.store.packages.usage import UsageEvent, UsageFilter
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Line
from bookkeeper_tui.widgets.sheet import Sheet

NONE_BOUGHT = ["No package yet. One is sold like any article: a goes to the sale screen."]
LAST_USES = 3
LOOKED_BACK = 20
NOT_NOW = {"frozen": "a frozen", "expired": "an expired", "not begun": "a not yet begun"}


class PackagesTab(PackageDeeds):
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

    async def use(self, count: int) -> None:
        """u: use so many sessions of the package under the cursor."""
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
        )
        status = package.status(self.desk.today())
        state = f", {status}" if status != "live" else ""
        question = f"{package.number} {harmless(package.name)}: {left_words(package, self.conventions)}{state}"
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

    async def do_start_timer(self) -> None:
        """s: the timer of the session used last of this package, today."""
        from bookkeeper_tui.store import timers

        package = self._chosen()
        uses = (one for one in self._last_uses(package) if one.kind == "use" and self._is_today(one))
        event = next(uses, None)
        if event is None:
            raise BadInput(f"No session of {package.number} was used today: u uses one and can start its timer")
        timer = timers.start(self.desk, event_id=event.id)
        self.house.notice(timer_words(timer.ends_at, self.time_zone))

    def do_sell_package(self) -> None:
        """a: ring one up."""
        self.house.show("sale", customer_id=self.customer.id)

    async def do_print(self) -> None:
        """p: a card of what is left."""
        from bookkeeper_tui.paper.packages import packages_page

        await self.house.print_page(packages_page(self.desk, self.customer.id))
        self.house.notice("The card was sent to the printer")

    # Reading and drawing.

    def _usable_or_next(self) -> Package:
        """The package under the cursor, or where nothing is left of it, the first that can be used."""
        if self._package is not None and self._package.status(self.desk.today()) in OVER:
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
        role = "quiet" if state in OVER else "warn" if urgent else ""
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
