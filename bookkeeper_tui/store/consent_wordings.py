"""What the shop asks leave for, and the words that are read out for it, by language and version.

The purposes that the program comes with (`data/consent_purposes.csv`) hold until the shop's first change; then they
are the shop's own. A wording is never changed: a new text is its next version.
"""

import csv
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput, Conflict
from bookkeeper_tui.formats import fold, harmless
from bookkeeper_tui.resources import data_path
from bookkeeper_tui.store import customer_fields
from bookkeeper_tui.store.desk import Change, Desk

CHANNELS = {"email": "e-mail", "sms": "SMS", "whatsapp": "WhatsApp", "phone": "phone", "post": "post"}
"""The ways to contact somebody, and what each is called."""
SHOP = "{shop}"
"""Stands in a wording for the shop's name."""
LONGEST_LABEL = 40
LONGEST_TEXT = 600
MOST_PURPOSES = 30
_SHIPPED_BY = "came with the program"


class Purpose(NamedTuple):
    """What leave is asked for, and the channels it may be given for. `name` stays, the label may change."""

    name: str
    label: str
    channels: tuple[str, ...]
    retired: bool


class Wording(NamedTuple):
    """Words to read out; `language` is empty for all who have none of their own. `at` in microseconds UTC."""

    purpose: str
    language: str
    version: int
    text: str
    at: int
    who: str

    @property
    def name(self) -> str:
        """As the consent log names it: `2`, `2 es`."""
        return f"{self.version} {self.language}".rstrip()


def list_purposes(desk: Desk, *, also_retired: bool = False) -> tuple[Purpose, ...]:
    """What leave is asked for, in the shop's order."""
    found = purposes(desk.require("customer.viewed"))
    return tuple(one for one in found if also_retired or not one.retired)


def to_read(desk: Desk, purpose: str, language: str) -> Wording:
    """The words to read out to somebody of that language, with the shop's name in them.

    It is the newest text in that language, else in its main one (`es` for `es-MX`), else the one for all others.
    Raises BadInput for a purpose that is none.
    """
    return in_force(desk.require("customer.viewed"), purpose, language, desk.store.shop.name)


def wordings(desk: Desk, purpose: str, *, also_old: bool = False) -> tuple[Wording, ...]:
    """The texts of a purpose as they were written, by language; with the earlier versions, newest first, if asked."""
    database = desk.require("customer.viewed")
    get(database, purpose)
    found = _wordings(database, purpose)
    newest = {one.language: one for one in reversed(found)}
    return tuple(one for one in found if also_old or one == newest[one.language])


def define(desk: Desk, label: str, channels: Sequence[str], text: str) -> Purpose:
    """One more purpose, with the words that are read out for it. Raises BadInput naming what is wrong."""
    label, channels, text = _checked_label(label), _checked_channels(channels), _checked_text(text)
    with desk.change("consent.defined") as change:
        known = _make_own(change)
        _refuse_taken(known, label)
        name = _free_name(known, label)
        if len(known) >= MOST_PURPOSES:
            raise BadInput(f"There are {MOST_PURPOSES} purposes already, more than anybody can be asked")
        change.database.execute_sql(INSERT_PURPOSE, (name, label, ",".join(channels), len(known), 0))
        _write(change, Wording(name, "", 1, text, change.at, desk.staff.who))
        change.concerns(subject=name)
        change.note(label=label, channels=list(channels), version=1, text=text)
    return get(desk.database, name)


def edit(desk: Desk, name: str, label: str, channels: Sequence[str]) -> Purpose:
    """Another label or other channels; what customers said stays. Raises BadInput naming what is wrong."""
    label, channels = _checked_label(label), _checked_channels(channels)
    with desk.change("consent.defined", subject=name) as change:
        known = _make_own(change)
        old = get(change.database, name)
        if (old.label, old.channels) == (label, tuple(channels)):
            change.drop()
        _refuse_taken([one for one in known if one.name != name], label)
        change.database.execute_sql(UPDATE_PURPOSE, (label, ",".join(channels), name))
        change.note(label=(old.label, label), channels=(list(old.channels), list(channels)))
    return get(desk.database, name)


def retire(desk: Desk, name: str, retired: bool = True) -> Purpose:
    """Asks for it no more, or again; what customers said stays in their log."""
    with desk.change("consent.defined", subject=name) as change:
        _make_own(change)
        if get(change.database, name).retired == retired:
            change.drop()
        change.database.execute_sql(RETIRE_PURPOSE, (int(retired), name))
        change.note(retired=(not retired, retired))
    return get(desk.database, name)


def reword(desk: Desk, purpose: str, language: str, text: str, seen_version: int) -> Wording:
    """The next version of a text, or the first in a language (`seen_version` 0); it is read out from now on.

    Raises BadInput for a text or language that is none, and Conflict when somebody else wrote a version meanwhile.
    """
    text = _checked_text(text)
    language = customer_fields.checked_text(customer_fields.habits_of(desk), "language", language)
    with desk.change("consent.defined", subject=purpose) as change:
        _make_own(change)
        get(change.database, purpose)
        old = next((one for one in _wordings(change.database, purpose) if one.language == language), None)
        version = old.version if old is not None else 0
        if version != seen_version:
            raise Conflict(f"Somebody else wrote version {version} of this wording meanwhile: read it first")
        if old is not None and old.text == text:
            change.drop()
        _write(change, Wording(purpose, language, version + 1, text, change.at, desk.staff.who))
        change.note(language=language, version=version + 1, text=(old.text if old else "", text))
    return in_force(desk.database, purpose, language, SHOP)


# For the rooms that ask.


def purposes(database: SqliteDatabase) -> tuple[Purpose, ...]:
    """All purposes in the shop's order, those out of use too: the shop's own, else those of the program."""
    rows = database.execute_sql(SELECT_PURPOSES).fetchall()
    if not rows:
        return tuple(_shipped())
    return tuple(Purpose(name, label, tuple(channels.split(",")), bool(out)) for name, label, channels, out in rows)


def get(database: SqliteDatabase, name: str) -> Purpose:
    """One purpose. Raises BadInput when there is none of that name."""
    found = next((one for one in purposes(database) if one.name == name), None)
    if found is None:
        raise BadInput(f"There is no purpose “{harmless(name[:40])}” that consent is asked for")
    return found


def in_force(database: SqliteDatabase, purpose: str, language: str, shop: str) -> Wording:
    """The words to read out to somebody of a language, with the shop's name in them; see `to_read`."""
    return words_for(database, get(database, purpose), language, shop)


def words_for(database: SqliteDatabase, purpose: Purpose, language: str, shop: str) -> Wording:
    """The same for a purpose that there is, as it was just read."""
    found = _wordings(database, purpose.name)
    for wanted in (language, language.partition("-")[0], ""):
        for one in found:
            if one.language.casefold() == wanted.casefold():
                return filled(one, shop)
    return filled(found[0], shop)


def filled(wording: Wording, shop: str) -> Wording:
    """A wording with the shop's name in it, as it is read out."""
    return wording._replace(text=wording.text.replace(SHOP, shop))


def channel_name(channel: str) -> str:
    """A channel as it is called: `e-mail`."""
    return CHANNELS.get(channel, channel)


def _wordings(database: SqliteDatabase, purpose: str) -> list[Wording]:
    """Every version, by language, the newest of each first."""
    rows: list[Any] = database.execute_sql(SELECT_WORDINGS, (purpose,)).fetchall()
    if rows:
        return [Wording(*row) for row in rows]
    shipped = [one for texts in _shipped().values() for one in texts if one.purpose == purpose]
    return sorted(shipped, key=lambda one: one.language)


def _make_own(change: Change) -> Sequence[Purpose]:
    """Before the shop's first change: take over what the program came with. Answers what there is."""
    database = change.database
    if database.execute_sql("SELECT 1 FROM consent_purpose LIMIT 1").fetchone() is None:
        for position, (purpose, texts) in enumerate(_shipped().items()):
            values = (purpose.name, purpose.label, ",".join(purpose.channels), position, 0)
            database.execute_sql(INSERT_PURPOSE, values)
            for wording in texts:
                _write(change, wording._replace(at=change.at))
    return purposes(database)


def _write(change: Change, wording: Wording) -> None:
    change.database.execute_sql(INSERT_WORDING, tuple(wording))


@cache
def _shipped() -> dict[Purpose, tuple[Wording, ...]]:
    """What the program comes with, in the order of its file."""
    found: dict[Purpose, tuple[Wording, ...]] = {}
    with data_path("consent_purposes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            purpose = Purpose(row["purpose"], row["label"], tuple(row["channels"].split(",")), False)
            wording = Wording(purpose.name, row["language"], 1, row["text"], 0, _SHIPPED_BY)
            found[purpose] = (*found.get(purpose, ()), wording)
    return found


def _checked_label(label: str) -> str:
    cleaned = " ".join(harmless(label[: 4 * LONGEST_LABEL]).split())
    if not fold(cleaned):
        raise BadInput("A purpose needs a name, such as Newsletter")
    if len(cleaned) > LONGEST_LABEL:
        raise BadInput(f"Purpose: “{cleaned[:30]}…” is longer than {LONGEST_LABEL} letters")
    return cleaned


def _checked_channels(channels: Sequence[str]) -> tuple[str, ...]:
    for channel in channels:
        if channel not in CHANNELS:
            raise BadInput(f"“{harmless(channel[:30])}” is not a way to contact someone: it is one of {_known()}")
    if not channels:
        raise BadInput(f"A purpose needs a channel at least: {_known()}")
    return tuple(channel for channel in CHANNELS if channel in channels)


def _checked_text(text: str) -> str:
    cleaned = " ".join(harmless(text[: 4 * LONGEST_TEXT]).split())
    if not cleaned:
        raise BadInput("A wording needs the words that are read out")
    if len(cleaned) > LONGEST_TEXT:
        raise BadInput(f"Wording: “{cleaned[:30]}…” is longer than {LONGEST_TEXT} letters")
    return cleaned


def _refuse_taken(known: Sequence[Purpose], label: str) -> None:
    for one in known:
        if fold(one.label) == fold(label):
            raise BadInput(f"There is a purpose {one.label} already")


def _free_name(known: Sequence[Purpose], label: str) -> str:
    """What the log calls it: the label it begins with, and a number where another began with the same."""
    taken, name = {one.name for one in known}, fold(label).replace(" ", "-")
    return next(free for free in (name, *(f"{name}-{count}" for count in range(2, 99))) if free not in taken)


def _known() -> str:
    return ", ".join(CHANNELS)


SELECT_PURPOSES = "SELECT name, label, channels, retired FROM consent_purpose ORDER BY position, name"
INSERT_PURPOSE = "INSERT INTO consent_purpose (name, label, channels, position, retired) VALUES (?, ?, ?, ?, ?)"
UPDATE_PURPOSE = "UPDATE consent_purpose SET label = ?, channels = ? WHERE name = ?"
RETIRE_PURPOSE = "UPDATE consent_purpose SET retired = ? WHERE name = ?"
INSERT_WORDING = "INSERT INTO consent_wording (purpose, language, version, text, at, who) VALUES (?, ?, ?, ?, ?, ?)"
SELECT_WORDINGS = """
SELECT purpose, language, version, text, at, who FROM consent_wording WHERE purpose = ?
ORDER BY language, version DESC
"""
