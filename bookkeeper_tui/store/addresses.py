"""Where customers live and where their goods go: at most one billing and one delivery address each."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from typing import Any

from peewee import CompositeKey, IntegerField, SqliteDatabase, TextField

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import fold
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.engine import Table

KINDS = ("billing", "delivery")
_LONGEST = 200


class CustomerAddress(Table):
    """An address; `city_key` is what the filter `city:` compares."""

    customer_id = IntegerField()
    kind = TextField()
    street = TextField(default="")
    street2 = TextField(default="")
    city = TextField(default="")
    city_key = TextField(default="")
    region = TextField(default="")
    postcode = TextField(default="")
    country = TextField(default="")

    class Meta:
        primary_key = CompositeKey("customer_id", "kind")
        without_rowid = True


@dataclass(frozen=True, slots=True)
class Address:
    """An address as people write it; every part may be empty."""

    street: str = ""
    street2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""

    def __bool__(self) -> bool:
        return any((self.street, self.street2, self.city, self.region, self.postcode, self.country))

    @property
    def lines(self) -> list[str]:
        """As on an envelope, without empty lines."""
        town = " ".join(part for part in (self.postcode, self.city) if part)
        return [line for line in (self.street, self.street2, town, self.region, self.country) if line]


PARTS = tuple(part.name for part in fields(Address))
NO_ADDRESS = Address()


def of_customer(desk: Desk, customer_id: int) -> dict[str, Address]:
    """A customer's addresses by kind; a kind that is not known is left out."""
    return read(desk.require("customer.viewed"), customer_id)


def read(database: SqliteDatabase, customer_id: int) -> dict[str, Address]:
    """A customer's addresses by kind, for the rooms that show or change them."""
    rows = database.execute_sql(
        "SELECT kind, street, street2, city, region, postcode, country FROM customer_address WHERE customer_id = ?",
        (customer_id,),
    )
    return {row[0]: Address(*row[1:]) for row in rows}


def write(database: SqliteDatabase, customer_id: int, kind: str, address: Address) -> None:
    """Keep an address, inside a change; an empty one removes what was there."""
    database.execute_sql("DELETE FROM customer_address WHERE customer_id = ? AND kind = ?", (customer_id, kind))
    write_new(database, [(customer_id, kind, address)])


def write_new(database: SqliteDatabase, given: Iterable[tuple[int, str, Address]]) -> None:
    """Keep addresses of customers who had none of the kind, inside a change; empty ones are left out."""
    cursor: Any = database.connection().cursor()
    cursor.executemany(
        "INSERT INTO customer_address (customer_id, kind, street, street2, city, region, postcode, country, city_key) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(who, kind, *astuple(address), fold(address.city)) for who, kind, address in given if address],
    )


def checked_part(part: str, text: str, field: str) -> str:
    """One part of an address, cleaned; a country code in capitals. Raises BadInput naming the field."""
    cleaned = " ".join(text.split())
    if len(cleaned) > _LONGEST:
        raise BadInput(f"{field}: more than {_LONGEST} letters (“{cleaned[:30]}…”)")
    return cleaned.upper() if part == "country" and len(cleaned) == 2 else cleaned
