"""Setup, Consents: the words of one purpose by language, with all their versions; a new text is the next version."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult

from bookkeeper_tui.formats import harmless
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.kept_list import KeptList
from bookkeeper_tui.store import consent_wordings
from bookkeeper_tui.store.consent_wordings import SHOP, Purpose, Wording
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Line, Piece, wrap
from bookkeeper_tui.widgets.sheet import Sheet

_RULE = f"What is saved is read out from now on; earlier versions stay. {SHOP} stands for the shop's name."


class ConsentWordingsScreen(KeptList):
    """A list, the version in force of each language first; the one under the cursor stands in full below."""

    NAME = "consent_wordings"
    NEEDS = dict.fromkeys(("add", "change"), "consent.defined")
    TITLE_WORDS = "Words of consent"
    CSS_PATH = "consent_wordings.tcss"
    CHANGES = frozenset({"consent.defined"})

    _purpose: Purpose | None = None

    def body(self) -> ComposeResult:
        """The list, and the text."""
        yield HotList(
            [
                Column("Language", 10), Column("Version", 7, right=True), Column("", 8), Column("Since", 10),
                Column("Who", 18, from_width=70), Column("Words"),
            ],
            id="wordings",
        )  # fmt: skip
        yield Sheet(inset=1, id="wording-whole").taking_no_focus()

    def arrive(self, **what: object) -> None:
        """Show the words of a `purpose`; without one, those of the purpose shown before."""
        if "purpose" in what:
            known = {one.name: one for one in consent_wordings.list_purposes(self.desk, also_retired=True)}
            self._purpose = known.get(str(what["purpose"]))
        self.read()

    async def do_add(self) -> None:
        """The words in another language."""
        if self._purpose is None:
            return
        fields = [
            AskedField("language", "Language", "", 10),
            AskedField("text", "Words", "", consent_wordings.LONGEST_TEXT),
        ]
        label = harmless(self._purpose.label)
        question = f"{label} in another language: a code such as pt, or none for all others\n{_RULE}"
        await self._ask(question, fields, None)

    async def do_change(self) -> None:
        """The next version of the words, beginning with those under the cursor."""
        row = self.listed.cursor_row
        if self._purpose is None or row is None or not isinstance(one := row.record, Wording):
            return
        language = one.language or "all other languages"
        question = f"{harmless(self._purpose.label)}, {language}: the next version\n{_RULE}"
        await self._ask(question, [AskedField("text", "Words", one.text, consent_wordings.LONGEST_TEXT)], one)

    def read(self) -> None:
        """Read the versions anew."""
        if self._purpose is None:
            self.listed.set_empty(("Choose a purpose in Setup, Consents; k goes to its words.",))
            self.listed.show(())
            return
        found = consent_wordings.wordings(self.desk, self._purpose.name, also_old=True)
        in_force = {one.language: one.version for one in reversed(found)}
        ordered = sorted(found, key=lambda one: (one.version != in_force[one.language], one.language, -one.version))
        self.listed.show([self._row(one, in_force[one.language]) for one in ordered], keep=True)
        self._show_whole()

    def moved(self, event: HotList.Moved) -> None:
        """The text under the cursor stands in full below."""
        super().moved(event)
        self._show_whole()

    async def _ask(self, question: str, fields: list[AskedField], known: Wording | None) -> None:
        purpose, saved = self._purpose, list[Wording]()
        assert purpose is not None
        newest = {one.language: one.version for one in consent_wordings.wordings(self.desk, purpose.name)}

        def save(answer: Mapping[str, str]) -> None:
            language = known.language if known is not None else answer["language"]
            seen = newest[known.language] if known is not None else newest.get(language, 0)
            saved.append(consent_wordings.reword(self.desk, purpose.name, language, answer["text"], seen))

        await self.ask(AskFields(question, fields, check=save, wide=True))
        if saved:
            self.read()
            self.listed.select((saved[-1].language, saved[-1].version))

    def _row(self, one: Wording, newest: int) -> Row:
        since = self.house.conventions.day(one.at, self.desk.store.shop.time_zone)
        state = "in force" if one.version == newest else "earlier"
        cells = (one.language or "all others", str(one.version), state, since, one.who, one.text)
        return Row((one.language, one.version), cells, ("quiet",) if one.version != newest else (), one)

    def _show_whole(self) -> None:
        row = self.listed.cursor_row
        one = row.record if row is not None and isinstance(row.record, Wording) else None
        label = self._purpose.label if self._purpose is not None else ""

        def drawing(width: int) -> list[Line]:
            if one is None:
                return []
            head = f"{label}, {one.language or 'all other languages'}, version {one.version}, {one.who}"
            return [
                *((Piece(line, "quiet"),) for line in wrap(head, width)),
                *((Piece(line),) for line in wrap(one.text, width)),
            ]

        self.query_one("#wording-whole", Sheet).draw(drawing, from_top=True)
