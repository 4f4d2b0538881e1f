"""Sales and products from every known format, whole or not at all: odd lines, refunds, scattered rows, mappings."""

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bookkeeper_tui.errors import BadInput, StoreUnusable
from bookkeeper_tui.store import ledger, proof, sales
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.importing import Account, sale_files
from bookkeeper_tui.store.importing.columns import OUR_NAMES
from bookkeeper_tui.store.importing.synonyms import SYNONYMS
from tests.store.importing.conftest import DATA

HEADER = "sale,sold_at,branch,kind,customer,product,quantity,amount,discount.coupon,tax,tender\n"
GOOD = "1,2026-05-01T10:00,Main,,,P1,2,10.00,1.00,,\n"


def all_is_well(desk: Desk) -> bool:
    return all(check.ok for check in proof.checks(desk))


@pytest.fixture
def journey(bring: Any) -> Any:
    """A shop with the households and products of the Journey's slice."""
    bring("customers", "journey_customers.csv")
    return bring("products", "journey_products.csv")


def test_the_journeys_products_carry_department_maker_and_size(journey: Any, bring: Any, ask: Any) -> None:
    assert journey.added == journey.read == 127
    with (DATA / "journey_products.csv").open(newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["package_size"])
    sql = (
        "SELECT product.name, size, category.name, brand.name FROM product "
        "JOIN category ON category.id = category_id JOIN brand ON brand.id = brand_id WHERE sku = ?"
    )
    assert ask(sql, row["product_id"]) == [
        (row["product_type"], row["package_size"], row["department"], f"{row['brand']} {row['manufacturer_id']}")
    ]
    assert bring("products", "journey_products.csv").unchanged == 127


def test_the_journeys_sales_come_in_to_the_cent_with_all_that_is_odd(
    journey: Any, bring: Any, ask: Any, shell: Desk, counts: Any
) -> None:
    with (DATA / "journey_sale_lines.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    report = bring("sales", "journey_sale_lines.csv")
    assert (report.read, report.added, report.rejected) == (150, 150, 0)
    assert report.made == {"sales": 55, "lines": 150}
    assert {what: count for what, count in report.remarks.items() if count} == {
        "lines with quantity 0": 4,
        "lines whose quantity counts no pieces": 3,
        "lines with amount 0": 4,
        "lines of an unknown product": 2,
    }
    total = sum(Decimal(row["sales_value"]) for row in rows)
    assert ask("SELECT SUM(total) FROM sale") == [(int(total * 100),)]
    for kind, column in (("retail", "retail_disc"), ("coupon", "coupon_disc"), ("coupon-match", "coupon_match_disc")):
        off = int(sum(Decimal(row[column]) for row in rows) * 100)
        assert ask("SELECT COALESCE(SUM(amount), 0) FROM sale_discount WHERE kind = ?", kind) == [(off,)]
    big = next(row for row in rows if int(row["quantity"]) > 1000)
    assert ask(
        "SELECT l.quantity, l.pieces FROM sale JOIN sale_line AS l ON sale_id = sale.id "
        "WHERE source_ref = ? AND l.quantity > 1000000",
        big["basket_id"],
    ) == [(int(big["quantity"]) * 1000, 0)]
    assert ask("SELECT COUNT(*) FROM branch WHERE name LIKE 'Store %'")[0][0] == len({row["store_id"] for row in rows})
    assert ask("SELECT business_date FROM sale WHERE source_ref = ?", rows[0]["basket_id"]) == [
        (rows[0]["transaction_timestamp"][:10],)
    ]
    assert all_is_well(shell)
    before = counts()
    assert bring("sales", "journey_sale_lines.csv").unchanged == 150
    assert {**counts(), "audit": 0} == {**before, "audit": 0}


def test_shopify_orders_with_discount_tax_shipping_refund_and_credit(bring: Any, ask: Any, shell: Desk) -> None:
    bring("customers", "shopify_customers.csv")
    bring("products", "sku,name\nBEAN,Espresso beans\n")
    report = bring("sales", "shopify_orders.csv")
    assert report.reasons == {
        "cancelled before it was paid": 1,
        "Total: not what lines, discount, shipping and taxes come to": 1,
        "Email: no such customer": 1,
    }
    assert ask("SELECT source_ref, kind, total, discount, tax, line_count FROM sale ORDER BY source_ref") == [
        ("#1001", "sale", 3040, 0, 528, 3),
        ("#1002", "sale", 1089, 100, 189, 1),
        ("#1003", "sale", 1500, 150, 0, 1),
        ("#1003 refund", "return", -1500, -150, 0, 1),
        ("#1004", "sale", 1550, 0, 0, 2),
        ("#1004 refund", "return", -550, 0, 0, 1),
        ("#1005", "sale", 1000, 0, 0, 1),
        ("#1008", "sale", 550, 0, 0, 1),
    ]
    assert dict(ledger.balances(shell))[ledger.RECEIVABLES] == 1000
    assert ask("SELECT customer_id FROM sale WHERE source_ref = '#1008'") == [(1,)]
    assert ask("SELECT sold_at FROM sale WHERE source_ref = '#1001'") == [(1709644921000000,)]
    assert all_is_well(shell)


@pytest.mark.parametrize("name", ["square_items_classic.csv", "square_items_2026.csv"])
def test_square_items_with_refunds_and_identical_lines(bring: Any, ask: Any, shell: Desk, name: str) -> None:
    bring("customers", "square_customers.csv")
    report = bring("sales", name)
    assert report.reasons == {"Qty: negative, and the row is no refund": 1}
    assert ask("SELECT source_ref, kind, total, tax, discount, line_count FROM sale ORDER BY id") == [
        ("T1", "sale", 792 + 385 + 385, 142, 80, 3),
        ("T1 refund 2024-03-06 14:22:01", "return", -396, -36, -40, 1),
        ("T2", "sale", 123450, 0, 0, 1),
    ]
    assert ask("SELECT description FROM sale_line WHERE line_no = 2") == [("Bagel, Large",)]
    # 14:22 in New York is 20:22 in the shop's own Madrid.
    assert ask("SELECT sold_at FROM sale WHERE source_ref = 'T1'") == [(1709666521000000,)]
    assert all_is_well(shell)
    assert bring("sales", name).added == 0


def test_a_sale_is_refused_whole_with_each_row_and_its_reason(bring: Any, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    told: list[Account] = []
    report = bring(
        "sales",
        HEADER
        + GOOD
        + '2,2026-05-01T10:00,Main,,,P1,1,1.00,,,\n2,2026-05-01T10:00,Main,,,P1,1,"12,x",,,\n'
        + "3,31 May,Main,,,P1,1,1.00,,,\n"
        + "4,2026-05-01T10:00,Main,,,P1,-1,1.00,,,\n"
        + "5,2026-05-01T10:00,Main,,K99,P1,1,1.00,,,\n"
        + "6,2026-05-01T10:00,Main,,,P1,some,1.00,,,\n"
        + "7,2026-05-01T10:00,Main,,,P1,1,1.00,,,magic\n"
        + "8,2026-05-01T10:00,Main,,,P1,1,1.00,,,account\n"
        + ",2026-05-01T10:00,Main,,,P1,1,1.00,,,\n",
        rejects=rejects,
        account=told.append,
    )
    assert (report.read, report.added, report.rejected) == (10, 1, 9)
    assert report.reasons == {
        "amount: not an amount": 1,
        "another row of the same sale was refused": 1,
        "sold_at: not a date": 1,
        "quantity: negative, and the row is no return": 1,
        "customer: no such customer": 1,
        "quantity: not a number": 1,
        "tender: not a way to pay": 1,
        "on account, but the sale names no customer": 1,
        "sale: empty": 1,
    }
    with rejects.open(newline="") as file:
        rows = {row["rejected_row"]: row for row in csv.DictReader(file)}
    assert rows["4"]["rejected_because"] == "amount: not an amount: “12,x”"
    assert rows["4"]["sale"] == "2"
    assert sorted(rows, key=int) == ["3", "4", "5", "6", "7", "8", "9", "10", "11"]


def test_a_mended_rejects_file_brings_the_rest_in(bring: Any, tmp_path: Path, ask: Any) -> None:
    rejects = tmp_path / "rejects.csv"
    text = HEADER + GOOD + "2,2026-05-01T10:00,Main,,,P1,1,-x,,,\n2,2026-05-01T10:00,Main,,,P2,1,-3.00,,,\n"
    bring("sales", text, rejects=rejects)
    mended = bring("sales", rejects.read_text().replace("'-x", "4.00"))
    assert (mended.added, mended.rejected) == (2, 0)
    assert ask("SELECT source_ref, total FROM sale ORDER BY id") == [("1", 1000), ("2", 100)]
    assert bring("sales", text.replace("-x", "4.00")).unchanged == 3


def test_a_sale_that_says_something_else_now_is_refused(bring: Any) -> None:
    bring("sales", HEADER + GOOD)
    report = bring("sales", HEADER + GOOD.replace("10.00", "11.00"))
    assert report.rejected == 1
    assert next(iter(report.reasons)).startswith("already in the books with another total")


def test_rows_of_one_sale_may_be_scattered(bring: Any, ask: Any) -> None:
    line = "{},2026-05-01T10:00,Main,,,P1,1,1.00,,,\n"
    report = bring("sales", HEADER + "".join(line.format(number) for number in (1, 2, 1, 3, 2, 1)))
    assert report.made == {"sales": 3, "lines": 6}
    assert ask("SELECT source_ref, line_count FROM sale ORDER BY id") == [("1", 3), ("2", 2), ("3", 1)]


def test_rows_of_one_sale_must_agree(bring: Any) -> None:
    report = bring("sales", HEADER + GOOD + GOOD.replace("Main", "Harbour"))
    assert report.reasons == {"the rows of one sale disagree on when, where or whose it is": 2}


def test_a_return_and_mixed_tenders(bring: Any, ask: Any, shell: Desk) -> None:
    bring("customers", "id,name\nK1,Ana\n")
    bring(
        "sales",
        HEADER
        + "1,2026-05-01T10:00,Main,sale,K1,P1,1,10.00,,1.74,card 4.00 + account 6.00\n"
        + "2,2026-05-02T10:00,Main,return,K1,P1,1,5.00,0.50,0.87,cash\n",
    )
    assert ask("SELECT kind, total, tax, discount, pieces FROM sale ORDER BY id") == [
        ("sale", 1000, 174, 0, 1), ("return", -500, -87, -50, -1),
    ]  # fmt: skip
    assert dict(ledger.balances(shell))[ledger.DRAWER] == -500
    assert all_is_well(shell)


def test_semicolons_windows_1252_and_decimal_commas(bring: Any, ask: Any) -> None:
    text = "sale;sold_at;branch;description;quantity;amount\r\n1;2026-05-01 10:00;Dénia;Café;2;1.234,50\r\n"
    assert bring("sales", text.encode("cp1252")).added == 1
    assert ask("SELECT total FROM sale") == [(123450,)]
    assert ask("SELECT name FROM branch") == [("Dénia",)]
    assert ask("SELECT description FROM sale_line") == [("Café",)]


def test_any_other_file_comes_in_through_a_mapping(bring: Any, ask: Any) -> None:
    mapping = """
        kind = "sales"
        [columns]
        sale = "Beleg"
        sold_at = "Datum"
        amount = "Betrag"
        "discount.rabatt" = "Rabatt"
        [format]
        delimiter = ";"
        date = "DD.MM.YYYY"
        decimal = ","
        skip = 1
    """
    text = "Kasse 1\nBeleg;Datum;Betrag;Rabatt;Kassierer\nB1;05.03.2026;12,50;1,00;Uwe\nB2;03-05-2026;1,00;;Uwe\n"
    report = bring("sales", text, mapping=mapping)
    assert report.left_behind == {"given.csv": ("Kassierer",)}
    assert report.reasons == {"Datum: not a date": 1}
    assert ask("SELECT total, discount, business_date FROM sale") == [(1250, 100, "2026-03-05")]


def test_a_mapping_may_go_by_positions(bring: Any, ask: Any) -> None:
    mapping = "kind = 'sales'\n[columns]\nsale = 1\nsold_at = 2\nprice = 4\nquantity = 3\n[format]\nheader = false\n"
    report = bring("sales", "7,2026-03-05,0.5,3.01\n8,soon,1,1\n", mapping=mapping)
    assert report.reasons == {"column 2: not a date": 1}
    assert ask("SELECT total FROM sale") == [(151,)]
    assert ask("SELECT quantity, pieces FROM sale_line") == [(500, 1)]


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ("kind = 'products'", "is for products, not for sales"),
        ("[columns]\nsale = 'A'\nsold_at = 'B'", "which one is “amount”"),
        ("[columns]\nshoe = 'A'", "“shoe” is none of our names"),
        ("[columns]\nsale = 0\nsold_at = 2\namount = 3", "positions count from 1"),
        ("[columns]\nsale = 'A'\nsold_at = 'B'\namount = 'Z'", "no column “Z”"),
        ("[columns]\nsale = 'A'\nsold_at = 'B'\namount = 9", "no column 9"),
        ("[format]\ndelimiter = ';;'", "“delimiter” is one character"),
        ("[colums]\nsale = 'A'", "no “colums” in a mapping"),
        ("kind =", "not TOML"),
    ],
)
def test_a_wrong_mapping_is_told_in_one_sentence(bring: Any, mapping: str, says: str) -> None:
    with pytest.raises(BadInput, match=says) as told:
        bring("sales", "A,B,C\n1,2026-01-01,3\n", mapping=mapping)
    assert "\n" not in str(told.value)


def test_a_sales_file_without_its_amounts_is_refused_whole(bring: Any, counts: Any) -> None:
    before = counts()
    with pytest.raises(BadInput, match="looks like The Complete Journey, sale lines, but has no column “sales_value”"):
        bring("sales", "basket_id,transaction_timestamp,store_id,household_id,product_id,quantity,retail_disc\n")
    assert counts() == before


def test_products_are_refused_or_changed_row_by_row(bring: Any, ask: Any) -> None:
    report = bring("products", "sku,name,price\nA,Apple,1.00\nA,Again,1.00\n,Nameless,\nB,,1\nC,Cherry,dear\n")
    assert report.reasons == {
        "sku: given twice in this file": 1, "sku: empty": 1, "name: empty": 1, "price: not an amount": 1,
    }  # fmt: skip
    told: list[Account] = []
    assert bring("products", "sku,name,price\nA,Apple,1.20\n", account=told.append).changed == 1
    assert told[0].changes == {"price": (100, 120)}
    assert ask("SELECT price FROM product") == [(120,)]


def test_a_dry_run_of_sales_tells_what_the_run_then_does(bring: Any, counts: Any) -> None:
    text = HEADER + GOOD + GOOD.replace("1,", "2,", 1) + "3,never,Main,,,P1,1,1.00,,,\n"
    bring("sales", HEADER + GOOD)
    before, dry, wet = counts(), list[Account](), list[Account]()
    planned = bring("sales", text, dry_run=True, account=dry.append)
    assert counts() == before
    done = bring("sales", text, account=wet.append)
    assert dry == wet
    assert planned.as_dict() == done.as_dict()
    assert [row.verdict for row in wet] == ["rejected", "unchanged", "added"]


def test_a_mapping_may_use_the_names_that_people_use(bring: Any, ask: Any, shell: Desk) -> None:
    people = "[columns]\ncustomer_no = 'A'\nForename = 'B'\nSurname = 'C'\npostal_code = 'D'\ndate-of-birth = 'E'\n"
    people += "phone_number = 'F'\ndelivery_zip = 'G'\n"
    text = "A,B,C,D,E,F,G\nK1,Ana,Reyes,08001,1980-05-17,+34612345678,08002\n"
    assert bring("customers", text, mapping=people).added == 1
    assert ask("SELECT name, born, phone_e164 FROM customer WHERE source_ref = 'K1'") == [
        ("Ana Reyes", "1980-05-17", "+34612345678")
    ]
    assert sorted(ask("SELECT kind, postcode FROM customer_address")) == [("billing", "08001"), ("delivery", "08002")]
    lines = "[columns]\nsale_no = 'S'\ntimestamp = 'T'\nstore = 'U'\ncustomer_id = 'V'\nSKU = 'W'\nqty = 'X'\n"
    lines += "value = 'Y'\n"
    text = "S,T,U,V,W,X,Y\n1,2026-05-01 10:00,Main,K1,P1,2,10.00\n1,2026-05-01 10:00,Main,K1,P2,1,5.00\n"
    assert bring("sales", text, mapping=lines).made == {"sales": 1, "lines": 2}
    assert ask("SELECT total, branch.name, customer.name FROM sale JOIN branch ON branch.id = branch_id "
               "JOIN customer ON customer.id = customer_id") == [(1500, "Main", "Ana Reyes")]  # fmt: skip
    goods = "[columns]\nproduct_id = 'P'\nproduct_name = 'N'\nmanufacturer = 'M'\n"
    assert bring("products", "P,N,M\nP1,Apple,Orchard\n", mapping=goods).added == 1
    assert ask("SELECT brand.name FROM product JOIN brand ON brand.id = brand_id WHERE sku = 'P1'") == [("Orchard",)]
    assert all_is_well(shell)


def test_every_synonym_is_of_one_name_of_ours() -> None:
    for kind, names in SYNONYMS.items():
        others = [other for text in names.values() for other in text.split()]
        assert len(others) == len(set(others))
        assert not set(others) & set(OUR_NAMES[kind])
        assert set(names) <= set(OUR_NAMES[kind])


def test_a_total_is_of_a_whole_sale(bring: Any, ask: Any) -> None:
    mapping = "[columns]\nsale_no = 'S'\nsold_at = 'T'\ntotal = 'U'\n"
    report = bring("sales", "S,T,U\n1,2026-05-01,9.00\n2,2026-05-01,5.00\n2,2026-05-01,5.00\n", mapping=mapping)
    assert report.reasons == {"several rows of one sale, and the mapping says that each has the total of all": 2}
    assert ask("SELECT total FROM sale") == [(900,)]


def test_a_file_of_another_kind_is_told_by_name(bring: Any, counts: Any) -> None:
    before = counts()
    with pytest.raises(BadInput, match="no customers file but Shopify orders: bring it in with import sales"):
        bring("customers", "shopify_orders.csv")
    assert counts() == before


def test_a_square_sale_may_name_the_shops_own_reference(bring: Any, ask: Any) -> None:
    bring(
        "customers",
        "Reference ID,First Name,Last Name,Email Address,Phone Number,Square Customer ID\nR-1,Ana,R,,,SQ1\n",
    )
    head = "Date,Time,Item,Qty,Net Sales,Transaction ID,Event Type,Customer ID,Customer Reference ID\n"
    assert bring("sales", head + "2026-05-01,10:00:00,Tea,1.0,$4.50,T1,Payment,,R-1\n").added == 1
    assert ask("SELECT customer.name FROM sale JOIN customer ON customer.id = customer_id") == [("Ana R",)]


def test_a_disk_that_fills_up_later_tells_what_is_in(bring: Any, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sale_files, "SALES_AT_ONCE", 1)
    post, posted = sales.post_many, list[int]()

    def post_until_full(change: Any, new: Any) -> Any:
        if posted:
            raise StoreUnusable("The disk of store.db is full: nothing was changed")
        posted.append(len(new))
        return post(change, new)

    monkeypatch.setattr(sales, "post_many", post_until_full)
    with pytest.raises(StoreUnusable, match="is full: 1 rows came in before that, and running it again"):
        bring("sales", HEADER + GOOD + GOOD.replace("1,", "2,", 1))
    assert ask("SELECT COUNT(*) FROM sale") == [(1,)]


def test_the_manuals_example_of_a_mapping_works(bring: Any, ask: Any) -> None:
    manual = (Path(__file__).parents[3] / "docs" / "importing.md").read_text()
    mapping = manual.split("```toml\n")[1].split("```")[0]
    bring("customers", "id,name\nK1,Ana\n")
    text = "Kasse 1\n\nBelegnummer;Datum;Kunde;Artikel;Menge;Betrag\n1;05.03.2026 14:22;K1;X;2;1.234,50\n"
    assert bring("sales", text, mapping=mapping).added == 1
    assert ask("SELECT total, business_date FROM sale") == [(123450, "2026-03-05")]


def test_a_mapped_sale_may_be_paid_by_any_means_at_any_clock(bring: Any, ask: Any, shell: Desk) -> None:
    mapping = "[columns]\nreceipt = 'R'\ndate = 'D'\ntime = 'T'\namount = 'A'\npayment_method = 'P'\n"
    text = "R,D,T,A,P\n1,2026-05-01,2:05 PM,5.00,Visa\n2,2026-05-01,9:30,5.00,Cash\n"
    assert bring("sales", text, mapping=mapping).added == 2
    assert ask("SELECT kind, reference FROM sale_tender ORDER BY sale_id") == [("imported", "Visa"), ("cash", "")]
    clocks = ask("SELECT strftime('%H:%M', sold_at / 1000000, 'unixepoch') FROM sale ORDER BY id")
    assert clocks == [("12:05",), ("07:30",)]
    assert all_is_well(shell)


@pytest.mark.parametrize("named", ["C-000001", "c-000001", "SQ1", "R-1"])
def test_a_list_made_by_hand_may_name_the_customer_in_any_way(bring: Any, ask: Any, named: str) -> None:
    bring(
        "customers",
        "Reference ID,First Name,Last Name,Email Address,Phone Number,Square Customer ID\nR-1,Ana,R,,,SQ1\n",
    )
    assert bring("sales", f"sale,sold_at,customer,amount\n1,2026-05-01,{named},1.00\n").added == 1
    assert ask("SELECT customer.name FROM sale JOIN customer ON customer.id = customer_id") == [("Ana R",)]
