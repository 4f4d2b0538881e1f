"""The consent log as a table: every word with what was read out, or only what counts now."""

import csv
import io

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import consent_wordings, consents, customers
from bookkeeper_tui.store.customers import Customer, CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.consents import COLUMNS
from bookkeeper_tui.store.reports import Question, export


@pytest.fixture
def ana(desk: Desk) -> Customer:
    """Somebody who said yes, then no on one channel; and somebody else who comes no more."""
    ana, left = (customers.create(desk, CustomerFields(name=name)) for name in ("Ana", "=Eve"))
    read = consent_wordings.to_read(desk, "marketing", "es")
    consents.give(desk, ana.id, ["email", "sms"], read, "at the till")
    consents.withdraw(desk, ana.id, ["sms"], read, "on the phone")
    consents.give(desk, left.id, ["email"], read, "at the till")
    consents.give(desk, left.id, ["phone"], consent_wordings.to_read(desk, "reminders", ""), "at the till")
    customers.set_status(desk, left.id, "inactive")
    return ana


def rows(desk: Desk, **filters: str) -> list[dict[str, str]]:
    file = io.StringIO()
    count = export(desk, Question("consents", filters), "csv", file)
    found = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert len(found) == count
    return found


def test_every_word_is_a_row_with_what_was_read_out(desk: Desk, ana: Customer) -> None:
    found = rows(desk)
    assert tuple(found[0]) == COLUMNS
    assert [(row["channel"], row["said"], row["counts"]) for row in found] == [
        ("email", "yes", "yes"), ("sms", "yes", "no"), ("sms", "no", "yes"), ("email", "yes", "no"),
        ("phone", "yes", "no"),
    ]  # fmt: skip
    assert found[2]["how"] == "on the phone"
    assert (found[0]["wording_version"], found[0]["wording"][:22]) == ("1 es", "¿Puede Main St enviarl")
    assert found[3]["customer"] == "'=Eve", "no spreadsheet runs a name"


def test_who_may_be_contacted_now_is_only_who_said_yes_last_and_still_comes(desk: Desk, ana: Customer) -> None:
    assert [(row["customer"], row["channel"]) for row in rows(desk, state="yes")] == [("Ana", "email")]
    assert [(row["customer"], row["channel"]) for row in rows(desk, state="no")] == [("Ana", "sms")]
    assert rows(desk, state="yes", purpose="reminders") == []


def test_it_is_narrowed_and_says_what_it_does_not_know(desk: Desk, ana: Customer) -> None:
    assert len(rows(desk, customer=ana.number)) == 3
    assert len(rows(desk, channel="sms")) == 2
    assert len(rows(desk, purpose="reminders")) == 1
    assert rows(desk, until="2020-01-01") == []
    with pytest.raises(BadInput, match="pigeon"):
        rows(desk, channel="pigeon")
    with pytest.raises(BadInput, match="no purpose “spying”"):
        rows(desk, purpose="spying")
