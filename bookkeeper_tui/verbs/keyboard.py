"""`keys`: press keys and see what this terminal sends, for the day when one does not arrive."""

import argparse
import os
import sys
from typing import Any

from bookkeeper_tui.errors import BadInput

_END = b"\x04"


def add_verbs(verbs: Any, places: argparse.ArgumentParser) -> None:
    keys = verbs.add_parser("keys", parents=[places], help="press keys and see what this terminal sends")
    keys.set_defaults(run=_keys)


def _keys(arguments: argparse.Namespace) -> int:
    import termios
    import tty

    if not sys.stdin.isatty():
        raise BadInput("Standard input is no terminal, so no key can be pressed here")
    print(f"TERM={os.environ.get('TERM', '')}. Press keys; Ctrl+D ends.")
    file = sys.stdin.fileno()
    before = termios.tcgetattr(file)
    try:
        tty.setraw(file)
        while (sent := os.read(file, 64)) and sent != _END:
            os.write(1, f"{_name(sent) or 'unknown':<20} {sent!r}\r\n".encode())
    finally:
        termios.tcsetattr(file, termios.TCSADRAIN, before)
    return 0


def _name(sent: bytes) -> str:
    """What the console takes these bytes for: it asks the toolkit's own parser, by the console's own translation."""
    from textual._xterm_parser import XTermParser
    from textual.events import Key

    from bookkeeper_tui.terminal import translate

    text = sent.decode("utf-8", "replace")
    if text == "\x1b":
        return "escape"
    events = XTermParser().feed(translate(text))
    return " ".join(event.key for event in events if isinstance(event, Key))
