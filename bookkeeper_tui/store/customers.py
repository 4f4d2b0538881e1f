"""Customers: the people and companies a shop knows, and the walk-in who stands for everyone else."""

from collections.abc import Mapping, Sequence

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput, Conflict
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store import customer_fields, discount_grants, gone, sight
from bookkeeper_tui.store.addresses import NO_ADDRESS, Address
from bookkeeper_tui.store.audit import rows_before
from bookkeeper_tui.store.customer_fields import (
    FORM_FIELDS,
    LABELS,
    CheckedFields,
    CustomerFields,
    Phone,
    check,
    check_field,
    email_key,
    habits_of,
    phone_e164,
    texts_of,
)
from bookkeeper_tui.store.customer_rows import (
    WALK_IN_ID,
    Customer,
    CustomerTable,
    insert_many,
    must_read,
    number_text,
    read,
    refuse_cards_of_others,
    refuse_known_references,
    write_fields,
)
from bookkeeper_tui.store.desk import AlreadyDone, Change, Desk
from bookkeeper_tui.store.engine import search_index
from bookkeeper_tui.store.engine.search_index import Entry, words_of

__all__ = [
    "FORM_FIELDS",
    "LABELS",
    "WALK_IN_ID",
    "Address",
    "CheckedFields",
    "Customer",
    "CustomerFields",
    "EditConflict",
    "by_number",
    "check_field",
    "create",
    "create_many",
    "create_walk_in",
    "edit",
    "email_key",
    "exists",
    "get",
    "phone_e164",
    "reveal",
    "revise",
    "set_status",
    "texts",
]


class EditConflict(Conflict):
    """Somebody else changed the customer since they were read.

    `theirs` is the customer as they stand now; `changed` gives, for each field that either changed, the text that was
    seen, theirs and yours.
    """

    def __init__(self, theirs: Customer, changed: Mapping[str, tuple[str, str, str]]) -> None:
        names = ", ".join(LABELS[name].lower() for name in changed)
        super().__init__(f"{theirs.name} was changed at another terminal meanwhile ({names})")
        self.theirs = theirs
        self.changed = changed


def create(desk: Desk, fields: CustomerFields, once: str | None = None) -> Customer:
    """Take a new customer on; name and phone are enough.

    `once` makes a command that arrives twice count once. Raises BadInput naming the field and the value, or the
    customer who has the card already.
    """
    checked = check(habits_of(desk), fields)
    try:
        with desk.change("customer.created", once=once) as change:
            customer_id = create_many(change, [checked])[0]
            change.concerns(subject=_number_of(change.database, customer_id), customer_id=customer_id)
            for name, text in texts_of(checked.fields).items():
                if text:
                    change.field(name, "", text)
            change.result = str(customer_id)
    except AlreadyDone as done:
        customer_id = int(done.result)
    return get(desk, customer_id)


def create_many(change: Change, customers: Sequence[CheckedFields]) -> list[int]:
    """Take on one or thousands inside a change, and answer their ids in the order given.

    Raises BadInput when a card, or an id of another system, is somebody's already.
    """
    if not customers:
        return []
    database = change.database
    refuse_cards_of_others(database, [checked.fields.card for checked in customers])
    refuse_known_references(database, customers)
    ids = insert_many(database, customers, change.next_number("customer", len(customers)), change.at)
    search_index.add(database, [_entry(customer_id, c.fields) for customer_id, c in zip(ids, customers, strict=True)])
    for customer_id, checked in zip(ids, customers, strict=True):
        if checked.fields.discount_code:
            fields = checked.fields
            discount_grants.record(change, customer_id, fields.discount_code, fields.discount_until)
    return list(ids)


def create_walk_in(change: Change) -> None:
    """Put the walk-in customer into a new store. They are in no search."""
    CustomerTable.insert(id=WALK_IN_ID, number=number_text(0), name="Walk-in", created_at=change.at).execute(
        change.database
    )
    change.database.execute_sql("INSERT INTO standing (customer_id) VALUES (?)", (WALK_IN_ID,))


def get(desk: Desk, customer_id: int) -> Customer:
    """A customer by id, with what this desk may see of them. Raises BadInput when there is none."""
    return sight.masked(desk, must_read(desk.require("customer.viewed"), customer_id))


def reveal(desk: Desk, customer_id: int) -> Customer:
    """The same with phone and e-mail whole, for this once: that they were shown stands in the log."""
    customer = must_read(desk.require("customer.revealed"), customer_id)
    desk.look("customer.revealed", subject=customer.number, customer_id=customer_id)
    return sight.revealed(desk, customer)


def exists(desk: Desk, customer_id: int) -> bool:
    """Whether there is a customer of this id still: one without dealings may have been deleted."""
    database = desk.require("customer.viewed")
    return database.execute_sql("SELECT 1 FROM customer WHERE id = ?", (customer_id,)).fetchone() is not None


def by_number(desk: Desk, number: str) -> Customer:
    """A customer by number, with or without `C-` and zeros, as `get` shows them; the survivor of one who was merged.

    Raises BadInput when there is none.
    """
    number = harmless(number[:40]).strip()
    digits = number.upper().removeprefix("C").removeprefix("-")
    whole = number_text(int(digits)) if digits.isascii() and digits.isdigit() and len(digits) <= 12 else number
    customer = read(desk.require("customer.viewed"), "number = ?", whole)
    if customer is None:
        raise BadInput(f"There is no customer {number}")
    if customer.gone == gone.MERGED:
        return get(desk, gone.survivor(desk.database, customer.id))
    return sight.masked(desk, customer)


def texts(customer: Customer) -> dict[str, str]:
    """A customer's fields as the texts of the form, ready to be edited."""
    return texts_of(
        CustomerFields(
            phone=customer.phone_raw or customer.phone_e164,
            billing=customer.billing or NO_ADDRESS,
            delivery=customer.delivery or NO_ADDRESS,
            **{name: getattr(customer, name) for name in _SAME_IN_BOTH},
        )
    )


def edit(desk: Desk, customer_id: int, fields: Mapping[str, str], seen_version: int) -> Customer:
    """Change fields of a customer; those left out, or as they were shown, stay. An empty text removes a value.

    Raises BadInput naming the field and the value, and EditConflict when the customer is no longer of the version
    that was seen: nothing is changed then, and editing again with `theirs.version` overrides them.
    """
    _refuse_walk_in(customer_id)
    habits = habits_of(desk)
    now = get(desk, customer_id)
    before = texts(now)
    if "attributes" in fields:
        fields = {**fields, "attributes": _whole_attributes(desk, now, fields["attributes"])}
    # The mask of a value that was changed since is left alone as well: the version tells of the change.
    masks = {name for name in fields if now.version != seen_version and sight.hides(desk, name)}
    yours = {
        name: customer_fields.checked_text(habits, name, text)
        for name, text in fields.items()
        if not (name in before and sight.same_mask(text, before[name])) and not (name in masks and sight.is_mask(text))
    }
    phone = customer_fields.read_phone(yours["phone"], habits.country) if "phone" in yours else Phone()
    with desk.change("customer.edited", customer_id=customer_id) as change:
        customer = must_read(change.database, customer_id)
        if customer.version != seen_version:
            _refuse_conflict(change, customer, yours, seen_version)
        changed = _differing(texts(customer), yours)
        if not changed:
            change.drop()
        _rewrite(change, customer, yours, changed, phone)
        change.concerns(subject=customer.number)
        change.note(version=customer.version + 1)
        for name, (old, new) in changed.items():
            change.field(name, old, new)
    return get(desk, customer_id)


def revise(change: Change, customer_id: int, yours: Mapping[str, str], phone: Phone = Phone()) -> bool:  # noqa: B008
    """Change fields of a customer inside a larger change, such as an import's; answers whether anything was different.

    The texts must have been checked, and `phone` read where there is one. It gets an audit row of its own.
    """
    _refuse_walk_in(customer_id)
    customer = must_read(change.database, customer_id)
    changed = _differing(texts(customer), yours)
    if changed:
        _rewrite(change, customer, yours, changed, phone)
        change.also(
            "customer.edited",
            subject=customer.number,
            customer_id=customer_id,
            detail={"fields": list(changed), "version": customer.version + 1},
            personal={name: list(values) for name, values in changed.items()},
        )
    return bool(changed)


def set_status(desk: Desk, customer_id: int, status: str) -> Customer:
    """Make a customer `active` or `inactive`. Customers are never deleted. Raises BadInput for another status."""
    _refuse_walk_in(customer_id)
    if status not in ("active", "inactive"):
        raise BadInput(f"A customer is active or inactive, not “{status[:40]}”")
    with desk.change("customer.status", customer_id=customer_id) as change:
        customer = must_read(change.database, customer_id)
        if customer.status == status:
            change.drop()
        CustomerTable.update(status=status, version=CustomerTable.version + 1).where(
            CustomerTable.id == customer_id
        ).execute(change.database)
        change.concerns(subject=customer.number)
        change.note(version=customer.version + 1)
        change.field("status", customer.status, status)
    return get(desk, customer_id)


_SAME_IN_BOTH = (
    "name", "email", "card", "born", "gender", "company", "registration_no", "vat_no", "discount_code",
    "discount_until", "language", "tags", "attributes",
)  # fmt: skip


def _rewrite(
    change: Change,
    customer: Customer,
    yours: Mapping[str, str],
    changed: Mapping[str, tuple[str, str]],
    phone: Phone,
) -> None:
    """Write the changed fields, keep the search index in step, and the log of who gave which discount code."""
    merged = customer_fields.fields_of(texts(customer) | dict(yours))
    write_fields(change.database, customer, merged, changed, phone)
    if "name" in changed or "company" in changed:
        search_index.replace(change.database, _entry(customer.id, merged))
    if "discount_code" in changed or "discount_until" in changed:
        discount_grants.record(change, customer.id, merged.discount_code, merged.discount_until)


def _entry(customer_id: int, fields: CustomerFields) -> Entry:
    return Entry(customer_id, words_of(fields.name, fields.company))


def _differing(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    return {name: (old[name], text) for name, text in new.items() if old[name] != text}


def _whole_attributes(desk: Desk, shown: Customer, text: str) -> str:
    """The attributes as they were typed; a second phone or e-mail that was left as it was shown is whole again."""
    known = must_read(desk.require("customer.viewed"), shown.id).attributes
    if shown.attributes == known:
        return text
    typed = customer_fields.read_attributes(text)
    for name, value in typed.items():
        if name in known and known[name] != shown.attributes.get(name) and sight.is_mask(value):
            typed[name] = known[name]
    return ", ".join(f"{name}={value}" for name, value in sorted(typed.items()))


def _refuse_conflict(change: Change, theirs: Customer, yours: Mapping[str, str], seen_version: int) -> None:
    desk, now = change.desk, texts(theirs)
    seen = _texts_at(change.database, theirs, seen_version)
    wanted = seen | dict(yours)
    changed = {
        name: (
            sight.text(desk, name, seen[name]),
            sight.text(desk, name, now[name]),
            yours[name] if name in yours else sight.text(desk, name, seen[name]),
        )
        for name in FORM_FIELDS
        if seen[name] != now[name] or seen[name] != wanted[name]
    }
    raise EditConflict(sight.masked(desk, theirs), changed)


def _texts_at(database: SqliteDatabase, customer: Customer, version: int) -> dict[str, str]:
    """The fields as they were at an earlier version: what the audit log kept, undone one by one."""
    before, last_seq = texts(customer), None
    while edits := rows_before(database, before=last_seq, customer_id=customer.id, action="customer.edited"):
        for row in edits:
            if row.detail.get("version", 0) <= version:
                return before
            before |= {name: old for name, (old, _) in (row.personal or {}).items() if name in before}
        last_seq = edits[-1].seq
    return before


def _number_of(database: SqliteDatabase, customer_id: int) -> str:
    return str(database.execute_sql("SELECT number FROM customer WHERE id = ?", (customer_id,)).fetchone()[0])


def _refuse_walk_in(customer_id: int) -> None:
    if customer_id == WALK_IN_ID:
        raise BadInput("The walk-in customer stands for everyone unknown and is never changed")
