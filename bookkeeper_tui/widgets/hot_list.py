"""A list of records that repaints only the rows that change, keeps its cursor on a record, and pages without end."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from textual.binding import Binding
from textual.events import Resize
from textual.geometry import Offset, Region
from textual.message import Message
from textual.strip import Strip

from bookkeeper_tui.formats import fit, harmless
from bookkeeper_tui.widgets.pieces import Line, Painted, Piece, parts, wrap
from bookkeeper_tui.widgets.rows import Column, Fixed, Row, Source

__all__ = ["Column", "Fixed", "HotList", "Row", "Source"]

PAGE = 100
KEPT = 600


class HotList(Painted, can_focus=True):
    """Rows under a heading. Moving the cursor repaints two rows; refreshing repaints those that differ."""

    COMPONENT_CLASSES = parts("plain", "quiet", "strong", "warn", "bad", "head", "cursor", "resting")
    BINDINGS = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "home", show=False),
        Binding("end", "end", show=False),
        Binding("enter", "open", show=False),
    ]
    QUIET_FOCUS = True
    DEFAULT_CSS = """
    HotList { height: 1fr; width: 1fr; }
    """

    @dataclass
    class Opened(Message):
        """Enter was pressed on a row."""

        hot_list: "HotList"
        key: Hashable

        @property
        def control(self) -> "HotList":
            """The list it happened in."""
            return self.hot_list

    @dataclass
    class Moved(Message):
        """The cursor stands elsewhere, or the total changed; `place` counts from 1, 0 when the list is empty."""

        hot_list: "HotList"
        place: int
        total: int

        @property
        def control(self) -> "HotList":
            """The list it happened in."""
            return self.hot_list

    def __init__(
        self, columns: Sequence[Column], *, empty: Sequence[str] = (), heading: bool = True, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._empty = tuple(empty)
        self._heading = 1 if heading else 0
        self._source: Source = Fixed(())
        self._rows: list[Row] = []
        self._first = 0
        self._total = 0
        self._top = 0
        self._cursor = 0
        self._drawn: list[object] = []
        self._strips: dict[tuple[tuple[str, ...], tuple[str, ...], str], Strip] = {}
        self._told: tuple[int, int] = (-1, -1)
        self._width = 0
        self._changed_unseen = False

    # What a screen asks and says.

    @property
    def cursor_key(self) -> Hashable | None:
        """The key of the row under the cursor; None when the list is empty."""
        return self._rows[self._cursor].key if self._rows else None

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor; None when the list is empty."""
        return self._rows[self._cursor] if self._rows else None

    @property
    def place(self) -> int:
        """Where the cursor stands among all rows, from 1; 0 when the list is empty."""
        return self._first + self._cursor + 1 if self._rows else 0

    @property
    def total(self) -> int:
        """How many rows there are in all, in sight or not."""
        return self._total

    @property
    def visible_rows(self) -> list[Row]:
        """The rows in sight, from the top."""
        return self._rows[self._top : self._top + self._height]

    def set_empty(self, lines: Sequence[str]) -> None:
        """What to say when there is nothing to list."""
        if tuple(lines) != self._empty:
            self._empty = tuple(lines)
            if not self._rows:
                self.refresh()

    def retitle(self, titles: Sequence[str]) -> None:
        """Head the columns otherwise."""
        if titles != [column.title for column in self._columns]:
            self._columns = tuple(
                column._replace(title=title) for column, title in zip(self._columns, titles, strict=True)
            )
            self.refresh(Region(0, 0, self.size.width, self._heading))

    def read(self, source: Source) -> None:
        """Show another list from its beginning, with the cursor on its first row."""
        self._source = source
        self._rows = list(source.after(None, PAGE))
        self._total = len(self._rows) if len(self._rows) < PAGE else source.total()
        self._first = self._top = self._cursor = 0
        self._settle()

    def show(self, rows: Sequence[Row], *, keep: bool = False) -> None:
        """Show these rows and no others; with `keep` the cursor stays on its record where it is still listed."""
        self._source = Fixed(rows)
        if not (keep and self._rows and rows):
            self.read(self._source)
            return
        self._total, self._first = len(rows), 0
        self._put_in_place(list(rows), self._cursor)

    def reload(self) -> None:
        """Read the same rows again. Cursor and scroll stay with their records; only rows that differ are repainted."""
        if not self._rows:
            self.read(self._source)
            return
        cursor_key, old_total = self._rows[self._cursor].key, self._total
        self._total = self._source.total()
        arrived = max(0, self._total - old_total)
        reach = self._cursor + (arrived if self._first == 0 else 0)
        ahead = self._source.before(cursor_key, reach)
        rest = self._source.after(cursor_key, max(PAGE, len(self._rows) - self._cursor) + arrived, including=True)
        if not ahead and not rest:
            self.read(self._source)
            return
        was_first = self._first
        if was_first:
            self._first = max(0, min(self._first + self._total - old_total, self._total - len(ahead) - len(rest)))
        self._put_in_place([*ahead, *rest], len(ahead), at_start=was_first == 0 and self._top == 0)

    def _put_in_place(self, rows: list[Row], otherwise: int, *, at_start: bool = False) -> None:
        """Take new rows; the cursor stays on its record (else where `otherwise` says), the scroll on its top record."""
        cursor_key, top_key = self._rows[self._cursor].key, self._rows[self._top].key
        was_at = self._cursor - self._top
        places = {row.key: index for index, row in enumerate(rows)}
        self._rows = rows
        self._cursor = places.get(cursor_key, otherwise)
        self._top = 0 if at_start else places.get(top_key, max(0, self._cursor - was_at))
        self._settle()

    def select(self, key: Hashable) -> None:
        """Put the cursor on a loaded row, if it is there."""
        for index, row in enumerate(self._rows):
            if row.key == key:
                self._cursor = index
                self._settle()
                return

    def walk(self, key: str) -> bool:
        """Walk by an arrow or page key that a box with the focus was given; False for any other key."""
        if key in ("up", "down"):
            self.action_move(-1 if key == "up" else 1)
        elif key in ("pageup", "pagedown"):
            self.action_page(-1 if key == "pageup" else 1)
        else:
            return False
        return True

    def action_move(self, by: int) -> None:
        """Move the cursor by so many rows, reading more as it comes near an end of what was read."""
        self._cursor += by
        self._read_around()
        self._settle(jump=max(1, self._height // 2))

    def action_page(self, direction: int) -> None:
        """A page up or down; the cursor keeps its line on the screen."""
        step = direction * max(1, self._height - 1)
        self._cursor += step
        self._top += step
        self._read_around()
        self._settle()

    def action_home(self) -> None:
        """To the first row."""
        if self._first:
            self._rows = list(self._source.after(None, PAGE))
            self._first = 0
        self._top = self._cursor = 0
        self._settle()

    def action_end(self) -> None:
        """To the very last row, wherever that is."""
        if self._first + len(self._rows) < self._total:
            self._rows = list(self._source.before(None, PAGE))
            self._first = max(0, self._total - len(self._rows))
        self._cursor = len(self._rows) - 1
        self._top = self._cursor
        self._settle()

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if (key := self.cursor_key) is not None:
            self.post_message(self.Opened(self, key))

    # Drawing.

    def render_line(self, y: int) -> Strip:
        """The heading, a row, or what an empty list says."""
        width = self.size.width
        if width != self._width:
            self._width = width
            self._strips.clear()
        if y < self._heading:
            return self.strip_of(self._line(tuple(column.title for column in self._columns), ("head",), " "), width)
        index = self._top + y - self._heading
        if index < len(self._rows):
            row, look = self._rows[index], self._look(index)
            if (strip := self._strips.get((row.cells, row.roles, look))) is None:
                mark = " " if look == "plain" else ">"
                if len(self._strips) > 2000:
                    self._strips.clear()
                strip = self.strip_of(self._line(row.cells, row.roles if look == "plain" else (look,), mark), width)
                self._strips[row.cells, row.roles, look] = strip
            return strip
        if not self._rows and self._empty and y > self._heading:
            said = [line for text in self._empty for line in wrap(text, max(8, width - 4))]
            at = y - self._heading - 1
            return self.strip_of((Piece("  " + said[at], "quiet"),) if at < len(said) else (), width)
        return self.strip_of((), width)

    def on_resize(self, event: Resize) -> None:
        """Another size: other columns, other rows. Those that stand here were painted with the layout.

        When it comes to be seen again as large as before, the layout painted what had stood there.
        """
        if self._changed_unseen:
            self._changed_unseen = False
            self.refresh()
        self._drawn = self._shown()
        self._settle()

    def watch_has_focus(self, _has_focus: bool) -> None:
        """The cursor row shows whether keys go here; no style depends on it, so none is worked out again."""
        self._settle()

    def notify_style_update(self) -> None:
        """Another theme: every strip is stale."""
        super().notify_style_update()
        self._forget_strips()

    @property
    def _height(self) -> int:
        return max(1, self.size.height - self._heading)

    def _look(self, index: int) -> str:
        if index != self._cursor:
            return "plain"
        return "cursor" if self.has_focus or not self.can_focus else "resting"

    def _line(self, cells: tuple[str, ...], roles: tuple[str, ...], mark: str) -> Line:
        pieces = [Piece(mark, roles[0] if len(roles) == 1 else "plain")]
        everywhere = roles[0] if len(roles) == 1 else "plain"
        for (column, width), cell, role in zip(
            self._widths(), cells, _padded(roles, len(cells), everywhere), strict=False
        ):
            if width:
                text = fit(harmless(cell), width, right=column.right, ascii_only=self.ascii_only)
                pieces.append(Piece(text, role))
                pieces.append(Piece(" ", everywhere))
        return tuple(pieces)

    def _widths(self) -> list[tuple[Column, int]]:
        available = self.size.width - 1
        shown = [column for column in self._columns if self.size.width >= column.from_width]
        free = available - sum(column.width + 1 for column in shown)
        sharing = [column for column in shown if not column.width]
        share, rest = divmod(max(0, free), len(sharing)) if sharing else (0, 0)
        widths: list[tuple[Column, int]] = []
        for column in self._columns:
            if column not in shown:
                widths.append((column, 0))
            elif column.width:
                widths.append((column, column.width))
            else:
                widths.append((column, max(1, share + (1 if rest > 0 else 0))))
                rest -= 1
        return widths

    # Keeping window, cursor and screen together.

    def _read_around(self) -> None:
        wanted = self._cursor + 2 * self._height
        while wanted >= len(self._rows) and self._rows and self._first + len(self._rows) < self._total:
            more = self._source.after(self._rows[-1].key, PAGE)
            if not more:
                self._total = self._first + len(self._rows)
                break
            self._rows.extend(more)
        while self._cursor - 2 * self._height < 0 < self._first and self._rows:
            more = self._source.before(self._rows[0].key, PAGE)
            if not more:
                self._first = 0
                break
            self._rows[:0] = more
            self._shift(len(more))
            self._first = max(0, self._first - len(more))
        self._drop_far_rows()

    def _drop_far_rows(self) -> None:
        spare = len(self._rows) - KEPT
        if spare <= 0:
            return
        if self._cursor > len(self._rows) // 2:
            del self._rows[:spare]
            self._first += spare
            self._shift(-spare)
        else:
            del self._rows[-spare:]

    def _shift(self, by: int) -> None:
        self._cursor += by
        self._top += by

    def _settle(self, jump: int = 1) -> None:
        """Bring cursor and scroll within bounds, repaint what differs from the screen, and tell where we are."""
        last = len(self._rows) - 1
        self._cursor = max(0, min(self._cursor, last))
        if self._cursor < self._top:
            self._top = self._cursor - jump + 1
        elif self._cursor >= self._top + self._height:
            self._top = self._cursor - self._height + jump
        self._top = max(0, min(self._top, len(self._rows) - self._height))
        if self.size.width:
            self._repaint_changed()
        elif self.outer_size:
            self._changed_unseen = True
        told = (self.place, self._total)
        if told != self._told:
            self._told = told
            self.post_message(self.Moved(self, *told))

    def _changed(self, before: object, look: object, y: int) -> list[Region]:
        """Where a line differs: only in some cells of it, where it is a row in the same look as before."""
        if not (isinstance(before, tuple) and isinstance(look, tuple) and before[1:] == look[1:]):
            return [Region(0, y, self.size.width, 1)]
        regions, x = [], 1
        for (_, width), old, new in zip(self._widths(), before[0], look[0], strict=False):
            if width and old != new:
                regions.append(Region(x, y, width, 1))
            x += width + 1 if width else 0
        return regions or [Region(0, y, self.size.width, 1)]

    def _shown(self) -> list[object]:
        return [
            (self._rows[index].cells, self._rows[index].roles, self._look(index))
            if index < len(self._rows)
            else bool(self._rows)
            for index in range(self._top, self._top + self._height)
        ]

    def _repaint_changed(self) -> None:
        shown = self._shown()
        for y, look in enumerate(shown):
            before = self._drawn[y] if y < len(self._drawn) else None
            if before != look:
                self.refresh(*self._changed(before, look, y + self._heading))
        self._drawn = shown
        if self.has_focus:
            at = self.content_region.offset + Offset(0, self._cursor - self._top + self._heading)
            self.app.cursor_position = at

    def _forget_strips(self) -> None:
        self._strips.clear()
        self._drawn = []


def _padded(roles: tuple[str, ...], length: int, otherwise: str) -> Sequence[str]:
    return (*roles, *([otherwise] * (length - len(roles)))) if len(roles) != 1 else (otherwise,) * length
