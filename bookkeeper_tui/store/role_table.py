"""The table of roles: who may do what and how far, as a manager changes it; every open desk notices at its next act."""

from __future__ import annotations

import json
from dataclasses import dataclass

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store.audit import read_any
from bookkeeper_tui.store.desk import Change, Desk
from bookkeeper_tui.store.permissions import (
    NOBODY,
    OWNER,
    RANKS,
    RoleLimit,
    RolePermission,
    all_permissions,
    limits_of,
    shipped_limits,
    shipped_permissions,
)

# Without these a manager could not put right what was done here.
_MANAGERS_OWN = frozenset(
    {
        "permission.edited", "permission.viewed", "limit.edited", "setting.changed", "screen.setup",
        "screen.role_table", "screen.menu", "screen.confirm", "screen.ask_text", "screen.search",
        "screen.lock", "search.made",
        "console.unlocked", "console.locked", "signin.done", "signout.done",
    }
)  # fmt: skip

# What everybody needs to come, to be kept out, and to go.
_EVERYBODYS = frozenset(
    {
        "screen.sign_in", "screen.lock", "screen.search", "signin.done", "signout.done", "console.locked",
        "console.unlocked", "pin.changed", "screen.new_pin", "search.made",
    }
)  # fmt: skip

_HIGHEST = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Right:
    """A permission: the roles that have it in this store, and those that it was shipped with."""

    permission: str
    roles: frozenset[str]
    shipped: frozenset[str]

    @property
    def changed(self) -> bool:
        """Whether this shop chose otherwise."""
        return self.roles != self.shipped

    def is_managers(self, role: str) -> bool:
        """Whether giving it to a cashier or supervisor is giving away what only managers were meant to have."""
        return role in ("cashier", "supervisor") and not self.shipped & {"cashier", "supervisor"}


@dataclass(frozen=True, slots=True)
class Limit:
    """How far each role may go by itself, such as `discount_percent` in thousandths of a per cent."""

    name: str
    values: dict[str, int]
    shipped: dict[str, int]


@dataclass(frozen=True, slots=True)
class RoleTable:
    """Everything that roles may do: permissions by name, then limits."""

    rights: tuple[Right, ...]
    limits: tuple[Limit, ...]


def list_roles(desk: Desk) -> RoleTable:
    """The whole table, beside what it was shipped as."""
    database = desk.require("permission.viewed")
    held, shipped = dict[str, set[str]](), dict[str, set[str]]()
    for role, permission in database.execute_sql("SELECT role, permission FROM role_permission"):
        held.setdefault(permission, set()).add(role)
    for role, permission in shipped_permissions():
        shipped.setdefault(permission, set()).add(role)
    ranks = frozenset(RANKS)
    rights = tuple(
        Right(name, ranks & held.get(name, set()), ranks & shipped.get(name, set()))
        for name in sorted(all_permissions())
    )
    return RoleTable(rights, tuple(_limit(database, name) for name in sorted(shipped_limits())))


def set_permission(desk: Desk, role: str, permission: str, allowed: bool) -> Right:
    """Give a role a permission, or take it away; whoever has the role notices at their next act.

    Raises BadInput for a role or permission that is none, for what would lock managers or everybody out, and for what
    would have auditors change something.
    """
    with desk.change("permission.edited", subject=permission[:60]) as change:
        _refuse(role, permission, allowed)
        before = _right(change.database, permission)
        if (role in before.roles) == allowed:
            change.drop()
        if allowed:
            RolePermission.insert(role=role, permission=permission).execute(change.database)
        else:
            same = (RolePermission.role == role) & (RolePermission.permission == permission)
            RolePermission.delete().where(same).execute(change.database)
        change.note(role=role, allowed=[not allowed, allowed])
    return _right(desk.database, permission)


def set_limit(desk: Desk, role: str, name: str, value: int) -> Limit:
    """Say how far a role may go by itself; `discount_percent` is thousandths of a per cent, 0 for not at all.

    Raises BadInput for a role or limit that is none, and for a value that cannot be.
    """
    with desk.change("limit.edited", subject=name[:60]) as change:
        if name not in shipped_limits():
            raise BadInput(f"“{harmless(name[:40])}” is no limit: there is {', '.join(sorted(shipped_limits()))}")
        _check_role(role)
        most = 100_000 if name.endswith("_percent") else _HIGHEST
        if not 0 <= value <= most:
            raise BadInput(f"The limit of a {role} lies between 0 and {most // 1000 if most == 100_000 else most}")
        if value and role == "auditor":
            raise BadInput("An auditor changes nothing, and so gives no discounts")
        before = limits_of(change.database, name).get(role, 0)
        if before == value:
            change.drop()
        _keep_limit(change, role, name, value)
        change.note(role=role, value=[before, value])
    return _limit(desk.database, name)


def check(desk: Desk, role: str, permission: str, allowed: bool) -> Right:
    """What `set_permission` would refuse, before anybody is asked whether they are sure: raises the same BadInput."""
    database = desk.require("permission.viewed")
    _refuse(role, permission, allowed)
    return _right(database, permission)


def untold_rights(database: SqliteDatabase) -> list[str]:
    """Roles of staff, and permissions of roles, that are not what the log tells: somebody wrote into the file.

    What nobody ever edited is as it was shipped. Only auditors may have more of it: earlier programs gave it to them.
    """
    roles, edited = dict[str, str](), dict[tuple[str, str], bool]()
    for subject, action, text in read_any(database, _RIGHTS_TOLD):
        try:
            detail = json.loads(text)
            if action == "permission.edited":
                edited[(detail["role"], subject)] = bool(detail["allowed"][1])
            else:
                roles[subject] = detail["role"] if action == "staff.added" else detail["role"][1]
        except (ValueError, TypeError, LookupError):
            continue
    staff = database.execute_sql("SELECT number, role FROM staff ORDER BY id").fetchall()
    held = {tuple(row) for row in database.execute_sql("SELECT role, permission FROM role_permission")}
    known, shipped = all_permissions(), set(shipped_permissions())
    untold = {
        (role, name)
        for role, name in held
        if not edited.get((role, name), role == "auditor" or name not in known or (role, name) in shipped)
    }
    untold |= {pair for pair, allowed in edited.items() if allowed and pair not in held and pair[1] in known}
    return [
        *(f"staff {number}" for number, role in staff if role != roles.get(number)),
        *(f"{role} {name}" for role, name in sorted(untold)),
    ]


def _refuse(role: str, permission: str, allowed: bool) -> None:
    _check_role(role)
    if permission not in all_permissions():
        raise BadInput(f"“{harmless(permission[:40])}” is no permission")
    if allowed:
        if role == "auditor" and not _is_auditors(permission):
            raise BadInput(f"An auditor reads everything and changes nothing: {permission} cannot be theirs")
    elif role == "manager" and permission in _MANAGERS_OWN:
        raise BadInput(f"{permission} stays with managers: without it nobody could change this table again")
    elif permission in _EVERYBODYS:
        raise BadInput(f"{permission} stays with every {role}: without it they could neither come nor go")


def _check_role(role: str) -> None:
    if role == NOBODY:
        raise BadInput("Who is not signed in may do nothing but sign in: that is no matter of this table")
    if role == OWNER:
        raise BadInput("The owner may do all: that is no matter of this table")
    if role not in RANKS:
        raise BadInput(f"“{harmless(role[:20])}” is no role: it is one of {', '.join(RANKS)}")


def _is_auditors(permission: str) -> bool:
    """Whether it lets somebody look and write nothing, or auditors were shipped with it."""
    family, _, deed = permission.partition(".")
    looks = family in ("screen", "tab", "field", "export") or deed in ("viewed", "listed", "searched")
    return looks or ("auditor", permission) in shipped_permissions()


def _right(database: SqliteDatabase, permission: str) -> Right:
    rows = database.execute_sql("SELECT role FROM role_permission WHERE permission = ?", (permission,))
    shipped = {role for role, name in shipped_permissions() if name == permission}
    return Right(permission, frozenset(RANKS) & {row[0] for row in rows}, frozenset(RANKS) & shipped)


def _limit(database: SqliteDatabase, name: str) -> Limit:
    values, shipped = limits_of(database, name), shipped_limits()[name]
    return Limit(name, {role: values.get(role, 0) for role in RANKS}, {role: shipped.get(role, 0) for role in RANKS})


def _keep_limit(change: Change, role: str, name: str, value: int) -> None:
    RoleLimit.insert(role=role, name=name, value=value).on_conflict(
        conflict_target=[RoleLimit.role, RoleLimit.name], update={RoleLimit.value: value}
    ).execute(change.database)


_RIGHTS_TOLD = """
SELECT subject, action, detail FROM audit
WHERE action IN ('staff.added', 'staff.role', 'permission.edited') ORDER BY seq
"""
