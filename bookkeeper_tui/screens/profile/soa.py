"""The SOA tab: the customer's statement of account for a period, in three kinds, with its aging; printed or saved."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from textual.app import ComposeResult

from bookkeeper_tui.formats import Conventions, cell_width
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.screens.profile.tab import DocumentsTab
from bookkeeper_tui.screens.saving import save_as
from bookkeeper_tui.store import statements
from bookkeeper_tui.store.statements import BALANCE_FORWARD, KINDS, OPEN_ITEM, Statement, StatementLine
from bookkeeper_tui.widgets.figures import Figure, figure_lines
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Line, Piece, wrap
from bookkeeper_tui.widgets.sheet import Sheet

OTHER = "other"
PERIODS = (
    ("three", "The last three months"),
    ("month", "This month"),
    ("before", "Last month"),
    ("year", "This year"),
    ("last year", "Last year"),
    ("all", "Everything up to today"),
    (OTHER, "Another period"),
)
BUCKET_LABELS = ("Not due", "1-30", "31-60", "61-90", "91-120", ">120", "Credit")
NONE_IN_PERIOD = ["Nothing was charged or paid in this period. / chooses another one."]
NONE_OPEN = ["Nothing is open on that day."]


class SoaTab(DocumentsTab):
    """The documents of a period from its opening to its closing balance; Enter opens the receipt."""

    NAME = "soa"
    TITLE = "SOA"
    PERMISSION = "account.viewed"

    def __init__(self) -> None:
        super().__init__()
        self._kind = KINDS[0]
        self._period, self._first, self._last = PERIODS[0][0], "", ""
        self._rows: StatementRows | None = None

    def compose(self) -> ComposeResult:
        """Which statement it is, its documents, the one under the cursor in full, and the aging."""
        yield Sheet(inset=1, id="soa-head").taking_no_focus()
        yield HotList(
            [
                Column("Date", 10),
                Column("Reference"),
                Column("What", 0, from_width=70),
                Column("Debit", 9, right=True, from_width=46),
                Column("Credit", 9, right=True, from_width=46),
                Column("Open", 9, right=True, from_width=76),
                Column("Balance", 10, right=True),
            ],
            empty=NONE_IN_PERIOD,
        )
        yield Sheet(inset=1, id="soa-line").taking_no_focus()
        yield Sheet(inset=1, id="soa-aging").taking_no_focus()

    def load(self) -> None:
        """The statement of the chosen period, from its beginning."""
        self._rows = StatementRows(self._read(), self.conventions)
        self.hot_list.set_empty(NONE_OPEN if self._kind == OPEN_ITEM else NONE_IN_PERIOD)
        self.hot_list.read(self._rows)
        self._draw()

    def reload(self) -> None:
        """The same statement again, where it stands."""
        if self._rows is None:
            self.load()
            return
        self._rows.statement = self._read()
        self.hot_list.reload()
        self._draw()

    def main(self) -> HotList:
        """Keys go to the list."""
        return self.hot_list

    @property
    def sale_behind(self) -> int | None:
        return self._line.sale_id if self._line is not None else None

    # What may be done here.

    def do_statement_kind(self) -> None:
        """The next kind."""
        self._kind = KINDS[(KINDS.index(self._kind) + 1) % len(KINDS)]
        self.load()

    async def do_filter(self) -> None:
        """Choose the period."""
        chosen = await self.profile.ask(Choose("The statement of which period?", PERIODS, start=self._period))
        if chosen is None:
            return
        if chosen == OTHER and not await self._ask_period():
            return
        self._period = chosen
        self.load()

    async def do_print(self) -> None:
        """The statement at this till's printer."""
        from bookkeeper_tui.paper.statements import page_for_printer

        await self.house.print_page(page_for_printer(self.desk, self._statement))
        self.house.notice("The statement was sent to the printer")

    async def do_export(self) -> None:
        """The statement as a file."""
        from bookkeeper_tui.paper.statements import FORMATS, save_statement

        self.desk.require("export.statement")
        seen = self._statement
        start = f"statement-{seen.customer_number}-{seen.last}.pdf"
        await save_as(self.profile, start, FORMATS, lambda name: save_statement(self.desk, seen, name))

    # Reading and drawing.

    @property
    def _statement(self) -> Statement:
        assert self._rows is not None
        return self._rows.statement

    @property
    def _line(self) -> StatementLine | None:
        row = self.hot_list.cursor_row
        return row.record if row is not None and isinstance(row.record, StatementLine) else None

    def _read(self) -> Statement:
        first, last = self._between()
        return statements.statement(self.desk, self.customer.id, first, last, self._kind)

    def _between(self) -> tuple[str, str]:
        if self._period == OTHER:
            return self._first, self._last
        return period(self._period, date.fromisoformat(self.desk.today()))

    async def _ask_period(self) -> bool:
        first, last = self._between()
        read_date = self.conventions.read_date

        def checked(answer: Mapping[str, str]) -> None:
            first, last = read_date(answer["first"], "From"), read_date(answer["last"], "To")
            statements.statement(self.desk, self.customer.id, first, last, OPEN_ITEM)

        asked = [
            AskedField("first", "From", self.conventions.date(first) if first else "", 20),
            AskedField("last", "To", self.conventions.date(last), 20),
        ]
        question = "From which day to which? Without the first it begins with the account."
        answer = await self.profile.ask(AskFields(question, asked, checked))
        if answer is None:
            return False
        self._first, self._last = read_date(answer["first"], "From"), read_date(answer["last"], "To")
        return True

    def _draw(self) -> None:
        seen, conventions = self._statement, self.conventions

        def head(width: int) -> list[Line]:
            begin = conventions.date(seen.first) if seen.first else "the beginning"
            said = f"{seen.kind.capitalize()}, {begin} to {conventions.date(seen.last)}"
            hint = "   / period" if cell_width(said) + 11 <= width else ""
            return [(Piece(said, "strong"), Piece(hint, "quiet"))]

        def aging(width: int) -> list[Line]:
            amounts = [conventions.amount(amount) for _, amount in seen.aging.buckets]
            figures = [
                Figure(label, amount, "warn" if place and label != "Credit" and seen.aging[place + 1] else "plain")
                for place, (label, amount) in enumerate(zip(BUCKET_LABELS, amounts, strict=True))
            ]
            figures.append(Figure("Balance", conventions.amount(seen.closing), "strong"))
            return figure_lines(figures, width, least=max(len(one.label) + len(one.value) + 1 for one in figures))

        self.query_one("#soa-head", Sheet).draw(head)
        self.query_one("#soa-aging", Sheet).draw(aging)
        self.draw_document()

    def draw_document(self) -> None:
        line, conventions = self._line, self.conventions

        def drawing(width: int) -> list[Line]:
            if line is None:
                return []
            said = f"{line.reference} {line.what} {conventions.amount(line.debit - line.credit)}"
            if line.open > 0:
                said += f"; {conventions.amount(line.open)} open, due {conventions.date(line.due)}"
            elif line.open < 0:
                said += f"; {conventions.amount(-line.open)} not used yet"
            return [(Piece(text, "quiet"),) for text in wrap(said, width)[:2]]

        self.query_one("#soa-line", Sheet).draw(drawing)


@dataclass
class StatementRows:
    """A statement's lines as a list shows them, made only where they are in sight; their key is their place."""

    statement: Statement
    conventions: Conventions

    def total(self) -> int:
        """The documents, and the opening balance before them."""
        return len(self.statement.lines) + self._before_lines

    def after(self, key: Hashable | None, limit: int, including: bool = False) -> Sequence[Row]:
        """The lines that follow."""
        start = 0 if key is None else cast(int, key) + (0 if including else 1)
        return [self._row(at) for at in range(start, min(start + limit, self.total()))]

    def before(self, key: Hashable | None, limit: int) -> Sequence[Row]:
        """The lines before."""
        end = self.total() if key is None else min(cast(int, key), self.total())
        return [self._row(at) for at in range(max(0, end - limit), end)]

    @property
    def _before_lines(self) -> int:
        """An opening balance is a row of its own; there is none before the beginning, nor where there is nothing."""
        seen = self.statement
        return int(seen.kind != OPEN_ITEM and bool(seen.first) and bool(seen.lines or seen.opening))

    def _row(self, at: int) -> Row:
        conventions = self.conventions
        if at < self._before_lines:
            opening = conventions.amount(self.statement.opening)
            day = conventions.date(self.statement.first)
            return Row(at, (day, "Opening", "Opening balance", "", "", "", opening), ("quiet",))
        line = self.statement.lines[at - self._before_lines]
        debit, credit = (conventions.amount(amount) if amount else "" for amount in (line.debit, line.credit))
        cells = (
            conventions.date(line.date),
            line.reference,
            line.what,
            debit,
            credit,
            conventions.amount(line.open) if line.open and self.statement.kind != BALANCE_FORWARD else "",
            conventions.amount(line.balance),
        )
        return Row(at, cells, record=line)


def period(name: str, today: date) -> tuple[str, str]:
    """The first and last ISO date of a period of PERIODS; the first is empty for the beginning."""
    month = today.replace(day=1)
    year = today.replace(month=1, day=1)
    if name == "month":
        first, last = month, today
    elif name == "before":
        first, last = _months_back(month, 1), month - timedelta(1)
    elif name == "year":
        first, last = year, today
    elif name == "last year":
        first, last = year.replace(year=year.year - 1), year - timedelta(1)
    elif name == "all":
        return "", today.isoformat()
    else:
        first, last = _months_back(month, 2), today
    return first.isoformat(), last.isoformat()


def _months_back(month: date, count: int) -> date:
    ordinal = month.year * 12 + month.month - 1 - count
    return date(ordinal // 12, ordinal % 12 + 1, 1)
