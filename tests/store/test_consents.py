"""Consent: a log that is only added to, in which the last word counts and silence is never a yes."""

import pytest
from peewee import DatabaseError

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import audit_log, consents
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.customers import Customer, create
from bookkeeper_tui.store.desk import Desk


@pytest.fixture
def customer(desk: Desk) -> Customer:
    """Somebody to ask."""
    return create(desk, CustomerFields(name="Ana"))


def test_unknown_is_not_yes_and_the_last_word_counts(desk: Desk, customer: Customer) -> None:
    assert consents.states(desk, customer.id) == {"email": "ask", "sms": "ask", "whatsapp": "ask"}
    consents.record(desk, customer.id, "email", True, how="at the till", wording="May we write?", wording_version="3")
    consents.record(desk, customer.id, "sms", False, how="at the till")
    assert consents.states(desk, customer.id) == {"email": "yes", "sms": "no", "whatsapp": "ask"}
    consents.record(desk, customer.id, "email", False, how="by phone")
    assert consents.states(desk, customer.id)["email"] == "no"
    assert consents.states(desk, customer.id, purpose="reminders")["email"] == "ask"


def test_the_log_keeps_wording_version_way_and_who(desk: Desk, customer: Customer) -> None:
    consents.record(desk, customer.id, "email", True, how="at the till", wording="May we write?", wording_version="3")
    consents.record(desk, customer.id, "email", False, how="by phone")
    newest, oldest = consents.page(desk, customer.id)
    assert (newest.given, newest.how) == (0, "by phone")
    assert (oldest.given, oldest.wording, oldest.wording_version) == (1, "May we write?", "3")
    assert oldest.who == desk.staff.who
    assert consents.page(desk, customer.id, before=newest.id) == [oldest]
    assert audit_log.page(desk, customer_id=customer.id)[0].personal == {"consent email": ["yes", "no"]}


def test_what_was_said_can_neither_be_changed_nor_removed(desk: Desk, customer: Customer) -> None:
    consents.record(desk, customer.id, "email", False, how="at the till")
    for statement in ("UPDATE consent SET given = 1", "DELETE FROM consent"):
        with pytest.raises(DatabaseError, match="only added to"), desk.store.engine.write() as database:
            database.execute_sql(statement)


def test_a_channel_must_exist_and_the_way_be_said(desk: Desk, customer: Customer) -> None:
    with pytest.raises(BadInput, match="pigeon"):
        consents.record(desk, customer.id, "pigeon", True, how="at the till")
    with pytest.raises(BadInput, match="How"):
        consents.record(desk, customer.id, "email", True, how=" ")
    with pytest.raises(BadInput, match="no customer"):
        consents.record(desk, 999, "email", True, how="at the till")
