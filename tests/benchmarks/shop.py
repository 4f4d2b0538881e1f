"""The benchmark shop: a million customers and ten million sale lines, built once and kept for every later run."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zlib import crc32

from peewee import SqliteDatabase

from bookkeeper_tui.store import engine, staff, standing
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.opening import DATABASE, Store, create_store, open_store
from bookkeeper_tui.store.search.ranking import rerank
from tests.benchmarks.people import add_people
from tests.benchmarks.trade import Catalogue, add_products, add_sales

SEED = 20261121
# Raised whenever the generator changes what it makes, so that an old shop is built anew.
EDITION = 1
PIN = "740286"


@dataclass(frozen=True, slots=True)
class Scale:
    """How large a shop is; `heavy_sales` are those of its one customer who comes several times a day."""

    name: str
    customers: int
    products: int
    lines: int
    heavy_sales: int


FULL = Scale("full", 1_000_000, 50_000, 10_000_000, 10_000)
SMALL = Scale("small", 10_000, 5_000, 100_000, 10_000)


@dataclass(frozen=True, slots=True)
class Shop:
    """Where the built shop lies and what the benchmarks must know of it."""

    store: str
    keys: str
    customers: int
    lines: int
    sales: int
    heavy_id: int
    heavy_number: str
    heavy_sales: int
    staff_number: str
    pin: str
    last_day: str
    build_seconds: float
    edition: int
    schema: int

    def warm(self) -> None:
        """Read the file once: a server that has been up for a day has it in memory. Before this process opens it."""
        with (Path(self.store) / DATABASE).open("rb", buffering=0) as file:
            while file.read(1 << 24):
                pass

    def open(self) -> Store:
        """Open it as a console does."""
        self.warm()
        return open_store(Path(self.store), Path(self.keys))


def cache_directory() -> Path:
    """Where shops and imported stores are kept: $BOOKKEEPER_BENCH_DIR, else .cache beside this file."""
    named = os.environ.get("BOOKKEEPER_BENCH_DIR")
    directory = Path(named) if named else Path(__file__).parent / ".cache"
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def shop(scale: Scale = FULL) -> Shop:
    """The shop of that scale, built now if it is missing or made by another edition of generator or schema."""
    directory = cache_directory() / scale.name
    facts = directory / "shop.json"
    if facts.exists():
        held = json.loads(facts.read_text(encoding="utf-8"))
        if held.get("edition") == EDITION and held.get("schema") == schema_mark():
            return Shop(**held)
        say(f"the {scale.name} shop was built by another edition")
    if directory.exists():
        shutil.rmtree(directory)
    built = build(scale, directory)
    facts.write_text(json.dumps(asdict(built), indent=1), encoding="utf-8")
    return built


def build(scale: Scale, directory: Path) -> Shop:
    """Write the whole shop; about four minutes at full scale, and under 500 MB of memory."""
    started = time.monotonic()
    say(f"building the {scale.name} shop in {directory}: {scale.customers:,} customers, {scale.lines:,} sale lines")
    store_path, keys = directory / "store", directory / "keys"
    create_store(store_path, keys, name="Benchmark", currency="GBP", country="GB", time_zone="Europe/London").close()
    last_day = datetime.now(UTC).date()
    heavy_id = 2 + scale.customers // 3
    connection = loading_connection(store_path / "store.db")
    indexes = set_indexes_aside(connection)
    say("customers", started)
    add_people(connection, scale.customers, SEED, created_at=microseconds(last_day) - 3 * 365 * 86_400_000_000)
    say("products", started)
    catalogue = add_products(connection, scale.products, SEED)
    sales = load_sales(connection, catalogue, scale, heavy_id, last_day, started)
    set_counters(connection, scale.customers, sales)
    say("derived figures", started)
    fold(store_path / "store.db", sales)
    say("indexes", started)
    for statement in indexes:
        connection.execute(statement)
    connection.execute("ANALYZE")
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    say("search index", started)
    staff_number = finish(store_path, keys)
    seconds = time.monotonic() - started
    say("done", started)
    return Shop(
        str(store_path),
        str(keys),
        scale.customers,
        scale.lines,
        sales,
        heavy_id,
        f"C-{heavy_id - 1:06d}",
        scale.heavy_sales,
        staff_number,
        PIN,
        last_day.isoformat(),
        round(seconds, 1),
        EDITION,
        schema_mark(),
    )


def load_sales(
    connection: sqlite3.Connection, catalogue: Catalogue, scale: Scale, heavy_id: int, last_day: date, started: float
) -> int:
    """Write the sales and tell how far they are now and then; returns their number."""
    told = 0

    def tell(written: int) -> None:
        nonlocal told
        if written * 10 // scale.lines > told:
            told = written * 10 // scale.lines
            say(f"sale lines {written:,}", started)

    return add_sales(
        connection,
        catalogue,
        lines=scale.lines,
        customers=scale.customers,
        heavy=(heavy_id, scale.heavy_sales),
        last_day=last_day,
        seed=SEED,
        tell=tell,
    )


def loading_connection(path: Path) -> sqlite3.Connection:
    """A connection that does not wait for the disk: a build that fails is started again."""
    connection = sqlite3.connect(path)
    for pragma in (
        "synchronous = OFF",
        "foreign_keys = OFF",
        "cache_size = -64000",
        "temp_store = FILE",
        "wal_autocheckpoint = 20000",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def set_indexes_aside(connection: sqlite3.Connection) -> list[str]:
    """Drop every index that has SQL of its own; returns that SQL, to make them again over the finished rows."""
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    for name, _ in rows:
        connection.execute(f"DROP INDEX {name}")
    connection.commit()
    return [sql for _, sql in rows]


def set_counters(connection: sqlite3.Connection, customers: int, sales: int) -> None:
    """Let the next customer and the next sale get the next number."""
    for name, value in (("customer", customers), ("sale", sales)):
        connection.execute(
            "INSERT INTO counter (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )
    connection.commit()


def fold(path: Path, sales: int) -> None:
    """Derive standing, customer_month and customer_product by the project's own fold, all sales at once."""
    pragmas = {"synchronous": 0, "foreign_keys": 0, "cache_size": -64000, "temp_store": 1}
    database = SqliteDatabase(str(path), pragmas=pragmas)
    with database.connection_context(), database.atomic():
        standing.fold_sales(database, 1, sales)


def finish(store_path: Path, keys: Path) -> str:
    """Rank the search index and add the cashier who signs in; returns the staff number."""
    store = open_store(store_path, keys)
    try:
        desk = Desk.shell(store)
        rerank(desk)
        added = staff.add(desk, name="Bench Cashier", role="manager", pin=PIN)
        return str(added.number)
    finally:
        store.close()


def schema_mark() -> int:
    """A number that changes with the migrations: a shop built for another schema is no use."""
    folder = Path(engine.__file__).parent / "migrations"
    return crc32(b"".join(path.read_bytes() for path in sorted(folder.glob("*.sql"))))


def microseconds(day: date) -> int:
    """Midnight UTC of a date in microseconds."""
    return (day.toordinal() - date(1970, 1, 1).toordinal()) * 86_400_000_000


def say(text: str, started: float | None = None) -> None:
    """One line of progress on standard error."""
    elapsed = f"{time.monotonic() - started:7.1f} s  " if started is not None else ""
    print(f"{elapsed}{text}", file=sys.stderr, flush=True)
