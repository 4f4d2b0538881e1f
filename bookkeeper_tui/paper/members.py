"""The member list as a file, where this terminal's paper goes."""

from pathlib import Path

from bookkeeper_tui.paper.reports import save_report
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.kind import WORDS
from bookkeeper_tui.store.members import MemberFilter
from bookkeeper_tui.store.reports import Question


def save_members(desk: Desk, which: MemberFilter, name: str) -> Path:
    """Keeps the members who meet a filter as a file; the name's end says the format. Raises as `save_report` does."""
    plan = f"#{which.product_id}" if which.product_id is not None else ""
    path, _ = save_report(desk, Question("members", {"status": which.status, "plan": plan, WORDS: which.name}), name)
    return path
