"""All members of the shop by name, narrowed by what is typed, by status and by plan."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from bookkeeper_tui.formats import Conventions, harmless
from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.saving import save_as
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import members, membership_plans
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.members import Member, MemberFilter
from bookkeeper_tui.store.membership_rows import STATES
from bookkeeper_tui.widgets.field import Field
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

NOBODY = ("No member is like that.",)
NONE_YET = (
    "Nobody has a membership yet. It is sold like any article, and its members are on the customer's Members tab.",
)
_CHANGES = frozenset(
    (
        "member.edited", "member.card", "membership.changed", "sale.paid", "sale.returned", "sale.voided",
        "sale.attached", "sale.moved", "layaway.picked_up", "day.opened", "customer.edited",
    )
)  # fmt: skip


class MembersScreen(HouseScreen):
    """Typing in the box narrows the list by name; Enter opens the customer on the Members tab."""

    NAME = "members"
    TITLE_WORDS = "Members"
    CSS_PATH = "members.tcss"
    NEEDS = {"export": "export.members"}

    def __init__(self) -> None:
        super().__init__()
        self._which = MemberFilter()
        self._plan = ""
        self._recorded = ""

    def body(self) -> ComposeResult:
        """The box, which of them, and the list."""
        with Horizontal(id="members-line"):
            yield Static("Name", id="members-label", markup=False)
            yield Field(id="members-name", most=60)
            yield Static("", id="members-which", markup=False)
        yield HotList(
            [
                Column("", 1),
                Column("Name"),
                Column("Card", 10),
                Column("Status", 7),
                Column("Until", 10),
                Column("Customer", 18, from_width=76),
                Column("Plan", 18, from_width=100),
                Column("Membership", 10, from_width=120),
            ],
            id="members-list",
        )

    def arrive(self, **what: object) -> None:
        """Those who were shown last; at first all."""
        self.desk.look("member.viewed")
        self._read()
        self._list.focus(scroll_visible=False)

    def store_changed(self, change: StoreChanged) -> None:
        """Where they stand."""
        if change.everything or change.actions & _CHANGES:
            self._list.reload()
            self._say_place()

    def on_input_changed(self, event: Input.Changed) -> None:
        """A letter more or less."""
        event.stop()
        if event.value == self._box.value:
            with self.guard():
                self._which = self._which._replace(name=event.value)
                self._read()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: to the list."""
        event.stop()
        self._go_to_list()

    def on_key(self, event: events.Key) -> None:
        """Down from the box goes to the list, up from its first row back to the box."""
        if event.key == "down" and self.focused is self._box and self._list.total:
            event.stop()
            self._go_to_list()
        elif event.key == "up" and self.focused is self._list and self._list.place <= 1:
            event.stop()
            self.do_filter()

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: the customer, on the Members tab."""
        event.stop()
        row = self._list.cursor_row
        if row is not None and isinstance(row.record, Member):
            self.house.show("profile", customer_id=row.record.customer_id, tab="members")

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """Say where the cursor is."""
        event.stop()
        self._say_place()

    def do_filter(self) -> None:
        """/: to the box."""
        self._box.action_select_all()
        self._box.focus(scroll_visible=False)

    def do_refresh(self) -> None:
        """F5."""
        self._list.reload()

    def do_member_status(self) -> None:
        """s: all, then those of one status after the other."""
        order = ("", *STATES)
        status = order[(order.index(self._which.status) + 1) % len(order)]
        self._which = self._which._replace(status=status)
        self._read()

    async def do_member_plan(self) -> None:
        """l: those of one plan, or of all."""
        plans = membership_plans.list_plans(self.desk)
        rows = [("", "All plans"), *((str(listed.plan.product_id), harmless(listed.name)) for listed in plans)]
        start = str(self._which.product_id or "")
        chosen = await self.ask(Choose("Members of which plan?", rows, start=start))
        if chosen is not None:
            self._plan = dict(rows)[chosen] if chosen else ""
            self._which = self._which._replace(product_id=int(chosen) if chosen else None)
            self._read()

    async def do_export(self) -> None:
        """x: those who are listed, as a file."""
        from bookkeeper_tui.paper.members import save_members
        from bookkeeper_tui.paper.reports import FORMATS

        self.desk.require("export.members")
        start = f"members-{self.desk.today()}.csv"
        await save_as(self, start, FORMATS, lambda name: save_members(self.desk, self._which, name))

    def _go_to_list(self) -> None:
        """To the list; whom one looked for is recorded, as in the search box."""
        name = self._which.name.strip()
        if name and name != self._recorded:
            self._recorded = name
            self.desk.look("search.made", detail={"found": self._list.total}, personal={"text": name[:200]})
        self._list.focus(scroll_visible=False)

    @property
    def _box(self) -> Field:
        return self.query_one("#members-name", Field)

    @property
    def _list(self) -> HotList:
        return self.query_one("#members-list", HotList)

    def _read(self) -> None:
        self._list.set_empty(NONE_YET if self._which == MemberFilter() else NOBODY)
        self._list.read(MemberRows(self.desk, self._which, self.desk.today(), self.house.conventions))
        said = f"{self._which.status or 'any status'}, {self._plan or 'any plan'}"
        self.query_one("#members-which", Static).update(said)
        self._say_place()

    def _say_place(self) -> None:
        listed, count = self._list, self.house.conventions.count
        self.key_line.show_right(f"{count(listed.place)} of {count(listed.total)}" if listed.total else "none")


@dataclass(frozen=True)
class MemberRows:
    """The members who meet a filter on a day, by name and id."""

    desk: Desk
    which: MemberFilter
    today: str
    conventions: Conventions

    def total(self) -> int:
        """How many there are."""
        return members.count(self.desk, self.which, self.today)

    def after(self, key: Hashable | None, limit: int, including: bool = False) -> Sequence[Row]:
        """Those behind a name."""
        name, member_id = cast("tuple[str, int]", key) if key is not None else ("", 0)
        start = (name, member_id - including)
        return self._rows(members.page(self.desk, self.which, self.today, after=start, limit=limit))

    def before(self, key: Hashable | None, limit: int) -> Sequence[Row]:
        """Those before a name."""
        start = cast("tuple[str, int]", key) if key is not None else ("\U0010ffff", 0)
        return self._rows(members.page_before(self.desk, self.which, self.today, before=start, limit=limit))

    def _rows(self, found: Sequence[Member]) -> list[Row]:
        return [self._row(member) for member in found]

    def _row(self, member: Member) -> Row:
        status, lost = member.status(self.today), member.card_state == "lost"
        card = member.card if member.card_state in ("active", "lost") else ""
        cells = (
            "!" if lost or status in ("frozen", "expired") else "",
            harmless(member.name),
            card,
            "lost" if lost and status == "active" else status,
            self.conventions.date(member.last_day(self.today)),
            harmless(member.customer_name),
            harmless(member.plan),
            member.membership,
        )
        roles = {"former": ("quiet",), "frozen": ("warn",), "expired": ("warn",)}.get(status, ("warn",) if lost else ())
        return Row((member.name_key, member.id), cells, roles * len(cells), record=member)
