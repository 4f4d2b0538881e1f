"""Printing to files, CUPS, the network and terminals: what arrives there, and one sentence where nothing does."""

import json
import os
import re
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.paper import escpos, printing
from bookkeeper_tui.paper.page import Page, PaperLine, drawer_page
from bookkeeper_tui.paper.printing import NotPrinted
from bookkeeper_tui.settings import Printer
from bookkeeper_tui.store import audit
from bookkeeper_tui.store.desk import Actor, Desk
from tests.paper.printers import FakePrinter, HangingPrinter, at_printer

COVER_OPEN, NO_PAPER = b"\x16\x12", b"\x32\x72"


def network(port: int, **more: object) -> Printer:
    return replace(Printer("network", host="127.0.0.1", port=port, seconds=1), **more)  # type: ignore[arg-type]


def printed(desk: Desk) -> list[tuple[str, dict[str, object]]]:
    rows = desk.database.execute_sql("SELECT subject, detail FROM audit WHERE action = 'paper.printed' ORDER BY seq")
    return [(subject, json.loads(detail)) for subject, detail in rows]


# The network.


def test_a_network_printer_is_sent_kick_page_and_cut(desk: Desk, page: Page) -> None:
    with FakePrinter() as printer:
        printing.put_on_paper(at_printer(desk, network(printer.port)), replace(page, kick=True))
        data = printer.wait()
    assert data.startswith(escpos.kick())
    assert data.count(escpos.KICK) == 1
    assert b"1,234.50" in data
    assert data.endswith(escpos.FEED_AND_CUT)
    assert printed(desk) == [("S-0000001", {"kind": "receipt", "where": f"network 127.0.0.1:{printer.port}"})]


def test_a_printer_that_says_nothing_of_its_state_is_sent_the_page(desk: Desk, page: Page) -> None:
    with FakePrinter(status=None) as printer:
        printing.put_on_paper(at_printer(desk, network(printer.port)), page)
        assert b"1,234.50" in printer.wait()


@pytest.mark.parametrize(("status", "why"), [(NO_PAPER, "is out of paper"), (COVER_OPEN, "has its cover open")])
def test_a_printer_that_cannot_print_is_told_and_the_drawer_opens_all_the_same(
    desk: Desk, page: Page, status: bytes, why: str
) -> None:
    with FakePrinter(status) as printer:
        with pytest.raises(NotPrinted) as told:
            printing.put_on_paper(at_printer(desk, network(printer.port)), replace(page, kick=True))
        assert escpos.KICK in printer.wait()
        assert b"1,234.50" not in printer.printed
    assert str(told.value) == (
        f"The printer at 127.0.0.1:{printer.port} {why}: Receipt S-0000001 was not printed, and can be printed again"
    )


def test_a_printer_that_is_away_is_one_sentence(desk: Desk, page: Page) -> None:
    with FakePrinter() as printer:
        port = printer.port
    with pytest.raises(NotPrinted, match=r"^The printer at 127.0.0.1:\d+ cannot be reached \(Connection refused\): "):
        printing.put_on_paper(at_printer(desk, network(port)), page)


def test_a_printer_that_hangs_is_given_up_after_its_seconds(desk: Desk, page: Page) -> None:
    with HangingPrinter() as printer, pytest.raises(NotPrinted, match="does not answer: Receipt S-0000001 was not"):
        printing.put_on_paper(at_printer(desk, network(printer.port)), page)


def test_a_host_that_nobody_knows_is_one_sentence(desk: Desk, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "create_connection", unknown)
    with pytest.raises(NotPrinted, match=r"^The printer at receipts.main.st:9100 has a name that this server does not"):
        printing.put_on_paper(at_printer(desk, Printer("network", host="receipts.main.st")), page)


def test_a_text_printer_gets_text_and_no_commands(desk: Desk, page: Page) -> None:
    with FakePrinter() as printer:
        printing.put_on_paper(at_printer(desk, network(printer.port, language="text", letters="ascii")), page)
        data = printer.wait()
    assert data.isascii()
    assert not re.search(rb"[\x00-\x09\x0b-\x1f]", data)


# The drawer.


def test_the_drawer_opens_without_a_page(desk: Desk) -> None:
    with FakePrinter() as printer:
        printing.put_on_paper(at_printer(desk, network(printer.port)), drawer_page())
        assert printer.wait() == escpos.kick()
    assert printed(desk) == []


@pytest.mark.parametrize(
    "printer", [Printer(), Printer("file"), Printer("cups"), Printer("network", host="127.0.0.1", kick=False)]
)
def test_where_there_is_no_drawer_nothing_is_opened_and_nothing_is_wrong(desk: Desk, printer: Printer) -> None:
    assert printing.begin(at_printer(desk, printer), drawer_page()) is None


def test_money_that_changes_hands_gives_a_slip_and_opens_the_drawer_for_cash(desk: Desk, page: Page) -> None:
    at = at_printer(desk, Printer("file"))
    assert printing.slip_or_drawer(at, page, cash=True) == replace(page, kick=True)
    assert printing.slip_or_drawer(at, page, cash=False) == page
    assert printing.slip_or_drawer(desk, page, cash=True) == drawer_page()


# Files.


def test_each_page_is_a_file_and_none_is_overwritten(desk: Desk, page: Page) -> None:
    at = at_printer(desk, Printer("file", columns=30))
    for one in (page, page, replace(page, copy=True)):
        printing.put_on_paper(at, one)
    files = sorted((desk.store.directory / "paper").iterdir())
    assert [file.name for file in files] == [
        "receipt-S-0000001-2.txt", "receipt-S-0000001-copy.txt", "receipt-S-0000001.txt",
    ]  # fmt: skip
    lines = files[0].read_text(encoding="utf-8").splitlines()
    assert lines[0] == "         Café Main St"
    assert any(line.endswith("1,234.50") and len(line) == 30 for line in lines)
    assert [detail.get("copy") for _, detail in printed(desk)] == [None, None, True]


def test_a_number_that_leads_elsewhere_stays_within_the_directory(desk: Desk, page: Page) -> None:
    printing.put_on_paper(at_printer(desk, Printer("file")), replace(page, number="../../../tmp/x\x00y"))
    assert [file.name for file in (desk.store.directory / "paper").iterdir()] == ["receipt-..-..-..-tmp-x-y.txt"]


def test_a_directory_that_cannot_be_made_is_one_sentence(desk: Desk, page: Page, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(NotPrinted, match=r"cannot be reached .*: Receipt S-0000001 was not printed"):
        printing.put_on_paper(at_printer(desk, Printer("file", path=str(tmp_path / "taken"))), page)


# CUPS.


@pytest.fixture
def lp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An lp command that keeps what it is given: its words in `words`, its input in `input`."""
    folder = tmp_path / "bin"
    folder.mkdir()
    command(folder, f'printf "%s\\n" "$@" > {folder}/words; cat > {folder}/input')
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return folder


def command(folder: Path, script: str) -> None:
    (folder / "lp").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "lp").chmod(0o755)


def test_a_queue_is_given_text(desk: Desk, page: Page, lp: Path) -> None:
    printing.put_on_paper(at_printer(desk, Printer("cups", queue="front")), page)
    assert (lp / "words").read_text().split() == ["-d", "front", "-t", "receipt-S-0000001"]
    assert "Café Main St" in (lp / "input").read_text(encoding="utf-8")
    assert printed(desk) == [("S-0000001", {"kind": "receipt", "where": "cups front"})]


def test_a_queue_of_a_receipt_printer_is_given_its_bytes_raw(desk: Desk, page: Page, lp: Path) -> None:
    printing.put_on_paper(at_printer(desk, Printer("cups", language="escpos")), replace(page, kick=True))
    assert (lp / "words").read_text().split() == ["-t", "receipt-S-0000001", "-o", "raw"]
    assert (lp / "input").read_bytes().startswith(escpos.kick())


def test_a_queue_is_given_a_wide_page_as_a_pdf(desk: Desk, page: Page, lp: Path) -> None:
    printing.put_on_paper(at_printer(desk, Printer("cups", queue="office")), replace(page, columns=90))
    assert (lp / "input").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ('echo "lp: The printer or class\x1b[2J does not exist." >&2; exit 1',
         "The queue front refuses (lp: The printer or class·[2J does not exist.): Receipt S-0000001 was not printed"),
        ("exec sleep 30", "The queue front does not answer: Receipt S-0000001 was not printed"),
    ],
)  # fmt: skip
def test_a_queue_that_does_not_take_it_is_one_sentence(
    desk: Desk, page: Page, lp: Path, script: str, told: str
) -> None:
    command(lp, script)
    with pytest.raises(NotPrinted) as error:
        printing.put_on_paper(at_printer(desk, Printer("cups", queue="front", seconds=1)), page)
    assert str(error.value).startswith(told)


def test_a_server_without_cups_is_one_sentence(desk: Desk, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NotPrinted, match="cannot be reached, because this server has no lp command: Receipt"):
        printing.put_on_paper(at_printer(desk, Printer("cups", queue="front")), page)


# Through the terminal.


def test_a_terminal_is_sent_the_page_between_the_two_words_of_media_copy(desk: Desk, page: Page) -> None:
    job = printing.begin(at_printer(desk, Printer("terminal")), replace(page, kick=True), {})
    assert job is not None
    data = printing.through_terminal(job)
    assert data.startswith(b"\x1b[5i" + escpos.kick())
    assert data.endswith(escpos.FEED_AND_CUT + b"\x1b[4i")
    assert data.count(b"\x1b[") == 2


def test_letters_that_would_end_the_printing_are_spelt(desk: Desk) -> None:
    smuggling = Page("receipt", "S-1", (PaperLine("ø4i and ø5i"),))
    job = printing.begin(at_printer(desk, Printer("terminal")), smuggling, {})
    assert job is not None
    assert b"o4i and o5i" in printing.through_terminal(job)


def test_under_tmux_it_is_refused_before_anything_is_logged(desk: Desk, page: Page) -> None:
    at = at_printer(desk, Printer("terminal"))
    with pytest.raises(BadInput, match=r"^Under tmux nothing reaches"):
        printing.begin(at, page, {"TMUX": "/tmp/tmux"})
    assert printing.begin(at, drawer_page(), {"TMUX": "/tmp/tmux"}) is None
    assert printed(desk) == []


def test_a_verb_has_no_terminal_to_print_through(desk: Desk, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    with pytest.raises(BadInput, match=r"^Only a console prints through its terminal"):
        printing.put_on_paper(at_printer(desk, Printer("terminal")), page)


# Who may, and where there is nothing.


def test_a_terminal_without_a_printer_is_told_so(desk: Desk, page: Page) -> None:
    with pytest.raises(BadInput, match=r"^till-1 has no printer: settings.toml names one under \[printer\]$"):
        printing.begin(desk, page)


def test_who_may_not_print_is_refused(desk: Desk, page: Page) -> None:
    stranger = Desk(desk.store, Actor(None, "101", "Eve", "stranger"), "till-9")
    with pytest.raises(NotAllowed):
        printing.begin(at_printer(stranger, Printer("file")), page)
    with pytest.raises(NotAllowed):
        printing.save(stranger, page, "x", as_pdf=True)
    assert not (desk.store.directory / "paper").exists()


# Files that somebody asks for.


def test_a_page_is_saved_under_a_name_and_never_over_another(desk: Desk, page: Page) -> None:
    paths = [printing.save(desk, page, name, as_pdf=True) for name in ("march.pdf", "march", "../../march.PDF")]
    folder = desk.store.directory / "paper"
    assert paths == [folder / "march.pdf", folder / "march-2.pdf", folder / "march-3.pdf"]
    assert all(path.read_bytes().startswith(b"%PDF-") for path in paths)
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}, "nobody else on the server reads it"
    text = printing.save(desk, page, "march.txt", as_pdf=False)
    assert "1,234.50" in text.read_text(encoding="utf-8")
    assert [detail["where"] for _, detail in printed(desk)] == ["pdf", "pdf", "pdf", "text"]
    logged = audit.rows_before(desk.database, action="paper.printed", limit=1)[0]
    assert (logged.personal, "march" in str(logged.detail)) == ({"file": "march"}, False), "a name may be a person's"


def test_a_name_that_names_no_file_is_refused(desk: Desk, page: Page) -> None:
    for name in ("", "  ", "..", "/", ".pdf"):
        with pytest.raises(BadInput, match="needs a name"):
            printing.save(desk, page, name, as_pdf=True)
