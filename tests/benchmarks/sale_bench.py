"""The sale screen on a pty at 80×24, on the demo shop: milliseconds and bytes from a scan to its painted line."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.console_bench import ROOT, Place, sign_in
from tests.benchmarks.measure import Area, Figure, figure
from tests.benchmarks.shop import say
from tests.benchmarks.terminal import Reply, Terminal

SALES = 12
LINES = 6
CODES = [f"20000100{n:05d}" for n in (12, 29, 36, 43)]
F3 = b"\x1bOR"


def run() -> Area:
    """Make a demo shop, open a shift there, and sell."""
    with tempfile.TemporaryDirectory() as folder:
        place = demo(Path(folder))
        with Terminal(place.command(), directory=ROOT) as console:
            sign_in(console, place)
            figures = selling(console)
    return Area(
        "Sale screen on a pty, 80×24, xterm-256color",
        figures,
        (
            "A scan is thirteen figures and Enter in one write; milliseconds are to the last byte of the reply. "
            "Every line is committed and synced before it is painted.",
        ),
    )


def demo(folder: Path) -> Place:
    """A demo shop, and its first cashier."""
    say("making a demo shop")
    store, keys = str(folder / "store"), str(folder / "keys")
    command = [sys.executable, "-m", "bookkeeper_tui", "demo", "--no-console", "--store", store, "--keys", keys]
    made = json.loads(subprocess.run([*command, "--json"], capture_output=True, check=True, cwd=ROOT).stdout)
    person = next(person for person in made["staff"] if person["role"] == "cashier")
    return Place(store, keys, person["number"], person["pin"])


def selling(console: Terminal) -> list[Figure]:
    """Sale after sale: six scans, a name typed and left, Enter, an amount, Enter."""
    say("selling")
    first = console.press(F3, "No shift is open", quiet=0.5)
    console.press("1", "Float", quiet=0.5)
    console.press("100\r", "Scan an article", quiet=0.8)
    scans, letters, pays, paid, moves = list[Reply](), list[Reply](), list[Reply](), list[Reply](), list[Reply]()
    for sale in range(SALES):
        scans += [console.press(f"{CODES[(sale + n) % len(CODES)]}\r", quiet=0.25) for n in range(LINES)]
        moves += [console.press(key, quiet=0.15) for key in ("up", "up", "down")]
        letters += [console.press(letter, quiet=0.15) for letter in "beans"]
        console.press("escape", lambda text: "Scan  beans" not in text, quiet=0.3)
        pays.append(console.press("enter", "Enter pays", quiet=0.3))
        console.press("500", quiet=0.2)
        paid.append(console.press("enter", "paid", quiet=0.4))
    return [
        figure("F3 to painted, first time", "ms", [first.last_ms]),
        figure("scan to painted line", "ms", [reply.last_ms for reply in scans], budget=40.0),
        figure("scan to painted line", "bytes", [reply.sent for reply in scans], budget=3_000, judged="worst"),
        figure("letter to painted articles", "ms", [reply.last_ms for reply in letters], budget=40.0),
        figure(
            "cursor in the lines", "bytes", [reply.sent for reply in moves if reply.sent], budget=500, judged="worst"
        ),
        figure("Enter to painted pay dialog", "ms", [reply.last_ms for reply in pays], budget=60.0),
        figure("Enter to paid and painted", "ms", [reply.last_ms for reply in paid], budget=60.0),
    ]
