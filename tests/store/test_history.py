"""A customer's sales are paged by key from either end, and every filter counts what it lists."""

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import history
from bookkeeper_tui.store.history import OLDEST, SaleFilter, SaleRow
from tests.store.floor import Floor


@pytest.fixture
def busy(floor: Floor) -> Floor:
    """Twenty-five sales of one customer, some at the same instant, and one of another."""
    skus = ("100", "101", "102", "50%_off")
    floor.post(
        *(
            floor.sale(
                *[floor.line(skus[n % 4], 100 * n + 5)] * (1 + n % 3),
                day=f"2026-10-{n // 2 + 1:02d}",
                branch=n % 2,
                kind="return" if n == 7 else "sale",
            )
            for n in range(25)
        ),
        floor.sale(customer=floor.customers[1]),
    )
    return floor


def forwards(floor: Floor, asked: SaleFilter, limit: int) -> list[SaleRow]:
    rows = page = history.page(floor.desk, floor.customers[0], limit=limit, filter=asked)
    while len(page) == limit:
        page = history.page(floor.desk, floor.customers[0], before=page[-1].key, limit=limit, filter=asked)
        rows = rows + page
    return rows


def backwards(floor: Floor, asked: SaleFilter, limit: int) -> list[SaleRow]:
    rows = page = history.page(floor.desk, floor.customers[0], after=OLDEST, limit=limit, filter=asked)
    while len(page) == limit:
        page = history.page(floor.desk, floor.customers[0], after=page[0].key, limit=limit, filter=asked)
        rows = page + rows
    return rows


@pytest.mark.parametrize("limit", [1, 4, 5, 50])
def test_pages_from_either_end_hold_every_sale_once(busy: Floor, limit: int) -> None:
    rows = forwards(busy, history.EVERYTHING, limit)
    assert [row.key for row in rows] == sorted((row.key for row in rows), reverse=True)
    assert len({row.id for row in rows}) == len(rows) == history.count(busy.desk, busy.customers[0]) == 25
    assert backwards(busy, history.EVERYTHING, limit) == rows


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (SaleFilter(since="2026-10-03", until="2026-10-04"), 4),
        (SaleFilter(since="2026-10-13"), 1),
        (SaleFilter(until="2026-10-01"), 2),
        (SaleFilter(least=700, most=1100), 2),
        (SaleFilter(branch="harb"), 12),
        (SaleFilter(number="00001"), 11),
        (SaleFilter(article="espresso"), 7),
        (SaleFilter(article="%_o"), 6),
        (SaleFilter(article="something"), 6),
        (SaleFilter(article="%"), 6),
        (SaleFilter(number="S-0000012"), 1),
        (SaleFilter(article="nothing of the kind"), 0),
        (SaleFilter(since="2026-10-02", branch="Main", article="Moka"), 6),
    ],
)
def test_a_filter_counts_what_it_lists(busy: Floor, asked: SaleFilter, expected: int) -> None:
    rows = forwards(busy, asked, 3)
    assert history.count(busy.desk, busy.customers[0], asked) == len(rows) == expected
    assert backwards(busy, asked, 2) == rows


def test_a_row_says_what_was_bought_where_and_that_it_is_in_the_books(busy: Floor) -> None:
    row = history.page(busy.desk, busy.customers[0], limit=1)[0]
    assert (row.number, row.business_date, row.branch, row.total) == ("S-0000025", "2026-10-13", "Main St", 2405)
    assert (row.line_count, row.pieces, row.article, row.kind, row.linked) == (1, 1, "Espresso beans", "sale", True)
    lacking = history.page(busy.desk, busy.customers[0], filter=SaleFilter(article="off"), limit=1)[0]
    assert lacking.article == "Something else"


def test_a_customer_without_sales_has_an_empty_list(busy: Floor) -> None:
    assert history.page(busy.desk, busy.customers[2]) == []
    assert history.page(busy.desk, busy.customers[2], after=OLDEST) == []
    assert history.count(busy.desk, busy.customers[2]) == 0


@pytest.mark.parametrize("text", ["'", '"', "%" * 10_000, "x" * 100_000, "\\", "*(", "\x00", "🙂", "مرحبا", "李"])
def test_any_text_may_be_looked_for(busy: Floor, text: str) -> None:
    for asked in (SaleFilter(article=text), SaleFilter(number=text), SaleFilter(branch=text)):
        assert history.count(busy.desk, busy.customers[0], asked) == len(forwards(busy, asked, 50))


def test_a_date_that_is_none_gets_a_sentence(busy: Floor) -> None:
    with pytest.raises(BadInput, match="“soon” is not a date"):
        history.page(busy.desk, busy.customers[0], filter=SaleFilter(since="soon"))
