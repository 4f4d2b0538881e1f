"""Reports: what can be exported, as which table, narrowed how; run as a stream, with its rows in the audit log."""

from bookkeeper_tui.store.reports.kinds import KINDS, kind_named, kinds_for
from bookkeeper_tui.store.reports.questions import Question, check, filter_text, from_json, read_filters, to_json
from bookkeeper_tui.store.reports.running import Progress, Stopped, expected, export, first_rows, run

__all__ = [
    "KINDS",
    "Progress",
    "Question",
    "Stopped",
    "check",
    "expected",
    "export",
    "filter_text",
    "first_rows",
    "from_json",
    "kind_named",
    "kinds_for",
    "read_filters",
    "run",
    "to_json",
]
