"""Looking for customers who may be one, among a million of them in bounded memory.

Each customer is read once, a few thousand at a time. What two of them may have in common goes into a scratch file as
keyed digests, which say nothing to who reads them, and are sorted there; only those that meet are compared by name.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from itertools import combinations, groupby, islice
from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.formats import fold
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.duplicate_review.judging import Found
from bookkeeper_tui.store.engine.scratch import Scratch, scratch

AT_ONCE = 5000
PAIRS_AT_ONCE = 500
# More than so many with the same phone are a family or a company, and with the same name in a city it is a common one:
# no pair of them says anything.
MOST_ALIKE = 8
MOST_NAMESAKES = 3
LEAST_SCORE = 40
_ALIKE_PERCENT = 86

Told = Callable[[int, int], None]


class Sign(NamedTuple):
    """What two customers may have in common: in words, and what it counts, when their names are alike and when not."""

    words: str
    alike: int
    unlike: int


SIGNS: tuple[Sign, ...] = (
    Sign("same phone", 75, 45),
    Sign("same e-mail", 80, 55),
    Sign("same name and birthday", 85, 85),
    Sign("same name and city", 45, 45),
    Sign("name alike, same street", 50, 0),
    Sign("name alike, same birthday", 45, 0),
    Sign("same tax number", 70, 60),
)
_PHONE, _EMAIL, _BORN, _CITY, _STREET, _BIRTHDAY, _DOCUMENT = range(len(SIGNS))


class _One(NamedTuple):
    """A customer as far as pairs go by it."""

    id: int
    words: str
    phone: str
    email: str
    born: str
    documents: tuple[str, ...]
    city: str
    street: str


def find(desk: Desk, told: Told = lambda done, of: None) -> Found:
    """Looks at all customers and keeps the pairs that may be one; what was judged stays as it was judged.

    `told` hears now and then how many were looked at, of how many; what it raises ends the work, and leaves the list
    as it was but for pairs that were kept already. Pairs nobody judged that no longer look alike are taken out.
    """
    desk.require("duplicates.found")
    begun = desk.now()
    with scratch() as keys:
        of = int(desk.database.execute_sql(COUNT).fetchone()[0])
        looked = _read_all(desk.database, keys, lambda done: told(done, of))
        _compare(desk.database, keys, lambda: told(of, of))
        found, new = _keep(desk, keys, begun, lambda: told(of, of))
    _forget_others(desk, begun, looked, found, new)
    return Found(looked, found, new)


def _read_all(database: SqliteDatabase, keys: Scratch, told: Callable[[int], None]) -> int:
    """Writes down what each customer may have in common with others; answers how many there are."""
    keys.make("sign (kind INTEGER, key INTEGER, customer INTEGER)")
    salt, last, looked = secrets.token_bytes(16), WALK_IN_ID, 0
    while rows := database.execute_sql(CUSTOMERS, (last, AT_ONCE)).fetchall():
        told(looked)
        keys.add("sign", 3, [found for row in rows for found in _signs(_one(row), salt)])
        last, looked = rows[-1][0], looked + len(rows)
    told(looked)
    return looked


def _one(row: Sequence[str | int]) -> _One:
    customer_id, words, phone, email, born, registration_no, vat_no, city, street = row
    documents = tuple(fold(str(text)).replace(" ", "") for text in (registration_no, vat_no) if text)
    return _One(
        int(customer_id), " ".join(sorted(str(words).split())), str(phone), str(email), str(born), documents, str(city),
        fold(str(street)),
    )  # fmt: skip


def _signs(one: _One, salt: bytes) -> Iterator[tuple[int, int, int]]:
    named = " " in one.words
    for kind, parts in (
        (_PHONE, (one.phone,)),
        (_EMAIL, (one.email,)),
        (_BORN, (one.words if named else "", one.born)),
        (_CITY, (one.words if named else "", one.city)),
        (_STREET, (one.street, one.city)),
        (_BIRTHDAY, (one.born if len(one.born) == 10 else "", one.words[:1])),
        *((_DOCUMENT, (document,)) for document in one.documents if len(document) > 4),
    ):
        if all(parts):
            text = "\0".join(parts).encode()
            digest = blake2b(text, digest_size=8, key=salt, person=bytes([kind])).digest()
            yield kind, int.from_bytes(digest, "big", signed=True), one.id


def _compare(database: SqliteDatabase, keys: Scratch, told: Callable[[], None]) -> None:
    """Writes down a pair for each two who meet under a sign, and what it counts."""
    keys.make("pair (first INTEGER, second INTEGER, kind INTEGER, counts INTEGER)")
    met = keys.ask(MET, (_CITY, MOST_NAMESAKES, MOST_ALIKE))
    groups: list[tuple[int, list[int]]] = []
    for (kind, _), rows in groupby(met, key=lambda row: (row[0], row[1])):
        groups.append((kind, [row[2] for row in rows]))
        if len(groups) >= PAIRS_AT_ONCE:
            told()
            keys.add("pair", 4, _pairs(database, groups))
            groups = []
    keys.add("pair", 4, _pairs(database, groups))


def _pairs(database: SqliteDatabase, groups: Sequence[tuple[int, list[int]]]) -> list[tuple[int, int, int, int]]:
    ids = sorted({customer_id for _, members in groups for customer_id in members})
    marks = ", ".join("?" * len(ids))
    words = dict(database.execute_sql(WORDS.format(marks=marks), ids).fetchall())
    found = []
    for kind, members in groups:
        for first, second in combinations(sorted(set(members)), 2):
            if first not in words or second not in words:
                continue
            sign = SIGNS[kind]
            counts = sign.alike if are_alike(words[first], words[second]) else sign.unlike
            if counts:
                found.append((first, second, kind, counts))
    return found


def are_alike(one: str, other: str) -> bool:
    """Whether two names, folded, differ by no more than slips of the pen: letters, order, a word left out."""
    if sorted(one.split()) == sorted(other.split()):
        return True
    from rapidfuzz import fuzz

    fewer, more = sorted((set(one.split()), set(other.split())), key=len)
    return (len(fewer) > 1 and fewer <= more) or fuzz.token_sort_ratio(one, other) >= _ALIKE_PERCENT


def _keep(desk: Desk, keys: Scratch, begun: int, told: Callable[[], None]) -> tuple[int, int]:
    """Puts the pairs into the list, a few hundred at a time; answers how many there are, and how many are new."""
    found = new = 0
    rows = keys.ask(SCORED, (LEAST_SCORE,))
    while some := list(islice(rows, PAIRS_AT_ONCE)):
        told()
        with desk.change("duplicates.found") as change:
            for first, second, score, kinds in some:
                new += int(change.database.execute_sql(KNOWN, (first, second)).fetchone() is None)
                change.database.execute_sql(KEEP, (first, second, min(100, score), _why(kinds), begun))
            change.note(pairs=len(some))
        found += len(some)
    return found, new


def _why(kinds: str) -> str:
    """Why two may be one, in words. Who has the same name and birthday has a name much alike and the birthday too."""
    met = sorted({int(kind) for kind in kinds.split(",")})
    if _BORN in met:
        met = [kind for kind in met if kind != _BIRTHDAY]
    return ", ".join(SIGNS[kind].words for kind in met)


def _forget_others(desk: Desk, begun: int, looked: int, found: int, new: int) -> None:
    """Takes pairs out of the list that nobody judged and that were not found again; says in the log what was done."""
    while True:
        with desk.change("duplicates.found") as change:
            gone = change.database.execute_sql(FORGET, (begun, PAIRS_AT_ONCE)).fetchall()
            if len(gone) < PAIRS_AT_ONCE:
                change.note(customers=looked, pairs=found, new=new)
            else:
                change.note(forgotten=len(gone))
        if len(gone) < PAIRS_AT_ONCE:
            return


COUNT = "SELECT COUNT(*) FROM customer WHERE gone = '' AND id > 1"
CUSTOMERS = """
SELECT c.id, COALESCE(e.words, ''), c.phone_e164, c.email_key, c.born, c.registration_no, c.vat_no,
       COALESCE(a.city_key, ''), COALESCE(a.street, '')
FROM customer AS c LEFT JOIN search_entry AS e ON e.customer_id = c.id
LEFT JOIN customer_address AS a ON a.customer_id = c.id AND a.kind = 'billing'
WHERE c.id > ? AND c.gone = '' ORDER BY c.id LIMIT ?
"""
WORDS = "SELECT customer_id, words FROM search_entry WHERE customer_id IN ({marks})"
MET = """
SELECT kind, key, customer FROM (
    SELECT kind, key, customer, COUNT(*) OVER (PARTITION BY kind, key) AS many FROM sign
) WHERE many BETWEEN 2 AND CASE kind WHEN ? THEN ? ELSE ? END
"""
SCORED = """
SELECT first, second, SUM(counts) AS score, group_concat(kind) FROM pair
GROUP BY first, second HAVING SUM(counts) >= ? ORDER BY first, second
"""
KNOWN = "SELECT 1 FROM duplicate_pair WHERE first_id = ? AND second_id = ?"
KEEP = """
INSERT INTO duplicate_pair (first_id, second_id, score, why, found_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (first_id, second_id) DO UPDATE SET score = excluded.score, why = excluded.why, found_at = excluded.found_at
"""
FORGET = """
DELETE FROM duplicate_pair WHERE (first_id, second_id) IN (
    SELECT first_id, second_id FROM duplicate_pair WHERE state = 'new' AND found_at < ? LIMIT ?) RETURNING first_id
"""
