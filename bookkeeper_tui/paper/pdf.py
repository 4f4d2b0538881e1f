"""A page as a PDF: a wide one on A4 sheets with their numbers, any other on a strip as wide as a receipt."""

from __future__ import annotations

import sys
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from bookkeeper_tui.paper.letters import readable
from bookkeeper_tui.paper.page import Page
from bookkeeper_tui.paper.plain import Laid, lay_out

if TYPE_CHECKING:
    from fpdf import FPDF

# Letters of the fonts that every reader has. What they lack is spelt: fonts for all scripts would weigh megabytes.
ENCODING = "cp1252"
FONT = "Courier"
# A letter is this much of its size wide.
LETTER = 0.6
POINT = 25.4 / 72

A4_WIDTH, A4_HEIGHT, A4_MARGIN = 210.0, 297.0, 15.0
ROLL_WIDTH, ROLL_MARGIN = 80.0, 4.0
# More than this is too high for some readers: a second strip begins.
ROLL_HIGHEST = 3000.0
LARGEST = 11.0
# More letters a line than this are too small on a roll.
MOST_ON_ROLL = 56


def page_pdf(page: Page, columns: int) -> bytes:
    """A page as a PDF file; `columns` is the width for a page that was laid out for none of its own."""
    width = page.columns or columns
    laid = lay_out(page, width, writes)
    return _sheets(page, laid, width) if width > MOST_ON_ROLL else _strip(page, laid, width)


def _sheets(page: Page, laid: list[Laid], columns: int) -> bytes:
    new_document = loaded()
    size = min(LARGEST, (A4_WIDTH - 2 * A4_MARGIN) / POINT / LETTER / columns)
    height = size * POINT * 1.25
    a_sheet = max(1, int((A4_HEIGHT - 2 * A4_MARGIN) / height) - 2)
    sheets = [laid[first : first + a_sheet] for first in range(0, len(laid), a_sheet)] or [[]]
    document = new_document(format="A4")
    prepare(document, _title(page), A4_MARGIN)
    for number, sheet in enumerate(sheets, 1):
        document.add_page()
        _write(document, sheet, size, height)
        document.set_font(FONT, size=8)
        document.set_y(A4_HEIGHT - A4_MARGIN)
        document.cell(0, 4, readable(f"{page.number}  {number} / {len(sheets)}", writes), align="R")
    return bytes(document.output())


def _strip(page: Page, laid: list[Laid], columns: int) -> bytes:
    new_document = loaded()
    size = min(LARGEST, (ROLL_WIDTH - 2 * ROLL_MARGIN) / POINT / LETTER / columns)
    height = size * POINT * 1.25
    a_strip = int((ROLL_HIGHEST - 2 * ROLL_MARGIN) / height)
    document = new_document()
    prepare(document, _title(page), ROLL_MARGIN)
    for first in range(0, max(1, len(laid)), a_strip):
        lines = laid[first : first + a_strip]
        document.add_page(format=(ROLL_WIDTH, max(40.0, len(lines) * height + 2 * ROLL_MARGIN)))
        _write(document, lines, size, height)
    return bytes(document.output())


def loaded() -> type[FPDF]:
    """The library, which wants TLS to be there: a console keeps that out, until somebody wants a PDF."""
    for module in ("ssl", "_hashlib"):
        if module in sys.modules and sys.modules[module] is None:
            del sys.modules[module]
    from fpdf import FPDF

    return FPDF


def _title(page: Page) -> str:
    return f"{page.kind} {page.number}".strip()


def prepare(document: FPDF, title: str, margin: float) -> None:
    """Sets the letters, the margins and the title of a new document."""
    document.core_fonts_encoding = ENCODING
    document.set_auto_page_break(False)
    document.set_margin(margin)
    document.c_margin = 0
    document.set_title(readable(title, writes))


def _write(document: FPDF, lines: list[Laid], size: float, height: float) -> None:
    # A cell would be measured and broken first, and each text placed by itself: these lines fit, and follow each other.
    # So the first of those alike brings the font, and all others go into one text object, in which T* steps down.
    baseline = 0.5 * height + 0.3 * size * POINT
    for strong, alike in groupby(lines, lambda line: line.strong):
        texts = [line.text for line in alike]
        document.set_font(FONT, "B" if strong else "", size)
        document.text(document.l_margin, document.get_y() + baseline, texts[0])
        if texts[1:]:
            left, up = document.l_margin, document.h - (document.get_y() + baseline)
            begin = f"BT {left / POINT:.2f} {up / POINT:.2f} Td {height / POINT:.4f} TL T*"
            document._out(f"{begin} ({_escaped(texts[1:])}) Tj ET")
        document.set_y(document.get_y() + height * len(texts))


def _escaped(texts: list[str]) -> str:
    """Lines as a text object holds them, in the letters of the fonts."""
    text = "\n".join(texts).replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return text.replace("\n", ") Tj T*\n(").encode(ENCODING).decode("latin-1")


@lru_cache(maxsize=2048)
def writes(letter: str) -> bool:
    """Whether the fonts have this letter."""
    try:
        letter.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return True
