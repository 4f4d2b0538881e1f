"""Memberships: sold, renewed early and late, frozen, ended, given back; the last day is always what the events say."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import (
    attaching,
    audit,
    baskets,
    catalogue,
    customers,
    discount_codes,
    layaways,
    members,
    membership_plans,
    memberships,
    package_plans,
    packages,
    returns,
    shifts,
    till,
)
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.discount_codes import NewCode
from bookkeeper_tui.store.members import NewMember
from bookkeeper_tui.store.membership_plans import MembershipPlan
from bookkeeper_tui.store.membership_rows import term_end
from bookkeeper_tui.store.till import Tendered
from tests.store.floor import Floor
from tests.store.memberships_floor import FAMILY, MONTHLY, Club, open_club
from tests.store.tills import Till


@pytest.fixture
def club(floor: Floor, desk: Desk) -> Club:
    """A club on 22 November 2026."""
    return open_club(floor, desk)


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        ("2026-11-22", 12, "2027-11-21"),
        ("2026-01-01", 1, "2026-01-31"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-30", 1, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-12-15", 1, "2027-01-14"),
    ],
)
def test_a_term_ends_the_day_before_the_next_begins(first: str, months: int, last: str) -> None:
    assert term_end(first, months) == last


def test_selling_a_plan_begins_a_membership_with_its_customer_as_member(club: Club) -> None:
    found = club.sold()
    assert (found.number, found.since, found.until, found.members) == ("M-0000001", "2026-11-22", "2027-11-21", 4)
    assert found.status(club.today) == "active"
    assert found.status("2027-11-21") == "active"
    assert found.status("2027-11-22") == "expired"
    assert [(one.name, one.relation) for one in members.of_customer(club.desk, club.ana)] == [("Ana Reyes", "self")]
    assert club.floor.failing() == {}


def test_the_strip_reminds_as_many_days_before_the_end_as_the_plan_says(club: Club) -> None:
    found = club.sold(MONTHLY)
    assert found.until == "2026-12-21"
    assert not found.is_ending("2026-12-06")
    assert found.is_ending("2026-12-07")
    assert not found.is_ending("2026-12-22")


def test_a_term_bought_early_begins_where_the_last_one_ends(club: Club) -> None:
    club.sell()
    club.days_later(30)
    found = club.sold()
    assert (found.number, found.until) == ("M-0000001", "2028-11-21")
    assert [event.kind for event in memberships.events(club.desk, found.id)] == ["renewed", "sold"]
    assert club.floor.failing() == {}


def test_a_plan_that_renews_from_the_sale_counts_from_there(club: Club) -> None:
    club.sell(MONTHLY)
    club.days_later(10)
    assert club.sold(MONTHLY).until == "2027-01-01"
    assert club.floor.failing() == {}


def test_a_term_bought_late_begins_with_its_sale_and_keeps_members_and_number(club: Club) -> None:
    before = club.sold()
    club.days_later(400)
    found = club.sold()
    assert (found.id, found.since, found.until) == (before.id, before.since, "2028-12-26")
    assert len(members.of_customer(club.desk, club.ana)) == 1
    assert club.floor.failing() == {}


def test_a_freeze_moves_the_end_by_the_days_frozen(club: Club) -> None:
    found = club.sold()
    memberships.freeze(club.desk, found.id, reason="Broken leg")
    frozen = club.of()
    assert (frozen.status(club.today), frozen.until) == ("frozen", "2027-11-21")
    club.days_later(20)
    assert club.of().last_day(club.today) == "2027-12-11"
    thawed = memberships.unfreeze(club.desk, found.id)
    assert (thawed.status(club.today), thawed.until) == ("active", "2027-12-11")
    assert club.floor.failing() == {}


def test_a_freeze_with_a_last_day_ends_when_a_later_day_is_opened(club: Club) -> None:
    found = club.sold()
    memberships.freeze(club.desk, found.id, "2026-11-30")
    club.days_later(8)
    assert club.of().status(club.today) == "frozen"
    club.days_later(5)
    thawed = club.of()
    assert (thawed.status(club.today), thawed.until) == ("active", "2027-11-30")
    assert memberships.turn_day(club.floor.desk, club.today) == 0
    assert club.floor.failing() == {}


def test_a_frozen_membership_does_not_expire(club: Club) -> None:
    found = club.sold(MONTHLY)
    memberships.freeze(club.desk, found.id)
    club.days_later(60)
    assert club.of(MONTHLY).status(club.today) == "frozen"
    assert memberships.unfreeze(club.desk, found.id).until == "2027-02-19"


def test_renewing_a_frozen_membership_adds_a_whole_term(club: Club) -> None:
    found = club.sold(MONTHLY)
    memberships.freeze(club.desk, found.id)
    club.days_later(10)
    assert club.sold(MONTHLY).until == "2027-01-21"
    assert memberships.unfreeze(club.desk, found.id).until == "2027-01-31"
    assert club.floor.failing() == {}


def test_ending_takes_a_reason_and_cannot_be_done_twice(club: Club) -> None:
    found = club.sold()
    with pytest.raises(BadInput, match="for a reason"):
        memberships.end(club.desk, found.id, " ")
    ended = memberships.end(club.desk, found.id, "Moved away")
    assert ended.status(club.today) == "former"
    with pytest.raises(BadInput, match="M-0000001 of Ana Reyes is former"):
        memberships.end(club.desk, found.id, "Again")
    with pytest.raises(BadInput, match="is former"):
        memberships.freeze(club.desk, found.id)
    assert club.floor.failing() == {}


def test_the_log_says_once_what_was_changed_and_keeps_the_reason_where_it_can_be_erased(club: Club) -> None:
    found, before = club.sold(), audit.rows_before(club.desk.database, limit=1)[0].seq
    memberships.end(club.desk, found.id, "Moved to a clinic")
    row, *others = audit.rows_after(club.desk.database, before)
    assert others == []
    assert (row.action, row.subject, row.customer_id) == ("membership.changed", found.number, found.customer_id)
    assert row.detail == {"kind": "end", "until": [found.until, found.until]}
    assert row.personal == {"reason": "Moved to a clinic"}


def test_after_one_was_ended_the_plan_begins_another(club: Club) -> None:
    memberships.end(club.desk, club.sold().id, "Moved away")
    assert club.sold().number == "M-0000002"


@pytest.mark.parametrize("until", ["tomorrow", "2026-02-30", "2026-11-21", "9999-12-31"])
def test_a_freeze_ends_on_a_day_that_comes(club: Club, until: str) -> None:
    found = club.sold()
    with pytest.raises(BadInput, match="Until"):
        memberships.freeze(club.desk, found.id, until)
    assert club.of().status(club.today) == "active"


def test_two_who_freeze_at_once_freeze_once(club: Club) -> None:
    found = club.sold()
    memberships.freeze(club.desk, found.id)
    with pytest.raises(BadInput, match="is frozen, not active"):
        memberships.freeze(club.desk, found.id)
    with pytest.raises(BadInput, match="not frozen"):
        memberships.unfreeze(club.desk, memberships.unfreeze(club.desk, found.id).id)


def test_returning_the_sale_ends_the_membership(club: Club) -> None:
    sale_id = club.sell()
    returns.give_back(club.desk, sale_id, {1: 1000})
    assert club.of().status(club.today) == "former"
    assert club.floor.failing() == {}


def test_returning_a_renewal_takes_its_term_back_and_no_more(club: Club) -> None:
    club.sell()
    club.days_later(30)
    renewal = club.sell()
    returns.give_back(club.desk, renewal, {1: 1000})
    assert (club.of().status(club.today), club.of().until) == ("active", "2027-11-21")
    assert club.floor.failing() == {}


def test_voiding_a_late_renewal_leaves_it_as_it_was(club: Club) -> None:
    before = club.sold()
    club.days_later(400)
    renewal = club.sell()
    returns.void(club.desk, renewal)
    assert club.of().until == before.until
    assert club.floor.failing() == {}


def test_returning_the_first_term_leaves_the_renewal_its_days(club: Club) -> None:
    first = club.sell()
    club.days_later(1)
    club.sell()
    returns.give_back(club.desk, first, {1: 1000})
    assert (club.of().status(club.today), club.of().until) == ("active", "2027-11-22")
    assert club.floor.failing() == {}


def test_the_walk_in_cannot_buy_a_membership(club: Club) -> None:
    at_till = Till(club.floor, club.desk)
    basket = at_till.rung(FAMILY)
    with pytest.raises(BadInput, match="A membership needs a customer"):
        till.pay(club.desk, basket.id, [Tendered("cash", basket.total)])
    assert at_till.count("sale") == 0
    assert at_till.count("membership") == 0


def test_a_membership_handed_over_by_a_layaway_begins_then(club: Club) -> None:
    basket = Till(club.floor, club.desk).rung(FAMILY, customer=club.ana)
    layaway = layaways.open_layaway(club.desk, basket.id, due="2026-12-24", deposit=9000)
    club.days_later(3)
    layaways.pick_up(club.desk, layaway.id)
    assert club.of().since == "2026-11-25"
    assert club.floor.failing() == {}


def test_several_terms_in_one_line_are_not_set_aside(club: Club) -> None:
    basket = Till(club.floor, club.desk).rung("2*100", customer=club.ana)
    membership_plans.set_plan(club.desk, MembershipPlan(club.floor.products["100"], 1))
    with pytest.raises(BadInput, match="Espresso beans is a membership: each stands on a line of its own"):
        layaways.open_layaway(club.desk, basket.id, due="2026-12-24")


def test_a_sale_that_goes_to_another_customer_takes_its_membership_along(club: Club) -> None:
    sale_id = club.sell()
    attaching.attach(club.desk, sale_id, club.bruno, "Wrong customer")
    assert memberships.of_customer(club.desk, club.ana) == []
    assert club.of(customer=club.bruno).number == "M-0000001"
    assert [one.name for one in members.of_customer(club.desk, club.bruno)] == ["Bruno Díaz"]
    assert club.floor.failing() == {}


def test_a_renewals_sale_stays_with_its_customer(club: Club) -> None:
    club.sell()
    renewal = club.sell()
    with pytest.raises(BadInput, match="M-0000001 stands on other sales"):
        attaching.attach(club.desk, renewal, club.bruno, "Wrong customer")


def test_a_plans_discount_code_is_its_customers_as_long_as_it_runs(club: Club, desk_of: Callable[..., Desk]) -> None:
    discount_codes.define(club.floor.desk, NewCode("CLUB", "percent", 50_000))
    membership_plans.set_plan(club.floor.desk, MembershipPlan(club.plans[FAMILY], 12, 4, discount_code="club"))
    club.actor = desk_of("cashier", "till-2")
    shifts.open_shift(club.desk, 0)
    sale_id = club.sell()
    customer = customers.get(club.desk, club.ana)
    assert (customer.discount_code, customer.discount_until) == ("CLUB", "2027-11-21")
    club.actor = desk_of("manager", "till-2")
    returns.give_back(club.desk, sale_id, {1: 1000})
    assert customers.get(club.desk, club.ana).discount_code == ""
    assert club.floor.failing() == {}


def test_a_better_discount_of_the_customers_own_stays(club: Club) -> None:
    for code, percent in (("CLUB", 5_000), ("OWN", 10_000)):
        discount_codes.define(club.floor.desk, NewCode(code, "percent", percent))
    membership_plans.set_plan(club.floor.desk, MembershipPlan(club.plans[FAMILY], 12, 4, discount_code="CLUB"))
    customer = customers.get(club.desk, club.ana)
    customers.edit(club.desk, club.ana, {"discount_code": "OWN"}, customer.version)
    club.sell()
    assert customers.get(club.desk, club.ana).discount_code == "OWN"


def test_a_freeze_takes_the_discount_away_and_its_end_gives_it_back(club: Club) -> None:
    discount_codes.define(club.floor.desk, NewCode("CLUB", "percent", 5_000))
    membership_plans.set_plan(club.floor.desk, MembershipPlan(club.plans[FAMILY], 12, 4, discount_code="CLUB"))
    found = club.sold()
    memberships.freeze(club.desk, found.id)
    assert customers.get(club.desk, club.ana).discount_code == ""
    club.days_later(10)
    memberships.unfreeze(club.desk, found.id)
    customer = customers.get(club.desk, club.ana)
    assert (customer.discount_code, customer.discount_until) == ("CLUB", "2027-12-01")


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        ({"term_months": 0}, "Term: 0 months"),
        ({"members": 101}, "from 1 to 100 people"),
        ({"renewal": "never"}, "Renewal"),
        ({"remind_days": 400}, "Remind"),
        ({"discount_code": "NONE"}, "there is no NONE"),
        ({"product_id": 99}, "no product"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_naming_the_value(club: Club, changed: dict[str, Any], match: str) -> None:
    plan = membership_plans.plan_of(club.desk.database, club.plans[FAMILY])
    assert plan is not None
    with pytest.raises(BadInput, match=match):
        membership_plans.set_plan(club.desk, plan._replace(**changed))
    assert membership_plans.plan_of(club.desk.database, club.plans[FAMILY]) == plan


def test_an_article_that_is_no_plan_any_more_leaves_what_it_sold(club: Club) -> None:
    found = club.sold()
    membership_plans.remove_plan(club.desk, club.plans[FAMILY])
    assert [listed.sku for listed in membership_plans.list_plans(club.desk)] == [MONTHLY]
    assert club.of().until == found.until
    club.sell()
    assert club.of().until == found.until
    assert club.floor.failing() == {}


def test_what_a_layaway_holds_stays_a_membership(club: Club) -> None:
    basket = Till(club.floor, club.desk).rung(FAMILY, customer=club.ana)
    held = layaways.open_layaway(club.desk, basket.id, due="2026-12-24", deposit=9000)
    with pytest.raises(BadInput, match=f"is set aside by layaway {held.number}"):
        membership_plans.remove_plan(club.desk, club.plans[FAMILY])


def test_a_part_of_a_membership_is_not_rung_up(club: Club) -> None:
    catalogue.edit(club.floor.desk, NewProduct(FAMILY, "Family", sold_by="weight"))
    with pytest.raises(BadInput, match="a part of one cannot be rung up"):
        Till(club.floor, club.desk).rung(f"0.5*{FAMILY}", customer=club.ana)


def test_each_line_is_one_term(club: Club) -> None:
    at_till = Till(club.floor, club.desk)
    basket = at_till.rung(FAMILY, f"2*{FAMILY}", customer=club.ana)
    assert [line.quantity for line in basket.lines] == [1000, 1000, 1000]
    with pytest.raises(BadInput, match="line of its own"):
        baskets.set_quantity(club.desk, basket.id, 1, 2000)
    at_till.pay(basket)
    assert club.of().until == "2029-11-21"
    assert club.floor.failing() == {}


def test_a_membership_that_includes_sessions_comes_and_goes_with_its_package(club: Club) -> None:
    package_plans.set_plan(club.floor.desk, club.plans[FAMILY], 10, 90)
    sale_id = club.sell()
    assert club.of().until == "2027-11-21"
    (package,) = packages.of_customer(club.desk, club.ana)
    assert package.sessions == 10
    packages.use(club.desk, package.id)
    with pytest.raises(BadInput, match=package.number):
        returns.give_back(club.desk, sale_id, {1: 1000})
    assert club.of().status(club.today) == "active"
    second = club.sell()
    assert club.of().until == "2028-11-21"
    returns.give_back(club.desk, second, {1: 1000})
    assert club.of().until == "2027-11-21"
    assert [one.status(club.today) for one in packages.of_customer(club.desk, club.ana)] == ["live", "returned"]
    assert club.floor.failing() == {}


def test_eight_consoles_add_nobody_beyond_the_last_place(club: Club) -> None:
    found = club.sold()
    added, refused = list[str](), list[str]()

    def add(number: int) -> None:
        store = club.actor.store.again()
        try:
            desk = Desk(store, club.actor.staff, f"till-{number}", club.now)
            added.append(members.add(desk, found.id, NewMember(f"Member {number}")).name)
        except BadInput as sentence:
            refused.append(str(sentence))
        finally:
            store.close()

    with ThreadPoolExecutor(8) as consoles:
        list(consoles.map(add, range(8)))
    assert set(refused) == {"M-0000001 covers 4 people, and has so many: take one off it first"}
    assert len(added) == 3
    assert club.of().taken == 4
    assert club.floor.failing() == {}


def test_a_cashier_changes_no_membership(club: Club, desk_of: Callable[..., Desk]) -> None:
    found = club.sold()
    cashier = desk_of("cashier")
    with pytest.raises(NotAllowed):
        memberships.freeze(cashier, found.id)
    with pytest.raises(NotAllowed):
        memberships.end(cashier, found.id, "Moved away")


@pytest.mark.parametrize("changed", ["until = '2030-01-01'", "since = '2020-01-01'", "frozen_until = '2027-01-01'"])
def test_the_proof_finds_days_that_no_event_gave(club: Club, changed: str) -> None:
    found = club.sold()
    with club.floor.desk.change("membership.changed") as change:
        change.database.execute_sql(f"UPDATE membership SET {changed} WHERE id = ?", (found.id,))
    assert club.floor.failing() == {"memberships end when their events say": (found.id,)}
