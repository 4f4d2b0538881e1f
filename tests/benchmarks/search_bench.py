"""Search in the store at full size: every keystroke of what cashiers type, and the worst that can be typed."""

from __future__ import annotations

import random
import re

from peewee import SqliteDatabase

from bookkeeper_tui.formats import fold
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.search import search
from tests.benchmarks.measure import Area, Figure, figure, median, timed
from tests.benchmarks.shop import SEED, Shop

BUDGET_MS = 10.0
FILTERS = (
    "spend>500 last<30d",
    "spend>=1000",
    "last<7d",
    "visits>=10",
    "visits>=3 city:leeds",
    "city:london",
    "city:wells",
    "brand:private",
    "brand:acme",
    "brand:brightwater city:ely",
    "owes>0",
    "born:05",
    "born:05-17",
    "tag:vip",
    "tag:newsletter spend>500",
    "consent:email",
    "consent:email city:bristol last<90d",
    "age:25-34 income:250k+",
    "spend<10 last>365d",
    "branch:airport",
)
WORST = (
    *"abcdefghijklmnopqrstuvwxyz",
    *"0123456789",
    "m s",
    "a b",
    "j s m",
    "mary s",
    "mary smi",
    "mohammed a",
    "james smith",
    "smith j",
    "m s a",
    "mary smith spend>500",
    "smith brand:private",
    "smith city:london",
    "m city:london brand:acme",
    "ravenstoke city:ely",
    "ravenstoke spend>500",
    "wilf brand:private",
    "smith last<1d",
    "mary consent:email tag:press",
    "spend>500 last<30d brand:private",
    "brand:private city:wells visits>=20",
    "zzzz",
    "qqq xxx",
    "spend>99999999",
    "spend>0",
    "visits>=0",
    "last<9999d",
    "brand:nothing",
    "city:nowhere",
    "smith " * 40,
    "x" * 2000,
    '" OR * ( % \\',
)


def run(shop: Shop) -> Area:
    """Measure on an open shop, read once through so that its pages are in the machine's memory."""
    store = shop.open()
    try:
        desk = Desk.shell(store)
        groups = keystrokes(store.database)
        search(desk, "warm up")
        floor_point = median(point_reads(store.database, shop.customers))
        floor_names = median(bare_queries(store.database, groups["names, letter by letter"]))
        figures, everything, slowest = [], list[float](), list[tuple[float, str]]()
        for title, texts in groups.items():
            samples = [timed(lambda text=text: search(desk, text)) for text in texts]  # type: ignore[misc]
            everything += samples
            slowest += zip(samples, texts, strict=True)
            floor = floor_names if "names" in title or "worst" in title else floor_point
            figures.append(figure(title, "ms", samples, floor=floor))
        figures.append(figure("every keystroke", "ms", everything, floor=floor_names, budget=BUDGET_MS))
        figures += floors(store.database, groups, shop)
        slowest.sort(reverse=True)
        worst = ", ".join(f"{text[:40]!r} {ms:.1f}" for ms, text in slowest[:12])
        return Area(
            "Search in the store", figures, (f"Slowest (ms): {worst}", "Floors: a point read; the bare FTS query.")
        )
    finally:
        store.close()


def keystrokes(database: SqliteDatabase) -> dict[str, list[str]]:
    """What stands in the box after each key, by kind of search; drawn from the shop's own people, always the same."""
    chance = random.Random(SEED)
    last = database.execute_sql("SELECT max(id) FROM customer").fetchone()[0]
    people = [
        row
        for row in (
            database.execute_sql(
                "SELECT name, phone_raw, phone_e164, email, number, card FROM customer WHERE id = ?",
                (chance.randint(2, last),),
            ).fetchone()
            for _ in range(60)
        )
        if row
    ]
    names = [row[0] for row in people]
    receipts = [
        database.execute_sql("SELECT number FROM sale WHERE id >= ? ORDER BY id LIMIT 1", (chance.randint(1, 20_000),))
        for _ in range(5)
    ]
    return {
        "names, letter by letter": growing(names[:15])
        + growing([" ".join(reversed(name.split())) for name in names[15:22]])
        + growing([short(name) for name in names[22:30]])
        + growing([fold(name) for name in names[30:34]]),
        "names, misspelt": growing([misspelt(name, chance) for name in names[34:46]], start=4),
        "phones": growing([row[1].replace(" ", "")[-4:] for row in people[:12] if row[1]])
        + growing([row[1] for row in people[12:17] if row[1]])
        + growing([row[2] for row in people[17:20] if row[2]]),
        "e-mails": growing([row[3] for row in people[20:28] if row[3]]),
        "numbers, cards, receipts": growing([row[4] for row in people[28:32]])
        + growing([row[5] for row in people[32:42] if row[5]])
        + growing([cursor.fetchone()[0] for cursor in receipts]),
        "filters, letter by letter": growing(FILTERS),
        "worst cases": list(WORST),
    }


def growing(texts: list[str] | tuple[str, ...], start: int = 1) -> list[str]:
    """Each text after each of its keys."""
    return [text[:length] for text in texts for length in range(start, len(text) + 1)]


def short(name: str) -> str:
    """The first letters of each word, as a hurried cashier types: `mar fer`."""
    return " ".join(word[:3].lower() for word in name.split())


def misspelt(name: str, chance: random.Random) -> str:
    """Two neighbouring letters of the longest word changed places, or one left out."""
    words = name.split()
    longest = max(words, key=len)
    place = chance.randint(1, max(1, len(longest) - 2))
    swapped = longest[:place] + longest[place + 1 : place + 2] + longest[place] + longest[place + 2 :]
    wrong = swapped if chance.random() < 0.6 else longest[:place] + longest[place + 1 :]
    return " ".join(wrong if word is longest else word for word in words)


def point_reads(database: SqliteDatabase, customers: int) -> list[float]:
    """Milliseconds of reading one customer by id."""
    chance = random.Random(SEED)
    ids = [chance.randint(2, customers) for _ in range(500)]
    read = "SELECT name, phone_raw, email FROM customer WHERE id = ?"
    return [timed(lambda i=i: database.execute_sql(read, (i,)).fetchone()) for i in ids]  # type: ignore[misc]


def bare_queries(database: SqliteDatabase, texts: list[str]) -> list[float]:
    """Milliseconds of the bare index query for the same words, best fifty first, without anything around it."""
    bare = "SELECT rowid FROM search_name WHERE search_name MATCH ? ORDER BY rowid LIMIT 50"
    matches = [match for match in map(bare_match, texts) if match]
    return [timed(lambda m=m: database.execute_sql(bare, (m,)).fetchall()) for m in matches]  # type: ignore[misc]


def bare_match(text: str) -> str:
    """The words as FTS5 takes them: the last, and the short ones, as prefixes."""
    words = re.findall(r"\w+", fold(text))
    return " ".join(
        f'"{word}"*' if len(word) <= 5 or place == len(words) - 1 else f'"{word}"' for place, word in enumerate(words)
    )


def floors(database: SqliteDatabase, groups: dict[str, list[str]], shop: Shop) -> list[Figure]:
    """The two floors as rows of their own."""
    return [
        figure("floor: point read", "ms", point_reads(database, shop.customers)),
        figure("floor: bare FTS query", "ms", bare_queries(database, groups["names, letter by letter"])),
    ]
