"""The demo shop's people come to work and go home, mistype a PIN, forget to sign out; and measure customers."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import NamedTuple

from bookkeeper_tui.store import measurements, sign_in, work_hours
from bookkeeper_tui.store.demo_tills import Weeks
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.measurements import NewKind
from bookkeeper_tui.store.permissions import NOBODY
from bookkeeper_tui.store.sign_in import SignInRefused

KINDS = (
    NewKind("Height", "cm", 1, 50_000, 250_000),
    NewKind("Weight", "kg", 1, 20_000, 300_000, sensitive=True),
    NewKind("Forward bend", "cm", 0, 0, 80_000),
)
FORGOT = date(2026, 11, 12)
"""The day on which the cashier at the second till goes home without signing out."""
MISTYPED = {"11-09": 1, "11-17": 3}
"""How many wrong PINs somebody types at the first till."""


class Value(NamedTuple):
    """What was measured of somebody, in thousandths of the unit."""

    number: str
    kind: str
    value: int
    note: str = ""


VALUES: Mapping[str, tuple[Value, ...]] = {
    "11-03": (Value("C-000184", "Height", 168_500), Value("C-000184", "Forward bend", 12_000, "before the course")),
    "11-05": (Value("C-000012", "Height", 181_000, "with shoes"), Value("C-000012", "Forward bend", 23_000)),
    "11-10": (Value("C-000184", "Weight", 64_200), Value("C-000184", "Forward bend", 9_000)),
    "11-13": (Value("C-000028", "Height", 175_000), Value("C-000012", "Forward bend", 19_000)),
    "11-18": (Value("C-000184", "Weight", 63_600), Value("C-000184", "Forward bend", 5_000)),
    "11-20": (Value("C-000184", "Forward bend", 4_000), Value("C-000012", "Forward bend", 18_000)),
}


def prepare(weeks: Weeks) -> None:
    """What the shop measures."""
    for kind in KINDS:
        measurements.define(weeks.manager, kind)


def come(weeks: Weeks, day: date) -> None:
    """Everybody signs in; whoever forgot to sign out the day before is corrected first."""
    _sign_in(weeks, weeks.manager)
    for period in work_hours.periods(weeks.manager, FORGOT.isoformat(), FORGOT.isoformat()):
        if day > FORGOT and period.out_at is None:
            ended = weeks.instant(FORGOT, 20, 30)
            work_hours.correct(weeks.manager, period.id, period.in_at, ended, "Forgot to sign out", seen=0)
    for _ in range(MISTYPED.get(day.isoformat()[5:], 0)):
        with suppress(SignInRefused):
            sign_in.finish(_nobody(weeks, weeks.tills[0]), _attempt(weeks, weeks.tills[0]), right=False)
    for desk in (*weeks.tills, weeks.supervisor[0]):
        _sign_in(weeks, desk)


def go(weeks: Weeks, day: date) -> None:
    """Everybody signs out, save one who forgets it."""
    for desk in (*weeks.tills, weeks.supervisor[0], weeks.manager):
        if day != FORGOT or desk is not weeks.tills[1]:
            sign_in.sign_out(desk)


def measure(weeks: Weeks, day: date) -> None:
    """What is measured that day; the manager does, who may also see what is sensitive."""
    kinds = {kind.name: kind.id for kind in measurements.list_kinds(weeks.manager)}
    for one in VALUES.get(day.isoformat()[5:], ()):
        measurements.add(weeks.manager, weeks.customer(one.number), kinds[one.kind], one.value, note=one.note)


def _sign_in(weeks: Weeks, desk: Desk) -> None:
    sign_in.finish(_nobody(weeks, desk), _attempt(weeks, desk), right=True)


def _attempt(weeks: Weeks, desk: Desk) -> sign_in.Attempt:
    return sign_in.begin(_nobody(weeks, desk), desk.staff.number)


def _nobody(weeks: Weeks, desk: Desk) -> Desk:
    return Desk(weeks.store, Actor(None, "", NOBODY, NOBODY), desk.terminal, weeks.now)
