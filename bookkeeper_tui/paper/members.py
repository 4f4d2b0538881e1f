"""The member list as a file, where this terminal's paper goes."""

from io import StringIO
from pathlib import Path

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.paper import printing
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.members import export_members
from bookkeeper_tui.store.members import MemberFilter

FORMATS = (".csv", ".json")


def save_members(desk: Desk, which: MemberFilter, name: str) -> Path:
    """Keeps the members who meet a filter as a file; the name's end says the format.

    Raises BadInput for a name that names no file or ends in neither .csv nor .json.
    """
    stem, dot, ending = name.strip().rpartition(".")
    stem = printing.file_name(stem)
    if not dot or not stem or f".{ending.lower()}" not in FORMATS:
        raise BadInput(f"“{harmless(name.strip()[:40])}” is no name for a file that ends in {' or '.join(FORMATS)}")
    file = StringIO(newline="")
    export_members(desk, ending.lower(), file, which=which)
    return printing.keep(desk, stem, f".{ending.lower()}", file.getvalue().encode("utf-8"))
