"""What has digits in it: customer numbers, cards, receipts, phones by their end, ids of other systems."""

import re

from peewee import SqliteDatabase

from bookkeeper_tui.formats import Conventions, fold
from bookkeeper_tui.store import member_cards
from bookkeeper_tui.store.customer_rows import number_text
from bookkeeper_tui.store.engine import search_index
from bookkeeper_tui.store.engine.search_index import Word
from bookkeeper_tui.store.search.conditions import Condition, Facts, beginning

_NUMBER = re.compile(r"[cC]?-?(\d{1,12})")
_RECEIPT = re.compile(r"[sS]-?(\d{1,12})")
_FEWEST_LAST_DIGITS = 3
_FEWEST_FIRST_DIGITS = 5
_FEWEST_OF_CARD = 5
_FROM_ONE_WAY = 300


def code_condition(
    database: SqliteDatabase, code: str, country: str, conventions: Conventions, today: str
) -> Condition:
    """Whom a code may mean: one customer by number, card, receipt or reference, many by digits of a phone.

    A card may be a member's of theirs: then the reason says whose, and what the matter with it is on `today` (ISO; in a
    shop without members it is empty).
    """
    digits = re.sub(r"\D", "", code)
    exact = _exactly(database, code, digits, today)
    tests, values, ways = list[str](), list[object](), list[str]()
    if exact:
        ids = ", ".join(str(customer_id) for customer_id in exact)
        tests.append(f"e.customer_id IN ({ids})")
        ways.append(f"SELECT id AS customer_id FROM customer WHERE id IN ({ids})")
    way_values: list[object] = []
    for column, key in _beginnings(code, digits, country):
        test, between = beginning(f"c.{column}", key)
        tests.append(f"({test})")
        values += between
        ways.append(f"SELECT c.id AS customer_id FROM customer AS c WHERE c.{column} <> '' AND {test}")
        way_values += between
    for token in fold(code).split():
        tests.append("' ' || e.words LIKE ?")
        values.append(f"% {token}%")
    named = search_index.expression([[Word(token)] for token in fold(code).split()])
    if named:
        ways.append(search_index.NAMED)
        way_values.append(named)
    way = " UNION ALL ".join(f"SELECT customer_id FROM ({way} LIMIT {_FROM_ONE_WAY})" for way in ways)
    mark = "..." if conventions.ascii else "…"

    def why(facts: Facts) -> str:
        if facts.customer_id in exact:
            return exact[facts.customer_id]
        if digits and facts.phone_reversed.startswith(digits[::-1]):
            return f"phone {mark}{digits[-7:]}"
        if facts.card and facts.card.startswith(_card(code)):
            return "card"
        return "phone" if digits.lstrip("0") in facts.phone_reversed[::-1] else "name"

    return Condition(f"({' OR '.join(tests)})", tuple(values), why, way, tuple(way_values), exact)


def email_condition(email: str) -> Condition:
    """Whose e-mail begins like this."""
    test, between = beginning("c.email_key", email.casefold())
    return Condition(
        test,
        between,
        lambda facts: "e-mail",
        f"SELECT c.id AS customer_id FROM customer AS c WHERE c.email_key <> '' AND {test}",
        between,
    )


def _exactly(database: SqliteDatabase, code: str, digits: str, today: str) -> dict[int, str]:
    """Customers meant without doubt, and why: the surest first."""
    found: dict[int, str] = {}

    def look(why: str, sql: str, *values: object) -> None:
        for customer_id, said in database.execute_sql(sql, values):
            found.setdefault(customer_id, f"{why}{said}")

    if number := _NUMBER.fullmatch(code):
        look("number", "SELECT id, '' FROM customer WHERE number = ?", number_text(int(number[1])))
    look("card", "SELECT id, '' FROM customer WHERE card <> '' AND card = ?", _card(code))
    if today and (holder := member_cards.card_holder(database, code, today)):
        found.setdefault(holder.customer_id, f"{holder.matter} card of {holder.member}".strip())
    receipts = [code.upper()]
    if receipt := _RECEIPT.fullmatch(code) or re.fullmatch(r"(\d{5,12})", code):
        receipts.append(f"S-{int(receipt[1]):07d}")
    for number_typed in receipts:
        look("receipt ", "SELECT customer_id, number FROM sale WHERE number = ?", number_typed)
    sold_as = "SELECT customer_id, number FROM sale WHERE source_ref <> '' AND source_ref = ? LIMIT 5"
    look("receipt ", sold_as, code)
    known_as = "SELECT id, source_ref FROM customer WHERE source_ref <> '' AND source_ref = ? LIMIT 5"
    look("known as ", known_as, code)
    return found


def _beginnings(code: str, digits: str, country: str) -> list[tuple[str, str]]:
    """Columns that may begin with a part of the code, and that part."""
    keys = []
    if len(digits) >= _FEWEST_LAST_DIGITS and not re.search(r"[^\W\d]", code):
        keys.append(("phone_reversed", digits[::-1]))
        if len(digits) >= _FEWEST_FIRST_DIGITS:
            keys.append(("phone_e164", _international(code, digits, country)))
    if len(_card(code)) >= _FEWEST_OF_CARD:
        keys.append(("card", _card(code)))
    return keys


def _international(code: str, digits: str, country: str) -> str:
    """The beginning of a phone as E.164, from the beginning of it as typed."""
    if code.startswith("+"):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    import phonenumbers

    return f"+{phonenumbers.country_code_for_region(country)}{digits.lstrip('0')}"


def _card(code: str) -> str:
    return "".join(code.split()).upper()
