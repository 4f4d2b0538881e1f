"""The demo shop: Main St, with its people, fourteen months of sales and a staff of four."""

from pathlib import Path
from typing import NamedTuple

from bookkeeper_tui.resources import data_path
from bookkeeper_tui.store import customers, notes, staff
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.founding import found_shop
from bookkeeper_tui.store.importing import Kind, import_files
from bookkeeper_tui.store.opening import Store

_STAFF = (
    ("Ana Reyes", "cashier", "271904"),
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
    store = found_shop(directory, keys, name="Main St", currency="EUR", country="ES", time_zone="Europe/Madrid")
    try:
        owner = Desk.shell(store)
        people = tuple(_take_on(owner, *person) for person in _STAFF)
        for kind, name in _FILES:
            import_files(owner, kind, [data_path("demo") / name])
        _pin_notes(store, people)
    except BaseException:
        store.close()
        raise
    return DemoShop(store, people)


def _take_on(owner: Desk, name: str, role: str, pin: str) -> DemoStaff:
    return DemoStaff(staff.add(owner, name, role, pin).number, name, role, pin)


def _pin_notes(store: Store, people: tuple[DemoStaff, ...]) -> None:
    cashier = people[0]
    known = next(one for one in staff.list_staff(Desk.shell(store)) if one.number == cashier.number)
    desk = Desk(store, Actor(known.staff_id, known.number, known.name, known.role), "till-1")
    for number, text in _PINNED:
        notes.add(desk, customers.by_number(desk, number).id, text, pinned=True)
