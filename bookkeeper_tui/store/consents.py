"""Consent: the right to contact someone, as a log that is only added to. The last word counts; unknown is not yes."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from peewee import IntegerField, SqliteDatabase, TextField

from bookkeeper_tui.errors import BadInput, Conflict
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store import consent_wordings, gone
from bookkeeper_tui.store.consent_wordings import CHANNELS, Purpose, Wording
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import AlreadyDone, Change, Desk
from bookkeeper_tui.store.engine import Table

__all__ = ["CHANNELS", "MARKETING", "WAYS"]

MARKETING = "marketing"
WAYS = ("at the till", "on the phone", "in writing", "by e-mail", "on a web form")
"""How consent is given or withdrawn, as a rule; any other way is said in a few words."""
LONGEST_WAY = 200
_NOW = 1 << 62


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


class ConsentState(NamedTuple):
    """Where a customer stands for a purpose on a channel: `state` is yes, no, or ask where nothing was ever said.

    `last` is the word that counts.
    """

    purpose: Purpose
    channel: str
    state: str
    last: ConsentRecord | None


class Asking(NamedTuple):
    """What a customer was never asked: a purpose, its channels of which nothing is known, and the words to read out."""

    purpose: Purpose
    channels: tuple[str, ...]
    wording: Wording


def standing(desk: Desk, customer_id: int, *, at: int | None = None) -> tuple[ConsentState, ...]:
    """Where a customer stands for every purpose and channel, now or at an instant (microseconds UTC, included).

    What is asked for no more is told as far as something was said of it.
    """
    return standing_in(desk.require("customer.viewed"), customer_id, at=at)


def to_ask(desk: Desk, customer_id: int, language: str, found: Iterable[ConsentState] | None = None) -> Asking | None:
    """The first purpose of which a customer was not asked yet, with the words for their language; None when all was.

    `found` is what `standing` told, to who has asked that already.
    """
    database = desk.require("customer.viewed")
    states = standing_in(database, customer_id) if found is None else found
    return to_ask_in(database, states, language, desk.store.shop.name)


def give(
    desk: Desk, customer_id: int, channels: Sequence[str], wording: Wording, how: str, *, once: str | None = None
) -> None:
    """Write down a yes to the words that were read out, for one channel or more.

    Raises BadInput for a channel that the purpose is not asked for, a purpose out of use, or a yes without saying how
    it was given; Conflict when the wording is no longer the one in force.
    """
    _say(desk, customer_id, channels, True, wording, how, once)


def withdraw(
    desk: Desk, customer_id: int, channels: Sequence[str], wording: Wording, how: str, *, once: str | None = None
) -> None:
    """Write down a no, be it an answer or a yes taken back, also to what is asked for no more; raises as `give`."""
    _say(desk, customer_id, channels, False, wording, how, once)


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

    Raises BadInput for a channel or purpose that is none, a customer who is not there, or a word without saying how it
    was given.
    """
    _check(channel, how)
    with desk.change("consent.recorded", customer_id=customer_id) as change:
        consent_wordings.get(change.database, purpose)
        _note(change, customer_id, purpose, [channel], given, how, wording_version)
        record_many(change, [NewConsent(customer_id, channel, given)], how, wording, wording_version, purpose)


def record_many(
    change: Change,
    words: Sequence[NewConsent],
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
    """The state of each channel of a purpose: "yes", "no", or "ask" where nothing is known."""
    return states_of(standing(desk, customer_id), purpose)


def states_of(found: Iterable[ConsentState], purpose: str = MARKETING) -> dict[str, str]:
    """The same, of what `standing` told."""
    return {one.channel: one.state for one in found if one.purpose.name == purpose}


def page(
    desk: Desk, customer_id: int, *, before: int | None = None, after: int | None = None, limit: int = 50
) -> list[ConsentRecord]:
    """A customer's log, newest first: below the id `before`, or the oldest ones above the id `after`.

    What was said as somebody who was merged into them is in it, and says as whom.
    """
    database = desk.require("customer.viewed")
    ids = json.dumps(gone.with_merged(database, customer_id))
    if after is not None:
        rows = database.execute_sql(SELECT_NEWER, (customer_id, ids, after, limit)).fetchall()[::-1]
    else:
        newest = _NOW if before is None else before
        rows = database.execute_sql(SELECT_OLDER, (customer_id, ids, newest, limit)).fetchall()
    return [ConsentRecord(*row) for row in rows]


def count(desk: Desk, customer_id: int) -> int:
    """How many words a customer's log has."""
    database = desk.require("customer.viewed")
    ids = json.dumps(gone.with_merged(database, customer_id))
    return int(database.execute_sql(COUNT, (ids,)).fetchone()[0])


# For the rooms that ask.


def standing_in(database: SqliteDatabase, customer_id: int, *, at: int | None = None) -> tuple[ConsentState, ...]:
    """Where a customer stands, for the rooms that show or change it; see `standing`."""
    rows = database.execute_sql(SELECT_SAID, (customer_id, _NOW if at is None else at)).fetchall()
    last = {(said.purpose, said.channel): said for said in (ConsentRecord(*row) for row in rows)}
    found = list[ConsentState]()
    known = consent_wordings.purposes(database)
    for purpose in (*known, *_unknown(known, last)):
        asked = () if purpose.retired else purpose.channels
        for channel in CHANNELS:
            said = last.get((purpose.name, channel))
            if said is not None or channel in asked:
                state = "ask" if said is None else "yes" if said.given else "no"
                found.append(ConsentState(purpose, channel, state, said))
    return tuple(found)


def to_ask_in(database: SqliteDatabase, found: Iterable[ConsentState], language: str, shop_name: str) -> Asking | None:
    """The first purpose of those states that has something to ask; see `to_ask`."""
    unasked: dict[Purpose, list[str]] = {}
    for one in found:
        if one.state == "ask":
            unasked.setdefault(one.purpose, []).append(one.channel)
    for purpose, channels in unasked.items():
        wording = consent_wordings.words_for(database, purpose, language, shop_name)
        return Asking(purpose, tuple(channels), wording)
    return None


def _say(
    desk: Desk,
    customer_id: int,
    channels: Sequence[str],
    given: bool,
    wording: Wording,
    how: str,
    once: str | None,
) -> None:
    how, purpose_name = _checked_way(how), wording.purpose
    if not channels:
        raise BadInput("Choose a channel at least: " + ", ".join(CHANNELS))
    try:
        with desk.change("consent.recorded", customer_id=customer_id, once=once) as change:
            purpose = consent_wordings.get(change.database, purpose_name)
            for channel in channels:
                _check(channel, how)
                if given:
                    _refuse_unasked(purpose, channel)
            read = consent_wordings.in_force(change.database, purpose_name, wording.language, desk.store.shop.name)
            if read[:3] != wording[:3]:
                raise Conflict(f"The wording of {purpose.label} is version {read.name} now: read that one out")
            _note(change, customer_id, purpose_name, channels, given, how, read.name)
            words = [NewConsent(customer_id, channel, given) for channel in channels]
            record_many(change, words, how, read.text, read.name, purpose_name)
    except AlreadyDone:
        pass


def _note(
    change: Change, customer_id: int, purpose: str, channels: Sequence[str], given: bool, how: str, version: str
) -> None:
    """Refuse who can give no consent, and say in the log what was and what is."""
    _refuse_nobody(change.database, customer_id)
    before = {
        one.channel: one.state for one in standing_in(change.database, customer_id) if one.purpose.name == purpose
    }
    of = "" if purpose == MARKETING else f"{purpose} "
    for channel in channels:
        change.field(f"consent {of}{channel}", before.get(channel, "ask"), "yes" if given else "no")
    change.note(purpose=purpose, channels=list(channels), given=given, wording_version=version)
    if how in WAYS:
        change.note(how=how)
    else:
        change.personal(how=how)


def _unknown(known: Iterable[Purpose], last: Iterable[tuple[str, str]]) -> list[Purpose]:
    """Purposes of the log that the shop does not know, as another system's may be."""
    names = {one.name for one in known}
    return [Purpose(name, name, (), True) for name in dict.fromkeys(name for name, _ in last) if name not in names]


def _check(channel: str, how: str) -> None:
    if channel not in CHANNELS:
        raise BadInput(
            f"“{harmless(channel[:30])}” is not a way to contact someone: it is one of {', '.join(CHANNELS)}"
        )
    if not how.strip():
        raise BadInput("How consent was given or withdrawn must be said, such as “at the till”")


def _checked_way(how: str) -> str:
    cleaned = " ".join(harmless(how[: 4 * LONGEST_WAY]).split())
    if len(cleaned) > LONGEST_WAY:
        raise BadInput(f"How it was given: “{cleaned[:30]}…” is longer than {LONGEST_WAY} letters")
    return cleaned


def _refuse_unasked(purpose: Purpose, channel: str) -> None:
    if purpose.retired:
        raise BadInput(f"{purpose.label} is out of use: no consent is asked for it any more")
    if channel not in purpose.channels:
        raise BadInput(f"{purpose.label} is not asked for by {consent_wordings.channel_name(channel)}")


def _refuse_nobody(database: SqliteDatabase, customer_id: int) -> None:
    if customer_id == WALK_IN_ID:
        raise BadInput("The walk-in customer stands for everyone unknown: nobody can give consent for all of them")
    if database.execute_sql("SELECT 1 FROM customer WHERE id = ?", (customer_id,)).fetchone() is None:
        raise BadInput(f"There is no customer with the id {customer_id}")


_COLUMNS = "id, purpose, channel, given, at, how, wording, wording_version, who"
SELECT_SAID = f"""
SELECT {_COLUMNS} FROM consent
WHERE customer_id = ?1 AND at <= ?2 AND NOT (given = 0 AND {gone.taken_back("consent.id", "?2")}) ORDER BY id
"""
_IDS = "customer_id IN (SELECT value FROM json_each({}))"
COUNT = f"SELECT COUNT(*) FROM consent WHERE {_IDS.format('?')}"
_AS_WHOM = """
CASE customer_id WHEN ?1 THEN how
ELSE how || ' (as ' || (SELECT number FROM customer WHERE customer.id = consent.customer_id) || ')' END
"""
_LOG = f"SELECT {_COLUMNS.replace('how', _AS_WHOM)} FROM consent WHERE {_IDS.format('?2')}"
SELECT_OLDER = f"{_LOG} AND id < ?3 ORDER BY id DESC LIMIT ?4"
SELECT_NEWER = f"{_LOG} AND id > ?3 ORDER BY id LIMIT ?4"
