"""Who may do what, and how far: one row a role and permission. An action's name is the permission it needs."""

import csv
from functools import cache

from peewee import CompositeKey, IntegerField, SqliteDatabase, TextField

from bookkeeper_tui.resources import data_path
from bookkeeper_tui.store.engine import Table

OWNER = "owner"
NOBODY = "nobody"
RANKS = ("cashier", "supervisor", "manager", "auditor")


class RolePermission(Table):
    """A permission that a role has. The owner, who has the server's shell, is not in the table: they may do all."""

    role = TextField()
    permission = TextField()

    class Meta:
        primary_key = CompositeKey("role", "permission")
        without_rowid = True


class RoleLimit(Table):
    """How far a role may go by itself, where the shop chose otherwise than `data/limits.csv`."""

    role = TextField()
    name = TextField()
    value = IntegerField()

    class Meta:
        primary_key = CompositeKey("role", "name")
        without_rowid = True


def knows_new_permissions(database: SqliteDatabase) -> bool:
    """Whether this program knows permissions that the store was never given."""
    return not all_permissions() <= {row[0] for row in database.execute_sql("SELECT name FROM permission")}


def give_new_permissions(database: SqliteDatabase) -> None:
    """Adds the permissions that this program knows and the store was never given, inside a write transaction.

    What a manager took from a role stays taken.
    """
    given = {row[0] for row in database.execute_sql("SELECT name FROM permission")}
    new = all_permissions() - given
    if not new:
        return
    roles = [{"role": role, "permission": name} for role, name in shipped_permissions() if name in new]
    RolePermission.insert_many(roles).execute(database)
    for name in sorted(new):
        database.execute_sql("INSERT INTO permission (name) VALUES (?)", (name,))


def limits_of(database: SqliteDatabase, name: str) -> dict[str, int]:
    """Each role's limit of that name; `discount_percent` is thousandths of a per cent."""
    chosen = database.execute_sql("SELECT role, value FROM role_limit WHERE name = ?", (name,))
    return {**shipped_limits().get(name, {}), **dict(chosen.fetchall())}


@cache
def shipped_limits() -> dict[str, dict[str, int]]:
    """How far each role may go by itself in a new store, by the limit's name, from `data/limits.csv`."""
    with data_path("limits.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["limit"]: {role: int(value) for role, value in row.items() if role != "limit" and value}
            for row in csv.DictReader(file)
        }


def shipped_permissions() -> list[tuple[str, str]]:
    """Role and permission pairs that a new store starts with, from `data/roles.csv`."""
    with data_path("roles.csv").open(encoding="utf-8", newline="") as file:
        return [
            (role, row["permission"])
            for row in csv.DictReader(file)
            for role in row
            if role != "permission" and row[role] == "yes"
        ]


def all_permissions() -> frozenset[str]:
    """Every permission there is."""
    with data_path("roles.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["permission"] for row in csv.DictReader(file))


def rights_version(database: SqliteDatabase) -> int:
    """A number that is another whenever some role, or who has it, was changed."""
    return int(database.execute_sql("SELECT version FROM rights").fetchone()[0])


def permissions_of(database: SqliteDatabase, role: str) -> frozenset[str]:
    """What a role may do in this store."""
    rows = database.execute_sql("SELECT permission FROM role_permission WHERE role = ?", (role,))
    return frozenset(row[0] for row in rows)


def who_may(database: SqliteDatabase, permission: str) -> str:
    """Who may do it in this store, as a sentence names them: "a supervisor or manager"."""
    rows = database.execute_sql("SELECT role FROM role_permission WHERE permission = ?", (permission,))
    found = {row[0] for row in rows}
    roles = [role for role in RANKS if role in found]
    if not roles:
        return f"the {OWNER}"
    told = " or ".join(filter(None, (", ".join(roles[:-1]), roles[-1])))
    return f"an {told}" if told.startswith("a") else f"a {told}"
