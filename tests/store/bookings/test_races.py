"""Eight consoles at one time at the same instant: one has it, the others are told who and offered other times."""

from datetime import date, timedelta

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import bookings
from bookkeeper_tui.store.bookings import Busy
from bookkeeper_tui.store.desk import Desk
from tests.store.bookings.studio import ZONE, Studio
from tests.store.test_races import CONSOLES, at_once


def next_monday() -> str:
    """A Monday at least a week ahead of the real clock, by which the consoles go."""
    day = date.today() + timedelta(days=7)
    return (day + timedelta(days=-day.weekday() % 7)).isoformat()


def book(desk: Desk, place: int, people: list[int], service: int, starts: int, trainer: int, room: int) -> list[str]:
    person = people[place % len(people)]
    try:
        made = bookings.book(desk, person, service, starts, trainer_id=trainer, resource_id=room)
    except Busy as busy:
        return [*busy.reasons, *(bookings.clock(free.starts, ZONE) for free in busy.free)]
    return [made.number]


def test_one_console_has_the_time_and_the_others_are_offered_three(studio: Studio) -> None:
    starts = studio.instant("10:00", next_monday())
    told = at_once(
        studio.store, book, list(studio.people), studio.massage, starts, studio.marta, studio.room
    )  # fmt: skip
    won = [one for one in told if len(one) == 1]
    lost = [one for one in told if len(one) > 1]
    assert won == [["B-0000001"]]
    assert len(lost) == CONSOLES - 1
    for one in lost:
        assert one[0].startswith("Marta is busy until 11:10 (B-0000001, ")
        assert one[-3:] == ["11:15", "11:30", "11:45"]
    assert studio.count("booking") == studio.count("booking_event") == 1
    assert studio.failing() == {}


def test_a_class_takes_as_many_as_it_has_places_however_many_come_at_once(studio: Studio) -> None:
    starts = studio.instant("12:00", next_monday())
    told = at_once(studio.store, book, list(studio.people), studio.yoga, starts, studio.joan, studio.hall)
    assert sum(len(one) == 1 for one in told) == 4
    assert studio.count("booking") == 4
    assert studio.failing() == {}


def cancel(desk: Desk, place: int, booking_id: int) -> str:
    try:
        return bookings.cancel(desk, booking_id).state
    except BadInput as error:
        return str(error)


def test_one_console_cancels_and_the_others_are_told_so(studio: Studio) -> None:
    starts = studio.instant("10:00", next_monday())
    made = bookings.book(studio.desk, studio.people[0], studio.massage, starts, trainer_id=studio.marta)
    told = sorted(at_once(studio.store, cancel, made.id))
    assert told == ["B-0000001 is cancelled already: it cannot be cancelled"] * (CONSOLES - 1) + ["cancelled"]
    assert len(bookings.history(studio.desk, made.id)) == 2
