"""Where an error of the program itself is written down, so that a cashier is told one sentence and loses nothing."""

from __future__ import annotations

from pathlib import Path

LOG_NAME = "console-errors.log"
SORRY = f"Something went wrong and was not done; it is written down in {LOG_NAME} in the store"


def write_down(error: BaseException, directory: Path, terminal: str) -> None:
    """Add the error, with where it came from, to the log in a store's directory; a full disk is no further error."""
    import traceback
    from datetime import UTC, datetime

    try:
        with (directory / LOG_NAME).open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {terminal}\n")
            file.writelines(traceback.format_exception(error))
    except OSError:
        pass
