"""Dates and times as people type them."""

from __future__ import annotations

from datetime import date

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import Conventions
from bookkeeper_tui.screens.typed_dates import read_day, read_span

SATURDAY = date(2026, 11, 21)
SPANISH = Conventions(decimal=",", group=".", date_format="%d/%m/%Y")
AMERICAN = Conventions(date_format="%m/%d/%Y")
ZONE = "Europe/Madrid"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("", "2026-11-21"),
        ("0", "2026-11-21"),
        ("+1", "2026-11-22"),
        ("+14", "2026-12-05"),
        ("su", "2026-11-22"),
        ("mo", "2026-11-23"),
        ("SA", "2026-11-28"),
        ("saturday", "2026-11-28"),
        ("21", "2026-11-21"),
        ("5", "2026-12-05"),
        ("31", "2026-12-31"),
        ("28/11", "2026-11-28"),
        ("5/1", "2027-01-05"),
        ("29/2", "2028-02-29"),
        ("28/11/2026", "2026-11-28"),
        ("sa 28/11/2026", "2026-11-28"),
        ("2027-03-01", "2027-03-01"),
    ],
)
def test_a_day_is_read_with_few_keys(typed: str, day: str) -> None:
    assert read_day(typed, SATURDAY, SPANISH).isoformat() == day


def test_day_and_month_stand_in_the_shops_order() -> None:
    assert read_day("12/5", SATURDAY, AMERICAN) == date(2026, 12, 5)
    assert read_day("12/5", SATURDAY, SPANISH) == date(2027, 5, 12)


@pytest.mark.parametrize("typed", ["x", "32", "31/2", "+99999", "tomorrow morning", "30/13", "²", "-1"])
def test_what_is_no_day_is_told_with_its_place(typed: str) -> None:
    with pytest.raises(BadInput, match=r"^Day: “") as raised:
        read_day(typed, SATURDAY, SPANISH, "Day")
    assert "is not a date such as 31/12/2026, +1 or sa" in str(raised.value)


def test_a_time_may_have_an_end() -> None:
    starts, minutes = read_span("9:30-11", SATURDAY, ZONE, SPANISH.date_format)
    assert minutes == 90
    assert read_span("930", SATURDAY, ZONE, SPANISH.date_format) == (starts, None)


def test_an_end_that_is_not_after_its_start_is_refused() -> None:
    with pytest.raises(BadInput, match=r"^Time: 9 is not after 10$"):
        read_span("10-9", SATURDAY, ZONE, SPANISH.date_format)


def test_a_time_that_is_skipped_or_comes_twice_is_told() -> None:
    with pytest.raises(BadInput, match="There is no 02:30 on 28/03/2027"):
        read_span("2:30", date(2027, 3, 28), ZONE, SPANISH.date_format)
    with pytest.raises(BadInput, match="comes twice on 31/10/2027"):
        read_span("2:30", date(2027, 10, 31), ZONE, SPANISH.date_format)
    first, second = (read_span(f"2:30{mark}", date(2027, 10, 31), ZONE, SPANISH.date_format)[0] for mark in "ab")
    assert second - first == 3_600_000_000
    assert read_span("2:30a-2:30b", date(2027, 10, 31), ZONE, SPANISH.date_format) == (first, 60)
