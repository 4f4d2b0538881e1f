"""What looks unusual in some days: what somebody should be asked about, each finding one key from its rows."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from textual.app import ComposeResult
from textual.widgets import Static

from bookkeeper_tui.dates import read_iso
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import unusual
from bookkeeper_tui.store.unusual import Finding
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Piece, wrap
from bookkeeper_tui.widgets.sheet import Sheet

DAYS_AT_FIRST = 7
NOTHING = (
    "Nothing looked unusual in these days. / chooses other days.",
    "",
    f"It is told when somebody looks at more than {unusual.MOST_PROFILES} customers in a day and does nothing for "
    "them; looks at customers of their own surname; looks while no day is open; or has one customer's phone and e-mail "
    f"shown more than {unusual.MOST_REVEALS} times, or those of more than {unusual.MOST_REVEALED} customers.",
)


class UnusualScreen(HouseScreen):
    """One list, the newest day first; Enter opens the rows of the audit log behind a finding."""

    NAME = "unusual"
    TITLE_WORDS = "Unusual looking"
    CSS_PATH = "unusual.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._first = self._last = ""

    def body(self) -> ComposeResult:
        """The days, the findings, and the one under the cursor in full."""
        yield Static("", id="unusual-days", markup=False)
        yield HotList(
            [
                Column("Date", 10),
                Column("Who", 18),
                Column("Kind", 23),
                Column("What", from_width=70),
                Column("Count", 6, right=True, from_width=70),
                Column("Told over", 9, right=True, from_width=100),
            ],
            empty=NOTHING,
            id="unusual-found",
        )
        yield Sheet(inset=1, id="unusual-whole").taking_no_focus()

    def arrive(self, **what: object) -> None:
        """The last seven days, unless others were chosen."""
        if not self._first:
            self._last = self.desk.today()
            self._first = (read_iso(self._last) - timedelta(days=DAYS_AT_FIRST - 1)).isoformat()
        self._read()
        self._list.focus(scroll_visible=False)

    def do_refresh(self) -> None:
        """Read anew."""
        self._read()

    async def do_period(self) -> None:
        """Choose the days."""
        conventions, chosen = self.house.conventions, list[tuple[str, str]]()

        def read(answer: Mapping[str, str]) -> None:
            first, last = conventions.read_date(answer["first"], "From"), conventions.read_date(answer["last"], "To")
            unusual.days(first, last)
            chosen.append((first, last))

        fields = [
            AskedField("first", "From", conventions.date(self._first), 10),
            AskedField("last", "To", conventions.date(self._last), 10),
        ]
        await self.ask(AskFields("Which days?", fields, check=read))
        if chosen:
            self._first, self._last = chosen[-1]
            self._read()

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: the rows behind it."""
        event.stop()
        row = self._list.cursor_row
        if row is not None and isinstance(row.record, Finding):
            self.house.show("audit_log", text=row.record.asked)

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """Say where the cursor is, and the finding in full."""
        event.stop()
        self._show_whole()

    @property
    def _list(self) -> HotList:
        return self.query_one("#unusual-found", HotList)

    def _read(self) -> None:
        """Look at one day after the other, the newest first; other days that are chosen meanwhile end it."""
        self.run_worker(self._look(), name="look", exclusive=True, exit_on_error=False)

    async def _look(self) -> None:
        conventions, rows = self.house.conventions, list[Row]()
        dates = unusual.days(self._first, self._last)
        said = f"{conventions.date(self._first)} to {conventions.date(self._last)}: to be asked about"
        for done, date in enumerate(dates, 1):
            with self.guard():
                rows += [self._row(one) for one in unusual.of_day(self.desk, date)]
            self._list.show(list(rows), keep=True)
            far = f", {done} of {len(dates)} days so far" if done < len(dates) else ""
            self.query_one("#unusual-days", Static).update(said + far)
            self._show_whole()
            await asyncio.sleep(0)

    def _row(self, one: Finding) -> Row:
        conventions = self.house.conventions
        over = conventions.count(one.over) if one.over else "any"
        cells = (conventions.date(one.date), one.who, one.kind, one.told, conventions.count(one.count), over)
        return Row((one.kind, one.date, one.staff_id, one.asked), cells, ("warn",), one)

    def _show_whole(self) -> None:
        listed, count = self._list, self.house.conventions.count
        self.key_line.show_right(f"{count(listed.place)} of {count(listed.total)}" if listed.total else "")
        row = listed.cursor_row
        told = f"{row.record.who}: {row.record.told}" if row is not None and isinstance(row.record, Finding) else ""
        self.query_one(Sheet).draw(
            lambda width: [(Piece(line),) for line in wrap(harmless(told), width)] if told else ()
        )
