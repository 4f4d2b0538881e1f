"""Saved reports: a kind of report with its filters and columns, under a name that the whole shop sees."""

from dataclasses import dataclass
from typing import Any

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store.desk import Desk

LONGEST_NAME = 60
LONGEST_QUESTION = 20_000
MOST = 500


@dataclass(frozen=True, slots=True)
class SavedReport:
    """A report under a name; `question` is JSON, as `reports.questions` writes it; `made_at` microseconds UTC."""

    id: int
    name: str
    kind: str
    question: str
    made_at: int
    who: str


def list_saved(desk: Desk) -> list[SavedReport]:
    """The saved reports, by name; at most five hundred."""
    database = desk.require("report.viewed")
    return [SavedReport(*row) for row in database.execute_sql(f"{_SELECT} ORDER BY name LIMIT ?", (MOST,))]


def named(desk: Desk, name: str) -> SavedReport:
    """The saved report of a name, in whatever case. Raises BadInput when there is none."""
    found = _find(desk.require("report.viewed"), name)
    if found is None:
        raise BadInput(f"No report is saved as “{harmless(name[:LONGEST_NAME])}”")
    return found


def save(desk: Desk, name: str, kind: str, question: str, *, replace: bool = False) -> SavedReport:
    """Keeps a report under a name, in the place of the one that has it where `replace` says so.

    Raises BadInput for no name, one that is too long, and one that another report has.
    """
    name = " ".join(harmless(name).split())
    if not name or len(name) > LONGEST_NAME:
        raise BadInput(f"Name: a report needs one of at most {LONGEST_NAME} letters")
    if len(question) > LONGEST_QUESTION:
        raise BadInput(f"{name}: more filters and columns than can be kept")
    with desk.change("report.saved") as change:
        known = _find(change.database, name)
        if known is not None and not replace:
            raise BadInput(f"There is a report “{known.name}” already: take another name, or replace it")
        old = known.question if known is not None and known.kind == kind else ""
        if known is not None:
            change.database.execute_sql("DELETE FROM saved_report WHERE id = ?", (known.id,))
        if _count(change.database) >= MOST:
            raise BadInput(f"{MOST} reports are saved: remove one first")
        values = (name, kind, question, change.at, desk.staff.staff_id, desk.staff.who)
        change.database.execute_sql(_INSERT, values)
        change.note(kind=kind, **({"replaced": True} if known is not None else {}))
        change.field("name", known.name if known is not None else "", name)
        change.field("question", old, question)
    return named(desk, name)


def remove(desk: Desk, report_id: int) -> None:
    """Takes a saved report away. Raises BadInput when it is gone already."""
    with desk.change("report.saved") as change:
        row: Any = change.database.execute_sql(f"{_SELECT} WHERE id = ?", (report_id,)).fetchone()
        if row is None:
            raise BadInput("That report was removed already")
        saved = SavedReport(*row)
        change.database.execute_sql("DELETE FROM saved_report WHERE id = ?", (report_id,))
        change.note(kind=saved.kind, removed=True)
        change.field("name", saved.name, "")
        change.field("question", saved.question, "")


def _find(database: SqliteDatabase, name: str) -> SavedReport | None:
    """By name, however its letters are written; names are few."""
    key = " ".join(name.split()).casefold()
    for row in database.execute_sql(f"{_SELECT} ORDER BY name"):
        if row[1].casefold() == key:
            return SavedReport(*row)
    return None


def _count(database: SqliteDatabase) -> int:
    return int(database.execute_sql("SELECT COUNT(*) FROM saved_report").fetchone()[0])


_SELECT = "SELECT id, name, kind, question, made_at, who FROM saved_report"
_INSERT = "INSERT INTO saved_report (name, kind, question, made_at, staff_id, who) VALUES (?, ?, ?, ?, ?, ?)"
