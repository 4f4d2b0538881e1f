"""Random mornings at the till: no order of deeds breaks an invariant.

`BOOKKEEPER_MORNINGS=3000` plays that many; a few dozen are played by themselves.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookkeeper_tui.formats import business_date, now_us
from bookkeeper_tui.store import (
    catalogue,
    customer_accounts,
    customers,
    discount_codes,
    proof,
    shifts,
    staff,
    tax_rates,
)
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.discount_codes import NewCode
from bookkeeper_tui.store.founding import found_shop
from bookkeeper_tui.store.opening import Store, open_store
from tests.conftest import PIN
from tests.store.floor import PRODUCTS
from tests.store.mornings import DEEDS, Morning, statement_faults

PLAYED = int(os.environ.get("BOOKKEEPER_MORNINGS", "40"))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop as it is before the morning, to be copied for each."""
    home = tmp_path_factory.mktemp("mornings")
    store = found_shop(home / "shop", home / "keys", name="Main St", currency="EUR", country="ES")
    owner = Desk.shell(store)
    with owner.change("import.products") as change:
        catalogue.bring_in(
            change, [*PRODUCTS, NewProduct("200", "Moka pot", price=1999), NewProduct("201", "Beans", price=2490)]
        )
    standard, reduced = tax_rates.add(owner, "Standard", 21_000), tax_rates.add(owner, "Reduced", 10_000)
    tax_rates.set_default(owner, standard.id)
    catalogue.edit(owner, NewProduct("201", "Beans", tax_rate=reduced.name, sold_by="weight"))
    discount_codes.define(owner, NewCode("SPRING", "percent", 7_500, typed=True))
    discount_codes.define(owner, NewCode("MINUS3", "amount", 300, typed=True))
    for number, name in enumerate(("Ana", "Bruno", "Chen"), 1):
        code = "SPRING" if number == 1 else ""
        customer = customers.create(owner, CustomerFields(name=name, phone=f"+3460011122{number}", discount_code=code))
        customer_accounts.open_account(owner, customer.id, credit_limit=10_000, terms_days=14 * (number - 1))
    staff.add(owner, "Nadia", "manager", PIN)
    store.close()
    return home


def opened(shop: Path, place: Path) -> tuple[Store, Morning]:
    """A copy of the shop with a shift open at each of two tills."""
    shutil.copytree(shop, place)
    store = open_store(place / "shop", place / "keys")
    store.database.execute_sql("PRAGMA synchronous = off")
    nadia = staff.list_staff(Desk.shell(store))[0]
    actor = Actor(nadia.staff_id, nadia.number, nadia.name, nadia.role)
    ids = tuple(row[0] for row in store.database.execute_sql("SELECT id FROM customer WHERE id > 1"))
    morning = Morning((), ids, now_us())
    morning.tills = tuple(Desk(store, actor, terminal, lambda: morning.at) for terminal in ("till-1", "till-2"))
    for desk in morning.tills:
        shifts.open_shift(desk, 10_000)
    return store, morning


@settings(max_examples=PLAYED, deadline=None, suppress_health_check=list(HealthCheck))
@given(deeds=st.lists(st.tuples(st.sampled_from(sorted(DEEDS)), st.integers(0, 2**40)), min_size=1, max_size=30))
def test_no_morning_breaks_an_invariant(shop: Path, tmp_path: Path, deeds: list[tuple[str, int]]) -> None:
    place = tmp_path / "morning"
    store, morning = opened(shop, place)
    try:
        for deed, number in deeds:
            morning.do(deed, number)
        owner = Desk.shell(store)
        assert [(check.check, check.failing) for check in proof.checks(owner) if not check.ok] == []
        today = business_date(morning.at, store.shop.time_zone)
        assert statement_faults(owner, morning.customers, ("2020-01-01", "2020-06-30", today)) == []
    finally:
        store.close()
        shutil.rmtree(place)


def test_every_deed_is_done_and_not_only_refused(shop: Path, tmp_path: Path) -> None:
    """Else the mornings above would prove little."""
    store, morning = opened(shop, tmp_path / "morning")
    for number in range(400):
        morning.do(sorted(DEEDS)[number % len(DEEDS)], number * 7919)
    assert {deed for deed in DEEDS if morning.done.get(deed, 0) < 4} == set()
    store.close()
