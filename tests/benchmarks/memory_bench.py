"""What a console weighs on the demo shop: proportional set size at sign-in, and after a search and a profile."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile

from tests.benchmarks.console_bench import ROOT, SIGN_IN, Place, shows_tabs, sign_in
from tests.benchmarks.measure import Area, Figure, figure
from tests.benchmarks.shop import cache_directory
from tests.benchmarks.terminal import Terminal

BUDGET_MIB = 40.0


def run() -> Area:
    """Make the demo shop as `bookkeeper demo` does, and sign in as its first cashier."""
    return Area("Memory on the demo shop", demo_memory(), ("A library that two consoles share counts half for each.",))


def demo_memory() -> list[Figure]:
    """PSS of a console on the demo shop: signed in, something searched, a profile open."""
    with tempfile.TemporaryDirectory(dir=cache_directory()) as scratch:
        command = [
            sys.executable,
            "-m",
            "bookkeeper_tui",
            "demo",
            "--store",
            f"{scratch}/demo",
            "--no-console",
            "--json",
        ]
        made = json.loads(subprocess.run(command, check=True, capture_output=True, cwd=ROOT).stdout)
        person = next((one for one in made["staff"] if one["role"] == "cashier"), made["staff"][0])
        place = Place(made["store"], made["keys"], person["number"], person["pin"])
        with Terminal(place.command(), directory=ROOT) as console:
            console.settle(SIGN_IN, quiet=0.3)
            rest = console.pss_mib()
            sign_in(console, place)
            console.type("mar")
            console.press("down")
            console.press("enter", shows_tabs, quiet=0.5)
            for key in "23]]]":
                console.press(key, quiet=0.2)
            alone = console.pss_mib()
            with Terminal(place.command(), directory=ROOT) as second:
                second.settle(SIGN_IN, quiet=0.3)
                sign_in(second, place)
                beside = console.pss_mib()
            return [
                figure("PSS at sign-in, demo shop", "MiB", [rest], budget=BUDGET_MIB, judged="worst"),
                figure("PSS after a profile, demo shop", "MiB", [alone], budget=BUDGET_MIB, judged="worst"),
                figure("the same beside a second console", "MiB", [beside], budget=BUDGET_MIB, judged="worst"),
            ]
