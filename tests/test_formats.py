"""Texts fold for search, fit their columns, and never carry an escape to the terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookkeeper_tui.formats import (
    Conventions,
    business_date,
    cell_width,
    fit,
    fold,
    harmless,
    mask_email,
    mask_phone,
)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("María  Fernández", "maria fernandez"),
        ("SØRENSEN, Jørgen", "sorensen jorgen"),
        ("Straße", "strasse"),
        ("Łukasz O’Neil-Smith", "lukasz o neil smith"),
        ("李小龍", "李 小 龍"),
        ("محمد علي", "محمد علي"),
        ("", ""),
        ('%*"(', ""),
    ],
)
def test_a_name_folds_to_what_people_type(text: str, key: str) -> None:
    assert fold(text) == key


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60), st.integers(0, 40), st.booleans())
def test_a_cell_is_exactly_as_wide_as_its_column(text: str, width: int, right: bool) -> None:
    assert cell_width(fit(harmless(text), width, right=right)) == width


@given(st.text())
def test_no_control_character_reaches_the_terminal(text: str) -> None:
    drawn = harmless(text)
    assert all(ord(letter) >= 32 and not 127 <= ord(letter) < 160 for letter in drawn)
    assert "\u202e" not in drawn


def test_figures_follow_the_shop() -> None:
    spanish = Conventions("EUR", 2, ",", ".", "%d/%m/%Y")
    assert spanish.amount(123450) == "1.234,50"
    assert spanish.amount(-1200) == "−12,00"
    assert spanish.date("2026-11-20") == "20/11/2026"
    assert spanish.date("--05-17") == "05-17"
    assert spanish.quantity(375) == "0,375"
    assert Conventions("JPY", 0).amount(1500) == "1,500"
    assert Conventions(ascii=True).amount(-5) == "-0.05"


def test_a_business_date_is_the_shops_own() -> None:
    just_before_midnight_utc = 1_795_217_399_000_000
    assert business_date(just_before_midnight_utc, "UTC") == "2026-11-20"
    assert business_date(just_before_midnight_utc, "Europe/Madrid") == "2026-11-21"


def test_masks_show_just_enough() -> None:
    assert mask_phone("+34 612 345 678") == "•••• ••• 678"
    assert mask_email("maria@example.com") == "m•••@example.com"
    assert mask_phone("") == ""
    assert mask_email("") == ""


def test_signs_at_which_the_search_index_parts_words_part_them_here_too() -> None:
    assert fold("0ぁᦰ Anᦰna") == "0 ぁ an na"
