"""The desk: who acts, at which terminal, with which role. Every look and every change in the store goes through one."""

import getpass
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NoReturn

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BookkeeperError, NotAllowed
from bookkeeper_tui.formats import business_date, now_us
from bookkeeper_tui.store import audit, gone
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.permissions import NOBODY, OWNER, limits_of, permissions_of, rights_version, who_may
from bookkeeper_tui.store.shop import next_numbers

_NOTHING: Mapping[str, object] = MappingProxyType({})
APPROVAL_MINUTES = 5
_MINUTE_US = 60_000_000
_ROLE = "SELECT role, retired_at FROM staff WHERE id = ?"

# What is left to somebody who was signed in when they were taken off the staff.
_WAYS_OUT = frozenset(
    {"signout.done", "console.locked", "screen.lock", "screen.sign_in", "screen.help", "screen.confirm"}
)


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


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody else's PIN, given for one action of the person at the desk: it counts once."""

    by: Actor
    permission: str


@dataclass(slots=True)
class _Watch:
    """What a desk and those backed from it share: how often it was left. What was approved before counts no more."""

    left: int = 0


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
        self.at = desk.now()
        self.result = ""
        self._action, self._subject, self._customer_id = action, subject, customer_id
        self._detail: dict[str, object] = {}
        self._personal: dict[str, object] = {}
        self._others: list[audit.Deed] = []

    @property
    def today(self) -> str:
        """The shop's date of the act, as ISO text."""
        return business_date(self.at, self.desk.store.shop.time_zone)

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

    def drop(self) -> NoReturn:
        """End the act here, because there is nothing to change: no row is written, none is logged."""
        raise _DroppedError

    def _deeds(self) -> list[audit.Deed]:
        own = self.desk._deed(self.at, self._action, self._subject, self._customer_id, self._detail, self._personal)
        return [*self._others, own]


class Desk:
    """Somebody at a terminal. Reading asks `require`, looking is recorded by `look`, changing happens in `change`."""

    def __init__(self, store: Store, staff: Actor, terminal: str, clock: Callable[[], int] | None = None) -> None:
        self.store = store
        self.staff = staff
        self.terminal = terminal
        self._clock = clock
        self.since = self.now()
        self._rights = rights_version(store.database)
        self._permissions = permissions_of(store.database, staff.role)
        self._has_left = False
        self._approval: Approval | None = None
        self._approved_at = self._approved_in = 0
        self._approver_may_not = False
        self._watch = _Watch()

    def now(self) -> int:
        """This instant by the desk's clock, in microseconds UTC; the demo shop's past is made by a clock of its own."""
        return self._clock() if self._clock is not None else now_us()

    def today(self) -> str:
        """The shop's date by the desk's clock, as ISO text."""
        return business_date(self.now(), self.store.shop.time_zone)

    @classmethod
    def shell(cls, store: Store, clock: Callable[[], int] | None = None) -> "Desk":
        """The owner's desk: whoever may run verbs on the server, named by their login."""
        return cls(store, Actor(None, "", f"shell:{_login()}", OWNER), "shell", clock)

    @classmethod
    def unattended(cls, store: Store, terminal: str) -> "Desk":
        """A terminal where nobody has signed in: it may try to, and nothing else."""
        return cls(store, Actor(None, "", NOBODY, NOBODY), terminal)

    def backed_by(self, approval: Approval) -> "Desk":
        """This desk with another's approval, which lasts for one act that it names, five minutes, or until it is left.

        Both names stand in the log: in the act's own row as `approved_by`, and in a row `override.used`.
        """
        backed = copy(self)
        backed._approval, backed._approved_at, backed._approved_in = approval, self.now(), self._watch.left
        backed._approver_may_not = False
        return backed

    def leave(self) -> None:
        """The console is locked or signed out: what was approved here and not used yet counts no more."""
        self._watch.left += 1

    def over(self, store: Store) -> "Desk":
        """The same person, with the same approval, over another connection of the store: for work in a thread."""
        own = copy(self)
        own.store = store
        return own

    @property
    def database(self) -> SqliteDatabase:
        """The store's connection, for reading."""
        return self.store.database

    def keep_up(self) -> None:
        """Notice that this person's role, or what it may do, was changed since they signed in.

        `require` does so before every act; a console also does when it hears of the change.
        """
        if self.staff.role == OWNER:
            return
        version = rights_version(self.store.database)
        if version != self._rights:
            self._rights = version
            self._read_rights()

    @property
    def has_left(self) -> bool:
        """Whether this person was taken off the staff since they signed in: all that is left to them is to leave."""
        return self._has_left

    def may(self, permission: str) -> bool:
        """Whether this person has the permission."""
        if self.staff.role == OWNER or permission in self._permissions:
            return True
        return self._backing(permission) is not None

    def approver(self, permission: str) -> str:
        """Who approved this action, as the log names them; empty where it needs nobody else."""
        backing = self._backing(permission)
        return backing.by.who if backing is not None else ""

    def limit(self, name: str, permission: str) -> int:
        """How far this person may go, such as `discount_percent` in thousandths of a per cent, by `data/limits.csv`.

        With an approval for `permission` it is the further of both people's.
        """
        self.keep_up()
        return limits_of(self.store.database, name).get(self.limit_role(name, permission), 0)

    def limit_role(self, name: str, permission: str) -> str:
        """The role whose limit counts: this person's, or with an approval for `permission` that which goes further."""
        own, backing = self.staff.role, self._backing(permission)
        if backing is None:
            return own
        limits = limits_of(self.store.database, name)
        return max(own, backing.by.role, key=lambda role: limits.get(role, 0))

    def require(self, permission: str) -> SqliteDatabase:
        """The database for reading, to those who may. Raises NotAllowed naming role and permission."""
        self.keep_up()
        if not self.may(permission):
            if self._has_left:
                raise NotAllowed(f"{self.staff.name} is no longer on the staff: sign out")
            if self._approval is not None and self._approval.permission == permission:
                raise NotAllowed(f"The approval for {permission} counts no more: ask for another")
            others = who_may(self.store.database, permission)
            raise NotAllowed(f"As {self.staff.role} you may not do this ({permission}): ask {others}")
        return self.store.database

    @contextmanager
    def change(
        self, action: str, *, subject: str = "", customer_id: int | None = None, once: str | None = None
    ) -> Iterator[Change]:
        """The one way to write: permission, write lock, transaction, the block, its audit row, commit.

        Whatever the block raises undoes everything. `once` is an idempotency key: a command that arrives a second time
        raises AlreadyDone with the first one's result. Raises NotAllowed, BadInput for a customer who is gone, and
        StoreUnusable when nothing can be written.
        """
        self.require(action)
        approval = self._backing(action)
        try:
            with self.store.engine.write() as database:
                if approval is not None and self._approval is not approval:
                    raise NotAllowed(f"The approval for {action} has been used already: ask for another")
                self.require(action)
                change = Change(self, database, action, subject, customer_id)
                if once is not None:
                    _refuse_second(database, once)
                gone.refuse(database, customer_id, action)
                yield change
                if change._customer_id != customer_id:
                    gone.refuse(database, change._customer_id, action)
                if approval is not None:
                    change.note(approved_by=approval.by.who)
                    change.also("override.used", subject=approval.by.number, detail={"for": action})
                head = self._append(database, change._deeds())
                if once is not None:
                    database.execute_sql(
                        "INSERT INTO command_key (key, seq, result) VALUES (?, ?, ?)", (once, head.seq, change.result)
                    )
            if approval is not None:
                self._approval = None
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
        approval, at, deeds = self._backing(action), self.now(), list[audit.Deed]()
        if approval is not None:
            detail = {**detail, "approved_by": approval.by.who}
            deeds.append(self._deed(at, "override.used", approval.by.number, None, {"for": action}, _NOTHING))
        deeds.append(self._deed(at, action, subject, customer_id, detail, personal))
        with self.store.engine.write() as database:
            self._append(database, deeds)
        if approval is not None:
            self._approval = None

    def _backing(self, permission: str) -> Approval | None:
        """The approval for an act, while it counts."""
        approval = self._approval
        if approval is None or approval.permission != permission or self._approved_in != self._watch.left:
            return None
        if self._approver_may_not:
            return None
        return approval if self.now() - self._approved_at <= APPROVAL_MINUTES * _MINUTE_US else None

    def _read_rights(self) -> None:
        row = self.store.database.execute_sql(_ROLE, (self.staff.staff_id,)).fetchone()
        if row is not None:
            role, retired_at = row
            self._has_left = retired_at is not None
            if role != self.staff.role:
                self.staff = replace(self.staff, role=role)
        permissions = permissions_of(self.store.database, self.staff.role)
        self._permissions = permissions
        if self._approval is not None:
            self._approver_may_not = not self._still_may(self._approval)
        if self._has_left:
            self._permissions, self._approval = permissions & _WAYS_OUT, None

    def _still_may(self, approval: Approval) -> bool:
        """Whether whoever approved something is still here, in the same role, and may do it."""
        row = self.store.database.execute_sql(_ROLE, (approval.by.staff_id,)).fetchone()
        is_same = row is not None and tuple(row) == (approval.by.role, None)
        return is_same and approval.permission in permissions_of(self.store.database, approval.by.role)

    def _append(self, database: SqliteDatabase, deeds: list[audit.Deed]) -> audit.Head:
        keys = self.store.keys
        return audit.append_all(database, keys.audit, keys.audit_id, deeds)

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
