"""A time that cannot be had: who is busy, and what may be done instead."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import Conventions, harmless
from bookkeeper_tui.screens.booking_drawing import moment_words
from bookkeeper_tui.screens.dialogs.ask_text import AskText
from bookkeeper_tui.screens.screen import HouseDialog, HousePlace
from bookkeeper_tui.store.bookings import Busy, FreeTime
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.widgets.choices import Choices

FORCE = "force"
WAIT = "wait"
LONGEST_REASON = 200
_REASONS_SHOWN = 5

Answer = TypeVar("Answer")
Try = Callable[[Desk, FreeTime | None, str], Answer]
"""Books: at another desk where a second person approved, at a free time where one was chosen, over it for a reason."""


class BusyDialog(HouseDialog[str]):
    """Answers the place of the free time that was chosen (`0` the first), FORCE or WAIT; Esc none.

    1 to 3 choose a free time, `o` goes over what stands against it, `w` waits for the time, where that is offered.
    Without `other_times` it is this time or none.
    """

    NAME = "busy"
    TITLE_WORDS = "Busy"
    CSS_PATH = "book.tcss"

    def __init__(self, busy: Busy, *, may_force: bool = True, may_wait: bool = True, other_times: bool = True) -> None:
        super().__init__()
        self._busy, self._may_force, self._may_wait, self._other_times = busy, may_force, may_wait, other_times

    def compose(self) -> ComposeResult:
        zone, free = self.desk.store.shop.time_zone, self._busy.free if self._other_times else ()
        rows = [(str(at), free_words(one, self.house.conventions, zone)) for at, one in enumerate(free)]
        if self._may_force:
            rows.append((FORCE, "o  Take it all the same: a manager's PIN and a reason"))
        if self._may_wait:
            rows.append((WAIT, "w  Put on the waiting list for it"))
        reasons = [f"{harmless(reason)}." for reason in self._busy.reasons]
        if len(reasons) > _REASONS_SHOWN:
            reasons[_REASONS_SHOWN - 1 :] = [f"And {len(reasons) - _REASONS_SHOWN + 1} more."]
        if self._other_times:
            reasons += ["", "Free next:" if self._busy.free else "Nothing is free within two weeks."]
        with Vertical(classes="sheet"):
            yield Static("\n".join(reasons), markup=False)
            yield Choices(rows)

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Enter, or a number."""
        event.stop()
        self.dismiss(event.key)

    def on_key(self, event: events.Key) -> None:
        """The letters."""
        if event.key == "o" and self._may_force:
            event.stop()
            self.dismiss(FORCE)
        elif event.key == "w" and self._may_wait:
            event.stop()
            self.dismiss(WAIT)


async def book_or_else(
    place: HousePlace[Any],
    attempt: Try[Answer],
    what: str,
    *,
    wait: Callable[[], Awaitable[None]] | None = None,
    other_times: bool = True,
) -> Answer | None:
    """Try to book; while the time is taken ask what then. None when it was given up, or is waited for.

    `what` begins the sentence that asks for a PIN. `wait` is called where the person chooses to wait.
    """
    desk, free, reason = place.desk, None, ""
    while True:
        try:
            return attempt(desk, free, reason)
        except Busy as refused:
            busy = refused
        may_force = place.house.may("override.asked") or place.house.may("booking.forced")
        dialog = BusyDialog(busy, may_force=may_force, may_wait=wait is not None, other_times=other_times)
        answer = await place.ask(dialog)
        if answer == FORCE:
            forced = await _forced(place, what)
            if forced is None:
                return None
            desk, reason = forced
        elif answer == WAIT and wait is not None:
            await wait()
            return None
        elif answer is not None:
            desk, free, reason = place.desk, busy.free[int(answer)], ""
        else:
            return None


async def _forced(place: HousePlace[Any], what: str) -> tuple[Desk, str] | None:
    reason = await place.ask(AskText("Why is it booked all the same?", most=LONGEST_REASON))
    if reason is None:
        return None
    if not reason.strip():
        raise BadInput("Booking over a conflict needs a reason")
    desk = await place.desk_for("booking.forced", what)
    return None if desk is None else (desk, reason.strip())


def free_words(free: FreeTime, conventions: Conventions, time_zone: str) -> str:
    """A free time with whom and where: `Sa 28/11/2026 10:00  Marta, Room 1`."""
    whom = ", ".join(harmless(name) for name in (free.trainer, free.resource) if name)
    return f"{moment_words(free.starts, conventions, time_zone)}  {whom}".rstrip()
