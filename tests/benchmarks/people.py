"""The people of the benchmark shop, always the same: skewed names, phones, e-mails, cities, demographics."""

from __future__ import annotations

import random
import sqlite3
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from pathlib import Path

from bookkeeper_tui.formats import fold
from bookkeeper_tui.store.engine.search_index import words_of

HERE = Path(__file__).parent
CHUNK = 20_000
WORDS: dict[str, list[str]] = tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))
ATTRIBUTES = {
    "age": ("19-24", "25-34", "35-44", "45-54", "55-64", "65+"),
    "income": ("Under 15K", "15-24K", "25-34K", "35-49K", "50-74K", "75-99K", "100-124K", "150-174K", "250K+"),
    "household_size": ("1", "2", "3", "4", "5+"),
    "home_ownership": ("Homeowner", "Renter", "Probable Owner", "Unknown"),
}
TAGS = ("vip", "newsletter", "trade", "student", "senior", "staff-friend", "allergy", "press")


class Skewed:
    """Draws from a list whose first members are by far the commonest (Zipf, flattened at the head)."""

    def __init__(self, values: list[str], flatten: float, power: float = 1.0) -> None:
        self.values = values
        self.weights = list(accumulate(1 / (rank + flatten) ** power for rank in range(len(values))))

    def draw(self, chance: random.Random, count: int) -> list[str]:
        """`count` draws."""
        return chance.choices(self.values, cum_weights=self.weights, k=count)


def add_people(connection: sqlite3.Connection, customers: int, seed: int, created_at: int) -> None:
    """Write customers 2 … `customers` + 1 with addresses, tags, attributes and consents; 1 is the walk-in."""
    chance = random.Random(seed)
    for first in range(2, customers + 2, CHUNK):
        ids = range(first, min(first + CHUNK, customers + 2))
        people = list(customer_rows(ids, chance, created_at))
        with connection:
            insert(connection, "customer", CUSTOMER_COLUMNS, people)
            insert(connection, "standing", "customer_id", [(customer_id,) for customer_id in ids])
            insert(connection, "search_entry", "docid, customer_id, words", list(search_rows(people)))
            insert(connection, "customer_address", ADDRESS_COLUMNS, list(address_rows(ids, chance)))
            insert(connection, "customer_tag", "customer_id, tag", list(tag_rows(ids, chance)))
            insert(connection, "customer_attribute", ATTRIBUTE_COLUMNS, list(attribute_rows(ids, chance)))
            insert(connection, "consent", CONSENT_COLUMNS, list(consent_rows(ids, chance, created_at)))


def insert(connection: sqlite3.Connection, table: str, columns: str, rows: list[tuple[object, ...]]) -> None:
    """One executemany; `columns` as they stand in SQL."""
    marks = ",".join("?" * (columns.count(",") + 1))
    connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)


CUSTOMER_COLUMNS = (
    "id, number, name, company, phone_raw, phone_e164, phone_reversed, email, email_key, card, born, gender, "
    "language, created_at"
)
ADDRESS_COLUMNS = "customer_id, kind, street, city, city_key, postcode, country"
ATTRIBUTE_COLUMNS = "customer_id, name, value, value_key"
CONSENT_COLUMNS = "customer_id, purpose, channel, given, at, how, wording, wording_version, who"


def customer_rows(ids: range, chance: random.Random, created_at: int) -> Iterator[tuple[object, ...]]:
    """Rows of CUSTOMER_COLUMNS."""
    count = len(ids)
    firsts = first_names().draw(chance, count)
    seconds = first_names().draw(chance, count)
    lasts = surnames().draw(chance, count)
    others = surnames().draw(chance, count)
    hosts = chance.choices(WORDS["mail_hosts"], weights=(40, 20, 10, 10, 8, 5, 4, 3), k=count)
    for place, customer_id in enumerate(ids):
        first, last = firsts[place], lasts[place]
        roll = chance.random()
        if roll < 0.12:
            name = f"{first} {seconds[place]} {last}"
        elif roll < 0.22:
            name = f"{first} {last} {others[place]}"
        elif roll < 0.25:
            name = f"{first} {last}-{others[place]}"
        else:
            name = f"{first} {last}"
        company = f"{last} {chance.choice(WORDS['company_endings'])}" if roll > 0.97 else ""
        # A bijection of the id, so that numbers look random and no two are the same.
        national = f"7{(customer_id * 7_368_787 + 314_159_265) % 1_000_000_000:09d}" if chance.random() < 0.9 else ""
        raw = f"0{national[:4]} {national[4:]}" if national else ""
        email = ""
        if chance.random() < 0.85:
            email = f"{plain(first)}.{plain(last)}{customer_id}@{hosts[place]}"
        card = f"2{customer_id:012d}" if chance.random() < 0.4 else ""
        born = ""
        if chance.random() < 0.6:
            born = f"{chance.randint(1940, 2007)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
        yield (
            customer_id,
            f"C-{customer_id - 1:06d}",
            name,
            company,
            raw,
            f"+44{national}" if national else "",
            national[::-1],
            email,
            email,
            card,
            born,
            ("", "female", "male")[chance.randrange(3)],
            "en" if roll < 0.9 else "es",
            created_at,
        )


def search_rows(people: list[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    """The words of each customer for the search index, in no order yet: ranking gives it."""
    for row in people:
        yield row[0], row[0], words_of(str(row[2]), str(row[3]))


def address_rows(ids: range, chance: random.Random) -> Iterator[tuple[object, ...]]:
    """Rows of ADDRESS_COLUMNS: a billing address for seven of ten, a delivery address for one of ten."""
    cities = Skewed(WORDS["cities"], 1.5)
    streets = Skewed([f"{word} Street" for word in WORDS["place_beginnings"]], 5)
    for customer_id, city, street in zip(
        ids, cities.draw(chance, len(ids)), streets.draw(chance, len(ids)), strict=True
    ):
        roll = chance.random()
        postcode = f"{city[:2].upper()}{chance.randint(1, 30)} {chance.randint(1, 9)}AB"
        if roll < 0.7:
            yield customer_id, "billing", f"{chance.randint(1, 200)} {street}", city, folded(city), postcode, "GB"
        if roll < 0.1:
            yield customer_id, "delivery", f"{chance.randint(1, 200)} {street}", city, folded(city), postcode, "GB"


def tag_rows(ids: range, chance: random.Random) -> Iterator[tuple[object, ...]]:
    """One tag for one customer of eight."""
    for customer_id in ids:
        if chance.random() < 0.125:
            yield customer_id, chance.choices(TAGS, weights=(4, 40, 10, 20, 20, 1, 4, 1))[0]


def attribute_rows(ids: range, chance: random.Random) -> Iterator[tuple[object, ...]]:
    """Demographics for three customers of ten, as surveys bring them."""
    for customer_id in ids:
        if chance.random() < 0.3:
            for name, values in sorted(ATTRIBUTES.items()):
                value = chance.choice(values)
                yield customer_id, name, value, folded(value)


def consent_rows(ids: range, chance: random.Random, at: int) -> Iterator[tuple[object, ...]]:
    """An answer about e-mail for four of ten; of the others nothing is known."""
    for customer_id in ids:
        roll = chance.random()
        if roll < 0.4:
            wording = "May we write to you by e-mail about offers?"
            yield customer_id, "marketing", "email", int(roll < 0.28), at, "counter", wording, "1", "1001"


@cache
def first_names() -> Skewed:
    """The four hundred first names of first_names.txt, one round of all languages after the other."""
    return Skewed(in_turns("first_names.txt"), 8)


@cache
def surnames() -> Skewed:
    """The surnames of surnames.txt, and behind them a long tail of names made of places."""
    tail = [begin + end for end in WORDS["place_endings"] for begin in WORDS["place_beginnings"]]
    return Skewed(in_turns("surnames.txt") + tail, 6)


def in_turns(file_name: str) -> list[str]:
    lines = [line.split() for line in (HERE / file_name).read_text(encoding="utf-8").splitlines()]
    turns = [name.replace("·", " ") for column in zip(*lines, strict=False) for name in column]
    return list(dict.fromkeys(turns))


@cache
def plain(name: str) -> str:
    """A name as it stands in an e-mail address."""
    return "".join(letter for letter in fold(name) if letter.isascii() and letter.isalnum())


@cache
def folded(text: str) -> str:
    """A text as filters compare it."""
    return fold(text)
