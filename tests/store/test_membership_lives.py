"""Random lives of memberships: sold, renewed early and late, frozen, thawed, ended, returned and voided in any order.

The last day is reckoned beside the store, from what was done alone, and every check of the proof holds at the end.
"""

import os
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookkeeper_tui.errors import BookkeeperError
from bookkeeper_tui.store import customers, memberships, returns
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Desk
from tests.store.floor import Floor
from tests.store.memberships_floor import FAMILY, MONTHLY, Club, open_club

LIVES = int(os.environ.get("BOOKKEEPER_LIVES", "40"))
DAY = timedelta(days=1)
MONTHS = {FAMILY: 12, MONTHLY: 1}
DEEDS = st.one_of(
    st.tuples(st.just("sell"), st.just(0)),
    st.tuples(st.just("sell"), st.just(0)),
    st.tuples(st.just("days"), st.sampled_from((1, 3, 14, 31, 45, 366))),
    st.tuples(st.just("freeze"), st.sampled_from((-1, 0, 5, 60))),
    st.tuples(st.just("thaw"), st.just(0)),
    st.tuples(st.just("return"), st.integers(0, 5)),
    st.tuples(st.just("void"), st.just(0)),
    st.tuples(st.just("end"), st.just(0)),
)  # fmt: skip


@dataclass
class Term:
    """A term as it was sold: its first and last day, and the last day of the membership before it."""

    sold_on: date
    before: date | None
    until: date


@dataclass
class Life:
    """What should be true of one membership."""

    until: date
    terms: dict[int, Term] = field(default_factory=dict)
    frozen_since: date | None = None
    frozen_until: date | None = None
    ended: bool = False

    def take_back(self, sale_id: int) -> None:
        """The days that a term added go; those between an expired membership and a late term only with the last."""
        term = self.terms.pop(sale_id)
        newest = all(other < sale_id for other in self.terms)
        begins = term.sold_on - DAY
        if term.before is not None:
            begins = term.before if newest else max(term.before, begins)
        self.until -= term.until - begins
        if not self.terms:
            self.ended, self.frozen_since, self.frozen_until = True, None, None

    def thaw(self, day: date) -> None:
        """The last day moves by the days frozen."""
        assert self.frozen_since is not None
        if self.frozen_until is not None:
            day = min(day, self.frozen_until + DAY)
        self.until += max(day - self.frozen_since, timedelta())
        self.frozen_since = self.frozen_until = None


def last_day(first: date, months: int) -> date:
    """Goes day by day to the day before the same day so many months later, or before the first after where none is."""
    wanted, day = first.year * 12 + first.month + months, first
    while (day.year * 12 + day.month, day.day) < (wanted, first.day):
        day += DAY
    return day - DAY


class Story:
    """One customer and one plan, and every membership of it that they ever had."""

    def __init__(self, club: Club, sku: str) -> None:
        self.club, self.sku = club, sku
        self.customer = customers.create(club.floor.desk, CustomerFields(name="Ana")).id
        self.lives: list[Life] = []
        self.sales: list[int] = []

    @property
    def today(self) -> date:
        return date.fromisoformat(self.club.today)

    @property
    def running(self) -> Life | None:
        return next((life for life in self.lives if not life.ended), None)

    def do(self, deed: str, number: int) -> None:
        """One deed by the store, then by the reckoning; what the store refuses has happened to neither."""
        try:
            getattr(self, f"_{deed}")(number)
        except BookkeeperError:
            return

    def _sell(self, _: int) -> None:
        sale_id = self.club.sell(self.sku, self.customer)
        self.sales.append(sale_id)
        life, today = self.running, self.today
        if life is None:
            self.lives.append(Life(last_day(today, MONTHS[self.sku])))
            self.lives[-1].terms[sale_id] = Term(today, None, self.lives[-1].until)
            return
        before = life.until
        runs = life.frozen_since is not None or life.until >= today
        if runs and (self.sku == FAMILY or life.frozen_since is not None):
            life.until = last_day(life.until + DAY, MONTHS[self.sku])
        else:
            life.until = max(life.until, last_day(today, MONTHS[self.sku]))
        life.terms[sale_id] = Term(today, before, life.until)

    def _days(self, count: int) -> None:
        self.club.days_later(count)
        for life in self.lives:
            if life.frozen_until is not None and life.frozen_until < self.today:
                life.thaw(self.today)

    def _freeze(self, days: int) -> None:
        until = self.today + days * DAY if days >= 0 else None
        memberships.freeze(self.club.desk, self._newest(), until.isoformat() if until else "")
        life = self.running
        assert life is not None
        assert life.until >= self.today
        life.frozen_since, life.frozen_until = self.today, until

    def _thaw(self, _: int) -> None:
        memberships.unfreeze(self.club.desk, self._newest())
        assert self.running is not None
        self.running.thaw(self.today)

    def _end(self, _: int) -> None:
        memberships.end(self.club.desk, self._newest(), "It was enough")
        life = self.running
        assert life is not None
        life.ended, life.frozen_since, life.frozen_until = True, None, None

    def _return(self, place: int) -> None:
        sale_id = self.sales[place % len(self.sales)] if self.sales else 0
        returns.give_back(self.club.desk, sale_id, {1: 1000})
        self._taken_back(sale_id)

    def _void(self, _: int) -> None:
        sale_id = self.sales[-1] if self.sales else 0
        returns.void(self.club.desk, sale_id)
        self._taken_back(sale_id)

    def _taken_back(self, sale_id: int) -> None:
        next(life for life in self.lives if sale_id in life.terms).take_back(sale_id)

    def _newest(self) -> int:
        found = memberships.of_customer(self.club.desk, self.customer)
        return found[0].id if found else 0

    def check(self) -> None:
        """The store's memberships are the ones reckoned."""
        found = sorted(memberships.of_customer(self.club.desk, self.customer), key=lambda one: one.id)
        assert [one.until for one in found] == [life.until.isoformat() for life in self.lives]
        for one, life in zip(found, self.lives, strict=True):
            frozen = (life.frozen_since or "", life.frozen_until or "")
            assert (one.frozen_since, one.frozen_until) == tuple(str(day) for day in frozen)
            assert bool(one.ended_on) == life.ended
            folded = [event.until for event in memberships.events(self.club.desk, one.id)]
            assert folded[0] == one.until


@pytest.fixture
def club(floor: Floor, desk: Desk) -> Club:
    """A club that lives on from one example to the next; each has a customer of its own."""
    return open_club(floor, desk)


@settings(
    max_examples=LIVES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sku=st.sampled_from((FAMILY, MONTHLY)), deeds=st.lists(DEEDS, min_size=1, max_size=14))
def test_whatever_happens_to_a_membership_its_last_day_is_what_its_events_say(
    club: Club, sku: str, deeds: list[tuple[str, int]]
) -> None:
    story = Story(club, sku)
    for deed, number in deeds:
        story.do(deed, number)
        story.check()
    assert club.floor.failing() == {}
