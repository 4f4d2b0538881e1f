"""The catalogue: products, the categories whose sales share a ledger account, and brands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from peewee import SqliteDatabase

    from bookkeeper_tui.store.desk import Change, Desk


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
class Product:
    """A product as the shop knows it; `price` in minor units, None where it is typed at the till."""

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
    """What bringing products in would do: new ones, changed ones (sku to field to old and new), and how many as they are."""

    added: list[NewProduct]
    changed: dict[str, dict[str, tuple[object, object]]]
    unchanged: int


def plan(database: SqliteDatabase, products: Iterable[NewProduct]) -> Plan:
    """Compares products with the catalogue, by sku, without writing. A sku given twice counts once, the last one."""
    raise NotImplementedError


def bring_in(change: Change, products: Iterable[NewProduct], import_run_id: int | None = None) -> Plan:
    """Adds the new ones of `products` and changes those that differ, each change in the audit row; answers what was done."""
    raise NotImplementedError


def ids_by_sku(database: SqliteDatabase, skus: Sequence[str]) -> dict[str, int]:
    """The ids of the products with these skus; unknown ones are left out."""
    raise NotImplementedError
