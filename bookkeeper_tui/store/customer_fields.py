"""The fields of a customer as people type them: what each is called, and how it is checked and tidied."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import fold, harmless
from bookkeeper_tui.store.addresses import KINDS, NO_ADDRESS, PARTS, Address, checked_part
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.sight import is_mask

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "name": "Name",
        "phone": "Phone",
        "email": "E-mail",
        "card": "Card",
        "born": "Born",
        "gender": "Gender",
        "company": "Company",
        "registration_no": "Registration no.",
        "vat_no": "VAT no.",
        **{f"{kind}_{part}": f"{kind.capitalize()} {part}" for kind in KINDS for part in PARTS},
        "discount_code": "Discount code",
        "discount_until": "Discount until",
        "language": "Language",
        "tags": "Tags",
        "attributes": "Attributes",
    }
)
FORM_FIELDS = tuple(LABELS)
"""The names of the fields, in the order of the form."""

_LONGEST = {"name": 200, "company": 200, "card": 64, "gender": 30, "tags": 1000, "attributes": 4000}
_LOOKED_AT = 10
"""How many times the longest text is tidied before it is found too long: the rest of a pasted book is not looked at."""
_OLDEST_YEARS = 120
_MASKED = ("phone", "email", "born", "registration_no", "vat_no")
_MONTH_AND_DAY = re.compile(r"(?:--)?(\d{1,2})-(\d{1,2})")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_NUMBER = re.compile(r"([+-]?\d{1,12}(?:\.\d{1,4})?)(\+?)")
_NEXT_ATTRIBUTE = re.compile(r",\s*(?=[^,=]+=)")
_GENDERS = {"f": "female", "w": "female", "woman": "female", "m": "male", "man": "male"}
_COUNTRY_OF_VAT = {"EL": "GR", "XI": "GB"}


@dataclass(frozen=True, slots=True)
class CustomerFields:
    """A customer as a form or a file brings them: texts as typed, nothing checked yet.

    `created_at` is microseconds UTC, 0 for now. `source` and `source_ref` are the system an import comes from and
    the customer's id there.
    """

    name: str = ""
    phone: str = ""
    email: str = ""
    card: str = ""
    born: str = ""
    gender: str = ""
    company: str = ""
    registration_no: str = ""
    vat_no: str = ""
    billing: Address = NO_ADDRESS
    delivery: Address = NO_ADDRESS
    discount_code: str = ""
    discount_until: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    source_ref: str = ""
    import_run_id: int | None = None
    created_at: int = 0


class Habits(NamedTuple):
    """What checking needs to know of a shop: its country, how it writes dates, and today's date there as ISO text."""

    country: str
    date_format: str
    today: str


class Phone(NamedTuple):
    """A phone in the three ways it is kept: as typed, as E.164, and its national digits from the last to the first.

    E.164 is empty for a number that can only be dialled in the same town.
    """

    raw: str = ""
    e164: str = ""
    reversed: str = ""


@dataclass(frozen=True, slots=True)
class CheckedFields:
    """Fields that may be kept: every text tidied, and the phone read."""

    fields: CustomerFields
    phone: Phone


def habits_of(desk: Desk) -> Habits:
    """The habits of a desk's shop, today."""
    shop = desk.store.shop
    return Habits(shop.country, desk.store.settings.date_format, desk.today())


def check_field(desk: Desk, name: str, value: str) -> str:
    """One field of the form, tidied. Raises BadInput naming the field and the value, or for a field that is none."""
    return checked_text(habits_of(desk), name, value)


def check(habits: Habits, fields: CustomerFields) -> CheckedFields:
    """All fields of a new customer. Raises BadInput for the first that is wrong, and when there is no name at all."""
    given = texts_of(fields)
    if not given["name"].strip():
        given["name"] = given["company"]
    texts = {name: checked_text(habits, name, text) if text or name == "name" else "" for name, text in given.items()}
    checked = fields_of(texts, fields)
    return CheckedFields(checked, read_phone(checked.phone, habits.country))


def texts_of(fields: CustomerFields) -> dict[str, str]:
    """The fields as the texts of a form."""
    texts = {name: getattr(fields, name) for name in FORM_FIELDS if name in CustomerFields.__slots__}
    for kind in KINDS:
        address = getattr(fields, kind)
        texts |= {f"{kind}_{part}": getattr(address, part) for part in PARTS}
    texts["tags"] = ", ".join(fields.tags)
    texts["attributes"] = ", ".join(f"{name}={value}" for name, value in sorted(fields.attributes.items()))
    return {name: texts[name] for name in FORM_FIELDS}


def fields_of(texts: Mapping[str, str], besides: CustomerFields = CustomerFields()) -> CustomerFields:
    """The fields that the texts of a form mean; what a form does not hold is taken from `besides`."""
    values: dict[str, Any] = {name: text for name, text in texts.items() if name in CustomerFields.__slots__}
    values.update(
        {
            "billing": address_of(texts, "billing"),
            "delivery": address_of(texts, "delivery"),
            "tags": read_tags(texts.get("tags", "")),
            "attributes": read_attributes(texts.get("attributes", "")),
            "source": besides.source,
            "source_ref": besides.source_ref,
            "import_run_id": besides.import_run_id,
            "created_at": besides.created_at,
        }
    )
    return CustomerFields(**values)


def address_of(texts: Mapping[str, str], kind: str) -> Address:
    """The address of a kind among the texts of a form."""
    return Address(**{part: texts.get(f"{kind}_{part}", "") for part in PARTS})


def read_tags(text: str) -> tuple[str, ...]:
    """Tags from a text with commas: lower case, each once, in order."""
    return tuple(sorted({" ".join(tag.casefold().split()) for tag in text.split(",")} - {""}))


def read_attributes(text: str) -> dict[str, str]:
    """Attributes from `name=value, name=value`; a value may hold commas. Raises BadInput where there is no `=`."""
    attributes = {}
    for piece in _NEXT_ATTRIBUTE.split(text) if text.strip() else ():
        name, equals, value = piece.partition("=")
        key = attribute_name(name)
        if not equals or not key:
            raise BadInput(f"Attributes: “{piece.strip()[:40]}” is not written as name=value")
        if value.strip():
            attributes[key] = " ".join(value.split())
    return attributes


def attribute_name(name: str) -> str:
    """An attribute's name as it is kept: `Household Size` is household_size."""
    return fold(name).replace(" ", "_")


def attribute_key(value: str) -> str:
    """What filters compare of an attribute's value: numbers so that they sort, also `3+`; other texts folded."""
    number = _NUMBER.fullmatch(value.strip())
    return f"#{Decimal(number[1]) + 10**12:018.4f}{number[2]}" if number else fold(value)


def read_phone(text: str, country: str) -> Phone:
    """Read a phone as people write it in a country. Raises BadInput for what cannot be one."""
    text = " ".join(text.split())
    if not text:
        return Phone()
    import phonenumbers
    from phonenumbers import ValidationResult

    try:
        number = phonenumbers.parse(text, country)
        possible = phonenumbers.is_possible_number_with_reason(number)
    except phonenumbers.NumberParseException:
        possible = ValidationResult.INVALID_LENGTH
    if possible not in (ValidationResult.IS_POSSIBLE, ValidationResult.IS_POSSIBLE_LOCAL_ONLY):
        raise BadInput(
            f"Phone: “{harmless(text[:40])}” is no phone number; from abroad it starts with + and the country"
        )
    digits = phonenumbers.national_significant_number(number)[::-1]
    if possible == ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        return Phone(text, "", digits)
    return Phone(text, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), digits)


def phone_e164(text: str, country: str) -> str:
    """A phone as E.164; empty for what is no phone, or can only be dialled in the same town."""
    try:
        return read_phone(text, country).e164
    except BadInput:
        return ""


def email_key(email: str) -> str:
    """What is compared of an e-mail."""
    return email.strip().casefold()


def checked_text(habits: Habits, name: str, value: str) -> str:
    """One field of the form, tidied. Raises BadInput naming the field and the value, or for a field that is none."""
    if name not in LABELS:
        raise BadInput(f"A customer has no field “{name}”")
    longest = _LONGEST.get(name, 200)
    text = _tidy(value[: _LOOKED_AT * longest])
    if len(text) > longest:
        raise BadInput(f"{LABELS[name]}: more than {longest} letters (“{text[:30]}…”)")
    kind, _, part = name.partition("_")
    if kind in KINDS and part:
        return checked_part(part, text, LABELS[name])
    if not text and name != "name":
        return ""
    if name in _MASKED and is_mask(text):
        raise BadInput(f"{LABELS[name]}: “{text[:40]}” is partly hidden: type it whole, or leave it as it was shown")
    return _CHECKS[name](habits, text) if name in _CHECKS else text


def _tidy(text: str) -> str:
    """One line without what a terminal would take for a command; letters of every script stay."""
    if not text.isprintable():
        text = "".join(" " if letter in "\t\r\n" else letter for letter in text)
        text = "".join(letter for letter in text if harmless(letter) == letter)
    return " ".join(text.split())


def _name(_: Habits, text: str) -> str:
    if not any(letter.isalnum() or (letter.isprintable() and not letter.isspace()) for letter in text):
        raise BadInput("Name: a customer needs one")
    return text


def _phone(habits: Habits, text: str) -> str:
    return read_phone(text, habits.country).raw


def _email(_: Habits, text: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise BadInput(f"E-mail: “{text[:60]}” is not an address. {error}") from error


def _card(_: Habits, text: str) -> str:
    return "".join(text.split()).upper()


def _born(habits: Habits, text: str) -> str:
    if match := _MONTH_AND_DAY.fullmatch(text):
        return "--" + _day(habits, "born", f"2000-{int(match[1]):02}-{int(match[2]):02}", text)[5:]
    born, today = _day(habits, "born", text, text), habits.today
    if born > today:
        raise BadInput(f"Born: “{text}” is in the future")
    if int(today[:4]) - int(born[:4]) > _OLDEST_YEARS:
        raise BadInput(f"Born: “{text}” is more than {_OLDEST_YEARS} years ago")
    return born


def _gender(_: Habits, text: str) -> str:
    return _GENDERS.get(text.casefold(), text.lower() if text.casefold() in _GENDERS.values() else text)


def _vat(habits: Habits, text: str) -> str:
    from stdnum.exceptions import ValidationError
    from stdnum.util import get_cc_module

    compact = re.sub(r"[\s.\-/]", "", text).upper()
    prefix = compact[:2]
    country = _COUNTRY_OF_VAT.get(prefix, prefix)
    module = get_cc_module(country, "vat") if prefix.isalpha() else None
    if module is None:
        prefix = country = habits.country
        module = get_cc_module(country, "vat")
    if module is None:
        return compact
    try:
        number: str = module.validate(compact.removeprefix("XI") if prefix == "XI" else compact)
    except ValidationError as error:
        raise BadInput(f"VAT no.: “{text[:40]}” is not a VAT number of {country}") from error
    return number if number.startswith(prefix) else prefix + number


def _until(habits: Habits, text: str) -> str:
    return _day(habits, "discount_until", text, text)


def _language(_: Habits, text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise BadInput(f"Language: “{text[:40]}” is not a language code such as es or en-GB")
    code, *rest = text.replace("_", "-").split("-")
    return "-".join([code.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])


def _tags(_: Habits, text: str) -> str:
    return ", ".join(read_tags(text))


def _attributes(_: Habits, text: str) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(read_attributes(text).items()))


def _day(habits: Habits, name: str, text: str, typed: str) -> str:
    """A date, written as ISO or as the shop writes dates, as ISO text."""
    for pattern in ("%Y-%m-%d", habits.date_format):
        try:
            return datetime.strptime(text, pattern).date().isoformat()
        except ValueError:
            continue
    like = date(1985, 5, 17)
    known = " or ".join(dict.fromkeys((like.isoformat(), like.strftime(habits.date_format))))
    raise BadInput(f"{LABELS[name]}: “{typed[:40]}” is not a date such as {known}")


_CHECKS = {
    "name": _name,
    "phone": _phone,
    "email": _email,
    "card": _card,
    "born": _born,
    "gender": _gender,
    "vat_no": _vat,
    "discount_until": _until,
    "language": _language,
    "tags": _tags,
    "attributes": _attributes,
}
