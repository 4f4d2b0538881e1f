"""What is saved as a file: the end of its name, as somebody types it, says the format."""

from collections.abc import Iterable

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.paper import printing


def any_of(endings: Iterable[str]) -> str:
    """`.csv, .json or .pdf`."""
    *others, last = endings
    return f"{', '.join(others)} or {last}" if others else last


def read_name(name: str, endings: Iterable[str]) -> tuple[str, str]:
    """A name as typed, safe for a file and without its ending, and the ending in small letters.

    Raises BadInput for a name that names no file or ends in none of the endings.
    """
    stem, dot, ending = name.strip().rpartition(".")
    ending, stem = dot + ending.lower(), printing.file_name(stem)
    if not stem or ending not in endings:
        raise BadInput(f"“{harmless(name.strip()[:40])}” is no name for a file that ends in {any_of(endings)}")
    return stem, ending
