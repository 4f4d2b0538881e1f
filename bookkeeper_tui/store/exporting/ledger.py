"""The books for outsiders: the ledger as hledger or beancount reads it, one file a month and one that includes them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import NamedTuple, TextIO

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.money import plain
from bookkeeper_tui.store.desk import Desk

FILES_OPEN_AT_ONCE = 48


class Transaction(NamedTuple):
    """An entry as it goes out: `link` is the document's number, `payee` the customer's, postings by account id."""

    date: str
    link: str
    payee: str
    narration: str
    postings: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Journal:
    """What differs between the two programs: file endings, the head of the main file, how a transaction is written."""

    ending: str
    preamble: Callable[[str, str, int, str, Iterable[str]], Iterator[str]]
    include: str
    head: Callable[[Transaction], str]


def export_ledger(desk: Desk, format: str, directory: Path) -> Path:
    """Writes every entry so far into `directory` and answers the main file; `format` is hledger or beancount.

    One transaction an entry, in the shop's currency, amounts exact; memory stays flat. Raises BadInput for another
    format or a directory that cannot be written.
    """
    database = desk.require("export.ledger")
    if format not in JOURNALS:
        raise BadInput(f"“{format}” is no ledger format: there are {' and '.join(JOURNALS)}")
    journal, shop = JOURNALS[format], desk.store.shop
    last, first_date = database.execute_sql("SELECT COALESCE(MAX(id), 0), MIN(date) FROM entry").fetchone()
    desk.look("export.ledger", subject=format, detail={"to": str(directory), "entries": last})
    accounts = dict(database.execute_sql("SELECT id, name FROM account").fetchall())
    used: set[int] = set()
    amounts = _Amounts(shop.exponent, shop.currency)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with _Months(directory, journal.ending) as months:
            for transaction in _transactions(database, last):
                lines = [journal.head(transaction)]
                for account, amount in transaction.postings:
                    used.add(account)
                    lines.append(f"  {accounts[account]}  {amounts[amount]}")
                months.write(transaction.date[:7], "\n".join(lines) + "\n\n")
        main = directory / f"main.{journal.ending}"
        names = sorted(accounts[account] for account in used)
        text = [*journal.preamble(shop.name, shop.currency, shop.exponent, first_date or "1970-01-01", names), ""]
        text += [journal.include.format(name) for name in months.names()]
        main.write_text("\n".join(text) + "\n", encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{directory} cannot be written: {error.strerror}") from error
    return main


class _Amounts(dict[int, str]):
    """Minor units as the journals write them; the same few thousand amounts come again and again."""

    def __init__(self, exponent: int, currency: str) -> None:
        super().__init__()
        self._exponent, self._currency = exponent, currency

    def __missing__(self, amount: int) -> str:
        text = f"{plain(amount, self._exponent)} {self._currency}"
        if len(self) < 100_000:
            self[amount] = text
        return text


class _Months:
    """One file a month, as many open as the system bears; a month met again later is continued."""

    def __init__(self, directory: Path, ending: str) -> None:
        self._directory, self._ending = directory, ending
        self._open: dict[str, TextIO] = {}
        self._begun: set[str] = set()

    def __enter__(self) -> "_Months":
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def write(self, month: str, text: str) -> None:
        file = self._open.get(month)
        if file is None:
            if len(self._open) >= FILES_OPEN_AT_ONCE:
                self._close()
            path = self._directory / f"{month}.{self._ending}"
            file = self._open[month] = path.open("a" if month in self._begun else "w", encoding="utf-8")
            self._begun.add(month)
        file.write(text)

    def names(self) -> list[str]:
        return [f"{month}.{self._ending}" for month in sorted(self._begun)]

    def _close(self) -> None:
        for file in self._open.values():
            file.close()
        self._open.clear()


def _transactions(database: SqliteDatabase, last: int) -> Iterator[Transaction]:
    rows = database.execute_sql(SELECT_ENTRIES, (last,))
    for _, together in groupby(rows, key=lambda row: row[0]):
        postings = list(together)
        _, date, kind, number, document, memo, payee, _, _ = postings[0]
        narration = _harmless(f"{kind} {memo}" if memo and memo != number else kind)
        link = number or document
        yield Transaction(date, link, payee or "", narration, [(row[7], row[8]) for row in postings])


def _harmless(text: str) -> str:
    """Text without what the journals take for their own signs."""
    return " ".join(text.translate(SIGNS).split())


def _hledger_preamble(name: str, currency: str, exponent: int, first: str, accounts: Iterable[str]) -> Iterator[str]:
    yield f"; {_harmless(name)}: written by Bookkeeper"
    yield "decimal-mark ."
    # hledger wants the decimal mark shown even where no decimals follow it.
    yield f"commodity {plain(0, exponent)}{'' if exponent else '.'} {currency}"
    for account in accounts:
        yield f"account {account}"


def _beancount_preamble(name: str, currency: str, exponent: int, first: str, accounts: Iterable[str]) -> Iterator[str]:
    yield f'option "title" "{_harmless(name)}"'
    yield f'option "operating_currency" "{currency}"'
    yield f"{first} commodity {currency}"
    for account in accounts:
        yield f"{first} open {account} {currency}"


def _hledger_head(transaction: Transaction) -> str:
    date, link, payee, narration, _ = transaction
    return f"{date} * ({link}) {payee} | {narration}" if payee else f"{date} * ({link}) {narration}"


def _beancount_head(transaction: Transaction) -> str:
    date, link, payee, narration, _ = transaction
    return f'{date} * "{payee}" "{narration}" ^{link}'


JOURNALS = {
    "hledger": Journal("journal", _hledger_preamble, "include {}", _hledger_head),
    "beancount": Journal("beancount", _beancount_preamble, 'include "{}"', _beancount_head),
}
SIGNS = str.maketrans({'"': "'", "\\": "/", "|": "/", ";": ",", "\n": " ", "\r": " "})
SELECT_ENTRIES = """
SELECT entry.id, entry.date, entry.kind, sale.number, entry.document_kind || '-' || entry.document_id, entry.memo,
       customer.number, posting.account_id, posting.amount
FROM entry CROSS JOIN posting ON posting.entry_id = entry.id
LEFT JOIN sale ON entry.document_kind = 'sale' AND sale.id = entry.document_id
LEFT JOIN customer ON customer.id = sale.customer_id
WHERE entry.id <= ? ORDER BY entry.id, posting.line_no
"""
