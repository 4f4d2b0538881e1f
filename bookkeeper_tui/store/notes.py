"""Notes about customers: what the next colleague ought to know, by whom and when; the pinned ones stand on top.

A sensitive note is read by those who have `field.notes`; anybody who may write notes may write one.
"""

from dataclasses import dataclass

from peewee import AutoField, IntegerField, SqliteDatabase, TextField

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store.desk import AlreadyDone, Change, Desk
from bookkeeper_tui.store.engine import Table
from bookkeeper_tui.store.sight import HIDDEN_NOTE, NOTES

LONGEST = 4000
_COLUMNS = "id, customer_id, text, pinned, who, at, sensitive"


class NoteTable(Table):
    """A note; `at` is microseconds UTC."""

    id = AutoField()
    customer_id = IntegerField()
    text = TextField()
    pinned = IntegerField(default=0)
    who = TextField()
    at = IntegerField()
    sensitive = IntegerField(default=0)

    class Meta:
        table_name = "note"


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it is read; `at` in microseconds UTC.

    `is_hidden` says that it is sensitive and not for whoever asked: its text is only “Sensitive note” then.
    """

    id: int
    customer_id: int
    text: str
    pinned: bool
    who: str
    at: int
    sensitive: bool = False
    is_hidden: bool = False


def add(
    desk: Desk, customer_id: int, text: str, *, pinned: bool = False, sensitive: bool = False, once: str | None = None
) -> Note:
    """Write a note about a customer; a sensitive one is not for everybody at the till.

    Raises BadInput for an empty or overlong one, or a customer who is not there.
    """
    cleaned = checked_text(text)
    try:
        with desk.change("note.added", customer_id=customer_id, once=once) as change:
            note_id = write(change, customer_id, cleaned, pinned, sensitive)
            change.field("note", "", cleaned)
            change.note(note=note_id, pinned=pinned, **({"sensitive": True} if sensitive else {}))
            change.result = str(note_id)
    except AlreadyDone as done:
        note_id = int(done.result)
    return get(desk, note_id)


def pin(desk: Desk, note_id: int, pinned: bool = True) -> Note:
    """Put a note on top of its customer's, or back among the others."""
    desk.require("note.pinned")
    note = get(desk, note_id)
    with desk.change("note.pinned", customer_id=note.customer_id) as change:
        NoteTable.update(pinned=int(pinned)).where(NoteTable.id == note_id).execute(change.database)
        change.note(note=note_id, pinned=pinned)
    return get(desk, note_id)


def get(desk: Desk, note_id: int) -> Note:
    """One note. Raises BadInput when there is none of this id."""
    database = desk.require("customer.viewed")
    found = database.execute_sql(f"SELECT {_COLUMNS} FROM note WHERE id = ?", (note_id,)).fetchone()
    if found is None:
        raise BadInput(f"There is no note {note_id}")
    return _read(desk, found)


def page(desk: Desk, customer_id: int, *, after: Note | None = None, limit: int = 50) -> list[Note]:
    """A customer's notes: pinned first, then newest first. `after` is the last one of the page before."""
    database = desk.require("customer.viewed")
    tests, values = "customer_id = ?", list[object]([customer_id])
    if after is not None:
        tests += " AND (pinned, id) < (?, ?)"
        values += [int(after.pinned), after.id]
    rows = database.execute_sql(
        f"SELECT {_COLUMNS} FROM note WHERE {tests} ORDER BY pinned DESC, id DESC LIMIT ?", (*values, limit)
    )
    return [_read(desk, found) for found in rows]


def count(desk: Desk, customer_id: int) -> int:
    """How many notes there are about a customer."""
    database = desk.require("customer.viewed")
    return int(database.execute_sql("SELECT COUNT(*) FROM note WHERE customer_id = ?", (customer_id,)).fetchone()[0])


def write(change: Change, customer_id: int, text: str, pinned: bool = False, sensitive: bool = False) -> int:
    """Add a note inside a change, such as an import's; the text must have been checked."""
    _refuse_stranger(change.database, customer_id)
    who, at = change.desk.staff.who, change.at
    values = {"customer_id": customer_id, "text": text, "pinned": int(pinned), "who": who, "at": at}
    values["sensitive"] = int(sensitive)
    return int(NoteTable.insert(values).execute(change.database))


def checked_text(text: str) -> str:
    """A note's text without what could disturb a terminal; its lines stay. Raises BadInput when nothing is left."""
    if len(text) > 4 * LONGEST and len(text.strip()) > LONGEST:
        raise BadInput(f"A note holds {LONGEST} letters, this one has {len(text.strip())}")
    lines = [harmless(line.expandtabs(4)).rstrip() for line in text.strip().splitlines()]
    cleaned = "\n".join(lines)
    if not cleaned.strip():
        raise BadInput("A note needs some text")
    if len(cleaned) > LONGEST:
        raise BadInput(f"A note holds {LONGEST} letters, this one has {len(cleaned)}")
    return cleaned


def _refuse_stranger(database: SqliteDatabase, customer_id: int) -> None:
    if database.execute_sql("SELECT 1 FROM customer WHERE id = ?", (customer_id,)).fetchone() is None:
        raise BadInput(f"There is no customer with the id {customer_id}")


def _read(desk: Desk, row: tuple[int, int, str, int, str, int, int]) -> Note:
    note_id, customer_id, text, pinned, who, at, sensitive = row
    hidden = bool(sensitive) and not desk.may(NOTES)
    return Note(note_id, customer_id, HIDDEN_NOTE if hidden else text, bool(pinned), who, at, bool(sensitive), hidden)
