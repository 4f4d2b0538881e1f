"""By what somebody is known again in a text, and by what they are not."""

import pytest

from bookkeeper_tui.store.privacy.traces import Traces, texts_in


@pytest.fixture
def maria() -> Traces:
    """Somebody with a name of three words, a phone, an e-mail, a card and a street."""
    return Traces(
        {"María Fernández de León"}, {"612345678", "34612345678"}, {"maria.f@example.com"}, {"VIP-100"},
        {"14 Calle del Mar"}, set(), {"612 345 678"},
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "maria fernandez", "FERNÁNDEZ", "león", "Call María back", "mar fern", "ferna", "612 345 678", "612-345-678",
        "+34 612 345 678", "612345", "maria.f@example.com", "maria.f", "MARIA.F@EXAMPLE.COM", "vip-100", "VIP - 100",
        "lives at 14 calle del mar",
    ],
)  # fmt: skip
def test_what_somebody_typed_names_them(maria: Traces, text: str) -> None:
    assert maria.are_in(text)
    assert maria.may_be_in(text)


@pytest.mark.parametrize("text", ["de", "mar", "fern", "678", "12345", "bruno díaz", "espresso", "", "@example.com"])
def test_what_could_be_anybody_does_not(maria: Traces, text: str) -> None:
    assert not maria.are_in(text)


@pytest.mark.parametrize("text", ["María", "ferna", "612345", "14 Calle del Mar", "maria.f"])
def test_in_somebody_elses_text_a_part_is_not_enough(maria: Traces, text: str) -> None:
    assert not maria.are_in(text, whole=True)


@pytest.mark.parametrize("text", ["sister of María Fernández de León", "now 612345678", "see maria.f@example.com"])
def test_in_somebody_elses_text_the_whole_is(maria: Traces, text: str) -> None:
    assert maria.are_in(text, whole=True)


def test_what_is_also_anothers_is_no_trace_in_their_texts(maria: Traces) -> None:
    other = Traces({"Maria Fernandez de Leon"}, {"612345678"}, set(), set(), set(), set(), set())
    left = maria.besides(other)
    assert left.names == set()
    assert left.phones == {"34612345678"}
    assert left.emails == maria.emails


def test_every_form_in_which_the_store_writes_them_is_searched(maria: Traces) -> None:
    assert {
        "María Fernández de León", "maria fernandez de leon", "612 345 678", "612345678", "876543216",
        "maria.f@example.com", "VIP-100", "14 Calle del Mar",
    } <= maria.whole_texts()  # fmt: skip


def test_names_in_any_script_are_known_again() -> None:
    traces = Traces({"李小龍"})
    assert traces.are_in("李小龍")
    assert traces.are_in("說李小龍來了")
    assert not traces.are_in("王")


def test_texts_are_found_however_deep_they_lie() -> None:
    assert list(texts_in('{"name": ["", "Ana"], "over": [{"who": "Bo"}], "n": 7, "none": null}')) == [
        "", "Ana", "Bo", "7",
    ]  # fmt: skip
