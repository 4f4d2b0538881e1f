"""Customers from every known format; the same person twice; what is refused, kept aside, changed."""

from typing import Any

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import consents, customers, notes
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.importing import Account, import_files

FORMATS = (
    ("shopify_customers.csv", "Shopify customers", 3),
    ("shopify_customers_older.csv", "Shopify customers, older", 2),
    ("square_customers.csv", "Square customers", 4),
    ("ospos_customers.csv", "Open Source Point of Sale customers", 3),
    ("woocommerce_customers.csv", "WooCommerce Analytics customers", 1),
    ("woocommerce_customers_older.csv", "WooCommerce Analytics customers", 1),
    ("loyverse_customers.csv", "Loyverse customers", 1),
    ("lightspeed_customers.csv", "Lightspeed X-Series customers", 1),
    ("journey_customers.csv", "The Complete Journey, customers", 46),
)


@pytest.fixture
def who(shell: Desk) -> Any:
    """A customer by name."""

    def found(name: str) -> customers.Customer:
        rows = shell.database.execute_sql("SELECT id FROM customer WHERE name = ?", (name,)).fetchall()
        assert len(rows) == 1, f"{len(rows)} customers are called {name}"
        return customers.get(shell, rows[0][0])

    return found


@pytest.mark.parametrize(("name", "title", "people"), FORMATS)
def test_every_known_format_comes_in_and_changes_nothing_the_second_time(
    bring: Any, counts: Any, name: str, title: str, people: int
) -> None:
    first = bring("customers", name)
    assert first.formats == {name: title}
    assert (first.read, first.added, first.rejected) == (people, people, 0)
    before = counts()
    second = bring("customers", name)
    assert (second.added, second.changed, second.unchanged) == (0, 0, people)
    assert {**counts(), "audit": 0} == {**before, "audit": 0}


def test_shopify_says_all_it_has(bring: Any, who: Any, shell: Desk) -> None:
    report = bring("customers", "shopify_customers.csv")
    ana = who("Ana Reyes")
    assert (ana.phone_e164, ana.email, ana.company) == ("+34655550101", "ana.reyes@example.com", "Reyes SL")
    assert ana.billing is not None
    assert (ana.billing.street, ana.billing.postcode, ana.billing.country) == ("Calle Mayor 1", "46001", "ES")
    assert ana.tags == ("newsletter", "vip")
    assert consents.states(shell, ana.id) == {"email": "yes", "sms": "no", "whatsapp": "ask"}
    assert [note.text for note in notes.page(shell, ana.id)] == ["Rings twice.\nLeave with the neighbour."]
    joost = who("Joost 't Hooft")
    assert joost.phone_e164 == "+31612345678"
    assert joost.attributes == {"tax_exempt": "yes"}
    assert who("newsletter.only@example.com").email == "newsletter.only@example.com"
    assert "Favourite colour (customer.metafields.custom.colour)" in report.left_behind["shopify_customers.csv"]


def test_columns_go_by_name_whatever_their_order_and_case(bring: Any, who: Any) -> None:
    report = bring("customers", "HOUSEHOLD_ID,Last_Name,first_name,Shoe Size\n7,Sloan,Jessica,38\n")
    assert report.formats == {"given.csv": "The Complete Journey, customers"}
    assert report.left_behind["given.csv"] == ("Shoe Size",)
    assert who("Jessica Sloan").source_ref == "7"


def test_unknown_and_empty_are_no_consent_and_n_is_a_no(bring: Any, who: Any, shell: Desk) -> None:
    bring("customers", "square_customers.csv")
    bring("customers", "ospos_customers.csv")
    said = {
        name: consents.states(shell, who(name).id)["email"]
        for name in ("Callum Fletcher", "Łucja Żak", "Bruno Díaz", "Elena Güell", "Rosa Peña")
    }
    assert said == {
        "Callum Fletcher": "yes", "Łucja Żak": "no", "Bruno Díaz": "no", "Elena Güell": "yes", "Rosa Peña": "ask",
    }  # fmt: skip


def test_a_square_birthday_may_have_no_year(bring: Any, ask: Any) -> None:
    bring("customers", "square_customers.csv")
    assert ask("SELECT born FROM customer WHERE source_ref IN ('SQC001', 'SQC002') ORDER BY source_ref") == [
        ("1990-04-05",), ("--11-27",),
    ]  # fmt: skip


def test_balances_of_other_systems_are_kept_as_attributes(bring: Any, who: Any) -> None:
    bring("customers", "lightspeed_customers.csv")
    kept = who("Iván Reyes").attributes
    assert (kept["loyalty_balance"], kept["custom_1"], kept["other_phone"]) == ("12.50", "left-handed", "655550105")
    bring("customers", "loyverse_customers.csv")
    assert who("Zofia Kowalczyk").attributes["points"] == "120.00"


def test_a_missing_column_refuses_the_file_by_name(bring: Any) -> None:
    with pytest.raises(BadInput, match="looks like The Complete Journey, customers, but has no column “household_id”"):
        bring("customers", "first_name,last_name,phone,email,postcode,age_band,income,home_ownership,kids_count\n")
    with pytest.raises(BadInput, match="say which is which with --map"):
        bring("customers", "colour,weight\nred,3\n")


def test_rows_are_refused_one_by_one_with_column_and_value(bring: Any) -> None:
    told: list[Account] = []
    report = bring(
        "customers",
        "id,name,email,born,card\n"
        "1,Ana,a@example.com,1990-02-30,\n"
        "2,,,,\n"
        "3,Bruno,b@example.com,1980-01-01,C1\n"
        "3,Bruno again,,,\n"
        "4,Carla,,,C1\n"
        "5,Dora,,soon\x1b[31m,\n",
        account=told.append,
    )
    assert (report.read, report.added, report.rejected) == (6, 1, 5)
    assert report.reasons == {
        "born: not a date": 2,
        "no name, and no company, e-mail or phone either": 1,
        "id: given twice in this file": 1,
        "card: given twice in this file": 1,
    }
    assert [(row.row, row.reason) for row in told if row.row in (2, 7)] == [
        (2, "born: not a date: “1990-02-30”"),
        (7, "born: not a date: “soon·[31m”"),
    ]


def test_what_is_not_valid_is_kept_aside_and_told(bring: Any, who: Any) -> None:
    report = bring("customers", "id,name,phone,email,vat_no\n1,Ana,ask her son,not an address,ES999\n")
    ana = who("Ana")
    assert report.added == 1
    assert ana.phone_raw == "ask her son"
    assert dict(ana.attributes) == {"email_as_given": "not an address", "vat_no_as_given": "ES999"}
    assert set(report.remarks) == {
        "phone not a possible number, kept as it was written",
        "email not valid, kept as an attribute",
        "vat_no not valid, kept as an attribute",
    }


def test_without_ids_people_are_known_by_name_with_email_or_phone(bring: Any, shell: Desk, ask: Any) -> None:
    customers.create(shell, customers.CustomerFields(name="Ana Reyes", email="ana@example.com"))
    told: list[Account] = []
    text = (
        "name,phone,email,city\n"
        "ANA REYES,655 550 101,Ana@Example.com,Dénia\n"
        "Bruno,655 550 102,,Gandia\n"
        "Bruno,655 550 102,,Gandia\n"
        "Bruno,655 550 102,,Oliva\n"
        "Carla,,,\n"
    )
    report = bring("customers", text, account=told.append)
    assert [row.verdict for row in told] == ["unchanged", "rejected", "changed", "added", "added"]
    assert report.reasons == {"the same person stands in an earlier row with other details": 1}
    assert ask("SELECT name, phone_e164 FROM customer WHERE id > 1 ORDER BY id") == [
        ("ANA REYES", "+34655550101"), ("Bruno", "+34655550102"), ("Carla", ""),
    ]  # fmt: skip
    again = bring("customers", text)
    assert (again.added, again.changed, again.unchanged, again.rejected) == (0, 0, 4, 1)


def test_two_ids_of_one_system_are_two_people(bring: Any, ask: Any) -> None:
    bring("customers", "id,name,phone\n1,Ana Reyes,655550101\n2,Ana Reyes,655550101\n")
    assert ask("SELECT COUNT(*) FROM customer WHERE name = 'Ana Reyes'") == [(2,)]


def test_people_of_two_systems_are_one_when_name_and_email_agree(bring: Any, ask: Any) -> None:
    bring("customers", "square_customers.csv")
    report = bring("customers", "id,name,email\nX1,Callum Fletcher,callum@example.com\n")
    assert (report.added, report.changed, report.unchanged) == (0, 0, 1)
    assert ask("SELECT source, ref FROM customer_origin WHERE customer_id = 2 ORDER BY 1") == [
        ("bookkeeper", "X1"), ("square", "SQC001"),
    ]  # fmt: skip


def test_a_changed_row_is_audited_field_by_field(bring: Any, shell: Desk, who: Any, ask: Any) -> None:
    bring("customers", "id,name,phone,city,tags\n1,Ana,655550101,Dénia,vip\n")
    told: list[Account] = []
    report = bring("customers", "id,name,phone,city,tags\n1,Ana,,Oliva,club\n", account=told.append)
    assert (report.changed, report.added) == (1, 0)
    assert told[0].changes == {"billing_city": ("Dénia", "Oliva"), "tags": ("vip", "club, vip")}
    ana = who("Ana")
    assert ana.phone_e164 == "+34655550101"
    sql = "SELECT body FROM audit JOIN audit_personal USING (seq) WHERE action = 'customer.edited' AND customer_id = ?"
    assert "Dénia" in ask(sql, ana.id)[0][0]


def test_what_was_edited_here_is_not_undone_by_the_same_file(bring: Any, shell: Desk, who: Any) -> None:
    text = "id,name,phone\n1,Ana,655550101\n"
    bring("customers", text)
    ana = who("Ana")
    customers.edit(shell, ana.id, {"phone": "655550199"}, ana.version)
    assert bring("customers", text).unchanged == 1
    assert who("Ana").phone_e164 == "+34655550199"


def test_a_consent_withdrawn_here_is_not_given_again_by_a_list(bring: Any, shell: Desk, who: Any) -> None:
    bring("customers", "id,name,consent_email\n1,Ana,yes\n")
    ana = who("Ana")
    consents.record(shell, ana.id, "email", False, how="at the till")
    bring("customers", "id,name,consent_email,city\n1,Ana,yes,Oliva\n")
    assert consents.states(shell, ana.id)["email"] == "no"


def test_a_dry_run_tells_what_the_run_then_does_and_writes_nothing(bring: Any, shell: Desk, counts: Any) -> None:
    customers.create(shell, customers.CustomerFields(name="Callum Fletcher", email="callum@example.com"))
    before, dry, wet = counts(), list[Account](), list[Account]()
    planned = bring("customers", "square_customers.csv", dry_run=True, account=dry.append)
    assert counts() == before
    done = bring("customers", "square_customers.csv", account=wet.append)
    assert dry == wet
    assert planned.as_dict() == done.as_dict()
    assert planned.changed == 1


def test_importing_needs_the_permission(desk_of: Any, bring: Any) -> None:
    with pytest.raises(NotAllowed):
        import_files(desk_of("cashier"), "customers", [])


def test_the_import_is_in_the_log_with_file_and_sums(bring: Any, ask: Any) -> None:
    bring("customers", "square_customers.csv")
    detail = ask("SELECT detail FROM audit WHERE action = 'import.customers' ORDER BY seq DESC LIMIT 1")[0][0]
    assert '"sha256"' in detail
    assert '"added":4' in detail.replace(" ", "")
