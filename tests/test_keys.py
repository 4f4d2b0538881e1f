"""The one table of keys: the manual is made from it, no key means two things, and shops may change it."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from bookkeeper_tui.actions import ACTIONS
from bookkeeper_tui.keys import KeyTable, key_name, manual, with_overrides
from bookkeeper_tui.screens.places import PLACES, build
from bookkeeper_tui.screens.profile.registry import TABS
from bookkeeper_tui.store.permissions import all_permissions

MANUAL = Path(__file__).parent.parent / "docs" / "keys.md"


def test_the_manual_is_the_table() -> None:
    assert MANUAL.read_text(encoding="utf-8") == manual(), "write docs/keys.md anew with bookkeeper_tui.keys.manual()"


def test_no_key_means_two_things_on_one_screen() -> None:
    for one, other in combinations(ACTIONS, 2):
        if one.meets(other):
            assert not set(one.keys) & set(other.keys), (one.id, other.id)


def test_every_function_key_has_a_second_way() -> None:
    for action in ACTIONS:
        if action.keys and action.keys[0][0] == "f" and action.keys[0][1:].isdigit():
            assert any(key.startswith(("alt+", "ctrl+")) for key in action.keys[1:]), action.id


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_says_what_it_does_and_names_what_there_is(action: object) -> None:
    assert action in ACTIONS
    assert action.help.endswith(".")  # type: ignore[attr-defined]
    screens = {name.partition("/")[0] for name in action.where}  # type: ignore[attr-defined]
    tabs = {name.partition("/")[2] for name in action.where} - {""}  # type: ignore[attr-defined]
    assert screens <= set(PLACES)
    assert tabs <= {tab.NAME for tab in TABS}
    assert not action.permission or action.permission in all_permissions()  # type: ignore[attr-defined]


@pytest.mark.parametrize("place", PLACES)
def test_what_a_screen_answers_to_is_told_on_it(place: str) -> None:
    screen = type(build(place))
    done = {action.id for action in ACTIONS if hasattr(screen, f"do_{action.id}")}
    assert done <= {action.id for action in ACTIONS if not action.where or place in action.where}


@pytest.mark.parametrize(
    ("key", "name"),
    [("f2", "F2"), ("alt+2", "Alt+2"), ("ctrl+p", "Ctrl+P"), ("e", "e"), ("escape", "Esc"), ("[", "["), ("/", "/")],
)
def test_keys_are_named_as_on_a_keyboard(key: str, name: str) -> None:
    assert key_name(key) == name


def test_a_shop_changes_a_key() -> None:
    table, mistakes = with_overrides({"find": "f11, ctrl+f"})
    assert not mistakes
    assert table["find"].keys == ("f11", "ctrl+f")
    assert ("F11", "Find") in table.key_line("search", {"find"})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"fly": "f3"}, "there is no action “fly”"),
        ({"find": "f1"}, "“f1” for find is already the key of help"),
        ({"edit": "n"}, "“n” for edit is already the key of note"),
        ({"find": ""}, "find needs a key"),
    ],
)
def test_a_mistake_is_told_and_the_key_stays(given: dict[str, str], said: str) -> None:
    table, mistakes = with_overrides(given)
    assert said in mistakes[0]
    assert [action.keys for action in table] == [action.keys for action in KeyTable()]
