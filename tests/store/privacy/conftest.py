"""What every test of privacy may use."""

import pytest

from bookkeeper_tui.store.desk import Desk
from tests.store.floor import Floor
from tests.store.memberships_floor import Club, open_club


@pytest.fixture
def club(floor: Floor, desk: Desk) -> Club:
    """A shop with customers, a till with an open shift, and memberships."""
    return open_club(floor, desk)
