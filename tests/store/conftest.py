"""A shop that can sell: a few customers, products of two categories, two branches, and a till with an open shift."""

import pytest

from bookkeeper_tui.store import shifts
from bookkeeper_tui.store.desk import Desk
from tests.store.floor import Floor, open_floor
from tests.store.tills import Till


@pytest.fixture
def floor(shell: Desk) -> Floor:
    """A shop that can sell."""
    return open_floor(shell)


@pytest.fixture
def till(floor: Floor, desk: Desk) -> Till:
    """A manager at a till whose shift is open."""
    shifts.open_shift(desk, 10000)
    return Till(floor, desk)
