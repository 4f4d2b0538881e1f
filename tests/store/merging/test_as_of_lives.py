"""Whatever customers do, and however they are merged and taken apart, a past day is told as it was told on that day."""

import os
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from bookkeeper_tui.errors import BookkeeperError
from bookkeeper_tui.store import as_of, customers, interests, loyalty, measurements, merging, notes, preferences, tiers
from bookkeeper_tui.store.measurements import NewKind
from bookkeeper_tui.store.preferences import NewPreference
from tests.store.merging.pair import DEEDS, Pair, life_of

LIVES = int(os.environ.get("BOOKKEEPER_LIVES", "25")) // 4
MORE: dict[str, Callable[[Pair, int, int], object]] = {
    "prefer": lambda pair, who, n: preferences.edit(
        pair.desk,
        who,
        NewPreference(("", "email", "sms")[n % 3], ("", "weekly")[n % 2]),
        preferences.of(pair.desk, who),
    ),
    "like": lambda pair, who, n: interests.set_level(pair.desk, who, 1 + n % 2, n % 3, ""),
    "measure": lambda pair, who, n: measurements.add(pair.desk, who, 1, 40_000 + n),
    "strike out": lambda pair, who, n: measurements.strike_out(
        pair.desk, pair.newest("measurement", who, "struck_at IS NULL")
    ),
    "describe": lambda pair, who, n: _edit(pair, who, tags=("", "vip", "vip, late")[n % 3], attributes=f"hat={n}"),
    "move house": lambda pair, who, n: _edit(pair, who, billing_street=f"{n} Lane", phone=f"+3460022233{n}"),
    "leave": lambda pair, who, n: customers.set_status(pair.desk, who, ("active", "inactive")[n % 2]),
}


def _edit(pair: Pair, who: int, **texts: str) -> None:
    customers.edit(pair.owner, who, texts, customers.get(pair.owner, who).version)


def told(pair: Pair, who: int, date: str) -> dict[str, object]:
    """All that is told of a customer as of a day."""
    past = as_of.as_of(pair.desk, who, date)
    rows = {f"{section.tab} {n}": row for section in past.sections for n, row in enumerate(section.rows)}
    return {"status": past.status, "known": past.is_known, **past.texts, **rows}


def stands(pair: Pair, who: int) -> tuple[object, ...]:
    """Some of what the store itself says now."""
    database, customer = pair.desk.database, customers.get(pair.owner, who)
    points = loyalty.balance(database, who)
    return (
        points,
        tiers.tier_of(database, who),
        customer.status,
        notes.count(pair.desk, who),
        customers.texts(customer),
    )


def one_step(pair: Pair, dice: Random) -> None:
    """Something is done; what the store refuses is refused."""
    deeds = {**DEEDS, **MORE}
    what = dice.choice([*sorted(deeds.keys() - {"day"}), "merge", "undo", "undo"])
    who, number = dice.randrange(3), dice.randrange(7)
    pair.at += 1_000_000
    try:
        if what == "merge":
            pair.merge(pair.people[who], pair.people[(who + 1 + number % 2) % 3])
        elif what == "undo":
            merging.undo(pair.desk, dice.choice(pair.merges or [1]))
        else:
            deeds[what](pair, pair.people[who], number)
    except BookkeeperError:
        pass


@pytest.mark.parametrize("seed", range(LIVES))
def test_every_day_of_a_life_is_told_later_as_it_was_then(home: Path, tmp_path: Path, seed: int) -> None:
    dice = Random(seed)
    with life_of(home, tmp_path / "life") as pair:
        for name in ("Pottery", "Yoga"):
            interests.define(pair.owner, name)
        measurements.define(pair.owner, NewKind("Knee", "cm", 0, 0, 100_000))
        days = []
        for _ in range(10):
            for _ in range(dice.randrange(12)):
                one_step(pair, dice)
            today = pair.desk.today()
            days += [(who, today, told(pair, who, today)) for who in pair.people]
            for who in pair.people:
                past = as_of.as_of(pair.desk, who, today)
                rows = {row.what: row for row in past.section("loyalty")}
                tier = rows["Tier"].text if "Tier" in rows else ""
                held = (rows["Points"].many, tier, past.status, len(past.section("notes")), past.texts)
                assert held == stands(pair, who)
            pair.days_pass(dice.choice((1, 1, 3, 40, 200)))
        for who, date, then in days:
            assert told(pair, who, date) == then
