"""Two customers who are one: what becoming one would do, and doing it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store import (
    customer_accounts,
    customers,
    gone,
    loyalty,
    memberships,
    shifts,
    sight,
    standing,
    store_credit,
    tiers,
)
from bookkeeper_tui.store.customer_rows import WALK_IN_ID, Customer, must_read
from bookkeeper_tui.store.desk import AlreadyDone, Change, Desk
from bookkeeper_tui.store.merging import balances, belongings, fields
from bookkeeper_tui.store.merging.balances import Merge
from bookkeeper_tui.store.merging.fields import FROM, MergeField

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What merging would do: `from_` becomes `into`. `refusal` says in one sentence why it cannot be, else empty.

    `fields` are those in which they differ. `moves` is what goes over, each in words and how many or how much of it.
    """

    from_: Customer
    into: Customer
    fields: tuple[MergeField, ...]
    moves: tuple[tuple[str, str], ...]
    refusal: str


def preview(desk: Desk, from_id: int, into_id: int) -> MergePreview:
    """What merging the one customer into the other would do now. Raises BadInput when one of them is not there."""
    database = desk.require("customer.merged")
    from_, into = (sight.masked(desk, must_read(database, customer_id)) for customer_id in (from_id, into_id))
    refusal = _refusal(desk, database, from_, into)
    differing = fields.differing(database, desk.store.conventions, from_, into)
    return MergePreview(from_, into, differing, tuple(_moves(desk, database, from_id)), refusal)


def merge(
    desk: Desk,
    from_id: int,
    into_id: int,
    chosen: Mapping[str, str] | None = None,
    reason: str = "",
    once: str | None = None,
) -> int:
    """Makes two customers one: the first becomes the second, and answers the merge's id, by which it is undone.

    `chosen` says for fields of the preview whose word counts, "from" or "into". Entries and postings stay as they
    were: balances go over by entries of their own. A no to being contacted that either said is the survivor's; a yes
    is not taken over. Raises BadInput for what `preview` refuses, and for a field that is none.
    """
    try:
        with desk.change("customer.merged", once=once) as change:
            from_, into = must_read(change.database, from_id), must_read(change.database, into_id)
            if refusal := _refusal(desk, change.database, from_, into):
                raise BadInput(refusal)
            merge_id = _merge(change, from_, into, chosen or {}, " ".join(harmless(reason).split())[:LONGEST_REASON])
            change.result = str(merge_id)
    except AlreadyDone as done:
        return int(done.result)
    return merge_id


def _merge(change: Change, from_: Customer, into: Customer, chosen: Mapping[str, str], reason: str) -> int:
    database, desk = change.database, change.desk
    sides = fields.chosen_sides(database, desk.store.conventions, from_, into, chosen)
    merge_id = int(database.execute_sql("SELECT COALESCE(MAX(id), 0) + 1 FROM customer_merge").fetchone()[0])
    day = shifts.posting_date(change)
    of_it = Merge(merge_id, from_.id, into.id, day, f"{from_.number} to {into.number}")
    said: dict[str, Any] = {
        "status": from_.status,
        "from": customers.texts(from_),
        "into": customers.texts(into),
        "besides": fields.besides_of(database, into.id),
    }
    staff = desk.staff
    database.execute_sql(
        INSERT_MERGE, (merge_id, from_.id, into.id, change.at, staff.staff_id, staff.who, reason, "{}")
    )
    aliases = [row[0] for row in database.execute_sql(ALIASES, (from_.id,)).fetchall()]
    belongings.remember(change, merge_id, "customer", [from_.id, *aliases])
    moved = belongings.carry_over(change, merge_id, from_.id, into.id)
    said["origins"] = belongings.origins_over(change, from_.id, into.id)
    said |= balances.carry_over(change, of_it)
    said["noes"] = _take_noes_over(change, from_, into)
    belongings.remember(change, merge_id, "consent", [no[2] for no in said["noes"]])
    fields.write(change, from_, into, sides)
    settle_figures(change, from_.id, into.id, day)
    memberships.settle_code(change, into.id, day)
    database.execute_sql(SET_GONE, (into.id, from_.id))
    said |= {"after": customers.texts(must_read(database, into.id))}
    said["besides_after"] = fields.besides_of(database, into.id)
    database.execute_sql("UPDATE customer_merge SET before = ? WHERE id = ?", (json.dumps(said), merge_id))
    database.execute_sql(JUDGED, (change.at, staff.who, *sorted((from_.id, into.id))))
    change.concerns(subject=into.number, customer_id=into.id)
    taken = sorted(name for name, side in sides.items() if side == FROM)
    change.note(merge=merge_id, merged=from_.number, moved=moved, taken=taken)
    change.personal(reason=reason)
    change.also("customer.merged", subject=from_.number, customer_id=from_.id, detail={"into": into.number})
    return merge_id


def settle_figures(change: Change, one: int, other: int, day: str) -> None:
    """Works out anew what both customers spent, and the tier that it reaches; inside a merge or its undoing."""
    for customer_id in (one, other):
        standing.fold_anew(change.database, customer_id)
        tiers.review_one(change, customer_id, day)


def _take_noes_over(change: Change, from_: Customer, into: Customer) -> list[list[Any]]:
    """Whatever the one said no to, the survivor says no to; answers what was written, and the yes that it ended.

    A no that is there only by another merge is said again, so that it stays when that merge is undone.
    """
    written = []
    words = change.database.execute_sql(NOES, (into.id, from_.id, change.at)).fetchall()
    for purpose, channel, yes_id in words:
        consent_id = change.database.execute_sql(
            INSERT_CONSENT,
            (into.id, purpose, channel, 0, change.at, f"merged with {from_.number}", "", "", change.desk.staff.who),
        ).fetchone()[0]
        written.append([purpose, channel, int(consent_id), yes_id])
    return written


def _refusal(desk: Desk, database: SqliteDatabase, from_: Customer, into: Customer) -> str:
    """Why the two cannot become one, in one sentence; empty when they can."""
    if from_.id == into.id:
        return f"{into.number} is one customer: choose another to merge them with"
    if WALK_IN_ID in (from_.id, into.id):
        return "The walk-in customer stands for everyone unknown: nobody is merged with them"
    for one in (from_, into):
        if sentence := gone.sentence(database, one.id):
            return sentence
    if into.status != "active":
        return f"{into.number} is {into.status}: make them active first, or merge them the other way round"
    if (row := database.execute_sql(BASKETS, (from_.id,)).fetchone()) is not None:
        state = "being rung up" if row[0] == "open" else "parked"
        return f"A sale of {from_.number} is {state} at {harmless(row[1])}: finish or drop it first"
    if (row := database.execute_sql(BOTH_BOOKED, (from_.id, into.id)).fetchone()) is not None:
        return f"{row[0]} and {row[1]} are booked for the same time: cancel or move one of them first"
    account = customer_accounts.read(database, into.id)
    if account.status == "closed" and customer_accounts.read(database, from_.id).owes:
        owed = desk.store.conventions.amount(customer_accounts.read(database, from_.id).owes)
        return f"{from_.number} owes {owed}, and the account of {into.number} is closed: open it again first"
    return ""


def _moves(desk: Desk, database: SqliteDatabase, from_id: int) -> list[tuple[str, str]]:
    """What there is to go over, in words."""
    write = desk.store.conventions.amount
    found = [
        (words, str(count))
        for kind, words in _WORDS.items()
        if (count := database.execute_sql(f"SELECT COUNT(*) FROM {belongings.MOVED[kind]}", (from_id,)).fetchone()[0])
    ]
    if owes := customer_accounts.read(database, from_id).owes:
        found.append(("owes", write(owes)))
    if credit := store_credit.balance(database, from_id):
        found.append(("store credit", write(credit)))
    if points := loyalty.balance(database, from_id):
        found.append(("points", str(points)))
    if sessions := database.execute_sql(SESSIONS_LEFT, (from_id,)).fetchone()[0]:
        found.append(("sessions left", str(sessions)))
    return found


_WORDS = {
    "sale": "sales",
    "layaway": "layaways",
    "booking": "bookings",
    "waiting": "on the waiting list",
    "membership": "memberships",
    "note": "notes",
    "measurement": "measurements",
    "interest": "interests",
}
INSERT_MERGE = """
INSERT INTO customer_merge (id, from_id, into_id, at, staff_id, who, reason, before) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
# Whoever has been merged into the one who is merged now is the survivor too.
ALIASES = """
SELECT DISTINCT row_id FROM customer_merge_row JOIN customer_merge ON customer_merge.id = merge_id
WHERE customer_merge.into_id = ? AND undone_at IS NULL AND kind = 'customer'
"""
SET_GONE = """
UPDATE customer SET gone = 'merged', merged_into = ?, status = 'inactive', version = version + 1 WHERE id = ?
"""
JUDGED = """
UPDATE duplicate_pair SET state = 'merged', judged_at = ?, judged_by = ? WHERE first_id = ? AND second_id = ?
"""
BASKETS = "SELECT state, terminal FROM basket WHERE customer_id = ? AND state IN ('open', 'parked') ORDER BY id LIMIT 1"
BOTH_BOOKED = """
SELECT one.number, other.number FROM booking AS one JOIN booking AS other
  ON other.customer_id = ?2 AND other.starts < one.ends AND other.ends > one.starts
WHERE one.customer_id = ?1 AND one.state IN ('booked', 'checked in') AND other.state IN ('booked', 'checked in')
LIMIT 1
"""
_STANDS = f"NOT (said.given = 0 AND {gone.taken_back('said.id', '?3')})"
NOES = f"""
SELECT theirs.purpose, theirs.channel, CASE own.given WHEN 1 THEN own.id END
FROM consent AS theirs LEFT JOIN consent AS own ON own.id = (
    SELECT MAX(id) FROM consent AS said
    WHERE customer_id = ?1 AND purpose = theirs.purpose AND channel = theirs.channel AND {_STANDS})
WHERE theirs.given = 0 AND theirs.id IN (
    SELECT MAX(id) FROM consent AS said WHERE customer_id = ?2 AND {_STANDS} GROUP BY purpose, channel)
  AND (COALESCE(own.given, 1) = 1 OR EXISTS (
    SELECT 1 FROM customer_merge_row WHERE customer_merge_row.kind = 'consent' AND row_id = own.id))
ORDER BY theirs.id
"""
INSERT_CONSENT = """
INSERT INTO consent (customer_id, purpose, channel, given, at, how, wording, wording_version, who)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
"""
SESSIONS_LEFT = """
SELECT COALESCE(SUM(sessions - used), 0) FROM package WHERE customer_id = ? AND state IN ('live', 'lapsed')
"""
