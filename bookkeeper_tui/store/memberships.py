"""Memberships: what a customer bought for a term, renewed, frozen, ended; its last day is folded from its events.

A line of a sale is one term. Sold again while one of the same plan has not been ended, it is a renewal of that one, so
that its members and their cards go on.
"""

from collections.abc import Iterable, Sequence

from peewee import SqliteDatabase

from bookkeeper_tui.dates import days_after, days_between, read_iso
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import fold, harmless
from bookkeeper_tui.store import customers, membership_plans
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import Change, Desk
from bookkeeper_tui.store.membership_plans import MembershipPlan
from bookkeeper_tui.store.membership_rows import (
    SELECT,
    Membership,
    MembershipEvent,
    read,
    term_end,
)

__all__ = [
    "Membership",
    "MembershipEvent",
    "end",
    "events",
    "freeze",
    "get",
    "grant",
    "move_with_sale",
    "of_customer",
    "read",
    "refusal_to_move",
    "settle_code",
    "take_back",
    "turn_day",
    "unfreeze",
]

LONGEST_REASON = 200


def of_customer(desk: Desk, customer_id: int) -> list[Membership]:
    """A customer's memberships: those that were not ended first, of each the latest to end."""
    database = desk.require("membership.viewed")
    return [Membership(*row) for row in database.execute_sql(SELECT + OF_CUSTOMER, (customer_id,))]


def get(desk: Desk, membership_id: int) -> Membership:
    """A membership by id. Raises BadInput when there is none."""
    return read(desk.require("membership.viewed"), membership_id)


def events(desk: Desk, membership_id: int) -> list[MembershipEvent]:
    """Everything that happened to a membership, newest first."""
    database = desk.require("membership.viewed")
    return [MembershipEvent(*row) for row in database.execute_sql(SELECT_EVENTS, (membership_id,))]


def freeze(desk: Desk, membership_id: int, until: str = "", reason: str = "") -> Membership:
    """Freezes a membership from today, to a last day (ISO) or until somebody ends it; its end moves by the days frozen.

    Raises BadInput unless it is active, and for a day that is none or past.
    """
    with desk.change("membership.changed") as change:
        today, membership = _taken_up(change, membership_id)
        _refuse_unless(membership, today, ("active",))
        until = _day_to_come(desk, until, today)
        values = (today, until, membership.ended_on, membership.until)
        _told(change, _keep(change, membership, "freeze", today, values, reason), reason)
    return get(desk, membership_id)


def unfreeze(desk: Desk, membership_id: int, reason: str = "") -> Membership:
    """Ends a freeze: today counts again, and the last day moves by the days frozen. Raises BadInput unless frozen."""
    with desk.change("membership.changed") as change:
        today, membership = _taken_up(change, membership_id)
        _refuse_unless(membership, today, ("frozen",))
        _told(change, _thaw(change, membership, today, reason), reason)
    return get(desk, membership_id)


def end(desk: Desk, membership_id: int, reason: str) -> Membership:
    """Ends a membership today, with the cards of its members; nothing is paid back: that takes a return of its sale.

    Raises BadInput without a reason, and for one that is ended already.
    """
    words = _reason(reason)
    if not words:
        raise BadInput("A membership is ended for a reason: say which")
    with desk.change("membership.changed") as change:
        today, membership = _taken_up(change, membership_id)
        _refuse_unless(membership, today, ("active", "frozen", "expired"))
        _told(change, _keep(change, membership, "end", today, ("", "", today, membership.until), words), words)
    return get(desk, membership_id)


def turn_day(desk: Desk, date: str) -> int:
    """Ends the freezes whose last day lies before a business date (ISO), and answers how many."""
    over = desk.require("membership.changed").execute_sql(THAWING, (date,)).fetchall()
    if not over:
        return 0
    with desk.change("membership.changed", subject=date) as change:
        over = change.database.execute_sql(THAWING, (date,)).fetchall()
        for (membership_id,) in over:
            membership = read(change.database, membership_id)
            kept = _thaw(change, membership, days_after(membership.frozen_until, 1), "the freeze was over")
            _also_told(change, membership, kept)
        change.note(thawed=len(over))
    return len(over)


def grant(change: Change, sale_id: int) -> None:
    """Gives, inside the change of a sale, a term for each of its lines whose article is a membership.

    Raises BadInput for the walk-in customer, and for a line of several.
    """
    lines = change.database.execute_sql(LINES, (sale_id,)).fetchall()
    for line_no, product_id, name, quantity, customer_id, day in lines:
        plan = membership_plans.plan_of(change.database, product_id)
        assert plan is not None
        if customer_id == WALK_IN_ID:
            raise BadInput(f"{harmless(name)} is a membership: choose the customer whose it is")
        if quantity != 1000:
            raise BadInput(f"{harmless(name)} is a membership: each stands on a line of its own, so ring it up again")
        running = change.database.execute_sql(RUNNING, (customer_id, product_id)).fetchone()
        if running is None:
            _begin(change, plan, customer_id, day, (sale_id, line_no))
        else:
            _renew(change, read(change.database, running[0]), plan, day, (sale_id, line_no))


def take_back(change: Change, sale_id: int, line_nos: Iterable[int], by_sale_id: int) -> None:
    """Takes back, inside the change of a return or void, the terms that lines of a sale gave.

    A membership of which no term is left is ended; otherwise its last day moves by the days that the term had added.
    """
    terms = {row[0]: row[1:] for row in change.database.execute_sql(TERMS_OF_SALE, (sale_id,))}
    if not terms:
        return
    day = str(change.database.execute_sql("SELECT business_date FROM sale WHERE id = ?", (by_sale_id,)).fetchone()[0])
    for line_no in line_nos:
        if line_no not in terms:
            continue
        event_id, membership_id, sold_on, before, until = terms[line_no]
        membership = read(change.database, membership_id)
        others = [other for (other,) in change.database.execute_sql(OTHER_TERMS, (membership_id, event_id))]
        was = days_after(sold_on, -1)
        begins = max(before, was) if any(other > event_id for other in others) else before or was
        added = days_between(begins, until)
        frozen = (membership.frozen_since, membership.frozen_until) if others else ("", "")
        ended_on = membership.ended_on or ("" if others else day)
        values = (*frozen, ended_on, days_after(membership.until, -added))
        kept = _keep(change, membership, "return", day, values, sold_by=(sale_id, line_no))
        _also_told(change, membership, kept)


def refusal_to_move(database: SqliteDatabase, sale_id: int) -> str:
    """Why a sale's memberships cannot go to another customer with it, as one sentence; empty when they can."""
    for number, happened, cards in database.execute_sql(MOVING, (sale_id, sale_id)):
        if happened:
            return f"{number} stands on other sales or was changed since: its sale stays with its customer"
        if cards:
            return f"{number} has members with cards: its sale stays with its customer"
    return ""


def move_with_sale(change: Change, sale_id: int, old: int, new: int) -> None:
    """Makes the memberships that a sale gave another customer's, inside the change that moves the sale.

    The member who stands for the old customer becomes the new one. Raises BadInput as `refusal_to_move` says.
    """
    if refusal := refusal_to_move(change.database, sale_id):
        raise BadInput(refusal)
    for (membership_id,) in change.database.execute_sql(OF_SALE, (sale_id,)).fetchall():
        change.database.execute_sql(SET_CUSTOMER, (new, membership_id))
        (name,) = change.database.execute_sql("SELECT name FROM customer WHERE id = ?", (new,)).fetchone()
        change.database.execute_sql(RENAME_SELF, (name, fold(name), membership_id, old))
        for customer_id in (old, new):
            settle_code(change, customer_id, change.today)


def settle_code(change: Change, customer_id: int, day: str) -> None:
    """Gives a customer the discount code that their memberships bring now, inside a change, or takes it away.

    A percentage of their own that takes off as much or more is left to them.
    """
    brings = change.database.execute_sql(CODE_BROUGHT, (customer_id, day)).fetchone()
    code, until, own, is_ours, is_better = change.database.execute_sql(
        CODE_NOW, {"customer": customer_id, "brought": brings[0] if brings else "", "day": day}
    ).fetchone()
    if brings is not None and (not own or is_ours or not is_better) and (code, until) != brings:
        customers.revise(change, customer_id, {"discount_code": brings[0], "discount_until": brings[1]})
    elif brings is None and is_ours:
        customers.revise(change, customer_id, {"discount_code": "", "discount_until": ""})


def _begin(change: Change, plan: MembershipPlan, customer_id: int, day: str, line: tuple[int, int]) -> None:
    """A membership that begins on the day it is sold, with its customer as the first member."""
    database = change.database
    number = f"M-{change.next_number('membership'):07d}"
    name, customer = database.execute_sql(NAMED, (customer_id, plan.product_id)).fetchone()
    values = (number, customer_id, plan.product_id, harmless(name), plan.members, plan.remind_days, day, day)
    membership_id = int(database.execute_sql(INSERT, values).fetchone()[0])
    database.execute_sql(INSERT_SELF, (membership_id, customer, fold(customer), day))
    membership = read(database, membership_id)
    stands = ("", "", "", term_end(day, plan.term_months))
    _also_told(change, membership, _keep(change, membership, "sold", day, stands, sold_by=line, before=""))


def _renew(change: Change, membership: Membership, plan: MembershipPlan, day: str, line: tuple[int, int]) -> None:
    """Another term: from the end of a running one or from the sale, as its plan says; late, it begins with the sale."""
    runs = membership.frozen_since or membership.until >= day
    if runs and (plan.renewal == "from end" or membership.frozen_since):
        until = term_end(days_after(membership.until, 1), plan.term_months)
    else:
        until = max(membership.until, term_end(day, plan.term_months))
    covered = max(plan.members, membership.taken)
    change.database.execute_sql(SET_PLAN, (covered, plan.remind_days, membership.id))
    values = (membership.frozen_since, membership.frozen_until, membership.ended_on, until)
    _also_told(change, membership, _keep(change, membership, "renewed", day, values, sold_by=line))


def _thaw(change: Change, membership: Membership, day: str, reason: str) -> dict[str, object]:
    """Ends a freeze, so that `day` is the first that counts again, or the day after its last one if that was sooner."""
    if membership.frozen_until:
        day = min(day, days_after(membership.frozen_until, 1))
    day = max(day, membership.frozen_since)
    until = days_after(membership.until, days_between(membership.frozen_since, day))
    return _keep(change, membership, "unfreeze", day, ("", "", membership.ended_on, until), reason)


def _keep(
    change: Change,
    membership: Membership,
    kind: str,
    day: str,
    values: Sequence[str],
    reason: str = "",
    *,
    sold_by: tuple[int | None, int | None] = (None, None),
    before: str | None = None,
) -> dict[str, object]:
    """Writes an event, and how the membership stands after it: frozen since and until, ended on, last day.

    Answers what the log is to say of it.
    """
    staff, until = change.desk.staff, values[-1]
    before = membership.until if before is None else before
    change.database.execute_sql(
        INSERT_EVENT,
        (membership.id, kind, *sold_by, before, until, day, change.at, staff.staff_id, staff.who, _reason(reason)),
    )
    change.database.execute_sql(UPDATE, (*values, membership.id))
    if values[2] and not membership.ended_on:
        change.database.execute_sql(END_CARDS, (change.at, membership.id))
    settle_code(change, membership.customer_id, day)
    return {"kind": kind, "until": [before, until]}


def _told(change: Change, kept: dict[str, object], reason: str) -> None:
    """Says in the log what the act did to the membership that it is about."""
    change.note(**kept)
    if _reason(reason):
        change.personal(reason=_reason(reason))


def _also_told(change: Change, membership: Membership, kept: dict[str, object]) -> None:
    """Says it in a row of its own, where the act is about something else: a sale, a day."""
    whose = membership.customer_id
    change.also("membership.changed", subject=membership.number, customer_id=whose, detail=kept)


def _taken_up(change: Change, membership_id: int) -> tuple[str, Membership]:
    """Today's business date and the membership that the change is about."""
    membership = read(change.database, membership_id)
    change.concerns(subject=membership.number, customer_id=membership.customer_id)
    return change.today, membership


def _refuse_unless(membership: Membership, today: str, states: Sequence[str]) -> None:
    state = membership.status(today)
    if state not in states:
        already = "is former: a new one has to be sold" if state == "former" else f"is {state}, not {states[0]}"
        raise BadInput(f"{membership.number} of {harmless(membership.customer_name)} {already}")


def _day_to_come(desk: Desk, until: str, today: str) -> str:
    until = until and read_iso(until, "Until").isoformat()
    if until and until < today:
        raise BadInput(f"Until: {desk.store.conventions.date(until)} is over: a freeze begins today")
    return until


def _reason(text: str) -> str:
    return " ".join(harmless(text).split())[:LONGEST_REASON]


OF_CUSTOMER = "WHERE customer_id = ? ORDER BY ended_on <> '', membership.until DESC, membership.id DESC"
SELECT_EVENTS = """
SELECT event.id, event.kind, event.date, until_before, event.until, sale_id, COALESCE(sale.number, ''), event.at,
       event.who, event.reason
FROM membership_event AS event LEFT JOIN sale ON sale.id = event.sale_id
WHERE membership_id = ? ORDER BY event.id DESC
"""
THAWING = "SELECT id FROM membership WHERE frozen_until <> '' AND frozen_until < ?"
LINES = """
SELECT sale_line.line_no, sale_line.product_id, product.name, sale_line.quantity, sale.customer_id, sale.business_date
FROM sale JOIN sale_line ON sale_line.sale_id = sale.id
JOIN membership_plan ON membership_plan.product_id = sale_line.product_id
JOIN product ON product.id = sale_line.product_id
WHERE sale.id = ? AND sale.kind = 'sale' ORDER BY sale_line.line_no
"""
RUNNING = """
SELECT id FROM membership WHERE customer_id = ? AND product_id = ? AND ended_on = '' ORDER BY until DESC, id LIMIT 1
"""
NAMED = "SELECT product.name, customer.name FROM customer, product WHERE customer.id = ? AND product.id = ?"
INSERT = """
INSERT INTO membership (number, customer_id, product_id, name, members, remind_days, since, until)
VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
"""
INSERT_SELF = "INSERT INTO member (membership_id, name, name_key, relation, since) VALUES (?, ?, ?, 'self', ?)"
SET_PLAN = "UPDATE membership SET members = ?, remind_days = ? WHERE id = ?"
INSERT_EVENT = """
INSERT INTO membership_event (membership_id, kind, sale_id, line_no, until_before, until, date, at, staff_id, who,
                              reason)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
UPDATE = """
UPDATE membership SET frozen_since = ?, frozen_until = ?, ended_on = ?, until = ?, version = version + 1 WHERE id = ?
"""
END_CARDS = """
UPDATE member_card SET state = 'ended', changed_at = ?
WHERE state IN ('active', 'lost') AND member_id IN (SELECT id FROM member WHERE membership_id = ?)
"""
TERMS_OF_SALE = """
SELECT line_no, id, membership_id, date, until_before, until FROM membership_event
WHERE sale_id = ? AND kind IN ('sold', 'renewed')
"""
OTHER_TERMS = """
SELECT event.id FROM membership_event AS event
WHERE event.membership_id = ? AND event.id <> ? AND event.kind IN ('sold', 'renewed') AND NOT EXISTS (
    SELECT 1 FROM membership_event AS back WHERE back.membership_id = event.membership_id AND back.kind = 'return'
      AND back.sale_id = event.sale_id AND back.line_no = event.line_no)
"""
OF_SALE = "SELECT DISTINCT membership_id FROM membership_event WHERE sale_id = ? AND kind IN ('sold', 'renewed')"
MOVING = f"""
SELECT number,
       EXISTS (SELECT 1 FROM membership_event WHERE membership_id = membership.id AND sale_id IS NOT ?),
       EXISTS (SELECT 1 FROM member_card JOIN member ON member.id = member_id WHERE membership_id = membership.id)
FROM membership WHERE id IN ({OF_SALE}) ORDER BY id
"""
SET_CUSTOMER = "UPDATE membership SET customer_id = ?, version = version + 1 WHERE id = ?"
RENAME_SELF = """
UPDATE member SET name = ?, name_key = ?, version = version + 1
WHERE membership_id = ? AND relation = 'self' AND name = (SELECT name FROM customer WHERE id = ?)
"""
CODE_BROUGHT = """
SELECT membership_plan.discount_code, membership.until
FROM membership JOIN membership_plan ON membership_plan.product_id = membership.product_id
WHERE customer_id = ? AND ended_on = '' AND frozen_since = '' AND until >= ? AND discount_code <> ''
ORDER BY until DESC, membership.id LIMIT 1
"""
CODE_NOW = """
SELECT customer.discount_code, customer.discount_until,
       customer.discount_code <> '' AND (discount_until = '' OR discount_until >= :day),
       EXISTS (SELECT 1 FROM membership JOIN membership_plan ON membership_plan.product_id = membership.product_id
               WHERE membership.customer_id = customer.id AND membership_plan.discount_code <> ''
                 AND membership_plan.discount_code = UPPER(TRIM(customer.discount_code))),
       EXISTS (SELECT 1 FROM discount_code AS own JOIN discount_code AS brought ON brought.code = :brought
               WHERE own.code = UPPER(TRIM(customer.discount_code)) AND NOT own.retired AND own.kind = 'percent'
                 AND brought.kind = 'percent' AND own.value >= brought.value)
FROM customer WHERE customer.id = :customer
"""
