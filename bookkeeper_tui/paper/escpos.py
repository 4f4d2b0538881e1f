"""A page as the bytes of an ESC/POS printer: letters in its code pages, bold, a cut, and the drawer's kick."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

from bookkeeper_tui.paper.letters import Writes, only_ascii
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
    printer = _recorder()
    writes: Writes = only_ascii if ascii_only else _writes(printer.magic.encoder)
    printer._raw(RESET + opening + NO_IDEOGRAPHS + (SMALL if small else b""))
    for line in lay_out(page, width, writes):
        if line.strong:
            printer._raw(BOLD)
        printer.text(line.text)
        printer._raw((NOT_BOLD if line.strong else b"") + b"\n")
    printer._raw(FEED_AND_CUT)
    return bytes(printer.output)


def _recorder() -> Any:
    """A printer of the library that only keeps what it is sent."""
    with _without_traces():
        from escpos.magicencode import Encoder
        from escpos.printer import Dummy
    return Dummy(magic_encode_args={"encoder": Encoder(CODE_PAGES)})


def _writes(encoder: Any) -> Writes:
    return lambda letter: any(encoder.can_encode(page, letter) for page in encoder.codepages)


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
