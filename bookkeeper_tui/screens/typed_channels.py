"""Channels as people type them, by their names or beginnings: `e-mail, SMS`, `mail`, `wh`."""

from __future__ import annotations

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import fold, harmless
from bookkeeper_tui.store.consent_wordings import CHANNELS, channel_name


def channels_text(channels: tuple[str, ...]) -> str:
    """Channels as they may be typed: `e-mail, SMS`."""
    return ", ".join(map(channel_name, channels))


def read_channels(text: str, place: str = "Channels") -> list[str]:
    """Channels with commas, each once. Raises BadInput naming the place, and the one that is none."""
    parts = filter(None, (part.strip() for part in text.split(",")))
    return list(dict.fromkeys(read_channel(part, place) for part in parts))


def read_channel(text: str, place: str = "Channel") -> str:
    """One channel; empty for nothing. Raises BadInput naming the place."""
    key = fold(text).replace(" ", "")
    found = [channel for channel, name in CHANNELS.items() if key and _begins(name, key)]
    if key and len(found) != 1:
        raise BadInput(f"{place}: “{harmless(text[:30])}” is not one of {', '.join(CHANNELS.values())}")
    return found[0] if found else ""


def _begins(name: str, key: str) -> bool:
    """Whether the name, or a word of it, begins so."""
    folded = fold(name)
    return any(part.startswith(key) for part in (folded.replace(" ", ""), *folded.split()))
