"""Deleting: only who never had dealings with the shop, and then whole."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import audit_verify, consents, customers, notes, proof, search
from bookkeeper_tui.store.addresses import Address
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.engine import scrubbing
from bookkeeper_tui.store.privacy import deleting
from tests.store.memberships_floor import Club
from tests.store.privacy.persons import forms_found, settled_customer
from tests.store.tills import Till

NAME = "Zenobia Thistlewood"


def taken_on_twice(desk: Desk) -> int:
    customer = customers.create(
        desk,
        CustomerFields(name=NAME, phone="655 444 333", discount_code="VIP10", billing=Address("3 Amberley Close"),
                       tags=("regular",)),
    )  # fmt: skip
    notes.add(desk, customer.id, "Thistlewood was here")
    consents.record(desk, customer.id, "email", False, how="Thistlewood wrote")
    desk.look("search.made", detail={"found": 1}, personal={"text": "zenobia"})
    return customer.id


def test_somebody_without_dealings_is_deleted_whole(club: Club) -> None:
    desk, who = club.desk, taken_on_twice(club.desk)
    assert deleting.delete(desk, who) == ()
    with pytest.raises(BadInput, match="no customer"):
        customers.get(desk, who)
    files: list[Path] = [desk.store.engine.path, desk.store.engine.path.with_name("store.db-wal")]
    texts = (NAME, "Thistlewood", "zenobia", "655 444 333", "333444556", "Amberley")
    scrubbing.empty_log(desk.store.engine)
    assert forms_found(files, texts) == []
    assert not search.search(desk, "zenobia").hits
    assert [check.check for check in proof.checks(Desk.shell(desk.store)) if not check.ok] == []
    assert audit_verify.broken(Desk.shell(desk.store)) == []


def test_a_number_is_not_given_again(club: Club) -> None:
    desk, who = club.desk, taken_on_twice(club.desk)
    number = customers.get(desk, who).number
    deleting.delete(desk, who)
    assert customers.create(desk, CustomerFields(name="Somebody")).number > number


def test_somebody_with_dealings_is_refused(club: Club) -> None:
    who = settled_customer(club)
    with pytest.raises(
        BadInput, match=r"They have 2 sales, .* and 1 membership with the shop: they can be erased, not deleted"
    ):
        deleting.delete(club.desk, who)
    assert customers.get(club.desk, who).gone == ""


def test_a_sale_being_rung_up_keeps_its_customer(club: Club) -> None:
    who = taken_on_twice(club.desk)
    Till(club.floor, club.desk).rung("100", customer=who)
    with pytest.raises(BadInput, match="1 sale being rung up"):
        deleting.delete(club.desk, who)


def test_the_walk_in_is_never_deleted(club: Club) -> None:
    with pytest.raises(BadInput, match="walk-in"):
        deleting.delete(club.desk, WALK_IN_ID)


@pytest.mark.parametrize("role", ["cashier", "supervisor", "auditor"])
def test_only_managers_delete(club: Club, desk_of: Callable[[str], Desk], role: str) -> None:
    with pytest.raises(NotAllowed):
        deleting.delete(desk_of(role), taken_on_twice(club.desk))


def test_the_consent_log_of_somebody_who_stays_cannot_be_deleted(club: Club) -> None:
    who = taken_on_twice(club.desk)
    with pytest.raises(Exception, match="only added to"), club.desk.change("note.added", customer_id=who) as change:
        change.database.execute_sql("DELETE FROM consent WHERE customer_id = ?", (who,))
