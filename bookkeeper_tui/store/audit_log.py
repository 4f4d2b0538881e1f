"""Reading the audit log from a desk: who looked, what changed and what is new.

What concerns somebody who was merged concerns who they are now.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from peewee import SqliteDatabase

from bookkeeper_tui.store import audit, gone, sight
from bookkeeper_tui.store.audit import AuditRow
from bookkeeper_tui.store.desk import Desk

LOOKS = ("screen.", "tab.", "search.", "live.")
_NEWS = "SELECT seq, at, action, subject, customer_id, who, terminal, mac FROM audit WHERE seq > ? ORDER BY seq LIMIT ?"


@dataclass(frozen=True, slots=True)
class News:
    """What a console learns of another's act: enough to know what to read again; `at` in microseconds UTC."""

    seq: int
    at: int
    action: str
    subject: str
    customer_id: int | None
    who: str
    terminal: str
    mac: bytes

    @property
    def is_change(self) -> bool:
        """Whether it may have changed what a screen shows; a look has not."""
        return not self.action.startswith(LOOKS) and not self.action.endswith(".viewed")


def page(
    desk: Desk,
    *,
    customer_id: int | None = None,
    staff_id: int | None = None,
    action: str = "",
    since: int = 0,
    before: int | None = None,
    limit: int = 50,
) -> list[AuditRow]:
    """Rows newest first, below the sequence `before`; `since` in microseconds UTC. For those who may see the log."""
    database = desk.require("audit.viewed")
    rows = audit.rows_before(
        database,
        before=before,
        customer_id=_ids(database, customer_id),
        staff_id=staff_id,
        action=action,
        since=since,
        limit=limit,
    )
    return [sight.log_row(desk, row) for row in rows]


def page_newer(desk: Desk, *, customer_id: int, after: int, limit: int = 50) -> list[AuditRow]:
    """A customer's rows above the sequence `after`, oldest first: a page back from one of `page`'s."""
    database = desk.require("audit.viewed")
    rows = audit.rows_after(database, after, customer_id=_ids(database, customer_id), limit=limit)
    return [sight.log_row(desk, row) for row in rows]


def everything(
    desk: Desk, *, customer_id: int | None = None, staff_id: int | None = None, since: int = 0
) -> Iterator[AuditRow]:
    """All rows that match, oldest first, read in pages."""
    database = desk.require("audit.viewed")
    last, ids = 0, _ids(database, customer_id)
    while rows := audit.rows_after(database, last, customer_id=ids, staff_id=staff_id, since=since):
        yield from (sight.log_row(desk, row) for row in rows)
        last = rows[-1].seq


def count(desk: Desk, customer_id: int) -> int:
    """How many rows concern a customer."""
    database = desk.require("audit.viewed")
    ids = gone.with_merged(database, customer_id)
    marks = ", ".join("?" * len(ids))
    row = database.execute_sql(f"SELECT count(*) FROM audit WHERE customer_id IN ({marks})", ids).fetchone()
    return int(row[0])


def head_seq(desk: Desk) -> int:
    """The newest row's sequence."""
    return head(desk).seq


def head(desk: Desk) -> audit.Head:
    """The newest row that there is: where a console starts to listen."""
    return audit.newest(desk.database)


def holds(desk: Desk, known: audit.Head) -> bool:
    """Whether the log still has this row. Where a backup was restored it may not, and a newer one may be another."""
    row = desk.database.execute_sql("SELECT mac FROM audit WHERE seq = ?", (known.seq,)).fetchone()
    return not known.seq or (row is not None and row[0] == known.mac)


def newest(desk: Desk, after: int, limit: int = 500) -> list[News]:
    """What has been done since a sequence, oldest first, without anything personal."""
    rows = desk.database.execute_sql(_NEWS, (after, limit))
    return [News(*row) for row in rows]


def _ids(database: SqliteDatabase, customer_id: int | None) -> tuple[int, ...] | None:
    """The ids of a customer: theirs, and those of whoever was merged into them."""
    return None if customer_id is None else gone.with_merged(database, customer_id)
