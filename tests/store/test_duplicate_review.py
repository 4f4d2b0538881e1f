"""Pairs of customers who may be one are found by what they have in common, and what a person said of them stays."""

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import customers, duplicate_review, merging
from bookkeeper_tui.store.addresses import Address
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.duplicate_review import DIFFERENT, looking

BORN = "1990-04-01"
HOME = Address("Calle Mayor 1", city="Vigo")


def know(desk: Desk, name: str, **fields: object) -> int:
    """One customer more."""
    return customers.create(desk, CustomerFields(name=name, **fields)).id  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ({"name": "Ana Reyes", "phone": "+34600111222"}, {"name": "Reyes, Ana", "phone": "600 111 222"}, "same phone"),
        ({"name": "Ana R", "email": "a@example.com"}, {"name": "Bea", "email": "A@Example.com"}, "same e-mail"),
        ({"name": "Ana Reyes", "born": BORN}, {"name": "reyes ana", "born": BORN}, "same name and birthday"),
        ({"name": "Ana Reyes", "billing": HOME}, {"name": "Ana Reyes", "billing": Address(city="vigo")},
         "same name and city"),
        ({"name": "Ana Reyes", "billing": HOME}, {"name": "Anna Reyes", "billing": HOME}, "name alike, same street"),
        ({"name": "Ana Reyes", "born": BORN}, {"name": "Ana Reyez", "born": BORN}, "name alike, same birthday"),
        ({"name": "Ana", "vat_no": "ESB12345674"}, {"name": "Reyes SL", "vat_no": "ESB12345674"}, "same tax number"),
    ],
)  # fmt: skip
def test_a_pair_is_found_and_says_why(desk: Desk, one: dict[str, object], other: dict[str, object], why: str) -> None:
    first, second = know(desk, **one), know(desk, **other)  # type: ignore[arg-type]
    assert duplicate_review.find(desk) == (2, 1, 1)
    (pair,) = duplicate_review.pairs(desk)
    assert (pair.first.customer_id, pair.second.customer_id, pair.why) == (first, second, why)
    assert 40 <= pair.score <= 100


def test_who_has_little_in_common_is_no_pair(desk: Desk) -> None:
    know(desk, "Ana Reyes", born=BORN, billing=HOME)
    know(desk, "Bruno Díaz", born=BORN, billing=HOME)
    know(desk, "Ana Reyes")
    know(desk, "Chen")
    know(desk, "Chen", billing=HOME)
    assert duplicate_review.find(desk) == (5, 0, 0)


def test_the_surest_come_first_and_pages_follow_one_another(desk: Desk) -> None:
    for number in range(7):
        for name in ("Ana Reyes", "Bruno Díaz" if number % 2 else "Ana Reyes"):
            know(desk, f"{name} {number}", phone=f"+3460011122{number}")
    duplicate_review.find(desk)
    whole = duplicate_review.pairs(desk)
    assert [pair.score for pair in whole] == sorted((pair.score for pair in whole), reverse=True)
    read = first = duplicate_review.pairs(desk, limit=3)
    while first:
        first = duplicate_review.pairs(desk, after=first[-1].key, limit=3)
        read = read + first
    assert read == whole
    assert len(whole) == duplicate_review.count(desk) == 7


def test_what_is_judged_stays_judged(desk: Desk) -> None:
    first, second = know(desk, "Ana", phone="+34600111222"), know(desk, "Bruno", phone="+34600111222")
    duplicate_review.find(desk)
    duplicate_review.judge(desk, second, first)
    assert duplicate_review.find(desk) == (2, 1, 0)
    assert duplicate_review.pairs(desk) == []
    (pair,) = duplicate_review.pairs(desk, DIFFERENT)
    assert pair.judged_by == desk.staff.who
    duplicate_review.judge(desk, first, second, "new")
    assert len(duplicate_review.pairs(desk)) == 1


def test_a_pair_that_is_merged_is_judged_and_undoing_says_that_they_are_two(desk: Desk) -> None:
    first, second = know(desk, "Ana", phone="+34600111222"), know(desk, "Ana R", phone="+34600111222")
    duplicate_review.find(desk)
    merge_id = merging.merge(desk, first, second)
    assert duplicate_review.pairs(desk) == []
    assert duplicate_review.find(desk) == (1, 0, 0)
    merging.undo(desk, merge_id)
    assert duplicate_review.find(desk) == (2, 1, 0)
    assert [pair.state for pair in duplicate_review.pairs(desk, DIFFERENT)] == ["different"]


def test_a_pair_of_whom_one_is_gone_is_not_judged(desk: Desk) -> None:
    first, second = (know(desk, name, phone="+34600111222") for name in ("Ana Reyes", "Anna Reyes"))
    duplicate_review.find(desk)
    merging.merge(desk, first, second)
    with pytest.raises(BadInput, match="That pair is not in the list"):
        duplicate_review.judge(desk, first, second)
    merging.undo(desk, 1)
    assert duplicate_review.get(desk, first, second).state == DIFFERENT


def test_a_pair_that_is_none_any_more_leaves_the_list(desk: Desk) -> None:
    first, _ = know(desk, "Ana", phone="+34600111222"), know(desk, "Bruno", phone="+34600111222")
    duplicate_review.find(desk)
    customers.edit(desk, first, {"phone": "+34600999888"}, customers.get(desk, first).version)
    assert duplicate_review.find(desk) == (2, 0, 0)
    assert duplicate_review.count(desk) == 0


def test_what_everybody_has_says_nothing(desk: Desk) -> None:
    for number in range(looking.MOST_ALIKE + 1):
        know(desk, f"Somebody {number}", phone="+34600111222")
    assert duplicate_review.find(desk).pairs == 0


def test_looking_tells_how_far_it_is_and_can_be_stopped(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "AT_ONCE", 2)
    for number in range(5):
        know(desk, f"Ana {number}", phone="+34600111222")
    far: list[tuple[int, int]] = []
    duplicate_review.find(desk, lambda done, of: far.append((done, of)))
    assert far[:4] == [(0, 5), (2, 5), (4, 5), (5, 5)]
    assert duplicate_review.count(desk) == 10

    class StopError(Exception):
        pass

    def stop(done: int, of: int) -> None:
        raise StopError

    with pytest.raises(StopError):
        duplicate_review.find(desk, stop)
    assert duplicate_review.count(desk) == 10


def test_the_auditor_looks_and_judges_nothing(desk: Desk) -> None:
    first, second = know(desk, "Ana", phone="+34600111222"), know(desk, "Bruno", phone="+34600111222")
    duplicate_review.find(desk)
    auditor = Desk(desk.store, Actor(None, "105", "Iris", "auditor"), "till-2")
    assert len(duplicate_review.pairs(auditor)) == 1
    for deed in (lambda: duplicate_review.find(auditor), lambda: duplicate_review.judge(auditor, first, second)):
        with pytest.raises(NotAllowed):
            deed()
    with pytest.raises(BadInput, match="That pair is not in the list"):
        duplicate_review.judge(desk, first, 99)
    with pytest.raises(BadInput, match="A pair is new or different"):
        duplicate_review.judge(desk, first, second, "perhaps")
