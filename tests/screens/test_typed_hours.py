"""The hours of a week in one line: what is written can be typed, and what cannot be read is named."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.screens.typed_hours import EXAMPLE, hours_text, read_hours
from bookkeeper_tui.store.bookables import Hours

SPANS = st.tuples(st.integers(0, 6), st.integers(0, 1438), st.integers(1, 1440)).filter(lambda one: one[1] < one[2])


def test_the_line_that_is_shown_as_an_example() -> None:
    week = read_hours(EXAMPLE)
    assert len(week) == 11
    assert (week[0], week[-1]) == (Hours(0, 540, 780), Hours(5, 600, 840))
    assert hours_text(week) == EXAMPLE


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", ""),
        ("mo 9-13", "Mo 09:00-13:00"),
        ("MONDAY 9.30 - 13h15 ;", "Mo 09:30-13:15"),
        ("tu,th 0900-1300", "Tu,Th 09:00-13:00"),
        ("Fr-Mo 8-24:00", "Fr,Sa,Su,Mo 08:00-24:00"),
        ("mo-we,fr 9-13 ; sa 9-13", "Mo-We,Fr,Sa 09:00-13:00"),
        ("Mo 16-20 9-13; mo 9-13", "Mo 09:00-13:00 16:00-20:00"),
    ],
)
def test_it_may_be_typed_in_other_ways(typed: str, meant: str) -> None:
    assert set(read_hours(typed)) == set(read_hours(meant))


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("Mx 9-13", "“Mx” is no day"),
        ("M 9-13", "“M” is no day"),
        ("9-13", "“9-13” is no day"),
        ("Mo-Fr", "“Mo-Fr” needs times"),
        ("Mo nine", "“nine” is no time"),
        ("Mo 9-25", "“9-25” is no time of a day"),
        ("Mo 22-02", "past midnight belongs to the next day"),
        ("Mo 9-9", "ends before it begins"),
        ("Mo " + "9-13 " * 100, "longer than 400"),
        ("Mo 9-13\x1b[31m", "“9-13·"),
    ],
)
def test_what_cannot_be_read_is_named(typed: str, named: str) -> None:
    with pytest.raises(BadInput, match=named.replace("[", r"\[")):
        read_hours(typed)


@settings(max_examples=60)
@given(st.sets(SPANS, max_size=12))
def test_what_is_written_is_read_back(spans: set[tuple[int, int, int]]) -> None:
    week = sorted(Hours(*span) for span in spans)
    assert read_hours(hours_text(week)) == week


@settings(max_examples=60)
@given(st.text("MoTuWeFrSa0123456789:-,; .", max_size=60))
def test_any_typing_is_hours_or_refused(typed: str) -> None:
    week: list[Hours] = []
    with suppress(BadInput):
        week = read_hours(typed)
    assert all(0 <= one.start_minute < one.end_minute <= 1440 for one in week)
