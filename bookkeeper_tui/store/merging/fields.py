"""What of two customers who are one can differ, field by field: what each says, and how the choice is written."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import Conventions
from bookkeeper_tui.store import customer_fields, customers, preferences
from bookkeeper_tui.store.addresses import KINDS, PARTS
from bookkeeper_tui.store.customer_fields import Phone
from bookkeeper_tui.store.customer_rows import Customer, must_read, refuse_cards_of_others
from bookkeeper_tui.store.desk import Change

FROM, INTO = "from", "into"
Row = tuple[Any, ...] | None


class MergeField(NamedTuple):
    """A field in which two customers differ: what each says, and whose word counts unless told otherwise."""

    name: str
    label: str
    from_value: str
    into_value: str
    chosen: str


class _Besides(NamedTuple):
    """A table with one row for a customer, of which the survivor has the one or the other's."""

    label: str
    table: str
    columns: tuple[str, ...]


# A field of a choice, and the fields of the form that go by it. Both have the tags: they are joined.
CHOICES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    **{
        name: (customer_fields.LABELS[name], (name,))
        for name in ("name", "phone", "email", "card", "born", "gender", "company", "registration_no", "vat_no")
    },
    **{kind: (f"{kind.capitalize()} address", tuple(f"{kind}_{part}" for part in PARTS)) for kind in KINDS},
    "discount_code": ("Discount code", ("discount_code", "discount_until")),
    "language": ("Language", ("language",)),
    "attributes": ("Attributes", ("attributes",)),
}
BESIDES: Mapping[str, _Besides] = {
    "account": _Besides("Account", "customer_account", ("status", "credit_limit", "terms_days", "since")),
    "own_rate": _Besides("Points rate", "customer_loyalty", ("own_rate",)),
    "exemption": _Besides("Tax exemption", "tax_exemption", ("reason", "since", "who")),
    "preference": _Besides(
        "Preferences", "preference", ("channel", "frequency", "quiet_from", "quiet_to", "version", "at", "who")
    ),
}
_LISTS = ("tags", "attributes")
FIELDS = (*CHOICES, *BESIDES)
"""The names of all that may be chosen."""


def differing(
    database: SqliteDatabase, conventions: Conventions, from_: Customer, into: Customer
) -> tuple[MergeField, ...]:
    """The fields that differ. Where only one says anything, that counts; else the survivor's own word.

    The customers are as whoever asks may see them.
    """
    texts = customers.texts(from_), customers.texts(into)
    found = []
    for name, (label, parts) in CHOICES.items():
        theirs, own = (", ".join(text[part] for part in parts if text[part]) for text in texts)
        found.append((name, label, theirs, own))
    for name, besides in BESIDES.items():
        theirs, own = (_words(conventions, name, read_row(database, besides, one.id)) for one in (from_, into))
        found.append((name, besides.label, theirs, own))
    return tuple(
        MergeField(name, label, theirs, own, INTO if own else FROM)
        for name, label, theirs, own in found
        if theirs != own
    )


def chosen_sides(
    database: SqliteDatabase, conventions: Conventions, from_: Customer, into: Customer, chosen: Mapping[str, str]
) -> dict[str, str]:
    """Whose word counts for each field that differs. Raises BadInput for a field or a side that is none."""
    for name, side in chosen.items():
        if name not in FIELDS:
            raise BadInput(f"“{name[:40]}” is no field of a merge: there are {', '.join(FIELDS)}")
        if side not in (FROM, INTO):
            raise BadInput(f"{name} is taken {FROM} or {INTO}, not “{side[:40]}”")
    return {field.name: chosen.get(field.name, field.chosen) for field in differing(database, conventions, from_, into)}


def write(change: Change, from_: Customer, into: Customer, sides: Mapping[str, str]) -> None:
    """Writes what the survivor takes over, inside the merge; tags and attributes of both are joined."""
    theirs, own = customers.texts(from_), customers.texts(into)
    taken = {part: theirs[part] for name, (_, parts) in CHOICES.items() if sides.get(name) == FROM for part in parts}
    first, second = (from_, into) if sides.get("attributes") == FROM else (into, from_)
    attributes = {**second.attributes, **first.attributes}
    taken["attributes"] = ", ".join(f"{name}={value}" for name, value in sorted(attributes.items()))
    taken["tags"] = ", ".join(sorted({*from_.tags, *into.tags}))
    if taken.get("card"):
        _set_card(change, from_.id, from_.card, "")
    revise(change, into.id, {name: text for name, text in taken.items() if text != own[name]})
    for name, besides in BESIDES.items():
        if sides.get(name) == FROM:
            _give_row(change, name, into.id, read_row(change.database, besides, from_.id))


def put_back(change: Change, from_id: int, into_id: int, merge_id: int, said: Mapping[str, Any]) -> None:
    """Undoes `write` where nobody changed a field since; `said` is what the merge remembered of them.

    Later merges into the same customer, which may be undone after this one, are told what there was without it.
    """
    database = change.database
    now = customers.texts(must_read(database, into_id))
    before, after = said["into"], said["after"]
    unchanged = {name for name in before if now.get(name) == after[name] != before[name]}
    texts = {name: before[name] for name in unchanged}
    for name in _LISTS:
        if name in before and name not in unchanged:
            texts[name] = _without(now[name], before[name], after[name])
    revise(change, into_id, {name: text for name, text in texts.items() if text != now[name]})
    _give_card_back(change, from_id, said["from"]["card"])
    for name, besides in BESIDES.items():
        was, became = (_row(said[side][name]) for side in ("besides", "besides_after"))
        if was != became and read_row(database, besides, into_id) == became:
            _give_row(change, name, into_id, was)
    for later_id, text in database.execute_sql(LATER_MERGES, (into_id, merge_id)).fetchall():
        database.execute_sql(REMEMBER, (json.dumps(_as_without(json.loads(text), said)), later_id))


def revise(change: Change, customer_id: int, texts: Mapping[str, str]) -> None:
    """Changes fields of a customer inside the merge."""
    country = change.desk.store.shop.country
    phone = customer_fields.read_phone(texts["phone"], country) if texts.get("phone") else Phone()
    customers.revise(change, customer_id, texts, phone)


def besides_of(database: SqliteDatabase, customer_id: int) -> dict[str, Row]:
    """A customer's rows in the tables that hold one for each."""
    return {name: read_row(database, besides, customer_id) for name, besides in BESIDES.items()}


def read_row(database: SqliteDatabase, besides: _Besides, customer_id: int) -> Row:
    """A customer's row in such a table, None where there is none, or nothing in it."""
    columns = ", ".join(besides.columns)
    row = database.execute_sql(
        f"SELECT {columns} FROM {besides.table} WHERE customer_id = ?", (customer_id,)
    ).fetchone()
    return None if row is None or all(value is None for value in row) else tuple(row)


def write_row(database: SqliteDatabase, besides: _Besides, customer_id: int, row: Row) -> None:
    """Gives a customer such a row, or takes it away."""
    if row is None and besides.table != "customer_loyalty":
        database.execute_sql(f"DELETE FROM {besides.table} WHERE customer_id = ?", (customer_id,))
        return
    columns, marks = ", ".join(besides.columns), ", ".join("?" * len(besides.columns))
    kept = ", ".join(f"{column} = excluded.{column}" for column in besides.columns)
    database.execute_sql(
        f"INSERT INTO {besides.table} (customer_id, {columns}) VALUES (?, {marks}) "
        f"ON CONFLICT (customer_id) DO UPDATE SET {kept}",
        (customer_id, *(row or (None,) * len(besides.columns))),
    )


def _give_card_back(change: Change, customer_id: int, card: str) -> None:
    """A card that a merge took is theirs again, unless somebody else has it by now."""
    if card and must_read(change.database, customer_id).card != card:
        with suppress(BadInput):
            refuse_cards_of_others(change.database, [card], besides=customer_id)
            _set_card(change, customer_id, "", card)


def _set_card(change: Change, customer_id: int, old: str, new: str) -> None:
    """Gives somebody a card or takes it, which the log says of them, so that a past day can be told."""
    sql = "UPDATE customer SET card = ?, version = version + 1 WHERE id = ? RETURNING number"
    (number,) = change.database.execute_sql(sql, (new, customer_id)).fetchone()
    detail, personal = {"fields": ["card"]}, {"card": [old, new]}
    change.also("customer.edited", subject=number, customer_id=customer_id, detail=detail, personal=personal)


def _without(now: str, before: str, after: str) -> str:
    """A list of words, with commas, without those that a merge brought."""
    brought = set(after.split(", ")) - set(before.split(", "))
    return ", ".join(word for word in now.split(", ") if word not in brought)


def _as_without(later: dict[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """What a later merge remembers, as it would be without this one."""
    for name, was in said["into"].items():
        became = said["after"][name]
        for side in ("into", "after"):
            if was != became == later[side].get(name):
                later[side][name] = was
            elif name in _LISTS:
                later[side][name] = _without(later[side][name], was, became)
    for name, was in said["besides"].items():
        for side in ("besides", "besides_after"):
            if was != said["besides_after"][name] == later[side].get(name):
                later[side][name] = was
    return later


def _give_row(change: Change, name: str, customer_id: int, row: Row) -> None:
    """Gives a customer such a row; of preferences the log says what changed, so that a past day can be told."""
    besides = BESIDES[name]
    before = read_row(change.database, besides, customer_id)
    write_row(change.database, besides, customer_id, row)
    if name != "preference":
        return
    nothing = ("", "", None, None)
    both = zip(preferences.LABELS.values(), before or nothing, row or nothing, strict=False)
    personal = {label: [old, new] for label, old, new in both if old != new}
    if personal:
        detail = {"fields": list(personal)}
        change.also("preference.edited", customer_id=customer_id, detail=detail, personal=personal)


def _words(conventions: Conventions, name: str, row: Row) -> str:
    if row is None:
        return ""
    if name == "account":
        return f"{row[0]}, limit {conventions.amount(row[1])}, {row[2]} days"
    if name == "own_rate":
        return f"{row[0] / 1000:g} times"
    if name == "exemption":
        return f"{row[0]}, since {conventions.date(row[1])}"
    return ", ".join(str(word) for word in row[:2] if word) or "quiet hours"


def _row(value: Any) -> Row:
    return None if value is None else tuple(value)


LATER_MERGES = """
SELECT id, before FROM customer_merge WHERE into_id = ? AND id > ? AND undone_at IS NULL AND before NOT IN ('', '{}')
"""
REMEMBER = "UPDATE customer_merge SET before = ? WHERE id = ?"
