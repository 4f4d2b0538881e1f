"""What every test may use: a fresh store, desks at it, and PIN hashes that cost little."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bookkeeper_tui.store import staff as staff_room
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.founding import found_shop
from bookkeeper_tui.store.opening import Store, open_store

PIN = "493817"


def cost_little(patched: pytest.MonkeyPatch) -> None:
    """Hash PINs with little memory; the real cost is checked by a test of its own."""
    patched.setattr(staff_room, "MEMORY_KIB", 64)
    patched.setattr(staff_room, "TIME_COST", 1)


@pytest.fixture(autouse=True)
def cheap_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    """PINs cost little everywhere."""
    cost_little(monkeypatch)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a new, empty shop in Spain lies that counts in euros: founding takes as long as twenty copies."""
    home = tmp_path_factory.mktemp("founded")
    found_shop(home / "shop", home / "keys", name="Main St", currency="EUR", country="ES").close()
    return home


@pytest.fixture
def store(tmp_path: Path, founded: Path) -> Iterator[Store]:
    """A new, empty shop of the test's own; it waits for no disk, since no test cuts the power."""
    for part in ("shop", "keys"):
        shutil.copytree(founded / part, tmp_path / part)
    made = open_store(tmp_path / "shop", tmp_path / "keys")
    made.database.execute_sql("PRAGMA synchronous = off")
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
