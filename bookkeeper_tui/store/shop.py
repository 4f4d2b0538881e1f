"""The shop itself: its name, currency, country and clock, its branches, and the counters that number its documents."""

from dataclasses import dataclass

from peewee import IntegerField, SqliteDatabase, TextField

from bookkeeper_tui.store.engine import Table


class Shop(Table):
    """One row: what a store is made with and never changes, because the books stand on it."""

    name = TextField()
    currency = TextField()
    exponent = IntegerField()
    country = TextField()
    time_zone = TextField()
    created_at = IntegerField()


class Branch(Table):
    """A place where the shop sells."""

    name = TextField(unique=True)


@dataclass(frozen=True, slots=True)
class ShopRecord:
    """The shop's row; `exponent` is the number of decimals of its currency, `country` two letters."""

    name: str
    currency: str
    exponent: int
    country: str
    time_zone: str
    created_at: int


def read_shop(database: SqliteDatabase) -> ShopRecord:
    """The shop of an open store."""
    row = database.execute_sql("SELECT name, currency, exponent, country, time_zone, created_at FROM shop").fetchone()
    return ShopRecord(*row)


def branch_id(database: SqliteDatabase, name: str) -> int:
    """The id of a branch, made on first mention; inside a change."""
    database.execute_sql("INSERT INTO branch (name) VALUES (?) ON CONFLICT (name) DO NOTHING", (name,))
    return int(database.execute_sql("SELECT id FROM branch WHERE name = ?", (name,)).fetchone()[0])


def next_numbers(database: SqliteDatabase, counter: str, count: int = 1) -> int:
    """Take `count` numbers of a counter inside a change and return the first; the first ever is 1."""
    row = database.execute_sql(
        "INSERT INTO counter (name, value) VALUES (?, ?) "
        "ON CONFLICT (name) DO UPDATE SET value = value + excluded.value RETURNING value",
        (counter, count),
    ).fetchone()
    return int(row[0]) - count + 1
