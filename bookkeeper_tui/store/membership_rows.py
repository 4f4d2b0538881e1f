"""Memberships as they are read: their dates, what they are on a day, what happened to them, and the proof of it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.dates import days_after, days_between
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import day_numbers
from bookkeeper_tui.store.gone import same_person

STATES = ("active", "frozen", "expired", "former")


@dataclass(frozen=True, slots=True)
class Membership:
    """A membership. All dates are ISO; `until` is its last day, less the days of a freeze that is not over yet.

    `members` is how many people it covers, `taken` how many it covers now. `frozen_until` is the last day of the
    freeze, empty for one without an end. `ended_on` is the day it was ended or given back, empty for one that was not.
    """

    id: int
    number: str
    customer_id: int
    customer_number: str
    customer_name: str
    product_id: int
    name: str
    members: int
    taken: int
    remind_days: int
    since: str
    until: str
    frozen_since: str
    frozen_until: str
    ended_on: str
    version: int

    def status(self, today: str) -> str:
        """On an ISO date: "active", "frozen", "expired" or "former"."""
        return state_of(self.until, self.frozen_since, self.ended_on, today)

    def last_day(self, today: str) -> str:
        """Its last day as it stands on an ISO date: a freeze has moved it by the days so far."""
        return last_day(self.until, self.frozen_since, self.ended_on, today)

    def end_after(self, frozen_until: str) -> str:
        """Its last day if its freeze goes on to an ISO date, that day included."""
        return days_after(self.until, days_between(self.frozen_since, frozen_until) + 1)

    def is_ending(self, today: str) -> bool:
        """Whether it is time to remind of its end."""
        return self.status(today) == "active" and days_between(today, self.until) <= self.remind_days


class MembershipEvent(NamedTuple):
    """What happened to a membership: ISO dates, microseconds UTC; the sale where one sold, renewed or gave it back."""

    id: int
    kind: str
    date: str
    until_before: str
    until: str
    sale_id: int | None
    sale_number: str
    at: int
    who: str
    reason: str


def read(database: SqliteDatabase, membership_id: int) -> Membership:
    """A membership by id, for those who hold a database already. Raises BadInput when there is none."""
    row = database.execute_sql(f"{SELECT} WHERE membership.id = ?", (membership_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no membership {membership_id}")
    return Membership(*row)


def state_of(until: str, frozen_since: str, ended_on: str, today: str) -> str:
    """What a membership with these dates (ISO, empty for none) is on a date."""
    if ended_on:
        return "former"
    if frozen_since:
        return "frozen"
    return "expired" if until < today else "active"


def last_day(until: str, frozen_since: str, ended_on: str, today: str) -> str:
    """The last day of a membership with these dates as it stands on a date: a freeze moves it by the days so far."""
    if ended_on:
        return min(ended_on, until)
    return days_after(until, days_between(frozen_since, today)) if frozen_since else until


def term_end(first_day: str, months: int) -> str:
    """The last day of a term that begins on an ISO date: the next would begin on the same day of the month.

    Where a month lacks that day, the next begins on the first of the month after. Raises BadInput after the year 9999.
    """
    first = date.fromisoformat(first_day)
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    if year >= date.max.year:
        raise BadInput(f"A term from {first_day} of {months} months does not end in this calendar")
    try:
        following = date(year, month + 1, first.day)
    except ValueError:
        following = date(year, month + 2, 1)
    return (following - timedelta(days=1)).isoformat()


SELECT = """
SELECT membership.id, membership.number, customer_id, customer.number, customer.name, product_id, membership.name,
       membership.members, (SELECT COUNT(*) FROM member WHERE membership_id = membership.id AND until = ''),
       remind_days, since, membership.until, frozen_since, frozen_until, ended_on, membership.version
FROM membership JOIN customer ON customer.id = membership.customer_id
"""
_GONE_BACK = """
EXISTS (SELECT 1 FROM membership_event AS back WHERE back.kind = 'return' AND back.membership_id = event.membership_id
        AND back.sale_id = event.sale_id AND back.line_no = event.line_no)
"""
UNLIKE_THEIR_EVENTS = f"""
SELECT membership_id FROM (
    SELECT event.*, LAG(until) OVER (PARTITION BY membership_id ORDER BY id) AS stood FROM membership_event AS event
) AS event
WHERE until_before <> COALESCE(stood, '') OR (kind = 'sold') <> (stood IS NULL)
   OR kind IN ('freeze', 'end') AND until <> until_before
   OR kind IN ('sold', 'renewed') AND until < MAX(until_before, date)
   OR kind = 'unfreeze' AND {day_numbers.days_between("until_before", "until")} <> (
       SELECT {day_numbers.days_between("froze.date", "event.date")} FROM membership_event AS froze
       WHERE froze.membership_id = event.membership_id AND froze.id < event.id AND froze.kind = 'freeze'
       ORDER BY froze.id DESC LIMIT 1)
   OR kind = 'return' AND NOT EXISTS (
       SELECT 1 FROM membership_event AS term
       WHERE term.membership_id = event.membership_id AND term.sale_id = event.sale_id
         AND term.line_no = event.line_no AND term.kind IN ('sold', 'renewed')
         AND {day_numbers.days_between("event.until", "event.until_before")} IN (
             CASE WHEN term.until_before < term.date THEN {day_numbers.days_between("term.date", "term.until")} + 1 END,
             CASE WHEN term.until_before <> '' THEN {day_numbers.days_between("term.until_before", "term.until")} END))
UNION
SELECT membership.id FROM membership
WHERE until <> (SELECT until FROM membership_event WHERE membership_id = membership.id ORDER BY id DESC LIMIT 1)
   OR since <> (SELECT date FROM membership_event WHERE membership_id = membership.id ORDER BY id LIMIT 1)
   OR frozen_until <> '' AND (frozen_since = '' OR frozen_until < frozen_since)
   OR (ended_on = '') <> (
       NOT EXISTS (SELECT 1 FROM membership_event WHERE membership_id = membership.id AND kind = 'end')
       AND EXISTS (SELECT 1 FROM membership_event AS event WHERE membership_id = membership.id
                   AND kind IN ('sold', 'renewed') AND NOT {_GONE_BACK}))
   OR frozen_since <> CASE WHEN ended_on <> '' THEN '' ELSE COALESCE((
       SELECT CASE kind WHEN 'freeze' THEN date ELSE '' END FROM membership_event
       WHERE membership_id = membership.id AND kind IN ('freeze', 'unfreeze') ORDER BY id DESC LIMIT 1), '') END
"""
UNLIKE_THEIR_SALES = f"""
SELECT event.membership_id FROM membership_event AS event JOIN membership ON membership.id = event.membership_id
LEFT JOIN sale ON sale.id = event.sale_id
LEFT JOIN sale_line ON sale_line.sale_id = event.sale_id AND sale_line.line_no = event.line_no
WHERE event.kind IN ('sold', 'renewed') AND (
    sale_line.product_id IS NOT membership.product_id OR sale.customer_id <> membership.customer_id
    AND NOT {same_person("sale.customer_id", "membership.customer_id")}
    OR {_GONE_BACK} <> EXISTS (SELECT 1 FROM returned_line WHERE returned_line.sale_id = event.sale_id
                               AND sold_line_no = event.line_no))
"""
WITH_TOO_MANY = """
SELECT id FROM membership
WHERE ended_on = '' AND members < (SELECT COUNT(*) FROM member WHERE membership_id = membership.id AND until = '')
"""
# A card that ended may be somebody else's since: it was given anew after it replaced another.
WITH_WRONG_CARDS = """
SELECT card.id FROM member_card AS card JOIN member ON member.id = card.member_id
JOIN membership ON membership.id = member.membership_id LEFT JOIN member_card AS other ON other.id = card.replaced_by
WHERE card.state = 'active' AND (member.until <> '' OR membership.ended_on <> '')
   OR (card.state = 'replaced') <> (card.replaced_by IS NOT NULL)
   OR other.member_id <> card.member_id AND other.since = card.changed_at
UNION
SELECT member_id FROM member_card WHERE state = 'active' GROUP BY member_id HAVING COUNT(*) > 1
"""
PROOFS: tuple[tuple[str, str, str], ...] = (
    ("memberships end when their events say", "SELECT COUNT(*) FROM membership", UNLIKE_THEIR_EVENTS),
    ("memberships were sold to their customers", "SELECT COUNT(*) FROM membership_event", UNLIKE_THEIR_SALES),
    ("members are no more than their membership covers", "SELECT COUNT(*) FROM member", WITH_TOO_MANY),
    ("members have one card in use, while they are members", "SELECT COUNT(*) FROM member_card", WITH_WRONG_CARDS),
)
