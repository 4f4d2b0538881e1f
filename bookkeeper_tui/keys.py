"""The table of actions as a shop has it: with its own keys, ranked for a key line, named as keyboards name them."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import replace

from textual.binding import Binding
from textual.keys import _character_to_key

from bookkeeper_tui.actions import ACTIONS, Action
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless

_ALWAYS_FIRST = ("help", "find")
_EVERYWHERE_NEEDED = ("help", "menu", "back", "lock", "find")
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
_BY_NAME = {
    **{name.lower(): key for key, name in _NAMES.items() if len(name) > 1},
    **{name: name for name in (*(f"f{number}" for number in range(1, 25)), "tab", "backspace", "delete", "insert",
                               "home", "end", "pageup", "pagedown", "up", "down", "left", "right", "enter", "escape",
                               "space")},
    **{name: name for name in (_character_to_key(chr(code)) for code in range(33, 127)) if len(name) > 1},
}  # fmt: skip
# What moves in fields and lists, and what terminals send in its place.
_OF_FIELDS = frozenset(
    {
        "backspace", "delete", "up", "down", "left", "right", "home", "end", "pageup", "pagedown", "tab", "enter",
        "space", "ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m",
    }
)  # fmt: skip
_IN_WORDS = ("comma", "up", "down", "left", "right")


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


def with_overrides(
    overrides: Mapping[str, str], place: Callable[[str], str] = lambda action_id: "settings.toml [keys]"
) -> tuple[KeyTable, list[str]]:
    """The table with a shop's own keys (action id to keys, comma between), and what is wrong with them as sentences.

    A key that another action has in the same place is refused, so that no key ever means two things. Two actions may
    exchange their keys. `place` says where in the settings an action stands.
    """
    actions, mistakes, wanted = dict(_BY_ID), list[str](), dict[str, tuple[str, ...]]()
    for action_id, text in overrides.items():
        try:
            wanted[action_id] = _wanted(action_id, text)
            actions[action_id] = replace(actions[action_id], keys=wanted[action_id])
        except BadInput as mistake:
            mistakes.append(f"{place(action_id)}: {mistake}")
    # One that is put back to its own keys can be in the way of another: look again until nothing is.
    while clash := _clash(actions, wanted):
        action_id, sentence = clash
        actions[action_id] = _BY_ID[action_id]
        del wanted[action_id]
        mistakes.append(f"{place(action_id)}: {sentence}")
    return KeyTable(actions), mistakes


def read_keys(text: str) -> tuple[str, ...]:
    """Keys as people write them, with commas between (`F7, Ctrl+K, /`), as the toolkit calls them.

    Raises BadInput for what is no key.
    """
    return tuple(_read_key(part.strip()) for part in text.split(",") if part.strip())


def written_keys(keys: Sequence[str]) -> str:
    """Keys as `read_keys` reads them: as they are printed on a keyboard, arrows and the comma by their names."""
    return ", ".join(key if key.rpartition("+")[2] in _IN_WORDS else key_name(key) for key in keys)


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


def _wanted(action_id: str, text: str) -> tuple[str, ...]:
    if action_id not in _BY_ID:
        raise BadInput(f"there is no action “{harmless(action_id[:40])}”")
    if not _BY_ID[action_id].bound:
        raise BadInput(f"lists and fields answer to {key_name(_BY_ID[action_id].keys[0])} themselves: it stays")
    keys = read_keys(text)
    if not keys:
        raise BadInput(f"{action_id} needs a key")
    if len(keys) < len(_BY_ID[action_id].keys) and action_id == "tab":
        raise BadInput("tab needs ten keys, one for each tab")
    own = set(map(_long, _BY_ID[action_id].keys))
    if taken := [key for key in keys if key in _OF_FIELDS and key not in own]:
        raise BadInput(f"“{key_name(taken[0])}” is what fields and lists need: {action_id} needs another key")
    if action_id in _EVERYWHERE_NEEDED and all(len(key) == 1 for key in keys):
        raise BadInput(f"{action_id} needs a key that is no letter: in a field letters are typed")
    return keys


def _clash(actions: Mapping[str, Action], wanted: Mapping[str, tuple[str, ...]]) -> tuple[str, str] | None:
    """An action with keys of the shop's own of which another has one in the same place, and a sentence that says so."""
    for action_id in reversed(list(wanted)):
        action, own = actions[action_id], set(map(_long, wanted[action_id]))
        for other in actions.values():
            taken = own & set(map(_long, other.keys))
            if taken and other.id != action_id and action.meets(other):
                return action_id, f"“{key_name(min(taken))}” for {action_id} is already the key of {other.id}"
    return None


def _read_key(text: str) -> str:
    """One key. The last part may be the plus itself."""
    before, plus, last = text.rpartition("+")
    if not last and plus and (not before or before.endswith("+")):
        before, last = before.removesuffix("+"), "+"
    modifiers = [part.strip().lower() for part in before.split("+") if part.strip()]
    key = last.strip() if len(last.strip()) == 1 else _BY_NAME.get(last.strip().lower(), "")
    if not key or not key.isprintable() or not set(modifiers) <= {"ctrl", "alt", "shift"}:
        raise BadInput(f"“{harmless(text[:30])}” is no key: expected such as f7, ctrl+k, alt+2 or y")
    key = _long(key.lower() if modifiers else key)
    return "+".join([*sorted(set(modifiers), key=("alt", "ctrl", "shift").index), key])


def _long(key: str) -> str:
    """A key as the toolkit names it: `/` is `slash`."""
    return _character_to_key(key) if len(key) == 1 else key


def _rank(action: Action, place: str) -> int:
    if action.id in _ALWAYS_FIRST:
        return 0
    return 1 if any(name.startswith(f"{place}/") for name in action.where) else 2 if action.where else 3


def _before_fields(key: str) -> bool:
    return len(key) > 1
