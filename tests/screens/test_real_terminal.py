"""The console as it is run: on a pty, its bytes read by a terminal emulator."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

import pytest

from bookkeeper_tui.store import customers, staff
from bookkeeper_tui.store.customers import CustomerFields
from bookkeeper_tui.store.desk import Desk
from tests.benchmarks.terminal import Terminal
from tests.conftest import PIN
from tests.screens.conftest import deeds

RUN = """
import sys
from pathlib import Path
from bookkeeper_tui.console import run_console
sys.exit(run_console(Path(sys.argv[1]), Path(sys.argv[2])))
"""


@pytest.fixture
def command(shell: Desk) -> list[str]:
    """The console on a shop with a cashier and two customers."""
    staff.add(shell, "Ana Reyes", "cashier", PIN)
    for name in ("Ann Smith", "Bob Jones"):
        customers.create(shell, CustomerFields(name=name, phone="+34 600 111 001"))
    return [sys.executable, "-c", RUN, str(shell.store.directory), str(shell.store.keys_directory)]


@pytest.fixture
def till(command: list[str]) -> Iterator[Terminal]:
    """A terminal with somebody signed in."""
    with Terminal(command) as terminal:
        sign_in(terminal)
        yield terminal


def sign_in(terminal: Terminal) -> None:
    terminal.settle("Staff number")
    terminal.press(f"101\r{PIN}\r", "Find")


def ended(terminal: Terminal, within: float = 5.0) -> bool:
    """Whether the program is gone after so many seconds."""
    limit = time.monotonic() + within
    while time.monotonic() < limit:
        if os.waitid(os.P_PID, terminal.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return True
        time.sleep(0.02)
    return False


def test_sign_in_search_open_lock_and_back(till: Terminal, shell: Desk) -> None:
    till.press("smi", "Ann Smith")
    till.press("\r", "Overview")
    till.press(b"\x1b[24~", "Locked")
    till.press(f"{PIN}\r", "Overview")
    assert "screen.lock" in deeds(shell)
    assert deeds(shell, "console.") == ["console.locked", "console.unlocked"]


def test_a_pin_typed_before_there_is_a_screen_is_never_shown(command: list[str]) -> None:
    with Terminal(command) as terminal:
        os.write(terminal.descriptor, f"101\r{PIN}\r".encode())
        terminal.settle("Staff number", quiet=0.4)
        assert PIN not in terminal.text()
        assert terminal.press(f"101\r{PIN}\r", "Find")


def test_keys_that_come_faster_than_a_hand_keep_their_order(till: Terminal) -> None:
    till.press("smi", "Ann Smith")
    till.press("\r", "Overview")
    till.press(b"2\x1b[24~", "Locked")
    till.press(f"{PIN}\r", "[2 Sales]")


def test_an_idle_console_sends_nothing(till: Terminal) -> None:
    till.settle("Find", quiet=0.5)
    assert till.bytes_within(2.5) == 0


@pytest.mark.parametrize(
    ("keys", "dialect"),
    [
        (b"\x1bOS", "xterm"),
        (b"\x1b[[D", "Linux console"),
        (b"\x1b[14~", "PuTTY"),
        (b"\x1b4", "Alt+4"),
        (b"\x0e", "Ctrl+N"),
    ],
)
def test_f4_in_every_dialect(till: Terminal, keys: bytes, dialect: str) -> None:
    till.press(keys, "New customer")


@pytest.mark.parametrize("keys", [b"\x1b[24~", b"\x1bO[", b"\x0c"])
def test_f12_in_every_dialect(till: Terminal, keys: bytes) -> None:
    till.press(keys, "Locked")


def test_a_pound_sign_is_a_letter_and_no_shortcut(till: Terminal) -> None:
    till.press("£¢§", "Find £¢§")


def test_esc_is_answered_at_once_and_a_split_sequence_is_no_esc(till: Terminal) -> None:
    till.press("smi", "Ann Smith")
    till.press(b"\x1b", lambda text: "Find smi" not in text)
    till.press("smi", "Ann Smith")
    os.write(till.descriptor, b"\x1b[")
    time.sleep(0.01)
    till.press(b"24~", "Locked")


@pytest.mark.parametrize("ignored", [False, True])
def test_a_hang_up_ends_the_process_and_the_session(command: list[str], shell: Desk, ignored: bool) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN) if ignored else None
    try:
        terminal = Terminal(command)
    finally:
        if ignored:
            signal.signal(signal.SIGHUP, before)
    sign_in(terminal)
    os.close(terminal.descriptor)
    try:
        assert ended(terminal)
    finally:
        terminal.descriptor = os.open(os.devnull, os.O_RDONLY)
        terminal.close()
    assert deeds(shell, "signout.") == ["signout.done"]


@pytest.mark.parametrize(
    ("environment", "columns", "rows"),
    [({"TERM": "linux"}, 80, 24), ({"TERM": "vt220"}, 80, 24), ({"TERM": "dumb"}, 60, 20)],
)
def test_a_terminal_without_boxes_gets_only_ascii(
    command: list[str], environment: dict[str, str], columns: int, rows: int
) -> None:
    with Terminal(command, environment=environment, columns=columns, rows=rows) as terminal:
        sign_in(terminal)
        for key, marker in (("smi", "Ann Smith"), ("\r", "Overview"), (b"\x1bOP", "what the keys do")):
            terminal.press(key, marker)
            assert terminal.text().isascii(), terminal.text()


def test_no_colour_means_none(command: list[str]) -> None:
    with Terminal(command, environment={"NO_COLOR": "1"}) as terminal:
        sign_in(terminal)
        terminal.press("smi", "Ann Smith")
        colours = {(cell.fg, cell.bg) for line in terminal.screen.buffer.values() for cell in line.values()}
        assert colours == {("default", "default")}


def test_without_a_terminal_it_says_so_in_one_sentence(command: Sequence[str]) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert done.stderr == "The console needs a terminal: standard input is none.\n"


def test_too_small_and_large_again(command: list[str]) -> None:
    with Terminal(command, columns=10, rows=5) as terminal:
        terminal.settle("This needs")


def test_a_program_told_to_end_signs_out_first(command: list[str], shell: Desk) -> None:
    with Terminal(command) as terminal:
        sign_in(terminal)
        os.kill(terminal.pid, signal.SIGTERM)
        assert ended(terminal)
    assert deeds(shell, "signout.") == ["signout.done"]
