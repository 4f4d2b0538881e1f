"""A scanner is told from a hand by its pace."""

from __future__ import annotations

import pytest

from bookkeeper_tui.scanning import Burst


def typed(text: str, every: float) -> tuple[Burst, float]:
    burst, at = Burst(), 100.0
    for letter in text:
        at += every
        burst.add(letter, at)
    return burst, at + every


@pytest.mark.parametrize(("every", "code"), [(0.001, "4006381"), (0.016, "4006381"), (0.08, "")])
def test_pace(every: float, code: str) -> None:
    burst, now = typed("4006381", every)
    assert burst.finished(now) == code


def test_three_letters_are_no_code() -> None:
    burst, now = typed("abc", 0.001)
    assert burst.finished(now) == ""


def test_what_a_hand_typed_before_is_not_in_the_code() -> None:
    burst, now = typed("bob", 0.2)
    for letter in "99000123":
        now += 0.005
        burst.add(letter, now + 0.2)
    assert burst.finished(now + 0.205) == "99000123"


def test_enter_long_after_is_a_hand() -> None:
    burst, now = typed("4006381", 0.005)
    assert burst.finished(now + 0.5) == ""
