"""What of a person each role sees: masks where the store gives something out, reveals in the log, masks never kept."""

import io
from collections.abc import Callable

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import (
    as_of,
    audit_log,
    customers,
    log_search,
    matters,
    measurements,
    members,
    notes,
    reports,
    search,
)
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.customers import Customer, EditConflict
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.members import MemberFilter, NewMember
from tests.store.floor import Floor
from tests.store.memberships_floor import Club, open_club

Seat = Callable[[str], Desk]

PHONE, EMAIL, BORN, VAT = "612 345 678", "maria@example.com", "1985-05-17", "ESB58378431"
MASKS = ("•••• ••• 678", "m•••@example.com", "•••", "•••")


@pytest.fixture
def maria(shell: Desk) -> Customer:
    """Somebody of whom much is known."""
    fields = CustomerFields(
        name="María Fernández", phone=PHONE, email=EMAIL, born=BORN, vat_no=VAT, registration_no="R-77"
    )
    return customers.create(shell, fields)


@pytest.fixture
def club(floor: Floor, desk: Desk) -> Club:
    """A till that sells memberships."""
    return open_club(floor, desk)


def seen(customer: Customer) -> tuple[str, str, str, str]:
    """The fields that are not for everybody."""
    return (customer.phone_raw, customer.email, customer.born, customer.vat_no)


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("cashier", MASKS),
        ("supervisor", (*MASKS[:2], BORN, MASKS[3])),
        ("manager", (PHONE, EMAIL, BORN, VAT)),
        ("auditor", (PHONE, EMAIL, BORN, VAT)),
    ],
)
def test_each_role_sees_its_fields(desk_of: Seat, maria: Customer, role: str, expected: tuple[str, ...]) -> None:
    desk = desk_of(role)
    for customer in (customers.get(desk, maria.id), customers.by_number(desk, maria.number)):
        assert seen(customer) == expected
        assert (customer.registration_no == "R-77") == (expected[3] == VAT)
        assert PHONE[-3:] in customer.phone_e164
        assert ("+34" in customer.phone_e164) == (expected[0] == PHONE)
    hit = search.search(desk, "maria").hits[0]
    assert (hit.phone, hit.email) == expected[:2]
    assert maria.name == customers.get(desk, maria.id).name


def test_the_owner_at_the_server_sees_everything(shell: Desk, maria: Customer) -> None:
    assert seen(customers.get(shell, maria.id)) == (PHONE, EMAIL, BORN, VAT)


def test_what_was_taken_from_a_role_is_hidden_from_it(shell: Desk, desk_of: Seat, maria: Customer) -> None:
    with shell.change("setting.changed") as change:
        change.database.execute_sql("DELETE FROM role_permission WHERE role = 'manager' AND permission = 'field.phone'")
    customer = customers.get(desk_of("manager"), maria.id)
    assert seen(customer) == (MASKS[0], EMAIL, BORN, VAT)


def test_the_shift_s_customers_are_masked_as_well(desk_of: Seat, maria: Customer) -> None:
    desk = desk_of("cashier")
    desk.look("customer.viewed", subject=maria.number, customer_id=maria.id)
    assert [(hit.phone, hit.email) for hit in search.recent(desk)] == [MASKS[:2]]


def test_revealing_shows_phone_and_email_only_and_is_in_the_log_first(
    shell: Desk, desk_of: Seat, maria: Customer
) -> None:
    desk = desk_of("cashier")
    revealed = customers.reveal(desk, maria.id)
    assert seen(revealed) == (PHONE, EMAIL, MASKS[2], MASKS[3])
    row = audit_log.page(shell, customer_id=maria.id)[0]
    assert (row.action, row.subject, row.who) == ("customer.revealed", maria.number, desk.staff.who)
    assert seen(customers.get(desk, maria.id)) == MASKS, "for this once"


def test_whose_number_is_typed_is_found_by_it_without_showing_it(desk_of: Seat, maria: Customer) -> None:
    desk = desk_of("cashier")
    for typed in (PHONE, "345678", EMAIL):
        hit = search.search(desk, typed).hits[0]
        assert (hit.customer_id, hit.phone, hit.email) == (maria.id, *MASKS[:2])


def test_birthdays_may_be_asked_for_by_all_and_years_by_few(desk_of: Seat, maria: Customer) -> None:
    cashier, supervisor = desk_of("cashier"), desk_of("supervisor")
    assert [hit.why for hit in search.search(cashier, "born:05").hits] == ["born 05"]
    assert "1985" in search.search(supervisor, "born:05").hits[0].why
    for asked in ("born:1985", "born<1990", "born:1985-05-17"):
        answer = search.search(cashier, f"maria {asked}")
        assert "years are for those who may see dates of birth" in answer.mistakes[0].sentence
        assert search.search(supervisor, f"maria {asked}").mistakes == []


def test_a_birthday_that_is_near_is_told_to_all(shell: Desk, desk_of: Seat, maria: Customer) -> None:
    today = shell.today()
    near = customers.create(shell, CustomerFields(name="Near", phone="600111222", born=f"1990-{today[5:]}"))
    desk = desk_of("cashier")
    assert matters.birthday_in(desk, near.id) == 0
    assert customers.get(desk, near.id).born == MASKS[2]


# Forms.


def test_what_is_left_as_it_was_shown_stays(shell: Desk, desk_of: Seat, maria: Customer) -> None:
    desk = desk_of("cashier")
    shown = customers.get(desk, maria.id)
    texts = customers.texts(shown) | {"name": "María F."}
    edited = customers.edit(desk, maria.id, texts, shown.version)
    assert (edited.name, seen(edited)) == ("María F.", MASKS)
    assert seen(customers.get(shell, maria.id)) == (PHONE, EMAIL, BORN, VAT)
    row = audit_log.page(shell, customer_id=maria.id)[0]
    assert row.detail["fields"] == ["name"]


def test_marks_as_a_plain_terminal_writes_them_are_left_as_well(shell: Desk, desk_of: Seat, maria: Customer) -> None:
    desk = desk_of("cashier")
    texts = {name: text.replace("•", "*") for name, text in customers.texts(customers.get(desk, maria.id)).items()}
    customers.edit(desk, maria.id, texts, maria.version)
    assert customers.get(shell, maria.id).version == maria.version


def test_who_sees_little_may_still_put_right(shell: Desk, desk_of: Seat, maria: Customer) -> None:
    edited = customers.edit(desk_of("cashier"), maria.id, {"phone": "612 000 111", "born": ""}, maria.version)
    assert (edited.phone_raw, edited.born) == ("•••• ••• 111", "")
    assert customers.get(shell, maria.id).phone_raw == "612 000 111"


@pytest.mark.parametrize(
    ("field", "text"),
    [("phone", "•••• ••• 679"), ("email", "m•••@example.org"), ("email", "m***@example.org"), ("born", "•••"),
     ("registration_no", "R-•••"), ("vat_no", "•••1")],
)  # fmt: skip
def test_a_mask_is_never_kept(shell: Desk, desk_of: Seat, maria: Customer, field: str, text: str) -> None:
    for desk in (desk_of("supervisor"), shell):
        with pytest.raises(BadInput, match="partly hidden: type it whole"):
            customers.edit(desk, maria.id, {field: text}, maria.version)
    assert seen(customers.get(shell, maria.id)) == (PHONE, EMAIL, BORN, VAT)


def test_a_conflict_shows_masks(shell: Desk, desk_of: Seat, maria: Customer) -> None:
    desk = desk_of("cashier")
    shown = customers.get(desk, maria.id)
    customers.edit(shell, maria.id, {"phone": "612 999 000", "email": "mf@example.net"}, maria.version)
    with pytest.raises(EditConflict) as caught:
        customers.edit(desk, maria.id, customers.texts(shown) | {"name": "María F."}, shown.version)
    assert caught.value.changed["phone"] == (MASKS[0], "•••• ••• 000", MASKS[0])
    assert caught.value.theirs.email == "m•••@example.net"
    assert "612" not in str(caught.value.changed) + str(caught.value.theirs)
    customers.edit(desk, maria.id, {"name": "María F."}, caught.value.theirs.version)
    assert customers.get(shell, maria.id).phone_raw == "612 999 000"


# Members.


def test_members_are_masked_and_revealed_alike(shell: Desk, desk_of: Seat, club: Club) -> None:
    kept = members.add(shell, club.sold().id, NewMember("Lía", "daughter", PHONE, EMAIL))
    desk = desk_of("cashier")
    ways = [
        members.get(desk, kept.id),
        *(one for one in members.of_customer(desk, kept.customer_id) if one.id == kept.id),
        *(one for one in members.page(desk, MemberFilter(name="lia"), club.today) if one.id == kept.id),
    ]
    assert [(one.phone, one.email) for one in ways] == [MASKS[:2]] * 3
    shown = members.reveal(desk, kept.id)
    assert (shown.phone, shown.email) == (PHONE, EMAIL)
    row = audit_log.page(shell, customer_id=kept.customer_id)[0]
    assert (row.action, row.detail) == ("customer.revealed", {"member": kept.id})


def test_a_member_s_masks_are_left_as_they_were(shell: Desk, desk_of: Seat, club: Club) -> None:
    kept = members.add(shell, club.sold().id, NewMember("Lía", "daughter", PHONE, EMAIL))
    desk = desk_of("cashier")
    members.edit(desk, kept.id, NewMember("Lía B.", "daughter", *MASKS[:2]), kept.version)
    now = members.get(shell, kept.id)
    assert (now.name, now.phone, now.email) == ("Lía B.", PHONE, EMAIL)
    with pytest.raises(BadInput, match="partly hidden"):
        members.edit(desk, kept.id, NewMember("Lía", "daughter", "•••• ••• 111", EMAIL), now.version)


# What leaves on paper and in files.


@pytest.mark.parametrize("format", ["csv", "json", "text"])
def test_exports_show_no_more_than_the_profile(
    shell: Desk, desk_of: Seat, maria: Customer, club: Club, format: str
) -> None:
    members.add(shell, club.sold().id, NewMember("Lía", "daughter", PHONE, EMAIL))

    def exported(desk: Desk, kind: str) -> str:
        file = io.StringIO()
        columns = tuple(column.name for column in reports.kind_named(kind).columns_at(desk))
        reports.export(desk, reports.Question(kind, columns=columns), format, file)
        return file.getvalue()

    for kind in ("members", "customers"):
        assert EMAIL in exported(desk_of("manager"), kind)
    with shell.change("setting.changed") as change:
        change.database.execute_sql("INSERT INTO role_permission VALUES ('supervisor', 'export.customers')")
    for kind in ("members", "customers"):
        told = exported(desk_of("supervisor"), kind)
        assert MASKS[1] in told.replace("\\u2022", "•")
        for secret in (PHONE, EMAIL, VAT, "R-77"):
            assert secret not in told


# Notes and the log.


def test_sensitive_notes_are_for_those_who_may_read_them(shell: Desk, desk_of: Seat, maria: Customer) -> None:
    cashier, manager = desk_of("cashier"), desk_of("manager")
    written = notes.add(cashier, maria.id, "Is being treated for it", sensitive=True, pinned=True)
    assert (written.text, written.sensitive, written.is_hidden) == ("Sensitive note", True, True)
    plain = notes.add(cashier, maria.id, "Likes the window")
    assert [note.text for note in notes.page(cashier, maria.id)] == ["Sensitive note", plain.text]
    assert notes.count(cashier, maria.id) == 2
    assert [note.text for note in notes.page(manager, maria.id)] == ["Is being treated for it", plain.text]
    assert notes.pin(cashier, written.id, False).text == "Sensitive note"


def test_the_audit_log_shows_no_more_than_the_profile(shell: Desk, desk_of: Seat, maria: Customer) -> None:
    notes.add(shell, maria.id, "Is being treated for it", sensitive=True)
    weight = measurements.define(shell, measurements.NewKind("Weight", "kg", 1, 0, 300_000, sensitive=True))
    measurements.add(shell, maria.id, weight.id, 64_500)
    customers.edit(shell, maria.id, {"phone": "612 999 000", "born": "1985-05-18"}, maria.version)
    manager = desk_of("manager")
    assert "612 999 000" in str(audit_log.page(manager, customer_id=maria.id))
    with shell.change("setting.changed") as change:
        change.database.execute_sql("DELETE FROM role_permission WHERE role = 'auditor' AND permission LIKE 'field.%'")
    auditor = desk_of("auditor")
    for rows in (
        audit_log.page(auditor, customer_id=maria.id),
        audit_log.page_newer(auditor, customer_id=maria.id, after=0),
        list(audit_log.everything(auditor, customer_id=maria.id)),
        log_search.page(auditor, log_search.LogQuestion(customer_id=maria.id)),
        list(log_search.all_rows(auditor, log_search.LogQuestion(customer_id=maria.id))),
    ):
        told = str(rows).replace("64,5", "64.5")
        for secret in ("612", EMAIL, "1985", VAT, "treated", "64.5"):
            assert secret not in told
        assert "•••• ••• 678" in told
        assert "•••• ••• 000" in told


SECOND = {
    "phone_2": "633 111 999",
    "second e-mail": "office@maria.example",
    "fax": "+34 91 000 11 22",
    "shoe": "39",
    "vip no": "12345678",
}
SEEN = {
    "phone_2": "•••• ••• 999",
    "second e-mail": "o•••@maria.example",
    "fax": "•••• ••• 122",
    "shoe": "39",
    "vip no": "12345678",
}


def with_second(shell: Desk, maria: Customer) -> dict[str, str]:
    """Gives her a second phone and e-mail, and answers her attributes."""
    said = ", ".join(f"{name}={value}" for name, value in SECOND.items())
    return dict(customers.edit(shell, maria.id, {"attributes": said}, maria.version).attributes)


def test_a_second_phone_or_e_mail_is_masked_as_the_first_one(desk_of: Seat, shell: Desk, maria: Customer) -> None:
    known = with_second(shell, maria)
    cashier, masked = desk_of("cashier"), dict(zip(sorted(known), (SEEN[name] for name in sorted(SEEN)), strict=True))
    assert list(customers.get(cashier, maria.id).attributes.values()) == list(masked.values())
    assert customers.get(desk_of("manager"), maria.id).attributes == known
    assert customers.reveal(cashier, maria.id).attributes == known
    past = as_of.as_of(cashier, maria.id, cashier.today())
    logged = audit_log.page(desk_of("auditor"), customer_id=maria.id)
    assert SECOND["phone_2"] in str(logged)
    for secret in (SECOND["phone_2"], SECOND["second e-mail"], SECOND["fax"]):
        assert secret not in str(past)


def test_a_second_phone_that_was_left_as_it_was_shown_stays_whole(desk_of: Seat, shell: Desk, maria: Customer) -> None:
    known = with_second(shell, maria)
    cashier = desk_of("cashier")
    shown = customers.get(cashier, maria.id)
    typed = customers.texts(shown)["attributes"].replace("=39", "=40")
    customers.edit(cashier, maria.id, {"attributes": typed}, shown.version)
    assert customers.get(shell, maria.id).attributes == {**known, "shoe": "40"}
    shown = customers.get(cashier, maria.id)
    assert customers.edit(cashier, maria.id, customers.texts(shown), shown.version).version == shown.version
