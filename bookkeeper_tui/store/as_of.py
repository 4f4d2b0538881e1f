"""A customer as they stood at the end of a past day: only what was known and posted by then, and read only.

Figures come from what is dated or was written down by then; contact data by undoing the log of changes since; what
became another customer's since is still whose it was.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.dates import day_bounds
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store import (
    audit,
    consents,
    customers,
    interests,
    ledger,
    preferences,
    sight,
    statements,
    tiers,
)
from bookkeeper_tui.store.consent_wordings import CHANNELS
from bookkeeper_tui.store.customer_fields import LABELS
from bookkeeper_tui.store.customer_rows import must_read
from bookkeeper_tui.store.desk import Desk

MOST_ROWS = 200
_NEVER = 1 << 62


class AsOfRow(NamedTuple):
    """A line of a section: what it is and a word more, with a text, or an amount in minor units, or how many."""

    what: str
    detail: str = ""
    text: str = ""
    amount: int | None = None
    many: int | None = None


class Section(NamedTuple):
    """What stood on a tab, by the tab's name; `title` is how it is called."""

    tab: str
    title: str
    rows: tuple[AsOfRow, ...]


@dataclass(frozen=True, slots=True)
class PastProfile:
    """A customer as of the end of an ISO date. `texts` are the fields of the form, as the desk may see them.

    `is_known` says whether they were a customer by then: if not, nothing is told.
    """

    customer_id: int
    number: str
    name: str
    status: str
    date: str
    is_known: bool
    texts: dict[str, str]
    sections: tuple[Section, ...]

    def section(self, tab: str) -> tuple[AsOfRow, ...]:
        """The rows of a tab; none where it had nothing, or the desk may not see it."""
        return next((section.rows for section in self.sections if section.tab == tab), ())


class _Then(NamedTuple):
    """Whose past, and when: the date, and the last instant of it in microseconds UTC."""

    desk: Desk
    database: SqliteDatabase
    customer_id: int
    date: str
    at: int


def as_of(desk: Desk, customer_id: int, date: str) -> PastProfile:
    """A customer as they stood at the end of a business date (ISO).

    Raises BadInput when there is no such customer, and for a date that is none or has not come.
    """
    database = desk.require("customer.viewed")
    day = tiers.check_date(date).isoformat()
    if day > desk.today():
        raise BadInput(f"{desk.store.conventions.date(day)} has not come: choose a day that has")
    customer = must_read(database, customer_id)
    then = _Then(desk, database, customer_id, day, day_bounds(day, desk.store.shop.time_zone)[1] - 1)
    has_past = database.execute_sql(HAS_PAST, {"customer": customer_id, "date": day}).fetchone()[0]
    if customer.created_at > then.at and not has_past:
        return PastProfile(customer_id, customer.number, customer.name, "", day, False, {}, ())
    texts, status = _fields_then(then)
    shown = {name: sight.text(desk, name, text) for name, text in texts.items()}
    sections = (
        Section(tab, title, tuple(rows(then, shown)))
        for tab, (title, permission, rows) in _SECTIONS.items()
        if desk.may(permission)
    )
    return PastProfile(
        customer_id,
        customer.number,
        texts["name"],
        status,
        day,
        True,
        shown,
        tuple(one for one in sections if one.rows),
    )


def _fields_then(then: _Then) -> tuple[dict[str, str], str]:
    """The fields and the status as they were: what the log says of changes since, undone one by one."""
    customer = must_read(then.database, then.customer_id)
    texts, before = customers.texts(customer), None
    # What the first change of the status since then changed is what it was.
    statuses = [(customer.status, _NEVER)]
    statuses += then.database.execute_sql(STATUS_BEFORE, {"customer": then.customer_id, "at": then.at}).fetchall()
    while rows := audit.rows_before(
        then.database, before=before, customer_id=then.customer_id, action="customer.", since=then.at + 1, limit=200
    ):
        for row in rows:
            for name, values in (row.personal or {}).items():
                old = values[0] if isinstance(values, list) and values else ""
                if row.action == "customer.edited" and name in texts:
                    texts[name] = str(old or "")
                elif row.action == "customer.status" and name == "status":
                    statuses.append((str(old), row.at))
        before = rows[-1].seq
    return texts, min(statuses, key=lambda one: one[1])[0]


def _profile(then: _Then, texts: dict[str, str]) -> Iterator[AsOfRow]:
    for name, text in texts.items():
        if text and not name.startswith(("billing_", "delivery_")):
            yield AsOfRow(LABELS[name], text=text)


def _addresses(then: _Then, texts: dict[str, str]) -> Iterator[AsOfRow]:
    for name, text in texts.items():
        if text and name.startswith(("billing_", "delivery_")):
            yield AsOfRow(LABELS[name], text=text)


def _figures(then: _Then, texts: dict[str, str]) -> Iterator[AsOfRow]:
    visits, spend, first, last = _sold(then)
    yield AsOfRow("Visits", many=visits)
    yield AsOfRow("Spend", amount=spend)
    for what, date in (("First visit", first), ("Last visit", last)):
        if date:
            yield AsOfRow(what, text=then.desk.store.conventions.date(date))


def _sold(then: _Then) -> tuple[int, int, str, str]:
    """Visits, spend, first and last date of the sales that were theirs then."""
    row = then.database.execute_sql(SOLD.format(whose=_whose(then, "sale")), _wanted(then, "sale")).fetchone()
    return (int(row[0]), int(row[1]), row[2], row[3])


def _account(then: _Then, texts: dict[str, str]) -> Iterator[AsOfRow]:
    aging = statements.read_aging(then.database, then.customer_id, then.date)
    yield AsOfRow("Owed", amount=aging.balance)
    for name, amount in aging.buckets:
        if amount:
            yield AsOfRow("Due", name, amount=amount)
    for account, words in ((ledger.STORE_CREDIT, "Store credit"), (ledger.LAYAWAY_DEPOSITS, "Layaway deposits")):
        values = (then.customer_id, account, then.date)
        if amount := -then.database.execute_sql(BALANCE, values).fetchone()[0]:
            yield AsOfRow(words, amount=amount)


def _loyalty(then: _Then, texts: dict[str, str]) -> Iterator[AsOfRow]:
    (points,) = then.database.execute_sql(POINTS, (then.customer_id, then.date)).fetchone()
    yield AsOfRow("Points", many=points)
    if tier := _tier(then):
        yield AsOfRow("Tier", text=tier)
    for remaining, expires_on in then.database.execute_sql(LOTS, (then.customer_id, then.date, MOST_ROWS)):
        words = f"last day {then.desk.store.conventions.date(expires_on)}" if expires_on else "for ever"
        yield AsOfRow("Lot", words, many=remaining)


def _tier(then: _Then) -> str:
    """The tier then: what the first change since went from, else the one they have."""
    row = then.database.execute_sql(TIER_CHANGED, (then.customer_id, then.at)).fetchone()
    return str(row[0]) if row else tiers.tier_of(then.database, then.customer_id)


def _packages(then: _Then, texts: dict[str, str]) -> Iterator[AsOfRow]:
    wanted = {"customer": then.customer_id, "at": then.at, "limit": MOST_ROWS}
    for number, name, left, of, expires_on in then.database.execute_sql(PACKAGES, wanted):
        until = f"until {then.desk.store.conventions.date(expires_on)}" if expires_on else "for ever"
        yield AsOfRow(f"{number} {harmless(name)}", until, text=f"{left} of {of} left")


def _layaways(then: _Then, texts: dict[str, str]) -> Iterator[AsOfRow]:
    for number, state, paid, total in _owned(then, "layaway", LAYAWAYS):
        outstanding = total - paid if state == "open" else 0
        yield AsOfRow(number, f"{state}, outstanding", amount=outstanding)


def _reservations(then: _Then, texts: dict[str, str]) -> Iterator[AsOfRow]:
    zone, conventions = then.desk.store.shop.time_zone, then.desk.store.conventions
    for number, service, starts, state in _owned(then, "booking", BOOKINGS):
        yield AsOfRow(f"{number} {harmless(service)}", conventions.instant(starts, zone), text=state)


def _members(then: _Then, texts: dict[str, str]) -> Iterator[AsOfRow]:
    for number, name, until in _owned(then, "membership", MEMBERSHIPS):
        yield AsOfRow(f"{number} {harmless(name)}", text=f"until {then.desk.store.conventions.date(until)}")


def _marketing(then: _Then, texts: dict[str, str]) -> Iterator[AsOfRow]:
    for one in consents.standing(then.desk, then.customer_id, at=then.at):
        channel = CHANNELS.get(one.channel, one.channel)
        yield AsOfRow("Consent", f"{one.purpose.label}, {channel}", text=one.state)
    said = preferences.as_of(then.desk, then.customer_id, then.at)
    for what, text in (
        ("Channel", said.channel), ("How often", said.frequency), ("Quiet hours", preferences.quiet_hours(said)),
    ):  # fmt: skip
        if text:
            yield AsOfRow("Preference", what, text=text)


def _measurements(then: _Then, texts: dict[str, str]) -> Iterator[AsOfRow]:
    for name, unit, decimals, sensitive, value in _owned(then, "measurement", MEASUREMENTS):
        hidden = sensitive and not then.desk.may(sight.MEASUREMENTS)
        shown = sight.HIDDEN if hidden else f"{value / 1000:.{decimals}f} {unit}".strip()
        yield AsOfRow(harmless(name), text=shown)


def _interests(then: _Then, texts: dict[str, str]) -> Iterator[AsOfRow]:
    for name, level in _owned(then, "interest", INTERESTS):
        yield AsOfRow(harmless(name), text=interests.LEVELS[level])


def _notes(then: _Then, texts: dict[str, str]) -> Iterator[AsOfRow]:
    conventions = then.desk.store.conventions
    for text, sensitive, at, who in _owned(then, "note", NOTES):
        hidden = sensitive and not then.desk.may(sight.NOTES)
        words = sight.HIDDEN_NOTE if hidden else " ".join(harmless(text).split())
        yield AsOfRow(conventions.instant(at, then.desk.store.shop.time_zone), harmless(who), text=words)


def _owned(then: _Then, kind: str, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a kind that were theirs then."""
    found = then.database.execute_sql(sql.format(whose=_whose(then, kind)), _wanted(then, kind) | {"limit": MOST_ROWS})
    return [tuple(row) for row in found]


def _whose(then: _Then, kind: str) -> str:
    """A test of rows that were theirs then: who gave a row away first since then, by a merge or else, had it then."""
    since = then.database.execute_sql(GIVEN_SINCE, _wanted(then, kind)).fetchall()
    others = ", ".join(str(row_id) for row_id, giver, _ in since if giver != then.customer_id)
    theirs = ", ".join(str(row_id) for row_id, giver, _ in since if giver == then.customer_id)
    return f"({kind}.customer_id = :customer AND {kind}.id NOT IN ({others}) OR {kind}.id IN ({theirs}))"


def _wanted(then: _Then, kind: str) -> dict[str, object]:
    return {"customer": then.customer_id, "date": then.date, "at": then.at, "kind": kind}


# A tab, its title, the permission to see it, and what stood there.
_SECTIONS = {
    "profile": ("Contact", "customer.viewed", _profile),
    "addresses": ("Addresses", "customer.viewed", _addresses),
    "overview": ("Figures", "customer.viewed", _figures),
    "account": ("Account", "account.viewed", _account),
    "loyalty": ("Loyalty", "loyalty.viewed", _loyalty),
    "packages": ("Packages", "package.viewed", _packages),
    "layaways": ("Layaways", "layaway.viewed", _layaways),
    "reservations": ("Reservations to come", "booking.viewed", _reservations),
    "members": ("Memberships", "membership.viewed", _members),
    "marketing": ("Consents and preferences", "customer.viewed", _marketing),
    "measurements": ("Measurements", "measure.viewed", _measurements),
    "interests": ("Interests", "customer.viewed", _interests),
    "notes": ("Notes", "customer.viewed", _notes),
}
TABS = tuple(_SECTIONS)
"""The tabs that have a past, by name."""

STATUS_BEFORE = """
SELECT json_extract(before, '$.status'), at FROM customer_merge
WHERE from_id = :customer AND at > :at AND before NOT IN ('', '{}')
UNION ALL SELECT 'inactive', undone_at FROM customer_merge WHERE from_id = :customer AND undone_at > :at
"""
# Who was brought in from elsewhere may have been sold to long before.
HAS_PAST = """
SELECT EXISTS (SELECT 1 FROM sale WHERE customer_id = :customer AND business_date <= :date)
    OR EXISTS (SELECT 1 FROM account_item WHERE customer_id = :customer AND date <= :date)
"""
# Who gave each row away first since then. Of merges only those of customers who were ever merged with them are read.
GIVEN_SINCE = """
WITH RECURSIVE kin (id) AS (
    SELECT :customer
    UNION SELECT into_id FROM kin JOIN customer_merge ON from_id = kin.id
    UNION SELECT from_id FROM kin JOIN customer_merge ON into_id = kin.id),
given (row_id, giver, at) AS (
    SELECT row_id, from_id, at FROM kin CROSS JOIN customer_merge ON from_id = kin.id
    JOIN customer_merge_row ON merge_id = customer_merge.id AND kind = :kind WHERE at > :at
    UNION ALL SELECT row_id, into_id, undone_at FROM kin CROSS JOIN customer_merge ON from_id = kin.id
    JOIN customer_merge_row ON merge_id = customer_merge.id AND kind = :kind WHERE undone_at > :at
    UNION ALL SELECT sale_id, old_customer_id, at FROM sale_move WHERE :kind = 'sale' AND at > :at
    UNION ALL SELECT membership_id, old_customer_id, sale_move.at FROM sale_move JOIN membership_event AS event
    ON event.sale_id = sale_move.sale_id AND event.kind = 'sold' WHERE :kind = 'membership' AND sale_move.at > :at)
SELECT row_id, giver, MIN(at) FROM given GROUP BY row_id
"""
SOLD = """
SELECT COALESCE(SUM((kind = 'sale') - (voids IS NOT NULL)), 0), COALESCE(SUM(total), 0),
       COALESCE(MIN(business_date), ''), COALESCE(MAX(business_date), '')
FROM sale WHERE {whose} AND business_date <= :date
"""
BALANCE = """
SELECT COALESCE(SUM(posting.amount), 0) FROM posting JOIN entry ON entry.id = posting.entry_id
WHERE posting.customer_id = ? AND account_id = (SELECT id FROM account WHERE name = ?) AND entry.date <= ?
"""
POINTS = "SELECT COALESCE(SUM(points), 0) FROM points_entry WHERE customer_id = ? AND business_date <= ?"
LOTS = """
SELECT SUM(points) AS remaining, (SELECT expires_on FROM points_lot WHERE points_lot.id = points_entry.lot_id)
FROM points_entry WHERE customer_id = ? AND business_date <= ? AND lot_id IS NOT NULL
GROUP BY lot_id HAVING remaining > 0 ORDER BY 2 = '', 2 LIMIT ?
"""
TIER_CHANGED = """
SELECT json_extract(detail, '$.from') FROM audit
WHERE customer_id = ? AND +action = 'tier.changed' AND at > ? ORDER BY seq LIMIT 1
"""
PACKAGES = """
SELECT package.number, package.name, package.sessions - event.used, package.sessions, event.expires_on
FROM (SELECT DISTINCT package_id FROM package_event WHERE customer_id = :customer) AS theirs
JOIN package ON package.id = theirs.package_id
JOIN package_event AS event ON event.id = (
    SELECT MAX(id) FROM package_event WHERE package_id = package.id AND recorded_at <= :at)
WHERE event.customer_id = :customer AND event.kind NOT IN ('refund', 'return') ORDER BY package.id DESC LIMIT :limit
"""
LAYAWAYS = """
SELECT number, CASE WHEN closed_at IS NULL OR closed_at > :at THEN 'open' ELSE state END,
       (SELECT COALESCE(SUM(amount), 0) FROM payment
        WHERE document_id = layaway.id AND payment.kind = 'deposit' AND payment.at <= :at), total
FROM layaway WHERE {whose} AND opened_at <= :at ORDER BY id DESC LIMIT :limit
"""
BOOKINGS = """
SELECT booking.number, service.name, event.starts, event.state FROM booking
JOIN service ON service.id = booking.service_id
JOIN booking_event AS event ON event.id = (
    SELECT MAX(id) FROM booking_event WHERE booking_id = booking.id AND booking_event.at <= :at)
WHERE {whose} AND event.starts > :at AND event.state IN ('booked', 'checked in')
ORDER BY event.starts LIMIT :limit
"""
MEMBERSHIPS = """
SELECT membership.number, membership.name, event.until FROM membership
JOIN membership_event AS event ON event.id = (
    SELECT MAX(id) FROM membership_event WHERE membership_id = membership.id AND membership_event.at <= :at)
WHERE {whose} AND event.kind <> 'end' ORDER BY event.until DESC LIMIT :limit
"""
# Of each kind the one that was measured last, of each interest the last word.
MEASUREMENTS = """
SELECT kind.name, kind.unit, kind.decimals, kind.sensitive, measured.value
FROM (SELECT kind_id, value, ROW_NUMBER() OVER (PARTITION BY kind_id ORDER BY at DESC, id DESC) AS place
      FROM measurement WHERE {whose} AND recorded_at <= :at AND (struck_at IS NULL OR struck_at > :at)) AS measured
JOIN measure_kind AS kind ON kind.id = measured.kind_id
WHERE place = 1 ORDER BY kind.position, kind.id LIMIT :limit
"""
INTERESTS = """
SELECT kind.name, last.level
FROM (SELECT MAX(id), interest_id, level FROM interest_event AS interest
      WHERE {whose} AND at <= :at GROUP BY interest_id) AS last
JOIN interest AS kind ON kind.id = last.interest_id
ORDER BY last.level DESC, kind.position, kind.id LIMIT :limit
"""
NOTES = """
SELECT text, sensitive, at, who FROM note WHERE {whose} AND at <= :at ORDER BY id DESC LIMIT :limit
"""
