"""Setup, Consents: what leave is asked for, by which channels; k goes to the words that are read out."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult

from bookkeeper_tui.formats import harmless
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.kept_list import KeptList
from bookkeeper_tui.screens.typed_channels import channels_text, read_channels
from bookkeeper_tui.store import consent_wordings
from bookkeeper_tui.store.consent_wordings import CHANNELS, SHOP, Purpose
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

_CHANNELS_KNOWN = f"Channels, with commas: {', '.join(CHANNELS.values())}."
_WORDS_KNOWN = f"The words are read out to the customer; {SHOP} stands for the shop's name."
_EMPTY = ("No consent is asked for. a adds a purpose: Newsletter, by e-mail, with the words to read out.",)


class ConsentPurposesScreen(KeptList):
    """A list; Enter changes the purpose under the cursor."""

    NAME = "consent_purposes"
    NEEDS = dict.fromkeys(("add", "change", "retire"), "consent.defined")
    TITLE_WORDS = "Consents"
    CHANGES = frozenset({"consent.defined"})

    def body(self) -> ComposeResult:
        """One list."""
        yield HotList(
            [Column("Asked for", 14), Column("By"), Column("Languages", 22, from_width=76), Column("", 10)],
            empty=_EMPTY,
            id="purposes",
        )

    async def do_add(self) -> None:
        """One more purpose, with its words."""
        fields = [
            AskedField("label", "Asked for", "", 40),
            AskedField("channels", "Channels", "e-mail", 60),
            AskedField("text", "Words", "", consent_wordings.LONGEST_TEXT),
        ]
        made: list[Purpose] = []

        def save(answer: Mapping[str, str]) -> None:
            channels = read_channels(answer["channels"])
            made.append(consent_wordings.define(self.desk, answer["label"], channels, answer["text"]))

        question = f"What else shall customers be asked leave for?\n{_CHANNELS_KNOWN}\n{_WORDS_KNOWN}"
        await self.ask(AskFields(question, fields, check=save, wide=True))
        if made:
            self._show(made[-1])

    async def do_change(self) -> None:
        """Another name or other channels; what customers said stays."""
        if (one := self._under_cursor()) is None:
            return
        fields = [
            AskedField("label", "Asked for", one.label, 40),
            AskedField("channels", "Channels", channels_text(one.channels), 60),
        ]
        made: list[Purpose] = []

        def save(answer: Mapping[str, str]) -> None:
            channels = read_channels(answer["channels"])
            made.append(consent_wordings.edit(self.desk, one.name, answer["label"], channels))

        question = f"{harmless(one.label)}: what customers said stays\n{_CHANNELS_KNOWN}"
        await self.ask(AskFields(question, fields, check=save, wide=True))
        if made:
            self._show(made[-1])

    async def do_retire(self) -> None:
        """Ask for it no more, or again."""
        if (one := self._under_cursor()) is not None:
            self._show(consent_wordings.retire(self.desk, one.name, not one.retired))

    def do_wording(self) -> None:
        """The words of the purpose under the cursor."""
        if (one := self._under_cursor()) is not None:
            self.house.show("consent_wordings", purpose=one.name)

    def read(self) -> None:
        """Read the purposes anew."""
        found = consent_wordings.list_purposes(self.desk, also_retired=True)
        self.listed.show([self._row(one) for one in found], keep=True)

    def _show(self, one: Purpose) -> None:
        self.read()
        self.listed.select(one.name)

    def _row(self, one: Purpose) -> Row:
        texts = consent_wordings.wordings(self.desk, one.name)
        languages = ", ".join(
            text.language or "all others" for text in sorted(texts, key=lambda text: not text.language)
        )
        cells = (one.label, channels_text(one.channels), languages, "out of use" if one.retired else "")
        return Row(one.name, cells, ("quiet",) if one.retired else (), one)

    def _under_cursor(self) -> Purpose | None:
        row = self.listed.cursor_row
        return row.record if row is not None and isinstance(row.record, Purpose) else None
