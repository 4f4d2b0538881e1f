"""All that is held about a customer, on paper: in words that an ordinary person can read."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from bookkeeper_tui.formats import cell_width, fit
from bookkeeper_tui.paper import printing
from bookkeeper_tui.paper.files import read_name
from bookkeeper_tui.paper.page import GAP, RULE, Page, PaperLine
from bookkeeper_tui.paper.receipts import foot, head
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.privacy import access
from bookkeeper_tui.store.privacy.access import Held, Section, for_people
from bookkeeper_tui.store.privacy.place import MONEY, NUMBER, THOUSANDTHS

WIDE = 80
WIDEST_CELL = 30
FORMATS = {".json": "json", ".csv": "csv", ".pdf": "pdf", ".txt": "text"}
_RIGHT = (MONEY, NUMBER, THOUSANDTHS)
_INTRODUCTION = (
    "This is everything that is held about you: what you told us, what you bought, what was noted, where it came from, "
    "and who of the staff looked at it. If something is wrong, we correct it. If you want to be forgotten, say so: "
    "then your name and whatever tells who you are is erased, and the amounts stay in the books without them."
)
_WORDS = {
    "customer.viewed": "looked at the profile",
    "customer.revealed": "had phone and e-mail shown in full",
    "customer.created": "took them on",
    "customer.edited": "changed the fields",
    "access.viewed": "looked at all that is held",
    "export.customer": "gave out all that is held",
    "live.shown": "was shown a change",
}

Told = Callable[[int, int], None]
"""Is told how many rows are laid out, of how many; what it raises ends the work."""


def access_page(
    desk: Desk, held: Held, *, only: str = "", columns: int = WIDE, told: Told = lambda done, of: None
) -> Page:
    """Everything as a page to print that is so many columns wide, or the one section of a title."""
    conventions, zone = desk.store.conventions, desk.store.shop.time_zone
    lines = [
        PaperLine(held.name, strong=True),
        PaperLine(held.number, conventions.instant(held.at, zone)),
    ]
    if not only:
        title = PaperLine("ALL THAT IS HELD ABOUT YOU", strong=True, centre=True)
        lines = [*head(desk), title, GAP, *lines, GAP, PaperLine(_INTRODUCTION)]
    done = 0
    for section in held.sections:
        if only in ("", section.title):
            lines += [GAP, RULE, PaperLine(section.title, conventions.count(section.count), strong=True), GAP]
            for line in _section(desk, section, columns):
                lines.append(line)
            done += section.count
            told(done, held.count)
    return Page("access", held.number, (*lines, *foot(desk)), held.customer_id, columns=columns)


def file_bytes(desk: Desk, customer_id: int, format: str, told: Told = lambda done, of: None) -> bytes:
    """Everything as the contents of a file: json, csv, pdf or text; it stands in the audit log.

    Raises BadInput for the walk-in and another format.
    """
    if format in access.FORMATS:
        file = io.StringIO(newline="")
        access.export_customer(desk, customer_id, format, file)
        return file.getvalue().encode("utf-8")
    page = access_page(desk, access.recorded(desk, customer_id, format), told=told)
    if format == "pdf":
        from bookkeeper_tui.paper.pdf import page_pdf

        return page_pdf(page, WIDE)
    from bookkeeper_tui.paper.plain import as_text

    return as_text(page, WIDE).encode("utf-8")


def save_access(desk: Desk, customer_id: int, name: str, told: Told = lambda done, of: None) -> Path:
    """Keep everything as a file where this terminal's paper goes; the end of its name says the format.

    Raises BadInput for a name that names no file or ends in none of .json, .csv, .pdf and .txt.
    """
    stem, ending = read_name(name, FORMATS)
    return printing.keep(desk, stem, ending, file_bytes(desk, customer_id, FORMATS[ending], told))


def _section(desk: Desk, section: Section, columns: int) -> Iterator[PaperLine]:
    labels = [one.label for one in section.shown]
    rows = _rows(desk, section)
    kept = [place for place in range(len(labels)) if any(row[place] for row in rows)]
    if len(rows) == 1:
        longest = max((cell_width(labels[place]) for place in kept), default=0)
        yield from (PaperLine(f"{fit(labels[place], longest)}  {rows[0][place]}") for place in kept)
        return
    widths = {place: max(cell_width(labels[place]), *(cell_width(row[place]) for row in rows)) for place in kept}
    beside = _beside(kept, widths, columns)
    right = [section.shown[place].kind in _RIGHT for place in beside]
    taken = [widths[place] for place in beside]
    if beside:
        yield PaperLine(_table_line([labels[place] for place in beside], taken, right), strong=True)
    for row in rows:
        if beside:
            yield PaperLine(_table_line([row[place] for place in beside], taken, right))
        yield from (
            PaperLine(f"    {labels[place]}: {row[place]}") for place in kept if place not in beside and row[place]
        )


def _beside(kept: Sequence[int], widths: Mapping[int, int], columns: int) -> list[int]:
    """The columns that stand beside each other; the others are too wide, and stand below."""
    found, room = list[int](), columns + 2
    for place in kept:
        if widths[place] <= WIDEST_CELL and widths[place] + 2 <= room:
            found.append(place)
            room -= widths[place] + 2
    return found


def _rows(desk: Desk, section: Section) -> list[list[str]]:
    ways = [
        _deed if section.table == "audit" and shown.label == "What" else for_people(shown, desk)
        for shown in section.shown
    ]
    return [[way(value) for way, value in zip(ways, row, strict=True)] for row in section.rows()]


def _deed(action: str) -> str:
    """What was done, as people say it: `tab.notes` is “looked at notes”."""
    kind, _, what = action.partition(".")
    if action in _WORDS:
        return _WORDS[action]
    if kind in ("tab", "screen"):
        return f"looked at {what.replace('_', ' ')}"
    return f"{kind} {what}".replace("_", " ")


def _table_line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    return "  ".join(fit(cell, width, right=to) for cell, width, to in zip(cells, widths, right, strict=True)).rstrip()
