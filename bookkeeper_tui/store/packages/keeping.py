"""What becomes of a package besides its use: frozen, extended, given to somebody else, lapsed when over."""

from typing import NamedTuple

from bookkeeper_tui.dates import read_iso
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import ledger, shifts
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import AlreadyDone, Change, Desk
from bookkeeper_tui.store.ledger import RawPosting
from bookkeeper_tui.store.packages import events
from bookkeeper_tui.store.packages.events import NewEvent
from bookkeeper_tui.store.packages.package import Package, read

AT_ONCE = 200


class Turned(NamedTuple):
    """What the beginning of a day did: how many freezes ended, how many packages lapsed."""

    thawed: int
    lapsed: int


def freeze(desk: Desk, package_id: int, until: str = "", reason: str = "") -> Package:
    """Freezes a package from today: it is not used, and does not expire; `until` (ISO) is the freeze's last day.

    Without one it lasts until `unfreeze`. Raises BadInput for one that is frozen, expired, used up or given back, and
    for a day that is past.
    """
    with desk.change("package.frozen") as change:
        today = shifts.posting_date(change)
        package = _still_good(change, package_id, today)
        if package.is_frozen_on(today):
            raise BadInput(f"{package.number} is frozen already, since {_date(change, package.frozen_since)}")
        until = until and read_iso(until, "Until").isoformat()
        if until and until < today:
            raise BadInput(f"A freeze cannot end on {_date(change, until)}, which is past")
        if package.is_frozen:
            package = _thaw(change, package, today)
        after = package.standing._replace(frozen_since=today, frozen_until=until)
        events.add(change, package, NewEvent("freeze", remarks=events.cleaned(reason, "A reason")), after)
        _note(change, package, until=until)
    return read(desk.database, package_id)


def unfreeze(desk: Desk, package_id: int) -> Package:
    """Ends a freeze today: its last day moves by the days that it was frozen. Raises BadInput when it is not frozen."""
    with desk.change("package.frozen") as change:
        package = read(change.database, package_id)
        if not package.is_frozen:
            raise BadInput(f"{package.number} is not frozen")
        package = _thaw(change, package, shifts.posting_date(change))
        _note(change, package, ended=True)
    return read(desk.database, package_id)


def extend(desk: Desk, package_id: int, expires_on: str, reason: str) -> Package:
    """Gives a package a later last day (ISO; empty for ever); one that has lapsed may be used again.

    What became revenue when it lapsed is deferred again. Raises BadInput without a reason, for a day that is past or
    no later, and for one that is used up, given back or never expires.
    """
    with desk.change("package.extended") as change:
        words = events.cleaned(reason, "A reason to extend a package", needed=True)
        today = shifts.posting_date(change)
        package = _with_something_left(change, package_id)
        if not package.expires_on:
            raise BadInput(f"{package.number} never expires")
        expires_on = expires_on and read_iso(expires_on, "Last day").isoformat()
        if expires_on and expires_on <= package.expires_on:
            raise BadInput(f"{package.number} is good until {_date(change, package.expires_on)}: give a later day")
        if "" < expires_on < today:
            raise BadInput(f"{package.number} cannot be extended to {_date(change, expires_on)}, which is past")
        recognised = package.worth(package.used)
        after = package.standing._replace(expires_on=expires_on, state="live", recognised=recognised)
        events.add(change, package, NewEvent("extend", remarks=words), after)
        _note(change, package, old=package.expires_on, new=expires_on)
    return read(desk.database, package_id)


def transfer(desk: Desk, package_id: int, customer_id: int, reason: str, once: str | None = None) -> Package:
    """Gives a whole package, with what is deferred of it, to another active customer.

    Raises BadInput without a reason, for the walk-in, for whom it has already, and for one that is expired, used up or
    given back.
    """
    try:
        with desk.change("package.transferred", once=once) as change:
            words = events.cleaned(reason, "A reason to give a package away", needed=True)
            package = _still_good(change, package_id, shifts.posting_date(change))
            new_number = _receiver(change, package, customer_id)
            postings = moved_deferred(change, package, customer_id)
            after = package.standing._replace(customer_id=customer_id)
            events.add(change, package, NewEvent("transfer", remarks=words), after, postings)
            _note(change, package, to=new_number)
            detail = {"from": package.customer_number}
            change.also("package.transferred", subject=package.number, customer_id=customer_id, detail=detail)
    except AlreadyDone:
        pass
    return read(desk.database, package_id)


def turn_day(desk: Desk, day: str) -> Turned:
    """Ends the freezes whose last day is before a business date (ISO), and lets packages lapse whose last day is.

    What was never used of them becomes revenue. A second run finds nothing to do. A few hundred at a time, so that
    nobody waits for the lock.
    """
    desk.require("package.lapsed")
    return Turned(_thaw_all(desk, day), _lapse_all(desk, day))


def moved_deferred(change: Change, package: Package, customer_id: int) -> list[RawPosting]:
    """The postings that make what is deferred of a package another customer's; none where nothing is."""
    if not package.deferred or package.customer_id == customer_id:
        return []
    prepaid = ledger.account_id(change, ledger.PREPAID_PACKAGES)
    amount = package.deferred
    return [RawPosting(prepaid, package.customer_id, amount), RawPosting(prepaid, customer_id, -amount)]


def _thaw_all(desk: Desk, day: str) -> int:
    done = 0
    while found := desk.database.execute_sql(TO_THAW, (day, AT_ONCE)).fetchall():
        with desk.change("package.lapsed", subject=day) as change:
            thawed = 0
            for (package_id,) in found:
                package = read(change.database, package_id)
                if "" < package.frozen_until < day:
                    _thaw(change, package, day)
                    thawed += 1
            change.note(freezes_ended=thawed)
            done += thawed
    return done


def _lapse_all(desk: Desk, day: str) -> int:
    done = 0
    while found := desk.database.execute_sql(TO_LAPSE, (day, AT_ONCE)).fetchall():
        with desk.change("package.lapsed", subject=day) as change:
            lapsed = 0
            for (package_id,) in found:
                package = read(change.database, package_id)
                if package.state == "live" and not package.is_frozen and "" < package.expires_on < day:
                    _lapse(change, package, day)
                    lapsed += 1
            change.note(packages_lapsed=lapsed)
            done += lapsed
    return done


def _thaw(change: Change, package: Package, day: str) -> Package:
    after = package.standing._replace(expires_on=package.effective_end(day), frozen_since="", frozen_until="")
    events.add(change, package, NewEvent("unfreeze", day=day), after)
    return read(change.database, package.id)


def _lapse(change: Change, package: Package, day: str) -> None:
    after = package.standing._replace(state="lapsed", recognised=package.net)
    events.add(change, package, NewEvent("expire", day=day), after)
    detail = {"sessions": package.remaining, "date": day}
    change.also("package.expired", subject=package.number, customer_id=package.customer_id, detail=detail)


def _with_something_left(change: Change, package_id: int) -> Package:
    package = read(change.database, package_id)
    events.refuse_gone(package)
    if not package.remaining:
        raise BadInput(f"Nothing is left of {package.number}: all of its sessions ({package.sessions}) are used")
    return package


def _still_good(change: Change, package_id: int, today: str) -> Package:
    package = _with_something_left(change, package_id)
    if package.status(today) == "expired":
        raise BadInput(f"{package.number} expired on {_date(change, package.effective_end(today))}: extend it first")
    return package


def _receiver(change: Change, package: Package, customer_id: int) -> str:
    row = change.database.execute_sql("SELECT number, status FROM customer WHERE id = ?", (customer_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no customer with the id {customer_id}")
    if customer_id == WALK_IN_ID:
        raise BadInput("The walk-in customer cannot have a package: choose who gets it")
    if customer_id == package.customer_id:
        raise BadInput(f"{package.number} is this customer's already")
    if row[1] != "active":
        raise BadInput(f"Customer {row[0]} is {row[1]}: make them active first, or choose another")
    return str(row[0])


def _date(change: Change, day: str) -> str:
    return change.desk.store.conventions.date(day)


def _note(change: Change, package: Package, **detail: object) -> None:
    change.concerns(subject=package.number, customer_id=package.customer_id)
    change.note(**detail)


TO_THAW = "SELECT id FROM package WHERE frozen_until <> '' AND frozen_until < ? ORDER BY frozen_until, id LIMIT ?"
TO_LAPSE = """
SELECT id FROM package WHERE state = 'live' AND expires_on <> '' AND frozen_since = '' AND expires_on < ?
ORDER BY expires_on, id LIMIT ?
"""
