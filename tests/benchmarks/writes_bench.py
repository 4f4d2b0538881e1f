"""What a write costs: the audit row of a look, a small change through the desk; and how fast `verify` proves it all."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from pathlib import Path

from bookkeeper_tui.store import notes, proof
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.opening import create_store
from tests.benchmarks.measure import Area, Figure, figure, median, repeated, synced_write
from tests.benchmarks.shop import Shop, cache_directory

TIMES = 300
ROW = (
    "INSERT INTO audit (at, who, role, terminal, action, subject, customer_id, detail, key_id, mac) "
    "VALUES (1, 'shell:bench', 'owner', 'shell', 'customer.viewed', '', 2, '{}', 'none', zeroblob(32))"
)


def run(shop: Shop) -> Area:
    """Measure on the shop; the floors in a scratch store on the same disk."""
    disk = synced_write(cache_directory())
    raw = raw_rows()
    floor = median(raw)
    store = shop.open()
    try:
        desk = Desk.shell(store)
        heavy = shop.heavy_id
        looks = repeated(lambda: desk.look("customer.viewed", customer_id=heavy), TIMES)
        added = repeated(lambda: notes.add(desk, heavy, "Asked for the delivery to be left next door."), TIMES)
        figures = [
            figure("floor: 4 KiB write, synced", "ms", disk),
            figure("floor: raw audit row, synced", "ms", raw),
            figure("a look through the desk", "ms", looks, floor=floor, budget=3.0, judged="ratio"),
            figure("a note through the desk", "ms", added, floor=floor, budget=4.0, judged="ratio"),
            *verified(desk, shop),
        ]
        return Area(
            "Writes and proof", figures, ("Floors: the disk; one INSERT into audit in a transaction of its own.",)
        )
    finally:
        store.close()


def raw_rows() -> list[float]:
    """Milliseconds of appending one row of the audit table with bare SQL, committed and synced."""
    with tempfile.TemporaryDirectory(dir=cache_directory()) as scratch:
        directory = Path(scratch)
        create_store(
            directory / "store",
            directory / "keys",
            name="Scratch",
            currency="GBP",
            country="GB",
            time_zone="Europe/London",
        ).close()
        connection = sqlite3.connect(directory / "store" / "store.db", isolation_level=None)
        connection.execute("PRAGMA synchronous = FULL")

        def write() -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(ROW)
            connection.execute("COMMIT")

        try:
            return repeated(write, TIMES)
        finally:
            connection.close()


def verified(desk: Desk, shop: Shop) -> list[Figure]:
    """Every check of `bookkeeper verify` once: rows it looked at in a second, and whether it passed."""
    start = time.perf_counter()
    failed = [check.check for check in proof.checks(desk) if not check.ok]
    seconds = time.perf_counter() - start
    rows = sum(
        desk.database.execute_sql(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("sale", "sale_line", "posting", "entry", "audit")
    )
    note = "failed: " + ", ".join(failed) if failed else f"{rows:,} rows in {seconds:.1f} s, every check passed"
    scan = sorted(scan_seconds(desk))[0]
    return [
        figure("verify", "s", [seconds], floor=scan, note=note, budget=0.0 if failed else 600.0),
        figure("verify, thousand rows a second", "k/s", [rows / seconds / 1000]),
    ]


def scan_seconds(desk: Desk) -> list[float]:
    """Seconds of reading every line and posting once, which no proof can do without."""
    start = time.perf_counter()
    desk.database.execute_sql("SELECT sum(amount), sum(discount) FROM sale_line").fetchone()
    desk.database.execute_sql("SELECT sum(amount) FROM posting").fetchone()
    return [time.perf_counter() - start]
