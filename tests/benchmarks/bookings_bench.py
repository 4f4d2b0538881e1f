"""A studio of twenty trainers with 100,000 bookings: a time looked at and booked, a session used, a week read."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bookkeeper_tui.formats import business_date, now_us
from bookkeeper_tui.store import (
    baskets,
    bookables,
    bookings,
    catalogue,
    customers,
    package_plans,
    packages,
    services,
    shifts,
    staff,
    till,
)
from bookkeeper_tui.store.bookables import Hours, NewBookable
from bookkeeper_tui.store.bookings import Busy
from bookkeeper_tui.store.bookings.moments import HOUR, MINUTE, at_minute
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.founding import found_shop
from bookkeeper_tui.store.opening import DATABASE, open_store
from bookkeeper_tui.store.services import NewService
from bookkeeper_tui.store.till import Tendered
from tests.benchmarks.measure import Area, Figure, figure, median, repeated, synced_write, timed
from tests.benchmarks.shop import cache_directory, say

BOOKINGS, TRAINERS, CUSTOMERS = 100_000, 20, 2_000
SLOTS = range(9, 20)
"""The hours of a day that are booked; one in six of those to come is left free."""
DAYS_TO_COME = 60
TIMES = 400
PACKAGES, SESSIONS = 40, 20
ZONE = "Europe/Madrid"
INSERT = """
INSERT INTO booking (number, customer_id, service_id, trainer_id, resource_id, starts, ends, blocked_from, blocked_to,
                     date, state, cancel_until, late_takes, no_show_takes, made_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 1, ?)
"""
INSERT_EVENTS = """
INSERT INTO booking_event (booking_id, kind, state, starts, ends, trainer_id, resource_id, at, who)
SELECT id, 'booked', 'booked', starts, ends, trainer_id, resource_id, made_at, 'bench' FROM booking
UNION ALL
SELECT id, state, state, starts, ends, trainer_id, resource_id, starts, 'bench' FROM booking WHERE state = 'done'
ORDER BY 1
"""
# What an act adds or changes, row by row, found by what it has written last.
OF_A_BOOKING = (
    ("booking", "id = (SELECT MAX(id) FROM booking)"),
    ("booking_event", "id = (SELECT MAX(id) FROM booking_event)"),
    ("counter", "name = 'booking'"),
    ("audit", "seq = (SELECT MAX(seq) FROM audit)"),
)
OF_A_USE = (
    ("entry", "id = (SELECT MAX(id) FROM entry)"),
    ("posting", "entry_id = (SELECT MAX(id) FROM entry)"),
    ("package_event", "id = (SELECT MAX(id) FROM package_event)"),
    ("package", "id = (SELECT package_id FROM package_event ORDER BY id DESC LIMIT 1)"),
    ("audit", "seq = (SELECT MAX(seq) FROM audit)"),
)
CHANGED = {"counter": "value", "package": "used, recognised"}


def run() -> Area:
    """Fill a studio, and measure in it: ours in the one copy, the bare rows in the other, in turns."""
    with tempfile.TemporaryDirectory(dir=cache_directory()) as place:
        directory, keys = Path(place) / "shop", Path(place) / "keys"
        disk = synced_write(Path(place))
        store = found_shop(directory, keys, name="Bench", currency="EUR", country="ES")
        say(f"filling a studio with {BOOKINGS:,} bookings")
        studio = Filled(Desk.shell(store))
        store.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        store.close()
        shutil.copy(directory / DATABASE, Path(place) / "bare.db")
        for copy in (directory / DATABASE, Path(place) / "bare.db"):
            subprocess.run(["sync", "-d", str(copy)], check=False)
        store = open_store(directory, keys)
        bare = sqlite3.connect(Path(place) / "bare.db", isolation_level=None)
        for pragma in ("synchronous = FULL", "foreign_keys = ON", "cache_size = -16000"):
            bare.execute(f"PRAGMA {pragma}")
        try:
            studio.desk = Desk(store, studio.actor, "bench")
            return Area("Bookings", [figure("floor: 4 KiB write, synced", "ms", disk), *measured(studio, bare)], (
                f"{BOOKINGS:,} bookings of {TRAINERS} trainers and as many rooms, {DAYS_TO_COME} days of them to come. "
                "Floors: the rows of the same act by bare SQL in a transaction of their own, synced.",
            ))  # fmt: skip
        finally:
            bare.close()
            store.close()


class Filled:
    """The studio and what is free in it: each of `free` is a trainer's place in the list and a start."""

    def __init__(self, shell: Desk) -> None:
        """Trainers work from nine to eight every day; each hour is one massage in the trainer's own room."""
        self.desk, self.draw = shell, random.Random(4)
        service = NewService("Massage", 50, buffer_after=10)
        self.service = services.add(shell, service).id
        self.people = [
            customers.create(shell, CustomerFields(name=f"Person {one}", phone=f"+346{one:08d}")).id
            for one in range(CUSTOMERS)
        ]
        self.trainers = [bookables.add(shell, NewBookable("trainer", f"Trainer {n:02d}")).id for n in range(TRAINERS)]
        self.rooms = [bookables.add(shell, NewBookable("resource", f"Room {n:02d}")).id for n in range(TRAINERS)]
        for trainer in self.trainers:
            bookables.set_hours(shell, trainer, [Hours(day, 9 * 60, 20 * 60) for day in range(7)])
        taken_on = staff.add(shell, "Nadia", "manager", "493817")
        self.actor = Actor(taken_on.staff_id, taken_on.number, taken_on.name, "manager")
        self.free: list[tuple[int, int]] = []
        self.today = date.fromisoformat(business_date(now_us(), ZONE))
        with shell.change("import.products") as change:
            self._fill(change.database)
        self.packages = self._sell()

    def _fill(self, database: Any) -> None:
        day, made = self.today + timedelta(days=DAYS_TO_COME), 0
        while made < BOOKINGS:
            rows = []
            for hour in SLOTS:
                starts = at_minute(day, hour * 60, ZONE)
                people = self.draw.sample(self.people, TRAINERS)
                for place, trainer in enumerate(self.trainers):
                    if day > self.today and self.draw.random() < 1 / 6:
                        self.free.append((place, starts))
                        continue
                    state = "done" if day < self.today else "booked"
                    made += 1
                    rows.append((
                        f"B-{made:07d}", people[place], self.service, trainer, self.rooms[place], starts,
                        starts + 50 * MINUTE, starts, starts + HOUR, day.isoformat(), state, starts - 24 * HOUR, starts,
                    ))  # fmt: skip
            database.connection().executemany(INSERT, rows)
            day -= timedelta(days=1)
        database.execute_sql(INSERT_EVENTS)
        database.execute_sql("INSERT INTO counter (name, value) VALUES ('booking', ?)", (made,))

    def _sell(self) -> list[int]:
        desk = Desk(self.desk.store, self.actor, "bench")
        with desk.change("import.products") as change:
            catalogue.bring_in(change, [NewProduct("P20", "Twenty massages", price=80_000)])
        package_plans.set_plan(desk, catalogue.ids_by_sku(desk.database, ["P20"])["P20"], SESSIONS, 0, self.service)
        shifts.open_shift(desk, 0)
        for person in self.people[:PACKAGES]:
            basket = baskets.ring(desk, baskets.start(desk, person).id, "P20")
            till.pay(desk, basket.id, [Tendered("cash", basket.total)])
        return [row[0] for row in desk.database.execute_sql("SELECT id FROM package ORDER BY id")]


def measured(studio: Filled, bare: sqlite3.Connection) -> list[Figure]:
    """Every figure, each act beside its own bare rows."""
    desk, draw = studio.desk, studio.draw
    times = draw.sample(studio.free, TIMES)

    def book(number: int) -> None:
        place, starts = times[number]
        for person in draw.sample(studio.people, 50):
            try:
                bookings.book(desk, person, studio.service, starts, trainer_id=studio.trainers[place],
                              resource_id=studio.rooms[place])  # fmt: skip
            except Busy:
                continue
            return

    def anyone(number: int) -> None:
        bookings.next_free(desk, studio.people[number], studio.service, now_us())

    def use(number: int) -> None:
        packages.use(desk, studio.packages[number % PACKAGES], trainer_id=studio.trainers[number % TRAINERS])

    refused = refusals(studio)
    booked, booked_bare = in_turns(desk, bare, book, OF_A_BOOKING, TIMES)
    used, used_bare = in_turns(desk, bare, use, OF_A_USE, min(TIMES, PACKAGES * SESSIONS // 2))
    done = [timed(lambda one=one: bookings.done(desk, one)) for one in to_be_done(studio)]  # type: ignore[misc]
    monday = (studio.today - timedelta(days=studio.today.weekday())).isoformat()
    plain = "SELECT * FROM booking WHERE starts >= ? AND starts < ?"
    week = bookings.week(desk, monday)
    rows = repeated(lambda: desk.database.execute_sql(plain, (week.first, week.last)).fetchall(), 30)
    return [
        figure("a time looked at and booked", "ms", booked, floor=median(booked_bare), budget=10.0),
        figure("a booking refused, with the next three free times", "ms", refused, budget=10.0),
        figure("the next three free times of all trainers", "ms", [timed(lambda n=n: anyone(n)) for n in range(100)]),  # type: ignore[misc]
        figure("a session used", "ms", used, floor=median(used_bare), budget=10.0),
        figure("a booking done, its session used", "ms", done, budget=10.0),
        figure(f"a week of {TRAINERS} trainers read", "ms", repeated(lambda: bookings.week(desk, monday), 30),
               floor=median(rows), note=f"{len(week.bookings):,} bookings"),
        figure("a day read", "ms", repeated(lambda: bookings.day(desk, studio.today.isoformat()), 30)),
        *proved(desk),
    ]  # fmt: skip


def refusals(studio: Filled) -> list[float]:
    """Milliseconds of each booking at a time that somebody has, told with the next free times."""
    sql = "SELECT trainer_id, resource_id, starts FROM booking WHERE starts > ? AND state = 'booked'"
    rows = studio.desk.database.execute_sql(sql, (now_us() + HOUR,)).fetchall()
    return [timed(lambda row=row: refused(studio, *row)) for row in studio.draw.sample(rows, 200)]  # type: ignore[misc]


def refused(studio: Filled, trainer: int, room: int, starts: int) -> tuple[bookings.FreeTime, ...]:
    """The times that are offered to who asks for one that somebody has."""
    try:
        bookings.book(studio.desk, studio.people[0], studio.service, starts, trainer_id=trainer, resource_id=room)
    except Busy as busy:
        return busy.free
    raise AssertionError("a taken time was booked")


def to_be_done(studio: Filled) -> list[int]:
    """Bookings of this very day for those who have a package, each at an hour of the past twelve."""
    desk, made = studio.desk, list[int]()
    for number in range(PACKAGES * 2):
        starts = now_us() + MINUTE * (60 * (number // PACKAGES) + 5)
        one = bookings.book(
            desk, studio.people[number % PACKAGES], studio.service, starts, force=True, reason="bench",
            trainer_id=studio.trainers[number % TRAINERS], resource_id=studio.rooms[number % TRAINERS],
        )  # fmt: skip
        made.append(one.id)
    return made


def in_turns(
    desk: Desk, bare: sqlite3.Connection, act: Callable[[int], None], tables: tuple[tuple[str, str], ...], times: int
) -> tuple[list[float], list[float]]:
    """Milliseconds of each act by us, and of its very rows written by bare SQL into the other copy."""
    ours, theirs = [], []
    for number in range(times):
        ours.append(timed(lambda number=number: act(number)))  # type: ignore[misc]
        statements = []
        for table, where in tables:
            found = desk.database.execute_sql(f"SELECT * FROM {table} WHERE {where}")
            columns = [column[0] for column in found.description]
            marks, sql = ", ".join("?" * len(columns)), f"INSERT INTO {table} VALUES"
            rows = found.fetchall()
            if table in CHANGED:
                key = "name" if table == "counter" else "id"
                names = CHANGED[table].split(", ")
                sql = f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in names)} WHERE {key} = ?"
                rows = [tuple(row[columns.index(name)] for name in (*names, key)) for row in rows]
            else:
                sql += f" ({marks})"
            statements.append((sql, rows))
        theirs.append(timed(lambda rows=statements: write_bare(bare, rows)))  # type: ignore[misc]
    return ours, theirs


def write_bare(connection: sqlite3.Connection, statements: list[tuple[str, list[Any]]]) -> None:
    """The rows in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    for sql, rows in statements:
        connection.executemany(sql, rows)
    connection.execute("COMMIT")


def proved(desk: Desk) -> list[Figure]:
    """Every check of bookings once, and what failed."""
    start, failed = time.perf_counter(), list[str]()
    for name, _, failing in bookings.PROOFS:
        if desk.database.execute_sql(failing).fetchone() is not None:
            failed.append(name)
    seconds = time.perf_counter() - start
    return [figure("every check of bookings", "s", [seconds], budget=0.0 if failed else 30.0, note=", ".join(failed))]
