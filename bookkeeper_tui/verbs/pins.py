"""Where a verb takes a PIN from: a file, standard input, or the person at the keyboard."""

import getpass
import sys
from pathlib import Path

from bookkeeper_tui.errors import BadInput


def read_pin(source: str | None, whose: str) -> str:
    """Read a new PIN: from a file, from standard input when `source` is `-`, else asked for twice.

    Raises BadInput when there is none to be had or the two differ.
    """
    if source == "-":
        return sys.stdin.readline().strip()
    if source is not None:
        try:
            return Path(source).read_text(encoding="utf-8").split("\n", 1)[0].strip()
        except OSError as error:
            raise BadInput(f"The PIN cannot be read from {source}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise BadInput(f"The PIN cannot be read from {source}: it is no text") from error
    if not sys.stdin.isatty():
        raise BadInput("Nobody can be asked for a PIN here: give one with --pin-from FILE or --pin-from -")
    pin = getpass.getpass(f"PIN for {whose} (six digits or more): ")
    if getpass.getpass("The same PIN again: ") != pin:
        raise BadInput("The two PINs differ: nothing was changed")
    return pin
