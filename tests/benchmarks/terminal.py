"""A terminal to measure in: a program on a pty, its screen kept by pyte, its bytes counted and stamped as they come."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import pyte

# What pyte would print as text: keyboard protocol pushes and pops, mode queries, device control strings.
UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\??[0-9;]*\$[a-z]|\x1bP.*?\x1b\\", re.DOTALL)

# What would make the terminal another one, or a start without compiled modules.
UNWANTED = (
    *("COLORTERM", "TERM_PROGRAM", "NO_COLOR", "LINES", "COLUMNS", "TMUX", "STY"),
    *("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONPROFILEIMPORTTIME"),
)
KEYS = {
    "enter": b"\r",
    "escape": b"\x1b",
    "tab": b"\t",
    "backspace": b"\x7f",
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "pageup": b"\x1b[5~",
    "pagedown": b"\x1b[6~",
    "home": b"\x1b[H",
    "end": b"\x1b[F",
    "f2": b"\x1bOQ",
    "f6": b"\x1b[17~",
}


class NotPainted(Exception):
    """The text that was waited for did not come; the message holds the screen."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the program sent after a key: bytes, and milliseconds to the first byte, the marker and the last byte."""

    sent: int
    first_ms: float
    marker_ms: float
    last_ms: float


class Terminal:
    """A program on a pty of `columns`×`rows`, with its screen as a person would see it."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        columns: int = 80,
        rows: int = 24,
        directory: Path | None = None,
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self._partial = b""
        variables = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **(environment or {})}
        for name in UNWANTED:
            if not environment or name not in environment:
                variables.pop(name, None)
        self.started = time.perf_counter()
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
                if directory is not None:
                    os.chdir(directory)
                os.execvpe(command[0], list(command), variables)
            finally:
                os._exit(127)
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def settle(
        self,
        marker: str | Callable[[str], bool] | None = None,
        *,
        quiet: float = 0.12,
        within: float = 20.0,
        since: float | None = None,
    ) -> Reply:
        """Read until the marker is on the screen and nothing has come for `quiet` seconds.

        Raises NotPainted when that takes longer than `within` seconds or the program ends.
        """
        start = time.perf_counter() if since is None else since
        seen = is_on_screen(marker)
        sent, first, last, found = 0, 0.0, 0.0, 0.0
        pending = b""
        here = seen(self.text()) and sent > 0
        while True:
            now = time.perf_counter()
            if now - start > within:
                raise NotPainted(f"{marker!r} did not come within {within} s:\n{self.text()}")
            # Bytes are stamped as they come; the screen is kept up only when no more are waiting.
            ready = self._waits(0 if pending else quiet)
            if ready:
                chunk = self._read()
                if not chunk:
                    self._feed(pending)
                    raise NotPainted(f"the program ended before {marker!r}:\n{self.text()}")
                last = time.perf_counter() - start
                first = first or last
                sent += len(chunk)
                pending += chunk
                continue
            if pending:
                self._feed(pending)
                pending = b""
                if not here and seen(self.text()):
                    here, found = True, last
                continue
            if here or (sent == 0 and seen(self.text())) or (marker is None and sent):
                return Reply(sent, first * 1000, (found or last) * 1000, last * 1000)
            if marker is None:
                return Reply(0, 0.0, 0.0, 0.0)

    def press(
        self,
        key: str | bytes,
        marker: str | Callable[[str], bool] | None = None,
        *,
        quiet: float = 0.12,
        within: float = 20.0,
    ) -> Reply:
        """Send one key (a name of KEYS, or what is typed) and read its reply."""
        typed = KEYS.get(key, key.encode()) if isinstance(key, str) else key
        start = time.perf_counter()
        os.write(self.descriptor, typed)
        return self.settle(marker, quiet=quiet, within=within, since=start)

    def type(self, text: str) -> list[Reply]:
        """Send a text letter by letter, each after the reply to the one before."""
        return [self.press(letter) for letter in text]

    def text(self) -> str:
        """The screen as lines of text."""
        return "\n".join(self.screen.display)

    def bytes_within(self, seconds: float) -> int:
        """How many bytes come in `seconds` while no key is pressed."""
        end, sent = time.perf_counter() + seconds, 0
        while (left := end - time.perf_counter()) > 0:
            if self._waits(left):
                chunk = self._read()
                if not chunk:
                    break
                self._feed(chunk)
                sent += len(chunk)
        return sent

    def cpu_ms(self) -> float:
        """Processor time of all its threads so far, in milliseconds."""
        total = 0
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            try:
                total += int((task / "schedstat").read_text().split()[0])
            except (OSError, IndexError, ValueError):
                return self._cpu_ticks_ms()
        return total / 1e6

    def pss_mib(self) -> float:
        """Proportional set size in MiB: shared pages count by their share."""
        for line in Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
        return 0.0

    def close(self) -> None:
        """Hang up, and make sure that the program is gone."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGHUP)
        # What it still sends is read away, or it would wait for us.
        end = time.monotonic() + 3
        while time.monotonic() < end:
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                break
            if self._waits(0.02) and not self._read():
                time.sleep(0.01)
        else:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.descriptor)

    def _waits(self, seconds: float) -> bool:
        """Whether there is something to read within so many seconds."""
        poll = select.poll()
        poll.register(self.descriptor, select.POLLIN | select.POLLHUP)
        return bool(poll.poll(seconds * 1000))

    def _read(self) -> bytes:
        try:
            return os.read(self.descriptor, 65536)
        except OSError:
            return b""

    def _feed(self, chunk: bytes) -> None:
        held = self._partial + chunk
        # An escape sequence cut in two by the read waits for its rest.
        cut = held.rfind(b"\x1b")
        if cut != -1 and len(held) - cut < 12 and not re.search(rb"\x1b(\[[^a-zA-Z]*[a-zA-Z]|[^\[P])", held[cut:]):
            held, self._partial = held[:cut], held[cut:]
        else:
            self._partial = b""
        self.stream.feed(UNKNOWN_TO_PYTE.sub(b"", held))

    def _cpu_ticks_ms(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def is_on_screen(marker: str | Callable[[str], bool] | None) -> Callable[[str], bool]:
    """A test of the screen's text for a marker: a text, a test of one's own, or none."""
    if marker is None:
        return lambda text: False
    if callable(marker):
        return marker
    return lambda text: marker in text
