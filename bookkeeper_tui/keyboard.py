"""Keys on their way to a screen: none is lost while screens change, no scanned character is a shortcut."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

from textual import events
from textual.app import App
from textual.dom import DOMNode

from bookkeeper_tui.scanning import SCAN_GAP, SHORTEST_CODE, Burst

PassOn = Callable[[events.Key], Awaitable[None]]

# Keys wait for work that was started by a key, but never longer than this.
LONGEST_HOLD = 2.0
# A widget that is taken down never answers the barrier that was sent through it.
LONGEST_BARRIER = 0.2
# After this long all that a key causes has been done, unless the console is so busy that keys wait for it.
SETTLED = 0.05
BUSY = 0.02


class Keyboard:
    """Stands between the terminal and the screens.

    A key that may move the focus makes one that follows at once wait until all who could act on the first have.
    `scanned` is told a scanned code, `stray` a run of characters that nothing takes. `is_amount` says whether a run
    is an amount for the field of figures that has the focus: a line that halts delivers what a hand typed at once.
    """

    def __init__(
        self,
        app: App[int],
        pass_on: PassOn,
        scanned: Callable[[str], bool],
        stray: Callable[[str], None],
        is_amount: Callable[[str], bool],
    ) -> None:
        self.scan_gap = SCAN_GAP
        self.touched = 0.0
        self._app = app
        self._pass_on = pass_on
        self._scanned = scanned
        self._stray = stray
        self._is_amount = is_amount
        self._holds = 0
        self._waiting: list[tuple[events.Key, bool]] = []
        self._draining = False
        self._burst = Burst()
        self._maybe_scan: list[events.Key] = []
        self._timer: asyncio.TimerHandle | None = None
        self._moved: tuple[DOMNode, float] | None = None

    @property
    def is_idle(self) -> bool:
        """Whether no key waits, and nothing that a key started is still under way."""
        return not (self._holds or self._waiting or self._draining or self._maybe_scan)

    async def take(self, key: events.Key) -> None:
        """Take a key from the terminal."""
        self.touched = asyncio.get_running_loop().time()
        if self._holds or self._waiting or self._draining:
            self._waiting.append((key, False))
        else:
            await self._handle(key, no_scan=False)

    def hold(self, limit: float = LONGEST_HOLD) -> Callable[[], None]:
        """Let keys wait until what is returned is called, or for `limit` seconds."""
        self._holds += 1
        held = True

        def release() -> None:
            nonlocal held
            if held:
                held = False
                timer.cancel()
                self._holds -= 1
                if not self._holds and self._waiting:
                    self._app.call_later(self._drain)

        timer = asyncio.get_running_loop().call_later(limit, release)
        return release

    async def _drain(self) -> None:
        if self._draining:
            return
        self._draining = True
        try:
            while self._waiting and not self._holds:
                key, no_scan = self._waiting.pop(0)
                await self._handle(key, no_scan=no_scan)
        finally:
            self._draining = False

    async def _handle(self, key: events.Key, *, no_scan: bool) -> None:
        moved, self._moved = self._moved, None
        if moved is not None and (key.time - moved[1] < SETTLED or monotonic() - key.time > BUSY):
            self._waiting.insert(0, (key, no_scan))
            self._barrier(moved[0])
        elif no_scan or not self._is_scan(key):
            await self._let_through(key)

    async def _let_through(self, key: events.Key) -> None:
        target: DOMNode = self._app.focused or self._app.screen
        await self._pass_on(key)
        if not (key.is_printable and self._typing()):
            self._moved = target, key.time

    def _barrier(self, target: DOMNode) -> None:
        """Hold the keys until all that this one causes has bubbled from the target to the top."""
        # Twice through each queue, because what the key makes a node say is queued behind the first pass; and twice
        # from the bottom, because a binding is found at the top, and its action speaks from the bottom again.
        once = [node for node in target.ancestors_with_self for _ in range(2)]
        hops = once + once
        release = self.hold(LONGEST_BARRIER)

        def hop() -> None:
            while hops:
                if hops.pop(0).post_message(events.Callback(callback=hop)):
                    return
            release()

        hop()

    # Scanners.

    def _typing(self) -> bool:
        """Whether what has the focus takes letters."""
        focused = self._app.focused
        return focused is not None and focused.check_consume_key("a", "a")

    def _is_scan(self, key: events.Key) -> bool:
        """Whether the key is kept back because it may be, or was, part of a scan."""
        letter = key.character if key.is_printable and key.character else ""
        self._burst.gap = self.scan_gap
        if self._typing():
            self._release_maybe_scan()
            return self._scanned_into_field(key, letter)
        if letter and self.scan_gap:
            if self._maybe_scan and not self._burst.goes_on(key.time):
                self._release_maybe_scan()
            self._burst.add(letter, key.time)
            self._maybe_scan.append(key)
            if self._timer is not None:
                self._timer.cancel()
            wait = self.scan_gap if len(self._maybe_scan) == 1 else 2 * self.scan_gap
            self._timer = asyncio.get_running_loop().call_later(wait, self._no_scan)
            return True
        if key.key == "enter" and (code := self._burst.finished(key.time)) and self._maybe_scan:
            if self._is_amount(code):
                self._maybe_scan.append(key)
                self._release_maybe_scan()
                return True
            self._forget()
            self._scanned(code)
            return True
        if self._maybe_scan:
            self._maybe_scan.append(key)
            self._release_maybe_scan()
            return True
        return False

    def _scanned_into_field(self, key: events.Key, letter: str) -> bool:
        if letter:
            self._burst.add(letter, key.time)
            return False
        code = self._burst.finished(key.time) if key.key == "enter" else ""
        return bool(code) and self._scanned(code)

    def _no_scan(self) -> None:
        """Nothing followed: the keys do what they do, but a long run of them is text that nothing takes."""
        run = "".join(key.character or "" for key in self._maybe_scan)
        if len(run) >= SHORTEST_CODE and not self._is_amount(run):
            self._forget()
            self._stray(run)
        else:
            self._release_maybe_scan()

    def _release_maybe_scan(self) -> None:
        """Let the keys that were kept back do what they do, in the order they came, before any that came later."""
        if keys := self._forget():
            self._waiting[:0] = [(key, True) for key in keys]
            self._app.call_later(self._drain)

    def _forget(self) -> list[events.Key]:
        keys, self._maybe_scan = self._maybe_scan, []
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        return keys
