"""The audit log: one row for every look and change, chained by a keyed hash so that none can be quietly edited."""

import hashlib
import hmac
import json
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from peewee import OperationalError, SqliteDatabase

Row = tuple[Any, ...]
COLUMNS = "seq, at, staff_id, who, role, terminal, action, subject, customer_id, detail, personal_digest, key_id"
_INSERT = f"INSERT INTO audit ({COLUMNS}, mac) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_PERSONAL = "INSERT INTO audit_personal (seq, salt, body) VALUES (?, ?, ?)"
_READ_HEAD = "SELECT seq, mac, seal, (SELECT MAX(seq) FROM audit) FROM audit_head"
_WRITE_HEAD = "UPDATE audit_head SET seq = ?, mac = ?, seal = ?"
_NEWEST = "SELECT seq, mac FROM audit WHERE seq < ? ORDER BY seq DESC LIMIT 1"
# A row inserted far ahead of the others is not followed there: the numbers would soon run out.
_FAR, _FURTHEST = 1_000_000_000, 1 << 62
_END_KEYS = "SELECT key_id FROM audit WHERE seq IN ((SELECT MIN(seq) FROM audit), (SELECT MAX(seq) FROM audit))"
DAY = 86_400_000_000
"""Microseconds: so far the rows of a time are looked for on either side of it, since clocks are put right."""
# What cannot stand in a row of ours has a text of its own here, so that it is found to be changed.
_encoded = json.JSONEncoder(default=repr).encode
HEAD_MADE = "audit.head_made"


class Head(NamedTuple):
    """The newest row of the chain: what the next one continues from."""

    seq: int
    mac: bytes


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing done or looked at, not yet written: `at` in microseconds UTC, `personal` what may be erased later."""

    at: int
    staff_id: int | None
    who: str
    role: str
    terminal: str
    action: str
    subject: str
    customer_id: int | None
    detail: Mapping[str, object]
    personal: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A row as it is read back. `personal` is None where it was erased or never was."""

    seq: int
    at: int
    who: str
    role: str
    terminal: str
    action: str
    subject: str
    customer_id: int | None
    detail: dict[str, Any]
    personal: dict[str, Any] | None


class KeptHead(NamedTuple):
    """The head as the store keeps it, whether its keyed hash is the program's, and the newest row beside it."""

    head: Head
    holds: bool
    newest: int


def append_all(database: SqliteDatabase, key: bytes, key_id: str, deeds: Iterable[Deed]) -> Head:
    """Add the rows of one act to the chain, inside its write transaction, and return the new head.

    The first continues from the head that the store keeps: where rows were cut off behind it, a gap is left. A head
    that is not the program's, or that rows were added behind, is never put right by this: its successors hold as
    little as it does.
    """
    kept = kept_head(database, key)
    holds = kept is not None and kept.holds and kept.newest <= kept.head.seq
    head = kept.head if kept is not None and holds else _put_together(database, kept)
    for deed in deeds:
        head = append(database, head, key, key_id, deed)
    database.execute_sql(_WRITE_HEAD, (*head, _head_seal(key, head) if holds else b""))
    return head


def kept_head(database: SqliteDatabase, key: bytes) -> KeptHead | None:
    """The head that the store keeps; None where there is none."""
    row = database.execute_sql(_READ_HEAD).fetchone()
    if row is None:
        return None
    head = Head(row[0], bytes(row[1]))
    return KeptHead(head, hmac.compare_digest(_head_seal(key, head), bytes(row[2])), row[3] or 0)


def make_head(database: SqliteDatabase, key: bytes, key_id: str, at: int) -> None:
    """Have the store keep a head from now on, inside a write transaction; nothing to do where it does already.

    That it was made for a log which had rows is told by a row of its own: there is one such row in a store, or none,
    and a second one tells that a head was taken away.
    """
    if database.execute_sql(_READ_HEAD).fetchone() is not None:
        return
    head = newest(database, _FURTHEST)
    database.execute_sql("INSERT INTO audit_head (id, seq, mac, seal) VALUES (1, ?, ?, ?)", (*head, b""))
    database.execute_sql(_WRITE_HEAD, (*head, _head_seal(key, head)))
    if head.seq:
        deed = Deed(at, None, "the opening of the store", "owner", "", HEAD_MADE, "", None, {"rows": head.seq}, {})
        append_all(database, key, key_id, [deed])


def newest(database: SqliteDatabase, below: int = _FURTHEST) -> Head:
    """The newest row that there is, below a sequence, whatever the kept head says."""
    row = database.execute_sql(_NEWEST, (below,)).fetchone()
    return Head(row[0], bytes(row[1])) if row else Head(0, b"")


def key_ids(database: SqliteDatabase) -> set[str]:
    """The ids of the keys of the first and the newest row; none in an empty log."""
    return {row[0] for row in database.execute_sql(_END_KEYS)}


def append(database: SqliteDatabase, head: Head, key: bytes, key_id: str, deed: Deed) -> Head:
    """Add one row after a head and return the new one; the store's own head is `append_all`'s care."""
    seq = head.seq + 1
    digest, salt, body = None, b"", ""
    if deed.personal:
        salt, body = os.urandom(16), _json(deed.personal)
        digest = hashlib.sha256(salt + body.encode()).digest()
    row = (
        seq,
        deed.at,
        deed.staff_id,
        _writable(deed.who),
        deed.role,
        _writable(deed.terminal),
        deed.action,
        _writable(deed.subject),
        deed.customer_id,
        _json(deed.detail),
        digest,
        key_id,
    )
    mac = hmac.digest(key, head.mac + canonical(row), "sha256")
    database.execute_sql(_INSERT, (*row, mac))
    if digest is not None:
        database.execute_sql(_INSERT_PERSONAL, (seq, salt, body))
    return Head(seq, mac)


_READ = (
    "SELECT audit.seq, at, who, role, terminal, action, subject, customer_id, detail, body FROM audit "
    "LEFT JOIN audit_personal ON audit_personal.seq = audit.seq WHERE "
)


def rows_before(
    database: SqliteDatabase,
    *,
    before: int | None = None,
    after: int = 0,
    customer_id: int | Sequence[int] | None = None,
    staff_id: int | None = None,
    action: str = "",
    since: int = 0,
    limit: int = 50,
) -> list[AuditRow]:
    """Rows newest first, below the sequence `before`. `action` is a whole name or a prefix that ends with a dot.

    They concern the customer, or one of several ids of theirs.
    """
    tests, values = _tests(after, customer_id=customer_id, staff_id=staff_id, at=since or None)
    if before is not None:
        tests += " AND audit.seq < ?"
        values.append(before)
    if action.endswith("."):
        tests += " AND action >= ? AND action < ?"
        values += [action, action[:-1] + "/"]
    elif action:
        # The plus keeps SQLite to the few rows of one customer, where it would walk all of the action.
        tests += " AND action = ?" if customer_id is None else " AND +action = ?"
        values.append(action)
    return rows_where(database, f"{tests} ORDER BY audit.seq DESC LIMIT ?", (*values, limit))


def rows_after(
    database: SqliteDatabase,
    after: int,
    *,
    customer_id: int | Sequence[int] | None = None,
    staff_id: int | None = None,
    since: int = 0,
    limit: int = 500,
) -> list[AuditRow]:
    """Rows above a sequence, oldest first: what has happened since. `since` in microseconds UTC."""
    tests, values = _tests(after, customer_id=customer_id, staff_id=staff_id, at=since or None)
    return rows_where(database, f"{tests} ORDER BY audit.seq LIMIT ?", (*values, limit))


def rows_where(database: SqliteDatabase, where: str, values: Sequence[object]) -> list[AuditRow]:
    """Rows that a condition finds, in its order; also where somebody wrote into them what is no text or no JSON."""
    return [_read(row) for row in read_any(database, f"{_READ}{where}", tuple(values), "replace")]


def first_at(database: SqliteDatabase, at: int) -> int:
    """The first row of a time or later, found by halving; the sequence after the last when there is none."""
    low, high = 1, newest(database).seq + 1
    while low < high:
        middle = (low + high) // 2
        row = database.execute_sql(
            "SELECT seq, at FROM audit WHERE seq >= ? ORDER BY seq LIMIT 1", (middle,)
        ).fetchone()
        if row is None or row[1] >= at:
            high = middle
        else:
            low = row[0] + 1
    return low


def read_any(
    database: SqliteDatabase, sql: str, values: tuple[object, ...] = (), errors: str = "surrogateescape"
) -> list[Row]:
    """Rows of a query; where somebody wrote what is no text, halves of letters stand for it, or question marks."""
    try:
        return list(database.execute_sql(sql, values).fetchall())
    except (OperationalError, sqlite3.OperationalError) as error:
        if "decode" not in str(error):
            raise
    connection: Any = database.connection()
    usual, connection.text_factory = connection.text_factory, lambda found: found.decode("utf-8", errors)
    try:
        return list(database.execute_sql(sql, values).fetchall())
    finally:
        connection.text_factory = usual


def _put_together(database: SqliteDatabase, kept: KeptHead | None) -> Head:
    """Where to go on when the kept head is missing, was changed, or has rows behind it: at the newest row."""
    if kept is None:
        database.execute_sql("INSERT INTO audit_head (id, seq, mac, seal) VALUES (1, 0, ?, ?)", (b"", b""))
    return newest(database, min(kept.head.seq + _FAR, _FURTHEST) if kept is not None else _FURTHEST)


def _head_seal(key: bytes, head: Head) -> bytes:
    return hmac.digest(key, b"head of the audit log" + head.seq.to_bytes(8, "big", signed=True) + head.mac, "sha256")


def _tests(after: int, **equal_or_later: int | Sequence[int] | None) -> tuple[str, list[object]]:
    tests, values = ["audit.seq > ?"], list[object]([after])
    for column, value in equal_or_later.items():
        if isinstance(value, Sequence):
            tests.append(f"{column} IN ({', '.join('?' * len(value))})")
            values += value
        elif value is not None:
            tests.append(f"{column} >= ?" if column == "at" else f"{column} = ?")
            values.append(value)
    return " AND ".join(tests), values


def _read(row: tuple[Any, ...]) -> AuditRow:
    seq, at, who, role, terminal, action, subject, customer_id, detail, body = row
    personal = _values(body) if body else None
    who, role, terminal, action, subject = (str(value) for value in (who, role, terminal, action, subject))
    return AuditRow(seq, at, who, role, terminal, action, subject, customer_id, _values(detail), personal)


def _values(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {"unreadable": str(text)[:200]}


def canonical(row: Sequence[Any]) -> bytes:
    """A row's values in the order of `COLUMNS`, as they are hashed."""
    *plain, digest, key_id = row
    return _encoded([*plain, None if digest is None else bytes(digest).hex(), key_id]).encode()


def _json(values: Mapping[str, object]) -> str:
    return _writable(json.dumps(dict(values), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str))


def _writable(text: str) -> str:
    """A text that SQLite takes: halves of letters, as in the name of a file that is not UTF-8, become `?`."""
    return text.encode("utf-8", "replace").decode()
