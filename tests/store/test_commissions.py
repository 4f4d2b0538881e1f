"""Commissions: a use counts for the trainer whom its last change names, on the day it was; given back for nobody."""

import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookkeeper_tui.errors import BadInput, BookkeeperError
from bookkeeper_tui.store import audit, bookables, bookings, commissions, packages
from bookkeeper_tui.store.bookables import NewBookable
from bookkeeper_tui.store.bookings.moments import DAY, HOUR
from bookkeeper_tui.store.commissions import TrainerFigures
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.packages import UsageEvent
from bookkeeper_tui.store.reports import Question, export
from tests.store.bookings.studio import MONDAY, Studio, studio_in

MONTH = ("2026-11-01", "2026-11-30")
ASKED = Question("commissions", {"since": MONTH[0], "until": MONTH[1]})


@pytest.fixture
def studio(store: Store) -> Studio:
    """A studio on Monday the 23rd at eight in the morning; Marta, Pau and Joan get 30 %."""
    return studio_in(store)


def report(studio: Studio, first: str = MONTH[0], last: str = MONTH[1]) -> dict[str, tuple[int, int, int, int]]:
    """Sessions, worth, commission and no-shows by trainer."""
    found = commissions.report(studio.desk, first, last)
    return {one.name: (one.sessions, one.worth, one.commission, one.no_shows) for one in found}


def with_trainer(studio: Studio, event: UsageEvent, trainer_id: int | None, at: int | None = None) -> UsageEvent:
    """The use, said anew to be of another trainer."""
    return packages.change_use(
        studio.desk, event.id, trainer_id=trainer_id, resource_id=None, service_id=studio.massage,
        at=event.at if at is None else at, remarks="",
    )  # fmt: skip


def test_each_trainer_gets_their_part_of_what_they_gave(studio: Studio) -> None:
    package = studio.sell(sessions=5)
    packages.use(studio.desk, package.id, 2, trainer_id=studio.marta)
    packages.use(studio.desk, package.id, trainer_id=studio.pau)
    packages.use(studio.desk, package.id)
    assert report(studio) == {"Marta": (2, 10_000, 3_000, 0), "Pau": (1, 5_000, 1_500, 0)}


def test_a_commission_stays_what_it_was_at_the_session(studio: Studio) -> None:
    package = studio.sell(sessions=5)
    packages.use(studio.desk, package.id, trainer_id=studio.marta)
    skills = frozenset({studio.massage})
    bookables.edit(studio.desk, studio.marta, NewBookable("trainer", "Marta", 1, 50_000, None, skills))
    packages.use(studio.desk, package.id, trainer_id=studio.marta)
    assert report(studio) == {"Marta": (2, 10_000, 1_500 + 2_500, 0)}


def test_a_use_given_back_counts_for_nobody(studio: Studio) -> None:
    package = studio.sell(sessions=5)
    kept, given_back = (packages.use(studio.desk, package.id, trainer_id=studio.marta) for _ in range(2))
    packages.restore(studio.desk, given_back.id, "Booked twice")
    assert report(studio) == {"Marta": (1, 5_000, 1_500, 0)}
    packages.restore(studio.desk, kept.id, "Never came")
    assert report(studio) == {}


def test_a_use_said_anew_counts_for_the_last_one_named(studio: Studio) -> None:
    package = studio.sell(sessions=5)
    event = packages.use(studio.desk, package.id, trainer_id=studio.marta)
    with_trainer(studio, event, studio.pau)
    assert report(studio) == {"Pau": (1, 5_000, 1_500, 0)}
    with_trainer(studio, event, studio.marta)
    assert report(studio) == {"Marta": (1, 5_000, 1_500, 0)}
    with_trainer(studio, event, None)
    assert report(studio) == {}


def test_a_use_counts_on_the_day_on_which_it_was(studio: Studio) -> None:
    package = studio.sell(sessions=5)
    studio.at += DAY
    first = packages.use(studio.desk, package.id, trainer_id=studio.marta, at=studio.instant("23:59"))
    packages.use(studio.desk, package.id, trainer_id=studio.marta, at=studio.instant("00:00", "2026-11-24"))
    assert report(studio, MONDAY, MONDAY) == {"Marta": (1, 5_000, 1_500, 0)}
    with_trainer(studio, first, studio.marta, at=studio.instant("00:01", "2026-11-24"))
    assert report(studio, MONDAY, MONDAY) == {}
    assert report(studio, "2026-11-24", "2026-11-24") == {"Marta": (2, 10_000, 3_000, 0)}


def test_no_shows_are_counted_and_what_they_take_is_paid(studio: Studio) -> None:
    package = studio.sell(sessions=5)
    missed = studio.book("10:00", package_id=package.id)
    yoga = studio.yogi(1)
    studio.at = studio.instant("14:00")
    bookings.no_show(studio.desk, missed.id)
    bookings.no_show(studio.desk, yoga.id)
    assert report(studio) == {"Joan": (0, 0, 0, 1), "Marta": (1, 5_000, 1_500, 1)}
    bookings.put_back(studio.desk, missed.id)
    assert report(studio) == {"Joan": (0, 0, 0, 1)}


def test_the_sessions_behind_the_figures_make_them(studio: Studio) -> None:
    package = studio.sell(sessions=5)
    packages.use(studio.desk, package.id, 2, trainer_id=studio.marta)
    studio.at += HOUR
    event = packages.use(studio.desk, package.id, trainer_id=studio.pau)
    with_trainer(studio, event, studio.marta)
    found = commissions.sessions(studio.desk, studio.marta, *MONTH)
    assert [(one.event_id, one.sessions, one.worth, one.commission) for one in found] == [
        (event.id, 1, 5_000, 1_500),
        (event.id - 1, 2, 10_000, 3_000),
    ]
    newest = found[0]
    assert (newest.customer, newest.package, newest.service, newest.kind) == (
        "Ana Reyes", "K-0000001", "Massage", "use",
    )  # fmt: skip
    assert commissions.sessions(studio.desk, studio.pau, *MONTH) == []


@pytest.mark.parametrize(
    ("first", "last", "named"),
    [
        ("", "2026-11-30", "From: “” is not a date"),
        ("2026-11-01", "soon", "To: “soon” is not a date"),
        ("2026-12-01", "2026-11-30", "To: 30/11/2026 is before 01/12/2026"),
        ("2026-12-01", "9999-12-31", "To: 9999-12-31 is in no year"),
    ],
)
def test_days_that_are_none_are_told(studio: Studio, first: str, last: str, named: str) -> None:
    with pytest.raises(BadInput, match=named):
        commissions.report(studio.desk, first, last)


def test_the_table_has_a_row_a_trainer_and_says_in_the_log_that_it_went_out(studio: Studio) -> None:
    package = studio.sell(sessions=3)
    packages.use(studio.desk, package.id, trainer_id=studio.marta)
    file = io.StringIO()
    assert export(studio.desk, ASKED, "csv", file) == 1
    assert file.getvalue() == (
        "trainer,first,last,sessions,worth,commission,no_shows\nMarta,2026-11-01,2026-11-30,1,50.00,15.00,0\n"
    )
    newest = audit.rows_before(studio.desk.database, action="export.commissions")[0]
    assert (newest.detail["state"], newest.detail["rows"]) == ("done", 1)
    assert newest.detail["filter"] == {"since": MONTH[0], "until": MONTH[1]}
    as_json = io.StringIO()
    export(studio.desk, ASKED, "json", as_json)
    assert json.loads(as_json.getvalue())[0]["commission"] == "15.00"


def test_the_uses_of_a_trainer_are_found_by_an_index(studio: Studio) -> None:
    plan = studio.desk.database.execute_sql(f"EXPLAIN QUERY PLAN {commissions.FIGURES}", (0, 1, 10)).fetchall()
    told = " | ".join(str(row[-1]) for row in plan)
    assert "SEARCH last USING INDEX package_event_trainer" in told
    assert "SCAN used" not in told
    assert "SCAN later" not in told


STEPS = st.lists(
    st.tuples(st.sampled_from(("use", "change", "restore")), st.integers(0, 5), st.integers(0, 3), st.integers(-3, 0)),
    min_size=3,
    max_size=14,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_life_of_packages_gives_what_its_log_says(studio: Studio, steps: list[tuple[str, int, int, int]]) -> None:
    package, used = studio.sell(sessions=7), list[UsageEvent]()
    trainers = (studio.marta, studio.pau, None, studio.marta)
    for what, which, who, days in steps:
        try:
            if what == "use":
                used.append(packages.use(studio.desk, package.id, 1 + which % 2, trainer_id=trainers[who]))
            elif what == "change" and used:
                with_trainer(studio, used[which % len(used)], trainers[who], studio.at + days * DAY)
            elif used:
                packages.restore(studio.desk, used[which % len(used)].id, "again")
        except BookkeeperError:
            continue
    for first, last in (MONTH, ("2026-11-21", "2026-11-22"), (MONDAY, MONDAY)):
        assert commissions.report(studio.desk, first, last) == told_by_the_log(studio, first, last)


def told_by_the_log(studio: Studio, first: str, last: str) -> tuple[TrainerFigures, ...]:
    """The same figures, event by event."""
    begins, ends = studio.instant("00:00", first), studio.instant("00:00", last) + DAY
    stands = dict[int, list[int]]()
    rows = studio.desk.database.execute_sql(
        "SELECT id, kind, undoes, trainer_id, at, sessions, worth, commission FROM package_event ORDER BY id"
    )
    for event_id, kind, undoes, trainer_id, at, sessions, worth, commission in rows.fetchall():
        if kind == "use":
            stands[event_id] = [trainer_id, at, sessions, worth, commission]
        elif kind == "change":
            stands[undoes] = [trainer_id, at, *stands[undoes][2:4], commission]
        elif kind == "restore":
            del stands[undoes]
    found = []
    for trainer in bookables.list_bookables(studio.desk, "trainer"):
        own = [use for use in stands.values() if use[0] == trainer.id and begins <= use[1] < ends]
        if own:
            sessions, worth, commission = (sum(use[column] for use in own) for column in (2, 3, 4))
            found.append(TrainerFigures(trainer.id, trainer.name, sessions, worth, commission, 0))
    return tuple(found)
