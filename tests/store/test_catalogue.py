"""Products come in by sku, once; what changes of them is in the audit log."""

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import audit, catalogue, categories, overview, tax_rates
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.desk import Desk
from tests.store.floor import PRODUCTS, Floor


def test_bringing_the_same_products_in_again_changes_nothing(floor: Floor) -> None:
    with floor.desk.change("import.products") as change:
        what = catalogue.bring_in(change, PRODUCTS)
    assert (what.added, what.changed, what.unchanged) == ([], [], 4)


def test_a_plan_says_what_would_change_and_writes_nothing(floor: Floor) -> None:
    news = [NewProduct("100", "Espresso beans", size="500 g"), NewProduct("200", "Tea"), NewProduct("200", "Green tea")]
    what = catalogue.plan(floor.desk.database, news)
    assert [product.name for product in what.added] == ["Green tea"]
    assert [(product.sku, fields) for product, fields in what.changed] == [("100", {"size": ("1 kg", "500 g")})]
    assert catalogue.find(floor.desk, "200") is None


def test_what_a_file_does_not_say_stays(floor: Floor) -> None:
    with floor.desk.change("import.products") as change:
        catalogue.bring_in(change, [NewProduct("100", "Espresso beans dark")])
    product = catalogue.find(floor.desk, "100")
    assert product is not None
    assert (product.name, product.brand, product.category, product.price) == (
        "Espresso beans dark", "Aurora", "Coffee", 1800,
    )  # fmt: skip


def test_every_changed_field_is_in_the_audit_log_with_old_and_new(floor: Floor) -> None:
    with floor.desk.change("import.products") as change:
        catalogue.bring_in(change, [NewProduct("100", "Espresso", price=1900), NewProduct("101", "Filter coffee")])
    rows = audit.rows_before(floor.desk.database, action="product.edited")
    assert [(row.subject, row.detail) for row in rows] == [
        ("100", {"name": ["Espresso beans", "Espresso"], "price": [1800, 1900]})
    ]


def test_a_product_is_found_by_sku_and_by_bar_code(floor: Floor) -> None:
    by_sku, by_barcode = catalogue.find(floor.desk, "102"), catalogue.find(floor.desk, "4006381333955")
    assert by_sku == by_barcode is not None
    assert catalogue.find(floor.desk, "") is None
    assert catalogue.find(floor.desk, "999") is None


def test_an_active_product_comes_before_an_inactive_one_of_the_same_bar_code(floor: Floor) -> None:
    catalogue.create(floor.desk, NewProduct("300", "Espresso beans, new", "4006381333931"))
    catalogue.set_status(floor.desk, "100", "inactive")
    found = catalogue.find(floor.desk, "4006381333931")
    assert found is not None
    assert found.sku == "300"


def test_a_sku_is_taken_once(floor: Floor) -> None:
    with pytest.raises(BadInput, match="100 already"):
        catalogue.create(floor.desk, NewProduct("100", "Other beans"))
    with pytest.raises(BadInput, match="no product 777"):
        catalogue.edit(floor.desk, NewProduct("777", "Nothing"))
    with pytest.raises(BadInput, match="needs a sku and a name"):
        catalogue.create(floor.desk, NewProduct("301", "  "))


def test_an_edit_that_changes_nothing_leaves_no_trace(floor: Floor) -> None:
    before = floor.desk.store.engine.audit_head()
    catalogue.edit(floor.desk, PRODUCTS[0])
    assert floor.desk.store.engine.audit_head() == before


def test_a_category_has_an_account_of_its_own(shell: Desk) -> None:
    catalogue.create(shell, NewProduct("1", "Hammer", category="DRUG GM"))
    row = shell.database.execute_sql(
        "SELECT account.name, account.label FROM category JOIN account ON account.id = category.account_id"
    ).fetchone()
    assert row == ("Income:Sales:Drug-Gm", "DRUG GM")


def test_a_product_that_changes_its_brand_takes_its_sales_along(floor: Floor) -> None:
    floor.post(floor.sale(floor.line("100", 1800), floor.line("101", 900), floor.line("103", 10)))
    catalogue.edit(floor.desk, NewProduct("100", "Espresso beans", brand="Bialta"))
    catalogue.edit(floor.desk, NewProduct("103", "Paper bag", brand="Plain"))
    brands = overview.overview(floor.desk, floor.customers[0]).brands
    assert [tuple(brand) for brand in brands] == [("Bialta", 1, 1800), ("Aurora", 1, 900), ("Plain", 1, 10)]
    catalogue.edit(floor.desk, NewProduct("101", "Filter coffee", brand=""))
    assert [brand.brand for brand in overview.overview(floor.desk, floor.customers[0]).brands] == ["Bialta", "Plain"]
    assert floor.failing() == {}


@pytest.mark.parametrize(
    ("product", "named"),
    [
        (NewProduct("9", "a" * 5_000_000), "name"),
        (NewProduct("9", "x", price=2**70), "price"),
        (NewProduct("9", "x", price=-1), "price"),
        (NewProduct("9", " \n"), "name"),
    ],
)
def test_what_is_no_product_is_one_sentence(shell: Desk, product: NewProduct, named: str) -> None:
    for act in (catalogue.create, catalogue.edit):
        with pytest.raises(BadInput, match=named):
            act(shell, product)


def test_a_product_is_kept_without_what_disturbs_a_terminal(shell: Desk) -> None:
    made = catalogue.create(shell, NewProduct("9", "Moka\x1b[2J  pot\ud800", brand="Bi\x00alta"))
    assert (made.name, made.brand) == ("Moka·[2J pot·", "Bi·alta")
    assert catalogue.edit(shell, NewProduct("9", "Moka\x07pot")).name == "Moka·pot"


def found(floor: Floor, text: str, *, also_inactive: bool = False) -> list[str]:
    return [product.sku for product in catalogue.search(floor.desk, text, also_inactive=also_inactive)]


def test_articles_are_found_by_the_beginnings_of_words_in_any_order(floor: Floor) -> None:
    assert found(floor, "cof fil") == ["101"]
    assert found(floor, "BEANS") == ["100"]
    assert found(floor, "offee") == []
    catalogue.create(floor.desk, NewProduct("200", "Café Ñandú"))
    catalogue.create(floor.desk, NewProduct("201", "茶 green"))
    assert found(floor, "cafe nandu") == ["200"]
    assert found(floor, "茶") == ["201"]


def test_a_code_comes_before_names_and_a_name_that_begins_so_before_others(floor: Floor) -> None:
    catalogue.create(floor.desk, NewProduct("ab-7", "Tray 100"))
    catalogue.create(floor.desk, NewProduct("1001", "A pot"))
    catalogue.create(floor.desk, NewProduct("1002", "Pot, large"))
    assert found(floor, "100") == ["100", "1001", "1002", "ab-7"]
    assert found(floor, "pot") == ["1002", "1001", "102"]
    assert found(floor, "40063813339") == ["100", "101", "102"]
    assert found(floor, "ab") == ["ab-7"]


def test_inactive_articles_are_found_only_when_asked_for(floor: Floor) -> None:
    catalogue.set_status(floor.desk, "102", "inactive")
    assert found(floor, "moka") == found(floor, "102") == []
    assert found(floor, "moka", also_inactive=True) == found(floor, "102", also_inactive=True) == ["102"]
    assert found(floor, "") == ["103", "101", "100"]


def test_a_renamed_article_is_found_by_its_new_name_only(floor: Floor) -> None:
    catalogue.edit(floor.desk, NewProduct("102", "Stovetop espresso maker"))
    assert found(floor, "moka") == []
    assert found(floor, "stove") == ["102"]


@pytest.mark.parametrize("text", ['"', "* OR", 'a"b', "NEAR(x)", "-", "_", "𞤀", "a𞤀b", "e\u0301z", "\x00", "x " * 500])
def test_whatever_is_typed_is_only_looked_for(floor: Floor, text: str) -> None:
    assert found(floor, text) == []


def test_an_article_keeps_its_tax_rate_and_how_it_is_sold(floor: Floor) -> None:
    tax_rates.add(floor.desk, "Standard", 21_000)
    made = catalogue.create(floor.desk, NewProduct("9", "Cheese", price=1999, tax_rate="Standard", sold_by="weight"))
    assert (made.tax_rate, made.sold_by) == ("Standard", "weight")
    changed = catalogue.edit(floor.desk, NewProduct("9", "Cheese", tax_rate=""))
    assert (changed.tax_rate, changed.sold_by) == ("", "weight")
    with pytest.raises(BadInput, match="Tax rate"):
        catalogue.create(floor.desk, NewProduct("10", "Ham", tax_rate="Luxury"))
    with pytest.raises(BadInput, match="neither piece nor weight"):
        catalogue.create(floor.desk, NewProduct("10", "Ham", sold_by="metre"))


def test_a_category_has_a_tax_rate_and_keeps_its_account_when_renamed(floor: Floor) -> None:
    tax_rates.add(floor.desk, "Standard", 21_000)
    tax_rates.add(floor.desk, "Food", 4000)
    coffee = next(one for one in categories.list_categories(floor.desk) if one.name == "Coffee")
    assert (coffee.products, coffee.tax_rate) == (2, "")
    changed = categories.edit_category(floor.desk, coffee.id, "Coffee & tea", "Food")
    assert (changed.name, changed.tax_rate, changed.account) == ("Coffee & tea", "Food", coffee.account)
    assert tax_rates.rate_for(floor.desk.database, floor.products["100"]) == 4000
    assert categories.add_category(floor.desk, "Bread", "Food").products == 0
    for name, rate, named in (("Bread", "Food", "already"), (" ", "", "Category"), ("Milk", "Luxury", "Tax rate")):
        with pytest.raises(BadInput, match=named):
            categories.add_category(floor.desk, name, rate)
