"""A customer as they stood on a past day: figures, points, sessions, consents, contact data of then, and no later."""

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import (
    as_of,
    attaching,
    consents,
    customer_accounts,
    customers,
    interests,
    loyalty,
    merging,
    notes,
    preferences,
)
from bookkeeper_tui.store import packages as package_room
from bookkeeper_tui.store.as_of import PastProfile
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.preferences import NewPreference
from bookkeeper_tui.store.privacy import erasing
from tests.store.merging.pair import Pair


def told(past: PastProfile) -> dict[str, object]:
    """The rows of all tabs in short."""
    return {
        f"{section.tab} {row.what} {row.detail}".strip(): row.text or (row.many if row.amount is None else row.amount)
        for section in past.sections
        for row in section.rows
    }


def test_a_past_day_tells_what_stood_then(pair: Pair) -> None:
    ana = pair.people[0]
    pair.sell(ana, "100", by="account")
    pair.sell(ana, "TEN")
    pair.lay_away(ana, 500)
    consents.record(pair.desk, ana, "email", True, how="at the till")
    notes.add(pair.desk, ana, "likes the window")
    then, before = pair.desk.today(), told(as_of.as_of(pair.desk, ana, pair.desk.today()))
    assert before["overview Spend"] == 11800
    assert before["account Owed"] == 1800
    assert before["account Layaway deposits"] == 500
    assert before["loyalty Points"] == 218
    assert before["packages K-0000001 Ten until 19/02/2027"] == "10 of 10 left"
    assert before["layaways L-0000001 open, outstanding"] == 2490
    pair.days_pass(10)
    seen = customers.get(pair.owner, ana)
    customers.edit(pair.owner, ana, {"name": "Ana Reyes García", "email": "ana@example.com"}, seen.version)
    customer_accounts.take_payment(pair.desk, ana, "cash", 1000)
    package_room.deduct(pair.desk, pair.newest("package", ana), 2, "for the test")
    loyalty.adjust(pair.desk, ana, -50, "for the test")
    consents.record(pair.desk, ana, "email", False, how="on the phone")
    notes.add(pair.desk, ana, "moved away")
    pair.sell(ana, "101")
    assert told(as_of.as_of(pair.desk, ana, then)) == before
    now = told(as_of.as_of(pair.desk, ana, pair.desk.today()))
    assert (now["overview Spend"], now["account Owed"], now["profile Name"]) == (12700, 800, "Ana Reyes García")
    assert now["packages K-0000001 Ten until 19/02/2027"] == "8 of 10 left"


def test_what_was_moved_or_merged_since_was_whose_it_was(pair: Pair) -> None:
    ana, anna, bruno = pair.people
    pair.sell(ana, "100", by="account")
    moved = pair.sell(anna, "101")
    walked_in = pair.sell(WALK_IN_ID, "102")
    notes.add(pair.desk, ana, "likes the window")
    then = pair.desk.today()
    before = [told(as_of.as_of(pair.desk, who, then)) for who in pair.people]
    pair.days_pass(3)
    attaching.attach(pair.desk, moved, bruno, "not hers")
    attaching.attach(pair.desk, walked_in, anna, "forgot her card")
    merge_id = pair.merge(ana, anna)
    merged = pair.desk.today()
    assert [told(as_of.as_of(pair.desk, who, then)) for who in pair.people] == before
    assert told(as_of.as_of(pair.desk, anna, merged))["overview Spend"] == 1800 + 2990
    pair.days_pass(3)
    merging.undo(pair.desk, merge_id)
    assert [told(as_of.as_of(pair.desk, who, then)) for who in pair.people] == before
    assert told(as_of.as_of(pair.desk, anna, merged))["overview Spend"] == 1800 + 2990
    assert told(as_of.as_of(pair.desk, ana, merged))["overview Spend"] == 0
    assert told(as_of.as_of(pair.desk, ana, pair.desk.today()))["overview Spend"] == 1800


def test_before_they_came_nothing_is_told_and_tomorrow_is_refused(pair: Pair) -> None:
    past = as_of.as_of(pair.desk, pair.people[0], "2020-01-01")
    assert (past.is_known, past.sections, past.texts) == (False, (), {})
    with pytest.raises(BadInput, match="has not come"):
        as_of.as_of(pair.desk, pair.people[0], "2199-01-01")
    with pytest.raises(BadInput, match="is not a date"):
        as_of.as_of(pair.desk, pair.people[0], "yesterday")
    with pytest.raises(BadInput, match="no customer with the id 999"):
        as_of.as_of(pair.desk, 999, pair.desk.today())


def test_who_may_not_see_a_phone_does_not_see_that_of_then(pair: Pair) -> None:
    ana = pair.people[0]
    cashier = Desk(pair.store, Actor(None, "900", "Test", "cashier"), "till-2", lambda: pair.at)
    past = as_of.as_of(cashier, ana, pair.desk.today())
    assert "600111221" not in str(past)
    assert past.texts["phone"] != as_of.as_of(pair.desk, ana, pair.desk.today()).texts["phone"]


def test_a_preference_taken_over_since_is_not_told_of_before(pair: Pair) -> None:
    ana, anna, _ = pair.people
    said = NewPreference("sms", "weekly", 1260, 480)
    preferences.edit(pair.desk, ana, said, preferences.of(pair.desk, ana))
    then = pair.desk.today()
    before = told(as_of.as_of(pair.desk, anna, then))
    pair.days_pass(1)
    merge_id = pair.merge(ana, anna)
    assert told(as_of.as_of(pair.desk, anna, pair.desk.today()))["marketing Preference Quiet hours"] == "21:00-08:00"
    assert told(as_of.as_of(pair.desk, anna, then)) == before
    pair.days_pass(1)
    merging.undo(pair.desk, merge_id)
    assert told(as_of.as_of(pair.desk, anna, then)) == before
    assert preferences.of(pair.desk, anna).channel == ""


def test_whoever_was_merged_and_is_erased_now_has_a_past_without_their_name(pair: Pair) -> None:
    ana, anna, _ = pair.people
    then = pair.desk.today()
    pair.sell(ana, "100")
    loyalty.adjust(pair.desk, ana, -loyalty.balance(pair.desk.database, ana), "for the test")
    loyalty.adjust(pair.desk, anna, -loyalty.balance(pair.desk.database, anna), "for the test")
    pair.days_pass(1)
    pair.merge(ana, anna)
    erasing.erase(pair.owner, anna, "asked by letter")
    for who in (ana, anna):
        past = as_of.as_of(pair.desk, who, then)
        assert past.name.startswith("Erased E-")
        assert "Reyes" not in str(past)


def test_an_interest_that_came_by_two_merges_was_whose_it_was(pair: Pair) -> None:
    ana, anna, bruno = pair.people
    interests.set_level(pair.desk, ana, interests.define(pair.owner, "Pottery").id, 2, "")
    first = pair.desk.today()
    pair.days_pass(1)
    pair.merge(ana, anna)
    second = pair.desk.today()
    pair.days_pass(1)
    pair.merge(anna, bruno)
    assert [
        [bool(as_of.as_of(pair.desk, who, date).section("interests")) for who in pair.people]
        for date in (first, second, pair.desk.today())
    ] == [[True, False, False], [False, True, False], [False, False, True]]


def test_while_they_were_merged_they_were_inactive(pair: Pair) -> None:
    ana, anna, _ = pair.people
    merge_id, merged = pair.merge(ana, anna), pair.desk.today()
    pair.days_pass(1)
    merging.undo(pair.desk, merge_id)
    assert as_of.as_of(pair.desk, ana, merged).status == "inactive"
    assert as_of.as_of(pair.desk, ana, pair.desk.today()).status == "active"
