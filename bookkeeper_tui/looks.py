"""How the console looks: themes are small files in `themes/`, one is chosen by what the terminal can show."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from textual.color import Color, ColorParseError
from textual.theme import Theme

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.resources import themes_path

DARK, SIXTEEN, PLAIN = "quiet-dark", "sixteen", "plain"
_TABLES = {"colours", "variables"}
_COLOURS = (
    "primary", "secondary", "warning", "error", "success", "accent", "foreground", "background", "surface", "panel",
    "boost",
)  # fmt: skip

# What the toolkit's own styles name and works out only for themes with colours of their own.
_OF_ANSI_THEMES = {"ansi-background": "ansi_default", "ansi-foreground": "ansi_default"}


@dataclass(frozen=True, slots=True)
class Look:
    """A theme file, read: its name, its words for the menu, the least number of colours it needs, its theme."""

    name: str
    label: str
    needs: int
    theme: Theme


def read_look(path: Path) -> Look:
    """Read one theme file. Raises BadInput, in one sentence with the file's name, for whatever is wrong in it."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"The theme {path.name} cannot be read: {error}") from error
    if unknown := set(given) - {"label", "dark", "needs", "ansi"} - _TABLES:
        raise BadInput(f"The theme {path.name} says “{min(unknown)}”, which no theme has")
    colours: dict[str, Any] = {name: _colour(path, name, value) for name, value in given.get("colours", {}).items()}
    if "primary" not in colours:
        raise BadInput(f"The theme {path.name} names no primary colour")
    needs = given.get("needs", 0)
    if type(needs) is not int:
        raise BadInput(f"The theme {path.name} says it needs {needs!r} colours, which is no number")
    primary = colours.pop("primary")
    theme = replace(
        Theme(path.stem, primary),
        **colours,
        dark=bool(given.get("dark", True)),
        ansi=bool(given.get("ansi", False)),
        variables={
            **(_OF_ANSI_THEMES if given.get("ansi") else {}),
            **{str(name): str(value) for name, value in given.get("variables", {}).items()},
        },
    )
    return Look(path.stem, str(given.get("label", path.stem)), needs, theme)


def all_looks() -> tuple[dict[str, Look], list[str]]:
    """Every theme there is by name, and a sentence for each that cannot be used."""
    looks, mistakes = dict[str, Look](), list[str]()
    for path in sorted(themes_path().glob("*.toml")):
        try:
            looks[path.stem] = read_look(path)
        except BadInput as mistake:
            mistakes.append(str(mistake))
    return looks, mistakes


def look_names() -> list[str]:
    """The names of all themes there are."""
    return sorted(path.stem for path in themes_path().glob("*.toml"))


def look_to_begin_with(wanted: str, colours: int) -> tuple[Look, list[str]]:
    """The look a console starts in: the wanted one where the terminal can show it, else the one for its colours.

    With it, a sentence where the wanted one cannot be used.
    """
    mistakes = list[str]()
    if wanted and colours:
        try:
            look = read_look(themes_path() / f"{Path(wanted).name}.toml")
            if look.needs <= colours:
                return look, []
        except BadInput as mistake:
            mistakes.append(str(mistake))
    name = PLAIN if not colours else DARK if colours >= 256 else SIXTEEN
    return read_look(themes_path() / f"{name}.toml"), mistakes


def _colour(path: Path, name: str, value: Any) -> str:
    if name not in _COLOURS:
        raise BadInput(f"The theme {path.name} gives a colour “{name}”; the colours are {', '.join(_COLOURS)}")
    try:
        Color.parse(str(value))
    except ColorParseError as error:
        raise BadInput(f"The theme {path.name} gives {name} the colour “{value}”, which is none") from error
    return str(value)
