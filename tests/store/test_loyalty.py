"""Points: earned, redeemed, given back, taken back, moved and expired in any order, and always the sum of entries."""

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import customers, ledger, loyalty, points_history, points_ledger, sales, tiers
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.sales import NewTender
from bookkeeper_tui.store.tiers import Program
from tests.store.floor import Floor
from tests.store.test_proof import damage

DAY = "2026-11-20"
NOVEMBER = 1_795_255_200_000_000
"""Noon of 21 November 2026, in microseconds UTC."""


def sell(floor: Floor, amount: int, *, customer: int | None = None, points: int = 0, day: str = DAY) -> int:
    """A sale as the till posts one, of which so many points pay a part."""
    paid = points * tiers.program(floor.desk.database).point_value
    tenders = [NewTender("cash", amount - paid)] + ([NewTender("points", paid)] if points else [])
    who = customer or floor.customers[0]
    with floor.desk.change("sale.paid") as change:
        sale_id = sales.post(change, floor.sale(floor.line("100", amount), customer=who, tenders=tenders, day=day))
        if points:
            loyalty.redeem(change, who, points, sale_id=sale_id, business_date=day)
        loyalty.settle_sale(change, sale_id)
    return sale_id


def give_back(floor: Floor, sale_id: int, amount: int, so_far: int, of: int, day: str = DAY) -> loyalty.Undone:
    """A return of part of a sale, as the till posts one."""
    (who,) = floor.desk.database.execute_sql("SELECT customer_id FROM sale WHERE id = ?", (sale_id,)).fetchone()
    with floor.desk.change("sale.returned") as change:
        line = floor.line("100", -amount, pieces=-1)
        by = sales.post(change, floor.sale(line, kind="return", customer=who, day=day))
        return loyalty.undo_part(change, sale_id, by, so_far, of, day)


def points_of(floor: Floor, customer: int | None = None) -> int:
    return loyalty.balance(floor.desk.database, customer or floor.customers[0])


def broken(desk: Desk) -> list[str]:
    """The proofs of points that do not hold."""
    return [name for name, _, failing in points_ledger.PROOFS if desk.database.execute_sql(failing).fetchone()]


def test_a_sale_earns_once_rounded_down(floor: Floor) -> None:
    sale_id = sell(floor, 1999)
    (entry,) = points_history.page(floor.desk, floor.customers[0])
    assert (entry.kind, entry.points, entry.sale_id, entry.expires_on) == ("earn", 19, sale_id, "2027-11-20")
    assert points_of(floor) == 19


def test_the_walk_in_customer_earns_nothing(floor: Floor) -> None:
    sell(floor, 5000, customer=1)
    assert points_history.count(floor.desk, 1) == 0


def test_what_is_paid_with_points_earns_none(floor: Floor) -> None:
    loyalty.adjust(floor.desk, floor.customers[0], 1000, "opening balance")
    sell(floor, 3000, points=1000)
    assert points_of(floor) == 20


def test_the_lot_that_expires_first_goes_first(floor: Floor) -> None:
    sell(floor, 10000, day="2026-11-20")
    sell(floor, 10000, day="2026-11-01")
    sell(floor, 500, points=150)
    assert [(lot.expires_on, lot.remaining) for lot in points_history.lots(floor.desk, floor.customers[0])] == [
        ("2027-11-20", 50),
        ("2027-11-20", 3),
    ]


def test_a_return_in_any_split_adds_up_to_the_original(floor: Floor) -> None:
    loyalty.adjust(floor.desk, floor.customers[0], 333, "opening balance")
    before = points_of(floor)
    sale_id = sell(floor, 1000, points=333)
    undone = [give_back(floor, sale_id, part, so_far, 1000) for part, so_far in ((333, 333), (333, 666), (334, 1000))]
    assert sum(part.given_back for part in undone) == 333
    assert sum(part.taken_back for part in undone) == 6
    assert points_of(floor) == before
    assert floor.failing() == {}


def test_points_spent_meanwhile_are_owed_and_the_next_sale_pays_them(floor: Floor) -> None:
    sale_id = sell(floor, 10000)
    sell(floor, 100, points=100)
    give_back(floor, sale_id, 10000, 10000, 10000)
    assert points_of(floor) == -100
    assert loyalty.available(floor.desk.database, floor.customers[0]) == 0
    sell(floor, 6000)
    assert points_of(floor) == -40
    assert points_history.lots(floor.desk, floor.customers[0]) == []
    sell(floor, 6000)
    assert [lot.remaining for lot in points_history.lots(floor.desk, floor.customers[0])] == [20]
    assert floor.failing() == {}


def test_points_given_back_into_an_expired_lot_expire_with_the_next_run(floor: Floor) -> None:
    sell(floor, 5000, day="2025-11-01")
    sale_id = sell(floor, 50, points=50)
    assert loyalty.expire(floor.desk, "2026-11-20").lots == 0, "nothing is left in it"
    give_back(floor, sale_id, 50, 1, 1)
    assert points_of(floor) == 50
    assert loyalty.expire(floor.desk, "2026-11-21") == (1, 50)
    assert points_of(floor) == 0
    assert floor.failing() == {}


def test_points_last_through_their_last_day_and_a_second_run_finds_none(floor: Floor) -> None:
    sell(floor, 5000, day="2025-11-20")
    assert loyalty.expire(floor.desk, "2026-11-20").points == 0
    assert loyalty.expire(floor.desk, "2026-11-21").points == 50
    head = floor.desk.store.engine.audit_head()
    assert loyalty.expire(floor.desk, "2026-11-21").points == 0
    assert floor.desk.store.engine.audit_head() == head


def test_more_points_than_there_are_cannot_be_redeemed(floor: Floor) -> None:
    sell(floor, 5000)
    with pytest.raises(BadInput, match="51 points cannot be redeemed: the customer has 50"):
        sell(floor, 5000, points=51)
    assert points_of(floor) == 50


def test_points_on_another_basket_are_not_available(floor: Floor) -> None:
    sell(floor, 5000)
    ana = floor.customers[0]
    with floor.desk.change("sale.rung") as change:
        change.database.execute_sql(
            "INSERT INTO basket (id, customer_id, terminal, created_at, touched_at) VALUES (7, ?, 'till-1', 1, 1)",
            (ana,),
        )
        change.database.execute_sql("INSERT INTO basket_tender VALUES (7, 1, 'points', 30, '', 30)")
    assert loyalty.available(floor.desk.database, ana) == 20
    assert loyalty.available(floor.desk.database, ana, besides_basket=7) == 50
    with pytest.raises(BadInput, match="20 are available"):
        loyalty.redeem_to_credit(floor.desk, ana, 30)
    with pytest.raises(BadInput, match="20 are available"):
        loyalty.adjust(floor.desk, ana, -30, "mistake")


def test_points_become_store_credit_once_however_often_it_is_sent(floor: Floor) -> None:
    sell(floor, 50000)
    ana = floor.customers[0]
    assert loyalty.redeem_to_credit(floor.desk, ana, 400, once="k") == 400
    assert loyalty.redeem_to_credit(floor.desk, ana, 400, once="k") == 400
    assert points_of(floor) == 100
    assert dict(ledger.balances(floor.desk))[ledger.STORE_CREDIT] == -400
    assert dict(ledger.balances(floor.desk))[ledger.POINTS_REDEEMED] == 400
    assert floor.failing() == {}


def test_an_adjustment_needs_a_reason_and_never_takes_more_than_there_is(floor: Floor) -> None:
    ana = floor.customers[0]
    with pytest.raises(BadInput, match="reason"):
        loyalty.adjust(floor.desk, ana, 10, "  ")
    assert loyalty.adjust(floor.desk, ana, 10, "forgotten card") == 10
    with pytest.raises(BadInput, match="10 are available"):
        loyalty.adjust(floor.desk, ana, -11, "mistake")
    assert loyalty.adjust(floor.desk, ana, -10, "mistake", once="k") == 0
    assert loyalty.adjust(floor.desk, ana, -10, "mistake", once="k") == 0, "sent twice, done once"


def test_a_rate_of_ones_own_comes_before_the_tiers(floor: Floor) -> None:
    ana = floor.customers[0]
    loyalty.set_own_rate(floor.desk, ana, 3000)
    sell(floor, 1000)
    assert points_of(floor) == 30
    loyalty.set_own_rate(floor.desk, ana, None)
    sell(floor, 1000)
    assert points_of(floor) == 40


def test_a_glance_says_what_the_next_tier_takes(floor: Floor) -> None:
    sell(floor, 20000)
    glance = loyalty.at_a_glance(floor.desk, floor.customers[0])
    assert (glance.balance, glance.next_tier, glance.to_next) == (200, "Silver", 30000)
    assert glance.expiring == (200, "2027-11-20")


def test_the_balance_of_each_month_is_what_it_was_at_its_end(floor: Floor) -> None:
    sell(floor, 10000, day="2024-01-05")
    sell(floor, 5000, day="2026-10-20")
    sell(floor, 1000, day="2026-11-20")
    months = points_history.balance_by_month(
        Desk(floor.desk.store, floor.desk.staff, "shell", lambda: NOVEMBER), floor.customers[0]
    )
    held = dict(months)
    assert len(months) == 12
    assert (held["2026-09"], held["2026-10"], held["2026-11"]) == (100, 150, 160)
    assert months[-1][1] == points_of(floor)


def test_entries_page_by_key_both_ways(floor: Floor) -> None:
    for amount in range(100, 1100, 100):
        sell(floor, amount)
    ana = floor.customers[0]
    newest = points_history.page(floor.desk, ana, limit=4)
    older = points_history.page(floor.desk, ana, before=newest[-1].id, limit=4)
    assert [row.points for row in newest + older] == [10, 9, 8, 7, 6, 5, 4, 3]
    assert points_history.page(floor.desk, ana, after=older[-1].id, limit=9) == newest + older[:-1]
    assert [row.points for row in points_history.page(floor.desk, ana, after=0, limit=2)] == [2, 1]
    assert points_history.count(floor.desk, ana) == 10


@pytest.mark.parametrize(
    ("statement", "failing"),
    [
        ("UPDATE points_lot SET remaining = remaining + 1 WHERE id = 1", "lots hold what their entries leave"),
        ("UPDATE points_entry SET customer_id = 3 WHERE id = 1", "lots hold what their entries leave"),
        ("INSERT INTO points_entry (customer_id, kind, points, business_date, at) VALUES (2, 'adjust', -5, '', 0)",
         "points are owed only beside empty lots"),
        ("UPDATE points_entry SET sale_id = NULL WHERE id = 1", "points earned have their sale"),
        ("UPDATE sale SET customer_id = 3 WHERE id = 1", "points earned have their sale"),
        ("INSERT INTO points_entry (customer_id, kind, points, business_date, at, reverses, lot_id) "
         "SELECT 2, 'reverse', -99, '', 0, 1, 1", "points are undone at most once"),
        ("UPDATE sale SET voids = 1 WHERE id = 2", "voided sales leave no points"),
    ],
)  # fmt: skip
def test_damaged_points_are_found(floor: Floor, statement: str, failing: str) -> None:
    sell(floor, 5000)
    sell(floor, 5000)
    assert broken(floor.desk) == []
    damage(floor, statement)
    assert failing in broken(floor.desk)


@dataclass
class Sold:
    """A sale of the machine, and how much of it was given back."""

    sale_id: int
    total: int
    redeemed: int
    earned: int
    back: int = 0
    undone: list[loyalty.Undone] = field(default_factory=list)


class AnyOrder(RuleBasedStateMachine):
    """Earning, redeeming, returns, adjustments and expiry in any order."""

    floor: Floor

    @initialize(lot_days=st.sampled_from([0, 3, 30]), value=st.sampled_from([1, 5]))
    def begin(self, lot_days: int, value: int) -> None:
        """Rules of their own, and customers who have nothing yet."""
        desk, made = self.floor.desk, len(self.floor.desk.database.execute_sql("SELECT id FROM customer").fetchall())
        self.people = [
            customers.create(desk, CustomerFields(name=f"New {made + at}", phone=f"+346001{made + at:05d}")).id
            for at in (0, 1)
        ]
        self.sold: list[Sold] = []
        self.day = 1
        tiers.choose(desk, Program(1, 100, value, lot_days, 30), [])

    @property
    def date(self) -> str:
        """The day the machine has come to."""
        return f"2026-{1 + self.day // 28:02d}-{1 + self.day % 28:02d}"

    @rule(who=st.integers(0, 1), total=st.integers(1, 30000), share=st.integers(0, 100))
    def sell(self, who: int, total: int, share: int) -> None:
        """A sale, part of it paid with points."""
        database, customer = self.floor.desk.database, self.people[who]
        value = tiers.program(database).point_value
        points = min(loyalty.available(database, customer), total // value) * share // 100
        sale_id = sell(self.floor, total, customer=customer, points=points, day=self.date)
        earned = loyalty.earned_by(database, customer, total - points * value)
        self.sold.append(Sold(sale_id, total, points, earned))

    @precondition(lambda self: any(sold.back < sold.total for sold in self.sold))
    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        """Some or all of what is left of a sale comes back."""
        sold = data.draw(st.sampled_from([sold for sold in self.sold if sold.back < sold.total]))
        part = data.draw(st.integers(1, sold.total - sold.back))
        sold.back += part
        sold.undone.append(give_back(self.floor, sold.sale_id, part, sold.back, sold.total, self.date))

    @precondition(lambda self: any(not sold.back and not sold.redeemed for sold in self.sold))
    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        """A sale turns out to be somebody else's."""
        sold = data.draw(st.sampled_from([sold for sold in self.sold if not sold.back and not sold.redeemed]))
        with self.floor.desk.change("sale.moved") as change:
            database = change.database
            (old,) = database.execute_sql("SELECT customer_id FROM sale WHERE id = ?", (sold.sale_id,)).fetchone()
            new = self.people[1] if old == self.people[0] else self.people[0]
            database.execute_sql("UPDATE sale SET customer_id = ? WHERE id = ?", (new, sold.sale_id))
            moved = loyalty.move_sale(change, sold.sale_id, old, new, self.date)
        assert moved == (sold.earned, sold.earned)

    @rule(who=st.integers(0, 1), points=st.integers(1, 500))
    def adjust(self, who: int, points: int) -> None:
        """Points are put right."""
        loyalty.adjust(self.floor.desk, self.people[who], points, "put right")

    @rule(days=st.integers(0, 9))
    def expire(self, days: int) -> None:
        """Days go by."""
        self.day = min(300, self.day + days)
        loyalty.expire(self.floor.desk, self.date)

    @invariant()
    def points_are_the_sum_of_their_entries(self) -> None:
        """Whatever happened, the proofs hold, and what came back whole was undone exactly."""
        if not hasattr(self, "sold"):
            return
        database = self.floor.desk.database
        assert broken(self.floor.desk) == []
        for customer in self.people:
            (entries,) = database.execute_sql(
                "SELECT COALESCE(SUM(points), 0) FROM points_entry WHERE customer_id = ?", (customer,)
            ).fetchone()
            assert loyalty.balance(database, customer) == entries
        for sold in self.sold:
            if sold.back == sold.total:
                assert sum(part.taken_back for part in sold.undone) == sold.earned
                assert sum(part.given_back for part in sold.undone) == sold.redeemed


def test_points_hold_in_any_order(floor: Floor) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    machine = type("Here", (AnyOrder,), {"floor": floor})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        ),
    )
