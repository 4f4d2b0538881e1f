"""The desk: who acts, at which terminal, with which role. Every look and every change in the store goes through one."""

import getpass
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BookkeeperError, NotAllowed
from bookkeeper_tui.formats import now_us
from bookkeeper_tui.store import audit
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.permissions import NOBODY, OWNER, permissions_of
from bookkeeper_tui.store.shop import next_numbers

_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts: a member of staff, the owner at the server's shell, or nobody before sign-in."""

    staff_id: int | None
    number: str
    name: str
    role: str

    @property
    def who(self) -> str:
        """As the audit log names them: `101 Ana Reyes`, `shell:root`."""
        return f"{self.number} {self.name}".strip()


class AlreadyDone(BookkeeperError):
    """A command that arrived twice; `result` is what its first arrival gave."""

    def __init__(self, result: str) -> None:
        super().__init__("That was done already")
        self.result = result


class _DroppedError(Exception):
    """Ends a change that turned out to change nothing."""


class Change:
    """One act, inside its transaction: the writable database, and what the audit row is to say of it.

    `at` is the act's instant in microseconds UTC; `result` is kept for a command that arrives twice.
    """

    def __init__(self, desk: "Desk", database: SqliteDatabase, action: str, subject: str, customer_id: int | None):
        self.desk = desk
        self.database = database
        self.at = now_us()
        self.result = ""
        self._action, self._subject, self._customer_id = action, subject, customer_id
        self._detail: dict[str, object] = {}
        self._personal: dict[str, object] = {}
        self._others: list[audit.Deed] = []

    def field(self, name: str, old: object, new: object) -> None:
        """A field that this act changes: its name stands in the log, the values where they can be erased."""
        fields = self._detail.setdefault("fields", [])
        assert isinstance(fields, list)
        fields.append(name)
        self._personal[name] = [old, new]

    def note(self, **detail: object) -> None:
        """Say more of the act in the log: nothing personal."""
        self._detail.update(detail)

    def personal(self, **values: object) -> None:
        """Say more of the act in the log: what belongs to a person, and may be erased."""
        self._personal.update(values)

    def concerns(self, *, subject: str | None = None, customer_id: int | None = None) -> None:
        """Name the document or customer of the act, where they are known only inside it."""
        self._subject = self._subject if subject is None else subject
        self._customer_id = self._customer_id if customer_id is None else customer_id

    def also(
        self,
        action: str,
        *,
        subject: str = "",
        customer_id: int | None = None,
        detail: Mapping[str, object] = _NOTHING,
        personal: Mapping[str, object] = _NOTHING,
    ) -> None:
        """One more audit row of the same act, such as each customer that an import changes."""
        self._others.append(self.desk._deed(self.at, action, subject, customer_id, detail, personal))

    def next_number(self, counter: str, count: int = 1) -> int:
        """Take `count` numbers of a counter and return the first."""
        return next_numbers(self.database, counter, count)

    def drop(self) -> None:
        """End the act here, because there is nothing to change: no row is written, none is logged."""
        raise _DroppedError

    def _deeds(self) -> list[audit.Deed]:
        own = self.desk._deed(self.at, self._action, self._subject, self._customer_id, self._detail, self._personal)
        return [*self._others, own]


class Desk:
    """Somebody at a terminal. Reading asks `require`, looking is recorded by `look`, changing happens in `change`."""

    def __init__(self, store: Store, staff: Actor, terminal: str) -> None:
        self.store = store
        self.staff = staff
        self.terminal = terminal
        self.since = now_us()
        self._permissions = permissions_of(store.database, staff.role)

    @classmethod
    def shell(cls, store: Store) -> "Desk":
        """The owner's desk: whoever may run verbs on the server, named by their login."""
        return cls(store, Actor(None, "", f"shell:{_login()}", OWNER), "shell")

    @classmethod
    def unattended(cls, store: Store, terminal: str) -> "Desk":
        """A terminal where nobody has signed in: it may try to, and nothing else."""
        return cls(store, Actor(None, "", NOBODY, NOBODY), terminal)

    @property
    def database(self) -> SqliteDatabase:
        """The store's connection, for reading."""
        return self.store.database

    def may(self, permission: str) -> bool:
        """Whether this person has the permission."""
        return self.staff.role == OWNER or permission in self._permissions

    def require(self, permission: str) -> SqliteDatabase:
        """The database for reading, to those who may. Raises NotAllowed naming role and permission."""
        if not self.may(permission):
            raise NotAllowed(f"As {self.staff.role} you may not do this ({permission}): ask a supervisor or manager")
        return self.store.database

    @contextmanager
    def change(
        self, action: str, *, subject: str = "", customer_id: int | None = None, once: str | None = None
    ) -> Iterator[Change]:
        """The one way to write: permission, write lock, transaction, the block, its audit row, commit.

        Whatever the block raises undoes everything. `once` is an idempotency key: a command that arrives a second time
        raises AlreadyDone with the first one's result. Raises NotAllowed, and StoreUnusable when nothing can be
        written.
        """
        self.require(action)
        try:
            with self.store.engine.write() as database:
                change = Change(self, database, action, subject, customer_id)
                if once is not None:
                    _refuse_second(database, once)
                yield change
                head = self._append(database, change._deeds())
                if once is not None:
                    database.execute_sql(
                        "INSERT INTO command_key (key, seq, result) VALUES (?, ?, ?)", (once, head.seq, change.result)
                    )
        except _DroppedError:
            pass

    def look(
        self,
        action: str,
        *,
        subject: str = "",
        customer_id: int | None = None,
        detail: Mapping[str, object] = _NOTHING,
        personal: Mapping[str, object] = _NOTHING,
    ) -> None:
        """Record that something is looked at, before it is shown. Raises NotAllowed to those who may not look."""
        self.require(action)
        deed = self._deed(now_us(), action, subject, customer_id, detail, personal)
        with self.store.engine.write() as database:
            self._append(database, [deed])

    def _append(self, database: SqliteDatabase, deeds: list[audit.Deed]) -> audit.Head:
        head, keys = audit.Head(*self.store.engine.audit_head()), self.store.keys
        for deed in deeds:
            head = audit.append(database, head, keys.audit, keys.audit_id, deed)
        return head

    def _deed(
        self,
        at: int,
        action: str,
        subject: str,
        customer_id: int | None,
        detail: Mapping[str, object],
        personal: Mapping[str, object],
    ) -> audit.Deed:
        staff = self.staff
        return audit.Deed(
            at, staff.staff_id, staff.who, staff.role, self.terminal, action, subject, customer_id, detail, personal
        )


def _refuse_second(database: SqliteDatabase, key: str) -> None:
    row = database.execute_sql("SELECT result FROM command_key WHERE key = ?", (key,)).fetchone()
    if row is not None:
        raise AlreadyDone(row[0])


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
