"""Customers who may be one: the likeliest pairs first, side by side, to be merged or judged to be two."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from time import monotonic

from textual.app import ComposeResult
from textual.widgets import Static

from bookkeeper_tui.formats import fit, harmless
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import duplicate_review
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.duplicate_review import DIFFERENT, NEW, Found, Pair, Person
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Line, Piece
from bookkeeper_tui.widgets.sheet import Sheet

MOST = 500
SECONDS_BETWEEN_WORDS = 0.5
BAR_WIDTH = 16
NEVER = ("Nobody has looked for pairs yet.", "", "F5 looks at all customers for those who may be one.")
NONE_LEFT = ("No pair waits to be judged.", "", "F5 looks at all customers again; j shows those judged to be two.")
NONE_JUDGED = ("No pair was judged to be two.", "", "j goes back to those that wait.")
_LABELS = ("Name", "Number", "Company", "Phone", "E-mail", "Born", "Street", "City", "Visits", "Spend", "Last", "Since")
_LABEL = 8


Told = Callable[[int, int], None]


class Stopped(Exception):
    """Esc was pressed while looking for pairs."""


class DuplicatesScreen(HouseScreen):
    """The pairs above, the one under the cursor side by side below. Looking for pairs runs in a thread."""

    NAME = "duplicates"
    TITLE_WORDS = "Duplicates"
    CSS_PATH = "duplicates.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._state = NEW
        self._stop: Event | None = None
        self._looked_at: set[tuple[int, int]] = set()

    def body(self) -> ComposeResult:
        """What is shown, the pairs, the two beside one another."""
        yield Static("", id="duplicates-said", markup=False)
        yield HotList(
            [
                Column("Sure", 4, right=True), Column("Customer"), Column("Number", 9, from_width=90),
                Column("May be"), Column("Number", 9, from_width=90), Column("Why", 24),
            ],
            id="duplicates-pairs",
        )  # fmt: skip
        yield Sheet(inset=1, id="duplicates-both").taking_no_focus()

    def arrive(self, **what: object) -> None:
        """Those that wait to be judged."""
        self._read()
        self._list.focus(scroll_visible=False)

    def store_changed(self, change: StoreChanged) -> None:
        """A pair was judged or merged at another terminal."""
        if self._stop is None and (
            change.everything or change.actions & {"duplicates.judged", "customer.merged", "customer.unmerged"}
        ):
            self._read()

    def do_refresh(self) -> None:
        """Look at all customers, in a thread with a connection of its own."""
        if self._stop is not None:
            return
        self.desk.require("duplicates.found")
        self._stop, desk = Event(), self.desk
        self._say("Begun; Esc stops")
        self.run_worker(lambda: self._work(desk), name="looking", thread=True, exit_on_error=False)

    def do_back(self) -> None:
        """Esc stops looking, then goes back to those that wait, then away."""
        if self._stop is not None:
            self._stop.set()
            self._say("Stopping…" if not self.house.conventions.ascii else "Stopping...")
        elif self._state != NEW:
            self.do_judged()
        else:
            self.house.go_back()

    def do_merge(self) -> None:
        """Go where the two are merged field by field."""
        pair = self._pair
        if pair is not None:
            first, second = pair.first, pair.second
            # Whoever was here more often stays; else who was known first.
            stays, goes = (first, second) if first.visits >= second.visits else (second, first)
            self.house.show("merge", from_id=goes.customer_id, into_id=stays.customer_id)

    def do_different(self) -> None:
        """They are two: the pair leaves the list, and is not found again."""
        pair = self._pair
        if pair is not None:
            state = DIFFERENT if self._state == NEW else NEW
            duplicate_review.judge(self.desk, pair.first.customer_id, pair.second.customer_id, state)
            self._read()
            words = "are two" if state == DIFFERENT else "wait to be judged again"
            self.house.notice(f"{pair.first.number} and {pair.second.number} {words}.")

    def do_judged(self) -> None:
        """Show those judged to be two, or again those that wait."""
        self._state = DIFFERENT if self._state == NEW else NEW
        self._read()

    def do_first_profile(self) -> None:
        """Open the profile of the pair's first customer."""
        if self._pair is not None:
            self.house.show("profile", customer_id=self._pair.first.customer_id)

    def do_second_profile(self) -> None:
        """Open the profile of the second."""
        if self._pair is not None:
            self.house.show("profile", customer_id=self._pair.second.customer_id)

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: merge them."""
        event.stop()
        with self.guard():
            self.desk.require("customer.merged")
            self.do_merge()

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """Another pair: show both."""
        event.stop()
        self._show_both()

    # Looking, in the thread.

    def _work(self, desk: Desk) -> None:
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
                tell(self._say_progress, done, of, now - begun)

        try:
            found = duplicate_review.find(desk.over(store), told)
            tell(self._ended, found)
        except Stopped:
            tell(self._ended, None)
        except Exception as error:
            tell(self._ended, None)
            tell(self.house.failed, error)
        finally:
            store.close()

    def _say_progress(self, done: int, of: int, seconds: float) -> None:
        conventions = self.house.conventions
        if done >= of:
            self._say(f"Comparing those who have something in common, {seconds:.0f} s so far; Esc stops")
            return
        full, empty = ("#", ".") if conventions.ascii else ("█", "─")
        bar = (full * (BAR_WIDTH * done // max(1, of))).ljust(BAR_WIDTH, empty)
        self._say(f"{bar} {conventions.count(done)} of {conventions.count(of)} customers, {seconds:.0f} s; Esc stops")

    def _ended(self, found: Found | None) -> None:
        self._stop = None
        self._read()
        if found is None:
            self._say("Stopped. F5 looks again.")
        else:
            count = self.house.conventions.count
            self._say(
                f"{count(found.customers)} customers looked at: {count(found.pairs)} pairs, {count(found.new)} new"
            )

    # Showing.

    @property
    def _list(self) -> HotList:
        return self.query_one("#duplicates-pairs", HotList)

    @property
    def _pair(self) -> Pair | None:
        row = self._list.cursor_row
        return row.record if row is not None and isinstance(row.record, Pair) else None

    def _read(self) -> None:
        found = duplicate_review.pairs(self.desk, self._state, limit=MOST)
        conventions, last = self.house.conventions, duplicate_review.last_found(self.desk)
        if self._state == NEW:
            self._list.set_empty(NONE_LEFT if last else NEVER)
            when = conventions.instant(last, self.desk.store.shop.time_zone) if last else "never"
            self._say(f"Pairs that may be one customer. Looked for: {when}; F5 looks again")
        else:
            self._list.set_empty(NONE_JUDGED)
            self._say("Pairs judged to be two. d lets one wait again, j goes back")
        self._list.show([self._row(pair) for pair in found], keep=True)
        self._show_both()

    def _row(self, pair: Pair) -> Row:
        one, other = pair.first, pair.second
        cells = (str(pair.score), one.name, one.number, other.name, other.number, pair.why)
        return Row(pair.key[1:], cells, (), pair)

    def _say(self, words: str) -> None:
        self.query_one("#duplicates-said", Static).update(words)

    def _show_both(self) -> None:
        listed, count = self._list, self.house.conventions.count
        more = " or more" if listed.total >= MOST else ""
        self.key_line.show_right(f"{count(listed.place)} of {count(listed.total)}{more}" if listed.total else "")
        pair = self._pair
        if pair is not None:
            self._record_look(pair)
        self.query_one(Sheet).draw(lambda width: self._both(pair, width) if pair is not None else ())

    def _record_look(self, pair: Pair) -> None:
        """That both were looked at stands in the log before they are shown, once for each who is signed in."""
        for person in (pair.first, pair.second):
            look = (self.desk.since, person.customer_id)
            if look not in self._looked_at:
                self._looked_at.add(look)
                self.desk.look("duplicates.viewed", subject=person.number, customer_id=person.customer_id)

    def _both(self, pair: Pair, width: int) -> list[Line]:
        """Both customers, line by line; what is the same on both is marked."""
        half = max(8, (width - _LABEL - 5) // 2)
        lines: list[Line] = [(Piece(f"{pair.why}: {pair.score} of 100", "strong"),)]
        for label, one, other in zip(_LABELS, self._cells(pair.first), self._cells(pair.second), strict=True):
            if one or other:
                mark = "=" if one and one.casefold() == other.casefold() else " "
                words = f"{fit(harmless(one), half)} {mark} {fit(harmless(other), half)}"
                lines.append(
                    (Piece(f"{label:<{_LABEL}} ", "quiet"), Piece(words, "strong" if mark == "=" else "plain"))
                )
        return lines

    def _cells(self, person: Person) -> tuple[str, ...]:
        conventions, zone = self.house.conventions, self.desk.store.shop.time_zone
        last, since = (conventions.day(at, zone) if at else "" for at in (person.last_at, person.created_at))
        return (
            person.name, person.number, person.company, person.phone, person.email, person.born, person.street,
            person.city, conventions.count(person.visits), conventions.amount(person.spend), last, since,
        )  # fmt: skip
