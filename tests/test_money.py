"""Amounts are read as people and exports write them, and written back to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.money import denominations, divide, exponent_of, parse_amount, plain, round_half_up


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("$8.00", 800),
        ("-$45.00", -4500),
        ("$-45.00", -4500),
        ("1,234.50", 123450),
        ("(12.00)", -1200),
        ("− 12", -1200),
        ("€ 3.5", 350),
        ("12 EUR", 1200),
        ("0", 0),
        (".5", 50),
        ("7.000", 700),
    ],
)
def test_an_amount_as_exports_write_it(text: str, minor: int) -> None:
    assert parse_amount(text, 2) == minor


@pytest.mark.parametrize(("text", "minor"), [("1.234,50", 123450), ("12,5", 1250), ("-3,00 €", -300), ("1234", 123400)])
def test_an_amount_with_a_decimal_comma(text: str, minor: int) -> None:
    assert parse_amount(text, 2, decimal=",") == minor


@pytest.mark.parametrize("text", ["", "abc", "12,x", "1.2.3", "(5", "--", "1e5", "٣", "9" * 20, "0.125", "1,2,3"])
def test_what_is_no_amount_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadInput, match=r"amount|decimals"):
        parse_amount(text, 2)


@given(st.integers(-(10**14), 10**14), st.sampled_from([0, 2, 3]))
def test_what_is_written_is_read_back(minor: int, exponent: int) -> None:
    assert parse_amount(plain(minor, exponent), exponent) == minor


def test_halves_round_away_from_zero() -> None:
    assert [round_half_up(Decimal(text)) for text in ("0.5", "-0.5", "1.4999", "2.5")] == [1, -1, 1, 3]
    assert divide(1000, 3) == 333
    assert divide(5, 0) == 0


def test_a_currency_has_its_own_decimals() -> None:
    assert [exponent_of(code) for code in ("JPY", "EUR", "KWD")] == [0, 2, 3]
    with pytest.raises(BadInput, match="EURO"):
        exponent_of("EURO")


@pytest.mark.parametrize(
    ("text", "decimal"),
    [("12,50", "."), ("1,5", "."), ("1.50", ","), ("-$45.00", ","), ("1,234,5", "."), ("12,3456", ".")],
)
def test_the_other_decimal_mark_is_never_read_as_a_group(text: str, decimal: str) -> None:
    with pytest.raises(BadInput):
        parse_amount(text, 2, decimal)


def test_groups_are_read_where_they_are_groups() -> None:
    assert parse_amount("1,234,567.50", 2) == 123456750
    assert parse_amount("12,34,567", 2) == 123456700
    assert parse_amount("1.234,5", 2, ",") == 123450
    assert parse_amount("1'234.50", 2) == 123450


@pytest.mark.parametrize(
    "text",
    ["1USD2", "5€50", "12.00)", "(-5)", "--5", "-5-", "+-5", "5+", "1 2 3", "5 USD EUR", "9" * 5000, "1" + " " * 10**6],
)
def test_what_only_looks_like_an_amount_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="amount"):
        parse_amount(text, 2)


@pytest.mark.parametrize(
    ("text", "minor"),
    [("1 234,50 €", 123450), ("1\u202f234\u202f567,00", 123456700), ("EUR -5", -500), ("3,00-", -300), ("+4", 400)],
)
def test_groups_may_be_spaces_and_signs_may_stand_behind(text: str, minor: int) -> None:
    assert parse_amount(text, 2, ",") == minor


@pytest.mark.parametrize(
    ("currency", "exponent", "largest", "smallest"),
    [("EUR", 2, 50000, 1), ("JPY", 0, 10000, 1), ("KWD", 3, 20000, 5), ("CHF", 2, 100000, 5), ("PLN", 2, 100000, 1),
     ("KRW", 0, 100000, 1), ("TND", 3, 100000, 1)],
)  # fmt: skip
def test_every_currency_has_its_notes_and_coins(currency: str, exponent: int, largest: int, smallest: int) -> None:
    known = denominations(currency, exponent)
    assert (known[0], known[-1]) == (largest, smallest)
    assert list(known) == sorted(set(known), reverse=True)


def test_the_other_decimal_mark_is_answered_with_how_it_is_written_here() -> None:
    with pytest.raises(BadInput, match=r"“12\.5” is not an amount: here it is written 12,5"):
        parse_amount("12.5", 2, ",")
    with pytest.raises(BadInput, match=r"amount: here it is written 7\.5"):
        parse_amount("7,5", 2)
    with pytest.raises(BadInput, match=r"amount$"):
        parse_amount("1,5,0", 2)
