"""Commissions: what each trainer gave in some days, what it was worth, and their part; and the sessions behind it."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.widgets import Static

from bookkeeper_tui.paper.commissions import commissions_page, save_commissions
from bookkeeper_tui.paper.reports import FORMATS
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.saving import save_as
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import commissions
from bookkeeper_tui.store.commissions import GivenSession, TrainerFigures
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

_NOBODY = "No trainer gave a session in these days. / chooses other days."
_NOTHING = "No session stands behind these figures."
_MONEY = 11
_CHANGES = frozenset(
    (
        "package.used", "package.forced", "package.deducted", "package.restored", "package.changed", "booking.done",
        "booking.no_show", "booking.cancelled", "booking.put_back", "bookable.edited",
    )
)  # fmt: skip


class CommissionsScreen(HouseScreen):
    """Two lists, one in sight: the trainers, and after Enter the sessions of one of them."""

    NAME = "commissions"
    TITLE_WORDS = "Commissions"
    CSS_PATH = "commissions.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._first = self._last = ""
        self._trainer: TrainerFigures | None = None

    def body(self) -> ComposeResult:
        """The days and their sum, and the lists."""
        yield Static("", id="commissions-days", markup=False)
        yield HotList(
            [
                Column("Trainer"), Column("Sessions", 8, right=True), Column("Worth", _MONEY, right=True),
                Column("Commission", _MONEY, right=True), Column("No-shows", 8, right=True),
            ],
            empty=[_NOBODY],
            id="commissions-trainers",
        )  # fmt: skip
        given = HotList(
            [
                Column("When", 16), Column("Customer"), Column("Service", 14, from_width=70),
                Column("Package", 9, from_width=100), Column("Kind", 11),
                Column("Worth", 9, right=True), Column("Commission", 10, right=True, from_width=70),
            ],
            empty=[_NOTHING],
            id="commissions-sessions",
        )  # fmt: skip
        given.display = False
        yield given

    def arrive(self, **what: object) -> None:
        """This month so far, unless other days were chosen."""
        if not self._first:
            self._last = self.desk.today()
            self._first = f"{self._last[:8]}01"
        self._show(self._trainer)

    def store_changed(self, change: StoreChanged) -> None:
        """A session was used, given back or said anew."""
        if self._first and (change.everything or change.actions & _CHANGES):
            self._read()

    def do_refresh(self) -> None:
        """Read what is in sight again."""
        self._read()

    def do_back(self) -> None:
        """Esc: from the sessions to the trainers, then away."""
        if self._trainer is not None:
            self._show(None)
        else:
            self.house.go_back()

    async def do_period(self) -> None:
        """Choose the days."""
        conventions, chosen = self.house.conventions, list[tuple[str, str]]()

        def read(answer: Mapping[str, str]) -> None:
            first, last = conventions.read_date(answer["first"], "From"), conventions.read_date(answer["last"], "To")
            commissions.report(self.desk, first, last)
            chosen.append((first, last))

        fields = [
            AskedField("first", "From", conventions.date(self._first), 10),
            AskedField("last", "To", conventions.date(self._last), 10),
        ]
        await self.ask(AskFields("Which days?", fields, check=read))
        if chosen:
            self._first, self._last = chosen[-1]
            self._read()

    async def do_print(self) -> None:
        """The figures of all trainers on paper."""
        await self.house.print_page(commissions_page(self.desk, self._first, self._last))
        self.house.notice("The commissions were sent to the printer")

    async def do_export(self) -> None:
        """The figures of all trainers as a file."""
        self.desk.require("export.commissions")
        start = f"commissions-{self._first}-{self._last}.csv"
        await save_as(self, start, FORMATS, lambda name: save_commissions(self.desk, self._first, self._last, name))

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: the sessions of a trainer, or the customer of a session."""
        event.stop()
        row = event.hot_list.cursor_row
        record = row.record if row is not None else None
        if isinstance(record, TrainerFigures):
            self._show(record)
        elif isinstance(record, GivenSession):
            self.house.show("profile", customer_id=record.customer_id)

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """Say where the cursor is."""
        event.stop()
        if event.hot_list.display:
            self._say_place()

    def _show(self, trainer: TrainerFigures | None) -> None:
        self._trainer = trainer
        self._trainers.display, self._sessions.display = trainer is None, trainer is not None
        self._read()
        (self._trainers if trainer is None else self._sessions).focus(scroll_visible=False)

    def _read(self) -> None:
        found = commissions.report(self.desk, self._first, self._last)
        self._trainers.show([self._trainer_row(one) for one in found], keep=True)
        shown: tuple[TrainerFigures, ...] = found
        if self._trainer is not None:
            trainer_id = self._trainer.trainer_id
            given = commissions.sessions(self.desk, trainer_id, self._first, self._last)
            self._sessions.show([self._session_row(one) for one in given], keep=True)
            shown = tuple(one for one in found if one.trainer_id == trainer_id)
        self._say_days(shown)
        self._say_place()

    def _trainer_row(self, one: TrainerFigures) -> Row:
        amount, count = self.house.conventions.amount, self.house.conventions.count
        cells = (one.name, count(one.sessions), amount(one.worth), amount(one.commission), count(one.no_shows))
        return Row(one.trainer_id, cells, (), one)

    def _session_row(self, one: GivenSession) -> Row:
        conventions = self.house.conventions
        when = conventions.instant(one.at, self.desk.store.shop.time_zone)
        money = (conventions.amount(one.worth), conventions.amount(one.commission))
        kind = one.kind if one.sessions == 1 else f"{one.kind} ({conventions.count(one.sessions)})"
        cells = (when, one.customer, one.service, one.package, kind, *money)
        return Row(one.event_id, cells, (), one)

    def _say_days(self, shown: tuple[TrainerFigures, ...]) -> None:
        conventions = self.house.conventions
        days = " to ".join(dict.fromkeys((conventions.date(self._first), conventions.date(self._last))))
        whose = f"{self._trainer.name}, " if self._trainer is not None else ""
        sessions, worth = sum(one.sessions for one in shown), sum(one.worth for one in shown)
        commission = sum(one.commission for one in shown)
        words = f"{whose}{days}: {conventions.count(sessions)} sessions worth {conventions.amount(worth)} without tax"
        self.query_one("#commissions-days", Static).update(f"{words}, commission {conventions.amount(commission)}")

    def _say_place(self) -> None:
        listed, count = self._trainers if self._trainer is None else self._sessions, self.house.conventions.count
        more = " or more" if listed.total >= commissions.MOST else ""
        self.key_line.show_right(f"{count(listed.place)} of {count(listed.total)}{more}" if listed.total else "")

    @property
    def _trainers(self) -> HotList:
        return self.query_one("#commissions-trainers", HotList)

    @property
    def _sessions(self) -> HotList:
        return self.query_one("#commissions-sessions", HotList)
