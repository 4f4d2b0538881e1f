"""Dates as the store keeps them: what is one, and when a day begins and ends where clocks change."""

import pytest

from bookkeeper_tui.dates import day_bounds, days_after, days_between, is_date, read_iso
from bookkeeper_tui.errors import BadInput

HOUR = 3_600_000_000
MADRID, BEIRUT = "Europe/Madrid", "Asia/Beirut"


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [(MADRID, "2027-03-28", 23), (MADRID, "2026-10-25", 25), (MADRID, "2026-11-23", 24), (BEIRUT, "2026-03-29", 23)],
)
def test_days_have_the_length_that_the_clocks_give_them(zone: str, day: str, hours: int) -> None:
    first, last = day_bounds(day, zone)
    assert (last - first) // HOUR == hours
    assert day_bounds(read_iso(day), zone) == (first, last)
    assert day_bounds(days_after(day, 1), zone)[0] == last, "one day ends where the next begins"


@pytest.mark.parametrize("text", ["", "20261231", "2026-02-29", "31/12/2026", "2026-12-31 ", "2026-W01-1"])
def test_a_date_is_stored_in_one_way_only(text: str) -> None:
    assert not is_date(text)
    assert is_date("2028-02-29")


@pytest.mark.parametrize(
    ("text", "told"), [("tomorrow", "To: “tomorrow” is not a date such as"), ("0001-01-01", "To: 0001-01-01 is in no")]
)
def test_what_is_no_date_of_the_books_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        read_iso(text, "To")


def test_days_are_counted_across_leap_years() -> None:
    assert (days_after("2028-02-28", 2), days_between("2028-02-28", "2028-03-01")) == ("2028-03-01", 2)
    assert days_between("2026-11-22", "2026-11-20") == -2
