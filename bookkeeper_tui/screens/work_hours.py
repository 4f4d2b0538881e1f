"""Hours worked: sums by person and week, and behind each its times at work, corrected where the clock was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from textual.app import ComposeResult
from textual.widgets import Static

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless, local_time
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.saving import save_as
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import staff, work_hours
from bookkeeper_tui.store.bookings import local_instant
from bookkeeper_tui.store.work_hours import Period, WeekTotal, hours_text
from bookkeeper_tui.widgets.figures import heading
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Line, Piece, wrap
from bookkeeper_tui.widgets.sheet import Sheet

_CHANGES = frozenset({"clock.corrected", "signin.done", "signout.done", "staff.retired"})
_NOBODY = "Nobody was at work in these days. / chooses other days, a writes time down by hand."


class WorkHoursScreen(HouseScreen):
    """Two lists, one in sight: the sums, and after Enter the times behind one of them; e corrects a time."""

    NAME = "work_hours"
    NEEDS = {"add": "clock.corrected", "change": "clock.corrected", "export": "export.hours"}
    TITLE_WORDS = "Hours worked"
    CSS_PATH = "work_hours.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._first = self._last = self._number = ""
        self._week: WeekTotal | None = None
        self._week_rows: list[Row] = []

    def body(self) -> ComposeResult:
        """The days and their sum, the lists, and the time under the cursor in full."""
        yield Static("", id="hours-days", markup=False)
        yield HotList(
            [
                Column("No.", 4), Column("Name"), Column("Week of", 10), Column("Times", 6, right=True),
                Column("Hours", 8, right=True), Column("", 12),
            ],
            empty=[_NOBODY],
            id="hours-weeks",
        )  # fmt: skip
        times = HotList(
            [
                Column("Day", 14), Column("Began", 5), Column("Ended", 16), Column("Hours", 6, right=True),
                Column("At", 10, from_width=72), Column(""),
            ],
            empty=[_NOBODY],
            id="hours-times",
        )  # fmt: skip
        times.display = False
        yield times
        yield Sheet(inset=1, id="hours-one").taking_no_focus()

    def arrive(self, number: str = "", **what: object) -> None:
        """This month so far, unless other days were chosen; the cursor on the staff `number` that is given."""
        if not self._first:
            self._last = self.desk.today()
            self._first = f"{self._last[:8]}01"
        self._show(None if number else self._week)
        mine = [row.key for row in self._week_rows if isinstance(row.record, WeekTotal) and row.record.number == number]
        if mine:
            self._weeks.select(mine[-1])

    def store_changed(self, change: StoreChanged) -> None:
        """Somebody came, left, or was corrected."""
        if self._first and (change.everything or change.actions & _CHANGES):
            self._read()

    def do_refresh(self) -> None:
        """Read what is in sight again."""
        self._read()

    def do_back(self) -> None:
        """Esc: from the times to the sums, then away."""
        if self._week is not None:
            self._show(None)
        else:
            self.house.go_back()

    async def do_period(self) -> None:
        """Choose the days, and whose."""
        conventions, chosen = self.house.conventions, list[tuple[str, str, str]]()

        def read(answer: Mapping[str, str]) -> None:
            first, last = conventions.read_date(answer["first"], "From"), conventions.read_date(answer["last"], "To")
            work_hours.periods(self.desk, first, last, number=answer["number"])
            chosen.append((first, last, answer["number"]))

        fields = [
            AskedField("first", "From", conventions.date(self._first), 10),
            AskedField("last", "To", conventions.date(self._last), 10),
            AskedField("number", "Staff number", self._number, 10),
        ]
        await self.ask(
            AskFields("Which days, and whose? Without a staff number it is everybody's.", fields, check=read)
        )
        if chosen:
            self._first, self._last, self._number = chosen[-1]
            self._show(None)

    async def do_add(self) -> None:
        """Write down time that no clock saw."""
        today = self.house.conventions.date(self.desk.today())
        known = self._week.number if self._week is not None else self._number
        made: list[Period] = []

        def save(answer: Mapping[str, str]) -> None:
            begin, end = self._read_span(answer)
            if end is None:
                raise BadInput("Ended: only time that still runs has no end")
            made.append(work_hours.add(self.desk, answer["number"], begin, end, answer["reason"]))

        fields = [
            AskedField("number", "Staff number", known, 10),
            AskedField("began", "Began", f"{today} ", 16),
            AskedField("ended", "Ended", f"{today} ", 16),
            AskedField("reason", "Why", most=work_hours.LONGEST_REASON),
        ]
        await self.ask(AskFields("Time at work that no clock saw", fields, check=save))
        self._read_and_select(made)

    async def do_change(self) -> None:
        """Correct the time under the cursor; on a sum, show its times."""
        row = (self._weeks if self._week is None else self._times).cursor_row
        record = row.record if row is not None else None
        if isinstance(record, WeekTotal):
            self._show(record)
        elif isinstance(record, Period):
            await self._correct(record)

    async def _correct(self, one: Period) -> None:
        conventions, zone = self.house.conventions, self.desk.store.shop.time_zone
        made: list[Period] = []

        def save(answer: Mapping[str, str]) -> None:
            # What was left as shown keeps its seconds, and its meaning where a time comes twice.
            day = local_time(one.in_at, zone).date().isoformat()
            begin, end = one.in_at, one.out_at
            if answer["began"] != began:
                day, begin = self._read_moment(answer["began"], "Began", "")
            if answer["ended"] != ended:
                end = self._read_moment(answer["ended"], "Ended", day)[1] if answer["ended"] else None
            made.append(work_hours.correct(self.desk, one.id, begin, end, answer["reason"], seen=one.correction))

        began, ended = conventions.instant(one.in_at, zone), conventions.instant(one.out_at or 0, zone)
        fields = [
            AskedField("began", "Began", began, 16),
            AskedField("ended", "Ended", ended, 16),
            AskedField("reason", "Why", most=work_hours.LONGEST_REASON),
        ]
        question = f"When was {harmless(one.name)} really at work? Both alike: not at all."
        await self.ask(AskFields(question, fields, check=save))
        self._read_and_select(made)

    async def do_export(self) -> None:
        """The times as a file."""
        from bookkeeper_tui.paper.reports import FORMATS, save_report
        from bookkeeper_tui.store.reports import Question

        self.desk.require("export.hours")
        filters = {"since": self._first, "until": self._last} | ({"staff": self._number} if self._number else {})
        question = Question("hours", filters)
        start = f"hours-{self._first}-{self._last}.csv"
        await save_as(self, start, FORMATS, lambda name: save_report(self.desk, question, name)[0])

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: the times behind a sum; on a time, its correction."""
        event.stop()
        if event.hot_list is self._weeks:
            row = event.hot_list.cursor_row
            if row is not None and isinstance(row.record, WeekTotal):
                with self.guard():
                    self._show(row.record)
        else:
            self.house.act("change")

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """Say where the cursor is; the time under it stands below."""
        event.stop()
        if event.hot_list.display:
            self._say_place()
            with self.guard():
                self._draw()

    def _show(self, week: WeekTotal | None) -> None:
        self._week = week
        self._weeks.display, self._times.display = week is None, week is not None
        self.query_one("#hours-one").display = week is not None
        self._times.show([])
        self._read()
        (self._weeks if week is None else self._times).focus(scroll_visible=False)

    def _read(self) -> None:
        found = work_hours.periods(self.desk, self._first, self._last, number=self._number)
        weeks = work_hours.totals(self.desk, found)
        self._week_rows = [self._week_row(one) for one in weeks]
        self._weeks.show(self._week_rows, keep=True)
        if self._week is not None:
            key = (self._week.staff_id, self._week.monday)
            self._week = next((one for one in weeks if (one.staff_id, one.monday) == key), self._week)
            shown = [one for one in found if (one.staff_id, self._monday(one)) == key]
            now = self.desk.now()
            self._times.show([self._time_row(one, now) for one in shown], keep=True)
        self._say_days(weeks)
        self._say_place()
        self._draw()

    def _read_and_select(self, made: list[Period]) -> None:
        if made:
            self._read()
            self._weeks.select((made[-1].staff_id, self._monday(made[-1])))
            self._times.select(made[-1].id)

    def _week_row(self, one: WeekTotal) -> Row:
        conventions = self.house.conventions
        state = "at work now" if one.running else ""
        cells = (
            one.number, one.name, conventions.date(one.monday), conventions.count(one.periods), hours_text(one.worked),
            state,
        )  # fmt: skip
        return Row((one.staff_id, one.monday), cells, (), one)

    def _time_row(self, one: Period, now: int) -> Row:
        conventions, zone = self.house.conventions, self.desk.store.shop.time_zone
        began = local_time(one.in_at, zone)
        ended = "at work now"
        if one.out_at is not None:
            out = local_time(one.out_at, zone)
            ended = f"{out:%H:%M}" if out.date() == began.date() else conventions.instant(one.out_at, zone)
        said = f"corrected: {one.reason}" if one.correction else ""
        if one.looks_forgotten(now):
            said = "! forgot to sign out?"
        cells = (
            f"{began:%a} {conventions.date(began.date())}", f"{began:%H:%M}", ended, hours_text(one.worked(now)),
            one.terminal, said,
        )  # fmt: skip
        return Row(one.id, cells, ("warn",) if one.looks_forgotten(now) else (), one)

    def _draw(self) -> None:
        row = self._times.cursor_row if self._week is not None else None
        sheet = self.query_one("#hours-one", Sheet)
        if row is None or not isinstance(one := row.record, Period):
            sheet.draw(lambda width: ())
            return
        conventions, zone = self.house.conventions, self.desk.store.shop.time_zone
        past = work_hours.corrections(self.desk, one.id)

        def span(begin: int, end: int | None) -> str:
            return f"{conventions.instant(begin, zone)} to {conventions.instant(end, zone) if end else 'now'}"

        clocked = f"The clock: {span(one.clocked_in, one.clocked_out)}, {one.terminal}"
        if one.terminal == work_hours.BY_HAND:
            clocked = "No clock saw it: it was written down by hand"

        def drawing(width: int) -> list[Line]:
            lines: list[Line] = [heading(harmless(one.name), width, ascii_only=conventions.ascii), (Piece(clocked),)]
            for each in past:
                ended = each.out_at if each.out_at is not None else one.clocked_out
                words = f"{conventions.instant(each.at, zone)} {each.who}: {span(each.in_at, ended)}, {each.reason}"
                lines += [(Piece(line, "plain" if each is past[0] else "quiet"),) for line in wrap(words, width)]
            return lines

        sheet.draw(drawing, from_top=True)

    def _say_days(self, weeks: list[WeekTotal]) -> None:
        conventions, week = self.house.conventions, self._week
        days = " to ".join(dict.fromkeys((conventions.date(self._first), conventions.date(self._last))))
        whose = ""
        if week is not None:
            days = f"the week of {conventions.date(week.monday)}"
            whose, weeks = f"{harmless(week.name)}, ", [week]
        elif self._number:
            whose = f"{harmless(staff.find(self.desk, self._number).name)}, "
        people = len({one.staff_id for one in weeks})
        told = f"{hours_text(sum(one.worked for one in weeks))} hours"
        besides = f" of {people} people" if people > 1 else ""
        self.query_one("#hours-days", Static).update(f"{whose}{days}: {told}{besides}")

    def _say_place(self) -> None:
        listed, count = self._weeks if self._week is None else self._times, self.house.conventions.count
        self.key_line.show_right(f"{count(listed.place)} of {count(listed.total)}" if listed.total else "")

    def _read_span(self, answer: Mapping[str, str]) -> tuple[int, int | None]:
        day, begin = self._read_moment(answer["began"], "Began", "")
        return begin, self._read_moment(answer["ended"], "Ended", day)[1] if answer["ended"] else None

    def _read_moment(self, text: str, place: str, day: str) -> tuple[str, int]:
        """A day and time as typed; a time alone is of the day given. Answers the ISO date and microseconds UTC."""
        conventions = self.house.conventions
        words = text.split()
        if len(words) == 1 and day:
            words = [conventions.date(day), *words]
        if len(words) != 2:
            like = f"{conventions.date(date(2026, 12, 31))} 09:00"
            raise BadInput(f"{place}: “{harmless(text[:20])}” is not a day and a time such as {like}")
        day = conventions.read_date(words[0], place)
        return day, local_instant(day, words[1], self.desk.store.shop.time_zone, conventions.date_format)

    def _monday(self, one: Period) -> str:
        day = local_time(one.in_at, self.desk.store.shop.time_zone).date()
        return (day - timedelta(days=day.weekday())).isoformat()

    @property
    def _weeks(self) -> HotList:
        return self.query_one("#hours-weeks", HotList)

    @property
    def _times(self) -> HotList:
        return self.query_one("#hours-times", HotList)
