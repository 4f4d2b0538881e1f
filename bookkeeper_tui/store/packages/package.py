"""A package of sessions as it is read back: what was bought, what is left of it, and until when it may be used."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.dates import days_after, days_between
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store.desk import Desk

OVER = ("used up", "refunded", "returned")
"""What a package is of which nothing is left, in the words of `status`."""
AT_MOST = 500


class Standing(NamedTuple):
    """What of a package its events change."""

    customer_id: int
    expires_on: str
    frozen_since: str
    frozen_until: str
    state: str
    used: int
    recognised: int
    refund_id: int | None


@dataclass(frozen=True, slots=True)
class Package:
    """A package of sessions. Money in minor units; days are ISO dates, empty where there is none.

    `price` is what was paid for it, `tax` the part of it that was tax, `recognised` what became revenue of the rest.
    `expires_on` is its last day, as far as no freeze moves it; `frozen_until` the last day of its freeze. `state` is
    live, lapsed, refunded or returned; `status` says it as of a day.
    """

    id: int
    number: str
    customer_id: int
    product_id: int
    name: str
    service_id: int | None
    sessions: int
    price: int
    tax: int
    sale_id: int
    line_no: int
    starts_on: str
    expires_on: str
    frozen_since: str
    frozen_until: str
    state: str
    used: int
    recognised: int
    refund_id: int | None
    customer_number: str
    customer_name: str
    customer_status: str
    service: str
    sale_number: str
    refund_number: str

    @property
    def net(self) -> int:
        """What was paid less tax: what becomes revenue, or goes back."""
        return self.price - self.tax

    @property
    def remaining(self) -> int:
        """How many sessions are left; none of one that was given back."""
        return self.sessions - self.used if self.state in ("live", "lapsed") else 0

    @property
    def deferred(self) -> int:
        """What stands as a liability to its customer: neither recognised nor given back."""
        return self.net - self.recognised if self.state in ("live", "lapsed") else 0

    @property
    def session_worth(self) -> int:
        """What one session is worth, tax included; the last one takes what is left over."""
        return self.tax_of(1) + self.worth(1)

    @property
    def is_frozen(self) -> bool:
        """Whether a freeze stands on it, even one whose last day is over and which the next day's opening ends."""
        return self.frozen_since != ""

    @property
    def standing(self) -> Standing:
        """What of it the next event may change."""
        return Standing(
            self.customer_id, self.expires_on, self.frozen_since, self.frozen_until, self.state, self.used,
            self.recognised, self.refund_id,
        )  # fmt: skip

    def worth(self, sessions: int) -> int:
        """What the first so many sessions are worth without tax; all of them together what was paid for them."""
        return share(self.net, sessions, self.sessions)

    def tax_of(self, sessions: int) -> int:
        """The tax on the first so many sessions: what they are worth with it is an equal part of the price."""
        if sessions >= self.sessions:
            return self.tax
        each = self.price // self.sessions - self.net // self.sessions
        return min(self.tax, sessions * each)

    def unused(self) -> int:
        """What the sessions that are left come to, tax included: what a refund gives back."""
        return self.price - self.worth(self.used) - self.tax_of(self.used) if self.remaining else 0

    def is_frozen_on(self, day: str) -> bool:
        """Whether a freeze covers a day."""
        return self.is_frozen and self.frozen_since <= day and (not self.frozen_until or day <= self.frozen_until)

    def effective_end(self, today: str) -> str:
        """Its last day if a freeze that stands on it ended today, or on its own last day before; empty for ever."""
        if not self.expires_on or not self.is_frozen:
            return self.expires_on
        return days_after(self.expires_on, days_between(self.frozen_since, self.thawed_on(today)))

    def thawed_on(self, today: str) -> str:
        """The first day after its freeze: today, unless its own last day came before."""
        end = days_after(self.frozen_until, 1) if self.frozen_until else today
        return max(self.frozen_since, min(end, today))

    def status(self, today: str) -> str:
        """Live, not begun, frozen, expired, used up, refunded or returned, as of a day."""
        if self.state in ("refunded", "returned"):
            return self.state
        if self.used >= self.sessions:
            return "used up"
        if self.is_frozen_on(today):
            return "frozen"
        if self.state == "lapsed" or "" < self.effective_end(today) < today:
            return "expired"
        return "not begun" if today < self.starts_on else "live"


def share(amount: int, sessions: int, of: int) -> int:
    """What the first so many of some sessions are of an amount: equal parts, and the last takes what is left over."""
    return amount if sessions >= of else sessions * (amount // of)


def get(desk: Desk, package_id: int) -> Package:
    """A package. Raises BadInput when there is none with this id."""
    return read(desk.require("package.viewed"), package_id)


def of_customer(desk: Desk, customer_id: int) -> list[Package]:
    """A customer's packages: those that can be used first, the soonest ending of them first; then the newest."""
    database = desk.require("package.viewed")
    today = desk.today()
    found = [Package(*row) for row in database.execute_sql(OF_CUSTOMER, (customer_id, AT_MOST))]
    return sorted(found, key=lambda package: package.status(today) != "live")


def frozen_days(desk: Desk, package_id: int) -> int:
    """How many days a package was frozen until today, in all its freezes: its last day moved by as many.

    Raises BadInput when there is none with this id.
    """
    database = desk.require("package.viewed")
    package, today = read(database, package_id), desk.today()
    days, since = 0, ""
    for kind, day, end, end_before in database.execute_sql(FREEZES, (package_id,)):
        if kind == "unfreeze":
            days += days_between(end_before, end) if end else days_between(since, day)
        since = day
    return days + days_between(package.frozen_since, package.thawed_on(today)) if package.is_frozen else days


def usable_for(database: SqliteDatabase, customer_id: int, service_id: int | None, day: str) -> list[Package]:
    """The customer's packages that pay for a session of a service on a day, the soonest ending first.

    None of them is frozen, expired, not begun or used up. For use inside a change, or by who may see packages.
    """
    found = [Package(*row) for row in database.execute_sql(USABLE, (customer_id, service_id))]
    found = [package for package in found if package.status(day) == "live"]
    return sorted(found, key=lambda package: (package.expires_on == "", package.effective_end(day), package.id))


def read(database: SqliteDatabase, package_id: int) -> Package:
    """A package, for use inside a change. Raises BadInput when there is none with this id."""
    values: Any = database.execute_sql(f"{SELECT} WHERE package.id = ?", (package_id,)).fetchone()
    if values is None:
        raise BadInput(f"There is no package {package_id}")
    return Package(*values)


def of_sale(database: SqliteDatabase, sale_id: int) -> list[Package]:
    """The packages that a sale sold, in the order of its lines; inside a change."""
    return [Package(*row) for row in database.execute_sql(f"{SELECT} {OF_SALE}", (sale_id,))]


def named(package: Package) -> str:
    """A package as sentences name it: number and what it is called."""
    return f"{package.number} ({harmless(package.name)})"


SELECT = """
SELECT package.id, package.number, package.customer_id, package.product_id, package.name, package.service_id,
       package.sessions, package.price, package.tax, package.sale_id, package.line_no, package.starts_on,
       package.expires_on, package.frozen_since, package.frozen_until, package.state, package.used, package.recognised,
       package.refund_id, customer.number, customer.name, customer.status, COALESCE(service.name, ''), sale.number,
       COALESCE(refund.number, '')
FROM package JOIN customer ON customer.id = package.customer_id JOIN sale ON sale.id = package.sale_id
LEFT JOIN service ON service.id = package.service_id LEFT JOIN sale AS refund ON refund.id = package.refund_id
"""
OF_CUSTOMER = f"""{SELECT}
WHERE package.customer_id = ?
ORDER BY package.state <> 'live' OR package.used >= package.sessions,
         CASE WHEN package.state = 'live' AND package.used < package.sessions
              THEN CASE package.expires_on WHEN '' THEN '9999' ELSE package.expires_on END ELSE '' END,
         package.id DESC LIMIT ?
"""
USABLE = f"""{SELECT}
WHERE package.customer_id = ? AND package.state = 'live' AND package.used < package.sessions
  AND (package.service_id IS NULL OR package.service_id = ?)
"""
FREEZES = """
SELECT kind, business_date, expires_on, end_before FROM (
    SELECT id, kind, business_date, expires_on, LAG(expires_on) OVER (ORDER BY id) AS end_before
    FROM package_event WHERE package_id = ?
) AS event WHERE kind IN ('freeze', 'unfreeze') ORDER BY id
"""
OF_SALE = "WHERE package.sale_id = ? ORDER BY package.line_no"
