"""X and Z reports on paper: the figures of the records, whole at any width, with every part of the proof named."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bookkeeper_tui.paper.plain import as_text, lay_out
from bookkeeper_tui.paper.shift_reports import proof_lines, rate_name, x_page, z_page
from bookkeeper_tui.store import days, drawer, shifts, takings
from bookkeeper_tui.store.desk import Desk


@pytest.fixture
def desk(desk_of: Callable[..., Desk]) -> Desk:
    """A supervisor at a till."""
    return desk_of("supervisor", "till-1")


def test_an_open_shift_says_what_is_expected_and_a_closed_one_what_was_counted(desk: Desk) -> None:
    shift = shifts.open_shift(desk, 10000)
    drawer.pull_out(desk, 2500)
    page = x_page(desk, takings.x_report(desk, shift.id))
    assert (page.kind, page.number) == ("x-report", "SH-000001")
    words = as_text(page, 42)
    assert "Expected" in words
    assert "Counted" not in words
    shifts.end(desk, {100: 74})
    lines = [line.split() for line in as_text(x_page(desk, takings.x_report(desk, shift.id)), 42).splitlines()]
    assert ["Pulled", "out", "−25,00"] in lines
    assert ["Counted", "74,00"] in lines
    assert ["Short", "−1,00"] in lines


def test_a_day_before_and_after_its_close(desk: Desk) -> None:
    shifts.open_shift(desk, 500)
    before = z_page(desk, days.report(desk))
    assert "DAY NOT CLOSED YET" in as_text(before, 42)
    shifts.end(desk, {500: 1})
    closed = days.close(desk)
    page = z_page(desk, closed, copy=True)
    assert (page.kind, page.number, page.copy) == ("z-report", "1", True)
    words = as_text(page, 42)
    assert "Z REPORT 1" in words
    assert words.rstrip().endswith("COPY")
    assert [line.split()[0] for line in words.splitlines() if line.startswith(("ok", "!!"))] == ["ok"] * 4


@pytest.mark.parametrize("columns", [32, 42, 48, 80])
def test_it_fits_every_paper(desk: Desk, columns: int) -> None:
    shifts.open_shift(desk, 500)
    shifts.end(desk, {500: 1})
    laid = lay_out(z_page(desk, days.close(desk)), columns)
    assert max(len(line.text) for line in laid) <= columns


def test_a_proof_that_does_not_hold_names_what(desk: Desk) -> None:
    shifts.open_shift(desk, 500)
    shifts.end(desk, {500: 1})
    closed = days.close(desk)
    assert closed.proof is not None
    broken = replace(closed, proof=replace(closed.proof, unbalanced=(7, 9), audit_broken=(12,), tills=1))
    assert broken.proof is not None
    assert [holds for _, _, holds in proof_lines(broken.proof, desk.store.conventions)] == [False, False, True, False]
    words = as_text(z_page(desk, broken), 80)
    assert "DOES NOT HOLD" in words
    assert "!! entries 7, 9: run bookkeeper verify" in words
    assert "!! audit rows 12: run bookkeeper verify" in words


@pytest.mark.parametrize(("rate", "words"), [(21000, "21 %"), (0, "0 %"), (10500, "10,5 %"), (None, "Tax not told")])
def test_a_rate_is_read_as_people_say_it(desk: Desk, rate: int | None, words: str) -> None:
    assert rate_name(rate, desk.store.conventions) == words
