"""What matters now about a customer: the few things a cashier should know before the first word is spoken."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from bookkeeper_tui.dates import days_between
from bookkeeper_tui.formats import Conventions, harmless, local_time
from bookkeeper_tui.store import customer_accounts, customer_rows, store_credit
from bookkeeper_tui.store.consent_wordings import channel_name
from bookkeeper_tui.store.consents import Asking
from bookkeeper_tui.store.customer_accounts import CustomerAccount
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.customers import Customer
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.gone import ERASED
from bookkeeper_tui.store.loyalty import LoyaltyGlance
from bookkeeper_tui.store.membership_rows import Membership
from bookkeeper_tui.store.packages import Package
from bookkeeper_tui.store.standing_services import ServicesGlance
from bookkeeper_tui.store.timers import MINUTE_US, Timer

BIRTHDAY_DAYS = 7
CODE_DAYS = 14
POINTS_DAYS = 14
PACKAGE_DAYS = 14
GONE_DAYS = 30
"""How long after its end a package with sessions left, or a membership, is still spoken of."""


class Matter(NamedTuple):
    """One thing: its kind, and a few words; `pressing` where something should be done about it."""

    kind: str
    words: str
    pressing: bool = False


class OpenLayaway(NamedTuple):
    """Goods that are set aside for somebody: the layaway's number and the ISO date by which they are to be paid."""

    number: str
    due: str


@dataclass(frozen=True, slots=True)
class Money:
    """How somebody stands with the shop: their account, store credit (minor units), and what is set aside for them."""

    account: CustomerAccount
    credit: int
    layaways: tuple[OpenLayaway, ...]


def money_of(desk: Desk, customer_id: int) -> Money:
    """How a customer stands with the shop now; layaways that are open, the first due first."""
    database = desk.require("account.viewed")
    layaways = database.execute_sql(OPEN_LAYAWAYS, (customer_id,)).fetchall()
    return Money(
        customer_accounts.read(database, customer_id),
        store_credit.balance(database, customer_id),
        tuple(OpenLayaway(*row) for row in layaways),
    )


def birthday_in(desk: Desk, customer_id: int) -> int | None:
    """Days until a customer's birthday when it is near, else None: what everybody at the till may know of it."""
    born = customer_rows.born(desk.require("customer.viewed"), customer_id)
    days = days_to_birthday(born, date.fromisoformat(desk.today()))
    return days if days is not None and days <= BIRTHDAY_DAYS else None


def matters(
    customer: Customer,
    *,
    today: date,
    owes: int,
    asking: Asking | None,
    pinned: Iterable[str],
    conventions: Conventions,
    money: Money | None = None,
    points: LoyaltyGlance | None = None,
    services: ServicesGlance | None = None,
    birthday: int | None = None,
) -> list[Matter]:
    """What matters today (the shop's own date), the most pressing first.

    `owes` is minor units; `asking` the consent that was never asked for, None when all was; `pinned` the texts of
    pinned notes. A code is in force through its last day. `money` and `points` are None to those who may not see them,
    `services` where none are sold. `birthday` is `birthday_in`, for those who may not see dates of birth.
    """
    found = []
    if customer.gone:
        return [Matter("gone", "erased: only amounts are kept" if customer.gone == ERASED else "merged", True)]
    if customer.status == "inactive":
        found.append(Matter("inactive", "inactive", True))
    if owes > 0:
        found.append(Matter("owes", f"owes {conventions.amount(owes)}", True))
    if owes < 0:
        found.append(Matter("credit", f"has {conventions.amount(-owes)} to the good"))
    found += _services(services, conventions)
    found += _account(money, conventions)
    found += _layaways(money, today, conventions)
    found += [Matter("note", text) for text in pinned]
    found += _points(points, today, conventions)
    found += _birthday(birthday if birthday is not None else days_to_birthday(customer.born, today))
    found += _code(customer.discount_code, customer.discount_until, today, conventions)
    return [*found, *_unasked(asking, customer, conventions)]


def days_to_birthday(born: str, today: date) -> int | None:
    """Days until the next birthday, 0 on the day itself; None when it is not known. 29 February falls on 1 March."""
    try:
        month, day = int(born[-5:-3]), int(born[-2:])
        return min(
            (moment - today).days
            for year in (today.year, today.year + 1)
            if (moment := _day_of(year, month, day)) >= today
        )
    except ValueError:
        return None


def _day_of(year: int, month: int, day: int) -> date:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return date(year, 3, 1) if (month, day) == (2, 29) and not leap else date(year, month, day)


def _birthday(days: int | None) -> list[Matter]:
    if days is None or days > BIRTHDAY_DAYS:
        return []
    return [Matter("birthday", "birthday today" if days == 0 else f"birthday {_in_days(days)}")]


def _code(code: str, until: str, today: date, conventions: Conventions) -> list[Matter]:
    if not code or not until:
        return []
    try:
        days = (date.fromisoformat(until) - today).days
    except ValueError:
        return []
    if days < 0:
        return [Matter("code", f"code ended {conventions.date(until)}", True)]
    if days > CODE_DAYS:
        return []
    return [Matter("code", "code ends today" if days == 0 else f"code ends {_in_days(days)}", True)]


def _unasked(asking: Asking | None, customer: Customer, conventions: Conventions) -> list[Matter]:
    """What to ask leave for, and the words to read out; nobody is asked for all walk-ins, or of who comes no more."""
    if asking is None or customer.id == WALK_IN_ID or customer.status == "inactive":
        return []
    channels = ", ".join(map(channel_name, asking.channels))
    quotes = '""' if conventions.ascii else "“”"
    words = f"{quotes[0]}{asking.wording.text}{quotes[1]}"
    return [Matter("consent", f"ask about {harmless(asking.purpose.label)} by {channels}: {words}", True)]


def _account(money: Money | None, conventions: Conventions) -> list[Matter]:
    if money is None:
        return []
    account = money.account
    if account.status in ("hold", "closed"):
        state = "on hold" if account.status == "hold" else "closed"
        return [Matter("account", f"account {state}: it takes payments, no charges", True)]
    if account.status == "active" and account.owes > account.credit_limit:
        over = conventions.amount(account.owes - account.credit_limit)
        return [Matter("account", f"{over} over the limit", True)]
    return []


def _layaways(money: Money | None, today: date, conventions: Conventions) -> list[Matter]:
    return [
        Matter("layaway", f"layaway {layaway.number} overdue since {conventions.date(layaway.due)}", True)
        for layaway in (money.layaways if money is not None else ())
        if layaway.due < today.isoformat()
    ]


def _points(points: LoyaltyGlance | None, today: date, conventions: Conventions) -> list[Matter]:
    if points is None:
        return []
    if points.balance < 0:
        return [Matter("points", f"owes {conventions.count(-points.balance)} points: the next sales pay them back")]
    if points.expiring is None:
        return []
    count, last_day = points.expiring
    if (date.fromisoformat(last_day) - today).days > POINTS_DAYS:
        return []
    return [Matter("points", f"{conventions.count(count)} points expire after {conventions.date(last_day)}")]


def _services(services: ServicesGlance | None, conventions: Conventions) -> list[Matter]:
    if services is None:
        return []
    found = [_session(timer, services) for timer in services.timers]
    for booked in services.bookings:
        time = f"{local_time(booked.starts, services.time_zone):%H:%M}"
        with_whom = f" with {booked.trainer}" if booked.trainer else ""
        if booked.state == "checked in":
            found.append(Matter("booking", f"here for {booked.service} at {time}{with_whom}"))
        elif booked.starts < services.at:
            found.append(Matter("booking", f"booked today {time}: {booked.service}{with_whom}; done or no-show?", True))
        else:
            found.append(Matter("booking", f"booked today {time}: {booked.service}{with_whom}"))
    for offer in services.offers:
        at = conventions.instant(offer.starts, services.time_zone)
        found.append(Matter("offer", f"is offered {offer.service} on {at}", True))
    found += [Matter("card", f"card of {card.member} reported lost", True) for card in services.lost_cards]
    for package in services.packages:
        found += _package(package, services.today, conventions)
    for membership in services.memberships:
        found += _membership(membership, services.today, conventions)
    return found


def _session(timer: Timer, services: ServicesGlance) -> Matter:
    what, left = timer.service or "a session", timer.left(services.at)
    if timer.is_paused:
        return Matter("session", f"{what} paused, {max(0, -(-left // MINUTE_US))} min left")
    ends = f"{local_time(timer.ends_at, services.time_zone):%H:%M}"
    if left <= 0:
        return Matter("session", f"{what} under way, over since {ends}", True)
    return Matter("session", f"{what} under way until {ends}")


def _package(package: Package, today: str, conventions: Conventions) -> list[Matter]:
    status, end = package.status(today), package.effective_end(today)
    left = "1 session" if package.remaining == 1 else f"{package.remaining} sessions"
    if status == "frozen":
        until = f" until {conventions.date(package.frozen_until)}" if package.frozen_until else ""
        return [Matter("package", f"{package.name} is frozen{until}")]
    days = days_between(today, end) if end else None
    if status == "expired" and days is not None:
        words = f"{package.name} expired {conventions.date(end)} with {left} left"
        return [Matter("package", words, True)] if days >= -GONE_DAYS else []
    if status == "live" and days is not None and days <= PACKAGE_DAYS:
        return [Matter("package", f"{package.name} {_ends(days)}, {left} left", True)]
    if status == "live" and package.remaining == 1:
        return [Matter("package", f"{package.name}: 1 session left", True)]
    return []


def _membership(membership: Membership, today: str, conventions: Conventions) -> list[Matter]:
    status = membership.status(today)
    if status == "frozen":
        until = f" until {conventions.date(membership.frozen_until)}" if membership.frozen_until else ""
        return [Matter("membership", f"{membership.name} is frozen{until}")]
    days = days_between(today, membership.until)
    if status == "expired" and days >= -GONE_DAYS:
        return [Matter("membership", f"{membership.name} expired {conventions.date(membership.until)}", True)]
    return [Matter("membership", f"{membership.name} {_ends(days)}", True)] if membership.is_ending(today) else []


def _ends(days: int) -> str:
    return "ends today" if days == 0 else f"ends {_in_days(days)}"


def _in_days(days: int) -> str:
    return "tomorrow" if days == 1 else f"in {days} days"


OPEN_LAYAWAYS = "SELECT number, due FROM layaway WHERE customer_id = ? AND state = 'open' ORDER BY due, id"
