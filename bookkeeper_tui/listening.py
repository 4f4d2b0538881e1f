"""Hearing what other consoles commit: from the store's notice to one `StoreChanged` for the screens in sight."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.store import audit_log
from bookkeeper_tui.store.audit import Head
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.engine.changes import POLL_SECONDS, Watcher

# In a storm of commits (an import at the shell) the screens are told at most this often.
CALM_SECONDS = 0.1
MOST_NEWS = 500
# The kernel tells of the write before the commit is synced and to be seen: look again after so many seconds.
LOOK_AGAIN = (0.0005, 0.001, 0.002, 0.005, 0.02, 0.1)


class Listener:
    """Watches the store for a desk and calls `tell` on the event loop with what changed, here or elsewhere.

    Of looks, which change nothing, it tells `tell_looks`.
    """

    def __init__(
        self, desk: Desk, tell: Callable[[StoreChanged], None], tell_looks: Callable[[], None] = lambda: None
    ) -> None:
        self._desk = desk
        self._tell = tell
        self._tell_looks = tell_looks
        self._loop = asyncio.get_running_loop()
        self._watcher = Watcher(desk.store.engine)
        self._head = audit_log.head(desk)
        self._told_at = 0.0
        self._looked = 0
        self._elsewhere = False
        self._pending: asyncio.TimerHandle | None = None
        if self._watcher.file is not None:
            self._loop.add_reader(self._watcher.file, self._stirred)
        else:
            self._pending = self._loop.call_later(POLL_SECONDS, self._poll)

    def close(self) -> None:
        """Stop listening."""
        if self._watcher.file is not None:
            self._loop.remove_reader(self._watcher.file)
        if self._pending is not None:
            self._pending.cancel()
        self._watcher.close()

    def _poll(self) -> None:
        self._pending = self._loop.call_later(POLL_SECONDS, self._poll)
        self._elsewhere |= self._watcher.changed()
        if self._elsewhere or audit_log.head_seq(self._desk) > self._head.seq:
            self._read()

    def _stirred(self) -> None:
        self._elsewhere |= self._watcher.changed()
        self._looked = 0
        if self._pending is None:
            self._look()

    def _look(self) -> None:
        """Read at once when all is calm; else, or when nothing is to be seen yet, look again a little later."""
        self._pending = None
        self._elsewhere |= self._watcher.changed()
        wait = self._told_at + CALM_SECONDS - self._loop.time()
        if wait <= 0:
            if self._read() or self._looked == len(LOOK_AGAIN):
                return
            wait = LOOK_AGAIN[self._looked]
            self._looked += 1
        self._pending = self._loop.call_later(wait, self._look)

    def _read(self) -> bool:
        restored = not audit_log.holds(self._desk, self._head)
        news = [] if restored else audit_log.newest(self._desk, self._head.seq, MOST_NEWS)
        if not news and not restored:
            return False
        flood = restored or len(news) == MOST_NEWS
        self._head = audit_log.head(self._desk) if flood else Head(news[-1].seq, bytes(news[-1].mac))
        changes = [item for item in news if item.is_change]
        if not changes and not flood:
            self._tell_looks()
            return True
        self._told_at = self._loop.time()
        elsewhere, self._elsewhere = self._elsewhere, False
        self._tell(
            StoreChanged(
                frozenset(item.customer_id for item in changes if item.customer_id is not None),
                frozenset(item.action for item in changes),
                everything=flood or any(item.action.startswith("import.") for item in changes),
                elsewhere=elsewhere,
                committed_at=changes[-1].at if changes else 0,
            )
        )
        return True
