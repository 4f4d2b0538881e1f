"""Three weeks at the demo shop's two tills, made through the same functions that cashiers use, the same every time."""

from datetime import date, timedelta

from bookkeeper_tui.store import (
    baskets,
    catalogue,
    categories,
    customer_accounts,
    days,
    demo_crew,
    demo_tastes,
    discount_codes,
    drawer,
    loyalty,
    shifts,
    tax_rates,
)
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.demo_deeds import DEEDS
from bookkeeper_tui.store.demo_studio import Studio
from bookkeeper_tui.store.demo_tills import Staffed, Weeks
from bookkeeper_tui.store.discount_codes import NewCode
from bookkeeper_tui.store.opening import Store

FIRST_DAY, LAST_DAY = date(2026, 11, 2), date(2026, 11, 21)
FLOAT = 15_000
SALES_A_DAY = (12, 17)
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
WRONG_COUNTS = {(7, 0): -500, (13, 1): 20, (17, 0): -10}
"""Day and till: how far the count was from what was expected, in minor units."""


def play(store: Store, staffed: Staffed) -> None:
    """Plays the three weeks, from the evening before to the last Z report."""
    weeks = Weeks(store, staffed)
    weeks.clock(FIRST_DAY - timedelta(days=1), 18)
    _prepare(weeks)
    studio = Studio(weeks)
    studio.prepare()
    day = FIRST_DAY
    while day <= LAST_DAY:
        if day.weekday() != 6:
            _day(weeks, studio, day)
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
    demo_tastes.prepare(weeks)
    demo_crew.prepare(weeks)
    weeks.regulars = [weeks.customer(f"C-{number:06d}") for number in range(1, 61)] + [weeks.customer("C-000184")] * 4
    weeks.on_sale = [f"{sort:02d}{article:03d}" for sort in (1, 2, 3, 4, 5) for article in range(1, 17)]


def _day(weeks: Weeks, studio: Studio, day: date) -> None:
    draw = weeks.draw
    weeks.clock(day, 8, 50)
    demo_crew.come(weeks, day)
    days.open(weeks.manager, day.isoformat())
    for desk in weeks.tills:
        weeks.later(20, 90)
        shifts.open_shift(desk, FLOAT)
    studio.plan(day)
    count = draw.randint(*SALES_A_DAY)
    hours = sorted(draw.choices(range(9, 20), (5, 7, 9, 10, 8, 4, 3, 7, 10, 11, 8), k=count))
    deeds = DEEDS.get(day.isoformat()[5:], ())
    for place, hour in enumerate(hours):
        if place == count // 2:
            for deed in deeds:
                deed(weeks, weeks.tills[place % 2], weeks.supervisor[place % 2])
            demo_tastes.told(weeks, day, weeks.tills[place % 2])
            demo_crew.measure(weeks, day)
        before = weeks.at
        weeks.clock(day, hour, draw.randint(0, 58))
        then, weeks.at = weeks.at, before
        studio.until(then)
        weeks.at = max(then, weeks.at + 60_000_000)
        weeks.everyday_sale()
    studio.until(weeks.instant(day, 20))
    before = weeks.at
    weeks.clock(day, 20, 15)
    weeks.at = max(weeks.at, before + 60_000_000)
    for place, desk in enumerate(weeks.tills):
        if day.weekday() in (2, 5):
            drawer.pull_out(weeks.supervisor[place], 10_000, "to the safe")
        shift = shifts.current(desk)
        assert shift is not None
        weeks.later(120, 400)
        counted = shifts.expected_cash(weeks.store.database, shift.id) + WRONG_COUNTS.get((day.day, place), 0)
        shifts.end(desk, _counted(counted))
    weeks.later(60, 120)
    days.close(weeks.manager)
    demo_crew.go(weeks, day)


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
