"""The one table of keys: the manual is made from it, no key means two things, and shops may change it."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from textual.keys import _character_to_key

from bookkeeper_tui.actions import ACTIONS, Action
from bookkeeper_tui.keys import KeyTable, key_name, manual, read_keys, with_overrides, written_keys
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
        ({"find": "f1"}, "“F1” for find is already the key of help"),
        ({"find": "banana"}, "“banana” is no key: expected such as f7, ctrl+k, alt+2 or y"),
        ({"find": "hyper+x"}, "“hyper+x” is no key"),
        ({"find": "ctrl+"}, "“ctrl+” is no key"),
        ({"open": "f11"}, "lists and fields answer to Enter themselves"),
        ({"menu": "x"}, "menu needs a key that is no letter"),
        ({"find": "backspace"}, "is what fields and lists need"),
        ({"find": "f11, ctrl+m"}, "“Ctrl+M” is what fields and lists need"),
        ({"tab": "f11"}, "tab needs ten keys"),
        ({"edit": "n"}, "“n” for edit is already the key of note"),
        ({"find": ""}, "find needs a key"),
    ],
)
def test_a_mistake_is_told_and_the_key_stays(given: dict[str, str], said: str) -> None:
    table, mistakes = with_overrides(given)
    assert said in mistakes[0]
    assert [action.keys for action in table] == [action.keys for action in KeyTable()]


def test_a_mistake_is_told_with_its_place_in_the_settings() -> None:
    _, mistakes = with_overrides({"fly": "f3"}, lambda action_id: f"settings.toml line 7 ({action_id})")
    assert mistakes == ["settings.toml line 7 (fly): there is no action “fly”"]


def test_two_actions_exchange_their_keys() -> None:
    table, mistakes = with_overrides({"edit": "n", "note": "e"})
    assert not mistakes
    assert (table["edit"].keys, table["note"].keys) == (("n",), ("e",))


def test_an_action_that_has_an_arrow_keeps_it() -> None:
    assert with_overrides({"day_before": "left, f11"})[1] == []


def test_of_two_actions_with_one_key_one_keeps_it() -> None:
    table, mistakes = with_overrides({"edit": "!", "note": "!"})
    assert len(mistakes) == 1
    assert {table["edit"].keys, table["note"].keys} == {("exclamation_mark",), ("n",)}


@pytest.mark.parametrize("action", [action for action in ACTIONS if action.keys], ids=lambda action: action.id)
def test_keys_are_read_as_they_are_written(action: Action) -> None:
    assert read_keys(written_keys(action.keys)) == tuple(
        _character_to_key(key) if len(key) == 1 else key for key in action.keys
    )


def test_a_key_of_the_shop_s_own_takes_nothing_from_other_places() -> None:
    table, mistakes = with_overrides({"redeem": "g", "takings": "ctrl+y"})
    assert not mistakes
    bound = {(binding.key, binding.id) for binding in table.bindings()}
    assert ("g", "redeem.0") in bound
    assert ("r", "renew.0") in bound
    assert ("ctrl+y", "takings.0") in bound
    assert ("r", "redeem.0") not in bound
