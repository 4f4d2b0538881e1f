"""The table of actions as a shop has it: with its own keys, ranked for a key line, named as keyboards name them."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace

from textual.binding import Binding

from bookkeeper_tui.actions import ACTIONS, Action
from bookkeeper_tui.errors import BadInput

_ALWAYS_FIRST = ("help", "find")
_BY_ID = {action.id: action for action in ACTIONS}

# What the keys of Textual's parser are called on a keyboard.
_NAMES = {
    "asterisk": "*",
    "minus": "-",
    "plus": "+",
    "escape": "Esc",
    "enter": "Enter",
    "up": "↑",
    "left": "←",
    "right": "→",
    "comma": ",",
    "full_stop": ".",
    "down": "↓",
    "left_square_bracket": "[",
    "[": "[",
    "right_square_bracket": "]",
    "slash": "/",
    "question_mark": "?",
    "space": "Space",
}


class KeyTable:
    """The actions with the keys this shop gave them."""

    def __init__(self, actions: Mapping[str, Action] = _BY_ID) -> None:
        self._actions = dict(actions)

    def __iter__(self) -> Iterator[Action]:
        return iter(self._actions.values())

    def __getitem__(self, action_id: str) -> Action:
        return self._actions[action_id]

    def on(self, place: str) -> list[Action]:
        """The actions of a screen, in the table's order: its own and those of everywhere."""
        return [action for action in self if action.is_on(place)]

    def key_line(self, place: str, offered: Container[str], *, ascii_only: bool = False) -> list[tuple[str, str]]:
        """What the key line of a screen says, of the actions offered there: key and label, the most needed first.

        Help and Find stand first on every screen, then what only the tab in sight can do, then what the screen can.
        """
        shown = [action for action in self.on(place) if action.shown and action.keys and action.id in offered]
        shown.sort(key=lambda action: _rank(action, place))
        return [(key_names(action.keys, ascii_only=ascii_only)[0], action.label) for action in shown]

    def keymap(self, overrides: Container[str]) -> dict[str, str]:
        """For the toolkit: the new keys of each overridden action, under every one of its binding ids."""
        return {
            f"{action.id}.{position}": ",".join(action.keys)
            for action in self
            if action.id in overrides
            for position in range(len(_BY_ID[action.id].keys))
        }

    def bindings(self) -> list[Binding]:
        """Every bound action as a binding of the console; only keys that no text field could want come first."""
        return [
            Binding(
                key,
                f"app.act('{action.id}', {position})",
                action.label,
                show=False,
                id=f"{action.id}.{position}",
                tooltip=action.help,
                priority=_before_fields(key),
            )
            for action in self
            if action.bound
            for position, key in enumerate(action.keys)
        ]


def with_overrides(overrides: Mapping[str, str]) -> tuple[KeyTable, list[str]]:
    """The table with a shop's own keys (action id to keys, comma between), and what is wrong with them as sentences.

    A key that another action has in the same place is refused, so that no key ever means two things.
    """
    actions, mistakes = dict(_BY_ID), list[str]()
    for action_id, text in overrides.items():
        keys = tuple(key for part in text.split(",") if (key := part.strip().lower()))
        try:
            actions[action_id] = _overridden(actions, action_id, keys)
        except BadInput as mistake:
            mistakes.append(str(mistake))
    return KeyTable(actions), mistakes


def key_name(key: str) -> str:
    """A key as it is printed on a keyboard: `F2`, `Alt+2`, `Ctrl+P`, `e`."""
    *modifiers, last = key.split("+")
    name = _NAMES.get(last, last.upper() if len(last) > 1 or modifiers else last)
    return "+".join([*(modifier.capitalize() for modifier in modifiers), name])


def key_names(keys: Sequence[str], *, ascii_only: bool = False) -> list[str]:
    """Keys as they are printed on a keyboard; of an action's keys, an ASCII terminal is shown those it can write."""
    names = [key_name(key) for key in keys]
    return [name for name in names if name.isascii()] or names if ascii_only else names


def menu_words(action: Action) -> str:
    """An action as a line of the menu or the palette: its name, its key, the first part of what it does."""
    key = key_name(action.keys[0]) if action.keys else ""
    return f"{action.label:<16} {key:<8} {action.help.partition(';')[0].rstrip('.')}"


def manual() -> str:
    """The manual's page of keys (`docs/keys.md`), made from the table."""
    lines = [
        "# Keys",
        "",
        "Made from `bookkeeper_tui/actions.py`. A shop changes a key in its `settings.toml`:",
        "",
        "```toml",
        "[keys]",
        'find = "f7"',
        "```",
        "",
        "| id | keys | does | where | needs |",
        "| --- | --- | --- | --- | --- |",
    ]
    for action in ACTIONS:
        keys = " · ".join(f"`{key_name(key)}`" for key in action.keys) or "menu, palette"
        where = ", ".join(action.where) or "everywhere"
        needs = f"`{action.permission}`" if action.permission else ""
        lines.append(f"| `{action.id}` | {keys} | {action.help} | {where} | {needs} |")
    return "\n".join(lines) + "\n"


def _overridden(actions: Mapping[str, Action], action_id: str, keys: tuple[str, ...]) -> Action:
    if action_id not in actions:
        raise BadInput(f"settings.toml [keys]: there is no action “{action_id}”")
    if not keys:
        raise BadInput(f"settings.toml [keys]: {action_id} needs a key")
    changed = replace(actions[action_id], keys=keys)
    for other in actions.values():
        if other.id != action_id and changed.meets(other) and (taken := set(other.keys) & set(keys)):
            raise BadInput(f"settings.toml [keys]: “{min(taken)}” for {action_id} is already the key of {other.id}")
    return changed


def _rank(action: Action, place: str) -> int:
    if action.id in _ALWAYS_FIRST:
        return 0
    return 1 if any(name.startswith(f"{place}/") for name in action.where) else 2 if action.where else 3


def _before_fields(key: str) -> bool:
    return len(key) > 1
