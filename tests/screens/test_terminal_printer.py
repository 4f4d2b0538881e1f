"""Printing through a real terminal: the page leaves whole, with nothing of the screen in it, and the screen stays."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

import pytest

from bookkeeper_tui.paper import escpos
from bookkeeper_tui.paper.page import Page, PaperLine
from bookkeeper_tui.paper.printing import TO_PRINTER, TO_SCREEN
from bookkeeper_tui.settings import FILE_NAME, Printer, Settings, write_settings
from bookkeeper_tui.store import customers, staff
from bookkeeper_tui.store.customers import CustomerFields
from bookkeeper_tui.store.desk import Desk
from tests.benchmarks.terminal import Terminal
from tests.conftest import PIN

# F5 prints here, so that the test needs no sale and can go on typing at once.
RUN = """
import sys
from pathlib import Path
sys.modules |= {"ssl": None, "_hashlib": None}
from bookkeeper_tui import app
from bookkeeper_tui.console import open_console

def print_long(console):
    from tests.screens.test_terminal_printer import LONG
    return console.print_page(LONG)

app.BookkeeperApp.do_refresh = print_long
sys.exit(open_console(Path(sys.argv[1]), Path(sys.argv[2])))
"""
LONG = Page(
    "receipt",
    "S-0000001",
    tuple(PaperLine(f"Łukasz' café crème {number} \x1b[4i", "1,234.50") for number in range(300)),
    kick=True,
)


class ThinClient(Terminal):
    """A terminal with a printer: what stands between the words of media copy goes there and not to its screen."""

    held = b""
    printed = b""

    def _feed(self, chunk: bytes) -> None:
        self.held += chunk
        while (begun := self.held.find(TO_PRINTER)) >= 0 and (ended := self.held.find(TO_SCREEN, begun)) >= 0:
            self.printed += self.held[begun + len(TO_PRINTER) : ended]
            self.held = self.held[:begun] + self.held[ended + len(TO_SCREEN) :]
        if begun < 0:
            super()._feed(self.held)
            self.held = b""


@pytest.fixture
def client(shell: Desk) -> Iterator[ThinClient]:
    """A cashier signed in at a terminal that has the printer."""
    store = shell.store
    write_settings(store.directory / FILE_NAME, Settings(printer=Printer("terminal")))
    staff.add(shell, "Ana Reyes", "cashier", PIN)
    customers.create(shell, CustomerFields(name="Ann Smith", phone="+34 600 111 001"))
    command = [sys.executable, "-c", RUN, str(store.directory), str(store.keys_directory)]
    with ThinClient(command) as terminal:
        terminal.settle("Staff number")
        terminal.press(f"101\r{PIN}\r", "Find")
        yield terminal


def test_a_page_leaves_whole_while_the_screen_goes_on(client: ThinClient, shell: Desk) -> None:
    client.press(b"\x1b[15~smi", lambda text: "Ann Smith" in text and client.printed.endswith(escpos.FEED_AND_CUT[-3:]))
    expected = escpos.page_bytes(LONG, 42)
    # The line discipline of the pty makes each line end two bytes.
    assert client.printed.replace(b"\r\n", b"\n") == expected
    assert client.printed.startswith(escpos.RESET + escpos.KICK)
    assert client.printed.count(b"1,234.50") == 300
    assert "1,234.50" not in client.text()
    detail = shell.database.execute_sql("SELECT detail FROM audit WHERE action = 'paper.printed'").fetchall()
    assert len(detail) == 1
    assert re.search('"where": ?"terminal"', detail[0][0])


def test_letters_beyond_ascii_arrive_as_the_bytes_of_their_code_page(client: ThinClient) -> None:
    client.press(b"\x1b[15~", lambda _: client.printed.endswith(escpos.FEED_AND_CUT[-3:]), within=20)
    assert b"\x1bt\x12" + "Ł".encode("cp852") + b"ukasz" in client.printed
    assert "Ł".encode() not in client.printed


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_a_terminal_of_any_encoding_prints_the_same_bytes_and_shows_names(shell: Desk, encoding: str) -> None:
    store = shell.store
    write_settings(store.directory / FILE_NAME, Settings(printer=Printer("terminal")))
    staff.add(shell, "Ana Reyes", "cashier", PIN)
    customers.create(shell, CustomerFields(name="李小龍 Smith", phone="+34 600 111 001"))
    command = [sys.executable, "-c", RUN, str(store.directory), str(store.keys_directory)]
    with ThinClient(command, environment={"PYTHONIOENCODING": encoding}) as terminal:
        terminal.settle("Staff number")
        terminal.press(f"101\r{PIN}\r", "Find")
        terminal.press("smi", "李小龍 Smith" if encoding == "utf-8" else "?????? Smith")
        terminal.press(b"\x1b[15~", lambda _: terminal.printed.endswith(escpos.FEED_AND_CUT[-3:]), within=20)
        assert terminal.printed.replace(b"\r\n", b"\n") == escpos.page_bytes(LONG, 42)
