"""Seals outside the store show what the log itself no longer can: its end cut off together with an older head."""

import json
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from bookkeeper_tui.errors import BadInput, StoreUnusable
from bookkeeper_tui.store import audit_log, audit_verify, backups, days, seals, shifts
from bookkeeper_tui.store.audit_verify import Verified
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.opening import open_store


def look(desk: Desk, times: int = 5) -> None:
    for _ in range(times):
        desk.look("customer.viewed", customer_id=1)


@pytest.fixture
def sealed(shell: Desk) -> Desk:
    """A log with three seals, and some rows behind the last."""
    for _ in range(3):
        look(shell)
        seals.make(shell)
    look(shell)
    return shell


def raw(desk: Desk) -> sqlite3.Connection:
    connection = sqlite3.connect(desk.store.engine.path, isolation_level=None)
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    return connection


def file_of(desk: Desk) -> Path:
    return desk.store.keys_directory / seals.FILE


def lines(desk: Desk) -> list[str]:
    return file_of(desk).read_text().splitlines()


def write(desk: Desk, lines: list[str]) -> None:
    file_of(desk).write_text("".join(line + "\n" for line in lines))


def wrong_seals(desk: Desk) -> dict[int, str]:
    return dict(audit_verify.verify(desk).broken_seals)


def rows_named(found: Verified) -> set[int]:
    return {seq for one in found.broken for seq in range(one.seq, max(one.seq, one.until) + 1)}


def test_an_untouched_log_holds_and_every_seal_fits(sealed: Desk) -> None:
    found = audit_verify.verify(sealed)
    assert found.holds
    assert (found.seals, found.explained) == (3, 0)
    since = audit_verify.verify(sealed, since_seal=True)
    assert since.holds
    assert (since.since, since.rows) == (found.sealed_to, found.rows - found.sealed_to)


def test_the_keys_of_the_seals_are_their_owners_alone(sealed: Desk) -> None:
    keys = sealed.store.keys_directory
    assert (keys / seals.KEY).stat().st_mode & 0o777 == 0o600
    assert file_of(sealed).stat().st_mode & 0o777 == 0o600


def test_a_log_cut_off_with_an_older_head_put_back_is_shown_by_the_seals(sealed: Desk) -> None:
    last = json.loads(lines(sealed)[-1])
    file = raw(sealed)
    head = file.execute("SELECT seq, mac, seal FROM audit_head").fetchone()
    look(sealed, 4)
    seals.make(sealed)
    newest = audit_log.head_seq(sealed)
    file.execute("DELETE FROM audit_personal WHERE seq > ?", (head[0],))
    file.execute("DELETE FROM audit WHERE seq > ?", (head[0],))
    file.execute("UPDATE audit_head SET seq = ?, mac = ?, seal = ?", head)
    assert not audit_verify.broken(sealed), "the log alone cannot know"
    found = audit_verify.verify(sealed)
    assert rows_named(found) == set(range(head[0] + 1, newest)), "up to the row that the seal names"
    assert "seal 4" in found.broken[0].why
    assert found.sealed_to == last["seq"]


def test_a_log_cut_off_and_grown_again_is_shown_by_the_seals(sealed: Desk) -> None:
    file = raw(sealed)
    head = file.execute("SELECT seq, mac, seal FROM audit_head").fetchone()
    look(sealed, 4)
    named = seals.make(sealed).seq
    file.execute("DELETE FROM audit WHERE seq > ?", (head[0],))
    file.execute("UPDATE audit_head SET seq = ?, mac = ?, seal = ?", head)
    look(sealed, 20)
    assert not audit_verify.broken(sealed)
    assert named in rows_named(audit_verify.verify(sealed))
    assert not audit_verify.verify(sealed, since_seal=True).holds


def test_rows_changed_before_a_seal_are_named_by_the_whole_walk(sealed: Desk) -> None:
    raw(sealed).execute("UPDATE audit SET who = 'x' WHERE seq = 3")
    assert rows_named(audit_verify.verify(sealed)) == {3}


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_removed_seal_is_named(sealed: Desk, number: int) -> None:
    write(sealed, [line for line in lines(sealed) if json.loads(line)["number"] != number])
    assert number in wrong_seals(sealed)
    assert seals.make(sealed).number == 4, "its number is not used again"
    assert set(wrong_seals(sealed)) == {number}


def test_all_seals_removed_are_named_one_by_one(sealed: Desk) -> None:
    file_of(sealed).unlink()
    assert set(wrong_seals(sealed)) == {1, 2, 3}


@pytest.mark.parametrize("field", ["seq", "mac", "at", "before", "kept", "kind", "key"])
def test_an_edited_seal_is_named(sealed: Desk, field: str) -> None:
    edited = lines(sealed)
    values = json.loads(edited[1])
    match values[field]:
        case int(old):
            values[field] = old + 1
        case "seal":
            values[field] = "restored"
        case old if field == "at":
            values[field] = old.replace("T0", "T1").replace("T2", "T0")[:-7] + "1+00:00"
        case old:
            values[field] = old[:-1] + ("0" if old[-1] != "0" else "1")
    edited[1] = json.dumps(values, separators=(",", ":"))
    write(sealed, edited)
    assert 2 in wrong_seals(sealed)


def test_a_seal_written_otherwise_with_the_same_meaning_is_named(sealed: Desk) -> None:
    edited = lines(sealed)
    edited[0] = edited[0].replace(",", ", ")
    write(sealed, edited)
    assert set(wrong_seals(sealed)) == {1}


def test_swapped_seals_are_named(sealed: Desk) -> None:
    first, second, third = lines(sealed)
    write(sealed, [first, third, second])
    assert set(wrong_seals(sealed)) == {2}


def test_seals_made_anew_with_another_key_are_named(sealed: Desk, tmp_path: Path) -> None:
    """Somebody who may write beside the keys makes a key of their own and signs the whole file with it."""
    shutil.copytree(sealed.store.directory, tmp_path / "other")
    shutil.copytree(sealed.store.keys_directory, tmp_path / "other-keys")
    for name in (seals.FILE, seals.KEY, seals.PUBLIC):
        (tmp_path / "other-keys" / name).unlink()
    other = open_store(tmp_path / "other", tmp_path / "other-keys")
    with sqlite3.connect(tmp_path / "other" / "store.db") as file:
        for (trigger,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f"DROP TRIGGER {trigger}")
        file.execute("UPDATE audit SET action = 'x' WHERE action = 'audit.sealed'")
    for _ in range(3):
        seals.make(Desk.shell(other))
    other.close()
    for name in (seals.FILE, seals.KEY, seals.PUBLIC):
        shutil.copy(tmp_path / "other-keys" / name, sealed.store.keys_directory / name)
    assert set(wrong_seals(sealed)) == {1, 2, 3}


def test_what_is_no_seal_is_named_by_its_line(sealed: Desk) -> None:
    write(sealed, [*lines(sealed), "{}", "[1]", '{"number": 9999999999999999999999}', "\x00"])
    assert {4, 5, 6, 7} <= set(wrong_seals(sealed))


def test_a_lost_public_key_is_said(sealed: Desk) -> None:
    (sealed.store.keys_directory / seals.PUBLIC).unlink()
    assert "seal.pub" in wrong_seals(sealed)[0]


def test_no_new_key_takes_the_place_of_a_lost_one(sealed: Desk) -> None:
    (sealed.store.keys_directory / seals.KEY).unlink()
    head = audit_log.head_seq(sealed)
    with pytest.raises(StoreUnusable, match=r"seal\.key is missing"):
        seals.make(sealed)
    assert audit_log.head_seq(sealed) == head


def test_a_line_that_a_power_cut_left_half_does_not_spoil_the_next(sealed: Desk) -> None:
    with file_of(sealed).open("a") as file:
        file.write('{"number":4,"kind":"se')
    assert seals.make(sealed).number == 4
    assert audit_verify.verify(sealed).holds


def test_the_copy_is_kept_up_and_shows_what_was_removed(sealed: Desk, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    desk = Desk.shell(
        replace(sealed.store, settings=replace(sealed.store.settings, seals_copy=str(tmp_path / "stick")))
    )
    assert "copy" in wrong_seals(desk)[0]
    seals.make(desk)
    assert audit_verify.verify(desk).holds
    assert (tmp_path / "stick" / seals.FILE).read_text() == file_of(desk).read_text()
    (tmp_path / "stick" / seals.FILE).write_text("".join(line + "\n" for line in lines(desk)[1:]))
    assert "not in" in wrong_seals(desk)[1]


def test_a_copy_that_cannot_be_written_is_said_and_the_seal_stands(sealed: Desk, tmp_path: Path) -> None:
    nowhere = replace(sealed.store.settings, seals_copy=str(tmp_path / "nowhere"))
    with pytest.raises(StoreUnusable, match=r"copy of the seals is not written: .*\)$"):
        seals.make(Desk.shell(replace(sealed.store, settings=nowhere)))
    assert len(lines(sealed)) == 4
    assert audit_verify.verify(sealed).holds


def test_a_backup_put_back_explains_the_seals_above_it(sealed: Desk, tmp_path: Path) -> None:
    backups.back_up(sealed, tmp_path / "kept.db")
    look(sealed)
    seals.make(sealed)
    directory, keys = sealed.store.directory, sealed.store.keys_directory
    backups.restore(directory, keys, tmp_path / "kept.db")
    again = Desk.shell(open_store(directory, keys))
    found = audit_verify.verify(again)
    assert found.holds
    assert (found.seals, found.explained) == (5, 1)
    assert json.loads(lines(again)[-1])["kind"] == "restored"
    look(again, 30)
    seals.make(again)
    assert audit_verify.verify(again).holds
    again.store.close()


def test_a_newer_backup_put_back_after_an_older_one_accuses_nobody(sealed: Desk, tmp_path: Path) -> None:
    """Seals made between the two are of a log that was given up, and say nothing of the one that came back."""
    directory, keys = sealed.store.directory, sealed.store.keys_directory
    backups.back_up(sealed, tmp_path / "older.db")
    look(sealed, 20)
    seals.make(sealed)
    backups.back_up(sealed, tmp_path / "newer.db")
    for name in ("older", "newer", "older", "older", "newer"):
        backups.restore(directory, keys, tmp_path / f"{name}.db")
        again = Desk.shell(open_store(directory, keys))
        found = audit_verify.verify(again)
        assert found.holds, (name, found)
        look(again, 3)
        seals.make(again)
        assert audit_verify.verify(again).holds
        assert audit_verify.verify(again, since_seal=True).holds
        again.store.close()


def test_what_a_seal_names_is_still_missed_after_backups_were_put_back(sealed: Desk, tmp_path: Path) -> None:
    directory, keys = sealed.store.directory, sealed.store.keys_directory
    backups.back_up(sealed, tmp_path / "older.db")
    look(sealed, 20)
    backups.back_up(sealed, tmp_path / "newer.db")
    for name in ("older", "newer"):
        backups.restore(directory, keys, tmp_path / f"{name}.db")
    again = Desk.shell(open_store(directory, keys))
    seal = seals.make(again)
    assert audit_verify.verify(again).holds
    raw(again).execute("UPDATE audit SET mac = zeroblob(32) WHERE seq = ?", (seal.seq,))
    assert seal.seq in rows_named(audit_verify.verify(again))
    again.store.close()


def test_a_backup_copied_over_the_store_by_hand_is_shown(sealed: Desk, tmp_path: Path) -> None:
    backups.back_up(sealed, tmp_path / "kept.db")
    look(sealed)
    seals.make(sealed)
    directory, keys = sealed.store.directory, sealed.store.keys_directory
    sealed.store.close()
    for part in directory.glob("store.db*"):
        part.unlink()
    shutil.copy(tmp_path / "kept.db", directory / "store.db")
    again = Desk.shell(open_store(directory, keys))
    assert not audit_verify.verify(again).holds
    again.store.close()


def test_a_seal_that_the_log_could_not_tell_of_does_no_harm(sealed: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The power goes between the line of the seal and the commit of its row."""
    with monkeypatch.context() as patched:
        patched.setattr(seals, "_add", _added_and_gone)
        with pytest.raises(KeyboardInterrupt):
            seals.make(sealed)
    assert len(lines(sealed)) == 4
    assert audit_verify.verify(sealed).holds
    assert seals.make(sealed).number == 5
    assert audit_verify.verify(sealed).holds


_add = seals._add


def _added_and_gone(path: Path, written: list[str]) -> None:
    _add(path, written)
    raise KeyboardInterrupt


def test_the_row_on_a_z_report_is_found_or_not(sealed: Desk) -> None:
    seal = json.loads(lines(sealed)[0])
    printed = f"{seal['seq']}:{seal['mac'][:12]}"
    assert audit_verify.is_printed_head(sealed, printed)
    assert not audit_verify.is_printed_head(sealed, f"{seal['seq'] + 1}:{seal['mac'][:12]}")
    for odd in ("", "12", "x:7f3a9c210be1", "12:7f3a", "12:zzzzzzzzzzzz", "9" * 30 + ":7f3a9c210be1"):
        with pytest.raises(BadInput, match="is not what a Z report prints"):
            audit_verify.is_printed_head(sealed, odd)


def test_a_day_that_closes_seals_the_log(desk: Desk) -> None:
    shifts.open_shift(desk, 10000)
    shifts.end(desk, {100: 100})
    closed = days.close(desk)
    assert not closed.unsealed
    (line,) = lines(desk)
    row = audit_log.page(desk, action="audit.sealed", limit=1)[0]
    assert (row.detail["number"], row.detail["seq"]) == (1, json.loads(line)["seq"])
    assert row.who == "the closing of the day"
    assert audit_log.page(desk, before=row.seq, limit=1)[0].action == "day.closed"


def test_a_day_closes_though_its_seal_cannot_be_written(desk: Desk) -> None:
    file_of(desk).mkdir()
    shifts.open_shift(desk, 10000)
    shifts.end(desk, {100: 100})
    closed = days.close(desk)
    assert closed.z_number == 1
    assert "seal.key is missing" in closed.unsealed
    assert not days.report(desk).unsealed


def test_two_who_seal_at_once_get_two_numbers(sealed: Desk) -> None:
    """Each in a process of its own would; here two connections in turn, the file being all they share."""
    other = Desk.shell(sealed.store.again())
    assert [seals.make(desk).number for desk in (sealed, other, sealed)] == [4, 5, 6]
    other.store.close()
    assert audit_verify.verify(sealed).holds
