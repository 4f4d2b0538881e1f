"""The time grid: what it repaints, how its cursor and its scroll go, and that its cells differ without colours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot

from bookkeeper_tui.formats import cell_width
from bookkeeper_tui.widgets.time_grid import Cell, Grid, GridColumn, GridRow, Lane, TimeGrid

HOURS = [f"{hour:02d}:00" for hour in range(24)]


class Watched(TimeGrid):
    """A grid that remembers which regions it was asked to paint again."""

    def __init__(self) -> None:
        super().__init__()
        self.painted: list[Region] = []

    def refresh(self, *regions: Region, **how: bool) -> Watched:
        self.painted += regions
        return super().refresh(*regions, **how)


class GridApp(App[None]):
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, ascii_only: bool = False) -> None:
        super().__init__()
        self.ascii_only = ascii_only
        self.opened = 0

    def compose(self) -> ComposeResult:
        yield Watched()

    def on_time_grid_opened(self, event: TimeGrid.Opened) -> None:
        self.opened += 1


def grid_of(columns: int, **cells: Cell) -> Grid:
    """So many people's day in hours, all free but the cells named like `b9` (second person, nine o'clock)."""
    letters = "abcdefghijklmnopqrstuvwxyz"[:columns]
    return Grid(
        title="Saturday",
        rows=tuple(GridRow(hour, label) for hour, label in enumerate(HOURS)),
        columns=tuple(
            GridColumn(
                letter, f"Trainer {letter}", tuple(cells.get(f"{letter}{hour}", Cell("free")) for hour in range(24))
            )
            for letter in letters
        ),
        tell=lambda column, row: f"{letters[column]} at {HOURS[row]}",
    )


@asynccontextmanager
async def shown(
    grid: Grid, size: tuple[int, int] = (80, 22), ascii_only: bool = False
) -> AsyncIterator[tuple[Watched, Pilot[None]]]:
    app = GridApp(ascii_only)
    async with app.run_test(size=size) as pilot:
        widget = app.query_one(Watched)
        widget.focus()
        widget.show(grid)
        await pilot.pause()
        widget.painted = []
        yield widget, pilot


def at(widget: TimeGrid) -> tuple[object, object]:
    return widget.column, widget.row


def lines(widget: TimeGrid) -> list[str]:
    return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]


async def test_a_step_repaints_the_two_cells_and_what_names_them() -> None:
    async with shown(grid_of(4)) as (widget, pilot):
        await pilot.press("down")
        await pilot.pause()
        rows = [region for region in widget.painted if 2 <= region.y < 21]
        assert [region.y for region in rows] == [2, 3]
        assert all(region.width < 30 for region in rows)
        widget.painted = []
        await pilot.press("right")
        await pilot.pause()
        (both,) = [region for region in widget.painted if 2 <= region.y < 21]
        assert both.height == 1
        assert both.width < 40
        assert widget.told == "b at 01:00"


async def test_a_change_elsewhere_repaints_its_cells_and_leaves_the_cursor() -> None:
    async with shown(grid_of(4)) as (widget, pilot):
        widget.select("c", 5)
        await pilot.pause()
        widget.painted = []
        widget.show(grid_of(4, b9=Cell("free", (Lane("Lucía Gómez"),))))
        await pilot.pause()
        assert [(region.y, region.height) for region in widget.painted] == [(11, 1)]
        assert at(widget) == ("c", 5)
        assert "▌Lucía Gómez" in lines(widget)[11]


async def test_columns_that_do_not_fit_are_scrolled_with_the_cursor_under_their_headings() -> None:
    async with shown(grid_of(20)) as (widget, pilot):
        assert "Trainer f" in lines(widget)[1]
        assert "Trainer g" not in lines(widget)[1]
        assert lines(widget)[1].startswith(" 14›")
        await pilot.press(*["right"] * 6)
        assert "Trainer g" in lines(widget)[1]
        assert "Trainer a" not in lines(widget)[1]
        assert at(widget) == ("g", 0)
        await pilot.press("end")
        assert at(widget) == ("t", 0)
        assert lines(widget)[1].startswith(" ‹14 ")
        await pilot.press("home", "left")
        assert at(widget) == ("a", 0)


async def test_rows_scroll_and_stop_at_the_ends() -> None:
    async with shown(grid_of(2)) as (widget, pilot):
        await pilot.press("up")
        assert at(widget) == ("a", 0)
        await pilot.press("pagedown", "pagedown")
        assert at(widget) == ("a", 23)
        assert "23:00" in lines(widget)[20]
        await pilot.press("pageup", "pageup")
        assert at(widget) == ("a", 0)
        assert "00:00" in lines(widget)[2]


async def test_what_cells_are_can_be_told_without_colours() -> None:
    kinds = ("free", "past", "closed", "off", "buffer")
    for ascii_only in (False, True):
        cells = {f"b{hour}": Cell(kind) for hour, kind in enumerate(kinds)}
        cells["b5"] = Cell("", (Lane("Lucía"),))
        async with shown(grid_of(2, **cells), ascii_only=ascii_only) as (widget, _):
            seen = [line[44:] for line in lines(widget)[2:8]]
            assert len(set(seen)) == len(seen)
            assert not ascii_only or all(text.isascii() for text in seen[:5])
            assert lines(widget)[2][7] == ">"


async def test_several_in_one_cell_stand_beside_each_other() -> None:
    both = Cell("", (Lane("Lucía Gómez"), Lane("李小龍李小龍李小龍"), Lane("Ana")))
    async with shown(grid_of(3, a3=both)) as (widget, _):
        line = lines(widget)[5]
        assert "Lucía" in line
        assert "▌Ana" in line
        assert all(cell_width(widget.render_line(y).text) == 80 for y in range(22))


async def test_a_narrow_terminal_keeps_whole_columns() -> None:
    async with shown(grid_of(5), size=(60, 18)) as (widget, pilot):
        assert all(name in lines(widget)[1] for name in ("Trainer a", "Trainer d"))
        assert "Trainer e" not in lines(widget)[1]
        await pilot.press("enter")
        await pilot.pause()
        assert widget.app.opened == 1  # type: ignore[attr-defined]


async def test_nothing_to_show_is_no_error() -> None:
    async with shown(Grid(title="No trainers yet")) as (widget, pilot):
        await pilot.press("down", "right", "pagedown", "enter")
        await pilot.pause()
        assert (widget.column, widget.row, widget.told) == (None, None, "")
        assert lines(widget)[0] == " No trainers yet"
        assert widget.app.opened == 0  # type: ignore[attr-defined]
