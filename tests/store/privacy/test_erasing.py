"""Erasing: refused while anything is open, thorough when it is not, and provable afterwards."""

import sqlite3
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import audit_log, audit_verify, backups, baskets, customers, merging, notes, proof, search
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.engine import scrubbing
from bookkeeper_tui.store.privacy import erasing
from bookkeeper_tui.store.reports import KINDS, Question, export
from bookkeeper_tui.store.search.ranking import rerank
from tests.store.memberships_floor import Club
from tests.store.privacy.persons import NEEDLES, forms_found, settled_customer
from tests.store.tills import Till

WHY = "asked by letter of 20/11"


def failing(desk: Desk) -> list[str]:
    return [check.check for check in proof.checks(desk) if not check.ok]


def dump(path: Path) -> str:
    """Everything that the tables of a store say, the search index's own tables too."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return "\n".join(str(row) for table in tables for row in connection.execute(f"SELECT * FROM {table}"))
    finally:
        connection.close()


def test_no_byte_of_the_customer_is_left_anywhere(club: Club, tmp_path: Path) -> None:
    desk, who = club.desk, settled_customer(club)
    path = desk.store.engine.path
    scrubbing.empty_log(desk.store.engine)
    assert {needle for needle in NEEDLES if needle.encode() in path.read_bytes()} > {
        "633 111 999",
        "999111336",
        "612 987 654",
    }
    erased = erasing.erase(desk, who, WHY)
    assert erased.left == ()
    assert forms_found([path, path.with_name("store.db-wal"), path.with_name("store.db-shm")]) == []
    backups.back_up(Desk.shell(desk.store), tmp_path / "after.db")
    assert forms_found([tmp_path / "after.db"]) == []
    for kind in KINDS:
        table = StringIO()
        export(
            Desk.shell(desk.store),
            Question(kind.name, columns=tuple(column.name for column in kind.columns)),
            "json",
            table,
        )
        assert [needle for needle in NEEDLES if needle in table.getvalue()] == [], kind.name
    said = dump(tmp_path / "after.db")
    assert [needle for needle in NEEDLES if needle in said] == []
    assert failing(Desk.shell(desk.store)) == []


def test_the_search_index_has_no_word_of_theirs_left(club: Club) -> None:
    desk, who = club.desk, settled_customer(club)
    erasing.erase(desk, who, WHY)
    words = {row[0] for row in desk.database.execute_sql("SELECT term FROM search_vocabulary")}
    assert not words & {"wilhelmina", "quartzenberg", "yellowfeather"}
    blocks = b"".join(row[0] for row in desk.database.execute_sql("SELECT block FROM search_name_data"))
    assert b"quartz" not in blocks
    assert b"wilhel" not in blocks
    for typed in ("wilhelmina", "633111999", "QZ-7788", "wilma@quartz.example", "CARD-5567"):
        assert not search.search(desk, typed).hits


def test_amounts_stay_under_a_pseudonym_with_a_tombstone(club: Club) -> None:
    desk, who = club.desk, settled_customer(club)
    before = desk.database.execute_sql("SELECT SUM(total), COUNT(*) FROM sale WHERE customer_id = ?", (who,)).fetchone()
    number = customers.get(desk, who).number
    erased = erasing.erase(desk, who, WHY)
    customer = customers.get(desk, who)
    assert (customer.name, customer.number) == (f"Erased {erased.pseudonym}", number)
    assert (customer.gone, customer.status, customer.phone_raw, customer.email) == ("erased", "inactive", "", "")
    after = desk.database.execute_sql("SELECT SUM(total), COUNT(*) FROM sale WHERE customer_id = ?", (who,)).fetchone()
    assert after == before
    tombstone = desk.database.execute_sql("SELECT pseudonym, reason, retain_until FROM erasure").fetchall()
    assert tombstone == [(erased.pseudonym, WHY, f"{int(club.today[:4]) + 6}{club.today[4:]}")]


def test_rows_of_others_that_named_them_are_blanked_and_listed(club: Club) -> None:
    desk, who = club.desk, settled_customer(club)
    desk.look("search.made", detail={"found": 3}, personal={"text": "bruno"})
    erased = erasing.erase(desk, who, WHY)
    row = next(row for row in audit_log.page(desk, customer_id=who) if row.action == "customer.erased")
    blanked = row.detail["blanked"]
    assert len(blanked) == erased.blanked >= 6
    bodies = dict(desk.database.execute_sql("SELECT seq, body FROM audit_personal").fetchall())
    assert all(bodies[seq] is None for seq in blanked)
    whose = dict(desk.database.execute_sql("SELECT seq, customer_id FROM audit").fetchall())
    assert all(bodies[seq] is None or whose[seq] != who for seq in bodies)
    assert '{"text":"bruno"}' in bodies.values()
    assert audit_verify.broken(Desk.shell(desk.store)) == []


def test_a_namesake_keeps_what_the_log_says_of_them(club: Club) -> None:
    desk = club.desk
    first, second = (
        customers.create(desk, CustomerFields(name="Sunniva Blom", phone=phone)).id
        for phone in ("600 700 800", "600 700 900")
    )
    notes.add(desk, second, "Sunniva Blom wants a call")
    erasing.erase(desk, first, WHY)
    kept = [row.personal for row in audit_log.page(desk, customer_id=second)]
    assert {"note": ["", "Sunniva Blom wants a call"]} in kept
    assert [hit.customer_id for hit in search.search(desk, "sunniva").hits] == [second]


def test_the_walk_in_is_never_erased(club: Club) -> None:
    with pytest.raises(BadInput, match="walk-in customer stands for everyone unknown"):
        erasing.erase(club.desk, WALK_IN_ID, WHY)


def test_somebody_erased_is_not_erased_again(club: Club) -> None:
    who = settled_customer(club)
    erasing.erase(club.desk, who, WHY)
    with pytest.raises(BadInput, match="was erased"):
        erasing.erase(club.desk, who, WHY)


def test_a_command_that_arrives_twice_erases_once(club: Club) -> None:
    who = settled_customer(club)
    first = erasing.erase(club.desk, who, WHY, once="k1")
    database = club.desk.database
    assert database.execute_sql("SELECT COUNT(*) FROM erasure").fetchone()[0] == 1
    assert first.pseudonym in str(database.execute_sql("SELECT result FROM command_key WHERE key = 'k1'").fetchone())


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201, "Wilhelmina asked", "call 633111999"])
def test_a_reason_is_needed_and_names_nobody(club: Club, reason: str) -> None:
    who = settled_customer(club)
    with pytest.raises(BadInput, match=r"reason|Reason"):
        erasing.erase(club.desk, who, reason)
    assert customers.get(club.desk, who).gone == ""


@pytest.mark.parametrize("role", ["cashier", "supervisor", "auditor"])
def test_only_managers_erase(club: Club, desk_of: Callable[[str], Desk], role: str) -> None:
    who = settled_customer(club)
    with pytest.raises(NotAllowed):
        erasing.erase(desk_of(role), who, WHY)


OPEN: dict[str, tuple[Callable[[Till, int], object], str]] = {
    "credit": (lambda till, who: till.give_credit(1250, who), "12,50 of store credit"),
    "basket": (lambda till, who: till.rung("100", customer=who), "being rung up at till-1"),
    "parked": (lambda till, who: baskets.park(till.desk, till.rung("100", customer=who).id, "x"), "parked at till-1"),
}


@pytest.mark.parametrize("what", OPEN)
def test_what_is_open_is_told_and_nothing_is_erased(club: Club, what: str) -> None:
    who, till = settled_customer(club), Till(club.floor, club.desk)
    opening, said = OPEN[what]
    opening(till, who)
    assert any(said in reason for reason in erasing.refusals(club.desk, who))
    before = dump(club.desk.store.engine.path)
    with pytest.raises(BadInput, match=said):
        erasing.erase(club.desk, who, WHY)
    assert dump(club.desk.store.engine.path) == before


def test_everything_open_is_told_at_once(club: Club) -> None:
    who, till = settled_customer(club), Till(club.floor, club.desk)
    club.sell(customer=who)
    till.give_credit(300, who)
    till.rung("100", customer=who)
    told = erasing.refusals(club.desk, who)
    assert [
        words for words in ("store credit", "Membership", "being rung up") if any(words in one for one in told)
    ] == [
        "store credit",
        "Membership",
        "being rung up",
    ]


def test_what_was_written_before_pages_were_overwritten_is_found_and_removed(club: Club) -> None:
    desk = club.desk
    desk.database.execute_sql("PRAGMA secure_delete = off")
    who = settled_customer(club)
    for n in range(40):
        note = notes.add(desk, who, f"Wilhelmina Yellowfeather rang {n} " + "x" * 900)
        with desk.change("note.pinned", customer_id=who) as change:
            change.database.execute_sql("DELETE FROM note WHERE id = ?", (note.id,))
    scrubbing.empty_log(desk.store.engine)
    assert b"Yellowfeather rang" in desk.store.engine.path.read_bytes()
    assert erasing.erase(desk, who, WHY).left == ()
    assert forms_found([desk.store.engine.path]) == []


def test_files_that_hold_something_of_them_are_named(club: Club) -> None:
    who, directory = settled_customer(club), club.desk.store.directory
    receipt = club.desk.database.execute_sql("SELECT number FROM sale WHERE customer_id = ?", (who,)).fetchone()[0]
    (directory / "paper").mkdir()
    (directory / "paper" / f"receipt-{receipt}.txt").write_text("1 espresso")
    (directory / "console-errors.log").write_text("KeyError: 'Wilhelmina Yellowfeather'")
    (directory / "list.csv").write_text("nobody")
    erased = erasing.erase(club.desk, who, WHY)
    assert erased.files == ("console-errors.log", f"paper/receipt-{receipt}.txt")


def test_notes_about_others_that_name_them_are_told_and_left(club: Club) -> None:
    who, other = settled_customer(club), club.bruno
    notes.add(club.desk, other, "Comes with Wilhelmina Yellowfeather")
    assert erasing.erase(club.desk, who, WHY).named == (customers.get(club.desk, other).number,)


def test_two_consoles_erase_and_the_second_is_told(club: Club) -> None:
    who = settled_customer(club)
    other = club.desk.store.again()
    try:
        beside = Desk(other, club.desk.staff, "till-2")
        assert erasing.refusals(beside, who) == ()
        erasing.erase(club.desk, who, WHY)
        with pytest.raises(BadInput, match="was erased"):
            erasing.erase(beside, who, WHY)
        with pytest.raises(BadInput, match="nothing can be written to their name"):
            notes.add(beside, who, "one more")
    finally:
        other.close()


def test_what_goes_counts_what_is_there(club: Club) -> None:
    who = settled_customer(club)
    found = {title: (count, goes) for title, count, goes in erasing.what_goes(club.desk, who)}
    assert found["Notes"] == (1, "goes")
    assert found["Worked out from the sales"] == (1, "stays")
    assert found["Sales"][1] == "blanked"


def test_those_merged_into_them_are_erased_with_them(club: Club) -> None:
    desk, who = club.desk, settled_customer(club)
    other = customers.create(desk, CustomerFields(name="Wilma Duskwater", phone="655 010 203", email="dusk@w.example"))
    Till(club.floor, desk).pay(Till(club.floor, desk).rung("100", customer=other.id))
    merging.merge(desk, other.id, who, {}, "the same person")
    desk.look("search.made", detail={"found": 1}, personal={"text": "duskwater"})
    assert erasing.erase(desk, who, WHY).left == ()
    assert [customers.get(desk, one).gone for one in (who, other.id)] == ["erased", "erased"]
    pseudonyms = desk.database.execute_sql("SELECT COUNT(DISTINCT pseudonym) FROM erasure").fetchone()[0]
    assert pseudonyms == 2
    scrubbing.empty_log(desk.store.engine)
    texts = (*NEEDLES, "Duskwater", "duskwater", "655 010 203", "655010203", "302010556", "dusk@w.example")
    assert forms_found([desk.store.engine.path], texts) == []
    assert failing(Desk.shell(desk.store)) == []
    assert audit_verify.broken(Desk.shell(desk.store)) == []
    (merged,) = desk.database.execute_sql("SELECT id FROM customer_merge").fetchone()
    with pytest.raises(BadInput):
        merging.undo(desk, merged)


def test_a_merged_customer_is_erased_by_whom_they_became(club: Club) -> None:
    desk, who = club.desk, settled_customer(club)
    other = customers.create(desk, CustomerFields(name="Wilma Duskwater"))
    merging.merge(desk, other.id, who, {}, "the same person")
    with pytest.raises(BadInput, match=f"{other.number} was merged into {customers.get(desk, who).number}"):
        erasing.erase(desk, other.id, WHY)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE customer SET phone_raw = '612' WHERE id = ?",
        "UPDATE customer SET status = 'active' WHERE id = ?",
        "INSERT INTO note (customer_id, text, who, at) VALUES (?, 'back', 'x', 1)",
        "INSERT INTO search_entry (docid, customer_id, words) VALUES (1, ?, 'back')",
        "DELETE FROM customer_tag WHERE customer_id = ?",
    ],
)
def test_verify_finds_what_comes_back_of_somebody_erased(club: Club, sql: str) -> None:
    desk, who = club.desk, settled_customer(club)
    erasing.erase(desk, who, WHY)
    with desk.change("search.reranked") as change:
        change.database.execute_sql(sql, (who,))
    found = {check.check: check.failing for check in proof.checks(Desk.shell(desk.store)) if not check.ok}
    assert found.get("erased customers are forgotten") == (None if sql.startswith("DELETE") else (who,))


def test_ranking_the_search_anew_brings_nobody_back(club: Club) -> None:
    desk, who = club.desk, settled_customer(club)
    erasing.erase(desk, who, WHY)
    rerank(Desk.shell(desk.store))
    assert not search.search(desk, "wilhelmina").hits
    assert failing(Desk.shell(desk.store)) == []
