"""Erasing a customer on their wish: what tells who they were goes, the amounts stay under a pseudonym.

It reaches the tables, the search index, old values in the audit log, the write-ahead log and pages set free.
"""

import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import fold, harmless
from bookkeeper_tui.store import discount_grants
from bookkeeper_tui.store.desk import AlreadyDone, Change, Desk
from bookkeeper_tui.store.engine import Engine, scrubbing, search_index
from bookkeeper_tui.store.privacy import leftovers
from bookkeeper_tui.store.privacy.inventory import PLACES
from bookkeeper_tui.store.privacy.place import BLANK, CARD, DROP, NAME, NAME_KEY, Place
from bookkeeper_tui.store.privacy.refusing import reasons, refusals, sentence_of, their_ids
from bookkeeper_tui.store.privacy.traces import Traces, texts_in, traces_of

__all__ = ["Erased", "erase", "refusals", "what_goes"]

LONGEST_REASON = 200
GOES, BLANKED, STAYS = "goes", "blanked", "stays"
ROWS_AT_ONCE = 5000
MEGABYTES_BETWEEN = 100
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_NOT_ABOUT_CUSTOMERS = ("staff.", "pin.")

Told = Callable[[str], None]
"""Is told, in a few words, what is being done."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What erasing left: the pseudonym, until when the books keep the amounts (ISO), and what a person must see to.

    `blanked` counts the rows of the audit log that are not the customer's own and named them. `files` hold something
    of them, or papers of theirs, and are left to a person; `left` says where in the store itself their bytes still are.
    """

    customer_id: int
    pseudonym: str
    retain_until: str
    blanked: int
    files: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def what_goes(desk: Desk, customer_id: int) -> list[tuple[str, int, str]]:
    """What erasing would do: title, how many rows there are, and whether they go, are blanked in part, or stay."""
    database = desk.require("customer.viewed")
    who = _listed(their_ids(database, customer_id))
    found = []
    for place in PLACES:
        sql = f"SELECT COUNT(*) FROM {place.source or place.table} WHERE {place.mine.format(who=who)}"
        if count := int(database.execute_sql(sql).fetchone()[0]):
            blanked = place.erased or place.table == "audit"
            found.append((place.title, count, GOES if place.gone else BLANKED if blanked else STAYS))
    return found


def check_reason(desk: Desk, customer_id: int, reason: str) -> None:
    """Raises BadInput for an empty reason, a long one, or one that names the customer."""
    database = desk.require("customer.viewed")
    _checked_reason(reason, traces_of(database, their_ids(database, customer_id), desk.store.shop.country))


def erase(
    desk: Desk, customer_id: int, reason: str, once: str | None = None, tell: Told = lambda words: None
) -> Erased:
    """Erase a customer and those merged into them; `reason` stays, and may name nobody.

    Raises BadInput with everything that is still open, for an empty reason or one that names the customer.
    """
    database = desk.require("customer.erased")
    _refuse(desk, database, customer_id)
    known = traces_of(database, their_ids(database, customer_id), desk.store.shop.country)
    cleaned = _checked_reason(reason, known)
    tell("Looking through the audit log")
    seen = int(desk.store.engine.audit_head()[0])
    mentioned = list(_mentions(database, known, customer_id, 0, seen))
    tell("Erasing")
    papers = leftovers.papers_of(database, their_ids(database, customer_id))
    try:
        with desk.change("customer.erased", customer_id=customer_id, once=once) as change:
            _refuse(desk, change.database, customer_id)
            ids = their_ids(change.database, customer_id)
            traces = traces_of(change.database, ids, desk.store.shop.country)
            after = seen if traces == known else 0
            found = [*(mentioned if after else ()), *_mentions(change.database, traces, customer_id, after, 1 << 62)]
            found = sorted({*found, *_of_merges_undone(change.database, ids)})
            erased = _erase(change, customer_id, ids, cleaned, traces, found)
            change.result = json.dumps([erased.pseudonym, erased.retain_until, erased.blanked])
    except AlreadyDone as done:
        # Whoever asks again may have been interrupted before the log was emptied.
        scrubbing.empty_log(desk.store.engine)
        return Erased(customer_id, *json.loads(done.result))
    return _scrub(desk, erased, traces, papers, tell)


def years_on(day: str, years: int) -> str:
    """The same day so many years later, as ISO text; 29 February becomes the 28th."""
    start = date.fromisoformat(day)
    try:
        return start.replace(year=start.year + years).isoformat()
    except ValueError:
        return start.replace(year=start.year + years, day=28).isoformat()


def blank_log(change: Change, ids: Sequence[int], others: Sequence[int]) -> None:
    """Erase the old values that the audit log keeps: of the customers' own rows, and of others that named them."""
    change.database.execute_sql(BLANK_OWN.format(who=_listed(ids)))
    for start in range(0, len(others), ROWS_AT_ONCE):
        change.database.execute_sql(BLANK_ROWS.format(seqs=_listed(others[start : start + ROWS_AT_ONCE])))


def mentions(change: Change, ids: Sequence[int], customer_id: int) -> tuple[Traces, list[int]]:
    """How a customer is known again in texts, and the audit rows of others that name them; inside a change."""
    traces = traces_of(change.database, ids, change.desk.store.shop.country)
    return traces, list(_mentions(change.database, traces, customer_id, 0, 1 << 62))


def _of_merges_undone(database: SqliteDatabase, ids: Sequence[int]) -> set[int]:
    """The rows of others that say what a merge brought them of these customers, and what its undoing took again."""
    return {row[0] for row in database.execute_sql(MERGES_UNDONE.format(who=_listed(ids)))}


def own_rows(database: SqliteDatabase, ids: Sequence[int]) -> list[int]:
    """The rows of the log that are the customers' own and still hold values."""
    if not ids:
        return []
    return [row[0] for row in database.execute_sql(OWN_ROWS.format(who=_listed(ids)))]


def scrub(engine: Engine, traces: Traces) -> tuple[str, ...]:
    """Have the files forget what the tables no longer say; answers where bytes of it are left, which is nowhere."""
    scrubbing.empty_log(engine)
    return leftovers.chase(engine, traces)


def _erase(
    change: Change, customer_id: int, ids: Sequence[int], reason: str, traces: Traces, others: Sequence[int]
) -> Erased:
    database, until = change.database, years_on(change.today, change.desk.store.settings.retention_years)
    names = {one: _pseudonym(database) for one in ids}
    leftovers.empty_where_named(database, ids, traces)
    for one, pseudonym in names.items():
        for place in PLACES:
            _empty(database, place, str(one), pseudonym)
        database.execute_sql(TOMBSTONE, (
            one, pseudonym, change.at, change.desk.staff.staff_id, change.desk.staff.who, reason, until,
        ))  # fmt: skip
        database.execute_sql(GONE, (one,))
        search_index.remove(database, one)
        if database.execute_sql(LAST_CODE, (one,)).fetchone() == (1,):
            discount_grants.record(change, one, "", "")
    for sql in ENDED:
        database.execute_sql(sql.format(who=_listed(ids)))
    scrubbing.forget_words(database)
    # What is blanked is listed whole, for rows of merged customers are not this one's own.
    foreign = sorted({*others, *own_rows(database, [one for one in ids if one != customer_id])})
    blank_log(change, ids, others)
    number = database.execute_sql("SELECT number FROM customer WHERE id = ?", (customer_id,)).fetchone()[0]
    change.concerns(subject=number)
    change.note(pseudonym=names[customer_id], retain_until=until, blanked=foreign)
    for one, pseudonym in names.items():
        if one != customer_id:
            change.also("customer.erased", customer_id=one, detail={"pseudonym": pseudonym, "blanked": []})
    return Erased(customer_id, names[customer_id], until, len(others))


def _empty(database: SqliteDatabase, place: Place, who: str, pseudonym: str) -> None:
    """Empty one place of what is of the customer."""
    mine = (place.rows or place.mine).format(who=who)
    if place.gone:
        database.execute_sql(f"DELETE FROM {place.table} WHERE {mine}")
        return
    for column, how in place.erased.items():
        value, test = _VALUES[how]
        value = value.format(column=column)
        given = {"name": _name(pseudonym), "key": fold(_name(pseudonym))}
        database.execute_sql(
            f"UPDATE {place.table} SET {column} = {value} WHERE {mine} AND {test.format(column=column)}",
            {name: text for name, text in given.items() if f":{name}" in value},
        )


def _mentions(database: SqliteDatabase, traces: Traces, customer_id: int, after: int, until: int) -> Iterator[int]:
    """The rows of the log between two sequences that are not the customer's own and whose values name them."""
    ids, known = set(their_ids(database, customer_id)), dict[int, Traces]()
    while rows := database.execute_sql(VALUES, (after, until, ROWS_AT_ONCE)).fetchall():
        for seq, action, whose, body in rows:
            if whose in ids or action.startswith(_NOT_ABOUT_CUSTOMERS) or not traces.may_be_in(body):
                continue
            sought = traces
            if whose is not None:
                if whose not in known:
                    known[whose] = traces.besides(leftovers.now_called(database, whose))
                sought = known[whose]
            if any(sought.are_in(text, whole=whose is not None) for text in texts_in(body)):
                yield seq
        after = rows[-1][0]


def _scrub(desk: Desk, erased: Erased, traces: Traces, papers: set[str], tell: Told) -> Erased:
    tell("Emptying the write-ahead log")
    emptied = scrubbing.empty_log(desk.store.engine)
    searching = "Searching the files for what was erased"
    tell(searching)
    left = leftovers.chase(
        desk.store.engine,
        traces,
        lambda megabytes: None if megabytes % MEGABYTES_BETWEEN else tell(f"{searching}, {megabytes} MB"),
    )
    if not emptied:
        left = (*left, "the write-ahead log, which another terminal was reading: it is emptied when all have left")
    files = leftovers.files_with(desk.store, traces, papers)
    named = leftovers.named_by_others(desk.database, traces)
    return replace(erased, files=files, named=named, left=left)


def _refuse(desk: Desk, database: SqliteDatabase, customer_id: int) -> None:
    if why := list(reasons(database, desk, customer_id)):
        name = database.execute_sql("SELECT name FROM customer WHERE id = ?", (customer_id,)).fetchone()[0]
        raise BadInput(sentence_of(why, harmless(name), "erased"))


def _checked_reason(reason: str, traces: Traces) -> str:
    cleaned = " ".join(harmless(reason[: 4 * LONGEST_REASON]).split())
    if not cleaned:
        raise BadInput("Erasing needs a reason, such as “asked by letter on 20/11”")
    if len(cleaned) > LONGEST_REASON:
        raise BadInput(f"Reason: more than {LONGEST_REASON} letters (“{cleaned[:30]}…”)")
    if traces.are_in(cleaned):
        raise BadInput(f"Reason: “{cleaned[:60]}” names the customer, and the reason stays: leave the name out")
    return cleaned


def _pseudonym(database: SqliteDatabase) -> str:
    while True:
        text = "E-" + "".join(secrets.choice(_LETTERS) for _ in range(6))
        if database.execute_sql("SELECT 1 FROM erasure WHERE pseudonym = ?", (text,)).fetchone() is None:
            return text


def _name(pseudonym: str) -> str:
    return f"Erased {pseudonym}"


def _listed(ids: Sequence[int]) -> str:
    return ", ".join(map(str, ids))


_VALUES = {
    BLANK: ("''", "{column} <> ''"),
    DROP: ("NULL", "{column} IS NOT NULL"),
    NAME: (":name", "1"),
    NAME_KEY: (":key", "1"),
    CARD: ("'ended-' || id", "1"),
}
TOMBSTONE = """
INSERT INTO erasure (customer_id, pseudonym, erased_at, staff_id, who, reason, retain_until)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
GONE = "UPDATE customer SET gone = 'erased', status = 'inactive', version = version + 1 WHERE id = ?"
LAST_CODE = "SELECT code <> '' FROM discount_grant WHERE customer_id = ? ORDER BY id DESC LIMIT 1"
ENDED = (
    "UPDATE customer_account SET status = 'closed' WHERE customer_id IN ({who}) AND status <> 'closed'",
    "UPDATE waiting SET state = 'given up' WHERE customer_id IN ({who}) AND state IN ('waiting', 'offered')",
    "UPDATE member_card SET state = 'ended' WHERE state <> 'ended' AND member_id IN (SELECT member.id FROM member "
    "JOIN membership ON membership.id = member.membership_id WHERE membership.customer_id IN ({who}))",
    "UPDATE basket SET state = 'dropped' WHERE customer_id IN ({who}) AND state IN ('open', 'parked')",
)
VALUES = """
SELECT audit.seq, action, customer_id, body FROM audit_personal JOIN audit ON audit.seq = audit_personal.seq
WHERE audit_personal.seq > ? AND audit_personal.seq <= ? AND body IS NOT NULL ORDER BY audit_personal.seq LIMIT ?
"""
OWN_ROWS = """
SELECT audit.seq FROM audit JOIN audit_personal ON audit_personal.seq = audit.seq
WHERE customer_id IN ({who}) AND body IS NOT NULL
"""
MERGES_UNDONE = """
SELECT audit.seq FROM customer_merge JOIN audit ON audit.customer_id IN (from_id, into_id)
  AND audit.customer_id NOT IN ({who}) AND audit.at IN (customer_merge.at, undone_at)
JOIN audit_personal ON audit_personal.seq = audit.seq AND body IS NOT NULL
WHERE undone_at IS NOT NULL AND (from_id IN ({who}) OR into_id IN ({who}))
"""
BLANK_OWN = """
UPDATE audit_personal SET salt = NULL, body = NULL
WHERE body IS NOT NULL AND seq IN (SELECT seq FROM audit WHERE customer_id IN ({who}))
"""
BLANK_ROWS = "UPDATE audit_personal SET salt = NULL, body = NULL WHERE seq IN ({seqs})"
PROOFS = (
    (
        "erased customers are forgotten",
        "SELECT COUNT(*) FROM erasure",
        "SELECT customer_id FROM erasure WHERE customer_id IN (SELECT customer_id FROM search_entry) "
        "OR customer_id IN (SELECT audit.customer_id FROM audit JOIN audit_personal ON audit_personal.seq = audit.seq "
        "WHERE audit.customer_id = erasure.customer_id AND body IS NOT NULL AND audit.at < erasure.erased_at) "
        "OR EXISTS (SELECT 1 FROM customer WHERE id = customer_id AND (gone <> 'erased' OR status <> 'inactive' "
        "OR name <> 'Erased ' || pseudonym OR company || phone_raw || phone_e164 || phone_reversed || email "
        "|| email_key || card || born || gender || registration_no || vat_no || language || discount_code "
        "|| discount_until || source || source_ref <> '')) "
        "OR customer_id IN (SELECT customer_id FROM note) OR customer_id IN (SELECT customer_id FROM customer_address) "
        "OR customer_id IN (SELECT customer_id FROM customer_tag) OR customer_id IN "
        "(SELECT customer_id FROM customer_attribute) OR customer_id IN (SELECT customer_id FROM measurement) "
        "OR customer_id IN (SELECT customer_id FROM preference) ORDER BY customer_id",
    ),
    (
        "erased customers have their tombstones",
        "SELECT COUNT(*) FROM customer WHERE gone = 'erased'",
        "SELECT id FROM customer WHERE gone = 'erased' AND id NOT IN (SELECT customer_id FROM erasure) ORDER BY id",
    ),
)
