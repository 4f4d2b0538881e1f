"""Two outside programs accept the books, and their balances are ours to the cent."""

import csv
import io
import os
import shutil
import subprocess
import sysconfig
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.money import plain
from bookkeeper_tui.store import audit, catalogue, ledger
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting import ledger as ledger_export
from bookkeeper_tui.store.exporting.ledger import export_ledger
from bookkeeper_tui.store.founding import found_shop
from bookkeeper_tui.store.sales import NewDiscount, NewTender
from tests.store.floor import Floor


@pytest.fixture
def sold(floor: Floor) -> Floor:
    """Sales over three months with everything a name or an amount can do, a reversal, and an account of odd letters."""
    catalogue.create(floor.desk, NewProduct("200", "お茶", category="飲み物 & more"))
    floor.products.update(catalogue.ids_by_sku(floor.desk.database, ["200"]))
    line = floor.line("100", 1500, NewDiscount("retail", 299), NewDiscount('2" off; |x', 1))
    floor.post(
        floor.sale(line, floor.line("200", 7), day="2026-09-30", discounts=[NewDiscount("coupon", 100)]),
        floor.sale(floor.line("102", 2990, tax=519), day="2026-11-01", tenders=[NewTender("account", 2990)]),
        floor.sale(floor.line("100", -1500, pieces=-1), kind="return", day="2026-10-02"),
        floor.sale(floor.line("100", 0), day="2026-10-03"),
        floor.sale(floor.line("X", 1_234_567_890_12), day="2026-10-04"),
    )
    with floor.desk.change("import.sales") as change:
        ledger.reverse(change, 2, date="2026-11-02", memo='rung up "twice"; sorry | really\nyes')
    return floor


def hledger(*arguments: str) -> str:
    program = shutil.which("hledger")
    assert program, "hledger is missing: install it (apt-get install hledger), the books are not proven without it"
    # hledger reads files in the locale's encoding.
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        [program, *arguments], capture_output=True, encoding="utf-8", check=True, env=environment
    ).stdout


def bean_check(main: Path) -> None:
    program = shutil.which("bean-check", path=sysconfig.get_path("scripts")) or shutil.which("bean-check")
    assert program, "bean-check is missing: install the test extra, the books are not proven without it"
    done = subprocess.run([program, str(main)], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def hledger_balances(main: Path) -> dict[str, Decimal]:
    """Account and balance as hledger computes them."""
    table = hledger("-f", str(main), "balance", "--flat", "--no-total", "--empty", "-O", "csv")
    rows = list(csv.reader(io.StringIO(table)))[1:]
    return {account: Decimal(amount.split()[0]) for account, amount in rows}


def beancount_balances(main: Path) -> dict[str, Decimal]:
    """Account and balance as beancount's loader computes them."""
    from beancount import loader
    from beancount.core.data import Transaction

    entries, errors, _ = loader.load_file(str(main))
    assert errors == []
    balances: Counter[str] = Counter()
    for entry in entries:
        if isinstance(entry, Transaction):
            for posting in entry.postings:
                balances[posting.account] += posting.units.number
    return dict(balances)


def ours(desk: Desk) -> dict[str, Decimal]:
    return {name: Decimal(plain(amount, desk.store.shop.exponent)) for name, amount in ledger.balances(desk)}


def without_zeros(balances: dict[str, Decimal]) -> dict[str, Decimal]:
    return {account: amount for account, amount in balances.items() if amount}


def test_hledger_accepts_the_books_and_computes_our_balances(sold: Floor, tmp_path: Path) -> None:
    main = export_ledger(sold.desk, "hledger", tmp_path / "books")
    hledger("-f", str(main), "check", "--strict")
    assert without_zeros(hledger_balances(main)) == without_zeros(ours(sold.desk))


def test_beancount_accepts_the_books_and_computes_our_balances(sold: Floor, tmp_path: Path) -> None:
    main = export_ledger(sold.desk, "beancount", tmp_path / "books")
    bean_check(main)
    assert beancount_balances(main) == ours(sold.desk)


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
def test_currencies_without_and_with_three_decimals(tmp_path: Path, currency: str) -> None:
    desk = Desk.shell(
        found_shop(tmp_path / "shop", tmp_path / "keys", name='The "Shop"; |', currency=currency, country="JP")
    )
    with desk.change("import.sales") as change:
        ledger.post(
            change,
            date="2026-11-20",
            kind="opening",
            document_kind="opening",
            document_id=1,
            postings=[ledger.Posting(ledger.DRAWER, 12345), ledger.Posting("Equity:Opening-Balances", -12345)],
        )
    journal = export_ledger(desk, "hledger", tmp_path / "h")
    beans = export_ledger(desk, "beancount", tmp_path / "b")
    hledger("-f", str(journal), "check", "--strict")
    bean_check(beans)
    assert hledger_balances(journal) == beancount_balances(beans) == ours(desk)
    desk.store.close()


@pytest.mark.parametrize("format", ["hledger", "beancount"])
def test_a_shop_that_has_sold_nothing_has_empty_books(shell: Desk, tmp_path: Path, format: str) -> None:
    main = export_ledger(shell, format, tmp_path)
    if format == "hledger":
        hledger("-f", str(main), "check", "--strict")
    else:
        bean_check(main)


def test_each_month_is_a_file_and_an_old_export_is_written_over(
    sold: Floor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_export, "FILES_OPEN_AT_ONCE", 1)
    first = export_ledger(sold.desk, "beancount", tmp_path).read_text()
    assert [line for line in first.splitlines() if line.startswith("include")] == [
        'include "2026-09.beancount"',
        'include "2026-10.beancount"',
        'include "2026-11.beancount"',
    ]
    months = {path.name: path.read_text() for path in tmp_path.glob("2026-*")}
    assert '2026-09-30 * "C-' in months["2026-09.beancount"]
    assert "^S-0000001" in months["2026-09.beancount"]
    export_ledger(sold.desk, "beancount", tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.glob("2026-*")} == months


def test_who_wrote_the_books_out_stands_in_the_audit_log(sold: Floor, tmp_path: Path) -> None:
    export_ledger(sold.desk, "hledger", tmp_path)
    (row,) = audit.rows_before(sold.desk.database, action="export.ledger")
    assert (row.subject, row.detail) == ("hledger", {"entries": 6, "to": str(tmp_path)})


def test_bad_formats_places_and_people_get_one_sentence(sold: Floor, tmp_path: Path, desk_of: object) -> None:
    with pytest.raises(BadInput, match="“excel” is no ledger format"):
        export_ledger(sold.desk, "excel", tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot be written"):
        export_ledger(sold.desk, "hledger", tmp_path / "file")
    assert callable(desk_of)
    with pytest.raises(NotAllowed):
        export_ledger(desk_of("cashier"), "hledger", tmp_path)
