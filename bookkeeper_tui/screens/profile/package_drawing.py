"""Packages and their uses in words and lines, as the Packages and Usage tabs show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from bookkeeper_tui.dates import days_after, days_between
from bookkeeper_tui.formats import Conventions, fit, harmless, local_time
from bookkeeper_tui.store.packages.package import OVER, Package
from bookkeeper_tui.store.packages.refunding import RefundPreview
from bookkeeper_tui.store.packages.usage import UsageEvent
from bookkeeper_tui.widgets.figures import Figure, figure_lines, heading
from bookkeeper_tui.widgets.pieces import Line, Piece, wrap

KINDS = {
    "sold": "bought", "use": "used", "deduct": "taken off by hand", "no-show": "nobody came",
    "late cancel": "cancelled too late", "restore": "use cancelled", "change": "use changed", "freeze": "frozen",
    "unfreeze": "freeze ended", "extend": "last day moved", "expire": "expired", "transfer": "transferred",
    "refund": "paid back", "return": "returned",
}  # fmt: skip
SOON_DAYS = 14


def sessions_words(count: int, conventions: Conventions) -> str:
    """`1 session`, `3 sessions`."""
    return f"{conventions.count(count)} session{'' if count == 1 else 's'}"


def left_words(package: Package, conventions: Conventions) -> str:
    """`3 of 10 sessions left`."""
    return f"{conventions.count(package.remaining)} of {sessions_words(package.sessions, conventions)} left"


def state_words(package: Package, today: str, conventions: Conventions) -> str:
    """How a package stands on a day, and until when it may be used."""
    state, write = package.status(today), conventions.date
    if state == "live":
        return _end_words(package.expires_on, today, conventions)
    if state == "not begun":
        return f"begins on {write(package.starts_on)}"
    if state == "frozen":
        until = f" until {write(package.frozen_until)}" if package.frozen_until else ""
        thawed = days_after(package.frozen_until, 1) if package.frozen_until else today
        end = package.effective_end(thawed)
        after = f", then ends on {write(end)}{'' if package.frozen_until else ' or later'}" if end else ""
        return f"frozen since {write(package.frozen_since)}{until}{after}"
    if state == "expired":
        return f"expired, its last day was {write(package.expires_on)}"
    return "paid back" if state == "refunded" else state


def is_urgent(package: Package, today: str) -> bool:
    """Whether somebody should look: it has expired with sessions left, is frozen, or ends soon."""
    state = package.status(today)
    if state == "live":
        return bool(package.expires_on) and days_between(today, package.expires_on) <= SOON_DAYS
    return state in ("frozen", "expired", "not begun")


def package_lines(
    package: Package,
    frozen: int,
    last_uses: Sequence[UsageEvent],
    today: str,
    conventions: Conventions,
    time_zone: str,
    width: int,
) -> list[Line]:
    """A package in full: how it stands, its figures, `frozen` days so far, and what it was used for last."""
    write = conventions.amount
    state = state_words(package, today, conventions)
    urgent = is_urgent(package, today)
    figures = [
        Figure("Left", f"{conventions.count(package.remaining)} of {conventions.count(package.sessions)}", "strong"),
        Figure("Price", write(package.price)),
        Figure("A session", write(package.session_worth)),
        Figure("Unused", write(package.unused())),
        Figure("For", harmless(package.service) or "any service"),
        Figure("Frozen", f"{conventions.count(frozen)} day{'' if frozen == 1 else 's'}"),
    ]
    lines: list[Line] = [
        _title(package, conventions, width),
        *((Piece(text, "warn" if urgent else "plain"),) for text in wrap(("! " if urgent else "") + state, width)[:2]),
        *figure_lines(figures, width, least=16),
        heading("Last used", width, ascii_only=conventions.ascii),
    ]
    lines += [(Piece(use_words(one, conventions, time_zone)),) for one in last_uses]
    if not last_uses:
        lines.append((Piece("never" if package.status(today) in OVER else "not yet: u uses a session", "quiet"),))
    return lines


def use_words(event: UsageEvent, conventions: Conventions, time_zone: str) -> str:
    """A use in a line: when, what, with whom and where."""
    kind = "" if event.kind == "use" else KINDS[event.kind]
    many = sessions_words(event.sessions, conventions) if event.sessions > 1 else ""
    said = joined((kind, many, event.service, event.trainer, event.resource))
    return f"{conventions.instant(event.at, time_zone)}  {said or 'used'}"


def what_of(event: UsageEvent) -> str:
    """An event in a few words, for a list."""
    if not event.sessions:
        return f"{KINDS[event.kind]}: {harmless(event.package_name)}"
    what = harmless(event.service) if event.kind == "use" and event.service else KINDS[event.kind]
    return f"cancelled: {what}" if event.is_restored else what


def event_lines(event: UsageEvent, conventions: Conventions, time_zone: str, width: int) -> list[Line]:
    """An event in full: what it was, what became of it, and who wrote it down."""

    def when(at: int) -> str:
        return conventions.instant(at, time_zone)

    many = sessions_words(abs(event.sessions), conventions) if event.sessions else ""
    forced = "by override" if event.is_forced else ""
    what = (KINDS[event.kind], many, forced, event.service, event.trainer, event.resource, event.booking)
    back = event.restored_at
    said = [
        (f"{when(event.at)}  {joined(what)}", "strong"),
        (event.remarks, "plain"),
        *((text, "warn") for text in change_words(event, conventions, time_zone)),
        (f"Cancelled {when(back)} by {event.restored_by}" if back is not None else "", "warn"),
        (f"{event.package} {event.package_name}, {conventions.count(event.used)} used", "plain"),
        (f"Recorded {when(event.recorded_at)} by {event.staff}", "quiet"),
    ]
    return [(Piece(line, role),) for text, role in said if text for line in wrap(text, width)]


def change_words(event: UsageEvent, conventions: Conventions, time_zone: str) -> list[str]:
    """What was said anew of a use, each time: what it was before and is since, by whom and when."""
    arrow, told = "->" if conventions.ascii else "→", []
    for before, after in pairwise(event.changes):
        old = (
            conventions.instant(before.at, time_zone),
            before.service,
            before.trainer,
            before.resource,
            before.remarks,
        )
        new = (conventions.instant(after.at, time_zone), after.service, after.trainer, after.resource, after.remarks)
        parts = [f"{was or 'none'} {arrow} {now or 'none'}" for was, now in zip(old, new, strict=True) if was != now]
        told.append(f"Changed {conventions.instant(after.recorded_at, time_zone)} by {after.who}: {joined(parts)}")
    return told


def joined(parts: Iterable[str]) -> str:
    """What there is of some words, with commas between, harmless."""
    return harmless(", ".join(part for part in parts if part))


def refund_words(package: Package, preview: RefundPreview, conventions: Conventions) -> str:
    """What refunding a package gives back, in a few sentences: money, then points."""
    count, write = conventions.count, conventions.amount
    said = f"{write(preview.amount)} goes back for {count(preview.sessions)} of "
    said += f"{sessions_words(package.sessions, conventions)}, {package.number}."
    if preview.by_points:
        said += f" Of it {write(preview.by_points)} as {count(preview.points)} points."
    if preview.points_taken:
        said += f" {count(preview.points_taken)} points that it earned are taken back."
    return said


def timer_words(ends_at: int, time_zone: str) -> str:
    """What is said once a timer was started that ends at an instant (microseconds UTC)."""
    return f"The timer runs until {local_time(ends_at, time_zone):%H:%M}."


def _title(package: Package, conventions: Conventions, width: int) -> Line:
    since = f" since {conventions.date(package.starts_on)}"
    named = fit(f"{package.number} {harmless(package.name)}", width - len(since), ascii_only=conventions.ascii)
    return (Piece(named, "strong"), Piece(since, "quiet"))


def _end_words(expires_on: str, today: str, conventions: Conventions) -> str:
    if not expires_on:
        return "has no last day"
    days = days_between(today, expires_on)
    left = "today" if not days else "tomorrow" if days == 1 else f"in {conventions.count(days)} days"
    return f"ends {left}, on {conventions.date(expires_on)}"
