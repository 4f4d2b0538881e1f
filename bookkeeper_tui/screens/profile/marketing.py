"""The Marketing tab: what a customer allows, by purpose and channel, the log of what they said, what they prefer."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import cast

from textual.app import ComposeResult
from textual.containers import Container

from bookkeeper_tui.errors import BadInput, Conflict
from bookkeeper_tui.formats import Conventions, harmless
from bookkeeper_tui.screens.dialogs.ask_fields import AskFields
from bookkeeper_tui.screens.dialogs.ask_text import AskText
from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.screens.dialogs.read_out import Offered, ReadOutDialog, Text
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.profile.preference_fields import HINT, preference_fields, read_preference
from bookkeeper_tui.screens.profile.tab import Tab
from bookkeeper_tui.store import consent_wordings, consents, preferences
from bookkeeper_tui.store.consent_wordings import Purpose, Wording, channel_name
from bookkeeper_tui.store.consents import WAYS, ConsentRecord, ConsentState
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.preferences import Preference
from bookkeeper_tui.widgets.figures import Figure, figure_lines, heading
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Line, Piece, wrap
from bookkeeper_tui.widgets.sheet import Sheet

_OTHERWISE = "otherwise"
_NOTHING_ASKED = ("The shop asks for no consent. Purposes and wordings are made in Setup, from the menu (F10).",)
_NOTHING_SAID = ("Nobody asked yet. g reads the words out and writes down a yes, w a no.",)
_NO_PREFERENCE = "Nothing is known yet: h writes it down."
_TWO_COLUMNS = 48


class MarketingTab(Tab):
    """Preferences above, then where the customer stands, then the log; F6 goes from one list to the other."""

    NAME = "marketing"
    TITLE = "Marketing"
    PERMISSION = "customer.viewed"

    def compose(self) -> ComposeResult:
        """Three parts."""
        yield Sheet(inset=1, id="preference").taking_no_focus()
        with Container(id="consents"):
            yield HotList(
                [
                    Column("For"), Column("By", 9), Column("Now", 4), Column("Since", 10),
                    Column("How", 14, from_width=54), Column("Words", 6, from_width=62),
                ],
                empty=_NOTHING_ASKED,
                id="consent-states",
            )  # fmt: skip
            yield HotList(
                [
                    Column("Said", 10), Column("", 3), Column("What"), Column("How", 14, from_width=50),
                    Column("Who", 14, from_width=70), Column("Words", 6, from_width=62),
                ],
                empty=_NOTHING_SAID,
                id="consent-log",
            )  # fmt: skip
        yield Sheet(inset=1, id="consent-one").taking_no_focus()

    def load(self) -> None:
        """From the newest word."""
        self._states.show(self._state_rows())
        self._log.read(ConsentRows(self.desk, self.customer.id, self.conventions, self.time_zone))
        self._draw_preference()
        self._draw_one()

    def reload(self) -> None:
        """Where it stands."""
        self._states.show(self._state_rows(), keep=True)
        self._log.reload()
        self._draw_preference()
        self._draw_one()

    def others_changed(self, change: StoreChanged) -> None:
        """The shop asks something else now, or in other words."""
        if change.everything or "consent.defined" in change.actions:
            self._states.show(self._state_rows(), keep=True)

    def main(self) -> HotList:
        """Keys go to where the customer stands."""
        return self._states

    def place(self) -> str:
        """The log's place while keys go there, else that of the states."""
        listed = self._log if self._log.has_focus else self._states
        if not listed.total:
            return ""
        return f"{self.conventions.count(listed.place)} of {self.conventions.count(listed.total)}"

    # What may be done here.

    def do_pane(self) -> None:
        """From where they stand to the log, from there to the left pane, and back."""
        if self._states.has_focus and self._log.total:
            self._log.focus(scroll_visible=False)
        elif self._states.has_focus or self._log.has_focus:
            self.screen.query_one("#who", Sheet).focus(scroll_visible=False)
        else:
            self._states.focus(scroll_visible=False)
        self.call_after_refresh(self._draw_one)
        self.post_message(self.Placed())

    async def do_give_consent(self) -> None:
        """Read the words out, and write down the yes."""
        await self._say(given=True)

    async def do_withdraw_consent(self) -> None:
        """Read the words out, and write down the no."""
        await self._say(given=False)

    async def do_preferences(self) -> None:
        """How they like to be contacted."""
        known = preferences.of(self.desk, self.customer.id)
        question = f"How {harmless(self.customer.name)} likes to be contacted\n{HINT}"

        def save(answer: Mapping[str, str]) -> None:
            nonlocal known
            try:
                preferences.edit(self.desk, self.customer.id, read_preference(answer), known)
            except Conflict as conflict:
                now = preferences.of(self.desk, self.customer.id)
                if now == known:
                    raise
                known = now
                who = now.who or "Somebody else"
                told = f"{who} said meanwhile: {_in_a_line(now)}. Enter writes yours over it, Esc leaves theirs"
                raise Conflict(told) from conflict

        if await self.profile.ask(AskFields(question, preference_fields(known), check=save, wide=True)):
            self.reload()

    async def do_wording(self) -> None:
        """The words that are read out now, without writing anything down."""
        purpose = self._purpose()
        texts, start = self._texts(purpose)
        await self.profile.ask(
            ReadOutDialog(f"{purpose.label}: the words to read out", [_text(one) for one in texts], start=start)
        )

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: the very words that were read out then."""
        event.stop()
        if (record := self._said(event.hot_list)) is not None:
            self.profile.start(self._show_read(record), "read out")
        else:
            self.house.notice("Nothing was asked yet: g reads the words out")

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """The cursor moved: the key line follows, and what stands in full."""
        event.stop()
        self._draw_one()
        self.post_message(self.Placed())

    # Asking.

    async def _say(self, *, given: bool) -> None:
        """The words, the channels, how it was said; then it is written down."""
        once, purpose, under = token_hex(8), self._purpose(), self._state()
        if given and purpose.retired:
            raise BadInput(f"{purpose.label} is out of use: no consent is asked for it any more")
        texts, start = self._texts(purpose)
        offered = self._offered(purpose, under.channel if under is not None else "", given=given)
        name = harmless(self.customer.name)
        title = f"{purpose.label}: {name} says {'yes' if given else 'no'}"
        answer = await self.profile.ask(ReadOutDialog(title, [_text(one) for one in texts], offered, start))
        how = await self._ask_how(given=given) if answer is not None else None
        if answer is None or how is None:
            return
        place, channels = answer
        act = consents.give if given else consents.withdraw
        act(self.desk, self.customer.id, channels, texts[place], how, once=once)
        self.reload()
        self._states.select((purpose.name, channels[0]))
        by = ", ".join(map(channel_name, channels))
        self.house.notice(f"{purpose.label} by {by}: {name} says {'yes' if given else 'no'}")

    async def _ask_how(self, *, given: bool) -> str | None:
        rows = [(way, way[:1].upper() + way[1:]) for way in WAYS]
        question = "How was it given?" if given else "How was it said?"
        way = await self.profile.ask(Choose(question, [*rows, (_OTHERWISE, "Another way, to be typed")]))
        if way != _OTHERWISE:
            return way
        typed = await self.profile.ask(AskText(question, most=consents.LONGEST_WAY))
        if typed is not None and not typed.strip():
            raise BadInput("Say how, in a few words: nothing was written down")
        return typed

    async def _show_read(self, record: ConsentRecord) -> None:
        conventions, said = self.conventions, "yes" if record.given else "no"
        when = conventions.instant(record.at, self.time_zone)
        of = f", {channel_name(record.channel)}"
        title = f"{_label(self._labels(), record.purpose)}{of}: {said}, {when}"
        version = f"Wording {record.wording_version}" if record.wording_version else "What was read out is not known"
        what = f"{version}. How: {record.how or '(erased)'}. Written down by {record.who}."
        await self.profile.ask(ReadOutDialog(title, [Text(harmless(what), harmless(record.wording))]))

    def _purpose(self) -> Purpose:
        """The purpose under the cursor."""
        under = self._state()
        if under is None:
            raise BadInput("The shop asks for no consent: purposes are made in Setup, from the menu (F10)")
        return under.purpose

    def _state(self) -> ConsentState | None:
        row = self._states.cursor_row
        return row.record if row is not None and isinstance(row.record, ConsentState) else None

    def _texts(self, purpose: Purpose) -> tuple[list[Wording], int]:
        """What can be read out, and the place of what fits the customer's language."""
        shop, desk = self.desk.store.shop.name, self.desk
        found = [consent_wordings.filled(one, shop) for one in consent_wordings.wordings(desk, purpose.name)]
        own = consent_wordings.to_read(desk, purpose.name, self.customer.language)
        return found, next((place for place, one in enumerate(found) if one.language == own.language), 0)

    def _offered(self, purpose: Purpose, under: str, *, given: bool) -> list[Offered]:
        found = [one for one in consents.standing(self.desk, self.customer.id) if one.purpose.name == purpose.name]
        return [
            Offered(one.channel, channel_name(one.channel), _now(one), one.channel == under)
            for one in found
            if not given or one.channel in purpose.channels
        ]

    # Drawing.

    def _state_rows(self) -> list[Row]:
        return [self._state_row(one) for one in consents.standing(self.desk, self.customer.id)]

    def _state_row(self, one: ConsentState) -> Row:
        last, label = one.last, f"{one.purpose.label} (no more)" if one.purpose.retired else one.purpose.label
        since = self.conventions.day(last.at, self.time_zone) if last is not None else ""
        how, version = (last.how, last.wording_version) if last is not None else ("", "")
        role = {"yes": "strong", "no": "plain", "ask": "warn"}[one.state]
        cells = (label, channel_name(one.channel), one.state, since, how, version)
        return Row((one.purpose.name, one.channel), cells, ("plain", "plain", role, "plain", "plain", "plain"), one)

    def _draw_preference(self) -> None:
        known, conventions = preferences.of(self.desk, self.customer.id), self.conventions
        self.query_one("#preference", Sheet).draw(lambda width: preference_lines(known, conventions, width))

    def _draw_one(self) -> None:
        """The word under the cursor of the list that keys go to, in full."""
        one = self._said(self._log if self._log.has_focus else self._states)
        told = self._told(one) if one is not None else ""

        def drawing(width: int) -> list[Line]:
            return [(Piece(line, "quiet"),) for line in wrap(told, width)]

        self.query_one("#consent-one", Sheet).draw(drawing, from_top=True)

    def _told(self, one: ConsentRecord) -> str:
        """Who wrote down what, when, how it was said, and which words were read out."""
        when = self.conventions.instant(one.at, self.time_zone)
        read = f", wording {one.wording_version}" if one.wording_version else ""
        what = f"{_label(self._labels(), one.purpose)}, {channel_name(one.channel)}: {'yes' if one.given else 'no'}"
        enter = " Enter shows the words." if one.wording else ""
        return f"{what}. {when}, {one.how or '(erased)'}{read}. By {one.who}.{enter}"

    def _said(self, listed: HotList) -> ConsentRecord | None:
        row = listed.cursor_row
        record = row.record if row is not None else None
        return record.last if isinstance(record, ConsentState) else cast("ConsentRecord | None", record)

    def _labels(self) -> dict[str, str]:
        return {one.name: one.label for one in consent_wordings.list_purposes(self.desk, also_retired=True)}

    @property
    def _states(self) -> HotList:
        return self.query_one("#consent-states", HotList)

    @property
    def _log(self) -> HotList:
        return self.query_one("#consent-log", HotList)


@dataclass(frozen=True)
class ConsentRows:
    """One customer's log, newest first, by id."""

    desk: Desk
    customer_id: int
    conventions: Conventions
    time_zone: str

    def total(self) -> int:
        """How many words there are."""
        return consents.count(self.desk, self.customer_id)

    def after(self, key: Hashable | None, limit: int, including: bool = False) -> Sequence[Row]:
        """Older ones."""
        before = None if key is None else cast(int, key) + including
        return self._rows(consents.page(self.desk, self.customer_id, before=before, limit=limit))

    def before(self, key: Hashable | None, limit: int) -> Sequence[Row]:
        """Newer ones."""
        after = 0 if key is None else cast(int, key)
        return self._rows(consents.page(self.desk, self.customer_id, after=after, limit=limit))

    def _rows(self, records: Sequence[ConsentRecord]) -> list[Row]:
        labels = {one.name: one.label for one in consent_wordings.list_purposes(self.desk, also_retired=True)}
        return [
            Row(
                one.id,
                (
                    self.conventions.day(one.at, self.time_zone),
                    "yes" if one.given else "no",
                    f"{_label(labels, one.purpose)}, {channel_name(one.channel)}",
                    one.how,
                    one.who,
                    one.wording_version,
                ),
                record=one,
            )
            for one in records
        ]


def preference_lines(known: Preference, conventions: Conventions, width: int) -> list[Line]:
    """How somebody likes to be contacted, in three lines."""
    lines: list[Line] = [heading("Likes to be contacted", width, ascii_only=conventions.ascii)]
    if not (known.channel or known.frequency or known.quiet_from is not None):
        said = f"{_NO_PREFERENCE} Language {known.language}." if known.language else _NO_PREFERENCE
        return [*lines, *((Piece(line, "quiet"),) for line in wrap(said, width))]
    if width < _TWO_COLUMNS:
        return [*lines, *((Piece(line),) for line in wrap(_in_a_line(known), width))]
    return [*lines, *figure_lines(_figures(known), width)]


def _in_a_line(known: Preference) -> str:
    return ", ".join(f"{figure.label.lower()} {figure.value}" for figure in _figures(known))


def _figures(known: Preference) -> list[Figure]:
    return [
        Figure("By", channel_name(known.channel) if known.channel else "any channel"),
        Figure("Often", known.frequency or "not said"),
        Figure("Quiet", preferences.quiet_hours(known) or "never"),
        Figure("Language", known.language or "not said"),
    ]


def _text(wording: Wording) -> Text:
    language = f", language {wording.language}" if wording.language else ", for all languages without one"
    return Text(f"Read out (wording {wording.version}{language}):", wording.text)


def _now(one: ConsentState) -> str:
    return {"yes": "now yes", "no": "now no", "ask": "never asked"}[one.state]


def _label(labels: Mapping[str, str], purpose: str) -> str:
    return harmless(labels.get(purpose, purpose))
