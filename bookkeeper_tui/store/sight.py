"""What of a person somebody sees, by their role: phone, e-mail, birth date, documents, what is sensitive.

Whatever leaves the store with such a field goes through here. What is hidden keeps the shape of a mask, `•••• ••• 678`,
and a mask is never written back.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

from bookkeeper_tui.formats import mask_email, mask_phone
from bookkeeper_tui.store.audit import AuditRow
from bookkeeper_tui.store.desk import Desk

Record = TypeVar("Record")

HIDDEN = "•••"
HIDDEN_NOTE = "Sensitive note"
PHONE, EMAIL, BORN, DOCUMENTS = "field.phone", "field.email", "field.born", "field.documents"
NOTES, MEASUREMENTS = "field.notes", "field.measurements"


@dataclass(frozen=True, slots=True)
class _Kept:
    """What may be known of a field by those who may not see it whole."""

    permission: str

    def mask(self, value: str) -> str:
        """The text that they see; an empty one stays empty."""
        if self.permission == PHONE:
            return mask_phone(value)
        if self.permission == EMAIL:
            return mask_email(value)
        return HIDDEN if value else ""


_FIELDS: Mapping[str, _Kept] = {
    "phone": _Kept(PHONE),
    "phone_raw": _Kept(PHONE),
    "phone_e164": _Kept(PHONE),
    "email": _Kept(EMAIL),
    "born": _Kept(BORN),
    "registration_no": _Kept(DOCUMENTS),
    "vat_no": _Kept(DOCUMENTS),
}
# An e-mail wherever it stands; a phone by what it is called, or by its plus.
_EMAIL = re.compile(r"[^\s@]@[^\s@]+\.[^\s@]")
_PHONE_WORDS = ("phone", "tel", "mobile", "movil", "móvil", "handy", "gsm", "cell", "fax", "whatsapp")
FEWEST_DIGITS = 6
_NEXT_ATTRIBUTE = re.compile(r",\s*(?=[^,=]+=)")
_OF_MEMBERS = {"member_phone": "phone", "member_email": "email"}


def hides(desk: Desk, name: str) -> bool:
    """Whether a field of that name, such as `born`, is hidden from this desk."""
    return name in _FIELDS and not desk.may(_FIELDS[name].permission)


def text(desk: Desk, name: str, value: str) -> str:
    """One field's text as this desk may see it."""
    if name == "attributes":
        return ", ".join(_attribute_text(desk, piece) for piece in _NEXT_ATTRIBUTE.split(value))
    return _FIELDS[name].mask(value) if hides(desk, name) else value


def attribute(desk: Desk, name: str, value: str) -> str:
    """What else the shop knows of somebody, as this desk may see it: a second phone or e-mail as the first one."""
    if _EMAIL.search(value):
        return text(desk, "email", value)
    is_phone = value.lstrip().startswith("+") or any(word in name.casefold() for word in _PHONE_WORDS)
    return text(desk, "phone", value) if is_phone and sum(map(str.isdigit, value)) >= FEWEST_DIGITS else value


def masked(desk: Desk, person: Record) -> Record:
    """A record of a person, be it a customer, a member or a hit, as this desk may see it."""
    seen = _with_masks(person, {name for name in _FIELDS if hides(desk, name)})
    known: Mapping[str, str] = getattr(person, "attributes", {})
    if not known or not hides_contact(desk):
        return seen
    shown = {name: attribute(desk, name, value) for name, value in known.items()}
    return replace(seen, attributes=shown)  # type: ignore[type-var]


def revealed(desk: Desk, person: Record) -> Record:
    """The same with phone and e-mail whole; for the acts that record a reveal, and for nothing else."""
    return _with_masks(person, {name for name in ("born", "registration_no", "vat_no") if hides(desk, name)})


def hides_contact(desk: Desk) -> bool:
    """Whether there is anything for this desk to reveal."""
    return hides(desk, "phone") or hides(desk, "email")


def is_mask(value: str) -> bool:
    """Whether a text has the marks of something hidden, as any terminal shows them."""
    return HIDDEN in value or "***" in value


def same_mask(value: str, shown: str) -> bool:
    """Whether a text is what was shown, its marks written as any terminal does."""
    return value == shown or (is_mask(value) and value.replace("*", "•") == shown)


def log_row(desk: Desk, row: AuditRow) -> AuditRow:
    """A row of the audit log with its old and new values as this desk may see them."""
    if not row.personal or all(map(desk.may, (PHONE, EMAIL, BORN, DOCUMENTS, NOTES, MEASUREMENTS))):
        return row
    kept_by, shown = (MEASUREMENTS, HIDDEN) if row.action.startswith("measure.") else (NOTES, HIDDEN_NOTE)
    if row.detail.get("sensitive") and not desk.may(kept_by):
        return replace(row, personal={name: _hidden_values(value, shown) for name, value in row.personal.items()})
    seen = {name: _log_value(desk, _OF_MEMBERS.get(name, name), value) for name, value in row.personal.items()}
    return replace(row, personal=seen)


def _log_value(desk: Desk, name: str, value: object) -> object:
    if not hides(desk, name) and name != "attributes":
        return value
    if isinstance(value, list | tuple):
        return [text(desk, name, str(one or "")) for one in value]
    return text(desk, name, str(value or ""))


def _attribute_text(desk: Desk, piece: str) -> str:
    name, equals, value = piece.partition("=")
    return f"{name}{equals}{attribute(desk, name, value)}"


def _hidden_values(value: object, shown: str) -> object:
    if isinstance(value, list | tuple):
        return [shown if one else one for one in value]
    return shown if value else value


def _with_masks(person: Record, hidden: set[str]) -> Record:
    assert is_dataclass(person)
    if not hidden:
        return person
    own: dict[str, Any] = {
        field.name: _FIELDS[field.name].mask(getattr(person, field.name))
        for field in fields(person)
        if field.name in hidden
    }
    return replace(person, **own)  # type: ignore[type-var]
