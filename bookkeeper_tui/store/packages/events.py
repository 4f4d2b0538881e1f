"""The usage log is written here and nowhere else: an event, the revenue it brings, and the package after it."""

from collections.abc import Sequence
from typing import NamedTuple

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store import catalogue, ledger, shifts
from bookkeeper_tui.store.desk import Change
from bookkeeper_tui.store.ledger import RawEntry, RawPosting
from bookkeeper_tui.store.packages.package import Package, Standing

LONGEST_REMARKS = 200
# What is never used any more, and what of that is used after all.
OF_BREAKAGE = frozenset({"expire", "extend"})
USES = ("use", "deduct", "no-show", "late cancel")


class NewEvent(NamedTuple):
    """Something that happens to a package, ready to be written: the columns of the log that are not its standing.

    `sessions` is what it does to what is used, `worth` what those are without tax and `commission` the trainer's part,
    minor units. `at` is when it was (microseconds UTC), None for now; `day` its business date, "" for the till's.
    """

    kind: str
    sessions: int = 0
    undoes: int | None = None
    service_id: int | None = None
    trainer_id: int | None = None
    resource_id: int | None = None
    booking_id: int | None = None
    at: int | None = None
    day: str = ""
    remarks: str = ""
    worth: int = 0
    commission: int = 0
    forced: bool = False


def add(change: Change, package: Package, event: NewEvent, after: Standing, postings: Sequence[RawPosting] = ()) -> int:
    """Writes an event and how the package stands after it; what is recognised by it is posted. Answers its id.

    `postings` are those of an event that moves what is deferred otherwise. For use inside a change.
    """
    day = event.day or shifts.posting_date(change)
    recognised = after.recognised - package.recognised
    if recognised:
        postings = _revenue(change, package, event.kind, recognised)
    entry_id = _posted(change, package, event.kind, day, postings) if postings else None
    staff = change.desk.staff
    event_id = change.database.execute_sql(
        INSERT,
        (package.id, after.customer_id, event.kind, event.sessions, after.used, event.undoes, event.service_id,
         event.trainer_id, event.resource_id, event.booking_id, change.at if event.at is None else event.at, day,
         change.at, staff.staff_id, staff.who, event.remarks, after.expires_on, event.worth, recognised,
         event.commission, int(event.forced), entry_id),
    ).fetchone()[0]  # fmt: skip
    if after != package.standing:
        change.database.execute_sql(UPDATE, (*after, package.id))
    return int(event_id)


def cleaned(text: str, what: str, *, needed: bool = False) -> str:
    """Remarks or a reason on one line, as they may be drawn. Raises BadInput when too long, or empty where needed."""
    words = " ".join(harmless(text).split())
    if len(words) > LONGEST_REMARKS:
        raise BadInput(f"{what} may have {LONGEST_REMARKS} letters, not {len(words)}")
    if needed and not words:
        raise BadInput(f"{what} is needed: say why")
    return words


def refuse_gone(package: Package) -> None:
    """Raises BadInput for a package that was given back."""
    if package.state == "refunded":
        raise BadInput(f"{package.number} was refunded by {package.refund_number}")
    if package.state == "returned":
        raise BadInput(f"{package.number} was given back with sale {package.sale_number}")


def _revenue(change: Change, package: Package, kind: str, recognised: int) -> list[RawPosting]:
    if kind in OF_BREAKAGE:
        income = ledger.account_id(change, ledger.SESSIONS_EXPIRED)
    else:
        accounts = catalogue.sales_accounts(change.database, [package.product_id])
        income = accounts.get(package.product_id) or ledger.account_id(change, ledger.UNCATEGORISED_SALES)
    prepaid = ledger.account_id(change, ledger.PREPAID_PACKAGES)
    return [RawPosting(prepaid, package.customer_id, recognised), RawPosting(income, None, -recognised)]


def _posted(change: Change, package: Package, kind: str, day: str, postings: Sequence[RawPosting]) -> int:
    staff_id = change.desk.staff.staff_id
    entry = RawEntry(
        ledger.next_entry_id(change), day, f"package {kind}", "package", package.id, staff_id, postings, package.number
    )
    ledger.write(change, [entry])
    return entry.id


INSERT = """
INSERT INTO package_event (package_id, customer_id, kind, sessions, used, undoes, service_id, trainer_id, resource_id,
                           booking_id, at, business_date, recorded_at, staff_id, who, remarks, expires_on, worth,
                           recognised, commission, forced, entry_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
"""
UPDATE = """
UPDATE package SET customer_id = ?, expires_on = ?, frozen_since = ?, frozen_until = ?, state = ?, used = ?,
                   recognised = ?, refund_id = ? WHERE id = ?
"""
