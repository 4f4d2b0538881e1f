"""The rows of customers: their tables, the record they are read into, and how each field is kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from peewee import AutoField, CompositeKey, IntegerField, SqliteDatabase, TextField

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import addresses
from bookkeeper_tui.store.addresses import KINDS, Address
from bookkeeper_tui.store.customer_fields import CheckedFields, CustomerFields, Phone, attribute_key, email_key
from bookkeeper_tui.store.engine import Table

WALK_IN_ID = 1
"""The customer of every sale to somebody unknown; found by no search and changed by nobody."""
_CARDS_AT_ONCE = 500


class CustomerTable(Table):
    """A customer. `phone_reversed` are the national digits backwards, so that the last ones are found by an index."""

    id = AutoField()
    number = TextField(unique=True)
    name = TextField()
    company = TextField(default="")
    phone_raw = TextField(default="")
    phone_e164 = TextField(default="")
    phone_reversed = TextField(default="")
    email = TextField(default="")
    email_key = TextField(default="")
    card = TextField(default="")
    born = TextField(default="")
    gender = TextField(default="")
    registration_no = TextField(default="")
    vat_no = TextField(default="")
    language = TextField(default="")
    discount_code = TextField(default="")
    discount_until = TextField(default="")
    status = TextField(default="active")
    version = IntegerField(default=1)
    created_at = IntegerField()
    source = TextField(default="")
    source_ref = TextField(default="")
    import_run_id = IntegerField(null=True)
    gone = TextField(default="")
    merged_into = IntegerField(null=True)

    class Meta:
        table_name = "customer"


class CustomerTag(Table):
    """A tag on a customer, in lower case."""

    customer_id = IntegerField()
    tag = TextField()

    class Meta:
        primary_key = CompositeKey("customer_id", "tag")


class CustomerAttribute(Table):
    """Something more that the shop knows about a customer: free names, free values."""

    customer_id = IntegerField()
    name = TextField()
    value = TextField()
    value_key = TextField()

    class Meta:
        primary_key = CompositeKey("customer_id", "name")


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer, whole. `born` is YYYY-MM-DD, or --MM-DD without a year; `created_at` in microseconds UTC.

    `gone` is empty, `erased` or `merged`; `merged_into` is the id of whom a merged one became.
    """

    id: int
    number: str
    name: str
    company: str
    phone_raw: str
    phone_e164: str
    email: str
    card: str
    born: str
    gender: str
    registration_no: str
    vat_no: str
    language: str
    discount_code: str
    discount_until: str
    status: str
    version: int
    created_at: int
    source: str
    source_ref: str
    gone: str
    merged_into: int | None
    tags: tuple[str, ...]
    attributes: Mapping[str, str]
    billing: Address | None
    delivery: Address | None


def read(database: SqliteDatabase, test: str, value: object) -> Customer | None:
    """A customer by a test on one column, None when there is none."""
    row = database.execute_sql(f"SELECT {_COLUMNS} FROM customer WHERE {test}", (value,)).fetchone()
    if row is None:
        return None
    tags = database.execute_sql("SELECT tag FROM customer_tag WHERE customer_id = ? ORDER BY tag", row[:1])
    attributes = database.execute_sql(
        "SELECT name, value FROM customer_attribute WHERE customer_id = ? ORDER BY name", row[:1]
    )
    places = addresses.read(database, row[0])
    besides = (tuple(tag for (tag,) in tags), dict(attributes.fetchall()), *(places.get(kind) for kind in KINDS))
    return Customer(*row, *besides)


def must_read(database: SqliteDatabase, customer_id: int) -> Customer:
    """A customer by id. Raises BadInput when there is none."""
    customer = read(database, "id = ?", customer_id)
    if customer is None:
        raise BadInput(f"There is no customer with the id {customer_id}")
    return customer


def born(database: SqliteDatabase, customer_id: int) -> str:
    """A customer's birthday as it is kept, without reading all else of them. Raises BadInput when there is none."""
    row = database.execute_sql("SELECT born FROM customer WHERE id = ?", (customer_id,)).fetchone()
    return str(row[0] or "") if row is not None else must_read(database, customer_id).born


def number_text(number: int) -> str:
    """A customer number as it is written: C-000184."""
    return f"C-{number:06d}"


def insert_many(database: SqliteDatabase, customers: Sequence[CheckedFields], first_number: int, at: int) -> list[int]:
    """Write new customers, numbered from `first_number` on, and answer their ids in the order given."""
    newest = database.execute_sql("SELECT COALESCE(MAX(id), ?) FROM customer", (WALK_IN_ID,)).fetchone()[0]
    ids = range(newest + 1, newest + 1 + len(customers))
    rows = [
        (customer_id, number_text(first_number + place), *_column_values(checked), at)
        for place, (customer_id, checked) in enumerate(zip(ids, customers, strict=True))
    ]
    cursor: Any = database.connection().cursor()
    cursor.executemany(_INSERT, rows)
    cursor.executemany("INSERT INTO standing (customer_id) VALUES (?)", [(customer_id,) for customer_id in ids])
    people = [(customer_id, checked.fields) for customer_id, checked in zip(ids, customers, strict=True)]
    addresses.write_new(database, [(who, kind, getattr(f, kind)) for who, f in people for kind in KINDS])
    _insert_tags(database, [(who, tag) for who, f in people for tag in f.tags])
    _insert_attributes(database, [(who, *item) for who, f in people for item in f.attributes.items()])
    return list(ids)


def refuse_cards_of_others(database: SqliteDatabase, cards: Iterable[str], besides: int = 0) -> None:
    """Raise BadInput for the first card that somebody else has, or that is among `cards` twice."""
    wanted = sorted(card for card in cards if card)
    for card, following in pairwise(wanted):
        if card == following:
            raise BadInput(f"Card: {card} is given to two customers at once")
    for start in range(0, len(wanted), _CARDS_AT_ONCE):
        some = wanted[start : start + _CARDS_AT_ONCE]
        marks = ", ".join("?" * len(some))
        sql = f"SELECT card, name, number FROM customer WHERE card <> '' AND card IN ({marks}) AND id <> ?"
        row = database.execute_sql(sql, (*some, besides)).fetchone()
        if row is not None:
            raise BadInput(f"Card: {row[0]} is the card of {row[1]} ({row[2]}) already")
        row = database.execute_sql(CARDS_OF_MEMBERS.format(marks=marks), (*some, besides)).fetchone()
        if row is not None:
            raise BadInput(f"Card: {row[0]} is the card of {row[1]}, a member of {row[2]}, already")


def refuse_known_references(database: SqliteDatabase, customers: Sequence[CheckedFields]) -> None:
    """Raise BadInput for the first whose id in another system is known already."""
    for fields in (checked.fields for checked in customers if checked.fields.source_ref):
        row = database.execute_sql(
            "SELECT name, number FROM customer WHERE source_ref <> '' AND source_ref = ? AND source = ?",
            (fields.source_ref, fields.source),
        ).fetchone()
        if row is not None:
            raise BadInput(f"{fields.source} {fields.source_ref} is {row[0]} ({row[1]}) already")


def write_fields(
    database: SqliteDatabase, customer: Customer, merged: CustomerFields, changed: Iterable[str], phone: Phone
) -> None:
    """Write the changed fields of a customer where each is kept; `merged` are all of them as they shall be."""
    changed = set(changed)
    if "card" in changed:
        refuse_cards_of_others(database, [merged.card], besides=customer.id)
    columns = {name: getattr(merged, name) for name in changed.intersection(_WRITTEN)}
    if "email" in changed:
        columns["email_key"] = email_key(merged.email)
    if "phone" in changed:
        columns |= {"phone_raw": phone.raw, "phone_e164": phone.e164, "phone_reversed": phone.reversed}
    update = CustomerTable.update(version=customer.version + 1, **columns)
    update.where(CustomerTable.id == customer.id).execute(database)
    for kind in KINDS:
        if any(name.startswith(kind + "_") for name in changed):
            addresses.write(database, customer.id, kind, getattr(merged, kind))
    if "tags" in changed:
        database.execute_sql("DELETE FROM customer_tag WHERE customer_id = ?", (customer.id,))
        _insert_tags(database, [(customer.id, tag) for tag in merged.tags])
    if "attributes" in changed:
        database.execute_sql("DELETE FROM customer_attribute WHERE customer_id = ?", (customer.id,))
        _insert_attributes(database, [(customer.id, *item) for item in merged.attributes.items()])


_COLUMNS = (
    "id, number, name, company, phone_raw, phone_e164, email, card, born, gender, registration_no, vat_no, language, "
    "discount_code, discount_until, status, version, created_at, source, source_ref, gone, merged_into"
)
_WRITTEN = (
    "name", "company", "phone_raw", "phone_e164", "phone_reversed", "email", "email_key", "card", "born", "gender",
    "registration_no", "vat_no", "language", "discount_code", "discount_until", "source", "source_ref", "import_run_id",
    "created_at",
)  # fmt: skip
_INSERT = (
    f"INSERT INTO customer (id, number, {', '.join(_WRITTEN)}) "
    f"VALUES (?, ?, {', '.join('?' * (len(_WRITTEN) - 1))}, COALESCE(NULLIF(?, 0), ?))"
)


def _column_values(checked: CheckedFields) -> tuple[object, ...]:
    fields, phone = checked.fields, checked.phone
    return (
        fields.name, fields.company, *phone, fields.email, email_key(fields.email), fields.card, fields.born,
        fields.gender, fields.registration_no, fields.vat_no, fields.language, fields.discount_code,
        fields.discount_until, fields.source, fields.source_ref, fields.import_run_id, fields.created_at,
    )  # fmt: skip


def _insert_tags(database: SqliteDatabase, rows: Sequence[tuple[int, str]]) -> None:
    cursor: Any = database.connection().cursor()
    cursor.executemany("INSERT INTO customer_tag (customer_id, tag) VALUES (?, ?)", rows)


def _insert_attributes(database: SqliteDatabase, rows: Sequence[tuple[int, str, str]]) -> None:
    cursor: Any = database.connection().cursor()
    cursor.executemany(
        "INSERT INTO customer_attribute (customer_id, name, value, value_key) VALUES (?, ?, ?, ?)",
        [(customer_id, name, value, attribute_key(value)) for customer_id, name, value in rows],
    )


CARDS_OF_MEMBERS = """
SELECT member_card.number, member.name, membership.number FROM member_card
JOIN member ON member.id = member_card.member_id JOIN membership ON membership.id = member.membership_id
WHERE member_card.number IN ({marks}) AND member_card.state <> 'ended' AND membership.customer_id <> ?
"""
