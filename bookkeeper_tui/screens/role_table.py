"""Setup's table of roles: who may do what, and how far, changed cell by cell; whoever has the role notices at once."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.money import parse_amount
from bookkeeper_tui.resources import data_path
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.filtered_list import FilteredList
from bookkeeper_tui.store import role_table
from bookkeeper_tui.store.role_table import Limit, Right
from bookkeeper_tui.widgets.hot_list import Column, Row

ROLES = ("cashier", "supervisor", "manager", "auditor")
_TITLES = ("Cashier", "Superv.", "Manager", "Auditor")
_LIMITS = {"discount_percent": "discounts given without asking, in per cent"}
_FAMILIES = {
    "screen": "Open the screen or question “{}”", "tab": "See the tab “{}” of a profile", "field": "See {} in full",
    "export": "Save {} as a file", "import": "Bring in {} from a file",
}  # fmt: skip


class RoleTableScreen(FilteredList):
    """Arrows choose a permission and a role; Space gives it or takes it away. What was changed bears a star."""

    NAME = "role_table"
    NEEDS = dict.fromkeys(("change", "give_or_take"), "permission.edited")
    TITLE_WORDS = "Setup: roles"
    CHANGES = frozenset({"permission.edited", "limit.edited"})
    BOX = "Permission"
    COLUMNS = (Column("Permission"), *(Column(title, 9) for title in _TITLES), Column("What for", from_width=110))

    def __init__(self) -> None:
        super().__init__()
        self._role = 0

    def read(self) -> None:
        """Read the table anew."""
        self._mark_role()
        table = role_table.list_roles(self.desk)
        limits = [(f"limit {one.name}", one.values != one.shipped, self._limit_row(one)) for one in table.limits]
        rights = [
            (
                f"{one.permission} {one.permission.replace('.', ' ').replace('_', ' ')} {words_for(one.permission)}",
                one.changed,
                _right_row(one),
            )
            for one in table.rights
        ]
        self.keep([*limits, *rights])

    def more(self, row: Row) -> str:
        """What the permission is for, and who had it to begin with."""
        if isinstance(row.record, Limit):
            return f"{row.record.name}: {_LIMITS.get(row.record.name, 'how far each role may go')}. Space changes it."
        assert isinstance(row.record, Right)
        roles = ", ".join(role for role in ROLES if role in row.record.shipped) or "nobody"
        return f"{row.record.permission}: {words_for(row.record.permission)}. To begin with: {roles}."

    async def do_change(self) -> None:
        """Enter does what Space does."""
        await self.do_give_or_take()

    async def do_give_or_take(self) -> None:
        """Give the role the permission under the cursor, or take it away; a limit is asked for."""
        row, role = self.listed.cursor_row, ROLES[self._role]
        if row is not None and isinstance(row.record, Limit):
            await self._ask_limit(row.record, role)
        elif row is not None and isinstance(row.record, Right):
            await self._give_or_take(row.record, role)

    def do_role_before(self) -> None:
        """The role to the left."""
        self._choose_role(-1)

    def do_role_after(self) -> None:
        """The role to the right."""
        self._choose_role(1)

    async def _give_or_take(self, right: Right, role: str) -> None:
        allowed, name = role not in right.roles, right.permission
        role_table.check(self.desk, role, name, allowed)
        question = ""
        if allowed and right.is_managers(role):
            question = f"{name} is meant for managers: {words_for(name)}. Give it to every {role}?"
        elif role == "manager" and not allowed:
            question = f"Take {name} from every manager, yourself included?"
        if question and not await self.ask(Confirm(question, yes="Give it" if allowed else "Take it", no="No")):
            return
        role_table.set_permission(self.desk, role, name, allowed)
        self.read()

    async def _ask_limit(self, limit: Limit, role: str) -> None:
        conventions = self.house.conventions

        def save(answer: Mapping[str, str]) -> None:
            try:
                value = parse_amount(answer["most"].strip().removesuffix("%").strip(), 3, conventions.decimal)
            except BadInput as mistake:
                raise BadInput(
                    f"“{answer['most'][:20]}” is no percentage such as 10 or 7{conventions.decimal}5"
                ) from mistake
            role_table.set_limit(self.desk, role, limit.name, value)

        start = conventions.quantity(limit.values[role])
        what = _LIMITS.get(limit.name, limit.name)
        await self.ask(
            AskFields(f"{role.capitalize()}: {what}", [AskedField("most", "At most", start, 12)], check=save)
        )
        self.read()

    def _choose_role(self, by: int) -> None:
        self._role = max(0, min(self._role + by, len(ROLES) - 1))
        self._mark_role()

    def _mark_role(self) -> None:
        titles = [f"[{title}]" if place == self._role else f" {title}" for place, title in enumerate(_TITLES)]
        self.listed.retitle(["Permission", *titles, "What for"])

    def _limit_row(self, limit: Limit) -> Row:
        write = self.house.conventions.quantity
        cells = (f"{write(limit.values[role])} %" + _star(limit.values[role] != limit.shipped[role]) for role in ROLES)
        return Row(limit.name, (f"limit: {limit.name}", *map(_indented, cells), _LIMITS.get(limit.name, "")), (), limit)


def words_for(permission: str) -> str:
    """What a permission is for, in a few words: by `data/permission_words.csv`, else made of its name."""
    if (words := _words().get(permission)) is not None:
        return words
    family, _, rest = permission.partition(".")
    said = rest.replace("_", " ")
    return _FAMILIES.get(family, f"{family.capitalize()}: {{}}").format(said)


@cache
def _words() -> dict[str, str]:
    with data_path("permission_words.csv").open(encoding="utf-8", newline="") as file:
        return {row["permission"]: row["words"] for row in csv.DictReader(file)}


def _right_row(right: Right) -> Row:
    cells = (
        ("yes" if role in right.roles else "-") + _star((role in right.roles) != (role in right.shipped))
        for role in ROLES
    )
    return Row(
        right.permission,
        (right.permission, *map(_indented, cells), words_for(right.permission)),
        ("strong",) if right.changed else (),
        right,
    )


def _star(changed: bool) -> str:
    return " *" if changed else ""


def _indented(cell: str) -> str:
    return f" {cell}"
