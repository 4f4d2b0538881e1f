"""Saving what is shown as a file: its name is asked for, and where it went is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from bookkeeper_tui.screens.dialogs.ask_text import AskText
from bookkeeper_tui.screens.screen import HousePlace

LONGEST_NAME = 80


async def save_as(place: HousePlace[Any], start: str, endings: Iterable[str], save: Callable[[str], Path]) -> None:
    """Ask for a name that ends in one of the endings, `start` at first, and save under it. Raises as `save` does."""
    from bookkeeper_tui.paper.files import any_of

    name = await place.ask(AskText(f"Save as a file that ends in {any_of(endings)}:", start, most=LONGEST_NAME))
    if name is not None:
        path = save(name)
        place.house.notice(f"Saved as {path.name} in the shop's directory {path.parent.name}")
