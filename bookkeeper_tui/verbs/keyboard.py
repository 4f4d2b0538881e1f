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
    from bookkeeper_tui.keys import names_of

    print(f"TERM={os.environ.get('TERM', '')}. Press keys; Ctrl+D ends.")
    file = sys.stdin.fileno()
    before = termios.tcgetattr(file)
    try:
        tty.setraw(file)
        while (sent := os.read(file, 64)) and sent != _END:
            named = " ".join(names_of(sent.decode("utf-8", "replace"))) or "unknown"
            os.write(1, f"{named:<20} {sent!r}\r\n".encode())
    finally:
        termios.tcsetattr(file, termios.TCSADRAIN, before)
    return 0
