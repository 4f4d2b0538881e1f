"""The bytes of a receipt printer: kick, letters in code pages, cut, and nothing that a name could smuggle in."""

import re
from dataclasses import replace

from bookkeeper_tui.paper import escpos
from bookkeeper_tui.paper.page import Page, PaperLine, drawer_page

COMMANDS = re.compile(rb"\x1b@|\x1bp022|\x1c\.|\x1bE[01]|\x1bM1|\x1bt[\x02\x0e\x10\x12]|\x1dV1|\n")


def words(data: bytes) -> bytes:
    return COMMANDS.sub(b"|", data)


def test_a_page_is_reset_printed_and_cut(page: Page) -> None:
    data = escpos.page_bytes(page, 42)
    assert data.startswith(escpos.RESET)
    assert data.endswith(escpos.FEED_AND_CUT)
    assert escpos.KICK not in data
    assert b"1,234.50\n" in data


def test_the_drawer_opens_before_anything_is_printed(page: Page) -> None:
    data = escpos.page_bytes(replace(page, kick=True), 42)
    assert data.startswith(escpos.RESET + escpos.KICK)
    assert escpos.KICK not in escpos.page_bytes(replace(page, kick=True), 42, kicking=False)


def test_a_page_without_lines_only_opens_the_drawer() -> None:
    assert escpos.page_bytes(drawer_page(), 42) == escpos.kick()
    assert escpos.page_bytes(drawer_page(), 42, kicking=False) == b""


def test_accents_are_printed_in_a_code_page_that_has_them(page: Page) -> None:
    data = escpos.page_bytes(page, 42)
    assert b"\x1bt\x02" in data
    assert "Café".encode("cp850") in data
    assert b"\x1bt\x12" + "Ł".encode("cp852") + b"ukasz" in data
    assert b"\x1bt\x10" + "€".encode("cp1252") in data


def test_names_that_no_code_page_has_are_spelt(page: Page) -> None:
    assert b"LiXiaoLong" in escpos.page_bytes(page, 42)


def test_a_printer_without_accents_gets_only_ascii(page: Page) -> None:
    data = escpos.page_bytes(page, 42, ascii_only=True)
    assert data.isascii()
    assert b"Cafe Main St" in data
    assert b"\x1bt" not in data


def test_no_letter_of_a_page_is_a_command(page: Page) -> None:
    assert not re.search(rb"[\x00-\x1f]", words(escpos.page_bytes(page, 42)))


def test_nothing_is_sent_that_a_terminal_would_keep(page: Page) -> None:
    wide = replace(page, kick=True, columns=80, lines=(*page.lines, PaperLine("Ωραία Привет €")))
    assert not re.search(rb"[\x00\x11\x13]", escpos.page_bytes(wide, 42))


def test_a_wide_page_is_printed_small_and_still_fits(page: Page) -> None:
    data = escpos.page_bytes(replace(page, columns=80), 42)
    assert escpos.SMALL in data
    assert max(len(line) for line in words(data).split(b"|")) <= 56
