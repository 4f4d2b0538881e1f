"""Signing in: tries are counted before they are checked, locks grow, and a stranger learns nothing."""

import multiprocessing
from pathlib import Path

import pytest

from bookkeeper_tui.store import audit_log, desk, sign_in, staff
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.opening import Store, open_store
from bookkeeper_tui.store.sign_in import SignInRefused
from tests.conftest import PIN

WRONG = "806242"
MINUTE = 60_000_000


@pytest.fixture
def ana(shell: Desk) -> staff.StaffRecord:
    return staff.add(shell, "Ana Reyes", "cashier", PIN)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The desk's clock, which the test moves: one element, microseconds UTC."""
    now = [1_795_217_399_000_000]
    monkeypatch.setattr(desk, "now_us", lambda: now[0])
    return now


def refusal(store: Store, number: str, pin: str) -> str:
    with pytest.raises(SignInRefused) as refused:
        sign_in.sign_in(store, "till-1", number, pin)
    return str(refused.value)


def test_the_right_pin_opens_a_desk_and_starts_the_clock(store: Store, ana: staff.StaffRecord, shell: Desk) -> None:
    at_desk = sign_in.sign_in(store, "till-1", ana.number, PIN).desk
    assert (at_desk.staff.name, at_desk.staff.role, at_desk.terminal) == ("Ana Reyes", "cashier", "till-1")
    periods = list(store.database.execute_sql("SELECT staff_id, terminal, out_at FROM work_period"))
    assert periods == [(ana.staff_id, "till-1", None)]
    assert [row.action for row in audit_log.page(shell, limit=2)] == ["signin.done", "signin.tried"]
    sign_in.sign_out(at_desk)
    assert store.database.execute_sql("SELECT out_at >= in_at FROM work_period").fetchone()[0] == 1


def test_a_second_sign_in_lets_the_clock_run_on(store: Store, ana: staff.StaffRecord) -> None:
    for terminal in ("till-1", "till-2"):
        sign_in.sign_in(store, terminal, ana.number, PIN)
    assert store.database.execute_sql("SELECT count(*) FROM work_period").fetchone()[0] == 1


def test_wrong_pin_and_unknown_number_read_the_same_and_are_logged(
    store: Store, ana: staff.StaffRecord, shell: Desk
) -> None:
    assert refusal(store, ana.number, WRONG) == refusal(store, "999", WRONG)
    failed = audit_log.page(shell, action="signin.failed")
    assert [row.personal for row in failed] == [{"number": "999"}, {"number": ana.number}]
    assert {row.who for row in failed} == {"nobody"}


def test_an_unknown_number_is_checked_as_slowly_as_a_known_one(store: Store) -> None:
    attempt = sign_in.begin(Desk.unattended(store, "till-1"), "999")
    assert attempt.staff_id is None
    assert attempt.pin_hash.startswith(f"$argon2id$v=19$m={65536},t=3,p=1$")
    assert not sign_in.pin_matches(store, attempt, PIN)


@pytest.mark.parametrize("number", ["101", "999"])
def test_five_tries_then_growing_locks_known_or_not(
    store: Store, ana: staff.StaffRecord, clock: list[int], number: str
) -> None:
    for _ in range(5):
        assert "wrong" in refusal(store, number, WRONG)
    for minutes in (1, 5, 15, 60):
        assert "Too many tries" in refusal(store, number, PIN)
        clock[0] += minutes * MINUTE - 1
        assert "Too many tries" in refusal(store, number, PIN)
        clock[0] += 1
        assert "wrong" in refusal(store, number, WRONG)


def test_the_right_pin_starts_the_count_afresh(store: Store, ana: staff.StaffRecord) -> None:
    for _ in range(3):
        for _ in range(4):
            refusal(store, ana.number, WRONG)
        sign_in.sign_in(store, "till-1", ana.number, PIN)


def test_a_supervisor_unlocks(store: Store, ana: staff.StaffRecord, shell: Desk, clock: list[int]) -> None:
    for _ in range(5):
        refusal(store, ana.number, WRONG)
    assert staff.list_staff(shell)[0].locked_until > clock[0]
    staff.unlock(shell, ana.number)
    assert sign_in.sign_in(store, "till-1", ana.number, PIN).desk.staff.number == ana.number


def guess(directory: Path, keys: Path, number: str, at_once: object, answers: object) -> None:
    store = open_store(directory, keys)
    at_once.wait()  # type: ignore[attr-defined]
    try:
        sign_in.begin(Desk.unattended(store, "till"), number)
        answers.put("guessed")  # type: ignore[attr-defined]
    except SignInRefused:
        answers.put("refused")  # type: ignore[attr-defined]


def test_sixteen_terminals_at_once_have_five_guesses_together(store: Store, ana: staff.StaffRecord) -> None:
    context = multiprocessing.get_context("fork")
    at_once, answers = context.Barrier(16), context.Queue()
    places = (store.directory, store.keys_directory, ana.number, at_once, answers)
    guessers = [context.Process(target=guess, args=places) for _ in range(16)]
    for guesser in guessers:
        guesser.start()
    given = [answers.get(timeout=60) for _ in guessers]
    for guesser in guessers:
        guesser.join(10)
    assert given.count("guessed") == 5


def test_a_locked_console_opens_for_its_own_person_only(store: Store, ana: staff.StaffRecord, shell: Desk) -> None:
    ben = staff.add(shell, "Ben Okafor", "supervisor", PIN)
    at_desk = sign_in.sign_in(store, "till-1", ana.number, PIN).desk
    sign_in.lock_console(at_desk, "key")
    for number, pin in ((ana.number, WRONG), (ben.number, PIN)):
        attempt = sign_in.begin(at_desk, number)
        with pytest.raises(SignInRefused):
            sign_in.finish_unlock(at_desk, attempt, sign_in.pin_matches(store, attempt, pin))
    attempt = sign_in.begin(at_desk, ana.number)
    sign_in.finish_unlock(at_desk, attempt, sign_in.pin_matches(store, attempt, PIN))
    actions = [row.action for row in audit_log.page(shell, limit=20)]
    assert actions.count("console.locked") == 1
    assert actions.count("console.unlocked") == 1
    assert actions.count("signin.failed") == 2


def test_a_pin_typed_as_a_number_is_not_kept_in_the_open(store: Store) -> None:
    refusal(store, "730914", WRONG)
    rows = list(store.database.execute_sql("SELECT number_key FROM sign_in_try"))
    assert rows
    assert "730914" not in str(rows)
    assert "730914" not in str(list(store.database.execute_sql("SELECT who, subject, detail FROM audit")))
    assert "730914" not in str(list(store.database.execute_sql("SELECT body FROM audit_personal")))


@pytest.mark.parametrize("act", ["retire", "reset_pin"])
def test_who_left_or_got_another_pin_while_theirs_was_checked_does_not_get_in(
    store: Store, ana: staff.StaffRecord, shell: Desk, act: str
) -> None:
    nobody = Desk.unattended(store, "till-1")
    attempt = sign_in.begin(nobody, ana.number)
    right = sign_in.pin_matches(store, attempt, PIN)
    assert right
    staff.retire(shell, ana.number) if act == "retire" else staff.reset_pin(shell, ana.number, WRONG)
    with pytest.raises(SignInRefused, match="changed just now"):
        sign_in.finish(nobody, attempt, right)
    assert store.database.execute_sql("SELECT count(*) FROM work_period").fetchone()[0] == 0
