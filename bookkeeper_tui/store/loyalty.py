"""Loyalty: what sales earn, what points pay, and how they are given back, moved, adjusted and expired."""

from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import ledger, points_ledger, shifts, tiers
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import AlreadyDone, Change, Desk
from bookkeeper_tui.store.gone import same_person
from bookkeeper_tui.store.ledger import Posting
from bookkeeper_tui.store.points_ledger import Cause

LOTS_AT_ONCE = 500
LONGEST_REASON = 200
MOST_POINTS = 100_000_000


class Undone(NamedTuple):
    """What a return did to points: earned ones taken back, redeemed ones given back; neither below zero."""

    taken_back: int
    given_back: int


class Moved(NamedTuple):
    """What moving a sale did to points: taken from the old customer, granted to the new one."""

    taken: int
    granted: int


class Expired(NamedTuple):
    """What an expiry run did: how many lots it closed, and the points that were in them."""

    lots: int
    points: int


class LoyaltyGlance(NamedTuple):
    """A customer's points and tier. `spend` and `to_next` are minor units of qualifying spend, 0 at the top.

    `own_rate` is thousandths, None for the tier's; `expiring` is what expires next and its last day.
    """

    balance: int
    tier: str
    next_tier: str
    to_next: int
    own_rate: int | None
    expiring: tuple[int, str] | None
    spend: int = 0
    since: str = ""
    rate: int = tiers.PLAIN_RATE
    reserved: int = 0
    worth: int = 0


# What others ask, inside a change or out of it.


def balance(database: SqliteDatabase, customer_id: int) -> int:
    """A customer's points, below zero when they owe some: lots less what is owed, which is the sum of the entries."""
    return int(database.execute_sql(BALANCE, (customer_id, customer_id)).fetchone()[0])


def available(database: SqliteDatabase, customer_id: int, besides_basket: int | None = None) -> int:
    """The points that may be redeemed now: the balance less what other unpaid baskets reserve, never below zero."""
    return max(0, balance(database, customer_id) - _reserved(database, customer_id, besides_basket))


def value_of(database: SqliteDatabase, points: int) -> int:
    """What points pay, in minor units."""
    return points * tiers.program(database).point_value


def points_for(amount: int, point_value: int) -> int:
    """The points that it takes to pay an amount when one pays `point_value` (both minor units): rounded up."""
    return -(-amount // point_value)


def earned_by(database: SqliteDatabase, customer_id: int, amount: int) -> int:
    """The points that a qualifying amount (minor units) earns this customer now, rounded down; none for the walk-in."""
    if customer_id == WALK_IN_ID or amount <= 0:
        return 0
    rules = tiers.program(database)
    return amount * rules.earn_points * tiers.rate_of(database, customer_id) // (rules.earn_amount * 1000)


def earning_amount(database: SqliteDatabase, sale_id: int) -> int:
    """What of a sale earns points, in minor units: its total less what was paid with points.

    0 for a return, and for a sale brought in from elsewhere: what it earned was earned there.
    """
    return int(database.execute_sql(EARNING_AMOUNT, (sale_id,)).fetchone()[0])


def earned_of_sale(database: SqliteDatabase, sale_id: int, customer_id: int) -> int:
    """The points that a sale earned this customer and that were not taken back since."""
    earned = database.execute_sql(EARNED_BY_SALE, (sale_id, customer_id)).fetchone()
    return int(earned[1] - earned[2]) if earned else 0


# What a sale does.


def redeem(change: Change, customer_id: int, points: int, *, sale_id: int | None, business_date: str) -> None:
    """Takes points from the lots that expire first; inside a change. Raises BadInput when there are not so many."""
    if points <= 0:
        raise BadInput(f"{points} points cannot be redeemed: it has to be at least one")
    has = balance(change.database, customer_id)
    if points > has:
        raise BadInput(f"{points} points cannot be redeemed: the customer has {max(0, has)}")
    points_ledger.take(change, customer_id, points, Cause("redeem", business_date, sale_id))


def settle_sale(change: Change, sale_id: int) -> int:
    """Grants what a posted sale earns its customer, and answers the points; inside the change that posts it.

    The part paid with points earns none; the walk-in customer and returns earn none either.
    """
    customer_id, day, amount = change.database.execute_sql(SALE_TO_SETTLE, (sale_id,)).fetchone()
    points = earned_by(change.database, customer_id, amount)
    if points:
        points_ledger.begin_lot(change, customer_id, points, Cause("earn", day, sale_id))
    return points


def undo_part(change: Change, sale_id: int, by_sale_id: int, returned: int, of: int, business_date: str) -> Undone:
    """Takes back what a sale earned and gives back what it redeemed, in proportion; inside the change of the return.

    `returned` counts all returns of the sale so far, this one (`by_sale_id`) included, and `of` is the whole, in the
    same measure: so partial returns add up to the original exactly. Points that were spent meanwhile are owed; redeemed
    ones go back into their lots, and what expired meanwhile expires again with the next run.
    """
    database = change.database
    customer_id = int(database.execute_sql(SALE_OF, (sale_id,)).fetchone()[0])
    earned = database.execute_sql(EARNED_BY_SALE, (sale_id, customer_id)).fetchone()
    taken_back = 0
    if earned is not None:
        entry_id, points, reversed_before = earned
        taken_back = points_ledger.part(points, returned, of) - reversed_before
        if taken_back > 0:
            points_ledger.take(
                change,
                customer_id,
                taken_back,
                Cause("reverse", business_date, by_sale_id, entry_id),
                entry_id,
            )
    given_back = points_ledger.give_back(change, customer_id, sale_id, by_sale_id, returned, of, business_date)
    return Undone(max(0, taken_back), given_back)


def move_sale(change: Change, sale_id: int, old: int, new: int, business_date: str) -> Moved:
    """Takes back all that a sale earned the old customer and grants the new one what it earns them; inside a change.

    The sale's own customer is changed by the caller.
    """
    database = change.database
    taken = 0
    earned = database.execute_sql(EARNED_BY_SALE, (sale_id, old)).fetchone()
    if earned is not None:
        entry_id, points, reversed_before = earned
        taken = points - reversed_before
        if taken > 0:
            cause = Cause("reverse", business_date, sale_id, entry_id, "the sale was moved")
            points_ledger.take(change, old, taken, cause, entry_id)
    granted = earned_by(database, new, earning_amount(database, sale_id))
    if granted:
        points_ledger.begin_lot(change, new, granted, Cause("earn", business_date, sale_id))
    return Moved(taken, granted)


# What a person does.


def at_a_glance(desk: Desk, customer_id: int) -> LoyaltyGlance:
    """A customer's points, tier and what the next one takes, today."""
    database = desk.require("loyalty.viewed")
    rules, levels = tiers.program(database), tiers.tiers(database)
    row = database.execute_sql(SELECT_LOYALTY, (customer_id,)).fetchone() or ("", "", None)
    today = desk.today()
    spend = tiers.qualifying_spend(database, customer_id, today)
    ahead = tiers.next_tier(levels, spend)
    points = balance(database, customer_id)
    expiring = database.execute_sql(NEXT_EXPIRING, (customer_id,)).fetchone()
    return LoyaltyGlance(
        points,
        row[0],
        ahead.name if ahead else "",
        ahead.threshold - spend if ahead else 0,
        row[2],
        (int(expiring[0]), str(expiring[1])) if expiring else None,
        spend,
        row[1],
        tiers.rate_of(database, customer_id),
        _reserved(database, customer_id, None),
        max(0, points) * rules.point_value,
    )


def adjust(desk: Desk, customer_id: int, points: int, reason: str, once: str | None = None) -> int:
    """Adds points, or takes some when below zero, for a reason that stands in the log; answers the balance then.

    What is added begins a lot of its own; a second arrival changes nothing. Raises BadInput without a reason, for no
    points, and for more than there are.
    """
    try:
        with desk.change("points.adjusted", customer_id=customer_id, once=once) as change:
            why = reason.strip()[:LONGEST_REASON]
            if not why:
                raise BadInput("Points are adjusted for a reason: say which")
            if not points or abs(points) > MOST_POINTS:
                raise BadInput(f"Points cannot be adjusted by {points}")
            _refuse_walk_in(change.database, customer_id)
            cause = Cause("adjust", shifts.posting_date(change), reason=why)
            if points > 0:
                points_ledger.begin_lot(change, customer_id, points, cause)
            else:
                free = available(change.database, customer_id)
                if -points > free:
                    raise BadInput(f"{-points} points cannot be taken away: {free} are available")
                points_ledger.take(change, customer_id, -points, cause)
            change.note(points=points)
            change.personal(reason=why)
    except AlreadyDone:
        pass
    return balance(desk.database, customer_id)


def redeem_to_credit(desk: Desk, customer_id: int, points: int, once: str | None = None) -> int:
    """Turns points into store credit and answers its worth in minor units; a second arrival answers the same.

    Raises BadInput when fewer points are available.
    """
    try:
        with desk.change("points.redeemed", customer_id=customer_id, once=once) as change:
            _refuse_walk_in(change.database, customer_id)
            free = available(change.database, customer_id)
            if points > free:
                raise BadInput(f"{points} points cannot be redeemed: {free} are available")
            day, worth = shifts.posting_date(change), value_of(change.database, points)
            redeem(change, customer_id, points, sale_id=None, business_date=day)
            entry_id = ledger.post(
                change,
                date=day,
                kind="redeem",
                document_kind="points",
                document_id=points_ledger.newest_entry(change),
                postings=[
                    Posting(ledger.POINTS_REDEEMED, worth),
                    Posting(ledger.STORE_CREDIT, -worth, customer_id),
                ],
            )
            change.note(points=points, amount=worth, entry=entry_id)
            change.result = str(worth)
            return worth
    except AlreadyDone as done:
        return int(done.result)


def set_own_rate(desk: Desk, customer_id: int, rate: int | None) -> None:
    """Gives a customer a rate of their own (thousandths), which multiplies what they earn; None takes it away.

    Raises BadInput for a rate below zero or above a hundred times.
    """
    with desk.change("points.own_rate", customer_id=customer_id) as change:
        _refuse_walk_in(change.database, customer_id)
        if rate is not None and not 0 <= rate <= 100_000:
            raise BadInput("A rate is from 0 to 100 times")
        row = change.database.execute_sql(SELECT_LOYALTY, (customer_id,)).fetchone()
        old = row[2] if row else None
        if old == rate:
            change.drop()
        change.database.execute_sql(SET_OWN_RATE, (customer_id, rate))
        change.note(old=old, new=rate)


def expire(desk: Desk, day: str) -> Expired:
    """Takes out what is left in lots whose last day is before the business date `day` (ISO); a second run finds none.

    Five hundred lots at a time, so that nobody waits for the lock. Each customer concerned stands in the audit log as
    `points.expired`. Raises BadInput for a day that is none, and, save for the owner, for one that has not come.
    """
    database = desk.require("loyalty.reviewed")
    tiers.refuse_no_day(day, desk)
    done = points = 0
    while database.execute_sql(EXPIRED_LOTS, (day, 1)).fetchone() is not None:
        with desk.change("loyalty.reviewed", subject=day) as change:
            rows = change.database.execute_sql(EXPIRED_LOTS, (day, LOTS_AT_ONCE)).fetchall()
            of_customers: dict[int, int] = {}
            for lot_id, customer_id, remaining in rows:
                points_ledger.add(change, customer_id, -remaining, lot_id, Cause("expire", day))
                of_customers[customer_id] = of_customers.get(customer_id, 0) + remaining
            for customer_id, lost in of_customers.items():
                change.also("points.expired", customer_id=customer_id, detail={"points": lost, "date": day})
            lost = sum(of_customers.values())
            change.note(lots_expired=len(rows), points_expired=lost)
            done, points = done + len(rows), points + lost
    return Expired(done, points)


def _reserved(database: SqliteDatabase, customer_id: int, besides_basket: int | None) -> int:
    return int(database.execute_sql(RESERVED, (customer_id, besides_basket or 0)).fetchone()[0])


def _refuse_walk_in(database: SqliteDatabase, customer_id: int) -> None:
    if customer_id == WALK_IN_ID:
        raise BadInput("The walk-in customer has no points")
    if database.execute_sql("SELECT 1 FROM customer WHERE id = ?", (customer_id,)).fetchone() is None:
        raise BadInput(f"There is no customer with the id {customer_id}")


BALANCE = """
SELECT COALESCE((SELECT SUM(remaining) FROM points_lot WHERE customer_id = ? AND remaining > 0), 0)
     + COALESCE((SELECT SUM(points) FROM points_entry WHERE customer_id = ? AND lot_id IS NULL), 0)
"""
RESERVED = """
SELECT COALESCE(SUM(basket_tender.points), 0)
FROM basket JOIN basket_tender ON basket_tender.basket_id = basket.id
WHERE basket.customer_id = ? AND basket.state IN ('open', 'parked', 'layaway') AND basket.id <> ?
"""
SALE_OF = "SELECT customer_id, business_date FROM sale WHERE id = ?"
EARNING = """
CASE WHEN sale.kind = 'sale' AND sale.import_run_id IS NULL THEN sale.total - COALESCE(
    (SELECT SUM(amount) FROM sale_tender WHERE sale_id = sale.id AND kind = 'points'), 0) ELSE 0 END
"""
EARNING_AMOUNT = f"SELECT {EARNING} FROM sale WHERE id = ?"
SALE_TO_SETTLE = f"SELECT customer_id, business_date, {EARNING} FROM sale WHERE id = ?"
EARNED_BY_SALE = f"""
SELECT id, points, -COALESCE((SELECT SUM(back.points) FROM points_entry AS back WHERE back.reverses = earned.id), 0)
FROM points_entry AS earned
WHERE sale_id = ?1 AND kind = 'earn' AND (customer_id = ?2 OR {same_person("customer_id", "?2")})
ORDER BY id DESC LIMIT 1
"""
EXPIRED_LOTS = """
SELECT id, customer_id, remaining FROM points_lot
WHERE expires_on > '' AND expires_on < ? AND remaining > 0 ORDER BY expires_on, id LIMIT ?
"""
NEXT_EXPIRING = """
SELECT SUM(remaining), expires_on FROM points_lot WHERE customer_id = ? AND expires_on > '' AND remaining > 0
GROUP BY expires_on ORDER BY expires_on LIMIT 1
"""
SELECT_LOYALTY = "SELECT tier, tier_since, own_rate FROM customer_loyalty WHERE customer_id = ?"
SET_OWN_RATE = """
INSERT INTO customer_loyalty (customer_id, own_rate) VALUES (?, ?)
ON CONFLICT (customer_id) DO UPDATE SET own_rate = excluded.own_rate
"""
