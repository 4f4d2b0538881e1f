"""One report: what narrows it on a line, its columns below; it is saved as a file, and kept under a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from threading import Event
from time import monotonic

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import cell_width, fit, harmless
from bookkeeper_tui.screens.dialogs.ask_text import AskText
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.saving import LONGEST_NAME
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import reports, saved_reports, sight
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.kind import WORDS, ReportKind
from bookkeeper_tui.store.exporting.kind import Column as ReportColumn
from bookkeeper_tui.store.reports import Progress, Question, Stopped
from bookkeeper_tui.store.saved_reports import SavedReport
from bookkeeper_tui.widgets.field import Field
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Line, Piece
from bookkeeper_tui.widgets.sheet import Sheet

SECONDS_BETWEEN_WORDS = 0.25
BAR_WIDTH = 16
WIDEST = 24
HOW = "Space marks a column; w shows rows, x saves them as a file, Ctrl+S keeps it."


class ReportScreen(HouseScreen):
    """The line of filters and the list of columns; while it is written the line below says how far it is.

    What was typed and marked for a kind is there again when somebody comes back to it.
    """

    NAME = "report"
    TITLE_WORDS = "Report"
    CSS_PATH = "report.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._kind: ReportKind | None = None
        self._saved_as = ""
        self._marked: set[str] = set()
        self._rows: tuple[list[ReportColumn], list[tuple[str, ...]]] | None = None
        self._left: dict[str, tuple[str, set[str]]] = {}
        self._stop: Event | None = None

    def body(self) -> ComposeResult:
        """What it is, what narrows it, the columns, and what is going on."""
        yield Static("", id="report-title", markup=False)
        with Horizontal(id="report-line"):
            yield Static("Filter", id="report-label", markup=False)
            yield Field(id="report-filter", most=400)
        yield Static("", id="report-filters", markup=False)
        yield HotList([Column("", 1), Column("Column"), Column("In the file", 22), Column("", 14)], id="report-columns")
        yield Sheet(id="report-rows")
        yield Static("", id="report-said", markup=False)

    def arrive(
        self, kind: str = "", saved: SavedReport | None = None, filters: str | None = None, **what: object
    ) -> None:
        """Begin with a kind, or with a report that was saved; one that is being written is shown first."""
        if self._stop is not None:
            self.house.notice("This report is still being written; Esc stops it", "!")
        elif saved is not None:
            question = reports.from_json(saved.kind, saved.question)
            self._begin(reports.kind_named(saved.kind), saved.name, question)
        elif kind:
            self._begin(reports.kind_named(kind), "", Question(kind))
            if filters is not None:
                self._box.value = filters
            elif kind in self._left:
                self._box.value, marked = self._left[kind]
                self._mark(marked)
        self._list.focus(scroll_visible=False)

    def on_unmount(self) -> None:
        """Whoever began it is gone: nothing more goes out in their name."""
        if self._stop is not None:
            self._stop.set()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: whether the filter says something, and to the columns."""
        event.stop()
        with self.guard():
            self._say_how_many(self._question())
            self._list.focus(scroll_visible=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Nothing is asked before Enter."""
        event.stop()

    def on_key(self, event: events.Key) -> None:
        """Space marks the column under the cursor; down from the line goes to the columns, up from the first back."""
        if event.key == "space" and self.focused is self._list:
            event.stop()
            self._mark(self._marked ^ {str(self._list.cursor_key)})
        elif event.key == "down" and self.focused is self._box:
            event.stop()
            self._list.focus(scroll_visible=False)
        elif event.key == "up" and self.focused is self._list and self._list.place <= 1:
            event.stop()
            self._box.focus(scroll_visible=False)

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: the same as space."""
        event.stop()
        self._mark(self._marked ^ {str(event.key)})

    def do_filter(self) -> None:
        """/: to the line of filters."""
        self._box.action_select_all()
        self._box.focus(scroll_visible=False)

    def do_first_rows(self) -> None:
        """w: the first rows as they would be saved, or the columns again."""
        if self._rows is not None:
            self._show_rows(None)
            return
        question = self._to_be_run()
        columns = [one for one in self._report.columns_at(self.desk) if one.name in question.columns]

        def look(desk: Desk, told: Callable[[Progress], None]) -> Callable[[], None]:
            rows = reports.first_rows(desk, question, told=told)
            return lambda: self._show_rows((columns, rows))

        self._in_a_thread(look)

    def do_mark_columns(self) -> None:
        """a: all columns, then the usual ones."""
        columns = self._report.columns_at(self.desk)
        everything = {column.name for column in columns}
        self._mark(everything if self._marked != everything else {one.name for one in columns if one.usual})

    async def do_export(self) -> None:
        """x: save the rows as a file."""
        from bookkeeper_tui.paper.files import any_of, read_name
        from bookkeeper_tui.paper.reports import FORMATS, save_report

        question, kind = self._to_be_run(), self._report
        start = f"{self._saved_as or self._report.name}-{self.desk.today()}.csv".replace(" ", "-").lower()
        name = await self.ask(AskText(f"Save as a file that ends in {any_of(FORMATS)}:", start, most=LONGEST_NAME))
        if name is not None:
            read_name(name, FORMATS)

            def save(desk: Desk, told: Callable[[Progress], None]) -> Callable[[], None]:
                path, rows = save_report(desk, question, name, told)
                counted = kind.counted(rows)
                return lambda: self._say(f"{counted} in {path.name}, in the shop's directory {path.parent.name}.")

            self._in_a_thread(save)

    async def do_keep_report(self) -> None:
        """Ctrl+S: keep it under a name, with its filter and columns."""
        question = reports.check(self.desk, self._question())
        name = await self.ask(AskText("Keep this report under which name?", self._saved_as, most=60, over=True))
        if name is None:
            return
        known = {one.name.casefold(): one.name for one in saved_reports.list_saved(self.desk)}
        taken = known.get(" ".join(name.split()).casefold())
        if taken and not await self.ask(Confirm(f"Replace the report “{harmless(taken)}”?", yes="Replace")):
            return
        kept = saved_reports.save(self.desk, name, question.kind, reports.to_json(question), replace=taken is not None)
        self._saved_as = kept.name
        self._say_title()
        self.house.notice(f"The report “{harmless(kept.name)}” is kept")

    def do_back(self) -> None:
        """Esc stops what is being read, goes back from the rows to the columns, and leaves."""
        if self._stop is not None:
            self._stop.set()
            self._say("Stopping…" if not self.house.conventions.ascii else "Stopping...")
        elif self._rows is not None:
            self._show_rows(None)
        else:
            self.house.go_back()

    @property
    def _box(self) -> Field:
        return self.query_one("#report-filter", Field)

    @property
    def _sheet(self) -> Sheet:
        return self.query_one("#report-rows", Sheet)

    @property
    def _list(self) -> HotList:
        return self.query_one("#report-columns", HotList)

    @property
    def _report(self) -> ReportKind:
        if self._kind is None:
            raise BadInput("Choose a report first")
        return self._kind

    # What is asked.

    def _begin(self, kind: ReportKind, name: str, question: Question) -> None:
        if self._kind is not None and not self._saved_as:
            self._left[self._kind.name] = (self._box.value, self._marked)
        self._kind, self._saved_as = kind, name
        self._box.value = reports.filter_text(question.filters)
        columns = kind.columns_at(self.desk)
        known = {column.name for column in columns}
        chosen = set(question.columns) & known
        self._say_title()
        named = "  ".join(f"{one.name}: {one.explained}." for one in kind.filters if one.name != WORDS)
        free = next((one.what for one in kind.filters if one.name == WORDS), "")
        goes_by_days = {"since", "until"} <= {one.name for one in kind.filters}
        days = "2026-11 or 2026-11-01..2026-11-15 are days." if goes_by_days else ""
        self.query_one("#report-filters", Static).update("  ".join(part for part in (free, days, named) if part))
        self._list.show([])
        self._show_rows(None)
        self._mark(chosen or {column.name for column in columns if column.usual})
        self._say(HOW)

    def _question(self) -> Question:
        """What is asked. Raises BadInput for a filter that says nothing, and where no column is marked."""
        kind = self._report
        filters = reports.read_filters(kind, self._box.value, self.house.conventions.date_format)
        columns = tuple(column.name for column in kind.columns_at(self.desk) if column.name in self._marked)
        if not columns:
            raise BadInput("No column is marked: space marks one, a all of them")
        return Question(kind.name, filters, columns)

    def _to_be_run(self) -> Question:
        if self._stop is not None:
            raise BadInput("This report is still being written; Esc stops it")
        return reports.check(self.desk, self._question())

    def _mark(self, marked: set[str]) -> None:
        self._marked = marked
        rows = [
            Row(column.name, ("*" if column.name in marked else "", column.title, column.name, self._seen(column.name)))
            for column in self._report.columns_at(self.desk)
        ]
        self._list.show(rows, keep=True)
        self.key_line.show_right(f"{len(marked)} of {len(rows)} columns")

    def _seen(self, name: str) -> str:
        return "masked for you" if sight.hides(self.desk, name) else ""

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """The cursor moved."""
        event.stop()

    def _say_title(self) -> None:
        kind = self._report
        words = f"{harmless(self._saved_as)} ({kind.title.lower()})" if self._saved_as else kind.title
        self.query_one("#report-title", Static).update(f"{words}: {kind.what}")

    def _say_how_many(self, question: Question) -> None:
        count = reports.expected(self.desk, question)
        if count is not None:
            rows = "1 row" if count == 1 else f"{self.house.conventions.count(count)} rows"
            self._say(f"{rows} by this filter. {HOW}")

    def _say(self, words: str) -> None:
        self.query_one("#report-said", Static).update(words)

    # The first rows.

    def _show_rows(self, found: tuple[list[ReportColumn], list[tuple[str, ...]]] | None) -> None:
        self._rows = found
        self._list.display, self._sheet.display = found is None, found is not None
        if found is None:
            self._list.focus(scroll_visible=False)
            self._say(HOW)
            return
        self._sheet.draw(self._drawn, from_top=True)
        self._sheet.focus(scroll_visible=False)
        rows = len(found[1])
        self._say(f"The first {rows} rows; w shows the columns again." if rows else "No row by this filter.")

    def _drawn(self, width: int) -> list[Line]:
        """As many columns as the terminal is wide, and how many there are besides."""
        columns, rows = self._rows or ([], [])
        ascii_only, drawn, taken = self.house.conventions.ascii, list[tuple[int, int]](), 1
        for place, column in enumerate(columns):
            longest = max((cell_width(row[place]) for row in rows), default=0)
            wide = min(WIDEST, max(cell_width(column.title), longest))
            if taken + wide + 1 > width and drawn:
                break
            drawn.append((place, wide))
            taken += wide + 2

        def line(cells: Sequence[str], role: str) -> Line:
            texts = [
                fit(harmless(cells[place]), wide, right=columns[place].right, ascii_only=ascii_only)
                for place, wide in drawn
            ]
            return (Piece(f" {'  '.join(texts)}", role),)

        more = len(columns) - len(drawn)
        besides = [(Piece(f" and {more} more column{'' if more == 1 else 's'}", "quiet"),)] if more else []
        return [*besides, line([one.title for one in columns], "head"), *(line(row, "plain") for row in rows)]

    # Reading, in a thread.

    def _in_a_thread(self, work: Callable[[Desk, Callable[[Progress], None]], Callable[[], None]]) -> None:
        """Have work done at a desk of its own; what it answers is called here once it is done."""
        self._stop = Event()
        self._say("Begun; Esc stops")
        desk, stop = self.desk, self._stop
        self.run_worker(lambda: self._work(desk, work, stop), name="exporting", thread=True, exit_on_error=False)

    def _work(
        self, desk: Desk, work: Callable[[Desk, Callable[[Progress], None]], Callable[[], None]], stop: Event
    ) -> None:
        tell = self.app.call_from_thread
        begun = told_at = monotonic()

        def told(progress: Progress) -> None:
            nonlocal told_at
            if stop.is_set():
                raise Stopped("Stopped: no file was written")
            if (now := monotonic()) - told_at >= SECONDS_BETWEEN_WORDS:
                told_at = now
                tell(self._say_progress, progress, now - begun)

        try:
            store = desk.store.again()
            try:
                done = work(Desk(store, desk.staff, desk.terminal), told)
            finally:
                store.close()
            tell(self._ended, done)
        except Stopped as stopped:
            if self.is_attached:
                tell(self._ended, partial(self._say, f"{stopped}."))
        except Exception as error:
            tell(self._failed, error)

    def _say_progress(self, progress: Progress, seconds: float) -> None:
        conventions = self.house.conventions
        said = progress.words(seconds).replace(f"{progress.rows:,}", conventions.count(progress.rows), 1)
        if progress.share is not None:
            full, empty = ("#", ".") if conventions.ascii else ("█", "─")
            done = int(BAR_WIDTH * progress.share)
            said = f"{full * done}{empty * (BAR_WIDTH - done)} {said}"
        self._say(f"{said}; Esc stops")

    def _ended(self, then: Callable[[], None]) -> None:
        self._stop = None
        then()

    def _failed(self, error: Exception) -> None:
        self._ended(lambda: self._say("Nothing was written. x tries again."))
        self.house.failed(error)
