"""Names and notes that carry terminal escapes, control characters or formulas, wherever they come out."""

import contextlib
import io
import json
import re
import sqlite3
import zlib
from collections.abc import Iterator

import pytest

from bookkeeper_tui import cli
from bookkeeper_tui.paper import access
from bookkeeper_tui.paper.escpos import page_bytes
from bookkeeper_tui.paper.pdf import page_pdf
from bookkeeper_tui.paper.plain import as_text
from bookkeeper_tui.paper.receipts import receipt_page
from bookkeeper_tui.paper.statements import statement_page
from bookkeeper_tui.store import customers, reports, services, statements
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting import statement as statement_files
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.reports import Question
from bookkeeper_tui.store.services import NewService
from bookkeeper_tui.verbs.opened import print_json, print_table
from tests.screens.conftest import Opened, settled
from tests.screens.recording import screen_text
from tests.store.tills import Till

WILD = "Eve\x1b[2J\x1b]0;owned\x07\x9b31m\u202egnp.exe\u2066\x00\r\nZoe"
FORMULA = '=HYPERLINK("http://evil.example","Ana")'
DANGEROUS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def plant(desk: Desk, customer_id: int, name: str) -> None:
    """The name as an older program, or somebody with a shell, may have left it: checked by nobody."""
    with desk.change("import.customers") as change:
        database = change.database
        database.execute_sql("UPDATE customer SET name = ?, company = ? WHERE id = ?", (name, name, customer_id))
        database.execute_sql("UPDATE product SET name = ? WHERE sku = '100'", (name,))
        database.execute_sql(
            "INSERT INTO note (customer_id, text, who, at, pinned) VALUES (?, ?, ?, 1, 1)", (customer_id, name, name)
        )
        database.execute_sql("INSERT INTO customer_tag VALUES (?, ?)", (customer_id, name))


@contextlib.contextmanager
def edited(store: Store) -> Iterator[sqlite3.Connection]:
    """The file as somebody with SQLite opens it, without its triggers."""
    file = sqlite3.connect(store.engine.path, isolation_level=None)
    for (trigger,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        file.execute(f"DROP TRIGGER {trigger}")
    yield file
    file.close()


def harmless_in(text: str) -> None:
    """Nothing in it does anything to a terminal, a printer or a reader's eye."""
    assert DANGEROUS.search(text) is None, repr(DANGEROUS.search(text))


def test_what_is_typed_or_imported_is_kept_without_them(shell: Desk) -> None:
    kept = customers.create(shell, CustomerFields(name=WILD, phone="600 111 222", company=WILD, tags=(WILD,)))
    harmless_in(kept.name + kept.company + "".join(kept.tags))


async def test_no_screen_draws_them(console: Opened, till: Till, shell: Desk) -> None:
    plant(shell, till.ana, WILD)
    paid = till.pay(till.rung("100", customer=till.ana))
    async with console("manager") as (app, pilot):
        app.show("profile", customer_id=till.ana)
        await settled(pilot)
        for _ in range(20):
            harmless_in(screen_text(app))
            await pilot.press("right_square_bracket")
            await settled(pilot)
        places = {
            "receipt": {"sale_id": paid.sale_id}, "sale_search": {}, "catalogue": {}, "members": {}, "layaways": {},
            "customer_form": {"customer_id": till.ana}, "audit_log": {}, "duplicates": {}, "tags": {}, "search": {},
        }  # fmt: skip
        for place, what in places.items():
            app.show(place, **what)
            await settled(pilot)
            harmless_in(screen_text(app))
        await pilot.press(*"600111222")
        await settled(pilot)
        assert "Eve" in screen_text(app)
        harmless_in(screen_text(app))


async def test_no_screen_draws_them_where_nobody_thinks_of_foreign_text(
    console: Opened, till: Till, shell: Desk
) -> None:
    """Numbers, codes and names of the shop's own things, changed in the file by somebody with a shell."""
    paid = till.pay(till.rung("100", customer=till.ana))
    services.add(shell, NewService("Yoga", 60))
    with edited(shell.store) as file:
        for table in ("customer", "sale", "service", "branch", "staff"):
            column = "number" if table in ("customer", "sale") else "name"
            file.execute(f"UPDATE {table} SET {column} = {column} || ?", (WILD,))
    async with console("manager") as (app, pilot):
        places = {
            "customer_form": {"customer_id": till.ana}, "return_lines": {"sale_id": paid.sale_id},
            "merge": {"from_id": till.ana, "into_id": till.floor.customers[1]}, "as_of": {"customer_id": till.ana},
            "services": {}, "branches": {}, "staff": {},
        }  # fmt: skip
        for place, what in places.items():
            app.show(place, **what)
            await settled(pilot)
            for key in ("down", "enter", "escape"):
                harmless_in(screen_text(app))
                await pilot.press(key)
                await settled(pilot)
        await pilot.press("f12")
        await settled(pilot)
        harmless_in(screen_text(app))


def test_no_receipt_and_no_statement_carries_them(till: Till, shell: Desk) -> None:
    plant(shell, till.ana, WILD)
    paid = till.pay(till.rung("100", customer=till.ana))
    statement = statements.statement(shell, till.ana, "2026-01-01", shell.today())
    for page in (receipt_page(shell, paid.sale_id), statement_page(shell, statement)):
        harmless_in(as_text(page, 80))
        printed = page_bytes(page, 42, kicking=False)
        assert b"\x1b[2J" not in printed
        assert b"\x1b]0" not in printed
        assert b"\x9b31m" not in printed
        pdf = page_pdf(page, 80)
        streams = [_inflated(stream) for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)]
        for said in (pdf, *streams):
            assert b"\x1b[2J" not in said
            assert b"\x1b]0;" not in said
        assert b"/JavaScript" not in pdf
        assert b"/URI" not in pdf


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


@pytest.mark.parametrize("format", ["csv", "json", "text", "markdown", "html"])
def test_no_export_carries_them(till: Till, shell: Desk, format: str) -> None:
    plant(shell, till.ana, WILD)
    till.pay(till.rung("100", customer=till.ana))
    for kind in ("customers", "sales"):
        file = io.StringIO()
        assert reports.export(shell, Question(kind), format, file)
        harmless_in(file.getvalue())
    if format in statement_files.FORMATS:
        file = io.StringIO()
        statement = statements.statement(shell, till.ana, "2026-01-01", shell.today())
        statement_files.export_statement(shell, statement, format, file)
        harmless_in(file.getvalue())


@pytest.mark.parametrize("format", ["csv", "json", "text", "pdf"])
def test_what_a_customer_is_given_of_themselves_carries_none(till: Till, shell: Desk, format: str) -> None:
    plant(shell, till.ana, WILD)
    told = access.file_bytes(shell, till.ana, format)
    if format == "pdf":
        said = [told, *(_inflated(one) for one in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", told, re.DOTALL))]
        assert not [one for one in said if b"\x1b[2J" in one or b"\x1b]0;" in one]
    else:
        harmless_in(told.decode())


def test_no_export_runs_in_a_spreadsheet(till: Till, shell: Desk) -> None:
    for formula in (FORMULA, "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1+1", "＝1+1"):
        plant(shell, till.ana, formula)
        file = io.StringIO()
        reports.export(shell, Question("customers"), "csv", file)
        cells = [cell.strip('"') for line in file.getvalue().splitlines() for cell in re.split(r',(?="|[^,]*)', line)]
        assert not [cell for cell in cells if cell.startswith(("=", "@", "＝", "+1+", "-2+", "\t"))]


def test_no_sentence_of_a_verb_carries_them(store: Store, till: Till, capsys: pytest.CaptureFixture[str]) -> None:
    till.pay(till.rung("100", customer=till.ana))
    number = customers.get(till.desk, till.ana).number
    with edited(store) as file:
        file.execute("UPDATE audit SET key_id = ? WHERE seq = 3", (WILD,))
        file.execute("UPDATE business_day SET date = date || ?", (WILD,))
        file.execute("UPDATE basket SET terminal = ?", (WILD,))
    places = ["--store", str(store.directory), "--keys", str(store.keys_directory)]
    for words in (
        ["audit", "verify"], ["audit", "verify", "--json"], ["audit", "verify", "--head", f"1:{WILD}"], ["verify"],
        ["show", WILD], ["show", number, "--tab", WILD], ["find", f"{WILD}:1"], ["staff", "unlock", WILD],
        ["staff", "role", WILD, WILD], ["customer", "erase", number, "--reason", "x", "--dry-run"],
        ["export", "customers", "--columns", WILD, "--to", "-"], ["backup", f"/nowhere{WILD[:4]}/x"],
    ):  # fmt: skip
        with contextlib.suppress(SystemExit):
            cli.main([*places, *words])
        told = capsys.readouterr()
        harmless_in(told.out + told.err)


def test_no_verb_prints_them(shell: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    print_table([{"name": WILD, "note": WILD}], "nothing")
    print_json([{"name": WILD, "shown": "李小龍 Łukasz"}])
    told = capsys.readouterr().out
    harmless_in(told)
    assert "李小龍 Łukasz" in told
    assert json.loads(told[told.index("[\n") :])[0]["name"] == WILD
