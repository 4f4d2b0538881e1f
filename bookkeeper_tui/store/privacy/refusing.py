"""What keeps a customer from being erased or deleted: whatever is still open between them and the shop."""

from collections.abc import Iterator, Sequence

from peewee import SqliteDatabase

from bookkeeper_tui.formats import Conventions, business_date
from bookkeeper_tui.store import gone, open_items, store_credit
from bookkeeper_tui.store.customer_rows import WALK_IN_ID, must_read
from bookkeeper_tui.store.desk import Desk


def refusals(desk: Desk, customer_id: int) -> tuple[str, ...]:
    """Why a customer cannot be erased now, a sentence each; nothing where they can. Raises BadInput for no customer."""
    return tuple(reasons(desk.require("customer.viewed"), desk, customer_id))


def deletion_refusals(desk: Desk, customer_id: int) -> tuple[str, ...]:
    """Why a customer cannot be deleted, a sentence each: they have dealings with the shop, which the books keep."""
    database = desk.require("customer.viewed")
    if impossible := impossible_because(database, customer_id):
        return (impossible,)
    dealings = [
        _counted(count, one, many)
        for one, many, sql in DEALINGS
        if (count := database.execute_sql(sql, {"who": customer_id}).fetchone()[0])
    ]
    return (f"They have {_and(dealings)} with the shop: they can be erased, not deleted",) if dealings else ()


def reasons(database: SqliteDatabase, desk: Desk, customer_id: int) -> Iterator[str]:
    """The same, for use inside a change."""
    if impossible := impossible_because(database, customer_id):
        yield impossible
        return
    conventions, today = desk.store.conventions, desk.today()
    for one in their_ids(database, customer_id):
        yield from _money(database, one, conventions)
    who = ", ".join(map(str, their_ids(database, customer_id)))
    for sentence, sql in OPEN:
        for row in database.execute_sql(sql.format(who=who), {"today": today}):
            yield sentence.format(*(conventions.date(value) if _is_day(value) else value for value in row))
    for number, starts in database.execute_sql(BOOKED.format(who=who)):
        zone = desk.store.shop.time_zone
        ahead = "ahead" if business_date(starts, zone) >= today else "not settled"
        yield f"Booking {number} of {conventions.instant(starts, zone)} is {ahead}: cancel it, or say how it went"


def impossible_because(database: SqliteDatabase, customer_id: int) -> str:
    """Why nothing can be erased of a customer at all; empty where it can. Raises BadInput for no customer."""
    if customer_id == WALK_IN_ID:
        return "The walk-in customer stands for everyone unknown and is never erased"
    must_read(database, customer_id)
    found = gone.gone(database, customer_id)
    if found is not None and found.why == gone.ERASED:
        return f"{found.number} was erased already"
    return gone.sentence(database, customer_id)


def their_ids(database: SqliteDatabase, customer_id: int) -> tuple[int, ...]:
    """A customer's id, and the ids of those who were merged into them."""
    # Step by step: asked at once by a recursion, SQLite reads all customers first.
    found = [customer_id]
    for one in found:
        found += [row[0] for row in database.execute_sql(MERGED, (one,)) if row[0] not in found]
    return tuple(sorted(found))


def _money(database: SqliteDatabase, customer_id: int, conventions: Conventions) -> Iterator[str]:
    owes = database.execute_sql("SELECT owes FROM standing WHERE customer_id = ?", (customer_id,)).fetchone()
    if owes and owes[0] > 0:
        yield f"They owe {conventions.amount(owes[0])}: take the payment, or write it off"
    if owes and owes[0] < 0:
        yield f"They have {conventions.amount(-owes[0])} to the good on account: give it back"
    if credit := store_credit.balance(database, customer_id):
        yield f"They have {conventions.amount(credit)} of store credit: give it back, or have it spent"
    charges, credits = open_items.open_charges(database, customer_id), open_items.open_credits(database, customer_id)
    if charges and not (owes and owes[0] > 0):
        yield f"{_counted(len(charges), 'item', 'items')} of their account stand open: set payments against them"
    if credits and not (owes and owes[0] < 0):
        yield f"{_counted(len(credits), 'payment', 'payments')} of theirs stand open: set them against what they pay"


def _is_day(value: object) -> bool:
    return isinstance(value, str) and len(value) == 10 and value[4:5] == value[7:8] == "-"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _and(words: Sequence[str]) -> str:
    *before, last = words
    return f"{', '.join(before)} and {last}" if before else last


def sentence_of(reasons: Sequence[str], name: str, doing: str) -> str:
    """One sentence of all the reasons."""
    return f"{name} cannot be {doing}: {'; '.join(reasons)}" if reasons else ""


MERGED = "SELECT id FROM customer WHERE merged_into = ? AND gone = 'merged'"
OPEN: Sequence[tuple[str, str]] = (
    (
        "Layaway {0} is open, due on {1}: pick it up or cancel it",
        "SELECT number, due FROM layaway WHERE customer_id IN ({who}) AND state = 'open' ORDER BY id",
    ),
    (
        "Package {0} has sessions left ({1}): use, refund or transfer them",
        "SELECT number, sessions - used FROM package WHERE customer_id IN ({who}) AND state = 'live' "
        "AND used < sessions ORDER BY id",
    ),
    (
        "Membership {0} runs until {1}: end it",
        "SELECT number, until FROM membership WHERE customer_id IN ({who}) AND ended_on = '' "
        "AND (until >= :today OR frozen_since <> '') ORDER BY id",
    ),
    (
        "A session of theirs is being timed at {0}: stop it",
        "SELECT terminal FROM session_timer WHERE customer_id IN ({who}) AND stopped_at IS NULL ORDER BY id",
    ),
    (
        "A sale of theirs is {0} at {1}: finish or drop it",
        "SELECT CASE state WHEN 'open' THEN 'being rung up' ELSE 'parked' END, terminal FROM basket "
        "WHERE customer_id IN ({who}) AND state IN ('open', 'parked') ORDER BY id",
    ),
)
"""What may be open besides money: how it is told, and what finds it."""
BOOKED = "SELECT number, starts FROM booking WHERE customer_id IN ({who}) AND state IN ('booked', 'checked in')"
DEALINGS: Sequence[tuple[str, str, str]] = (
    ("sale", "sales", "SELECT COUNT(*) FROM sale WHERE customer_id = :who"),
    (
        "sale moved from or to them",
        "sales moved from or to them",
        "SELECT COUNT(*) FROM sale_move WHERE :who IN (old_customer_id, new_customer_id)",
    ),
    ("payment", "payments", "SELECT COUNT(*) FROM payment WHERE customer_id = :who"),
    ("entry in the books", "entries in the books", "SELECT COUNT(*) FROM posting WHERE customer_id = :who"),
    ("entry of points", "entries of points", "SELECT COUNT(*) FROM points_entry WHERE customer_id = :who"),
    ("layaway", "layaways", "SELECT COUNT(*) FROM layaway WHERE customer_id = :who"),
    ("package", "packages", "SELECT COUNT(*) FROM package WHERE customer_id = :who"),
    ("session", "sessions", "SELECT COUNT(*) FROM package_event WHERE customer_id = :who"),
    ("membership", "memberships", "SELECT COUNT(*) FROM membership WHERE customer_id = :who"),
    ("booking", "bookings", "SELECT COUNT(*) FROM booking WHERE customer_id = :who"),
    (
        "sale being rung up",
        "sales being rung up",
        "SELECT COUNT(*) FROM basket WHERE customer_id = :who AND state IN ('open', 'parked', 'layaway')",
    ),
    ("merge", "merges", "SELECT COUNT(*) FROM customer_merge WHERE :who IN (from_id, into_id)"),
)
"""What the books keep for good, and how it is counted."""
