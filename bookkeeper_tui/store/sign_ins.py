"""Who signed in, who tried to, and who let them: read from the audit log, newest first."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.store.desk import Desk

AT_ONCE = 50
EVER = 1 << 62

# What each row of the log says in a few words. A try that went well is told by the sign-in that follows it.
WORDS = {
    "signin.done": "signed in",
    "signout.done": "signed out",
    "signin.failed": "wrong PIN",
    "signin.tried": "tried while locked",
    "console.unlocked": "unlocked the console",
    "override.asked": "approved",
    "pin.changed": "changed the PIN",
    "staff.added": "taken on",
    "staff.role": "another role",
    "staff.pin_reset": "PIN reset",
    "staff.unlocked": "unlocked",
    "staff.retired": "left",
}
FAILED = frozenset({"signin.failed", "signin.tried"})
ABOUT_ME = frozenset({"signin.done", "signout.done", "console.unlocked", "pin.changed"})


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in, sign-out or failed try, or what was done to a number; `at` is microseconds UTC.

    `number` is the staff number, as it was typed; nobody may have it. `by` is who did it, where that is somebody else
    (for an approval, whom it was given to), and `detail` says more, such as what was approved.
    """

    seq: int
    at: int
    action: str
    number: str
    name: str
    terminal: str
    by: str
    detail: str

    @property
    def failed(self) -> bool:
        """Whether it was a try that led nowhere."""
        return self.action in FAILED

    @property
    def words(self) -> str:
        """What happened, in a few words."""
        told = WORDS[self.action]
        if self.action == "signin.failed" and not self.name:
            told = "no such number"
        word = "for" if self.action == "override.asked" else "by"
        besides = " ".join(filter(None, (self.detail, f"{word} {self.by}" if self.by else "")))
        return f"{told} {besides}".rstrip()


def page(
    desk: Desk, *, number: str = "", failed: bool = False, before: int = 0, limit: int = 100, reach: int = EVER
) -> list[SignIn]:
    """Sign-ins and what belongs to them, newest first, below the sequence `before`; 0 is from the newest.

    `number` narrows them to a staff number, `failed` to tries that led nowhere. `reach` is how many rows of each action
    are looked at, for who cannot wait until a long log was read for somebody who never signs in. What was typed with
    six letters or more is only told as so many letters, since it may be a PIN.
    """
    database = desk.require("signin.viewed")
    names = dict(database.execute_sql("SELECT number, name FROM staff").fetchall())
    actions = [action for action in WORDS if action in FAILED or not failed]
    asked = _Asked(number, before or EVER, reach)
    ways = [_walk(database, action, asked, names) for action in actions]
    return list(islice(merge(*ways, key=lambda one: -one.seq), limit))


def last_of(desk: Desk, staff_id: int) -> SignIn | None:
    """Somebody's newest sign-in; None for who never did."""
    database = desk.require("signin.viewed")
    row = database.execute_sql(LAST_OF, (staff_id,)).fetchone()
    return _read(row, dict(database.execute_sql("SELECT number, name FROM staff").fetchall())) if row else None


class _Asked(NamedTuple):
    number: str
    before: int
    reach: int


def _walk(database: SqliteDatabase, action: str, asked: _Asked, names: dict[str, str]) -> Iterator[SignIn]:
    """One action's rows that match, newest first, read in pages; whose a failed try was stands in what was typed."""
    first = asked.before
    back = None if asked.reach == EVER else database.execute_sql(BACK, (action, first, asked.reach)).fetchone()
    lowest = back[0] if back is not None else 0
    refused = " AND detail LIKE '%\"refused\"%'" if action == "signin.tried" else ""
    typed = "json_extract(body, '$.number')" if action in FAILED else "subject"
    whose = f" AND {typed} = ?" if asked.number else ""
    sql = f"{ROWS} WHERE action = ? AND audit.seq < ? AND audit.seq > ?{refused}{whose} ORDER BY audit.seq DESC LIMIT ?"
    besides = [asked.number] if asked.number else []
    while rows := database.execute_sql(sql, (action, first, lowest, *besides, AT_ONCE)).fetchall():
        for row in rows:
            yield _read(row, names)
        if len(rows) < AT_ONCE:
            return
        first = rows[-1][0]


def _read(row: tuple[Any, ...], names: dict[str, str]) -> SignIn:
    seq, at, action, subject, who, terminal, detail, body = row
    said, personal = json.loads(detail), json.loads(body) if body else {}
    number = str(personal.get("number", subject))
    by = "" if action in FAILED or who.partition(" ")[0] == number else who
    return SignIn(seq, at, action, number, names.get(number, ""), terminal, by, _besides(action, said))


def _besides(action: str, said: dict[str, Any]) -> str:
    if action == "override.asked":
        return str(said.get("permission", ""))
    if action == "staff.role" and isinstance(said.get("role"), list):
        return " to ".join(map(str, said["role"]))
    return str(said.get("role", "")) if action == "staff.added" else ""


ROWS = """
SELECT audit.seq, at, action, subject, who, terminal, detail, body FROM audit
LEFT JOIN audit_personal ON audit_personal.seq = audit.seq
"""
BACK = "SELECT seq FROM audit WHERE action = ? AND seq < ? ORDER BY seq DESC LIMIT 1 OFFSET ?"
LAST_OF = f"{ROWS} WHERE staff_id = ? AND +action = 'signin.done' ORDER BY audit.seq DESC LIMIT 1"
