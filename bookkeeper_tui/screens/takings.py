"""The sales spot check: what a day took, by hour, tender, cashier and category, as figures and bars."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from bookkeeper_tui.dates import days_after
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import Conventions
from bookkeeper_tui.money import divide
from bookkeeper_tui.paper.shift_reports import cashiers_named, categories_named, tenders_named, z_page
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import days, takings
from bookkeeper_tui.store.takings import Row, SpotCheck
from bookkeeper_tui.widgets.chart import Measure, bars
from bookkeeper_tui.widgets.figures import Figure, figure_lines, heading, table_lines
from bookkeeper_tui.widgets.pieces import Line, Piece
from bookkeeper_tui.widgets.sheet import Sheet

CONCERNED = frozenset(
    ("sale.paid", "sale.returned", "sale.voided", "import.sales", "layaway.picked_up", "day.opened", "day.closed")
)
SIDE_BY_SIDE = 52


class TakingsScreen(HouseScreen):
    """One day's takings; ← and → go to the days before and after."""

    NAME = "takings"
    TITLE_WORDS = "Takings"
    CSS_PATH = "takings.tcss"

    _date = ""

    def body(self) -> ComposeResult:
        """One sheet."""
        yield Sheet(id="takings")

    def arrive(self, date: str = "", **what: object) -> None:
        """Show a day; today when none is named."""
        self._go_to(date or self._date or self.desk.today())
        self.query_one(Sheet).focus(scroll_visible=False)

    def store_changed(self, change: StoreChanged) -> None:
        """Something was sold."""
        if self._date and (change.everything or CONCERNED & change.actions):
            self._draw(from_top=False)

    def do_day_before(self) -> None:
        """←."""
        self._go_to(days_after(self._date, -1))

    def do_day_after(self) -> None:
        """→, up to today."""
        self._go_to(min(days_after(self._date, 1), max(self._date, self.desk.today())))

    def do_day_report(self) -> None:
        """The day's report as paper."""
        self.house.preview(z_page(self.desk, days.report(self.desk, self._opened())))

    async def do_print(self) -> None:
        """The same on paper."""
        await self.house.print_page(z_page(self.desk, days.report(self.desk, self._opened())))

    async def do_close_day(self) -> None:
        """Close the oldest open day."""
        await close_day(self)
        self._draw(from_top=False)

    def _opened(self) -> str:
        if days.state(self.desk, self._date) is None:
            raise BadInput(f"The shop did not open on {self.house.conventions.date(self._date)}: there is no report")
        return self._date

    def _go_to(self, day: str) -> None:
        self._date = day
        self.desk.look("takings.viewed", subject=day)
        self._draw(from_top=True)

    def _draw(self, *, from_top: bool) -> None:
        conventions = self.house.conventions
        found, state = takings.spot_check(self.desk, self._date), days.state(self.desk, self._date)
        self.query_one(Sheet).draw(lambda width: takings_lines(found, state, conventions, width), from_top=from_top)
        self.key_line.show_right(conventions.date(self._date))


async def close_day(screen: HouseScreen) -> None:
    """Close the oldest open day after asking, and show its Z report."""
    desk = await screen.desk_for("day.closed", "Closing the day")
    if desk is None:
        return
    day = days.to_close(desk)
    question = (
        f"Close {screen.house.conventions.date(day)}? Its Z report is frozen, and no more shifts can be opened on it."
    )
    if await screen.ask(Confirm(question, yes="Close the day", no="Leave it open")):
        found = days.close(desk, day)
        screen.house.preview(z_page(desk, found))
        if found.unsealed:
            screen.house.notice(f"The day is closed, but the audit log is not sealed: {found.unsealed}", "!")


def takings_lines(found: SpotCheck, state: days.Day | None, conventions: Conventions, width: int) -> list[Line]:
    """The sheet's lines for a width."""
    amount, count, ascii_only = conventions.amount, conventions.count, conventions.ascii
    how = "not opened" if state is None else f"Z report {state.z_number}" if state.z_number is not None else "open"
    figures = [
        Figure("Takings", amount(found.total), "strong"),
        Figure("Sales", count(found.sales)),
        Figure("Average sale", amount(divide(found.total, found.sales))),
        Figure("Returns, voids", count(found.returns)),
        Figure("Day", conventions.date(found.date)),
        Figure("State", how),
    ]
    lines: list[Line] = [*figure_lines(figures, width), ()]
    if not found.sales and not found.returns:
        return [*lines, (Piece("Nothing was sold on this day.", "quiet"),)]
    lines.append(heading("By hour", width, ascii_only=ascii_only))
    lines += [*bars(_hours(found, conventions), width, ascii_only=ascii_only), ()]
    tenders, cashiers = tenders_named(found.tenders), cashiers_named(found.cashiers, found.names)
    lines += _two(("Tenders", tenders), ("Cashiers", cashiers), conventions, width)
    lines += [(), heading("Categories", width, ascii_only=ascii_only)]
    measures = [Measure(row.name, row.amount, amount(row.amount)) for row in categories_named(found.categories)]
    lines += bars(measures, width, ascii_only=ascii_only)
    if len(found.branches) > 1:
        lines += [(), heading("Branches", width, ascii_only=ascii_only)]
        lines += table_lines(_cells(found.branches, conventions), width, right=(1, 2))
    return lines


def _hours(found: SpotCheck, conventions: Conventions) -> list[Measure]:
    """Every hour from the first to the last in which something was sold."""
    taken = dict(found.hours)
    return [
        Measure(f"{hour:02d}", taken[hour].amount, conventions.amount(taken[hour].amount))
        if hour in taken
        else Measure(f"{hour:02d}", 0, "")
        for hour in range(min(taken), max(taken) + 1)
    ]


def _two(
    left: tuple[str, Sequence[Row]], right: tuple[str, Sequence[Row]], conventions: Conventions, width: int
) -> list[Line]:
    """Two tables, beside each other where they fit."""
    each = (width - 3) // 2 if width >= SIDE_BY_SIDE else width
    parts = [
        [
            heading(title, each, ascii_only=conventions.ascii),
            *table_lines(_cells(rows, conventions), each, right=(1, 2)),
        ]
        for title, rows in (left, right)
    ]
    if width < SIDE_BY_SIDE:
        return [*parts[0], (), *parts[1]]
    blank: Line = (Piece(" " * each),)
    height = max(len(part) for part in parts)
    return [
        (*(parts[0][y] if y < len(parts[0]) else blank), Piece("   "), *(parts[1][y] if y < len(parts[1]) else ()))
        for y in range(height)
    ]


def _cells(rows: Sequence[Row], conventions: Conventions) -> list[tuple[str, str, str]]:
    return [(row.name, conventions.count(row.times), conventions.amount(row.amount)) for row in rows]
