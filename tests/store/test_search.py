"""Search: every way in which a cashier may ask for a customer, why each was found, and what is said to a mistake."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bookkeeper_tui.errors import NotAllowed
from bookkeeper_tui.formats import fold, now_us
from bookkeeper_tui.store import consents, customers, interests, loyalty, member_cards, members, memberships
from bookkeeper_tui.store.addresses import Address
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.customers import Customer, create, edit, set_status
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.engine import search_index
from bookkeeper_tui.store.members import NewMember
from bookkeeper_tui.store.search import Answer, matching, recent, search
from bookkeeper_tui.store.search import finding as search_room
from bookkeeper_tui.store.search.ranking import rerank
from bookkeeper_tui.store.search.spelling import vocabulary_of
from tests.store.floor import Floor
from tests.store.memberships_floor import open_club

DAY = 86_400_000_000


def found(desk: Desk, text: str) -> list[str]:
    """Names of those a search finds."""
    return [hit.name for hit in search(desk, text).hits]


def reasons(desk: Desk, text: str) -> dict[str, str]:
    """Names of those a search finds, and why."""
    return {hit.name: hit.why for hit in search(desk, text).hits}


def stand(desk: Desk, customer: Customer, **figures: int) -> None:
    """Give a customer figures as if they had bought."""
    names = ", ".join(f"{name} = ?" for name in figures)
    with desk.store.engine.write() as database:
        database.execute_sql(f"UPDATE standing SET {names} WHERE customer_id = ?", (*figures.values(), customer.id))


@pytest.fixture
def people(shell: Desk) -> dict[str, Customer]:
    """A few customers who differ in every way that one can ask for."""
    fields = [
        CustomerFields(name="María Fernández", phone="612 345 678", email="maria@example.com", card="4711",
                       born="1985-05-17", gender="female", billing=Address(city="Leeds"), tags=("vip",),
                       attributes={"income": "35-49K", "kids_count": "2", "household_size": "5+"}),
        CustomerFields(name="John O'Brien", phone="+44 7700 900123", email="job@example.org", born="--05-02",
                       billing=Address(city="New York", postcode="LS1 4AB"), language="en",
                       attributes={"kids_count": "0"}),
        CustomerFields(name="Łukasz Müller-Groß", company="Øre Ltd", born="1990-12-01", tags=("trade", "vip gold")),
        CustomerFields(name="李小龍", phone="911 234 567", source="shopify", source_ref="99001"),
        CustomerFields(name="محمد علي", delivery=Address(city="Cádiz")),
    ]  # fmt: skip
    return {each.name.split()[0]: create(shell, each) for each in fields}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("mar", ["María Fernández"]),
        ("fer mar", ["María Fernández"]),
        ("FERNÁNDEZ", ["María Fernández"]),
        ("fernandez maria", ["María Fernández"]),
        ("nandez", ["María Fernández"]),
        ("fernadnez", ["María Fernández"]),
        ("fernandes", ["María Fernández"]),
        ("maira fernandez", ["María Fernández"]),
        ("o'brien", ["John O'Brien"]),
        ("obrien", ["John O'Brien"]),
        ("brien", ["John O'Brien"]),
        ("lukasz", ["Łukasz Müller-Groß"]),
        ("muller gross", ["Łukasz Müller-Groß"]),
        ("mueller", ["Łukasz Müller-Groß"]),
        ("ore", ["Łukasz Müller-Groß"]),
        ("李", ["李小龍"]),
        ("小龍", ["李小龍"]),
        ("محمد", ["محمد علي"]),
        ("678", ["María Fernández"]),
        ("5678", ["María Fernández"]),
        ("612 345 678", ["María Fernández"]),
        ("612345678", ["María Fernández"]),
        ("+34612", ["María Fernández"]),
        ("0034612", ["María Fernández"]),
        ("0123", ["John O'Brien"]),
        ("7700900123", ["John O'Brien"]),
        ("maria@", ["María Fernández"]),
        ("JOB@example.org", ["John O'Brien"]),
        ("job", ["John O'Brien"]),
        ("4711", ["María Fernández"]),
        ("C-000001", ["María Fernández"]),
        ("c-1", ["María Fernández"]),
        ("c1", ["María Fernández"]),
        ("1", ["María Fernández"]),
        ("99001", ["李小龍"]),
        ("maria 678", ["María Fernández"]),
        ("john 678", []),
        ('"maria fernandez"', ["María Fernández"]),
        ("name:maria", ["María Fernández"]),
        ("phone:678", ["María Fernández"]),
        ("nobody", []),
    ],
)
def test_a_customer_is_found_by_what_a_person_has_of_them(
    desk: Desk, people: dict[str, Customer], typed: str, expected: list[str]
) -> None:
    assert found(desk, typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("city:leeds", {"María"}),
        ('city:"new y"', {"John"}),
        ("city:cadiz", {"محمد"}),
        ("born:05", {"María", "John"}),
        ("born:5", {"María", "John"}),
        ("born:05-17", {"María"}),
        ("born:1985", {"María"}),
        ("born:1985-05", {"María"}),
        ("born:1990-12-01", {"Łukasz"}),
        ("born<1990", {"María"}),
        ("born>1985", {"Łukasz"}),
        ("born>=1985", {"María", "Łukasz"}),
        ("tag:vip", {"María", "Łukasz"}),
        ('tag:"vip gold"', {"Łukasz"}),
        ("tag:VIP tag:trade", {"Łukasz"}),
        ("gender:f", {"María"}),
        ("income:35-49K", {"María"}),
        ("income:35", {"María"}),
        ("kids_count>0", {"María"}),
        ("kids_count<1", {"John"}),
        ("kids:2", {"María"}),
        ("household_size>=5", {"María"}),
        ("language:en", {"John"}),
        ("postcode:ls1", {"John"}),
        ("city:leeds born:05 maria", {"María"}),
        ("city:leeds john", set()),
        ("status:active lukasz", {"Łukasz"}),
    ],
)
def test_filters_on_what_is_known_of_people(
    desk: Desk, people: dict[str, Customer], typed: str, expected: set[str]
) -> None:
    answer = search(desk, typed)
    assert {hit.name for hit in answer.hits} == {people[name].name for name in expected}
    assert not answer.mistakes
    assert set(matching_ids(desk, typed)) == {people[name].id for name in expected}


def matching_ids(desk: Desk, text: str) -> list[int]:
    """All whom a search means, however many."""
    return [customer_id for batch in matching.batches(desk, text) for customer_id in batch]


def test_filters_on_what_people_bought(desk: Desk, people: dict[str, Customer]) -> None:
    now = now_us()
    stand(desk, people["María"], visits=12, spend=81_240, last_at=now - 5 * DAY, first_at=1)
    stand(desk, people["John"], visits=3, spend=50_000, last_at=now - 90 * DAY, first_at=1, owes=3_500)
    for typed, expected in (
        ("spend>500", {"María"}),
        ("spend>=500", {"María", "John"}),
        ("spend≥500,00", {"María", "John"}),
        ("spend<600 visits>0", {"John"}),
        ("visits>=10", {"María"}),
        ("visits:3", {"John"}),
        ("owes>0", {"John"}),
        ("last<30d", {"María"}),
        ("last>30d", {"John"}),
        ("last<26w", {"María", "John"}),
        ("last:never", {"Łukasz", "李小龍", "محمد"}),
        ("spend>100 last<1y mar", {"María"}),
    ):
        assert {hit.name for hit in search(desk, typed).hits} == {people[name].name for name in expected}, typed
        assert set(matching_ids(desk, typed)) == {people[name].id for name in expected}, typed
    assert reasons(desk, "spend>600") == {"María Fernández": "spend 812,40"}
    assert reasons(desk, "owes>0 john") == {"John O'Brien": "owes 35,00, name"}


def test_points_and_tiers_are_what_people_have_now(shell: Desk, people: dict[str, Customer]) -> None:
    maria, other = people["María"], people["Łukasz"]
    loyalty.adjust(shell, maria.id, 150, "opening balance")
    loyalty.adjust(shell, other.id, 50, "opening balance")
    with shell.change("loyalty.reviewed") as change:
        change.database.execute_sql("INSERT INTO customer_loyalty (customer_id, tier) VALUES (?, 'Gold')", (maria.id,))
    assert found(shell, "points>100") == found(shell, "tier:gold") == found(shell, "points=150") == ["María Fernández"]
    assert set(found(shell, "points>=50")) == {"María Fernández", "Łukasz Müller-Groß"}
    assert "Łukasz Müller-Groß" in found(shell, "points<100")
    assert "María Fernández" not in found(shell, "points<100")
    assert reasons(shell, "tier:go") == {"María Fernández": "tier Gold"}


def test_consent_for_another_purpose_is_another_consent(desk: Desk, people: dict[str, Customer]) -> None:
    consents.record(desk, people["María"].id, "sms", True, how="at the till")
    consents.record(desk, people["John"].id, "sms", True, how="at the till", purpose="reminders")
    assert found(desk, "consent:sms") == ["María Fernández"]
    assert [hit.why for hit in search(desk, "consent:remind/sms").hits] == ["consent remind sms"]
    assert found(desk, "consent:reminders/sms") == [people["John"].name]
    assert found(desk, "consent:marketing/sms") == ["María Fernández"]
    mistake = search(desk, "consent:spying/sms").mistakes[0]
    assert "“spying” is not one of marketing, reminders" in mistake.sentence


def test_interest_counts_its_last_word(desk: Desk, people: dict[str, Customer]) -> None:
    yoga, wine = (interests.define(desk, name) for name in ("Yoga", "Wine"))
    for name, kind, level in (("María", yoga, 2), ("John", yoga, 1), ("John", yoga, 0), ("Łukasz", wine, 1)):
        interests.set_level(desk, people[name].id, kind.id, level)
    assert found(desk, "interest:yo") == ["María Fernández"]
    assert found(desk, "interest:wine muller") == ["Łukasz Müller-Groß"]
    assert "“chess”" in search(desk, "interest:chess").mistakes[0].sentence


def test_consent_counts_its_last_word_and_unknown_is_not_yes(desk: Desk, people: dict[str, Customer]) -> None:
    consents.record(desk, people["María"].id, "email", True, how="at the till")
    consents.record(desk, people["John"].id, "email", True, how="at the till")
    consents.record(desk, people["John"].id, "email", False, how="by phone")
    consents.record(desk, people["Łukasz"].id, "sms", True, how="at the till")
    assert found(desk, "consent:email") == ["María Fernández"]
    assert found(desk, "consent:sms") == ["Łukasz Müller-Groß"]


def test_brand_and_branch_are_what_and_where_people_bought(desk: Desk, people: dict[str, Customer]) -> None:
    with desk.store.engine.write() as database:
        for statement in (
            "INSERT INTO brand VALUES (1, 'Acme', 'acme'), (2, 'Acme Gold', 'acme gold')",
            "INSERT INTO product (id, sku, name, brand_id) VALUES (1, 'a', 'A', 1), (2, 'b', 'B', 2)",
            f"INSERT INTO customer_brand VALUES ({people['María'].id}, 1, 1, 1), ({people['John'].id}, 2, 1, 1)",
            "INSERT INTO branch (id, name) VALUES (7, 'North Gate')",
            f"INSERT INTO customer_month VALUES ({people['John'].id}, '2026-01', 7, 1, 1)",
        ):
            database.execute_sql(statement)
    assert reasons(desk, "brand:acme") == {"María Fernández": "brand Acme"}
    assert reasons(desk, 'brand:"acme g"') == {"John O'Brien": "brand Acme Gold"}
    assert set(found(desk, "brand:acm")) == {"María Fernández", "John O'Brien"}
    assert reasons(desk, "branch:north") == {"John O'Brien": "bought at North Gate"}


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("maria", "name"),
        ("fernadnez", "spelt like fernandez"),
        ("nandez", "part of fernandez"),
        ("678", "phone …678"),
        ("maria@ex", "e-mail"),
        ("4711", "card"),
        ("C-1", "number"),
        ("city:lee", "Leeds"),
        ("maria born:05-17", "born 17/05/1985, name"),
        ("tag:vip maria", "tag vip, name"),
        ("kids_count>0", "kids_count>0"),
    ],
)
def test_each_hit_says_why(desk: Desk, people: dict[str, Customer], typed: str, why: str) -> None:
    assert reasons(desk, typed)["María Fernández"] == why


def test_a_hit_by_the_company_says_so(desk: Desk, people: dict[str, Customer]) -> None:
    assert reasons(desk, "ore")["Łukasz Müller-Groß"] == "company"


@pytest.mark.parametrize(
    ("typed", "part", "said"),
    [
        ("spend>abc maria", "spend>abc", "abc"),
        ("maria spend>", "spend>", "spend>500"),
        ("visits>=ten maria", "visits>=ten", "ten"),
        ("last<soon maria", "last<soon", "soon"),
        ("maria born:99-99-99", "born:99-99-99", "99-99-99"),
        ("maria born:13", "born:13", "not a month"),
        ("maria born:02-32", "born:02-32", "a day (05-17)"),
        ("tier:tin maria", "tier:tin", "Silver, Gold, Platinum"),
        ("points>some maria", "points>some", "whole number"),
        ("maria colour:red", "colour:red", "colour"),
        ("consent:pigeon maria", "consent:pigeon", "email, sms, whatsapp"),
        ("income>lots maria", "income>lots", "number"),
        ("city>leeds maria", "city>leeds", "colon"),
        ("brand:nothing maria", "brand:nothing", "nothing"),
        ("branch:nowhere maria", "branch:nowhere", "nowhere"),
        ("maria @example.com", "@example.com", "before"),
    ],
)
def test_a_filter_that_does_not_parse_is_shown_and_the_rest_still_searches(
    desk: Desk, people: dict[str, Customer], typed: str, part: str, said: str
) -> None:
    answer = search(desk, typed)
    assert [hit.name for hit in answer.hits] == ["María Fernández"]
    (mistake,) = answer.mistakes
    assert typed[mistake.start : mistake.end] == part
    assert said in mistake.sentence


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.text(max_size=60) | st.text(alphabet="abé:<>=\"'%*()+-@ 059李م🦊_,.\\\x00", max_size=60))
@example("x" * 10_000)
@example("smith " * 2_000)
@example('"' * 10_000)
@example('" OR * ( % \\ NEAR(a b) ^ {x} AND NOT')
@example("𞤀𞤣𞤤𞤢𞤥 🦊 א֑ב नरेन्द्र")
@example("'; DROP TABLE customer; --")
@example("1" * 5_000)
@example("spend>" + "9" * 5_000)
@example("last<99999d born:9999-99 last:9999-12-31 last>0000")
@example("a@b@c @ @@ é@")
@example("ab\ud800")
@example("\ud800 1\ud800 a\ud800@b city:\ud800 \ud800:1 kids_count:\ud800")
def test_whatever_is_typed_gets_an_answer(desk: Desk, text: str) -> None:
    answer = search(desk, text)
    assert isinstance(answer, Answer)
    for mistake in answer.mistakes:
        assert 0 <= mistake.start < mistake.end <= len(text)
        assert mistake.sentence


NAMES = st.text(st.characters(categories=("L", "Nd", "Mn", "Zs", "Pd", "Po")), min_size=1, max_size=24)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(NAMES.filter(lambda name: fold(name) and any(letter.isalpha() for letter in name)), st.data())
def test_whoever_was_created_is_found_by_the_beginning_of_any_word(desk: Desk, name: str, data: st.DataObject) -> None:
    customer = create(desk, CustomerFields(name=name))
    word = data.draw(st.sampled_from(fold(name).split()))
    start = word[: data.draw(st.integers(1, len(word)))]
    assert customer.id in [hit.customer_id for hit in search(desk, start, limit=500).hits]


def test_the_index_follows_an_edited_name(desk: Desk, people: dict[str, Customer]) -> None:
    maria = people["María"]
    edit(desk, maria.id, {"name": "Eva Díaz", "company": "Díaz SL"}, maria.version)
    assert found(desk, "fernandez") == []
    assert found(desk, "diaz") == found(desk, "eva") == found(desk, "sl") == ["Eva Díaz"]


def test_new_names_join_the_vocabulary_of_a_console_that_is_open(desk: Desk, people: dict[str, Customer]) -> None:
    assert found(desk, "zbigniev") == []
    create(desk, CustomerFields(name="Zbigniew Nowak"))
    assert reasons(desk, "zbigniev") == {"Zbigniew Nowak": "spelt like zbigniew"}


def test_who_comes_often_stands_first_after_ranking(desk: Desk, people: dict[str, Customer]) -> None:
    anas = [create(desk, CustomerFields(name=f"Ana {letter}")) for letter in "abcd"]
    stand(desk, anas[1], visits=5, last_at=10)
    stand(desk, anas[3], visits=5, last_at=20)
    stand(desk, anas[0], visits=1, last_at=30)
    assert found(desk, "ana") == ["Ana d", "Ana c", "Ana b", "Ana a"], "until ranked, the newest stands first"
    assert rerank(desk) == len(people) + 4
    assert found(desk, "ana") == ["Ana d", "Ana b", "Ana a", "Ana c"]
    create(desk, CustomerFields(name="Ana e"))
    assert found(desk, "ana")[0] == "Ana e"
    assert found(desk, "fernandez") == ["María Fernández"]


def test_the_walk_in_customer_is_never_a_hit(desk: Desk, people: dict[str, Customer]) -> None:
    for typed in ("walk", "walk-in", "C-000000", "C-0", "0", "visits>=0", "status:active"):
        assert "Walk-in" not in found(desk, typed)
    assert customers.WALK_IN_ID not in matching_ids(desk, "visits>=0")


def test_inactive_customers_are_found_and_say_so(desk: Desk, people: dict[str, Customer]) -> None:
    set_status(desk, people["María"].id, "inactive")
    assert reasons(desk, "maria") == {"María Fernández": "inactive, name"}
    assert found(desk, "status:inactive") == ["María Fernández"]


def test_more_than_fit_are_cut_and_fewer_are_counted(desk: Desk) -> None:
    for place in range(12):
        create(desk, CustomerFields(name=f"Ana {place}", tags=("vip",)))
    for typed in ("ana", "tag:vip", "tag:vip ana", "visits:0"):
        some, every = search(desk, typed, limit=10), search(desk, typed, limit=12)
        assert (len(some.hits), some.cut, some.total_known) == (10, True, None), typed
        assert (len(every.hits), every.cut, every.total_known) == (12, False, 12), typed
        assert len(matching_ids(desk, typed)) == 12


def test_a_search_that_may_not_read_on_says_so_and_still_answers(
    desk: Desk, people: dict[str, Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in range(300):
        create(desk, CustomerFields(name=f"Ana {place}", gender="female" if place == 0 else ""))
    monkeypatch.setattr(search_room, "_STEPS", 600)
    answer = search(desk, "gender:female ana")
    assert answer.cut
    assert answer.total_known is None
    assert len(matching_ids(desk, "gender:female ana")) == 1


def test_the_empty_box_shows_the_customers_of_this_shift_latest_first(
    desk_of: Callable[[str], Desk], shell: Desk, people: dict[str, Customer]
) -> None:
    before = desk_of("cashier")
    before.look("customer.viewed", customer_id=people["李小龍"].id)
    cashier = desk_of("cashier")
    for name in ("María", "John", "María"):
        cashier.look("customer.viewed", customer_id=people[name].id)
    shell.look("customer.viewed", customer_id=people["محمد"].id)
    edit(cashier, people["Łukasz"].id, {"phone": "633 333 333"}, people["Łukasz"].version)
    cashier.look("customer.viewed", customer_id=customers.WALK_IN_ID)
    assert [(hit.name, hit.why) for hit in recent(cashier)] == [
        ("Łukasz Müller-Groß", "edited"),
        ("María Fernández", "seen"),
        ("John O'Brien", "seen"),
    ]
    assert len(recent(cashier, limit=1)) == 1
    with cashier.change("sale.paid", customer_id=people["John"].id):
        pass
    assert [(hit.name, hit.why) for hit in recent(cashier, limit=1)] == [("John O'Brien", "sold to")]


def test_nobody_searches_before_signing_in(desk: Desk, people: dict[str, Customer]) -> None:
    stranger = Desk.unattended(desk.store, "till-9")
    for ask in (lambda: search(stranger, "maria"), lambda: recent(stranger), lambda: matching_ids(stranger, "maria")):
        with pytest.raises(NotAllowed):
            ask()


def test_removing_a_customer_from_the_index_leaves_no_trace(shell: Desk, people: dict[str, Customer]) -> None:
    with shell.change("search.reranked") as change:
        search_index.remove(change.database, people["María"].id)
        change.database.execute_sql("INSERT INTO search_name (search_name, rank) VALUES ('integrity-check', 1)")
    assert found(shell, "fernandez") == []
    assert "fernandez" not in dict(search_index.vocabulary(shell.database))
    assert vocabulary_of(shell.store.engine).knows("brien")


def test_a_members_card_finds_the_customer_and_says_whose_it_is(floor: Floor, desk: Desk) -> None:
    club = open_club(floor, desk)
    membership = club.sold()
    son = members.add(club.desk, membership.id, NewMember("Lucas"))
    member_cards.give(club.desk, son.id, "MB 77001")
    assert reasons(club.desk, "mb77001") == {"Ana Reyes": "card of Lucas"}
    memberships.freeze(club.desk, membership.id)
    assert reasons(club.desk, "MB77001") == {"Ana Reyes": "frozen card of Lucas"}
    member_cards.lose(club.desk, son.id)
    assert reasons(club.desk, "MB77001") == {"Ana Reyes": "lost card of Lucas"}
    member_cards.replace(club.desk, son.id, "MB77002")
    assert reasons(club.desk, "MB77001") == {"Ana Reyes": "replaced card of Lucas"}
    memberships.unfreeze(club.desk, membership.id)
    members.end(club.desk, son.id)
    assert reasons(club.desk, "MB77002") == {"Ana Reyes": "ended card of Lucas"}
