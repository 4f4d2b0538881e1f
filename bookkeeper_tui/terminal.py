"""The terminal we are given: its name, what it can show, and keys in dialects that the toolkit does not know."""

from __future__ import annotations

import codecs
import io
import locale
import os
import re
import select
import signal
import termios
from collections.abc import Mapping
from contextlib import suppress
from threading import Thread
from typing import Any, TextIO, cast

from textual.drivers.linux_driver import LinuxDriver

from bookkeeper_tui.formats import cell_width

TRUE_COLOURS, MANY_COLOURS, FEW_COLOURS, NO_COLOURS = 1 << 24, 256, 16, 0

# A lone Esc counts as the key once nothing has followed it for this long.
ESCAPE_SECONDS = 0.03

# PuTTY's VT100+ mode sends F5 to F12 so, and the keypad's comma is ESC O l.
_DIALECT = {
    "\x1bOT": "\x1b[15~", "\x1bOU": "\x1b[17~", "\x1bOV": "\x1b[18~", "\x1bOW": "\x1b[19~", "\x1bOX": "\x1b[20~",
    "\x1bOY": "\x1b[21~", "\x1bOZ": "\x1b[23~", "\x1bO[": "\x1b[24~", "\x1bOl": ",",
}  # fmt: skip
_BYTES_OR_MARKS = "bytes-or-marks"
_FOREIGN = re.compile(r"\x1bO[T-Z\[l]|\x1b[0-9]")
_UNFINISHED = re.compile(r"\x1b(O|\[[\d;<?]*)?\Z")
_PASTE = re.compile("\x1b\\[20([01])~")
# No field holds more: what a paste brings beyond it is not worth waiting for.
LONGEST_PASTE = 100_000


def translate(typed: str) -> str:
    """Put what the toolkit does not know, or takes for a letter, into words it knows: F5–F12 of VT100+, Alt+digit."""
    return _FOREIGN.sub(lambda found: _DIALECT.get(found[0]) or f"\x1b[{ord(found[0][1])};3u", typed)


def colours(environment: Mapping[str, str]) -> int:
    """How many colours the terminal says it has; 0 where NO_COLOR asks for none."""
    term = environment.get("TERM", "")
    if environment.get("NO_COLOR") or term in ("", "dumb") or re.match(r"vt\d", term):
        return NO_COLOURS
    if environment.get("COLORTERM", "").lower() in ("truecolor", "24bit") or term.endswith("-direct"):
        return TRUE_COLOURS
    return MANY_COLOURS if "256" in term or term.startswith(("xterm-kitty", "alacritty")) else FEW_COLOURS


def wants_ascii(environment: Mapping[str, str]) -> bool:
    """Whether boxes and marks must be ASCII: the Linux console, old terminals, and those that speak no UTF-8."""
    term = environment.get("TERM", "")
    if term in ("", "dumb", "linux", "ansi") or re.match(r"vt\d", term):
        return True
    return "utf" not in locale.getpreferredencoding(False).lower()


def terminal_name(environment: Mapping[str, str]) -> str:
    """What this terminal is called in the audit log: as the shop named it, else where it calls from, else its line."""
    if named := environment.get("BOOKKEEPER_TERMINAL", "").strip():
        return named[:40]
    if client := environment.get("SSH_CLIENT", "").split():
        return client[0]
    try:
        return os.ttyname(0).removeprefix("/dev/")
    except OSError:
        return "console"


class Pastes:
    """Tells what is typed from what is pasted: nothing in a paste is a key, whatever it holds, up to its end."""

    def __init__(self) -> None:
        self.pasting, self._room = False, 0

    def read(self, sent: str) -> str:
        """What the toolkit is told: keys translated, pasted text without escapes, no longer than any field."""
        told = []
        # Every second part is the digit of a mark: 0 where a paste begins, 1 where it ends.
        for place, part in enumerate(_PASTE.split(sent)):
            if place % 2 == 0:
                told.append(self._pasted(part) if self.pasting else translate(part))
            elif self.pasting != (part == "0"):
                self.pasting, self._room = part == "0", LONGEST_PASTE
                told.append(f"\x1b[20{part}~")
        return "".join(told)

    def _pasted(self, text: str) -> str:
        kept = text.replace("\x1b", "")[: self._room]
        self._room -= len(kept)
        return kept


class Outlet:
    """What is written goes to a terminal; once that is gone, nowhere, and nobody waits for it to be taken."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.encoding = file.encoding

    def write(self, text: str) -> int:
        """Write it, if there is still somebody to read it."""
        with suppress(OSError):
            self._file.write(text)
        return len(text)

    def flush(self) -> None:
        """Bring it on its way."""
        with suppress(OSError):
            self._file.flush()

    def fileno(self) -> int:
        """The number of the terminal's line."""
        return self._file.fileno()


class ConsoleDriver(LinuxDriver):
    """The toolkit's driver, given its keys through a relay that translates them and notices a hang-up."""

    def write_bytes(self, data: bytes) -> None:
        """Write bytes as they are, such as a page for the terminal's printer: whole, between two other writings."""
        assert self._file is not None
        self.write(data.decode(self._file.encoding, "surrogateescape"))

    def start_application_mode(self) -> None:
        """Take the terminal. Word of gaining and losing focus is not wanted: it would repaint.

        What was typed before there was a screen is dropped: it may be a PIN, and would show as a staff number.
        """
        termios.tcflush(self.fileno, termios.TCIFLUSH)
        if isinstance(self._file, io.TextIOWrapper):
            codecs.register_error(_BYTES_OR_MARKS, _byte_or_mark)
            self._file.reconfigure(errors=_BYTES_OR_MARKS)
            self._file = cast("io.TextIOWrapper", Outlet(self._file))
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self.write("\x1b[?1004l")

    def run_input_thread(self) -> None:
        """Hand the toolkit's input loop the relay's end of a pipe in place of the terminal."""
        terminal = self.fileno
        relay = KeyRelay(terminal)
        relay.start()
        self.fileno = relay.output
        try:
            super().run_input_thread()
        finally:
            self.fileno = terminal
            relay.stop()


class KeyRelay(Thread):
    """Reads a terminal and writes what it sent, translated, into a pipe. A hang-up raises SIGHUP, and it ends."""

    def __init__(self, terminal: int) -> None:
        super().__init__(name="keys", daemon=True)
        self._terminal = terminal
        self.output, self._input = os.pipe()
        self._wake_read, self._wake_write = os.pipe()

    def stop(self) -> None:
        """End the thread and close the pipes."""
        os.write(self._wake_write, b".")
        self.join()
        for descriptor in (self.output, self._input, self._wake_read, self._wake_write):
            os.close(descriptor)

    def run(self) -> None:
        """Relay until told to stop or until the terminal is gone."""
        from codecs import getincrementaldecoder

        decode: Any = getincrementaldecoder("utf-8")("replace").decode
        pastes, held = Pastes(), ""
        while True:
            patience = ESCAPE_SECONDS if held and not pastes.pasting else None
            ready, _, _ = select.select([self._terminal, self._wake_read], [], [], patience)
            if self._wake_read in ready:
                return
            if not ready:
                self._send(pastes.read("\x1b[27u" if held == "\x1b" else held))
                held = ""
                continue
            try:
                received = os.read(self._terminal, 4096)
            except OSError:
                received = b""
            if not received:
                os.kill(os.getpid(), signal.SIGHUP)
                return
            typed = held + decode(received)
            unfinished = _UNFINISHED.search(typed)
            held = unfinished[0] if unfinished else ""
            self._send(pastes.read(typed[: len(typed) - len(held)]))

    def _send(self, text: str) -> None:
        if text:
            os.write(self._input, text.encode("utf-8"))


def _byte_or_mark(error: UnicodeError) -> tuple[str | bytes, int]:
    """What becomes of a letter that the terminal's encoding lacks: the byte that it stands for, else `?`."""
    assert isinstance(error, UnicodeEncodeError)
    letter = error.object[error.start]
    if "\udc80" <= letter <= "\udcff":
        return bytes([ord(letter) - 0xDC00]), error.start + 1
    return "?" * max(1, cell_width(letter)), error.start + 1
