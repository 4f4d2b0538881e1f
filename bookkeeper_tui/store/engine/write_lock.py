"""One writer at a time: a lock on a side file, because SQLite's own waiting starves some terminals for seconds."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bookkeeper_tui.errors import StoreUnusable

PATIENCE_SECONDS = 30.0
_SHORTEST_WAIT, _LONGEST_WAIT = 0.0002, 0.002


class WriteLock:
    """A lock that every process writing to one store takes; the kernel frees it when a process dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        self._held = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock for the block.

        Raises StoreUnusable when it cannot be had within 30 seconds or the side file cannot be made.
        """
        if self._held:
            raise RuntimeError("a change inside a change: one act is one change")
        file = self._opened()
        try:
            self._wait(file)
            self._held = True
            yield
        finally:
            self._held = False
            fcntl.flock(file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go of the side file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _opened(self) -> int:
        if self._file is None:
            try:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
            except OSError as error:
                raise StoreUnusable(
                    f"{self._path} cannot be written ({error.strerror}): nothing was changed"
                ) from error
        return self._file

    def _wait(self, file: int) -> None:
        give_up, pause = time.monotonic() + PATIENCE_SECONDS, _SHORTEST_WAIT
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > give_up:
                    raise StoreUnusable(
                        f"Another terminal has kept the store busy for {PATIENCE_SECONDS:.0f} seconds: "
                        "nothing was changed, try again"
                    ) from None
                time.sleep(pause)
                pause = min(pause * 1.5, _LONGEST_WAIT)
