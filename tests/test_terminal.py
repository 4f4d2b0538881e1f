"""What a terminal says of itself, and the keys it sends in dialects the toolkit does not know."""

from __future__ import annotations

import os
import time

import pytest

from bookkeeper_tui.terminal import (
    FEW_COLOURS,
    MANY_COLOURS,
    NO_COLOURS,
    TRUE_COLOURS,
    KeyRelay,
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
