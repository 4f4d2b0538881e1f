"""Walking the audit chain: every row that was changed, removed, inserted, reordered or cut off, by name."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.store import audit
from bookkeeper_tui.store.audit import Head, Row, canonical, read_any

START = Head(0, b"")
WALKED_AT_ONCE = 5000
NAMED_ONE_BY_ONE = 1000
# So many rows that do not hold are kept, to find out what became of them; of more it is only said that they do not.
SUSPECTS_KEPT = 64
_SEARCHES = 2000
_NEAR = (-1, 1, -2, 2, -3, 3, -4, 4, -5, 5, -6, 6, -7, 7, -8, 8)
_KEY_ID, _DIGEST, _CUSTOMER, _ACTION = 11, 10, 8, 6
_FORGETTING = ("customer.erased", "customer.deleted")


class Broken(NamedTuple):
    """A place where the log does not hold: the row, and what is wrong with it; `until` is the last row of a run."""

    seq: int
    why: str
    until: int = 0


class _Suspect(NamedTuple):
    """A row whose hash is not that of its values and the row before it; `before` is the hash of that one."""

    values: Row
    mac: bytes
    before: bytes
    behind_gap: bool

    @property
    def seq(self) -> int:
        return int(self.values[0])


class _Forgotten(NamedTuple):
    """Whose personal values may be blank: of a customer up to the row of their erasure, and rows it names."""

    customers: dict[int, int]
    rows: set[int]

    def may_be(self, seq: int, customer_id: int | None) -> bool:
        return seq in self.rows or seq <= self.customers.get(customer_id or 0, 0)


def broken_rows(
    database: SqliteDatabase,
    keys: Mapping[str, bytes],
    after: Head = START,
    told: Callable[[int, int], None] = lambda done, of: None,
) -> Iterator[Broken]:
    """Walks the chain from a trusted head to its newest row, and names whatever does not hold.

    `keys` maps key ids to keys, the first being the one in use. Personal values must match their digest where they are
    kept, and be blank only for who was erased. `told` hears how many rows were walked, of how many; what it raises ends
    the walk. Rows that others add meanwhile are left for the next time.
    """
    kept = audit.kept_head(database, next(iter(keys.values())))
    newest = kept.newest if kept is not None else int(database.execute_sql(_NEWEST).fetchone()[0] or 0)
    walk = _Walk(database, keys, after, newest, kept.head if kept is not None and kept.holds else None)
    yield from _beginning(database, after)
    yield from walk.rows(told)
    yield from sorted([*walk.suspected(), *walk.of_persons()])
    yield from walk.end(kept)
    yield from walk.heads_made()


class _Walk:
    """One way through the chain: what was passed, and the rows that are still to be explained."""

    def __init__(
        self, database: SqliteDatabase, keys: Mapping[str, bytes], after: Head, newest: int, head: Head | None
    ) -> None:
        self._database, self._keys = database, keys
        self._after, self._newest, self._head = after, newest, head
        self._last = self._good = after
        self._suspects: list[_Suspect] = []
        self._gaps: dict[int, bytes] = {}
        self._flood, self._strange = _Run(), _Run()
        self._unknown = self._searches = 0
        self._named: set[int] = set()
        self._other_digests: list[tuple[int, bytes | None, bytes | None]] = []
        self._blank: list[tuple[int, int | None]] = []
        self._kept_personal = 0
        self._false_erasures: set[int] = set()

    def rows(self, told: Callable[[int, int], None]) -> Iterator[Broken]:
        """Goes through all rows; answers at once what needs no later row to be understood."""
        keys, digest_of, text_of = self._keys, hmac.digest, canonical
        expected, last = self._after.seq + 1, self._after.mac
        for page in self._pages():
            for *values, mac, kept, salt, body in page:
                seq, behind_gap = values[0], False
                mac = mac if type(mac) is bytes else _raw(mac)
                if seq != expected:
                    yield from self._missing(expected, seq - 1, last)
                    behind_gap = True
                key = keys.get(values[_KEY_ID])
                if key is None:
                    self._doubt(values)
                    yield from self._unknown_key(seq, values[_KEY_ID])
                elif digest_of(key, last + text_of(values), "sha256") != mac:
                    self._doubt(values)
                    self._last = Head(seq - 1, last)
                    yield from self._mismatch(_Suspect(tuple(values), mac, last, behind_gap))
                else:
                    self._good = Head(seq, mac)
                if values[_DIGEST] is not None or kept is not None:
                    yield from self._personal(values, kept, salt, body)
                expected, last = seq + 1, mac
            told(seq - self._after.seq, self._newest - self._after.seq)
        self._last = Head(expected - 1, last)
        yield from self._flood.ended()
        yield from self._strange.ended()

    def suspected(self) -> Iterator[Broken]:
        """What became of the rows that did not hold: those that only follow another such row are left out."""
        macs = {one.mac for one in self._suspects} | {self._expected(one) for one in self._suspects}
        whole = {one.seq for one in self._suspects if any(self._fits(one, one.seq, mac) for mac in macs)}
        wrong = {one.seq for one in self._suspects} - whole
        self._false_erasures -= whole
        for one in self._suspects:
            seq = one.seq
            if seq in whole:
                if seq - 1 not in wrong and not one.behind_gap:
                    yield self._name(seq, f"row {seq} does not follow row {seq - 1}: one of them is another copy's")
            elif (was := self._moved(one, macs)) is not None:
                yield self._name(seq, f"row {seq} holds what was row {was}")
            elif self._head is not None and seq > self._head.seq:
                yield self._name(seq, f"row {seq} was added behind the last one")
            elif one.behind_gap or seq - 1 in wrong:
                yield self._name(
                    seq, f"row {seq} may have been changed: without the row before it, it cannot be checked"
                )
            else:
                yield self._name(seq, f"row {seq} was changed")

    def of_persons(self) -> Iterator[Broken]:
        """Personal values that are not what was written, or are blank though nobody was erased."""
        owners = {digest: seq for seq, _, digest in self._other_digests}
        for seq, found, _ in self._other_digests:
            owner = owners.get(found)
            told = "were changed" if owner is None or found is None else f"are those of row {owner}"
            yield Broken(seq, f"the personal values of row {seq} {told}")
        if self._blank:
            forgotten, claimed = _forgotten(self._database, self._false_erasures)
            for seq, customer_id in self._blank:
                if forgotten.may_be(seq, customer_id):
                    continue
                why = "the row of the erasure does not hold" if claimed.may_be(seq, customer_id) else _NOBODY_ERASED
                yield Broken(seq, f"the personal values of row {seq} were blanked, and {why}")
        between = (self._after.seq, self._newest)
        strays = self._database.execute_sql(_STRAYS_AROUND, (self._newest,)).fetchall()
        if self._database.execute_sql(_PERSONAL_COUNTED, between).fetchone()[0] != self._kept_personal:
            strays += self._database.execute_sql(_STRAYS_BETWEEN, between).fetchall()
        for (seq,) in strays:
            yield Broken(seq, f"there are personal values for row {seq}, which the log does not have")

    def end(self, kept: audit.KeptHead | None) -> Iterator[Broken]:
        """Whether the log ends where the head says that it ends."""
        last = self._last
        if kept is None:
            yield Broken(last.seq, "the head of the log is missing: rows may have been cut off its end")
        elif not kept.holds:
            yield Broken(kept.head.seq, "the head of the log was changed: rows may have been cut off its end")
        elif kept.head.seq > last.seq and kept.head.seq > self._newest:
            yield from _one_by_one(last.seq + 1, kept.head.seq, "cut off the end")
        elif kept.head.seq < self._good.seq:
            yield Broken(
                kept.head.seq, f"the log goes on to row {self._newest} behind its head, which names row {kept.head.seq}"
            )
        elif kept.head.seq == last.seq and kept.head.mac != last.mac and last.seq not in self._named:
            yield Broken(last.seq, f"row {last.seq} is another than the one that the head of the log names")

    def heads_made(self) -> Iterator[Broken]:
        """A head is made with the store, or once when an older store is opened; later only for one taken away."""
        made = [
            seq
            for seq, action, detail in read_any(self._database, _HEADS_MADE)
            if seq not in self._named and (action != "store.created" or "headed" in detail)
        ]
        for seq in made[1:]:
            yield Broken(seq, f"the head of the log was taken away before row {seq}: rows may have been cut off there")

    def _pages(self) -> Iterator[list[Row]]:
        """In pages: a statement that stays open for minutes keeps the store's log growing."""
        after = self._after.seq
        while rows := self._page(after):
            yield rows
            after = rows[-1][0]

    def _page(self, after: int) -> list[Row]:
        return read_any(self._database, _WALK, (after, self._newest, WALKED_AT_ONCE))

    def _name(self, seq: int, why: str) -> Broken:
        self._named.add(seq)
        return Broken(seq, why)

    def _doubt(self, values: list[Any]) -> None:
        """An erasure that is not proved excuses nothing."""
        if values[_ACTION] in _FORGETTING:
            self._false_erasures.add(values[0])

    def _missing(self, first: int, last: int, before: bytes) -> Iterator[Broken]:
        if len(self._gaps) < SUSPECTS_KEPT:
            self._gaps[first] = before
        return _one_by_one(first, min(last, self._head.seq) if self._head is not None else last, "missing")

    def _mismatch(self, one: _Suspect) -> Iterator[Broken]:
        if len(self._suspects) < SUSPECTS_KEPT:
            self._suspects.append(one)
            return
        moved = self._renumbered(one)
        if moved:
            self._good = Head(one.seq + moved, one.mac)
        self._named.add(one.seq)
        yield from self._flood.takes(one.seq, "changed, or what stood before", moved)

    def _unknown_key(self, seq: int, key_id: str) -> Iterator[Broken]:
        self._named.add(seq)
        self._unknown += 1
        if self._unknown <= NAMED_ONE_BY_ONE:
            yield Broken(seq, f"row {seq} names the unknown key {key_id}")
        else:
            yield from self._strange.takes(seq, f"given the unknown key {key_id}")

    def _renumbered(self, one: _Suspect) -> int:
        """How far from its own place a row was, in a log in which all later rows were given other numbers."""
        known = self._flood.moved
        if known and self._fits(one, one.seq + known, one.before):
            return known
        if self._searches >= _SEARCHES:
            return 0
        self._searches += 1
        lost = self._head.seq - self._newest if self._head is not None else 0
        for moved in (self._good.seq + 1 - one.seq, lost, *_NEAR):
            for before in (one.before, self._good.mac):
                if moved and self._fits(one, one.seq + moved, before):
                    return moved
        return 0

    def _moved(self, one: _Suspect, macs: set[bytes]) -> int | None:
        """Where a row was first, if it stands in another's place, with or without its hash."""
        own = {other.mac for other in self._suspects}
        for near in _NEAR:
            if self._hash(one, one.seq + near, one.before) in own:
                return one.seq + near
        places = {other.seq: other.before for other in self._suspects} | self._gaps
        places |= {one.seq + near: self._good.mac for near in _NEAR if one.seq + near not in places}
        for seq, before in places.items():
            text = canonical((seq, *one.values[1:]))
            if seq != one.seq and any(self._digest(one, mac + text) in own for mac in (before, *own)):
                return seq
        return None

    def _expected(self, one: _Suspect) -> bytes:
        return self._hash(one, one.seq, one.before)

    def _fits(self, one: _Suspect, seq: int, before: bytes) -> bool:
        return self._hash(one, seq, before) == one.mac

    def _hash(self, one: _Suspect, seq: int, before: bytes) -> bytes:
        return self._digest(one, before + canonical((seq, *one.values[1:])))

    def _digest(self, one: _Suspect, text: bytes) -> bytes:
        return hmac.digest(self._keys[one.values[_KEY_ID]], text, "sha256")

    def _personal(self, values: list[Any], kept: int | None, salt: bytes | None, body: str | None) -> Iterator[Broken]:
        seq, digest = values[0], values[_DIGEST]
        if kept is None:
            yield Broken(seq, f"the personal values of row {seq} were removed instead of erased")
            return
        self._kept_personal += 1
        if digest is None:
            yield Broken(seq, f"row {seq} was given personal values")
        elif body is None and salt is None:
            self._blank.append((seq, values[_CUSTOMER]))
        else:
            found = hashlib.sha256(_raw(salt) + _raw(body)).digest()
            if found == digest:
                return
            if len(self._other_digests) < SUSPECTS_KEPT:
                self._other_digests.append((seq, found, digest))
            else:
                yield Broken(seq, f"the personal values of row {seq} were changed")


class _Run:
    """Rows on end of which the same is to be said: that they do not hold, or that they were renumbered."""

    def __init__(self) -> None:
        self.moved = 0
        self._why = ""
        self._first = self._last = 0

    def takes(self, seq: int, why: str, moved: int = 0) -> Iterator[Broken]:
        if self._first and (why, moved, seq) == (self._why, self.moved, self._last + 1):
            self._last = seq
            return
        yield from self.ended()
        self._first = self._last = seq
        self._why, self.moved = why, moved

    def ended(self) -> Iterator[Broken]:
        if not self._first:
            return
        first, last = self._first, self._last
        was = _named(first + self.moved, last + self.moved)
        why = was if self.moved else self._why
        yield Broken(first, f"{_named(first, last)} {'was' if first == last else 'were'} {why}", last)
        self._first = 0


def _raw(value: object) -> bytes:
    """A value of the file as bytes, also where it is of another type than its column."""
    match value:
        case None:
            return b""
        case bytes():
            return value
        case str():
            return value.encode(errors="surrogateescape")
        case _:
            return repr(value).encode()


def _named(first: int, last: int) -> str:
    return f"row {first}" if first == last else f"rows {first} to {last}"


def _beginning(database: SqliteDatabase, after: Head) -> Iterator[Broken]:
    """What stands before the first row to be walked: nothing at all, or the row that is trusted."""
    for (seq,) in database.execute_sql(_BEFORE_FIRST).fetchall():
        yield Broken(seq, f"row {seq} was inserted before the first")
    if not after.seq:
        return
    row = database.execute_sql("SELECT mac FROM audit WHERE seq = ?", (after.seq,)).fetchone()
    if row is None:
        yield Broken(after.seq, f"row {after.seq}, to where the log was proved before, is missing")
    elif bytes(row[0]) != after.mac:
        yield Broken(after.seq, f"row {after.seq} is another than it was when the log was proved to there")


def _one_by_one(first: int, last: int, why: str) -> Iterator[Broken]:
    """Each row by its own name, as long as these are not too many."""
    if last - first < NAMED_ONE_BY_ONE:
        for seq in range(first, last + 1):
            yield Broken(seq, f"row {seq} {'is missing' if why == 'missing' else f'was {why}'}")
    else:
        yield Broken(first, f"rows {first} to {last} {'are missing' if why == 'missing' else f'were {why}'}", last)


def _forgotten(database: SqliteDatabase, false: set[int]) -> tuple[_Forgotten, _Forgotten]:
    """What the rows of erasures excuse: those that hold, and those that are `false`."""
    true, claimed = _Forgotten({}, set()), _Forgotten({}, set())
    for seq, customer_id, detail in read_any(database, _ERASURES, _FORGETTING):
        customers, rows = claimed if seq in false else true
        if customer_id is not None:
            customers[customer_id] = max(seq, customers.get(customer_id, 0))
        rows.update(named for named in _listed(detail) if isinstance(named, int) and named <= seq)
    return true, claimed


def _listed(detail: str) -> Iterable[object]:
    try:
        listed = json.loads(detail).get("blanked", ())
    except (ValueError, AttributeError):
        return ()
    return listed if isinstance(listed, list) else ()


_NEWEST = "SELECT MAX(seq) FROM audit"
_BEFORE_FIRST = "SELECT seq FROM audit WHERE seq < 1 ORDER BY seq"
_WALK = f"""
SELECT {audit.COLUMNS.replace("seq", "audit.seq", 1)}, mac, audit_personal.seq, salt, body FROM audit
LEFT JOIN audit_personal ON audit_personal.seq = audit.seq
WHERE audit.seq > ? AND audit.seq <= ? AND audit.seq > 0 ORDER BY audit.seq LIMIT ?
"""
_PERSONAL_COUNTED = "SELECT COUNT(*) FROM audit_personal WHERE seq > ? AND seq <= ?"
_OF_NO_ROW = "NOT EXISTS (SELECT 1 FROM audit WHERE audit.seq = audit_personal.seq) ORDER BY seq LIMIT 1000"
_STRAYS_AROUND = f"SELECT seq FROM audit_personal WHERE (seq < 1 OR seq > ?) AND {_OF_NO_ROW}"
_STRAYS_BETWEEN = f"SELECT seq FROM audit_personal WHERE seq > ? AND seq <= ? AND {_OF_NO_ROW}"
_ERASURES = "SELECT seq, customer_id, detail FROM audit WHERE action IN (?, ?) ORDER BY seq"
_NOBODY_ERASED = "nobody was erased for it"
_HEADS_MADE = (
    f"SELECT seq, action, detail FROM audit WHERE action IN ('store.created', '{audit.HEAD_MADE}') AND seq > 0 "
    "ORDER BY seq"
)
