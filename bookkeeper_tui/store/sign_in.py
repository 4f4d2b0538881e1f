"""Signing in by staff number and PIN, locking and unlocking a console, and the clock that runs from in to out.

A try is counted before it is checked, so that many terminals at once have five guesses together. Checking the PIN is
slow and touches no database: a console does that step in a thread.
"""

from dataclasses import dataclass
from typing import NoReturn

from peewee import IntegerField, SqliteDatabase, TextField

from bookkeeper_tui.errors import BookkeeperError, NotAllowed
from bookkeeper_tui.store.desk import Actor, Approval, Change, Desk
from bookkeeper_tui.store.engine import Table
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.permissions import permissions_of
from bookkeeper_tui.store.staff import SHORTEST_PIN, Staff, forget_tries, matches, number_key

FREE_TRIES = 5
LOCK_MINUTES = (1, 5, 15, 60, 240, 720)
_NOBODYS_HASH = "$argon2id$v=19$m=65536,t=3,p=1$sqETwF3gxcQXPUOzmLdxpw$DwgIWRZC+g60TOrtuvPpvTbelgB0w/l8t1+OZW/mXjU"
_COUNT_TRY = """
    INSERT INTO sign_in_try (number_key, tries, locked_until) VALUES (?1, 1, 0)
    ON CONFLICT (number_key) DO UPDATE SET tries = tries + 1, locked_until = CASE
        WHEN tries + 1 < ?3 THEN 0
        ELSE ?2 + 60000000 * CASE tries + 1 - ?3 {minutes} ELSE ?4 END
    END
    WHERE locked_until <= ?2
    RETURNING tries
""".format(minutes=" ".join(f"WHEN {place} THEN {minutes}" for place, minutes in enumerate(LOCK_MINUTES)))


class WorkPeriod(Table):
    """The time somebody is at work: from sign-in to sign-out, in microseconds UTC; `out_at` empty while it runs."""

    staff_id = IntegerField()
    terminal = TextField()
    in_at = IntegerField()
    out_at = IntegerField(null=True)


class SignInRefused(BookkeeperError):
    """Wrong number or wrong PIN, which read the same, or too many tries."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One counted try: whose number was typed (nobody's, if `staff_id` is None), and the hash to check against."""

    number: str
    staff_id: int | None
    name: str
    role: str
    pin_version: int
    pin_hash: str
    must_change: bool


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A desk, and whether its PIN must be changed before anything else."""

    desk: Desk
    must_change: bool


def begin(desk: Desk, number: str) -> Attempt:
    """Count a try for a staff number. Raises SignInRefused while the number is locked, known or not."""
    number = number.strip()[:20]
    with desk.change("signin.tried") as change:
        change.personal(number=_as_logged(number))
        row = change.database.execute_sql(
            _COUNT_TRY, (number_key(desk.store.keys, number), change.at, FREE_TRIES, LOCK_MINUTES[-1])
        ).fetchone()
        change.note(refused="locked") if row is None else change.note(tries=row[0])
    if row is None:
        raise SignInRefused("Too many tries: wait a little, or ask a supervisor to unlock the number")
    return _attempt(desk.store.database, number)


def pin_matches(store: Store, attempt: Attempt, pin: str) -> bool:
    """Whether the PIN is right. Takes a tenth of a second, known number or not; safe in a thread."""
    right = matches(store.keys, attempt.number, attempt.pin_version, attempt.pin_hash, pin)
    return right and attempt.staff_id is not None


def finish(desk: Desk, attempt: Attempt, right: bool) -> SignedIn:
    """Sign in: a desk of one's own, the clock running. Raises SignInRefused, and logs it, when the PIN was wrong."""
    desk.require("signin.done")
    if not right or attempt.staff_id is None:
        _refuse(desk, attempt)
    actor = Actor(attempt.staff_id, attempt.number, attempt.name, attempt.role)
    signed_in = Desk(desk.store, actor, desk.terminal, desk.now)
    with signed_in.change("signin.done", subject=attempt.number) as change:
        _refuse_outdated(change, attempt)
        forget_tries(change, attempt.number)
        change.note(clock=_clock_in(change, actor))
    return SignedIn(signed_in, attempt.must_change)


def finish_unlock(desk: Desk, attempt: Attempt, right: bool) -> None:
    """Unlock the console of whoever is signed in. Raises SignInRefused for a wrong PIN or somebody else's number."""
    desk.require("console.unlocked")
    if not right or attempt.staff_id is None or attempt.staff_id != desk.staff.staff_id:
        _refuse(desk, attempt)
    with desk.change("console.unlocked", subject=attempt.number) as change:
        _refuse_outdated(change, attempt)
        forget_tries(change, attempt.number)


def finish_approval(desk: Desk, attempt: Attempt, right: bool, permission: str) -> Approval:
    """A second person's PIN for one action of whoever is at the desk: `desk.backed_by` takes what is answered.

    Raises SignInRefused for a wrong PIN, NotAllowed for one's own or when that person may not do it either.
    """
    desk.require("override.asked")
    if not right or attempt.staff_id is None:
        _refuse(desk, attempt)
    if attempt.staff_id == desk.staff.staff_id:
        raise NotAllowed("That is your own PIN: an override takes a second person's")
    if permission not in permissions_of(desk.store.database, attempt.role):
        raise NotAllowed(f"As {attempt.role} {attempt.name} may not do this either ({permission})")
    with desk.change("override.asked", subject=attempt.number) as change:
        _refuse_outdated(change, attempt)
        forget_tries(change, attempt.number)
        change.note(permission=permission, approved_by=f"{attempt.number} {attempt.name}")
    return Approval(Actor(attempt.staff_id, attempt.number, attempt.name, attempt.role), permission)


def sign_in(store: Store, terminal: str, number: str, pin: str) -> SignedIn:
    """The three steps in one, for programs that may wait."""
    desk = Desk.unattended(store, terminal)
    attempt = begin(desk, number)
    return finish(desk, attempt, pin_matches(store, attempt, pin))


def lock_console(desk: Desk, why: str) -> None:
    """Log that the console was locked, by key or because nobody touched it."""
    desk.leave()
    desk.look("console.locked", detail={"why": why})


def sign_out(desk: Desk) -> None:
    """Sign out, and stop the clock."""
    desk.leave()
    with desk.change("signout.done", subject=desk.staff.number) as change:
        is_open = (WorkPeriod.staff_id == desk.staff.staff_id) & WorkPeriod.out_at.is_null()
        WorkPeriod.update(out_at=change.at).where(is_open).execute(change.database)


def _attempt(database: SqliteDatabase, number: str) -> Attempt:
    query = Staff.select().where((Staff.number == number) & Staff.retired_at.is_null())
    row = next(iter(query.execute(database)), None)
    if row is None:
        return Attempt(number, None, "", "", 1, _NOBODYS_HASH, False)
    return Attempt(number, row.id, row.name, row.role, row.pin_version, row.pin_hash, bool(row.must_change))


def _refuse_outdated(change: Change, attempt: Attempt) -> None:
    """While a PIN was checked somebody may have left, or been given another PIN or role."""
    if _attempt(change.database, attempt.number) != attempt:
        raise SignInRefused("The staff number or its PIN was changed just now: try again")


def _clock_in(change: Change, actor: Actor) -> str:
    is_open = (WorkPeriod.staff_id == actor.staff_id) & WorkPeriod.out_at.is_null()
    if next(iter(WorkPeriod.select().where(is_open).execute(change.database)), None) is not None:
        return "still running"
    row = {"staff_id": actor.staff_id, "terminal": change.desk.terminal, "in_at": change.at}
    WorkPeriod.insert(row).execute(change.database)
    return "in"


def _as_logged(number: str) -> str:
    """A staff number for the log; what is as long as a PIN may be one, typed into the wrong field, and stays unsaid."""
    return number if len(number) < SHORTEST_PIN else f"{len(number)} letters"


def _refuse(desk: Desk, attempt: Attempt) -> NoReturn:
    desk.look("signin.failed", personal={"number": _as_logged(attempt.number)})
    raise SignInRefused("The staff number or the PIN is wrong")
