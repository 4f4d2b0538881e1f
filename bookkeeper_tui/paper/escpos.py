"""A page as the bytes of an ESC/POS printer: letters in its code pages, bold, a cut, and the drawer's kick."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

from bookkeeper_tui.paper.letters import only_ascii
from bookkeeper_tui.paper.page import Page
from bookkeeper_tui.paper.plain import lay_out

# The numbers that nearly every printer gives these code pages. Terminals keep NUL, XON and XOFF for themselves, so no
# number here, and no command below, contains 0, 17 or 19: a page may go through one.
CODE_PAGES = {"CP850": 2, "CP737": 14, "CP1252": 16, "CP852": 18}

RESET = b"\x1b@"
# Some printers begin by taking two bytes above 127 for one ideograph.
NO_IDEOGRAPHS = b"\x1c."
# 100 ms on the drawer's first pin; the digit zero says the same as the byte 0.
KICK = b"\x1bp022"
BOLD, NOT_BOLD = b"\x1bE1", b"\x1bE0"
SMALL = b"\x1bM1"
FEED_AND_CUT = b"\n\n\n\n\n\n\x1dV1"


def kick() -> bytes:
    """What opens the drawer, and nothing else."""
    return RESET + KICK


def page_bytes(page: Page, columns: int, *, ascii_only: bool = False, kicking: bool = True) -> bytes:
    """A page as a printer of `columns` letters a line takes it; a wider page is printed in its smaller letters.

    With `kicking` the drawer opens first, if the page asks for it.
    """
    opening = KICK if page.kick and kicking else b""
    if not page.lines:
        return RESET + opening if opening else b""
    small = page.columns > columns
    width = min(page.columns, columns * 4 // 3) if small else columns
    letters = _Letters()
    sent = [RESET, opening, NO_IDEOGRAPHS, SMALL if small else b""]
    for line in lay_out(page, width, only_ascii if ascii_only else letters.writes):
        text = letters.encoded(line.text)
        sent.append(BOLD + text + NOT_BOLD + b"\n" if line.strong else text + b"\n")
    return b"".join([*sent, FEED_AND_CUT])


class _Letters:
    """The printer's letters: the library's code pages, read at the first letter that is not ASCII."""

    def __init__(self) -> None:
        self._printer: Any = None

    @property
    def _library(self) -> Any:
        """A printer of the library that keeps what it is sent."""
        if self._printer is None:
            with _without_traces():
                from escpos.magicencode import Encoder
                from escpos.printer import Dummy
            self._printer = Dummy(magic_encode_args={"encoder": Encoder(CODE_PAGES)})
        return self._printer

    def writes(self, letter: str) -> bool:
        """Whether any of the code pages has a letter."""
        encoder = self._library.magic.encoder
        return any(encoder.can_encode(page, letter) for page in CODE_PAGES)

    def encoded(self, text: str) -> bytes:
        """A text with the changes of code page that its letters need."""
        if text.isascii():
            return text.encode("ascii")
        self._library.text(text)
        data = bytes(self._library.output)
        self._library.clear()
        return data


@contextmanager
def _without_traces() -> Iterator[None]:
    """Reading the library leaves no directory behind, and no log handler that would write over the screen."""
    name, root, quiet = "ESCPOS_CAPABILITIES_PICKLE_DIR", logging.getLogger(), logging.NullHandler()
    before = os.environ.get(name)
    root.addHandler(quiet)
    try:
        with TemporaryDirectory() as directory:
            os.environ[name] = directory
            yield
    finally:
        root.removeHandler(quiet)
        if before is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = before
