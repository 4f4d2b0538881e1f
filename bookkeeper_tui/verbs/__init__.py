"""The verbs of the command line, one small file a subject. Each imports what it needs when it runs."""

import argparse
from typing import Any

from bookkeeper_tui.verbs import (
    auditing,
    day,
    exporting,
    importing,
    keyboard,
    privacy,
    reading,
    shop,
    staff,
    upkeep,
    verifying,
)

_SUBJECTS = (shop, staff, day, importing, reading, exporting, privacy, verifying, auditing, upkeep, keyboard)


def add_verbs(verbs: Any, places: argparse.ArgumentParser) -> None:
    """Add every verb to the command line; `places` are the options for store and keys that all of them take."""
    for subject in _SUBJECTS:
        subject.add_verbs(verbs, places)
