"""A million customers exported as a stream: rows a second and how far memory grows, beside a bare csv of the same rows.

Each is measured in a process of its own: what an export keeps is then all that its process gained.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from bookkeeper_tui.store.opening import DATABASE, open_store
from tests.benchmarks.measure import Area, figure, median
from tests.benchmarks.shop import Shop, say

TIMES = 3
COLUMNS = ("customer_no", "name", "company", "phone", "email", "status", "since")
BARE = """
SELECT id, number, name, company, CASE phone_raw WHEN '' THEN phone_e164 ELSE phone_raw END, email, status, created_at
FROM customer WHERE id <> 1 ORDER BY id
"""
GROWTH_MIB = 24.0
WAYS = ("bare", "csv", "usual", "json", "search")


class Measured(NamedTuple):
    """What one process measured: rows, seconds, MiB gained until the end and from the tenth part of the rows on."""

    rows: int
    seconds: float
    gained: float
    gained_later: float

    @property
    def microseconds(self) -> float:
        """Of a row."""
        return self.seconds * 1_000_000 / max(1, self.rows)


def run(shop: Shop) -> Area:
    """Each way in turns, so that whatever else the machine does meets them alike."""
    found: dict[str, list[Measured]] = {way: [] for way in WAYS}
    for _ in range(TIMES):
        for way in WAYS:
            say(f"exporting customers: {way}")
            found[way].append(in_a_process(shop, way))
    floor = median(one.microseconds for one in found["bare"])
    figures = []
    for way, name in (
        ("csv", "customers as csv, the floor's columns"),
        ("usual", "customers as csv, the usual columns"),
        ("json", "customers as json, the floor's columns"),
        ("search", "customers of a search, as csv"),
    ):
        rows, seconds = found[way][0].rows, median(one.seconds for one in found[way])
        told = f"{rows:,} rows, {rows / seconds:,.0f} a second"
        figures.append(figure(name, "us/row", [one.microseconds for one in found[way]], floor=floor, note=told))
    bare = found["bare"][0]
    figures.insert(0, figure("floor: csv.writer over one bare cursor", "us/row",
                             [one.microseconds for one in found["bare"]],
                             note=f"{bare.rows:,} rows, {1_000_000 / floor:,.0f} a second"))  # fmt: skip
    for way in ("csv", "usual", "json", "search"):
        figures += [
            figure(f"memory gained by it, {way}", "MiB", [one.gained for one in found[way]],
                   floor=median(one.gained for one in found["bare"]), budget=GROWTH_MIB, judged="worst"),
            figure(f"of that after a tenth of the rows, {way}", "MiB", [one.gained_later for one in found[way]],
                   budget=2.0, judged="worst"),
        ]  # fmt: skip
    return Area("Exports", figures, ("Peak resident size, less what the process had with the store open.",))


def in_a_process(shop: Shop, way: str) -> Measured:
    """Measure one way in a fresh process."""
    command = [sys.executable, "-m", "tests.benchmarks.exports_bench", shop.store, shop.keys, way]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    return Measured(*json.loads(done.stdout))


def measured(store_path: str, keys: str, way: str) -> Measured:
    """In that process: open, read what is needed once, and export to nowhere."""
    with open("/dev/null", "w", encoding="utf-8", newline="") as nowhere:
        if way == "bare":
            connection = sqlite3.connect(Path(store_path) / DATABASE)
            connection.execute("PRAGMA cache_size = -16000")
            return watched(lambda told: bare(connection, csv.writer(nowhere), told))
        from bookkeeper_tui.store import reports
        from bookkeeper_tui.store.desk import Desk
        from bookkeeper_tui.store.reports import Question

        filters = {"words": "status:active"} if way == "search" else {}
        question = Question("customers", filters, () if way == "usual" else COLUMNS)
        desk = Desk.shell(open_store(Path(store_path), Path(keys)))
        format = "json" if way == "json" else "csv"

        def work(told: Callable[[int], None]) -> int:
            return reports.export(desk, question, format, nowhere, told=lambda far: told(far.rows))

        return watched(work)


def watched(work: Callable[[Callable[[int], None]], int]) -> Measured:
    """Times a piece of work that says how many rows it has written."""
    before, at_a_tenth = peak(), 0.0

    def told(rows: int) -> None:
        nonlocal at_a_tenth
        if rows <= 100_000:
            at_a_tenth = peak()

    begun = time.perf_counter()
    rows = work(told)
    seconds = time.perf_counter() - begun
    return Measured(rows, seconds, peak() - before, peak() - at_a_tenth)


def bare(connection: sqlite3.Connection, writer: Any, told: Callable[[int], None]) -> int:
    """The floor: one statement, one writer."""
    rows = 0
    write = writer.writerow
    write(COLUMNS)
    for row in connection.execute(BARE):
        write(row[1:])
        rows += 1
        if not rows % 500:
            told(rows)
    return rows


def peak() -> float:
    """The most that this process ever had in memory, in MiB; not what the one had that started it, as rusage says."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    print(json.dumps(measured(*sys.argv[1:4])))
