"""What every test of bookings may use."""

import pytest

from bookkeeper_tui.store.opening import Store
from tests.store.bookings.studio import Studio, studio_in


@pytest.fixture
def studio(store: Store) -> Studio:
    """A studio on a Monday at eight in the morning."""
    return studio_in(store)
