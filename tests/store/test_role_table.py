"""The table of roles is a manager's to change, is noticed at once, and never locks managers out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import role_table
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.permissions import RANKS, all_permissions
from bookkeeper_tui.store.role_table import check, list_roles, set_limit, set_permission

DeskOf = Callable[..., Desk]


def right(desk: Desk, permission: str) -> role_table.Right:
    return next(one for one in list_roles(desk).rights if one.permission == permission)


def test_a_new_shop_has_what_was_shipped(desk: Desk) -> None:
    table = list_roles(desk)
    assert {one.permission for one in table.rights} == all_permissions()
    assert not [one.permission for one in table.rights if one.changed]
    assert right(desk, "sale.voided").roles == {"supervisor", "manager"}
    assert [(one.name, one.values) for one in table.limits] == [
        ("discount_percent", {"cashier": 10_000, "supervisor": 30_000, "manager": 100_000, "auditor": 0})
    ]


def test_what_is_given_holds_at_the_next_act_of_a_desk_that_is_open(store: Store, desk: Desk, desk_of: DeskOf) -> None:
    elsewhere = store.again()
    cashier = desk_of("cashier", of=elsewhere)
    with pytest.raises(NotAllowed):
        cashier.require("sale.voided")
    given_now = set_permission(desk, "cashier", "sale.voided", True)
    assert given_now.roles == {"cashier", "supervisor", "manager"}
    assert given_now.changed
    cashier.require("sale.voided")
    set_permission(desk, "cashier", "sale.voided", False)
    with pytest.raises(NotAllowed, match="ask a supervisor or manager"):
        cashier.require("sale.voided")
    elsewhere.close()


def test_it_is_logged_with_role_and_old_and_new(desk: Desk) -> None:
    set_permission(desk, "cashier", "sale.voided", True)
    set_permission(desk, "cashier", "sale.voided", True)
    set_limit(desk, "cashier", "discount_percent", 5000)
    rows = desk.database.execute_sql("SELECT action, subject, detail FROM audit WHERE action LIKE '%.edited'")
    assert rows.fetchall() == [
        ("permission.edited", "sale.voided", '{"allowed":[false,true],"role":"cashier"}'),
        ("limit.edited", "discount_percent", '{"role":"cashier","value":[10000,5000]}'),
    ]


def test_a_limit_holds_at_once(desk: Desk, desk_of: DeskOf) -> None:
    cashier = desk_of("cashier")
    set_limit(desk, "cashier", "discount_percent", 2500)
    assert cashier.limit("discount_percent", "discount.given") == 2500
    assert list_roles(desk).limits[0].shipped["cashier"] == 10_000


@pytest.mark.parametrize("permission", sorted(role_table._MANAGERS_OWN))
def test_managers_cannot_lock_themselves_out(desk: Desk, permission: str) -> None:
    with pytest.raises(BadInput, match=f"{permission} stays with managers"):
        set_permission(desk, "manager", permission, False)
    desk.require("permission.edited")


@pytest.mark.parametrize(
    ("role", "permission", "allowed", "told"),
    [
        ("boss", "sale.voided", True, "“boss” is no role"),
        ("nobody", "sale.voided", True, "not signed in"),
        ("owner", "sale.voided", False, "The owner may do all"),
        ("cashier", "sale.given_away", True, "“sale.given_away” is no permission"),
        ("cashier", "signin.done", False, "stays with every cashier"),
        ("auditor", "sale.voided", True, "An auditor reads everything and changes nothing"),
        ("auditor", "override.asked", True, "An auditor reads everything"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_changes_nothing(
    desk: Desk, role: str, permission: str, allowed: bool, told: str
) -> None:
    before = list_roles(desk)
    for refuse in (check, set_permission):
        with pytest.raises(BadInput, match=told):
            refuse(desk, role, permission, allowed)
    assert list_roles(desk) == before


def test_an_auditor_may_be_given_what_only_looks_and_be_refused_it(desk: Desk) -> None:
    assert "auditor" in set_permission(desk, "auditor", "basket.viewed", True).roles
    assert "auditor" not in set_permission(desk, "auditor", "export.members", False).roles


@pytest.mark.parametrize(
    ("role", "value", "told"),
    [("cashier", -1, "between 0 and 100"), ("cashier", 100_001, "between 0"), ("auditor", 5, "gives no discounts")],
)
def test_a_limit_that_cannot_be_is_one_sentence(desk: Desk, role: str, value: int, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        set_limit(desk, role, "discount_percent", value)


def test_which_rights_only_managers_were_meant_to_have(desk: Desk) -> None:
    assert right(desk, "tax.edited").is_managers("cashier")
    assert not right(desk, "sale.voided").is_managers("cashier")
    assert not right(desk, "tax.edited").is_managers("auditor")


@pytest.mark.parametrize("role", ["cashier", "supervisor", "auditor"])
def test_only_managers_change_the_table(desk_of: DeskOf, role: str) -> None:
    with pytest.raises(NotAllowed):
        set_permission(desk_of(role), role, "sale.voided", True)
    with pytest.raises(NotAllowed):
        set_limit(desk_of(role), role, "discount_percent", 100_000)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(RANKS), st.sampled_from(sorted(all_permissions())), st.booleans()), max_size=8)
)
def test_whatever_is_done_a_manager_can_still_put_it_right(desk: Desk, deeds: list[tuple[str, str, bool]]) -> None:
    for role, permission, allowed in deeds:
        try:
            set_permission(desk, role, permission, allowed)
        except BadInput:
            continue
        assert (role in right(desk, permission).roles) == allowed
    for one in list_roles(desk).rights:
        for role in one.roles ^ one.shipped:
            set_permission(desk, role, one.permission, role in one.shipped)
    assert not [one for one in list_roles(desk).rights if one.changed]
