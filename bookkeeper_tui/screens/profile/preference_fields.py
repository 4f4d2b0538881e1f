"""How a customer likes to be contacted, as the fields of a question: shown, and read as people type it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import fold, harmless
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField
from bookkeeper_tui.screens.typed_channels import read_channel
from bookkeeper_tui.store import consent_wordings, preferences
from bookkeeper_tui.store.preferences import FREQUENCIES, NewPreference, Preference

HINT = (
    f"Channel: {', '.join(consent_wordings.CHANNELS.values())}.\n"
    f"How often: {', '.join(FREQUENCIES)}.\n"
    "Quiet hours such as 21:00-08:00; a language such as es."
)
_TIME = r"(\d{1,2})(?:[:.h]?([0-5]\d))?"


def preference_fields(known: Preference) -> list[AskedField]:
    """The fields, with what is known."""
    channel = consent_wordings.channel_name(known.channel) if known.channel else ""
    return [
        AskedField("channel", "Channel", channel, 20),
        AskedField("frequency", "How often", known.frequency, 40),
        AskedField("quiet", "Quiet hours", preferences.quiet_hours(known), 20),
        AskedField("language", "Language", known.language, 10),
    ]


def read_preference(answer: Mapping[str, str]) -> NewPreference:
    """What was typed; an empty field is nothing said. Raises BadInput naming the field that will not do."""
    return NewPreference(
        read_channel(answer["channel"]),
        _one_of(answer["frequency"], FREQUENCIES, "How often"),
        *read_quiet(answer["quiet"]),
        answer["language"],
    )


def read_quiet(text: str) -> tuple[int | None, int | None]:
    """Quiet hours as minutes of the day: `21:00-08:00`, `21-8`; nothing for an empty text. Raises BadInput."""
    typed = re.sub(r"\s", "", text.replace("–", "-"))
    if not typed:
        return None, None
    matched = re.fullmatch(f"{_TIME}-{_TIME}", typed)
    if matched is None:
        raise BadInput(f"Quiet hours: “{harmless(text[:20])}” is no time such as 21:00-08:00")
    first, last = (int(hour) * 60 + int(minute or 0) for hour, minute in (matched.group(1, 2), matched.group(3, 4)))
    if max(first, last) > preferences.MINUTES_A_DAY:
        raise BadInput(f"Quiet hours: “{harmless(text[:20])}” is no time of a day: it goes from 00:00 to 24:00")
    return first % preferences.MINUTES_A_DAY, last % preferences.MINUTES_A_DAY


def _one_of(text: str, known: Iterable[str], place: str) -> str:
    """The one that begins with what was typed, whatever its case and marks; empty for nothing. Raises BadInput."""
    key = _bare(text)
    found = [one for one in known if key and _bare(one).startswith(key)]
    if key and len(found) != 1:
        raise BadInput(f"{place}: “{harmless(text[:30])}” is not one of {', '.join(known)}")
    return found[0] if found else ""


def _bare(text: str) -> str:
    return fold(text).replace(" ", "")
