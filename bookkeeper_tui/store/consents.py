"""Consent: the right to contact someone, as a log that is only added to. The last word counts; unknown is not yes."""

from dataclasses import dataclass

from peewee import IntegerField, TextField

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store.desk import Change, Desk
from bookkeeper_tui.store.engine import Table

CHANNELS = ("email", "sms", "whatsapp")
MARKETING = "marketing"


class Consent(Table):
    """One word for or against being contacted; `given` is 1 or 0, `at` microseconds UTC."""

    customer_id = IntegerField()
    purpose = TextField()
    channel = TextField()
    given = IntegerField()
    at = IntegerField()
    how = TextField()
    wording = TextField()
    wording_version = TextField()
    who = TextField()


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """One entry of the log, as it is read back; `given` is 1 or 0, `at` microseconds UTC."""

    id: int
    purpose: str
    channel: str
    given: int
    at: int
    how: str
    wording: str
    wording_version: str
    who: str


@dataclass(frozen=True, slots=True)
class NewConsent:
    """What an import brings: a customer's word on a channel."""

    customer_id: int
    channel: str
    given: bool


def record(
    desk: Desk,
    customer_id: int,
    channel: str,
    given: bool,
    *,
    how: str,
    wording: str = "",
    wording_version: str = "",
    purpose: str = MARKETING,
) -> None:
    """Write down what a customer said. `how` is where they said it ("at the till"), `wording` what they were read.

    Raises BadInput for a channel that is none, a customer who is not there, or a yes without saying how it was given.
    """
    _check(channel, how)
    with desk.change("consent.recorded", customer_id=customer_id) as change:
        if change.database.execute_sql("SELECT 1 FROM customer WHERE id = ?", (customer_id,)).fetchone() is None:
            raise BadInput(f"There is no customer with the id {customer_id}")
        before = _states(change.database.execute_sql(_SAID, (customer_id, purpose)).fetchall())[channel]
        change.field(f"consent {channel}", before, "yes" if given else "no")
        change.note(purpose=purpose, channel=channel, given=given, how=how)
        record_many(change, [NewConsent(customer_id, channel, given)], how, wording, wording_version, purpose)


def record_many(
    change: Change,
    words: list[NewConsent],
    how: str,
    wording: str = "",
    wording_version: str = "",
    purpose: str = MARKETING,
) -> None:
    """Write down what many customers said, inside a change. An import names itself in `how`."""
    for word in words:
        _check(word.channel, how)
    who = change.desk.staff.who
    rows = [
        {
            "customer_id": word.customer_id,
            "purpose": purpose,
            "channel": word.channel,
            "given": int(word.given),
            "at": change.at,
            "how": how,
            "wording": wording,
            "wording_version": wording_version,
            "who": who,
        }
        for word in words
    ]
    for start in range(0, len(rows), 1000):
        Consent.insert_many(rows[start : start + 1000]).execute(change.database)


def states(desk: Desk, customer_id: int, purpose: str = MARKETING) -> dict[str, str]:
    """Each channel's state: "yes", "no", or "ask" where nothing is known."""
    database = desk.require("customer.viewed")
    return _states(database.execute_sql(_SAID, (customer_id, purpose)).fetchall())


def page(desk: Desk, customer_id: int, *, before: int | None = None, limit: int = 50) -> list[ConsentRecord]:
    """A customer's log, newest first, below the id `before`."""
    database = desk.require("customer.viewed")
    rows = database.execute_sql(
        "SELECT id, purpose, channel, given, at, how, wording, wording_version, who FROM consent "
        "WHERE customer_id = ? AND id < ? ORDER BY id DESC LIMIT ?",
        (customer_id, before if before is not None else 1 << 62, limit),
    )
    return [ConsentRecord(*row) for row in rows]


_SAID = "SELECT channel, given FROM consent WHERE customer_id = ? AND purpose = ? ORDER BY id"


def _states(words: list[tuple[str, int]]) -> dict[str, str]:
    said = {channel: "yes" if given else "no" for channel, given in words}
    return {channel: said.get(channel, "ask") for channel in CHANNELS}


def _check(channel: str, how: str) -> None:
    if channel not in CHANNELS:
        raise BadInput(f"“{channel}” is not a way to contact someone: it is one of {', '.join(CHANNELS)}")
    if not how.strip():
        raise BadInput("How consent was given or withdrawn must be said, such as “at the till”")
