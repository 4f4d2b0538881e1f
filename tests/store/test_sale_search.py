"""Finding past sales by what is remembered of them; a page says how far back it looked."""

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import returns, sale_search, shifts
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.sales import NewTender
from tests.store.floor import Floor


@pytest.fixture
def busy(floor: Floor, desk: Desk) -> Floor:
    """Six sales: of three days, three customers, two branches and several tenders."""
    ana, bruno, _ = floor.customers
    new = [
        floor.sale(floor.line("100", 1800), customer=ana, day="2026-10-01"),
        floor.sale(floor.line("101", 900), customer=bruno, day="2026-10-31", branch=1),
        floor.sale(floor.line("X9", 450), customer=WALK_IN_ID, day="2026-11-02",
                   tenders=[NewTender("card", 450, "4929 1234")]),
        floor.sale(floor.line("102", 2990), floor.line("100", 1800), customer=ana, day="2026-11-02", branch=1,
                   tenders=[NewTender("store credit", 790), NewTender("card", 4000, "77771234")]),
        floor.sale(floor.line("102", -2990), customer=ana, day="2026-11-19", kind="return"),
        floor.sale(floor.line("103", 10), customer=WALK_IN_ID, day="2026-11-20"),
    ]  # fmt: skip
    new[1] = new[1]._replace(source="own", source_ref="R-77", staff_id=desk.staff.staff_id)
    floor.post(*new)
    return floor


def found(floor: Floor, text: str) -> list[int]:
    question = sale_search.parse(text, floor.desk.store.conventions)
    return [sale.id for sale in sale_search.page(floor.desk, question).sales]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", [6, 5, 4, 3, 2, 1]), ("2026-11", [6, 5, 4, 3]), ("until:2026-10", [2, 1]), (">17,99", [5, 4, 1]),
        ("29,90", [5]), ("29.90", [5]), ("=9", [2]), ("<4,51", [6, 3]), ("tender:store", [4]), ("tender:card", [4, 3]),
        ("card:1234", [4, 3]), ("card:7771234", [4]), ("card:9999", []), ("receipt:2", [2]), ("S-0000004", [4]),
        ("receipt:R-77", [2]), ("receipt:99", []), ("branch:har", [4, 2]), ("moka", [5, 4]), ("4006381333931", [4, 1]),
        ("X9", [3]), ("something", [3]), ("customer:ana", [5, 4, 1]), ("customer:C-000002", [2]),
        ("customer:walk_in", [6, 3]), ("customer:ana 2026-11 moka >30", [4]), ("cashier:test_manager", [2]),
        ("card:1234 branch:zzz", []),
    ],
)  # fmt: skip
def test_whatever_is_remembered_finds_it(busy: Floor, text: str, ids: list[int]) -> None:
    assert found(busy, text) == ids


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("tender:shells", "tenders are cash, card"), ("card:12", "last 4 digits"),
        ("cashier:zoe", "No member of staff"),
        ("customer:zoe", "No customer has the number, card or name “zoe”"), ("2026-13", "is no date"),
        ("card:", "say which after the colon"), ("carx:1", "sales are found by tender, cashier"),
    ],
)  # fmt: skip
def test_what_means_nothing_is_named(busy: Floor, text: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        found(busy, text)


@pytest.mark.parametrize("text", ["", "coffee", "customer:ana", "card:1234", ">0", "until:2026-11-19"])
@pytest.mark.parametrize("looked_at", [1, 2, 10_000])
@pytest.mark.parametrize("limit", [1, 3])
def test_pages_together_hold_each_sale_once_however_far_each_looks(
    busy: Floor, monkeypatch: pytest.MonkeyPatch, text: str, looked_at: int, limit: int
) -> None:
    whole = found(busy, text)
    monkeypatch.setattr(sale_search, "LOOKED_AT", looked_at)
    question = sale_search.parse(text, busy.desk.store.conventions)
    page = sale_search.page(busy.desk, question, limit=limit)
    together = [sale.id for sale in page.sales]
    while page.following is not None:
        page = sale_search.page(busy.desk, question, before=page.following, limit=limit)
        together += [sale.id for sale in page.sales]
    assert together == whole


def test_a_page_says_how_far_back_it_looked(busy: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sale_search, "LOOKED_AT", 2)
    question = sale_search.parse("espresso", busy.desk.store.conventions)
    page = sale_search.page(busy.desk, question)
    assert (page.sales, page.following, page.looked_back_to) == ((), ("2026-11-19", 5), "2026-11-19")


def test_what_became_of_a_sale_is_said(busy: Floor, desk: Desk) -> None:
    shifts.open_shift(desk, 0)
    returns.give_back(desk, 1, {1: 500})
    assert sale_search.again(desk, [1, 2])[1].undone == "returned"
    assert [sale_search.again(desk, [1, 2])[place].undone for place in (1, 2)] == ["returned", ""]
