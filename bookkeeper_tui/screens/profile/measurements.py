"""The Measurements tab: the newest value of each kind and how it changed, and the history of one with a chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from secrets import token_hex

from textual.app import ComposeResult

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import Conventions, harmless, instant_of
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.measure_drawing import bounds_text, change_text, read_value, value_text
from bookkeeper_tui.screens.profile.tab import ListTab
from bookkeeper_tui.store import measurements
from bookkeeper_tui.store.measurements import Kind, Latest, Measurement
from bookkeeper_tui.widgets.chart import Measure, bars
from bookkeeper_tui.widgets.figures import heading
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Line, Piece, wrap
from bookkeeper_tui.widgets.sheet import Sheet

MOST_BARS = 12
IN_ONE_COLUMN = 5
ONE_COLUMN = 43
_NONE = "Nothing is measured in this shop yet. A manager says what is: F10, Manage, Setup, Measurements."
_NO_VALUES = "Not measured yet. Press a to write a value down."
_HIDDEN = "These values are sensitive: only some roles see them."


class MeasurementsTab(ListTab):
    """Two lists, one in sight: the kinds, and after h or Enter the history of one of them."""

    NAME = "measurements"
    TITLE = "Measurements"
    PERMISSION = "measure.viewed"

    def __init__(self) -> None:
        super().__init__()
        self._kind: Kind | None = None
        self._values: dict[int, list[Measurement]] = {}

    def compose(self) -> ComposeResult:
        """The kinds, the history, and the one under the cursor in full."""
        yield HotList(
            [
                Column("What"), Column("Value", 12, right=True), Column("Change", 10, right=True),
                Column("Measured", 10, from_width=46), Column("Times", 5, right=True, from_width=56),
            ],
            empty=[_NONE],
            id="measure-kinds",
        )  # fmt: skip
        past = HotList(
            [
                Column("Measured", 10), Column("Value", 12, right=True), Column("", 10),
                Column("Remark", from_width=46), Column("Who", 14, from_width=70),
            ],
            empty=[_NO_VALUES],
            id="measure-past",
        )  # fmt: skip
        past.display = False
        yield past
        yield Sheet(inset=1, id="measure-one").taking_no_focus()

    @property
    def hot_list(self) -> HotList:
        """The list in sight."""
        return self._kinds if self._kind is None else self._past

    def load(self) -> None:
        """The kinds, from the first."""
        self._turn(None)
        self._read(keep=False)

    def reload(self) -> None:
        """The same again; the cursor stays."""
        self._read(keep=True)

    def others_changed(self, change: StoreChanged) -> None:
        """What is measured may be defined otherwise."""
        if "measure.defined" in change.actions:
            self.reload()

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter on a kind: its history."""
        event.stop()
        if self._kind is None:
            self.house.act("measure_history")

    def moved(self) -> None:
        """Show the one under the cursor in full."""
        self._draw()

    def do_back(self) -> None:
        """Esc: from the history to the kinds, then away."""
        if self._kind is None:
            self.house.go_back()
        else:
            self.do_measure_history()

    def do_measure_history(self) -> None:
        """From a kind to its history, and back."""
        if self._kind is not None:
            self._turn(None)
            self._read(keep=True)
        elif (kind := self._kind_here()) is not None:
            measurements.history(self.desk, self.customer.id, kind.id, limit=1)
            self._turn(kind)
            self._read(keep=False)

    async def do_add_measurement(self) -> None:
        """Ask for a value of the kind under the cursor, and write it down."""
        kind = self._kind_here()
        if kind is None:
            raise BadInput("There is nothing to measure yet: a manager defines it in Setup")
        if kind.sensitive:
            self.desk.require("field.measurements")
        once, made = token_hex(8), list[Measurement]()
        today = self.desk.today()

        def save(answer: Mapping[str, str]) -> None:
            value = read_value(answer["value"], kind, self.conventions)
            day = self.conventions.read_date(answer["day"], "Measured on") or today
            at = self._noon(day) if day != today else 0
            made.append(
                measurements.add(
                    self.desk, self.customer.id, kind.id, value, at=at, note=answer["note"], once=once
                )
            )  # fmt: skip

        fields = [
            AskedField("value", kind.unit or "Value", most=20),
            AskedField("day", "Measured on", self.conventions.date(today), 10),
            AskedField("note", "Remark", most=measurements.LONGEST_NOTE),
        ]
        bounds = bounds_text(kind, self.conventions)
        await self.profile.ask(
            AskFields(f"{harmless(kind.name)} of {harmless(self.customer.name)}: {bounds}", fields, check=save)
        )
        if made:
            self._read(keep=True)
            self.hot_list.select(made[-1].id if self._kind is not None else kind.id)

    async def do_strike_measurement(self) -> None:
        """Strike out the value under the cursor: of a kind, its newest."""
        kind, one = self._kind_here(), self._value_here()
        if kind is None or one is None or one.value is None:
            raise BadInput("There is no value here that could be struck out")
        words = f"{harmless(kind.name)} {value_text(one.value, kind, self.conventions)}"
        day = self.conventions.day(one.at, self.time_zone)
        if await self.profile.ask(Confirm(f"Strike out {words} of {day}?", yes="Strike out", no="Keep")):
            measurements.strike_out(self.desk, one.id)
            self._read(keep=True)

    def _turn(self, kind: Kind | None) -> None:
        had_focus = self.hot_list.has_focus
        self._kind = kind
        self._kinds.display, self._past.display = kind is None, kind is not None
        if had_focus:
            self.hot_list.focus(scroll_visible=False)

    def _read(self, *, keep: bool) -> None:
        self._values = {}
        if self._kind is None:
            found = measurements.latest(self.desk, self.customer.id)
            self._kinds.show([self._kind_row(one) for one in found], keep=keep)
        else:
            self._kind = measurements.read_kind(self.desk.require("measure.viewed"), self._kind.id)
            past = self._history(self._kind)
            self._past.show([self._past_row(one, self._kind) for one in past], keep=keep)
        self._draw()
        self.post_message(self.Placed())

    def _history(self, kind: Kind) -> list[Measurement]:
        """A kind's values, read once."""
        if kind.id not in self._values:
            self._values[kind.id] = measurements.history(self.desk, self.customer.id, kind.id)
        return self._values[kind.id]

    def _kind_row(self, one: Latest) -> Row:
        kind, newest, conventions = one.kind, one.newest, self.conventions
        name = f"{kind.name} (out of use)" if kind.retired else kind.name
        if newest is None:
            return Row(kind.id, (name, "", "", "", ""), ("quiet",), one)
        value = "***" if conventions.ascii else "•••"
        if newest.value is not None:
            value = value_text(newest.value, kind, conventions)
        cells = (
            name, value, change_text(one, conventions), conventions.day(newest.at, self.time_zone),
            conventions.count(one.times),
        )  # fmt: skip
        return Row(kind.id, cells, ("quiet",) if kind.retired else (), one)

    def _past_row(self, one: Measurement, kind: Kind) -> Row:
        struck = one.struck_at is not None
        value = value_text(one.value or 0, kind, self.conventions)
        day = self.conventions.day(one.at, self.time_zone)
        return Row(one.id, (day, value, "struck out" if struck else "", one.note, one.who), ("quiet",) * struck, one)

    def _draw(self) -> None:
        kind, one = self._kind_here(), self._value_here()
        sheet = self.query_one("#measure-one", Sheet)
        if kind is None:
            sheet.draw(lambda width: ())
            return
        hidden = kind.sensitive and not self.desk.may("field.measurements")
        values = [] if hidden else [value for value in self._history(kind) if value.struck_at is None]
        conventions, zone = self.conventions, self.time_zone

        def drawing(width: int) -> list[Line]:
            lines = [heading(_title(kind, conventions), width, ascii_only=conventions.ascii)]
            if hidden:
                return [*lines, *((Piece(line, "quiet"),) for line in wrap(_HIDDEN, width))]
            if not values:
                return [*lines, (Piece(_NO_VALUES, "quiet"),)]
            if one is not None:
                lines += [(Piece(line),) for line in wrap(_told(one, conventions, zone), width)]
            return [*lines, *_chart(kind, values[:MOST_BARS], width, conventions, zone)]

        sheet.draw(drawing, from_top=True)

    def _kind_here(self) -> Kind | None:
        if self._kind is not None:
            return self._kind
        row = self._kinds.cursor_row
        return row.record.kind if row is not None and isinstance(row.record, Latest) else None

    def _value_here(self) -> Measurement | None:
        row = self.hot_list.cursor_row
        record = row.record if row is not None else None
        if isinstance(record, Latest):
            return record.newest
        return record if isinstance(record, Measurement) else None

    def _noon(self, day: str) -> int:
        noon = datetime.combine(date.fromisoformat(day), datetime.min.time()).replace(hour=12)
        return instant_of(noon, self.time_zone)

    @property
    def _kinds(self) -> HotList:
        return self.query_one("#measure-kinds", HotList)

    @property
    def _past(self) -> HotList:
        return self.query_one("#measure-past", HotList)


def _title(kind: Kind, conventions: Conventions) -> str:
    besides = ", sensitive" if kind.sensitive else ""
    return f"{harmless(kind.name)}, {bounds_text(kind, conventions)}{besides}"


def _told(one: Measurement, conventions: Conventions, time_zone: str) -> str:
    """Who wrote a value down and when, and what they remarked."""
    told = f"{conventions.instant(one.at, time_zone)} by {one.who}"
    if one.struck_at is not None:
        told += f", struck out {conventions.instant(one.struck_at, time_zone)} by {one.struck_by}"
    return f"{told}: {one.note}" if one.note else told


def _chart(
    kind: Kind, newest_first: Sequence[Measurement], width: int, conventions: Conventions, time_zone: str
) -> list[Line]:
    """A bar a value, the oldest first; a bar begins at the lowest value that there can be."""
    measures = [
        Measure(
            conventions.day(one.at, time_zone),
            (one.value or 0) - kind.lowest,
            value_text(one.value or 0, kind, conventions),
        )
        for one in reversed(newest_first)
    ]
    room = min(width, ONE_COLUMN) if len(measures) <= IN_ONE_COLUMN else width
    return bars(measures, room, ascii_only=conventions.ascii)
