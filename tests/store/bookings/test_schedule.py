"""The schedule and who is free: hours, days off and bookings of a day or a week, as they stand."""

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import bookables, bookings
from bookkeeper_tui.store.bookings import Column, clock
from tests.store.bookings.studio import MONDAY, ZONE, Studio


def column(studio: Studio, name: str, kind: str = "trainer", date: str = MONDAY) -> Column:
    return next(one for one in bookings.week(studio.desk, date, kind).columns if one.name == name)


def test_a_day_has_its_bookings_in_order_and_those_that_were_freed_apart(studio: Studio) -> None:
    late, early = studio.book("16:00"), studio.book("10:00", 1)
    gone = studio.book("12:00", 2)
    bookings.cancel(studio.desk, gone.id)
    studio.book("10:00", date="2026-11-24")
    day = bookings.day(studio.desk, MONDAY)
    assert [entry.id for entry in day.bookings] == [early.id, late.id]
    assert [(entry.id, entry.state) for entry in day.freed] == [(gone.id, "late cancelled")]
    assert [entry.customer for entry in day.of(studio.marta)] == ["Bruno Díaz", "Ana Reyes"]
    assert day.of(studio.pau) == ()
    assert [entry.trainer for entry in bookings.day(studio.desk, MONDAY, "resource").of(studio.room)] == ["Marta"] * 2


def test_a_week_begins_on_its_monday_and_tells_hours_and_days_off(studio: Studio) -> None:
    bookables.add_time_off(studio.desk, studio.marta, "2026-11-25", "2026-11-26", "a course")
    bookables.leave(studio.desk, studio.marta, "2026-11-29")
    week = bookings.week(studio.desk, "2026-11-26")
    assert (week.dates[0], week.dates[-1], len(week.dates)) == (MONDAY, "2026-11-29", 7)
    assert [one.name for one in week.columns] == ["Joan", "Marta", "Pau"]
    marta = column(studio, "Marta")
    spans = marta.hours[MONDAY]
    assert [(clock(span.starts, ZONE), clock(span.ends, ZONE)) for span in spans] == [
        ("09:00", "13:00"), ("16:00", "20:00")
    ]  # fmt: skip
    assert spans[0].start_minute == 540
    assert marta.hours["2026-11-29"] == ()
    assert marta.off == {"2026-11-25": "a course", "2026-11-26": "a course", "2026-11-29": "left"}
    assert [span.end_minute for span in column(studio, "Hall", "resource").hours[MONDAY]] == [1440]
    assert "Marta" not in [one.name for one in bookings.week(studio.desk, "2026-11-30").columns]


def test_a_booking_over_midnight_is_in_both_days(studio: Studio) -> None:
    made = studio.book("23:30", trainer_id=studio.night_trainer())
    for date in (MONDAY, "2026-11-24"):
        assert [entry.id for entry in bookings.day(studio.desk, date).bookings] == [made.id]


def test_a_schedule_is_of_a_date_and_a_kind(studio: Studio) -> None:
    with pytest.raises(BadInput, match="is not a date"):
        bookings.day(studio.desk, "soon")
    with pytest.raises(BadInput, match="by trainer or by resource"):
        bookings.week(studio.desk, MONDAY, "room")


def test_the_short_list_has_the_free_first_and_the_others_with_why(studio: Studio) -> None:
    studio.book("10:00")
    bookables.leave(studio.desk, studio.joan, MONDAY)
    bookables.add(studio.desk, bookables.NewBookable("trainer", "Ada", service_ids=frozenset({studio.yoga})))
    starts = studio.instant("10:30")
    found = bookings.who_is_free(studio.desk, "trainer", studio.massage, starts, starts + 3_600_000_000)
    assert [(one.name, one.is_free, one.why) for one in found] == [
        ("Pau", True, ""),
        ("Marta", False, "is busy until 11:10 (B-0000001, Ana Reyes)"),
        ("Ada", False, "does not give Massage"),
    ]  # fmt: skip
    own = bookings.page(studio.desk, studio.people[0])[0].id
    rooms = bookings.availability(studio.desk.database, "resource", None, starts, starts + 3_600_000_000, besides=own)
    assert [(one.name, one.is_free) for one in rooms] == [("Hall", True), ("Room 1", True), ("Room 2", True)]


def test_a_customers_bookings_are_read_page_by_page_both_ways(studio: Studio) -> None:
    made = [studio.book("10:00", date=f"2026-11-{day}") for day in (23, 24, 25, 26, 27)]
    person = studio.people[0]
    first = bookings.page(studio.desk, person, limit=2)
    assert first == [made[4], made[3]]
    second = bookings.page(studio.desk, person, before=(first[-1].starts, first[-1].id), limit=2)
    assert second == [made[2], made[1]]
    assert bookings.newer(studio.desk, person, after=(second[0].starts, second[0].id), limit=2) == first
    assert bookings.newer(studio.desk, person, limit=1) == [made[0]]
    assert bookings.count(studio.desk, person) == 5
    assert bookings.to_come(studio.desk, person)[0] == made[0]
    assert bookings.by_number(studio.desk, " b-0000003 ") == made[2]


def test_the_next_free_times_are_told_without_trying(studio: Studio) -> None:
    studio.book("09:00")
    free = bookings.next_free(studio.desk, studio.people[1], studio.massage, studio.at, trainer_id=studio.marta)
    assert [clock(one.starts, ZONE) for one in free] == ["10:15", "10:30", "10:45"]
    anyone = bookings.next_free(studio.desk, studio.people[1], studio.massage, 0, limit=1)
    assert [(clock(one.starts, ZONE), one.trainer, one.resource) for one in anyone] == [("09:00", "Pau", "Room 2")]


def test_a_booking_that_is_moved_is_not_in_its_own_way(studio: Studio) -> None:
    made = studio.book("09:00")
    free = bookings.next_free(
        studio.desk, made.customer_id, studio.massage, studio.at, trainer_id=studio.marta, besides=made.id
    )
    assert [clock(one.starts, ZONE) for one in free] == ["09:00", "09:15", "09:30"]
