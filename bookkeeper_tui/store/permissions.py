"""Who may do what: one row a role and permission. An action's name is the permission it needs."""

import csv

from peewee import CompositeKey, SqliteDatabase, TextField

from bookkeeper_tui.resources import data_path
from bookkeeper_tui.store.engine import Table

OWNER = "owner"
NOBODY = "nobody"


class RolePermission(Table):
    """A permission that a role has. The owner, who has the server's shell, is not in the table: they may do all."""

    role = TextField()
    permission = TextField()

    class Meta:
        primary_key = CompositeKey("role", "permission")
        without_rowid = True


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


def permissions_of(database: SqliteDatabase, role: str) -> frozenset[str]:
    """What a role may do in this store."""
    rows = database.execute_sql("SELECT permission FROM role_permission WHERE role = ?", (role,))
    return frozenset(row[0] for row in rows)
