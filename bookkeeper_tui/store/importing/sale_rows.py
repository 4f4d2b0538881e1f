"""The rows of a sales file read into drafts: rows of one sale brought together, and lines that stand one to a row."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from operator import itemgetter

from bookkeeper_tui.money import round_half_up
from bookkeeper_tui.store.importing.columns import DISCOUNT, Columns
from bookkeeper_tui.store.importing.drafts import Buyer, Row, SaleDraft
from bookkeeper_tui.store.importing.tables import bare
from bookkeeper_tui.store.importing.values import Clock, Reading, Refused, Remembered
from bookkeeper_tui.store.sales import TENDER_ACCOUNTS, NewDiscount, NewLine, NewTender

SaleReader = Callable[[list[Row]], list[SaleDraft]]
"""Turns the rows of one sale into what they are: a sale, a return, or both. Raises Refused."""

RETURN_WORDS = frozenset({"return", "refund"})
_HEAD = (
    "sold_at", "date", "time", "branch", "terminal", "kind",
    "customer", "customer_email", "customer_phone", "tender", "note",
)  # fmt: skip
_TOO_MANY_TO_REMEMBER = 2_000_000


class SaleSheet:
    """One sales file under way: its columns, how its cells are read, and what was odd in it so far.

    `products` answers the id of a product's code, None for one that the shop does not know.
    """

    def __init__(self, columns: Columns, reading: Reading, products: Mapping[str, int | None], branch: str) -> None:
        self.columns = columns
        self.reading = reading
        self.products = products
        self.branch = branch
        self.odd: Counter[str] = Counter()

    def amounts(self, name: str) -> Remembered[int]:
        """The amounts of a column, in minor units; an empty cell is refused."""
        title, reading = self.columns.title(name), self.reading
        return Remembered(lambda text: reading.amount(text, title))

    def amounts_or_nothing(self, name: str) -> Remembered[int]:
        """The amounts of a column, in minor units; an empty cell is 0."""
        title, reading = self.columns.title(name), self.reading
        return Remembered(lambda text: reading.amount_or_nothing(text, title))

    def quantities(self, name: str) -> Remembered[tuple[int, int]]:
        """The quantities of a column in thousandths, and the pieces they count."""
        title, reading, most = self.columns.title(name), self.reading, self.columns.format.most_pieces

        def quantity(text: str) -> tuple[int, int]:
            thousandths, pieces = reading.quantity(text, title)
            return thousandths, 0 if most is not None and abs(pieces) > most else pieces

        return Remembered(quantity)

    def note_odd(self, lines: Iterable[NewLine]) -> None:
        """Count what is odd in lines that come in as what they are."""
        for line in lines:
            self.odd["lines with quantity 0"] += not line.quantity
            self.odd["lines whose quantity counts no pieces"] += bool(line.quantity and not line.pieces)
            self.odd["lines with amount 0"] += not line.amount
            self.odd["lines of an unknown product"] += line.product_id is None


def lines_reader(sheet: SaleSheet) -> SaleReader:
    """Reads files where each row is a line and repeats what is true of the sale. The hot path of large imports."""
    columns, place, odd, products = sheet.columns, sheet.columns.place, sheet.odd, sheet.products
    head_names = [name for name in _HEAD if name in place]
    head_of = itemgetter(*[place[name] for name in head_names])
    only_one = len(head_names) == 1
    at_ref, at_product, at_tax = place["sale"], place.get("product"), place.get("tax")
    at_description, at_quantity = place.get("description"), place.get("quantity")
    priced = "amount" not in place
    at_money, money = place["price" if priced else "amount"], sheet.amounts("price" if priced else "amount")
    taxes = sheet.amounts_or_nothing("tax")
    quantities = sheet.quantities("quantity")
    discounts_at = [(place[name], _discounts(sheet, name)) for name in place if _is_discount(name)]
    sold = _Sold(sheet)

    def read(rows: list[Row]) -> list[SaleDraft]:
        head = head_of(rows[0][1])
        about = {head_names[0]: head} if only_one else dict(zip(head_names, head, strict=True))
        is_return = about.get("kind", "").strip().casefold() in RETURN_WORDS
        lines: list[NewLine] = []
        total = no_quantity = no_pieces = no_amount = unknown = 0
        for _, cells in rows:
            if head_of(cells) != head:
                raise Refused("the rows of one sale disagree on when, where or whose it is", cells[at_ref])
            quantity, pieces = quantities[cells[at_quantity]] if at_quantity is not None else (1000, 1)
            amount = money[cells[at_money]] if not priced else _priced(money[cells[at_money]], quantity)
            discounts: tuple[NewDiscount, ...] = ()
            for at, known in discounts_at:
                discounts += known[cells[at]]
            tax = taxes[cells[at_tax]] if at_tax is not None else 0
            if is_return:
                quantity, pieces, amount, tax = -abs(quantity), -abs(pieces), -abs(amount), -abs(tax)
                discounts = tuple(NewDiscount(kind, -abs(off)) for kind, off in discounts)
            elif quantity < 0:
                raise Refused(f"{columns.title('quantity')}: negative, and the row is no return", cells[at_quantity])  # type: ignore[index]
            code = cells[at_product] if at_product is not None else ""
            product_id = products[code] if code else None
            total += amount
            if not quantity:
                no_quantity += 1
            elif not pieces:
                no_pieces += 1
            if not amount:
                no_amount += 1
            if product_id is None:
                unknown += 1
                description = cells[at_description].strip() if at_description is not None else ""
                line = NewLine(None, quantity, pieces, amount, discounts, tax, bare(code) or None, description or None)
            else:
                line = NewLine(product_id, quantity, pieces, amount, discounts, tax)
            lines.append(line)
        odd["lines with quantity 0"] += no_quantity
        odd["lines whose quantity counts no pieces"] += no_pieces
        odd["lines with amount 0"] += no_amount
        odd["lines of an unknown product"] += unknown
        return [sold.draft(rows, about, lines, total, is_return)]

    return read


def whole_sales_reader(sheet: SaleSheet) -> SaleReader:
    """Reads files where each row is a whole sale: one that says a sale's total on every line would count it twice."""
    read_lines = lines_reader(sheet)

    def read(rows: list[Row]) -> list[SaleDraft]:
        if len(rows) > 1:
            raise Refused("several rows of one sale, and the mapping says that each has the total of all")
        return read_lines(rows)

    return read


class _Sold:
    """What is true of a whole sale: when, where, to whom, and how it was paid."""

    def __init__(self, sheet: SaleSheet) -> None:
        self.sheet = sheet
        self.at_ref = sheet.columns.place["sale"]
        self.clocks: Remembered[Clock] = Remembered(self._clock)

    def draft(
        self, rows: list[Row], about: dict[str, str], lines: list[NewLine], total: int, is_return: bool
    ) -> SaleDraft:
        say = about.get
        when = say("sold_at") or f"{say('date', '')} {say('time', '')}".strip()
        clock = self.clocks[when]
        return SaleDraft(
            rows,
            bare(rows[0][1][self.at_ref]),
            clock.at,
            clock.day,
            self._branch(bare(say("branch", ""))),
            Buyer(bare(say("customer", "")), bare(say("customer_email", "")), bare(say("customer_phone", ""))),
            lines,
            self._tenders(say("tender", ""), total),
            kind="return" if is_return else "sale",
            terminal=bare(say("terminal", "")),
            note=say("note", "").strip(),
        )

    def _branch(self, name: str) -> str:
        return self.sheet.columns.format.branch_words.format(name) if name else self.sheet.branch

    def _clock(self, text: str) -> Clock:
        columns = self.sheet.columns
        return self.sheet.reading.clock(text, columns.title("sold_at" if columns.has("sold_at") else "date"))

    def _tenders(self, text: str, total: int) -> list[NewTender]:
        """`card`, or several as `card 10.00 + account 5.00`; what is not said was paid before this system."""
        if not text:
            return [NewTender("imported", total)]
        column = self.sheet.columns.title("tender")
        parts = [part.split() for part in text.casefold().split("+") if part.strip()] or [["imported"]]
        tenders = []
        for words in parts:
            last_is_amount = len(words) > 1 and words[-1][-1:].isdigit()
            kind = " ".join(words[:-1] if last_is_amount else words)
            if kind not in TENDER_ACCOUNTS:
                if self.sheet.columns.format.any_tender:
                    return [NewTender("imported", total, bare(text))]
                raise Refused(f"{column}: not a way to pay", text)
            amount = self.sheet.reading.amount(words[-1], column) if last_is_amount else total
            tenders.append(NewTender(kind, -abs(amount) if total < 0 else amount))
        if sum(tender.amount for tender in tenders) != total:
            raise Refused(f"{column}: not what the lines come to", text)
        return tenders


def sales_together(rows: Iterable[Row], at_ref: int) -> Iterator[list[Row]]:
    """The rows of each sale, where they stand next to each other in the file."""
    together: list[Row] = []
    current = None
    for row in rows:
        ref = row[1][at_ref]
        if ref != current:
            if together:
                yield together
            together, current = [], ref
        together.append(row)
    if together:
        yield together


def are_scattered(refs: Iterable[str]) -> bool:
    """Whether the rows of some sale stand apart from each other, by the sale that each row is of.

    So many sales that it cannot be told in little memory count as scattered.
    """
    seen: set[int] = set()
    current = None
    for ref in refs:
        if ref != current:
            current = ref
            mark = hash(ref)
            if mark in seen or len(seen) > _TOO_MANY_TO_REMEMBER:
                return True
            seen.add(mark)
    return False


def brought_together(rows: Iterable[Row], at_ref: int) -> Iterator[Row]:
    """Rows of a file whose sales are scattered, in the order of each sale's first row, by way of a temporary file."""
    database = sqlite3.connect("")
    try:
        database.execute("PRAGMA cache_size = -32000")
        database.execute("CREATE TABLE row (ref TEXT, line INTEGER PRIMARY KEY, cells TEXT)")
        database.executemany(
            "INSERT OR REPLACE INTO row VALUES (?, ?, ?)",
            ((cells[at_ref], line, "\x1f".join(cells)) for line, cells in rows),
        )
        database.execute("CREATE TABLE sale AS SELECT ref, MIN(line) AS first FROM row GROUP BY ref")
        database.execute("CREATE INDEX row_of_sale ON row (ref, line)")
        for line, cells in database.execute(
            "SELECT row.line, row.cells FROM sale CROSS JOIN row ON row.ref = sale.ref ORDER BY sale.first, row.line"
        ):
            yield line, cells.split("\x1f")
    finally:
        database.close()


def _discounts(sheet: SaleSheet, name: str) -> Remembered[tuple[NewDiscount, ...]]:
    """The discounts of a column, as positive amounts whichever sign the file gives them."""
    kind, title = name.removeprefix(DISCOUNT), sheet.columns.title(name)

    def discount(text: str) -> tuple[NewDiscount, ...]:
        off = abs(sheet.reading.amount_or_nothing(text, title))
        return (NewDiscount(kind, off),) if off else ()

    return Remembered(discount)


def _is_discount(name: str) -> bool:
    return name == "discount" or name.startswith(DISCOUNT)


def _priced(price: int, quantity: int) -> int:
    """Price times a quantity in thousandths, in minor units."""
    return round_half_up(Decimal(price * quantity) / 1000)
