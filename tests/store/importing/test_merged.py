"""What other systems say of somebody who was merged here is said of who they are now."""

from typing import Any

from bookkeeper_tui.store import customers, merging, proof
from bookkeeper_tui.store.desk import Desk

PEOPLE = "id,name,phone,email\n1,Ana Reyes,655550101,ana@example.com\n2,Ana Reyes,655550102,reyes@example.com\n"
SALES = "sale,sold_at,branch,customer,product,quantity,amount\n"
LINE = "{0},2026-05-01T10:00,Main,{1},P1,1,10.00\n"


def test_who_was_merged_is_known_again_as_the_survivor(bring: Any, ask: Any, shell: Desk) -> None:
    bring("customers", PEOPLE)
    merging.merge(shell, 2, 3)
    again = bring("customers", PEOPLE)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    changed = bring("customers", PEOPLE.replace("655550101", "655550109"))
    assert changed.changed == 1
    assert [customers.get(shell, one).phone_e164 for one in (2, 3)] == ["+34655550101", "+34655550109"]
    bring("customers", "name,phone,city\nAna Reyes,655550101,Vigo\n")
    assert ask("SELECT COUNT(*) FROM customer WHERE id > 1") == [(2,)]


def test_sales_of_an_old_number_reference_phone_and_email_are_the_survivors(bring: Any, ask: Any, shell: Desk) -> None:
    bring("customers", PEOPLE)
    bring("products", "sku,name,price\nP1,Espresso,10.00\n")
    merging.merge(shell, 2, 3)
    named = ("C-000001", "C-000002", "1", "2")
    bring("sales", SALES + "".join(LINE.format(number, who) for number, who in enumerate(named, 1)))
    assert ask("SELECT DISTINCT customer_id, COUNT(*) FROM sale GROUP BY 1") == [(3, 4)]
    assert all(check.ok for check in proof.checks(shell))
