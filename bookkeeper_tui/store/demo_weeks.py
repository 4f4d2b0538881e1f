"""Three weeks at the demo shop's two tills, made through the same functions that cashiers use, the same every time.

Everyday sales are drawn; what should be seen in a shop that is lived in (debts, layaways, returns, mistakes put right)
is in DEEDS, by day.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import instant_of
from bookkeeper_tui.store import (
    attaching,
    baskets,
    catalogue,
    categories,
    customer_accounts,
    customers,
    days,
    discount_codes,
    layaways,
    loyalty,
    returns,
    shifts,
    sign_in,
    tax_rates,
    till,
)
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.desk import Actor, Approval, Desk
from bookkeeper_tui.store.discount_codes import NewCode
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.permissions import NOBODY
from bookkeeper_tui.store.sales import NewTender
from bookkeeper_tui.store.till import Paid, Tendered

FIRST_DAY, LAST_DAY = date(2026, 11, 2), date(2026, 11, 20)
FLOAT = 15_000
SALES_A_DAY = (12, 17)
TERMINALS = ("till-1", "till-2")
RATES = (
    ("General", 21_000, ()),
    ("Reduced", 10_000, ("Coffee & Tea", "Drinks", "Pantry")),
    ("Bread", 4_000, ("Bakery",)),
)
CODES = (
    NewCode("CLUB5", "percent", 5_000, "Club members"),
    NewCode("LOYAL10", "percent", 10_000, "Regulars"),
    NewCode("WELCOME3", "amount", 300, "First visit", "2026-11-01", "2026-12-31", typed=True),
    NewCode("AUTUMN15", "percent", 15_000, "Autumn sale", "2026-09-15", "2026-10-31", typed=True),
    NewCode("GOLD7", "percent", 7_000, "Gold customers", tier="Gold"),
)
WEIGHED = (
    NewProduct("02900", "Country bread, by weight", "2000010029003", "", "Bakery", "", 690, sold_by="weight"),
    NewProduct("03900", "Manchego, by weight", "2000010039002", "", "Pantry", "", 2490, sold_by="weight"),
)
ACCOUNTS = (
    ("C-000184", 20_000, 30), ("C-000028", 50_000, 30), ("C-000033", 30_000, 14), ("C-000055", 60_000, 30),
    ("C-000076", 25_000, 30), ("C-000099", 40_000, 60), ("C-000120", 15_000, 0),
)  # fmt: skip
CARRIED_POINTS = (("C-000184", 980), ("C-000012", 240), ("C-000003", 410), ("C-000060", 75), ("C-000002", 620))


class Staffed(NamedTuple):
    """Who works in the demo shop, by role; two cashiers, each with a till."""

    cashiers: tuple[Actor, Actor]
    supervisor: Actor
    manager: Actor
    supervisors_pin: str


class Weeks:
    """The shop over three weeks: its clock, its desks and its dice."""

    def __init__(self, store: Store, staffed: Staffed) -> None:
        self.store, self.staffed = store, staffed
        self.draw = Random(20261102)
        self.at = 0
        self.owner = Desk.shell(store, self.now)
        self.manager = self.desk(staffed.manager, "office")
        self.tills = tuple(map(self.desk, staffed.cashiers, TERMINALS))
        self.supervisor = tuple(self.desk(staffed.supervisor, terminal) for terminal in TERMINALS)
        self.regulars: list[int] = []
        self.on_sale: list[str] = []

    def now(self) -> int:
        """The demo's clock: it stands until something is done."""
        return self.at

    def desk(self, actor: Actor, terminal: str) -> Desk:
        """Somebody at a terminal, by the demo's clock."""
        return Desk(self.store, actor, terminal, self.now)

    def clock(self, day: date, hour: int, minute: int = 0) -> None:
        """Sets the clock to a time of the shop's day."""
        moment = datetime(day.year, day.month, day.day, hour, minute)
        self.at = instant_of(moment, self.store.shop.time_zone)

    def later(self, least: int, most: int) -> None:
        """Lets some seconds pass."""
        self.at += self.draw.randint(least, most) * 1_000_000

    def customer(self, number: str) -> int:
        """A customer's id by their number."""
        return customers.by_number(self.owner, number).id

    def approval(self, desk: Desk, permission: str) -> Approval:
        """The supervisor comes and types the PIN."""
        nobody = Desk(self.store, Actor(None, "", NOBODY, NOBODY), desk.terminal, self.now)
        attempt = sign_in.begin(nobody, self.staffed.supervisor.number)
        right = sign_in.pin_matches(self.store, attempt, self.staffed.supervisors_pin)
        return sign_in.finish_approval(desk, attempt, right, permission)

    def sell(self, desk: Desk, customer_id: int, typed: list[str], *kinds: str, code: str = "") -> Paid:
        """Rings articles up for somebody and takes the money, by the last kind whatever the others leave."""
        basket = baskets.start(desk)
        for text in typed:
            self.later(4, 15)
            basket = baskets.ring(desk, basket.id, text)
        if customer_id != WALK_IN_ID:
            basket = baskets.choose_customer(desk, basket.id, customer_id)
        if code:
            basket = baskets.type_code(desk, basket.id, code)
        self.later(10, 40)
        tenders = self._tenders(basket, kinds or ("cash",))
        return till.pay(desk, basket.id, tenders, seen_total=basket.total)

    def _tenders(self, basket: baskets.Basket, kinds: tuple[str, ...]) -> list[Tendered]:
        tenders, left = list[Tendered](), basket.total
        for kind in kinds:
            last = kind == kinds[-1]
            amount = left if last else min(left, max(100, left // 2))
            points = 0
            if kind == "points":
                worth = loyalty.value_of(self.store.database, 1)
                points = min(loyalty.available(self.store.database, basket.customer_id), amount // worth)
                amount = points * worth
            if kind == "cash":
                amount = -(-amount // 500) * 500
            if amount:
                reference = f"{self.draw.randint(0, 9999):04d}" if kind == "card" else ""
                tenders.append(Tendered(kind, amount, reference, points))
            left -= amount
        return tenders

    def everyday_sale(self) -> Paid:
        """A sale as most are: some articles, to a regular or to nobody known, by card or in cash."""
        draw, desk = self.draw, self.draw.choice(self.tills)
        many = draw.choices((1, 2, 3, 4, 6), (30, 28, 22, 14, 6))[0]
        typed = [f"2*{sku}" if draw.random() < 0.12 else sku for sku in draw.choices(self.on_sale, k=many)]
        if draw.random() < 0.08:
            typed.append(f"0.{draw.randint(120, 950)}*{draw.choice(('02900', '03900'))}")
        known = draw.random() < 0.55
        whom = draw.choice(self.regulars) if known else WALK_IN_ID
        kind = draw.choices(("card", "cash"), (60, 40))[0]
        kinds = ("points", kind) if known and draw.random() < 0.08 else (kind,)
        return self.sell(desk, whom, typed, *kinds, code="WELCOME3" if draw.random() < 0.03 else "")


def play(store: Store, staffed: Staffed) -> None:
    """Plays the three weeks, from the evening before to the last Z report."""
    weeks = Weeks(store, staffed)
    weeks.clock(FIRST_DAY - timedelta(days=1), 18)
    _prepare(weeks)
    day = FIRST_DAY
    while day <= LAST_DAY:
        if day.weekday() != 6:
            _day(weeks, day)
        day += timedelta(days=1)
    _leave_for_tomorrow(weeks)


def _prepare(weeks: Weeks) -> None:
    """What the manager sets up: tax rates, codes, weighed goods, accounts, and points from the old cards."""
    manager, rates = weeks.manager, dict[str, str]()
    for name, rate, sorts in RATES:
        added = tax_rates.add(manager, name, rate)
        rates.update(dict.fromkeys(sorts, name))
        if not sorts:
            tax_rates.set_default(manager, added.id)
    for category in categories.list_categories(manager):
        if category.name in rates:
            categories.edit_category(manager, category.id, category.name, rates[category.name])
    for code in CODES:
        discount_codes.define(manager, code)
    for product in WEIGHED:
        catalogue.create(manager, product)
    for number, limit, terms in ACCOUNTS:
        customer_accounts.open_account(manager, weeks.customer(number), credit_limit=limit, terms_days=terms)
    for number, points in CARRIED_POINTS:
        loyalty.adjust(manager, weeks.customer(number), points, "Carried over from the old card")
    loyalty.set_own_rate(manager, weeks.customer("C-000002"), 3000)
    weeks.regulars = [weeks.customer(f"C-{number:06d}") for number in range(1, 61)] + [weeks.customer("C-000184")] * 4
    weeks.on_sale = [f"{sort:02d}{article:03d}" for sort in (1, 2, 3, 4, 5) for article in range(1, 17)]


def _day(weeks: Weeks, day: date) -> None:
    draw = weeks.draw
    weeks.clock(day, 8, 50)
    days.open(weeks.manager, day.isoformat())
    for desk in weeks.tills:
        weeks.later(20, 90)
        shifts.open_shift(desk, FLOAT)
    count = draw.randint(*SALES_A_DAY)
    hours = sorted(draw.choices(range(9, 20), (5, 7, 9, 10, 8, 4, 3, 7, 10, 11, 8), k=count))
    deeds = DEEDS.get(day.isoformat()[5:], ())
    for place, hour in enumerate(hours):
        if place == count // 2:
            for deed in deeds:
                deed(weeks, weeks.tills[place % 2], weeks.supervisor[place % 2])
        before = weeks.at
        weeks.clock(day, hour, draw.randint(0, 58))
        weeks.at = max(weeks.at, before + 60_000_000)
        weeks.everyday_sale()
    before = weeks.at
    weeks.clock(day, 20, 15)
    weeks.at = max(weeks.at, before + 60_000_000)
    for place, desk in enumerate(weeks.tills):
        if day.weekday() in (2, 5):
            shifts.pull_out(weeks.supervisor[place], 10_000, "to the safe")
        shift = shifts.current(desk)
        assert shift is not None
        weeks.later(120, 400)
        counted = shifts.expected_cash(weeks.store.database, shift.id) + WRONG_COUNTS.get((day.day, place), 0)
        shifts.end(desk, _counted(counted))
    weeks.later(60, 120)
    days.close(weeks.manager)


def _counted(amount: int) -> dict[int, int]:
    """An amount as notes and coins."""
    counts = {}
    for denomination in (5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1):
        counts[denomination], amount = divmod(amount, denomination)
    return {denomination: pieces for denomination, pieces in counts.items() if pieces}


def _leave_for_tomorrow(weeks: Weeks) -> None:
    """Two sales stand parked over the weekend."""
    for desk, number, typed, label in (
        (weeks.tills[0], "C-000041", ["2*11002", "11010"], "Garden order"),
        (weeks.tills[1], "", ["01001", "02007"], "Back with the purse"),
    ):
        basket = baskets.start(desk, weeks.customer(number) if number else WALK_IN_ID)
        for text in typed:
            basket = baskets.ring(desk, basket.id, text)
        baskets.park(desk, basket.id, label)


# What happens besides everyday sales. A deed is given the weeks, a cashier's desk and the supervisor's at that till.

Deed = Callable[[Weeks, Desk, Desk], object]


def _on_account(number: str, *typed: str) -> Deed:
    return lambda weeks, desk, _: weeks.sell(desk, weeks.customer(number), list(typed), "account")


def _part_on_account(number: str, *typed: str) -> Deed:
    return lambda weeks, desk, _: weeks.sell(desk, weeks.customer(number), list(typed), "card", "account")


def _pays(number: str, amount: int, tender: str = "card") -> Deed:
    return lambda weeks, desk, _: customer_accounts.take_payment(desk, weeks.customer(number), tender, amount)


def _on_hold(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
    customer = weeks.customer("C-000120")
    customer_accounts.edit(weeks.manager, customer, status="hold", credit_limit=15_000, terms_days=0)


def _wrong_customer(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
    """A sale was rung up for a namesake: it is moved to the right one."""
    paid = weeks.sell(desk, weeks.customer("C-000012"), ["01006", "02004"], "card")
    weeks.later(60, 200)
    attaching.attach(supervisor, paid.sale_id, weeks.customer("C-000040"), "Rung up for the neighbour")


def _forgotten_card(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
    """A walk-in sale, and the customer comes back with the card."""
    paid = weeks.sell(desk, WALK_IN_ID, ["01010", "03002"], "cash")
    weeks.later(60, 300)
    attaching.attach(desk, paid.sale_id, weeks.customer("C-000060"), "Had forgotten the card")


def _wrong_tender(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
    """Rung up as cash though it was paid by card: voided and rung up again."""
    paid = weeks.sell(desk, WALK_IN_ID, ["04003", "04005"], "cash")
    weeks.later(20, 60)
    returns.void(desk.backed_by(weeks.approval(desk, "sale.voided")), paid.sale_id, note="Was paid by card")
    weeks.sell(desk, WALK_IN_ID, ["04003", "04005"], "card")


def _damaged_box(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
    """A damaged box goes for less, with the supervisor's PIN; the cashier gives ten per cent besides."""
    basket = baskets.start(desk)
    basket = baskets.ring(desk, basket.id, "04001")
    basket = baskets.override_price(desk.backed_by(weeks.approval(desk, "price.overridden")), basket.id, 1, 500)
    basket = baskets.note_line(desk, basket.id, 1, "Box damaged")
    basket = baskets.ring(desk, basket.id, "02007")
    basket = baskets.discount_line(desk, basket.id, basket.lines[-1].line_no, percent=10_000)
    till.pay(desk, basket.id, [Tendered("cash", 2000)])


def _large_discount(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
    """A quarter off, which is above the cashier's ceiling."""
    basket = baskets.ring(desk, baskets.start(desk, weeks.customer("C-000055")).id, "3*01003")
    backed = desk.backed_by(weeks.approval(desk, "discount.given"))
    basket = baskets.discount_line(backed, basket.id, basket.lines[0].line_no, percent=25_000)
    till.pay(desk, basket.id, [Tendered("account", basket.total)])


def _expired_code(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
    """Somebody tries last month's code."""
    basket = baskets.ring(desk, baskets.start(desk).id, "05002")
    try:
        baskets.type_code(desk, basket.id, "AUTUMN15")
    except BadInput:
        till.pay(desk, basket.id, [Tendered("card", basket.total, "2231")])


def _bring_back(as_credit: bool) -> Deed:
    def bring_back(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
        """Two loaves are bought; one comes back, and later the other."""
        paid = weeks.sell(desk, weeks.customer("C-000003"), ["2*02001", "01005"], "card")
        weeks.later(300, 900)
        for _ in range(2):
            due = returns.preview(supervisor, paid.sale_id, {1: 1000}).due
            credit = [NewTender("store credit", due)] if as_credit else None
            returns.give_back(supervisor, paid.sale_id, {1: 1000}, credit, note="Too hard")
            weeks.later(200, 400)

    return bring_back


def _credit_spent(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
    weeks.sell(desk, weeks.customer("C-000003"), ["01001", "03004"], "store credit", "cash")


def _sets_aside(number: str, due: str, deposit: int, *typed: str) -> Deed:
    def set_aside(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
        basket = baskets.start(desk, weeks.customer(number))
        for text in typed:
            basket = baskets.ring(desk, basket.id, text)
        layaways.open_layaway(desk, basket.id, due=due, deposit=deposit)

    return set_aside


def _layaway_goes_on(layaway_id: int, amount: int = 0) -> Deed:
    def go_on(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
        """Another deposit; without an amount all that is left, and the goods go home."""
        left = layaways.get(desk, layaway_id).outstanding
        layaways.take_deposit(desk, layaway_id, amount or left, tender="card", reference="7719")
        if not amount:
            weeks.later(30, 60)
            layaways.pick_up(desk, layaway_id)

    return go_on


def _layaway_given_up(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
    layaways.cancel(supervisor, 2, fee=300, reason="Changed her mind")


def _petty(amount: int, category: str, reason: str) -> Deed:
    return lambda weeks, desk, supervisor: shifts.petty(supervisor, amount, category, reason)


def _change_from_the_safe(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
    shifts.pay_in(desk, 2_000, "coins")
    shifts.no_sale(supervisor, "Changed a note for the bakery")


def _goodwill(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
    loyalty.adjust(supervisor, weeks.customer("C-000012"), 50, "Had to wait for half an hour")
    loyalty.redeem_to_credit(desk, weeks.customer("C-000002"), 200)


DEEDS: dict[str, tuple[Deed, ...]] = {
    "11-02": (
        _on_account("C-000028", "07009", "07005"),
        _sets_aside("C-000041", "2026-11-30", 4_000, "11003", "2*11012"),
    ),
    "11-03": (_sets_aside("C-000012", "2026-11-25", 1_000, "07001"), _petty(1_290, "Cleaning", "window cleaner")),
    "11-04": (_wrong_customer, _on_account("C-000033", "3*01003", "01006")),
    "11-05": (_damaged_box, _change_from_the_safe),
    "11-06": (_bring_back(as_credit=True), _sets_aside("C-000184", "2026-11-18", 2_000, "07006")),
    "11-07": (_wrong_tender, _petty(380, "Postage", "stamps")),
    "11-09": (_forgotten_card, _part_on_account("C-000055", "2*01008", "03006")),
    "11-10": (_layaway_goes_on(1, 2_000), _on_account("C-000184", "01001", "04002")),
    "11-11": (_layaway_given_up, _pays("C-000028", 5_000)),
    "11-12": (_credit_spent, _expired_code),
    "11-13": (_large_discount, _goodwill),
    "11-14": (_pays("C-000055", 3_000, "cash"), _bring_back(as_credit=False)),
    "11-16": (_on_account("C-000099", "11006", "2*11009"), _petty(990, "Supplies", "receipt rolls")),
    "11-17": (_layaway_goes_on(1), _on_account("C-000120", "01009")),
    "11-18": (_on_hold, _pays("C-000033", 10_000)),
    "11-19": (_sets_aside("C-000076", "2026-12-15", 2_500, "2*11010", "11004"), _forgotten_card),
    "11-20": (_on_account("C-000184", "02001", "01002"), _wrong_customer),
}
WRONG_COUNTS = {(7, 0): -500, (13, 1): 20, (17, 0): -10}
"""Day and till: how far the count was from what was expected, in minor units."""
