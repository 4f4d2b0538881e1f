"""The demo shop: Main St, with its people, thirteen months of sales brought in, and three weeks at its own tills."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from bookkeeper_tui.formats import instant_of
from bookkeeper_tui.resources import data_path
from bookkeeper_tui.settings import FILE_NAME, write_settings
from bookkeeper_tui.store import customers, notes, staff
from bookkeeper_tui.store.demo_tills import Staffed
from bookkeeper_tui.store.demo_weeks import play
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.founding import found_shop
from bookkeeper_tui.store.importing import Kind, import_files
from bookkeeper_tui.store.opening import Store

_STAFF = (
    ("Ana Reyes", "cashier", "271904"),
    ("Lucía Prieto", "cashier", "506173"),
    ("Tom Becker", "supervisor", "385216"),
    ("Nadia Haddad", "manager", "640938"),
    ("Piotr Zieliński", "auditor", "917350"),
)
_FILES: tuple[tuple[Kind, str], ...] = (
    ("products", "products.csv"),
    ("customers", "customers.csv"),
    ("sales", "sales.csv.gz"),
)
_PINNED = (
    ("C-000184", "Her tote bag is behind the counter at Harbour: she collects it on Saturday."),
    ("C-000012", "Shares the phone with her neighbour: ask for the name first."),
    ("C-000040", "Do not leave messages on the shared phone."),
)
_SENSITIVE = (("C-000184", "Recovering from a knee operation: ask her before you book a class."),)


class DemoStaff(NamedTuple):
    """Somebody who may sign in to the demo shop, with the PIN that a real shop would never show."""

    number: str
    name: str
    role: str
    pin: str


class DemoShop(NamedTuple):
    """The open store of the demo shop, and its staff."""

    store: Store
    staff: tuple[DemoStaff, ...]


def make_demo(directory: Path, keys: Path) -> DemoShop:
    """Make the demo shop in a directory that has no store yet, and open it; the same shop every time.

    Raises StoreUnusable when there is a store already or the directory cannot be written.
    """
    store = found_shop(
        directory, keys, name="Main St", currency="EUR", country="ES", time_zone="Europe/Madrid", clock=_founded_at
    )
    store = _at_branch(store, "Main St")
    try:
        owner = Desk.shell(store, _founded_at)
        people = tuple(_take_on(owner, *person) for person in _STAFF)
        for kind, name in _FILES:
            import_files(owner, kind, [data_path("demo") / name])
        _pin_notes(store, people)
        with store.engine.unsynced():
            play(store, _staffed(store, people))
    except BaseException:
        store.close()
        raise
    return DemoShop(store, people)


def _at_branch(store: Store, branch: str) -> Store:
    """The store with its tills at a branch that the imported sales know."""
    settings = replace(store.settings, branch=branch)
    write_settings(store.directory / FILE_NAME, settings)
    return replace(store, settings=settings)


def _founded_at() -> int:
    """The evening before the first day at the tills."""
    return instant_of(datetime(2026, 11, 1, 17), "Europe/Madrid")


def _staffed(store: Store, people: tuple[DemoStaff, ...]) -> Staffed:
    known = {one.number: one for one in staff.list_staff(Desk.shell(store))}
    actors = [
        Actor(known[one.number].staff_id, one.number, known[one.number].name, known[one.number].role) for one in people
    ]
    return Staffed((actors[0], actors[1]), actors[2], actors[3], people[2].pin)


def _take_on(owner: Desk, name: str, role: str, pin: str) -> DemoStaff:
    return DemoStaff(staff.add(owner, name, role, pin).number, name, role, pin)


def _pin_notes(store: Store, people: tuple[DemoStaff, ...]) -> None:
    cashier = people[0]
    known = next(one for one in staff.list_staff(Desk.shell(store)) if one.number == cashier.number)
    desk = Desk(store, Actor(known.staff_id, known.number, known.name, known.role), "till-1", _founded_at)
    for number, text in _PINNED:
        notes.add(desk, customers.by_number(desk, number).id, text, pinned=True)
    for number, text in _SENSITIVE:
        notes.add(desk, customers.by_number(desk, number).id, text, sensitive=True)
