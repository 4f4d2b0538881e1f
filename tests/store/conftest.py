"""A shop that can sell: a few customers, products of two categories, two branches, and a till with an open shift."""

import pytest

from bookkeeper_tui.store import catalogue, customers, shifts
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.shop import branch_id
from tests.store.floor import PRODUCTS, Floor
from tests.store.tills import Till


@pytest.fixture
def floor(shell: Desk) -> Floor:
    """A shop that can sell."""
    people = [
        customers.create(shell, CustomerFields(name=name, phone=phone)).id
        for name, phone in (("Ana Reyes", "+34600111222"), ("Bruno Díaz", "+34600111333"), ("李小龍", "+34600111444"))
    ]
    with shell.change("import.products") as change:
        catalogue.bring_in(change, PRODUCTS)
        branches = tuple(branch_id(change.database, name) for name in ("Main St", "Harbour"))
    ids = catalogue.ids_by_sku(shell.database, [product.sku for product in PRODUCTS])
    return Floor(shell, tuple(people), ids, branches)


@pytest.fixture
def till(floor: Floor, desk: Desk) -> Till:
    """A manager at a till whose shift is open."""
    shifts.open_shift(desk, 10000)
    return Till(floor, desk)
