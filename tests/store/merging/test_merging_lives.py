"""Whatever two customers did before they are merged, and whatever is done after it or after undoing it, is proved."""

import os
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bookkeeper_tui.errors import BookkeeperError
from bookkeeper_tui.store import ledger, merging
from tests.store.merging.pair import DEEDS, Pair, life_of

LIVES = int(os.environ.get("BOOKKEEPER_LIVES", "25"))
WHO, NUMBER = st.integers(0, 2), st.integers(0, 6)
DEED = st.tuples(st.sampled_from(sorted(DEEDS)), WHO, NUMBER)
STEPS = st.lists(
    st.one_of(DEED, DEED, DEED, DEED, st.tuples(st.sampled_from(("merge", "undo")), WHO, NUMBER)),
    min_size=12,
    max_size=60,
)


def do(pair: Pair, what: str, who: int, number: int) -> bool:
    """One step; what the store refuses is refused. Whether it was done."""
    other = pair.people[(who + 1 + number % 2) % 3]
    try:
        if what == "merge":
            pair.merge(pair.people[who], other)
        elif what == "undo":
            merging.undo(pair.desk, pair.merges[number % len(pair.merges)] if pair.merges else 1)
        else:
            DEEDS[what](pair, pair.people[who], number)
    except BookkeeperError:
        return False
    return True


@settings(max_examples=LIVES, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_no_life_with_merges_and_their_undoing_breaks_a_figure(
    home: Path, tmp_path: Path, steps: list[tuple[str, int, int]]
) -> None:
    with life_of(home, tmp_path / "life") as pair:
        for step in [*steps, ("merge", 0, 0), ("buy", 1, 2), ("undo", 0, -1)]:
            if do(pair, *step) and step[0] in ("merge", "undo"):
                pair.check()
        pair.check()


@settings(max_examples=LIVES, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(DEED, min_size=8, max_size=50))
def test_undoing_at_once_leaves_both_as_they_were(
    home: Path, tmp_path: Path, steps: list[tuple[str, int, int]]
) -> None:
    with life_of(home, tmp_path / "life") as pair:
        for step in steps:
            do(pair, *step)
        one, other = pair.people[:2]
        assume(not merging.preview(pair.desk, one, other).refusal)
        before = pair.stands(one), pair.stands(other), pair.stands(pair.people[2])
        books = dict(ledger.balances(pair.owner))
        merge_id = pair.merge(one, other)
        assert dict(ledger.balances(pair.owner)) == books
        pair.check()
        merging.undo(pair.desk, merge_id)
        assert (pair.stands(one), pair.stands(other), pair.stands(pair.people[2])) == before
        assert dict(ledger.balances(pair.owner)) == books
        pair.check()


def test_every_deed_is_done_and_not_only_refused(home: Path, tmp_path: Path) -> None:
    """Else the lives above would prove little."""
    done: dict[str, int] = {}
    names = sorted([*DEEDS, "merge", "undo", "undo"])
    for seed in range(6):
        dice = Random(seed)
        with life_of(home, tmp_path / "life") as pair:
            for _ in range(200):
                what, who, number = dice.choice(names), dice.randrange(3), dice.randrange(7)
                if do(pair, what, who, number):
                    done[what] = done.get(what, 0) + 1
                    if what in ("merge", "undo"):
                        pair.check()
            pair.check()
    assert {what for what in names if done.get(what, 0) < 1} == set(), done
