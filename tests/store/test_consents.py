"""Consent: a log that is only added to, in which the last word counts and silence is never a yes."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import DatabaseError

from bookkeeper_tui.errors import BadInput, Conflict
from bookkeeper_tui.store import audit_log, consent_wordings, consents
from bookkeeper_tui.store.consent_wordings import Wording
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.customers import Customer, create
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.opening import Store


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
    told = audit_log.page(desk, customer_id=customer.id)[0]
    assert told.personal == {"consent email": ["yes", "no"], "how": "by phone"}
    assert "by phone" not in str(told.detail), "what was typed can be erased"


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


def state(desk: Desk, customer: Customer, purpose: str, channel: str, *, at: int | None = None) -> str:
    found = consents.standing(desk, customer.id, at=at)
    return next(one.state for one in found if (one.purpose.name, one.channel) == (purpose, channel))


def test_each_purpose_has_its_own_word_on_each_channel(desk: Desk, customer: Customer) -> None:
    wording = consent_wordings.to_read(desk, "reminders", "")
    consents.give(desk, customer.id, ["sms", "phone"], wording, "at the till")
    assert state(desk, customer, "reminders", "sms") == "yes"
    assert state(desk, customer, "reminders", "phone") == "yes"
    assert state(desk, customer, "reminders", "email") == "ask"
    assert state(desk, customer, "marketing", "sms") == "ask"
    consents.withdraw(desk, customer.id, ["sms"], wording, "on the phone")
    assert state(desk, customer, "reminders", "sms") == "no"
    assert state(desk, customer, "reminders", "phone") == "yes"


def test_the_words_that_were_read_stand_in_the_log_with_the_shop_in_them(desk: Desk, customer: Customer) -> None:
    consents.give(desk, customer.id, ["email"], consent_wordings.to_read(desk, "marketing", "es-MX"), "at the till")
    said = consents.page(desk, customer.id)[0]
    assert said.wording.startswith("¿Puede Main St enviarle ofertas")
    assert said.wording_version == "1 es"
    assert said.who == desk.staff.who


def test_a_wording_that_was_changed_meanwhile_is_not_what_was_read(desk: Desk, customer: Customer) -> None:
    read = consent_wordings.to_read(desk, "marketing", "")
    consent_wordings.reword(desk, "marketing", "", "May {shop} write to you?", 1)
    with pytest.raises(Conflict, match="Marketing is version 2 now"):
        consents.give(desk, customer.id, ["email"], read, "at the till")
    with pytest.raises(Conflict, match="version 2"):
        consents.give(desk, customer.id, ["email"], Wording("marketing", "it", 9, "Sì?", 0, ""), "at the till")
    assert consents.count(desk, customer.id) == 0


def test_leave_is_given_only_for_what_is_asked(desk: Desk, customer: Customer) -> None:
    wording = consent_wordings.to_read(desk, "marketing", "")
    for channels, how, match in (
        (["post"], "at the till", "not asked for by post"),
        (["pigeon"], "at the till", "pigeon"),
        ([], "at the till", "Choose a channel"),
        (["email"], " ", "How"),
        (["email"], "x" * 201, "longer than 200"),
    ):
        with pytest.raises(BadInput, match=match):
            consents.give(desk, customer.id, channels, wording, how)
    with pytest.raises(BadInput, match="walk-in"):
        consents.give(desk, 1, ["email"], wording, "at the till")
    with pytest.raises(BadInput, match="no customer"):
        consents.give(desk, 999, ["email"], wording, "at the till")
    with pytest.raises(BadInput, match="no purpose “spying”"):
        consents.record(desk, customer.id, "email", True, how="at the till", purpose="spying")
    assert consents.count(desk, customer.id) == 0


def test_a_purpose_out_of_use_takes_no_yes_but_every_no(desk: Desk, customer: Customer) -> None:
    wording = consent_wordings.to_read(desk, "marketing", "")
    consents.give(desk, customer.id, ["email"], wording, "at the till")
    consent_wordings.retire(desk, "marketing")
    assert consents.states(desk, customer.id) == {"email": "yes"}, "what was said stays to be seen"
    with pytest.raises(BadInput, match="out of use"):
        consents.give(desk, customer.id, ["email"], wording, "at the till")
    consents.withdraw(desk, customer.id, ["email"], wording, "at the till")
    assert consents.states(desk, customer.id) == {"email": "no"}


def test_given_twice_by_a_double_enter_it_is_said_once(desk: Desk, customer: Customer) -> None:
    wording = consent_wordings.to_read(desk, "marketing", "")
    for _ in range(2):
        consents.give(desk, customer.id, ["email", "sms"], wording, "at the till", once="key")
    assert consents.count(desk, customer.id) == 2


def test_one_is_asked_of_the_first_purpose_that_is_unknown(desk: Desk, customer: Customer) -> None:
    first = consents.to_ask(desk, customer.id, "de")
    assert first is not None
    assert (first.purpose.name, first.channels, first.wording.name) == (
        "marketing", ("email", "sms", "whatsapp"), "1 de",
    )  # fmt: skip
    consents.withdraw(desk, customer.id, first.channels, first.wording, "at the till")
    second = consents.to_ask(desk, customer.id, "de")
    assert second is not None
    assert second.purpose.name == "reminders"
    consent_wordings.retire(desk, "reminders")
    assert consents.to_ask(desk, customer.id, "de") is None


def test_the_log_is_paged_both_ways(desk: Desk, customer: Customer) -> None:
    for word in (True, False, True, False, True):
        consents.record(desk, customer.id, "email", word, how="at the till")
    whole = consents.page(desk, customer.id)
    assert [one.given for one in whole] == [1, 0, 1, 0, 1]
    assert consents.page(desk, customer.id, before=whole[1].id, limit=2) == whole[2:4]
    assert consents.page(desk, customer.id, after=whole[3].id, limit=2) == whole[1:3]


WORDS = st.lists(
    st.tuples(
        st.sampled_from(["marketing", "reminders"]), st.sampled_from(["email", "sms", "whatsapp"]), st.booleans()
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=WORDS)
def test_at_any_instant_the_state_is_the_last_word_until_then(
    store: Store, desk: Desk, said: list[tuple[str, str, bool]]
) -> None:
    moment = desk.now()
    there = Desk(store, desk.staff, "till-1", lambda: moment)
    customer = create(there, CustomerFields(name="Ana"))
    known: dict[tuple[str, str], str] = {}
    past = [(moment, dict(known))]
    for purpose, channel, given_now in said:
        moment += 1_000_000
        act = consents.give if given_now else consents.withdraw
        act(there, customer.id, [channel], consent_wordings.to_read(there, purpose, ""), "at the till")
        known[purpose, channel] = "yes" if given_now else "no"
        past.append((moment, dict(known)))
    for at, then in past:
        found = {(one.purpose.name, one.channel): one.state for one in consents.standing(there, customer.id, at=at)}
        assert {key: word for key, word in found.items() if word != "ask"} == then
