"""A payment's slip: its number, who paid what and how, and what they owe after it."""

from bookkeeper_tui.paper.payments import payment_page
from bookkeeper_tui.paper.plain import as_text
from bookkeeper_tui.store import customer_accounts
from bookkeeper_tui.store.till import Tendered
from tests.store.tills import Till


def test_a_payment_on_account_says_what_is_owed_and_a_copy_does_not(till: Till) -> None:
    till.give_account(50_000)
    till.pay(till.rung("102", customer=till.ana), Tendered("account", 2990))
    payment = customer_accounts.take_payment(till.desk, till.ana, "card", 1000, "4242")
    page = payment_page(till.desk, payment.id, kick=True)
    lines = [" ".join(line.split()) for line in as_text(page, 42).splitlines()]
    assert any(line.startswith(f"Payment {payment.number} ") for line in lines)
    assert {"On account", "Card 4242 10,00", "Owed now EUR 19,90"} <= set(lines)
    assert any(line.endswith("Ana Reyes") for line in lines)
    assert (page.kind, page.number, page.customer_id, page.kick) == ("payment", payment.number, till.ana, True)
    copied = as_text(payment_page(till.desk, payment.id, copy=True), 42)
    assert copied.count("COPY") == 2
    assert "Owed now" not in copied
