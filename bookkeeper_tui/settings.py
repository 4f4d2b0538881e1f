"""The shop's settings: `settings.toml` in the store. A mistake is told by line and name; the rest still counts."""

import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

FILE_NAME = "settings.toml"
_GROUPS = (".", ",", "'", "’", " ", "\u00a0", "\u202f", "")
_ONE_OF = {
    "kind": ("none", "file", "cups", "network", "terminal"),
    "language": ("auto", "escpos", "text"),
    "letters": ("auto", "ascii"),
}
_BETWEEN = {"port": (1, 65535), "columns": (20, 132), "seconds": (1, 30)}
_KINDS = {bool: "true or false", int: "a whole number", str: "a text"}
_SHOP_BETWEEN = {
    "idle_lock_minutes": (0, 24 * 60, "0 (never)"), "cash_rounding": (0, 100_000, "0 (none)"),
    "retention_years": (1, 100, "1"),
}  # fmt: skip

# A line that is no TOML is left out and the rest read again, so often at most.
_MOST_LEFT_OUT = 50
_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Printer:
    """Where the paper of a till goes, and how its printer is spoken to.

    `path` is the directory of kind "file", within the store unless it is absolute; `queue` is of CUPS, empty for its
    default. `language` "auto" is ESC/POS, but plain text to CUPS and into files. `letters` "ascii" is for printers that
    print accents wrong. `columns` are a receipt's width in letters, `seconds` how long a printer may take to answer.
    `kick` opens the drawer. `head` and `foot` stand above and below every receipt.
    """

    kind: str = "none"
    path: str = "paper"
    queue: str = ""
    host: str = ""
    port: int = 9100
    language: str = "auto"
    letters: str = "auto"
    columns: int = 42
    seconds: int = 5
    kick: bool = True
    head: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """What a shop may choose without touching its books.

    `keys` maps an action's id to the keys that replace its own; `themes` a terminal's name to its theme.
    `cash_rounding` is the smallest coin in minor units, 0 or 1 for none. `printers` maps a terminal's name to what its
    printer has of its own. `services` false hides packages, bookings, timers and memberships. `branches`
    maps a terminal's name to the branch where it stands, if that is not `branch`. `retention_years` are the years for
    which the amounts of an erased customer are kept. `seals_copy` is a directory that a copy of the audit log's seals
    is written to, empty for none.
    """

    branch: str = "Main"
    decimal: str = "."
    group: str = ","
    date_format: str = "%Y-%m-%d"
    idle_lock_minutes: int = 10
    prices_include_tax: bool = True
    stack_discounts: bool = False
    cash_rounding: int = 0
    services: bool = True
    theme: str = ""
    themes: MappingProxyType[str, str] = field(default_factory=lambda: MappingProxyType({}))
    ascii: str = "auto"
    tabs_hidden: tuple[str, ...] = ()
    keys: MappingProxyType[str, str] = field(default_factory=lambda: MappingProxyType({}))
    printer: Printer = Printer()
    printers: MappingProxyType[str, MappingProxyType[str, Any]] = field(default_factory=lambda: MappingProxyType({}))
    branches: MappingProxyType[str, str] = field(default_factory=lambda: MappingProxyType({}))
    retention_years: int = 6
    seals_copy: str = ""

    def branch_of(self, terminal: str) -> str:
        """The branch where a terminal stands."""
        return self.branches.get(terminal, self.branch)

    def printer_of(self, terminal: str) -> Printer:
        """The printer of a terminal: the shop's, with what `[printers."that terminal"]` says otherwise."""
        own: dict[str, Any] = dict(self.printers.get(terminal, {}))
        return replace(self.printer, **own)


def read_settings(path: Path) -> tuple[Settings, list[str]]:
    """Read the file, and say each mistake in one sentence; what is wrong keeps its default, the rest is used."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings(), []
    except (OSError, UnicodeDecodeError) as error:
        return Settings(), [f"{path.name} cannot be read ({error}); the defaults are used"]
    return read_text(text, path.name)


def read_text(text: str, file_name: str) -> tuple[Settings, list[str]]:
    """The settings of a file's text, as `read_settings` says them."""
    try:
        given, mistakes = _parse(text, file_name)
    except RecursionError:
        return Settings(), [f"{file_name} is not TOML: brackets within brackets; the defaults are used"]
    settings, more = _check(given, text, file_name)
    return settings, mistakes + more


def place_in(path: Path, table: str, name: str = "") -> str:
    """Where something stands in the file, as a sentence about it begins: `settings.toml line 7`.

    `table` is a table's name, or that of a setting of its own.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        text = ""
    return f"{path.name} line {_line_within(table, name, text) if name else _line_of(table, text)}"


def write_settings(path: Path, settings: Settings) -> None:
    """Write every setting, so that whoever opens the file sees what can be chosen."""
    lines, tables = [], []
    for name, value in plain_values(settings).items():
        if name == "printers":
            tables += [_table(f"printers.{_toml(terminal)}", own) for terminal, own in value.items()]
        elif isinstance(value, dict):
            tables.append(_table(name, value))
        else:
            lines.append(f"{name} = {_toml(value)}\n")
    beside = path.with_suffix(".new")
    beside.write_text("".join(lines) + "".join(tables), encoding="utf-8")
    beside.replace(path)


def plain_values(settings: Settings) -> dict[str, Any]:
    """The settings as plain values, tables as dictionaries."""
    named = {item.name: getattr(settings, item.name) for item in fields(settings)}
    named["printer"] = _printer_values(settings.printer)
    return {name: dict(value) if isinstance(value, MappingProxyType) else value for name, value in named.items()}


def _printer_values(printer: Printer) -> dict[str, Any]:
    return {item.name: getattr(printer, item.name) for item in fields(printer)}


def _parse(text: str, file_name: str) -> tuple[dict[str, Any], list[str]]:
    """What can be read, leaving out lines that cannot, and each run of such lines as a sentence."""
    lines, left_out, first = text.split("\n"), dict[int, str](), ""
    for _ in range(_MOST_LEFT_OUT):
        try:
            return tomllib.loads("\n".join(lines)), _left_out(left_out, text.split("\n"), file_name)
        except tomllib.TOMLDecodeError as error:
            first = first or str(error)
            if not (at := _line_at_fault(error, lines)):
                break
            for number in _with_its_table(at, lines):
                left_out[number] = _AT_LINE.sub("", str(error))
                lines[number - 1] = ""
    return {}, [f"{file_name} is not TOML: {first}; the defaults are used"]


def _line_at_fault(error: tomllib.TOMLDecodeError, lines: list[str]) -> int:
    """The line, or the one before it that swallowed it, or the last; 0 when there is none left."""
    found = _AT_LINE.search(str(error))
    at = min(int(found[1]), len(lines)) if found and found[1] else len(lines)
    while at and not lines[at - 1].strip():
        at -= 1
    return at


def _with_its_table(at: int, lines: list[str]) -> list[int]:
    """The line and, when it begins a table, those of the table: they would land in another."""
    if not lines[at - 1].lstrip().startswith("["):
        return [at]
    after = (number for number in range(at + 1, len(lines) + 1) if lines[number - 1].lstrip().startswith("["))
    return [number for number in range(at, next(after, len(lines) + 1)) if lines[number - 1].strip()]


def _left_out(left_out: dict[int, str], lines: list[str], file_name: str) -> list[str]:
    sentences, numbers = list[str](), sorted(left_out)
    for number in numbers:
        if number - 1 in left_out:
            continue
        last = number
        while last + 1 in left_out:
            last += 1
        which = f"line {number}" if last == number else f"lines {number} to {last}"
        expected = f"expected such as {_example_of(lines[number - 1])}"
        sentences.append(f"{file_name} {which}: {left_out[number]}, {expected}; the rest is used")
    return sentences


def _example_of(line: str) -> str:
    """How the setting of a line is written: its default."""
    name = line.partition("=")[0].strip(" \t[]\"'")
    default = plain_values(Settings()).get(name.partition(".")[0])
    if line.lstrip().startswith("[") or isinstance(default, dict):
        return f"[{name or 'printer'}]"
    return f"{name} = {_toml(default)}" if default is not None else 'name = "text"'


def _check(given: dict[str, Any], text: str, file_name: str) -> tuple[Settings, list[str]]:
    default, good, mistakes = plain_values(Settings()), dict[str, Any](), list[str]()
    for name, value in given.items():
        place = f"{file_name} line {_line_of(name, text)}"
        if name in _WITH_TABLES:
            good[name], told = _WITH_TABLES[name](value, text, file_name)
            mistakes += told
        elif name not in default:
            mistakes.append(f"{place}: there is no setting “{name}”")
        elif isinstance(default[name], dict) and isinstance(value, dict):
            good[name], told = _texts(name, value, text, file_name)
            mistakes += told
        elif (sentence := _mistake(name, value, default[name])) is not None:
            mistakes.append(f"{place}: {sentence}")
        else:
            good[name] = tuple(value) if isinstance(value, list) else value
    settings = replace(Settings(), **good)
    for terminal in settings.printers:
        printer = settings.printer_of(terminal)
        if printer.kind == "network" and not printer.host and settings.printer.kind != "network":
            line = _line_within(f"printers.{terminal}", "kind", text)
            mistakes.append(f"{file_name} line {line}: a printer of kind “network” needs a “host”")
    if settings.group == settings.decimal:
        settings = replace(settings, group="." if settings.decimal == "," else ",")
        if "group" in good:
            mistakes.append(f"{file_name} line {_line_of('group', text)}: “group” cannot be the decimal mark as well")
    return settings, mistakes


def _texts(name: str, table: dict[str, Any], text: str, file_name: str) -> tuple[MappingProxyType[str, str], list[str]]:
    """A table of texts, and a sentence for each of its lines that is none."""
    good = {key: value for key, value in table.items() if isinstance(value, str)}
    return MappingProxyType(good), [
        f"{file_name} line {_line_within(name, key, text)}: “{key}” takes a text, not {value!r}"
        for key, value in table.items()
        if key not in good
    ]


def _mistake(name: str, value: object, default: object) -> str | None:
    if isinstance(default, dict):
        return f"“{name}” takes a table of texts"
    if isinstance(default, tuple):
        right = isinstance(value, list) and all(isinstance(item, str) for item in value)
        return None if right else f"“{name}” takes a list of texts"
    if type(value) is not type(default):
        return f"“{name}” takes {_KINDS[type(default)]}, not {value!r}"
    if name == "ascii" and value not in ("auto", "yes", "no"):
        return f"“ascii” takes auto, yes or no, not {value!r}"
    if name in _SHOP_BETWEEN and isinstance(value, int):
        least, most, lowest = _SHOP_BETWEEN[name]
        if not least <= value <= most:
            return f"“{name}” takes {lowest} to {most}, not {value}"
    if name == "decimal" and value not in (".", ","):
        return f"“decimal” takes a point or a comma, not {value!r}"
    if name == "group" and value not in _GROUPS:
        return f"“group” takes a point, a comma, an apostrophe, a space or nothing, not {value!r}"
    if name == "date_format" and isinstance(value, str) and not _has_each_part_once(value):
        return f"“date_format” takes a day, a month and a year such as %d/%m/%Y, not {value!r}"
    return None


def _the_printer(value: object, text: str, file_name: str) -> tuple[Printer, list[str]]:
    own, mistakes = _printer_table("printer", value, text, file_name)
    printer = Printer(**own)
    if printer.kind == "network" and not printer.host:
        mistakes.append(f"{file_name} line {_line_of('printer', text)}: a printer of kind “network” needs a “host”")
    return printer, mistakes


def _printers(
    value: object, text: str, file_name: str
) -> tuple[MappingProxyType[str, MappingProxyType[str, Any]], list[str]]:
    if not isinstance(value, dict):
        return MappingProxyType({}), [f"{file_name} line {_line_of('printers', text)}: “printers” takes tables"]
    read, mistakes = dict[str, MappingProxyType[str, Any]](), list[str]()
    for terminal, table in value.items():
        own, told = _printer_table(f"printers.{terminal}", table, text, file_name)
        read[terminal] = MappingProxyType(own)
        mistakes += told
    return MappingProxyType(read), mistakes


def _printer_table(name: str, value: object, text: str, file_name: str) -> tuple[dict[str, Any], list[str]]:
    """What a table says of a printer, and each mistake in it as a sentence."""
    if not isinstance(value, dict):
        return {}, [f"{file_name} line {_line_of(name.partition('.')[0], text)}: “{name}” takes a table, not {value!r}"]
    default, good, mistakes = _printer_values(Printer()), dict[str, Any](), list[str]()
    for key, item in value.items():
        if key not in default:
            sentence: str | None = f"a printer has no “{key}”"
        elif (sentence := _mistake(key, item, default[key])) is None:
            sentence = _printer_mistake(key, item)
        if sentence is None:
            good[key] = tuple(item) if isinstance(item, list) else item
        else:
            mistakes.append(f"{file_name} line {_line_within(name, key, text)}: {sentence}")
    return good, mistakes


def _printer_mistake(name: str, value: object) -> str | None:
    if name in _ONE_OF and value not in _ONE_OF[name]:
        return f"“{name}” takes {', '.join(_ONE_OF[name][:-1])} or {_ONE_OF[name][-1]}, not {value!r}"
    if name in _BETWEEN and isinstance(value, int) and not _BETWEEN[name][0] <= value <= _BETWEEN[name][1]:
        return f"“{name}” takes {_BETWEEN[name][0]} to {_BETWEEN[name][1]}, not {value}"
    return None


def _has_each_part_once(date_format: str) -> bool:
    codes = re.findall("%(.)", date_format)
    parts = [sum(code in part for code in codes) for part in ("d", "mbB", "Yy")]
    return len(codes) == 3 and parts == [1, 1, 1] and date_format.isprintable()


def _line_of(name: str, text: str) -> int:
    pattern = re.compile(rf"^\s*\[?\s*\"?{re.escape(name)}\b")
    return next((number for number, line in enumerate(text.split("\n"), 1) if pattern.match(line)), 1)


def _line_within(table: str, name: str, text: str) -> int:
    """The line of a name within a table; the table's own where it is not found there."""
    lines, header = text.split("\n"), table.replace(" ", "")
    heads = (at for at, line in enumerate(lines, 1) if re.sub("[][\"' ]", "", line.partition("#")[0]) == header)
    first = next(heads, _line_of(table.partition(".")[0], text))
    for number, line in enumerate(lines[first:], first + 1):
        if line.lstrip().startswith("["):
            break
        if re.match(rf"^\s*\"?{re.escape(name)}\b", line):
            return number
    return first


def _table(name: str, values: dict[str, Any] | MappingProxyType[str, Any]) -> str:
    return f"\n[{name}]\n" + "".join(f"{_toml_key(key)} = {_toml(item)}\n" for key, item in values.items())


def _toml_key(name: str) -> str:
    return name if re.fullmatch("[A-Za-z0-9_-]+", name) else _toml(name)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


_WITH_TABLES: dict[str, Callable[[object, str, str], tuple[Any, list[str]]]] = {
    "printer": _the_printer,
    "printers": _printers,
}
