"""The Usage tab: every use of the customer's packages and every change of one, newest first."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from textual.app import ComposeResult

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import Conventions, harmless
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.dialogs.use_session import LONGEST_REMARKS, Use, UseSession
from bookkeeper_tui.screens.profile.package_drawing import event_lines, sessions_words, timer_words, what_of
from bookkeeper_tui.screens.profile.tab import ListTab
from bookkeeper_tui.screens.saving import save_as
from bookkeeper_tui.screens.typed_answers import named
from bookkeeper_tui.store import bookables, packages, services
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.packages import usage
from bookkeeper_tui.store.packages.usage import UsageEvent, UsageFilter
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Line, Piece
from bookkeeper_tui.widgets.sheet import Sheet

NOTHING_YET = ["Nothing was used yet. u uses a session; each use will stand here, and every change of one."]
NONE_SUCH = ["No use like that. Esc shows all again."]
EVERYTHING = UsageFilter()


class UsageTab(ListTab):
    """A list paged by key; below is the event under the cursor in full. `/` narrows it, Esc shows all again."""

    NAME = "usage"
    TITLE = "Usage"
    PERMISSION = "usage.viewed"
    SERVICES = True
    NEEDS = {"export": "export.usage"}

    def __init__(self) -> None:
        super().__init__()
        self._asked = EVERYTHING
        self._asked_words: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """What it is narrowed to, the events, and the one under the cursor."""
        yield Sheet(inset=1, id="usage-filter").taking_no_focus()
        yield HotList(
            [
                Column("When", 16),
                Column("What"),
                Column("n", 3, right=True),
                Column("Trainer", 13, from_width=50),
                Column("Resource", 12, from_width=80),
                Column("Package", 9, from_width=80),
            ],
            empty=NOTHING_YET,
        )
        yield Sheet(inset=1, id="usage-one").taking_no_focus()

    def load(self) -> None:
        """Everything, from the newest."""
        self._narrow(EVERYTHING, {})

    def reload(self) -> None:
        """The same again, where it stands."""
        self.hot_list.reload()
        self._draw()

    def moved(self) -> None:
        """The cursor moved: the event in full follows."""
        self._draw()

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: the receipt with which the package was bought."""
        event.stop()
        chosen = self._chosen()
        self.house.show("receipt", sale_id=packages.get(self.desk, chosen.package_id).sale_id)

    def handler(self, action_id: str) -> Callable[..., object] | None:
        """Esc shows all again before it leaves the profile."""
        if action_id == "back" and self._asked != EVERYTHING:
            return self.load
        return super().handler(action_id)

    # What may be done here.

    async def do_filter(self) -> None:
        """/: only one trainer, one service, some days."""
        asked = [
            AskedField("trainer", "Trainer", self._asked_words.get("trainer", ""), 60),
            AskedField("service", "Service", self._asked_words.get("service", ""), 60),
            AskedField("first", "From", self._asked_words.get("first", ""), 20),
            AskedField("last", "To", self._asked_words.get("last", ""), 20),
        ]
        answer = await self.profile.ask(AskFields("Which uses? An empty field is all of them", asked, self._filter_of))
        if answer is not None:
            self._narrow(*self._filter_of(answer))

    async def do_cancel_use(self) -> None:
        """c: the session was not given: it can be used again."""
        event = self._use("cancelled")
        many = sessions_words(event.sessions, self.conventions)
        back = f"{many} of {event.package} {'is' if event.sessions == 1 else 'are'} given back"

        def act(answer: Mapping[str, str]) -> object:
            return packages.restore(self.desk, event.id, answer["reason"])

        asked = [AskedField("reason", "Reason", "", LONGEST_REMARKS)]
        question = f"Cancel the use of {self.conventions.instant(event.at, self.time_zone)}? {back}"
        if await self.profile.ask(AskFields(question, asked, act)) is not None:
            self.reload()
            self.house.notice(f"{back}.")

    async def do_change_use(self) -> None:
        """h: another trainer, resource, time or remark."""
        event = self._use("changed")
        package = packages.get(self.desk, event.package_id)

        def save(use: Use) -> None:
            packages.change_use(
                self.desk, event.id, trainer_id=use.trainer_id, resource_id=use.resource_id,
                service_id=use.service_id, at=use.at, remarks=use.remarks,
            )  # fmt: skip

        start = Use(event.sessions, event.service_id, event.trainer_id, event.resource_id, event.at, event.remarks)
        question = f"What was it really? {sessions_words(event.sessions, self.conventions)} of {event.package}"
        fixed = package.service_id is not None
        dialog = UseSession(question, start, save, service_fixed=fixed, anew=True)
        if await self.profile.ask(dialog) is not None:
            self.reload()
            self.house.notice("The use was changed; what was said before stays in the log.")

    def do_start_timer(self) -> None:
        """s: the timer of the session under the cursor."""
        from bookkeeper_tui.store import timers

        timer = timers.start(self.desk, event_id=self._use("timed").id)
        self.house.notice(timer_words(timer.ends_at, self.time_zone))

    async def do_export(self) -> None:
        """x: what is listed, as a file."""
        from bookkeeper_tui.paper.packages import save_usage
        from bookkeeper_tui.paper.reports import FORMATS

        self.desk.require("export.usage")
        start = f"usage-{self.customer.number}.csv"
        await save_as(
            self.profile, start, FORMATS, lambda name: save_usage(self.desk, name, self.customer.id, self._asked)
        )

    # Reading and drawing.

    def _chosen(self) -> UsageEvent:
        row = self.hot_list.cursor_row
        if row is None or not isinstance(row.record, UsageEvent):
            raise BadInput("There is no use here: u uses a session")
        return row.record

    def _use(self, what: str) -> UsageEvent:
        """The use under the cursor. Raises BadInput where something else stands there, or it was cancelled."""
        event = self._chosen()
        if event.sessions <= 0:
            raise BadInput(f"Only a use can be {what}, and this is none: go to the use itself")
        if event.is_restored:
            raise BadInput("This use was cancelled already")
        return event

    def _narrow(self, asked: UsageFilter, words: Mapping[str, str]) -> None:
        self._asked, self._asked_words = asked, dict(words)
        self.query_one("#usage-filter").display = asked != EVERYTHING
        self.hot_list.set_empty(NOTHING_YET if asked == EVERYTHING else NONE_SUCH)
        self.hot_list.read(UsageRows(self.desk, self.customer.id, self.conventions, self.time_zone, asked))
        self._draw()

    def _filter_of(self, answer: Mapping[str, str]) -> tuple[UsageFilter, dict[str, str]]:
        """What was filled in, and how it is said. Raises BadInput for a name or a day that is none."""
        read_date = self.conventions.read_date
        trainers = bookables.list_bookables(self.desk, "trainer", also_left=True)
        trainer = named(trainers, answer["trainer"], "Trainer")
        service = named(services.list_services(self.desk, also_retired=True), answer["service"], "Service")
        first, last = read_date(answer["first"], "From"), read_date(answer["last"], "To")
        if first and last and last < first:
            raise BadInput("To: the last day is before the first")
        asked = UsageFilter(
            trainer=trainer.id if trainer is not None else None,
            service=service.id if service is not None else None,
            first=first,
            last=last,
        )
        words = {
            "trainer": trainer.name if trainer is not None else "",
            "service": service.name if service is not None else "",
            "first": self.conventions.date(first) if first else "",
            "last": self.conventions.date(last) if last else "",
        }
        return asked, words

    def _draw(self) -> None:
        row, words = self.hot_list.cursor_row, self._asked_words
        event = row.record if row is not None and isinstance(row.record, UsageEvent) else None

        def head(width: int) -> list[Line]:
            days = " to ".join(filter(None, (words.get("first", ""), words.get("last", ""))))
            since = "from " if words.get("first") else "up to "
            said = ", ".join(filter(None, (words.get("trainer"), words.get("service"), since + days if days else "")))
            return [(Piece(f"Only {harmless(said)}", "strong"), Piece("   Esc shows all", "quiet"))]

        def drawing(width: int) -> list[Line]:
            return event_lines(event, self.conventions, self.time_zone, width) if event is not None else []

        self.query_one("#usage-filter", Sheet).draw(head)
        self.query_one("#usage-one", Sheet).draw(drawing)


@dataclass(frozen=True)
class UsageRows:
    """One customer's usage log, newest first, by the event's id."""

    desk: Desk
    customer_id: int
    conventions: Conventions
    time_zone: str
    asked: UsageFilter

    def total(self) -> int:
        """How many events there are."""
        return usage.count(self.desk, self.customer_id, self.asked)

    def after(self, key: Hashable | None, limit: int, including: bool = False) -> Sequence[Row]:
        """Older ones."""
        before = None if key is None else cast(int, key) + including
        found = usage.page(self.desk, self.customer_id, self.asked, before=before, limit=limit)
        return [self._row(event) for event in found]

    def before(self, key: Hashable | None, limit: int) -> Sequence[Row]:
        """Newer ones."""
        after = 0 if key is None else cast(int, key)
        found = usage.newer(self.desk, self.customer_id, self.asked, after=after, limit=limit)
        return [self._row(event) for event in found]

    def _row(self, event: UsageEvent) -> Row:
        cells = (
            self.conventions.instant(event.at, self.time_zone),
            what_of(event),
            self.conventions.count(event.sessions) if event.sessions else "",
            event.trainer,
            event.resource,
            event.package,
        )
        return Row(event.id, cells, ("quiet",) if event.is_restored else (), record=event)
