"""Whatever is sold, in any order: the books balance, figures can be recomputed, lists hold each sale once."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookkeeper_tui.store import history, ledger
from bookkeeper_tui.store.sales import NewDiscount, NewLine, NewSale, NewTender, total_of
from tests.store.floor import PRODUCTS, Floor

AMOUNTS = st.integers(-(10**9), 10**9)
DISCOUNTS = st.lists(
    st.builds(NewDiscount, st.sampled_from(("retail", "coupon", "Retail", "10%")), AMOUNTS), max_size=3
)
LINES = st.builds(
    NewLine,
    st.one_of(st.none(), st.integers(1, len(PRODUCTS))),
    st.integers(-(10**7), 10**7),
    st.integers(-1000, 1000),
    AMOUNTS,
    DISCOUNTS,
    AMOUNTS,
    price=st.none(),
    list_price=st.none(),
    tax_rate=st.none(),
    note=st.none(),
    account_id=st.none(),
)
KINDS = st.sampled_from(("cash", "card", "account", "store credit", "points", "imported", "rounding"))


@st.composite
def sales(draw: st.DrawFn) -> NewSale:
    """Any sale at all whose tenders are its total."""
    sale = NewSale(
        draw(st.integers(1, 2_000_000_000)) * 1_000_000,
        draw(st.dates()).isoformat(),
        draw(st.integers(1, 2)),
        draw(st.integers(1, 4)),
        draw(st.lists(LINES, min_size=1, max_size=5)),
        [],
        draw(DISCOUNTS),
        draw(AMOUNTS),
        draw(st.sampled_from(("sale", "return"))),
    )
    parts = draw(st.lists(st.builds(NewTender, KINDS, AMOUNTS), max_size=3))
    rest = NewTender(draw(KINDS), total_of(sale) - sum(part.amount for part in parts))
    return sale._replace(tenders=[*parts, rest])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(sales(), max_size=6), max_size=4), limit=st.integers(1, 7))
def test_no_list_of_sales_breaks_an_invariant(floor: Floor, batches: list[list[NewSale]], limit: int) -> None:
    for batch in batches:
        floor.post(*batch)
    assert floor.failing() == {}
    assert sum(amount for _, amount in ledger.balances(floor.desk)) == 0
    for customer in (1, *floor.customers):
        rows = page = history.page(floor.desk, customer, limit=limit)
        while page:
            page = history.page(floor.desk, customer, before=page[-1].key, limit=limit)
            rows = rows + page
        assert len(rows) == len({row.id for row in rows}) == history.count(floor.desk, customer)
        spend = floor.desk.database.execute_sql("SELECT spend FROM standing WHERE customer_id = ?", (customer,))
        assert (spend.fetchone() or (0,))[0] == sum(row.total for row in rows)
