"""What a format is: our names for things, the headers it has for them, and how a file is recognised by its headers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless

if TYPE_CHECKING:
    from bookkeeper_tui.store.importing.sale_rows import SaleReader

Kind = Literal["customers", "products", "sales"]
KINDS: tuple[Kind, ...] = ("customers", "products", "sales")

ATTRIBUTE = "attribute."
"""Our name of a free attribute starts like this: `attribute.income`."""
FLAG = "flag."
"""An attribute that is kept only where it is not no: `flag.tax_exempt`."""
DISCOUNT = "discount."
"""A discount already taken off a line, by its kind: `discount.coupon`."""

OUR_NAMES: Mapping[Kind, tuple[str, ...]] = {
    "customers": (
        "ref", "name", "first_name", "last_name", "phone", "phone2", "email", "card", "born", "gender", "company",
        "registration_no", "vat_no", "street", "street2", "city", "region", "postcode", "country",
        "delivery_street", "delivery_street2", "delivery_city", "delivery_region", "delivery_postcode",
        "delivery_country", "discount_code", "discount_until", "language", "tags", "note",
        "consent_email", "consent_sms", "consent_whatsapp",
    ),
    "products": ("sku", "name", "name2", "barcode", "size", "category", "brand", "maker", "price"),
    "sales": (
        "sale", "sold_at", "date", "time", "branch", "terminal", "kind", "customer", "customer_email",
        "customer_phone", "product", "description", "quantity", "amount", "price", "discount", "tax", "tender", "note",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A kind of file that people bring.

    `source` is the system it comes from: customers and sales are known by it and their id there. `columns` gives, for
    each of our names, the headers that may carry it, the best first; an int is a position counted from 1.
    A file is of this format when all of `needed` (our names) are found, and any of `marks` (headers) if there are some.
    `adjust` changes the values of one row before they are read; `read_sales` is for sales that are not plain lines.
    A quantity above `most_pieces` counts no pieces (grams, cents); `branch_words` makes a name of a bare number. With
    `any_tender` a way to pay that we have no word for is kept as the reference of what was paid elsewhere.
    """

    kind: Kind
    title: str
    source: str
    columns: Mapping[str, str | int | Sequence[str]]
    needed: tuple[str, ...]
    marks: tuple[str, ...] = ()
    date_format: str | None = None
    decimal: str = "."
    most_pieces: int | None = None
    branch_words: str = "{}"
    any_tender: bool = False
    adjust: "Callable[[dict[str, str]], dict[str, str]] | None" = None
    read_sales: "Callable[..., SaleReader] | None" = None

    def headers_of(self, name: str) -> tuple[str | int, ...]:
        """The headers, or the one position, that may carry what we call `name`."""
        given = self.columns[name]
        return (given,) if isinstance(given, (str, int)) else tuple(given)


@dataclass(frozen=True, slots=True)
class Columns:
    """A format laid over one file: where each of our names stands, and which columns nobody asked for."""

    format: Format
    place: Mapping[str, int]
    header: tuple[str, ...]
    left_behind: tuple[str, ...] = field(default=())

    def has(self, name: str) -> bool:
        """Whether the file has a column for what we call `name`."""
        return name in self.place

    def title(self, name: str) -> str:
        """What the file itself calls the column of `name`; its position where the file has no header."""
        if name not in self.place:
            return name
        return self.header[self.place[name]] if self.header else f"column {self.place[name] + 1}"

    def values(self, cells: Sequence[str]) -> dict[str, str]:
        """The row by our names."""
        return {name: cells[place] for name, place in self.place.items()}


def recognise(formats: Iterable[Format], kind: Kind, header: tuple[str, ...], file_name: str) -> Columns:
    """The format of `kind` that knows most of this header. Raises BadInput that names what is missing."""
    fitting, nearest, missing, other = None, None, list[str](), None
    for one in formats:
        if not _bears_a_mark(one, header):
            continue
        found = lay(one, header)
        lacking = [str(one.headers_of(name)[0]) for name in one.needed if name not in found.place]
        if one.kind != kind:
            if not lacking and (other is None or len(found.place) > len(other.place)):
                other = found
            continue
        if not lacking and (fitting is None or len(found.place) > len(fitting.place)):
            fitting = found
        if lacking and (nearest is None or len(found.place) > len(nearest.place)):
            nearest, missing = found, lacking
    # A file that is nearly all of a known format has lost a column; taking it for something else would hide that.
    if nearest is not None and _is_mostly_there(nearest) and (not fitting or len(nearest.place) > len(fitting.place)):
        what = ", ".join(f"“{title}”" for title in missing)
        raise BadInput(f"{file_name} looks like {nearest.format.title}, but has no column {what}")
    # Orders have a column “Name” as well: whoever takes them for customers gets people called #1001.
    if other is not None and (fitting is None or len(other.place) > len(fitting.place)):
        one = other.format
        raise BadInput(f"{file_name} is no {kind} file but {one.title}: bring it in with import {one.kind}")
    if fitting is not None:
        return fitting
    shown = harmless(", ".join(header))[:120]
    raise BadInput(f"{file_name} is no {kind} file known here (its columns: {shown}); say which is which with --map")


def lay(one: Format, header: tuple[str, ...]) -> Columns:
    """A format laid over a header, by names alone (case and blanks aside); of a header given twice the first counts."""
    places: dict[str, int] = {}
    for at, title in enumerate(header):
        places.setdefault(_key(title), at)
    found: dict[str, int] = {}
    for name in one.columns:
        for where in one.headers_of(name):
            place = where - 1 if isinstance(where, int) else places.get(_key(where))
            if place is not None:
                found[name] = place
                break
    for at, title in enumerate(header):
        if title.startswith((ATTRIBUTE, DISCOUNT)):
            found.setdefault(title, at)
    used = set(found.values())
    left = tuple(title for at, title in enumerate(header) if at not in used and title)
    return Columns(one, found, header, left)


def _is_mostly_there(found: Columns) -> bool:
    return 2 * len(found.place) >= len(found.format.columns)


def _bears_a_mark(one: Format, header: tuple[str, ...]) -> bool:
    present = {_key(title) for title in header}
    return not one.marks or any(_key(mark) in present for mark in one.marks)


def _key(title: str) -> str:
    return " ".join(title.replace("_", " ").casefold().split())
