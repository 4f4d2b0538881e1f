"""The catalogue: products, the categories whose sales share a ledger account, and brands."""

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

_LONGEST = 200
_DEAREST = 10**15


class Category(Table):
    """A kind of goods; its sales are credited to one ledger account."""

    id = AutoField()
    name = TextField(unique=True)
    account_id = IntegerField()


class Brand(Table):
    """A brand, with the folded name that a search compares."""

    name = TextField(unique=True)
    name_key = TextField()


class Product(Table):
    """An article of the shop; `price` in minor units, none where it is typed at the till."""

    sku = TextField(unique=True)
    barcode = TextField(default="")
    name = TextField()
    size = TextField(default="")
    category_id = IntegerField(null=True)
    brand_id = IntegerField(null=True)
    price = IntegerField(null=True)
    status = TextField(default="active")
    import_run_id = IntegerField(null=True)


class NewProduct(NamedTuple):
    """A product as a form or a file brings it. None means that the source does not say, and keeps what is there."""

    sku: str
    name: str
    barcode: str | None = None
    size: str | None = None
    category: str | None = None
    brand: str | None = None
    price: int | None = None


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """A product as it is read back, category and brand by name; `price` in minor units."""

    id: int
    sku: str
    barcode: str
    name: str
    size: str
    category: str
    brand: str
    price: int | None
    status: str


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


def _by_sku(database: SqliteDatabase, sku: str) -> ProductRecord:
    row = database.execute_sql(f"{SELECT_PRODUCT} WHERE product.sku = ?", (sku,)).fetchone()
    if row is None:
        raise BadInput(f"There is no product {sku}")
    return ProductRecord(*row)


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
         p.price, import_run_id)
        for p in what.added
    ]  # fmt: skip
    insert_rows(change.database, INTO_PRODUCT, rows)
    for product, differing in what.changed:
        values: dict[str, object] = {name: new for name, (_, new) in differing.items()}
        if "category" in values:
            values["category_id"] = names.category(str(values.pop("category")))
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
       COALESCE(category.name, ''), COALESCE(brand.name, ''), product.price, product.status
FROM product LEFT JOIN category ON category.id = product.category_id LEFT JOIN brand ON brand.id = product.brand_id
"""
INTO_PRODUCT = "product (sku, barcode, name, size, category_id, brand_id, price, import_run_id)"
