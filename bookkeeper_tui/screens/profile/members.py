"""The Members tab: the customer's memberships, and under each the people whom it covers, with their cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from secrets import token_hex
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.profile.member_drawing import MARKED, member_lines, membership_lines, status_words
from bookkeeper_tui.screens.profile.tab import DocumentsTab
from bookkeeper_tui.store import member_cards, members, membership_plans, memberships, sight
from bookkeeper_tui.store.members import Member, NewMember
from bookkeeper_tui.store.memberships import Membership
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Line
from bookkeeper_tui.widgets.sheet import Sheet

if TYPE_CHECKING:
    from bookkeeper_tui.screens.profile.profile import ProfileScreen

NONE_BOUGHT = ["No membership yet. It is sold like any article: r rings one up."]
LAST_EVENTS = 4
LAST_CARDS = 4


class MembersTab(DocumentsTab):
    """Each membership with its members below it; Enter opens its newest receipt, or the member to be changed."""

    NAME = "members"
    TITLE = "Members"
    PERMISSION = "member.viewed"
    SERVICES = True

    def __init__(self) -> None:
        super().__init__()
        self._revealed: Member | None = None

    def compose(self) -> ComposeResult:
        """Memberships and members, and the one under the cursor in full."""
        yield HotList(
            [
                Column("", 1),
                Column("Name"),
                Column("Relation", 12, from_width=70),
                Column("Since", 10, from_width=86),
                Column("Until", 10, from_width=50),
                Column("Card", 10),
                Column("", 8, from_width=46),
            ],
            empty=NONE_BOUGHT,
        )
        yield Sheet(inset=1, id="member-one").taking_no_focus()

    def load(self) -> None:
        """From the membership that runs longest."""
        self._revealed = None
        self._read(keep=False)

    def reload(self) -> None:
        """Where they stand."""
        self._read(keep=True)

    @property
    def sale_behind(self) -> int | None:
        """The newest sale of the membership under the cursor."""
        if not isinstance(self._record, Membership):
            return None
        events = memberships.events(self.desk, self._record.id)
        return next((event.sale_id for event in events if event.sale_id is not None), None)

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: a member is opened to be changed. Behind a membership is a receipt, which every such tab opens."""
        if isinstance(self._record, Member):
            event.stop()
            self.house.act("change_member")

    # Members.

    async def do_add_member(self) -> None:
        """a: another person on the membership under the cursor."""
        membership = self._membership()
        members.refuse_full(membership, self.desk.today())
        free = membership.members - membership.taken
        once, added = token_hex(8), list[Member]()

        def act(answer: Mapping[str, str]) -> None:
            added.append(members.add(self.desk, membership.id, NewMember(**answer), once))

        places = "1 place is free" if free == 1 else f"{free} places are free"
        question = f"A member of {membership.number} {harmless(membership.name)}: {places}"
        if await self.profile.ask(AskFields(question, self._asked(NewMember("")), act)) is not None:
            self._read(keep=True)
            self.hot_list.select(("member", added[0].id))
            self.house.notice(f"{harmless(added[0].name)} is a member now; c on their line gives a card.")

    async def do_change_member(self) -> None:
        """h: who the member is and how they are reached; what is hidden may be left as it is."""
        member = self._member()
        before = NewMember(member.name, member.relation, member.phone, member.email)

        def act(answer: Mapping[str, str]) -> None:
            members.edit(self.desk, member.id, NewMember(**answer), member.version)

        await self.profile.ask(AskFields(f"Member of {member.membership}", self._asked(before), act))
        self._read(keep=True)

    def do_reveal(self) -> None:
        """v: the phone and e-mail of the member under the cursor in full; on another line the customer's."""
        member = self._record
        if not isinstance(member, Member):
            cast("ProfileScreen", self.profile).do_reveal()
            return
        if not sight.hides_contact(self.desk):
            raise BadInput("Phone and e-mail are shown to you in full already")
        if not (member.phone or member.email):
            raise BadInput(f"{harmless(member.name)} has no phone and no e-mail of their own")
        if self._revealed is not None and self._revealed.id == member.id:
            self._revealed = None
        else:
            self._revealed = members.reveal(self.desk, member.id)
        self._read(keep=True)

    async def do_card(self) -> None:
        """c: give a card, or say that it is lost, found, replaced."""
        member = self._member()
        who = harmless(member.name)
        if member.card_state not in ("active", "lost"):
            await self._give_card(member, replacing=False)
            return
        turn = ("find", "It was found again") if member.card_state == "lost" else ("lose", "It is lost")
        rows = [turn, ("replace", "Replace it by another")]
        chosen = await self.profile.ask(Choose(f"Card {member.card} of {who} is {_state(member)}.", rows))
        if chosen == "replace":
            await self._give_card(member, replacing=True)
        elif chosen is not None:
            (member_cards.find if chosen == "find" else member_cards.lose)(self.desk, member.id)
            self._read(keep=True)
            said = "is in use again" if chosen == "find" else "is reported lost: nobody is let in by it"
            self.house.notice(f"The card of {who} {said}.")

    async def do_end_member(self) -> None:
        """w: the member leaves, or the membership ends."""
        if isinstance(self._record, Membership):
            await self._end_membership(self._record)
            return
        member = self._member()
        who = harmless(member.name)
        if member.until:
            raise BadInput(f"{who} left {member.membership} already")
        question = f"{who} leaves {member.membership} today, and card {member.card} ends." if member.card else ""
        if await self.profile.ask(
            Confirm(question or f"{who} leaves {member.membership} today.", yes="Leaves", no="No")
        ):
            members.end(self.desk, member.id)
            self._read(keep=True)

    # Memberships.

    async def do_freeze(self) -> None:
        """f: freeze the membership, or end its freeze."""
        membership = self._membership()
        desk = await self.profile.desk_for("membership.changed", f"Freezing {membership.number}")
        if desk is None:
            return
        if membership.status(self.desk.today()) == "frozen":
            changed = memberships.unfreeze(desk, membership.id)
        else:
            asked = [AskedField("until", "Last day", "", 20), AskedField("reason", "Reason", "", 200)]
            question = f"{membership.number} is frozen from today to a last day; empty until somebody ends it"

            def act(answer: Mapping[str, str]) -> None:
                until = self.conventions.read_date(answer["until"], "Last day") if answer["until"] else ""
                memberships.freeze(desk, membership.id, until, answer["reason"])

            if await self.profile.ask(AskFields(question, asked, act)) is None:
                return
            changed = memberships.get(self.desk, membership.id)
        self._read(keep=True)
        self.house.notice(f"{changed.number}: {status_words(changed, self.desk.today(), self.conventions)}.")

    async def do_renew(self) -> None:
        """r: ring up another term on the sale screen, or the first one of a plan that is chosen."""
        if self._record is not None:
            product_id = self._membership().product_id
        else:
            plans = [one for one in membership_plans.list_plans(self.desk) if one.status == "active"]
            if not plans:
                raise BadInput("No article is a membership yet: its form in the catalogue (F10) makes it one")
            rows = [(str(one.plan.product_id), harmless(one.name)) for one in plans]
            chosen = await self.profile.ask(Choose(f"Which membership for {harmless(self.customer.name)}?", rows))
            if chosen is None:
                return
            product_id = int(chosen)
        self.house.show("sale", customer_id=self.customer.id, product_id=product_id)

    async def _end_membership(self, membership: Membership) -> None:
        desk = await self.profile.desk_for("membership.changed", f"Ending {membership.number}")
        if desk is None:
            return

        def act(answer: Mapping[str, str]) -> None:
            memberships.end(desk, membership.id, answer["reason"])

        question = f"{membership.number} ends today, with the cards of its members; nothing is paid back"
        if await self.profile.ask(AskFields(question, [AskedField("reason", "Reason", "", 200)], act)) is not None:
            self._read(keep=True)

    async def _give_card(self, member: Member, *, replacing: bool) -> None:
        if member.until:
            raise BadInput(f"{harmless(member.name)} left {member.membership}: there is no card for them")
        once, write = token_hex(8), member_cards.replace if replacing else member_cards.give

        def act(answer: Mapping[str, str]) -> None:
            write(self.desk, member.id, answer["number"], once)

        question = f"{'Another' if replacing else 'A'} card for {harmless(member.name)}: scan it, or type its number"
        if await self.profile.ask(AskFields(question, [AskedField("number", "Card", "", 64)], act)) is not None:
            self._read(keep=True)
            self.house.notice(f"{harmless(member.name)} has a card now.")

    # Reading and drawing.

    @property
    def _record(self) -> Membership | Member | None:
        row = self.hot_list.cursor_row
        return cast("Membership | Member", row.record) if row is not None else None

    def _member(self) -> Member:
        if not isinstance(self._record, Member):
            raise BadInput("Go to a member first: this line is the membership itself")
        return self._record

    def _membership(self) -> Membership:
        record = self._record
        if record is None:
            raise BadInput("There is no membership yet: r rings one up")
        return memberships.get(self.desk, record.membership_id) if isinstance(record, Member) else record

    def _asked(self, member: NewMember) -> list[AskedField]:
        labels = ("Name", "Relation", "Phone", "E-mail")
        return [
            AskedField(name, label, text.replace("•", "*" if self.conventions.ascii else "•"), 200)
            for name, label, text in zip(NewMember._fields, labels, member, strict=True)
        ]

    def _read(self, *, keep: bool) -> None:
        today, people = (
            self.desk.today(),
            [self._shown(one) for one in members.of_customer(self.desk, self.customer.id)],
        )
        rows = list[Row]()
        for membership in memberships.of_customer(self.desk, self.customer.id):
            rows.append(self._membership_row(membership, today))
            rows += [self._member_row(one, today) for one in people if one.membership_id == membership.id]
        self.hot_list.show(rows, keep=keep)
        self.draw_document()

    def _shown(self, member: Member) -> Member:
        """A member, in full where they were revealed and nobody changed them since."""
        shown = self._revealed
        if shown is None or (shown.id, shown.version) != (member.id, member.version):
            return member
        return replace(member, phone=shown.phone, email=shown.email)

    def _membership_row(self, membership: Membership, today: str) -> Row:
        status = membership.status(today)
        marked = status in MARKED or membership.is_ending(today)
        role = "quiet" if status == "former" else "warn" if marked else "strong"
        cells = (
            "!" if marked else "",
            f"{harmless(membership.name)}, {membership.taken} of {membership.members}",
            "",
            self.conventions.date(membership.since),
            self.conventions.date(membership.last_day(today)),
            membership.number,
            status,
        )
        return Row(("membership", membership.id), cells, (role,) * len(cells), record=membership)

    def _member_row(self, member: Member, today: str) -> Row:
        lost, former = member.card_state == "lost", member.status(today) == "former"
        card = member.card if member.card_state in ("active", "lost") else ""
        cells = (
            "!" if lost else "",
            f"  {harmless(member.name)}",
            harmless(member.relation),
            self.conventions.date(member.since),
            self.conventions.date(member.until) if member.until else "",
            card,
            "former" if former else _state(member),
        )
        roles = ("quiet",) * len(cells) if former else ("warn",) * len(cells) if lost else ()
        return Row(("member", member.id), cells, roles, record=member)

    def draw_document(self) -> None:
        record, today, conventions = self._record, self.desk.today(), self.conventions
        if isinstance(record, Membership):
            events = memberships.events(self.desk, record.id)[:LAST_EVENTS]
        elif isinstance(record, Member):
            cards = member_cards.of_member(self.desk, record.id)[:LAST_CARDS]

        def drawing(width: int) -> list[Line]:
            if isinstance(record, Membership):
                return membership_lines(record, events, today, conventions, width)
            return member_lines(record, cards, today, conventions, width) if record is not None else []

        self.query_one("#member-one", Sheet).draw(drawing, from_top=True)


def _state(member: Member) -> str:
    """The state of a member's card in a word; empty where there is none."""
    return {"active": "in use", "lost": "lost"}.get(member.card_state, "")
