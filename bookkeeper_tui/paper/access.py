"""All that is held about a customer, on paper: in words that an ordinary person can read."""

from __future__ import annotations

import gc
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import zip_longest
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
GUTTER = "  "
_BELOW = "    "
_OF_SALES = ("sale", "sale_line", "sale_tender")
_BOUGHT = "sale_line"
_ALWAYS = ("Total", "Amount")
FORMATS = {".json": "json", ".csv": "csv", ".pdf": "pdf", ".txt": "text"}
_RIGHT = (MONEY, NUMBER, THOUSANDTHS)
_INTRODUCTION = (
    "This is everything that is held about you: what you told us, what you bought, what was noted, where it came from, "
    "and who of the staff looked at it. If something is wrong, we correct it. If you want to be forgotten, say so: "
    "then your name and whatever tells who you are is erased, and the amounts stay in the books without them. "
    "“shell:” and a name is who looks after the shop’s computer."
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
    for together in _together(held.sections, only):
        section, *beneath = together
        named = ": ".join(filter(None, (section.title, ", ".join(one.title.lower() for one in beneath))))
        lines += [GAP, RULE, PaperLine(named, conventions.count(section.count), strong=True), GAP]
        lines += _purchases(desk, together, columns) if beneath else _section(desk, section, columns)
        done += sum(one.count for one in together)
        told(done, held.count)
    return Page("access", held.number, (*lines, *foot(desk)), held.customer_id, columns=columns)


def file_bytes(desk: Desk, customer_id: int, format: str, told: Told = lambda done, of: None) -> bytes:
    """Everything as the contents of a file: json, csv, pdf or text; it stands in the audit log.

    Raises BadInput for the walk-in and another format.
    """
    with _nothing_collected():
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


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """All that is made stays to the end: looking through it for garbage again and again takes a quarter of the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _together(sections: Sequence[Section], only: str) -> Iterator[list[Section]]:
    """The sections as they are read: sales with what was bought and how it was paid; one that is asked for, alone."""
    sales = [one for one in sections if one.table in _OF_SALES and not only]
    for section in sections:
        if section in sales[:1]:
            yield sales
        elif section not in sales and only in ("", section.title):
            yield [section]


def _section(desk: Desk, section: Section, columns: int) -> Iterator[PaperLine]:
    labels = [one.label for one in section.shown]
    texts = _texts(desk, section)
    kept = [place for place, column in enumerate(texts) if any(column)]
    if kept and len(texts[0]) == 1:
        longest = max(cell_width(labels[place]) for place in kept)
        yield from (PaperLine(f"{fit(labels[place], longest)}  {texts[place][0]}") for place in kept)
        return
    yield from _table(labels, [one.kind in _RIGHT for one in section.shown], texts, columns)


def _purchases(desk: Desk, together: Sequence[Section], columns: int) -> Iterator[PaperLine]:
    """Each sale in a line, and its articles below: one after the other, as many in a line as there is room for."""
    sales, *others = together
    found = _named(desk, sales)
    beneath, paid = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for section in others:
        of = beneath if section.table == _BOUGHT else paid
        for receipt, piece in _pieces(section, _named(desk, section)):
            of[receipt].append(piece)
    receipts = found.get("Receipt", [])
    found["Paid by"] = [
        # Who paid it all in one way knows how much that was.
        ways[0].removesuffix(f" {total}") if len(ways := paid[receipt]) == 1 else "; ".join(ways)
        for receipt, total in zip(receipts, found.get("Total", []), strict=True)
    ]
    right = [*(one.kind in _RIGHT for one in sales.shown), False]
    lines = [_filled(beneath[receipt], columns) for receipt in receipts]
    yield from _table(list(found), right, list(found.values()), columns, lines)


def _named(desk: Desk, section: Section) -> dict[str, list[str]]:
    """The section's columns by their names; no discount and no tax are nothing to read of each sale."""
    zero, found = desk.store.conventions.amount(0), dict[str, list[str]]()
    for shown, column in zip(section.shown, _texts(desk, section), strict=False):
        idle = shown.kind == MONEY and shown.label not in _ALWAYS
        found[shown.label] = ["" if text == zero else text for text in column] if idle else column
    return found


def _pieces(section: Section, named: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """What belongs to which receipt, in words: `2 Tea (T-1) 7.00, discount 0.50`."""
    if not named:
        return
    receipts, amounts = named.pop("Receipt"), named.pop("Amount")
    if section.table == _BOUGHT:
        articles = zip(named.pop("Quantity"), named.pop("Article"), named.pop("Code"), strict=True)
        first = [f"{many} {what} ({code})" if code else f"{many} {what}" for many, what, code in articles]
    else:
        first = list(named.pop("By"))
    said = [f"{what} {amount}" for what, amount in zip(first, amounts, strict=True)]
    for label, column in named.items():
        if any(column):
            word = f", {label.lower()} "
            said = [f"{so_far}{word}{text}" if text else so_far for so_far, text in zip(said, column, strict=True)]
    yield from zip(receipts, said, strict=True)


def _filled(pieces: Sequence[str], columns: int) -> list[str]:
    """Pieces in lines; only one that is longer than a line is left to be broken."""
    lines, line, room = list[str](), "", columns - len(_BELOW) - 1
    for piece in pieces:
        if not line:
            line = piece
        elif cell_width(line) + cell_width(piece) + 2 <= room:
            line = f"{line}; {piece}"
        else:
            lines.append(f"{_BELOW}{line};")
            line = piece
    return [*lines, _BELOW + line] if line else lines


def _table(
    labels: Sequence[str],
    to_right: Sequence[bool],
    texts: Sequence[Sequence[str]],
    columns: int,
    beneath: Iterable[Sequence[str]] = (),
) -> Iterator[PaperLine]:
    """Rows with a line of labels above them; what is too wide, and whatever else belongs to a row, stands below it."""
    kept = [place for place, column in enumerate(texts) if any(column)]
    widths = {place: max(cell_width(labels[place]), *map(cell_width, set(texts[place]))) for place in kept}
    beside = _beside(kept, widths, columns)
    right = [to_right[place] for place in beside]
    taken = [widths[place] for place in beside]
    if beside:
        yield PaperLine(_table_line([labels[place] for place in beside], taken, right), strong=True)
    below = [place for place in kept if place not in beside]
    padded = [_padded(texts[place], width, to) for place, width, to in zip(beside, taken, right, strict=True)]
    rows = map(GUTTER.join, zip(*padded, strict=True)) if beside else [""] * len(texts[0] if kept else ())
    for number, (line, more) in enumerate(zip_longest(rows, beneath, fillvalue=())):
        if beside:
            yield PaperLine("".join(line).rstrip())
        for place in below:
            if text := texts[place][number]:
                yield PaperLine(f"{_BELOW}{labels[place]}: {text}")
        for one in more:
            yield PaperLine(one)


def _beside(kept: Sequence[int], widths: Mapping[int, int], columns: int) -> list[int]:
    """The columns that stand beside each other; the others are too wide, and stand below."""
    found, room = list[int](), columns + 2
    for place in kept:
        if widths[place] <= WIDEST_CELL and widths[place] + 2 <= room:
            found.append(place)
            room -= widths[place] + 2
    return found


def _texts(desk: Desk, section: Section) -> list[list[str]]:
    """The section's columns, in words."""
    ways = [
        _deed if section.table == "audit" and shown.label == "What" else for_people(shown, desk)
        for shown in section.shown
    ]
    return access.by_columns(section.rows(), ways)


def _deed(action: str) -> str:
    """What was done, as people say it: `tab.notes` is “looked at notes”."""
    kind, _, what = action.partition(".")
    if action in _WORDS:
        return _WORDS[action]
    if kind in ("tab", "screen"):
        return f"looked at {what.replace('_', ' ')}"
    return f"{kind} {what}".replace("_", " ")


def _table_line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    return GUTTER.join(
        fit(cell, width, right=to) for cell, width, to in zip(cells, widths, right, strict=True)
    ).rstrip()


def _padded(texts: Sequence[str], width: int, right: bool) -> list[str]:
    """A column's texts as wide as the column."""
    wide = {text: fit(text, width, right=right) for text in set(texts)}
    return [wide[text] for text in texts]
