"""The audit log: one row for every look and change, chained by a keyed hash so that none can be quietly edited."""

import hashlib
import hmac
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from peewee import SqliteDatabase

_COLUMNS = "seq, at, staff_id, who, role, terminal, action, subject, customer_id, detail, personal_digest, key_id"
WALKED_AT_ONCE = 5000
_INSERT = f"INSERT INTO audit ({_COLUMNS}, mac) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_PERSONAL = "INSERT INTO audit_personal (seq, salt, body) VALUES (?, ?, ?)"


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


class Broken(NamedTuple):
    """A place where the chain does not hold: the row, and what is wrong with it in a few words."""

    seq: int
    why: str


def append(database: SqliteDatabase, head: Head, key: bytes, key_id: str, deed: Deed) -> Head:
    """Add one row to the chain, inside the write transaction of its deed, and return the new head."""
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
    mac = _mac(key, head.mac, row)
    database.execute_sql(_INSERT, (*row, mac))
    if digest is not None:
        database.execute_sql(_INSERT_PERSONAL, (seq, salt, body))
    return Head(seq, mac)


def broken_links(database: SqliteDatabase, keys: Mapping[str, bytes], after: Head = Head(0, b"")) -> Iterator[Broken]:  # noqa: B008
    """Walk the chain from a trusted head and name every row that was changed, removed, inserted or reordered.

    `keys` maps key ids to keys. Personal values must match their digest where they are still kept.
    """
    expected, last_mac = after.seq + 1, after.mac
    for *values, mac, kept, salt, body in _walk(database, after.seq):
        seq = values[0]
        if seq < 1:
            yield Broken(seq, f"row {seq} was inserted before the first")
            continue
        if seq != expected:
            yield Broken(expected, f"rows {expected} to {seq - 1} are missing")
        key = keys.get(values[11])
        if key is None:
            yield Broken(seq, f"row {seq} names the unknown key {values[11]}")
        elif not hmac.compare_digest(_mac(key, last_mac, tuple(values)), bytes(mac)):
            yield Broken(seq, f"row {seq} or the one before it was changed")
        if kept is None and values[10] is not None:
            yield Broken(seq, f"the personal values of row {seq} were removed instead of erased")
        if body is not None and hashlib.sha256(bytes(salt or b"") + body.encode()).digest() != values[10]:
            yield Broken(seq, f"the personal values of row {seq} were changed")
        expected, last_mac = seq + 1, bytes(mac)


def _walk(database: SqliteDatabase, after: int) -> Iterator[tuple[Any, ...]]:
    """Every row above a sequence, in pages: a statement that stays open for minutes keeps the store's log growing."""
    last = after if after > 0 else -(1 << 62)
    while rows := database.execute_sql(_WALK, (last, WALKED_AT_ONCE)).fetchall():
        yield from rows
        last = rows[-1][0]


_WALK = (
    f"SELECT {_COLUMNS.replace('seq', 'audit.seq', 1)}, mac, audit_personal.seq, salt, body FROM audit "
    "LEFT JOIN audit_personal ON audit_personal.seq = audit.seq WHERE audit.seq > ? ORDER BY audit.seq LIMIT ?"
)
_READ = (
    "SELECT audit.seq, at, who, role, terminal, action, subject, customer_id, detail, body FROM audit "
    "LEFT JOIN audit_personal ON audit_personal.seq = audit.seq WHERE "
)


def rows_before(
    database: SqliteDatabase,
    *,
    before: int | None = None,
    after: int = 0,
    customer_id: int | None = None,
    staff_id: int | None = None,
    action: str = "",
    since: int = 0,
    limit: int = 50,
) -> list[AuditRow]:
    """Rows newest first, below the sequence `before`. `action` is a whole name or a prefix that ends with a dot."""
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
    rows = database.execute_sql(f"{_READ}{tests} ORDER BY audit.seq DESC LIMIT ?", (*values, limit))
    return [_read(row) for row in rows]


def rows_after(
    database: SqliteDatabase,
    after: int,
    *,
    customer_id: int | None = None,
    staff_id: int | None = None,
    since: int = 0,
    limit: int = 500,
) -> list[AuditRow]:
    """Rows above a sequence, oldest first: what has happened since. `since` in microseconds UTC."""
    tests, values = _tests(after, customer_id=customer_id, staff_id=staff_id, at=since or None)
    rows = database.execute_sql(f"{_READ}{tests} ORDER BY audit.seq LIMIT ?", (*values, limit))
    return [_read(row) for row in rows]


def _tests(after: int, **equal_or_later: int | None) -> tuple[str, list[object]]:
    tests, values = ["audit.seq > ?"], list[object]([after])
    for column, value in equal_or_later.items():
        if value is not None:
            tests.append(f"{column} >= ?" if column == "at" else f"{column} = ?")
            values.append(value)
    return " AND ".join(tests), values


def _read(row: tuple[Any, ...]) -> AuditRow:
    seq, at, who, role, terminal, action, subject, customer_id, detail, body = row
    personal = json.loads(body) if body else None
    return AuditRow(seq, at, who, role, terminal, action, subject, customer_id, json.loads(detail), personal)


def _mac(key: bytes, last: bytes, row: tuple[Any, ...]) -> bytes:
    *plain, digest, key_id = row
    canonical = json.dumps([*plain, bytes(digest).hex() if digest else None, key_id], ensure_ascii=True)
    return hmac.digest(key, last + canonical.encode(), "sha256")


def _json(values: Mapping[str, object]) -> str:
    return _writable(json.dumps(dict(values), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str))


def _writable(text: str) -> str:
    """A text that SQLite takes: halves of letters, as in the name of a file that is not UTF-8, become `?`."""
    return text.encode("utf-8", "replace").decode()
