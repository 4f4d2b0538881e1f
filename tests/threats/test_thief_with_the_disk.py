"""Whoever carries the disk or a backup away: they have the store's files, and not its keys."""

import shutil
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from bookkeeper_tui.errors import StoreUnusable
from bookkeeper_tui.store import backups, keys, sign_in, staff
from bookkeeper_tui.store.customers import Customer
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.keys import Keys
from bookkeeper_tui.store.opening import Store, open_store
from tests.conftest import PIN

Seat = Callable[[str], Desk]


@pytest.fixture
def stolen(store: Store, shell: Desk, desk_of: Seat, tmp_path: Path) -> Path:
    """The store's directory as it lay on the disk, somewhere else."""
    desk_of("cashier")
    backups.back_up(shell, tmp_path / "backup.db")
    shutil.copytree(store.directory, tmp_path / "stolen")
    return tmp_path / "stolen"


def test_a_copied_store_does_not_open_without_its_keys(stolen: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match=r"keys directory .* is missing"):
        open_store(stolen, tmp_path / "no-keys")


def test_keys_made_anew_open_it_neither(stolen: Path, tmp_path: Path) -> None:
    keys.make_keys(tmp_path / "others")
    with pytest.raises(StoreUnusable, match="keys"):
        open_store(stolen, tmp_path / "others")


def test_no_key_lies_in_the_store_or_in_a_backup(store: Store, stolen: Path, tmp_path: Path) -> None:
    secrets = [store.keys.pepper, store.keys.audit]
    written = [form for secret in secrets for form in (secret, secret.hex().encode(), secret.hex().upper().encode())]
    for path in (tmp_path / "backup.db", *filter(Path.is_file, stolen.rglob("*"))):
        data = path.read_bytes()
        assert not [form for form in written if form in data], path


def test_a_pin_is_not_guessed_from_its_hash_without_the_pepper(store: Store, shell: Desk) -> None:
    ana = staff.add(shell, "Ana Reyes", "cashier", PIN)
    row = shell.database.execute_sql("SELECT pin_version, pin_hash FROM staff WHERE id = ?", (ana.staff_id,))
    version, pin_hash = row.fetchone()
    assert staff.matches(store.keys, ana.number, version, pin_hash, PIN)
    for guess in (b"\0", b"pepper"):
        other = Keys(guess.ljust(32, b"\0"), store.keys.audit)
        assert not staff.matches(other, ana.number, version, pin_hash, PIN)


def test_a_hash_is_of_one_person_and_one_pin_only(store: Store, shell: Desk) -> None:
    people = [staff.add(shell, name, "cashier", PIN) for name in ("Ana Reyes", "Ben Okafor")]
    found = {
        person.number: shell.database.execute_sql(
            "SELECT pin_version, pin_hash FROM staff WHERE id = ?", (person.staff_id,)
        ).fetchone()
        for person in people
    }
    for mine, theirs in product(found, found):
        version, pin_hash = found[theirs]
        assert staff.matches(store.keys, mine, version, pin_hash, PIN) == (mine == theirs)


def test_no_pin_is_written_anywhere(store: Store, stolen: Path, tmp_path: Path) -> None:
    with pytest.raises(sign_in.SignInRefused):
        sign_in.sign_in(store, "till-1", "739261", "739262")
    for path in (tmp_path / "backup.db", *filter(Path.is_file, store.directory.rglob("*"))):
        data = path.read_bytes()
        for typed in (PIN, "739262"):
            assert typed.encode() not in data, path


def test_the_data_itself_is_not_hidden_from_who_has_the_disk(store: Store, maria: Customer) -> None:
    """What does not help here: docs/security.md says to encrypt the disk."""
    files = b"".join(path.read_bytes() for path in store.directory.glob("store.db*"))
    assert maria.name.encode() in files
