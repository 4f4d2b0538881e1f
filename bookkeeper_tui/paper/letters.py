"""Letters for paper: what a printer or a file cannot write comes out spelt in plain letters, never as a control."""

import unicodedata
from collections.abc import Callable
from functools import lru_cache

from bookkeeper_tui.formats import cell_width, harmless

Writes = Callable[[str], bool]
"""Whether a device can write a letter that is not ASCII."""


def every_letter(letter: str) -> bool:
    """A file in UTF-8 writes them all."""
    return True


def only_ascii(letter: str) -> bool:
    """A printer that prints accents wrong writes none."""
    return False


def readable(text: str, writes: Writes) -> str:
    """A text as the device can write it: `李小龍` as `LiXiaoLong`, `Łukasz` as `Lukasz`, unknown signs as `?`.

    Control characters, escapes and direction overrides never get through.
    """
    safe = harmless(text)
    if safe.isascii():
        return safe
    composed = unicodedata.normalize("NFC", safe)
    return "".join(letter if letter.isascii() or writes(letter) else _spelt(letter) for letter in composed)


@lru_cache(maxsize=2048)
def _spelt(letter: str) -> str:
    from anyascii import anyascii

    spelt = anyascii(letter)
    if spelt and spelt.isascii() and spelt.isprintable():
        return spelt
    return "?" * cell_width(letter)
