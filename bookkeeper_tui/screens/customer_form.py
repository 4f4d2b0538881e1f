"""The form of a customer: F4 for a new one, `e` to change one. Fields are checked as they are left."""

from __future__ import annotations

from uuid import uuid4

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input, Static

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import customers, discount_codes
from bookkeeper_tui.store.customer_fields import LABELS, fields_of
from bookkeeper_tui.store.customers import Customer, EditConflict
from bookkeeper_tui.widgets.field import Field
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

LEFT = (
    "name", "phone", "email", "card", "born", "gender", "company", "registration_no", "vat_no", "discount_code",
    "discount_until", "language",
)  # fmt: skip
RIGHT = tuple(name for name in LABELS if name.startswith(("billing_", "delivery_")))
BELOW = ("tags", "attributes")
ORDER = (*LEFT, *RIGHT, *BELOW)
TELLING = ("name", "phone", "email")
_LIKELY = 3


class CustomerFormScreen(HouseScreen):
    """All fields of a customer. Saving twice saves once; leaving asks while something typed is not saved."""

    NAME = "customer_form"
    TITLE_WORDS = "A customer's fields"
    CSS_PATH = "customer_form.tcss"
    KEPT = False

    def __init__(self) -> None:
        super().__init__()
        self._customer: Customer | None = None
        self._before = dict.fromkeys(ORDER, "")
        self._command = uuid4().hex
        self._wrong: dict[str, str] = {}

    def body(self) -> ComposeResult:
        yield Static("New customer: a name and a phone number are enough", id="whose", markup=False)
        with VerticalScroll(id="form", can_focus=False):
            with Horizontal(id="columns"):
                with Vertical(classes="column"):
                    yield from (self._entry(name) for name in LEFT)
                with Vertical(classes="column"):
                    yield from (self._entry(name) for name in RIGHT)
            yield from (self._entry(name) for name in BELOW)
        yield Static("", id="wrong", markup=False)
        likely = HotList(
            [Column("Perhaps already a customer (F6)"), Column("Number", 9), Column("Why", 20)], id="likely"
        )
        likely.display = False
        yield likely

    def arrive(self, customer_id: int = 0, typed: str = "", revealed: Customer | None = None, **what: object) -> None:
        """Take the customer to change, or what was typed in the search box; what stands in the form already stays.

        `revealed` is the customer with phone and e-mail whole, where they were revealed just before.
        """
        if self.unsaved() or (self._customer is not None and self._customer.id == customer_id):
            return
        if customer_id:
            now = customers.get(self.desk, customer_id)
            whole = revealed is not None and (revealed.id, revealed.version) == (now.id, now.version)
            self._fill(revealed if revealed is not None and whole else now)
        elif typed:
            name = "phone" if sum(letter.isdigit() for letter in typed) > len(typed) / 2 else "name"
            self.field("email" if "@" in typed else name).value = typed
        self.set_focus(self.field("name"))
        self.house.refresh_keys()

    def field(self, name: str) -> Field:
        """The field of that name."""
        return self.query_one(f"#field-{name}", Field)

    def unsaved(self) -> str:
        """Whatever differs from what is in the store."""
        if self.is_done or not self.is_mounted or self._texts() == self._before:
            return ""
        return f"the changes to {self._customer.name}" if self._customer else "the new customer"

    def store_changed(self, change: StoreChanged) -> None:
        """Somebody else changed this customer: take it over, or say so where something was typed."""
        if self._customer is None or not change.concerns(self._customer.id):
            return
        now = customers.get(self.desk, self._customer.id)
        if now.version == self._customer.version:
            return
        if now.gone:
            self._told_gone(now)
        elif self.unsaved():
            self.house.notice(
                f"{now.name} was changed at another terminal just now; you will be shown both when you save.", "!"
            )
        else:
            self._fill(now)

    # Typing.

    def on_input_changed(self, event: Input.Changed) -> None:
        """Name, phone and e-mail may tell that the customer is known already."""
        event.stop()
        if self._customer is None and _name_of(event.input) in TELLING:
            with self.guard():
                self._show_likely()

    def on_input_blurred(self, event: Input.Blurred) -> None:
        """A field is checked when it is left; what was typed stays."""
        event.stop()
        with self.guard():
            self._check(_name_of(event.input))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on to the next field; in the last one it saves."""
        event.stop()
        if _name_of(event.input) == ORDER[-1]:
            self.house.act("save")
        else:
            self._step(1)

    def on_key(self, event: events.Key) -> None:
        """Arrows and Tab move between the fields."""
        step = {"up": -1, "shift+tab": -1, "down": 1, "tab": 1}.get(event.key)
        if step is not None and isinstance(self.focused, Field):
            event.stop()
            event.prevent_default()
            self._step(step)

    def do_pane(self) -> None:
        """To those who are perhaps the same, and back."""
        likely = self.query_one("#likely", HotList)
        if likely.has_focus or not likely.display:
            self.set_focus(self.field("name"))
        else:
            self.set_focus(likely)

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """It is them: go there instead."""
        event.stop()
        self.start(self._go_instead(event.key), "open likely")

    # Saving.

    async def do_save(self) -> None:
        """Check every field, then save; the first that is wrong gets the focus."""
        texts = self._texts()
        changed = [name for name in ORDER if texts[name] != self._before[name]]
        for name in changed or ["name"]:
            if not self._check(name):
                self.set_focus(self.field(name))
                return
        if self._customer is None:
            saved = customers.create(self.desk, fields_of(texts), once=self._command)
        elif changed:
            kept = await self._edit(self._customer, {name: texts[name] for name in changed})
            if kept is None:
                return
            saved = kept
        else:
            saved = self._customer
        self.is_done = True
        self.house.show("profile", customer_id=saved.id)

    async def _edit(self, seen: Customer, yours: dict[str, str]) -> Customer | None:
        from bookkeeper_tui.screens.dialogs.conflict import ConflictDialog

        version = seen.version
        while True:
            try:
                return customers.edit(self.desk, seen.id, yours, version)
            except EditConflict as conflict:
                chosen = await self.ask(ConflictDialog(conflict.theirs.name, conflict.changed))
                if chosen is None:
                    return None
                yours, version = {**yours, **chosen}, conflict.theirs.version

    async def _go_instead(self, key: object) -> None:
        from bookkeeper_tui.screens.dialogs.confirm import Confirm

        if isinstance(key, int) and await self.ask(
            Confirm("Go to that customer, and drop what you typed?", yes="Go there", no="Stay")
        ):
            self.is_done = True
            self.house.show("profile", customer_id=key)

    # Helpers of the above.

    def _entry(self, name: str) -> Horizontal:
        label = Static(f"  {_label(name)}", id=f"label-{name}", classes="label", markup=False)
        return Horizontal(label, Field(id=f"field-{name}", most=4000), classes="row")

    def _texts(self) -> dict[str, str]:
        return {name: self.field(name).value for name in ORDER}

    def _fill(self, customer: Customer) -> None:
        self._customer = customer
        mark = "*" if self.house.ascii_only else "•"
        shown = customers.texts(customer).items()
        self._before = {name: text.replace("•", mark) for name, text in shown if name in ORDER}
        for name, text in self._before.items():
            field = self.field(name)
            with field.prevent(Input.Changed):
                field.value = text
        self.query_one("#whose", Static).update(f"{customer.number}  {harmless(customer.name)}")

    def _told_gone(self, now: Customer) -> None:
        """Nothing can be saved any more: of somebody erased nothing stays in sight, be it typed or not."""
        if now.merged_into:
            into = customers.get(self.desk, now.merged_into).number
            said = f"{now.number} was merged into {into} at another terminal: nothing can be saved here any more."
        else:
            said = f"{now.number} was erased at another terminal: nothing can be saved here any more."
        if self.is_current and not (now.merged_into and self.unsaved()):
            self.is_done = True
            self.house.show_saying(said, "profile", customer_id=now.id)
        else:
            self.house.notice(said, "!")

    def _step(self, by: int) -> None:
        focused = self.focused
        name = _name_of(focused) if isinstance(focused, Field) else ORDER[0]
        self.set_focus(self.field(ORDER[(ORDER.index(name) + by) % len(ORDER)]))

    def _check(self, name: str) -> bool:
        """Whether what stands in a field may be saved; if not, it is marked and told."""
        text = self.field(name).value
        try:
            if text != self._before[name] or name == "name":
                customers.check_field(self.desk, name, text)
                if name == "discount_code":
                    discount_codes.check_given(self.desk, text)
            self._wrong.pop(name, None)
        except BadInput as mistake:
            empty_and_new = name == "name" and not text.strip() and not any(self._texts().values())
            if not empty_and_new:
                self._wrong[name] = str(mistake)
        self._mark(name)
        told = self._wrong.get(name) or next(iter(self._wrong.values()), "")
        line = self.query_one("#wrong", Static)
        if line.content != told:
            line.update(told)
        return name not in self._wrong

    def _mark(self, name: str) -> None:
        label = self.query_one(f"#label-{name}", Static)
        words = f"{'! ' if name in self._wrong else '  '}{_label(name)}"
        if label.content != words:
            label.update(words)
            label.set_class(name in self._wrong, "-wrong")

    def _show_likely(self) -> None:
        from bookkeeper_tui.store.duplicates import likely as likely_same

        texts = {name: self.field(name).value for name in TELLING}
        found = likely_same(self.desk, texts["name"], texts["phone"], texts["email"], _LIKELY)
        likely = self.query_one("#likely", HotList)
        likely.display = bool(found)
        likely.show([Row(hit.customer_id, (hit.name, hit.number, hit.why)) for hit in found], keep=True)


def _name_of(field: Input | None) -> str:
    return (field.id or "").removeprefix("field-") if field is not None else ""


def _label(name: str) -> str:
    return LABELS[name]
