"""Likely duplicates: shown while a customer is typed, for the same phone, e-mail or name, and never in the way."""

import pytest

from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.customers import create
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.duplicates import likely


@pytest.fixture
def maria(desk: Desk) -> None:
    """Somebody whom the shop knows, and somebody else."""
    create(desk, CustomerFields(name="María Fernández Gil", phone="612 345 678", email="Maria@example.com"))
    create(desk, CustomerFields(name="Walter Fernández", phone="911 234 567"))


@pytest.mark.parametrize(
    ("name", "phone", "email", "why"),
    [
        ("Somebody Else", "+34 612345678", "", "same phone"),
        ("", "612-345-678", "", "same phone"),
        ("Somebody Else", "", "maria@EXAMPLE.com", "same e-mail"),
        ("maria fernandez gil", "", "", "same name"),
        ("Gil Fernández, María", "", "", "same name"),
        ("Maria Fernandes Gil", "", "", "name much alike"),
        ("Maira Fernandez Gil", "", "", "name much alike"),
    ],
)
@pytest.mark.usefixtures("maria")
def test_the_same_person_is_noticed(desk: Desk, name: str, phone: str, email: str, why: str) -> None:
    assert [(each.number, each.why) for each in likely(desk, name, phone, email)] == [("C-000001", why)]


@pytest.mark.parametrize(
    ("name", "phone", "email"),
    [
        ("", "", ""),
        ("María", "", ""),
        ("Fernández", "612", "maria@"),
        ("Pedro Fernández Gil", "612 345 679", "mario@example.com"),
        ("Walk-in", "", ""),
        ("\x00 '\"*", "++++++", "@@@"),
        ("\ud800 \ud800", "\ud800123456", "\ud800@\ud800"),
    ],
)
@pytest.mark.usefixtures("maria")
def test_half_typed_and_different_people_find_nobody(desk: Desk, name: str, phone: str, email: str) -> None:
    assert likely(desk, name, phone, email) == []


def test_the_surest_stand_first_and_no_more_than_asked_for(desk: Desk) -> None:
    create(desk, CustomerFields(name="Ana Reyes"))
    create(desk, CustomerFields(name="Eva Gil", email="eva@example.com"))
    create(desk, CustomerFields(name="Leo Paz", phone="612 345 678"))
    found = likely(desk, "Ana Reyes", "612345678", "eva@example.com")
    assert [each.why for each in found] == ["same phone", "same e-mail", "same name"]
    assert len(likely(desk, "Ana Reyes", "612345678", "eva@example.com", limit=1)) == 1
