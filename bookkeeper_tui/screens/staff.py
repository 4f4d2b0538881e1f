"""Staff: who works here, their roles and PINs, who is locked or at work, and who signed in or tried to."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Static

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import Conventions, harmless, local_time
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.dialogs.give_pin import ask_pin, tell_pin
from bookkeeper_tui.screens.kept_list import KeptList
from bookkeeper_tui.store import sign_ins, staff, work_hours
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.sign_ins import SignIn
from bookkeeper_tui.store.staff import ROLES, StaffRecord
from bookkeeper_tui.widgets.figures import heading
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Line, Piece
from bookkeeper_tui.widgets.sheet import Sheet

SHOWN, REACH = 8, 4000
"""So many sign-ins stand below the list, of so many rows of the log; s shows all."""
_NOBODY = ("Nobody works here yet. A takes somebody on.",)
_NO_TRIES = ("Nothing of the kind is in the log: sign-ins and tries that failed will stand here.",)


class StaffScreen(KeptList):
    """Two lists, one in sight: the staff, and after s or t the sign-ins of one or the failed tries of all."""

    NAME = "staff"
    NEEDS = {"add": "staff.added", "change": "staff.role", "retire": "staff.retired"}
    TITLE_WORDS = "Staff"
    CSS_PATH = "staff.tcss"
    CHANGES = frozenset(
        (
            "staff.added", "staff.role", "staff.pin_reset", "staff.unlocked", "staff.retired", "pin.changed",
            "signin.tried", "signin.failed", "signin.done", "signout.done", "clock.corrected",
        )
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._of: StaffRecord | None = None
        self._tries = False
        self._until: Timer | None = None

    def body(self) -> ComposeResult:
        """The staff with the one under the cursor below, and the sign-ins."""
        yield HotList(
            [
                Column("No.", 4), Column("Name"), Column("Role", 10), Column("", 27),
                Column("Wrong tries", 11, right=True, from_width=72),
            ],
            empty=_NOBODY,
            id="staff-list",
        )  # fmt: skip
        yield Sheet(inset=1, id="staff-one").taking_no_focus()
        yield Static("", id="sign-ins-of", markup=False)
        yield HotList(
            [
                Column("When", 16),
                Column("What"),
                Column("Number", 9),
                Column("Name", 16, from_width=76),
                Column("At", 10),
            ],
            empty=_NO_TRIES,
            id="sign-ins",
        )

    @property
    def listed(self) -> HotList:
        """The staff."""
        return self.query_one("#staff-list", HotList)

    def arrive(self, **what: object) -> None:
        """The staff, whatever was shown last."""
        self._turn(None, tries=False)
        self.read()

    def do_back(self) -> None:
        """Esc: from the sign-ins to the staff, then away."""
        if self._shows_sign_ins:
            self._turn(None, tries=False)
            self.read()
        else:
            self.house.go_back()

    def do_refresh(self) -> None:
        """Read what is in sight again."""
        self.read()

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter on somebody: another role."""
        event.stop()
        if event.hot_list is self.listed:
            self.house.act("change")

    def moved(self, event: HotList.Moved) -> None:
        """Say where the cursor is; the one under it stands below."""
        if event.hot_list.display:
            super().moved(event)
        if event.hot_list is self.listed:
            with self.guard():
                self._draw()

    async def do_add(self) -> None:
        """Take somebody on."""

        def check(answer: Mapping[str, str]) -> None:
            if not answer["name"]:
                raise BadInput("A member of staff needs a name")
            read_role(answer["role"])

        fields = [AskedField("name", "Name", most=staff.LONGEST_NAME), AskedField("role", "Role", ROLES[0], 12)]
        question = f"Who begins to work here, and as what? {', '.join(ROLES)}"
        answer = await self.ask(AskFields(question, fields, check=check))
        given = await ask_pin(self, answer["name"]) if answer is not None else None
        if answer is None or given is None:
            return
        pin, was_made = given
        added = staff.add(self.desk, answer["name"], read_role(answer["role"]), pin, must_change=True)
        self.read()
        self.listed.select(added.staff_id)
        if was_made:
            await tell_pin(self, added.name, added.number, pin)
        else:
            self.house.notice(f"{added.name} signs in with staff number {added.number}")

    async def do_change(self) -> None:
        """Give the one under the cursor another role."""
        one = self._must_be_one()
        question = f"{harmless(one.name)} ({one.number}) is {one.role} now. Which role from now on?"
        role = await self.ask(Choose(question, [(role, role) for role in ROLES], start=one.role))
        if role is not None and role != one.role:
            staff.change_role(self.desk, one.number, role)
            self.read()
            self.house.notice(f"{one.name} is {role} from now on")

    async def do_new_pin(self) -> None:
        """Give the one under the cursor a PIN that they must change."""
        one = self._must_be_one()
        given = await ask_pin(self, one.name)
        if given is None:
            return
        pin, was_made = given
        staff.reset_pin(self.desk, one.number, pin)
        self.read()
        if was_made:
            await tell_pin(self, one.name, one.number, pin)
        else:
            self.house.notice(f"{one.name} must change the new PIN at the next sign-in")

    def do_unlock_number(self) -> None:
        """Let the one under the cursor try again at once."""
        one = self._must_be_one()
        if not one.tries:
            raise BadInput(f"{one.name} typed no wrong PIN: there is nothing to unlock")
        staff.unlock(self.desk, one.number)
        self.read()
        self.house.notice(f"Staff number {one.number} may try again")

    async def do_retire(self) -> None:
        """The one under the cursor leaves."""
        one = self._must_be_one()
        if one.retired_at is not None:
            raise BadInput(f"{one.name} has left: who comes back is taken on anew, with another number")
        question = f"{harmless(one.name)} ({one.number}) leaves and may not sign in any more? What they did stays."
        if await self.ask(Confirm(question, yes="Leaves", no="Stays")):
            staff.retire(self.desk, one.number)
            self.read()

    def do_sign_ins(self) -> None:
        """The sign-ins of the one under the cursor, and back."""
        if self._shows_sign_ins:
            self.do_back()
        else:
            self._turn(self._must_be_one(), tries=False)
            self.read()

    def do_failed_tries(self) -> None:
        """The failed tries of all, and back."""
        if self._tries:
            self.do_back()
        else:
            self._turn(None, tries=True)
            self.read()

    def do_work_hours(self) -> None:
        """Who worked when; the cursor on the same person."""
        row = self.listed.cursor_row
        one = row.record if row is not None else None
        self.house.show("work_hours", number=one.number if isinstance(one, StaffRecord) else "")

    def read(self) -> None:
        """Read what is in sight anew."""
        if self._shows_sign_ins:
            listed = self.query_one("#sign-ins", HotList)
            if listed.total:
                listed.reload()
            else:
                listed.read(
                    SignInRows(self.desk, self._of.number if self._of else "", self._tries, self.house.conventions)
                )
            return
        now = self.desk.now()
        found = staff.list_staff(self.desk)
        self.listed.show([self._row(one, now) for one in found], keep=True)
        self._draw()
        self._read_when_unlocked(found, now)

    @property
    def _shows_sign_ins(self) -> bool:
        return self._tries or self._of is not None

    def _turn(self, of: StaffRecord | None, *, tries: bool) -> None:
        self._of, self._tries = of, tries
        shows, past = self._shows_sign_ins, self.query_one("#sign-ins", HotList)
        for widget in (self.listed, self.query_one("#staff-one")):
            widget.display = not shows
        words = f"{harmless(of.name)} ({of.number}): sign-ins, and tries that failed" if of else "Tries that failed"
        self.query_one("#sign-ins-of", Static).update(words)
        for other in (past, self.query_one("#sign-ins-of")):
            other.display = shows
        past.show([])
        (past if shows else self.listed).focus(scroll_visible=False)

    def _row(self, one: StaffRecord, now: int) -> Row:
        conventions, zone = self.house.conventions, self.desk.store.shop.time_zone
        locked = one.is_locked(now) and one.retired_at is None
        tries = conventions.count(one.tries) if one.tries else ""
        cells = (one.number, one.name, one.role, state_text(one, now, conventions, zone), tries)
        roles = ("quiet",) if one.retired_at is not None else ("warn",) if locked else ()
        return Row(one.staff_id, cells, roles, one)

    def _read_when_unlocked(self, found: Sequence[StaffRecord], now: int) -> None:
        """Nobody tells when a lock has run out: look again then."""
        if self._until is not None:
            self._until.stop()
            self._until = None
        ends = [one.locked_until for one in found if one.is_locked(now)]
        if ends:
            self._until = self.set_timer((min(ends) - now) / 1_000_000 + 0.1, self._look_again)

    def _look_again(self) -> None:
        if self.is_current:
            with self.guard():
                self.read()

    def _draw(self) -> None:
        row = self.listed.cursor_row
        sheet = self.query_one("#staff-one", Sheet)
        if row is None or not isinstance(one := row.record, StaffRecord):
            sheet.draw(lambda width: ())
            return
        desk, conventions, zone = self.desk, self.house.conventions, self.desk.store.shop.time_zone
        told = [f"Worked this week: {self._worked_this_week(one)}"] if desk.may("hours.viewed") else []
        events = sign_ins.page(desk, number=one.number, limit=SHOWN, reach=REACH)

        def drawing(width: int) -> list[Line]:
            title = f"{harmless(one.name)}, {one.role}"
            lines: list[Line] = [heading(title, width, ascii_only=conventions.ascii)]
            lines += [(Piece(text),) for text in told]
            for event in events:
                when = conventions.instant(event.at, zone)
                role = "warn" if event.failed else "plain"
                lines.append(
                    (Piece(f"{when}  ", "quiet"), Piece(event.words, role), Piece(f", {event.terminal}", "quiet"))
                )
            return lines

        sheet.draw(drawing, from_top=True)

    def _worked_this_week(self, one: StaffRecord) -> str:
        today = date.fromisoformat(self.desk.today())
        monday = today - timedelta(days=today.weekday())
        found = work_hours.periods(self.desk, monday.isoformat(), today.isoformat(), number=one.number)
        now = self.desk.now()
        return work_hours.hours_text(sum(period.worked(now) for period in found))

    def _must_be_one(self) -> StaffRecord:
        row = self.listed.cursor_row
        if self._shows_sign_ins or row is None or not isinstance(row.record, StaffRecord):
            raise BadInput("Choose somebody of the staff first")
        return row.record


@dataclass(frozen=True)
class SignInRows:
    """Sign-ins as rows, newest first, paged by their place in the log."""

    desk: Desk
    number: str
    failed: bool
    conventions: Conventions

    def total(self) -> int:
        """How many there are, as far as anybody looks back."""
        return len(self._page(0, MOST))

    def after(self, key: Hashable | None, limit: int, including: bool = False) -> Sequence[Row]:
        """Older ones."""
        before = 0 if key is None else cast(int, key) + including
        return [self._row(one) for one in self._page(before, limit)]

    def before(self, key: Hashable | None, limit: int) -> Sequence[Row]:
        """Newer ones."""
        newer = [one for one in self._page(0, MOST) if key is None or one.seq > cast(int, key)]
        return [self._row(one) for one in newer[-limit:]]

    def _page(self, before: int, limit: int) -> list[SignIn]:
        return sign_ins.page(self.desk, number=self.number, failed=self.failed, before=before, limit=limit)

    def _row(self, one: SignIn) -> Row:
        when = self.conventions.instant(one.at, self.desk.store.shop.time_zone)
        words = f"! {one.words}" if one.failed else one.words
        return Row(one.seq, (when, words, one.number, one.name, one.terminal), ("warn",) if one.failed else (), one)


MOST = 2000


def state_text(one: StaffRecord, now: int, conventions: Conventions, time_zone: str) -> str:
    """How somebody stands: left, locked until when, at work where and since when, or with a PIN to be changed."""
    if one.retired_at is not None:
        return f"left {conventions.day(one.retired_at, time_zone)}"
    if one.is_locked(now):
        return f"! locked until {local_time(one.locked_until, time_zone):%H:%M}"
    if one.since:
        begun = local_time(one.since, time_zone)
        today = begun.date() == local_time(now, time_zone).date()
        since = f"{begun:%H:%M}" if today else conventions.date(begun.date())
        return f"at {one.terminal} since {since}"
    return "PIN to be changed" if one.must_change else ""


def read_role(text: str) -> str:
    """A role as typed, or its beginning. Raises BadInput for none."""
    typed = text.strip().casefold()
    found = [role for role in ROLES if typed and role.startswith(typed)]
    if len(found) != 1:
        raise BadInput(f"Role: “{harmless(text[:20])}” is none of {', '.join(ROLES)}")
    return found[0]
