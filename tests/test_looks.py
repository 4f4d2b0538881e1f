"""Themes: every file can be used, one is chosen by what the terminal shows, and mistakes are sentences."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.color import Color

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.looks import DARK, PLAIN, SIXTEEN, all_looks, look_to_begin_with, read_look


def test_every_theme_is_read_and_there_are_enough() -> None:
    looks, mistakes = all_looks()
    assert not mistakes
    assert {DARK, SIXTEEN, PLAIN, "paper-light", "high-contrast"} <= set(looks)


def contrast(one: Color, other: Color) -> float:
    """The WCAG contrast ratio of two colours, 1 to 21."""

    def luminance(colour: Color) -> float:
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("name", sorted(all_looks()[0]))
def test_a_theme_is_legible(name: str) -> None:
    look = all_looks()[0][name]
    if look.theme.ansi:
        return
    background = Color.parse(look.theme.background or "")
    for ink in (look.theme.foreground, look.theme.variables["text-muted"], look.theme.variables["text-error"]):
        assert contrast(background, Color.parse(ink or "")) >= 4.5, (name, ink)


@pytest.mark.parametrize(
    ("wanted", "depth", "chosen"),
    [
        ("", 1 << 24, DARK),
        ("", 256, DARK),
        ("", 16, SIXTEEN),
        ("", 0, PLAIN),
        ("paper-light", 256, "paper-light"),
        ("paper-light", 16, SIXTEEN),
        ("paper-light", 0, PLAIN),
        ("no-such", 256, DARK),
    ],
)
def test_the_theme_follows_the_terminal(wanted: str, depth: int, chosen: str) -> None:
    look, mistakes = look_to_begin_with(wanted, depth)
    assert look.name == chosen
    assert bool(mistakes) is (wanted == "no-such")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("primary = ", "cannot be read"),
        ('label = "x"', "names no primary colour"),
        ('[colours]\nprimary = "blu"', "the colour “blu”, which is none"),
        ('[colours]\nprimary = "#fff"\nink = "#000"', "gives a colour “ink”"),
        ('colour = "x"\n[colours]\nprimary = "#fff"', "says “colour”, which no theme has"),
        ('needs = "all"\n[colours]\nprimary = "#fff"', "needs"),
    ],
)
def test_a_mistake_in_a_theme_is_one_sentence_with_its_name(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=r"mine\.toml") as caught:
        read_look(path)
    assert said in str(caught.value)


@pytest.mark.parametrize("name", [DARK, "paper-light", "high-contrast"])
def test_an_empty_field_is_to_be_seen_on_its_ground(name: str) -> None:
    theme = all_looks()[0][name].theme
    assert theme.surface != theme.background
