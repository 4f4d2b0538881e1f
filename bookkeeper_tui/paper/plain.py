"""A page as lines of text of a given width: what a file holds, what a preview shows, what printers are sent."""

from collections.abc import Iterator
from typing import NamedTuple

from bookkeeper_tui.formats import cell_width, fit
from bookkeeper_tui.paper.letters import Writes, every_letter, readable
from bookkeeper_tui.paper.page import Page, PaperLine


class Laid(NamedTuple):
    """A line of at most the width that was asked for."""

    text: str
    strong: bool = False


def as_text(page: Page, columns: int, writes: Writes = every_letter) -> str:
    """A page as one text; `columns` is the width for a page that was laid out for none of its own."""
    return "".join(line.text + "\n" for line in lay_out(page, page.columns or columns, writes))


def lay_out(page: Page, columns: int, writes: Writes = every_letter) -> list[Laid]:
    """A page's lines in `columns` cells, with the letters that the device writes."""
    found = list[Laid]()
    for line in page.lines:
        if _is_plain(line, columns):
            found.append(Laid(line.left.rstrip(), line.strong))
        else:
            found += _lines(line, columns, writes)
    return found


def _is_plain(line: PaperLine, columns: int) -> bool:
    """Whether a line stands as it is: a page of fifty thousand of them is laid out in a moment."""
    left = line.left
    return left.isascii() and left.isprintable() and len(left) <= columns and not any(line[1:2] + line[3:])


def _lines(line: PaperLine, columns: int, writes: Writes) -> Iterator[Laid]:
    if line.rule:
        yield Laid("-" * columns, line.strong)
        return
    left, right = readable(line.left, writes).rstrip(), readable(line.right, writes).strip()
    if not right:
        for part in broken(left, columns):
            centred = " " * ((columns - cell_width(part)) // 2) if line.centre else ""
            yield Laid(centred + part, line.strong)
        return
    right = fit(right, min(columns, cell_width(right)), ascii_only=True)
    room = columns - cell_width(right) - 1
    # A wide amount leaves too little for words: then it gets a line of its own.
    *before, last = broken(left, room) if room >= columns // 3 else [*broken(left, columns), ""]
    for part in before:
        yield Laid(part, line.strong)
    yield Laid(last + " " * (columns - cell_width(last) - cell_width(right)) + right, line.strong)


def broken(text: str, columns: int) -> list[str]:
    """A text in lines of at most `columns` cells, broken at spaces where it can; further lines keep its indent."""
    if cell_width(text) <= columns:
        return [text]
    indent = min(len(text) - len(text.lstrip()), columns // 3)
    lines, current = list[str](), " " * indent
    for word in text.split():
        space = "" if not current.strip() else " "
        if cell_width(current) + len(space) + cell_width(word) <= columns:
            current += space + word
            continue
        if current.strip():
            lines.append(current)
        current = " " * indent
        for letter in word:
            if cell_width(current + letter) > columns:
                lines.append(current)
                current = " " * indent
            current += letter
    return [*lines, current]
