"""The audit log is found by who, whom, what, when and where, also where somebody wrote nonsense into it."""

import sqlite3
from collections.abc import Callable

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import local_time
from bookkeeper_tui.store import audit_log, customers, log_search
from bookkeeper_tui.store.audit import AuditRow
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.sign_in import sign_in, sign_out
from tests.conftest import PIN

DAY = 86_400_000_000


@pytest.fixture
def ana(shell: Desk) -> int:
    return customers.create(shell, CustomerFields(name="Ana Reyes", phone="+34600111222")).id


def found(desk: Desk, text: str) -> list[AuditRow]:
    """All pages of what a line asks for, newest first."""
    question, rows, before = log_search.parse(desk, text), list[AuditRow](), None
    while True:
        page = log_search.page(desk, question, before=before, limit=3)
        rows += page.rows
        before = page.following
        if before is None:
            return rows


def test_nothing_typed_is_the_whole_log_newest_first(shell: Desk, ana: int) -> None:
    for _ in range(8):
        shell.look("customer.viewed", customer_id=ana)
    assert [row.seq for row in found(shell, "")] == list(range(audit_log.head_seq(shell), 0, -1))


def test_rows_are_found_by_who_whom_what_and_where(shell: Desk, desk: Desk, ana: int) -> None:
    desk.look("customer.viewed", customer_id=ana)
    desk.look("tab.sales", customer_id=ana)
    shell.look("customer.viewed", customer_id=ana)
    mine = found(shell, f"who:{desk.staff.number}")
    assert [row.action for row in mine] == ["tab.sales", "customer.viewed"]
    assert found(shell, "who:test_manager") == mine
    assert {row.who for row in found(shell, "who:shell")} == {shell.staff.who}
    assert len(found(shell, "customer:c-000001 customer.viewed")) == 2
    assert found(shell, "customer:ana tab.") == found(shell, "action:tab.sales")
    assert found(shell, "terminal:TILL-1") == mine
    assert [row.action for row in found(shell, f"who:{desk.staff.number} customer:1 tab.sales terminal:TILL-1")] == [
        "tab.sales"
    ]
    assert {row.action for row in found(shell, "customer:1 looks")} == {"customer.viewed", "tab.sales"}


def test_rows_are_found_by_time(shell: Desk, desk: Desk) -> None:
    for days in (9, 5, 5, 1):
        at = shell.now() - days * DAY
        Desk(desk.store, desk.staff, "till-2", lambda at=at: at).look("customer.viewed")  # type: ignore[misc]
    five = local_time(shell.now() - 5 * DAY, shell.store.shop.time_zone)
    assert len(found(shell, f"terminal:till-2 {five:%Y-%m-%d}")) == 2
    assert len(found(shell, f"terminal:till-2 since:{five:%Y-%m-%d}")) == 3
    assert len(found(shell, f"terminal:till-2 since:{five:%Y-%m-%dT%H:%M}")) == 3
    assert len(found(shell, f"terminal:till-2 until:{five:%Y-%m-%dT00:00}")) == 1
    assert len(found(shell, f"terminal:till-2 {five:%Y}-01..{five:%Y}-12")) == 4


def test_a_page_looks_back_only_so_far_and_goes_on_there(shell: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_search, "LOOKED_AT", 4)
    shell.look("customer.revealed")
    for _ in range(20):
        shell.look("customer.viewed")
    question = log_search.parse(shell, "customer.")
    assert not log_search.page(shell, log_search.parse(shell, "who:shell staff.added")).rows
    pages, before = 0, None
    seen: list[str] = []
    while True:
        page = log_search.page(shell, question, before=before)
        pages, before = pages + 1, page.following
        seen += [row.action for row in page.rows]
        if before is None:
            break
    assert pages > 4
    assert (len(seen), seen[-1]) == (21, "customer.revealed")


def test_what_came_since_is_read_the_other_way(shell: Desk, ana: int) -> None:
    question = log_search.parse(shell, "customer:1")
    head = audit_log.head_seq(shell)
    shell.look("customer.viewed", customer_id=ana)
    shell.look("tab.sales", customer_id=ana)
    shell.look("tab.sales")
    assert [row.seq for row in log_search.newer(shell, question, head)] == [head + 1, head + 2]


def test_a_sign_in_is_followed_to_its_sign_out(shell: Desk, desk_of: Callable[[str], Desk]) -> None:
    number = desk_of("cashier").staff.number
    mine = []
    for _ in range(2):
        signed_in = sign_in(shell.store, "till-1", number, PIN).desk
        signed_in.look("customer.viewed", customer_id=1)
        elsewhere = Desk(shell.store, signed_in.staff, "till-2")
        elsewhere.look("tab.notes")
        shell.look("tab.sales")
        signed_in.look("tab.audit") if signed_in.may("tab.audit") else signed_in.look("tab.sales")
        sign_out(signed_in)
        mine.append(audit_log.head_seq(shell))
    rows = found(shell, f"sign-in:{mine[0] - 1}")
    assert [row.action for row in rows] == ["signout.done", "tab.sales", "customer.viewed", "signin.done"]
    assert {row.terminal for row in rows} == {"till-1"}
    assert [row.seq for row in rows] == [row.seq for row in found(shell, f"sign-in:{rows[2].seq}")]
    with pytest.raises(BadInput, match="nobody who had signed in"):
        log_search.parse(shell, "sign-in:1")


def test_a_sign_in_that_was_never_ended_ends_with_the_next(shell: Desk, desk_of: Callable[[str], Desk]) -> None:
    number = desk_of("cashier").staff.number
    first = sign_in(shell.store, "till-1", number, PIN).desk
    first.look("tab.notes")
    seq = audit_log.head_seq(shell)
    sign_in(shell.store, "till-1", number, PIN).desk.look("tab.sales")
    actions = [row.action for row in found(shell, f"sign-in:{seq}")]
    assert actions[-2:] == ["tab.notes", "signin.done"]
    assert actions.count("signin.done") == 1


def test_who_looked_at_a_customer(shell: Desk, desk: Desk, ana: int) -> None:
    for _ in range(3):
        desk.look("customer.viewed", customer_id=ana)
    shell.look("customer.revealed", customer_id=ana)
    first, second = log_search.lookers(shell, ana)
    assert (first.who, first.times) == (shell.staff.who, 1)
    assert (second.who, second.times) == (desk.staff.who, 3)
    assert second.first < second.last


def test_all_rows_are_those_of_the_pages_the_other_way_round(shell: Desk, desk: Desk, ana: int) -> None:
    for _ in range(5):
        desk.look("customer.viewed", customer_id=ana)
    for text in ("", "customer:1", f"who:{desk.staff.number}", "since:2020", "until:2020"):
        question = log_search.parse(shell, text)
        assert [row.seq for row in log_search.all_rows(shell, question)] == [row.seq for row in found(shell, text)][
            ::-1
        ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("who:", "say which after the colon"),
        ("who:zoe", "No member of staff"),
        ("customer:zoe", "No customer has"),
        ("customer:C-999999", "no customer"),
        ("colour:red", "narrowed by who:"),
        ("row:x", "no number of a row"),
        ("action:export", "nor the beginning of some"),
        ("since:2026-11-20T99:00", "is no time"),
        ("since:2026-13", "no date"),
        ("hello", "no date, action or filter"),
        (">50", "no date, action or filter"),
    ],
)
def test_a_word_that_means_nothing_is_named(shell: Desk, ana: int, text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        log_search.parse(shell, text)


def test_a_name_that_several_bear_asks_for_the_number(shell: Desk, ana: int, desk_of: Callable[[str], Desk]) -> None:
    customers.create(shell, CustomerFields(name="Ana Ruiz"))
    with pytest.raises(BadInput, match="say the number"):
        log_search.parse(shell, "customer:ana")
    desk_of("cashier"), desk_of("supervisor")
    with pytest.raises(BadInput, match="say the number"):
        log_search.parse(shell, "who:test")


def test_nonsense_that_somebody_wrote_into_the_file_is_shown_and_not_fallen_over(shell: Desk) -> None:
    for _ in range(4):
        shell.look("customer.viewed", personal={"a": 1})
    head = audit_log.head_seq(shell)
    file = sqlite3.connect(shell.store.engine.path, isolation_level=None)
    for (trigger,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        file.execute(f"DROP TRIGGER {trigger}")
    file.execute("UPDATE audit SET who = CAST(x'fffe41' AS TEXT) WHERE seq = ?", (head,))
    file.execute("UPDATE audit SET detail = 'no json' WHERE seq = ?", (head - 1,))
    file.execute("UPDATE audit SET detail = '[1, 2]' WHERE seq = ?", (head - 2,))
    file.execute("UPDATE audit_personal SET body = '7' WHERE seq = ?", (head - 3,))
    rows = found(shell, "")[:4]
    assert rows[0].who.endswith("A")
    assert rows[0].who.isprintable()
    assert [row.detail for row in rows[1:3]] == [{"unreadable": "no json"}, {"unreadable": "[1, 2]"}]
    assert rows[3].personal == {"unreadable": "7"}


def test_only_who_may_see_the_log_finds_anything(shell: Desk) -> None:
    cashier = Desk(shell.store, Actor(None, "101", "Eve", "cashier"), "till-1")
    with pytest.raises(Exception, match=r"audit\.viewed"):
        log_search.parse(cashier, "")
