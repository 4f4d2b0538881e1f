"""A table as a PDF: sheets of A4 across, as many lines a row as its longest cell needs, the heading on each sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from bookkeeper_tui.paper.letters import readable
from bookkeeper_tui.paper.pdf import A4_HEIGHT, A4_MARGIN, A4_WIDTH, FONT, LETTER, POINT, loaded, prepare, writes
from bookkeeper_tui.paper.plain import broken
from bookkeeper_tui.store.exporting.kind import Cell, Column
from bookkeeper_tui.store.exporting.tables import held

LARGEST, SMALLEST = 9.0, 6.0
NARROWEST, WIDEST = 5, 40
BETWEEN = 2
WIDTH, HEIGHT = A4_HEIGHT - 2 * A4_MARGIN, A4_WIDTH - 2 * A4_MARGIN


def table_pdf(file: BinaryIO, head: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> int:
    """Writes a table with a line above it and answers how many rows it has. Raises BadInput for too many."""
    cells = [[readable(cell, writes) for cell in row] for row in held(rows, "pdf")]
    widths = _widths(columns, cells)
    across = sum(widths) + BETWEEN * (len(widths) - 1)
    size = min(LARGEST, WIDTH / POINT / LETTER / across)
    height = size * POINT * 1.25
    document = loaded()(orientation="landscape", format="A4")
    prepare(document, head, A4_MARGIN)
    above = [*broken(readable(head, writes), int(WIDTH / POINT / LETTER / size)), ""]
    above += _lines([column.title for column in columns], columns, widths)
    a_sheet = max(1, int(HEIGHT / height) - len(above) - 2)
    sheets = list(_sheets([list(_lines(row, columns, widths)) for row in cells], a_sheet)) or [[]]
    for number, sheet in enumerate(sheets, 1):
        document.add_page()
        for style, lines in (("B", above), ("", sheet)):
            document.set_font(FONT, style, size)
            for line in lines:
                document.cell(0, height, line, new_x="LMARGIN", new_y="NEXT")
        document.set_font(FONT, size=8)
        document.set_y(A4_WIDTH - A4_MARGIN)
        document.cell(0, 4, f"{number} / {len(sheets)}", align="R")
    file.write(bytes(document.output()))
    return len(cells)


def _widths(columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> list[int]:
    """How many letters each column gets: what it needs, the widest cut down first until all fit on a sheet."""
    widths = [
        min(WIDEST, max(NARROWEST, len(column.title), *(len(row[place]) for row in cells), 0))
        for place, column in enumerate(columns)
    ]
    room = int(WIDTH / POINT / LETTER / SMALLEST) - BETWEEN * (len(widths) - 1)
    while sum(widths) > room and max(widths) > NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _lines(row: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> Iterator[str]:
    """A row in lines of text: its cells beside each other, each broken where it is too long."""
    parts = [broken(cell, width) for cell, width in zip(row, widths, strict=True)]
    for number in range(max(map(len, parts), default=1)):
        texts = (part[number] if number < len(part) else "" for part in parts)
        yield (
            (" " * BETWEEN)
            .join(
                text.rjust(width) if column.right else text.ljust(width)
                for text, column, width in zip(texts, columns, widths, strict=True)
            )
            .rstrip()
        )


def _sheets(rows: Sequence[Sequence[str]], a_sheet: int) -> Iterator[list[str]]:
    """The rows' lines, a sheet of them at a time; a row is broken only where it is longer than a sheet."""
    sheet: list[str] = []
    for row in rows:
        if sheet and len(sheet) + len(row) > a_sheet:
            yield sheet
            sheet = []
        sheet = [*sheet, *row]
        while len(sheet) > a_sheet:
            yield sheet[:a_sheet]
            sheet = sheet[a_sheet:]
    if sheet:
        yield sheet
