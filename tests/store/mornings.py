"""Random mornings at two tills: whatever is done, in whatever order, the books and every balance hold.

A morning is a list of deeds. Each is chosen with a number from which it draws whom, what and how much; what the shop
refuses in one sentence is refused, and anything else that goes wrong is a fault.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from bookkeeper_tui.errors import BookkeeperError
from bookkeeper_tui.store import (
    attaching,
    baskets,
    catalogue,
    customer_accounts,
    customers,
    days,
    drawer,
    layaways,
    loyalty,
    returns,
    shifts,
    statements,
    store_credit,
    tax_rates,
    till,
)
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.sales import NewTender
from bookkeeper_tui.store.till import Tendered

DAY_US = 24 * 3600 * 1_000_000
CODES = ("100", "101", "102", "103", "200", "201")


@dataclass
class Morning:
    """Two tills of one shop, its clock (microseconds UTC), and how many deeds were done and refused."""

    tills: tuple[Desk, ...]
    customers: tuple[int, ...]
    at: int
    done: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)

    def do(self, deed: str, number: int) -> None:
        """Does one deed, as far as the shop lets it."""
        draw = Random(number)
        self.at += 1_000_000
        try:
            DEEDS[deed](self, draw, draw.choice(self.tills))
        except BookkeeperError:
            self.refused[deed] = self.refused.get(deed, 0) + 1
        else:
            self.done[deed] = self.done.get(deed, 0) + 1

    def one_of(self, desk: Desk, table: str, draw: Random, test: str = "1") -> int:
        """The id of some row; refuses when there is none."""
        rows = desk.database.execute_sql(f"SELECT id FROM {table} WHERE {test}").fetchall()
        if not rows:
            raise BookkeeperError(f"There is no {table}")
        return int(draw.choice(rows)[0])


def _ring(morning: Morning, draw: Random, desk: Desk) -> baskets.Basket:
    known = draw.random() < 0.6
    basket = baskets.start(desk, draw.choice(morning.customers) if known else 1)
    for _ in range(draw.randint(1, 4)):
        code = draw.choice(CODES)
        many = f"0.{draw.randint(1, 999):03d}*" if code == "201" else f"{draw.randint(1, 3)}*"
        price = draw.randint(1, 500) if code == "103" else None
        basket = baskets.ring(desk, basket.id, f"{many}{code}", price=price)
    if draw.random() < 0.3:
        line = draw.choice(basket.lines)
        basket = baskets.discount_line(desk, basket.id, line.line_no, percent=draw.choice((1000, 5000, 10000)))
    if draw.random() < 0.2:
        basket = baskets.override_price(desk, basket.id, draw.choice(basket.lines).line_no, draw.randint(0, 2000))
    if draw.random() < 0.2:
        basket = baskets.type_code(desk, basket.id, draw.choice(("SPRING", "MINUS3")))
    if draw.random() < 0.15 and len(basket.lines) > 1:
        basket = baskets.remove_line(desk, basket.id, draw.choice(basket.lines).line_no)
    if not known and draw.random() < 0.3:
        basket = baskets.choose_customer(desk, basket.id, draw.choice(morning.customers))
    return basket


def sell(morning: Morning, draw: Random, desk: Desk) -> None:
    """Rings something up and pays it in some way."""
    basket = _ring(morning, draw, desk)
    tenders = list[Tendered]()
    left, database, customer = basket.total, desk.database, basket.customer_id
    if customer != 1:
        points = loyalty.available(database, customer)
        if points and draw.random() < 0.4:
            some = min(draw.randint(1, points), left // max(1, loyalty.value_of(database, 1)))
            if some:
                tenders.append(Tendered("points", loyalty.value_of(database, some), points=some))
        credit = min(store_credit.balance(database, customer), left - sum(tender.amount for tender in tenders))
        if credit > 0 and draw.random() < 0.5:
            tenders.append(Tendered("store credit", draw.randint(1, credit)))
        rest = left - sum(tender.amount for tender in tenders)
        if rest > 0 and draw.random() < 0.4:
            tenders.append(Tendered("account", draw.randint(1, rest)))
    rest = left - sum(tender.amount for tender in tenders)
    if rest > 0 and draw.random() < 0.4:
        tenders.append(Tendered("card", draw.randint(1, rest), f"{draw.randint(0, 9999):04d}"))
    rest = left - sum(tender.amount for tender in tenders)
    if rest > 0:
        tenders.append(Tendered("cash", rest + draw.choice((0, 0, 5, 1000))))
    for tender in tenders[:-1]:
        if draw.random() < 0.3:
            basket = baskets.lay_down(desk, basket.id, tender.kind, tender.amount, tender.reference, tender.points)
            tenders.remove(tender)
    till.pay(desk, basket.id, tenders, due=draw.choice(("", "", "2099-01-31")))


def park(morning: Morning, draw: Random, desk: Desk) -> None:
    """Rings something up and parks it; sometimes in two parts."""
    basket = _ring(morning, draw, desk)
    if len(basket.lines) > 1 and draw.random() < 0.5:
        _, other = baskets.split(desk, basket.id, {basket.lines[0].line_no: basket.lines[0].quantity})
        if other.state == "open":
            baskets.park(desk, other.id, "the other half")
    baskets.park(desk, basket.id, "later")


def resume(morning: Morning, draw: Random, desk: Desk) -> None:
    """Takes a parked sale up, perhaps merges another in, and pays or drops it."""
    basket = baskets.resume(desk, morning.one_of(desk, "basket", draw, "state = 'parked'"))
    if draw.random() < 0.3:
        basket = baskets.merge(desk, basket.id, morning.one_of(desk, "basket", draw, "state = 'parked'"))
    if draw.random() < 0.8:
        till.pay(desk, basket.id, [Tendered("cash", basket.cash_to_pay)])
    else:
        baskets.drop(desk, basket.id)


def give_back(morning: Morning, draw: Random, desk: Desk) -> None:
    """Returns some of some sale, by some of the ways that are allowed."""
    sale_id = morning.one_of(desk, "sale", draw)
    lines = dict[int, int]()
    for line in returns.returnable(desk, sale_id):
        if line.left and draw.random() < 0.7:
            whole = line.left // 1000
            lines[line.line_no] = 1000 * draw.randint(1, whole) if whole and line.left % 1000 == 0 else line.left
    refund = returns.preview(desk, sale_id, lines)
    tenders = None
    if draw.random() < 0.3 and any(way.kind == "store credit" for way in refund.ways) and refund.due:
        tenders = [till_tender("store credit", refund.due)]
    returns.give_back(desk, sale_id, lines, tenders)


def till_tender(kind: str, amount: int) -> NewTender:
    """A tender by which a refund goes back."""
    return NewTender(kind, amount)


def void(morning: Morning, draw: Random, desk: Desk) -> None:
    """Voids some sale, mostly one of a shift that is open."""
    newer = "shift_id IN (SELECT id FROM shift WHERE closed_at IS NULL)" if draw.random() < 0.8 else "1"
    returns.void(desk, morning.one_of(desk, "sale", draw, newer))


def attach(morning: Morning, draw: Random, desk: Desk) -> None:
    """Attaches or moves some sale to some customer."""
    attaching.attach(desk, morning.one_of(desk, "sale", draw), draw.choice(morning.customers), "forgot to say")


def points(morning: Morning, draw: Random, desk: Desk) -> None:
    """Adjusts points, or turns some into store credit."""
    customer = draw.choice(morning.customers)
    if draw.random() < 0.5:
        loyalty.adjust(desk, customer, draw.choice((-50, 20, 300)), "goodwill")
    else:
        loyalty.redeem_to_credit(desk, customer, draw.randint(1, 60))


def pay_account(morning: Morning, draw: Random, desk: Desk) -> None:
    """A payment on account, sometimes set against something else afterwards."""
    customer = draw.choice(morning.customers)
    customer_accounts.take_payment(desk, customer, draw.choice(("cash", "card")), draw.randint(1, 4000))
    found = customer_accounts.items(desk, customer, only_open=False)
    credits = [item for item in found if item.amount < 0]
    if credits and draw.random() < 0.4:
        credit = draw.choice(credits)
        for other in customer_accounts.allocated(desk, credit.id)[:1]:
            customer_accounts.unallocate(desk, credit.id, other.item_id)


def change_account(morning: Morning, draw: Random, desk: Desk) -> None:
    """Puts an account on hold, or changes its limit and terms."""
    status = draw.choice(("active", "active", "hold"))
    customer_accounts.edit(
        desk, draw.choice(morning.customers), status=status, credit_limit=draw.choice((0, 5000, 20000)),
        terms_days=draw.choice((0, 14, 30)),
    )  # fmt: skip


def lay_away(morning: Morning, draw: Random, desk: Desk) -> None:
    """Sets goods aside, or goes on with a layaway."""
    way = draw.random()
    if way < 0.4:
        basket = _ring(morning, draw, desk)
        layaways.open_layaway(desk, basket.id, due="2099-12-31", deposit=draw.randint(0, max(0, basket.total)))
        return
    found = layaways.get(desk, morning.one_of(desk, "layaway", draw, "state = 'open'"))
    if way < 0.7:
        layaways.take_deposit(desk, found.id, draw.randint(1, max(1, found.outstanding)), tender="card")
    elif way < 0.85:
        if found.outstanding:
            layaways.take_deposit(desk, found.id, found.outstanding)
        layaways.pick_up(desk, found.id)
    else:
        tender = draw.choice(("cash", "store credit"))
        layaways.cancel(desk, found.id, fee=draw.randint(0, max(0, found.paid)), tender=tender)


def move_cash(morning: Morning, draw: Random, desk: Desk) -> None:
    """Something moves in the drawer."""
    way = draw.randint(0, 3)
    if way == 0:
        drawer.pull_out(desk, draw.randint(1, 3000), "to the safe")
    elif way == 1:
        drawer.petty(desk, draw.randint(1, 500), "Cleaning", "soap")
    elif way == 2:
        drawer.pay_in(desk, draw.randint(1, 2000), "change")
    else:
        drawer.no_sale(desk, "change for a customer")


def change_shift(morning: Morning, draw: Random, desk: Desk) -> None:
    """Counts the drawer, sometimes wrongly, and begins anew."""
    _take_up(desk)
    shift = shifts.current(desk)
    if shift is not None:
        there = max(0, shifts.expected_cash(desk.database, shift.id) + draw.choice((0, 0, -150, 20)))
        shifts.end(desk, {1: there})
    shifts.open_shift(desk, draw.choice((0, 10000)))


def edit_books(morning: Morning, draw: Random, desk: Desk) -> None:
    """A manager changes what sales go by: tax, a price, an article out of sale, a customer gone or exempt."""
    way = draw.randint(0, 5)
    customer = draw.choice(morning.customers)
    if way == 0:
        tax_rates.exempt(desk, customer, "lives abroad")
    elif way == 1:
        tax_rates.end_exemption(desk, customer)
    elif way == 2:
        rate = draw.choice(tax_rates.list_rates(desk))
        tax_rates.edit(desk, rate.id, rate.name, draw.choice((0, 4_000, 10_000, 21_000)))
    elif way == 3:
        catalogue.edit(desk, NewProduct("200", "Moka pot", price=draw.randint(1, 3000)))
    elif way == 4:
        catalogue.set_status(desk, "102", draw.choice(("active", "active", "inactive")))
    elif draw.random() < 0.5:
        customers.set_status(desk, customer, draw.choice(("active", "active", "inactive")))


def deal_out(morning: Morning, draw: Random, desk: Desk) -> None:
    """Parts and lines go from one parked sale to another, and what was laid down is taken up."""
    some = morning.one_of(desk, "basket", draw, "state = 'parked'")
    other = morning.one_of(desk, "basket", draw, f"state = 'parked' AND id <> {some}")
    lines = baskets.get(desk, some).lines
    if draw.random() < 0.5:
        baskets.move_lines(desk, some, other, [draw.choice(lines).line_no])
        return
    basket = baskets.resume(desk, some)
    basket = baskets.lay_down(desk, basket.id, "card", draw.randint(1, max(1, basket.to_pay)), "1234")
    if len(basket.lines) > 1 and draw.random() < 0.5:
        basket = baskets.remove_line(desk, basket.id, draw.choice(basket.lines).line_no)
    baskets.take_up(desk, basket.id, 1)
    line = draw.choice(basket.lines)
    basket = baskets.set_quantity(desk, basket.id, line.line_no, line.quantity + 1000)
    baskets.park(desk, basket.id, "again")


def move_clock(morning: Morning, draw: Random, desk: Desk) -> None:
    """Hours pass, perhaps past midnight, or the clock is set back."""
    morning.at += draw.choice((-1, 1, 1, 5)) * DAY_US // 24


def _take_up(desk: Desk) -> None:
    """Takes up what unfinished payments at a till have laid down: no shift ends while something is."""
    laid_down = """
    SELECT basket.id, basket_tender.line_no FROM basket JOIN basket_tender ON basket_tender.basket_id = basket.id
    WHERE basket.state = 'open' AND basket.terminal = ?
    """
    for basket_id, line_no in desk.database.execute_sql(laid_down, (desk.terminal,)).fetchall():
        baskets.take_up(desk, basket_id, line_no)


def begin_day(morning: Morning, draw: Random, desk: Desk) -> None:
    """Expiry and tier review, once more."""
    days.open(desk)


def next_day(morning: Morning, draw: Random, desk: Desk) -> None:
    """Ends both shifts, closes the day, and begins another, tomorrow or months later."""
    for till_desk in morning.tills:
        _take_up(till_desk)
        shift = shifts.current(till_desk)
        if shift is not None:
            shifts.end(till_desk, {1: max(0, shifts.expected_cash(desk.database, shift.id))})
    days.close(desk)
    morning.at += DAY_US * draw.choice((1, 1, 2, 20, 200))
    for till_desk in morning.tills:
        shifts.open_shift(till_desk, 10_000)


DEEDS: dict[str, Callable[[Morning, Random, Desk], None]] = {
    "sell": sell, "sell again": sell, "sell more": sell, "park": park, "resume": resume, "return": give_back,
    "return more": give_back, "void": void, "attach": attach, "points": points, "pay on account": pay_account,
    "change account": change_account, "layaway": lay_away, "drawer": move_cash, "change shift": change_shift,
    "begin day": begin_day, "next day": next_day, "edit books": edit_books, "deal out": deal_out,
    "move clock": move_clock,
}  # fmt: skip


def statement_faults(desk: Desk, customers: tuple[int, ...], dates: tuple[str, str, str]) -> list[str]:
    """What does not hold of the statements and agings of these customers over two periods that follow one another."""
    faults = []
    for customer in customers:
        owes = customer_accounts.of(desk, customer).owes
        first = statements.statement(desk, customer, dates[0], dates[1])
        second = statements.statement(desk, customer, dates[1], dates[2])
        aging = statements.aging(desk, customer, dates[2])
        if first.opening + sum(line.debit - line.credit for line in first.lines) != first.closing:
            faults.append(f"{customer}: opening and lines are not the closing")
        if second.closing != owes:
            faults.append(f"{customer}: closing {second.closing} is not {owes}")
        if aging.balance != owes:
            faults.append(f"{customer}: buckets come to {aging.balance}, not {owes}")
    return faults


def report_faults(desk: Desk) -> list[str]:
    """What does not hold of the Z reports: each figure is all of the same sales, and they stand as they were frozen."""
    faults = []
    for day in days.days(desk):
        found = days.report(desk, day.date)
        figures, counted = found.figures, found.figures.drawer.counted
        for name in ("tenders", "cashiers", "categories"):
            if (amount := sum(row.amount for row in getattr(figures, name))) != figures.total:
                faults.append(f"{day.date}: {name} come to {amount}, not {figures.total}")
        if (amount := sum(row.net + row.tax for row in figures.tax)) != figures.total:
            faults.append(f"{day.date}: net and tax come to {amount}, not {figures.total}")
        if day.z_number is not None and found.proof is not None and not found.proof.holds:
            faults.append(f"{day.date}: the proof of Z report {day.z_number} does not hold")
        if day.z_number is not None and counted != sum(shift.counted for shift in found.shifts):
            faults.append(f"{day.date}: the drawer was not counted by its shifts")
    return faults
