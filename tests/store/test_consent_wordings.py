"""Purposes and wordings: the program's own until the shop's first change; a new text is a new version."""

import pytest
from peewee import DatabaseError

from bookkeeper_tui.errors import BadInput, Conflict, NotAllowed
from bookkeeper_tui.store import audit_log, consent_wordings
from bookkeeper_tui.store.desk import Desk


def names(desk: Desk) -> list[str]:
    return [one.name for one in consent_wordings.list_purposes(desk)]


def test_a_new_shop_asks_what_the_program_comes_with(desk: Desk) -> None:
    assert names(desk) == ["marketing", "reminders"]
    assert consent_wordings.to_read(desk, "marketing", "").text.startswith("May Main St send you")
    assert consent_wordings.to_read(desk, "marketing", "de").name == "1 de"
    assert consent_wordings.to_read(desk, "marketing", "es-MX").name == "1 es", "the main language stands in"
    assert consent_wordings.to_read(desk, "marketing", "zh").name == "1", "all others get the common one"
    assert desk.database.execute_sql("SELECT COUNT(*) FROM consent_purpose").fetchone() == (0,)


def test_the_first_change_makes_them_the_shops_own(desk: Desk) -> None:
    before = consent_wordings.wordings(desk, "reminders")
    consent_wordings.reword(desk, "marketing", "es", "¿Nos deja escribirle?", 1)
    assert names(desk) == ["marketing", "reminders"]
    after = consent_wordings.wordings(desk, "reminders")
    assert [one[:4] for one in after] == [one[:4] for one in before]
    assert consent_wordings.to_read(desk, "marketing", "es").name == "2 es"
    assert consent_wordings.to_read(desk, "marketing", "de").name == "1 de"


def test_a_new_text_is_the_next_version_and_the_old_one_stays_to_be_read(desk: Desk) -> None:
    consent_wordings.reword(desk, "marketing", "", "May {shop} write to you?", 1)
    newest = consent_wordings.reword(desk, "marketing", "", "May {shop} write to you, now and then?", 2)
    assert (newest.version, newest.who) == (3, desk.staff.who)
    versions = [one for one in consent_wordings.wordings(desk, "marketing", also_old=True) if not one.language]
    assert [one.version for one in versions] == [3, 2, 1]
    assert versions[1].text == "May {shop} write to you?"
    told = audit_log.page(desk, action="consent.defined")[0]
    assert told.detail["text"] == ["May {shop} write to you?", "May {shop} write to you, now and then?"]


def test_no_wording_is_changed_or_removed_behind_the_log(desk: Desk) -> None:
    consent_wordings.reword(desk, "marketing", "", "May {shop} write to you?", 1)
    for statement in ("UPDATE consent_wording SET text = 'x'", "DELETE FROM consent_wording"):
        with pytest.raises(DatabaseError, match="wording is never"), desk.store.engine.write() as database:
            database.execute_sql(statement)


def test_of_two_who_write_at_once_one_is_told(desk: Desk) -> None:
    consent_wordings.reword(desk, "marketing", "it", "Possiamo scriverle?", 0)
    with pytest.raises(Conflict, match="version 1 of this wording meanwhile"):
        consent_wordings.reword(desk, "marketing", "it", "Le possiamo scrivere?", 0)
    assert consent_wordings.to_read(desk, "marketing", "it").text == "Possiamo scriverle?"


def test_the_same_text_again_is_no_version(desk: Desk) -> None:
    consent_wordings.reword(desk, "marketing", "", "May {shop} write to you?", 1)
    before = desk.store.engine.audit_head()
    consent_wordings.reword(desk, "marketing", "", " May {shop}  write to you? ", 2)
    assert desk.store.engine.audit_head() == before


def test_a_purpose_of_the_shops_own(desk: Desk) -> None:
    made = consent_wordings.define(desk, "Order news", ["post", "email"], "May {shop} send you the catalogue?")
    assert made == ("order-news", "Order news", ("email", "post"), False)
    assert names(desk) == ["marketing", "reminders", "order-news"]
    assert consent_wordings.to_read(desk, "order-news", "es").text == "May Main St send you the catalogue?"
    changed = consent_wordings.edit(desk, "order-news", "Catalogue", ["post"])
    assert changed == ("order-news", "Catalogue", ("post",), False)
    assert consent_wordings.define(desk, "Order news", ["sms"], "Again?").name == "order-news-2"
    consent_wordings.retire(desk, "order-news")
    assert names(desk) == ["marketing", "reminders", "order-news-2"]
    consent_wordings.retire(desk, "order-news", False)
    assert "order-news" in names(desk)


@pytest.mark.parametrize(
    ("label", "channels", "text", "match"),
    [
        ("", ["email"], "May we?", "needs a name"),
        ("!?", ["email"], "May we?", "needs a name"),
        ("x" * 41, ["email"], "May we?", "longer than 40"),
        ("MARKETING", ["email"], "May we?", "There is a purpose Marketing already"),
        ("News", [], "May we?", "needs a channel"),
        ("News", ["pigeon"], "May we?", "pigeon"),
        ("News", ["email"], " ", "needs the words"),
        ("News", ["email"], "x" * 601, "longer than 600"),
    ],
)
def test_what_is_no_purpose_is_refused(desk: Desk, label: str, channels: list[str], text: str, match: str) -> None:
    with pytest.raises(BadInput, match=match):
        consent_wordings.define(desk, label, channels, text)
    assert names(desk) == ["marketing", "reminders"]


def test_a_language_or_purpose_that_is_none_is_named(desk: Desk) -> None:
    with pytest.raises(BadInput, match="language code"):
        consent_wordings.reword(desk, "marketing", "klingon!", "nuqneH", 0)
    for act in (
        lambda: consent_wordings.reword(desk, "spying", "", "May we?", 0),
        lambda: consent_wordings.edit(desk, "spying", "Spying", ["email"]),
        lambda: consent_wordings.retire(desk, "spying"),
        lambda: consent_wordings.to_read(desk, "spying", ""),
        lambda: consent_wordings.wordings(desk, "spying"),
    ):
        with pytest.raises(BadInput, match="no purpose “spying”"):
            act()


def test_escapes_do_not_come_out_of_a_wording(desk: Desk) -> None:
    made = consent_wordings.reword(desk, "marketing", "", "May we\x1b[31m write\u202e?", 1)
    assert made.text == "May we·[31m write·?"


def test_a_cashier_reads_wordings_and_writes_none(desk: Desk, desk_of: object) -> None:
    assert callable(desk_of)
    cashier = desk_of("cashier")
    assert consent_wordings.to_read(cashier, "marketing", "")
    with pytest.raises(NotAllowed):
        consent_wordings.reword(cashier, "marketing", "", "Sign here", 1)
