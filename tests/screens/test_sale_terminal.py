"""A whole sale as a person sees it: on a pty, scanned as a scanner sends it."""

from __future__ import annotations

import sys

import pytest

from bookkeeper_tui.store import catalogue, staff
from bookkeeper_tui.store.desk import Desk
from tests.benchmarks.terminal import Terminal
from tests.conftest import PIN
from tests.screens.test_real_terminal import RUN, sign_in
from tests.screens.test_sale import PRODUCTS

F3 = b"\x1bOR"


@pytest.fixture
def command(shell: Desk) -> list[str]:
    """The console on a shop with a cashier and something to sell."""
    staff.add(shell, "Ana Reyes", "cashier", PIN)
    with shell.change("import.products") as change:
        catalogue.bring_in(change, PRODUCTS)
    return [sys.executable, "-c", RUN, str(shell.store.directory), str(shell.store.keys_directory)]


def test_a_sale_from_float_to_change(command: list[str], shell: Desk) -> None:
    with Terminal(command, environment={"BOOKKEEPER_TERMINAL": "Till 1"}) as till:
        sign_in(till)
        till.press(F3, "No shift is open")
        till.press("1", "Float")
        till.press("100\r", "Scan an article", quiet=0.3)
        till.press("4006381333931\r", "TOTAL EUR 18,00")
        till.press("4006381333948\r", "TOTAL EUR 27,00")
        till.press("2*4006381333955\r", "TOTAL EUR 86,80")
        till.press("\r", "Enter pays")
        till.press("100", "CHANGE EUR 13,20")
        till.press("\r", "S-0000001 paid")
        assert "CHANGE EUR 13,20" in till.text()
        till.press("4006381333931\r", "TOTAL EUR 18,00")
    sale = shell.database.execute_sql("SELECT total, line_count, pieces, terminal FROM sale").fetchall()
    assert sale == [(8680, 3, 4, "Till 1")]
    assert shell.database.execute_sql("SELECT state FROM basket ORDER BY id").fetchall() == [("paid",), ("open",)]


def test_a_line_that_is_cut_loses_nothing(command: list[str], shell: Desk) -> None:
    environment = {"BOOKKEEPER_TERMINAL": "Till 1"}
    with Terminal(command, environment=environment) as till:
        sign_in(till)
        till.press(F3, "No shift is open")
        till.press("2", "Scan an article", quiet=0.3)
        till.press("4006381333931\r", "TOTAL EUR 18,00")
    with Terminal(command, environment=environment) as till:
        till.settle("Staff number")
        till.press(f"101\r{PIN}\r", "left unfinished")
        till.press("\r", "TOTAL EUR 18,00")
