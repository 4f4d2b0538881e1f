"""Erasing a customer, or deleting one who never had dealings: what goes, what stays, and what stands in the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from secrets import token_hex
from time import monotonic

from textual.app import ComposeResult
from textual.widgets import Static

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import customers
from bookkeeper_tui.store.customers import Customer
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.privacy import deleting, erasing
from bookkeeper_tui.store.privacy.erasing import Erased
from bookkeeper_tui.widgets.pieces import Line, Piece, wrap
from bookkeeper_tui.widgets.sheet import Sheet

GOES = (
    "Name, company, phone, e-mail, card, birth date, documents, addresses and tags go, with all that somebody wrote "
    "about them, from the search and from old values in the audit log. It cannot be undone."
)
STAYS = "What the books need stays under a pseudonym until {until}: numbers, dates and amounts."
AFTERWARDS = (
    "Older backups still hold them: a backup that is put back brings them back, and they must be erased once more."
)
DELETED = "Everything of them goes, also the number, which nobody else is given. It cannot be undone."


class EraseScreen(HouseScreen):
    """`e` erases or deletes, once nothing stands in the way; Esc leaves. The work is done in a thread."""

    NAME = "erase"
    TITLE_WORDS = "Erasing a customer"
    CSS_PATH = "erase.tcss"
    KEPT = False

    def __init__(self) -> None:
        super().__init__()
        self._customer: Customer | None = None
        self._deletes = False
        self._reasons: tuple[str, ...] = ()
        self._done: tuple[str, ...] = ()
        self._begun = 0.0

    def body(self) -> ComposeResult:
        """One sheet, and the line that says what is being done."""
        yield Sheet(id="erase")
        yield Static("", id="erase-said", markup=False)

    def arrive(self, customer_id: int = 0, deletes: bool = False, **what: object) -> None:
        """Show what would go; with `deletes` all of it would."""
        self._customer, self._deletes = customers.get(self.desk, customer_id), deletes
        self.key_line.show_right(self._customer.number)
        self._read()
        self.query_one(Sheet).focus(scroll_visible=False)

    def store_changed(self, change: StoreChanged) -> None:
        """Something of them was settled, or begun, at another terminal."""
        if self._customer is not None and change.concerns(self._customer.id) and not self._done and not self._begun:
            self._read()

    def do_back(self) -> None:
        """Esc leaves, but not in the middle of the work, which takes a moment."""
        if self._begun:
            raise BadInput("It is being done and cannot be stopped half way: wait a moment")
        if self._done and self._deletes:
            self.house.show("search")
        else:
            self.house.go_back()

    def unsaved(self) -> str:
        """Work that goes on would not be told here."""
        return "what is being erased, which goes on" if self._begun else ""

    async def do_erase_now(self) -> None:
        """Ask for the reason and the customer's number, and do it."""
        customer = self._customer
        if customer is None or self._begun or self._done:
            return
        self._read()
        if self._reasons:
            raise BadInput(self._reasons[0])
        name, verb = harmless(customer.name), "Deleting" if self._deletes else "Erasing"
        desk = await self.desk_for("customer.deleted" if self._deletes else "customer.erased", f"{verb} {name}")
        if desk is None:
            return
        own = [] if self._deletes else [AskedField("reason", "Reason", most=erasing.LONGEST_REASON)]
        fields = [*own, AskedField("number", "Its number", most=20)]
        question = f"{verb} {name} cannot be undone. Type the number {customer.number} to go on."
        answer = await self.ask(AskFields(question, fields, check=self._check, wide=True))
        if answer is not None:
            self._begin(desk, customer, answer.get("reason", ""))

    def _check(self, answer: Mapping[str, str]) -> None:
        assert self._customer is not None
        if "reason" in answer:
            erasing.check_reason(self.desk, self._customer.id, answer["reason"])
        if answer["number"].upper() != self._customer.number:
            raise BadInput(f"“{harmless(answer['number'][:20])}” is not the number {self._customer.number}")

    # The work, in a thread with a connection of its own.

    def _begin(self, desk: Desk, customer: Customer, reason: str) -> None:
        self._begun, once = monotonic(), token_hex(8)
        self._say("Begun")

        app, house, verb = self.app, self.house, "Deleting" if self._deletes else "Erasing"

        def tell(say: Callable[..., object], *what: object) -> None:
            # Somebody who left meanwhile is told by a notice, wherever they are now.
            if self.is_attached:
                app.call_from_thread(say, *what)
            elif say == self._ended:
                app.call_from_thread(house.notice, f"{verb} {customer.number} is done")
            elif say == self._failed:
                app.call_from_thread(house.failed, *what)

        def work() -> None:
            store = desk.store.again()
            try:
                own = desk.over(store)
                if self._deletes:
                    found = _deleted_words(customer, deleting.delete(own, customer.id, once))
                else:
                    erased = erasing.erase(own, customer.id, reason, once, lambda words: tell(self._say_step, words))
                    found = self._erased_words(customer, erased)
                tell(self._ended, found)
            except Exception as error:
                tell(self._failed, error)
            finally:
                store.close()

        self.run_worker(work, name="erasing", thread=True, exit_on_error=False)

    def _say_step(self, words: str) -> None:
        self._say(f"{words}, {monotonic() - self._begun:.0f} s so far")

    def _ended(self, found: tuple[str, ...]) -> None:
        self._begun, self._done = 0.0, found
        self._say("Done. Esc goes back.")
        self._draw(from_top=True)

    def _failed(self, error: Exception) -> None:
        self._begun = 0.0
        self._say("Nothing was erased.")
        self.house.failed(error)
        self._read()

    def _erased_words(self, customer: Customer, erased: Erased) -> tuple[str, ...]:
        until = self.house.conventions.date(erased.retain_until)
        words = [
            f"{customer.number} is now Erased {erased.pseudonym}; the amounts stay until {until}.",
            "No byte of them was found in the store, its log or its search index.",
        ]
        if erased.left:
            words[1] = f"Something of them is still in {', and in '.join(erased.left)}."
        if erased.blanked:
            count = self.house.conventions.count(erased.blanked)
            words.append(f"In the audit log {count} rows of others that named them were blanked.")
        if erased.files:
            words.append(f"These files hold something of them, and are yours to remove: {', '.join(erased.files)}.")
        if erased.named:
            words.append(f"Notes or members of these customers name them: {', '.join(erased.named)}.")
        return (*words, AFTERWARDS)

    # Showing.

    def _read(self) -> None:
        customer = self._customer
        if customer is not None:
            ask: Callable[[Desk, int], tuple[str, ...]]
            ask = deleting.deletion_refusals if self._deletes else erasing.refusals
            self._reasons = ask(self.desk, customer.id)
            self._draw(from_top=False)

    def _say(self, words: str) -> None:
        self.query_one("#erase-said", Static).update(words)

    def _draw(self, *, from_top: bool) -> None:
        self.query_one(Sheet).draw(self._lines, from_top=from_top)

    def _lines(self, width: int) -> list[Line]:
        customer = self._customer
        if customer is None:
            return []
        verb = "Delete" if self._deletes else "Erase"
        if self._done:
            return [line for words in self._done for line in (*_wrapped(words, width), ())]
        lines: list[Line] = [(Piece(f"{verb} {customer.name} ({customer.number})", "strong"),), ()]
        if self._reasons:
            lines += [(Piece(f"They cannot be {verb.lower()}d:", "warn"),)]
            for reason in self._reasons:
                first, *more = wrap(f"{reason}.", width - 2)
                lines += [(Piece("! ", "bad"), Piece(first)), *((Piece(f"  {line}"),) for line in more)]
            return lines
        if self._deletes:
            return [*lines, *_wrapped(DELETED, width), (), *_wrapped("e deletes them.", width)]
        return [*lines, *self._what_goes(customer, width), (), *_wrapped(f"{AFTERWARDS} e erases them.", width)]

    def _what_goes(self, customer: Customer, width: int) -> list[Line]:
        conventions, years = self.house.conventions, self.desk.store.settings.retention_years
        counted = erasing.what_goes(self.desk, customer.id)
        going, blanked, kept = (
            "; ".join(f"{title.lower()} {conventions.count(count)}" for title, count, how in counted if how == wanted)
            for wanted in (erasing.GOES, erasing.BLANKED, erasing.STAYS)
        )
        until = conventions.date(erasing.years_on(self.desk.today(), years))
        return [
            (Piece("What goes", "head"),),
            *_wrapped(GOES, width),
            *(_wrapped(f"Removed: {going}.", width, "quiet") if going else ()),
            *_wrapped(f"Emptied of words: {blanked}.", width, "quiet"),
            (),
            (Piece("What stays", "head"),),
            *_wrapped(STAYS.format(until=until), width),
            *(_wrapped(f"As they are: {kept}.", width, "quiet") if kept else ()),
        ]


def _deleted_words(customer: Customer, left: tuple[str, ...]) -> tuple[str, ...]:
    words = f"{customer.number} is deleted. No byte of them was found in the store, its log or its search index."
    if left:
        words = f"{customer.number} is deleted. Something of them is still in {', and in '.join(left)}."
    return (words, AFTERWARDS)


def _wrapped(text: str, width: int, role: str = "plain") -> list[Line]:
    return [(Piece(line, role),) for line in wrap(text, width)]
