"""A grid of times or days against people or rooms: its cursor goes from cell to cell, and only changes are painted."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import NamedTuple

from textual.binding import Binding
from textual.events import Resize
from textual.geometry import Offset, Region
from textual.message import Message
from textual.strip import Strip

from bookkeeper_tui.formats import fit, harmless
from bookkeeper_tui.widgets.pieces import Line, Painted, Piece, parts, wrap

# What fills a cell in which nothing stands: its marks, in ASCII too, and whether they fill all of it or only begin it.
FILLS: dict[str, tuple[str, str, bool]] = {
    "free": ("·", ".", False),
    "past": ("-", "-", False),
    "closed": ("░", ":", True),
    "off": ("/", "/", True),
    "buffer": ("~", "~", True),
    "": (" ", " ", True),
}
# What stands before a lane's text, in ASCII too.
EDGES = {"taken": ("▌", "|"), "given up": (":", ":"), "": (" ", " ")}
TITLE, HEADING = 0, 1
ABOVE = 2


class Lane(NamedTuple):
    """One of those who share a cell; `edge` is a key of EDGES."""

    text: str
    role: str = "plain"
    edge: str = "taken"


class Cell(NamedTuple):
    """A cell: its kind (a key of FILLS), and the lanes that stand in it side by side; `text` stands in one without."""

    kind: str = ""
    lanes: tuple[Lane, ...] = ()
    text: str = ""
    role: str = "quiet"


class GridRow(NamedTuple):
    """A row's key and what is written before it."""

    key: Hashable
    label: str
    role: str = "quiet"


class GridColumn(NamedTuple):
    """A column's key, its heading, and a cell for each row."""

    key: Hashable
    heading: str
    cells: tuple[Cell, ...]


def nothing_to_tell(_column: int, _row: int) -> str:
    """Nothing is said of any cell."""
    return ""


@dataclass(frozen=True, slots=True)
class Grid:
    """All that a grid shows. No column is narrower than `least`: what does not fit beside each other is scrolled.

    `tell` says of the cell at a column and row what the line at the bottom tells; without it the rows have that line.
    `empty` is said where there are no columns.
    """

    title: str = ""
    rows: tuple[GridRow, ...] = ()
    columns: tuple[GridColumn, ...] = ()
    label_width: int = 7
    least: int = 12
    tell: Callable[[int, int], str] | None = nothing_to_tell
    empty: tuple[str, ...] = ()


class _Part(NamedTuple):
    """What stands in `width` columns of a line from `x` on."""

    x: int
    width: int
    pieces: Line


class TimeGrid(Painted, can_focus=True):
    """A title, headings, rows of cells, and a line about the cell under the cursor."""

    COMPONENT_CLASSES = parts("plain", "quiet", "strong", "good", "warn", "bad", "head", "cursor", "resting")
    BINDINGS = [
        Binding("up", "move(0, -1)", show=False),
        Binding("down", "move(0, 1)", show=False),
        Binding("left", "move(-1, 0)", show=False),
        Binding("right", "move(1, 0)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "move(-1000, 0)", show=False),
        Binding("end", "move(1000, 0)", show=False),
        Binding("enter", "open", show=False),
    ]
    QUIET_FOCUS = True
    DEFAULT_CSS = """
    TimeGrid { height: 1fr; width: 1fr; }
    """

    @dataclass
    class Opened(Message):
        """Enter was pressed on a cell."""

        grid: TimeGrid

        @property
        def control(self) -> TimeGrid:
            """The grid it happened in."""
            return self.grid

    @dataclass
    class Moved(Message):
        """The cursor stands on another cell."""

        grid: TimeGrid

        @property
        def control(self) -> TimeGrid:
            """The grid it happened in."""
            return self.grid

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._grid = Grid()
        self._column = self._row = 0
        self._left = self._top = 0
        self._drawn: list[tuple[_Part, ...]] = []
        self._drawn_width = 0
        self._cells: dict[tuple[Cell, int, str], Line] = {}

    # What a screen asks and says.

    @property
    def column(self) -> Hashable | None:
        """The key of the column under the cursor; None where there is none."""
        return self._grid.columns[self._column].key if self._grid.columns else None

    @property
    def row(self) -> Hashable | None:
        """The key of the row under the cursor; None where there is none."""
        return self._grid.rows[self._row].key if self._grid.rows else None

    @property
    def place(self) -> tuple[int, int]:
        """Column and row under the cursor, counted from 0."""
        return self._column, self._row

    @property
    def told(self) -> str:
        """What the line at the bottom says."""
        grid = self._grid
        return grid.tell(self._column, self._row) if grid.tell is not None and grid.columns and grid.rows else ""

    def show(
        self, grid: Grid, *, column: Hashable | None = None, row: Hashable | None = None, top: Hashable | None = None
    ) -> None:
        """Show another grid, or the same one with changes.

        The cursor goes to the column and row with these keys; where None is said, or none is there, it stays on its
        keys, or else on its place. `top` is the row to scroll to first.
        """
        wanted = (self.column if column is None else column, self.row if row is None else row)
        first = top if top is not None else self._grid.rows[self._top].key if self._grid.rows else None
        self._grid = grid
        self._cells.clear()
        columns = {one.key: index for index, one in enumerate(grid.columns)}
        rows = {one.key: index for index, one in enumerate(grid.rows)}
        self._column = columns.get(wanted[0], self._column)
        self._row = rows.get(wanted[1], self._row)
        self._top = rows.get(first, self._top)
        self._settle()

    def select(self, column: Hashable, row: Hashable | None = None) -> None:
        """Put the cursor on a cell by its keys, as far as they are there."""
        before = self.place
        self._column = next((at for at, one in enumerate(self._grid.columns) if one.key == column), self._column)
        self._row = next((at for at, one in enumerate(self._grid.rows) if one.key == row), self._row)
        self._settle(before=before)

    def retell(self) -> None:
        """Say again what stands at the bottom: what it tells of has changed."""
        self._settle()

    def action_move(self, columns: int, rows: int) -> None:
        """Move the cursor; it stops at the edges."""
        before = self.place
        self._column += columns
        self._row += rows
        self._settle(jump=max(1, self._height // 3), before=before)

    def action_page(self, direction: int) -> None:
        """A page up or down; the cursor keeps its line on the screen."""
        before, step = self.place, direction * max(1, self._height - 1)
        self._row += step
        self._top += step
        self._settle(before=before)

    def action_open(self) -> None:
        """Enter."""
        if self._grid.columns and self._grid.rows:
            self.post_message(self.Opened(self))

    # Drawing.

    def render_line(self, y: int) -> Strip:
        """One line of it, as it was worked out when it changed."""
        is_known = self._drawn_width == self.size.width and len(self._drawn) == self.size.height
        parts_of_it = self._drawn[y] if is_known else self._parts(y)
        return self.strip_of((piece for part in parts_of_it for piece in part.pieces), self.size.width)

    def on_resize(self, event: Resize) -> None:
        """Another size: other columns side by side. What stands here was painted with the layout."""
        self._settle()

    def watch_has_focus(self, _has_focus: bool) -> None:
        """The cursor shows whether keys go here; no style depends on it."""
        self._settle()

    def notify_style_update(self) -> None:
        """Another theme: everything is painted again by the toolkit."""
        super().notify_style_update()
        self._drawn = []

    @property
    def _height(self) -> int:
        return max(1, self.size.height - ABOVE - (0 if self._grid.tell is None else 1))

    @property
    def _beside(self) -> int:
        """How many columns stand beside each other."""
        room = self.size.width - self._grid.label_width
        return max(1, min(len(self._grid.columns), room // self._grid.least))

    def _spans(self) -> list[tuple[int, int, int]]:
        """For each column in sight its index, where it begins and its width."""
        beside, at = self._beside, self._grid.label_width
        width, spare = divmod(max(0, self.size.width - at), beside)
        spans = []
        for place in range(min(beside, len(self._grid.columns) - self._left)):
            wide = width + (1 if place < spare else 0)
            spans.append((self._left + place, at, wide))
            at += wide
        return spans

    def _parts(self, y: int) -> tuple[_Part, ...]:
        if y == TITLE:
            return (_Part(0, self.size.width, (Piece(f" {self._grid.title}", "strong"),)),)
        if not self._grid.columns:
            said = [line for text in self._grid.empty for line in wrap(text, max(8, self.size.width - 2))]
            return (
                (_Part(0, self.size.width, (Piece(f" {said[y - ABOVE]}", "quiet"),)),)
                if ABOVE <= y < ABOVE + len(said)
                else ()
            )
        if y == HEADING:
            return self._headings()
        row = self._top + y - ABOVE
        if y >= ABOVE + self._height:
            return (_Part(0, self.size.width, (Piece(f" {self.told}", "plain"),)),)
        return self._cells_of(row) if row < len(self._grid.rows) else ()

    def _headings(self) -> tuple[_Part, ...]:
        made = [_Part(0, self._grid.label_width, (Piece(self._hidden(), "head"),))]
        for index, x, width in self._spans():
            role = "strong" if index == self._column else "head"
            made.append(_Part(x, width, (Piece(" "), Piece(self._fit(self._grid.columns[index].heading, width), role))))
        return tuple(made)

    def _hidden(self) -> str:
        """How many columns lie out of sight at either side."""
        right = len(self._grid.columns) - self._left - self._beside
        before, after = ("<", ">") if self.ascii_only else ("‹", "›")
        words = [f"{before}{self._left}" if self._left else "", f"{right}{after}" if right > 0 else ""]
        return fit(" " + " ".join(word for word in words if word), self._grid.label_width)

    def _cells_of(self, row: int) -> tuple[_Part, ...]:
        _, label, role = self._grid.rows[row]
        width = self._grid.label_width
        shown = self._fit(label, width)
        made = [_Part(0, width, (Piece(" ", role), Piece(shown, "strong" if row == self._row else role)))]
        here = "cursor" if self.has_focus else "resting"
        for index, x, wide in self._spans():
            look = here if (index, row) == self.place else ""
            cell = self._grid.columns[index].cells[row]
            if (pieces := self._cells.get((cell, wide, look))) is None:
                pieces = self._cells[cell, wide, look] = self._drawn_cell(cell, wide, look)
            made.append(_Part(x, wide, pieces))
        return tuple(made)

    def _drawn_cell(self, cell: Cell, width: int, look: str) -> Line:
        """A cell: the place of the cursor's mark, then what fills it or the lanes side by side."""
        begins = cell.lanes[0].role if cell.lanes else cell.role
        mark = Piece(">" if look else " ", look or begins)
        room = width - 1
        if not cell.lanes:
            fancy, plain, full = FILLS[cell.kind]
            letter = plain if self.ascii_only else fancy
            text = self._fit(cell.text, width) if cell.text else letter * room if full else letter.ljust(room)
            return (mark, Piece(text, look or cell.role))
        pieces = [mark]
        wide, spare = divmod(room, len(cell.lanes))
        for place, lane in enumerate(cell.lanes):
            taken = wide + (1 if place < spare else 0)
            edge = EDGES[lane.edge][1 if self.ascii_only else 0]
            text = fit(harmless(lane.text), max(0, taken - 1), ascii_only=self.ascii_only)
            pieces.append(Piece(f"{edge}{text}"[: max(taken, 1)], look or lane.role))
        return tuple(pieces)

    def _fit(self, text: str, width: int) -> str:
        return fit(harmless(text), max(0, width - 1), ascii_only=self.ascii_only)

    # Keeping cursor, scroll and screen together.

    def _settle(self, jump: int = 1, *, before: tuple[int, int] | None = None) -> None:
        """Bring cursor and scroll within bounds, and paint what differs from the screen; tell when a key moved it."""
        grid = self._grid
        self._column = max(0, min(self._column, len(grid.columns) - 1))
        self._row = max(0, min(self._row, len(grid.rows) - 1))
        if self.size.width:
            self._scroll(jump)
            self._repaint_changed()
        if before is not None and before != self.place:
            self.post_message(self.Moved(self))

    def _scroll(self, jump: int) -> None:
        if self._column < self._left:
            self._left = self._column
        self._left = max(self._left, self._column - self._beside + 1)
        self._left = max(0, min(self._left, len(self._grid.columns) - self._beside))
        if self._row < self._top:
            self._top = self._row - jump + 1
        elif self._row >= self._top + self._height:
            self._top = self._row - self._height + jump
        self._top = max(0, min(self._top, len(self._grid.rows) - self._height))

    def _repaint_changed(self) -> None:
        shown, width = [self._parts(y) for y in range(self.size.height)], self.size.width
        if len(self._drawn) != len(shown) or self._drawn_width != width:
            self.refresh(Region(0, 0, width, self.size.height))
        else:
            lines = zip(self._drawn, shown, strict=True)
            regions = [
                Region(x, y, wide, 1) for y, (old, new) in enumerate(lines) for x, wide in _changed(old, new, width)
            ]
            if regions:
                self.refresh(*regions)
        self._drawn, self._drawn_width = shown, width
        if self.has_focus:
            x = next((x for index, x, _ in self._spans() if index == self._column), 0)
            self.app.cursor_position = self.content_region.offset + Offset(x, self._row - self._top + ABOVE)


def _changed(old: tuple[_Part, ...], new: tuple[_Part, ...], width: int) -> list[tuple[int, int]]:
    """The stretches of a line that differ: where each begins, and its width."""
    if old == new:
        return []
    if [part[:2] for part in old] != [part[:2] for part in new]:
        return [(0, width)]
    stretches: list[tuple[int, int]] = []
    for before, part in zip(old, new, strict=True):
        if before == part:
            continue
        if stretches and sum(stretches[-1]) == part.x:
            stretches[-1] = (stretches[-1][0], stretches[-1][1] + part.width)
        else:
            stretches.append((part.x, part.width))
    return stretches
