"""Times on the shop's clock: what a clock change skips is refused by name, what it repeats has to be told apart."""

from datetime import date

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import bookings
from bookkeeper_tui.store.bookings import Busy, NoSuchTime, clock, local_instant
from bookkeeper_tui.store.bookings.moments import at_minute, weeks_later
from tests.store.bookings.studio import ZONE, Studio

HOUR = 3_600_000_000
SPRING, AUTUMN = "2027-03-28", "2026-10-25"


@pytest.mark.parametrize("typed", ["9", "09", "900", "0900", "9:00", "09.00", "9h00", " 9:00 "])
def test_times_are_read_as_people_type_them(typed: str) -> None:
    assert local_instant("2026-11-23", typed, "UTC") == local_instant("2026-11-23", "08:00", "UTC") + HOUR


@pytest.mark.parametrize("typed", ["", "24:00", "12:60", "noon", "-1", "9:5", "99", "1 2", "９"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="is not a time such as 09:30"):
        local_instant("2026-11-23", typed, ZONE)


@pytest.mark.parametrize("typed", ["", "23/11/2026", "2026-02-30", "tomorrow", "0001-01-01"])
def test_what_is_no_date_is_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        local_instant(typed, "10:00", ZONE)


def test_a_time_that_the_clocks_skip_is_refused_by_name() -> None:
    with pytest.raises(NoSuchTime, match="There is no 02:30 on 28/03/2027: the clocks go forward past it"):
        local_instant(SPRING, "02:30", ZONE, "%d/%m/%Y")
    assert local_instant(SPRING, "03:00", ZONE) - local_instant(SPRING, "01:59", ZONE) == 60_000_000


def test_a_time_that_comes_twice_is_told_apart() -> None:
    with pytest.raises(BadInput, match="02:30 comes twice on 2026-10-25: type 02:30a for the first, 02:30b"):
        local_instant(AUTUMN, "02:30", ZONE)
    first, second = (local_instant(AUTUMN, f"02:30{mark}", ZONE) for mark in "ab")
    assert second - first == HOUR
    assert [clock(at, ZONE) for at in (first - HOUR, first, second, second + HOUR)] == [
        "01:30", "02:30a", "02:30b", "03:30"
    ]  # fmt: skip
    with pytest.raises(BadInput, match="10:00 comes only once"):
        local_instant(AUTUMN, "10:00a", ZONE)


def test_a_minute_that_comes_twice_is_the_first_or_the_late_one() -> None:
    day = date.fromisoformat(AUTUMN)
    assert at_minute(day, 150, ZONE, late=True) - at_minute(day, 150, ZONE) == HOUR


def test_weeks_keep_the_local_time_and_tell_the_one_that_is_skipped() -> None:
    night = local_instant("2027-03-21", "02:30", ZONE)
    with pytest.raises(NoSuchTime, match="no 02:30 on 2027-03-28"):
        weeks_later(night, 1, ZONE)
    assert clock(weeks_later(night, 2, ZONE), ZONE) == "02:30"


def test_a_booking_across_a_clock_change_has_its_real_length(studio: Studio) -> None:
    person, night = studio.people[0], local_instant(SPRING, "01:30", ZONE)
    made = bookings.book(studio.desk, person, studio.massage, night, trainer_id=studio.marta, resource_id=studio.room,
                         force=True, reason="a night of massages")  # fmt: skip
    assert (made.minutes, clock(made.ends, ZONE)) == (60, "03:30")
    with pytest.raises(Busy, match="until 03:40"):
        studio.book("03:00", 1, date=SPRING)


def test_a_series_says_which_week_the_clocks_skip(studio: Studio) -> None:
    night = local_instant("2027-03-14", "02:30", ZONE)
    rosa = studio.night_trainer()
    told = bookings.book_weekly(studio.desk, studio.people[0], studio.massage, night, 4, trainer_id=rosa)
    assert [(one.date, one.reasons) for one in told.refused] == [
        ("2027-03-28", ("There is no 02:30 on 28/03/2027: the clocks go forward past it",))
    ]
    agreed = bookings.book_weekly(
        studio.desk, studio.people[0], studio.massage, night, 4, trainer_id=rosa, skip_busy=True
    )
    assert [clock(one.starts, ZONE) for one in agreed.booked] == ["02:30"] * 3


def test_hours_that_end_at_midnight_run_on_into_the_next_day(studio: Studio) -> None:
    rosa = studio.night_trainer(((22 * 60, 1440), (0, 60)))
    made = studio.book("23:30", trainer_id=rosa)
    assert (clock(made.ends, ZONE), made.date) == ("00:30", "2026-11-23")
    with pytest.raises(Busy, match="Rosa works 00:00 to 01:00 and 22:00 to 24:00 that day"):
        studio.book("00:30", 1, trainer_id=rosa, date="2026-11-25", minutes=45)
