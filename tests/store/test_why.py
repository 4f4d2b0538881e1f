"""Why a figure is what it is: the entries behind it, page by page, come to what is shown."""

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import attaching, customer_accounts, loyalty, why
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.sales import NewTender
from tests.store.floor import Floor
from tests.store.test_loyalty import give_back, sell


@pytest.fixture
def busy(floor: Floor) -> Floor:
    """A customer with sales, returns, points, debts and a sale that was moved to her."""
    ana = floor.customers[0]
    customer_accounts.open_account(floor.desk, ana, credit_limit=100000, terms_days=30)
    sold = [sell(floor, amount, day=f"2026-11-{1 + at:02d}") for at, amount in enumerate(range(1000, 8000, 1000))]
    give_back(floor, sold[0], 400, 400, 1000)
    floor.post(*(floor.sale(floor.line("102", 2990), tenders=[NewTender("account", 2990)], minute=at) for at in (1, 2)))
    attaching.attach(floor.desk, sell(floor, 5000, customer=WALK_IN_ID), ana, "forgot the card")
    loyalty.adjust(floor.desk, ana, 25, "put right")
    return floor


@pytest.mark.parametrize("figure", ["spend", "points", "owes"])
def test_the_entries_come_to_the_figure_on_any_page_size(busy: Floor, figure: str) -> None:
    ana = busy.customers[0]
    found = why.sum_of(busy.desk, figure, ana)
    assert found.figure == found.total != 0
    rows = why.page(busy.desk, figure, ana, limit=3)
    while more := why.page(busy.desk, figure, ana, before=rows[-1].key, limit=3):
        rows += more
    assert len(rows) == found.entry_count == len({row.key for row in rows})
    assert sum(row.amount for row in rows) == found.figure
    assert why.page(busy.desk, figure, ana, after=rows[-1].key, limit=50) == rows[:-1]
    assert why.page(busy.desk, figure, ana, after=why.OLDEST, limit=2) == rows[-2:]


def test_a_sale_comes_to_nothing_and_its_move_stands_with_it(busy: Floor) -> None:
    ana, bruno, _ = busy.customers
    customer_accounts.open_account(busy.desk, bruno, credit_limit=100000, terms_days=30)
    sale_id = sell(busy, 5000)
    (charged,) = busy.post(busy.sale(customer=ana, tenders=[NewTender("account", 1800)], minute=9))
    attaching.attach(busy.desk, charged, bruno, "his")
    for document, postings in ((sale_id, 2), (charged, 4)):
        assert why.sum_of(busy.desk, "sale", document) == (0, 0, postings)
        assert sum(row.amount for row in why.page(busy.desk, "sale", document)) == 0


def test_who_never_bought_has_nothing_behind_the_figures(floor: Floor) -> None:
    for figure in ("spend", "points", "owes"):
        assert why.sum_of(floor.desk, figure, floor.customers[2]) == (0, 0, 0)
        assert why.page(floor.desk, figure, floor.customers[2]) == []


def test_a_figure_that_is_none_is_refused(floor: Floor) -> None:
    with pytest.raises(BadInput, match="mood"):
        why.page(floor.desk, "mood", 2)
