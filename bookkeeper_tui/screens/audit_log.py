"""The audit log: one line of words says who, whom, what, when and where, and the newest rows that answer come first."""

from __future__ import annotations

import asyncio
from threading import Event
from time import monotonic

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.log_drawing import log_row, looked, when, whole
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import audit_verify, customers, log_search
from bookkeeper_tui.store.audit import AuditRow
from bookkeeper_tui.store.audit_verify import Verified
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.log_search import LOG_WORDS, LogPage, LogQuestion
from bookkeeper_tui.widgets.field import Field
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.sheet import Sheet

A_PAGE = 50
MOST_SHOWN = 5000
MOST_NAMED = 200
SECONDS_BETWEEN_WORDS = 0.25
HOW = "Enter follows one sign-in; / narrows the log."
NONE_SUCH = "Nothing like that is in the log."
SINCE_SEAL, ALL = "since", "all"


class Stopped(Exception):
    """Whoever waited gave the walk up."""


class AuditLogScreen(HouseScreen):
    """Enter in the box asks, Enter on a row follows its sign-in; going below the last row looks further back."""

    NAME = "audit_log"
    TITLE_WORDS = "Audit log"
    CSS_PATH = "audit_log.tcss"
    NEEDS = {"export": "export.audit"}

    def __init__(self) -> None:
        super().__init__()
        self._question = LogQuestion()
        self._asked_for = ""
        self._before: list[str] = []
        self._rows: list[Row] = []
        self._last: LogPage | None = None
        self._asked = 0
        self._stop: Event | None = None

    def body(self) -> ComposeResult:
        """The box, what was understood, the rows, and the row under the cursor in full."""
        with Horizontal(id="log-line"):
            yield Static("Log", id="log-label", markup=False)
            yield Field(id="log-words", most=log_search.LONGEST_TEXT)
        yield Static("", id="log-said", markup=False)
        yield HotList(
            [
                Column("When", 16),
                Column("Who", 16),
                Column("Did", 18),
                Column("Whom", 9, from_width=66),
                Column("What"),
                Column("Where", 10, from_width=100),
                Column("Row", 9, right=True, from_width=112),
            ],
            empty=(NONE_SUCH, *LOG_WORDS),
            id="log-rows",
        )
        yield Sheet(inset=1, id="log-whole").taking_no_focus()

    def arrive(self, text: str | None = None, customer_id: int | None = None, **what: object) -> None:
        """The newest rows, or what a line asks for; with `customer_id` who looked at this customer."""
        if customer_id is not None:
            text = f"customer:{customers.get(self.desk, customer_id).number} looks"
        if text is not None:
            self._before.clear()
            self._ask(text)
        elif self._last is None:
            self._ask("")
        self._list.focus(scroll_visible=False)

    def on_unmount(self) -> None:
        """Nobody waits for the walk any more."""
        if self._stop is not None:
            self._stop.set()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: ask, and go to what was found."""
        event.stop()
        with self.guard():
            self._before.clear()
            try:
                self._ask(self._box.value.strip())
            except BadInput as mistake:
                self._ask_nothing(str(mistake))
                raise
            self._list.focus(scroll_visible=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Nothing is asked before Enter."""
        event.stop()

    def on_key(self, event: events.Key) -> None:
        """Down from the box goes to the list, up from its first row back to the box."""
        if event.key == "down" and self.focused is self._box and self._rows:
            event.stop()
            self._list.focus(scroll_visible=False)
        elif event.key == "up" and self.focused is self._list and self._list.place <= 1:
            event.stop()
            self.do_filter()

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter on a row: the whole sign-in that it belongs to."""
        event.stop()
        with self.guard():
            self.do_one_sign_in()

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """Show the row in full; at the last one, look further back."""
        event.stop()
        self._show_whole()
        self._say_place()
        if event.place == event.total and self._list.has_focus and self._last is not None and self._last.following:
            self._look_further()

    def store_changed(self, change: StoreChanged) -> None:
        """Rows that came since are put on top, in sight where the top is; the cursor stays on its row."""
        if self._last is None or self._question.last:
            return
        newest = int(str(self._rows[0].key)) if self._rows else 0
        came = log_search.newer(self.desk, self._question, newest, A_PAGE + 1) if newest else []
        if newest and len(came) <= A_PAGE:
            listed = self._list
            at_top, cursor = listed.visible_rows[:1] == self._rows[:1], listed.cursor_key
            self._rows = [*self._as_rows(tuple(reversed(came))), *self._rows]
            listed.show(list(self._rows), keep=True)
            if at_top and came:
                listed.action_home()
                listed.select(cursor)
            self._say_place()
        else:
            self._read()

    def log_grew(self) -> None:
        """Somebody looked at something."""
        self.store_changed(StoreChanged())

    def do_filter(self) -> None:
        """/: to the box."""
        self._box.action_select_all()
        self._box.focus(scroll_visible=False)

    def do_refresh(self) -> None:
        """F5: ask again."""
        self._read()

    def do_back(self) -> None:
        """Esc: stop verifying; then back to what was asked before; then away."""
        if self._stop is not None:
            self._stop.set()
        elif self._before:
            self._ask(self._before.pop())
            self._list.focus(scroll_visible=False)
        else:
            self.house.go_back()

    def do_one_sign_in(self) -> None:
        """Enter or s: all that was done in the sign-in of this row."""
        entry = self._entry()
        if self._question.sign_in:
            raise BadInput("This is one sign-in already; Esc goes back to what was listed before")
        log_search.one_sign_in(self.desk, entry.seq)
        self._go(f"sign-in:{entry.seq}")
        self._list.select(entry.seq)

    async def do_who_looked(self) -> None:
        """w: who looked at the customer of this row; choosing somebody lists their looks."""
        customer_id = self._of_customer()
        number = customers.get(self.desk, customer_id).number
        found = log_search.lookers(self.desk, customer_id)
        conventions, zone = self.house.conventions, self.desk.store.shop.time_zone
        rows = [(str(place), looked(one, conventions, zone)) for place, one in enumerate(found)]
        if not rows:
            raise BadInput(f"Nobody has looked at {number} yet")
        chosen = await self.ask(Choose(f"Who looked at {number}? Enter lists when.", rows))
        if chosen is not None:
            who = found[int(chosen)].who
            by = "who:shell" if who.startswith("shell:") else f"who:{who.partition(' ')[0]}"
            self._go(f"customer:{number} looks {by}")

    def do_log_customer(self) -> None:
        """c: the profile of the row's customer."""
        self.house.show("profile", customer_id=self._of_customer())

    def do_export(self) -> None:
        """x: the same rows as a report, to be saved in any format."""
        self.house.show("report", kind="audit", filters=self._asked_for)

    async def do_verify_log(self) -> None:
        """v: whether the log holds, in a thread; Esc stops it."""
        if self._stop is not None:
            raise BadInput("The log is being verified; Esc stops it")
        rows = [(SINCE_SEAL, "What came after the newest seal"), (ALL, "All of it, from the first row")]
        chosen = await self.ask(Choose("Verify how much of the log?", rows))
        if chosen is not None:
            self._stop, desk = Event(), self.desk
            since_seal = chosen == SINCE_SEAL
            self._say("Reading the seals; Esc stops")
            self.run_worker(lambda: self._verify(desk, since_seal), name="verifying", thread=True, exit_on_error=False)

    @property
    def _box(self) -> Field:
        return self.query_one("#log-words", Field)

    @property
    def _list(self) -> HotList:
        return self.query_one("#log-rows", HotList)

    def _entry(self) -> AuditRow:
        row = self._list.cursor_row
        if row is None or not isinstance(row.record, AuditRow):
            raise BadInput("There is no row under the cursor")
        return row.record

    def _of_customer(self) -> int:
        entry = self._entry()
        if entry.customer_id is None:
            raise BadInput(f"Row {entry.seq} concerns no customer")
        return entry.customer_id

    def _go(self, text: str) -> None:
        """Ask something else; Esc comes back from it."""
        self._before.append(self._asked_for)
        self._ask(text)
        self._list.focus(scroll_visible=False)

    def _ask(self, text: str) -> None:
        """Ask what a line says, from its newest row; that it was asked stands in the log."""
        self._question = log_search.parse(self.desk, text)
        self._asked_for = self._box.value = text
        self._read()
        self.desk.look("audit.viewed", detail={"found": len(self._rows)}, personal={"text": text} if text else {})

    def _ask_nothing(self, why: str) -> None:
        """No rows stand under words that mean nothing."""
        self._rows, self._last = [], None
        self._asked += 1
        self._list.show([])
        self._show_whole()
        self.key_line.show_right("")
        self._say(f"! Not asked: {why}")

    def _read(self) -> None:
        self._rows, self._last = [], None
        self._asked += 1
        self._take(log_search.page(self.desk, self._question, limit=A_PAGE), keep=False)
        self._show_whole()
        self._look_further(until=A_PAGE // 2)

    def _look_further(self, until: int = 0) -> None:
        """Go on where the last page ended until there are so many rows, or one more than now."""
        wanted = until or len(self._rows) + 1
        if self._last is not None and self._last.following is not None and len(self._rows) < wanted:
            self.run_worker(self._walk(self._asked, wanted), name="look further", exclusive=True, exit_on_error=False)

    async def _walk(self, asked: int, wanted: int) -> None:
        """Pages until enough is found, others having their turn between; another question ends it."""
        while self._last is not None and self._last.following and len(self._rows) < min(wanted, MOST_SHOWN):
            await asyncio.sleep(0)
            if asked != self._asked or not self.is_current:
                return
            with self.guard():
                self._take(log_search.page(self.desk, self._question, before=self._last.following, limit=A_PAGE))

    def _take(self, found: LogPage, *, keep: bool = True) -> None:
        self._last = found
        self._rows += self._as_rows(found.rows)
        self._list.show(list(self._rows), keep=keep)
        self._say_place()
        self._say_question()

    def _as_rows(self, entries: tuple[AuditRow, ...]) -> list[Row]:
        numbers = log_search.numbers_of(self.desk, entries)
        zone = self.desk.store.shop.time_zone
        return [
            log_row(entry, numbers.get(entry.customer_id or 0, ""), self.house.conventions, zone) for entry in entries
        ]

    def _show_whole(self) -> None:
        row = self._list.cursor_row
        conventions, zone = self.house.conventions, self.desk.store.shop.time_zone
        entry = row.record if row is not None and isinstance(row.record, AuditRow) else None
        self.query_one(Sheet).draw(
            lambda width: whole(entry, conventions, zone, width) if entry is not None else (), from_top=True
        )

    def _say_question(self) -> None:
        if self._stop is not None:
            return
        dot = " - " if self.house.conventions.ascii else " · "
        said = [harmless(name) for name in self._question.names] or [HOW]
        found = self._last
        if found is not None and found.following is not None and len(found.rows) < A_PAGE and found.looked_back_to:
            zone = self.desk.store.shop.time_zone
            said.append(f"back to {when(found.looked_back_to, self.house.conventions, zone).partition(' ')[0]}")
        self._say(dot.join(said))

    def _say(self, words: str) -> None:
        self.query_one("#log-said", Static).update(words)

    def _say_place(self) -> None:
        conventions, found = self.house.conventions, self._last
        if found is None:
            return
        place, count = conventions.count(self._list.place), conventions.count(len(self._rows))
        more = "+" if found.following is not None else ""
        self.key_line.show_right(f"{place} of {count}{more}" if self._rows else "" if more else "none")

    # Verifying, in the thread.

    def _verify(self, desk: Desk, since_seal: bool) -> None:
        tell, stop = self.app.call_from_thread, self._stop
        assert stop is not None
        store = desk.store.again()
        begun = told_at = monotonic()

        def told(done: int, of: int) -> None:
            nonlocal told_at
            if stop.is_set():
                raise Stopped
            if (now := monotonic()) - told_at >= SECONDS_BETWEEN_WORDS:
                told_at = now
                tell(self._say_progress, done, of, (now - begun) / max(1, done) * (of - done))

        try:
            found = audit_verify.verify(Desk(store, desk.staff, desk.terminal), since_seal=since_seal, told=told)
            tell(self._verified, found)
        except Stopped:
            tell(self._ended)
        except Exception as error:
            tell(self._ended)
            tell(self.house.failed, error)
        finally:
            store.close()

    def _say_progress(self, done: int, of: int, left: float) -> None:
        count = self.house.conventions.count
        self._say(f"{count(done)} of {count(of)} rows verified, {left:.0f} s left; Esc stops")

    def _ended(self) -> None:
        self._stop = None
        self._say_question()

    def _verified(self, found: Verified) -> None:
        self._ended()
        count = self.house.conventions.count
        after = f" after row {count(found.since)}" if found.since else ""
        sealed = f"{count(found.seals)} seals, up to row {count(found.sealed_to)}" if found.seals else "no seals yet"
        if found.holds:
            self._say(f"The log holds: {count(found.rows)} rows{after}; {sealed}")
        else:
            self._say("The log does not hold")
            self.start(self._tell_broken(found), name="broken")

    async def _tell_broken(self, found: Verified) -> None:
        """What does not hold, a line each; Enter goes to the row."""
        rows = [(f"row {one.seq}", harmless(one.why)) for one in found.broken[:MOST_NAMED]]
        rows += [(f"seal {one.number}", harmless(one.why)) for one in found.broken_seals[:MOST_NAMED]]
        more = len(found.broken) + len(found.broken_seals) - len(rows)
        said = f"{self.house.conventions.count(len(rows) + more)} places where the log does not hold:"
        chosen = await self.ask(Choose(said, rows))
        kind, _, seq = (chosen or "").partition(" ")
        if kind == "row" and int(seq) > 0:
            self._go(f"row:{seq}")
        if chosen is not None:
            self.house.notice(f"{dict(rows)[chosen]}.", "!")
