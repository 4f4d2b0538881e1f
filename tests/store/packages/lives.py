"""Random lives of packages: sold, used, frozen, given away, refunded and lapsed, in any order, over a moving clock.

A life is a list of deeds. Each is chosen with a number from which it draws whom, what and how much; what the shop
refuses in one sentence is refused, and anything else that goes wrong is a fault. How many sessions are used is counted
here once more, from what was asked and answered alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from bookkeeper_tui.dates import days_after, days_between
from bookkeeper_tui.errors import BookkeeperError
from bookkeeper_tui.formats import business_date
from bookkeeper_tui.store import (
    attaching,
    baskets,
    bookings,
    customers,
    days,
    layaways,
    loyalty,
    package_plans,
    packages,
    proof,
    returns,
    shifts,
    tax_rates,
    till,
)
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.packages import Package, usage
from bookkeeper_tui.store.till import Tendered

HOUR_US = 3600 * 1_000_000
MINUTE_US = 60 * 1_000_000
CODES = ("TEN", "THREE", "ONE", "SEVEN", "100")


@dataclass
class Life:
    """Two tills of one shop, its clock (microseconds UTC), and how many deeds were done and refused.

    `used` is how many sessions were used of each package, `seen` how each stood when faults were last looked for.
    """

    tills: tuple[Desk, ...]
    customers: tuple[int, ...]
    at: int
    used: dict[int, int] = field(default_factory=dict)
    seen: dict[int, Package] = field(default_factory=dict)
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
        rows = desk.database.execute_sql(f"SELECT id FROM {table} WHERE {test} ORDER BY id").fetchall()
        if not rows:
            raise BookkeeperError(f"There is no {table}")
        return int(draw.choice(rows)[0])

    def package(self, desk: Desk, draw: Random) -> Package:
        """Some package: mostly one that is live."""
        test = "state = 'live' AND used < sessions" if draw.random() < 0.7 else "1"
        return packages.get(desk, self.one_of(desk, "package", draw, test))

    def add(self, package_id: int, sessions: int) -> None:
        """Counts what was used, or given back."""
        self.used[package_id] = self.used.get(package_id, 0) + sessions

    def today(self, desk: Desk) -> str:
        """The shop's date."""
        return business_date(self.at, desk.store.shop.time_zone)


def _ring(life: Life, draw: Random, desk: Desk) -> baskets.Basket:
    basket = baskets.start(desk, draw.choice((*life.customers, 1)))
    for _ in range(draw.randint(1, 3)):
        price = draw.choice((0, 1, 7, 999, 10_001)) if draw.random() < 0.3 else None
        many = draw.choice(("", "", "2*"))
        basket = baskets.ring(desk, basket.id, f"{many}{draw.choice(CODES)}", price=price)
    if draw.random() < 0.3:
        line = draw.choice(basket.lines)
        basket = baskets.discount_line(desk, basket.id, line.line_no, percent=draw.choice((1000, 33_333, 100_000)))
    if draw.random() < 0.2:
        basket = baskets.set_quantity(desk, basket.id, draw.choice(basket.lines).line_no, draw.choice((1000, 2000)))
    if draw.random() < 0.2:
        basket = baskets.type_code(desk, basket.id, draw.choice(("SPRING", "MINUS3")))
    return basket


def sell(life: Life, draw: Random, desk: Desk) -> None:
    """Sells packages and goods, paid in some way."""
    basket = _ring(life, draw, desk)
    tenders, left = list[Tendered](), basket.total
    if basket.customer_id != 1:
        points = min(loyalty.available(desk.database, basket.customer_id), left // 3)
        if points and draw.random() < 0.4:
            tenders.append(Tendered("points", loyalty.value_of(desk.database, points), points=points))
        rest = left - sum(tender.amount for tender in tenders)
        if rest > 0 and draw.random() < 0.3:
            tenders.append(Tendered("account", draw.randint(1, rest)))
    rest = left - sum(tender.amount for tender in tenders)
    if rest > 0 and draw.random() < 0.4:
        tenders.append(Tendered("card", draw.randint(1, rest), "1234"))
    rest = left - sum(tender.amount for tender in tenders)
    if rest > 0 or not tenders:
        tenders.append(Tendered("cash", rest + 5))
    till.pay(desk, basket.id, tenders)


def lay_away(life: Life, draw: Random, desk: Desk) -> None:
    """Sets a package aside and hands one over."""
    if draw.random() < 0.5:
        basket = _ring(life, draw, desk)
        layaways.open_layaway(desk, basket.id, due="2099-12-31", deposit=basket.total)
    else:
        layaways.pick_up(desk, life.one_of(desk, "layaway", draw, "state = 'open'"))


def use(life: Life, draw: Random, desk: Desk) -> None:
    """Uses sessions, with somebody or nobody, today or before, forced or not."""
    package, sessions = life.package(desk, draw), draw.choice((1, 1, 1, 2, 4))
    earlier = draw.choice((None, None, life.at - 30 * HOUR_US))
    packages.use(
        desk, package.id, sessions, trainer_id=draw.choice((None, 1, 2, 3)),
        resource_id=draw.choice((None, None, 3, 1)), service_id=draw.choice((None, None, 1, 2)), at=earlier,
        force=draw.random() < 0.3,
    )  # fmt: skip
    life.add(package.id, sessions)


def deduct(life: Life, draw: Random, desk: Desk) -> None:
    """Takes sessions off by hand."""
    package, sessions = life.package(desk, draw), draw.randint(0, 3)
    packages.deduct(desk, package.id, sessions, "forgotten", force=draw.random() < 0.2)
    life.add(package.id, sessions)


def restore(life: Life, draw: Random, desk: Desk) -> None:
    """Gives some event back, if it is a use."""
    test = "sessions > 0" if draw.random() < 0.8 else "1"
    event = usage.get(desk, life.one_of(desk, "package_event", draw, test))
    packages.restore(desk, event.id, "a slip")
    life.add(event.package_id, -event.sessions)


def change(life: Life, draw: Random, desk: Desk) -> None:
    """Says something of a use anew."""
    event = usage.get(desk, life.one_of(desk, "package_event", draw, "sessions > 0"))
    packages.change_use(
        desk, event.id, trainer_id=draw.choice((None, 1, 2)), resource_id=event.resource_id,
        service_id=event.service_id, at=event.at - draw.choice((0, HOUR_US)), remarks=draw.choice(("", "later")),
    )  # fmt: skip


def book(life: Life, draw: Random, desk: Desk) -> None:
    """A booking is made, now or for later."""
    starts = life.at // MINUTE_US * MINUTE_US + draw.randint(1, 40) * HOUR_US
    package_id = life.package(desk, draw).id if draw.random() < 0.4 else None
    bookings.book(desk, draw.choice(life.customers), draw.choice((1, 2)), starts, package_id=package_id)


def attend(life: Life, draw: Random, desk: Desk) -> None:
    """A booking is done, cancelled, not come to, or put back; what it uses or gives back is read from the log."""
    booking_id = life.one_of(desk, "booking", draw)
    before = _used_by(desk, booking_id)
    way = draw.choice((bookings.check_in, bookings.cancel, bookings.no_show, bookings.put_back, bookings.done))
    way(desk, booking_id)
    after = _used_by(desk, booking_id)
    for package_id in before.keys() | after.keys():
        life.add(package_id, after.get(package_id, 0) - before.get(package_id, 0))


def _used_by(desk: Desk, booking_id: int) -> dict[int, int]:
    sql = "SELECT package_id, SUM(sessions) FROM package_event WHERE booking_id = ? GROUP BY package_id"
    return dict(desk.database.execute_sql(sql, (booking_id,)).fetchall())


def freeze(life: Life, draw: Random, desk: Desk) -> None:
    """Freezes a package, until some day or for good, or ends its freeze."""
    package = life.package(desk, draw)
    if package.is_frozen and draw.random() < 0.7:
        packages.unfreeze(desk, package.id)
    else:
        until = draw.choice(("", days_after(life.today(desk), draw.randint(-1, 20))))
        packages.freeze(desk, package.id, until, "on holiday")


def extend(life: Life, draw: Random, desk: Desk) -> None:
    """Gives a package a later last day."""
    package = life.package(desk, draw)
    last = days_after(package.expires_on or life.today(desk), draw.choice((-3, 5, 40)))
    packages.extend(desk, package.id, draw.choice((last, last, "")), "was ill")


def transfer(life: Life, draw: Random, desk: Desk) -> None:
    """Gives a package to somebody."""
    packages.transfer(desk, life.package(desk, draw).id, draw.choice(life.customers), "a gift")


def refund(life: Life, draw: Random, desk: Desk) -> None:
    """Refunds a package."""
    package, tender = life.package(desk, draw), draw.choice(("cash", "card", "store credit", "account"))
    found = packages.refund_preview(desk, package.id)
    sale_id = packages.refund(desk, package.id, tender, "1234", "moves away")
    total = desk.database.execute_sql("SELECT -total FROM sale WHERE id = ?", (sale_id,)).fetchone()[0]
    assert total == found.amount == found.due + found.by_points


def give_back(life: Life, draw: Random, desk: Desk) -> None:
    """Returns a line of some sale."""
    sale_id = life.one_of(desk, "sale", draw, "kind = 'sale'")
    line = draw.choice(returns.returnable(desk, sale_id))
    returns.give_back(desk, sale_id, {line.line_no: draw.choice((line.left, line.left, 500))})


def void(life: Life, draw: Random, desk: Desk) -> None:
    """Voids some sale of a shift that is open."""
    returns.void(desk, life.one_of(desk, "sale", draw, "shift_id IN (SELECT id FROM shift WHERE closed_at IS NULL)"))


def attach(life: Life, draw: Random, desk: Desk) -> None:
    """Moves some sale to some customer, often one that was just sold."""
    if draw.random() < 0.5:
        sell(life, draw, desk)
    newest = "id > (SELECT MAX(id) - 3 FROM sale) AND kind = 'sale'"
    attaching.attach(desk, life.one_of(desk, "sale", draw, newest), draw.choice((*life.customers, 1)), "forgot to say")


def edit(life: Life, draw: Random, desk: Desk) -> None:
    """A manager changes what an article gives, or a customer goes, comes back or pays no tax."""
    customer = draw.choice(life.customers)
    if draw.random() < 0.3:
        customers.set_status(desk, customer, draw.choice(("active", "active", "inactive")))
        return
    if draw.random() < 0.3:
        tax_rates.exempt(desk, customer, "lives abroad")
        return
    product_id = life.one_of(desk, "product", draw, "sku IN ('SEVEN', 'THREE')")
    if draw.random() < 0.3:
        package_plans.remove_plan(desk, product_id)
    else:
        package_plans.set_plan(desk, product_id, draw.randint(1, 9), draw.choice((0, 3, 30)), draw.choice((None, 1)))


def begin_day(life: Life, draw: Random, desk: Desk) -> None:
    """The day is opened: freezes end, packages lapse."""
    days.open(desk)


def move_clock(life: Life, draw: Random, desk: Desk) -> None:
    """Hours pass, or the clock is set back."""
    life.at += draw.choice((-1, 1, 1, 5)) * HOUR_US


def next_day(life: Life, draw: Random, desk: Desk) -> None:
    """Both shifts end, the day is closed, and another begins, tomorrow or weeks later."""
    for till_desk in life.tills:
        shift = shifts.current(till_desk)
        if shift is not None:
            shifts.end(till_desk, {1: max(0, shifts.expected_cash(desk.database, shift.id))})
    days.close(desk)
    life.at += 24 * HOUR_US * draw.choice((1, 1, 2, 7, 31))
    if draw.random() < 0.6:
        days.open(desk)
    for till_desk in life.tills:
        shifts.open_shift(till_desk, 10_000)


DEEDS: dict[str, Callable[[Life, Random, Desk], None]] = {
    "sell": sell, "sell again": sell, "lay away": lay_away, "use": use, "use again": use, "use more": use,
    "deduct": deduct, "restore": restore, "change": change, "book": book, "book again": book, "attend": attend,
    "attend again": attend, "freeze": freeze, "extend": extend, "transfer": transfer, "refund": refund,
    "return": give_back, "void": void, "attach": attach, "edit": edit, "begin day": begin_day,
    "move clock": move_clock, "next day": next_day,
}  # fmt: skip


def faults(life: Life) -> list[str]:
    """What does not hold now of any package, or of anything else that `bookkeeper verify` looks at in the tables."""
    desk = life.tills[0]
    found, deferred = list[str](), dict[int, int]()
    for (package_id,) in desk.database.execute_sql("SELECT id FROM package").fetchall():
        package = packages.get(desk, package_id)
        found += _faults_of(desk, package, life.used.get(package_id, 0))
        found += _thawed_wrong(desk, life.seen.get(package_id), package)
        life.seen[package_id] = package
        deferred[package.customer_id] = deferred.get(package.customer_id, 0) + package.deferred
    prepaid = dict(desk.database.execute_sql(PREPAID).fetchall())
    if {one: amount for one, amount in deferred.items() if amount} != prepaid:
        found.append(f"prepaid is {prepaid}, deferred is {deferred}")
    for name, _, failing in proof.SET_CHECKS:
        found += [f"{name}: {row[0]}" for row in desk.database.execute_sql(failing).fetchall()]
    return found


def _faults_of(desk: Desk, package: Package, used: int) -> list[str]:
    found = []
    if package.used != used or not 0 <= used <= package.sessions:
        found.append(f"{package.number}: {package.used} of {package.sessions} used, but {used} were")
    back = 0
    if package.refund_id is not None:
        sql = "SELECT tax - total FROM sale WHERE id = ?"
        back = desk.database.execute_sql(sql, (package.refund_id,)).fetchone()[0]
    elif package.state == "returned":
        back = package.net
    if package.recognised + package.deferred + back != package.price - package.tax:
        found.append(f"{package.number}: {package.recognised} + {package.deferred} + {back} is not {package.net}")
    entries = "SELECT COALESCE(SUM(recognised), 0) FROM package_event WHERE package_id = ?"
    if desk.database.execute_sql(entries, (package.id,)).fetchone()[0] != package.recognised:
        found.append(f"{package.number}: {package.recognised} is not what its events recognised")
    return found


def _thawed_wrong(desk: Desk, before: Package | None, package: Package) -> list[str]:
    """A freeze that ended since moved the last day by its days: not by those after its own last day."""
    if before is None or before.frozen_since in ("", package.frozen_since) or package.refund_id is not None:
        return []
    sql = "SELECT MAX(business_date) FROM package_event WHERE package_id = ? AND kind = 'unfreeze' AND id > ?"
    newest = "SELECT MAX(id) FROM package_event WHERE package_id = ? AND kind = 'freeze' AND business_date = ?"
    (froze,) = desk.database.execute_sql(newest, (package.id, before.frozen_since)).fetchone()
    (thawed,) = desk.database.execute_sql(sql, (package.id, froze)).fetchone()
    if before.frozen_until:
        thawed = min(thawed, days_after(before.frozen_until, 1))
    days = max(0, days_between(before.frozen_since, thawed))
    expected = before.expires_on and days_after(before.expires_on, days)
    return (
        [] if package.expires_on == expected else [f"{package.number}: good until {package.expires_on}, not {expected}"]
    )


PREPAID = """
SELECT customer_id, -SUM(posting.amount) FROM posting JOIN account ON account.id = posting.account_id
WHERE account.name = 'Liabilities:Prepaid-Packages' GROUP BY customer_id HAVING SUM(posting.amount) <> 0
"""
