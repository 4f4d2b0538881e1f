"""Tags are renamed, joined and removed everywhere, in small steps, and each customer's log says so."""

from collections.abc import Callable

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import audit, customers, tags
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.tags import TagUse


@pytest.fixture
def people(shell: Desk) -> list[int]:
    """Ana is vip and yoga, Bruno vip, Chen yoga and gold."""
    marked = (("Ana", ("vip", "yoga")), ("Bruno", ("vip",)), ("Chen", ("yoga", "gold")))
    return [customers.create(shell, CustomerFields(name=name, tags=given)).id for name, given in marked]


def tags_of(desk: Desk, people: list[int]) -> list[tuple[str, ...]]:
    return [customers.get(desk, one).tags for one in people]


def test_tags_are_listed_with_how_many_have_them(shell: Desk, people: list[int]) -> None:
    assert tags.list_tags(shell) == [TagUse("gold", 1), TagUse("vip", 2), TagUse("yoga", 2)]
    assert tags.count(shell, "vip") == 2


def test_a_tag_is_called_something_else_everywhere(shell: Desk, people: list[int]) -> None:
    assert list(tags.rename(shell, "vip", " Regular  Guest ")) == [2]
    assert tags_of(shell, people) == [("regular guest", "yoga"), ("regular guest",), ("gold", "yoga")]


def test_joined_tags_are_one_and_nobody_has_it_twice(shell: Desk, people: list[int]) -> None:
    list(tags.join(shell, "vip", "yoga"))
    assert tags_of(shell, people) == [("yoga",), ("yoga",), ("gold", "yoga")]
    assert tags.list_tags(shell) == [TagUse("gold", 1), TagUse("yoga", 3)]


def test_a_removed_tag_is_nobodys(shell: Desk, people: list[int]) -> None:
    list(tags.remove(shell, "yoga"))
    assert tags_of(shell, people) == [("vip",), ("vip",), ("gold",)]


def test_each_customer_s_log_says_so_where_it_can_be_erased(shell: Desk, people: list[int]) -> None:
    before = customers.get(shell, people[0])
    list(tags.rename(shell, "vip", "regular"))
    row = audit.rows_before(shell.database, customer_id=people[0])[0]
    assert (row.action, row.detail) == ("customer.edited", {"fields": ["tags"], "version": before.version + 1})
    assert row.personal == {"tags": ["vip, yoga", "regular, yoga"]}
    act = audit.rows_before(shell.database, action="tag.edited")[0]
    assert act.detail == {"customers": 2, "fields": ["tag"]}
    assert act.personal == {"tag": ["vip", "regular"]}
    with pytest.raises(customers.EditConflict):
        customers.edit(shell, people[0], {"tags": "gold"}, before.version)


def test_many_are_done_a_few_at_a_time_and_what_was_left_is_done_later(
    shell: Desk, people: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tags, "AT_ONCE", 1)
    work = tags.rename(shell, "vip", "regular")
    assert next(work) == 1
    work.close()  # type: ignore[attr-defined]
    assert tags.list_tags(shell) == [
        TagUse("gold", 1), TagUse("regular", 1), TagUse("vip", 1), TagUse("yoga", 2),
    ]  # fmt: skip
    assert list(tags.join(shell, "vip", "regular")) == [1]
    assert tags.count(shell, "regular") == 2


def test_a_customer_who_lost_the_tag_meanwhile_is_left_alone(
    shell: Desk, people: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tags, "AT_ONCE", 1)
    work = tags.remove(shell, "vip")
    next(work)
    customers.edit(shell, people[1], {"tags": ""}, 1)
    assert list(work) == []
    assert tags.count(shell, "vip") == 0


def test_what_cannot_be_is_one_sentence(shell: Desk, people: list[int]) -> None:
    for work, said in (
        (lambda: tags.rename(shell, "vip", "yoga"), "“yoga” is in use already: join the two"),
        (lambda: tags.rename(shell, "vip", "a, b"), "without a comma"),
        (lambda: tags.rename(shell, "vip", " "), "A tag is a word"),
        (lambda: tags.rename(shell, "vip", "x" * 61), "at most 60 letters"),
        (lambda: tags.rename(shell, "vop", "x"), "Nobody has the tag “vop” any more"),
        (lambda: tags.join(shell, "vip", "silver"), "Nobody has the tag “silver”"),
        (lambda: tags.join(shell, "vip", "vip"), "with itself"),
        (lambda: tags.remove(shell, "vop"), "Nobody has the tag"),
    ):
        with pytest.raises(BadInput, match=said):
            work()


def test_only_those_who_may_change_tags(desk_of: Callable[[str], Desk], people: list[int]) -> None:
    cashier = desk_of("cashier")
    for act in (
        lambda: tags.list_tags(cashier),
        lambda: tags.rename(cashier, "vip", "x"),
        lambda: tags.remove(cashier, "vip"),
        lambda: tags.join(cashier, "vip", "yoga"),
    ):
        with pytest.raises(NotAllowed):
            act()
