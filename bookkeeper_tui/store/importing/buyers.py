"""Whose a sale is: the customer that a file names by their id in its system, by number, e-mail or phone."""

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import fold
from bookkeeper_tui.store import gone
from bookkeeper_tui.store.customer_fields import read_phone
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.importing.columns import Columns
from bookkeeper_tui.store.importing.drafts import Buyer
from bookkeeper_tui.store.importing.values import Refused

_LOOSE_SOURCES = frozenset({"mapped", "bookkeeper"})
_REMEMBERED = 200_000
_BY_REFERENCE = """
SELECT DISTINCT attribute.customer_id FROM customer_attribute AS attribute
JOIN customer_origin AS origin USING (customer_id) WHERE attribute.name = 'reference' AND attribute.value_key = ?
"""
_LOOSELY = (
    "SELECT id FROM customer WHERE number = upper(?)",
    "SELECT DISTINCT id FROM customer WHERE source_ref = ? AND source_ref <> '' LIMIT 2",
    "SELECT id FROM customer WHERE card = ? AND card <> ''",
)
"""By what somebody may be meant in a file of no known system, the surest first."""


class Buyers:
    """The customers that one sales file names, remembered. Files of no known system may name any system's customers."""

    def __init__(self, database: SqliteDatabase, source: str, country: str) -> None:
        self._database = database
        self._source = source
        self._country = country
        self._known: dict[Buyer, int] = {}

    def find(self, buyer: Buyer, columns: Columns) -> int:
        """The customer's id, the walk-in's where the file names nobody. Raises Refused for somebody unknown."""
        known = self._known.get(buyer)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[buyer] = self._look_up(buyer, columns)
        return known

    def _look_up(self, buyer: Buyer, columns: Columns) -> int:
        if not any(buyer):
            return WALK_IN_ID
        ways = (
            ("customer", buyer.ref, self._by_ref),
            ("customer_email", buyer.email, self._by_email),
            ("customer_phone", buyer.phone, self._by_phone),
        )
        several = ""
        for name, value, ask in ways:
            found = ask(value) if value else []
            if len(found) == 1:
                return found[0]
            several = several or (name if found else "")
        if several:
            raise Refused(
                f"{columns.title(several)}: several customers have it", buyer.email or buyer.phone or buyer.ref
            )
        name, value = next((name, value) for name, value, _ in ways if value)
        raise Refused(f"{columns.title(name)}: no such customer", value)

    def _by_ref(self, ref: str) -> list[int]:
        own = self._ask("SELECT customer_id FROM customer_origin WHERE source = ? AND ref = ?", self._source, ref)
        if own or self._source not in _LOOSE_SOURCES:
            return own or self._ask(_BY_REFERENCE + " AND origin.source = ? LIMIT 2", fold(ref), self._source)
        for question in _LOOSELY:
            if found := self._ask(question, ref):
                return found
        return self._ask(_BY_REFERENCE + " LIMIT 2", fold(ref))

    def _by_email(self, email: str) -> list[int]:
        return self._ask("SELECT id FROM customer WHERE email_key = ? AND email_key <> '' LIMIT 2", email.casefold())

    def _by_phone(self, phone: str) -> list[int]:
        try:
            number = read_phone(phone, self._country).e164
        except BadInput:
            return []
        return (
            self._ask("SELECT id FROM customer WHERE phone_e164 = ? AND phone_e164 <> '' LIMIT 2", number)
            if number
            else []
        )

    def _ask(self, sql: str, *values: str) -> list[int]:
        """Those who answer, each as who they are now: somebody who was merged still has their phone."""
        found = self._database.execute_sql(sql, values).fetchall()
        return list(dict.fromkeys(gone.survivor(self._database, row[0]) for row in found))
