"""What the audit log costs: a row in a long log, verifying it whole and since a seal, sealing it, and finding rows."""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path

from bookkeeper_tui.formats import now_us
from bookkeeper_tui.store import audit, audit_verify, log_search, seals, unusual
from bookkeeper_tui.store.audit import Deed
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.customers import create
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.founding import found_shop
from tests.benchmarks.measure import Area, Figure, figure, median, repeated, synced_write, timed
from tests.benchmarks.shop import cache_directory
from tests.benchmarks.writes_bench import raw_rows

ROWS, AT_ONCE = 500_000, 50_000
SINCE_SEAL = 50_000
CUSTOMERS, PEOPLE = 2000, 20
TIMES = 400
ROWS_A_SECOND = 50_000
LOOK_MS = 1.0
ACTIONS = ("customer.viewed", "tab.sales", "tab.overview", "search.made", "sale.paid", "customer.edited", "sale.rung")
SEARCHED = ("", "who:101", "customer:C-000184", "customer:C-000184 looks", "customer.edited", "terminal:till-3 tab.",
            "who:115 customer.edited terminal:till-1")  # fmt: skip


def run() -> Area:
    """Measure in a scratch store on the disk of the other benchmarks."""
    with tempfile.TemporaryDirectory(dir=cache_directory()) as scratch:
        directory = Path(scratch)
        store = found_shop(directory / "store", directory / "keys", name="Scratch", currency="EUR", country="ES")
        try:
            desk = Desk.shell(store)
            fill(desk, ROWS - SINCE_SEAL)
            seals.make(desk)
            fill(desk, SINCE_SEAL)
            return Area(
                f"The audit log, {ROWS:,} rows", measured(desk), ("Floors: the disk; one bare INSERT, synced.",)
            )
        finally:
            store.close()


def measured(desk: Desk) -> list[Figure]:
    """All figures; what is verified holds, or the figure would be worth nothing."""
    floor = median(raw_rows())
    looks = repeated(lambda: desk.look("customer.viewed", subject="C-000184", customer_id=185), TIMES)
    rates = (verified(desk, whole=True), verified(desk, whole=False))
    sealed = repeated(lambda: seals.make(desk), 20)
    today = desk.today()
    found = [
        figure("floor: 4 KiB write, synced", "ms", synced_write(cache_directory())),
        figure("a view's row", "ms", looks, floor=floor, budget=LOOK_MS),
        figure("a seal", "ms", sealed),
        *rates,
    ]
    for text in SEARCHED:
        question = log_search.parse(desk, text)
        pages = repeated(lambda question=question: log_search.page(desk, question), 30)  # type: ignore[misc]
        found.append(figure(f"a page: {text or 'the newest'}", "ms", pages))
    week = [timed(lambda: unusual.findings(desk, today[:8] + "01", today)) for _ in range(3)]
    found.append(figure("what is unusual in a month", "ms", week))
    return found


def verified(desk: Desk, *, whole: bool) -> Figure:
    """Rows a second, three times; the slowest is judged by the floor that the issue sets."""
    rates = []
    for _ in range(3):
        begun = time.perf_counter()
        result = audit_verify.verify(desk, since_seal=not whole)
        rates.append(result.rows / (time.perf_counter() - begun) / 1000)
        if not result.holds:
            raise RuntimeError(f"the log does not hold: {result.broken[:3]} {result.broken_seals[:3]}")
    slowest = min(rates)
    note = f"{ROWS_A_SECOND // 1000} at least: {'ok' if slowest * 1000 >= ROWS_A_SECOND else 'TOO SLOW'}"
    name = "verified from the first row" if whole else "verified since the newest seal"
    return figure(name, "1000 rows/s", rates, note=note)


def fill(desk: Desk, rows: int) -> None:
    """Rows of some days by twenty people about two thousand customers, a third of them with personal values."""
    keys, chance = desk.store.keys, random.Random(rows)
    if not desk.database.execute_sql("SELECT 1 FROM staff").fetchone():
        make_people(desk)
    now = now_us()
    for start in range(0, rows, AT_ONCE):
        deeds = [deed(chance, now - (rows - place) * 1_000_000) for place in range(start, min(rows, start + AT_ONCE))]
        with desk.store.engine.write() as database:
            audit.append_all(database, keys.audit, keys.audit_id, deeds)


def make_people(desk: Desk) -> None:
    """The staff and customers whom the rows name."""
    for _ in range(200):
        create(desk, CustomerFields(name="Somebody"))
    with desk.store.engine.write() as database:
        for place in range(PEOPLE):
            database.execute_sql(
                "INSERT INTO staff (number, name, role, pin_hash, created_at) VALUES (?, ?, 'cashier', '', 0)",
                (str(101 + place), f"Cashier {place}"),
            )


def deed(chance: random.Random, at: int) -> Deed:
    """One row's content."""
    action, staff = chance.choice(ACTIONS), chance.randrange(PEOPLE)
    customer = 2 + chance.randrange(CUSTOMERS)
    personal = {"phone": ["+34600111222", "+34600111999"]} if action in ("customer.edited", "search.made") else {}
    return Deed(
        at, staff + 1, f"{101 + staff} Cashier {staff}", "cashier", f"till-{staff % 5}", action,
        f"C-{customer - 1:06d}", customer, {"fields": ["phone"]} if personal else {}, personal,
    )  # fmt: skip
