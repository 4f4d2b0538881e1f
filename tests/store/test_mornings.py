"""Random mornings at the till: no order of deeds breaks an invariant.

`BOOKKEEPER_MORNINGS=3000` plays that many; a few dozen are played by themselves.
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
    tiers,
)
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.discount_codes import NewCode
from bookkeeper_tui.store.founding import found_shop
from bookkeeper_tui.store.opening import Store, open_store
from bookkeeper_tui.store.tiers import Program, Tier
from tests.conftest import PIN
from tests.store.floor import PRODUCTS
from tests.store.mornings import DEEDS, Morning, report_faults, statement_faults

PLAYED = int(os.environ.get("BOOKKEEPER_MORNINGS", "40"))
# Currency and country, and what the shop chose: the smallest coin, tax on top of prices, codes that add up.
SHOPS: dict[str, tuple[str, str, dict[str, object]]] = {
    "plain": ("EUR", "ES", {}),
    "coins": ("EUR", "FI", {"cash_rounding": 5, "stack_discounts": True}),
    "yen": ("JPY", "JP", {"prices_include_tax": False}),
    "dinar": ("KWD", "KW", {"cash_rounding": 5, "prices_include_tax": False, "stack_discounts": True}),
}
kinds = st.sampled_from(sorted(SHOPS))


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The shops as they are before the morning, to be copied for each."""
    return {kind: found(tmp_path_factory.mktemp(kind), *SHOPS[kind][:2]) for kind in SHOPS}


def found(home: Path, currency: str, country: str) -> Path:
    """A shop with articles, tax, codes, tiers, three customers with accounts, and a manager."""
    store = found_shop(home / "shop", home / "keys", name="Main St", currency=currency, country=country)
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
    tiers.choose(owner, Program(1, 100, 2, 30, 60), [Tier("Silver", 2_000, 1_250), Tier("Gold", 9_000, 2_000)])
    discount_codes.define(owner, NewCode("SILVER", "percent", 3_333, tier="Silver"))
    discount_codes.define(owner, NewCode("GOLD", "amount", 77, tier="Gold"))
    for number, name in enumerate(("Ana", "Bruno", "Chen"), 1):
        code = "SPRING" if number == 1 else ""
        customer = customers.create(owner, CustomerFields(name=name, phone=f"+3460011122{number}", discount_code=code))
        customer_accounts.open_account(owner, customer.id, credit_limit=10_000, terms_days=14 * (number - 1))
    staff.add(owner, "Nadia", "manager", PIN)
    store.close()
    return home


def opened(shops: dict[str, Path], kind: str, place: Path) -> tuple[Store, Morning]:
    """A copy of a shop with a shift open at each of two tills."""
    shutil.copytree(shops[kind], place)
    store = open_store(place / "shop", place / "keys")
    chosen: Any = SHOPS[kind][2]
    store = replace(store, settings=replace(store.settings, **chosen))
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
@given(
    kind=kinds,
    deeds=st.lists(st.tuples(st.sampled_from(sorted(DEEDS)), st.integers(0, 2**40)), min_size=1, max_size=60),
)
def test_no_morning_breaks_an_invariant(
    shops: dict[str, Path], tmp_path: Path, kind: str, deeds: list[tuple[str, int]]
) -> None:
    place = tmp_path / "morning"
    store, morning = opened(shops, kind, place)
    try:
        for deed, number in deeds:
            morning.do(deed, number)
        owner = Desk.shell(store)
        assert [(check.check, check.failing) for check in proof.checks(owner) if not check.ok] == []
        newest = store.database.execute_sql("SELECT MAX(date) FROM entry").fetchone()[0]
        today = max(business_date(morning.at, store.shop.time_zone), newest or "")
        assert statement_faults(owner, morning.customers, ("2020-01-01", "2020-06-30", today)) == []
        assert report_faults(owner) == []
    finally:
        store.close()
        shutil.rmtree(place)


@pytest.mark.parametrize("kind", sorted(SHOPS))
def test_every_deed_is_done_and_not_only_refused(shops: dict[str, Path], tmp_path: Path, kind: str) -> None:
    """Else the mornings above would prove little."""
    store, morning = opened(shops, kind, tmp_path / "morning")
    for number in range(900):
        morning.do(sorted(DEEDS)[number % len(DEEDS)], number * 7919)
    assert {deed for deed in DEEDS if morning.done.get(deed, 0) < 4} == set()
    store.close()
