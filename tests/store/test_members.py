"""Members and their cards: as many as the membership covers, one card in use each, and whose card a scanned one is."""

from dataclasses import replace

import pytest

from bookkeeper_tui.errors import BadInput, Conflict
from bookkeeper_tui.store import audit, customers, member_cards, members, memberships, returns, search
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.members import Member, MemberFilter, NewMember
from tests.store.floor import Floor
from tests.store.memberships_floor import FAMILY, MONTHLY, Club, open_club


@pytest.fixture
def club(floor: Floor, desk: Desk) -> Club:
    """A club with Ana's family membership, of which she is the first member."""
    club = open_club(floor, desk)
    club.sell()
    return club


def lucas(club: Club, **more: str) -> Member:
    return members.add(club.desk, club.of().id, NewMember("Lucas Reyes", "son", **more))


def names(found: list[Member]) -> list[str]:
    return [member.name for member in found]


def test_a_member_has_a_contact_and_a_relation(club: Club) -> None:
    member = lucas(club, phone="600 111 555", email="Lucas@Example.com")
    assert (member.relation, member.phone, member.email) == ("son", "600 111 555", "Lucas@example.com")
    assert (member.since, member.until, member.status(club.today)) == ("2026-11-22", "", "active")
    changed = members.edit(club.desk, member.id, NewMember("Lucas Reyes", "nephew"), member.version)
    assert (changed.relation, changed.phone) == ("nephew", "")


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        ({"name": " "}, "Name: a member needs one"),
        ({"name": "x" * 201}, "Name: more than 200 letters"),
        ({"name": "Lucas", "relation": "x" * 41}, "Relation: more than 40"),
        ({"name": "Lucas", "phone": "abc"}, "Phone: “abc”"),
        ({"name": "Lucas", "email": "lucas@"}, "E-mail: “lucas@”"),
    ],
)
def test_a_field_that_cannot_be_is_refused_naming_it(club: Club, fields: dict[str, str], match: str) -> None:
    with pytest.raises(BadInput, match=match):
        members.add(club.desk, club.of().id, NewMember(**fields))
    assert len(members.of_customer(club.desk, club.ana)) == 1


def test_a_membership_covers_no_more_people_than_its_plan_says(club: Club) -> None:
    for name in ("Lucas", "Marta", "Noa"):
        members.add(club.desk, club.of().id, NewMember(name))
    with pytest.raises(BadInput, match="M-0000001 covers 4 people"):
        members.add(club.desk, club.of().id, NewMember("Pau"))
    members.end(club.desk, members.of_customer(club.desk, club.ana)[-1].id)
    members.add(club.desk, club.of().id, NewMember("Pau"))
    assert names(members.of_customer(club.desk, club.ana)) == ["Ana Reyes", "Lucas", "Marta", "Pau", "Noa"]
    assert club.floor.failing() == {}


def test_adding_twice_with_one_key_adds_once(club: Club) -> None:
    for _ in range(2):
        members.add(club.desk, club.of().id, NewMember("Lucas"), "key")
    assert len(members.of_customer(club.desk, club.ana)) == 2


def test_two_who_change_a_member_at_once_do_not_overwrite_each_other(club: Club) -> None:
    member = lucas(club)
    members.edit(club.desk, member.id, NewMember("Lucas R.", "son"), member.version)
    with pytest.raises(Conflict, match="was changed at another terminal"):
        members.edit(club.desk, member.id, NewMember("Lucas Reyes", "grandson"), member.version)


def test_who_leaves_is_a_former_member_and_their_card_opens_nothing(club: Club) -> None:
    member = lucas(club)
    member_cards.give(club.desk, member.id, "77 001 b")
    gone = members.end(club.desk, member.id, "Moved out")
    assert (gone.status(club.today), gone.until, gone.card, gone.card_state) == (
        "former", club.today, "77001B", "ended",
    )  # fmt: skip
    row = audit.rows_before(club.desk.database, action="member.edited", limit=1)[0]
    assert (row.detail, row.personal) == ({"until": club.today}, {"member": "Lucas Reyes", "reason": "Moved out"})
    with pytest.raises(BadInput, match="left M-0000001 already"):
        members.end(club.desk, member.id)
    with pytest.raises(BadInput, match="former member"):
        member_cards.give(club.desk, member.id, "77002")
    found = member_cards.whose(club.desk, "77001b")
    assert found is not None
    assert (found.state, found.status, found.is_good) == ("ended", "former", False)
    assert club.floor.failing() == {}


def test_a_card_says_whose_it_is_and_what_is_the_matter(club: Club) -> None:
    member = lucas(club)
    member_cards.give(club.desk, member.id, "77001")

    def said(number: str = "77001") -> str:
        found = member_cards.whose(club.desk, number)
        assert found is not None
        assert found.customer_id == club.ana
        return found.sentence

    assert said() == "Card of Lucas Reyes"
    member_cards.lose(club.desk, member.id)
    assert said() == "The card of Lucas Reyes is reported lost: keep it and give another"
    member_cards.find(club.desk, member.id)
    assert said() == "Card of Lucas Reyes"
    member_cards.replace(club.desk, member.id, "77002")
    assert said() == "This card of Lucas Reyes was replaced by another"
    assert said("77002") == "Card of Lucas Reyes"
    memberships.freeze(club.desk, club.of().id)
    assert said("77002") == "Card of Lucas Reyes: M-0000001 is frozen"
    memberships.unfreeze(club.desk, club.of().id)
    club.days_later(400)
    assert said("77002") == "Card of Lucas Reyes: M-0000001 has expired"
    memberships.end(club.desk, club.of().id, "Never renewed")
    assert said("77002").startswith("This card of Lucas Reyes is not in use")
    assert member_cards.whose(club.desk, "99999") is None
    assert club.floor.failing() == {}


def test_a_shop_without_services_knows_no_members_cards(club: Club) -> None:
    member_cards.give(club.desk, lucas(club).id, "77001")
    assert [hit.why for hit in search.search(club.desk, "77001").hits] == ["card of Lucas Reyes"]
    store = club.desk.store
    without = Desk(replace(store, settings=replace(store.settings, services=False)), club.desk.staff, "till-1")
    assert search.search(without, "77001").hits == []
    assert member_cards.whose(without, "77001") is None


def test_a_lost_card_is_replaced_and_both_stand_in_the_list(club: Club) -> None:
    member = lucas(club)
    member_cards.give(club.desk, member.id, "77001")
    member_cards.lose(club.desk, member.id)
    member_cards.replace(club.desk, member.id, "77002", "key")
    member_cards.replace(club.desk, member.id, "77002", "key")
    cards = member_cards.of_member(club.desk, member.id)
    assert [(card.number, card.state, card.replaced_by) for card in cards] == [
        ("77002", "active", ""), ("77001", "replaced", "77002"),
    ]  # fmt: skip


@pytest.mark.parametrize("number", ["", "12", "abcdef", "7" * 65, "77\x1b[2J1"])
def test_a_card_needs_a_number_that_can_be_one(club: Club, number: str) -> None:
    with pytest.raises(BadInput, match="is no card number"):
        member_cards.give(club.desk, lucas(club).id, number)


def test_no_two_people_have_one_card(club: Club) -> None:
    ana, son = members.of_customer(club.desk, club.ana)[0], lucas(club)
    member_cards.give(club.desk, ana.id, "77001")
    with pytest.raises(BadInput, match="77001 is a card of Ana Reyes already"):
        member_cards.give(club.desk, son.id, "77001")
    with pytest.raises(BadInput, match="has no card to replace"):
        member_cards.replace(club.desk, son.id, "77002")
    with pytest.raises(BadInput, match="replace it instead"):
        member_cards.give(club.desk, ana.id, "77003")
    member_cards.replace(club.desk, ana.id, "77003")
    with pytest.raises(BadInput, match=r"already \(replaced\)"):
        member_cards.give(club.desk, son.id, "77001")


def test_a_customers_own_card_is_not_another_familys(club: Club) -> None:
    customers.create(club.desk, CustomerFields(name="Eve", card="88001"))
    with pytest.raises(BadInput, match="card of the customer Eve"):
        member_cards.give(club.desk, lucas(club).id, "88001")
    member_cards.give(club.desk, members.of_customer(club.desk, club.ana)[-1].id, "77001")
    with pytest.raises(BadInput, match="77001 is the card of Lucas Reyes, a member of M-0000001"):
        customers.create(club.desk, CustomerFields(name="Mallory", card="77001"))


def test_a_card_that_ended_may_be_given_to_somebody_else(club: Club) -> None:
    member = lucas(club)
    member_cards.give(club.desk, member.id, "77001")
    members.end(club.desk, member.id)
    ana = members.of_customer(club.desk, club.ana)[0]
    assert member_cards.give(club.desk, ana.id, "77001").card_state == "active"
    assert club.floor.failing() == {}


def test_returning_the_membership_ends_its_cards(club: Club) -> None:
    member_cards.give(club.desk, lucas(club).id, "77001")
    returns.give_back(club.desk, 1, {1: 1000})
    found = member_cards.whose(club.desk, "77001")
    assert found is not None
    assert (found.state, found.status) == ("ended", "former")


def test_the_member_list_is_filtered_and_paged_by_name(club: Club) -> None:
    for name in ("Lucas", "Marta", "Ángel"):
        members.add(club.desk, club.of().id, NewMember(name))
    club.sell(MONTHLY, club.bruno)
    memberships.freeze(club.desk, club.of(MONTHLY, club.bruno).id)

    def found(status: str = "", plan: str = "", name: str = "") -> list[str]:
        which = MemberFilter(status, club.plans[plan] if plan else None, name)
        assert members.count(club.desk, which, club.today) == len(members.page(club.desk, which, club.today))
        return names(members.page(club.desk, which, club.today))

    assert found() == ["Ana Reyes", "Ángel", "Bruno Díaz", "Lucas", "Marta"]
    assert found("frozen") == ["Bruno Díaz"]
    assert found("active", FAMILY) == ["Ana Reyes", "Ángel", "Lucas", "Marta"]
    assert found(name="angel") == ["Ángel"]
    assert found(name="reyes") == ["Ana Reyes"]
    assert found(name="%") == found()
    with pytest.raises(BadInput, match="Status"):
        found("gone")
    first = members.page(club.desk, MemberFilter(), club.today, limit=2)
    key = (first[-1].name_key, first[-1].id)
    rest = members.page(club.desk, MemberFilter(), club.today, after=key)
    assert names(rest) == ["Bruno Díaz", "Lucas", "Marta"]
    before = members.page_before(club.desk, MemberFilter(), club.today, before=(rest[0].name_key, rest[0].id), limit=1)
    assert names(before) == ["Ángel"]


def test_the_proof_finds_one_member_too_many(club: Club) -> None:
    with club.floor.desk.change("member.edited") as change:
        change.database.execute_sql("UPDATE membership SET members = 0")
    assert club.floor.failing() == {"members are no more than their membership covers": (club.of().id,)}


def test_a_card_that_replaced_another_may_be_given_to_somebody_else_once_its_member_left(club: Club) -> None:
    first, second = lucas(club), members.add(club.desk, club.of().id, NewMember("Noa Reyes"))
    member_cards.give(club.desk, first.id, "7001")
    member_cards.replace(club.desk, first.id, "7002")
    members.end(club.desk, first.id)
    assert member_cards.give(club.desk, second.id, "7002").card == "7002"
    assert [card.state for card in member_cards.of_member(club.desk, first.id)] == ["replaced"]
    assert club.floor.failing() == {}
