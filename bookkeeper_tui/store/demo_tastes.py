"""What the demo shop's customers allow, prefer and like, as they said it at the tills, day by day."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from bookkeeper_tui.store import consent_wordings, consents, customers, interests, preferences
from bookkeeper_tui.store.demo_tills import Weeks
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.interests import NONE, SOME, STRONG
from bookkeeper_tui.store.preferences import NewPreference

ACT_US = 20_000_000
"""How long anything takes at the desk."""
INTERESTS = ("Yoga", "Coffee", "Cooking", "Gardening", "Running", "Wine")
NEWSLETTER = "May {shop} send you its newsletter, once a month? You can say no at any time."
NEWSLETTER_ES = "¿Puede {shop} enviarle su boletín una vez al mes? Puede decir que no en cualquier momento."
CLEARER = (
    "¿Nos deja enviarle ofertas y novedades de {shop}? Puede decir que no cuando quiera, y nada más depende de ello."
)
CLEARER_FROM = date(2026, 11, 12)


class Word(NamedTuple):
    """A yes or no that somebody says, for a purpose, on some channels."""

    number: str
    purpose: str
    channels: tuple[str, ...]
    given: bool = True
    how: str = "at the till"


class Taste(NamedTuple):
    """How much somebody likes something, and what else they said of it."""

    number: str
    name: str
    level: int
    note: str = ""


WORDS: Mapping[str, tuple[Word, ...]] = {
    "11-03": (Word("C-000184", "reminders", ("sms",)), Word("C-000012", "reminders", ("sms", "phone"))),
    "11-05": (Word("C-000003", "marketing", ("email",)), Word("C-000003", "newsletter", ("email",))),
    "11-07": (Word("C-000028", "newsletter", ("email", "post")), Word("C-000060", "marketing", ("email",), False)),
    "11-10": (Word("C-000012", "marketing", ("sms",), False), Word("C-000033", "reminders", ("sms",))),
    "11-12": (Word("C-000041", "marketing", ("sms",)), Word("C-000184", "newsletter", ("email",))),
    "11-14": (Word("C-000012", "marketing", ("email",), False, "on the phone"),),
    "11-17": (
        Word("C-000003", "marketing", ("email",), False, "by e-mail"),
        Word("C-000055", "reminders", ("whatsapp",), True, "in writing"),
    ),
    "11-20": (Word("C-000076", "reminders", ("sms", "email")), Word("C-000184", "reminders", ("phone",), False)),
}
LIKES: Mapping[str, tuple[tuple[str, NewPreference], ...]] = {
    "11-03": (("C-000184", NewPreference("sms", "monthly", 21 * 60, 8 * 60)),),
    "11-07": (("C-000028", NewPreference("email", "weekly")),),
    "11-12": (("C-000041", NewPreference("sms", "any time", 14 * 60, 17 * 60)),),
    "11-14": (("C-000012", NewPreference("phone", "only what is important", 22 * 60, 9 * 60)),),
}
TASTES: Mapping[str, tuple[Taste, ...]] = {
    "11-03": (Taste("C-000184", "Yoga", STRONG, "mornings, with Irene"), Taste("C-000184", "Wine", SOME)),
    "11-05": (Taste("C-000003", "Coffee", STRONG, "likes to try new beans"),),
    "11-07": (Taste("C-000028", "Gardening", SOME), Taste("C-000028", "Cooking", STRONG)),
    "11-12": (Taste("C-000041", "Gardening", STRONG), Taste("C-000184", "Cooking", SOME, "for the family")),
    "11-17": (Taste("C-000184", "Wine", NONE, "gave it up"), Taste("C-000055", "Yoga", SOME)),
    "11-20": (Taste("C-000076", "Running", STRONG, "the half marathon in March"),),
}


def prepare(weeks: Weeks) -> None:
    """What the manager sets up: one more purpose, in two languages, and what to ask about."""
    manager = weeks.manager
    consent_wordings.define(manager, "Newsletter", ("email", "post"), NEWSLETTER)
    consent_wordings.reword(manager, "newsletter", "es", NEWSLETTER_ES, 0)
    for name in INTERESTS:
        interests.define(manager, name)


def told(weeks: Weeks, day: date, desk: Desk) -> None:
    """What customers say on a day."""
    key = day.isoformat()[5:]
    if day == CLEARER_FROM:
        consent_wordings.reword(weeks.manager, "marketing", "es", CLEARER, 1)
    for word in WORDS.get(key, ()):
        customer = customers.get(desk, weeks.customer(word.number))
        read = consent_wordings.to_read(desk, word.purpose, customer.language)
        act = consents.give if word.given else consents.withdraw
        act(desk, customer.id, word.channels, read, word.how)
        weeks.at += ACT_US
    for number, likes in LIKES.get(key, ()):
        known = preferences.of(desk, weeks.customer(number))
        preferences.edit(desk, weeks.customer(number), likes._replace(language=known.language), known)
        weeks.at += ACT_US
    ids = {one.name: one.id for one in interests.list_interests(desk)}
    for taste in TASTES.get(key, ()):
        interests.set_level(desk, weeks.customer(taste.number), ids[taste.name], taste.level, taste.note)
        weeks.at += ACT_US
