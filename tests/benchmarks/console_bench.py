"""The console on a pty at 80×24: bytes and milliseconds of starting, typing, walking, opening and doing nothing."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.measure import Area, Figure, figure, median
from tests.benchmarks.shop import Shop, say
from tests.benchmarks.terminal import Reply, Terminal

ROOT = Path(__file__).parents[2]
BARE = [sys.executable, "-m", "tests.benchmarks.bare_app"]
STARTS = 15
OPENINGS = 20
PAGES = 15
IDLE_SECONDS = 10.0
SIGN_IN, BARE_READY = "Staff number", "Ctrl+Q Quit"
TYPED = (
    "maria fernandez",
    "john smi",
    "ahmed k",
    "moller",
    "oconnor",
    "garcia lopez",
    "5678",
    "joao silva spend>100",
    "jonh smiht",
)
CLEAR = "\x15"


@dataclass(frozen=True, slots=True)
class Place:
    """A store to open a console on, and who signs in."""

    store: str
    keys: str
    number: str
    pin: str

    def command(self) -> list[str]:
        """The console's command line."""
        return [sys.executable, "-m", "bookkeeper_tui", "--store", self.store, "--keys", self.keys]


def run(shop: Shop) -> Area:
    """Measure on the shop."""
    place = Place(shop.store, shop.keys, shop.staff_number, shop.pin)
    figures = starts(place)
    shop.warm()
    say("a session on the shop")
    with Terminal(place.command(), directory=ROOT) as console:
        figures += field_letters(console)
        sign_in(console, place)
        idle_at_search = idle(console, "idle 10 s on the search screen")
        figures += searching(console)
        figures += opening(console, shop)
        figures += tabs(console)
        figures += paging(console, shop)
        figures += idle_at_search + idle(console, "idle 10 s on a profile")
        figures.append(figure("PSS on this shop", "MiB", [console.pss_mib()]))
    return Area(
        "Console on a pty, 80×24, xterm-256color",
        figures,
        ("Milliseconds are from the key to the last byte of its reply; bytes are what the terminal was sent.",),
    )


def starts(place: Place) -> list[Figure]:
    """Start to painted sign-in screen and the bare program, one after the other, so that both see the same machine."""
    say("starts")
    ours: list[Reply] = []
    bare: list[Reply] = []
    for turn in range(STARTS + 1):
        first, second = started(place.command(), SIGN_IN), started(BARE, BARE_READY)
        # The first of each fills the caches.
        if turn:
            ours.append(first)
            bare.append(second)
    floor = median(reply.last_ms for reply in bare)
    return [
        figure("start to painted sign-in", "ms", [r.last_ms for r in ours], floor=floor, budget=1.3, judged="ratio"),
        figure("floor: bare program", "ms", [r.last_ms for r in bare]),
        figure(
            "first paint",
            "bytes",
            [r.sent for r in ours],
            floor=median(r.sent for r in bare),
            budget=8_000,
            judged="worst",
        ),
    ]


def started(command: list[str], marker: str) -> Reply:
    """Start a program, wait for its first screen, hang up."""
    with Terminal(command, directory=ROOT) as console:
        return console.settle(marker, since=console.started, quiet=0.2)


def field_letters(console: Terminal) -> list[Figure]:
    """Letters in the staff-number field of the sign-in screen."""
    console.settle(SIGN_IN, quiet=0.3)
    replies = console.type("9876")
    for _ in replies:
        console.press("backspace")
    return [
        figure("letter in a field", "bytes", [r.sent for r in replies], budget=200, judged="worst"),
        figure("letter in a field", "ms", [r.last_ms for r in replies]),
    ]


def sign_in(console: Terminal, place: Place) -> None:
    """Number, Enter, PIN, Enter; the search screen follows."""
    console.settle(SIGN_IN, quiet=0.3)
    for letter in place.number:
        console.press(letter)
    console.press("enter")
    for letter in place.pin:
        console.press(letter)
    console.press("enter", lambda text: SIGN_IN not in text, quiet=0.5)


def searching(console: Terminal) -> list[Figure]:
    """The search box: each key of what is typed, then the cursor down the hits."""
    say("searching")
    replies: list[Reply] = []
    downs: list[Reply] = []
    for text in TYPED:
        console.press(CLEAR, quiet=0.25)
        replies += console.type(text)
        downs += [console.press("down") for _ in range(5)]
    moved = [reply for reply in downs if reply.sent]
    return [
        figure("search box: key to painted", "ms", [r.last_ms for r in replies], budget=40.0),
        figure("search box: letter and hits", "bytes", [r.sent for r in replies], note="that and the rows it changes"),
        figure("cursor down in the hits", "bytes", [r.sent for r in moved], budget=500, judged="worst"),
        figure("cursor down in the hits", "ms", [r.last_ms for r in moved]),
    ]


def opening(console: Terminal, shop: Shop) -> list[Figure]:
    """Enter on a hit: the customer of ten thousand sales, and in between somebody else each time."""
    say("opening profiles")
    heavy: list[Reply] = []
    others: list[Reply] = []
    for turn in range(OPENINGS):
        others.append(opened(console, f"C-{(turn * 7919) % (shop.customers - 10) + 2:06d}"))
        heavy.append(opened(console, shop.heavy_number))
    return [
        figure("Enter to painted profile, 10,000 sales", "ms", [r.last_ms for r in heavy], budget=60.0),
        figure("Enter to painted profile, others", "ms", [r.last_ms for r in others], budget=60.0),
        figure("Enter to painted profile", "bytes", [r.sent for r in heavy]),
    ]


def opened(console: Terminal, number: str) -> Reply:
    """Find a customer by number and press Enter; only the Enter is measured."""
    console.press("f2", quiet=0.2)
    console.press(CLEAR, quiet=0.2)
    for letter in number[:-1]:
        console.press(letter, quiet=0.05)
    console.press(number[-1], number, quiet=0.3)
    return console.press("enter", shows_tabs, quiet=0.25)


def shows_tabs(text: str) -> bool:
    """Whether the profile with its strip of tabs is on the screen."""
    return "Overview" in text and "Sales" in text


def tabs(console: Terminal) -> list[Figure]:
    """To and fro between tabs of the profile; not by a digit from Packages, where it waits for a key to count for."""
    say("tabs")
    first = [console.press(key, quiet=0.2) for key in "2456"]
    later = [console.press(key, quiet=0.2) for _ in range(6) for key in "12456"]
    sales = [r for _ in range(8) for r in (console.press("2", quiet=0.2), console.press("1", quiet=0.2))]
    switched = [reply for reply in later + sales if reply.sent]
    return [
        figure("tab, first time seen", "ms", [r.last_ms for r in first if r.sent] or [0.0]),
        figure("tab switch", "ms", [r.last_ms for r in switched], budget=40.0),
        figure("tab switch", "bytes", [r.sent for r in switched], budget=6_000, judged="worst"),
    ]


def paging(console: Terminal, shop: Shop) -> list[Figure]:
    """Page by page through ten thousand sales: the first pages, then the last ones."""
    say("paging")
    if shop.heavy_number not in console.text():
        opened(console, shop.heavy_number)
    console.press("2", quiet=0.3)
    console.press("home", quiet=0.3)
    begin = moved(console, "pagedown")
    jump = console.press("end", quiet=0.5)
    end = moved(console, "pageup")
    floor = median(r.last_ms for r in begin)
    return [
        figure("sales, a page at the start", "ms", [r.last_ms for r in begin], budget=60.0),
        figure("sales, to the last at once", "ms", [jump.last_ms]),
        figure(
            "sales, a page at the end, by start",
            "ms",
            [r.last_ms for r in end],
            floor=floor,
            budget=1.3,
            judged="ratio",
        ),
        figure("sales, cursor down", "bytes", [r.sent for r in steps(console)], budget=500, judged="worst"),
    ]


def moved(console: Terminal, key: str) -> list[Reply]:
    """The replies to a key pressed again and again."""
    return [reply for reply in (console.press(key, quiet=0.15) for _ in range(PAGES)) if reply.sent]


def steps(console: Terminal) -> list[Reply]:
    """Cursor steps that do not scroll the list: up from the middle of what is seen."""
    console.press("home", quiet=0.3)
    return [reply for reply in (console.press("down") for _ in range(6)) if reply.sent]


def idle(console: Terminal, name: str) -> list[Figure]:
    """Ten seconds without a key: bytes, and processor time in per cent of one core."""
    say(name)
    console.settle(quiet=1.0)
    before = console.cpu_ms()
    sent = console.bytes_within(IDLE_SECONDS)
    used = (console.cpu_ms() - before) / (IDLE_SECONDS * 10)
    return [
        figure(name, "bytes", [sent], budget=0, judged="worst"),
        figure(name, "% CPU", [used], budget=0.3, judged="worst"),
    ]
