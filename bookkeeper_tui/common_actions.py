"""What can be done on every screen: find, new, help, palette, menu, look, lock, and the ways out."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from bookkeeper_tui.errors import BadInput, StoreUnusable
from bookkeeper_tui.going import Going
from bookkeeper_tui.looks import all_looks
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.screen import HousePlace
from bookkeeper_tui.store import shop_settings
from bookkeeper_tui.terminal import ConsoleDriver

if TYPE_CHECKING:
    from bookkeeper_tui.paper.page import Page
    from bookkeeper_tui.paper.printing import Job


class CommonActions(Going):
    """The actions of the table that are the console's own, one `do_<id>` each."""

    terminal: str
    colours: int

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._printing = asyncio.Lock()

    @property
    @abstractmethod
    def is_signed_in(self) -> bool:
        """Whether somebody is signed in, locked or not."""

    @abstractmethod
    def lock(self, why: str) -> None:
        """Lock the console; `why` goes to the audit log."""

    @abstractmethod
    def store_changed(self, change: StoreChanged) -> None:
        """Tell the screens in sight that something changed."""

    def do_find(self) -> None:
        """F2."""
        self.show("search")

    def do_sale(self) -> None:
        """F3."""
        self.show("sale")

    def do_new(self) -> None:
        """F4."""
        self.show("customer_form")

    def do_find_sale(self) -> None:
        """Ctrl+T."""
        self.show("sale_search")

    def do_refresh(self) -> None:
        """F5."""
        self.store_changed(StoreChanged(everything=True))
        self.refresh(layout=True)

    def do_back(self) -> None:
        """Esc."""
        self.go_back()

    def do_schedule(self) -> None:
        """F7."""
        self.show("schedule")

    def do_shift(self) -> None:
        """F8."""
        self.show("shift")

    def do_takings(self) -> None:
        """From the menu."""
        self.show("takings")

    def do_reports(self) -> None:
        """From the menu."""
        self.show("reports")

    def do_audit_log(self) -> None:
        """From the menu."""
        self.show("audit_log")

    def do_unusual(self) -> None:
        """From the menu."""
        self.show("unusual")

    def do_duplicates(self) -> None:
        """From the menu."""
        self.show("duplicates")

    def do_snapshot(self) -> None:
        """From the menu."""
        self.show("snapshot")

    def do_layaways(self) -> None:
        """From the menu."""
        self.show("layaways")

    def do_catalogue(self) -> None:
        """From the menu."""
        self.show("catalogue")

    def do_discount_codes(self) -> None:
        """From the menu."""
        self.show("discount_codes")

    def do_discount_review(self) -> None:
        """From the menu."""
        self.show("discount_review")

    def do_tax_rates(self) -> None:
        """From the menu."""
        self.show("tax_rates")

    def do_waiting(self) -> None:
        """From the menu."""
        self.show("waiting")

    def do_members(self) -> None:
        """From the menu."""
        self.show("members")

    def do_timers(self) -> None:
        """From the menu."""
        self.show("timers")

    def do_services(self) -> None:
        """From the menu."""
        self.show("services")

    def do_bookables(self) -> None:
        """From the menu."""
        self.show("bookables")

    def do_commissions(self) -> None:
        """From the menu."""
        self.show("commissions")

    def do_setup(self) -> None:
        """From the menu."""
        self.show("setup")

    def do_staff(self) -> None:
        """From the menu."""
        self.show("staff")

    async def do_help(self) -> None:
        """F1."""
        from bookkeeper_tui.screens.help import HelpDialog

        place = self.screen
        if isinstance(place, HousePlace):
            offered = self.offered()
            actions = [action for action in self.table.on(place.NAME) if action.id in offered or not action.bound]
            await self.ask(HelpDialog(place.TITLE_WORDS, actions))

    async def do_palette(self) -> None:
        """Ctrl+P."""
        from bookkeeper_tui.screens.palette import PaletteDialog

        offered = [self.table[action_id] for action_id in self.offered() if action_id not in ("palette", "open")]
        chosen = await self.ask(PaletteDialog(offered))
        if chosen is not None:
            self.act(chosen)

    async def do_attach_last(self) -> None:
        """F9: whose the last walk-in sale of this till's shift was."""
        from bookkeeper_tui.screens.dialogs.attach import attach_last

        place = self.screen
        if isinstance(place, HousePlace):
            await attach_last(place)

    async def do_menu(self) -> None:
        """F10."""
        from bookkeeper_tui.screens.menu import MenuDialog

        offered = self.offered()
        chosen = await self.ask(MenuDialog([self.table[action_id] for action_id in offered]))
        if chosen is not None:
            self.act(chosen)

    async def do_theme(self) -> None:
        """From the menu: another look, kept for this terminal."""
        from bookkeeper_tui.screens.dialogs.choose import Choose

        looks, mistakes = all_looks()
        fitting = [look for look in looks.values() if look.needs <= self.colours]
        for look in fitting:
            self.register_theme(look.theme)
        if mistakes:
            self.notice(mistakes[0], "!")
        rows = [(look.name, look.label) for look in fitting]
        chosen = await self.ask(Choose("How should this terminal look?", rows, start=self.theme))
        if chosen is not None:
            self._keep_theme(chosen)

    async def print_page(self, page: Page) -> None:
        from bookkeeper_tui.paper import printing

        job = printing.begin(self.desk, page)
        if job is not None:
            self.run_worker(self.work(self._send(job), lambda: None), name="printing", exit_on_error=False)

    async def _send(self, job: Job) -> None:
        """Send to a printer elsewhere; one page after the other, each in its time at most."""
        from bookkeeper_tui.paper import printing

        async with self._printing:
            if job.printer.kind == "terminal":
                data = await asyncio.to_thread(printing.through_terminal, job)
                assert isinstance(self._driver, ConsoleDriver)
                self._driver.write_bytes(data)
                return
            try:
                await asyncio.wait_for(asyncio.to_thread(printing.send, job), job.printer.seconds + 2)
            except TimeoutError:
                raise printing.no_answer(job) from None

    def preview(self, page: Page) -> None:
        self.show("preview", page=page)

    def do_lock(self) -> None:
        """F12."""
        self.lock("key")

    async def do_sign_out(self) -> None:
        """From the menu."""
        if await self.may_leave_all():
            await self.end_session()

    async def do_leave(self) -> None:
        """Ctrl+Q."""
        if not self.is_signed_in:
            self.exit(0)
        elif await self.may_leave_all():
            await self.end_session()
            self.exit(0)

    def _keep_theme(self, name: str) -> None:
        self.theme = name
        try:
            shop_settings.choose_look(self.desk, self.terminal, name)
        except (BadInput, StoreUnusable) as error:
            self.notice(f"The look is changed until you leave: {error}", "!")
