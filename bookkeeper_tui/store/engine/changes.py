"""Notice of what other terminals commit: the kernel tells of writes to the store's log, SQLite confirms them."""

import os
from pathlib import Path

from bookkeeper_tui.store.engine.connection import Engine

POLL_SECONDS = 0.1


class Watcher:
    """Tells whether another terminal has committed since it was last asked.

    `file` is a descriptor to wait on in an event loop, or None where the system offers none: then ask every
    `POLL_SECONDS`.
    """

    def __init__(self, engine: Engine) -> None:
        self._database = engine.database
        self._seen = self._version()
        self._log = Path(f"{engine.path}-wal")
        self.file = self._watch()

    def changed(self) -> bool:
        """True once for each run of commits made elsewhere; costs a few microseconds."""
        if self.file is not None:
            self._drain(self.file)
        version = self._version()
        if version == self._seen:
            return False
        self._seen = version
        return True

    def close(self) -> None:
        """Stop watching."""
        if self.file is not None:
            self._notices.close()
            self.file = None

    def _watch(self) -> int | None:
        try:
            from inotify_simple import INotify, flags

            self._notices = INotify(nonblocking=True)
        except (ImportError, OSError):
            return None
        try:
            self._notices.add_watch(self._log, flags.MODIFY)
        except OSError:
            self._notices.close()
            return None
        return int(self._notices.fileno())

    def _drain(self, file: int) -> None:
        try:
            while os.read(file, 65536):
                pass
        except BlockingIOError:
            pass

    def _version(self) -> int:
        return int(self._database.execute_sql("PRAGMA data_version").fetchone()[0])
