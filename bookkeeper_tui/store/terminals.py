"""The terminals that were ever used here, and what each has of its own: its look, its printer, its branch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.settings import Printer, Settings
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.shop_settings import Place, Value, choose

_LONGEST = 40
_MOST = 1000
# What acts without standing anywhere: the verbs at the server's shell.
_NO_TERMINALS = ("shell", "")


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal: when it was last used (microseconds UTC, 0 for never) and by whom, and what is set for it.

    `look`, `own_printer` and `branch` are empty or false where it has what holds for all.
    """

    name: str
    seen_at: int
    seen_by: str
    look: str
    printer: Printer
    own_printer: bool
    branch: str


def list_terminals(desk: Desk) -> list[Terminal]:
    """The terminals that the log or the settings name, those used last first."""
    database, settings = desk.require("terminal.viewed"), desk.store.settings
    seen = {name: (at, who) for name, at, who in database.execute_sql(SEEN, (_MOST,)) if name not in _NO_TERMINALS}
    named = dict.fromkeys((*seen, *settings.themes, *settings.printers, *settings.branches))
    terminals = [_terminal(settings, name, *seen.get(name, (0, ""))) for name in named]
    return sorted(terminals, key=lambda one: (-one.seen_at, one.name))


def set_look(desk: Desk, terminal: str, look: str, *, seen: Settings) -> None:
    """Give a terminal a look of its own, or the shop's with an empty one; with no terminal, the shop's look.

    Raises as `shop_settings.choose` does.
    """
    place = ("themes", _checked(terminal)) if terminal else ("theme",)
    choose(desk, {place: look or None}, seen=seen)


def set_printer(desk: Desk, terminal: str, printer: Mapping[str, Value], *, seen: Settings) -> None:
    """Set fields of a terminal's printer, or with no terminal those of the shop's, by the names of `Printer`.

    A field that is None, or as the shop's, holds for the terminal as for all. Raises as `shop_settings.choose` does.
    """
    new: dict[Place, Value] = {}
    for name, value in printer.items():
        if not terminal:
            new[("printer", name)] = value
        else:
            as_all = value is None or value == getattr(seen.printer, name)
            new[("printers", _checked(terminal), name)] = None if as_all else value
    choose(desk, new, seen=seen)


def as_all(desk: Desk, terminal: str, *, seen: Settings) -> None:
    """Take back all that a terminal has of its own, its branch but for. Raises as `shop_settings.choose` does."""
    name = _checked(terminal)
    new: dict[Place, Value] = {("printers", name, field): None for field in seen.printers.get(name, {})}
    choose(desk, {**new, ("themes", name): None}, seen=seen)


def _checked(terminal: str) -> str:
    if not terminal.strip() or harmless(terminal) != terminal or len(terminal) > _LONGEST:
        raise BadInput(f"“{harmless(terminal[:_LONGEST])}” is no name of a terminal: 1 to {_LONGEST} letters")
    return terminal


def _terminal(settings: Settings, name: str, seen_at: int, seen_by: str) -> Terminal:
    return Terminal(
        name, seen_at, seen_by, settings.themes.get(name, ""), settings.printer_of(name),
        bool(settings.printers.get(name)), settings.branches.get(name, ""),
    )  # fmt: skip


# From one name to the next above it by the index, however long the log is.
SEEN = """
WITH RECURSIVE known (name) AS (
    SELECT min(terminal) FROM audit
    UNION ALL
    SELECT (SELECT min(terminal) FROM audit WHERE terminal > known.name) FROM known WHERE known.name IS NOT NULL
)
SELECT audit.terminal, audit.at, audit.who FROM known
JOIN audit ON audit.seq = (SELECT max(seq) FROM audit WHERE terminal = known.name)
WHERE known.name IS NOT NULL LIMIT ?"""
