"""The Module Snapshot: profile update latency, data accuracy rate and transaction link success, each measured now."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from threading import Event
from time import monotonic
from typing import NamedTuple

from textual.app import ComposeResult
from textual.widgets import Static

from bookkeeper_tui.errors import BookkeeperError
from bookkeeper_tui.formats import Conventions
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import customers, proof, receipts
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.proof import Latency, Rate
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

LATENCY, ACCURACY, LINKS = "latency", "accuracy", "links"
TITLES = {
    LATENCY: "Profile update latency",
    ACCURACY: "Data accuracy rate",
    LINKS: "Transaction link success",
}
OF_WHAT = {LATENCY: "changes seen", ACCURACY: "customers", LINKS: "sales"}
SECONDS_BETWEEN_WORDS = 0.5
BAR_WIDTH = 16
MEASURED = "F5 measures again. Enter on a figure shows the rows that fail."


class Stopped(Exception):
    """Esc was pressed while measuring."""


class Measured(NamedTuple):
    """One figure: its value in words, of how many, and the ids that fail."""

    value: str
    of: int
    failing: tuple[int | str, ...] = ()
    failing_total: int = 0


class SnapshotScreen(HouseScreen):
    """Three figures above, the failing rows of the one under the cursor below; Enter goes down, and opens."""

    NAME = "snapshot"
    TITLE_WORDS = "Module Snapshot"
    CSS_PATH = "snapshot.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._measured: dict[str, Measured] = {}
        self._shown_failing = ""
        self._stop: Event | None = None

    def body(self) -> ComposeResult:
        """Figures, the line that says what is going on, failing rows."""
        yield HotList(
            [
                Column("Module Snapshot"),
                Column("Measured", 20, right=True),
                Column("Of", 10, right=True),
                Column("", 12, from_width=72),
                Column("Failing", 7, right=True),
            ],
            id="measures",
        )
        yield Static("", id="progress", markup=False)
        yield HotList(
            [Column("Failing", 12), Column("Who or when"), Column("Amount", 14, right=True)],
            id="failing",
        )

    def arrive(self, **what: object) -> None:
        """Measure, unless it was done already: then F5 does it again."""
        self._measures.focus(scroll_visible=False)
        if not self._measured and self._stop is None:
            self.do_refresh()
        self._show()

    def do_refresh(self) -> None:
        """Measure all three, in a thread with a connection of its own, so that the console stays awake."""
        if self._stop is not None:
            return
        self.desk.look("verify.run", subject="snapshot")
        self._stop = Event()
        self._measured.clear()
        self._show()
        desk = self.desk
        self.run_worker(lambda: self._work(desk), name="measuring", thread=True, exit_on_error=False)

    def do_back(self) -> None:
        """Esc stops measuring, then leaves the failing rows, then the screen."""
        if self._stop is not None:
            self._stop.set()
            self._say("Stopping…" if not self.house.conventions.ascii else "Stopping...")
        elif self._failing.has_focus:
            self._measures.focus(scroll_visible=False)
        else:
            self.house.go_back()

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: from a figure to its failing rows, from a failing row to the customer or the sale."""
        event.stop()
        if event.hot_list is self._measures:
            if self._failing.total:
                self._failing.focus(scroll_visible=False)
        elif self._shown_failing == ACCURACY:
            self.house.show("profile", customer_id=event.key)
        else:
            self.house.show("receipt", sale_id=event.key)

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """The cursor is on another figure: show what fails of it."""
        event.stop()
        if event.hot_list is self._measures:
            with self.guard():
                self._show_failing()

    @property
    def _measures(self) -> HotList:
        return self.query_one("#measures", HotList)

    @property
    def _failing(self) -> HotList:
        return self.query_one("#failing", HotList)

    def _say(self, words: str) -> None:
        self.query_one("#progress", Static).update(words)

    # Measuring, in the thread.

    def _work(self, desk: Desk) -> None:
        tell = self.app.call_from_thread
        stop = self._stop
        assert stop is not None
        store = desk.store.again()
        begun = told_at = monotonic()

        def told(compared: int, of: int) -> None:
            nonlocal told_at
            if stop.is_set():
                raise Stopped
            if (now := monotonic()) - told_at >= SECONDS_BETWEEN_WORDS:
                told_at = now
                left = (now - begun) / compared * (of - compared) if compared else 0.0
                tell(self._say_progress, compared, of, left)

        try:
            own = Desk(store, desk.staff, desk.terminal)
            tell(self._put, LATENCY, _latency_words(proof.latency(own), self.house.conventions))
            tell(self._say, "Counting the sales that have their entry; Esc stops")
            tell(self._put, LINKS, _rate_words(proof.links(own), self.house.conventions))
            told(0, 1)
            begun = monotonic()
            tell(self._put, ACCURACY, _rate_words(proof.accuracy(own, told), self.house.conventions))
            tell(self._ended, MEASURED)
        except Stopped:
            tell(self._ended, "Stopped. F5 measures again.")
        except Exception as error:
            tell(self._failed, error)
        finally:
            store.close()

    def _say_progress(self, compared: int, of: int, left: float) -> None:
        conventions = self.house.conventions
        full, empty = ("#", ".") if conventions.ascii else ("█", "─")
        done = BAR_WIDTH * compared // max(1, of)
        bar = full * done + empty * (BAR_WIDTH - done)
        far = f"{conventions.count(compared)} of {conventions.count(of)} customers"
        self._say(f"{bar} {far}, {left:.0f} s left; Esc stops")

    def _put(self, name: str, measured: Measured) -> None:
        self._measured[name] = measured
        self._show()

    def _ended(self, words: str) -> None:
        self._stop = None
        self._say(words)
        self._show()

    def _failed(self, error: Exception) -> None:
        self._ended("Not measured. F5 tries again.")
        self.house.failed(error)

    # Showing.

    def _show(self) -> None:
        count, running = self.house.conventions.count, self._stop is not None
        rows = []
        for name, title in TITLES.items():
            measured = self._measured.get(name)
            if measured is None:
                rows.append(Row(name, (title, "measuring" if running else "not measured", "", "", ""), ("quiet",)))
                continue
            failing = count(measured.failing_total) if name != LATENCY else ""
            cells = (title, measured.value, count(measured.of), OF_WHAT[name], failing)
            rows.append(Row(name, cells, ("bad",) if measured.failing_total else ()))
        self._measures.show(rows, keep=True)
        self._show_failing()

    def _show_failing(self) -> None:
        name = str(self._measures.cursor_key or LATENCY)
        measured = self._measured.get(name)
        self._shown_failing = name
        self._failing.set_empty([_nothing_fails(name, measured)])
        ids = measured.failing if measured else ()
        self._failing.read(FailingRows(self.desk, name, ids, self.house.conventions))


@dataclass(frozen=True)
class FailingRows:
    """Failing ids as rows; only those in sight are looked up."""

    desk: Desk
    name: str
    ids: Sequence[int | str]
    conventions: Conventions

    def total(self) -> int:
        """How many ids there are."""
        return len(self.ids)

    def after(self, key: Hashable | None, limit: int, including: bool = False) -> Sequence[Row]:
        """The rows that follow."""
        start = 0 if key is None else self._place(key) + (0 if including else 1)
        return [self._row(one) for one in self.ids[start : start + limit]]

    def before(self, key: Hashable | None, limit: int) -> Sequence[Row]:
        """The rows that precede."""
        end = len(self.ids) if key is None else self._place(key)
        return [self._row(one) for one in self.ids[max(0, end - limit) : end]]

    def _place(self, key: Hashable) -> int:
        return self.ids.index(key) if key in self.ids else len(self.ids)

    def _row(self, one: int | str) -> Row:
        try:
            if self.name == ACCURACY:
                customer = customers.get(self.desk, int(one))
                return Row(one, (customer.number, customer.name, ""))
            sale = receipts.receipt(self.desk, int(one))
        except BookkeeperError as error:
            return Row(one, (str(one), str(error), ""), ("bad",))
        when = f"{self.conventions.date(sale.business_date)}  {sale.customer_name}"
        return Row(one, (sale.number, when, self.conventions.amount(sale.total)))


def _latency_words(latency: Latency | None, conventions: Conventions) -> Measured:
    if latency is None:
        return Measured("none seen yet", 0)
    words = f"{_milliseconds(latency.p50)}, p95 {_milliseconds(latency.p95)}"
    return Measured(words.replace(".", conventions.decimal), latency.measured)


def _milliseconds(microseconds: int) -> str:
    return f"{microseconds / 1000:.1f} ms" if microseconds < 100_000 else f"{microseconds / 1_000_000:.1f} s"


def _rate_words(rate: Rate, conventions: Conventions) -> Measured:
    percent = str(rate.percent).replace(".", conventions.decimal)
    return Measured(f"{percent} %", rate.of, rate.failing, rate.of - rate.right)


def _nothing_fails(name: str, measured: Measured | None) -> str:
    if name == LATENCY:
        return (
            "From a change at one console to its paint at another: open one customer at two consoles and change them "
            "at one. Nothing can fail here."
        )
    if measured is None:
        return "Rows that fail will stand here, and Enter opens them."
    return "Nothing fails: every row agrees with the ledger." if not measured.failing_total else ""
