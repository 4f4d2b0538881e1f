"""What the benchmark shop sells and has sold: products, and three years of sales with their balanced entries."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate

from bookkeeper_tui.store import ledger
from tests.benchmarks.people import WORDS, folded, insert

CHUNK = 25_000
DAYS = 3 * 365
LINE_WEIGHTS = list(accumulate((20, 18, 15, 12, 9, 7, 5, 4, 3, 2, 2, 2, 1)))
LINES_A_SALE = 4.09


@dataclass(slots=True)
class Catalogue:
    """What a sale needs to know of the products: price and income account by product id."""

    prices: list[int]
    accounts: list[int]
    weights: list[float]


@dataclass(slots=True)
class Chunk:
    """Rows of one transaction, a list a table."""

    sales: list[tuple[object, ...]] = field(default_factory=list)
    lines: list[tuple[object, ...]] = field(default_factory=list)
    discounts: list[tuple[object, ...]] = field(default_factory=list)
    tenders: list[tuple[object, ...]] = field(default_factory=list)
    entries: list[tuple[object, ...]] = field(default_factory=list)
    postings: list[tuple[object, ...]] = field(default_factory=list)


SALE_COLUMNS = (
    "id, number, sold_at, business_date, branch_id, terminal, customer_id, total, discount, line_count, pieces, "
    "entry_id"
)
LINE_COLUMNS = "sale_id, line_no, product_id, quantity, pieces, amount, discount"
ENTRY_COLUMNS = "id, date, kind, document_kind, document_id, posted_at"


def add_products(connection: sqlite3.Connection, products: int, seed: int) -> Catalogue:
    """Write branches, categories with their income accounts, brands and products; product ids are 1 … `products`."""
    chance = random.Random(seed + 1)
    with connection:
        add_missing_branches(connection, ("Main St", "Station", "Harbour", "Market Square", "Airport"))
        accounts = [
            account(connection, ledger.account_under("Income:Sales", name), f"Sales: {name}")
            for name in WORDS["categories"]
        ]
        insert(
            connection,
            "category",
            "id, name, account_id",
            [(place, name, accounts[place - 1]) for place, name in enumerate(WORDS["categories"], 1)],
        )
        brands = (
            WORDS["famous_brands"]
            + [begin + end.title() for begin in WORDS["place_beginnings"] for end in WORDS["place_endings"]][:600]
        )
        insert(
            connection,
            "brand",
            "id, name, name_key",
            [(place, name, folded(name)) for place, name in enumerate(brands, 1)],
        )
        brand_weights = list(accumulate(1 / (place + 3) for place in range(len(brands))))
        brand_ids = chance.choices(range(1, len(brands) + 1), cum_weights=brand_weights, k=products)
        catalogue = Catalogue([0], [0], list(accumulate(1 / (place + 30) ** 0.9 for place in range(products))))
        rows: list[tuple[object, ...]] = []
        for product_id, brand_id in enumerate(brand_ids, 1):
            category = chance.randrange(len(WORDS["categories"]))
            price = max(29, int(chance.lognormvariate(5.6, 0.8)))
            name = f"{brands[brand_id - 1]} {chance.choice(WORDS['things'])} {chance.choice(WORDS['place_endings'])}"
            barcode = f"50{product_id:010d}"
            rows.append((product_id, f"P{product_id:06d}", barcode, name, "500 g", category + 1, brand_id, price))
            catalogue.prices.append(price)
            catalogue.accounts.append(accounts[category])
        insert(connection, "product", "id, sku, barcode, name, size, category_id, brand_id, price", rows)
    return catalogue


def add_sales(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    *,
    lines: int,
    customers: int,
    heavy: tuple[int, int],
    last_day: date,
    seed: int,
    tell: Callable[[int], None],
) -> int:
    """Write sales until there are `lines` lines, in the order they were sold; returns how many sales.

    `heavy` is a customer's id and how many of the sales are theirs. One sale of twelve is the walk-in's.
    """
    about = int(lines / LINES_A_SALE)
    heavy_every = max(2, about // heavy[1])
    clearing = account(connection, ledger.CARD_CLEARING, "Card clearing")
    cash = account(connection, ledger.DRAWER, "Cash drawer")
    given = account(connection, "Income:Discounts:Retail", "Discounts given")
    chance = random.Random(seed + 2)
    buyers = visits(customers, random.Random(seed + 3))
    written, sale_id, made_heavy = 0, 0, 0
    while written < lines:
        chunk = Chunk()
        sizes = chance.choices(range(1, len(LINE_WEIGHTS) + 1), cum_weights=LINE_WEIGHTS, k=CHUNK)
        customer_ids = chance.choices(range(1, customers + 2), cum_weights=buyers, k=CHUNK)
        products = iter(chance.choices(range(1, len(catalogue.prices)), cum_weights=catalogue.weights, k=CHUNK * 13))
        for size, drawn in zip(sizes, customer_ids, strict=True):
            if written >= lines:
                break
            sale_id += 1
            customer_id = drawn
            if sale_id % heavy_every == 0 and made_heavy < heavy[1]:
                customer_id, made_heavy = heavy[0], made_heavy + 1
            day, second = divmod(min(sale_id, about - 1) * DAYS * 50_000 // about, 50_000)
            sold_on = (last_day - timedelta(days=DAYS - 1 - day)).isoformat()
            midnight = (last_day.toordinal() - DAYS + 1 + day - 719_163) * 86_400
            sold_at = (midnight + 8 * 3600 + second) * 1_000_000 + sale_id % 1_000_000
            size = min(size, lines - written)
            add_sale(
                chunk,
                sale_id,
                customer_id,
                sold_on,
                sold_at,
                size,
                products,
                catalogue,
                (cash, clearing, given),
                chance,
            )
            written += size
        with connection:
            insert(connection, "entry", ENTRY_COLUMNS, chunk.entries)
            insert(connection, "posting", "entry_id, line_no, account_id, amount", chunk.postings)
            insert(connection, "sale", SALE_COLUMNS, chunk.sales)
            insert(connection, "sale_line", LINE_COLUMNS, chunk.lines)
            insert(connection, "sale_discount", "sale_id, line_no, kind, amount", chunk.discounts)
            insert(connection, "sale_tender", "sale_id, line_no, kind, amount", chunk.tenders)
        tell(written)
    return sale_id


def add_sale(
    chunk: Chunk,
    sale_id: int,
    customer_id: int,
    sold_on: str,
    sold_at: int,
    size: int,
    products: Iterator[int],
    catalogue: Catalogue,
    accounts: tuple[int, int, int],
    chance: random.Random,
) -> None:
    """Append one sale's rows: income by category gross, what was taken off as discounts, what was paid."""
    income: dict[int, int] = {}
    total = off = pieces_sold = 0
    for line_no in range(1, size + 1):
        product_id = next(products)
        roll = chance.random()
        pieces = 1 if roll < 0.75 else 2 if roll < 0.95 else 3
        gross = catalogue.prices[product_id] * pieces
        discount = gross // 5 if roll * 10 % 1 < 0.12 else 0
        chunk.lines.append((sale_id, line_no, product_id, pieces * 1000, pieces, gross - discount, discount))
        if discount:
            chunk.discounts.append((sale_id, line_no, "retail", discount))
        account_id = catalogue.accounts[product_id]
        income[account_id] = income.get(account_id, 0) + gross
        total += gross - discount
        off += discount
        pieces_sold += pieces
    chunk.entries.append((sale_id, sold_on, "sale", "sale", sale_id, sold_at))
    by_cash = sale_id % 3 == 0
    chunk.postings.append((sale_id, 1, accounts[0] if by_cash else accounts[1], total))
    line_no = 2
    for account_id, amount in income.items():
        chunk.postings.append((sale_id, line_no, account_id, -amount))
        line_no += 1
    if off:
        chunk.postings.append((sale_id, line_no, accounts[2], off))
    branch = 1 + sale_id % 5
    chunk.sales.append(
        (
            sale_id,
            f"S-{sale_id:07d}",
            sold_at,
            sold_on,
            branch,
            f"Till {1 + sale_id % 4}",
            customer_id,
            total,
            off,
            size,
            pieces_sold,
            sale_id,
        )
    )
    chunk.tenders.append((sale_id, 1, "cash" if by_cash else "card", total))


def visits(customers: int, chance: random.Random) -> list[float]:
    """Running weights of customers 1 … `customers` + 1 by how often they buy: one of five never, a few all the time."""
    order = list(range(customers))
    chance.shuffle(order)
    weights = [0.0] * (customers + 1)
    buying = customers * 4 // 5
    for rank, place in enumerate(order[:buying]):
        weights[place + 1] = 1 / (rank + 200) ** 0.6
    weights[0] = sum(weights) / 11
    return list(accumulate(weights))


def account(connection: sqlite3.Connection, name: str, label: str) -> int:
    """The id of a named account, opened where it is missing."""
    connection.execute("INSERT INTO account (name, label) VALUES (?, ?) ON CONFLICT DO NOTHING", (name, label))
    return int(connection.execute("SELECT id FROM account WHERE name = ?", (name,)).fetchone()[0])


def add_missing_branches(connection: sqlite3.Connection, names: tuple[str, ...]) -> None:
    """Branches 1 … n; a new store may have its first already."""
    held = connection.execute("SELECT count(*) FROM branch").fetchone()[0]
    insert(connection, "branch", "id, name", [(place, name) for place, name in enumerate(names, 1) if place > held])
