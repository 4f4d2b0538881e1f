"""The rows of a customer file read into drafts: fields checked, and what is not valid kept aside rather than lost."""

import hashlib
import json

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store.addresses import PARTS
from bookkeeper_tui.store.customer_fields import Habits, Phone, attribute_name, checked_text, read_phone, read_tags
from bookkeeper_tui.store.importing.columns import ATTRIBUTE, FLAG, Columns
from bookkeeper_tui.store.importing.drafts import CustomerDraft, Row
from bookkeeper_tui.store.importing.tables import bare
from bookkeeper_tui.store.importing.values import Reading, Refused, consent

_CONSENT = "consent_"
_PLAIN = ("email", "card", "gender", "company", "registration_no", "vat_no", "discount_code", "language")
_KEPT_ASIDE = frozenset({"email", "vat_no", "language", "gender"})
_DATES = ("born", "discount_until")
_LONGEST_ATTRIBUTE = 200


class CustomerSheet:
    """One customer file under way: how its rows become drafts."""

    def __init__(self, columns: Columns, reading: Reading, habits: Habits) -> None:
        self._columns = columns
        self._reading = reading
        self._habits = habits

    def read(self, row: Row) -> CustomerDraft:
        """A row as a draft. Raises Refused for a row without a name, or with a date that is none."""
        values = {name: bare(cell) for name, cell in self._columns.values(row[1]).items()}
        if self._columns.format.adjust is not None:
            values = self._columns.format.adjust(values)
        return _CustomerRow(self, row, values).draft()

    def title(self, name: str) -> str:
        """What the file calls the column of `name`."""
        return self._columns.title(name)

    def date(self, name: str, text: str) -> str:
        """A date of the file as the form takes it. Raises Refused where it is none, or is not possible."""
        column = self.title(name)
        day = self._reading.birthday(text, column) if name == "born" else self._reading.day(text, column)
        try:
            return checked_text(self._habits, name, day)
        except BadInput:
            raise Refused(f"{column}: not a possible date", text) from None

    def check(self, name: str, text: str) -> str:
        """A field, tidied. Raises BadInput."""
        return checked_text(self._habits, name, text)

    def phone(self, text: str) -> Phone:
        """A phone, read as one of the shop's country unless it says otherwise. Raises BadInput."""
        return read_phone(text, self._habits.country)


class _CustomerRow:
    """One row on its way to a draft."""

    def __init__(self, sheet: CustomerSheet, row: Row, values: dict[str, str]) -> None:
        self.sheet, self.row, self.values = sheet, row, values
        self.texts: dict[str, str] = {}
        self.attributes: dict[str, str] = {}
        self.remarks: list[str] = []

    def draft(self) -> CustomerDraft:
        values = self.values
        for name in _PLAIN:
            self._field(name, values.get(name, ""))
        for name in _DATES:
            if values.get(name):
                self.texts[name] = self.sheet.date(name, values[name])
        phone = self._phones()
        self._addresses()
        self._name()
        self._more()
        note, tags = values.get("note", ""), read_tags(values.get("tags", ""))
        consents = {
            name.removeprefix(_CONSENT): word
            for name in values
            if name.startswith(_CONSENT) and (word := consent(values[name])) is not None
        }
        said = [self.texts, phone.raw, self.attributes, note, tags, consents]
        digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).digest()[:16]
        return CustomerDraft(
            self.row, values.get("ref", ""), self.texts, phone, tags, self.attributes, note, consents, digest,
            tuple(self.remarks),
        )  # fmt: skip

    def _field(self, name: str, text: str) -> None:
        """A field as checked; one that is not valid stays readable as an attribute, and is remarked on."""
        if not text:
            return
        try:
            checked = self.sheet.check(name, text)
        except BadInput:
            if name not in _KEPT_ASIDE:
                raise Refused(f"{self.sheet.title(name)}: too long or not readable", text) from None
            self._attribute(f"{name}_as_given", text)
            self.remarks.append(f"{self.sheet.title(name)} not valid, kept as an attribute")
            return
        if checked:
            self.texts[name] = checked

    def _phones(self) -> Phone:
        first, second = self.values.get("phone", ""), self.values.get("phone2", "")
        given, other = (first, second) if first else (second, "")
        phone = self._phone(given)
        if other and _digits(other) != _digits(given):
            self._attribute("other_phone", other)
        return phone

    def _phone(self, text: str) -> Phone:
        if not text:
            return Phone()
        tidy = " ".join(text.split())[:100]
        try:
            phone = self.sheet.phone(tidy)
            self.texts["phone"] = self.sheet.check("phone", tidy)
        except BadInput:
            self.remarks.append(f"{self.sheet.title('phone')} not a possible number, kept as it was written")
            self.texts["phone"] = harmless(tidy)
            return Phone(self.texts["phone"], "", _digits(tidy)[::-1])
        return phone

    def _addresses(self) -> None:
        for prefix, kind in (("", "billing"), ("delivery_", "delivery")):
            for part in PARTS:
                text = self.values.get(f"{prefix}{part}", "")
                if text:
                    self._part(f"{kind}_{part}", f"{prefix}{part}", text)

    def _part(self, field: str, name: str, text: str) -> None:
        try:
            self.texts[field] = self.sheet.check(field, text)
        except BadInput:
            raise Refused(f"{self.sheet.title(name)}: too long", text) from None

    def _name(self) -> None:
        """People without a name go by their company, e-mail or phone: newsletters and tills collect many of those."""
        values = self.values
        name = values.get("name", "") or f"{values.get('first_name', '')} {values.get('last_name', '')}".strip()
        if not name:
            name = self.texts.get("company") or values.get("email") or self.texts.get("phone", "")
            self.remarks.append("without a name, called by company, e-mail or phone")
        if not name:
            raise Refused("no name, and no company, e-mail or phone either")
        try:
            self.texts["name"] = self.sheet.check("name", name)
        except BadInput:
            raise Refused(f"{self.sheet.title('name')}: too long or no letters", name) from None

    def _more(self) -> None:
        for name, text in self.values.items():
            if not text:
                continue
            if name.startswith(ATTRIBUTE):
                self._attribute(name.removeprefix(ATTRIBUTE), text)
            elif name.startswith(FLAG) and consent(text) is not False:
                self._attribute(name.removeprefix(FLAG), text)

    def _attribute(self, name: str, text: str) -> None:
        # The form writes attributes as name=value, so a value cannot hold another equals sign.
        value = " ".join(harmless(text).split()).replace("=", ":")[:_LONGEST_ATTRIBUTE]
        if value and attribute_name(name):
            self.attributes[attribute_name(name)] = value


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isascii() and letter.isdigit())
