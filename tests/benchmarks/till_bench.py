"""What a sale costs at the till: paid in the store, by one till and by forty, beside the bare SQL for the same rows."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from bookkeeper_tui.store import baskets, shifts, till
from bookkeeper_tui.store.baskets import Basket
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.opening import DATABASE, Store, open_store
from bookkeeper_tui.store.till import Tendered
from tests.benchmarks.measure import Area, Figure, figure, median, synced_write, timed
from tests.benchmarks.shop import Shop, cache_directory

SALES = 400
TILLS, SECONDS = 40, 20
_FORK = multiprocessing.get_context("fork")
# What a sale adds, row by row; the key is the sale's id, its entry's, the basket's or the customer's.
ADDED = (
    ("entry", "id = :entry"),
    ("posting", "entry_id = :entry"),
    ("sale", "id = :sale"),
    ("sale_line", "sale_id = :sale"),
    ("sale_discount", "sale_id = :sale"),
    ("sale_tender", "sale_id = :sale"),
    ("account_item", "entry_id = :entry"),
    ("points_entry", "sale_id = :sale"),
    ("points_lot", "id IN (SELECT id FROM points_entry WHERE sale_id = :sale)"),
    ("audit", "seq = :seq"),
    ("command_key", "seq = :seq"),
)
CHANGED = (
    ("basket", "id = :basket"),
    ("counter", "name = 'sale'"),
    ("standing", "customer_id = :customer"),
    ("customer_month", "customer_id = :customer AND branch_id = :branch AND month = :month"),
    (
        "customer_product",
        "customer_id = :customer AND product_id IN (SELECT product_id FROM sale_line WHERE sale_id = :sale)",
    ),
    (
        "customer_brand",
        "customer_id = :customer AND brand_id IN (SELECT brand_id FROM product JOIN sale_line "
        "ON product.id = sale_line.product_id WHERE sale_id = :sale)",
    ),
)
WALK_IN = (
    "INSERT INTO customer (id, number, name, created_at) VALUES (1, 'C-000000', 'Walk-in', 0) ON CONFLICT DO NOTHING"
)
KEYS = """
SELECT sale.id AS sale, entry_id AS entry, basket.id AS basket, sale.customer_id AS customer, branch_id AS branch,
       substr(business_date, 1, 7) AS month, (SELECT MAX(seq) FROM audit) AS seq
FROM sale JOIN basket ON basket.sale_id = sale.id WHERE sale.id = ?
"""


def run(shop: Shop) -> Area:
    """Measure on copies of the shop: ours on the one, the bare rows on the other, in turns."""
    disk = synced_write(cache_directory())
    with tempfile.TemporaryDirectory(dir=cache_directory()) as scratch:
        directory, keys = Path(scratch), Path(shop.keys)
        for name in ("ours", "bare"):
            (directory / name).mkdir()
        shutil.copytree(shop.store, directory / "ours", dirs_exist_ok=True)
        store = open_store(directory / "ours", keys)
        try:
            with Desk.shell(store).change("customer.created") as change:
                change.database.execute_sql(WALK_IN)
            desk = at_till(store, shop, "bench-till")
            # The first sale names the accounts of the ledger that all of them post to.
            first = rung(desk, 2)
            till.pay(desk, first.id, [Tendered("cash", first.total)])
            ready = [rung(desk, customer_of(place, shop)) for place in range(SALES)]
            store.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copy(directory / "ours" / DATABASE, directory / "bare" / DATABASE)
            settle(directory / "ours" / DATABASE, directory / "bare" / DATABASE)
            scans = [scanned(desk, place) for place in range(SALES)]
            paid, bare = in_turns(desk, ready, directory / "bare" / DATABASE)
            settle(directory / "ours" / DATABASE)
            forty = of_many(many_tills(store, shop, ringing=False), many_tills(store, shop, ringing=True))
        finally:
            store.close()
    floor = median(bare)
    return Area(
        "The till",
        [
            figure("floor: 4 KiB write, synced", "ms", disk),
            figure("floor: the rows of a sale by bare SQL, synced", "ms", bare),
            figure("a scan rung up, and the basket read", "ms", scans, budget=10.0),
            figure("a sale paid, one till", "ms", paid, floor=floor, budget=5.0),
            figure("a sale paid, against the bare rows", "ms", paid, floor=floor, budget=2.0, judged="ratio"),
            *forty,
        ],
        (
            f"Sales of three lines in cash, every other to a customer with points. {TILLS} tills at one sale a second "
            f"each for {SECONDS} seconds.",
        ),
    )


def of_many(samples: list[tuple[float, str]], ringing: list[tuple[float, str]]) -> list[Figure]:
    """The figures of forty tills at once."""
    taken, refused = [ms for ms, _ in samples], [said for _, said in samples + ringing if said]
    name = f"a sale paid, {TILLS} tills at one a second each"
    return [
        figure(name, "ms", taken, budget=10.0, note=f"{len(refused)} refused {refused[:1]}" if refused else ""),
        figure(f"{name}: the worst", "ms", taken, budget=0.0 if refused else 100.0, judged="worst"),
        figure(f"{name}, ringing up as well", "ms", [ms for ms, _ in ringing]),
    ]


def at_till(store: Store, shop: Shop, terminal: str) -> Desk:
    """The cashier's desk at a till, its shift open."""
    row = store.database.execute_sql("SELECT id, name FROM staff WHERE number = ?", (shop.staff_number,)).fetchone()
    desk = Desk(store, Actor(row[0], shop.staff_number, row[1], "manager"), terminal)
    if shifts.open_at(store.database, terminal) is None:
        shifts.open_shift(desk, 10_000)
    return desk


def customer_of(place: int, shop: Shop) -> int:
    """Every other sale is the walk-in's, the rest are spread over the customers."""
    return 1 if place % 2 else 2 + (place * 7919) % (shop.customers - 2)


def rung(desk: Desk, customer_id: int) -> Basket:
    """A basket of three articles."""
    basket = baskets.start(desk, customer_id)
    products = random.Random(basket.id).sample(range(1, 2000), 3)
    for product_id in products:
        basket = baskets.ring_product(desk, basket.id, product_id, None, price=1250, sure=True)
    return basket


def scanned(desk: Desk, place: int) -> float:
    """Milliseconds of one more article rung up by its code."""
    row = desk.database.execute_sql(
        "SELECT sku FROM product WHERE price IS NOT NULL AND id >= ? LIMIT 1", (1 + place,)
    ).fetchone()
    basket = baskets.start(desk)
    return timed(lambda: baskets.ring(desk, basket.id, row[0], sure=True))


def settle(*copies: Path) -> None:
    """Let the disk take the copies, which no sale should wait behind, and read them: a server has them at hand.

    Another process reads: closing a file that this one has open would drop its locks.
    """
    os.sync()
    for copy in copies:
        subprocess.run(["cat", str(copy)], stdout=subprocess.DEVNULL, check=True)


def in_turns(desk: Desk, ready: list[Basket], bare: Path) -> tuple[list[float], list[float]]:
    """Milliseconds of each sale paid by us, and of its very rows written by bare SQL into the other copy."""
    connection = sqlite3.connect(bare, isolation_level=None)
    for pragma in ("synchronous = FULL", "foreign_keys = ON", "cache_size = -16000"):
        connection.execute(f"PRAGMA {pragma}")
    ours, theirs = [], []
    for basket in ready:
        tenders = [Tendered("cash", basket.total + 500)]
        start = time.perf_counter()
        paid = till.pay(desk, basket.id, tenders, seen_total=basket.total)
        ours.append((time.perf_counter() - start) * 1000)
        statements = rows_of(desk, paid.sale_id)
        theirs.append(timed(lambda rows=statements: write_bare(connection, rows)))  # type: ignore[misc]
    connection.close()
    return ours, theirs


def rows_of(desk: Desk, sale_id: int) -> list[tuple[str, list[Any]]]:
    """Every row that a sale wrote, as the statement that writes it again."""
    cursor = desk.database.execute_sql(KEYS, (sale_id,))
    keys = dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))
    statements = []
    for tables, changed in ((ADDED, False), (CHANGED, True)):
        for table, where in tables:
            found = desk.database.execute_sql(f"SELECT * FROM {table} WHERE {where}", keys)
            columns = [column[0] for column in found.description]
            rows = found.fetchall()
            sql = f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})"
            if changed:
                # Only figures change: a foreign key set to itself would be looked up again.
                moving = [name for name in columns if not name.endswith("_id") and name not in ("id", "name", "month")]
                sql += " ON CONFLICT DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in moving)
            if rows:
                statements.append((sql, rows))
    return statements


def write_bare(connection: sqlite3.Connection, statements: list[tuple[str, list[Any]]]) -> None:
    """The rows in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    for sql, rows in statements:
        connection.executemany(sql, rows)
    connection.execute("COMMIT")


def many_tills(store: Store, shop: Shop, *, ringing: bool) -> list[tuple[float, str]]:
    """What every sale of forty tills took, in milliseconds, and what was said where one was refused."""
    for place in range(TILLS):
        at_till(store, shop, f"bench-{place}")
    together, answers = _FORK.Barrier(TILLS), _FORK.Queue()
    ways = (store.directory, store.keys_directory, shop, ringing, together, answers)
    processes = [_FORK.Process(target=one_till, args=(place, *ways)) for place in range(TILLS)]
    for process in processes:
        process.start()
    samples = [sample for _ in processes for sample in answers.get(timeout=SECONDS + 300)]
    for process in processes:
        process.join(10)
    return samples


def one_till(place: int, directory: Path, keys: Path, shop: Shop, ringing: bool, together: Any, answers: Any) -> None:
    """One sale a second at a moment of its own; rung up just before it, or all of them before the first."""
    desk = at_till(open_store(directory, keys), shop, f"bench-{place}")
    customers = [customer_of(second * TILLS + place, shop) for second in range(SECONDS)]
    ready = [] if ringing else [rung(desk, customer) for customer in customers]
    together.wait(120)
    start, samples = time.monotonic() + random.Random(place).random(), []
    for second, customer in enumerate(customers):
        basket = rung(desk, customer) if ringing else ready[second]
        time.sleep(max(0.0, start + second - time.monotonic()))
        tenders = [Tendered("cash", basket.total + 500)]
        began = time.perf_counter()
        try:
            till.pay(desk, basket.id, tenders)
            said = ""
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
        samples.append(((time.perf_counter() - began) * 1000, said))
    answers.put(samples)
