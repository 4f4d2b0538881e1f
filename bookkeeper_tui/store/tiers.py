"""Loyalty's rules and levels: how points are earned and what they pay, and the tier that a customer's spend reaches."""

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.resources import data_path
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import Change, Desk
from bookkeeper_tui.store.permissions import OWNER
from bookkeeper_tui.store.shop import read_shop

PLAIN_RATE = 1000
LOT_DAYS = 365
WINDOW_DAYS = 365
CUSTOMERS_AT_ONCE = 5000
CHANGES_AT_ONCE = 500


class Program(NamedTuple):
    """`earn_points` for every `earn_amount` minor units; a point pays `point_value` minor units.

    A lot lasts `lot_days` after the day it was earned (0: for ever); a tier goes by the spend of `window_days`.
    """

    earn_points: int
    earn_amount: int
    point_value: int
    lot_days: int = LOT_DAYS
    window_days: int = WINDOW_DAYS


class Tier(NamedTuple):
    """A level: the qualifying spend it takes (minor units), and what it multiplies points by (1000 is once)."""

    name: str
    threshold: int
    rate: int


class Rules(NamedTuple):
    """All of it as it is in force: `own` says whether the shop chose it, or it came with the program."""

    program: Program
    tiers: tuple[Tier, ...]
    own: bool


class Reviewed(NamedTuple):
    """What a review did: customers looked at, and how many changed their tier."""

    customers: int
    changed: int


def program(database: SqliteDatabase) -> Program:
    """The rules in force: the shop's own, else a point for every 1.00, of which each pays 0.01.

    A currency without cents counts hundreds instead: a point for every 100 yen, which pays one.
    """
    exponent, *chosen = database.execute_sql(SELECT_PROGRAM).fetchone()
    if chosen[0] is not None:
        return Program(*chosen)
    unit = _unit(exponent)
    return Program(1, unit, unit // 100)


def tiers(database: SqliteDatabase) -> tuple[Tier, ...]:
    """The levels in force, the lowest first: the shop's own, else those of `data/tiers.csv`."""
    rows = database.execute_sql(SELECT_TIERS).fetchall()
    if rows:
        return tuple(Tier(*row) for row in rows)
    unit = _unit(read_shop(database).exponent)
    return tuple(Tier(name, points * unit, rate) for name, points, rate in _shipped())


def rules(desk: Desk) -> Rules:
    """The rules and levels in force."""
    database = desk.require("loyalty.viewed")
    return _rules(database)


def choose(desk: Desk, program: Program, tiers: Sequence[Tier], *, seen: Rules | None = None) -> None:
    """Gives the shop rules and levels of its own; without levels those it came with stay.

    What was earned before stays as it is. Raises BadInput for rules that cannot be, and where they are no longer those
    that were `seen`.
    """
    with desk.change("tier.edited") as change:
        if seen is not None and _rules(change.database) != seen:
            raise BadInput("Points and tiers were changed at another terminal meanwhile: look at them again")
        _check(program, tiers)
        change.note(
            program=_changed(_program_of(change.database), program._asdict()),
            tiers=_changed(_tiers_of(change.database), [tier._asdict() for tier in tiers]),
        )
        change.database.execute_sql("DELETE FROM loyalty_program")
        change.database.execute_sql(INSERT_PROGRAM, tuple(program))
        change.database.execute_sql("DELETE FROM tier")
        for tier in tiers:
            change.database.execute_sql("INSERT INTO tier (name, threshold, rate) VALUES (?, ?, ?)", tuple(tier))


def tier_at(levels: Sequence[Tier], spend: int) -> Tier | None:
    """The highest level that a qualifying spend (minor units) reaches; None below the lowest."""
    reached = [tier for tier in levels if spend >= tier.threshold]
    return reached[-1] if reached else None


def next_tier(levels: Sequence[Tier], spend: int) -> Tier | None:
    """The lowest level still ahead of a qualifying spend (minor units); None at the top."""
    return next((tier for tier in levels if spend < tier.threshold), None)


def tier_of(database: SqliteDatabase, customer_id: int) -> str:
    """The name of a customer's tier, as the last review left it; empty for none."""
    row = database.execute_sql("SELECT tier FROM customer_loyalty WHERE customer_id = ?", (customer_id,)).fetchone()
    return str(row[0]) if row else ""


def rate_of(database: SqliteDatabase, customer_id: int) -> int:
    """What multiplies the points a customer earns, in thousandths: their own rate, else their tier's, else once."""
    row = database.execute_sql(SELECT_RATE, (customer_id,)).fetchone()
    if row is None:
        return PLAIN_RATE
    tier, own_rate, chosen, has_chosen = row
    if own_rate is not None or has_chosen:
        return int(next((rate for rate in (own_rate, chosen) if rate is not None), PLAIN_RATE))
    return next((rate for name, _, rate in _shipped() if name == tier), PLAIN_RATE)


def qualifying_spend(database: SqliteDatabase, customer_id: int, day: str) -> int:
    """What a customer spent, less returns, in the window that ends with the business date `day`: minor units.

    Whole months are taken from the derived figures, so that ten thousand sales take no longer than ten.
    """
    found = _spends(database, customer_id, customer_id, _Window.ending(day, program(database).window_days))
    return found.get(customer_id, 0)


def review(desk: Desk, day: str) -> Reviewed:
    """Gives every customer the tier that their spend reaches on the business date `day` (ISO).

    Few changes at a time, so that nobody waits for the lock. A second run finds nothing to change. Each
    change stands in the audit log as `tier.changed`. Raises BadInput for a date that is none, and, save for the
    owner, for one that has not come.
    """
    database = desk.require("loyalty.reviewed")
    refuse_no_day(day, desk)
    rules, levels = program(database), tiers(database)
    window = _Window.ending(day, rules.window_days)
    last = int(database.execute_sql("SELECT COALESCE(MAX(id), 0) FROM customer").fetchone()[0])
    looked = changed = 0
    for first in range(WALK_IN_ID + 1, last + 1, CUSTOMERS_AT_ONCE):
        between = (first, min(last, first + CUSTOMERS_AT_ONCE - 1))
        looked += between[1] - between[0] + 1
        due = [customer_id for customer_id, _, _ in _due(database, between, window, levels)]
        for start in range(0, len(due), CHANGES_AT_ONCE):
            few = due[start : start + CHANGES_AT_ONCE]
            with desk.change("loyalty.reviewed", subject=day) as change:
                due_now = _due(change.database, (few[0], few[-1]), window, levels)
                for customer_id, old, new in due_now:
                    _change_tier(change, customer_id, old, new, day)
                change.note(tiers_changed=len(due_now))
                changed += len(due_now)
    return Reviewed(looked, changed)


def review_one(change: Change, customer_id: int, day: str) -> None:
    """Gives one customer the tier that their spend reaches on a business date (ISO), inside a change."""
    window = _Window.ending(day, program(change.database).window_days)
    for _, old, new in _due(change.database, (customer_id, customer_id), window, tiers(change.database)):
        _change_tier(change, customer_id, old, new, day)


def refuse_no_day(day: str, desk: Desk) -> None:
    """Raises BadInput for a day that is no date, or has not come: only the owner may look ahead."""
    check_date(day)
    if desk.staff.role != OWNER and day > desk.today():
        raise BadInput(f"{day} has not come yet: points expire and tiers are reviewed when it has")


class _Window(NamedTuple):
    """The days a tier goes by: dates, the whole months among them, and instants that take in the rest with slack."""

    first: str
    last: str
    first_month: str
    last_month: str

    @classmethod
    def ending(cls, day: str, days: int) -> "_Window":
        last = check_date(day)
        first = last - timedelta(days=days - 1)
        return cls(first.isoformat(), day, first.isoformat()[:7], day[:7])

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The days at either end that belong to no whole month."""
        if self.first_month == self.last_month:
            return [(self.first, self.last)]
        return [(self.first, f"{self.first_month}-31"), (f"{self.last_month}-01", self.last)]


def _spends(database: SqliteDatabase, first_customer: int, last_customer: int, window: _Window) -> dict[int, int]:
    between = (first_customer, last_customer)
    spends: dict[int, int] = {}
    rows = database.execute_sql(SPEND_OF_MONTHS, (*between, window.first_month, window.last_month)).fetchall()
    for first, last in window.parts:
        days = (_midnight(first) - _DAY, _midnight(last) + 2 * _DAY, first, last)
        rows += database.execute_sql(SPEND_OF_DAYS, (*between, *days)).fetchall()
    for customer_id, spend in rows:
        spends[customer_id] = spends.get(customer_id, 0) + spend
    return spends


def _due(
    database: SqliteDatabase, between: tuple[int, int], window: _Window, levels: Sequence[Tier]
) -> list[tuple[int, str, str]]:
    """Whose tier is not what it should be: customer id, old and new."""
    spends = _spends(database, *between, window)
    known: dict[int, str] = dict(database.execute_sql(TIERS_KNOWN, between).fetchall())
    due = []
    for customer_id in sorted(spends.keys() | known.keys()):
        reached = tier_at(levels, spends.get(customer_id, 0))
        new, old = reached.name if reached else "", known.get(customer_id, "")
        if new != old:
            due.append((customer_id, old, new))
    return due


def _change_tier(change: Change, customer_id: int, old: str, new: str, day: str) -> None:
    change.database.execute_sql(SET_TIER, (customer_id, new, day))
    change.also("tier.changed", customer_id=customer_id, detail={"from": old, "to": new, "date": day})


def _changed(old: object, new: object) -> dict[str, object]:
    return {"old": old, "new": new}


def _rules(database: SqliteDatabase) -> Rules:
    own = database.execute_sql(SELECT_PROGRAM).fetchone()[1] is not None
    return Rules(program(database), tiers(database), own)


def _program_of(database: SqliteDatabase) -> dict[str, int]:
    return program(database)._asdict()


def _tiers_of(database: SqliteDatabase) -> list[dict[str, object]]:
    return [tier._asdict() for tier in tiers(database)]


def _check(program: Program, levels: Sequence[Tier]) -> None:
    if program.earn_amount <= 0 or program.point_value <= 0 or program.window_days <= 0:
        raise BadInput("The amount that earns, the value of a point and the days of a tier have to be above zero")
    if program.earn_points < 0 or program.lot_days < 0:
        raise BadInput("Neither the points that an amount earns nor the days that they last can be below zero")
    amounts = (program.earn_points, program.earn_amount, program.point_value, *(tier.threshold for tier in levels))
    if max(amounts) > _LARGEST or max(program.lot_days, program.window_days) > _MOST_DAYS:
        raise BadInput(f"That is too large a rule: amounts go up to {_LARGEST}, days up to {_MOST_DAYS}")
    if any(tier.rate > _HIGHEST_RATE for tier in levels):
        raise BadInput("That is too large a rate: a tier multiplies points by a hundred at most")
    for tier in levels:
        if not tier.name.strip() or tier.threshold < 0 or tier.rate < 0:
            raise BadInput(f"The tier “{tier.name}” needs a name, and a threshold and rate that are not below zero")
    if len({tier.name for tier in levels}) < len(levels) or len({tier.threshold for tier in levels}) < len(levels):
        raise BadInput("No two tiers can have the same name or the same threshold")


def check_date(day: str) -> date:
    """A business date written as ISO has it. Raises BadInput for anything else."""
    try:
        found = date.fromisoformat(day)
    except ValueError:
        found = None
    if found is None or found.isoformat() != day or found.year < _FIRST_YEAR:
        raise BadInput(f"“{harmless(day[:40])}” is not a date such as 2026-11-20")
    return found


def _midnight(day: str) -> int:
    """Midnight UTC of a date or a last of a month (microseconds); a day's slack takes in every time zone."""
    year, month, number = int(day[:4]), int(day[5:7]), int(day[8:])
    return (date(year, month, 1).toordinal() + number - 1 - date(1970, 1, 1).toordinal()) * _DAY


def _unit(exponent: int) -> int:
    return int(10 ** max(2, exponent))


@cache
def _shipped() -> tuple[tuple[str, int, int], ...]:
    with data_path("tiers.csv").open(encoding="utf-8", newline="") as file:
        return tuple((row["tier"], int(row["points"]), int(row["rate"])) for row in csv.DictReader(file))


_DAY = 86_400_000_000
_FIRST_YEAR = 1900
_LARGEST = 10**9
_MOST_DAYS = 36_500
_HIGHEST_RATE = 100_000

SELECT_PROGRAM = """
SELECT shop.exponent, earn_points, earn_amount, point_value, lot_days, window_days
FROM shop LEFT JOIN loyalty_program ON loyalty_program.id = 1
"""
SELECT_RATE = """
SELECT customer_loyalty.tier, own_rate, tier.rate, EXISTS (SELECT 1 FROM tier)
FROM customer_loyalty LEFT JOIN tier ON tier.name = customer_loyalty.tier WHERE customer_id = ?
"""
INSERT_PROGRAM = """
INSERT INTO loyalty_program (id, earn_points, earn_amount, point_value, lot_days, window_days)
VALUES (1, ?, ?, ?, ?, ?)
"""
SELECT_TIERS = "SELECT name, threshold, rate FROM tier ORDER BY threshold"
SPEND_OF_MONTHS = """
SELECT customer_id, SUM(spend) FROM customer_month
WHERE customer_id BETWEEN ? AND ? AND month > ? AND month < ? GROUP BY customer_id
"""
SPEND_OF_DAYS = """
SELECT customer_id, SUM(total) FROM sale
WHERE customer_id BETWEEN ? AND ? AND sold_at >= ? AND sold_at < ? AND business_date BETWEEN ? AND ?
GROUP BY customer_id
"""
TIERS_KNOWN = "SELECT customer_id, tier FROM customer_loyalty WHERE customer_id BETWEEN ? AND ? AND tier <> ''"
SET_TIER = """
INSERT INTO customer_loyalty (customer_id, tier, tier_since) VALUES (?, ?, ?)
ON CONFLICT (customer_id) DO UPDATE SET tier = excluded.tier, tier_since = excluded.tier_since
"""
