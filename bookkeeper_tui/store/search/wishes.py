"""Filters for what customers allow and like, as they last said it."""

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import fold
from bookkeeper_tui.store.consent_wordings import CHANNELS, purposes
from bookkeeper_tui.store.consents import MARKETING
from bookkeeper_tui.store.search.conditions import Condition


def who_allows(database: SqliteDatabase, value: str) -> Condition:
    """Whose last word on a channel is yes: `email` for marketing, `reminders/sms` for another purpose.

    Raises BadInput for a channel or a purpose that is none, or begins several.
    """
    asked, stroke, typed = value.lower().rpartition("/")
    purpose = _purpose(database, asked) if stroke else MARKETING
    channels = [one for one in CHANNELS if one.startswith(typed.replace("-", ""))]
    if len(channels) != 1:
        raise BadInput(f"consent: “{typed[:30]}” is not one of {', '.join(CHANNELS)}")
    values, said = (channels[0], purpose), f"consent {asked + ' ' if stroke else ''}{channels[0]}"
    way = f"{_GIVEN} AND {_LAST_GIVEN.format(who='w.customer_id')}"
    return Condition(_LAST_GIVEN.format(who="e.customer_id"), values, lambda facts: said, way, values + values)


def who_likes(database: SqliteDatabase, key: str, value: str) -> Condition:
    """Who likes something whose folded name begins with `key`. Raises BadInput where nothing does."""
    rows = database.execute_sql("SELECT id, name FROM interest").fetchall()
    ids = tuple(interest_id for interest_id, name in rows if fold(name).startswith(key))
    if not ids:
        raise BadInput(f"interest: nothing that customers are asked about is called “{value[:30]}”")
    likes = _LIKES.format(marks=", ".join("?" * len(ids)))
    return Condition(
        f"EXISTS (SELECT 1 FROM interest_event AS l WHERE l.customer_id = e.customer_id AND {likes})",
        ids,
        lambda facts: f"interest {value}",
        f"SELECT DISTINCT l.customer_id FROM interest_event AS l WHERE {likes}",
        ids,
    )


def _purpose(database: SqliteDatabase, asked: str) -> str:
    """The name of the purpose that begins so, by its name or label."""
    known, key = purposes(database), fold(asked)
    found = [one.name for one in known if key and (one.name.startswith(asked) or fold(one.label).startswith(key))]
    if len(found) != 1:
        raise BadInput(f"consent: “{asked[:30]}” is not one of {', '.join(one.name for one in known)}")
    return found[0]


_LAST_GIVEN = """
(SELECT given FROM consent WHERE customer_id = {who} AND channel = ? AND purpose = ? ORDER BY id DESC LIMIT 1) = 1
"""
_GIVEN = """
SELECT DISTINCT w.customer_id FROM consent AS w WHERE w.channel = ? AND w.purpose = ? AND w.given = 1
"""
_LIKES = """
l.interest_id IN ({marks}) AND l.level > 0 AND NOT EXISTS (
    SELECT 1 FROM interest_event AS later
    WHERE later.customer_id = l.customer_id AND later.interest_id = l.interest_id AND later.id > l.id)
"""
