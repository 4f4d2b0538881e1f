"""Setup's measurements: what is measured, in which unit, in what range, and who may see it."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult

from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.kept_list import KeptList
from bookkeeper_tui.screens.measure_drawing import bounds_text, figure_text, read_figure
from bookkeeper_tui.screens.typed_answers import read_whole, read_yes, yes_or_no
from bookkeeper_tui.store import measurements
from bookkeeper_tui.store.measurements import Kind, NewKind
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

_NONE_YET = (
    "Nothing is measured yet. Alt+A adds something: Height, cm, from 50 to 250.",
    "Values are written down on the tab Measurements of a customer.",
)
_NEW = NewKind("", "cm", 1, 0, 250_000)


class MeasureKindsScreen(KeptList):
    """A list; Enter changes the kind under the cursor."""

    NAME = "measure_kinds"
    NEEDS = dict.fromkeys(("add", "change", "retire"), "measure.defined")
    TITLE_WORDS = "Setup: measurements"
    CHANGES = frozenset({"measure.defined", "measure.recorded"})

    def body(self) -> ComposeResult:
        """One list."""
        yield HotList(
            [
                Column("Measurement"), Column("From and to", 24), Column("Seen by", 10),
                Column("Values", 8, right=True, from_width=70), Column("", 10),
            ],
            empty=_NONE_YET,
            id="kinds",
        )  # fmt: skip

    async def do_add(self) -> None:
        """One more kind."""
        await self._ask("Something else to measure", None)

    async def do_change(self) -> None:
        """Change the kind under the cursor."""
        if (kind := self._under_cursor()) is not None:
            await self._ask(f"{kind.name}: what is measured from now on", kind)

    async def do_retire(self) -> None:
        """Take the kind under the cursor out of use, or put it back."""
        if (kind := self._under_cursor()) is not None:
            measurements.retire(self.desk, kind.id, not kind.retired)
            self.read()

    def read(self) -> None:
        """Read the kinds anew."""
        uses = measurements.uses(self.desk)
        kinds = measurements.list_kinds(self.desk, also_retired=True)
        self.listed.show([self._row(kind, uses.get(kind.id, 0)) for kind in kinds], keep=True)

    async def _ask(self, question: str, known: Kind | None) -> None:
        saved: list[Kind] = []

        def save(answer: Mapping[str, str]) -> None:
            wanted, desk = self._read_answer(answer), self.desk
            made = measurements.redefine(desk, known.id, wanted) if known else measurements.define(desk, wanted)
            saved.append(made)

        words = "\nSensitive: only some roles see its values."
        await self.ask(AskFields(question + words, self._fields(known or _NEW), check=save))
        if saved:
            self.read()
            self.listed.select(saved[-1].id)

    def _fields(self, kind: Kind | NewKind) -> list[AskedField]:
        conventions = self.house.conventions
        return [
            AskedField("name", "Name", kind.name, measurements.LONGEST_NAME),
            AskedField("unit", "Unit", kind.unit, measurements.LONGEST_UNIT),
            AskedField("decimals", "Decimals", str(kind.decimals), 1),
            AskedField("lowest", "From", figure_text(kind.lowest, kind.decimals, conventions), 16),
            AskedField("highest", "To", figure_text(kind.highest, kind.decimals, conventions), 16),
            AskedField("sensitive", "Sensitive", yes_or_no(kind.sensitive), 3),
        ]

    def _read_answer(self, answer: Mapping[str, str]) -> NewKind:
        conventions = self.house.conventions
        return NewKind(
            answer["name"],
            answer["unit"],
            read_whole(answer["decimals"], "Decimals"),
            read_figure(answer["lowest"], "From", conventions),
            read_figure(answer["highest"], "To", conventions),
            read_yes(answer["sensitive"], "Sensitive"),
        )

    def _row(self, kind: Kind, values: int) -> Row:
        conventions = self.house.conventions
        seen = "some roles" if kind.sensitive else "everybody"
        state = "out of use" if kind.retired else ""
        count = conventions.count(values) if values else ""
        cells = (kind.name, bounds_text(kind, conventions), seen, count, state)
        return Row(kind.id, cells, ("quiet",) if kind.retired else (), kind)

    def _under_cursor(self) -> Kind | None:
        row = self.listed.cursor_row
        return row.record if row is not None and isinstance(row.record, Kind) else None
