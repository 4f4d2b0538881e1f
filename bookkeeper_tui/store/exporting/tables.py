"""Tables that go out: CSV and JSON row by row, and for people as text, Markdown or HTML; no spreadsheet runs a cell."""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TextIO

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless, json_text
from bookkeeper_tui.store.exporting.kind import Cell, Column

STREAMED = ("csv", "json")
FORMATS = (*STREAMED, "markdown", "html", "text")
_LAID_OUT = frozenset((*FORMATS, "pdf")) - set(STREAMED)
MOST_ROWS = 20_000
"""A table that is laid out is held whole, so it ends here; CSV and JSON go on for ever."""
_RUNS = frozenset("=+-@\t\r\n＝＋－＠")
_PADDING = re.compile(r"(<t[dh][^>]*>) +| +(</t[dh]>)")
_STYLE = (
    "<style>body { font-family: sans-serif } table { border-collapse: collapse }\n"
    "th, td { padding: 0.2em 0.6em; border-bottom: 1px solid #ccc; vertical-align: top }</style>\n"
)
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def write_table(
    file: TextIO, format: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], title: str = ""
) -> int:
    """Writes rows and answers how many: CSV and JSON as they come, under the columns' names; others under their titles.

    Control characters and escapes become harmless in all of them, in JSON as their numbers. Raises BadInput for a
    format that is none, and for more rows than a table for people holds.
    """
    if format not in _WRITERS:
        raise BadInput(f"“{format}” is no format for a table: there are {', '.join(FORMATS)}")
    return _WRITERS[format](file, columns, rows, harmless(title))


def refuse_long(rows: int, format: str) -> None:
    """Raises BadInput for more rows than a table in this format holds."""
    if rows > MOST_ROWS and format in _LAID_OUT:
        raise BadInput(
            f"More than {MOST_ROWS:,} rows do not fit into a table for people ({format}): "
            "narrow the filter, or take csv or json"
        )


def held(rows: Iterable[Sequence[Cell]], format: str) -> list[list[str]]:
    """All rows as harmless texts. Raises BadInput when they are too many."""
    found: list[list[str]] = []
    for row in rows:
        found.append([harmless(cell) if isinstance(cell, str) else str(cell) for cell in row])
        refuse_long(len(found), format)
    return found


def _safe(cell: str) -> str:
    """A text that neither a spreadsheet runs nor a terminal obeys."""
    return harmless(str(defused(cell))) if cell[:1] in _RUNS or not (cell.isascii() and cell.isprintable()) else cell


def defused(cell: Cell) -> Cell:
    """A cell that a spreadsheet takes for text: `=`, `+`, `-` or `@` in front gets an apostrophe; numbers stay."""
    if isinstance(cell, str) and cell[:1] in _RUNS and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def _write_csv(file: TextIO, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], title: str) -> int:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    written = 0
    for row in rows:
        writer.writerow([_safe(cell) if isinstance(cell, str) else cell for cell in row])
        written += 1
    return written


def _write_json(file: TextIO, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], title: str) -> int:
    names = [column.name for column in columns]
    write_value = json.JSONEncoder(ensure_ascii=False).encode
    written = 0
    file.write("[")
    for row in rows:
        file.write(",\n " if written else "\n ")
        values = dict(zip(names, row, strict=True))
        text = write_value(values)
        file.write(text if text.isprintable() else json_text(values))
        written += 1
    file.write("\n]\n")
    return written


def _write_text(file: TextIO, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], title: str) -> int:
    cells = [[str(defused(cell)) for cell in row] for row in held(rows, "text")]
    file.write(_tabulated("plain", columns, cells) + "\n")
    return len(cells)


def _write_markdown(file: TextIO, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], title: str) -> int:
    cells = [[_for_markdown(str(defused(cell))) for cell in row] for row in held(rows, "markdown")]
    if title:
        file.write(f"# {_for_markdown(title)}\n\n")
    file.write(_tabulated("pipe", columns, cells) + "\n")
    return len(cells)


def _write_html(file: TextIO, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], title: str) -> int:
    from html import escape

    cells = [[str(defused(cell)) for cell in row] for row in held(rows, "html")]
    file.write(
        f'<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n{_STYLE}</head>\n'
    )
    file.write(f"<body>\n<h1>{escape(title)}</h1>\n" if title else "<body>\n")
    # What pads the columns is of no use where nobody sees it, and most of the file.
    file.write(_PADDING.sub(r"\1\2", _tabulated("html", columns, cells)) + "\n</body>\n</html>\n")
    return len(cells)


def _tabulated(how: str, columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> str:
    from tabulate import tabulate

    return str(
        tabulate(
            cells,
            headers=[column.title for column in columns],
            tablefmt=how,
            disable_numparse=True,
            colalign=["right" if column.right else "left" for column in columns],
        )
    )


def _for_markdown(text: str) -> str:
    """Text that stays text in a table of Markdown, also where HTML is allowed in it."""
    return re.sub(r"([\\`*_|\[\]])", r"\\\1", text).replace("&", "&amp;").replace("<", "&lt;")


_Writer = Callable[[TextIO, Sequence[Column], Iterable[Sequence[Cell]], str], int]
_WRITERS: dict[str, _Writer] = {
    "csv": _write_csv,
    "json": _write_json,
    "markdown": _write_markdown,
    "html": _write_html,
    "text": _write_text,
}


def picked(rows: Iterable[Sequence[Cell]], places: Sequence[int]) -> Iterator[tuple[Cell, ...]]:
    """Of each row only the cells at these places, in their order."""
    for row in rows:
        yield tuple([row[place] for place in places])
