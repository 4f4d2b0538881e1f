"""Somebody who got from the console's account to a shell: they can run verbs and write to the store's files."""

import getpass
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import peewee
import pytest

from bookkeeper_tui.cli import main
from bookkeeper_tui.store import audit_log, audit_verify, backups, customers, proof, role_table, staff
from bookkeeper_tui.store.customers import Customer
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.opening import Store, create_store
from tests.store.tills import Till

Seat = Callable[[str], Desk]


@contextmanager
def by_hand(store: Store) -> Iterator[sqlite3.Connection]:
    """The database file, opened with SQLite's own tool and its triggers taken off."""
    with closing(sqlite3.connect(store.directory / "store.db", isolation_level=None)) as database:
        triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            database.execute(f"DROP TRIGGER {name}")
        yield database
        for _, sql in triggers:
            database.execute(sql)


def failing(desk: Desk) -> set[str]:
    """The checks of the proof that fail."""
    return {check.check for check in proof.checks(desk) if not check.ok}


def test_what_verbs_do_stands_in_the_log_under_the_login(
    store: Store, shell: Desk, maria: Customer, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--store", str(store.directory), "--keys", str(store.keys_directory)]
    assert main(["show", maria.number, *where]) == 0
    assert main(["find", "maria", *where]) == 0
    capsys.readouterr()
    rows = audit_log.page(shell, limit=5)
    assert {row.who for row in rows if row.terminal == "shell"} == {f"shell:{getpass.getuser()}"}
    assert {"search.made", "customer.viewed", "tab.overview"} <= {row.action for row in rows}


def test_the_keys_are_for_the_store_s_account_alone(store: Store) -> None:
    for path in store.keys_directory.glob("*.key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.keys_directory.stat().st_mode) & 0o007 == 0 or os.name == "nt"
    assert not list(store.directory.glob("*.key"))


def test_the_store_is_for_its_account_alone_whatever_its_directory(shell: Desk, tmp_path: Path) -> None:
    home = tmp_path / "everybody's"
    home.mkdir(mode=0o755)
    create_store(home, tmp_path / "their keys", name="Main St", currency="EUR", country="ES").close()
    backups.back_up(shell, tmp_path / "kept.db")
    place = tmp_path / "lost"
    place.mkdir(mode=0o755)
    backups.restore(place, shell.store.keys_directory, tmp_path / "kept.db")
    for path in (*home.glob("store.db*"), *place.glob("store.db*"), tmp_path / "kept.db"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o007, path.name


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE posting SET amount = amount - 500 WHERE entry_id = 1 AND line_no = 1",
        "UPDATE sale SET total = total - 500",
        "UPDATE standing SET spend = spend + 1000",
        "DELETE FROM posting WHERE entry_id = 1",
        "UPDATE points_lot SET remaining = remaining + 1000",
    ],
)
def test_a_figure_changed_in_the_database_file_fails_the_proof(till: Till, sql: str) -> None:
    till.give_points(100)
    till.pay(till.rung("100", customer=till.ana))
    assert failing(till.floor.desk) == set()
    with by_hand(till.desk.store) as database:
        database.execute(sql)
    assert failing(till.floor.desk)


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("UPDATE staff SET role = 'manager' WHERE number = '{number}'", "staff {number}"),
        ("INSERT INTO role_permission VALUES ('cashier', 'field.phone')", "cashier field.phone"),
        ("INSERT INTO role_permission VALUES ('cashier', 'sale.voided')", "cashier sale.voided"),
        (
            "DELETE FROM role_permission WHERE role = 'cashier' AND permission = 'drawer.opened'",
            "cashier drawer.opened",
        ),
    ],
)
def test_rights_taken_in_the_database_file_fail_the_proof(shell: Desk, desk_of: Seat, sql: str, named: str) -> None:
    cashier = desk_of("cashier")
    staff.change_role(shell, cashier.staff.number, "supervisor")
    role_table.set_permission(shell, "cashier", "sale.voided", True)
    role_table.set_permission(shell, "cashier", "sale.voided", False)
    role_table.set_permission(shell, "cashier", "drawer.opened", True)
    role_table.set_permission(shell, "supervisor", "drawer.opened", False)
    assert not untold(shell)
    with by_hand(shell.store) as file:
        file.execute(sql.format(number=cashier.staff.number))
    assert untold(shell) == (named.format(number=cashier.staff.number),)


def untold(desk: Desk) -> tuple[int | str, ...]:
    """Which rights the proof says nobody gave."""
    return next(one.failing for one in proof.checks(desk) if one.check.startswith("roles and permissions"))


def test_a_row_of_the_log_changed_in_the_database_file_is_named(shell: Desk, maria: Customer) -> None:
    seq = audit_log.page(shell, customer_id=maria.id)[0].seq
    with by_hand(shell.store) as database:
        database.execute("UPDATE audit SET who = 'Somebody else' WHERE seq = ?", (seq,))
    assert seq in {broken.seq for broken in audit_verify.broken(shell)}
    assert "the audit chain holds" in failing(shell)


def test_a_row_of_the_log_played_again_is_named(shell: Desk, maria: Customer) -> None:
    with by_hand(shell.store) as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(audit)") if row[1] != "seq"]
        named = ", ".join(columns)
        database.execute(
            f"INSERT INTO audit (seq, {named}) SELECT (SELECT MAX(seq) + 1 FROM audit), {named} FROM audit LIMIT 1"
        )
    assert audit_verify.broken(shell)


def test_rows_cut_off_the_end_of_the_log_are_missed(shell: Desk, maria: Customer) -> None:
    customers.reveal(shell, maria.id)
    with by_hand(shell.store) as database:
        database.execute("DELETE FROM audit_personal WHERE seq = (SELECT MAX(seq) FROM audit)")
        database.execute("DELETE FROM audit WHERE seq = (SELECT MAX(seq) FROM audit)")
    assert audit_verify.broken(shell)


def test_sqlite_itself_refuses_what_goes_past_the_desk(shell: Desk, till: Till) -> None:
    till.pay(till.rung("100"))
    for sql in (
        "UPDATE customer SET name = 'Eve'",
        "DELETE FROM audit",
        "INSERT INTO role_permission VALUES ('cashier', 'field.phone')",
    ):
        with pytest.raises(peewee.OperationalError, match="readonly"):
            shell.database.execute_sql(sql)
    with shell.change("setting.changed") as change:
        for sql in (
            "DELETE FROM audit",
            "UPDATE audit SET who = 'x'",
            "DELETE FROM posting",
            "UPDATE entry SET date = ''",
        ):
            with pytest.raises((peewee.IntegrityError, peewee.OperationalError)):
                change.database.execute_sql(sql)
        change.drop()


def test_a_missing_trigger_is_told_by_the_proof(shell: Desk) -> None:
    with closing(sqlite3.connect(shell.store.directory / "store.db")) as database:
        database.execute("DROP TRIGGER audit_no_update")
        database.commit()
    assert failing(shell)


def test_the_console_s_account_reaches_no_shell_and_no_file_from_within(store: Store) -> None:
    import bookkeeper_tui

    code = [path.read_text() for path in Path(bookkeeper_tui.__file__).parent.joinpath("screens").rglob("*.py")]
    for text in code:
        for way in ("os.system", "subprocess", "shell=True", "pty.spawn", "DirectoryTree", "action_suspend", "eval("):
            assert way not in text
