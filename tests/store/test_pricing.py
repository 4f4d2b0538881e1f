"""What a sale costs: lines always add up, discounts never take more than there is, tax is rounded once a rate."""

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookkeeper_tui.store import shifts
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.discount_codes import CodeInForce
from bookkeeper_tui.store.pricing import LineToPrice, Priced, apportioned, manual_discount, price
from tests.store.floor import Floor

amounts = st.integers(0, 200_000)
lines_to_price = st.lists(
    st.tuples(
        st.one_of(st.sampled_from([1000, 2000, 3000]), st.integers(1, 99_999)),
        amounts,
        st.one_of(st.just(0), st.integers(0, 100_000)),
        st.one_of(st.just(0), amounts),
        st.sampled_from([0, 4000, 10_000, 21_000, 100_000]),
    ),
    max_size=7,
).map(lambda rows: [LineToPrice(at, *row) for at, row in enumerate(rows, 1)])
codes_in_force = st.lists(
    st.one_of(
        st.builds(CodeInForce, st.sampled_from("ABC"), st.just(""), st.just("percent"), st.integers(1, 100_000),
                  st.just(""), st.just("typed")),
        st.builds(CodeInForce, st.sampled_from("DEF"), st.just(""), st.just("amount"), st.integers(1, 300_000),
                  st.just(""), st.just("typed")),
    ),
    max_size=3,
)  # fmt: skip
ways = st.fixed_dictionaries({"stacking": st.booleans(), "includes_tax": st.booleans(), "exempt": st.booleans()})


def code(text: str, kind: str, value: int) -> CodeInForce:
    return CodeInForce(text, "", kind, value, "", "customer")


def line(at: int, each: int, quantity: int = 1000, *, percent: int = 0, amount: int = 0, rate: int = 0) -> LineToPrice:
    return LineToPrice(at, quantity, each, percent, amount, rate)


def plainly(lines: Sequence[LineToPrice], *codes: CodeInForce, **other: Any) -> Priced:
    return price(lines, codes, **({"stacking": False, "includes_tax": True, "exempt": False} | other))


def rounded(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@pytest.fixture
def till_floor(floor: Floor, desk_of: Callable[[str], Desk]) -> Floor:
    """The shop floor, with a shift open at a till."""
    shifts.open_shift(desk_of("cashier"), 10_000, None)
    return floor


@settings(max_examples=60)
@given(lines_to_price, codes_in_force, ways)
def test_the_lines_add_up_to_every_figure_of_the_sale(
    lines: list[LineToPrice], codes: list[CodeInForce], how: dict[str, bool]
) -> None:
    priced = price(lines, codes, **how)
    off = sum(amount for one in priced.lines for _, amount in one.discounts)
    assert [one.line_no for one in priced.lines] == [one.line_no for one in lines]
    assert priced.gross == sum(one.gross for one in priced.lines)
    assert priced.discount == off
    assert priced.tax == sum(one.tax for one in priced.lines) == sum(tax for _, _, tax in priced.by_rate)
    assert priced.total == sum(one.amount for one in priced.lines)
    assert priced.total == sum(net + tax for _, net, tax in priced.by_rate)
    added = -priced.relief if how["includes_tax"] else priced.tax
    assert priced.total == priced.gross - priced.discount + added


@settings(max_examples=60)
@given(lines_to_price, codes_in_force, ways)
def test_no_discount_takes_more_than_there_is(
    lines: list[LineToPrice], codes: list[CodeInForce], how: dict[str, bool]
) -> None:
    for one in price(lines, codes, **how).lines:
        assert all(amount > 0 for _, amount in one.discounts)
        assert sum(amount for _, amount in one.discounts) <= one.gross
        assert one.amount >= 0
        assert 0 <= one.tax <= one.amount


@settings(max_examples=60)
@given(lines_to_price, codes_in_force, st.booleans(), st.booleans())
def test_tax_is_rounded_once_a_rate(
    lines: list[LineToPrice], codes: list[CodeInForce], stacking: bool, includes_tax: bool
) -> None:
    priced = price(lines, codes, stacking=stacking, includes_tax=includes_tax, exempt=False)
    for rate, net, tax in priced.by_rate:
        base, whole = (net + tax, 100_000 + rate) if includes_tax else (net, 100_000)
        assert tax == rounded(Decimal(base) * rate / whole)


@settings(max_examples=60)
@given(lines_to_price, codes_in_force, ways)
def test_a_customer_gets_the_best_single_discount(
    lines: list[LineToPrice], codes: list[CodeInForce], how: dict[str, bool]
) -> None:
    alone = how | {"stacking": False}
    best = price(lines, codes, **alone)
    by_code = {one.code: one for one in codes}
    assert best.discount >= sum(manual_discount(one) for one in lines)
    assert best.discount == max(
        (price(lines, [one], **alone).discount for one in by_code.values()), default=best.discount
    )
    assert len(best.codes) <= 1
    assert all(len(one.discounts) <= 1 for one in best.lines)


@settings(max_examples=60)
@given(lines_to_price, codes_in_force, st.booleans())
def test_an_exempt_customer_pays_what_others_pay_before_tax(
    lines: list[LineToPrice], codes: list[CodeInForce], includes_tax: bool
) -> None:
    taxed = price(lines, codes, stacking=False, includes_tax=includes_tax, exempt=False)
    free = price(lines, codes, stacking=False, includes_tax=includes_tax, exempt=True)
    assert free.tax == 0
    assert free.total == taxed.total - taxed.tax
    assert all(one.tax_rate == 0 for one in free.lines)


@settings(max_examples=60)
@given(st.integers(0, 10**9), st.lists(amounts, max_size=8))
def test_what_is_apportioned_adds_up_exactly(amount: int, weights: list[int]) -> None:
    parts = apportioned(amount, weights)
    assert sum(parts) == (amount if sum(weights) else 0)
    assert all(part >= 0 for part in parts)
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if not weight)


def test_a_weight_is_rounded_to_the_smallest_coin() -> None:
    assert plainly([line(1, 1999, 375)]).total == 750
    assert plainly([line(1, 333, 1500)]).total == 500


def test_a_percentage_of_many_small_lines_is_the_percentage_of_their_sum() -> None:
    priced = plainly([line(at, 5) for at in range(1, 11)], code("TEN", "percent", 10_000))
    assert priced.discount == 5
    assert priced.codes == ("TEN",)


def test_an_amount_is_given_to_the_lines_in_proportion() -> None:
    priced = plainly([line(1, 1000), line(2, 500), line(3, 500)], code("FIVE", "amount", 501))
    assert [one.discounts[0].amount for one in priced.lines] == [251, 125, 125]
    assert plainly([line(1, 300)], code("FIVE", "amount", 500)).total == 0


def test_a_manual_discount_competes_with_the_code_on_its_line() -> None:
    lines = [line(1, 1000, percent=20_000), line(2, 1000), line(3, 1000, amount=50)]
    priced = plainly(lines, code("TEN", "percent", 10_000))
    assert [one.discounts for one in priced.lines] == [(("line", 200),), (("TEN", 100),), (("TEN", 100),)]


def test_where_they_are_equal_the_code_counts_and_the_first_of_two_codes() -> None:
    ten, tithe = code("TEN", "percent", 10_000), code("TITHE", "percent", 10_000)
    lines = [line(1, 1000, amount=100), line(2, 1000, amount=150)]
    assert [one.discounts for one in plainly(lines, ten).lines] == [(("TEN", 100),), (("line", 150),)]
    assert plainly([line(1, 1000)], ten, tithe).codes == ("TEN",)


def test_an_amount_takes_the_place_of_manual_discounts_only_where_that_is_more() -> None:
    mostly_manual = plainly([line(1, 1000, amount=300), line(2, 400)], code("FIVE", "amount", 500))
    assert [one.discounts for one in mostly_manual.lines] == [(("line", 300),), (("FIVE", 400),)]
    only_code = plainly([line(1, 1000, amount=30)], code("FIVE", "amount", 500))
    assert only_code.lines[0].discounts == (("FIVE", 500),)


def test_stacked_discounts_each_count_on_what_the_one_before_left() -> None:
    codes = [code("FIVE", "amount", 500), code("TEN", "percent", 10_000)]
    priced = plainly([line(1, 10_000, percent=50_000)], *codes, stacking=True)
    assert priced.lines[0].discounts == (("line", 5000), ("TEN", 500), ("FIVE", 500))
    assert plainly([line(1, 10_000)], *codes).discount == 1000


def test_the_same_code_given_twice_counts_once() -> None:
    ten = code("TEN", "percent", 10_000)
    assert plainly([line(1, 1000)], ten, ten, stacking=True).discount == 100


def test_tax_included_and_on_top() -> None:
    lines = [line(1, 12_100, rate=21_000), line(2, 1040, rate=4000), line(3, 500)]
    included = plainly(lines)
    assert included.by_rate == ((0, 500, 0), (4000, 1000, 40), (21_000, 10_000, 2100))
    assert included.total == 13_640
    on_top = plainly([line(1, 10_000, rate=21_000), line(2, 1000, rate=4000)], includes_tax=False)
    assert on_top.total == 13_140
    assert [one.amount for one in on_top.lines] == [12_100, 1040]


def test_an_exemption_takes_the_tax_out_of_the_price() -> None:
    free = plainly([line(1, 12_100, rate=21_000)], exempt=True)
    assert (free.gross, free.total, free.tax, free.relief) == (12_100, 10_000, 0, 2100)
    on_top = plainly([line(1, 10_000, rate=21_000)], includes_tax=False, exempt=True)
    assert (on_top.total, on_top.relief) == (10_000, 0)


def test_nothing_costs_nothing() -> None:
    assert plainly([], code("FIVE", "amount", 500)) == Priced((), (), 0, 0, 0, 0, ())


def test_the_proof_finds_a_till_sale_with_the_wrong_tax_or_more_off_than_it_has(till_floor: Floor) -> None:
    floor = till_floor
    shift = int(floor.desk.database.execute_sql("SELECT id FROM shift").fetchone()[0])
    right, wrong, below = (
        floor.sale(floor.line("100", 12_100, tax=2100)._replace(tax_rate=21_000), minute=1)._replace(shift_id=shift),
        floor.sale(floor.line("100", 12_100, tax=2099)._replace(tax_rate=21_000), minute=2)._replace(shift_id=shift),
        floor.sale(floor.line("100", -100), floor.line("101", 900), minute=3)._replace(shift_id=shift),
    )
    floor.post(right, wrong, below)
    failing = floor.failing()
    assert failing["sales carry the tax of their rates"] == (2,)
    assert failing["no discount takes more than its line"] == (3,)
