"""Opening the console: what must be set before the toolkit is loaded, then loading it and staying in it."""

import gc
import os
import signal
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
    return run_console(store, keys, demo_staff)


def run_console(
    store_directory: Path, keys_directory: Path, demo_staff: Sequence[Mapping[str, str]] | None = None
) -> int:
    """Stay in the console until somebody leaves it. Returns the exit code.

    Raises StoreUnusable when the store cannot be opened. Standard input and standard error must be a terminal.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        missing = "error" if sys.stdin.isatty() else "input"
        print(f"The console needs a terminal: standard {missing} is none.", file=sys.stderr)
        return 2
    from bookkeeper_tui.app import BookkeeperApp
    from bookkeeper_tui.error_log import LOG_NAME
    from bookkeeper_tui.store.opening import open_store

    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    store = open_store(store_directory, keys_directory)
    try:
        app = BookkeeperApp(store, demo_staff=demo_staff)
        app.run(mouse=False)
    finally:
        store.close()
    if app.return_code:
        print(f"The console ended on an error; it is written down in {LOG_NAME} in the store.", file=sys.stderr)
    return app.return_code or 0
