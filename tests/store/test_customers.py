"""Customers: what is kept of them, what is refused, and that every change of a field can be read in the audit log."""

import string
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import audit_log, customers, discount_grants
from bookkeeper_tui.store.addresses import Address
from bookkeeper_tui.store.customer_fields import CustomerFields, Habits, attribute_key, check, habits_of, read_phone
from bookkeeper_tui.store.customers import EditConflict, create, edit, get, set_status
from bookkeeper_tui.store.desk import Desk

SPAIN = Habits("ES", "%d/%m/%Y", "2026-11-21")


def test_name_and_phone_are_enough(desk: Desk) -> None:
    customer = create(desk, CustomerFields(name="María Fernández", phone="612 345 678"))
    assert (customer.number, customer.name, customer.status) == ("C-000001", "María Fernández", "active")
    assert (customer.phone_raw, customer.phone_e164) == ("612 345 678", "+34612345678")
    assert customers.by_number(desk, "1") == customers.by_number(desk, "c-000001") == customer


def test_everything_of_the_form_is_kept(desk: Desk) -> None:
    given_fields = CustomerFields(
        name="Ana", phone="+44 7700 900123", email="Ana@Example.COM", card=" ab 12 ", born="17/05/1985", gender="F",
        company="Ana SL", registration_no="M-1234", vat_no="b58378431", billing=Address("Calle 1", city="Sevilla"),
        delivery=Address(city="Cádiz", country="es"), discount_code="VIP10", discount_until="2027-01-31",
        language="es_mx", tags=("VIP", "vip ", "Trade"), attributes={"Household Size": "2"},
    )  # fmt: skip
    customer = create(desk, given_fields)
    assert customer.phone_e164 == "+447700900123"
    assert (customer.email, customer.card, customer.born, customer.gender) == (
        "Ana@example.com",
        "AB12",
        "1985-05-17",
        "female",
    )
    assert (customer.vat_no, customer.language, customer.tags) == ("ESB58378431", "es-MX", ("trade", "vip"))
    assert customer.attributes == {"household_size": "2"}
    assert customer.billing == Address("Calle 1", city="Sevilla")
    assert customer.delivery == Address(city="Cádiz", country="ES")
    assert get(desk, customer.id) == customer


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "  ", "Name"),
        ("name", "\u200b\x1b", "Name"),
        ("phone", "12", "Phone: “12”"),
        ("phone", "call me", "Phone: “call me”"),
        ("email", "ana@", "E-mail: “ana@”"),
        ("email", "ana example.com", "E-mail: “ana example.com”"),
        ("born", "2030-01-01", "Born: “2030-01-01” is in the future"),
        ("born", "1890-01-01", "more than 120 years"),
        ("born", "31/02/1985", "Born: “31/02/1985”"),
        ("born", "--13-01", "Born: “--13-01”"),
        ("vat_no", "ESB58378432", "VAT no.: “ESB58378432”"),
        ("discount_until", "soon", "Discount until: “soon”"),
        ("language", "Spanglish!", "Language: “Spanglish!”"),
        ("attributes", "tall", "Attributes: “tall”"),
        ("billing_city", "x" * 201, "Billing city: more than 200"),
        ("shoe", "44", "shoe"),
    ],
)
def test_a_bad_value_is_refused_naming_field_and_value(desk: Desk, field: str, value: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        customers.check_field(desk, field, value)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1985-05-17", "1985-05-17"),
        ("17/05/1985", "1985-05-17"),
        ("--05-17", "--05-17"),
        ("5-17", "--05-17"),
        ("02-29", "--02-29"),
    ],
)
def test_a_birthday_may_leave_out_the_year(typed: str, kept: str) -> None:
    assert check(SPAIN, CustomerFields(name="Ana", born=typed)).fields.born == kept


def test_a_name_keeps_every_script_and_loses_what_a_terminal_would_obey(desk: Desk) -> None:
    for name in ("李小龍", "محمد علي", "नरेन्द्र", "O'Brien-Łuczak", "🦊 Fox", '50% "off" (x)'):
        assert create(desk, CustomerFields(name=name)).name == name
    assert create(desk, CustomerFields(name="A\x1b[31mna\tMaría\n")).name == "A[31mna María"


def test_a_number_that_can_only_be_dialled_in_town_is_kept_without_e164() -> None:
    assert read_phone("555-0123", "US") == ("555-0123", "", "3210555")


@given(st.text(string.digits, min_size=8, max_size=8))
def test_the_last_digits_of_a_phone_are_the_first_of_its_reversed_form(digits: str) -> None:
    phone = read_phone("+34 6" + digits, "ES")
    assert phone.reversed == ("6" + digits)[::-1]
    assert phone.e164.endswith(phone.reversed[::-1])


@given(st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=2))
def test_numbers_in_attributes_sort_as_numbers(values: list[object]) -> None:
    assert sorted(values) == sorted(values, key=lambda value: attribute_key(str(value)))  # type: ignore[type-var]


def test_a_card_belongs_to_one_customer_and_the_refusal_names_them(desk: Desk) -> None:
    first = create(desk, CustomerFields(name="Ana Reyes", card="4711"))
    with pytest.raises(BadInput, match=r"Card: 4711 is the card of Ana Reyes \(C-000001\) already"):
        create(desk, CustomerFields(name="Eva", card="47 11"))
    second = create(desk, CustomerFields(name="Eva"))
    assert second.number == "C-000002", "a refused customer takes no number"
    with pytest.raises(BadInput, match="Ana Reyes"):
        edit(desk, second.id, {"card": "4711"}, second.version)
    assert edit(desk, first.id, {"card": ""}, first.version).card == ""
    assert edit(desk, second.id, {"card": "4711"}, second.version).card == "4711"


def test_a_double_enter_makes_one_customer(desk: Desk) -> None:
    fields = CustomerFields(name="Ana")
    assert create(desk, fields, once="a") == create(desk, fields, once="a")
    assert create(desk, fields, once="b").number == "C-000002"


def test_the_log_has_every_field_of_a_new_customer(desk: Desk) -> None:
    customer = create(desk, CustomerFields(name="Ana", email="ana@example.com", tags=("vip",)))
    row = audit_log.page(desk, customer_id=customer.id)[0]
    assert (row.action, row.subject) == ("customer.created", "C-000001")
    assert row.personal == {"name": ["", "Ana"], "email": ["", "ana@example.com"], "tags": ["", "vip"]}


VALUES = {
    "name": ["Eva", "Ana María"],
    "phone": ["", "612 345 678", "+44 7700 900123"],
    "email": ["", "eva@example.com"],
    "born": ["", "1985-05-17", "--05-17"],
    "company": ["", "Eva SL"],
    "billing_city": ["", "Sevilla"],
    "delivery_street": ["", "Calle 2"],
    "tags": ["", "trade, vip"],
    "attributes": ["", "income=35-49K, kids_count=2"],
}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in VALUES.items()}))
def test_an_edit_changes_what_was_asked_and_the_log_has_old_and_new(desk: Desk, asked: dict[str, str]) -> None:
    customer = create(desk, CustomerFields(name="Ana", phone="911 234 567", tags=("new",)))
    before = customers.texts(customer)
    after = edit(desk, customer.id, asked, customer.version)
    assert customers.texts(after) == before | asked
    changed = {name: [before[name], text] for name, text in asked.items() if before[name] != text}
    assert after.version == customer.version + bool(changed)
    newest = audit_log.page(desk, customer_id=customer.id)[0]
    if changed:
        assert (newest.action, newest.personal) == ("customer.edited", changed)
        assert sorted(newest.detail["fields"]) == sorted(changed)
    else:
        assert newest.action == "customer.created"


def test_a_value_that_was_never_valid_may_stay_when_another_is_edited(desk: Desk) -> None:
    customer = create(desk, CustomerFields(name="Ana"))
    with desk.change("customer.edited", customer_id=customer.id) as change:
        change.database.execute_sql("UPDATE customer SET phone_raw = '12' WHERE id = ?", (customer.id,))
    edited = edit(desk, customer.id, {"phone": "12", "name": "Eva"}, customer.version)
    assert (edited.name, edited.phone_raw) == ("Eva", "12")


def test_two_consoles_editing_one_customer_the_second_is_shown_both(desk: Desk, shell: Desk) -> None:
    seen = create(desk, CustomerFields(name="Ana", phone="612 345 678", company="Ana SL"))
    edit(shell, seen.id, {"phone": "911 234 567"}, seen.version)
    theirs = edit(shell, seen.id, {"phone": "922 234 567"}, seen.version + 1)
    with pytest.raises(EditConflict) as conflict:
        edit(desk, seen.id, {"phone": "933 234 567", "company": ""}, seen.version)
    assert conflict.value.theirs == theirs
    assert conflict.value.changed == {
        "phone": ("612 345 678", "922 234 567", "933 234 567"),
        "company": ("Ana SL", "Ana SL", ""),
    }
    assert get(desk, seen.id) == theirs
    assert edit(desk, seen.id, {"phone": "933 234 567"}, theirs.version).phone_e164 == "+34933234567"


def test_a_customer_becomes_inactive_and_active_again(desk: Desk) -> None:
    customer = create(desk, CustomerFields(name="Ana"))
    assert set_status(desk, customer.id, "inactive").status == "inactive"
    assert audit_log.page(desk, customer_id=customer.id)[0].personal == {"status": ["active", "inactive"]}
    assert set_status(desk, customer.id, "active").status == "active"
    with pytest.raises(BadInput, match="gone"):
        set_status(desk, customer.id, "gone")


def test_the_walk_in_customer_is_changed_by_nobody(desk: Desk) -> None:
    for attempt in (
        lambda: edit(desk, customers.WALK_IN_ID, {"name": "X"}, 1),
        lambda: set_status(desk, 1, "inactive"),
    ):
        with pytest.raises(BadInput, match="walk-in"):
            attempt()


def test_many_at_once_are_the_same_rows_as_one_by_one(desk: Desk, shell: Desk) -> None:
    fields = [
        CustomerFields(
            name=f"Ana {place}", phone=f"612 345 6{place:02}", email=f"A{place}@example.com", tags=("vip",),
            attributes={"income": "35-49K"}, billing=Address(city="Sevilla"), card=f"K{place}",
        )
        for place in range(20)
    ]  # fmt: skip
    singly = [create(desk, each) for each in fields[:10]]
    with shell.change("customer.created") as change:
        ids = customers.create_many(change, [check(habits_of(shell), each) for each in fields[10:]])
    together = [get(desk, customer_id) for customer_id in ids]
    assert [customer.number for customer in together] == [f"C-{number:06}" for number in range(11, 21)]
    for place, (one, other) in enumerate(zip(singly, together, strict=True)):
        expected = customers.texts(one)
        expected |= {"name": f"Ana {place + 10}", "phone": f"612 345 6{place + 10:02}", "card": f"K{place + 10}"}
        assert customers.texts(other) == expected | {"email": f"A{place + 10}@example.com"}
    for table in ("standing", "search_entry", "customer_address", "customer_tag", "customer_attribute"):
        rows = desk.database.execute_sql(f"SELECT COUNT(*) FROM {table} WHERE customer_id > 1").fetchone()[0]
        assert rows == 20, table


def test_a_card_given_twice_in_one_file_is_refused(shell: Desk) -> None:
    twins = [check(habits_of(shell), CustomerFields(name=name, card="7")) for name in ("Ana", "Eva")]
    with pytest.raises(BadInput, match="Card: 7 is given to two"), shell.change("customer.created") as change:
        customers.create_many(change, twins)


def test_a_cashier_may_create_and_an_auditor_may_only_look(desk_of: Callable[[str], Desk]) -> None:
    customer = create(desk_of("cashier"), CustomerFields(name="Ana"))
    auditor = desk_of("auditor")
    assert get(auditor, customer.id) == customer
    with pytest.raises(NotAllowed):
        create(auditor, CustomerFields(name="Eva"))
    with pytest.raises(NotAllowed):
        edit(auditor, customer.id, {"name": "Eva"}, customer.version)


def test_who_gave_which_discount_code_is_kept(shell: Desk) -> None:
    made = customers.create(shell, CustomerFields(name="Ana", phone="+34600111222", discount_code="STAFF10"))
    customers.edit(shell, made.id, {"discount_until": "2027-01-31", "name": "Ana Reyes"}, made.version)
    changed = customers.edit(shell, made.id, {"discount_code": "", "discount_until": ""}, made.version + 1)
    customers.edit(shell, made.id, {"name": "Ana R."}, changed.version)
    grants = discount_grants.of_customer(shell.database, made.id)
    assert [(grant.code, grant.until) for grant in grants] == [("", ""), ("STAFF10", "2027-01-31"), ("STAFF10", "")]
    assert {grant.who for grant in grants} == {shell.staff.who}
