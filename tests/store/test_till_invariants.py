"""Whatever is rung up, changed, split, merged and paid, in any order: lines, tenders, books and points agree."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookkeeper_tui.errors import BookkeeperError
from bookkeeper_tui.store import baskets, discount_codes, ledger, loyalty
from bookkeeper_tui.store import till as room
from bookkeeper_tui.store.discount_codes import NewCode
from bookkeeper_tui.store.till import Paid, Tendered
from tests.store.tills import Till

KINDS = st.sampled_from(("cash", "card", "account", "store credit", "points"))
PLACES = st.integers(0, 2)
STEPS = st.one_of(
    st.tuples(st.just("ring"), PLACES, st.sampled_from(("100", "101", "102", "2*100", "0.5*101", "7*102"))),
    st.tuples(st.just("other"), PLACES, st.integers(0, 10**7)),
    st.tuples(st.just("quantity"), PLACES, st.sampled_from((-1000, 0, 500, 1000, 5000, 10**6))),
    st.tuples(st.just("remove"), PLACES, st.integers(1, 3)),
    st.tuples(st.just("price"), PLACES, st.integers(0, 10**6)),
    st.tuples(st.just("percent"), PLACES, st.integers(0, 100_001)),
    st.tuples(st.just("amount"), PLACES, st.integers(0, 4000)),
    st.tuples(st.just("customer"), PLACES, st.integers(1, 4)),
    st.tuples(st.just("code"), PLACES, st.sampled_from(("TENTH", "FIVER", "NONE", ""))),
    st.tuples(st.just("park"), PLACES, st.just(0)),
    st.tuples(st.just("resume"), PLACES, st.just(0)),
    st.tuples(st.just("split"), PLACES, st.sampled_from((500, 1000, 2000))),
    st.tuples(st.just("merge"), PLACES, PLACES),
    st.tuples(st.just("move"), PLACES, PLACES),
    st.tuples(st.just("lay points"), PLACES, st.integers(1, 400)),
    st.tuples(st.just("lay card"), PLACES, st.integers(1, 4000)),
    st.tuples(st.just("take up"), PLACES, st.integers(1, 2)),
    st.tuples(st.just("drop"), PLACES, st.just(0)),
    st.tuples(st.just("pay"), PLACES, st.tuples(KINDS, st.integers(0, 3000))),
    st.tuples(st.just("pay"), PLACES, st.tuples(KINDS, st.integers(0, 3000))),
    st.tuples(st.just("pay"), PLACES, st.tuples(KINDS, st.integers(0, 3000))),
)  # fmt: skip


class Morning:
    """Three baskets under hand at one till, begun anew when they are paid or given up."""

    def __init__(self, till: Till) -> None:
        self.till = till
        self.hands = [self._fresh(place) for place in range(3)]

    def do(self, what: str, place: int, value: object) -> Paid | None:
        """One step; what the store refuses is refused, and must have changed nothing."""
        head = self.till.desk.store.engine.audit_head()
        before = [baskets.get(self.till.desk, basket_id) for basket_id in self.hands]
        try:
            return self._do(what, place, value)
        except BookkeeperError:
            logged = self.till.desk.store.engine.audit_head()
            assert logged == head or what == "code"
            assert [baskets.get(self.till.desk, basket_id) for basket_id in self.hands] == before
            return None

    def _do(self, what: str, place: int, value: object) -> Paid | None:
        desk, mine = self.till.desk, self.hands[place]
        if isinstance(value, tuple):
            return self._pay(place, *value)
        if isinstance(value, str):
            act = baskets.ring if what == "ring" else baskets.type_code
            act(desk, mine, value)
            return None
        assert isinstance(value, int)
        match what:
            case "other":
                baskets.ring_other(desk, mine, "Something", value, sure=True)
            case "quantity":
                baskets.set_quantity(desk, mine, 1, value, sure=True)
            case "remove":
                baskets.remove_line(desk, mine, value)
            case "price":
                baskets.override_price(desk, mine, 1, value, sure=True)
            case "percent":
                baskets.discount_line(desk, mine, 1, percent=value)
            case "amount":
                baskets.discount_line(desk, mine, 1, amount=value)
            case "customer":
                baskets.choose_customer(desk, mine, value)
            case "park":
                baskets.park(desk, mine)
            case "resume":
                baskets.resume(desk, mine)
            case "split":
                self.hands[(place + 1) % 3] = baskets.split(desk, mine, {1: value})[1].id
            case "merge":
                baskets.merge(desk, mine, self.hands[value])
                self._begin(value)
            case "move":
                baskets.move_lines(desk, mine, self.hands[value], [1])
            case "lay points":
                baskets.lay_down(desk, mine, "points", 0, points=value)
            case "lay card":
                baskets.lay_down(desk, mine, "card", value, "4242")
            case "take up":
                baskets.take_up(desk, mine, value)
            case "drop":
                baskets.drop(desk, mine)
                self._begin(place)
        return None

    def _pay(self, place: int, kind: str, part: int) -> Paid:
        basket = baskets.get(self.till.desk, self.hands[place])
        points = loyalty.points_for(part, loyalty.value_of(self.till.desk.database, 1)) if kind == "points" else 0
        first = Tendered(kind, loyalty.value_of(self.till.desk.database, points) if points else part, points=points)
        rest = max(0, basket.to_pay - (0 if kind == "cash" else first.amount))
        tenders = [tender for tender in (first, Tendered("cash", rest)) if tender.amount]
        paid = room.pay(self.till.desk, basket.id, tenders, seen_total=basket.total)
        assert paid.total == basket.total
        self._begin(place)
        return paid

    def _begin(self, place: int) -> None:
        self.hands[place] = self._fresh(place)

    def _fresh(self, place: int) -> int:
        return self.till.rung("2*100", "101", customer=(1, *self.till.floor.customers)[place]).id


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=10, max_size=40))
def test_no_morning_at_the_till_breaks_an_invariant(till: Till, steps: list[tuple[str, int, object]]) -> None:
    if not discount_codes.list_codes(till.floor.desk):
        discount_codes.define(till.floor.desk, NewCode("TENTH", "percent", 10_000, typed=True))
        discount_codes.define(till.floor.desk, NewCode("FIVER", "amount", 500, typed=True))
        for customer in till.floor.customers:
            till.give_points(300, customer)
            till.give_account(5000, customer)
        till.give_credit(2000)
    morning = Morning(till)
    for what, place, value in steps:
        paid = morning.do(what, place, value)
        if paid is not None:
            row = till.desk.database.execute_sql(
                "SELECT total, (SELECT SUM(amount) FROM sale_line WHERE sale_id = sale.id), "
                "(SELECT SUM(amount) FROM sale_tender WHERE sale_id = sale.id) FROM sale WHERE id = ?",
                (paid.sale_id,),
            ).fetchone()
            assert row == (paid.total,) * 3
    for customer in till.floor.customers:
        assert till.points(customer) >= 0
        reserved = till.desk.database.execute_sql(RESERVED, (customer,)).fetchone()[0]
        assert reserved <= till.points(customer)
    assert sum(amount for _, amount in ledger.balances(till.floor.desk)) == 0
    assert till.floor.failing() == {}


RESERVED = """
SELECT COALESCE(SUM(points), 0) FROM basket_tender JOIN basket ON basket.id = basket_tender.basket_id
WHERE basket.customer_id = ? AND basket.state IN ('open', 'parked')
"""
