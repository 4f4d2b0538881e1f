"""The search screen: one box that always has the focus, and under it whoever answers to what is typed."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import Input, Static

from bookkeeper_tui.formats import mask_email, mask_phone
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import member_cards, search
from bookkeeper_tui.store.search import Answer, Hit, Mistake
from bookkeeper_tui.widgets.field import Field
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

HITS = 50
# A search is in the audit log once it has stood so long, or was used: not for every letter of it.
SETTLED_SECONDS = 1.0
_SURE = ("card", "number")
_EMPTY_BOX = (
    "The customers of your shift will be here.",
    "Type a name, a phone number's last digits, an e-mail, a card, a receipt or a customer number.",
    "Filters may stand beside words: spend>500 last<30d tag:vip city:leeds visits>=10",
)
_NOBODY = ("Nobody answers to that.",)


class SearchScreen(HouseScreen):
    """Typing searches at once; arrows walk the hits while the box keeps the focus; Enter opens."""

    NAME = "search"
    TITLE_WORDS = "Find a customer"
    CSS_PATH = "search.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._hits: dict[int, Hit] = {}
        self._answer: Answer | None = None
        self._recorded = ""
        self._settling: Timer | None = None

    def body(self) -> ComposeResult:
        with Horizontal(id="box-line"):
            yield Static("Find", id="box-label", markup=False)
            yield Field(id="box", most=10_000)
        yield Static("", id="mistake", markup=False)
        hits = HotList(
            [
                Column("Name"), Column("Number", 9), Column("Phone", 13), Column("Why", 18),
                Column("City", 14, from_width=100), Column("Last", 10, from_width=100),
                Column("Owes", 10, right=True, from_width=76),
            ],
            empty=_EMPTY_BOX,
            id="hits",
        )  # fmt: skip
        hits.can_focus = False
        yield hits

    @property
    def box(self) -> Field:
        """Where one types."""
        return self.query_one("#box", Field)

    @property
    def hits(self) -> HotList:
        """Who was found."""
        return self.query_one("#hits", HotList)

    def on_mount(self) -> None:
        """The box has the focus, and nothing else ever gets it."""
        self.set_focus(self.box)
        self._search()

    def arrive(self, text: str | None = None, scanned: str = "", **what: object) -> None:
        """Begin with a text, or open whose card was scanned; what was typed before is overwritten by typing."""
        self.set_focus(self.box)
        if scanned:
            if not self.scanned(scanned):
                self._set(scanned)
                self.house.notice(f"No customer has the card or number “{scanned}”.", "!")
        elif text is not None:
            self._set(text)
        elif self.box.value:
            self.box.action_select_all()

    def seen(self) -> None:
        """The shift's customers are others after each visit."""
        if not self.box.value:
            self._search(keep=True)

    def store_changed(self, change: StoreChanged) -> None:
        """Search again; the cursor stays on its customer."""
        self._search(keep=True)

    def unsaved(self) -> str:
        """A search is never lost."""
        return ""

    def scanned(self, code: str) -> bool:
        """Open the customer whose card or number it is, whatever else stands in the box. False: it was typing."""
        holder = member_cards.whose(self.desk, code)
        if holder is not None:
            self._set(code)
            self._open(holder.customer_id, card=code)
            return True
        answer = search.search(self.desk, code, limit=2)
        sure = [hit for hit in answer.hits if any(word in hit.why.lower() for word in _SURE)]
        if len(sure) == 1:
            self._set(code)
            self._open(sure[0].customer_id)
            return True
        return False

    def on_input_changed(self, event: Input.Changed) -> None:
        """A letter more or less: search at once, unless more letters are waiting."""
        event.stop()
        if event.value == self.box.value:
            with self.guard():
                self._search()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter opens the hit under the cursor."""
        event.stop()
        key = self.hits.cursor_key
        if isinstance(key, int):
            with self.guard():
                self._open(key)

    def on_key(self, event: events.Key) -> None:
        """Arrows and pages walk the hits while the box keeps the focus."""
        if self.hits.walk(event.key):
            event.stop()
            self._say_place()

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """Say how many were found, and where the cursor is."""
        event.stop()
        self._say_place()

    def do_back(self) -> None:
        """Esc empties the box."""
        self._set("")

    def do_new(self) -> None:
        """F4: what was typed becomes the new customer's name or phone."""
        self._settled()
        self.house.show("customer_form", typed=self.box.value if not self._hits or not self.box.value else "")

    def _set(self, text: str) -> None:
        box = self.box
        if box.value != text:
            with box.prevent(Input.Changed):
                box.value = text
        box.cursor_position = len(text)
        self._search()

    def _open(self, customer_id: int, card: str = "") -> None:
        self._settled()
        self.house.show("profile", customer_id=customer_id, card=card)

    def _search(self, *, keep: bool = False) -> None:
        text = self.box.value
        if text.strip():
            answer = search.search(self.desk, text, limit=HITS)
            hits, mistakes = list(answer.hits), list(answer.mistakes)
            self._answer = answer
            self._settle_later()
        else:
            self._answer, mistakes = None, []
            hits = list(search.recent(self.desk, HITS))
        self._hits = {hit.customer_id: hit for hit in hits}
        self.hits.set_empty(self._empty_words(text.strip()))
        self.hits.show([self._row(hit) for hit in hits], keep=keep)
        self._say_mistake(mistakes)
        self._say_place()

    def _empty_words(self, typed: str) -> tuple[str, ...]:
        """What is said where nobody is shown; F4 only to those who may."""
        begins = "F4 starts a new customer with what you typed." if typed else "F4 starts a new customer."
        return (*(_NOBODY if typed else _EMPTY_BOX), *([begins] if self.house.may("customer.created") else ()))

    def _row(self, hit: Hit) -> Row:
        conventions, mark = self.house.conventions, "*" if self.house.ascii_only else "•"
        contact = mask_phone(hit.phone, mark) if hit.phone else mask_email(hit.email, mark)
        last = conventions.day(hit.last_at, self.desk.store.shop.time_zone)
        owes = conventions.amount(hit.owes) if hit.owes else ""
        return Row(hit.customer_id, (hit.name, hit.number, contact, hit.why, hit.city, last, owes))

    def _say_mistake(self, mistakes: list[Mistake]) -> None:
        """The first filter that does not parse, told under the place where it stands."""
        said = ""
        if mistakes:
            first = mistakes[0]
            mark = "^" * max(1, min(first.end - first.start, 20))
            said = f"{' ' * min(first.start, 30)}{mark} {first.sentence}"
        line = self.query_one("#mistake", Static)
        if line.content != said:
            line.update(said)

    def _say_place(self) -> None:
        hits, answer, count = self.hits, self._answer, self.house.conventions.count
        if not hits.total:
            self.key_line.show_right("nobody" if answer is not None else "")
        elif answer is None:
            self.key_line.show_right(f"{count(hits.place)} of {count(hits.total)} this shift")
        elif answer.total_known is not None:
            self.key_line.show_right(f"{count(hits.place)} of {count(answer.total_known)}")
        else:
            self.key_line.show_right(f"{count(hits.place)} of {count(hits.total)}{' or more' if answer.cut else ''}")

    def _settle_later(self) -> None:
        if self._settling is not None:
            self._settling.stop()
        self._settling = self.set_timer(SETTLED_SECONDS, self._settled)

    def _settled(self) -> None:
        """Write the search to the audit log, once."""
        text, answer = self.box.value.strip(), self._answer
        if self._settling is not None:
            self._settling.stop()
            self._settling = None
        if text and answer is not None and text != self._recorded:
            self._recorded = text
            with self.guard():
                self.desk.look("search.made", detail={"found": len(answer.hits)}, personal={"text": text[:200]})
