"""A shop with customers who may turn out to be one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import cost_little
from tests.store.merging.pair import Pair, found_pair, life_of


@pytest.fixture(scope="session")
def home(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where such a shop lies."""
    with pytest.MonkeyPatch.context() as patched:
        cost_little(patched)
        return found_pair(founded, tmp_path_factory.mktemp("pair"))


@pytest.fixture
def pair(home: Path, tmp_path: Path) -> Iterator[Pair]:
    """Three customers of a shop that sells everything."""
    with life_of(home, tmp_path / "life") as pair:
        yield pair
