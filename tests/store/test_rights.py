"""A desk that is open notices what its role, or the person, may do from now on."""

from collections.abc import Callable

import pytest

from bookkeeper_tui.errors import NotAllowed
from bookkeeper_tui.store import staff
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.opening import Store

DeskOf = Callable[..., Desk]


def take(store: Store, role: str, permission: str) -> None:
    with store.again().engine.write() as database:
        database.execute_sql("DELETE FROM role_permission WHERE role = ? AND permission = ?", (role, permission))


def test_a_permission_taken_elsewhere_is_missed_at_the_next_act(store: Store, desk_of: DeskOf) -> None:
    cashier = desk_of("cashier")
    cashier.require("customer.viewed")
    take(store, "cashier", "customer.viewed")
    with pytest.raises(NotAllowed, match="As cashier you may not do this"):
        cashier.require("customer.viewed")


def test_a_console_that_hears_of_it_offers_it_no_more(store: Store, desk_of: DeskOf) -> None:
    cashier = desk_of("cashier")
    take(store, "cashier", "customer.viewed")
    cashier.keep_up()
    assert not cashier.may("customer.viewed")


def test_who_was_given_another_role_acts_in_it_and_is_logged_so(shell: Desk, desk_of: DeskOf) -> None:
    cashier = desk_of("cashier")
    with shell.change("staff.added") as change:
        change.database.execute_sql("UPDATE staff SET role = 'manager' WHERE id = ?", (cashier.staff.staff_id,))
    with cashier.change("tax.edited"):
        pass
    row = shell.database.execute_sql("SELECT role FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    assert (cashier.staff.role, row[0]) == ("manager", "manager")


def test_who_left_can_do_nothing_more_but_sign_out(shell: Desk, desk_of: DeskOf) -> None:
    cashier = desk_of("cashier")
    staff.retire(shell, cashier.staff.number)
    with pytest.raises(NotAllowed, match="is no longer on the staff: sign out"):
        cashier.require("customer.viewed")
    cashier.require("signout.done")
