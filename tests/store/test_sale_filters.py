"""What may be typed to narrow a list of sales."""

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store.history import EVERYTHING, SaleFilter
from bookkeeper_tui.store.sale_filters import parse_filter


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("", EVERYTHING),
        ("   ", EVERYTHING),
        ("2026", SaleFilter(since="2026-01-01", until="2026-12-31")),
        ("2026-02", SaleFilter(since="2026-02-01", until="2026-02-28")),
        ("2026-11-20", SaleFilter(since="2026-11-20", until="2026-11-20")),
        ("2026-01..2026-03", SaleFilter(since="2026-01-01", until="2026-03-31")),
        ("2026-01..", SaleFilter(since="2026-01-01")),
        ("since:2026-05", SaleFilter(since="2026-05-01")),
        ("until:2026-05", SaleFilter(until="2026-05-31")),
        (">50", SaleFilter(least=5001)),
        (">=50", SaleFilter(least=5000)),
        ("<20.50", SaleFilter(most=2049)),
        ("<=20", SaleFilter(most=2000)),
        ("branch:leeds", SaleFilter(branch="leeds")),
        ("receipt:0012", SaleFilter(number="0012")),
        ("S-00012", SaleFilter(number="S-00012")),
        ("green tea", SaleFilter(article="green tea")),
        ("tea 2026 >3", SaleFilter(article="tea", since="2026-01-01", until="2026-12-31", least=301)),
        ("what:ever", SaleFilter(article="what:ever")),
        ("%_\\'\"(", SaleFilter(article="%_\\'\"(")),
    ],
)
def test_each_word_asks_for_what_it_says(typed: str, asked: SaleFilter) -> None:
    assert parse_filter(typed, 2) == asked


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("20/11/2026", SaleFilter(since="2026-11-20", until="2026-11-20")),
        ("01/02/2026..15/02/2026 tea", SaleFilter(since="2026-02-01", until="2026-02-15", article="tea")),
        ("since:01/02/2026", SaleFilter(since="2026-02-01")),
        ("2026-02", SaleFilter(since="2026-02-01", until="2026-02-28")),
    ],
)
def test_a_day_may_be_written_as_the_list_shows_it(typed: str, asked: SaleFilter) -> None:
    assert parse_filter(typed, 2, ",", "%d/%m/%Y") == asked


@pytest.mark.parametrize("typed", [">x", "since:may", "2026-13", "2026-02-30", "until:", "2026-01..soon"])
def test_a_word_that_is_none_of_these_is_named(typed: str) -> None:
    with pytest.raises(BadInput):
        parse_filter(typed, 2)
