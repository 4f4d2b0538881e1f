"""What a sale costs: the discounts of its lines, the tax by rate, and the total. Pure: no database, no clock.

Amounts are minor units of whatever the currency is; rates and percentages are thousandths of a per cent. The one place
where tax is rounded: once a rate, on the sum of the rate's lines, then given to the lines cumulatively.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import NamedTuple

from bookkeeper_tui.money import round_half_up
from bookkeeper_tui.store.discount_codes import CodeInForce
from bookkeeper_tui.store.sales import NewDiscount

ALL = 100_000
"""Hundred per cent, in thousandths of a per cent."""
MANUAL = "line"
"""The kind of a discount that somebody gave on a line by hand."""


class LineToPrice(NamedTuple):
    """A line as rung up: `quantity` in thousandths, `price` of one in minor units.

    `discount_percent` (thousandths of a per cent) and `discount_amount` (minor units, for the whole line) are given by
    hand, and add up where there are both. `tax_rate` is thousandths of a per cent.
    """

    line_no: int
    quantity: int
    price: int
    discount_percent: int
    discount_amount: int
    tax_rate: int


class PricedLine(NamedTuple):
    """What a line costs: `gross` as the price says, `amount` with its own tax included and its discounts taken off.

    `tax_rate` is the one applied: 0 for a customer who is exempt.
    """

    line_no: int
    gross: int
    discounts: tuple[NewDiscount, ...]
    amount: int
    tax: int
    tax_rate: int = 0


class Priced(NamedTuple):
    """What a sale costs. `codes` are those that took something off; `by_rate` gives (rate, net, tax) for each rate.

    Prices with tax: total = gross - discount - relief. Prices without: total = gross - discount + tax. `relief` is
    the tax taken out of the prices for a customer who is exempt.
    """

    lines: tuple[PricedLine, ...]
    codes: tuple[str, ...]
    gross: int
    discount: int
    tax: int
    total: int
    by_rate: tuple[tuple[int, int, int], ...]
    relief: int = 0


def price(
    lines: Sequence[LineToPrice], codes: Sequence[CodeInForce], *, stacking: bool, includes_tax: bool, exempt: bool
) -> Priced:
    """Prices a sale.

    Unless `stacking`, the one code that takes off most counts, and a line has either its manual discount or its part
    of the code, whichever is more (the code where they are equal). With stacking a line's manual discount comes first,
    then each percentage of what is left, then each amount. A code for an amount is apportioned to the lines, never
    taking off more than there is. `exempt` charges no tax: where prices include it, it is taken out of them.
    """
    gross = [gross_of(line) for line in lines]
    known = {code.code: code for code in codes}.values()
    taken = _stacked(lines, gross, known) if stacking else _best(lines, gross, known)
    left = [full - sum(amount for _, amount in off) for full, off in zip(gross, taken, strict=True)]
    taxes = _taxes([line.tax_rate for line in lines], left, includes_tax=includes_tax)
    return _summed(lines, gross, taken, left, taxes, includes_tax=includes_tax, exempt=exempt)


def cumulative(parts: Iterable[int], rounded: Callable[[int], int]) -> list[int]:
    """What `rounded` makes of the running sum, part by part: together exactly what it makes of the whole."""
    sums = (rounded(sum_so_far) for sum_so_far in accumulate(parts))
    return [after - before for before, after in pairwise((0, *sums))]


def apportioned(amount: int, weights: Sequence[int]) -> list[int]:
    """An amount given to parts by their weights (none negative), cumulatively rounded; nothing where all are zero."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    return cumulative(weights, lambda sum_so_far: round_half_up(Decimal(amount) * sum_so_far / whole))


def share_of(amount: int, gross: int) -> int:
    """The share of a line's `gross` that an amount off (both minor units) is, rounded up; 0 where there is nothing."""
    return -(-amount * ALL // gross) if gross else 0


def gross_of(line: LineToPrice) -> int:
    """What a line comes to before discounts, in minor units; a weight is rounded to the smallest of them."""
    whole, thousandths = divmod(line.quantity * line.price, 1000)
    return round_half_up(Decimal(line.quantity * line.price) / 1000) if thousandths else whole


def manual_discount(line: LineToPrice) -> int:
    """What is given off a line by hand, in minor units: never more than the line comes to."""
    if not (line.discount_percent or line.discount_amount):
        return 0
    gross = gross_of(line)
    return min(_share(gross, line.discount_percent) + line.discount_amount, max(gross, 0))


_Taken = list[tuple[NewDiscount, ...]]


def _best(lines: Sequence[LineToPrice], gross: list[int], codes: Iterable[CodeInForce]) -> _Taken:
    """The manual discounts with the one code that takes off most, if any takes off more than they do alone."""
    manual = [manual_discount(line) for line in lines]
    best, off = _named(MANUAL, manual), sum(manual)
    for code in codes:
        for by_code in _choices(code, gross, manual):
            kept = [0 if part is not None else own for part, own in zip(by_code, manual, strict=True)]
            parts = [part or 0 for part in by_code]
            if sum(parts) + sum(kept) > off or (sum(parts) + sum(kept) == off and off and not _has_code(best)):
                off = sum(parts) + sum(kept)
                best = [mine + his for mine, his in zip(_named(MANUAL, kept), _named(code.code, parts), strict=True)]
    return best


def _choices(code: CodeInForce, gross: list[int], manual: list[int]) -> list[list[int | None]]:
    """The ways in which a code may go to the lines: its part of each, None where the manual discount stays."""
    if code.kind == "percent":
        mine = [max(full, 0) if _share(full, code.value) >= own else 0 for full, own in zip(gross, manual, strict=True)]
        return [_or_none(cumulative(mine, lambda base: _share(base, code.value)), mine)]
    without = [max(full, 0) if not own else 0 for full, own in zip(gross, manual, strict=True)]
    everywhere = [max(full, 0) for full in gross]
    ways = [without, everywhere] if any(manual) else [everywhere]
    return [_or_none(apportioned(min(code.value, sum(mine)), mine), mine) for mine in ways]


def _or_none(parts: list[int], bases: list[int]) -> list[int | None]:
    return [part if base else None for part, base in zip(parts, bases, strict=True)]


def _stacked(lines: Sequence[LineToPrice], gross: list[int], codes: Iterable[CodeInForce]) -> _Taken:
    manual = [manual_discount(line) for line in lines]
    taken = _named(MANUAL, manual)
    left = [max(full - own, 0) for full, own in zip(gross, manual, strict=True)]
    for code in sorted(codes, key=lambda code: code.kind != "percent"):
        if code.kind == "percent":
            parts = cumulative(left, lambda base, value=code.value: _share(base, value))  # type: ignore[misc]
        else:
            parts = apportioned(min(code.value, sum(left)), left)
        left = [rest - part for rest, part in zip(left, parts, strict=True)]
        taken = [mine + his for mine, his in zip(taken, _named(code.code, parts), strict=True)]
    return taken


def _named(kind: str, parts: list[int]) -> _Taken:
    return [(NewDiscount(kind, part),) if part else () for part in parts]


def _has_code(taken: _Taken) -> bool:
    return any(kind != MANUAL for off in taken for kind, _ in off)


def _taxes(rates: list[int], left: list[int], *, includes_tax: bool) -> list[int]:
    """The tax of each line: of each rate's sum, rounded once, given to its lines cumulatively."""
    taxes = [0] * len(rates)
    for rate in set(rates) - {0}:
        places = [place for place, own in enumerate(rates) if own == rate]
        whole = ALL + rate if includes_tax else ALL
        parts = cumulative(
            (left[place] for place in places),
            lambda base, rate=rate, whole=whole: round_half_up(Decimal(base) * rate / whole),  # type: ignore[misc]
        )
        for place, part in zip(places, parts, strict=True):
            taxes[place] = part
    return taxes


def _summed(
    lines: Sequence[LineToPrice], gross: list[int], taken: _Taken, left: list[int], taxes: list[int], *,
    includes_tax: bool, exempt: bool,
) -> Priced:  # fmt: skip
    priced, rates = list[PricedLine](), dict[int, tuple[int, int]]()
    for line, full, off, rest, tax in zip(lines, gross, taken, left, taxes, strict=True):
        net = rest - tax if includes_tax else rest
        rate, charged = (0, 0) if exempt else (line.tax_rate, tax)
        priced.append(PricedLine(line.line_no, full, off, net + charged, charged, rate))
        so_far = rates.get(rate, (0, 0))
        rates[rate] = (so_far[0] + net, so_far[1] + charged)
    codes = dict.fromkeys(kind for off in taken for kind, _ in off if kind != MANUAL)
    return Priced(
        lines=tuple(priced),
        codes=tuple(codes),
        gross=sum(gross),
        discount=sum(gross) - sum(left),
        tax=sum(line.tax for line in priced),
        total=sum(line.amount for line in priced),
        by_rate=tuple((rate, *rates[rate]) for rate in sorted(rates)),
        relief=sum(taxes) if exempt and includes_tax else 0,
    )


def _share(amount: int, percent: int) -> int:
    """A percentage of an amount that is not negative, rounded."""
    return round_half_up(Decimal(max(amount, 0)) * percent / ALL) if percent else 0


TILL_LINES = "sale_line JOIN sale ON sale.id = sale_line.sale_id WHERE sale.shift_id IS NOT NULL AND sale.kind = 'sale'"
TAX_UNLIKE_RATES = f"""
SELECT DISTINCT sale_id FROM (
    SELECT sale_id, tax_rate AS rate, SUM(sale_line.amount) AS amount, SUM(sale_line.tax) AS tax
    FROM {TILL_LINES} AND tax_rate IS NOT NULL GROUP BY sale_id, tax_rate
) AS of_rate WHERE ABS(2 * (tax * ({ALL} + rate) - amount * rate)) > {ALL} + rate
"""
LINES_BELOW_NOTHING = f"""
SELECT DISTINCT sale_id FROM {TILL_LINES} AND (sale_line.amount < 0 OR sale_line.discount < 0 OR sale_line.tax < 0)
"""
SALES_OF_TILLS = "SELECT COUNT(*) FROM sale WHERE shift_id IS NOT NULL AND kind = 'sale'"
PROOFS: tuple[tuple[str, str, str], ...] = (
    ("sales carry the tax of their rates", SALES_OF_TILLS, TAX_UNLIKE_RATES),
    ("no discount takes more than its line", SALES_OF_TILLS, LINES_BELOW_NOTHING),
)
