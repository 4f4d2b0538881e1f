"""Every function of the store, tried by every role, cell by cell against tests/data/who_may.csv and data/roles.csv.

The table is written anew from what happens by `BOOKKEEPER_RECORD=1 pytest tests/store/test_who_may.py`; read the
difference before committing it. Nothing that is tried here is kept: what a function writes is taken back.
"""

import ast
import csv
import inspect
import os
import re
import shutil
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from peewee import SqliteDatabase

from bookkeeper_tui.errors import BookkeeperError, NotAllowed
from bookkeeper_tui.resources import data_path
from bookkeeper_tui.store import staff as staff_room
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.engine.connection import Engine
from bookkeeper_tui.store.opening import open_store
from tests.conftest import PIN, cost_little
from tests.store.floor import open_floor
from tests.store.test_permissions import FREE, FUNCTIONS, call

TABLE = Path(__file__).parent.parent / "data" / "who_may.csv"
ROLES = ("nobody", "cashier", "supervisor", "manager", "auditor")
HEAD = ("function", "permission", *ROLES)
ASKS = ("require", "change", "look")
RECORDING = bool(os.environ.get("BOOKKEEPER_RECORD"))


class _UndoneError(Exception):
    """Takes back what a function wrote."""


class Row(NamedTuple):
    """A line of the table: a function, the permissions that it asks for, and for each role yes or no."""

    function: str
    permission: str
    answers: dict[str, str]


@pytest.fixture(scope="module")
def desks(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Desk]]:
    """One desk a role, in a shop where there is something to see and nothing is ever written."""
    home = tmp_path_factory.mktemp("who_may")
    for part in ("shop", "keys"):
        shutil.copytree(founded / part, home / part)
    store = open_store(home / "shop", home / "keys")
    with pytest.MonkeyPatch.context() as patched:
        cost_little(patched)
        shell = Desk.shell(store)
        open_floor(shell)
        made = {"nobody": Desk.unattended(store, "till-1"), "owner": shell}
        for role in ROLES[1:]:
            added = staff_room.add(shell, f"Test {role}", role, PIN)
            made[role] = Desk(store, Actor(added.staff_id, added.number, added.name, role), "till-1")
        made["stranger"] = Desk(store, Actor(None, "999", "Eve", "stranger"), "till-1")
        write_for_good = Engine.write

        @contextmanager
        def write_for_now(engine: Engine) -> Iterator[SqliteDatabase]:
            try:
                with write_for_good(engine) as database:
                    yield database
                    raise _UndoneError
            except _UndoneError:
                pass

        patched.setattr(Engine, "write", write_for_now)
        yield made
    store.close()


@pytest.fixture(scope="module")
def tried() -> Iterator[dict[str, Row]]:
    """What happened, written to the table when it is recorded anew."""
    rows: dict[str, Row] = {}
    yield rows
    if RECORDING:
        kept = {name: row for name, row in table().items() if name in FUNCTIONS} | rows
        with TABLE.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(HEAD)
            writer.writerows([*row[:2], *(row.answers[role] for role in ROLES)] for _, row in sorted(kept.items()))


def table() -> dict[str, Row]:
    """The table as it was recorded."""
    if not TABLE.is_file():
        return {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    return {
        line["function"]: Row(line["function"], line["permission"], {role: line[role] for role in ROLES})
        for line in lines
    }


def permissions() -> dict[str, dict[str, str]]:
    """data/roles.csv by permission."""
    with data_path("roles.csv").open(encoding="utf-8", newline="") as file:
        return {line["permission"]: line for line in csv.DictReader(file)}


def lacking(name: str, desk: Desk, tmp_path: Path) -> str:
    """The permission for want of which a function refuses somebody.

    Whatever else it says of what it was given, it let them in: the answer is empty then.
    """
    try:
        call(name, desk, tmp_path)
    except NotAllowed as refused:
        found = re.search(r"you may not do this \(([a-z_]+\.[a-z_]+)\)", str(refused))
        return found[1] if found is not None else ""
    except BookkeeperError:
        pass
    return ""


def asked(name: str) -> set[str]:
    """The permissions that a function asks for in so many words, whatever it is given."""
    function = ast.parse(textwrap.dedent(inspect.getsource(FUNCTIONS[name]))).body[0]
    assert isinstance(function, ast.FunctionDef)
    return {found for statement in function.body for found in _asked_in(statement)}


def _asked_in(node: ast.AST) -> Iterator[str]:
    """Permissions named in calls on the desk; not those that are asked only if something is the case."""
    if isinstance(node, ast.If | ast.IfExp | ast.ExceptHandler | ast.FunctionDef | ast.BoolOp | ast.For):
        return
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (node.func.value.id, node.func.attr) in {("desk", name) for name in ASKS}
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ):
        yield str(node.args[0].value)
    for inner in ast.iter_child_nodes(node):
        yield from _asked_in(inner)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_each_role_is_answered_as_the_table_says(
    desks: dict[str, Desk], tried: dict[str, Row], tmp_path: Path, name: str
) -> None:
    if name in FREE:
        needed, answers = set[str](), dict.fromkeys(ROLES, "yes")
    else:
        refusals = {role: lacking(name, desks[role], tmp_path) for role in ("stranger", *ROLES)}
        needed = asked(name) | set(refusals.values()) - {""}
        answers = {role: "no" if refusals[role] else "yes" for role in ROLES}
    tried[name] = Row(name, " ".join(sorted(needed)), answers)
    known = permissions()
    by_role = {
        role: "yes" if all(known[permission][role] == "yes" for permission in needed) else "no" for role in ROLES
    }
    assert answers == by_role, f"{name} asks for {needed}"
    if not RECORDING:
        assert name in table(), f"{name} is new: record the table anew, and read who may"
        assert tried[name] == table()[name]


def test_the_table_has_a_row_for_every_function_and_none_besides() -> None:
    if not RECORDING:
        assert table().keys() == FUNCTIONS.keys()
    assert FREE.keys() <= FUNCTIONS.keys()


def test_what_needs_no_permission_is_only_what_is_named_as_free() -> None:
    assert {name for name, row in table().items() if not row.permission} <= FREE.keys()


def test_nobody_does_no_more_than_sign_in() -> None:
    allowed = {name for name, row in table().items() if row.answers["nobody"] == "yes" and name not in FREE}
    assert allowed <= {"sign_in.begin", "sign_in.finish"}


def test_an_auditor_seals_and_changes_nothing_but_their_own_session() -> None:
    writes = {name for name, row in permissions().items() if row["auditor"] == "yes"} - {
        name for name, row in permissions().items() if row["auditor"] == "yes" and _is_look(name)
    }
    assert writes == {
        "audit.sealed",
        "console.locked", "console.unlocked", "pin.changed", "signin.done", "signin.failed", "signin.tried",
        "signout.done", "theme.chosen",
    }  # fmt: skip


def _is_look(permission: str) -> bool:
    """Whether a permission lets one look, take away what one sees, or check."""
    kind, _, what = permission.partition(".")
    return kind in ("screen", "tab", "field", "export", "search", "sales", "live", "paper") or what in (
        "viewed", "verified", "listed", "revealed", "reviewed", "run", "shown",
    )  # fmt: skip
