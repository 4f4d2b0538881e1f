"""A page as text: every line fits its width, amounts end at the right, and nothing in it commands a printer."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookkeeper_tui.formats import cell_width
from bookkeeper_tui.paper.letters import every_letter, only_ascii, readable
from bookkeeper_tui.paper.page import RULE, Page, PaperLine
from bookkeeper_tui.paper.plain import as_text, lay_out

ANY_LINE = st.builds(PaperLine, left=st.text(max_size=120), right=st.text(max_size=30), centre=st.booleans())


def page_of(*lines: PaperLine, columns: int = 0) -> Page:
    return Page("receipt", "S-1", lines, columns=columns)


@settings(max_examples=60, deadline=None)
@given(st.lists(ANY_LINE, max_size=4), st.integers(20, 80), st.booleans())
def test_whatever_stands_on_a_page_fits_and_no_control_gets_through(
    lines: list[PaperLine], columns: int, plain: bool
) -> None:
    for line in lay_out(page_of(*lines), columns, only_ascii if plain else every_letter):
        assert cell_width(line.text) <= columns
        assert not any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in line.text)
        assert not plain or (line.text.isascii() and line.text.isprintable())


def test_an_amount_ends_at_the_right_of_the_last_line_of_its_words() -> None:
    shown = as_text(page_of(PaperLine("Espresso beans, freshly roasted", "1,234.50")), 24)
    assert shown == "Espresso beans,\nfreshly roasted 1,234.50\n"


def test_words_that_leave_no_room_give_the_amount_a_line_of_its_own() -> None:
    shown = as_text(page_of(PaperLine("Total", "1,234,567,890.50 EUR")), 22)
    assert shown == "Total\n  1,234,567,890.50 EUR\n"


def test_a_line_that_fits_keeps_the_spaces_of_its_table() -> None:
    row = "2026-11-20  S-0000001      12.00             112.00"
    assert as_text(page_of(PaperLine(row), RULE, columns=60), 42) == f"{row}\n{'-' * 60}\n"


def test_wide_letters_take_two_cells() -> None:
    assert as_text(page_of(PaperLine("李小龍", "5.00")), 20) == "李小龍          5.00\n"


@pytest.mark.parametrize(
    ("name", "spelt"),
    [
        ("李小龍", "LiXiaoLong"),
        ("Łukasz Żółć", "Lukasz Zolc"),
        ("María Fernández", "Maria Fernandez"),
        ("Zoe\u0308", "Zoe"),
        ("−12.00 €", "-12.00 EUR"),
        ("1\u202f234", "1 234"),
        ("Größe", "Grosse"),
    ],
)
def test_what_a_printer_cannot_write_is_spelt(name: str, spelt: str) -> None:
    assert readable(name, only_ascii) == spelt
    assert readable(name, every_letter) == unicodedata.normalize("NFC", name)


def test_signs_that_nothing_spells_stay_as_wide_as_they_were() -> None:
    assert readable("a\U0001fae8b\u200fc", only_ascii) in ("a??bc", "a:shaking_face:bc")
    assert readable("a\ue000b", only_ascii) == "a?b"
