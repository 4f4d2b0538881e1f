"""An import that is stopped, or killed, leaves whole chunks; running it again brings the rest in and nothing twice."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bookkeeper_tui.store import proof, sales
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.importing import customer_files, import_files, sale_files
from bookkeeper_tui.store.opening import Store, open_store

SALES = 60
TEXT = "sale,sold_at,branch,product,quantity,amount\n" + "".join(
    f"{number},2026-05-01T10:00,Main,P{line},1,1.00\n" for number in range(SALES) for line in range(3)
)
IMPORT = """
import sys
from pathlib import Path
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.importing import import_files, sale_files
from bookkeeper_tui.store.opening import open_store
sale_files.SALES_AT_ONCE = 5
desk = Desk.shell(open_store(Path(sys.argv[1]), Path(sys.argv[2])))
import_files(desk, "sales", [Path(sys.argv[3])], cancel=lambda: bool(print("chunk", flush=True)))
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sixty sales of three lines, to be read in chunks of five."""
    monkeypatch.setattr(sale_files, "SALES_AT_ONCE", 5)
    path = tmp_path / "sales.csv"
    path.write_text(TEXT)
    return path


def is_whole_after_another_run(desk: Desk, path: Path, ask: Any) -> None:
    before = ask("SELECT COUNT(*) FROM sale")[0][0]
    assert all(check.ok for check in proof.checks(desk))
    report = import_files(desk, "sales", [path])
    assert report.unchanged == 3 * before
    assert report.added == 3 * (SALES - before)
    assert ask("SELECT COUNT(*), SUM(total), COUNT(DISTINCT number) FROM sale") == [(SALES, SALES * 300, SALES)]
    assert ask("SELECT COUNT(*) FROM sale_line") == [(SALES * 3,)]
    assert all(check.ok for check in proof.checks(desk))


def test_stopped_between_chunks(shell: Desk, file: Path, ask: Any) -> None:
    asked = iter([False] * 6)
    report = import_files(shell, "sales", [file], cancel=lambda: next(asked, True))
    assert report.stopped
    assert 0 < ask("SELECT COUNT(*) FROM sale")[0][0] < SALES
    assert ask("SELECT COUNT(*) FROM sale")[0][0] * 3 == report.added
    is_whole_after_another_run(shell, file, ask)


def test_stopped_inside_a_chunk(shell: Desk, file: Path, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    post_many, calls = sales.post_many, list[int]()

    def interrupted(*given: Any) -> range:
        done = post_many(*given)
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return done

    monkeypatch.setattr(sales, "post_many", interrupted)
    assert import_files(shell, "sales", [file]).stopped
    monkeypatch.undo()
    monkeypatch.setattr(sale_files, "SALES_AT_ONCE", 5)
    assert ask("SELECT COUNT(*) FROM sale") == [(10,)]
    is_whole_after_another_run(shell, file, ask)


def test_customers_stopped_and_brought_in_again(
    shell: Desk, tmp_path: Path, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(customer_files, "CUSTOMERS_AT_ONCE", 3)
    path = tmp_path / "people.csv"
    path.write_text("id,name\n" + "".join(f"{number},Person {number}\n" for number in range(10)))
    asked = iter([False])
    first = import_files(shell, "customers", [path], cancel=lambda: next(asked, True))
    assert (first.stopped, first.added) == (True, 6)
    second = import_files(shell, "customers", [path])
    assert (second.added, second.unchanged) == (4, 6)
    assert ask("SELECT COUNT(*) FROM customer WHERE id > 1") == [(10,)]


def test_killed_in_the_middle(store: Store, shell: Desk, file: Path, ask: Any) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", IMPORT, str(store.directory), str(store.keys_directory), str(file)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        for _ in range(4):
            assert process.stdout.readline() == "chunk\n"
        os.kill(process.pid, signal.SIGKILL)
    reopened = open_store(store.directory, store.keys_directory)
    try:
        count = ask("SELECT COUNT(*) FROM sale")[0][0]
        assert count % 5 == 0
        assert count > 0
        is_whole_after_another_run(Desk.shell(reopened), file, ask)
    finally:
        reopened.close()
