"""The catalogue: products, the categories whose sales share a ledger account and a tax rate, and brands."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from peewee import AutoField, IntegerField, SqliteDatabase, TextField

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import fold, harmless
from bookkeeper_tui.store import ledger, standing
from bookkeeper_tui.store.desk import Change, Desk
from bookkeeper_tui.store.engine import Table
from bookkeeper_tui.store.engine.bulk import insert_rows
from bookkeeper_tui.store.engine.product_index import products_named

_LONGEST = 200
_DEAREST = 10**15
# Names are looked at a few times further than shown, so that those beginning with what was typed can come first.
_LOOKED_AT = 4
_LAST = "\U0010ffff"


class Category(Table):
    """A kind of goods; its sales are credited to one ledger account, and its products have one tax rate."""

    id = AutoField()
    name = TextField(unique=True)
    account_id = IntegerField()
    tax_rate_id = IntegerField(null=True)


class Brand(Table):
    """A brand, with the folded name that a search compares."""

    name = TextField(unique=True)
    name_key = TextField()


class Product(Table):
    """An article of the shop; `price` in minor units (of a kilo where sold by weight), none where it is typed."""

    sku = TextField(unique=True)
    barcode = TextField(default="")
    name = TextField()
    size = TextField(default="")
    category_id = IntegerField(null=True)
    brand_id = IntegerField(null=True)
    price = IntegerField(null=True)
    status = TextField(default="active")
    import_run_id = IntegerField(null=True)
    tax_rate_id = IntegerField(null=True)
    sold_by = TextField(default="piece")


class NewProduct(NamedTuple):
    """A product as a form or a file brings it. None means that the source does not say, and keeps what is there.

    `tax_rate` is the name of one, empty for the category's; `sold_by` is "piece" or "weight".
    """

    sku: str
    name: str
    barcode: str | None = None
    size: str | None = None
    category: str | None = None
    brand: str | None = None
    price: int | None = None
    tax_rate: str | None = None
    sold_by: str | None = None


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """A product as it is read back, category, brand and tax rate by name; `price` in minor units.

    `tax_rate` is the product's own, empty where its category's counts; `sold_by` is "piece" or "weight".
    """

    id: int
    sku: str
    barcode: str
    name: str
    size: str
    category: str
    brand: str
    price: int | None
    status: str
    tax_rate: str
    sold_by: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What bringing products in would do: new ones, changed ones with each field's old and new value, the rest."""

    added: list[NewProduct]
    changed: list[tuple[ProductRecord, dict[str, tuple[object, object]]]]
    unchanged: int


def find(desk: Desk, code: str) -> ProductRecord | None:
    """The product with this sku or, failing that, this bar code; active ones first."""
    database = desk.require("product.viewed")
    row = database.execute_sql(f"{SELECT_PRODUCT} WHERE product.sku = ?", (code,)).fetchone()
    if row is None and code:
        by_barcode = f"{SELECT_PRODUCT} WHERE product.barcode = ? ORDER BY product.status, product.id LIMIT 1"
        row = database.execute_sql(by_barcode, (code,)).fetchone()
    return ProductRecord(*row) if row else None


def search(desk: Desk, text: str, limit: int = 50, *, also_inactive: bool = False) -> list[ProductRecord]:
    """Products whose sku or bar code begins with a text, then those in whose names all its words begin words.

    Those with exactly this code come first, then names that begin with the text. Nothing typed: the newest ones. Never
    more than `limit`, active ones only unless `also_inactive`.
    """
    database, text = desk.require("product.viewed"), text.strip()[:_LONGEST]
    if not text:
        active = "" if also_inactive else "WHERE status = 'active'"
        newest = database.execute_sql(f"SELECT id FROM product {active} ORDER BY id DESC LIMIT ?", (limit,))
        return _by_ids(database, [row[0] for row in newest])
    with_code = [
        product for product in _by_ids(database, _ids_by_code(database, text, limit))
        if also_inactive or product.status == "active"
    ]  # fmt: skip
    named = products_named(database, text, _LOOKED_AT * limit, also_inactive=also_inactive)
    start, known = fold(text), {product.id for product in with_code}
    by_name = sorted(
        (product for product in _by_ids(database, named) if product.id not in known),
        key=lambda product: (not fold(product.name).startswith(start), fold(product.name)),
    )
    with_code.sort(key=lambda product: (text not in (product.sku, product.barcode), product.sku))
    return (with_code + by_name)[:limit]


def create(desk: Desk, product: NewProduct) -> ProductRecord:
    """Adds a product. Raises BadInput when the sku or the name is empty, the sku is taken, or a value is none."""
    product = tidied(product)
    with desk.change("product.created", subject=product.sku) as change:
        what = plan(change.database, [product])
        if not what.added:
            raise BadInput(f"There is a product {product.sku} already")
        _write(change, what, None)
        return _by_sku(change.database, product.sku)


def edit(desk: Desk, product: NewProduct) -> ProductRecord:
    """Changes the fields that `product` gives of the product with its sku. Raises BadInput when there is none."""
    product = tidied(product)
    with desk.change("product.edited", subject=product.sku) as change:
        what = plan(change.database, [product])
        if what.added:
            raise BadInput(f"There is no product {product.sku}")
        if not what.changed:
            change.drop()
        _write(change, what, None)
        change.note(**what.changed[0][1])
    return _by_sku(desk.require("product.viewed"), product.sku)


def tidied(product: NewProduct) -> NewProduct:
    """A product as typed, without what a terminal would take for a command. Raises BadInput naming what is too much."""
    texts = dict[str, Any]()
    for name, value in product._asdict().items():
        if isinstance(value, str):
            if len(value) > _LONGEST:
                raise BadInput(f"Product {name}: more than {_LONGEST} letters (“{harmless(value[:30])}…”)")
            texts[name] = " ".join(harmless(value).split())
    if product.price is not None and not 0 <= product.price <= _DEAREST:
        raise BadInput(f"Product price: {str(product.price)[:30]} is no price")
    if product.sold_by not in (None, "piece", "weight"):
        raise BadInput(f"Product sold by: “{harmless(product.sold_by[:20])}” is neither piece nor weight")
    return product._replace(**texts)


def set_status(desk: Desk, sku: str, status: str) -> None:
    """Takes a product out of sale ("inactive") or back in ("active")."""
    if status not in ("active", "inactive"):
        raise BadInput(f"A product is active or inactive, not “{status}”")
    with desk.change("product.edited", subject=sku) as change:
        old = _by_sku(change.database, sku).status
        if old == status:
            change.drop()
        Product.update(status=status).where(Product.sku == sku).execute(change.database)
        change.note(status=(old, status))


def forget_price(desk: Desk, sku: str) -> None:
    """From now on the product's price is typed at the till."""
    with desk.change("product.edited", subject=sku) as change:
        old = _by_sku(change.database, sku).price
        if old is None:
            change.drop()
        Product.update(price=None).where(Product.sku == sku).execute(change.database)
        change.note(price=(old, None))


def list_brands(desk: Desk, beginning: str, limit: int = 20) -> list[str]:
    """The names of brands whose folded name begins with a text."""
    start = fold(beginning)
    rows = desk.require("product.viewed").execute_sql(
        "SELECT name FROM brand WHERE name_key >= ? AND name_key < ? ORDER BY name_key LIMIT ?",
        (start, start + _LAST, limit),
    )
    return [row[0] for row in rows]


def plan(database: SqliteDatabase, products: Iterable[NewProduct]) -> Plan:
    """Compares products with the catalogue, by sku, without writing. A sku given twice counts once, as its last row.

    Raises BadInput for a product without sku or name.
    """
    wanted = {product.sku: product for product in products}
    for product in wanted.values():
        if not product.sku.strip() or not product.name.strip():
            raise BadInput(f"A product needs a sku and a name: “{product.sku}” “{product.name}”")
    there: dict[str, ProductRecord] = {}
    for some, marks in _chunks(list(wanted)):
        for row in database.execute_sql(f"{SELECT_PRODUCT} WHERE product.sku IN ({marks})", some):
            there[row[1]] = ProductRecord(*row)
    what = Plan([], [], 0)
    unchanged = 0
    for sku, product in wanted.items():
        known = there.get(sku)
        if known is None:
            what.added.append(product)
        elif differing := _differences(known, product):
            what.changed.append((known, differing))
        else:
            unchanged += 1
    return Plan(what.added, what.changed, unchanged)


def bring_in(change: Change, products: Iterable[NewProduct], import_run_id: int | None = None) -> Plan:
    """Adds the new ones of `products`, changes those that differ, with an audit row for each; answers what was done."""
    what = plan(change.database, products)
    _write(change, what, import_run_id)
    for product, differing in what.changed:
        change.also("product.edited", subject=product.sku, detail=dict(differing))
    return what


def ids_by_sku(database: SqliteDatabase, skus: Sequence[str]) -> dict[str, int]:
    """The ids of the products with these skus; unknown ones are left out."""
    found: dict[str, int] = {}
    for some, marks in _chunks(skus):
        found.update(database.execute_sql(f"SELECT sku, id FROM product WHERE sku IN ({marks})", some).fetchall())
    return found


def sales_accounts(database: SqliteDatabase, product_ids: Sequence[int]) -> dict[int, int]:
    """The ledger account that each of these products' sales are credited to; those without a category are left out."""
    found: dict[int, int] = {}
    for some, marks in _chunks(product_ids):
        sql = (
            "SELECT product.id, category.account_id FROM product JOIN category ON category.id = product.category_id "
            f"WHERE product.id IN ({marks})"
        )
        found.update(database.execute_sql(sql, some).fetchall())
    return found


def tax_rate_id(database: SqliteDatabase, name: str | None) -> int | None:
    """The id of a tax rate by name, None for no name; inside a change. Raises BadInput when there is none."""
    if not name:
        return None
    row = database.execute_sql("SELECT id FROM tax_rate WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise BadInput(f"Tax rate: there is no “{harmless(name[:40])}”")
    return int(row[0])


def _by_sku(database: SqliteDatabase, sku: str) -> ProductRecord:
    row = database.execute_sql(f"{SELECT_PRODUCT} WHERE product.sku = ?", (sku,)).fetchone()
    if row is None:
        raise BadInput(f"There is no product {sku}")
    return ProductRecord(*row)


def _by_ids(database: SqliteDatabase, ids: Sequence[int]) -> list[ProductRecord]:
    """The products with these ids, in their order."""
    found: dict[int, ProductRecord] = {}
    for some, marks in _chunks(ids):
        for row in database.execute_sql(f"{SELECT_PRODUCT} WHERE product.id IN ({marks})", some):
            found[row[0]] = ProductRecord(*row)
    return [found[product_id] for product_id in ids]


def _ids_by_code(database: SqliteDatabase, text: str, limit: int) -> list[int]:
    """Products whose sku or bar code begins with a text, as typed or in capitals."""
    ids: dict[int, None] = {}
    for start in dict.fromkeys((text, text.upper())):
        for column in ("sku", "barcode"):
            rows = database.execute_sql(
                f"SELECT id FROM product WHERE {column} >= ? AND {column} < ? AND {column} <> '' "
                f"ORDER BY {column} LIMIT ?",
                (start, start + _LAST, limit),
            )
            ids.update(dict.fromkeys(row[0] for row in rows))
    return list(ids)


def _differences(known: ProductRecord, product: NewProduct) -> dict[str, tuple[object, object]]:
    given = product._asdict()
    return {
        name: (getattr(known, name), value)
        for name, value in given.items()
        if value is not None and value != getattr(known, name)
    }


def _write(change: Change, what: Plan, import_run_id: int | None) -> None:
    names = _Names(change, what)
    rows = [
        (p.sku, p.barcode or "", p.name, p.size or "", names.category(p.category), names.brand(p.brand),
         p.price, import_run_id, tax_rate_id(change.database, p.tax_rate), p.sold_by or "piece")
        for p in what.added
    ]  # fmt: skip
    insert_rows(change.database, INTO_PRODUCT, rows)
    for product, differing in what.changed:
        values: dict[str, object] = {name: new for name, (_, new) in differing.items()}
        if "category" in values:
            values["category_id"] = names.category(str(values.pop("category")))
        if "tax_rate" in values:
            values["tax_rate_id"] = tax_rate_id(change.database, str(values.pop("tax_rate")))
        if "brand" in values:
            old, new = names.brand(product.brand), names.brand(str(values.pop("brand")))
            standing.move_brand(change.database, product.id, old, new)
            values["brand_id"] = new
        changes = ", ".join(f"{name} = ?" for name in values)
        change.database.execute_sql(f"UPDATE product SET {changes} WHERE id = ?", (*values.values(), product.id))


class _Names:
    """Categories and brands by name, made on first mention inside a change."""

    def __init__(self, change: Change, what: Plan) -> None:
        self._change = change
        self._categories: dict[str, int] = dict(
            Category.select(Category.name, Category.id).tuples().execute(change.database)
        )
        self._brands: dict[str, int] = {}
        wanted: set[object] = {product.brand for product in what.added}
        wanted.update(name for _, fields in what.changed for name in fields.get("brand", ()))
        for some, marks in _chunks([name for name in wanted if name]):
            rows = change.database.execute_sql(f"SELECT name, id FROM brand WHERE name IN ({marks})", some)
            self._brands.update(rows.fetchall())

    def category(self, name: str | None) -> int | None:
        if not name:
            return None
        if name not in self._categories:
            account = ledger.account_id(self._change, ledger.account_under("Income:Sales", name), name)
            self._categories[name] = _insert(self._change, Category, name=name, account_id=account)
        return self._categories[name]

    def brand(self, name: str | None) -> int | None:
        if not name:
            return None
        if name not in self._brands:
            self._brands[name] = _insert(self._change, Brand, name=name, name_key=fold(name))
        return self._brands[name]


def _insert(change: Change, table: type[Table], **values: object) -> int:
    return int(table.insert(values).execute(change.database))


def _chunks(values: Sequence[Any], size: int = 500) -> Iterator[tuple[Sequence[Any], str]]:
    for start in range(0, len(values), size):
        some = values[start : start + size]
        yield some, ", ".join("?" * len(some))


SELECT_PRODUCT = """
SELECT product.id, product.sku, product.barcode, product.name, product.size,
       COALESCE(category.name, ''), COALESCE(brand.name, ''), product.price, product.status,
       COALESCE(tax_rate.name, ''), product.sold_by
FROM product LEFT JOIN category ON category.id = product.category_id LEFT JOIN brand ON brand.id = product.brand_id
LEFT JOIN tax_rate ON tax_rate.id = product.tax_rate_id
"""
INTO_PRODUCT = "product (sku, barcode, name, size, category_id, brand_id, price, import_run_id, tax_rate_id, sold_by)"
