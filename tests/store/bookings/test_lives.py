"""Random lives of bookings: no order of deeds books anybody twice, or takes two sessions for one booking.

`BOOKKEEPER_LIVES=3000` plays that many; a few dozen are played by themselves.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookkeeper_tui.store import shifts
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.founding import found_shop
from bookkeeper_tui.store.opening import open_store
from tests.conftest import cost_little
from tests.store.bookings.lives import DEEDS, Life
from tests.store.bookings.studio import Studio, studio_in

PLAYED = int(os.environ.get("BOOKKEEPER_LIVES", "40"))


@pytest.fixture(scope="module")
def founded_studio(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Studio]:
    """A studio as it is before its life, to be copied for each."""
    home = tmp_path_factory.mktemp("studio")
    with pytest.MonkeyPatch.context() as patched:
        cost_little(patched)
        store = found_shop(home / "shop", home / "keys", name="Main St", currency="EUR", country="ES")
        studio = studio_in(store)
    shifts.open_shift(studio.desk, 0)
    store.close()
    return home, studio


def opened(founded: tuple[Path, Studio], place: Path) -> Life:
    """A life in a copy of the studio."""
    home, like = founded
    shutil.copytree(home, place)
    store = open_store(place / "shop", place / "keys")
    store.database.execute_sql("PRAGMA synchronous = off")
    who: Actor = like.desk.staff
    studio = Studio(**{name: getattr(like, name) for name in Studio.__dataclass_fields__})
    studio.store, studio.desk = store, Desk(store, who, "till-1", lambda: studio.at)
    return Life(studio)


@settings(max_examples=PLAYED, deadline=None, suppress_health_check=list(HealthCheck))
@given(deeds=st.lists(st.tuples(st.sampled_from(sorted(DEEDS)), st.integers(0, 2**40)), min_size=1, max_size=60))
def test_no_life_books_anybody_twice(
    founded_studio: tuple[Path, Studio], tmp_path: Path, deeds: list[tuple[str, int]]
) -> None:
    place = tmp_path / "life"
    life = opened(founded_studio, place)
    try:
        for deed, number in deeds:
            life.do(deed, number)
        assert life.faults == []
        assert life.studio.failing() == {}
    finally:
        life.studio.store.close()
        shutil.rmtree(place)


def test_every_deed_is_done_and_not_only_refused(founded_studio: tuple[Path, Studio], tmp_path: Path) -> None:
    """Else the lives above would prove little."""
    life = opened(founded_studio, tmp_path / "life")
    draw = Random(4)
    for _ in range(1200):
        life.do(draw.choice(sorted(DEEDS)), draw.randrange(1 << 40))
    assert {deed for deed in DEEDS if life.done.get(deed, 0) < 4} == set()
    assert life.faults == []
    assert life.studio.failing() == {}
    life.studio.store.close()
