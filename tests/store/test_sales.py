"""One path posts one sale or thousands: numbered, balanced, linked both ways, folded into the figures."""

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import ledger, receipts
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.sales import NewDiscount, NewLine, NewSale, NewTender
from tests.store.floor import Floor


def derived(floor: Floor) -> dict[str, list[tuple[int, ...]]]:
    tables = ("standing", "customer_month", "customer_product", "customer_brand")
    return {table: floor.desk.database.execute_sql(f"SELECT * FROM {table}").fetchall() for table in tables}


def test_a_sale_and_its_entry_name_each_other(floor: Floor) -> None:
    (sale_id,) = floor.post(floor.sale(floor.line("100", 1800), floor.line("102", 2990)))
    receipt = receipts.receipt(floor.desk, sale_id)
    assert (receipt.number, receipt.total, receipt.pieces, receipt.linked) == ("S-0000001", 4790, 2, True)
    assert (receipt.entry.document_kind, receipt.entry.document_id) == ("sale", sale_id)
    assert floor.postings(sale_id) == [
        ("Assets:Cash:Drawer", 4790, None),
        ("Income:Sales:Coffee", -1800, None),
        ("Income:Sales:Kitchen-Ware", -2990, None),
    ]


def test_discounts_are_posted_by_kind_and_sales_before_them(floor: Floor) -> None:
    line = floor.line("100", 1500, NewDiscount("retail", 250), NewDiscount("coupon", 50))
    (sale_id,) = floor.post(floor.sale(line, floor.line("101", 900), discounts=[NewDiscount("coupon", 100)]))
    assert floor.postings(sale_id) == [
        ("Assets:Cash:Drawer", 2300, None),
        ("Income:Discounts:Retail", 250, None),
        ("Income:Discounts:Coupon", 150, None),
        ("Income:Sales:Coffee", -2700, None),
    ]
    receipt = receipts.receipt(floor.desk, sale_id)
    assert (receipt.total, receipt.discount) == (2300, 400)
    assert receipt.lines[0].discount == 300
    assert receipt.discounts == (NewDiscount("coupon", 100),)


def test_tax_inside_the_lines_and_tax_on_top_are_both_owed(floor: Floor) -> None:
    (sale_id,) = floor.post(floor.sale(floor.line("100", 1210, tax=210), added_tax=90))
    assert floor.postings(sale_id) == [
        ("Assets:Cash:Drawer", 1300, None),
        ("Income:Sales:Coffee", -1000, None),
        ("Liabilities:Vat-Payable", -300, None),
    ]


def test_what_is_charged_to_the_account_is_owed_by_the_customer(floor: Floor) -> None:
    ana, bruno, _ = floor.customers
    tenders = [NewTender("cash", 800), NewTender("account", 1000)]
    floor.post(floor.sale(customer=ana, tenders=tenders), floor.sale(customer=bruno))
    floor.post(floor.sale(customer=ana, tenders=tenders))
    owed = dict(floor.desk.database.execute_sql("SELECT customer_id, owes FROM standing WHERE owes <> 0").fetchall())
    assert owed == {ana: 2000}
    assert dict(ledger.balances(floor.desk))["Assets:Receivables"] == 2000


def test_a_return_takes_back_money_and_spend_but_is_no_visit(floor: Floor) -> None:
    ana = floor.customers[0]
    returned = floor.line("100", -1800, pieces=-1)
    floor.post(floor.sale(), floor.sale(returned, kind="return", day="2026-11-21"))
    assert dict(ledger.balances(floor.desk)) == {"Assets:Cash:Drawer": 0, "Income:Sales:Coffee": 0}
    row = floor.desk.database.execute_sql(
        "SELECT visits, spend, last_at > first_at FROM standing WHERE customer_id = ?", (ana,)
    ).fetchone()
    assert row == (1, 0, 1)
    assert floor.failing() == {}


def test_a_sale_of_nothing_still_stands_in_the_books(floor: Floor) -> None:
    (sale_id,) = floor.post(floor.sale(floor.line("100", 0, pieces=0)))
    assert floor.postings(sale_id) == [("Assets:Cash:Drawer", 0, None), ("Income:Sales:Coffee", 0, None)]
    assert floor.failing() == {}


def test_a_line_that_the_catalogue_lacks_is_kept_as_it_was_called(floor: Floor) -> None:
    (sale_id,) = floor.post(floor.sale(floor.line("X-77", 500), floor.line("103", 10)))
    lines = receipts.receipt(floor.desk, sale_id).lines
    assert [(line.code, line.description) for line in lines] == [("X-77", "Something else"), ("103", "Paper bag")]
    assert floor.postings(sale_id)[1] == ("Income:Sales:Uncategorised", -510, None)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"tenders": [NewTender("cash", 1799)]}, "comes to 18.00, but 17.99 was paid"),
        ({"tenders": [NewTender("shells", 1800)]}, "paid by “shells”"),
        ({"tenders": []}, "says nowhere how it was paid"),
        ({"lines": []}, "has no line"),
        ({"kind": "gift"}, "of the kind “gift”"),
        ({"source_ref": "B-9", "tenders": [NewTender("cash", 1)]}, "Sale B-9 comes to 18.00"),
    ],
)
def test_a_sale_that_does_not_add_up_is_refused_and_no_number_is_lost(
    floor: Floor, change: dict[str, object], sentence: str
) -> None:
    wrong = NewSale(**{**floor.sale()._asdict(), **change})
    with pytest.raises(BadInput, match=sentence):
        floor.post(floor.sale(), wrong)
    assert floor.desk.database.execute_sql("SELECT COUNT(*) FROM sale").fetchone() == (0,)
    assert [*floor.post(floor.sale())] == [1]
    assert receipts.by_number(floor.desk, " s-0000001 ") == 1


def test_one_at_a_time_or_all_at_once_gives_the_same_books(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, bruno, lee = floor.customers
    new = [
        floor.sale(
            floor.line(("100", "101", "102", "X")[n % 4], 100 + n, NewDiscount("retail", n % 3)),
            customer=(ana, bruno, lee, WALK_IN_ID)[n % 4],
            day=f"2026-{n % 11 + 1:02d}-10",
            minute=n,
            branch=n % 2,
        )
        for n in range(23)
    ]
    half = floor.post(*new)
    at_once = derived(floor), [floor.postings(sale_id) for sale_id in half]
    monkeypatch.setattr("bookkeeper_tui.store.sales.SALES_AT_ONCE", 4)
    monkeypatch.setattr("bookkeeper_tui.store.sales.SALES_FOLDED_AT_ONCE", 8)
    for sale in new[:5]:
        floor.post(sale)
    rest = floor.post(*new[5:])
    both = derived(floor)
    assert [floor.postings(sale_id) for sale_id in range(24, rest[-1] + 1)] == at_once[1]
    assert [row[-1] for row in both["customer_brand"]] == [2 * row[-1] for row in at_once[0]["customer_brand"]]
    assert [row[1:3] for row in both["standing"]] == [(2 * v, 2 * s) for _, v, s, *_ in at_once[0]["standing"]]
    assert floor.failing() == {}


def test_what_was_sold_is_never_changed(floor: Floor) -> None:
    floor.post(floor.sale())
    for sql in ("UPDATE sale SET total = 1", "UPDATE sale_line SET amount = 1", "DELETE FROM sale_tender"):
        with pytest.raises(Exception, match=r"void or return|return it"), floor.desk.change("import.sales") as change:
            change.database.execute_sql(sql)


def test_a_discount_of_the_same_kind_twice_on_a_line_counts_once_with_both(floor: Floor) -> None:
    line: NewLine = floor.line("100", 1000, NewDiscount("retail", 300), NewDiscount("retail", 500))
    (sale_id,) = floor.post(floor.sale(line))
    assert receipts.receipt(floor.desk, sale_id).lines[0].discounts == (NewDiscount("retail", 800),)


def test_what_any_entry_posts_to_receivables_is_what_the_customer_owes(floor: Floor) -> None:
    (sale_id,) = floor.post(floor.sale(tenders=[NewTender("account", 1800)]))
    ana = floor.customers[0]
    with floor.desk.change("import.sales") as change:
        entry = change.database.execute_sql("SELECT entry_id FROM sale WHERE id = ?", (sale_id,)).fetchone()[0]
        ledger.reverse(change, entry, date="2026-11-21")
        paid = [ledger.Posting(ledger.RECEIVABLES, -250, ana), ledger.Posting(ledger.DRAWER, 250)]
        ledger.post(change, date="2026-11-21", kind="payment", document_kind="payment", document_id=1, postings=paid)
    owes = floor.desk.database.execute_sql("SELECT owes FROM standing WHERE customer_id = ?", (ana,)).fetchone()[0]
    assert owes == -250
    assert "customers' visits, spend and debt are the ledger's" not in floor.failing()
