"""What a terminal says of itself, and the keys it sends in dialects the toolkit does not know."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TextIO, cast

import pytest
from textual.drivers._writer_thread import MAX_QUEUED_WRITES, WriterThread

from bookkeeper_tui.terminal import (
    FEW_COLOURS,
    LONGEST_PASTE,
    MANY_COLOURS,
    NO_COLOURS,
    TRUE_COLOURS,
    KeyRelay,
    Outlet,
    colours,
    terminal_name,
    translate,
    wants_ascii,
)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, TRUE_COLOURS),
        ({"TERM": "xterm-256color"}, MANY_COLOURS),
        ({"TERM": "screen-256color"}, MANY_COLOURS),
        ({"TERM": "xterm"}, FEW_COLOURS),
        ({"TERM": "linux"}, FEW_COLOURS),
        ({"TERM": "putty"}, FEW_COLOURS),
        ({"TERM": "vt220"}, NO_COLOURS),
        ({"TERM": "dumb"}, NO_COLOURS),
        ({}, NO_COLOURS),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, NO_COLOURS),
    ],
)
def test_colours(environment: dict[str, str], expected: int) -> None:
    assert colours(environment) == expected


@pytest.mark.parametrize(("term", "expected"), [("linux", True), ("vt220", True), ("dumb", True), ("xterm", False)])
def test_ascii(term: str, expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("locale.getpreferredencoding", lambda _: "UTF-8")
    assert wants_ascii({"TERM": term}) is expected


def test_a_terminal_that_speaks_no_utf8_gets_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("locale.getpreferredencoding", lambda _: "ISO-8859-1")
    assert wants_ascii({"TERM": "xterm"})


def test_a_terminal_is_called_what_the_shop_calls_it_or_where_it_calls_from() -> None:
    assert terminal_name({"BOOKKEEPER_TERMINAL": " Till 3 ", "SSH_CLIENT": "10.0.0.7 5 22"}) == "Till 3"
    assert terminal_name({"SSH_CLIENT": "10.0.0.7 51234 22"}) == "10.0.0.7"
    assert terminal_name({})


@pytest.mark.parametrize(
    ("sent", "understood"),
    [
        ("\x1bOT", "\x1b[15~"),
        ("\x1bO[", "\x1b[24~"),
        ("\x1bOl", ","),
        ("\x1b4", "\x1b[52;3u"),
        ("\x1bOP", "\x1bOP"),
        ("\x1b[24~", "\x1b[24~"),
        ("£4", "£4"),
        ("a\x1bOZb", "a\x1b[23~b"),
    ],
)
def test_dialects_are_translated(sent: str, understood: str) -> None:
    assert translate(sent) == understood


def relayed(*parts: bytes, pause: float = 0.0) -> bytes:
    """What comes out of a relay into which these parts go."""
    terminal, keyboard = os.pipe()
    relay = KeyRelay(terminal)
    relay.start()
    for part in parts:
        os.write(keyboard, part)
        time.sleep(pause)
    time.sleep(0.15)
    os.write(keyboard, b"#")
    received = b""
    while not received.endswith(b"#"):
        received += os.read(relay.output, 100)
    relay.stop()
    os.close(terminal)
    os.close(keyboard)
    return received[:-1]


def test_a_lone_escape_is_the_escape_key() -> None:
    assert relayed(b"\x1b") == b"\x1b[27u"


def test_a_sequence_or_letter_that_comes_in_two_parts_stays_whole() -> None:
    assert relayed(b"\x1b[2", b"4~", pause=0.005) == b"\x1b[24~"
    assert relayed(b"\xc3", b"\xa9", pause=0.005) == "é".encode()
    assert relayed(b"\x1bO", b"[", pause=0.005) == b"\x1b[24~"


def test_nothing_in_a_pasted_text_is_a_key() -> None:
    pasted = b"\x1b[200~red \x1b[31m, \x1b3, \x1bOT\x1b\x1b[20end\x1b[201~\x1b4"
    assert relayed(pasted) == b"\x1b[200~red [31m, 3, OT[20end\x1b[201~\x1b[52;3u"
    assert relayed(b"\x1b[200~one\x1b", b"two\x1b[20", b"1~", b"\x1bOT", pause=0.08) == (
        b"\x1b[200~onetwo\x1b[201~\x1b[15~"
    )


def test_of_a_paste_no_more_is_read_than_a_field_can_hold() -> None:
    told = relayed(b"\x1b[200~", *[b"x" * 4096] * (LONGEST_PASTE // 4096 + 5), b"\x1b[201~!")
    assert told == b"\x1b[200~" + b"x" * LONGEST_PASTE + b"\x1b[201~!"


def test_nobody_waits_to_write_to_a_terminal_that_is_gone() -> None:
    theirs, ours = os.pipe()
    os.close(theirs)
    file = os.fdopen(ours, "w", buffering=1)
    outlet = Outlet(file)
    writer = WriterThread(cast("TextIO", outlet))
    writer.start()
    for _ in range(5 * MAX_QUEUED_WRITES):
        writer.write("a line\n")
    writer.stop()
    assert not writer.is_alive()
    with suppress(OSError):
        file.close()
