"""Setup's terminals: how each looks, where it prints, in which branch it stands; the first line is for all of them."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult

from bookkeeper_tui.formats import harmless
from bookkeeper_tui.looks import all_looks
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.screens.kept_list import KeptList
from bookkeeper_tui.screens.typed_answers import read_whole, read_yes, yes_or_no
from bookkeeper_tui.settings import Printer, Settings
from bookkeeper_tui.store import branches, terminals
from bookkeeper_tui.store.shop_settings import Value
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

ALL = ""
_KINDS = {
    "none": "prints nowhere",
    "file": "writes files into a directory",
    "cups": "a queue of CUPS",
    "network": "a receipt printer in the network",
    "terminal": "the printer at the terminal itself",
}
# What a printer of each kind has to be told, by the names of `Printer`.
_ASKED = {
    "file": ("path", "columns", "letters"),
    "cups": ("queue", "language", "columns", "letters", "kick"),
    "network": ("host", "port", "language", "columns", "letters", "seconds", "kick"),
    "terminal": ("language", "columns", "letters", "kick"),
}
_LABELS = {
    "path": "Directory", "queue": "Queue", "host": "Host", "port": "Port", "language": "Language", "letters": "Letters",
    "columns": "Columns", "seconds": "Seconds", "kick": "Opens drawer",
}  # fmt: skip
_WHOLE, _YES = ("port", "columns", "seconds"), ("kick",)


class TerminalsScreen(KeptList):
    """Those used last stand first; Enter asks what to change. A star marks what a terminal has of its own."""

    NAME = "terminals"
    NEEDS = dict.fromkeys(("add", "change"), "setting.changed")
    TITLE_WORDS = "Setup: terminals"
    CHANGES = frozenset({"setting.changed", "theme.chosen", "branch.edited", "signin.done", "signout.done"})

    def body(self) -> ComposeResult:
        """One list."""
        yield HotList(
            [
                Column("Terminal"), Column("Last used", 16, from_width=70), Column("By", 18, from_width=110),
                Column("Look (* own)", 15), Column("Prints (* own)", 22), Column("Branch", 14, from_width=100),
            ],
            id="terminals",
        )  # fmt: skip

    def read(self) -> None:
        """Read the terminals anew."""
        settings, conventions = self.desk.store.settings, self.house.conventions
        zone = self.desk.store.shop.time_zone
        rows = [
            Row(
                ALL,
                ("Every terminal", "", "", settings.theme or "as it can", prints(settings.printer), settings.branch),
            )
        ]
        for one in terminals.list_terminals(self.desk):
            look = f"{one.look} *" if one.look else ""
            printer = f"{prints(one.printer)} *" if one.own_printer else ""
            branch = f"{one.branch} *" if one.branch else ""
            used = conventions.instant(one.seen_at, zone) or "never"
            rows.append(Row(one.name, (one.name, used, one.seen_by, look, printer, branch), (), one))
        self.listed.show(rows, keep=True)

    async def do_add(self) -> None:
        """Say beforehand what a terminal will have that was never used."""
        asked = await self.ask(
            AskFields("A terminal, by its $BOOKKEEPER_TERMINAL or its address", [AskedField("name", "Name", most=40)])
        )
        if asked is not None and asked["name"]:
            await self._ask_what(asked["name"])

    async def do_change(self) -> None:
        """Change what the terminal under the cursor has."""
        if isinstance(self.listed.cursor_key, str):
            await self._ask_what(self.listed.cursor_key)

    async def _ask_what(self, terminal: str) -> None:
        seen = self.desk.store.settings
        rows = [("look", "How it looks"), ("printer", "Where it prints"), ("branch", "In which branch it stands")]
        if terminal in seen.themes or terminal in seen.printers:
            rows.append(("all", "Look and printer as every terminal has them"))
        chosen = await self.ask(Choose(f"{harmless(terminal) or 'Every terminal'}: what is to change?", rows))
        if chosen == "look":
            await self._ask_look(terminal, seen)
        elif chosen == "printer":
            await self._ask_printer(terminal, seen)
        elif chosen == "branch":
            await self._ask_branch(terminal, seen)
        elif chosen == "all":
            terminals.as_all(self.desk, terminal, seen=seen)
        self.read()
        self.listed.select(terminal)

    async def _ask_look(self, terminal: str, seen: Settings) -> None:
        looks, _ = all_looks()
        rows = [("", "as every terminal" if terminal else "what each terminal can show")]
        rows += [(look.name, look.label) for look in looks.values()]
        start = seen.themes.get(terminal, "") if terminal else seen.theme
        chosen = await self.ask(Choose("How should it look?", rows, start=start))
        if chosen is not None:
            terminals.set_look(self.desk, terminal, chosen, seen=seen)

    async def _ask_printer(self, terminal: str, seen: Settings) -> None:
        printer = seen.printer_of(terminal)
        kind = await self.ask(Choose("Where does it print?", list(_KINDS.items()), start=printer.kind))
        if kind is None:
            return
        if kind not in _ASKED:
            terminals.set_printer(self.desk, terminal, {"kind": kind}, seen=seen)
            return

        def save(answer: Mapping[str, str]) -> None:
            new = {"kind": kind, **{name: _read(name, text) for name, text in answer.items()}}
            terminals.set_printer(self.desk, terminal, new, seen=seen)

        fields = [AskedField(name, _LABELS[name], _written(printer, name), 200) for name in _ASKED[kind]]
        await self.ask(AskFields(f"{harmless(terminal) or 'Every terminal'}: {_KINDS[kind]}", fields, check=save))

    async def _ask_branch(self, terminal: str, seen: Settings) -> None:
        known = [one.name for one in branches.list_branches(self.desk) if not one.retired]
        rows = [(name, harmless(name)) for name in known]
        start = seen.branch_of(terminal) if terminal else seen.branch
        chosen = await self.ask(Choose("In which branch, from the next shift on?", rows, start=start))
        if chosen is not None:
            branches.place_terminal(self.desk, terminal, chosen)


def prints(printer: Printer) -> str:
    """Where a printer's paper goes, in a few words."""
    where = {
        "none": "nowhere",
        "file": f"files in {printer.path}",
        "cups": f"CUPS {printer.queue or 'default'}",
        "network": f"{printer.host}:{printer.port}",
        "terminal": "at the terminal",
    }[printer.kind]
    return where if printer.kind == "none" else f"{where}, {printer.columns}"


def _written(printer: Printer, name: str) -> str:
    value = getattr(printer, name)
    return yes_or_no(value) if name in _YES else str(value)


def _read(name: str, text: str) -> Value:
    """A field as typed. Raises BadInput naming it."""
    if name in _WHOLE:
        return read_whole(text, _LABELS[name])
    return read_yes(text, _LABELS[name]) if name in _YES else harmless(text)
