"""Staff: who they are, the roles they have, and their PINs."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from peewee import AutoField, IntegerField, SqliteDatabase, TextField

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store.desk import Change, Desk
from bookkeeper_tui.store.engine import Table
from bookkeeper_tui.store.keys import Keys

ROLES = ("cashier", "supervisor", "manager", "auditor")
FIRST_NUMBER = 101
TIME_COST, MEMORY_KIB, PARALLELISM = 3, 65536, 1
SHORTEST_PIN, LONGEST_PIN = 6, 12
LONGEST_NAME = 60


class Staff(Table):
    """Somebody who may sign in; `retired_at` (microseconds UTC) when they no longer may."""

    id = AutoField()
    number = TextField(unique=True)
    name = TextField()
    role = TextField()
    pin_hash = TextField()
    pin_version = IntegerField(default=1)
    must_change = IntegerField(default=0)
    created_at = IntegerField()
    retired_at = IntegerField(null=True)


class SignInTry(Table):
    """Tries since the last right PIN, for every number ever typed, known or not."""

    number_key = TextField(primary_key=True)
    tries = IntegerField()
    locked_until = IntegerField()

    class Meta:
        without_rowid = True


@dataclass(frozen=True, slots=True)
class StaffRecord:
    """A member of staff as a list shows them; instants in microseconds UTC, 0 or None for never.

    `tries` are those since the last right PIN. `since` is when they came to work, at `terminal`, while they are there.
    """

    staff_id: int
    number: str
    name: str
    role: str
    tries: int
    locked_until: int
    retired_at: int | None
    must_change: bool = False
    since: int = 0
    terminal: str = ""

    def is_locked(self, now: int) -> bool:
        """Whether their number takes no PIN at an instant (microseconds UTC)."""
        return self.locked_until > now


def add(desk: Desk, name: str, role: str, pin: str, *, must_change: bool = False) -> StaffRecord:
    """Take somebody on: they get the next staff number. Raises BadInput for an unknown role or a guessable PIN."""
    desk.require("staff.added")
    name = " ".join(harmless(name).split())
    if not name or len(name) > LONGEST_NAME:
        raise BadInput(f"A member of staff needs a name, of at most {LONGEST_NAME} letters")
    _check_role(role)
    check_new_pin(pin)
    known = desk.database.execute_sql("SELECT coalesce(max(id), 0) FROM staff").fetchone()[0]
    number = str(FIRST_NUMBER + known)
    hashed = hash_pin(desk.store.keys, number, 1, pin)
    with desk.change("staff.added", subject=number) as change:
        taken = change.next_number("staff")
        if str(FIRST_NUMBER - 1 + taken) != number:
            raise BadInput("Somebody else was taken on at the same moment: try again")
        row = {"number": number, "name": name, "role": role, "pin_hash": hashed, "created_at": change.at}
        staff_id = Staff.insert({**row, "must_change": int(must_change)}).execute(change.database)
        change.note(role=role)
        change.personal(name=name)
    return StaffRecord(staff_id, number, name, role, 0, 0, None, must_change)


def list_staff(desk: Desk) -> list[StaffRecord]:
    """Everybody who ever worked here, in the order of their numbers."""
    database = desk.require("staff.listed")
    tries = {row.number_key: row for row in SignInTry.select().execute(database)}
    at_work = {row[0]: row[1:] for row in database.execute_sql(AT_WORK)}
    records = []
    for row in Staff.select().order_by(Staff.id).execute(database):
        tried = tries.get(number_key(desk.store.keys, row.number))
        counted, until = (tried.tries, tried.locked_until) if tried else (0, 0)
        who = (row.id, row.number, row.name, row.role)
        since, terminal = at_work.get(row.id, (0, ""))
        records.append(StaffRecord(*who, counted, until, row.retired_at, bool(row.must_change), since, terminal))
    return records


def change_role(desk: Desk, number: str, role: str) -> None:
    """Give somebody another role; their console notices at its next act.

    Raises BadInput for an unknown role, somebody who has left, and the last manager.
    """
    desk.require("staff.role")
    _check_role(role)
    with desk.change("staff.role", subject=number) as change:
        row = _must_be_here(change, number)
        if row.role == role:
            change.drop()
        if row.role == "manager":
            _refuse_last_manager(change.database, row, "another role")
        Staff.update(role=role).where(Staff.id == row.id).execute(change.database)
        change.note(role=(row.role, role))


def reset_pin(desk: Desk, number: str, pin: str) -> None:
    """Give somebody a PIN that they must change at their next sign-in; a locked number is unlocked.

    Raises BadInput for nobody, somebody who has left, or a bad PIN.
    """
    desk.require("staff.pin_reset")
    check_new_pin(pin)
    row = find(desk, number)
    hashed = hash_pin(desk.store.keys, number, row.pin_version + 1, pin)
    with desk.change("staff.pin_reset", subject=number) as change:
        _set_pin(change, row, hashed, must_change=True)
        forget_tries(change, number)


def change_pin(desk: Desk, pin: str) -> None:
    """Change one's own PIN, after signing in with the old one. Raises BadInput for a guessable or the same PIN."""
    desk.require("pin.changed")
    check_new_pin(pin)
    row = find(desk, desk.staff.number)
    if matches(desk.store.keys, row.number, row.pin_version, row.pin_hash, pin):
        raise BadInput("The new PIN is the old one: choose another")
    hashed = hash_pin(desk.store.keys, row.number, row.pin_version + 1, pin)
    with desk.change("pin.changed", subject=row.number) as change:
        _set_pin(change, row, hashed, must_change=False)


def unlock(desk: Desk, number: str) -> None:
    """Let somebody try again at once. Raises BadInput for a number that nobody has."""
    desk.require("staff.unlocked")
    row = find(desk, number)
    with desk.change("staff.unlocked", subject=row.number) as change:
        forget_tries(change, row.number)


def retire(desk: Desk, number: str) -> None:
    """Somebody leaves: they may not sign in any more, and their clock stops; what they did stays theirs.

    Raises BadInput for somebody who has left already, whose shift is open, and for the last manager.
    """
    desk.require("staff.retired")
    with desk.change("staff.retired", subject=number) as change:
        row = _must_be_here(change, number)
        if row.role == "manager":
            _refuse_last_manager(change.database, row, "gone")
        shift = change.database.execute_sql(OPEN_SHIFT, (row.id,)).fetchone()
        if shift is not None:
            raise BadInput(f"{row.name} has the shift {shift[0]} open at {harmless(shift[1])}: end it first")
        Staff.update(retired_at=change.at).where(Staff.id == row.id).execute(change.database)
        change.database.execute_sql(STOP_CLOCK, (change.at, row.id))


def find(desk: Desk, number: str) -> Staff:
    """The row of a staff number. Raises BadInput when nobody has it."""
    query = Staff.select().where(Staff.number == number)
    row: Staff | None = next(iter(query.execute(desk.database)), None)
    if row is None:
        raise BadInput(f"There is no staff number “{harmless(number)[:20]}”")
    return row


def make_pin() -> str:
    """A PIN that nobody chose, and that nobody will keep."""
    while True:
        pin = "".join(secrets.choice("0123456789") for _ in range(SHORTEST_PIN))
        try:
            check_new_pin(pin)
        except BadInput:
            continue
        return pin


def check_new_pin(pin: str) -> None:
    """Raise BadInput unless a PIN is six to twelve digits and no date, run or repeat (domain rules, Staff and PINs)."""
    if not (pin.isascii() and pin.isdigit() and SHORTEST_PIN <= len(pin) <= LONGEST_PIN):
        raise BadInput(f"A PIN has {SHORTEST_PIN} to {LONGEST_PIN} digits and nothing else")
    if re.fullmatch(r"(.{1,3})\1+", pin) or re.fullmatch(r"(\d)\1*(\d)\2*", pin):
        raise BadInput("That PIN repeats itself: choose one that is harder to guess")
    steps = {int(later) - int(earlier) for earlier, later in pairwise(pin)}
    if steps in ({1}, {-1}):
        raise BadInput("That PIN is a run of digits: choose one that is harder to guess")
    if _reads_as_date(pin):
        raise BadInput("That PIN reads as a date: choose one that is harder to guess")


def hash_pin(keys: Keys, number: str, version: int, pin: str) -> str:
    """The argon2id hash that is stored; takes a tenth of a second on purpose."""
    from argon2 import PasswordHasher

    hasher = PasswordHasher(time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=PARALLELISM)
    return hasher.hash(_peppered(keys, number, version, pin))


def matches(keys: Keys, number: str, version: int, pin_hash: str, pin: str) -> bool:
    """Whether a PIN is the one behind a hash; as slow as making it, and touches no database."""
    from argon2 import PasswordHasher
    from argon2.exceptions import VerificationError

    try:
        return PasswordHasher().verify(pin_hash, _peppered(keys, number, version, pin))
    except VerificationError:
        return False


def number_key(keys: Keys, number: str) -> str:
    """What a typed staff number is counted under: a keyed hash, because people type PINs into the wrong field."""
    return hmac.digest(keys.pepper, f"number:{number}".encode(), hashlib.sha256).hex()[:32]


def forget_tries(change: Change, number: str) -> None:
    """Start counting a number's tries afresh."""
    key = number_key(change.desk.store.keys, number)
    SignInTry.delete().where(SignInTry.number_key == key).execute(change.database)


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise BadInput(f"“{harmless(role[:20])}” is not a role: it is one of {', '.join(ROLES)}")


def _must_be_here(change: Change, number: str) -> Staff:
    row = find(change.desk, number)
    if row.retired_at is not None:
        raise BadInput(f"{row.name} ({row.number}) has left already")
    return row


def _refuse_last_manager(database: SqliteDatabase, row: Staff, what: str) -> None:
    others = database.execute_sql(OTHER_MANAGERS, (row.id,)).fetchone()[0]
    if not others:
        raise BadInput(f"{row.name} is the only manager: with {what}, nobody could set up the shop")


def _set_pin(change: Change, row: Staff, hashed: str, *, must_change: bool) -> None:
    """Keep a hash that was made before the change, since making it is slow; unless the PIN is another meanwhile."""
    now = _must_be_here(change, row.number)
    if now.pin_version != row.pin_version:
        raise BadInput(f"The PIN of {row.number} was changed at the same moment: try again")
    fields = {"pin_hash": hashed, "pin_version": row.pin_version + 1, "must_change": int(must_change)}
    Staff.update(fields).where(Staff.id == row.id).execute(change.database)


def _peppered(keys: Keys, number: str, version: int, pin: str) -> bytes:
    return hmac.digest(keys.pepper, f"{version}:{number}:{pin}".encode(), hashlib.sha256)


def _reads_as_date(pin: str) -> bool:
    if len(pin) not in (6, 8):
        return False
    short = len(pin) == 6
    orders = ((0, 2, 4), (2, 0, 4), (4, 2, 0)) if short else ((0, 2, 4), (2, 0, 4), (6, 4, 0))
    for day, month, year in orders:
        digits = pin[year : year + 2] if short else pin[year : year + 4]
        try:
            date(1900 + int(digits) if short else int(digits), int(pin[month : month + 2]), int(pin[day : day + 2]))
        except ValueError:
            continue
        if short or 1900 <= int(digits) <= 2100:
            return True
    return False


AT_WORK = "SELECT staff_id, in_at, terminal FROM work_period WHERE out_at IS NULL"
STOP_CLOCK = "UPDATE work_period SET out_at = MAX(in_at, ?) WHERE staff_id = ? AND out_at IS NULL"
OPEN_SHIFT = "SELECT number, terminal FROM shift WHERE staff_id = ? AND closed_at IS NULL"
OTHER_MANAGERS = "SELECT COUNT(*) FROM staff WHERE role = 'manager' AND retired_at IS NULL AND id <> ?"
