"""What every test may use: a fresh store, desks at it, and PIN hashes that cost little."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bookkeeper_tui.store import staff as staff_room
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.founding import found_shop
from bookkeeper_tui.store.opening import Store

PIN = "493817"


@pytest.fixture(autouse=True)
def cheap_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash PINs with little memory; the real cost is checked by a test of its own."""
    monkeypatch.setattr(staff_room, "MEMORY_KIB", 64)
    monkeypatch.setattr(staff_room, "TIME_COST", 1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A new, empty shop in Spain that counts in euros."""
    made = found_shop(tmp_path / "shop", tmp_path / "keys", name="Main St", currency="EUR", country="ES")
    yield made
    made.close()


@pytest.fixture
def shell(store: Store) -> Desk:
    """The owner's desk, at the server."""
    return Desk.shell(store)


@pytest.fixture
def desk_of(store: Store, shell: Desk) -> Callable[[str], Desk]:
    """A desk with a given role: somebody is taken on for it."""

    def at_desk(role: str, terminal: str = "till-1", of: Store | None = None) -> Desk:
        added = staff_room.add(shell, f"Test {role}", role, PIN)
        return Desk(of or store, Actor(added.staff_id, added.number, added.name, role), terminal)

    return at_desk


@pytest.fixture
def desk(desk_of: Callable[[str], Desk]) -> Desk:
    """A manager's desk."""
    return desk_of("manager")
