"""The members as a table: who, of which membership, with which card, and what they are today."""

import csv
import io

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import member_cards, members, memberships
from bookkeeper_tui.store.audit import rows_before
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.members import COLUMNS
from bookkeeper_tui.store.members import NewMember
from bookkeeper_tui.store.reports import Question, export
from tests.store.floor import Floor
from tests.store.memberships_floor import MONTHLY, Club, open_club


@pytest.fixture
def club(floor: Floor, desk: Desk) -> Club:
    club = open_club(floor, desk)
    club.sell()
    son = members.add(club.desk, club.of().id, NewMember("Lucas Reyes", "son", email="lucas@example.com"))
    member_cards.give(club.desk, son.id, "77001")
    club.sell(MONTHLY, club.bruno)
    return club


def test_every_member_is_a_row_by_name(club: Club) -> None:
    memberships.freeze(club.desk, club.of(MONTHLY, club.bruno).id)
    file = io.StringIO()
    assert export(club.desk, Question("members"), "csv", file) == 3
    rows = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["name"], row["status"], row["card"], row["customer"]) for row in rows] == [
        ("Ana Reyes", "active", "", "Ana Reyes"),
        ("Bruno Díaz", "frozen", "", "Bruno Díaz"),
        ("Lucas Reyes", "active", "77001", "Ana Reyes"),
    ]
    assert rows[2]["card_state"] == "active"
    assert (rows[2]["since"], rows[2]["until"], rows[2]["left_on"]) == ("2026-11-22", "2027-11-21", "")


def test_a_filter_narrows_it_and_stands_in_the_log(club: Club) -> None:
    filters = {"status": "active", "plan": f"#{club.plans[MONTHLY]}", "words": "bru"}
    assert export(club.desk, Question("members", filters), "json", io.StringIO()) == 1
    row = rows_before(club.desk.database, action="export.members")[0]
    assert (row.detail["rows"], row.detail["filter"]["status"]) == (1, "active")
    assert "words" not in row.detail["filter"], "a name stands where it can be erased"
    assert row.personal == {"words": "bru"}


def test_another_format_is_refused(club: Club) -> None:
    with pytest.raises(BadInput, match="no format for a table"):
        export(club.desk, Question("members"), "xls", io.StringIO())
