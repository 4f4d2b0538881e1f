"""Categories of the catalogue: their ledger accounts, and the tax rate their products have."""

from dataclasses import dataclass

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store import catalogue, ledger
from bookkeeper_tui.store.catalogue import Category
from bookkeeper_tui.store.desk import Desk

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class CategoryRecord:
    """A category as it is read back: its ledger account and tax rate by name, and how many products it has."""

    id: int
    name: str
    account: str
    tax_rate: str
    products: int


def list_categories(desk: Desk) -> list[CategoryRecord]:
    """The categories by name, with how many products each has."""
    rows = desk.require("product.viewed").execute_sql(f"{SELECT_CATEGORY} ORDER BY category.name")
    return [CategoryRecord(*row) for row in rows]


def add_category(desk: Desk, name: str, tax_rate: str = "") -> CategoryRecord:
    """Adds a category with a ledger account of its own. Raises BadInput for a name that is empty, too long or taken."""
    name = _category_name(name)
    with desk.change("product.edited", subject=name) as change:
        if Category.select().where(Category.name == name).exists(change.database):
            raise BadInput(f"There is a category {name} already")
        account = ledger.account_id(change, ledger.account_under("Income:Sales", name), name)
        rate_id = catalogue.tax_rate_id(change.database, tax_rate)
        category_id = int(Category.insert(name=name, account_id=account, tax_rate_id=rate_id).execute(change.database))
        change.note(category="added", tax_rate=tax_rate)
    return _category(desk.require("product.edited"), category_id)


def edit_category(desk: Desk, category_id: int, name: str, tax_rate: str) -> CategoryRecord:
    """Renames a category or gives it another tax rate ("" for the default); its ledger account stays the same.

    Raises BadInput as `add_category` does, and for a tax rate that there is not.
    """
    name = _category_name(name)
    with desk.change("product.edited", subject=name) as change:
        old = _category(change.database, category_id)
        if (old.name, old.tax_rate) == (name, tax_rate):
            change.drop()
        taken = Category.select().where((Category.name == name) & (Category.id != category_id))
        if taken.exists(change.database):
            raise BadInput(f"There is a category {name} already")
        rate_id = catalogue.tax_rate_id(change.database, tax_rate)
        Category.update(name=name, tax_rate_id=rate_id).where(Category.id == category_id).execute(change.database)
        change.note(category=(old.name, name), tax_rate=(old.tax_rate, tax_rate))
    return _category(desk.require("product.edited"), category_id)


def _category(database: SqliteDatabase, category_id: int) -> CategoryRecord:
    row = database.execute_sql(f"{SELECT_CATEGORY} WHERE category.id = ?", (category_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no category {category_id}")
    return CategoryRecord(*row)


def _category_name(name: str) -> str:
    name = " ".join(harmless(name[: 2 * _LONGEST]).split())
    if not name or len(name) > _LONGEST:
        raise BadInput(f"Category: a name is needed, of at most {_LONGEST} letters (“{name[:30]}”)")
    return name


SELECT_CATEGORY = """
SELECT category.id, category.name, account.name, COALESCE(tax_rate.name, ''), COALESCE(counted.products, 0)
FROM category JOIN account ON account.id = category.account_id LEFT JOIN tax_rate ON tax_rate.id = category.tax_rate_id
LEFT JOIN (SELECT category_id, COUNT(*) AS products FROM product GROUP BY category_id) AS counted
ON counted.category_id = category.id
"""
