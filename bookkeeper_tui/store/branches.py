"""The branches of the shop: named, renamed, closed, and which of them each terminal stands in."""

from __future__ import annotations

from dataclasses import dataclass

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.shop_settings import Place, Value, writing

_LONGEST = 40
_MOST = 1000


@dataclass(frozen=True, slots=True)
class BranchRecord:
    """A branch: how many shifts it saw, its last business day (ISO text, empty for none), who stands there.

    `is_shops` is where terminals stand that have no branch of their own; `terminals` are those that have this one.
    """

    id: int
    name: str
    retired: bool
    shifts: int
    last_day: str
    is_shops: bool
    terminals: tuple[str, ...]


def list_branches(desk: Desk) -> list[BranchRecord]:
    """All branches, those in use first, by name; the shop's own also before its first sale."""
    database, settings = desk.require("branch.viewed"), desk.store.settings
    standing = dict[str, list[str]]()
    for terminal, branch in settings.branches.items():
        standing.setdefault(branch, []).append(terminal)
    rows = database.execute_sql(LISTED, (_MOST,)).fetchall()
    named = {row[1] for row in rows}
    # What only the settings name becomes a row with its first shift.
    rows += [(0, name, 0, 0, "") for name in dict.fromkeys((settings.branch, *standing)) if name not in named]
    return [
        BranchRecord(
            branch_id, name, bool(retired), shifts, last_day, name == settings.branch,
            tuple(sorted(standing.get(name, ()))),
        )
        for branch_id, name, retired, shifts, last_day in rows
    ]  # fmt: skip


def add(desk: Desk, name: str) -> BranchRecord:
    """Open a branch. Raises BadInput for a name that is none or taken."""
    name = _checked(name)
    with desk.change("branch.edited", subject=name) as change:
        _refuse_taken(change.database, name)
        change.database.execute_sql("INSERT INTO branch (name) VALUES (?)", (name,))
        change.note(name=["", name])
    return _get(desk, name)


def rename(desk: Desk, name: str, new_name: str) -> BranchRecord:
    """Give a branch another name, on all its papers from now on; settings that name it follow.

    Raises BadInput for a branch that is none, and for a name that is none or taken.
    """
    new_name = _checked(new_name)
    with writing(desk, "branch.edited", new_name) as (change, write):
        if name == new_name:
            change.drop()
        if name.casefold() != new_name.casefold():
            _refuse_taken(change.database, new_name)
        change.database.execute_sql("INSERT INTO branch (name) VALUES (?) ON CONFLICT (name) DO NOTHING", (name,))
        change.database.execute_sql("UPDATE branch SET name = ? WHERE name = ?", (new_name, name))
        change.note(name=[name, new_name])
        settings = desk.store.settings
        follows: dict[Place, Value] = {
            ("branches", terminal): new_name for terminal, branch in settings.branches.items() if branch == name
        }
        if settings.branch == name:
            follows[("branch",)] = new_name
        if follows:
            write(follows)
    return _get(desk, new_name)


def retire(desk: Desk, name: str, retired: bool = True) -> BranchRecord:
    """Close a branch, or open it again; what was sold there stays.

    Raises BadInput while terminals stand in it or a shift is open there.
    """
    with desk.change("branch.edited", subject=name[:_LONGEST]) as change:
        found = _read(desk, change.database, name)
        if found.retired == retired:
            change.drop()
        if retired:
            _refuse_in_use(change.database, found)
        change.database.execute_sql("UPDATE branch SET retired = ? WHERE id = ?", (int(retired), found.id))
        change.note(retired=[not retired, retired])
    return _get(desk, name)


def place_terminal(desk: Desk, terminal: str, name: str) -> BranchRecord:
    """Say in which branch a terminal stands, from its next shift on; with no terminal, all that have none of their own.

    Raises BadInput for a branch that is none or closed.
    """
    with writing(desk, "branch.edited", name[:_LONGEST]) as (change, write):
        if _read(desk, change.database, name).retired:
            raise BadInput(f"{harmless(name)} is closed: open it again first")
        settings = desk.store.settings
        before = settings.branch_of(terminal) if terminal else settings.branch
        if before == name:
            change.drop()
        if not terminal:
            write({("branch",): name})
        else:
            write({("branches", terminal): None if name == settings.branch else name})
    return _get(desk, name)


def _checked(name: str) -> str:
    name = " ".join(harmless(name).split())
    if not name:
        raise BadInput("A branch needs a name")
    if len(name) > _LONGEST:
        raise BadInput(f"“{name[:20]}…” is too long for a branch: {_LONGEST} letters fit on a receipt")
    return name


def _refuse_taken(database: SqliteDatabase, name: str) -> None:
    for (known,) in database.execute_sql("SELECT name FROM branch"):
        if known.casefold() == name.casefold():
            raise BadInput(f"There is a branch {harmless(known)} already")


def _refuse_in_use(database: SqliteDatabase, branch: BranchRecord) -> None:
    if branch.is_shops:
        raise BadInput(
            f"{harmless(branch.name)} is where terminals stand that have no branch of their own: choose another"
        )
    if branch.terminals:
        raise BadInput(
            f"{', '.join(map(harmless, branch.terminals))} stand in {harmless(branch.name)}: move them first"
        )
    row = database.execute_sql(OPEN_SHIFT, (branch.id,)).fetchone()
    if row is not None:
        raise BadInput(f"Shift {row[0]} is open in {harmless(branch.name)}: end it first")


def _get(desk: Desk, name: str) -> BranchRecord:
    return _read(desk, desk.database, name)


def _read(desk: Desk, database: SqliteDatabase, name: str) -> BranchRecord:
    found = next((one for one in list_branches(desk) if one.name == name), None)
    if found is None:
        raise BadInput(f"There is no branch {harmless(name[:_LONGEST])}")
    return found


LISTED = """
SELECT id, name, retired, coalesce(seen.shifts, 0), coalesce(seen.last_day, '')
FROM branch
LEFT JOIN (SELECT branch_id, count(*) AS shifts, max(business_date) AS last_day FROM shift GROUP BY branch_id) AS seen
ON seen.branch_id = branch.id ORDER BY retired, name LIMIT ?"""
OPEN_SHIFT = "SELECT number FROM shift WHERE branch_id = ? AND closed_at IS NULL LIMIT 1"
