"""The Loyalty tab: points and what they are worth, the tier and the way to the next, lots, and every entry."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import cast

from textual.app import ComposeResult

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import Conventions, harmless
from bookkeeper_tui.money import parse_amount
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.profile.overview import MONTHS
from bookkeeper_tui.screens.profile.tab import ListTab
from bookkeeper_tui.store import loyalty, points_history
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.loyalty import LoyaltyGlance
from bookkeeper_tui.store.points_history import LastDay, PointsRow
from bookkeeper_tui.widgets.chart import Measure, bars
from bookkeeper_tui.widgets.figures import Figure, figure_lines, heading
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Line, Piece
from bookkeeper_tui.widgets.sheet import Sheet

Check = Callable[[Mapping[str, str]], object]
KINDS = {"earn": "earned", "redeem": "redeemed", "expire": "expired", "adjust": "adjusted", "reverse": "taken back"}
LAST_DAYS = 2
WITH_CHART = 14


class LoyaltyTab(ListTab):
    """The figures above, the entries below; Enter opens the sale behind one."""

    NAME = "loyalty"
    TITLE = "Loyalty"
    PERMISSION = "loyalty.viewed"

    def compose(self) -> ComposeResult:
        """The figures, and the entries."""
        yield Sheet(inset=1, id="loyalty-figures").taking_no_focus()
        yield HotList(
            [
                Column("Date", 10),
                Column("What"),
                Column("Receipt", 10, from_width=46),
                Column("Last day", 10, from_width=56),
                Column("Points", 8, right=True),
            ],
            empty=["No points yet. They come with sales; j adds some by hand."],
        )

    def load(self) -> None:
        """From the newest entry."""
        self.hot_list.read(PointsRows(self.desk, self.customer.id, self.conventions))
        self._draw()

    def reload(self) -> None:
        """Where it stands."""
        self.hot_list.reload()
        self._draw()

    def main(self) -> HotList:
        """Keys go to the entries."""
        return self.hot_list

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: the receipt."""
        event.stop()
        row = self.hot_list.cursor_row
        entry = row.record if row is not None and isinstance(row.record, PointsRow) else None
        if entry is not None and entry.sale_id is not None:
            self.house.show("receipt", sale_id=entry.sale_id)
        else:
            self.house.notice("No sale stands behind this entry")

    async def do_redeem(self) -> None:
        """r: points become store credit."""
        glance, conventions, once = self._glance(), self.conventions, token_hex(8)
        free = max(0, glance.balance - glance.reserved)
        if not free:
            raise BadInput(f"{harmless(self.customer.name)} has no points to redeem")
        question = f"How many points become store credit? {conventions.count(free)} are available"

        def check(answer: Mapping[str, str]) -> None:
            points = self._points(answer["points"])
            if not 0 < points <= free:
                raise BadInput(f"Give a number of points from 1 to {conventions.count(free)}")

        answer = await self._ask(question, [AskedField("points", "Points", "", 12)], check)
        if answer is not None:
            points = self._points(answer["points"])
            worth = loyalty.redeem_to_credit(self.desk, self.customer.id, points, once)
            self.reload()
            self.house.notice(f"{conventions.count(points)} points are {conventions.amount(worth)} of store credit now")

    async def do_adjust_points(self) -> None:
        """j: points more or fewer, for a reason."""
        customer, once = self.customer, token_hex(8)
        answer = await self._ask(
            f"Points of {harmless(customer.name)} more, or fewer with a minus",
            [AskedField("points", "Points", "", 12), AskedField("reason", "Reason", "", loyalty.LONGEST_REASON)],
            self._check_adjustment,
        )
        if answer is None:
            return
        desk = await self.profile.desk_for("points.adjusted", f"Adjusting points of {customer.number}")
        if desk is not None:
            balance = loyalty.adjust(desk, customer.id, self._points(answer["points"]), answer["reason"], once)
            self.reload()
            self.house.notice(f"{harmless(customer.name)} has {self.conventions.count(balance)} points now")

    async def do_own_rate(self) -> None:
        """o: what this customer's points are multiplied by, whatever the tier says."""
        own = self._glance().own_rate
        answer = await self._ask(
            f"A rate of their own: {self.conventions.quantity(1500)} is half as many again; empty is the tier's",
            [AskedField("rate", "Rate", "" if own is None else self.conventions.quantity(own), 8)],
            self._rate,
        )
        if answer is not None:
            loyalty.set_own_rate(self.desk, self.customer.id, self._rate(answer))
            self.reload()

    def _glance(self) -> LoyaltyGlance:
        return loyalty.at_a_glance(self.desk, self.customer.id)

    async def _ask(self, question: str, fields: Sequence[AskedField], check: Check) -> dict[str, str] | None:
        if self.customer.id == WALK_IN_ID:
            raise BadInput("The walk-in customer has no points")
        return await self.profile.ask(AskFields(question, fields, check))

    def _points(self, text: str) -> int:
        return parse_amount(text, 0, self.conventions.decimal)

    def _check_adjustment(self, answer: Mapping[str, str]) -> None:
        if not self._points(answer["points"]):
            raise BadInput("Give a number of points, such as 50 or -50")
        if not answer["reason"]:
            raise BadInput("Say why, in a few words")

    def _rate(self, answer: Mapping[str, str]) -> int | None:
        return parse_amount(answer["rate"], 3, self.conventions.decimal) if answer["rate"] else None

    def _draw(self) -> None:
        glance, conventions = self._glance(), self.conventions
        days = points_history.last_days(self.desk, self.customer.id, LAST_DAYS + 1)
        months = points_history.balance_by_month(self.desk, self.customer.id)
        sheet = self.query_one("#loyalty-figures", Sheet)
        sheet.draw(
            lambda width: [
                *loyalty_lines(glance, days, conventions, width),
                *(month_lines(months, conventions, width) if sheet.size.height >= WITH_CHART else ()),
            ],
            from_top=True,
        )


def loyalty_lines(glance: LoyaltyGlance, days: Sequence[LastDay], conventions: Conventions, width: int) -> list[Line]:
    """The figures' lines for a width: points, tier, the way to the next, and what expires when."""
    times = "x" if conventions.ascii else "×"
    rate = f"{times} {conventions.quantity(glance.rate)}{' own' if glance.own_rate is not None else ''}"
    figures = [
        Figure("Points", conventions.count(glance.balance), "bad" if glance.balance < 0 else "strong"),
        Figure("Tier", glance.tier or "none yet", "strong"),
        Figure("Worth", conventions.amount(glance.worth)),
        Figure("Since", conventions.date(glance.since) if glance.since and glance.tier else ""),
        Figure("On baskets", conventions.count(glance.reserved) if glance.reserved else ""),
        Figure("Earns", rate),
    ]
    lines = figure_lines([figure for figure in figures if figure.value], width, least=16)
    lines += _progress(glance, conventions, width)
    lines.append(heading("Expires", width, ascii_only=conventions.ascii))
    return lines + _expiring(glance, days, conventions)


def month_lines(months: Sequence[tuple[str, int]], conventions: Conventions, width: int) -> list[Line]:
    """The balance at the end of each month, as a chart; nothing where there never were any points."""
    if not any(points for _, points in months):
        return []
    measures = [Measure(MONTHS[int(month[5:]) - 1], points, conventions.count(points)) for month, points in months]
    title = heading("Points at the end of each month", width, ascii_only=conventions.ascii)
    return [title, *bars(measures, width, ascii_only=conventions.ascii)]


def _progress(glance: LoyaltyGlance, conventions: Conventions, width: int) -> list[Line]:
    """The way to the next tier, as a bar with its words."""
    if not glance.next_tier:
        return [(Piece("The highest tier", "quiet"),)] if glance.tier else []
    goal = glance.spend + glance.to_next
    words = f" {conventions.amount(glance.to_next)} to {glance.next_tier}"
    room = max(4, width - len(words) - 2)
    done = max(0, min(room, glance.spend * room // goal if goal else 0))
    full, rest = ("#", ".") if conventions.ascii else ("█", "·")
    return [(Piece("["), Piece(full * done, "bar"), Piece(rest * (room - done), "quiet"), Piece("]"), Piece(words))]


def _expiring(glance: LoyaltyGlance, days: Sequence[LastDay], conventions: Conventions) -> list[Line]:
    lines: list[Line] = []
    for expires_on, points, lots in days[:LAST_DAYS]:
        until = f"after {conventions.date(expires_on)}" if expires_on else "never"
        lines.append(
            (Piece(f"{conventions.count(points)} {until}"), Piece(f"  in {lots} lot{'s'[: lots > 1]}", "quiet"))
        )
    if len(days) > LAST_DAYS:
        rest = max(0, glance.balance) - sum(day.points for day in days[:LAST_DAYS])
        lines.append((Piece(f"{conventions.count(rest)} later"),))
    return lines or [(Piece("nothing", "quiet"),)]


@dataclass(frozen=True)
class PointsRows:
    """One customer's entries, newest first, by their id."""

    desk: Desk
    customer_id: int
    conventions: Conventions

    def total(self) -> int:
        """How many there are."""
        return points_history.count(self.desk, self.customer_id)

    def after(self, key: Hashable | None, limit: int, including: bool = False) -> Sequence[Row]:
        """Older ones."""
        before = None if key is None else cast(int, key) + including
        return [self._row(row) for row in points_history.page(self.desk, self.customer_id, before=before, limit=limit)]

    def before(self, key: Hashable | None, limit: int) -> Sequence[Row]:
        """Newer ones."""
        after = 0 if key is None else cast(int, key)
        return [self._row(row) for row in points_history.page(self.desk, self.customer_id, after=after, limit=limit)]

    def _row(self, row: PointsRow) -> Row:
        conventions = self.conventions
        cells = (
            conventions.date(row.business_date),
            what_of(row),
            row.number,
            conventions.date(row.expires_on) if row.expires_on else "",
            conventions.count(row.points),
        )
        return Row(row.id, cells, record=row)


def what_of(row: PointsRow) -> str:
    """An entry in a few words."""
    kind = "given back" if row.kind == "reverse" and row.points > 0 else KINDS[row.kind]
    return harmless(f"{kind}: {row.reason}" if row.reason else kind)
