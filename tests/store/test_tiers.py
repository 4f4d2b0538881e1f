"""Tiers: the spend of a rolling window, counted as it would be sale by sale, and the review that can be run twice."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import tiers
from bookkeeper_tui.store.tiers import Program, Tier
from tests.store.floor import Floor

LEVELS = [Tier("Silver", 10000, 1250), Tier("Gold", 20000, 1500)]


def changes_logged(floor: Floor) -> list[str]:
    rows = floor.desk.database.execute_sql("SELECT detail FROM audit WHERE action = 'tier.changed' ORDER BY seq")
    return [row[0] for row in rows]


def test_a_shop_starts_with_a_point_for_each_euro(floor: Floor) -> None:
    assert tiers.program(floor.desk.database) == Program(1, 100, 1, 365, 365)
    assert [tier.name for tier in tiers.tiers(floor.desk.database)] == ["Silver", "Gold", "Platinum"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sold=st.lists(st.tuples(st.integers(0, 120), st.integers(100, 9000)), min_size=1, max_size=8),
    at=st.integers(0, 130),
    days=st.integers(1, 70),
)
def test_the_spend_of_a_window_is_that_of_its_sales(
    floor: Floor, sold: list[tuple[int, int]], at: int, days: int
) -> None:
    ana, start = floor.customers[0], date(2026, 1, 20)
    known = floor.desk.database.execute_sql("SELECT business_date, total FROM sale").fetchall()
    for day, amount in sold:
        when = (start + timedelta(days=day)).isoformat()
        floor.post(floor.sale(floor.line("100", amount), day=when))
        known.append((when, amount))
    tiers.choose(floor.desk, Program(1, 100, 1, 365, days), [])
    last = start + timedelta(days=at)
    first = last - timedelta(days=days - 1)
    expected = sum(amount for day, amount in known if first.isoformat() <= day <= last.isoformat())
    assert tiers.qualifying_spend(floor.desk.database, ana, last.isoformat()) == expected


def test_a_review_raises_and_lowers_and_a_second_one_changes_nothing(floor: Floor) -> None:
    ana, bruno, _ = floor.customers
    tiers.choose(floor.desk, Program(1, 100, 1, 365, 365), LEVELS)
    floor.post(floor.sale(floor.line("100", 10000)), floor.sale(floor.line("100", 25000), customer=bruno))
    assert tiers.review(floor.desk, "2026-11-20").changed == 2
    assert (tiers.tier_of(floor.desk.database, ana), tiers.tier_of(floor.desk.database, bruno)) == ("Silver", "Gold")
    assert tiers.rate_of(floor.desk.database, bruno) == 1500
    head = floor.desk.store.engine.audit_head()
    assert tiers.review(floor.desk, "2026-11-20").changed == 0
    assert floor.desk.store.engine.audit_head() == head
    assert tiers.review(floor.desk, "2027-11-19").changed == 0, "the last day of the window still counts"
    assert tiers.review(floor.desk, "2027-11-20").changed == 2
    assert tiers.tier_of(floor.desk.database, bruno) == ""
    assert len(changes_logged(floor)) == 4


def test_the_walk_in_customer_has_no_tier(floor: Floor) -> None:
    floor.post(floor.sale(floor.line("100", 900000), customer=1))
    assert tiers.review(floor.desk, "2026-11-20").changed == 0


@pytest.mark.parametrize("rules", [Program(1, 0, 1), Program(1, 100, 0), Program(-1, 100, 1), Program(1, 100, 1, 1, 0)])
def test_rules_that_cannot_be_are_refused(floor: Floor, rules: Program) -> None:
    with pytest.raises(BadInput):
        tiers.choose(floor.desk, rules, [])


def test_a_day_that_is_none_is_refused(floor: Floor) -> None:
    with pytest.raises(BadInput, match="2026-13-01"):
        tiers.review(floor.desk, "2026-13-01")


def test_of_two_who_change_the_rules_at_once_one_is_told(floor: Floor) -> None:
    seen = tiers.rules(floor.desk)
    assert (seen.program, seen.own) == (Program(1, 100, 1, 365, 365), False)
    tiers.choose(floor.desk, Program(2, 100, 1), LEVELS, seen=seen)
    with pytest.raises(BadInput, match="changed at another terminal meanwhile"):
        tiers.choose(floor.desk, Program(3, 100, 1), LEVELS, seen=seen)
    now = tiers.rules(floor.desk)
    assert (now.program.earn_points, now.tiers, now.own) == (2, tuple(LEVELS), True)
