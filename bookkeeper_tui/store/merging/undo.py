"""Undoing a merge: what it moved goes back by entries of its own; what was done since stays with the survivor."""

import json
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store import gone, memberships, shifts
from bookkeeper_tui.store.desk import AlreadyDone, Change, Desk
from bookkeeper_tui.store.merging import balances, belongings, fields
from bookkeeper_tui.store.merging.balances import Merge
from bookkeeper_tui.store.merging.merge import INSERT_CONSENT, settle_figures


class Merged(NamedTuple):
    """A merge into a customer; `at` is microseconds UTC, `undone_at` None while it stands.

    `refusal` says in one sentence why it cannot be undone, else empty.
    """

    id: int
    from_id: int
    from_number: str
    from_name: str
    into_id: int
    at: int
    who: str
    reason: str
    undone_at: int | None
    refusal: str


def merges_of(desk: Desk, customer_id: int) -> list[Merged]:
    """The merges of others into a customer, the newest first: those that stand, and those undone."""
    database = desk.require("customer.viewed")
    rows = database.execute_sql(MERGES_INTO, (customer_id,)).fetchall()
    return [Merged._make((*row, _refusal(desk, database, row[0]))) for row in rows]


def undo(desk: Desk, merge_id: int, reason: str = "", once: str | None = None) -> int:
    """Takes a merge back and answers the id of the customer who is there again.

    What the merge moved goes back with what is left of it; fields are as they were before, where nobody changed them
    since. Raises BadInput when there is no such merge, and for what cannot be taken apart any more.
    """
    try:
        with desk.change("customer.unmerged", once=once) as change:
            if refusal := _refusal(desk, change.database, merge_id):
                raise BadInput(refusal)
            from_id = _undo(change, merge_id, " ".join(harmless(reason).split())[:200])
            change.result = str(from_id)
    except AlreadyDone as done:
        return int(done.result)
    return from_id


def _undo(change: Change, merge_id: int, reason: str) -> int:
    database = change.database
    from_id, into_id, before, old_number, new_number = database.execute_sql(MERGE, (merge_id,)).fetchone()
    said: dict[str, Any] = json.loads(before)
    day = shifts.posting_date(change)
    database.execute_sql(SET_THERE, (said["status"], from_id))
    belongings.carry_back(change, merge_id, from_id, into_id)
    belongings.origins_back(change, from_id, said["origins"])
    of_it = Merge(merge_id, from_id, into_id, day, f"{old_number} to {new_number}")
    balances.carry_back(change, of_it, said)
    fields.put_back(change, from_id, into_id, merge_id, said)
    settle_figures(change, from_id, into_id, day)
    for customer_id in (from_id, into_id):
        memberships.settle_code(change, customer_id, day)
    staff = change.desk.staff
    # Of what the other was, nothing stays with somebody who turned out not to be them.
    left = json.dumps({"status": said["status"]})
    database.execute_sql(SET_UNDONE, (change.at, staff.who, left, merge_id))
    _put_yeses_back(change, into_id, old_number, said["noes"])
    database.execute_sql(JUDGED_DIFFERENT, (change.at, staff.who, *sorted((from_id, into_id))))
    change.concerns(subject=new_number, customer_id=into_id)
    change.note(merge=merge_id, unmerged=old_number)
    change.personal(reason=reason)
    change.also("customer.unmerged", subject=old_number, customer_id=from_id, detail={"from": new_number})
    return int(from_id)


def _put_yeses_back(change: Change, into_id: int, old_number: str, noes: list[list[Any]]) -> None:
    """A yes that merges ended holds again once none of them stands, unless the customer said something since.

    Where it does, it is written once more, so that the newest word of the log is the one that counts.
    """
    for purpose, channel, *_ in noes:
        which = (into_id, purpose, channel)
        newest = change.database.execute_sql(NEWEST_WORD, which).fetchone()
        counts = change.database.execute_sql(WORD_THAT_COUNTS, (*which, change.at)).fetchone()
        if counts is not None and counts[1] and counts[0] != newest[0]:
            how = f"merge with {old_number} undone"
            values = (*which, 1, change.at, how, *counts[2:], change.desk.staff.who)
            change.database.execute_sql(INSERT_CONSENT, values)


def _refusal(desk: Desk, database: SqliteDatabase, merge_id: int) -> str:
    """Why a merge cannot be undone, in one sentence; empty when it can."""
    row = database.execute_sql(STATE, (merge_id,)).fetchone()
    if row is None:
        return f"There is no merge {merge_id}"
    old, new, into_gone, undone_at, before, from_gone = row
    if undone_at is not None:
        return f"The merge of {old} into {new} was undone already"
    if into_gone:
        return f"{new} was {into_gone} since: the merge of {old} cannot be undone before that is"
    if from_gone != "merged" or before in ("", "{}"):
        return f"What {old} was has been erased: the merge cannot be undone"
    for sql, sentence in _IN_THE_WAY:
        if (found := database.execute_sql(sql, {"merge": merge_id}).fetchone()) is not None:
            return sentence.format(*found, old=old, new=new)
    return ""


STATE = """
SELECT old.number, new.number, new.gone, undone_at, before, old.gone
FROM customer_merge JOIN customer AS old ON old.id = from_id JOIN customer AS new ON new.id = into_id
WHERE customer_merge.id = ?
"""
MERGE = """
SELECT from_id, into_id, before, old.number, new.number
FROM customer_merge JOIN customer AS old ON old.id = from_id JOIN customer AS new ON new.id = into_id
WHERE customer_merge.id = ?
"""
MERGES_INTO = """
SELECT customer_merge.id, from_id, old.number, old.name, into_id, at, who, reason, undone_at
FROM customer_merge JOIN customer AS old ON old.id = from_id WHERE into_id = ? ORDER BY customer_merge.id DESC
"""
SET_THERE = """
UPDATE customer SET gone = '', merged_into = NULL, status = ?, version = version + 1 WHERE id = ?
"""
SET_UNDONE = "UPDATE customer_merge SET undone_at = ?, undone_by = ?, before = ? WHERE id = ?"
JUDGED_DIFFERENT = """
UPDATE duplicate_pair SET state = 'different', judged_at = ?, judged_by = ? WHERE first_id = ? AND second_id = ?
"""
NEWEST_WORD = "SELECT MAX(id) FROM consent WHERE customer_id = ? AND purpose = ? AND channel = ?"
WORD_THAT_COUNTS = f"""
SELECT id, given, wording, wording_version FROM consent WHERE customer_id = ?1 AND purpose = ?2 AND channel = ?3
  AND NOT (given = 0 AND {gone.taken_back("consent.id", "?4")}) ORDER BY id DESC LIMIT 1
"""
_OURS = "SELECT row_id FROM customer_merge_row WHERE merge_id = :merge AND kind = '{kind}'"
_SALES = _OURS.format(kind="sale")
_RETURNED_SINCE = f"""
SELECT sale.number, back.number FROM returned_line JOIN sale ON sale.id = returned_line.sale_id
JOIN sale AS back ON back.id = returned_line.return_id
WHERE sale.id IN ({_SALES}) AND back.id NOT IN ({_SALES}) LIMIT 1
"""
_ELSEWHERE = f"""
SELECT sale.number FROM sale JOIN customer_merge ON customer_merge.id = :merge
WHERE sale.id IN ({_SALES}) AND sale.customer_id <> customer_merge.into_id LIMIT 1
"""
_RENEWED_SINCE = f"""
SELECT membership.number, sale.number FROM membership JOIN membership_event AS event
  ON event.membership_id = membership.id AND event.kind = 'renewed'
JOIN sale ON sale.id = event.sale_id
WHERE membership.id IN ({_OURS.format(kind="membership")}) AND sale.id NOT IN ({_SALES}) AND NOT EXISTS (
    SELECT 1 FROM membership_event AS back WHERE back.kind = 'return' AND back.membership_id = event.membership_id
      AND back.sale_id = event.sale_id AND back.line_no = event.line_no) LIMIT 1
"""
_IN_THE_WAY = (
    (_RETURNED_SINCE, "{0} came with {old} and was given back by {1} since: the merge cannot be undone"),
    (_ELSEWHERE, "{0} came with {old} and is somebody else's sale by now: move it back to {new} first"),
    (_RENEWED_SINCE, "{0} came with {old} and was renewed by {1} since: give that sale back first"),
)
