"""Reports run as streams: everybody whom a search means, masks where they must be, a clean stop, rows in the log."""

import csv
import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import audit, customers
from bookkeeper_tui.store.addresses import Address
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.exporting import tables
from bookkeeper_tui.store.reports import KINDS, Progress, Question, Stopped, export, first_rows, kinds_for, run
from bookkeeper_tui.store.search import matching
from tests.store.floor import Floor

MANY = 130


@pytest.fixture
def crowd(shell: Desk) -> Desk:
    """A hundred and thirty people called Garcia, every tenth in León, and Ana among them with all that one can have."""
    for number in range(MANY):
        place = Address(city="León" if number % 10 == 0 else "Madrid")
        fields = CustomerFields(name=f"Person{number:03d} García", phone=f"+346000{number:05d}", billing=place)
        customers.create(shell, fields)
    customers.create(
        shell,
        CustomerFields(
            name="Ana Reyes", company="=SUM(A1)", phone="600 111 222", email="ana@example.com", born="1985-05-17",
            vat_no="ESX1234567L", tags=("vip", "yoga"), attributes={"income": "35-49K", "status": "gold"},
            billing=Address("Calle Mayor 1", "", "León", "", "24001", "ES"),
        ),
    )  # fmt: skip
    return shell


def rows_of(desk: Desk, question: Question) -> list[dict[str, str]]:
    file = io.StringIO()
    count = export(desk, question, "csv", file)
    rows = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert len(rows) == count
    return rows


def states(desk: Desk, action: str) -> list[tuple[str, int | None]]:
    """What the log says of exports, oldest first: how each stood, and its rows."""
    found = audit.rows_before(desk.database, action=action)
    return [(row.detail["state"], row.detail.get("rows")) for row in reversed(found)]


def test_all_whom_a_search_means_are_rows_by_number(crowd: Desk) -> None:
    found = [row["customer_no"] for row in rows_of(crowd, Question("customers", {"words": "garcia"}))]
    assert len(found) == MANY, "not only the first fifty"
    assert found == sorted(found)
    assert len(rows_of(crowd, Question("customers"))) == MANY + 1, "without the walk-in"
    assert len(rows_of(crowd, Question("customers", {"words": "city:leon garcia"}))) == MANY // 10
    assert [row["name"] for row in rows_of(crowd, Question("customers", {"words": "111222"}))] == ["Ana Reyes"]
    assert rows_of(crowd, Question("customers", {"words": "nobody"})) == []


def test_it_is_the_same_whether_an_index_leads_there_or_everybody_is_looked_at(
    crowd: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("garcia", "city:leon", "visits<1 person01", "city:leon garcia", "tag:vip")
    led = [rows_of(crowd, Question("customers", {"words": words})) for words in asked]
    monkeypatch.setattr(matching, "_MOST_LED", 0)
    monkeypatch.setattr(matching, "_SPAN", 7)
    monkeypatch.setattr(matching, "AT_ONCE", 5)
    assert [rows_of(crowd, Question("customers", {"words": words})) for words in asked] == led
    assert len(rows_of(crowd, Question("customers"))) == MANY + 1


def test_who_is_gone_is_no_row(crowd: Desk) -> None:
    with crowd.change("import.customers") as change:
        change.database.execute_sql("UPDATE customer SET gone = 'erased', status = 'inactive' WHERE name LIKE 'Ana%'")
    assert len(rows_of(crowd, Question("customers"))) == MANY
    assert rows_of(crowd, Question("customers", {"words": "ana"})) == []
    assert rows_of(crowd, Question("customers", {"words": "status:inactive"})) == []


def test_a_part_of_a_search_that_says_nothing_is_refused_before_a_row_is_out(crowd: Desk) -> None:
    for words in ("spnd>500", "city:leon last<soon", "..."):
        with pytest.raises(BadInput, match=r"cannot be searched for|means nobody"):
            rows_of(crowd, Question("customers", {"words": words}))
    assert states(crowd, "export.customers") == []


def test_any_columns_in_any_order_and_no_spreadsheet_runs_one(crowd: Desk) -> None:
    columns = ("tags", "name", "company", "billing_city", "income", "attribute_status", "born")
    (row,) = rows_of(crowd, Question("customers", {"words": "ana reyes"}, columns))
    assert tuple(row) == columns
    assert tuple(row.values()) == ("vip, yoga", "Ana Reyes", "'=SUM(A1)", "León", "35-49K", "gold", "1985-05-17")
    with pytest.raises(BadInput, match="there is no column “shoe_size”; there are customer_no, name"):
        rows_of(crowd, Question("customers", {}, ("shoe_size",)))


def test_who_may_not_see_a_field_exports_its_mask(crowd: Desk, desk_of: Callable[[str], Desk]) -> None:
    manager, supervisor = desk_of("manager"), desk_of("supervisor")
    columns = ("phone", "email", "born", "vat_no")
    question = Question("customers", {"words": "ana reyes"}, columns)
    with pytest.raises(NotAllowed):
        rows_of(supervisor, question)
    with crowd.change("permission.edited") as change:
        change.database.execute_sql("INSERT INTO role_permission VALUES ('supervisor', 'export.customers')")
    supervisor = Desk(crowd.store, supervisor.staff, "till-1")
    (seen,) = rows_of(supervisor, question)
    assert (seen["phone"], seen["email"]) == ("•••• ••• 222", "a•••@example.com")
    assert seen["vat_no"] == "•••"
    (whole,) = rows_of(manager, question)
    assert (whole["phone"], whole["email"], whole["vat_no"]) == ("600 111 222", "ana@example.com", "ESX1234567L")


def test_nothing_stays_open_between_two_rows(crowd: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A statement that waits for a slow file would keep the store's log growing: another may always empty it."""
    monkeypatch.setattr(matching, "AT_ONCE", 10)
    other = sqlite3.connect(crowd.store.engine.path, isolation_level=None)

    def write(columns: object, rows: Iterator[Any]) -> int:
        written = 0
        for written, _ in enumerate(rows, 1):
            if written in (5, 50):
                busy, _, _ = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                assert not busy
                customers.create(crowd, CustomerFields(name=f"Late {written}", phone=f"+346100000{written:02d}"))
        return written

    assert run(crowd, Question("customers"), "csv", write) == MANY + 3, "who came meanwhile is there"
    other.close()


def test_who_waits_hears_how_far_it_is_and_may_stop_it(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    from bookkeeper_tui.store.reports import running

    monkeypatch.setattr(running, "_BETWEEN_WORDS", 2)
    floor.post(*(floor.sale(minute=minute) for minute in range(8)))
    heard: list[Progress] = []

    def told(progress: Progress) -> None:
        heard.append(progress)
        if progress.rows == 6:
            raise Stopped("Stopped")

    file = io.StringIO()
    with pytest.raises(Stopped):
        export(floor.desk, Question("sales"), "csv", file, told=told)
    assert [(one.rows, one.share) for one in heard] == [(0, 0.0), (2, 0.25), (4, 0.5), (6, 0.75)]
    assert states(floor.desk, "export.sales") == [("begun", None), ("stopped", 6)]


def test_a_search_through_everybody_can_be_stopped_before_it_finds_anybody(
    crowd: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "_MOST_LED", -1)
    monkeypatch.setattr(matching, "_SPAN", 20)
    shares: list[float | None] = []

    def told(progress: Progress) -> None:
        shares.append(progress.share)
        if len(shares) == 4:
            raise Stopped("Stopped")

    with pytest.raises(Stopped):
        export(crowd, Question("customers", {"words": "visits>=5"}), "csv", io.StringIO(), told=told)
    assert shares[-1] is not None
    assert 0 < shares[-1] < 1


def test_a_file_that_fails_stands_in_the_log_with_its_rows(floor: Floor) -> None:
    floor.post(floor.sale(), floor.sale(minute=1))

    def write(columns: object, rows: Iterator[Any]) -> int:
        next(rows)
        next(rows)
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        run(floor.desk, Question("sales"), "csv", write)
    assert states(floor.desk, "export.sales") == [("begun", None), ("failed", 1)]


def test_the_words_of_a_search_stand_where_the_log_can_forget_them(crowd: Desk) -> None:
    rows_of(crowd, Question("customers", {"words": "ana reyes"}, ("name",)))
    begun, done = reversed(audit.rows_before(crowd.database, action="export.customers"))
    assert done.detail == {"format": "csv", "columns": ["name"], "state": "done", "rows": 1}
    assert begun.personal == done.personal == {"words": "ana reyes"}


def test_a_report_of_one_customer_is_a_look_at_that_customer(floor: Floor) -> None:
    floor.post(floor.sale(), floor.sale(customer=floor.customers[1], minute=1))
    (row,) = rows_of(floor.desk, Question("sales", {"customer": "C-000002"}))
    assert row["customer_no"] == "C-000002"
    assert audit.rows_before(floor.desk.database, action="export.sales")[0].customer_id == floor.customers[1]
    with pytest.raises(BadInput, match="no customer 999999"):
        rows_of(floor.desk, Question("sales", {"customer": "999999"}))


@pytest.mark.parametrize("format", ["markdown", "html", "text"])
def test_a_table_for_people_ends_at_what_it_can_hold(
    floor: Floor, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    floor.post(*(floor.sale(minute=minute) for minute in range(3)))
    file = io.StringIO()
    with pytest.raises(BadInput, match="More than 2 rows do not fit"):
        export(floor.desk, Question("sales"), format, file)
    assert file.getvalue() == ""
    with pytest.raises(BadInput, match="More than 2 rows do not fit"):
        export(floor.desk, Question("customers"), format, file)
    assert export(floor.desk, Question("sales"), "csv", file) == 3


def test_escapes_in_names_are_harmless_in_every_format(shell: Desk) -> None:
    customers.create(shell, CustomerFields(name="Eve", company="x|<b>y</b>", phone="+34600111999"))
    with shell.change("import.customers") as change:
        change.database.execute_sql("UPDATE customer SET name = ? WHERE id > 1", ("\x1b[31mEve\u202e\x9b2J",))
    question = Question("customers", {}, ("name", "company"))
    for format in tables.FORMATS:
        file = io.StringIO()
        export(shell, question, format, file)
        text = file.getvalue()
        assert not any(letter in text for letter in "\x1b\x9b\u202e"), format
        assert "[31mEve" in text.replace("\\", ""), format
    html, markdown = io.StringIO(), io.StringIO()
    export(shell, question, "html", html)
    export(shell, question, "markdown", markdown)
    assert "<b>" not in html.getvalue()
    assert "x\\|&lt;b>" in markdown.getvalue()


def test_what_is_asked_must_be_there(floor: Floor) -> None:
    for question, sentence in (
        (Question("shoes"), "“shoes” is no report: there are customers, sales"),
        (Question("sales", {"colour": "red"}), "“colour” narrows nothing here; there are since:, until:, customer:"),
        (Question("sales", {"since": "2026-13-01"}), "since: “2026-13-01” is not a date"),
        (Question("sales", {"since": "2026-11-20", "until": "2026-11-19"}), "until: 2026-11-19 is before 2026-11-20"),
        (Question("members", {"status": "happy"}), "status: “happy” is not one of active"),
        (Question("usage", {"trainer": "Nobody"}), "trainer: no trainer begins with “Nobody”"),
    ):
        with pytest.raises(BadInput, match=sentence.replace("(", "\\(")):
            export(floor.desk, question, "csv", io.StringIO())


def test_every_kind_runs_in_an_empty_shop_and_answers_rows_as_wide_as_its_columns(shell: Desk) -> None:
    for kind in KINDS:
        file = io.StringIO()
        columns = kind.columns_at(shell)
        export(shell, Question(kind.name, {}, tuple(column.name for column in columns)), "json", file)
        for row in json.loads(file.getvalue()):
            assert tuple(row) == tuple(column.name for column in columns)
        assert len({column.name for column in columns}) == len(columns)


def test_each_sees_the_kinds_that_they_may_run(store: Any, desk_of: Callable[[str], Desk]) -> None:
    names = {role: {kind.name for kind in kinds_for(desk_of(role))} for role in ("supervisor", "manager", "auditor")}
    assert "customers" not in names["supervisor"]
    assert "audit" not in names["supervisor"]
    assert "loyalty" in names["supervisor"]
    assert names["manager"] == {kind.name for kind in KINDS}
    with pytest.raises(NotAllowed):
        kinds_for(desk_of("cashier"))
    for kind in KINDS:
        nobody = Desk(store, Actor(None, "9", "Eve", "cashier"), "till-9")
        with pytest.raises(NotAllowed):
            export(nobody, Question(kind.name), "csv", io.StringIO())


def test_the_first_rows_are_read_and_no_more(crowd: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from bookkeeper_tui.store.reports import running

    monkeypatch.setattr(running, "_LOOKED_AT", 4)
    monkeypatch.setattr(matching, "AT_ONCE", 5)
    monkeypatch.setattr(tables, "MOST_ROWS", 10)
    rows = first_rows(crowd, Question("customers", {}, ("name", "visits")))
    assert rows == [(f"Person{number:03d} García", "0") for number in range(4)]
    assert states(crowd, "export.customers") == [("begun", None), ("done", 4)]


def test_json_keeps_what_was_written_whole(shell: Desk) -> None:
    customers.create(shell, CustomerFields(name="Eve", phone="+34600111999"))
    with shell.change("import.customers") as change:
        change.database.execute_sql("UPDATE customer SET name = ? WHERE id > 1", ("\x1b[31m李\u202e\n",))
    file = io.StringIO()
    export(shell, Question("customers", {}, ("name",)), "json", file)
    assert json.loads(file.getvalue()) == [{"name": "\x1b[31m李\u202e\n"}]
    assert "李" in file.getvalue()
    assert "\x1b" not in file.getvalue()
