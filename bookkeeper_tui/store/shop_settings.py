"""What the shop chooses for itself, kept in `settings.toml`: changed one by one, its comments kept, logged old and new.

Every open console takes a change up at once: it hears `setting.changed` and has its store read the file again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bookkeeper_tui.errors import BadInput, StoreUnusable
from bookkeeper_tui.settings import Settings, plain_values, read_text, write_settings
from bookkeeper_tui.store.desk import Change, Desk
from bookkeeper_tui.store.opening import Store

# Where a setting stands: its name, or its table and its name within: `("printers", "Till 3", "columns")`.
Place = tuple[str, ...]
# None takes it out of the file, so that what holds for all, or the default, holds again.
Value = str | int | bool | tuple[str, ...] | None
_LONGEST_FILE = 1 << 20


class Choice(NamedTuple):
    """A setting as it is chosen: `kind` is yes, whole, amount, text, lines, or one of `options`."""

    place: Place
    title: str
    kind: str
    what: str
    options: tuple[tuple[str, str], ...] = ()


_DATES = (
    ("%d/%m/%Y", "31/12/2026"), ("%d.%m.%Y", "31.12.2026"), ("%d-%m-%Y", "31-12-2026"), ("%m/%d/%Y", "12/31/2026"),
    ("%Y-%m-%d", "2026-12-31"), ("%Y/%m/%d", "2026/12/31"), ("%d %b %Y", "31 Dec 2026"),
)  # fmt: skip
CHOICES = (
    Choice(("date_format",), "Dates", "one of", "how dates are written and typed", _DATES),
    Choice(("decimal",), "Decimal mark", "one of", "stands before the cents", ((".", "1.50"), (",", "1,50"))),
    Choice(
        ("group",),
        "Thousands mark",
        "one of",
        "stands between thousands",
        ((",", "1,000"), (".", "1.000"), (" ", "1 000"), ("'", "1'000"), ("", "1000")),
    ),
    Choice(("cash_rounding",), "Smallest coin", "amount", "cash is rounded to it; 0 for no rounding"),
    Choice(("prices_include_tax",), "Prices include tax", "yes", "for what is sold from now on"),
    Choice(("stack_discounts",), "Discounts add up", "yes", "else only the best one counts"),
    Choice(("services",), "Sells services", "yes", "packages, bookings, timers, memberships"),
    Choice(("idle_lock_minutes",), "Locks after", "whole", "minutes that nobody touches a console; 0 for never"),
    Choice(
        ("ascii",),
        "Only ASCII",
        "one of",
        "boxes and marks on every terminal",
        (("auto", "as each terminal says"), ("yes", "on all"), ("no", "on none")),
    ),
    Choice(("printer", "head"), "Receipt head", "lines", "stands above every receipt"),
    Choice(("printer", "foot"), "Receipt foot", "lines", "stands below every receipt"),
    Choice(("retention_years",), "Kept after erasure", "whole", "years that amounts stay under a pseudonym"),
    Choice(("seals_copy",), "Seals are copied to", "text", "a directory on another disk; empty for none"),
)


def choose(
    desk: Desk,
    new: Mapping[Place, Value],
    *,
    seen: Settings,
    check: Callable[[Settings], object] = lambda settings: None,
) -> Settings:
    """Change settings, and have this console take them up; answers all of them.

    `seen` is what stood on the screen: what somebody else changed meanwhile is not overwritten. `check` may refuse what
    comes out by raising BadInput. Raises BadInput for a value that will not do, a setting that was changed meanwhile,
    and a file that is no TOML; StoreUnusable when it cannot be written.
    """
    with _file_put_back(desk.store) as written, desk.change("setting.changed", subject=_subject(new)) as change:
        _replace(change, new, written, seen=seen, check=check)
        if not written:
            change.drop()
    desk.store.keep_up()
    return desk.store.settings


def choose_look(desk: Desk, terminal: str, look: str) -> None:
    """Keep the look of a terminal for its next start. Raises as `choose` does."""
    with _file_put_back(desk.store) as written, desk.change("theme.chosen", subject=look) as change:
        if desk.store.settings.themes.get(terminal) != look:
            _replace(change, {("themes", terminal): look}, written)
    desk.store.keep_up()


@contextmanager
def writing(
    desk: Desk, action: str, subject: str
) -> Iterator[tuple[Change, Callable[[Mapping[Place, Value]], Settings]]]:
    """A change of another name that writes settings as well: the change, and what writes them inside it.

    Raises as `choose` does.
    """
    with _file_put_back(desk.store) as written, desk.change(action, subject=subject) as change:
        yield change, lambda new: _replace(change, new, written)
    desk.store.keep_up()


def value_of(settings: Settings, place: Place) -> Any:
    """What holds at a place: plain values, lists as tuples; None where a table says nothing of it."""
    found: Any = plain_values(settings)
    for name in place:
        found = found.get(name) if hasattr(found, "get") else None
    return found


def mistakes(desk: Desk) -> tuple[str, ...]:
    """What is wrong in the file as it stands, one sentence each, for those who may open Setup."""
    desk.require("screen.setup")
    return desk.store.mistakes


def _replace(
    change: Change,
    new: Mapping[Place, Value],
    written: dict[str, bytes],
    *,
    seen: Settings | None = None,
    check: Callable[[Settings], object] = lambda settings: None,
) -> Settings:
    """Write the file with new values, inside a change that holds the write lock; what is as it was is left alone."""
    path = change.desk.store.settings_path
    before = _read(path)
    old, known = read_text(before, path.name)
    if seen is not None:
        _refuse_overwriting(old, seen, new)
    changed = {place: value for place, value in new.items() if value_of(old, place) != value}
    if not changed:
        return old
    text = _edited(before, changed, path.name)
    settings, told = read_text(text, path.name)
    for sentence in told:
        if sentence.partition(": ")[2] not in {one.partition(": ")[2] for one in known}:
            raise BadInput(sentence.partition(": ")[2])
    for place, value in changed.items():
        if value is not None and value_of(settings, place) != value:
            raise BadInput(f"{path.name} cannot hold {'.'.join(place)}: change it there by hand")
        change.field(".".join(place), _logged(value_of(old, place)), _logged(value))
    check(settings)
    written["old"], written["new"] = before.encode(), text.encode()
    _write(path, written["new"])
    return settings


def _refuse_overwriting(old: Settings, seen: Settings, new: Mapping[Place, Value]) -> None:
    for place in new:
        now = value_of(old, place)
        if now != value_of(seen, place):
            what = "was taken out" if now is None else f"is {_shown(now)} now"
            raise BadInput(f"{'.'.join(place)} was changed meanwhile: it {what}. Look again")


def _edited(text: str, changed: Mapping[Place, Value], name: str) -> str:
    """The file's text with other values; comments, order and whatever is not understood stay."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(text)
        for (*tables, last), value in changed.items():
            table: Any = document
            for part in tables:
                if part not in table and value is not None:
                    table[part] = tomlkit.table()
                table = table.get(part, {})
            if value is not None:
                table[last] = list(value) if isinstance(value, tuple) else value
            elif last in table:
                del table[last]
        return tomlkit.dumps(document)
    except (TOMLKitError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise BadInput(f"{name} has a mistake that must be mended by hand first: {_sentence(error)}") from error


def _sentence(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".")


def _read(path: Path) -> str:
    try:
        if not path.exists():
            write_settings(path, Settings())
        if path.stat().st_size > _LONGEST_FILE:
            raise BadInput(f"{path.name} is larger than a settings file can be: mend it by hand first")
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(f"{path.name} is no text in UTF-8: mend it by hand first") from error
    except OSError as error:
        raise StoreUnusable(f"{path.name} cannot be read ({error.strerror})") from error


def _write(path: Path, text: bytes) -> None:
    """Put the whole file in the place of the old one, so that there is never half of it."""
    place = path.resolve()
    beside = place.with_suffix(".new")
    try:
        with beside.open("wb") as file:
            os.chmod(beside, place.stat().st_mode & 0o777)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(place)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise StoreUnusable(f"{path.name} cannot be written ({error.strerror}): nothing is changed") from error


@contextmanager
def _file_put_back(store: Store) -> Iterator[dict[str, bytes]]:
    """Put the old file back when the change that wrote it fails after all, unless it is another's by now."""
    written = dict[str, bytes]()
    try:
        yield written
    except BaseException:
        path = store.settings_path
        if written and path.read_bytes() == written["new"]:
            _write(path, written["old"])
        raise


def _subject(new: Mapping[Place, Value]) -> str:
    return ", ".join(dict.fromkeys(place[0] for place in new))[:60]


def _logged(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _shown(value: Any) -> str:
    return " / ".join(map(str, value)) if isinstance(value, tuple) else f"“{value}”"
