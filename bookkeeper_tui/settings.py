"""The shop's settings: `settings.toml` in the store. A mistake is told by line and name; the rest still counts."""

import json
import re
import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

FILE_NAME = "settings.toml"
_GROUPS = (".", ",", "'", "’", " ", "\u00a0", "\u202f", "")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a shop may choose without touching its books.

    `keys` maps an action's id to the keys that replace its own; `themes` a terminal's name to its theme.
    `cash_rounding` is the smallest coin in minor units, 0 or 1 for none.
    """

    branch: str = "Main"
    decimal: str = "."
    group: str = ","
    date_format: str = "%Y-%m-%d"
    idle_lock_minutes: int = 10
    prices_include_tax: bool = True
    stack_discounts: bool = False
    cash_rounding: int = 0
    theme: str = ""
    themes: MappingProxyType[str, str] = field(default_factory=lambda: MappingProxyType({}))
    ascii: str = "auto"
    tabs_hidden: tuple[str, ...] = ()
    keys: MappingProxyType[str, str] = field(default_factory=lambda: MappingProxyType({}))


def read_settings(path: Path) -> tuple[Settings, list[str]]:
    """Read the file, and say each mistake in one sentence; what is wrong keeps its default, the rest is used."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings(), []
    except (OSError, UnicodeDecodeError) as error:
        return Settings(), [f"{path.name} cannot be read ({error}); the defaults are used"]
    try:
        given = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return Settings(), [f"{path.name} is not TOML: {error}; the defaults are used"]
    return _check(given, text, path.name)


def write_settings(path: Path, settings: Settings) -> None:
    """Write every setting, so that whoever opens the file sees what can be chosen."""
    lines, tables = [], []
    for name, value in plain_values(settings).items():
        if isinstance(value, dict):
            tables.append(f"\n[{name}]\n" + "".join(f"{_toml(key)} = {_toml(item)}\n" for key, item in value.items()))
        else:
            lines.append(f"{name} = {_toml(value)}\n")
    beside = path.with_suffix(".new")
    beside.write_text("".join(lines) + "".join(tables), encoding="utf-8")
    beside.replace(path)


def plain_values(settings: Settings) -> dict[str, Any]:
    """The settings as plain values, tables as dictionaries."""
    named = {item.name: getattr(settings, item.name) for item in fields(settings)}
    return {name: dict(value) if isinstance(value, MappingProxyType) else value for name, value in named.items()}


def _check(given: dict[str, Any], text: str, file_name: str) -> tuple[Settings, list[str]]:
    default, good, mistakes = plain_values(Settings()), dict[str, Any](), list[str]()
    for name, value in given.items():
        place = f"{file_name} line {_line_of(name, text)}"
        if name not in default:
            mistakes.append(f"{place}: there is no setting “{name}”")
        elif (sentence := _mistake(name, value, default[name])) is not None:
            mistakes.append(f"{place}: {sentence}")
        elif isinstance(value, dict):
            good[name] = MappingProxyType(value)
        else:
            good[name] = tuple(value) if isinstance(value, list) else value
    settings = replace(Settings(), **good)
    if settings.group == settings.decimal:
        settings = replace(settings, group="." if settings.decimal == "," else ",")
        if "group" in good:
            mistakes.append(f"{file_name} line {_line_of('group', text)}: “group” cannot be the decimal mark as well")
    return settings, mistakes


def _mistake(name: str, value: object, default: object) -> str | None:
    if isinstance(default, dict):
        right = isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
        return None if right else f"“{name}” takes a table of texts"
    if isinstance(default, tuple):
        right = isinstance(value, list) and all(isinstance(item, str) for item in value)
        return None if right else f"“{name}” takes a list of texts"
    if type(value) is not type(default):
        kinds = {bool: "true or false", int: "a whole number", str: "a text"}
        return f"“{name}” takes {kinds[type(default)]}, not {value!r}"
    if name == "ascii" and value not in ("auto", "yes", "no"):
        return f"“ascii” takes auto, yes or no, not {value!r}"
    if name == "idle_lock_minutes" and isinstance(value, int) and not 0 <= value <= 24 * 60:
        return f"“idle_lock_minutes” takes 0 (never) to 1440, not {value}"
    if name == "decimal" and value not in (".", ","):
        return f"“decimal” takes a point or a comma, not {value!r}"
    if name == "group" and value not in _GROUPS:
        return f"“group” takes a point, a comma, an apostrophe, a space or nothing, not {value!r}"
    if name == "date_format" and isinstance(value, str) and not _has_each_part_once(value):
        return f"“date_format” takes a day, a month and a year such as %d/%m/%Y, not {value!r}"
    return None


def _has_each_part_once(date_format: str) -> bool:
    codes = re.findall("%(.)", date_format)
    parts = [sum(code in part for code in codes) for part in ("d", "mbB", "Yy")]
    return len(codes) == 3 and parts == [1, 1, 1] and date_format.isprintable()


def _line_of(name: str, text: str) -> int:
    pattern = re.compile(rf"^\s*\[?\s*\"?{re.escape(name)}\b")
    return next((number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line)), 1)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
