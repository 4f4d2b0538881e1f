"""Rows of the log changed, removed, inserted, swapped, renumbered and cut off at random: each is named, every time.

It is done as somebody does it who has the file and SQLite but not the keys. BOOKKEEPER_MUTATIONS=1000 tries as many.
"""

import json
import os
import random
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from peewee import SqliteDatabase

from bookkeeper_tui.store.audit_walk import Broken, broken_rows
from bookkeeper_tui.store.desk import Desk

MUTATIONS = int(os.environ.get("BOOKKEEPER_MUTATIONS", "200"))
ROWS = 60
COLUMNS = "at, staff_id, who, role, terminal, action, subject, customer_id, detail, personal_digest, key_id, mac"

Names = set[int]


@pytest.fixture
def log(shell: Desk) -> sqlite3.Connection:
    """The shop's database in memory, as it was read from the file, without its triggers."""
    for place in range(ROWS):
        personal: dict[str, object] = {"phone": ["", f"+3460000{place:04d}"], "n": 1} if place % 3 else {}
        shell.look("customer.viewed", subject=f"C-{place:06d}", customer_id=place, detail={"a": 1}, personal=personal)
    copy = sqlite3.connect(":memory:", isolation_level=None)
    shell.database.connection().backup(copy)
    for (trigger,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        copy.execute(f"DROP TRIGGER {trigger}")
    return copy


def changed(log: sqlite3.Connection, chance: random.Random) -> Names:
    """One value becomes another, even one that means the same."""
    seq = _any(log, chance)
    column = chance.choice([*COLUMNS.split(", "), "detail"])
    (old,) = log.execute(f"SELECT {column} FROM audit WHERE seq = ?", (seq,)).fetchone()
    match old:
        case None:
            new: object = b"" if column == "personal_digest" else 7
        case int():
            new = old + chance.choice([-1, 1, 1_000_000])
        case bytes():
            new = bytes([old[0] ^ 1]) + old[1:] if chance.random() < 0.8 else b""
        case _ if column == "detail":
            new = chance.choice([json.dumps(json.loads(old)) + " ", "{}" if old != "{}" else "[]", old + "\n", "\x00"])
        case _:
            new = chance.choice([old + " ", old.upper() if old.upper() != old else old + "!", old + "\x00", "Ángel"])
    log.execute(f"UPDATE audit SET {column} = ? WHERE seq = ?", (new, seq))
    return {seq}


def removed(log: sqlite3.Connection, chance: random.Random) -> Names:
    first = _any(log, chance)
    gone = set(range(first, min(first + chance.choice([1, 1, 2, 7]), _last(log))))
    gone = gone or {first}
    for table in ("audit_personal", "audit"):
        log.executemany(f"DELETE FROM {table} WHERE seq = ?", [(seq,) for seq in gone])
    return gone


def removed_and_the_rest_renumbered(log: sqlite3.Connection, chance: random.Random) -> Names:
    seq, last = _any(log, chance), _last(log)
    removed_at(log, seq)
    _shift(log, seq + 1, -1)
    return set(range(seq, last + 1))


def inserted(log: sqlite3.Connection, chance: random.Random) -> Names:
    """A copy of a row stands behind the last, before the first, or between two after moving the rest on."""
    source = _any(log, chance)
    match chance.randrange(3):
        case 0:
            place = _last(log) + chance.choice([1, 1, 5])
            names = {place}
        case 1:
            place = chance.choice([0, -3])
            names = {place}
        case _:
            place = _any(log, chance)
            # A copy of the row that was here is that row; what stands behind it is the copy.
            names = set(range(place + (source == place), _last(log) + 2))
            _shift(log, place, 1)
            source += source >= place
    log.execute(f"INSERT INTO audit (seq, {COLUMNS}) SELECT ?, {COLUMNS} FROM audit WHERE seq = ?", (place, source))
    log.execute("INSERT INTO audit_personal SELECT ?, salt, body FROM audit_personal WHERE seq = ?", (place, source))
    return names


def swapped(log: sqlite3.Connection, chance: random.Random) -> Names:
    """Two rows change places whole, with or without their hashes, with or without their personal values."""
    first, second = _two(log, chance)
    columns = COLUMNS if chance.random() < 0.5 else COLUMNS.removesuffix(", mac")
    _exchange(log, "audit", columns, first, second)
    if chance.random() < 0.7:
        _exchange(log, "audit_personal", "salt, body", first, second)
    return {first, second}


def cut_off(log: sqlite3.Connection, chance: random.Random) -> Names:
    last = _last(log)
    gone = set(range(last + 1 - chance.choice([1, 2, 20]), last + 1))
    for table in ("audit_personal", "audit"):
        log.execute(f"DELETE FROM {table} WHERE seq >= ?", (min(gone),))
    return gone


def head_put_back(log: sqlite3.Connection, chance: random.Random) -> Names:
    """The head is made to name an earlier row, without the key for it."""
    seq = _any(log, chance)
    log.execute("UPDATE audit_head SET seq = ?, mac = (SELECT mac FROM audit WHERE audit.seq = ?)", (seq, seq))
    return {seq}


def personal_values_swapped(log: sqlite3.Connection, chance: random.Random) -> Names:
    first, second = chance.sample(_with_personal(log), 2)
    _exchange(log, "audit_personal", "salt, body", first, second)
    return {first, second}


def personal_values_changed(log: sqlite3.Connection, chance: random.Random) -> Names:
    seq = chance.choice(_with_personal(log))
    change = chance.choice(
        ["body = body || ' '", "salt = x'00'", "body = NULL", "salt = NULL", "body = NULL, salt = NULL"]
    )
    log.execute(f"UPDATE audit_personal SET {change} WHERE seq = ?", (seq,))
    return {seq}


def personal_values_removed_or_added(log: sqlite3.Connection, chance: random.Random) -> Names:
    having = _with_personal(log)
    if chance.random() < 0.5:
        seq = chance.choice(having)
        log.execute("DELETE FROM audit_personal WHERE seq = ?", (seq,))
        return {seq}
    seq = chance.choice([seq for seq in range(2, _last(log)) if seq not in having] + [0, _last(log) + 4])
    log.execute("INSERT INTO audit_personal VALUES (?, ?, ?)", (seq, *chance.choice([(None, None), (b"x", "{}")])))
    return {seq}


def given_no_text(log: sqlite3.Connection, chance: random.Random) -> Names:
    """What is no text stands where a text is meant to be."""
    seq = _any(log, chance)
    log.execute(
        f"UPDATE audit SET {chance.choice(['who', 'detail', 'key_id'])} = CAST(x'fffe' AS TEXT) WHERE seq = ?", (seq,)
    )
    return {seq}


def given_another_type(log: sqlite3.Connection, chance: random.Random) -> Names:
    """The table is made anew without its types, and a value of another type put into it."""
    log.execute(f"CREATE TABLE loose (seq INTEGER PRIMARY KEY, {COLUMNS})")
    log.execute("INSERT INTO loose SELECT * FROM audit")
    log.execute("DROP TABLE audit")
    log.execute("ALTER TABLE loose RENAME TO audit")
    seq = _any(log, chance)
    column = chance.choice(["at = at + 0.0", "at = CAST(at AS TEXT)", "who = CAST(who AS BLOB)", "mac = 7", "mac = ''",
                            "customer_id = customer_id || ''", "detail = 7.5"])  # fmt: skip
    if column.startswith("customer_id"):
        seq = log.execute("SELECT seq FROM audit WHERE customer_id IS NOT NULL ORDER BY seq LIMIT 1").fetchone()[0]
    log.execute(f"UPDATE audit SET {column} WHERE seq = ?", (seq,))
    return {seq}


DEEDS: tuple[Callable[[sqlite3.Connection, random.Random], Names], ...] = (
    changed,
    changed,
    removed,
    removed_and_the_rest_renumbered,
    inserted,
    swapped,
    swapped,
    cut_off,
    head_put_back,
    personal_values_swapped,
    personal_values_changed,
    personal_values_removed_or_added,
    given_no_text,
    given_another_type,
)


def test_whatever_is_done_to_the_log_is_named(shell: Desk, log: sqlite3.Connection) -> None:
    assert not names(shell, log)
    told = 0
    for mutation in range(MUTATIONS):
        chance = random.Random(mutation)
        deed = chance.choice(DEEDS)
        done_to = _copy(log)
        touched = deed(done_to, chance)
        found = names(shell, done_to)
        missed = touched - {seq for one in found for seq in range(one.seq, max(one.seq, one.until) + 1)}
        assert not missed, f"mutation {mutation}, {deed.__name__} of {sorted(touched)}: {sorted(missed)} unnamed"
        innocent = {one.seq for one in found} - touched - {seq + 1 for seq in touched}
        assert not innocent, f"mutation {mutation}, {deed.__name__} of {sorted(touched)}: {found}"
        told += len(found)
        done_to.close()
    assert told >= MUTATIONS


def names(shell: Desk, log: sqlite3.Connection) -> list[Broken]:
    return list(broken_rows(InMemory(log), {shell.store.keys.audit_id: shell.store.keys.audit}))


class InMemory(SqliteDatabase):
    """A connection that is open already, as the walk reads a store's."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(":memory:", autoconnect=False)
        state: Any = vars(self)["_state"]
        state.set_connection(connection)


def removed_at(log: sqlite3.Connection, seq: int) -> None:
    for table in ("audit_personal", "audit"):
        log.execute(f"DELETE FROM {table} WHERE seq = ?", (seq,))


def _copy(log: sqlite3.Connection) -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:", isolation_level=None)
    log.backup(copy)
    return copy


def _shift(log: sqlite3.Connection, first: int, by: int) -> None:
    for table in ("audit_personal", "audit"):
        log.execute(f"UPDATE {table} SET seq = -seq WHERE seq >= ?", (first,))
        log.execute(f"UPDATE {table} SET seq = -seq + ? WHERE seq < 0", (by,))


def _exchange(log: sqlite3.Connection, table: str, columns: str, first: int, second: int) -> None:
    rows = {
        seq: log.execute(f"SELECT {columns} FROM {table} WHERE seq = ?", (seq,)).fetchone() for seq in (first, second)
    }
    marks = ", ".join(f"{name} = ?" for name in columns.split(", "))
    for seq, other in ((first, second), (second, first)):
        if rows[seq] is not None and rows[other] is not None:
            log.execute(f"UPDATE {table} SET {marks} WHERE seq = ?", (*rows[other], seq))


def _any(log: sqlite3.Connection, chance: random.Random) -> int:
    return chance.choice([1, 2, _last(log) - 1, chance.randrange(1, _last(log)), chance.randrange(1, _last(log))])


def _two(log: sqlite3.Connection, chance: random.Random) -> tuple[int, int]:
    first = chance.randrange(1, _last(log))
    return first, chance.choice([first + 1, *(seq for seq in range(1, _last(log) + 1) if seq != first)])


def _last(log: sqlite3.Connection) -> int:
    return int(log.execute("SELECT MAX(seq) FROM audit").fetchone()[0])


def _with_personal(log: sqlite3.Connection) -> list[int]:
    return [row[0] for row in log.execute("SELECT seq FROM audit_personal ORDER BY seq")]
