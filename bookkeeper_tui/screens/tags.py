"""Setup's tags: those in use and how many customers have each; renamed, joined or removed for everybody at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from threading import Event
from time import monotonic

from textual.app import ComposeResult
from textual.widgets import Static

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.kept_list import KeptList
from bookkeeper_tui.store import tags
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.tags import TagUse
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

SECONDS_BETWEEN_WORDS = 0.5
BAR_WIDTH = 16
_NONE_YET = ("No customer has a tag yet. Tags are typed into a customer's form: vip, allergic to nuts, press.",)

Work = Callable[[Desk], Iterator[int]]


class TagsScreen(KeptList):
    """A list; Enter renames the tag under the cursor. What takes long goes on in a thread, and Esc stops it."""

    NAME = "tags"
    NEEDS = dict.fromkeys(("change", "remove"), "tag.edited")
    TITLE_WORDS = "Setup: tags"
    CSS_PATH = "tags.tcss"
    CHANGES = frozenset({"tag.edited", "customer.edited", "customer.created"})

    def __init__(self) -> None:
        super().__init__()
        self._stop: Event | None = None

    def body(self) -> ComposeResult:
        """The list, and the line that says how far the work is."""
        yield HotList([Column("Tag"), Column("Customers", 12, right=True)], empty=_NONE_YET, id="tags")
        yield Static("", id="tags-progress", markup=False)

    def read(self) -> None:
        """Read the tags anew; not while they are being changed, a few customers at a time."""
        if self._stop is None:
            count = self.house.conventions.count
            self.listed.show(
                [Row(use.tag, (use.tag, count(use.customers)), (), use) for use in self._found()], keep=True
            )

    async def do_change(self) -> None:
        """Rename the tag under the cursor."""
        use = self._must_be_one()
        names: list[str] = []

        def check(answer: Mapping[str, str]) -> None:
            tags.rename(self.desk, use.tag, answer["name"])
            names.append(tags.checked(answer["name"]))

        question = f"The tag “{harmless(use.tag)}” of {self._whose(use)}: what shall it be called?"
        fields = [AskedField("name", "Tag", use.tag, tags.LONGEST)]
        if await self.ask(AskFields(question, fields, check=check)) is not None:
            self._begin(use, names[-1], lambda desk: tags.rename(desk, use.tag, names[-1]))

    async def do_join_tags(self) -> None:
        """Join the tag under the cursor with another."""
        use = self._must_be_one()
        others = [(one.tag, harmless(one.tag)) for one in self._found() if one.tag != use.tag]
        if not others:
            raise BadInput(f"There is no other tag that “{harmless(use.tag)}” could be joined with")
        into = await self.ask(Choose(f"Who has “{harmless(use.tag)}” shall have which tag instead?", others))
        if into is not None and await self.ask(
            Confirm(
                f"“{harmless(use.tag)}” becomes “{harmless(into)}” for {self._whose(use)}?", yes="Join", no="Keep both"
            )
        ):
            self._begin(use, into, lambda desk: tags.join(desk, use.tag, into))

    async def do_remove(self) -> None:
        """Take the tag under the cursor from everybody."""
        use = self._must_be_one()
        question = f"Take “{harmless(use.tag)}” from {self._whose(use)}?"
        if await self.ask(Confirm(question, yes="Take it away", no="Keep")):
            self._begin(use, "", lambda desk: tags.remove(desk, use.tag))

    def do_back(self) -> None:
        """Esc stops the work, then leaves."""
        if self._stop is None:
            self.house.go_back()
        else:
            self._stop.set()
            self._say("Stopping…" if not self.house.conventions.ascii else "Stopping...")

    def unsaved(self) -> str:
        """Work that goes on would end."""
        return "the change of a tag, which goes on" if self._stop is not None else ""

    def on_unmount(self) -> None:
        """Signed out: the work ends with the few customers at hand."""
        if self._stop is not None:
            self._stop.set()

    # The work, in a thread with a connection of its own.

    def _begin(self, use: TagUse, select: str, work: Work) -> None:
        self._stop = Event()
        self._say_progress(0, use.customers, 0.0)
        desk, stop = self.desk, self._stop
        self.run_worker(
            lambda: self._work(desk, stop, use, select, work), name="tags", thread=True, exit_on_error=False
        )

    def _work(self, desk: Desk, stop: Event, use: TagUse, select: str, work: Work) -> None:
        tell, begun, told_at = self.app.call_from_thread, monotonic(), monotonic()
        store, done = desk.store.again(), 0
        try:
            for done in work(Desk(store, desk.staff, desk.terminal)):
                if stop.is_set():
                    break
                if (now := monotonic()) - told_at >= SECONDS_BETWEEN_WORDS:
                    told_at = now
                    tell(self._say_progress, done, use.customers, (now - begun) / done * (use.customers - done))
        except Exception as error:
            tell(self._ended, "", select)
            tell(self.house.failed, error)
        else:
            many = self.house.conventions.count(done)
            words = f"{many} customer{'s'[: done != 1]} changed."
            tell(self._ended, f"{words} Stopped: the others keep the tag." if stop.is_set() else words, select)
        finally:
            store.close()

    def _say_progress(self, done: int, of: int, left: float) -> None:
        conventions = self.house.conventions
        full, empty = ("#", ".") if conventions.ascii else ("█", "─")
        length = BAR_WIDTH * min(done, of) // max(1, of)
        bar = full * length + empty * (BAR_WIDTH - length)
        self._say(f"{bar} {conventions.count(done)} of {conventions.count(of)} customers, {left:.0f} s left; Esc stops")

    def _ended(self, words: str, select: str) -> None:
        self._stop = None
        if not self.is_attached:
            return
        self._say(words)
        self.read()
        self.listed.select(select)

    def _say(self, words: str) -> None:
        self.query_one("#tags-progress", Static).update(words)

    def _found(self) -> list[TagUse]:
        return tags.list_tags(self.desk)

    def _whose(self, use: TagUse) -> str:
        return f"{self.house.conventions.count(use.customers)} customer{'s'[: use.customers != 1]}"

    def _must_be_one(self) -> TagUse:
        if self._stop is not None:
            raise BadInput("Another tag is still being changed: wait for it, or stop it with Esc")
        row = self.listed.cursor_row
        if row is None or not isinstance(row.record, TagUse):
            raise BadInput("There is no tag here yet")
        return row.record
