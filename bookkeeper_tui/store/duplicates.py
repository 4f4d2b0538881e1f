"""Customers who may be the one being typed in: the same phone, e-mail or name. Asked at each key of the form."""

from dataclasses import dataclass

from peewee import SqliteDatabase

from bookkeeper_tui.formats import fold, harmless
from bookkeeper_tui.store.customer_fields import email_key, phone_e164
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.engine import search_index
from bookkeeper_tui.store.engine.search_index import Word

_FEWEST_DIGITS = 6
_LOOKED_AT = 50
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Likely:
    """A customer who may be the same, and why: "same phone", "same e-mail", "same name", "name much alike"."""

    customer_id: int
    number: str
    name: str
    why: str


def likely(desk: Desk, name: str, phone: str = "", email: str = "", limit: int = 3) -> list[Likely]:
    """Customers who may be the one typed so far, the surest first. Half-typed values find nobody, and never fail."""
    database = desk.require("customer.viewed")
    found: dict[int, str] = {}
    for customer_id in _by_phone(database, phone, desk.store.shop.country):
        found.setdefault(customer_id, "same phone")
    if "@" in email:
        sql = "SELECT id FROM customer WHERE email_key <> '' AND email_key = ? LIMIT 5"
        for (customer_id,) in database.execute_sql(sql, (email_key(harmless(email)),)):
            found.setdefault(customer_id, "same e-mail")
    for customer_id, why in _by_name(database, name):
        found.setdefault(customer_id, why)
    ids = list(found)[:limit]
    if not ids:
        return []
    marks = ", ".join("?" * len(ids))
    rows = database.execute_sql(f"SELECT id, number, name FROM customer WHERE id IN ({marks})", ids)
    people = {row[0]: row for row in rows}
    known = [(*people[customer_id], found[customer_id]) for customer_id in ids if customer_id in people]
    return [Likely(*each) for each in known]


def _by_phone(database: SqliteDatabase, phone: str, country: str) -> list[int]:
    if len(phone) > _LONGEST_NAME or sum(letter.isdigit() for letter in phone) < _FEWEST_DIGITS:
        return []
    number = phone_e164(harmless(phone), country)
    sql = "SELECT id FROM customer WHERE phone_e164 <> '' AND phone_e164 = ? LIMIT 5"
    return [row[0] for row in database.execute_sql(sql, (number,))] if number else []


def _by_name(database: SqliteDatabase, name: str) -> list[tuple[int, str]]:
    """Those with the same words in any order, then with one word a letter different. One word alone is no name."""
    words = fold(name[:_LONGEST_NAME]).split()[:4]
    if len(words) < 2:
        return []
    found: dict[int, str] = {}
    for customer_id, theirs in _having(database, [[Word(word, False)] for word in words]):
        if sorted(theirs.split()) == sorted(words):
            found[customer_id] = "same name"
    for place, word in enumerate(words):
        others = [[Word(other, False)] for other in words[:place] + words[place + 1 :]]
        for customer_id, theirs in _having(database, [*others, [Word(word[0])]]):
            if customer_id not in found and _alike(words, theirs.split(), word):
                found[customer_id] = "name much alike"
    return list(found.items())


def _having(database: SqliteDatabase, groups: list[list[Word]]) -> list[tuple[int, str]]:
    """The best customers with these words, and all the words of each."""
    ids = search_index.customers_named(database, search_index.expression(groups), _LOOKED_AT)
    if not ids:
        return []
    marks = ", ".join("?" * len(ids))
    rows = database.execute_sql(f"SELECT customer_id, words FROM search_entry WHERE customer_id IN ({marks})", ids)
    return [(row[0], row[1]) for row in rows]


def _alike(words: list[str], theirs: list[str], word: str) -> bool:
    from rapidfuzz.distance import OSA

    rest = [their for their in theirs if their not in words]
    same_rest = len(theirs) == len(words) and len(rest) == 1
    return same_rest and len(word) > 3 and OSA.distance(word, rest[0], score_cutoff=1) <= 1
