"""Opening the console: what must be set before the toolkit is loaded, and then loading it."""

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


def open_console(store: Path, keys: Path, demo_staff: Sequence[Mapping[str, str]] | None = None) -> int:
    """Load the console, open it on a store and return its exit status.

    `demo_staff` are the numbers, names, roles and PINs that a demo shop shows. Raises StoreUnusable.
    """
    # A console speaks to no network. Without TLS and OpenSSL it owns 5 MiB less; Python's own hashes take their place.
    for module in ("ssl", "_hashlib"):
        sys.modules.setdefault(module, None)  # type: ignore[arg-type]
    # Nothing of what is loaded is garbage: looking through it costs 30 ms. The console turns it on once it has painted.
    gc.disable()
    # The second part of a reply, such as the hits after the letter, waits for a frame: 4 ms, not 17.
    os.environ.setdefault("TEXTUAL_FPS", "240")
    from bookkeeper_tui.app import run_console

    return run_console(store, keys, demo_staff)
