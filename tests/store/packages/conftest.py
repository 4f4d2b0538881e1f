"""A studio that sells packages."""

import pytest

from bookkeeper_tui.store.desk import Desk
from tests.store.floor import Floor
from tests.store.packages.studio import Studio


@pytest.fixture
def studio(floor: Floor, desk: Desk) -> Studio:
    """A manager at a till of a shop that sells sessions."""
    return Studio(floor, desk.staff)
