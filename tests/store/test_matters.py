"""What matters now: each thing on the days it should, and not a day longer."""

from dataclasses import replace
from datetime import date

import pytest

from bookkeeper_tui.formats import Conventions
from bookkeeper_tui.store import customers
from bookkeeper_tui.store.consent_wordings import Purpose, Wording
from bookkeeper_tui.store.consents import Asking
from bookkeeper_tui.store.customer_accounts import CustomerAccount, open_account
from bookkeeper_tui.store.customers import Customer, CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.loyalty import LoyaltyGlance
from bookkeeper_tui.store.matters import Money, OpenLayaway, days_to_birthday, matters, money_of


@pytest.fixture
def customer(shell: Desk) -> Customer:
    """Somebody about whom nothing matters yet."""
    return customers.create(shell, CustomerFields(name="Ana", phone="+34 612 345 678"))


def said(customer: Customer, today: date = date(2026, 11, 21), **what: object) -> list[str]:
    known = {"owes": 0, "asking": None, "pinned": ()} | what
    return [matter.words for matter in matters(customer, today=today, conventions=Conventions(), **known)]  # type: ignore[arg-type]


def test_about_most_people_nothing_matters(customer: Customer) -> None:
    assert said(customer) == []


@pytest.mark.parametrize(
    ("born", "today", "days"),
    [
        ("1987-11-21", date(2026, 11, 21), 0),
        ("--11-24", date(2026, 11, 21), 3),
        ("1987-01-02", date(2026, 12, 30), 3),
        ("1987-11-20", date(2026, 11, 21), 364),
        ("1988-02-29", date(2027, 2, 27), 2),
        ("1988-02-29", date(2028, 2, 27), 2),
        ("", date(2026, 11, 21), None),
        ("1987", date(2026, 11, 21), None),
    ],
)
def test_days_to_a_birthday(born: str, today: date, days: int | None) -> None:
    assert days_to_birthday(born, today) == days


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2026, 11, 11), []),
        (date(2026, 11, 12), ["code ends in 14 days"]),
        (date(2026, 11, 25), ["code ends tomorrow"]),
        (date(2026, 11, 26), ["code ends today"]),
        (date(2026, 11, 27), ["code ended 2026-11-26"]),
    ],
)
def test_a_code_is_in_force_through_its_last_day(customer: Customer, today: date, words: list[str]) -> None:
    assert said(replace(customer, discount_code="WELCOME10", discount_until="2026-11-26"), today) == words


def test_what_is_owed_is_told_in_the_shops_money_and_credit_is_no_debt(customer: Customer) -> None:
    assert said(customer, owes=3500) == ["owes 35.00"]
    assert said(customer, owes=-3500) == ["has 35.00 to the good"]


def test_only_consent_never_asked_for_is_to_be_asked_for(customer: Customer) -> None:
    read = Wording("marketing", "", 2, "May Main St write to you?", 0, "")
    asking = Asking(Purpose("marketing", "Marketing", ("email", "sms"), False), ("sms", "whatsapp"), read)
    assert said(customer, asking=asking) == ["ask about Marketing by SMS, WhatsApp: “May Main St write to you?”"]
    assert said(replace(customer, status="inactive"), asking=asking) == ["inactive"]
    assert said(replace(customer, id=1), asking=asking) == []


def test_the_most_pressing_comes_first(customer: Customer) -> None:
    found = said(replace(customer, status="inactive", born="--11-21"), owes=100, pinned=["Keep the receipt."])
    assert found == ["inactive", "owes 1.00", "Keep the receipt.", "birthday today"]


def account(status: str = "active", owes: int = 0) -> Money:
    return Money(
        CustomerAccount(2, status, 20000, 30, "2026-01-01", owes, 0), 0, (OpenLayaway("L-0000001", "2026-11-20"),)
    )


def test_an_account_that_may_not_be_charged_matters(customer: Customer) -> None:
    today = date(2026, 11, 20)
    assert said(customer, today, money=account()) == []
    assert said(customer, today, money=account("hold")) == ["account on hold: it takes payments, no charges"]
    assert said(customer, today, money=account("closed")) == ["account closed: it takes payments, no charges"]
    assert said(customer, today, money=account(owes=20001)) == ["0.01 over the limit"]


def test_a_layaway_matters_from_the_day_after_it_was_due(customer: Customer) -> None:
    assert said(customer, date(2026, 11, 21), money=account()) == ["layaway L-0000001 overdue since 2026-11-20"]


def test_points_that_are_owed_or_end_soon_matter(customer: Customer) -> None:
    glance = LoyaltyGlance(120, "", "Silver", 100, None, (70, "2026-12-05"))
    assert said(customer, date(2026, 11, 20), points=glance) == []
    assert said(customer, date(2026, 11, 21), points=glance) == ["70 points expire after 2026-12-05"]
    owing = glance._replace(balance=-40, expiring=None)
    assert said(customer, points=owing) == ["owes 40 points: the next sales pay them back"]


def test_money_is_read_with_what_is_set_aside(shell: Desk, customer: Customer) -> None:
    open_account(shell, customer.id, credit_limit=20000, terms_days=30)
    found = money_of(shell, customer.id)
    assert (found.account.status, found.account.available, found.credit, found.layaways) == ("active", 20000, 0, ())
