"""Two customers become one, field by field, with all they own and owe; and are taken apart again."""

import io
from collections.abc import Callable

import pytest

from bookkeeper_tui.errors import BadInput, BookkeeperError, NotAllowed
from bookkeeper_tui.store import (
    addresses,
    attaching,
    audit,
    audit_log,
    baskets,
    bookings,
    consents,
    customer_accounts,
    customers,
    discount_grants,
    layaways,
    log_search,
    loyalty,
    memberships,
    merging,
    notes,
    packages,
    reports,
    returns,
    search,
    statements,
    store_credit,
    tiers,
    timers,
)
from bookkeeper_tui.store.addresses import Address
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.packages import usage
from bookkeeper_tui.store.privacy import erasing
from tests.store.merging.pair import CLUB, Pair
from tests.store.packages.studio import DAY_US


@pytest.fixture
def ana(pair: Pair) -> int:
    """The one who is merged."""
    return pair.people[0]


@pytest.fixture
def anna(pair: Pair) -> int:
    """Who is left."""
    return pair.people[1]


def other(pair: Pair, **fields: object) -> int:
    """One customer more."""
    return customers.create(pair.owner, CustomerFields(**fields)).id  # type: ignore[arg-type]


def postings(pair: Pair) -> list[tuple[object, ...]]:
    """All of the ledger."""
    return pair.desk.database.execute_sql("SELECT * FROM posting ORDER BY entry_id, line_no").fetchall()


def test_all_that_the_one_had_is_the_others(pair: Pair, ana: int, anna: int) -> None:
    pair.sell(ana, "100", by="account")
    pair.sell(ana, "TEN")
    layaway = pair.lay_away(ana, 500)
    loyalty.redeem_to_credit(pair.desk, ana, 40)
    notes.add(pair.desk, ana, "likes the window")
    pair.sell(ana, CLUB)
    points = loyalty.balance(pair.desk.database, ana) + loyalty.balance(pair.desk.database, anna)
    posted = postings(pair)
    pair.merge(ana, anna)
    database = pair.desk.database
    assert postings(pair)[: len(posted)] == posted
    assert loyalty.balance(database, anna) == points
    assert customer_accounts.read(database, anna).owes == 1800
    assert store_credit.balance(database, anna) == 40
    assert [one.remaining for one in packages.of_customer(pair.desk, anna)] == [10]
    assert layaways.get(pair.desk, layaway).customer_id == anna
    assert [note.text for note in notes.page(pair.desk, anna)] == ["likes the window"]
    assert len(memberships.of_customer(pair.desk, anna)) == 1
    assert pair.stands(ana)[0:5] == (0, 0, 0, [], (0, 0))
    pair.check()


def test_what_comes_over_is_due_when_it_was(pair: Pair, ana: int, anna: int) -> None:
    pair.sell(ana, "100", by="account")
    pair.days_pass(40)
    before = statements.aging(pair.desk, ana, pair.desk.today())
    pair.merge(ana, anna)
    after = statements.aging(pair.desk, anna, pair.desk.today())
    assert after == before
    assert after.to_30 == 1800
    line = statements.statement(pair.desk, anna, "", pair.desk.today()).lines[-1]
    assert (line.what, line.reference) == ("Customers merged", "S-0000001")


def test_payment_after_the_merge_pays_for_what_came_over(pair: Pair, ana: int, anna: int) -> None:
    pair.sell(ana, "100", by="account")
    merge_id = pair.merge(ana, anna)
    customer_accounts.take_payment(pair.desk, anna, "cash", 500)
    pair.check()
    merging.undo(pair.desk, merge_id)
    assert customer_accounts.read(pair.desk.database, ana).owes == 1800
    assert customer_accounts.read(pair.desk.database, anna).owes == -500
    pair.check()


def test_return_after_the_merge_takes_back_the_points_of_the_sale(pair: Pair, ana: int, anna: int) -> None:
    sale_id = pair.sell(ana, "100")
    assert loyalty.balance(pair.desk.database, ana) == 118
    pair.merge(ana, anna)
    assert loyalty.balance(pair.desk.database, anna) == 318
    returns.give_back(pair.desk, sale_id, {1: 1000})
    assert loyalty.balance(pair.desk.database, anna) == 300
    pair.check()


def test_points_paid_before_the_merge_come_back_with_their_last_day(pair: Pair, ana: int, anna: int) -> None:
    loyalty.adjust(pair.desk, ana, 5000, "for the test")
    pair.days_pass(100)
    sale_id = pair.sell(ana, "100", by="points")
    pair.merge(ana, anna)
    before = loyalty.balance(pair.desk.database, anna)
    returns.give_back(pair.desk, sale_id, {1: 1000})
    assert loyalty.balance(pair.desk.database, anna) == before + 1800
    pair.days_pass(270)
    assert loyalty.balance(pair.desk.database, anna) < 1800
    pair.check()


def test_sale_that_is_moved_after_the_merge_takes_its_points_along(pair: Pair, ana: int, anna: int) -> None:
    bruno = pair.people[2]
    sale_id = pair.sell(ana, "100", by="account")
    pair.merge(ana, anna)
    attaching.attach(pair.desk, sale_id, bruno, "wrong customer")
    assert loyalty.balance(pair.desk.database, anna) == 300
    assert loyalty.balance(pair.desk.database, bruno) == 318
    assert customer_accounts.read(pair.desk.database, anna).owes == 0
    pair.check()


def test_void_after_the_merge_is_refused_and_a_return_is_not(pair: Pair, ana: int, anna: int) -> None:
    sale_id = pair.sell(ana, "100", by="account")
    pair.merge(ana, anna)
    with pytest.raises(BadInput, match="S-0000001 was sold to C-000001, who was merged into another since: return"):
        returns.void(pair.desk, sale_id)
    returns.give_back(pair.desk, sale_id, {1: 1000})
    assert customer_accounts.read(pair.desk.database, anna).owes == 0
    pair.check()


def test_old_number_phone_email_card_and_receipt_lead_to_the_survivor(pair: Pair, anna: int) -> None:
    twice = other(
        pair, name="Annie Reyes", phone="+34600999888", email="annie@example.com", card="OLD-1", born="1990-04-01"
    )
    pair.sell(twice, "100")
    number = customers.get(pair.owner, twice).number
    pair.merge(twice, anna)
    for typed in (number, "600999888", "annie@example.com", "OLD-1", "S-0000001", "Annie Reyes"):
        hits = search.search(pair.owner, typed).hits
        assert [hit.customer_id for hit in hits] == [anna], typed
        assert f"was {number}" in hits[0].why or typed in ("annie@example.com", "OLD-1", "S-0000001")
    assert customers.by_number(pair.owner, number).id == anna


def test_fields_are_taken_as_chosen_and_empty_ones_filled(pair: Pair) -> None:
    one = other(pair, name="Ana R.", phone="+34600999888", email="ana@example.com", card="A1", tags=("vip",),
                billing=Address("Calle 1", city="Vigo"), attributes={"size": "m", "shoe": "38"})  # fmt: skip
    two = other(pair, name="Ana Reyes", phone="+34600999777", card="B2", tags=("new",), attributes={"size": "l"})
    seen = merging.preview(pair.owner, one, two)
    assert {field.name: field.chosen for field in seen.fields} == {
        "name": "into", "phone": "into", "email": "from", "card": "into", "billing": "from", "attributes": "into",
    }  # fmt: skip
    merge_id = merging.merge(pair.desk, one, two, {"phone": "from", "card": "from"})
    now = customers.get(pair.owner, two)
    assert (now.name, now.phone_e164, now.email, now.card) == (
        "Ana Reyes", "+34600999888", "ana@example.com", "A1",
    )  # fmt: skip
    assert (now.tags, now.attributes, now.billing) == (
        ("new", "vip"), {"size": "l", "shoe": "38"}, Address("Calle 1", city="Vigo"),
    )  # fmt: skip
    merging.undo(pair.desk, merge_id)
    assert customers.get(pair.owner, one).card == "A1"
    back = customers.get(pair.owner, two)
    assert (back.card, back.email, back.tags, back.billing) == ("B2", "", ("new",), None)
    assert addresses.of_customer(pair.owner, one)["billing"].city == "Vigo"
    pair.check()


def test_undoing_leaves_alone_what_was_edited_since(pair: Pair, anna: int) -> None:
    one = other(pair, name="Ana R.", phone="+34600999888", email="ana@example.com")
    merge_id = pair.merge(one, anna)
    seen = customers.get(pair.owner, anna)
    assert seen.email == "ana@example.com"
    customers.edit(pair.owner, anna, {"email": "anna@example.com"}, seen.version)
    merging.undo(pair.desk, merge_id)
    assert customers.get(pair.owner, anna).email == "anna@example.com"


def test_account_rate_and_terms_are_chosen_too(pair: Pair, anna: int) -> None:
    one = other(pair, name="Ana R.", phone="+34600999888")
    loyalty.set_own_rate(pair.owner, one, 3000)
    merge_id = merging.merge(pair.desk, one, anna)
    assert tiers.rate_of(pair.desk.database, anna) == 3000
    merging.undo(pair.desk, merge_id)
    assert tiers.rate_of(pair.desk.database, anna) == 1000
    customer_accounts.open_account(pair.owner, one, credit_limit=777, terms_days=7)
    merge_id = merging.merge(pair.desk, one, anna, {"account": "from"})
    assert customer_accounts.of(pair.desk, anna).credit_limit == 777
    merging.undo(pair.desk, merge_id)
    assert customer_accounts.of(pair.desk, anna).credit_limit == 100_000


@pytest.mark.parametrize(
    ("theirs", "own", "after", "undone"),
    [
        ((False,), (True,), "no", "yes"),
        ((True,), (False,), "no", "no"),
        ((True,), (), "ask", "ask"),
        ((), (True,), "yes", "yes"),
        ((False,), (), "no", "ask"),
        ((True,), (True,), "yes", "yes"),
        ((False, True), (True,), "yes", "yes"),
    ],
)
def test_the_stricter_word_on_being_contacted_counts(
    pair: Pair, ana: int, anna: int, theirs: tuple[bool, ...], own: tuple[bool, ...], after: str, undone: str
) -> None:
    for customer, words in ((ana, theirs), (anna, own)):
        for given in words:
            consents.record(pair.desk, customer, "email", given, how="at the till", wording="May we write?")
    merge_id = pair.merge(ana, anna)
    assert consents.states(pair.desk, anna)["email"] == after
    merging.undo(pair.desk, merge_id)
    assert consents.states(pair.desk, anna)["email"] == undone
    assert consents.states(pair.desk, ana)["email"] == ("ask" if not theirs else "yes" if theirs[-1] else "no")


def test_yes_said_anew_since_is_not_touched_by_undoing(pair: Pair, ana: int, anna: int) -> None:
    consents.record(pair.desk, ana, "email", False, how="at the till")
    consents.record(pair.desk, anna, "email", True, how="at the till")
    merge_id = pair.merge(ana, anna)
    consents.record(pair.desk, anna, "email", False, how="on the phone")
    merging.undo(pair.desk, merge_id)
    assert consents.states(pair.desk, anna)["email"] == "no"


REFUSED: dict[str, tuple[Callable[[Pair], object], str]] = {
    "themselves": (lambda pair: pair.merge(pair.people[0], pair.people[0]), "C-000001 is one customer"),
    "the walk-in": (lambda pair: pair.merge(WALK_IN_ID, pair.people[0]), "The walk-in customer stands for everyone"),
    "into the walk-in": (lambda pair: pair.merge(pair.people[0], WALK_IN_ID), "The walk-in customer stands for every"),
    "somebody merged": (
        lambda pair: (pair.merge(*pair.people[:2]), pair.merge(pair.people[0], pair.people[2])),
        "C-000001 was merged into C-000002 Anna Reyes",
    ),
    "into somebody inactive": (
        lambda pair: (customers.set_status(pair.owner, pair.people[1], "inactive"), pair.merge(*pair.people[:2])),
        "C-000002 is inactive: make them active first",
    ),
    "a sale under way": (
        lambda pair: (baskets.start(pair.desk, pair.people[0]), pair.merge(*pair.people[:2])),
        "A sale of C-000001 is being rung up at till-1: finish or drop it first",
    ),
    "booked at a time": (
        lambda pair: (_both_booked(pair), pair.merge(*pair.people[:2])),
        "B-0000001 and B-0000002 are booked for the same time",
    ),
    "a field that is none": (
        lambda pair: merging.merge(pair.desk, *pair.people[:2], {"shoe": "from"}), "“shoe” is no field of a merge",
    ),
    "a side that is none": (
        lambda pair: merging.merge(pair.desk, *pair.people[:2], {"name": "both"}), "name is taken from or into",
    ),
    "nobody": (lambda pair: pair.merge(999, pair.people[0]), "There is no customer with the id 999"),
    "a merge that is none": (lambda pair: merging.undo(pair.desk, 7), "There is no merge 7"),
    "a closed account": (
        lambda pair: (_closed(pair), pair.merge(*pair.people[:2])), "the account of C-000002 is closed: open it again",
    ),
}  # fmt: skip


def _both_booked(pair: Pair) -> None:
    for customer in pair.people[:2]:
        bookings.book(
            pair.desk, customer, 1, pair.at + DAY_US, trainer_id=1 if customer == pair.people[0] else 3, resource_id=2
        )


def _closed(pair: Pair) -> None:
    pair.sell(pair.people[0], by="account")
    customer_accounts.edit(pair.owner, pair.people[1], status="closed", credit_limit=0, terms_days=0)


@pytest.mark.parametrize("case", REFUSED)
def test_a_merge_that_cannot_be_is_refused_in_one_sentence(pair: Pair, case: str) -> None:
    deed, sentence = REFUSED[case]
    with pytest.raises(BadInput, match=sentence):
        deed(pair)
    assert pair.desk.database.execute_sql("SELECT COUNT(*) FROM customer_merge").fetchone()[0] == len(pair.merges)


def test_a_merge_into_who_is_merged_since_is_undone_last(pair: Pair) -> None:
    ana, anna, bruno = pair.people
    sale_id = pair.sell(ana, "100", by="account")
    first, second = pair.merge(ana, anna), pair.merge(anna, bruno)
    pair.check()
    assert customers.by_number(pair.desk, "C-000001").id == bruno
    with pytest.raises(BadInput, match="C-000002 was merged since: the merge of C-000001 cannot be undone before"):
        merging.undo(pair.desk, first)
    returns.give_back(pair.desk, pair.sell(bruno, "100"), {1: 1000})
    merging.undo(pair.desk, second)
    merging.undo(pair.desk, first)
    assert customer_accounts.read(pair.desk.database, ana).owes == 1800
    returns.give_back(pair.desk, sale_id, {1: 1000})
    pair.check()
    with pytest.raises(BadInput, match="was undone already"):
        merging.undo(pair.desk, first)


UNDONE: dict[str, tuple[Callable[[Pair, int, int], object], str]] = {
    "returned since": (
        lambda pair, sale, into: returns.give_back(pair.desk, sale, {1: 1000}), "was given back by S-0000002 since",
    ),
    "moved since": (
        lambda pair, sale, into: attaching.attach(pair.desk, sale, pair.people[2], "not theirs"),
        "is somebody else's sale by now: move it back to C-000002 first",
    ),
    "credit spent": (
        lambda pair, sale, into: pair.sell(into, "101", by="store credit"),
        "10,00 of store credit came with the merge and 1,00 is left",
    ),
    "renewed": (lambda pair, sale, into: pair.sell(into, CLUB), "was renewed by S-0000003 since: give that sale back"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNDONE)
def test_a_merge_that_cannot_be_taken_apart_says_why(pair: Pair, ana: int, anna: int, case: str) -> None:
    deed, sentence = UNDONE[case]
    loyalty.adjust(pair.desk, ana, 1000, "for the test")
    loyalty.redeem_to_credit(pair.desk, ana, 1000)
    sale = pair.sell(ana, "100")
    if case == "renewed":
        pair.sell(ana, CLUB)
    merge_id = pair.merge(ana, anna)
    assert merging.merges_of(pair.desk, anna)[0].refusal == ""
    deed(pair, sale, anna)
    pair.check()
    before = pair.stands(anna)
    with pytest.raises(BadInput, match=sentence):
        merging.undo(pair.desk, merge_id)
    assert pair.stands(anna) == before


def test_points_spent_since_are_owed_when_the_merge_is_undone(pair: Pair, ana: int, anna: int) -> None:
    merge_id = pair.merge(ana, anna)
    loyalty.adjust(pair.desk, anna, -250, "spent")
    merging.undo(pair.desk, merge_id)
    assert (loyalty.balance(pair.desk.database, ana), loyalty.balance(pair.desk.database, anna)) == (100, -50)
    pair.check()


def test_a_layaway_picked_up_since_stays_with_who_picked_it_up(pair: Pair, ana: int, anna: int) -> None:
    first, second = pair.lay_away(ana, 500), pair.lay_away(ana, 700)
    merge_id = pair.merge(ana, anna)
    layaways.take_deposit(pair.desk, first, 2490)
    layaways.pick_up(pair.desk, first)
    layaways.take_deposit(pair.desk, second, 100)
    merging.undo(pair.desk, merge_id)
    assert [layaways.get(pair.desk, one).customer_id for one in (first, second)] == [anna, ana]
    layaways.cancel(pair.desk, second)
    pair.check()


def test_a_command_that_arrives_twice_merges_and_undoes_once(pair: Pair, ana: int, anna: int) -> None:
    merge_id = merging.merge(pair.desk, ana, anna, once="one")
    assert merging.merge(pair.desk, ana, anna, once="one") == merge_id
    assert merging.undo(pair.desk, merge_id, once="two") == ana
    assert merging.undo(pair.desk, merge_id, once="two") == ana
    pair.check()


def test_the_log_names_both_and_holds_no_name_where_none_belongs(pair: Pair, ana: int, anna: int) -> None:
    merge_id = merging.merge(pair.desk, ana, anna, reason="Ana told us so")
    merging.undo(pair.desk, merge_id)
    for customer in (ana, anna):
        rows = [row for row in audit.rows_before(pair.desk.database, customer_id=customer) if "merged" in row.action]
        assert [row.action for row in rows] == ["customer.unmerged", "customer.merged"]
        assert all("Reyes" not in str(row.detail) and "told" not in str(row.detail) for row in rows)
    (merged,) = merging.merges_of(pair.desk, anna)
    assert (merged.from_number, merged.reason, merged.undone_at is not None) == ("C-000001", "Ana told us so", True)


def test_a_cashier_cannot_merge(pair: Pair, ana: int, anna: int) -> None:
    cashier = Desk(pair.store, Actor(None, "900", "Test", "cashier"), "till-2")
    for deed in (merging.preview, merging.merge):
        with pytest.raises(NotAllowed):
            deed(cashier, ana, anna)
    merge_id = pair.merge(ana, anna)
    with pytest.raises(NotAllowed):
        merging.undo(cashier, merge_id)


def test_the_survivor_gets_the_tier_of_what_both_spent(pair: Pair, ana: int, anna: int) -> None:
    levels = tiers.tiers(pair.desk.database)
    for customer in (ana, anna):
        pair.sell(customer, "TEN", "TEN", "TEN", "TEN", "TEN")
    assert tiers.tier_of(pair.desk.database, anna) == ""
    merge_id = pair.merge(ana, anna)
    reached = tiers.tier_at(levels, 100_000)
    assert tiers.tier_of(pair.desk.database, anna) == (reached.name if reached else "")
    merging.undo(pair.desk, merge_id)
    once = tiers.tier_at(levels, 50_000)
    assert tiers.tier_of(pair.desk.database, ana) == (once.name if once else "")
    pair.check()


def test_a_failing_merge_changes_nothing(pair: Pair, ana: int, anna: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pair.sell(ana, "100", by="account")
    before = pair.stands(ana), pair.stands(anna)
    broken = BookkeeperError("the wire was cut")

    def cut(*_: object) -> None:
        raise broken

    monkeypatch.setattr(discount_grants, "record", cut)
    monkeypatch.setattr(memberships, "settle_code", cut)
    with pytest.raises(BookkeeperError, match="the wire was cut"):
        pair.merge(ana, anna)
    assert (pair.stands(ana), pair.stands(anna)) == before
    pair.check()


def test_a_no_of_a_merge_that_was_undone_counts_again_with_the_next_merge(pair: Pair, ana: int, anna: int) -> None:
    consents.record(pair.desk, ana, "email", False, how="at the till")
    merging.undo(pair.desk, pair.merge(ana, anna))
    assert consents.states(pair.desk, anna)["email"] == "ask"
    pair.at += 1
    pair.merge(ana, anna)
    assert consents.states(pair.desk, anna)["email"] == "no"


def test_erasing_the_survivor_erases_who_was_merged_too(pair: Pair) -> None:
    one = other(pair, name="Ana Zacarías", phone="+34600999888", email="zaca@example.com")
    two = other(pair, name="Ana Zacarias", phone="+34600999777")
    pair.sell(one, "100")
    merge_id = pair.merge(one, two)
    erasing.erase(pair.owner, two, "asked by letter")
    pair.check()
    assert pair.desk.database.execute_sql("SELECT before FROM customer_merge").fetchone()[0] == ""
    assert search.search(pair.owner, "zaca").hits == []
    with pytest.raises(BadInput, match="was erased since: the merge of C-000004 cannot be undone"):
        merging.undo(pair.desk, merge_id)


def test_the_usage_log_goes_on_where_it_was(pair: Pair, ana: int, anna: int) -> None:
    pair.sell(ana, "TEN")
    packages.deduct(pair.desk, pair.newest("package", ana), 2, "before")
    merge_id = pair.merge(ana, anna)
    packages.deduct(pair.desk, pair.newest("package", anna), 1, "after")
    kinds = [event.kind for event in usage.page(pair.desk, anna)]
    assert kinds == ["deduct", "transfer", "deduct", "sold"]
    assert usage.count(pair.desk, anna) == 4
    merging.undo(pair.desk, merge_id)
    assert [one.remaining for one in packages.of_customer(pair.desk, ana)] == [7]
    pair.check()


@pytest.mark.parametrize("own", [True, None])
@pytest.mark.parametrize("first", [0, 1])
def test_a_no_of_one_who_is_still_merged_outlasts_undoing_another(
    pair: Pair, ana: int, anna: int, own: bool | None, first: int
) -> None:
    bruno = pair.people[2]
    for customer in (ana, bruno):
        consents.record(pair.desk, customer, "email", False, how="at the till")
    if own is not None:
        consents.record(pair.desk, anna, "email", own, how="at the till")
    merges = [pair.merge(ana, anna), pair.merge(bruno, anna)]
    merging.undo(pair.desk, merges[first])
    assert consents.states(pair.desk, anna)["email"] == "no"
    pair.at += 1
    merging.undo(pair.desk, merges[1 - first])
    assert consents.states(pair.desk, anna)["email"] == ("yes" if own else "ask")
    newest = consents.page(pair.desk, anna)[0]
    assert newest.given == bool(own)


def changed(pair: Pair, customer: int, **texts: str) -> None:
    """Somebody edits a customer."""
    customers.edit(pair.owner, customer, texts, customers.get(pair.owner, customer).version)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_merges_undone_in_any_order_leave_everybody_their_own_fields(
    pair: Pair, ana: int, anna: int, order: tuple[int, int]
) -> None:
    bruno = pair.people[2]
    for customer, said in ((ana, "first"), (bruno, "second")):
        changed(
            pair, customer, email=f"{said}@example.com", card=f"CARD-{said}", tags=said, attributes=f"knee={said}",
            billing_street=f"1 {said} street",
        )  # fmt: skip
    before = [customers.texts(customers.get(pair.owner, one)) for one in pair.people]
    taken = dict.fromkeys(("name", "phone", "email", "card", "billing", "attributes"), "from")
    merges = [merging.merge(pair.desk, one, anna, taken, "the same person") for one in (ana, bruno)]
    for which in order:
        merging.undo(pair.desk, merges[which])
        pair.check()
    assert [customers.texts(customers.get(pair.owner, one)) for one in pair.people] == before


def test_what_was_said_since_stays_and_what_a_merge_brought_goes(pair: Pair, ana: int, anna: int) -> None:
    changed(pair, ana, tags="allergic", card="CARD-7")
    changed(pair, anna, tags="wholesale")
    merge_id = pair.merge(ana, anna)
    changed(pair, anna, tags="allergic, wholesale, late", card="CARD-8")
    merging.undo(pair.desk, merge_id)
    assert customers.texts(customers.get(pair.owner, anna))["tags"] == "late, wholesale"
    assert [customers.get(pair.owner, one).card for one in (ana, anna)] == ["CARD-7", "CARD-8"]


def test_a_session_begun_since_is_timed_for_whose_booking_it_is_again(pair: Pair, ana: int, anna: int) -> None:
    booked = bookings.book(pair.desk, ana, 1, pair.at + 3_600_000_000, trainer_id=1, resource_id=2)
    merge_id = pair.merge(ana, anna)
    timers.start(pair.desk, booking_id=booked.id)
    merging.undo(pair.desk, merge_id)
    pair.merge(anna, pair.people[2])
    pair.check()


def test_the_logs_of_the_survivor_hold_what_was_logged_of_who_was_merged(pair: Pair, ana: int, anna: int) -> None:
    consents.record(pair.desk, ana, "email", True, how="at the till")
    consents.record(pair.desk, anna, "email", True, how="on the phone")
    pair.desk.look("customer.viewed", customer_id=ana)
    rows = audit_log.count(pair.desk, ana) + audit_log.count(pair.desk, anna)
    merge_id = pair.merge(ana, anna)
    assert [one.how for one in consents.page(pair.desk, anna)] == ["on the phone", "at the till (as C-000001)"]
    assert consents.count(pair.desk, anna) == 2
    assert audit_log.count(pair.desk, anna) >= rows + 2
    seen = audit_log.page(pair.desk, customer_id=anna, limit=200)
    assert {row.customer_id for row in seen} == {ana, anna}
    assert seen[::-1] == audit_log.page_newer(pair.desk, customer_id=anna, after=0, limit=200)
    assert [one.times for one in log_search.lookers(pair.desk, anna)] == [1]
    asked = log_search.page(pair.desk, log_search.LogQuestion(customer_id=anna, looks=True))
    assert [row.customer_id for row in asked.rows] == [ana]
    merging.undo(pair.desk, merge_id)
    assert log_search.lookers(pair.desk, anna) == []
    assert consents.count(pair.desk, anna) == 1


def test_a_sale_that_was_moved_merged_and_moved_again_is_proved(pair: Pair, ana: int, anna: int) -> None:
    sale = pair.sell(WALK_IN_ID, "100")
    attaching.attach(pair.desk, sale, ana, "forgot the card")
    merge_id = pair.merge(ana, anna)
    attaching.attach(pair.desk, sale, pair.people[2], "not theirs")
    pair.check()
    attaching.attach(pair.desk, sale, anna, "theirs after all")
    merging.undo(pair.desk, merge_id)
    pair.check()


def test_a_no_that_undoing_took_back_counts_in_no_export(pair: Pair, ana: int, anna: int) -> None:
    consents.record(pair.desk, ana, "email", False, how="at the till")
    merging.undo(pair.desk, pair.merge(ana, anna))
    table = io.StringIO()
    reports.export(pair.owner, reports.Question("consents", columns=("customer_no", "said", "counts")), "csv", table)
    assert table.getvalue().splitlines()[1:] == ["C-000001,no,yes", "C-000002,no,no"]
