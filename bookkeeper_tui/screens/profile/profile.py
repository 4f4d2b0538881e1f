"""The profile: at the left who they are and what matters now, at the right the tabs. It is turned to each customer."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import date
from typing import cast

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.profile.packages import PackagesTab
from bookkeeper_tui.screens.profile.registry import TABS
from bookkeeper_tui.screens.profile.tab import Tab
from bookkeeper_tui.screens.profile.who import Who, who_lines
from bookkeeper_tui.screens.screen import Handler, HouseScreen
from bookkeeper_tui.screens.why import figure_question
from bookkeeper_tui.store import consents, customers, gone, loyalty, member_cards, notes, overview, sight
from bookkeeper_tui.store.matters import birthday_in, matters, money_of
from bookkeeper_tui.store.standing_services import services_at_a_glance
from bookkeeper_tui.widgets.pieces import Piece
from bookkeeper_tui.widgets.sheet import Sheet
from bookkeeper_tui.widgets.tab_strip import TabStrip

PINNED_SHOWN = 3
DIGITS = "1234567890"
COUNT_HELD = 0.35
"""Seconds that a digit waits for the key it may count for."""
_FIGURES = (("spend", "Spend"), ("points", "Points"), ("owes", "Owes"))
_SEEN_BY = {"spend": "sale.viewed", "points": "loyalty.viewed", "owes": "account.viewed"}
_FIGURE_OF_TAB = {"sales": "spend", "loyalty": "points", "account": "owes", "soa": "owes"}


class ProfileScreen(HouseScreen):
    """One customer, whole."""

    NAME = "profile"
    TITLE_WORDS = "Customer"
    CSS_PATH = "profile.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._tabs: list[Tab] = [tab() for tab in TABS]
        self._allowed: list[Tab] = []
        self._current: Tab | None = None
        self._customer: customers.Customer | None = None
        self._revealed: customers.Customer | None = None
        self._card = ""
        self._led_from = 0
        self._count = ""
        self._count_held: Timer | None = None

    def body(self) -> ComposeResult:
        """Two panes."""
        with Horizontal(id="panes"):
            yield Sheet(id="who").pane()
            with Vertical(id="right"):
                yield TabStrip(id="strip")
                yield from self._tabs

    # Going to a customer.

    def arrive(self, customer_id: int = 0, tab: str = "", card: str = "", **what: object) -> None:
        """Show a customer, on the first tab unless one is named; the one shown already stays as it was left.

        Where a member's `card` led here, it is said whose it is.
        """
        before = self._customer
        self._led_from = customer_id
        customer = customers.get(self.desk, gone.survivor(self.desk.database, customer_id))
        self.desk.look("customer.viewed", subject=customer.number, customer_id=customer.id)
        self._allowed = self._tabs_allowed()
        another = before is None or before.id != customer.id or self._current not in self._allowed
        self._revealed = None
        if another and self._current is not None:
            self._current.display = False
            self._current = None
        self._take(customer, from_top=another)
        self._show_tab(self._named(tab) or self._current or self._allowed[0])
        self._card = card
        if self.is_current:
            self.seen()

    def seen(self) -> None:
        """Say whose card it was that led here, or that an old number did, once the profile is in sight."""
        led_from, self._led_from = self._led_from, 0
        if self._customer is not None and led_from not in (0, self._customer.id):
            number = customers.get(self.desk, led_from).number
            self.house.notice(f"{number} was merged: they are {self._customer.number} now.")
        card, self._card = self._card, ""
        holder = member_cards.whose(self.desk, card) if card else None
        if holder is not None:
            self.house.notice(f"{holder.sentence}.", "" if holder.is_good else "!")

    def store_changed(self, change: StoreChanged) -> None:
        """Read this customer again where they stand, and record how long the change took to be seen."""
        if self._customer is None:
            return
        if change.everything or change.actions & {"permission.edited", "setting.changed", "staff.role"}:
            self._allow_anew()
        if not change.concerns(self._customer.id):
            if self._current is not None:
                self._current.others_changed(change)
            return
        if not customers.exists(self.desk, self._customer.id):
            self._forget(self._customer.number)
            return
        now = customers.get(self.desk, self._customer.id)
        if now.gone == gone.MERGED and not self.unsaved():
            self.arrive(now.id)
            return
        self._take(now)
        if self._current is not None:
            self._current.bring_up()
        if change.committed_at and change.elsewhere and not change.everything:
            self.call_after_refresh(self._record_shown, change.committed_at)

    # What may be done here.

    def handler(self, action_id: str) -> Handler | None:
        """The tab in sight answers first."""
        own = self._current.handler(action_id) if self._current is not None else None
        return cast("Handler | None", own) or super().handler(action_id)

    def unsaved(self) -> str:
        """What the tab in sight would lose."""
        return self._current.unsaved() if self._current is not None else ""

    def do_tab(self, position: int) -> None:
        """Show the tab of that number, 0 the first; on a tab that takes counts the digit may be one."""
        if self._current is not None and self._current.TAKES_COUNTS:
            self._hold_count(position)
        else:
            self._show_numbered(position)

    def take_count(self) -> int:
        """What was typed just before the key; 1 when nothing was."""
        count, self._count = self._count, ""
        if self._count_held is not None:
            self._count_held.stop()
        return int(count or 1) or 1

    def do_tab_before(self) -> None:
        """Show the tab to the left."""
        self._step(-1)

    def do_tab_after(self) -> None:
        """Show the tab to the right."""
        self._step(1)

    def do_pane(self) -> None:
        """To the other pane: keys scroll it."""
        who = self.query_one("#who", Sheet)
        if who.has_focus and self._current is not None:
            self._current.main().focus(scroll_visible=False)
        else:
            who.focus(scroll_visible=False)

    def do_refresh(self) -> None:
        """Read everything in sight again."""
        if self._customer is not None:
            self._take(customers.get(self.desk, self._customer.id))
            if self._current is not None:
                self._current.bring_up()

    def do_sale(self) -> None:
        """Ring up a sale for this customer."""
        if self._customer is not None:
            self.house.show("sale", customer_id=self._customer.id)

    def do_schedule(self) -> None:
        """The schedule, booking for this customer."""
        if self._customer is not None:
            self.house.show("schedule", customer_id=self._customer.id, customer=self._customer.name)

    async def do_why(self) -> None:
        """?: the entries behind a figure: that of the tab in sight, else one of those at the left."""
        customer = self._customer
        if customer is None:
            return
        figure = _FIGURE_OF_TAB.get(self._current.NAME if self._current is not None else "")
        if figure is None:
            allowed = [(name, words) for name, words in _FIGURES if self.desk.may(_SEEN_BY[name])]
            figure = await self.ask(Choose("Which figure shall be explained?", allowed))
        if figure is not None:
            question = figure_question(self.desk, self.house.conventions, figure, customer.id, harmless(customer.name))
            self.house.show("why", question=question)

    async def do_attach_last(self) -> None:
        """F9: the last walk-in sale was theirs, most likely."""
        from bookkeeper_tui.screens.dialogs.attach import attach_last

        await attach_last(self, self._customer.number if self._customer is not None else "")

    def do_edit(self) -> None:
        """Open the customer's form."""
        if self._customer is not None and self._customer.gone:
            raise BadInput(f"{self._customer.number} was {self._customer.gone}: there is nothing to edit")
        if self._customer is not None:
            self.house.show("customer_form", customer_id=self._customer.id, revealed=self._revealed)

    async def do_note(self) -> None:
        """Write a note, on the tab where it will stand."""
        notes_tab = self._named("notes")
        if notes_tab is not None:
            self._show_tab(notes_tab)
            work = notes_tab.handler("note")
            if work is not None:
                await cast("Callable[[], Coroutine[None, None, None]]", work)()

    async def do_use(self) -> None:
        """Use a session, on the tab where it will stand."""
        tab, count = self._named("packages"), self.take_count()
        if isinstance(tab, PackagesTab):
            self._show_tab(tab)
            await tab.use(count)

    def do_book(self) -> None:
        """Book a time, on the tab for it."""
        tab = self._named("new_booking")
        if tab is not None:
            self._show_tab(tab)

    def do_reveal(self) -> None:
        """Show phone and e-mail in full until they are hidden again or another is shown; that it was is recorded."""
        if self._customer is None:
            return
        if not (self._customer.phone_raw or self._customer.phone_e164 or self._customer.email):
            raise BadInput("There is no phone and no e-mail to show")
        if not sight.hides_contact(self.desk):
            raise BadInput("Phone and e-mail are shown to you in full already")
        before, self._revealed = self._revealed, None
        if before is None:
            self._revealed = customers.reveal(self.desk, self._customer.id)
        self._take(customers.get(self.desk, self._customer.id))

    def do_status(self) -> None:
        """Make the customer inactive, or active again."""
        if self._customer is None:
            return
        status = "active" if self._customer.status == "inactive" else "inactive"
        self._take(customers.set_status(self.desk, self._customer.id, status))
        self.house.notice(f"{self._customer.name} is {status} now.")

    async def do_as_of(self) -> None:
        """Ask for a past day, and show the customer as of it."""
        from bookkeeper_tui.screens.as_of import ask_past

        if self._customer is not None:
            await ask_past(self, self._customer)

    async def do_privacy(self) -> None:
        """Ask what shall be done about the customer's data."""
        from bookkeeper_tui.screens.profile.privacy import ask_privacy

        if self._customer is not None:
            await ask_privacy(self, self._customer)

    def on_tab_placed(self, event: Tab.Placed) -> None:
        """The tab's cursor moved: say where it is."""
        event.stop()
        self._say_place()

    def _forget(self, number: str) -> None:
        """Nobody is here any more, and nothing of them is shown; Esc leaves."""
        self._customer, self._revealed, self._allowed = None, None, []
        words = (Piece(f"{number} was deleted", "bad"),)
        self.query_one("#who", Sheet).draw(lambda width: (words,), from_top=True)
        if self._current is not None:
            self._current.display = False
            self._current = None
        self.query_one("#who", Sheet).focus(scroll_visible=False)

    # Keeping the panes together.

    def _take(self, customer: customers.Customer, *, from_top: bool = False) -> None:
        """Show a customer; what was revealed stays so until they are changed, or another comes."""
        shown = self._revealed
        if shown is not None and (shown.id, shown.version) == (customer.id, customer.version):
            contact = {name: getattr(shown, name) for name in ("phone_raw", "phone_e164", "email")}
            customer = replace(customer, **contact)
        else:
            self._revealed = None
        self._customer = customer
        for tab in self._tabs:
            tab.turn_to(customer)
        who = self._who(customer)
        self.query_one("#who", Sheet).draw(lambda width: who_lines(who, width), from_top=from_top)

    def _who(self, customer: customers.Customer) -> Who:
        desk, conventions = self.desk, self.house.conventions
        zone = desk.store.shop.time_zone
        standing = overview.at_a_glance(desk, customer.id)
        consented = consents.standing(desk, customer.id)
        states = consents.states_of(consented)
        pinned = [note.text for note in notes.page(desk, customer.id, limit=PINNED_SHOWN) if note.pinned]
        today = date.fromisoformat(self.desk.today())
        money = money_of(desk, customer.id) if desk.may("account.viewed") else None
        points = loyalty.at_a_glance(desk, customer.id) if desk.may("loyalty.viewed") else None
        services = services_at_a_glance(desk, customer.id) if desk.may("package.viewed") else None
        urgent = matters(
            customer,
            today=today,
            owes=standing.owes,
            asking=consents.to_ask(desk, customer.id, customer.language, consented),
            pinned=pinned,
            conventions=conventions,
            money=money,
            points=points,
            services=services,
            birthday=birthday_in(desk, customer.id),
        )
        merged = gone.merged_numbers(desk.database, customer.id)
        return Who(customer, standing, states, tuple(urgent), conventions, zone, money, points, services, merged)

    def _show_tab(self, tab: Tab) -> None:
        """The one place where a tab comes up, and where `tab.<NAME>` goes to the audit log."""
        if tab is not self._current:
            assert self._customer is not None
            self.desk.look(f"tab.{tab.NAME}", subject=self._customer.number, customer_id=self._customer.id)
            if self._current is not None:
                self._current.display = False
            tab.display = True
            self._current = tab
            titles = [allowed.TITLE for allowed in self._allowed]
            self.query_one(TabStrip).show(titles, self._allowed.index(tab))
            tab.main().focus(scroll_visible=False)
            self.house.refresh_keys()
        tab.bring_up()
        self._say_place()

    def _show_numbered(self, position: int) -> None:
        if position < len(self._allowed):
            self._show_tab(self._allowed[position])

    def _hold_count(self, position: int) -> None:
        """Keep a digit for the key that may follow at once; alone it goes to its tab after all."""
        if self._count_held is not None:
            self._count_held.stop()
        self._count += DIGITS[position]
        self._count_held = self.set_timer(COUNT_HELD, self._let_count_go)
        self.key_line.show_right(self._count)

    def _let_count_go(self) -> None:
        count, self._count = self._count, ""
        if len(count) == 1 and self.is_current:
            self._show_numbered(DIGITS.index(count))
        self._say_place()

    def _step(self, by: int) -> None:
        if self._current is not None:
            place = self._allowed.index(self._current) + by
            self._show_tab(self._allowed[place % len(self._allowed)])

    def _named(self, name: str) -> Tab | None:
        return next((tab for tab in self._allowed if name == tab.NAME), None)

    def _tabs_allowed(self) -> list[Tab]:
        settings = self.desk.store.settings
        hidden = settings.tabs_hidden
        return [
            tab
            for tab in self._tabs
            if tab.NAME not in hidden
            and (settings.services or not tab.SERVICES)
            and all(map(self.desk.may, filter(None, (tab.PERMISSION, f"tab.{tab.NAME}"))))
        ]

    def _allow_anew(self) -> None:
        """The shop hides other tabs than before, or this person may see others."""
        allowed = self._tabs_allowed()
        if allowed != self._allowed and allowed and self._current is not None:
            self._allowed = allowed
            if self._current not in allowed:
                self._show_tab(allowed[0])
            titles = [tab.TITLE for tab in allowed]
            self.query_one(TabStrip).show(titles, allowed.index(self._current))

    def _say_place(self) -> None:
        if self._current is not None:
            self.key_line.show_right(self._current.place())

    def _record_shown(self, committed_at: int) -> None:
        if self._customer is not None:
            self.desk.look(
                "live.shown",
                subject=self._customer.number,
                customer_id=self._customer.id,
                detail={"latency_us": self.desk.now() - committed_at},
            )
