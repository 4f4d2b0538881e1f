"""`customer erase|delete` and `export customer` at the shell."""

import json
from pathlib import Path

import pytest

from bookkeeper_tui.cli import main
from bookkeeper_tui.store import customers, notes
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Desk


@pytest.fixture
def places(shell: Desk) -> list[str]:
    """The options that name the store of the test."""
    return ["--store", str(shell.store.directory), "--keys", str(shell.store.keys_directory)]


def somebody(shell: Desk) -> str:
    customer = customers.create(shell, CustomerFields(name="Ottoline Marsh", phone="612 345 678"))
    notes.add(shell, customer.id, "likes mornings")
    return customer.number


def test_all_that_is_held_goes_to_a_file_or_the_screen(
    shell: Desk, places: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    number = somebody(shell)
    assert main(["export", "customer", number, *places]) == 0
    found = json.loads(capfd.readouterr().out)
    assert found["held"]["the_customer"][0]["name"] == "Ottoline Marsh"
    assert found["held"]["notes"][0]["note"] == "likes mornings"
    pdf = tmp_path / "all.pdf"
    assert main(["export", "customer", number, "--format", "pdf", "--to", str(pdf), *places]) == 0
    assert pdf.read_bytes().startswith(b"%PDF-")


def test_erasing_asks_for_a_reason_and_says_what_is_left(
    shell: Desk, places: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    number = somebody(shell)
    assert main(["customer", "erase", number, "--dry-run", *places]) == 0
    assert "goes     Notes: 1" in capfd.readouterr().out
    assert main(["customer", "erase", number, *places]) == 2
    assert "needs a reason" in capfd.readouterr().err
    assert main(["customer", "erase", number, "--reason", "asked by letter", *places]) == 0
    assert f"{number} is now Erased E-" in capfd.readouterr().out
    assert main(["customer", "erase", number, "--reason", "again", *places]) == 2
    assert f"{number} was erased already" in capfd.readouterr().err
    assert main(["verify", *places]) == 0


def test_what_stands_in_the_way_is_told_and_exits_with_one(
    shell: Desk, places: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    from bookkeeper_tui.store import baskets

    number = somebody(shell)
    baskets.start(shell, customers.by_number(shell, number).id)
    assert main(["customer", "erase", number, "--dry-run", *places]) == 1
    assert "! A sale of theirs is being rung up at shell" in capfd.readouterr().out


def test_somebody_without_dealings_is_deleted(
    shell: Desk, places: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    number = somebody(shell)
    assert main(["customer", "delete", number, *places]) == 0
    assert f"{number} is deleted." in capfd.readouterr().out
    assert main(["export", "customer", number, *places]) == 2
