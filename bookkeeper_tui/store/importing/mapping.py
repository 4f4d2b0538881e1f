"""A mapping file: says which columns of an unknown file are what, and how the file is written."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store.importing.columns import ATTRIBUTE, DISCOUNT, FLAG, OUR_NAMES, Format, Kind
from bookkeeper_tui.store.importing.sale_rows import whole_sales_reader
from bookkeeper_tui.store.importing.synonyms import is_total, our_name
from bookkeeper_tui.store.importing.tables import Layout

_TABLES = ("kind", "source", "columns", "format")
_FORMAT = ("delimiter", "date", "decimal", "header", "skip")
_DATE_LETTERS = (
    ("YYYY", "%Y"), ("YY", "%y"), ("MM", "%m"), ("DD", "%d"), ("HH", "%H"), ("mm", "%M"), ("SS", "%S"), ("ss", "%S"),
)  # fmt: skip
_TABS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";"}


@dataclass(frozen=True, slots=True)
class FileMapping:
    """A mapping that was read: the format it describes, and how its files are written."""

    format: Format
    layout: Layout


def read_mapping(path: Path, kind: Kind) -> FileMapping:
    """Read a mapping file for an import of `kind`. Raises BadInput naming what is wrong in it."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path.name} is not TOML: {error}") from error
    for name in given:
        if name not in _TABLES:
            raise BadInput(f"{path.name}: there is no “{name}” in a mapping; known are {', '.join(_TABLES)}")
    if given.get("kind", kind) != kind:
        raise BadInput(f"{path.name} is for {given['kind']}, not for {kind}")
    written = _table(path, given, "format")
    layout = _layout(path, written)
    named = _table(path, given, "columns")
    columns = _columns(path, named, kind, layout.header)
    decimal = written.get("decimal", ".")
    if decimal not in (".", ","):
        raise BadInput(f"{path.name}: “decimal” is a point or a comma, not {decimal!r}")
    made = Format(
        kind=kind,
        title=f"mapped by {path.name}",
        source=str(given.get("source", "mapped")),
        columns=columns,
        needed=tuple(columns),
        date_format=_date_format(path, written.get("date")),
        decimal=str(decimal),
        any_tender=True,
        adjust=_product_row if kind == "products" else None,
        read_sales=whole_sales_reader if kind == "sales" and any(is_total(name) for name in named) else None,
    )
    return FileMapping(made, layout)


def _product_row(row: dict[str, str]) -> dict[str, str]:
    """The second name stands in for a missing first one, the maker for a missing brand."""
    return {**row, "name": row.get("name") or row.get("name2", ""), "brand": row.get("brand") or row.get("maker", "")}


def _table(path: Path, given: Mapping[str, object], name: str) -> dict[str, object]:
    table = given.get(name, {})
    if not isinstance(table, dict):
        raise BadInput(f"{path.name}: “{name}” is a table, written as [{name}]")
    return table


def _layout(path: Path, written: Mapping[str, object]) -> Layout:
    for name in written:
        if name not in _FORMAT:
            raise BadInput(f"{path.name}: there is no “{name}” in [format]; known are {', '.join(_FORMAT)}")
    delimiter = written.get("delimiter")
    if isinstance(delimiter, str):
        delimiter = _TABS.get(delimiter, delimiter)
    if delimiter is not None and (not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '"\r\n'):
        raise BadInput(f"{path.name}: “delimiter” is one character, not {delimiter!r}")
    header, skip = written.get("header", True), written.get("skip", 0)
    if not isinstance(header, bool):
        raise BadInput(f"{path.name}: “header” is true or false, not {header!r}")
    if not isinstance(skip, int) or isinstance(skip, bool) or skip < 0:
        raise BadInput(f"{path.name}: “skip” is a number of lines, not {skip!r}")
    return Layout(delimiter, header, skip)


def _columns(path: Path, given: Mapping[str, object], kind: Kind, header: bool) -> dict[str, str | int]:
    columns: dict[str, str | int] = {}
    for called, where in given.items():
        name = our_name(called, kind)
        if not _is_ours(name, kind):
            raise BadInput(f"{path.name}: “{called}” is none of our names for {kind}: {', '.join(OUR_NAMES[kind])}")
        if name in columns:
            raise BadInput(f"{path.name}: “{called}” is said twice: we call it “{name}”")
        if isinstance(where, bool) or not isinstance(where, (str, int)):
            raise BadInput(f"{path.name}: “{called}” is a header, or a position counted from 1, not {where!r}")
        if isinstance(where, int) and where < 1:
            raise BadInput(f"{path.name}: positions count from 1, and “{called}” is {where}")
        if isinstance(where, str) and not header:
            raise BadInput(f"{path.name}: the file has no header, so “{called}” is a position, not {where!r}")
        columns[name] = where
    for choice in _NEEDED[kind]:
        if not any(name in columns for name in choice):
            raise BadInput(f"{path.name}: [columns] says nowhere which one is “{choice[0]}”")
    return columns


_NEEDED: Mapping[Kind, tuple[tuple[str, ...], ...]] = {
    "customers": (("name", "first_name", "last_name", "company"),),
    "products": (("sku",), ("name",)),
    "sales": (("sale",), ("sold_at", "date"), ("amount", "price")),
}


def _is_ours(name: str, kind: Kind) -> bool:
    if name in OUR_NAMES[kind]:
        return True
    prefixes = {"customers": (ATTRIBUTE, FLAG), "sales": (DISCOUNT,), "products": ()}[kind]
    return any(name.startswith(prefix) and len(name) > len(prefix) for prefix in prefixes)


def _date_format(path: Path, given: object) -> str | None:
    """`%d.%m.%Y` as programs write it, or `DD.MM.YYYY` as people do."""
    if given is None:
        return None
    if not isinstance(given, str):
        raise BadInput(f"{path.name}: “date” is a pattern such as DD.MM.YYYY, not {given!r}")
    if given.casefold() in ("iso", "yyyy-mm-dd"):
        return None
    if "%" not in given:
        given = given.replace("HH:MM", "HH:mm").replace("yyyy", "YYYY").replace("dd", "DD")
        given = given if "MM" in given else given.replace("mm", "MM", 1)
        for letters, code in _DATE_LETTERS:
            given = given.replace(letters, code)
    if "%" not in given:
        raise BadInput(f"{path.name}: “date” is a pattern such as DD.MM.YYYY, not {given!r}")
    return given
