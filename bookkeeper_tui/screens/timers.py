"""The sessions under way in the whole shop: how long each still takes, whose time is over; pause, extend, stop.

Its clock ticks on whole seconds, and only on those at which something that is shown changes: at most once a second,
once a minute while nothing is about to end, never when nothing runs or the screen is not seen.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.timer import Timer as Alarm

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless, local_time
from bookkeeper_tui.screens.dialogs.ask_number import AskNumber
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import timers
from bookkeeper_tui.store.timers import Timer
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

SECOND_US, MINUTE_US = 1_000_000, 60_000_000
BY_SECONDS = 120
"""In its last so many seconds a session's time is shown by the second."""
LONG_OVER = 99
EXTENDED_BY = "10"
NOTHING = ("No session is under way. s starts the timer of a booking on the schedule (F7), and that of a session used "
           "on the Packages tab of a profile.",)  # fmt: skip


class TimersScreen(HouseScreen):
    """The one that ends first stands first; Enter opens its customer."""

    NAME = "timers"
    TITLE_WORDS = "Sessions under way"

    def __init__(self) -> None:
        super().__init__()
        self._found: list[Timer] = []
        self._alarm: Alarm | None = None

    def body(self) -> ComposeResult:
        """One list."""
        yield HotList(
            [
                Column("", 1),
                Column("Left", 11, right=True),
                Column("Ends", 6),
                Column("Customer"),
                Column("Service", 12),
                Column("Trainer", 12, from_width=70),
                Column("Resource", 8, from_width=76),
            ],
            empty=NOTHING,
        )

    def arrive(self, **what: object) -> None:
        """What runs now."""
        self.desk.look("timer.viewed")
        self._read()
        self.query_one(HotList).focus(scroll_visible=False)

    def seen(self) -> None:
        """Others may run now; the clock goes on."""
        self._read()

    def on_screen_suspend(self) -> None:
        """Nobody sees it: its clock stands still."""
        self._set_alarm(None)

    def store_changed(self, change: StoreChanged) -> None:
        """A session began, was paused, extended or stopped, maybe on another console."""
        self._read()

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter."""
        event.stop()
        self.house.show("profile", customer_id=self._under_cursor.customer_id)

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """Say where the cursor is."""
        event.stop()
        self.key_line.show_right(f"{event.place} of {event.total}" if event.total else "")

    # What may be done here.

    def do_pause_timer(self) -> None:
        """Space: its time stands still, or goes on."""
        timer = self._under_cursor
        if timer.is_paused:
            timer = timers.resume(self.desk, timer.id)
            self.house.notice(f"{harmless(timer.customer_name)} goes on, until {self._clock(timer.ends_at)}.")
        else:
            timer = timers.pause(self.desk, timer.id)
            left = left_words(timer, self.desk.now())
            self.house.notice(f"{harmless(timer.customer_name)} is paused ({left}): Space lets the time go on.")
        self._read()

    async def do_extend_timer(self) -> None:
        """Plus: it ends later by the minutes that are typed."""
        timer = self._under_cursor
        question = f"By how many minutes does the session of {harmless(timer.customer_name)} end later?"
        typed = await self.ask(AskNumber(question, EXTENDED_BY, check=_minutes))
        if typed is not None:
            timer = timers.extend(self.desk, timer.id, _minutes(typed))
            ends = "is paused" if timer.is_paused else f"ends at {self._clock(timer.ends_at)}"
            self.house.notice(f"{typed} min more: the session of {harmless(timer.customer_name)} {ends}.")
            self._read()

    async def do_stop_timer(self) -> None:
        """c: the session ends; before its time is over after a question."""
        timer, now = self._under_cursor, self.desk.now()
        name = harmless(timer.customer_name)
        question = f"Stop the session of {name}, with {left_words(timer, now)} left?"
        if timer.left(now) <= 0 or await self.ask(Confirm(question, yes="Stop it", no="Let it go on")):
            timers.stop(self.desk, timer.id)
            self.house.notice(f"The session of {name} is stopped.")
            self._read()

    # The list and its clock.

    @property
    def _under_cursor(self) -> Timer:
        """The session under the cursor. Raises BadInput where there is none."""
        key = self.query_one(HotList).cursor_key
        for timer in self._found:
            if timer.id == key:
                return timer
        raise BadInput("No session is under way: s on the schedule starts the timer of a booking")

    def _clock(self, at: int) -> str:
        return local_time(at, self.desk.store.shop.time_zone).strftime("%H:%M")

    def _read(self) -> None:
        """Read what runs, draw it, and wait for when that is to be drawn again."""
        self._found = timers.running(self.desk)
        self._draw()

    def _draw(self) -> None:
        now = self.desk.now() // SECOND_US * SECOND_US
        found = sorted(self._found, key=lambda timer: (timer.left(now), timer.id))
        self.query_one(HotList).show([self._row(timer, now) for timer in found], keep=True)
        seconds = next_change(found, now)
        if seconds is None or not self.is_current:
            self._set_alarm(None)
        else:
            self._set_alarm(seconds - (self.desk.now() - now) / SECOND_US)

    def _set_alarm(self, seconds: float | None) -> None:
        if self._alarm is not None:
            self._alarm.stop()
        # A moment late, so that the second it waits for has surely come.
        self._alarm = None if seconds is None else self.set_timer(max(0.0, seconds) + 0.01, self._draw)

    def _row(self, timer: Timer, now: int) -> Row:
        left = timer.left(now)
        over = left <= 0 and not timer.is_paused
        mark = "!" if over else "=" if timer.is_paused else ""
        ends = "paused" if timer.is_paused else self._clock(timer.ends_at)
        cells = (
            mark, left_words(timer, now), ends, timer.customer_name, timer.service, timer.trainer, timer.resource,
        )  # fmt: skip
        return Row(timer.id, cells, ("bad",) if over else ())


def left_words(timer: Timer, now: int) -> str:
    """The time left at an instant, begun minutes as whole ones: `12 min`; at the end `1:59`; then `over 3 min`."""
    left = timer.left(now)
    if left <= 0:
        over = -left // MINUTE_US
        if over > LONG_OVER:
            return f"over {over // 60} h"
        return f"over {over} min" if over else "over"
    seconds = -(-left // SECOND_US)
    return f"{-(-seconds // 60)} min" if seconds > BY_SECONDS else f"{seconds // 60}:{seconds % 60:02}"


def next_change(running: Iterable[Timer], now: int) -> int | None:
    """In how many whole seconds after `now` (microseconds UTC) some shown time is another; None when none will be.

    The order changes only where a paused session is passed by, which the next change of a shown time brings.
    """
    waits = [_wait(timer.left(now)) for timer in running if not timer.is_paused]
    return min(waits) if waits else None


def _wait(left: int) -> int:
    """Whole seconds until what is shown of so much time left (microseconds) changes."""
    if left <= 0:
        return -(-(MINUTE_US - -left % MINUTE_US) // SECOND_US)
    seconds = -(-left // SECOND_US)
    return 1 if seconds <= BY_SECONDS else (seconds - BY_SECONDS - 1) % 60 + 1


def _minutes(typed: str) -> int:
    if not typed.strip().isdecimal():
        raise BadInput(f"“{harmless(typed[:20])}” is no number of minutes")
    return timers.check_minutes(int(typed))
