"""Random lives of packages: no order of deeds breaks an invariant.

`BOOKKEEPER_LIVES=3000` lives that many; a few dozen are lived by themselves.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookkeeper_tui.store import (
    catalogue,
    customer_accounts,
    customers,
    discount_codes,
    package_plans,
    proof,
    shifts,
    staff,
    tax_rates,
    tiers,
)
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.discount_codes import NewCode
from bookkeeper_tui.store.founding import found_shop
from bookkeeper_tui.store.opening import Store, open_store
from bookkeeper_tui.store.tiers import Program
from tests.conftest import PIN
from tests.store.floor import PRODUCTS
from tests.store.packages.lives import DEEDS, Life, faults
from tests.store.packages.studio import NOON

LIVED = int(os.environ.get("BOOKKEEPER_LIVES", "40"))
# Currency and country, and what the shop chose: the smallest coin, tax on top of prices.
SHOPS: dict[str, tuple[str, str, dict[str, object]]] = {
    "plain": ("EUR", "ES", {}),
    "coins": ("EUR", "FI", {"cash_rounding": 5, "stack_discounts": True}),
    "yen": ("JPY", "JP", {"prices_include_tax": False}),
}
PLANS = (
    ("TEN", 10_000, 10, 30, 1),
    ("THREE", 1_000, 3, 0, None),
    ("ONE", 1_499, 1, 7, 2),
    ("SEVEN", 9_999, 7, 3, None),
)


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The shops as they are before a life, to be copied for each."""
    return {kind: found(tmp_path_factory.mktemp(kind), *SHOPS[kind][:2]) for kind in SHOPS}


def found(home: Path, currency: str, country: str) -> Path:
    """A shop with packages, two services, two trainers, a room, three customers with accounts, and a manager."""
    store = found_shop(home / "shop", home / "keys", name="Main St", currency=currency, country=country)
    owner = Desk.shell(store, lambda: NOON)
    standard = tax_rates.add(owner, "Standard", 21_000)
    tax_rates.set_default(owner, standard.id)
    with owner.change("import.products") as change:
        studio = [NewProduct(sku, f"Package {sku}", price=price, category="Studio") for sku, price, *_ in PLANS]
        catalogue.bring_in(change, [*PRODUCTS, *studio])
        for sql in (
            "INSERT INTO service (name, minutes) VALUES ('Massage', 60), ('Yoga', 45)",
            "INSERT INTO bookable (kind, name, commission) VALUES ('trainer', 'Marta', 33333), ('trainer', 'Luis', 5)",
            "INSERT INTO bookable (kind, name) VALUES ('resource', 'Room 1')",
            "INSERT INTO bookable_service (bookable_id, service_id) VALUES (2, 2)",
        ):
            change.database.execute_sql(sql)
    ids = catalogue.ids_by_sku(store.database, [plan[0] for plan in PLANS])
    for sku, _, sessions, valid_days, service_id in PLANS:
        package_plans.set_plan(owner, ids[sku], sessions, valid_days, service_id)
    discount_codes.define(owner, NewCode("SPRING", "percent", 7_500, typed=True))
    discount_codes.define(owner, NewCode("MINUS3", "amount", 300, typed=True))
    tiers.choose(owner, Program(1, 100, 1, 30, 60), [])
    for number, name in enumerate(("Ana", "Bruno", "Chen"), 1):
        customer = customers.create(owner, CustomerFields(name=name, phone=f"+3460011122{number}"))
        if number < 3:
            customer_accounts.open_account(owner, customer.id, credit_limit=20_000, terms_days=14)
    staff.add(owner, "Nadia", "manager", PIN)
    store.close()
    return home


def opened(shops: dict[str, Path], kind: str, place: Path) -> tuple[Store, Life]:
    """A copy of a shop with a shift open at each of two tills."""
    shutil.copytree(shops[kind], place)
    store = open_store(place / "shop", place / "keys")
    chosen: Any = SHOPS[kind][2]
    store = replace(store, settings=replace(store.settings, **chosen))
    store.database.execute_sql("PRAGMA synchronous = off")
    nadia = staff.list_staff(Desk.shell(store))[0]
    actor = Actor(nadia.staff_id, nadia.number, nadia.name, nadia.role)
    ids = tuple(row[0] for row in store.database.execute_sql("SELECT id FROM customer WHERE id > 1"))
    life = Life((), ids, NOON)
    life.tills = tuple(Desk(store, actor, terminal, lambda: life.at) for terminal in ("till-1", "till-2"))
    for desk in life.tills:
        shifts.open_shift(desk, 10_000)
    return store, life


@settings(max_examples=LIVED, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    kind=st.sampled_from(sorted(SHOPS)),
    deeds=st.lists(st.tuples(st.sampled_from(sorted(DEEDS)), st.integers(0, 2**40)), min_size=15, max_size=70),
)
def test_no_life_breaks_an_invariant(
    shops: dict[str, Path], tmp_path: Path, kind: str, deeds: list[tuple[str, int]]
) -> None:
    place = tmp_path / "life"
    store, life = opened(shops, kind, place)
    try:
        for deed, number in [("sell", 1), *deeds]:
            life.do(deed, number)
            assert faults(life) == [], f"after {deed} {number}"
        assert [(check.check, check.failing) for check in proof.checks(Desk.shell(store)) if not check.ok] == []
    finally:
        store.close()
        shutil.rmtree(place)


@pytest.mark.parametrize("kind", sorted(SHOPS))
def test_every_deed_is_done_and_not_only_refused(shops: dict[str, Path], tmp_path: Path, kind: str) -> None:
    """Else the lives above would prove little."""
    store, life = opened(shops, kind, tmp_path / "life")
    for number in range(1300):
        life.do(sorted(DEEDS)[number % len(DEEDS)], number * 7919)
    assert faults(life) == []
    assert {deed for deed in DEEDS if life.done.get(deed, 0) < 4} == set()
    states = {row[0] for row in store.database.execute_sql("SELECT DISTINCT state FROM package")}
    assert states == {"live", "lapsed", "refunded", "returned"}
    store.close()
