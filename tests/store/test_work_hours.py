"""Hours worked: what the clock wrote, what it was corrected to and why, and the sums of it."""

import os
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.formats import instant_of
from bookkeeper_tui.store import audit, sign_in, staff, work_hours
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.work_hours import Period
from tests.conftest import PIN

HOUR = 3_600_000_000
NOW = "2026-11-20 18:00"


def at(text: str) -> int:
    """An instant by the shop's clock."""
    return instant_of(datetime.fromisoformat(text), "Europe/Madrid")


@pytest.fixture
def nadia(store: Store, shell: Desk) -> Desk:
    """The manager, on Friday 20 November 2026 at six in the evening."""
    one = staff.add(shell, "Nadia Haddad", "manager", PIN)
    return Desk(store, Actor(one.staff_id, one.number, one.name, "manager"), "till-1", lambda: at(NOW))


@pytest.fixture
def ana(shell: Desk) -> staff.StaffRecord:
    """Ana, who worked on Thursday from nine to five, and is there since nine this morning."""
    one = staff.add(shell, "Ana Reyes", "cashier", PIN)
    clock(shell, one, "2026-11-19 09:00", "2026-11-19 17:00")
    clock(shell, one, "2026-11-20 09:00", None)
    return one


def clock(desk: Desk, one: staff.StaffRecord, begin: str, end: str | None) -> None:
    with desk.store.engine.write() as database:
        database.execute_sql(
            "INSERT INTO work_period (staff_id, terminal, in_at, out_at) VALUES (?, 'till-1', ?, ?)",
            (one.staff_id, at(begin), at(end) if end else None),
        )


def week(desk: Desk, number: str = "") -> list[Period]:
    return work_hours.periods(desk, "2026-11-16", "2026-11-22", number=number)


def test_the_clock_s_periods_stand_in_order_with_their_hours(nadia: Desk, ana: staff.StaffRecord) -> None:
    thursday, friday = week(nadia)
    assert [work_hours.hours_text(one.worked(at(NOW))) for one in (thursday, friday)] == ["8:00", "9:00"]
    assert (thursday.number, thursday.terminal, thursday.correction, friday.out_at) == ("102", "till-1", 0, None)
    assert week(nadia, "101") == []
    assert work_hours.periods(nadia, "2026-11-20", "2026-11-20") == [friday]


def test_sums_are_by_person_and_week(nadia: Desk, shell: Desk, ana: staff.StaffRecord) -> None:
    clock(shell, ana, "2026-11-15 23:30", "2026-11-16 01:00")
    found = work_hours.periods(nadia, "2026-11-09", "2026-11-22")
    sums = work_hours.totals(nadia, found)
    assert [(one.number, one.monday, one.periods, one.worked // HOUR, one.running) for one in sums] == [
        ("102", "2026-11-09", 1, 1, False),
        ("102", "2026-11-16", 2, 17, True),
    ]
    assert sum(one.worked for one in sums) == sum(one.worked(at(NOW)) for one in found)


def test_a_correction_counts_and_what_the_clock_wrote_stays(nadia: Desk, ana: staff.StaffRecord) -> None:
    thursday = week(nadia)[0]
    right = work_hours.correct(
        nadia, thursday.id, at("2026-11-19 08:30"), at("2026-11-19 17:00"), " Came  early ", seen=0
    )
    assert (right.in_at, right.clocked_in, right.reason) == (at("2026-11-19 08:30"), thursday.in_at, "Came early")
    assert right.corrected_by == "101 Nadia Haddad"
    again = work_hours.correct(nadia, thursday.id, right.in_at, at("2026-11-19 16:00"), "Left", seen=right.correction)
    assert work_hours.hours_text(again.worked(at(NOW))) == "7:30"
    assert [one.reason for one in work_hours.corrections(nadia, thursday.id)] == ["Left", "Came early"]
    row = audit.rows_before(nadia.database, action="clock.corrected")[0]
    assert row.subject == "102"
    assert row.detail["old"] == [right.in_at, right.out_at]
    assert row.personal == {"reason": "Left"}


def test_of_two_who_correct_at_once_one_is_told(nadia: Desk, ana: staff.StaffRecord) -> None:
    thursday = week(nadia)[0]
    work_hours.correct(nadia, thursday.id, thursday.in_at, at("2026-11-19 16:00"), "Left early", seen=0)
    with pytest.raises(BadInput, match="corrected meanwhile by 101 Nadia Haddad"):
        work_hours.correct(nadia, thursday.id, thursday.in_at, at("2026-11-19 15:00"), "Left earlier", seen=0)


@pytest.mark.parametrize(
    ("begin", "end", "said"),
    [
        ("2026-11-19 17:00", "2026-11-19 09:00", "end is before the beginning"),
        ("2026-11-19 09:00", "2026-11-20 19:00", "has not come"),
        ("2026-11-18 09:00", "2026-11-19 10:00", "longer than 24 hours"),
        ("2026-10-10 09:00", "2026-10-10 10:00", "31 days at most"),
        ("2026-11-19 09:00", "2026-11-19 09:00", ""),
        ("2026-11-20 08:00", "2026-11-20 09:30", "Ana Reyes was at work then already, from 2026-11-20 09:00 at till-1"),
        ("2026-11-19 22:00", "2026-11-20 09:00", ""),
    ],
)
def test_only_what_can_have_been_is_taken(nadia: Desk, ana: staff.StaffRecord, begin: str, end: str, said: str) -> None:
    thursday = week(nadia)[0]
    if not said:
        assert work_hours.correct(nadia, thursday.id, at(begin), at(end), "As it was", seen=0).out_at == at(end)
        return
    with pytest.raises(BadInput, match=said):
        work_hours.correct(nadia, thursday.id, at(begin), at(end), "As it was", seen=0)
    assert week(nadia)[0] == thursday


def test_no_correction_without_a_reason_or_an_end(nadia: Desk, ana: staff.StaffRecord) -> None:
    thursday = week(nadia)[0]
    for reason in (" ", "x" * 201):
        with pytest.raises(BadInput, match="needs a reason"):
            work_hours.correct(nadia, thursday.id, thursday.in_at, at("2026-11-19 16:00"), reason, seen=0)
    with pytest.raises(BadInput, match="An end is missing"):
        work_hours.correct(nadia, thursday.id, thursday.in_at, None, "Forgot", seen=0)
    with pytest.raises(BadInput, match="no time at work with the id 99"):
        work_hours.correct(nadia, 99, 1, 2, "Forgot", seen=0)


def test_a_forgotten_sign_out_is_ended_and_the_next_sign_in_begins_anew(store: Store, nadia: Desk, shell: Desk) -> None:
    one = staff.add(shell, "Tom Becker", "supervisor", PIN)
    clock(shell, one, "2026-11-18 09:00", None)
    [forgotten] = week(nadia)
    assert forgotten.looks_forgotten(at(NOW))
    ended = work_hours.correct(nadia, forgotten.id, forgotten.in_at, at("2026-11-18 18:00"), "Forgot", seen=0)
    assert not ended.looks_forgotten(at(NOW))
    assert ended.clocked_out == at("2026-11-18 18:00")
    assert staff.list_staff(shell)[1].since == 0
    sign_in.sign_in(store, "till-1", one.number, PIN)
    assert staff.list_staff(shell)[1].since > 0


def test_a_running_period_s_beginning_is_corrected_while_it_runs(
    nadia: Desk, shell: Desk, ana: staff.StaffRecord
) -> None:
    friday = week(nadia)[1]
    work_hours.correct(nadia, friday.id, at("2026-11-20 08:45"), None, "The till was not on", seen=0)
    with shell.store.engine.write() as database:
        database.execute_sql("UPDATE work_period SET out_at = ? WHERE id = ?", (at(NOW), friday.id))
    ended = work_hours.get(nadia, friday.id)
    assert (ended.in_at, ended.out_at) == (at("2026-11-20 08:45"), at(NOW))


def test_time_that_no_clock_saw_is_written_down_by_hand(nadia: Desk, ana: staff.StaffRecord) -> None:
    made = work_hours.add(nadia, "102", at("2026-11-18 09:00"), at("2026-11-18 13:00"), "At the fair")
    assert (made.terminal, made.reason, made.number) == ("by hand", "At the fair", "102")
    assert week(nadia)[0] == made
    with pytest.raises(BadInput, match="at work then already, from 2026-11-18 09:00 at by hand"):
        work_hours.add(nadia, "102", at("2026-11-18 12:00"), at("2026-11-18 14:00"), "At the fair")
    with pytest.raises(BadInput, match="“999”"):
        work_hours.add(nadia, "999", at("2026-11-18 12:00"), at("2026-11-18 14:00"), "At the fair")
    with pytest.raises(BadInput, match="before"):
        work_hours.periods(nadia, "2026-11-20", "2026-11-19")


def test_hours_are_counted_across_a_change_of_the_clocks(shell: Desk, nadia: Desk) -> None:
    one = staff.add(shell, "Tom Becker", "supervisor", PIN)
    clock(shell, one, "2026-10-24 22:00", "2026-10-25 06:00")
    [night] = work_hours.periods(nadia, "2026-10-24", "2026-10-24")
    assert work_hours.hours_text(night.worked(at(NOW))) == "9:00"


def test_only_a_manager_corrects_and_only_who_may_reads(desk_of: Callable[[str], Desk], ana: staff.StaffRecord) -> None:
    for role in ("cashier", "supervisor"):
        with pytest.raises(NotAllowed):
            work_hours.periods(desk_of(role), "2026-11-16", "2026-11-22")
    auditor = desk_of("auditor")
    found = work_hours.periods(auditor, "2026-11-16", "2026-11-22")
    with pytest.raises(NotAllowed):
        work_hours.correct(auditor, found[0].id, 1, 2, "No", seen=0)


LIVES = int(os.environ.get("BOOKKEEPER_LIVES", "25"))
SPANS = st.tuples(st.integers(0, 1), st.integers(0, 5), st.integers(0, 1440), st.integers(-60, 900))


@settings(max_examples=LIVES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=st.lists(SPANS, min_size=1, max_size=14))
def test_nobody_is_ever_at_work_twice_and_the_sums_are_those_of_the_times(
    nadia: Desk, ana: staff.StaffRecord, wanted: list[tuple[int, int, int, int]]
) -> None:
    monday, minute = at("2026-11-09 00:00"), 60_000_000
    for which, day, begin, length in wanted:
        first = monday + day * 24 * HOUR + begin * minute
        found = work_hours.periods(nadia, "2026-11-09", "2026-11-15", number=ana.number)
        try:
            if which and found:
                one = found[-1]
                work_hours.correct(nadia, one.id, first, first + length * minute, "Put right", seen=one.correction)
            else:
                work_hours.add(nadia, ana.number, first, first + length * minute, "Put right")
        except BadInput:
            assert work_hours.periods(nadia, "2026-11-09", "2026-11-15", number=ana.number) == found
    found = work_hours.periods(nadia, "2026-11-01", "2026-11-20", number=ana.number)
    spans = sorted((one.in_at, one.out_at or at(NOW)) for one in found if one.in_at != one.out_at)
    assert all(earlier[1] <= later[0] for earlier, later in pairwise(spans))
    assert sum(one.worked for one in work_hours.totals(nadia, found)) == sum(end - begin for begin, end in spans)
