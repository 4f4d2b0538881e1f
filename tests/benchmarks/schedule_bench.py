"""The schedule on a pty at 80×24, in a studio of twenty trainers with 100,000 bookings: weeks painted, steps taken."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bookkeeper_tui.store import bookings
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.founding import found_shop
from tests.benchmarks.bookings_bench import BOOKINGS, TRAINERS, Filled
from tests.benchmarks.console_bench import ROOT, Place, sign_in
from tests.benchmarks.measure import Area, Figure, figure, median, repeated
from tests.benchmarks.shop import cache_directory, say
from tests.benchmarks.terminal import Reply, Terminal

F7 = b"\x1b[18~"
ROUNDS = 15
PIN = "493817"


def run() -> Area:
    """Fill a studio, sign in there, and walk through its weeks."""
    with tempfile.TemporaryDirectory(dir=cache_directory()) as folder:
        directory, keys = Path(folder) / "shop", Path(folder) / "keys"
        store = found_shop(directory, keys, name="Bench", currency="EUR", country="ES")
        say(f"filling a studio with {BOOKINGS:,} bookings")
        studio = Filled(Desk.shell(store))
        monday = studio.today.isoformat()
        read = repeated(lambda: bookings.week(studio.desk, monday), 30)
        store.close()
        place = Place(str(directory), str(keys), studio.actor.number, PIN)
        with Terminal(place.command(), directory=ROOT) as console:
            sign_in(console, place)
            figures = walked(console, median(read))
    return Area(
        "Schedule on a pty, 80×24, xterm-256color",
        [figure(f"floor: a week of {TRAINERS} trainers read from the store", "ms", read), *figures],
        ("Milliseconds are from the key to the last byte of its reply; a look is audited and synced.",),
    )


def walked(console: Terminal, floor: float) -> list[Figure]:
    """The three views again and again, weeks to and fro, steps of the cursor."""
    say("walking through the schedule")
    first = console.press(F7, "Trainers", quiet=0.5)
    one, everybody, day = list[Reply](), list[Reply](), list[Reply]()
    beside, steps = list[Reply](), list[Reply]()
    for _ in range(ROUNDS):
        steps += [console.press(key, quiet=0.15) for key in ("down", "down", "up", "up")]
        one.append(console.press("y", "Mo ", quiet=0.25))
        everybody.append(console.press("y", "hours free", quiet=0.25))
        beside += [console.press(key, quiet=0.25) for key in (".", ",")]
        day.append(console.press("y", "day ", quiet=0.25))
    moved = [reply for reply in steps if reply.sent]
    weeks = everybody + beside
    return [
        figure("F7 to painted, first time", "ms", [first.last_ms]),
        figure(f"a week of {TRAINERS} trainers painted", "ms", [r.last_ms for r in weeks], floor=floor, budget=80.0),
        figure(
            f"a week of {TRAINERS} trainers painted", "bytes", [r.sent for r in weeks], budget=6_000, judged="worst"
        ),
        figure("a week of one trainer painted", "ms", [r.last_ms for r in one], floor=floor, budget=80.0),
        figure(f"a day of {TRAINERS} trainers painted", "ms", [r.last_ms for r in day], budget=80.0),
        figure("cursor in the grid", "ms", [r.last_ms for r in moved]),
        figure("cursor in the grid", "bytes", [r.sent for r in moved], budget=500, judged="worst"),
    ]
