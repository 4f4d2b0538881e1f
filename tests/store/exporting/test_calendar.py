"""A week leaves for a calendar: what is booked, what was given up, the days off; and the verb that writes it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import icalendar
import pytest

from bookkeeper_tui.cli import main
from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import bookings
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.calendar import find, week_calendar
from bookkeeper_tui.store.opening import Store
from tests.screens.regulars import NOW
from tests.screens.saturdays import SATURDAY, at, busy_saturday


@pytest.fixture
def shell(store: Store) -> Desk:
    """The owner's desk, a week before that Saturday."""
    return Desk.shell(store, lambda: NOW)


def events(data: bytes) -> dict[str, Any]:
    return {str(event["uid"]).partition(".")[0]: event for event in icalendar.Calendar.from_ical(data).events}


def test_a_trainer_s_week_reads_back_as_it_was_booked(shell: Desk) -> None:
    made, booked = busy_saturday(shell)
    data, count = week_calendar(shell, made.marta, SATURDAY)
    assert count == 2
    found = events(data)
    assert list(found) == [one.number for one in booked]
    yoga = found["B-0000001"]
    assert (yoga["summary"], yoga["location"], yoga["status"]) == ("Yoga: María Fernández", "Hall", "CONFIRMED")
    assert yoga.start.timestamp() * 1_000_000 == booked[0].starts
    assert yoga.end.timestamp() * 1_000_000 == booked[0].ends
    assert found["B-0000003"]["status"] == "CANCELLED"
    assert b"\r\n" in data


def test_a_booking_that_was_moved_is_the_same_event_with_a_higher_number(shell: Desk) -> None:
    made, booked = busy_saturday(shell)
    before = events(week_calendar(shell, made.marta, SATURDAY)[0])["B-0000001"]
    bookings.move(shell, booked[0].id, booked[0].version, at(SATURDAY, "18:00"))
    after = events(week_calendar(shell, made.marta, "2026-11-23")[0])["B-0000001"]
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]


def test_days_off_are_whole_days_and_a_room_has_a_calendar_too(shell: Desk) -> None:
    made, _ = busy_saturday(shell)
    (off,) = events(week_calendar(shell, made.luis, SATURDAY)[0]).values()
    assert (off["summary"], off.start.isoformat(), off.end.isoformat()) == (
        "Luis Ortega: Wedding", SATURDAY, "2026-11-29",
    )  # fmt: skip
    assert len(events(week_calendar(shell, made.cabin, SATURDAY)[0])) == 2
    assert week_calendar(shell, made.marta, "2026-12-07")[1] == 0


def test_a_name_or_its_beginning_finds_who_is_meant(shell: Desk) -> None:
    made, _ = busy_saturday(shell)
    assert find(shell, "marta").id == made.marta
    assert find(shell, "Cab").id == made.cabin
    with pytest.raises(BadInput, match="no trainer or resource “Nobody”"):
        find(shell, "Nobody")
    with pytest.raises(BadInput, match="no trainer or resource “ ”"):
        find(shell, " ")


def test_who_may_and_what_is_no_date(shell: Desk, desk_of: Callable[[str], Desk]) -> None:
    made, _ = busy_saturday(shell)
    with pytest.raises(NotAllowed):
        week_calendar(desk_of("cashier"), made.marta, SATURDAY)
    with pytest.raises(BadInput, match="not a date"):
        week_calendar(shell, made.marta, "tomorrow")
    with pytest.raises(BadInput, match="There is no trainer or resource 99"):
        week_calendar(shell, 99, SATURDAY)


def test_the_verb_writes_the_file_and_says_how_many(
    shell: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    busy_saturday(shell)
    where = ["--store", str(tmp_path / "shop"), "--keys", str(tmp_path / "keys")]
    path = tmp_path / "marta.ics"
    words = ["export", "calendar", "--trainer", "mar", "--week", SATURDAY]
    assert main([*words, "--to", str(path), *where]) == 0
    assert "2 bookings of Marta Gil's week" in capsys.readouterr().out
    assert len(events(path.read_bytes())) == 3
    assert main(["export", "calendar", "--trainer", "nobody", *where]) == 2
    assert "no trainer or resource “nobody”" in capsys.readouterr().err
    assert main([*words[:-1], "Saturday", *where]) == 2
    assert "after --week is not a date" in capsys.readouterr().err
