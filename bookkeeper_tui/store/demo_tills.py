"""The demo shop's two tills: who stands at them, by what clock, and how an everyday sale is drawn and rung up."""

from datetime import date, datetime
from random import Random
from typing import NamedTuple

from bookkeeper_tui.formats import instant_of
from bookkeeper_tui.store import baskets, customers, loyalty, sign_in, till
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.desk import Actor, Approval, Desk
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.permissions import NOBODY
from bookkeeper_tui.store.till import Paid, Tendered

TERMINALS = ("till-1", "till-2")


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
        self.at = self.instant(day, hour, minute)

    def instant(self, day: date, hour: int, minute: int = 0) -> int:
        """A time of the shop's day, in microseconds UTC."""
        return instant_of(datetime(day.year, day.month, day.day, hour, minute), self.store.shop.time_zone)

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
