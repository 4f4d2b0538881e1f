"""A code counts on its dates, for its customer, its tier or whoever says it; one that does not is told and logged."""

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import audit, customers, discount_codes
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.discount_codes import NewCode
from tests.store.floor import Floor

DAY = "2026-11-21"


def give(floor: Floor, code: str, until: str = "") -> int:
    customer = customers.get(floor.desk, floor.customers[0])
    fields = {"discount_code": code, "discount_until": until}
    customers.edit(floor.desk, customer.id, fields, customer.version)
    return customer.id


def in_force(floor: Floor, customer_id: int, typed: str = "", day: str = DAY) -> list[tuple[str, str, str]]:
    found = discount_codes.in_force(floor.desk.database, customer_id, typed, day)
    return [(code.code, code.until, code.source) for code in found]


def test_a_customers_code_counts_up_to_and_on_its_last_day(floor: Floor) -> None:
    discount_codes.define(floor.desk, NewCode("STAFF10", "percent", 10_000))
    customer = give(floor, "staff10", "2026-11-21")
    assert in_force(floor, customer) == [("STAFF10", "2026-11-21", "customer")]
    assert in_force(floor, customer, day="2026-11-22") == []


def test_the_codes_own_dates_count_as_well(floor: Floor) -> None:
    discount_codes.define(floor.desk, NewCode("MAY", "percent", 5000, valid_from="2026-05-01", valid_to="2026-05-31"))
    customer = give(floor, "MAY", "2026-12-31")
    assert in_force(floor, customer, day="2026-05-31") == [("MAY", "2026-05-31", "customer")]
    assert in_force(floor, customer, day="2026-06-01") == in_force(floor, customer, day="2026-04-30") == []


def test_a_code_nobody_defined_counts_for_nothing(floor: Floor) -> None:
    assert in_force(floor, give(floor, "OLD5")) == []


def test_a_tiers_code_is_its_customers(floor: Floor) -> None:
    discount_codes.define(floor.desk, NewCode("GOLD5", "percent", 5000, tier="Gold"))
    with floor.desk.change("tier.edited") as change:
        sql = "INSERT INTO customer_loyalty (customer_id, tier) VALUES (?, 'Gold')"
        change.database.execute_sql(sql, (floor.customers[1],))
    assert in_force(floor, floor.customers[1]) == [("GOLD5", "", "tier")]
    assert in_force(floor, floor.customers[0]) == []


def test_a_typed_code_counts_only_if_it_may_be_typed(floor: Floor) -> None:
    discount_codes.define(floor.desk, NewCode("LEAFLET", "amount", 500, typed=True))
    discount_codes.define(floor.desk, NewCode("STAFF10", "percent", 10_000))
    assert in_force(floor, 1, "leaflet ") == [("LEAFLET", "", "typed")]
    assert in_force(floor, 1, "STAFF10") == []


def test_what_is_typed_in_vain_is_told_and_logged(floor: Floor) -> None:
    define = discount_codes.define
    define(floor.desk, NewCode("LEAFLET", "amount", 500, typed=True))
    define(floor.desk, NewCode("MAY", "percent", 5000, valid_to="2026-05-31", typed=True))
    define(floor.desk, NewCode("YULE", "percent", 5000, valid_from="2026-12-01", typed=True))
    define(floor.desk, NewCode("STAFF10", "percent", 10_000))
    define(floor.desk, NewCode("GONE", "percent", 10_000, typed=True))
    discount_codes.retire(floor.desk, "gone")
    assert discount_codes.take_typed(floor.desk, "leaflet", DAY).value == 500
    for code, said in (
        ("MAY", "until 31/05/2026"), ("YULE", "from 01/12/2026"), ("STAFF10", "not at the till"),
        ("GONE", "out of use"), ("NONSENSE", "no discount code NONSENSE"), ("", "no discount code"),
    ):  # fmt: skip
        with pytest.raises(BadInput, match=said):
            discount_codes.take_typed(floor.desk, code, DAY, floor.customers[0])
    refused = audit.rows_before(floor.desk.database, action="discount.refused")
    assert [row.detail["why"] for row in refused] == ["unknown", "unknown", "retired", "not typed", "early", "expired"]
    assert {row.customer_id for row in refused} == {floor.customers[0]}


def test_a_code_is_changed_and_retired_and_the_log_says_what_was(shell: Desk) -> None:
    discount_codes.define(shell, NewCode("SPRING", "percent", 5000))
    changed = discount_codes.edit(shell, NewCode("SPRING", "percent", 7500, name="Spring sale", typed=True))
    assert (changed.value, changed.name, changed.typed) == (7500, "Spring sale", True)
    assert audit.rows_before(shell.database, action="discount.defined")[0].detail["value"] == [5000, 7500]
    discount_codes.retire(shell, "SPRING")
    discount_codes.define(shell, NewCode("WINTER", "percent", 5000))
    assert [(code.code, code.retired) for code in discount_codes.list_codes(shell)] == [
        ("WINTER", False),
        ("SPRING", True),
    ]


def test_the_list_says_how_many_customers_have_a_code(floor: Floor) -> None:
    discount_codes.define(floor.desk, NewCode("STAFF10", "percent", 10_000))
    give(floor, "staff10")
    assert discount_codes.get(floor.desk, "STAFF10").customers == 1


@pytest.mark.parametrize(
    ("new", "named"),
    [
        (NewCode("", "percent", 1), "Code"),
        (NewCode("A B", "percent", 1), "Code"),
        (NewCode("LINE", "percent", 1), "Code"),
        (NewCode("A\x1b[2J", "percent", 1), "Code"),
        (NewCode("A", "half", 1), "percentage or an amount"),
        (NewCode("A", "percent", 100_001), "Value"),
        (NewCode("A", "amount", 0), "Value"),
        (NewCode("A", "amount", 10**13), "Value"),
        (NewCode("A", "percent", 1, valid_from="yesterday"), "From"),
        (NewCode("A", "percent", 1, valid_from="2026-02-01", valid_to="2026-01-01"), "To"),
        (NewCode("A", "percent", 1, name="x" * 61), "Name"),
        (NewCode("SPRING", "percent", 1), "already"),
    ],
)
def test_what_is_no_code_is_one_sentence(shell: Desk, new: NewCode, named: str) -> None:
    discount_codes.define(shell, NewCode("SPRING", "percent", 5000))
    with pytest.raises(BadInput, match=named):
        discount_codes.define(shell, new)


def test_the_proof_finds_a_customer_whose_code_nobody_gave(floor: Floor) -> None:
    customer = give(floor, "STAFF10")
    assert "customers have the discount code they were given last" not in floor.failing()
    with floor.desk.change("customer.edited") as change:
        change.database.execute_sql("UPDATE customer SET discount_code = 'FAMILY' WHERE id = ?", (customer,))
    assert floor.failing()["customers have the discount code they were given last"] == (customer,)


def test_only_a_code_that_counts_is_given_to_a_customer(shell: Desk) -> None:
    discount_codes.check_given(shell, "whatever the shop likes")
    discount_codes.define(shell, NewCode("STAFF10", "percent", 10_000))
    discount_codes.define(shell, NewCode("MAY", "percent", 5000, valid_to="2020-05-31"))
    for code in ("staff10", ""):
        discount_codes.check_given(shell, code)
    for code, said in (("STAFF9", "no discount code STAFF9"), ("MAY", "good until")):
        with pytest.raises(BadInput, match=said):
            discount_codes.check_given(shell, code)
