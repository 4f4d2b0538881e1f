"""Run the benchmarks and print one table an area: `python -m tests.benchmarks [--small] [--json FILE] [names…]`."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from pathlib import Path
from typing import TextIO

from tabulate import tabulate

from tests.benchmarks.measure import Area, Figure
from tests.benchmarks.shop import FULL, SMALL, say, shop

NAMES = (
    "search",
    "profile",
    "statement",
    "writes",
    "audit",
    "till",
    "day",
    "bookings",
    "import",
    "console",
    "memory",
    "sale",
    "schedule",
    "exports",
    "access",
)
SHOPLESS = ("audit", "import", "memory", "statement", "day", "sale", "bookings", "schedule")
HEADERS = ("name", "unit", "n", "p50", "p95", "worst", "floor", "ratio", "budget", "", "note")


def main() -> int:
    """Exit 1 when a figure is over its budget."""
    arguments = parse()
    if os.getloadavg()[0] > 0.5:
        say(f"The machine is busy (load {os.getloadavg()[0]:.1f}): these figures are no verdict.")
    scale = SMALL if arguments.small else FULL
    areas: list[Area] = []
    failed = False
    for name in arguments.names or NAMES:
        module = importlib.import_module(f"tests.benchmarks.{name}_bench")
        say(f"measuring {name}")
        try:
            areas.append(module.run() if name in SHOPLESS else module.run(shop(scale)))
        except Exception as error:
            if arguments.stop:
                raise
            areas.append(Area(f"{name}: could not be measured", [], (f"{type(error).__name__}: {error}",)))
            failed = True
        show(areas[-1], sys.stderr if arguments.json == "-" else sys.stdout)
    if arguments.json:
        text = json.dumps([as_json(area) for area in areas], indent=1, ensure_ascii=False)
        if arguments.json == "-":
            print(text)
        else:
            Path(arguments.json).write_text(text + "\n", encoding="utf-8")
    over = [figure.name for area in areas for figure in area.figures if figure.verdict == "OVER"]
    print(f"\n{len(over)} over budget" + (": " + "; ".join(over) if over else ""), file=sys.stderr)
    return 1 if over or failed else 0


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="which areas; all of them by default")
    parser.add_argument("--small", action="store_true", help="a shop of 10,000 customers, to try things")
    parser.add_argument("--json", metavar="FILE", help="the figures as JSON too; - for standard output")
    parser.add_argument("--stop", action="store_true", help="stop with a traceback where an area cannot be measured")
    return parser.parse_args()


def show(area: Area, out: TextIO) -> None:
    """Print one area's table and what has to be said about it; tables go to standard error when JSON goes to output."""
    rows = [row(figure) for figure in area.figures]
    print(f"\n## {area.title}\n", file=out)
    if rows:
        print(tabulate(rows, headers=HEADERS, tablefmt="github", disable_numparse=True, colalign=ALIGN), file=out)
    for remark in area.remarks:
        print(f"\n{remark}", file=out)
    out.flush()


ALIGN = ("left", "left", *("right",) * 7, "left", "left")


def row(figure: Figure) -> list[str]:
    """One line of the table; the budget says which value it is for."""
    judged = "" if figure.judged == "p95" else f" ({figure.judged})"
    return [
        figure.name,
        figure.unit,
        str(figure.count),
        number(figure.p50),
        number(figure.p95),
        number(figure.worst),
        number(figure.floor),
        number(figure.ratio),
        number(figure.budget) + judged if figure.budget is not None else "",
        figure.verdict,
        figure.note,
    ]


def number(value: float | None) -> str:
    """Three figures, or whole from a hundred on; empty for none."""
    if value is None:
        return ""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"


def as_json(area: Area) -> dict[str, object]:
    """An area as plain values."""
    return {"area": area.title, "remarks": area.remarks, "figures": [one.as_json() for one in area.figures]}


if __name__ == "__main__":
    sys.exit(main())
