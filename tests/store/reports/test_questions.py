"""What somebody types above a report, and the reports that are kept under a name."""

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import audit, saved_reports
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.reports import Question, check, filter_text, from_json, kind_named, read_filters, to_json


@pytest.mark.parametrize(
    ("typed", "filters"),
    [
        ("", {}),
        ("2026-11", {"since": "2026-11-01", "until": "2026-11-30"}),
        ("2026-10..2026-11-05", {"since": "2026-10-01", "until": "2026-11-05"}),
        ("since:2026-11 customer:C-000184", {"since": "2026-11-01", "customer": "C-000184"}),
        ("until:2026", {"until": "2026-12-31"}),
        ('trainer:"Marta Gil" 21/11/2026', {"trainer": "Marta Gil", "since": "2026-11-21", "until": "2026-11-21"}),
    ],
)
def test_a_line_says_the_filters(typed: str, filters: dict[str, str]) -> None:
    usage = kind_named("usage")
    found = read_filters(usage, typed, "%d/%m/%Y")
    assert found == filters
    assert read_filters(usage, filter_text(found)) == filters, "and they can be typed again"


def test_whatever_is_typed_for_customers_is_their_search() -> None:
    customers = kind_named("customers")
    assert read_filters(customers, " spend>500 last<30d city:leeds ") == {"words": "spend>500 last<30d city:leeds"}
    assert read_filters(kind_named("members"), "status:frozen ana re") == {"status": "frozen", "words": "ana re"}


@pytest.mark.parametrize("typed", ["colour:red", "ana", "since:soon", "customer"])
def test_a_word_that_narrows_nothing_is_named(typed: str) -> None:
    with pytest.raises(BadInput, match=typed.split(":")[0]):
        read_filters(kind_named("sales"), typed)


def test_without_columns_the_usual_ones_are_taken(shell: Desk) -> None:
    columns = check(shell, Question("customers")).columns
    assert columns[:2] == ("customer_no", "name")
    assert "vat_no" not in columns


def test_a_report_is_kept_under_a_name_and_found_in_any_case(desk: Desk) -> None:
    question = Question("customers", {"words": "tag:vip"}, ("name", "phone"))
    saved_reports.save(desk, " Our   VIPs ", "customers", to_json(question))
    saved = saved_reports.named(desk, "our vips")
    assert (saved.name, saved.who) == ("Our VIPs", desk.staff.who)
    assert from_json(saved.kind, saved.question) == question
    assert [one.name for one in saved_reports.list_saved(desk)] == ["Our VIPs"]


def test_a_name_is_another_s_until_it_is_replaced(desk: Desk) -> None:
    saved_reports.save(desk, "Mondays", "sales", to_json(Question("sales")))
    with pytest.raises(BadInput, match="There is a report “Mondays” already"):
        saved_reports.save(desk, "MONDAYS", "loyalty", to_json(Question("loyalty")))
    saved_reports.save(desk, "MONDAYS", "loyalty", to_json(Question("loyalty")), replace=True)
    assert [(one.name, one.kind) for one in saved_reports.list_saved(desk)] == [("MONDAYS", "loyalty")]


def test_a_report_is_removed_once(desk: Desk) -> None:
    saved = saved_reports.save(desk, "Mondays", "sales", "{}")
    saved_reports.remove(desk, saved.id)
    with pytest.raises(BadInput, match="removed already"):
        saved_reports.remove(desk, saved.id)
    with pytest.raises(BadInput, match="No report is saved as “Mondays”"):
        saved_reports.named(desk, "Mondays")
    removed = audit.rows_before(desk.database, action="report.saved")[0]
    assert removed.detail == {"kind": "sales", "removed": True, "fields": ["name", "question"]}
    assert removed.personal is not None
    assert removed.personal["name"] == ["Mondays", ""]


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_name_must_be_one(desk: Desk, name: str) -> None:
    with pytest.raises(BadInput, match="needs one of at most 60 letters"):
        saved_reports.save(desk, name, "sales", "{}")


@pytest.mark.parametrize("kept", ["", "[]", "{", '{"filters": 3}', '{"columns": 5}'])
def test_what_was_kept_and_cannot_be_read_is_left_out(kept: str) -> None:
    assert from_json("sales", kept) == Question("sales")


def test_an_auditor_sees_saved_reports_and_saves_none(desk_of: object) -> None:
    assert callable(desk_of)
    auditor = desk_of("auditor")
    assert saved_reports.list_saved(auditor) == []
    with pytest.raises(NotAllowed):
        saved_reports.save(auditor, "Mine", "sales", "{}")
