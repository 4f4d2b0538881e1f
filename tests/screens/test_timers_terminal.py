"""What the screen of sessions sends to a real terminal: nothing while none runs, else the cells that change."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from bookkeeper_tui.store import packages, staff, timers
from bookkeeper_tui.store.customers import CustomerFields, create
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.timers import Timer
from tests.benchmarks.terminal import Terminal
from tests.conftest import PIN
from tests.screens.studio import sell_package, studio
from tests.screens.test_real_terminal import RUN

CELL = 120
"""More than it takes to put the cursor somewhere, set a colour, write twelve letters and put it back."""


@pytest.fixture
def command(shell: Desk) -> list[str]:
    """The console on a shop with a cashier."""
    staff.add(shell, "Ana Reyes", "cashier", PIN)
    return [sys.executable, "-c", RUN, str(shell.store.directory), str(shell.store.keys_directory)]


@pytest.fixture
def till(command: list[str]) -> Iterator[Terminal]:
    """A terminal that shows the sessions under way."""
    with Terminal(command) as terminal:
        go_there(terminal)
        yield terminal


def go_there(terminal: Terminal) -> None:
    terminal.settle("Staff number")
    terminal.press(f"101\r{PIN}\r", "Find")
    open_list(terminal)


def open_list(terminal: Terminal) -> None:
    """Ctrl+P finds every action by its name."""
    terminal.press(b"\x10", "Sale")
    terminal.press("timers", "Timers")
    terminal.press("\r", "Left Ends")


def begin(shell: Desk, name: str, minutes: int) -> Timer:
    """Somebody's session begins."""
    customer = create(shell, CustomerFields(name=name))
    event = packages.use(shell, sell_package(shell, customer).id)
    return timers.start(shell, event_id=event.id, minutes=minutes)


def sent_by_second(terminal: Terminal, seconds: int) -> list[int]:
    """How many bytes came in each of so many seconds."""
    return [terminal.bytes_within(1.0) for _ in range(seconds)]


def test_with_nothing_under_way_nothing_is_sent(till: Terminal) -> None:
    till.settle("No session is under way", quiet=0.5)
    assert till.bytes_within(1.6) == 0


def test_only_the_cell_of_the_one_that_ends_is_sent_each_second(till: Terminal, shell: Desk) -> None:
    studio(shell)
    for name in ("Bob Jones", "Chen Li"):
        begin(shell, name, 59)
    begin(shell, "Dora Pi", 2)
    till.settle("1:5", quiet=0.3, within=10)
    by_second = sent_by_second(till, 3)
    assert all(sent <= 2 * CELL for sent in by_second), by_second
    assert 0 < sum(by_second) <= 4 * CELL, by_second


def test_paused_or_left_for_another_screen_nothing_is_sent(till: Terminal, shell: Desk) -> None:
    studio(shell)
    timer = begin(shell, "Dora Pi", 2)
    till.settle("1:5", within=10)
    till.press(" ", "paused")
    till.press(b"\x1bOQ", "Find")
    till.settle(quiet=0.4)
    timers.resume(shell, timer.id)
    till.settle(quiet=0.5)
    assert till.bytes_within(1.6) == 0, "it runs, but is not seen"
    open_list(till)
    assert till.bytes_within(1.3) > 0
    till.press(" ", "paused")
    till.settle(quiet=0.4)
    assert till.bytes_within(1.6) == 0, "it is seen, but paused"


def test_two_consoles_show_one_session(command: list[str], shell: Desk) -> None:
    studio(shell)
    with Terminal(command) as one, Terminal(command, environment={"BOOKKEEPER_TERMINAL": "Till 9"}) as other:
        for terminal in (one, other):
            go_there(terminal)
        timer = begin(shell, "Dora Pi", 30)
        for terminal in (one, other):
            terminal.settle("30 min", within=10)
        one.press(" ", "is paused")
        other.settle(lambda text: "paused" in text.splitlines()[2], within=10)
        other.press(" ", "goes on")
        one.settle(lambda text: "paused" not in text.splitlines()[2], within=10)
        other.press("cy", "No session is under way")
        one.settle("No session is under way", within=10)
        assert timers.running(shell) == []
        assert timers.read(shell.database, timer.id).stopped_at is not None
