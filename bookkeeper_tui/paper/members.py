"""The member list as a file, where this terminal's paper goes."""

from pathlib import Path

from bookkeeper_tui.paper.files import save_table
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.members import export_members
from bookkeeper_tui.store.members import MemberFilter


def save_members(desk: Desk, which: MemberFilter, name: str) -> Path:
    """Keeps the members who meet a filter as a file; the name's end says the format.

    Raises BadInput for a name that names no file or ends in neither .csv nor .json.
    """
    return save_table(desk, name, lambda kind, file: export_members(desk, kind, file, which=which))
