"""How a customer likes to be contacted: by which channel, how often, when not, in which language. It is no consent."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput, Conflict
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store import audit, customer_fields, customers
from bookkeeper_tui.store.consent_wordings import CHANNELS
from bookkeeper_tui.store.customer_rows import must_read
from bookkeeper_tui.store.desk import Desk

FREQUENCIES = ("any time", "weekly", "monthly", "a few times a year", "only what is important")
"""How often somebody likes to hear of the shop; nothing said is an empty text."""
MINUTES_A_DAY = 1440
LABELS = {
    "channel": "preferred channel",
    "frequency": "how often",
    "quiet_from": "quiet from",
    "quiet_to": "quiet until",
}


class NewPreference(NamedTuple):
    """What a customer said; empty is nothing said. Quiet hours are minutes of the day and may pass midnight."""

    channel: str = ""
    frequency: str = ""
    quiet_from: int | None = None
    quiet_to: int | None = None
    language: str = ""


class Preference(NamedTuple):
    """How a customer likes to be contacted. `version` is 0 before anything was said; `at` in microseconds UTC.

    The language is the customer's own, as it stands in their form.
    """

    channel: str
    frequency: str
    quiet_from: int | None
    quiet_to: int | None
    language: str
    version: int
    at: int
    who: str


def of(desk: Desk, customer_id: int) -> Preference:
    """What a customer said. Raises BadInput for a customer who is not there."""
    return _read(desk.require("customer.viewed"), customer_id)


def edit(desk: Desk, customer_id: int, new: NewPreference, seen: Preference) -> Preference:
    """Write down what a customer said; `seen` is what stood there before.

    Another language is written to the customer's form too, and takes the permission for that. Raises BadInput naming
    what is wrong, and Conflict when somebody else changed it meanwhile.
    """
    new = _checked(desk, new)
    if new.language != seen.language:
        desk.require("customer.edited")
    with desk.change("preference.edited", customer_id=customer_id) as change:
        old = _read(change.database, customer_id)
        if (old.version, old.language) != (seen.version, seen.language):
            raise Conflict(f"{old.who or 'Somebody else'} changed these preferences meanwhile: look at them again")
        if new == old[: len(new)]:
            change.drop()
        customers.revise(change, customer_id, {"language": new.language})
        for name, label in LABELS.items():
            if getattr(old, name) != getattr(new, name):
                change.field(label, getattr(old, name), getattr(new, name))
        if new.language != old.language:
            change.field("language", old.language, new.language)
        change.note(version=old.version + 1)
        values = (customer_id, *new[:-1], old.version + 1, change.at, desk.staff.who)
        change.database.execute_sql(WRITE, values)
    return of(desk, customer_id)


def as_of(desk: Desk, customer_id: int, at: int) -> NewPreference:
    """What a customer had said by an instant (microseconds UTC, included): the changes since, undone.

    What was erased from the log since is told as nothing said.
    """
    database = desk.require("customer.viewed")
    values, before = _read(database, customer_id)._asdict(), None
    while rows := audit.rows_before(
        database, before=before, customer_id=customer_id, action="preference.edited", since=at + 1, limit=200
    ):
        for row in rows:
            _undo(values, row.detail.get("fields", []), row.personal or {})
        before = rows[-1].seq
    return NewPreference(*(values[name] for name in NewPreference._fields))


def clock(minute: int) -> str:
    """A minute of the day as `21:00`."""
    return f"{minute // 60:02}:{minute % 60:02}"


def quiet_hours(preference: Preference | NewPreference) -> str:
    """The quiet hours as they may be typed: `21:00-08:00`; empty for none."""
    if preference.quiet_from is None or preference.quiet_to is None:
        return ""
    return f"{clock(preference.quiet_from)}-{clock(preference.quiet_to)}"


def _undo(values: dict[str, Any], fields: list[str], personal: Mapping[str, Any]) -> None:
    names = {label: name for name, label in LABELS.items()} | {"language": "language"}
    for label in fields:
        name = names[label]
        if label in personal:
            values[name] = personal[label][0]
        else:
            values[name] = None if name.startswith("quiet") else ""


def _checked(desk: Desk, new: NewPreference) -> NewPreference:
    if new.channel and new.channel not in CHANNELS:
        known = ", ".join(CHANNELS)
        raise BadInput(f"“{harmless(new.channel[:30])}” is not a way to contact someone: it is one of {known}")
    if new.frequency and new.frequency not in FREQUENCIES:
        raise BadInput(f"“{harmless(new.frequency[:30])}” is not how often: it is one of {', '.join(FREQUENCIES)}")
    quiet = (new.quiet_from, new.quiet_to)
    if (quiet[0] is None) != (quiet[1] is None):
        raise BadInput("Quiet hours have a beginning and an end, such as 21:00-08:00")
    if any(minute is not None and not 0 <= minute < MINUTES_A_DAY for minute in quiet):
        raise BadInput("Quiet hours go from 00:00 to 23:59")
    if quiet[0] is not None and quiet[0] == quiet[1]:
        raise BadInput("Quiet hours end at another time than they begin")
    language = customer_fields.checked_text(customer_fields.habits_of(desk), "language", new.language)
    return new._replace(language=language)


def _read(database: SqliteDatabase, customer_id: int) -> Preference:
    language = must_read(database, customer_id).language
    row = database.execute_sql(SELECT, (customer_id,)).fetchone()
    channel, frequency, first, last, version, at, who = row or ("", "", None, None, 0, 0, "")
    return Preference(channel, frequency, first, last, language, version, at, who)


SELECT = "SELECT channel, frequency, quiet_from, quiet_to, version, at, who FROM preference WHERE customer_id = ?"
WRITE = """
INSERT INTO preference (customer_id, channel, frequency, quiet_from, quiet_to, version, at, who)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (customer_id) DO UPDATE SET channel = excluded.channel, frequency = excluded.frequency,
    quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, version = excluded.version, at = excluded.at,
    who = excluded.who
"""
