"""Setup's points and tiers: how points are earned and what they pay, and what spend each tier takes."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.widgets import Static

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import Conventions, harmless
from bookkeeper_tui.money import parse_amount, plain
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.kept_list import KeptList
from bookkeeper_tui.screens.typed_answers import read_whole
from bookkeeper_tui.store import tiers
from bookkeeper_tui.store.tiers import Program, Rules, Tier
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

_LATER = "Customers get the tier that they have reached when the day is closed next"
_LONGEST_NAME = 40


class LoyaltyRulesScreen(KeptList):
    """The rules above, the tiers below; Enter changes the tier under the cursor, o the rules."""

    NAME = "loyalty_rules"
    NEEDS = dict.fromkeys(("add", "change", "remove"), "tier.edited")
    TITLE_WORDS = "Setup: points and tiers"
    CSS_PATH = "loyalty_rules.tcss"
    CHANGES = frozenset({"tier.edited"})

    def __init__(self) -> None:
        super().__init__()
        self._rules: Rules | None = None

    def body(self) -> ComposeResult:
        """The rules in words, and the tiers."""
        yield Static("", id="program", markup=False)
        yield HotList(
            [Column("Tier"), Column("From a spend of", 16, right=True), Column("Points", 12, right=True)],
            empty=["There are no tiers. A adds one: Gold, from a spend of 1000, one and a half times the points."],
            id="tiers",
        )

    def read(self) -> None:
        """Read the rules anew."""
        self._rules = rules = tiers.rules(self.desk)
        conventions = self.house.conventions
        self.query_one("#program", Static).update(program_words(rules, conventions))
        self.listed.show([_row(tier, conventions) for tier in rules.tiers], keep=True)

    async def do_earning(self) -> None:
        """Change how points are earned and what they pay."""
        rules, conventions = self._seen(), self.house.conventions

        def save(answer: Mapping[str, str]) -> None:
            tiers.choose(self.desk, self._read_program(answer), rules.tiers, seen=rules)

        program = rules.program
        fields = [
            AskedField("points", "Points earned", str(program.earn_points), 9),
            AskedField("amount", "for every", _typed_amount(program.earn_amount, conventions), 12),
            AskedField("value", "A point pays", _typed_amount(program.point_value, conventions), 12),
            AskedField("lot", "Days they last", str(program.lot_days), 5),
            AskedField("window", "Tier by days", str(program.window_days), 5),
        ]
        question = "Points from now on; what was earned stays as it is.\nDays they last: 0 is for ever."
        if await self.ask(AskFields(question, fields, check=save)) is not None:
            self.read()

    async def do_add(self) -> None:
        """One more tier."""
        await self._ask("A new tier", None)

    async def do_change(self) -> None:
        """Change the tier under the cursor; its own name stays, for customers and discount codes have it by that."""
        if (tier := self._under_cursor()) is not None:
            await self._ask(f"The tier {harmless(tier.name)}", tier)

    async def do_remove(self) -> None:
        """Take the tier under the cursor away."""
        rules, tier = self._seen(), self._under_cursor()
        if tier is None:
            raise BadInput("There is no tier here")
        left = tuple(one for one in rules.tiers if one != tier)
        if not left:
            raise BadInput("The last tier stays: without any, those that the program came with would count")
        if await self.ask(Confirm(f"Take the tier {harmless(tier.name)} away?", yes="Take it away", no="Keep")):
            tiers.choose(self.desk, rules.program, left, seen=rules)
            self.read()
            self.house.notice(_LATER)

    async def _ask(self, question: str, known: Tier | None) -> None:
        rules, conventions, saved = self._seen(), self.house.conventions, list[Tier]()

        def save(answer: Mapping[str, str]) -> None:
            tier = self._read_tier(answer, known)
            others = [one for one in rules.tiers if one != known]
            tiers.choose(self.desk, rules.program, sorted([*others, tier], key=lambda one: one.threshold), seen=rules)
            saved.append(tier)

        own = [] if known else [AskedField("name", "Name", most=_LONGEST_NAME)]
        fields = [
            *own,
            AskedField("from", "From a spend of", _typed_amount(known.threshold, conventions) if known else "", 12),
            AskedField("rate", "Points, times", conventions.quantity(known.rate if known else tiers.PLAIN_RATE), 8),
        ]
        await self.ask(AskFields(question, fields, check=save))
        if saved:
            self.read()
            self.listed.select(saved[-1].name)
            self.house.notice(_LATER)

    def _read_program(self, answer: Mapping[str, str]) -> Program:
        return Program(
            read_whole(answer["points"], "Points earned"),
            self._amount(answer["amount"], "For every"),
            self._amount(answer["value"], "A point pays"),
            read_whole(answer["lot"], "Days they last"),
            read_whole(answer["window"], "Tier by days"),
        )

    def _read_tier(self, answer: Mapping[str, str], known: Tier | None) -> Tier:
        conventions = self.house.conventions
        try:
            rate = parse_amount(answer["rate"].strip().lstrip("x× "), 3, conventions.decimal)
        except BadInput as mistake:
            raise BadInput(f"Points, times: “{harmless(answer['rate'][:20])}” is no figure such as 1.5") from mistake
        name = known.name if known else " ".join(harmless(answer["name"]).split())
        return Tier(name, self._amount(answer["from"], "From a spend of"), rate)

    def _amount(self, text: str, place: str) -> int:
        conventions = self.house.conventions
        try:
            return parse_amount(text, conventions.exponent, conventions.decimal)
        except BadInput as mistake:
            raise BadInput(f"{place}: {mistake}") from mistake

    def _seen(self) -> Rules:
        assert self._rules is not None
        return self._rules

    def _under_cursor(self) -> Tier | None:
        row = self.listed.cursor_row
        return row.record if row is not None and isinstance(row.record, Tier) else None


def program_words(rules: Rules, conventions: Conventions) -> str:
    """The rules as sentences."""
    program, amount = rules.program, conventions.amount
    points = f"{conventions.count(program.earn_points)} point{'s'[: program.earn_points != 1]}"
    last = f"for {conventions.count(program.lot_days)} days" if program.lot_days else "for ever"
    pays = amount(program.point_value)
    return (
        f"{points} for every {amount(program.earn_amount)}; a point pays {pays} and lasts {last}. "
        f"A tier goes by the spend of the last {conventions.count(program.window_days)} days."
        + ("" if rules.own else " These are the rules that the program came with.")
    )


def _row(tier: Tier, conventions: Conventions) -> Row:
    times = "x" if conventions.ascii else "×"
    cells = (tier.name, conventions.amount(tier.threshold), f"{times} {conventions.quantity(tier.rate)}")
    return Row(tier.name, cells, (), tier)


def _typed_amount(amount: int, conventions: Conventions) -> str:
    return plain(amount, conventions.exponent).replace(".", conventions.decimal)
