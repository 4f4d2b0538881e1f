"""What a file's rows become before the store is asked: drafts of customers, products and sales."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from bookkeeper_tui.store.customer_fields import Phone
from bookkeeper_tui.store.sales import NewDiscount, NewLine, NewTender

Row = tuple[int, list[str]]
"""The line of the file on which a row starts, and its cells."""


@dataclass(frozen=True, slots=True)
class CustomerDraft:
    """A customer of a file, checked: the filled fields as texts of the form, and what a form does not hold.

    `ref` is their id in the system they come from, empty where it has none; `digest` stands for all that the row says.
    """

    row: Row
    ref: str
    texts: Mapping[str, str]
    phone: Phone
    tags: tuple[str, ...]
    attributes: Mapping[str, str]
    note: str
    consents: Mapping[str, bool]
    digest: bytes
    remarks: tuple[str, ...]


class Buyer(NamedTuple):
    """How a file names the customer of a sale; all empty is the walk-in."""

    ref: str = ""
    email: str = ""
    phone: str = ""


class SaleDraft(NamedTuple):
    """A sale of a file, its lines ready, its customer and branch still by name."""

    rows: list[Row]
    ref: str
    sold_at: int
    day: str
    branch: str
    buyer: Buyer
    lines: list[NewLine]
    tenders: list[NewTender]
    discounts: tuple[NewDiscount, ...] = ()
    added_tax: int = 0
    kind: str = "sale"
    terminal: str = ""
    note: str = ""
