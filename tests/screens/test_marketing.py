"""The Marketing and Interests tabs, and what Setup has of them: words read out, kept, and shown as they were."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.screens.dialogs.read_out import ReadOutDialog
from bookkeeper_tui.store import consent_wordings, consents, customers, interests, preferences
from bookkeeper_tui.store.customers import Customer, CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.interests import SOME, STRONG
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.preferences import NewPreference
from bookkeeper_tui.widgets.notice_line import NoticeLine
from tests.screens.conftest import Opened, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import maria

SIZES = ((80, 24), (60, 20), (132, 43))
LINUX = {"TERM": "linux", "BOOKKEEPER_TERMINAL": "Till 3"}


@pytest.fixture
def customer(shell: Desk, still: None) -> Customer:
    """María, who said something of everything."""
    found = maria(shell)
    reminders = consent_wordings.to_read(shell, "reminders", "es")
    consents.give(shell, found.id, ["sms", "phone"], reminders, "at the till")
    consents.withdraw(shell, found.id, ["phone"], reminders, "on the phone")
    likes = NewPreference("sms", "monthly", 21 * 60, 8 * 60, "es")
    preferences.edit(shell, found.id, likes, preferences.of(shell, found.id))
    yoga, wine, _ = (interests.define(shell, name) for name in ("Yoga", "Wine", "Running"))
    interests.set_level(shell, found.id, wine.id, SOME)
    interests.set_level(shell, found.id, wine.id, 0, "gave it up")
    interests.set_level(shell, found.id, yoga.id, STRONG, "mornings")
    return found


async def to(app: BookkeeperApp, pilot: Pilot[int], customer: Customer, tab: str = "marketing") -> None:
    app.show("profile", customer_id=customer.id, tab=tab)
    await settled(pilot)


async def keys(pilot: Pilot[int], *pressed: str) -> None:
    for key in pressed:
        await pilot.press(key)
        await settled(pilot)


async def write(pilot: Pilot[int], *texts: str) -> None:
    """Type into one field after the other."""
    for text in texts:
        await keys(pilot, *({" ": "space", "-": "minus"}.get(letter, letter) for letter in text), "enter")


def said(app: BookkeeperApp) -> str:
    return app.screen.query_one(NoticeLine).sentence


def state(desk: Desk, customer: Customer, purpose: str, channel: str) -> str:
    found = consents.standing(desk, customer.id)
    return next(one.state for one in found if (one.purpose.name, one.channel) == (purpose, channel))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("tab", ["marketing", "interests"])
async def test_the_tabs_look_as_recorded(console: Opened, customer: Customer, size: tuple[int, int], tab: str) -> None:
    at_size = "" if size == (80, 24) else f"_{size[0]}x{size[1]}"
    async with console("cashier", size=size) as (app, pilot):
        await to(app, pilot, customer, tab)
        looks_as_recorded(app, f"profile_{tab}{at_size}")


async def test_an_ascii_terminal_is_sent_nothing_else(console: Opened, customer: Customer) -> None:
    async with console("manager", environment=LINUX) as (app, pilot):
        for tab in ("marketing", "interests"):
            await to(app, pilot, customer, tab)
            assert screen_text(app).translate(str.maketrans("", "", "áí¿ó")).isascii(), screen_text(app)


async def test_the_words_are_read_out_and_the_yes_is_kept_with_them(
    console: Opened, customer: Customer, shell: Desk
) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, customer)
        await keys(pilot, "down", "g")
        assert isinstance(app.screen, ReadOutDialog)
        looks_as_recorded(app, "marketing_read_out")
        await keys(pilot, "down", "space", "enter")
        await keys(pilot, "enter")
        assert said(app) == "Marketing by SMS, WhatsApp: María Fernández says yes"
        assert "E-mail yes · SMS yes" in screen_text(app)
    assert (state(shell, customer, "marketing", "sms"), state(shell, customer, "marketing", "whatsapp")) == (
        "yes", "yes",
    )  # fmt: skip
    newest = consents.page(shell, customer.id)[0]
    assert newest.wording.startswith("¿Puede Main St enviarle")
    assert (newest.how, newest.wording_version, newest.who) == ("at the till", "1 es", "101 Ana Reyes")


async def test_in_another_language_and_by_a_way_that_is_typed(console: Opened, customer: Customer, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, customer)
        await keys(pilot, "g", "l")
        assert "{shop}" not in screen_text(app)
        await keys(pilot, "enter", "6")
        await write(pilot, "by letter")
    newest = consents.page(shell, customer.id)[0]
    assert newest.how == "by letter"
    assert newest.wording_version == "1 fr", "after Spanish comes French"
    assert newest.wording.startswith("Main St peut-il")


async def test_a_no_is_written_down_and_seen_at_once(console: Opened, customer: Customer, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, customer)
        await keys(pilot, "w", "enter", "2")
        assert "Marketing by e-mail: María Fernández says no" in said(app)
        assert "E-mail no" in screen_text(app)
    assert consents.states(shell, customer.id)["email"] == "no"


async def test_escape_at_any_question_writes_nothing(console: Opened, customer: Customer, shell: Desk) -> None:
    before = consents.count(shell, customer.id)
    async with console("cashier") as (app, pilot):
        await to(app, pilot, customer)
        await keys(pilot, "g", "escape")
        await keys(pilot, "g", "enter", "escape")
        await keys(pilot, "g", "enter", "6", "escape")
        await keys(pilot, "g", "enter", "6", "enter")
        assert "nothing was written down" in said(app)
    assert consents.count(shell, customer.id) == before


async def test_words_changed_while_they_are_read_are_told(console: Opened, customer: Customer, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, customer)
        await keys(pilot, "g")
        consent_wordings.reword(shell, "marketing", "es", "¿Nos deja escribirle?", 1)
        await keys(pilot, "enter", "enter")
        assert "The wording of Marketing is version 2 es now: read that one out" in said(app)
        await keys(pilot, "k")
        assert "¿Nos deja escribirle?" in screen_text(app)


async def test_enter_shows_the_very_words_of_then(console: Opened, customer: Customer, shell: Desk) -> None:
    consent_wordings.reword(shell, "reminders", "es", "¿Le avisamos?", 1)
    async with console("auditor") as (app, pilot):
        await to(app, pilot, customer)
        await keys(pilot, "f6", "enter")
        looks_as_recorded(app, "marketing_words_of_then")
        assert "¿Puede Main St recordarle" in screen_text(app).replace("\n", " ")
        await keys(pilot, "enter", "g")
        assert not isinstance(app.screen, ReadOutDialog), "an auditor writes nothing down"


async def test_what_is_said_at_another_till_is_seen_here(console: Opened, customer: Customer, store: Store) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, customer)
        elsewhere = store.again()
        try:
            consents.record(Desk.shell(elsewhere), customer.id, "whatsapp", True, how="on a web form")
        finally:
            elsewhere.close()
        for _ in range(100):
            await pilot.pause(0.02)
            if "on a web form" in screen_text(app):
                break
        assert "E-mail yes · SMS ask" in screen_text(app)
        assert "WhatsApp yes" in screen_text(app)


async def test_the_next_customer_is_shown_their_own_log(console: Opened, customer: Customer, shell: Desk) -> None:
    other = customers.create(shell, CustomerFields(name="Eve", phone="600111222"))
    for _ in range(3):
        consents.record(shell, other.id, "email", False, how="by fax")
    async with console("cashier") as (app, pilot):
        await to(app, pilot, customer)
        await keys(pilot, "f2")
        app.show("profile", customer_id=other.id)
        await settled(pilot)
        await keys(pilot, "0", "]", "]")
        logged = screen_text(app).partition("Said")[2]
        assert logged.count("by fax") == 4, "three words, and the one under the cursor in full"
        assert "Reminders" not in logged


async def test_preferences_are_typed_and_mistakes_are_told(console: Opened, customer: Customer, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, customer)
        await keys(pilot, "h")
        looks_as_recorded(app, "marketing_preferences")
        await write(pilot, "mail", "few", "25", "fr")
        assert "How often: “few” is not one of" in screen_text(app)
        await keys(pilot, "down")
        await write(pilot, "mail", "a few", "25", "fr")
        assert "Quiet hours: “25” is no time such as 21:00-08:00" in screen_text(app)
        await keys(pilot, "down")
        await write(pilot, "mail", "a few", "2130-7", "fr")
        assert "21:30-07:00" in screen_text(app)
    known = preferences.of(shell, customer.id)
    assert known[:5] == ("email", "a few times a year", 21 * 60 + 30, 7 * 60, "fr")
    assert customers.get(shell, customer.id).language == "fr"


async def test_what_somebody_likes_is_set_and_kept(console: Opened, customer: Customer, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, customer, "interests")
        await keys(pilot, "a", "3", "enter")
        await write(pilot, "marathon")
        assert "marathon" in screen_text(app)
        assert "Running" in screen_text(app)
    assert [(one.name, one.level) for one in interests.of_customer(shell, customer.id)] == [
        ("Yoga", STRONG), ("Running", SOME), ("Wine", 0),
    ]  # fmt: skip


async def test_who_never_said_anything_is_told_how_to_begin(console: Opened, shell: Desk, still: None) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, maria(shell), "interests")
        looks_as_recorded(app, "profile_empty_interests")
        await keys(pilot, "a")
        assert "interests are made in Setup" in said(app)


async def test_setup_makes_purposes_and_words(console: Opened, shell: Desk, still: None) -> None:
    async with console("manager") as (app, pilot):
        app.show("consent_purposes")
        await settled(pilot)
        looks_as_recorded(app, "consent_purposes")
        await keys(pilot, "a")
        await write(pilot, "Newsletter", "pigeon", "May we?")
        assert "“pigeon” is not one of e-mail, SMS" in screen_text(app)
        await keys(pilot, "up")
        await write(pilot, "mail, post", "May we?")
        assert "e-mail, post" in screen_text(app)
        await keys(pilot, "k")
        assert "May we?" in screen_text(app)
        await keys(pilot, "e")
        await write(pilot, "May we write?")
        await keys(pilot, "a")
        await write(pilot, "it", "Possiamo?")
        looks_as_recorded(app, "consent_wordings")
        await keys(pilot, "escape", "r")
        assert "out of use" in screen_text(app)
    assert consent_wordings.to_read(shell, "newsletter", "it").text == "Possiamo?"
    assert consent_wordings.to_read(shell, "newsletter", "").name == "2"
    assert [one.name for one in consent_wordings.list_purposes(shell)] == ["marketing", "reminders"]


async def test_setup_makes_interests(console: Opened, shell: Desk, still: None) -> None:
    async with console("manager") as (app, pilot):
        app.show("interests")
        await settled(pilot)
        looks_as_recorded(app, "interests_empty")
        await keys(pilot, "a")
        await write(pilot, "Yoga")
        await keys(pilot, "enter")
        await write(pilot, "Pilates")
        assert "Pilates" in screen_text(app)
        await keys(pilot, "r")
        assert "out of use" in screen_text(app)
    assert [one.name for one in interests.list_interests(shell, also_retired=True)] == ["Pilates"]


async def test_an_auditor_reads_setup_and_changes_nothing(console: Opened, shell: Desk, still: None) -> None:
    async with console("auditor") as (app, pilot):
        app.show("consent_purposes")
        await settled(pilot)
        for action in ("add", "change", "retire"):
            assert action not in app.offered()
        await keys(pilot, "k")
        assert "May {shop} send you" in screen_text(app)


async def test_what_another_wrote_of_likings_meanwhile_is_shown_beside_ones_own(
    console: Opened, customer: Customer, shell: Desk
) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, customer)
        await keys(pilot, "h")
        theirs = NewPreference("email", "weekly", language="es")
        preferences.edit(shell, customer.id, theirs, preferences.of(shell, customer.id))
        await write(pilot, "phone", "", "", "")
        assert "said meanwhile: by e-mail, often weekly, quiet never," in screen_text(app)
        assert "language es. Enter writes yours over it, Esc leaves theirs." in screen_text(app)
        assert preferences.of(shell, customer.id).channel == "email"
        await keys(pilot, "enter")
        assert preferences.of(shell, customer.id).channel == "phone"
