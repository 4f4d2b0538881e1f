"""Notes: who wrote what and when, the pinned ones on top."""

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import audit_log, notes
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.customers import Customer, create
from bookkeeper_tui.store.desk import Desk


@pytest.fixture
def customer(desk: Desk) -> Customer:
    """Somebody to write about."""
    return create(desk, CustomerFields(name="Ana"))


def test_a_note_says_who_wrote_it_and_when(desk: Desk, customer: Customer) -> None:
    note = notes.add(desk, customer.id, "  Allergic to nuts.\nCall first.  ")
    assert (note.text, note.who, note.pinned) == ("Allergic to nuts.\nCall first.", desk.staff.who, False)
    row = audit_log.page(desk, customer_id=customer.id)[0]
    assert (row.action, row.at, row.personal) == ("note.added", note.at, {"note": ["", note.text]})
    assert note.text not in str(row.detail)


def test_pinned_notes_stand_on_top_and_the_rest_newest_first(desk: Desk, customer: Customer) -> None:
    written = [notes.add(desk, customer.id, f"note {place}") for place in range(5)]
    notes.pin(desk, written[1].id)
    notes.pin(desk, written[3].id)
    notes.pin(desk, written[3].id, pinned=False)
    order = ["note 1", "note 4", "note 3", "note 2", "note 0"]
    assert [note.text for note in notes.page(desk, customer.id)] == order
    assert audit_log.page(desk, customer_id=customer.id)[0].action == "note.pinned"
    paged, last = [], None
    while page := notes.page(desk, customer.id, after=last, limit=2):
        paged += [note.text for note in page]
        last = page[-1]
    assert paged == order
    assert notes.count(desk, customer.id) == 5


def test_a_double_enter_writes_one_note(desk: Desk, customer: Customer) -> None:
    assert notes.add(desk, customer.id, "once", once="k") == notes.add(desk, customer.id, "once", once="k")
    assert notes.count(desk, customer.id) == 1


@pytest.mark.parametrize("text", ["", "  \n ", "x" * (notes.LONGEST + 1)])
def test_an_empty_or_overlong_note_is_refused(desk: Desk, customer: Customer, text: str) -> None:
    with pytest.raises(BadInput, match="note"):
        notes.add(desk, customer.id, text)


def test_a_note_cannot_disturb_a_terminal_nor_be_about_nobody(desk: Desk, customer: Customer) -> None:
    assert "\x1b" not in notes.add(desk, customer.id, "red \x1b[31m alert").text
    with pytest.raises(BadInput, match="no customer"):
        notes.add(desk, 999, "who?")
    with pytest.raises(BadInput, match="no note"):
        notes.pin(desk, 999)


def test_a_book_pasted_as_a_note_is_refused_before_it_is_read(shell: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    monkeypatch.setattr(notes, "harmless", lambda text: read.append(len(text)) or text)
    with pytest.raises(BadInput, match="5000000"):
        notes.checked_text("é\x1b" * 2_500_000)
    assert not read
    assert notes.checked_text(" " * 50_000 + "x") == "x"
