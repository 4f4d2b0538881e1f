"""The usage log leaves as a table whose sessions add up to what was used."""

import csv
import io
import json

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import packages
from bookkeeper_tui.store.exporting.usage import COLUMNS
from bookkeeper_tui.store.reports import Question, export
from tests.store.packages.conftest import studio
from tests.store.packages.studio import DAY_US, Studio

__all__ = ["studio"]


@pytest.fixture
def busy(studio: Studio) -> Studio:
    """Four massages by Marta, of which two were cancelled, and one of another customer that Luis was to have given."""
    desk = studio.desk
    package = studio.bought("TEN")
    packages.use(desk, package.id, 2, trainer_id=studio.ids["Marta"], resource_id=studio.ids["Room 1"])
    wrong = packages.use(desk, package.id, 2, trainer_id=studio.ids["Marta"], remarks="=cmd()")
    packages.restore(desk, wrong.id, "Was not there")
    other = studio.bought("THREE", customer=studio.bruno)
    studio.at += DAY_US
    use = packages.use(desk, other.id, trainer_id=studio.ids["Marta"], service_id=studio.ids["Yoga"])
    packages.change_use(
        desk, use.id, trainer_id=studio.ids["Luis"], resource_id=None, service_id=studio.ids["Yoga"], at=use.at,
        remarks="",
    )  # fmt: skip
    return studio


def rows_of(studio: Studio, **asked: str) -> list[dict[str, str]]:
    file = io.StringIO()
    count = export(studio.desk, Question("usage", asked), "csv", file)
    rows = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert len(rows) == count
    return rows


def test_the_sessions_of_the_rows_are_what_was_used(busy: Studio) -> None:
    rows = rows_of(busy)
    assert tuple(rows[0]) == COLUMNS
    for customer in (busy.ana, busy.bruno):
        for package in packages.of_customer(busy.desk, customer):
            of = [row for row in rows if row["package_no"] == package.number]
            assert sum(int(row["sessions"]) for row in of) == package.used
            assert sum(round(float(row["recognised"]) * 100) for row in of) == package.recognised
            assert sum(round(float(row["worth"]) * 100) for row in of) == package.recognised
    assert "'=cmd()" in {row["remarks"] for row in rows}, "no spreadsheet runs it"


def test_a_use_said_anew_stands_as_it_is_now_and_as_it_was_at_first(busy: Studio) -> None:
    (use,) = [row for row in rows_of(busy, customer="C-000002") if row["kind"] == "use"]
    assert use["trainer"] == "Luis"
    assert "Marta" in use["at_first"]
    (change,) = [row for row in rows_of(busy) if row["kind"] == "change"]
    assert change["of_event"] == use["event"]


def test_trainer_customer_and_days_narrow_it(busy: Studio) -> None:
    assert {row["kind"] for row in rows_of(busy, trainer="luis")} == {"use", "change"}
    assert {row["trainer"] for row in rows_of(busy, trainer=f"#{busy.ids['Marta']}")} == {"Marta"}
    assert {row["service"] for row in rows_of(busy, service="yo")} == {"Yoga"}
    later = rows_of(busy, since="2026-11-22")
    assert {row["kind"] for row in later} == {"use", "change"}
    assert len(later) + len(rows_of(busy, until="2026-11-21")) == len(rows_of(busy))
    file = io.StringIO()
    asked = Question("usage", {"customer": "2", "since": "2026-11-22"})
    assert export(busy.desk, asked, "json", file) == 2
    assert {row["customer_no"] for row in json.loads(file.getvalue())} == {"C-000002"}


def test_who_may_not_gets_nothing_and_who_may_is_recorded(busy: Studio) -> None:
    from bookkeeper_tui.store.desk import Actor, Desk

    cashier = Desk(busy.desk.store, Actor(None, "900", "Eve", "cashier"), "till-9")
    with pytest.raises(NotAllowed):
        export(cashier, Question("usage"), "csv", io.StringIO())
    with pytest.raises(BadInput):
        export(busy.desk, Question("usage"), "xml", io.StringIO())
    export(busy.desk, Question("usage", {"trainer": "Marta"}), "csv", io.StringIO())
    row = busy.desk.database.execute_sql("SELECT action, detail FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    assert row[0] == "export.usage"
    assert json.loads(row[1])["filter"] == {"trainer": "Marta"}
