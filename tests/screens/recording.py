"""What a screen looks like, as text: the strips it paints, compared with the file that was recorded.

`BOOKKEEPER_RECORD=1` writes the files anew; look at the difference before it is committed.
"""

from __future__ import annotations

import os
from pathlib import Path

from textual.app import App

FOLDER = Path(__file__).parent


def screen_text(app: App[int]) -> str:
    """What stands on the terminal now, line by line, without colours; spaces at the ends of lines are dropped."""
    strips = app.screen._compositor.render_strips(app.size)
    return "\n".join(strip.text.rstrip() for strip in strips) + "\n"


def looks_as_recorded(app: App[int], name: str) -> None:
    """Compare the screen with `tests/screens/<name>.txt`."""
    path, shown = FOLDER / f"{name}.txt", screen_text(app)
    if os.environ.get("BOOKKEEPER_RECORD"):
        path.write_text(shown, encoding="utf-8")
    assert path.is_file(), f"{path.name} was never recorded: run with BOOKKEEPER_RECORD=1 and look at it"
    assert shown == path.read_text(encoding="utf-8")
