"""A product's own rate comes before its category's, that before the default; an exemption has a reason."""

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import audit, tax_rates
from bookkeeper_tui.store.desk import Desk
from tests.store.floor import Floor


def assign(floor: Floor, table: str, name: str, rate_id: int) -> None:
    column = "sku" if table == "product" else "name"
    with floor.desk.change("product.edited") as change:
        change.database.execute_sql(f"UPDATE {table} SET tax_rate_id = ? WHERE {column} = ?", (rate_id, name))


def test_without_any_rate_there_is_no_tax(floor: Floor) -> None:
    assert tax_rates.rate_for(floor.desk.database, floor.products["100"]) == 0
    assert tax_rates.rate_for(floor.desk.database, None) == 0


def test_own_rate_before_the_categorys_before_the_default(floor: Floor) -> None:
    standard = tax_rates.add(floor.desk, "Standard", 21_000)
    reduced = tax_rates.add(floor.desk, "Reduced", 10_000)
    zero = tax_rates.add(floor.desk, "Zero", 0)
    assign(floor, "category", "Coffee", reduced.id)
    assign(floor, "product", "101", zero.id)
    rates = [tax_rates.rate_for(floor.desk.database, floor.products[sku]) for sku in ("100", "101", "102", "103")]
    assert standard.is_default
    assert rates == [10_000, 0, 21_000, 21_000]
    assert tax_rates.rate_for(floor.desk.database, None) == 21_000


def test_there_is_one_default_and_it_cannot_be_retired(shell: Desk) -> None:
    first, second = tax_rates.add(shell, "Standard", 21_000), tax_rates.add(shell, "Reduced", 10_000)
    with pytest.raises(BadInput, match="Standard is the default"):
        tax_rates.retire(shell, first.id)
    tax_rates.set_default(shell, second.id)
    tax_rates.retire(shell, first.id)
    assert [(rate.name, rate.is_default, rate.retired) for rate in tax_rates.list_rates(shell)] == [
        ("Reduced", True, False),
        ("Standard", False, True),
    ]
    with pytest.raises(BadInput, match="out of use"):
        tax_rates.set_default(shell, first.id)


def test_a_changed_rate_is_in_the_audit_log(shell: Desk) -> None:
    rate = tax_rates.add(shell, "Standard", 21_000)
    assert tax_rates.edit(shell, rate.id, "Standard", 22_000).rate == 22_000
    newest = audit.rows_before(shell.database, action="tax.edited")[0]
    assert newest.detail["rate"] == [21_000, 22_000]


@pytest.mark.parametrize(("name", "rate", "named"), [("", 1, "Name"), ("x" * 41, 1, "Name"), ("x", -1, "Rate"),
                                                     ("x", 100_001, "Rate"), ("Standard", 5, "already")])  # fmt: skip
def test_what_is_no_rate_is_one_sentence(shell: Desk, name: str, rate: int, named: str) -> None:
    tax_rates.add(shell, "Standard", 21_000)
    with pytest.raises(BadInput, match=named):
        tax_rates.add(shell, name, rate)


def test_an_exemption_has_a_reason_and_an_end(floor: Floor) -> None:
    customer = floor.customers[0]
    with pytest.raises(BadInput, match="Reason"):
        tax_rates.exempt(floor.desk, customer, "  ")
    made = tax_rates.exempt(floor.desk, customer, "Diplomat, card 42")
    assert (made.name, made.reason) == ("Ana Reyes", "Diplomat, card 42")
    assert tax_rates.is_exempt(floor.desk.database, customer)
    assert [one.customer_id for one in tax_rates.list_exemptions(floor.desk)] == [customer]
    tax_rates.end_exemption(floor.desk, customer)
    assert not tax_rates.is_exempt(floor.desk.database, customer)
    with pytest.raises(BadInput, match="not exempt"):
        tax_rates.end_exemption(floor.desk, customer)


def test_the_walk_in_is_never_exempt(floor: Floor) -> None:
    with pytest.raises(BadInput, match="walk-in"):
        tax_rates.exempt(floor.desk, 1, "Everyone")
