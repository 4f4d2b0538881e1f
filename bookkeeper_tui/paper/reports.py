"""Reports as files: the end of a file's name says the format; a PDF is laid out here, whole, on sheets across."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from bookkeeper_tui.paper import printing
from bookkeeper_tui.paper.files import read_name
from bookkeeper_tui.store import reports
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.reports import Progress, Question

FORMATS = MappingProxyType(
    {".csv": "csv", ".json": "json", ".pdf": "pdf", ".md": "markdown", ".html": "html", ".txt": "text"}
)
"""The format for each ending of a file's name."""


def _unheard(progress: Progress) -> None:
    return None


def write_report(
    desk: Desk, question: Question, format: str, file: BinaryIO, told: Callable[[Progress], None] = _unheard
) -> int:
    """Writes a report in any format, PDF included, and answers how many rows it has; raises as `reports.run` does."""
    if format == "pdf":
        from bookkeeper_tui.paper.table_pdf import table_pdf

        title, narrowed = reports.kind_named(question.kind).title, reports.filter_text(question.filters)
        head = f"{desk.store.shop.name}: {title}{f', {narrowed}' if narrowed else ''}, {desk.today()}"
        return reports.run(
            desk, question, format, lambda columns, rows: table_pdf(file, head, columns, rows), told=told
        )
    text = TextIOWrapper(file, encoding="utf-8", newline="")
    try:
        rows = reports.export(desk, question, format, text, told=told)
        text.flush()
        return rows
    finally:
        # Whoever gave the file closes it. After an error what is left of the text may go nowhere.
        with suppress(ValueError, OSError):
            text.detach()


def save_report(
    desk: Desk, question: Question, name: str, told: Callable[[Progress], None] = _unheard
) -> tuple[Path, int]:
    """Keeps a report where this terminal's paper goes, and answers where and how many rows it has.

    It has its name only once it is whole, and overwrites nothing: another by that name gets a number. Raises BadInput
    for a name that names no file or ends in no format, NotPrinted when it cannot be written, and as `reports.run` does.
    """
    stem, ending = read_name(name, FORMATS)
    with printing.keeping(desk, stem, ending) as kept:
        rows = write_report(desk, question, FORMATS[ending], kept.file, told)
    return kept.path, rows
