"""The discount codes of the shop: defined, changed, taken out of use. Customers get theirs in their own form."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import Conventions
from bookkeeper_tui.money import parse_amount, plain
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.kept_list import KeptList
from bookkeeper_tui.screens.typed_answers import read_yes, yes_or_no
from bookkeeper_tui.store import discount_codes
from bookkeeper_tui.store.discount_codes import DiscountCode, NewCode
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

_NONE_YET = ("No discount codes yet. Alt+A defines one: 10 % for staff, 5 off with a leaflet, a code for a tier.",)


class DiscountCodesScreen(KeptList):
    """A list; Enter changes the code under the cursor."""

    NAME = "discount_codes"
    NEEDS = dict.fromkeys(("add", "change", "retire"), "discount.defined")
    TITLE_WORDS = "Discount codes"
    CHANGES = frozenset({"discount.defined", "customer.edited", "customer.created"})

    def body(self) -> ComposeResult:
        """One list."""
        yield HotList(
            [
                Column("Code", 14), Column("Name"), Column("Off", 11, right=True), Column("From", 10, from_width=92),
                Column("To", 10), Column("Given to", 13), Column("Have it", 7, right=True, from_width=76),
            ],
            empty=_NONE_YET,
            id="codes",
        )  # fmt: skip

    async def do_add(self) -> None:
        """Define a code."""
        await self._ask("A new discount code", None)

    async def do_change(self) -> None:
        """Change the code under the cursor; its own name stays."""
        if (code := self._under_cursor()) is not None:
            await self._ask(f"Discount code {code.code}", code)

    async def do_retire(self) -> None:
        """Take the code under the cursor out of use, or put it back."""
        if (code := self._under_cursor()) is not None:
            discount_codes.retire(self.desk, code.code, not code.retired)
            self.read()

    async def _ask(self, question: str, known: DiscountCode | None) -> None:
        saved: list[DiscountCode] = []

        def save(answer: Mapping[str, str]) -> None:
            new = self._read_answer(answer, known)
            saved.append(discount_codes.edit(self.desk, new) if known else discount_codes.define(self.desk, new))

        await self.ask(AskFields(question, self._fields(known), check=save))
        if saved:
            self.read()
            self.listed.select(saved[-1].code)

    def _fields(self, known: DiscountCode | None) -> list[AskedField]:
        conventions = self.house.conventions
        own = [] if known else [AskedField("code", "Code", most=30)]
        off = off_text(known, conventions) if known else ""
        first, last = (
            (conventions.date(day) if day else "" for day in (known.valid_from, known.valid_to)) if known else ("", "")
        )
        return [
            *own,
            AskedField("name", "What it is", known.name if known else "", 60),
            AskedField("off", "Off (10% or 5)", off, 20),
            AskedField("first", "Good from", first, 10),
            AskedField("last", "Good until", last, 10),
            AskedField("tier", "For the tier", known.tier if known else "", 40),
            AskedField("typed", "Said at till", yes_or_no(known and known.typed), 3),
        ]

    def _read_answer(self, answer: Mapping[str, str], known: DiscountCode | None) -> NewCode:
        conventions = self.house.conventions
        kind, value = read_off(answer["off"], conventions)
        return NewCode(
            code=known.code if known else answer["code"],
            kind=kind,
            value=value,
            name=answer["name"],
            valid_from=conventions.read_date(answer["first"], "Good from"),
            valid_to=conventions.read_date(answer["last"], "Good until"),
            tier=_tier_named(answer["tier"], discount_codes.tiers(self.desk)),
            typed=read_yes(answer["typed"], "Said at till"),
        )

    def read(self) -> None:
        """Read the codes anew."""
        self.listed.show([self._row(code) for code in discount_codes.list_codes(self.desk)], keep=True)

    def _row(self, code: DiscountCode) -> Row:
        conventions = self.house.conventions
        first, last = (conventions.date(day) if day else "" for day in (code.valid_from, code.valid_to))
        given = [code.tier] if code.tier else []
        given += ["said at till"] if code.typed else []
        to_whom = "out of use" if code.retired else ", ".join(given) or "customers"
        have = conventions.count(code.customers) if code.customers else ""
        cells = (code.code, code.name, off_text(code, conventions), first, last, to_whom, have)
        return Row(code.code, cells, ("quiet",) if code.retired else (), code)

    def _under_cursor(self) -> DiscountCode | None:
        row = self.listed.cursor_row
        return row.record if row is not None and isinstance(row.record, DiscountCode) else None


def off_text(code: DiscountCode, conventions: Conventions) -> str:
    """What a code takes off as it may be typed: `7.5 %`, `5.00`."""
    if code.kind == "percent":
        return f"{conventions.quantity(code.value)} %"
    return plain(code.value, conventions.exponent).replace(".", conventions.decimal)


def read_off(text: str, conventions: Conventions) -> tuple[str, int]:
    """What is taken off, as typed: its kind and value. Raises BadInput for what is neither percentage nor amount."""
    bare, example = text.strip(), f"7{conventions.decimal}5%"
    try:
        if bare.endswith("%"):
            return "percent", parse_amount(bare[:-1].strip(), 3, conventions.decimal)
        return "amount", parse_amount(bare, conventions.exponent, conventions.decimal)
    except BadInput as mistake:
        raise BadInput(f"Off: “{bare[:20]}” is neither a percentage such as {example} nor an amount") from mistake


def _tier_named(text: str, tiers: list[str]) -> str:
    """The tier as the shop writes it, whatever the case it was typed in."""
    return next((tier for tier in tiers if tier.casefold() == text.strip().casefold()), text.strip())
