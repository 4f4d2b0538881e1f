"""A trainer is made to leave while consoles book them: whoever comes first wins, and the others are told."""

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import bookables, bookings
from bookkeeper_tui.store.desk import Desk
from tests.store.bookings.studio import Studio
from tests.store.bookings.test_races import next_monday
from tests.store.test_races import CONSOLES, at_once


def leave_or_book(
    desk: Desk, place: int, people: list[int], service: int, starts: list[int], trainer: int
) -> tuple[str, str]:
    what = "leave" if place % 2 else "book"
    try:
        if what == "leave":
            return what, bookables.leave(desk, trainer, next_monday()).left_on
        return what, bookings.book(desk, people[place // 2], service, starts[place // 2], trainer_id=trainer).number
    except BadInput as mistake:
        return what, str(mistake)


def test_a_trainer_leaves_or_is_booked_but_never_both(studio: Studio) -> None:
    day = next_monday()
    starts = [studio.instant(time, day) for time in ("09:00", "11:00", "16:00", "18:00")]
    told = at_once(studio.store, leave_or_book, list(studio.people), studio.massage, starts, studio.marta)
    leaving, booking = ([said for what, said in told if what == one] for one in ("leave", "book"))
    assert len(leaving) + len(booking) == CONSOLES
    if studio.count("booking"):
        assert bookables.get(studio.desk, studio.marta).left_on == ""
        assert all(said.startswith("B-") for said in booking)
        assert all(said.startswith("Marta has ") and "move or cancel" in said for said in leaving)
    else:
        assert leaving == [day] * len(leaving)
        assert all("Marta has left" in said for said in booking)
    assert studio.failing() == {}
