"""The import of The Complete Journey against bare `executemany` of the very rows it wrote, in the same run."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from bookkeeper_tui.store.opening import create_store
from tests.benchmarks.measure import Area, Figure, figure
from tests.benchmarks.shop import cache_directory, say

EXPECTED = {"customer": 2_469, "product": 68_492, "sale": 155_848, "sale_line": 1_469_307}
TOTAL = Decimal("4596039.58")
FILES = (("products", "products.csv.gz"), ("customers", "customers.csv"), ("sales", "sale_lines.csv.gz"))
CHUNK = 20_000
# In an order that the foreign keys accept. What is not named here is not written by an import, or told as left out.
TABLES = [
    "import_run",
    "account",
    "branch",
    "category",
    "brand",
    "product",
    "customer",
    "customer_address",
    "customer_tag",
    "customer_attribute",
    "customer_origin",
    "note",
    "consent",
    "entry",
    "posting",
    "sale",
    "sale_line",
    "sale_discount",
    "sale_tender",
    "standing",
    "customer_month",
    "customer_product",
    "customer_brand",
    "search_entry",
    "audit",
    "audit_personal",
    "command_key",
]
OF_THE_STORE = {"shop", "role_permission", "counter", "staff", "sign_in_try", "work_period"}


@dataclass(frozen=True, slots=True)
class Imported:
    """One file taken in: seconds, peak resident memory in MiB, and what the program said of it."""

    kind: str
    seconds: float
    peak_mib: float
    said: dict[str, object]


def run() -> Area:
    """Import into a fresh store, then write the same rows barely into another."""
    journey = find_journey()
    if journey is None:
        return Area("Import", [], ("Set BOOKKEEPER_JOURNEY to the folder of The Complete Journey.",))
    with tempfile.TemporaryDirectory(dir=cache_directory()) as scratch:
        directory = Path(scratch)
        make_store(directory / "imported")
        before = row_counts(directory / "imported" / "store" / "store.db")
        imports = [take_in(directory / "imported", kind, journey / name) for kind, name in FILES]
        make_store(directory / "bare")
        floor, rows = bare_seconds(directory, before)
        again = take_in(directory / "imported", *((FILES[2][0], journey / FILES[2][1])))
        wrong = mistakes(directory / "imported" / "store" / "store.db")
        figures = [*told(imports, floor), again_figure(again)]
        figures.append(figure("floor: bare executemany", "s", [floor], note=f"{rows:,} rows of {len(TABLES)} tables"))
        remarks = tuple(wrong) or ("Counts and total are exact: 155,848 sales, 1,469,307 lines, 4,596,039.58.",)
        keep(directory / "imported")
        return Area("Import of The Complete Journey" + (" — WRONG" if wrong else ""), figures, remarks)


def find_journey() -> Path | None:
    """The folder that $BOOKKEEPER_JOURNEY names, where its files are."""
    named = os.environ.get("BOOKKEEPER_JOURNEY")
    if named and all((Path(named) / name).exists() for _, name in FILES):
        return Path(named)
    return None


def make_store(directory: Path) -> None:
    """A fresh store and its keys below `directory`."""
    create_store(
        directory / "store",
        directory / "keys",
        name="Journey",
        currency="USD",
        country="US",
        time_zone="America/New_York",
    ).close()


def take_in(directory: Path, kind: str, path: Path) -> Imported:
    """Run the import command in a process of its own and watch its memory."""
    say(f"importing {path.name}")
    command = [sys.executable, "-m", "bookkeeper_tui", "--store", str(directory / "store"), "--keys"]
    command += [str(directory / "keys"), "import", kind, str(path), "--json"]
    start = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        out.seek(0)
        said = out.read().decode()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"import {kind} ended with {process.returncode}: {said[:500]}")
    return Imported(kind, seconds, usage.ru_maxrss / 1024, json.loads(said))


def told(imports: list[Imported], floor: float) -> list[Figure]:
    """A row a file, the whole against the floor, and the memory."""
    whole = sum(part.seconds for part in imports)
    rows = [figure(part.kind, "s", [part.seconds], note=f"read {part.said.get('read')}") for part in imports]
    rows.append(figure("whole import", "s", [whole], floor=floor, budget=3.0, judged="ratio"))
    peak = max(part.peak_mib for part in imports)
    rows.append(figure("peak memory", "MiB", [peak], budget=300.0, judged="worst"))
    return rows


def again_figure(again: Imported) -> Figure:
    """The second run, which must change nothing."""
    changed = [again.said.get(name) for name in ("added", "changed")]
    still = changed == [0, 0]
    note = "changes nothing" if still else f"CHANGED {changed}"
    return figure("the sales a second time", "s", [again.seconds], note=note, budget=None if still else 0.0)


def bare_seconds(directory: Path, before: dict[str, int]) -> tuple[float, int]:
    """Seconds that executemany and commit take for every row the import added, and how many rows those are.

    Same schema, indexes, triggers, foreign keys and syncing; a chunk is read from the imported store first, unmeasured.
    """
    source = sqlite3.connect(directory / "imported" / "store" / "store.db")
    target = sqlite3.connect(directory / "bare" / "store" / "store.db", isolation_level=None)
    for pragma in (
        "synchronous = FULL",
        "foreign_keys = ON",
        "cache_size = -16000",
        "temp_store = MEMORY",
        "recursive_triggers = ON",
    ):
        target.execute(f"PRAGMA {pragma}")
    held = row_counts(directory / "bare" / "store" / "store.db")
    seconds, rows = 0.0, 0
    for statements in chunks(source, before, held):
        start = time.perf_counter()
        target.execute("BEGIN IMMEDIATE")
        for statement, values in statements:
            target.executemany(statement, values)
            rows += len(values)
        target.execute("COMMIT")
        seconds += time.perf_counter() - start
    # A customer added by hand later is a new row here as well, so what every store is born with was left out above.
    source.close()
    target.close()
    return seconds, rows


Statements = list[tuple[str, list[tuple[object, ...]]]]


def chunks(source: sqlite3.Connection, before: dict[str, int], held: dict[str, int]) -> Iterator[Statements]:
    """What to write in each transaction: small tables whole, sales by ranges of ids with all that belongs to them."""
    by_sale = {"entry": "id", "posting": "entry_id", "sale": "id", "sale_line": "sale_id"}
    by_sale |= {"sale_discount": "sale_id", "sale_tender": "sale_id"}
    written = {name for name in TABLES if row_count(source, name) > before.get(name, 0)}
    for name in TABLES:
        if name == "entry":
            last = source.execute("SELECT max(id) FROM sale").fetchone()[0] or 0
            for first in range(1, last + 1, 5_000):
                yield [
                    insert_of(source, table, f"WHERE {key} BETWEEN {first} AND {first + 4_999}")
                    for table, key in by_sale.items()
                    if table in written
                ]
        elif name in written and name not in by_sale:
            statement, values = insert_of(source, name, "", skip=held.get(name, 0))
            if name == "search_entry":
                index = "INSERT INTO search_name (rowid, words) VALUES (?, ?)"
                yield [(statement, values), (index, [(row[0], row[2]) for row in values])]
                continue
            for place in range(0, len(values), CHUNK):
                yield [(statement, values[place : place + CHUNK])]


def insert_of(
    source: sqlite3.Connection, table: str, where: str, skip: int = 0
) -> tuple[str, list[tuple[object, ...]]]:
    """The INSERT for a table and its rows; the first `skip` are those every new store has."""
    cursor = source.execute(f"SELECT * FROM {table} {where}")
    marks = ",".join("?" * len(cursor.description))
    return f"INSERT INTO {table} VALUES ({marks})", cursor.fetchall()[skip:]


def row_counts(path: Path) -> dict[str, int]:
    """Rows of each table an import may write; tells of tables that TABLES forgets."""
    connection = sqlite3.connect(path)
    try:
        rows = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search_name%' "
            "AND name NOT LIKE 'sqlite%'"
        )
        known = {row[0] for row in rows} - {"search_vocabulary"}
        for name in sorted(known - set(TABLES) - OF_THE_STORE):
            say(f"the floor leaves out table {name}")
        return {name: row_count(connection, name) for name in TABLES if name in known}
    finally:
        connection.close()


def row_count(connection: sqlite3.Connection, table: str) -> int:
    """Rows of one table."""
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def mistakes(path: Path) -> list[str]:
    """What the imported store has other than The Complete Journey holds."""
    connection = sqlite3.connect(path)
    try:
        counts = {name: row_count(connection, name) for name in EXPECTED}
        counts["customer"] = connection.execute("SELECT count(*) FROM customer WHERE source_ref <> ''").fetchone()[0]
        total = Decimal(connection.execute("SELECT sum(total) FROM sale").fetchone()[0] or 0) / 100
        wrong = [f"{name}: {counts[name]:,}, not {many:,}" for name, many in EXPECTED.items() if counts[name] != many]
        return wrong + ([f"total {total}, not {TOTAL}"] if total != TOTAL else [])
    finally:
        connection.close()


def keep(directory: Path) -> None:
    """Leave the imported store in the cache, for whoever wants to look at it."""
    kept = cache_directory() / "journey"
    shutil.rmtree(kept, ignore_errors=True)
    shutil.move(directory, kept)
