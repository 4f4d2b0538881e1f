"""The overview says what the sales say: months without gaps, brands, branches, favourites and the average basket."""

import pytest

from bookkeeper_tui.formats import instant_of
from bookkeeper_tui.store import desk as desk_room
from bookkeeper_tui.store import overview
from tests.store.floor import Floor


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is noon of 21 November 2026."""
    from datetime import UTC, datetime

    noon = instant_of(datetime(2026, 11, 21, 12, tzinfo=UTC), "Europe/Madrid")
    monkeypatch.setattr(desk_room, "now_us", lambda: noon)


@pytest.mark.usefixtures("today")
def test_an_overview_of_three_visits(floor: Floor) -> None:
    floor.post(
        floor.sale(floor.line("100", 1800), floor.line("103", 10), day="2026-09-05"),
        floor.sale(floor.line("100", 1700), day="2026-11-02", branch=1),
        floor.sale(floor.line("102", 2990), floor.line("X", 1), day="2026-11-20", branch=1),
    )
    seen = overview.overview(floor.desk, floor.customers[0])
    assert (seen.visits, seen.spend, seen.average_basket, seen.owes) == (3, 6501, 2167, 0)
    assert [tuple(brand) for brand in seen.brands] == [("Aurora", 2, 3500), ("Bialta", 1, 2990)]
    assert [tuple(branch) for branch in seen.branches] == [("Harbour", 2, 4691), ("Main St", 1, 1810)]
    assert [(one.sku, one.times) for one in seen.favourites] == [("100", 2), ("102", 1), ("103", 1)]
    assert [month.month for month in seen.months] == [f"2025-{m}" for m in (12,)] + [
        f"2026-{m:02d}" for m in range(1, 12)
    ]
    assert {month.month: month.spend for month in seen.months if month.spend} == {"2026-09": 1810, "2026-11": 4691}
    assert seen.last_at > seen.first_at > 0


@pytest.mark.usefixtures("today")
def test_the_months_of_who_was_not_seen_for_long_end_when_they_were(floor: Floor) -> None:
    floor.post(floor.sale(day="2017-01-31"), floor.sale(day="2018-01-01"))
    months = overview.overview(floor.desk, floor.customers[0], months=13).months
    assert (months[0], months[-1]) == (("2017-01", 1, 1800), ("2018-01", 1, 1800))
    assert len(months) == 13


@pytest.mark.usefixtures("today")
def test_who_never_bought_has_an_empty_overview(floor: Floor) -> None:
    seen = overview.overview(floor.desk, floor.customers[2])
    assert (seen.visits, seen.spend, seen.average_basket, seen.first_at, seen.last_at) == (0, 0, 0, 0, 0)
    assert seen.brands == seen.branches == seen.favourites == ()
    assert (len(seen.months), seen.months[-1].month) == (12, "2026-11")


def test_the_average_basket_is_rounded_half_away_from_zero(floor: Floor) -> None:
    floor.post(floor.sale(floor.line("100", 100)), floor.sale(floor.line("100", 101)))
    assert overview.overview(floor.desk, floor.customers[0]).average_basket == 101
