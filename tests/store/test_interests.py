"""Interests: defined by the shop, said by customers, and every word kept."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import audit_log, customers, interests
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.customers import Customer
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.interests import NONE, SOME, STRONG, Interest
from bookkeeper_tui.store.opening import Store


@pytest.fixture
def customer(desk: Desk) -> Customer:
    """Somebody with tastes."""
    return customers.create(desk, CustomerFields(name="Ana"))


@pytest.fixture
def yoga(desk: Desk) -> Interest:
    """Something to like."""
    return interests.define(desk, "Yoga")


def said(desk: Desk, customer: Customer) -> list[tuple[str, int, str]]:
    return [(one.name, one.level, one.note) for one in interests.of_customer(desk, customer.id)]


def test_the_last_word_counts_and_the_others_stay(desk: Desk, customer: Customer, yoga: Interest) -> None:
    wine = interests.define(desk, "Wine")
    interests.set_level(desk, customer.id, wine.id, SOME)
    interests.set_level(desk, customer.id, yoga.id, STRONG, "mornings")
    assert said(desk, customer) == [("Yoga", STRONG, "mornings"), ("Wine", SOME, "")], "the strongest first"
    interests.set_level(desk, customer.id, yoga.id, NONE, "bad knee")
    assert said(desk, customer) == [("Wine", SOME, ""), ("Yoga", NONE, "bad knee")]
    assert [one.level for one in interests.history(desk, customer.id, yoga.id)] == [NONE, STRONG]
    assert interests.history(desk, customer.id, yoga.id)[0].who == desk.staff.who


def test_what_was_said_can_be_erased_from_the_audit_log(desk: Desk, customer: Customer, yoga: Interest) -> None:
    interests.set_level(desk, customer.id, yoga.id, STRONG, "mornings")
    interests.set_level(desk, customer.id, yoga.id, SOME)
    told = audit_log.page(desk, customer_id=customer.id)
    assert told[0].personal == {"interest": ["Yoga: strong", "Yoga: some"]}
    assert told[1].personal == {"interest": ["", "Yoga: strong (mornings)"]}
    assert "Yoga" not in str([row.detail for row in told])


def test_the_same_word_again_or_twice_by_one_key_counts_once(desk: Desk, customer: Customer, yoga: Interest) -> None:
    for _ in range(2):
        interests.set_level(desk, customer.id, yoga.id, STRONG, once="key")
    interests.set_level(desk, customer.id, yoga.id, STRONG)
    assert len(interests.history(desk, customer.id, yoga.id)) == 1


def test_what_cannot_be_is_refused(desk: Desk, customer: Customer, yoga: Interest) -> None:
    for customer_id, interest_id, level, note, match in (
        (customer.id, 99, SOME, "", "no interest 99"),
        (customer.id, yoga.id, 3, "", "not 3"),
        (customer.id, yoga.id, SOME, "x" * 201, "longer than 200"),
        (customer.id, yoga.id, NONE, "", "taken back"),
        (1, yoga.id, SOME, "", "walk-in"),
        (999, yoga.id, SOME, "", "no customer"),
    ):
        with pytest.raises(BadInput, match=match):
            interests.set_level(desk, customer_id, interest_id, level, note)
    assert said(desk, customer) == []


def test_one_out_of_use_is_asked_about_no_more_but_can_be_taken_back(
    desk: Desk, customer: Customer, yoga: Interest
) -> None:
    interests.set_level(desk, customer.id, yoga.id, SOME)
    interests.retire(desk, yoga.id)
    assert interests.list_interests(desk) == ()
    assert said(desk, customer) == [("Yoga", SOME, "")], "what was said stays"
    with pytest.raises(BadInput, match="out of use"):
        interests.set_level(desk, customer.id, yoga.id, STRONG)
    interests.set_level(desk, customer.id, yoga.id, NONE)
    interests.retire(desk, yoga.id, False)
    assert [one.name for one in interests.list_interests(desk)] == ["Yoga"]


def test_names_are_the_shops_and_nobody_elses(desk: Desk, customer: Customer, yoga: Interest) -> None:
    interests.set_level(desk, customer.id, yoga.id, SOME)
    for name, match in (("YOGA ", "already"), ("", "needs a name"), ("x" * 41, "longer than 40")):
        with pytest.raises(BadInput, match=match):
            interests.define(desk, name)
    assert interests.rename(desk, yoga.id, "yoga").name == "yoga"
    assert said(desk, customer) == [("yoga", SOME, "")]
    interests.define(desk, "Wine")
    with pytest.raises(BadInput, match="There is an interest Wine already"):
        interests.rename(desk, yoga.id, "wine")
    assert audit_log.page(desk, action="interest.defined")[1].detail == {"name": ["Yoga", "yoga"]}


WORDS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(SOME, STRONG) | st.just(NONE)), max_size=12
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WORDS)
def test_counts_and_past_states_are_those_of_the_last_words(
    store: Store, desk: Desk, words: list[tuple[int, int, int]]
) -> None:
    moment = desk.now()
    there = Desk(store, desk.staff, "till-1", lambda: moment)
    people = [customers.create(there, CustomerFields(name="Ana")).id for _ in range(2)]
    kinds = [interests.define(there, f"Kind {moment + place}").id for place in range(3)]
    known: dict[tuple[int, int], int] = {}
    past = [(moment, dict(known))]
    for kind, person, level in words:
        key = (people[person], kinds[kind])
        if level == NONE and key not in known:
            continue
        moment += 1_000_000
        interests.set_level(there, *key, level)
        known[key] = level
        past.append((moment, dict(known)))
    counted = interests.count_interested(there)
    wanted = Counter(kind for (_, kind), level in known.items() if level)
    assert {kind: counted.get(kind, 0) for kind in kinds} == {kind: wanted[kind] for kind in kinds}
    for at, then in past:
        found = {
            (person, one.interest_id): one.level
            for person in people
            for one in interests.of_customer(there, person, at=at)
        }
        assert found == then
