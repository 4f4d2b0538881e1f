"""The reports of the shop: those that were saved under a name, and the kinds that there are; Enter goes to one."""

from __future__ import annotations

from textual.app import ComposeResult

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.kept_list import KeptList
from bookkeeper_tui.store import reports, saved_reports
from bookkeeper_tui.store.exporting.kind import ReportKind
from bookkeeper_tui.store.saved_reports import SavedReport
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

_NONE = ("No report may be run by you here: the table of roles says who may.",)


class ReportsScreen(KeptList):
    """One list: what was saved first, by name, then every kind."""

    NAME = "reports"
    TITLE_WORDS = "Reports"
    CHANGES = frozenset({"report.saved", "permission.edited"})

    def body(self) -> ComposeResult:
        """One list."""
        yield HotList(
            [Column("", 1), Column("Report", 24), Column("What")],
            empty=_NONE,
            id="reports",
        )

    def read(self) -> None:
        """Read them anew."""
        kinds = {kind.name: kind for kind in reports.kinds_for(self.desk)}
        saved = [one for one in saved_reports.list_saved(self.desk) if one.kind in kinds]
        rows = [self._saved_row(one, kinds[one.kind]) for one in saved]
        rows += [Row(kind.name, ("", kind.title, _begun(kind.what)), (), kind) for kind in kinds.values()]
        self.listed.show(rows, keep=True)

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: choose filter and columns, and save it as a file."""
        event.stop()
        row = self.listed.cursor_row
        record = row.record if row is not None else None
        if isinstance(record, SavedReport):
            self.house.show("report", saved=record)
        elif isinstance(record, ReportKind):
            self.house.show("report", kind=record.name)

    async def do_remove_report(self) -> None:
        """d: take a saved report away."""
        row = self.listed.cursor_row
        if row is None or not isinstance(row.record, SavedReport):
            raise BadInput("Only a report that was saved can be removed")
        saved = row.record
        if await self.ask(Confirm(f"Remove the report “{harmless(saved.name)}” for everybody?", yes="Remove")):
            saved_reports.remove(self.desk, saved.id)
            self.read()

    def _saved_row(self, one: SavedReport, kind: ReportKind) -> Row:
        question = reports.from_json(one.kind, one.question)
        what = reports.filter_text(question.filters) or "all of them"
        return Row(f"saved {one.id}", ("*", one.name, f"{kind.title}: {what}"), (), one)


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]
