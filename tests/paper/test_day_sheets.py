"""The day's sheet: everybody's bookings in order, who is off, and nobody's lost."""

import pytest

from bookkeeper_tui.paper.day_sheets import day_sheet
from bookkeeper_tui.paper.plain import as_text
from bookkeeper_tui.store import bookables, bookings
from bookkeeper_tui.store.customers import CustomerFields, create
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.opening import Store
from tests.screens.regulars import NOW
from tests.screens.saturdays import SATURDAY, at, busy_saturday


@pytest.fixture
def shell(store: Store) -> Desk:
    """The owner's desk, a week before that Saturday."""
    return Desk.shell(store, lambda: NOW)


def test_the_sheet_lists_each_trainer_s_day_with_room_to_tick_off(shell: Desk) -> None:
    busy_saturday(shell)
    lines = as_text(day_sheet(shell, SATURDAY), 42).splitlines()
    assert "Saturday                        28/11/2026" in lines
    assert "Luis Ortega                    off Wedding" in lines
    assert "Marta Gil          09:00-14:00 16:00-20:00" in lines
    assert lines.index("[ ] 10:00-11:00 María Fernández") < lines.index("[ ] 12:00-12:45 李小龍")
    assert "    Yoga, Hall                   B-0000001" in lines
    assert not any("Søren" in line for line in lines), "he cancelled"


def test_by_rooms_and_on_a_free_day(shell: Desk) -> None:
    busy_saturday(shell)
    rooms = as_text(day_sheet(shell, SATURDAY, "resource"), 42)
    assert rooms.index("Cabin") < rooms.index("李小龍") < rooms.index("Hall") < rooms.index("María")
    assert as_text(day_sheet(shell, "2026-12-24"), 42).count("Nothing is booked.") == 2


def test_what_is_noted_is_on_the_sheet_and_no_name_breaks_it(shell: Desk) -> None:
    made, _ = busy_saturday(shell)
    odd = create(shell, CustomerFields(name="Jean\u202e‑Luc " + "very " * 12 + "long", phone="+34 600 000 077"))
    bookables.remove_time_off(shell, bookables.time_off(shell, made.luis)[0].id)
    bookings.book(shell, odd.id, made.yoga, at(SATURDAY, "13:00"), trainer_id=made.luis, note="Bad knee")
    text = as_text(day_sheet(shell, SATURDAY), 42)
    assert "Bad knee" in text
    assert "\u202e" not in text
    assert max(map(len, text.splitlines())) <= 42
