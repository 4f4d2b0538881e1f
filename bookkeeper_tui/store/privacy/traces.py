"""By what a person is known again in a text: their names, phones, e-mails, cards and addresses, now and before."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import fold
from bookkeeper_tui.store.customer_fields import read_phone

SHORTEST_WORD, SHORTEST_TYPED, SHORTEST_DIGITS, SHORTEST_LINE = 3, 5, 6, 8
SHORT_BODY, LONG_NAME = 200, 9
_DIGITS = re.compile(r"\d[\d\s().\-/+]*")
_MANY_DIGITS = re.compile(r"(?:\d[\s().\-/+]*){6}")
_NO_DIGIT = re.compile(r"\D")
_NAMES = ("name", "company", "member", "member_name")
_PHONES = ("phone", "member_phone")
_EMAILS = ("email", "member_email")
_CARDS = ("card", "member_card")
_DOCUMENTS = ("registration_no", "vat_no")
_WHOLE_DATE = len("2026-11-20")
_LINES = ("billing_street", "delivery_street", "billing_street2", "delivery_street2")
_WORDS = ("note", "reason", "remark", "how", "why")
_LETTERS = ("de", "del", "der", "den", "van", "von", "the", "and", "und", "les", "las", "los", "dos", "das", "bin")
"""Words that stand in names and name nobody."""


@dataclass(slots=True)
class Traces:
    """What a person was ever called and reached by: texts as they were written.

    `phones` are national digits and E.164 digits; `lines` are whole lines of addresses, and `notes` whole notes, which
    tell nobody's name but are theirs. `rare` are words of their names by which nobody and nothing else is called.
    """

    names: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    cards: set[str] = field(default_factory=set)
    lines: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    documents: set[str] = field(default_factory=set)
    born: set[str] = field(default_factory=set)
    rare: set[str] = field(default_factory=set)
    _begun: set[str] | None = None

    def take(self, name: str, value: object) -> None:
        """Learn a value of a field, by the field's name in the form or the log."""
        text = str(value).strip() if value else ""
        if not text:
            return
        if name in _NAMES:
            self.names.add(text)
        elif name in _PHONES:
            self.written.add(text)
            self.phones.add(_NO_DIGIT.sub("", text))
        elif name in _EMAILS:
            self.emails.add(text)
        elif name in _CARDS:
            self.cards.add(text)
        elif name in _DOCUMENTS:
            self.documents.add(text)
        elif name == "born" and len(text) == _WHOLE_DATE:
            self.born |= {_packed(text), "".join(reversed(text.split("-")))}
        elif name in _LINES and len(text) >= SHORTEST_LINE:
            self.lines.add(text)
        elif name in _WORDS and len(text) >= SHORTEST_LINE:
            self.notes.add(text)

    @property
    def words(self) -> set[str]:
        """The words of their names, folded, that may be somebody's: `maria`, `fernandez`."""
        found = {word for name in self.names for word in fold(name).split()}
        return {word for word in found if len(word) >= SHORTEST_WORD or not word.isascii()} - set(_LETTERS)

    def whole_texts(self) -> set[str]:
        """Every text by which the bytes of a file tell them, in all the forms in which the store writes it."""
        digits = {one for one in self.phones if len(one) >= SHORTEST_DIGITS}
        return {
            *(one for one in self.names if len(fold(one)) > SHORTEST_WORD),
            *(folded for one in self.names if len(folded := fold(one)) > SHORTEST_WORD),
            *self.written,
            *digits,
            *(one[::-1] for one in digits),
            *self.emails,
            *(one.casefold() for one in self.emails),
            *self.cards,
            *(one for one in self.documents if len(one) >= SHORTEST_DIGITS),
            *self.lines,
            *self.notes,
        } - {""}

    def may_be_in(self, body: str) -> bool:
        """A quick look that lets no text pass over which `are_in` would find."""
        packed = _packed(body)
        folded, lowered = fold(body) if len(body) < SHORT_BODY else fold.__wrapped__(body), body.casefold()
        return (
            any(beginning in folded for beginning in self._beginnings())
            or any(one.casefold()[:SHORTEST_TYPED] in lowered for one in (*self.emails, *self.lines))
            or any(_packed(one) in packed for one in (*self.cards, *self.documents))
            or any(one in packed for one in self.born)
            or (bool(self.phones) and _MANY_DIGITS.search(body) is not None)
        )

    def are_in(self, text: str, *, whole: bool = False) -> bool:
        """Whether a text names them. With `whole` one word of a name is not enough: it is somebody else's text."""
        return (
            self._name_is_in(text, whole)
            or self._number_is_in(text, whole)
            or any(one.casefold() in text.casefold() for one in self.emails)
            or any(len(one) > SHORTEST_WORD and _packed(one) in _packed(text) for one in self.documents)
            or (not whole and any(one in _packed(text) for one in self.born))
            or (not whole and any(one.casefold() in text.casefold() for one in self.lines))
            or (not whole and self._begins_an_email(text))
        )

    def are_told_by(self, text: str) -> bool:
        """Whether a text about nobody, or about somebody else, names them: wholly, or by what only they are called."""
        return self.are_in(text, whole=True) or not self.rare.isdisjoint(fold(text).split())

    def besides(self, others: "Traces") -> "Traces":
        """What is theirs alone, and not also another's."""
        theirs = {fold(name) for name in others.names}
        return Traces(
            {name for name in self.names if fold(name) not in theirs},
            self.phones - others.phones,
            {one for one in self.emails if one.casefold() not in {other.casefold() for other in others.emails}},
            self.cards - others.cards,
            self.lines - others.lines,
            self.notes - others.notes,
            self.written - others.written,
            self.documents - others.documents,
            self.born,
            self.rare,
        )

    def _beginnings(self) -> set[str]:
        if self._begun is None:
            self._begun = {word[:SHORTEST_WORD] for name in self.names for word in fold(name).split()}
        return self._begun

    def _name_is_in(self, text: str, whole: bool) -> bool:
        words = fold(text).split()
        padded = f" {' '.join(words)} "
        for name in map(fold, self.names):
            if len(name) > SHORTEST_WORD and f" {name} " in padded and (not whole or len(name) > SHORTEST_TYPED):
                return True
            if len(parts := name.split()) > 1 and set(parts) <= set(words):
                return True
        if whole:
            return False
        own = self.words
        if own.intersection(words):
            return True
        if any(_is_misspelt(word, one) for word in words for one in own):
            return True
        begun = [word for word in words if any(one.startswith(word) for one in own)]
        return bool(begun) and len(begun) == len(words) and (len(begun) > 1 or len(begun[0]) >= SHORTEST_TYPED)

    def _number_is_in(self, text: str, whole: bool) -> bool:
        packed = _packed(text)
        if any(len(card) > SHORTEST_WORD and _packed(card) in packed for card in self.cards):
            return True
        for match in _DIGITS.findall(text):
            digits = _NO_DIGIT.sub("", match)
            begun = digits.lstrip("0")
            for phone in self.phones:
                if len(phone) >= SHORTEST_DIGITS and phone in digits:
                    return True
                if not whole and len(digits) >= SHORTEST_DIGITS and begun in phone and len(begun) >= SHORTEST_TYPED:
                    return True
        return False

    def _begins_an_email(self, text: str) -> bool:
        typed = [word for word in text.casefold().split() if len(word) >= SHORTEST_TYPED]
        return any(one.casefold().startswith(word) for one in self.emails for word in typed)


def traces_of(database: SqliteDatabase, ids: Sequence[int], country: str) -> Traces:
    """What customers, their members and their cards are and were called, from their rows and from the audit log.

    `country` is the shop's, by which phones without one are read.
    """
    who, found = ", ".join(map(str, ids)), Traces()
    for name, sql in _NOW:
        for (value,) in database.execute_sql(sql.format(who=who)):
            found.take(name, value)
    for (body,) in database.execute_sql(_LOGGED.format(who=who)):
        for name, value in json.loads(body).items():
            for one in value if isinstance(value, list) else [value]:
                found.take(name, one)
    for written in tuple(found.written):
        with suppress(BadInput):
            phone = read_phone(written, country)
            found.phones |= {_NO_DIGIT.sub("", phone.e164), phone.reversed[::-1]}
            found.written.add(phone.e164)
    found.rare = {word for word in found.words if len(word) >= SHORTEST_TYPED and _is_rare(database, word, who)}
    found.phones.discard("")
    found.written.discard("")
    return found


def texts_in(body: str) -> Iterator[str]:
    """Every text among the personal values of an audit row."""
    yield from _texts(json.loads(body))


def _packed(text: str) -> str:
    """A text's letters and digits, in lower case: a number however it is written."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _is_misspelt(word: str, name: str) -> bool:
    """Whether a word is a name with a slip of the pen: a letter wrong, missing, too many or in the wrong place."""
    if min(len(word), len(name)) < SHORTEST_TYPED or word[0] != name[0]:
        return False
    from rapidfuzz.distance import OSA

    slips = 1 if len(name) < LONG_NAME else 2
    return OSA.distance(word, name, score_cutoff=slips) <= slips


def _is_rare(database: SqliteDatabase, word: str, who: str) -> bool:
    """Whether no other customer, nobody of the staff and no article is called so."""
    (theirs,) = database.execute_sql(THEIR_ENTRIES.format(who=who), (f"% {word} %",)).fetchone()
    named = database.execute_sql("SELECT doc FROM search_vocabulary WHERE term = ?", (word,)).fetchone()
    if named is not None and named[0] > theirs:
        return False
    if database.execute_sql(ARTICLES, (f'"{word}"',)).fetchone() is not None:
        return False
    staff = database.execute_sql("SELECT name FROM staff UNION SELECT name FROM bookable")
    return all(word not in fold(name).split() for (name,) in staff)


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif value is not None:
        yield str(value)


_OF_MEMBERS = (
    "FROM member JOIN membership ON membership.id = member.membership_id WHERE membership.customer_id IN ({who})"
)
_NOW = (
    ("name", "SELECT name FROM customer WHERE id IN ({who}) AND gone <> 'erased'"),
    ("company", "SELECT company FROM customer WHERE id IN ({who})"),
    ("phone", "SELECT phone_raw FROM customer WHERE id IN ({who})"),
    ("phone", "SELECT phone_e164 FROM customer WHERE id IN ({who})"),
    ("email", "SELECT email FROM customer WHERE id IN ({who})"),
    ("card", "SELECT card FROM customer WHERE id IN ({who})"),
    ("born", "SELECT born FROM customer WHERE id IN ({who})"),
    ("vat_no", "SELECT vat_no FROM customer WHERE id IN ({who})"),
    ("registration_no", "SELECT registration_no FROM customer WHERE id IN ({who})"),
    ("billing_street", "SELECT street FROM customer_address WHERE customer_id IN ({who})"),
    ("billing_street2", "SELECT street2 FROM customer_address WHERE customer_id IN ({who})"),
    ("note", "SELECT text FROM note WHERE customer_id IN ({who})"),
    ("member_name", f"SELECT member.name {_OF_MEMBERS}"),
    ("member_phone", f"SELECT member.phone {_OF_MEMBERS}"),
    ("member_email", f"SELECT member.email {_OF_MEMBERS}"),
    (
        "member_card",
        "SELECT number FROM member_card WHERE member_id IN (SELECT member.id " + _OF_MEMBERS + ")",
    ),
)
_LOGGED = """
SELECT body FROM audit JOIN audit_personal ON audit_personal.seq = audit.seq
WHERE audit.customer_id IN ({who}) AND body IS NOT NULL
"""
THEIR_ENTRIES = "SELECT COUNT(*) FROM search_entry WHERE customer_id IN ({who}) AND ' ' || words || ' ' LIKE ?"
ARTICLES = "SELECT 1 FROM product_search WHERE product_search MATCH ? LIMIT 1"
