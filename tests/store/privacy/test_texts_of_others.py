"""What names a customer where they are not the customer: in the walk-in's sales, on the staff's days, in the log."""

import io

import pytest

from bookkeeper_tui.store import (
    audit_verify,
    baskets,
    bookables,
    consents,
    customers,
    members,
    memberships,
    merging,
    proof,
    saved_reports,
    search,
    work_hours,
)
from bookkeeper_tui.store.addresses import Address
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.members import NewMember
from bookkeeper_tui.store.privacy import access, deleting, erasing
from bookkeeper_tui.store.till import Tendered
from tests.store.memberships_floor import Club
from tests.store.privacy.persons import forms_found
from tests.store.tills import Till

WHOLE = "Zebulonia Krachtwijk"
NEEDLES = (
    "Zebulonia", "zebulonia", "Krachtwijk", "krachtwijk", "Hortensiastraat", "791442113", "791 442 113",
    "zeb@kracht.example", "knobbly elbows", "ZK-909", "NL99887766", "1957-02-03",
)  # fmt: skip
HOUR_US = 3_600_000_000


def zebulonia(desk: Desk) -> int:
    """Somebody whose names nobody else has."""
    return customers.create(desk, CustomerFields(
        name=WHOLE, phone="+31 791 442 113", email="zeb@kracht.example", card="ZK-909", born="1957-02-03",
        registration_no="NL99887766", billing=Address("Hortensiastraat 77"), attributes={"arms": "knobbly elbows"},
    )).id  # fmt: skip


def is_forgotten(desk: Desk) -> bool:
    """No byte of her is left in the store's file, and everything is proved."""
    shell = Desk.shell(desk.store)
    assert [check.check for check in proof.checks(shell) if not check.ok] == []
    assert audit_verify.broken(shell) == []
    path = desk.store.engine.path
    assert forms_found([path, path.with_name("store.db-wal")], NEEDLES) == []
    return True


def walk_in_sales(desk: Desk, till: Till) -> None:
    """One that is paid and one that is parked, both with her name about them."""
    for text in (f"for {WHOLE}", "Krachtwijk"):
        basket = baskets.ring_other(desk, till.rung("100").id, f"Cup {text}", 500)
        basket = baskets.note(desk, basket.id, text)
        basket = baskets.note_line(desk, basket.id, basket.lines[0].line_no, text)
        baskets.park(desk, basket.id, text)
    till.pay(baskets.resume(desk, basket.id), Tendered("card", basket.total, "Krachtwijk, Zebulonia"))


@pytest.mark.parametrize("way", ["erased", "deleted"])
def test_what_the_walk_in_bought_in_her_name_names_her_no_more(club: Club, way: str) -> None:
    desk, who = club.desk, zebulonia(club.desk)
    walk_in_sales(desk, Till(club.floor, desk))
    if way == "erased":
        erasing.erase(desk, who, "asked by letter")
    else:
        deleting.delete(desk, who)
    assert is_forgotten(desk)


def test_what_staff_wrote_and_saved_names_her_no_more(club: Club) -> None:
    desk, who = club.desk, zebulonia(club.desk)
    with desk.change("import.products") as change:
        change.database.execute_sql("INSERT INTO bookable (id, kind, name) VALUES (77, 'trainer', 'Luis')")
        change.database.execute_sql("INSERT INTO import_run VALUES (77, 1, 'customers', 'csv', 'krachtwijk.csv', 'x')")
    bookables.add_time_off(desk, 77, "2026-12-01", "2026-12-02", f"with {WHOLE}")
    now = desk.now()
    work_hours.add(desk, desk.staff.number, now - 5 * HOUR_US, now - 4 * HOUR_US, "stayed with Krachtwijk")
    saved_reports.save(desk, "Hers", "customers", '{"search": "krachtwijk"}')
    saved_reports.save(desk, "All", "customers", '{"search": ""}')
    erasing.erase(desk, who, "asked by letter")
    assert is_forgotten(desk)
    assert [report.name for report in saved_reports.list_saved(desk)] == ["All"]


def test_a_word_that_others_are_called_by_too_is_not_hers(club: Club) -> None:
    desk, who = club.desk, zebulonia(club.desk)
    customers.create(desk, CustomerFields(name="Piet Krachtwijk"))
    saved_reports.save(desk, "Family", "customers", '{"search": "krachtwijk"}')
    erasing.erase(desk, who, "asked by letter")
    assert [report.name for report in saved_reports.list_saved(desk)] == ["Family"]


@pytest.mark.parametrize(
    "typed",
    [
        "Zebulonai",
        "krachtwyk",
        "zk909",
        "1957-02-03",
        "03/02/1957",
        "NL99887766",
        "nl 998 877 66",
        "0791 442",
        "krachtw",
    ],
)
def test_what_was_typed_to_find_her_is_blanked_however_it_was_spelt(club: Club, typed: str) -> None:
    desk, who = club.desk, zebulonia(club.desk)
    search.search(desk, typed)
    desk.look("search.made", detail={"found": 1}, personal={"text": typed})
    desk.look("search.made", detail={"found": 1}, personal={"text": "espresso"})
    erasing.erase(desk, who, "asked by letter")
    said = "SELECT body FROM audit_personal JOIN audit USING (seq) WHERE action = 'search.made' AND body IS NOT NULL"
    assert [row[0] for row in desk.database.execute_sql(said)] == ['{"text":"espresso"}']
    assert is_forgotten(desk)


def test_what_is_written_about_others_stays_and_they_are_named(club: Club) -> None:
    desk, who = club.desk, zebulonia(club.desk)
    bruno, third = club.floor.customers[1:3]
    membership = club.sold(customer=bruno)
    members.add(desk, membership.id, NewMember(WHOLE, "aunt", "", ""))
    memberships.end(desk, membership.id, "moved")
    consents.record(desk, third, "email", True, how="Krachtwijk phoned for them")
    erased = erasing.erase(desk, who, "asked by letter")
    assert erased.named == tuple(customers.get(desk, one).number for one in (bruno, third))


@pytest.mark.parametrize("taken", [("billing", "born", "attributes"), ("registration_no", "card"), ("phone", "email")])
def test_a_merge_that_was_undone_leaves_nothing_of_the_one_with_the_other(club: Club, taken: tuple[str, ...]) -> None:
    desk, who = club.desk, zebulonia(club.desk)
    other = customers.create(desk, CustomerFields(name="Bea Noordzij", born="1980-01-01", card="BEA-1")).id
    third = customers.create(desk, CustomerFields(name="Dora Noordzij", tags=("late",))).id
    merges = [
        merging.merge(desk, who, other, dict.fromkeys(taken, "from"), "the same"),
        merging.merge(desk, third, other, {}, "the same"),
    ]
    for merge_id in merges:
        merging.undo(desk, merge_id)
    given = io.StringIO()
    access.export_customer(Desk.shell(desk.store), other, "json", given)
    assert [needle for needle in NEEDLES if needle in given.getvalue()] == []
    erasing.erase(desk, who, "asked by letter")
    assert is_forgotten(desk)
