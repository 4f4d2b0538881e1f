"""Tables that go out, row by row: CSV that no spreadsheet runs, and JSON."""

import csv
import json
import re
from collections.abc import Iterable, Sequence
from typing import TextIO

from bookkeeper_tui.errors import BadInput

FORMATS = ("csv", "json")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def write_table(file: TextIO, format: str, columns: Sequence[str], rows: Iterable[Sequence[str | int]]) -> int:
    """Writes rows as they come and answers how many. Raises BadInput for a format that is not csv or json."""
    if format == "csv":
        return _write_csv(file, columns, rows)
    if format == "json":
        return _write_json(file, columns, rows)
    raise BadInput(f"“{format}” is no format for a table: there are {' and '.join(FORMATS)}")


def defused(cell: str | int) -> str | int:
    """A cell that a spreadsheet takes for text: `=`, `+`, `-` or `@` in front gets an apostrophe; numbers stay."""
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def _write_csv(file: TextIO, columns: Sequence[str], rows: Iterable[Sequence[str | int]]) -> int:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    written = 0
    for row in rows:
        writer.writerow([defused(cell) for cell in row])
        written += 1
    return written


def _write_json(file: TextIO, columns: Sequence[str], rows: Iterable[Sequence[str | int]]) -> int:
    written = 0
    file.write("[")
    for row in rows:
        file.write(",\n " if written else "\n ")
        json.dump(dict(zip(columns, row, strict=True)), file, ensure_ascii=False)
        written += 1
    file.write("\n]\n")
    return written
