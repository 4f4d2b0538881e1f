"""Preferences: how somebody likes to be contacted, which is no consent, and what it was at any day."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookkeeper_tui.errors import BadInput, Conflict
from bookkeeper_tui.store import audit_log, consents, customers, preferences
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.customers import Customer
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.preferences import FREQUENCIES, NewPreference


@pytest.fixture
def customer(desk: Desk) -> Customer:
    """Somebody who likes to be left alone at night."""
    return customers.create(desk, CustomerFields(name="Ana", language="es"))


def say(desk: Desk, customer: Customer, **said: object) -> preferences.Preference:
    seen = preferences.of(desk, customer.id)
    wanted = NewPreference(*seen[:5])._replace(**said)
    return preferences.edit(desk, customer.id, wanted, seen)


def test_before_anything_is_said_there_is_only_the_language(desk: Desk, customer: Customer) -> None:
    assert preferences.of(desk, customer.id) == ("", "", None, None, "es", 0, 0, "")


def test_what_is_said_is_kept_and_audited(desk: Desk, customer: Customer) -> None:
    kept = say(desk, customer, channel="sms", frequency="monthly", quiet_from=1260, quiet_to=480)
    assert kept[:6] == ("sms", "monthly", 1260, 480, "es", 1)
    assert kept.who == desk.staff.who
    assert preferences.quiet_hours(kept) == "21:00-08:00"
    told = audit_log.page(desk, customer_id=customer.id)[0]
    assert told.action == "preference.edited"
    assert told.personal == {
        "preferred channel": ["", "sms"], "how often": ["", "monthly"], "quiet from": [None, 1260],
        "quiet until": [None, 480],
    }  # fmt: skip


def test_a_preference_is_no_consent(desk: Desk, customer: Customer) -> None:
    say(desk, customer, channel="sms")
    assert consents.states(desk, customer.id)["sms"] == "ask"


def test_the_language_is_the_customers_own(desk: Desk, customer: Customer) -> None:
    say(desk, customer, language="de")
    assert customers.get(desk, customer.id).language == "de"
    assert [row.action for row in audit_log.page(desk, customer_id=customer.id)][:2] == [
        "preference.edited", "customer.edited",
    ]  # fmt: skip
    customers.edit(desk, customer.id, {"language": "fr"}, customers.get(desk, customer.id).version)
    assert preferences.of(desk, customer.id).language == "fr"


def test_saying_the_same_again_changes_nothing(desk: Desk, customer: Customer) -> None:
    say(desk, customer, channel="sms")
    before = desk.store.engine.audit_head()
    assert say(desk, customer, channel="sms").version == 1
    assert desk.store.engine.audit_head() == before


def test_of_two_consoles_one_is_told(desk: Desk, customer: Customer) -> None:
    seen = preferences.of(desk, customer.id)
    say(desk, customer, frequency="weekly")
    with pytest.raises(Conflict, match="meanwhile"):
        preferences.edit(desk, customer.id, NewPreference(frequency="monthly", language="es"), seen)
    seen = preferences.of(desk, customer.id)
    customers.edit(desk, customer.id, {"language": "fr"}, customers.get(desk, customer.id).version)
    with pytest.raises(Conflict, match="meanwhile"):
        preferences.edit(desk, customer.id, NewPreference(frequency="monthly", language="es"), seen)
    assert preferences.of(desk, customer.id).frequency == "weekly"


@pytest.mark.parametrize(
    ("said", "match"),
    [
        ({"channel": "pigeon"}, "pigeon"),
        ({"frequency": "hourly"}, "hourly"),
        ({"quiet_from": 60}, "beginning and an end"),
        ({"quiet_from": 60, "quiet_to": 60}, "another time"),
        ({"quiet_from": 60, "quiet_to": 1440}, "23:59"),
        ({"quiet_from": -1, "quiet_to": 60}, "00:00"),
        ({"language": "klingon!"}, "language code"),
    ],
)
def test_what_is_none_is_refused(desk: Desk, customer: Customer, said: dict[str, object], match: str) -> None:
    with pytest.raises(BadInput, match=match):
        say(desk, customer, **said)
    assert preferences.of(desk, customer.id).version == 0


def test_the_walk_in_has_no_preferences(desk: Desk) -> None:
    with pytest.raises(BadInput, match="walk-in"):
        preferences.edit(desk, 1, NewPreference("sms"), preferences.of(desk, 1))


QUIET = st.sampled_from([(None, None), (1260, 480), (0, 60), (720, 900)])
SAID = st.builds(
    lambda channel, frequency, quiet, language: NewPreference(channel, frequency, *quiet, language),
    st.sampled_from(["", "email", "post"]), st.sampled_from(["", *FREQUENCIES]), QUIET, st.sampled_from(["", "es"]),
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(SAID, max_size=6))
def test_at_any_instant_they_are_what_had_been_said(store: Store, desk: Desk, said: list[NewPreference]) -> None:
    moment = desk.now()
    there = Desk(store, desk.staff, "till-1", lambda: moment)
    customer = customers.create(there, CustomerFields(name="Ana"))
    past = [(moment, NewPreference())]
    for new in said:
        moment += 1_000_000
        preferences.edit(there, customer.id, new, preferences.of(there, customer.id))
        past.append((moment, new))
    for at, then in past:
        assert preferences.as_of(there, customer.id, at) == then
