"""Permission by construction: every public function of the store that takes a desk refuses one that may do nothing."""

import importlib
import inspect
import io
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import bookkeeper_tui.store as rooms
from bookkeeper_tui.errors import NotAllowed
from bookkeeper_tui.settings import Settings
from bookkeeper_tui.store.audit import Head
from bookkeeper_tui.store.bookables import NewBookable
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.consent_wordings import Wording
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.discount_codes import NewCode
from bookkeeper_tui.store.discount_review import Period
from bookkeeper_tui.store.log_search import LogQuestion
from bookkeeper_tui.store.measurements import NewKind
from bookkeeper_tui.store.members import MemberFilter, NewMember
from bookkeeper_tui.store.membership_plans import MembershipPlan
from bookkeeper_tui.store.permissions import who_may
from bookkeeper_tui.store.preferences import NewPreference, Preference
from bookkeeper_tui.store.reports import Question
from bookkeeper_tui.store.sale_search import SaleQuestion
from bookkeeper_tui.store.services import NewService
from bookkeeper_tui.store.sign_in import Attempt
from bookkeeper_tui.store.statements import Aging, Statement
from bookkeeper_tui.store.tiers import Program
from tests.conftest import PIN
from tests.store.floor import Floor

FREE = {
    "audit_log.head": "tells how many rows there are: where a console starts to listen",
    "audit_log.head_seq": "the same",
    "audit_log.holds": "tells whether the log still has a row that the caller knows",
    "audit_log.newest": "tells that something changed, so that screens read again; nothing personal",
    "shop_settings.writing": "a step of acts that write settings too: entering it asks for the act's own permission",
    "baskets.basket.changing": "a step of the acts on a basket: entering it asks for the act's own permission",
    "customer_fields.habits_of": "the shop's country and date format",
    "customer_fields.check_field": "checks what was typed and reads nothing",
    "search.filters.shop_of": "the shop's conventions for `search`, which asks for the permission",
    "sight.attribute": "tells what the desk itself may see, and reads nothing",
    "sight.hides": "tells what the desk itself may see, and reads nothing; so do the others of this room",
    "sight.hides_contact": "the same",
    "sight.log_row": "the same",
    "sight.masked": "the same",
    "sight.revealed": "a step of the acts that record a reveal, each of which asks for its own permission first",
    "sight.text": "tells what the desk itself may see, and reads nothing",
    "staff.find": "a step of the acts on staff, each of which asks for its own permission first",
}
GIVEN: dict[str, Any] = {
    "customer_id": 2, "note_id": 1, "sale_id": 1, "seen_version": 1, "after": 0, "key": (0, 0), "limit": 5,
    "name": "Ana Reyes", "phone": "+34600111222", "text": "Ana", "number": "101", "code": "100", "sku": "100",
    "role": "cashier", "pin": PIN, "why": "key", "channel": "sms", "how": "at the till", "given": True, "right": True,
    "basket_id": 1, "line_no": 1, "line_nos": [1], "quantity": 1000, "quantities": {1: 1000}, "price": 100,
    "product_id": 1, "package_id": 1, "event_id": 1, "sessions": 1, "remarks": "A remark",
    "description": "Gift wrap", "into": 1, "other": 2, "from_id": 1, "to_id": 2, "tenders": [],
    "into_id": 2, "merge_id": 1, "first_id": 2, "second_id": 3,
    "float_amount": 100, "amount": 100, "category": "Cleaning", "counts": {100: 1}, "shift_id": 1,
    "permission": "sale.voided", "status": "inactive", "kind": "customers", "paths": [], "format": "csv",
    "fields": {"name": "Eve"},
    "rate": 21_000, "tax_rate": "Food", "category_id": 1, "beginning": "a", "rate_id": 1,
    "period": Period("2026-11-01", "2026-11-30"), "new": NewCode("SPRING", "percent", 5000), "date": "2026-11-21",
    "reason": "A reason", "service_id": 1, "bookable_id": 1, "membership_id": 1, "member_id": 1, "today": "2026-11-22",
    "booking_id": 1, "waiting_id": 1, "starts": 1 << 50, "ends": 1 << 51, "earliest": 1, "latest": 1 << 51, "weeks": 4,
    "monday": "2026-11-23", "timer_id": 1, "minutes": 5,
    "product": NewProduct("100", "Espresso"), "attempt": Attempt("101", 1, "Test", "cashier", 1, "", False),
}  # fmt: skip
STATEMENT = Statement(2, "C-000001", "Ana", "open item", "", "2026-11-20", 0, 0, 0, 0, (), Aging("", *[0] * 7))
WORDING = Wording("marketing", "", 1, "May we write?", 0, "")
ASKED = Question("sales")
BESIDES: dict[str, dict[str, Any]] = {
    "privacy.access.export_customer": {"file": io.StringIO()},
    "reports.questions.check": {"question": ASKED},
    "reports.running.first_rows": {"question": ASKED},
    "reports.running.expected": {"question": ASKED},
    "reports.running.export": {"question": ASKED, "file": io.StringIO()},
    "reports.running.run": {"question": ASKED, "write": lambda columns, rows: 0},
    "exporting.names.plan_id": {"text": "#1"},
    "saved_reports.save": {"question": "{}"},
    "log_search.newer": {"question": LogQuestion()},
    "log_search.at_terminal": {"question": LogQuestion(), "name": "till-1"},
    "log_search.page": {"question": LogQuestion()},
    "log_search.all_rows": {"question": LogQuestion()},
    "log_search.numbers_of": {"rows": []},
    "log_search.one_sign_in": {"seq": 1},
    "unusual.findings": {"first": "2026-11-01", "last": "2026-11-30"},
    "audit_verify.is_printed_head": {"printed": "1:7f3a9c210be1"},
    "saved_reports.remove": {"report_id": 1},
    "consent_wordings.define": {"label": "News", "channels": ["email"], "text": "May we write?"},
    "consent_wordings.edit": {"name": "marketing", "label": "News", "channels": ["email"]},
    "consent_wordings.retire": {"name": "marketing"},
    "consent_wordings.reword": {"purpose": "marketing", "language": "", "text": "May we?"},
    "consent_wordings.to_read": {"purpose": "marketing", "language": "es"},
    "consent_wordings.wordings": {"purpose": "marketing"},
    "consents.give": {"channels": ["email"], "wording": WORDING},
    "consents.to_ask": {"language": "es"},
    "consents.withdraw": {"channels": ["email"], "wording": WORDING},
    "interests.get": {"interest_id": 1},
    "interests.history": {"interest_id": 1},
    "interests.rename": {"interest_id": 1},
    "interests.retire": {"interest_id": 1},
    "interests.set_level": {"interest_id": 1, "level": 1},
    "preferences.as_of": {"at": 1},
    "preferences.edit": {"new": NewPreference("sms"), "seen": Preference("", "", None, None, "", 0, 0, "")},
    "attaching.attach": {"why": "forgot the card"},
    "why.page": {"figure": "points", "of_id": 2},
    "why.sum_of": {"figure": "points", "of_id": 2},
    "loyalty.adjust": {"points": 5, "reason": "put right"},
    "loyalty.redeem_to_credit": {"points": 5},
    "loyalty.set_own_rate": {"rate": 2000},
    "loyalty.expire": {"day": "2026-11-20"},
    "tiers.review": {"day": "2026-11-20"},
    "tiers.choose": {"program": Program(1, 100, 1), "tiers": []},
    "audit_verify.broken": {"after": Head(0, b"")},
    "returns.give_back": {"lines": {1: 1000}},
    "returns.preview": {"lines": {1: 1000}},
    "sale_search.again": {"sale_ids": [1]},
    "sale_search.page": {"question": SaleQuestion()},
    "customer_accounts.allocate": {"credit_id": 1, "allocations": []},
    "customer_accounts.allocated": {"item_id": 1},
    "customer_accounts.edit": {"status": "hold", "credit_limit": 1000, "terms_days": 30},
    "customer_accounts.give_back": {"tender": "cash", "amount": 100},
    "customer_accounts.open_account": {"credit_limit": 1000, "terms_days": 30},
    "customer_accounts.take_payment": {"tender": "cash", "amount": 100},
    "customer_accounts.unallocate": {"credit_id": 1, "charge_id": 2},
    "exporting.statement.export_statement": {"statement": STATEMENT, "file": io.StringIO()},
    "exporting.statement.record": {"statement": STATEMENT},
    "payments.get": {"payment_id": 1},
    "statements.aging": {"as_of": "2026-11-20"},
    "statements.statement": {"first": "", "last": "2026-11-20"},
    "customers.create": {"fields": CustomerFields(name="Eve", phone="+34600111999")},
    "exporting.ledger.export_ledger": {"format": "hledger"},
    "layaways.cancel": {"layaway_id": 1},
    "layaways.deposits": {"layaway_id": 1},
    "layaways.get": {"layaway_id": 1},
    "layaways.open_layaway": {"due": "2099-01-01"},
    "layaways.pick_up": {"layaway_id": 1},
    "layaways.take_deposit": {"layaway_id": 1, "amount": 100},
    "member_cards.give": {"number": "77001"},
    "member_cards.replace": {"number": "77001"},
    "members.add": {"member": NewMember("Eve")},
    "members.count": {"which": MemberFilter()},
    "members.edit": {"member": NewMember("Eve")},
    "members.page": {"which": MemberFilter()},
    "members.page_before": {"which": MemberFilter(), "before": ("a", 1)},
    "membership_plans.set_plan": {"plan": MembershipPlan(1, 12)},
    "notes.page": {"after": None},
    "packages.using.change_use": {"trainer_id": None, "resource_id": None, "service_id": None, "at": 1},
    "packages.keeping.extend": {"expires_on": "2099-01-01"},
    "packages.keeping.turn_day": {"day": "2026-11-20"},
    "packages.refunding.refund": {"tender": "cash"},
    "bookables.add": {"bookable": NewBookable("trainer", "Marta")},
    "bookables.add_time_off": {"first_date": "2026-12-24", "last_date": "2026-12-26"},
    "bookables.edit": {"bookable": NewBookable("trainer", "Marta")},
    "bookables.leave": {"on_date": "2026-12-24"},
    "bookables.remove_time_off": {"time_off_id": 1},
    "bookables.set_hours": {"week": []},
    "commissions.report": {"first": "2026-11-01", "last": "2026-11-30"},
    "commissions.sessions": {"first": "2026-11-01", "last": "2026-11-30", "trainer_id": 1},
    "services.add": {"service": NewService("Yoga", 60)},
    "services.edit": {"service": NewService("Yoga", 60)},
    "history.page": {"after": None},
    "branches.add": {"name": "Harbour"},
    "branches.place_terminal": {"terminal": "till-1", "name": "Harbour"},
    "branches.rename": {"name": "Main", "new_name": "Harbour"},
    "branches.retire": {"name": "Harbour"},
    "terminals.as_all": {"terminal": "till-1", "seen": Settings()},
    "terminals.set_look": {"terminal": "till-1", "look": "plain", "seen": Settings()},
    "terminals.set_printer": {"terminal": "till-1", "printer": {"kind": "file"}, "seen": Settings()},
    "role_table.check": {"allowed": True},
    "role_table.set_limit": {"value": 5000},
    "role_table.set_permission": {"allowed": True},
    "shop_settings.choose": {"new": {("cash_rounding",): 5}, "seen": Settings()},
    "shop_settings.choose_look": {"terminal": "Till 3", "look": "plain"},
    "measurements.add": {"kind_id": 1, "value": 170_000},
    "measurements.define": {"kind": NewKind("Height", "cm")},
    "measurements.history": {"kind_id": 1},
    "measurements.redefine": {"kind_id": 1, "kind": NewKind("Height", "cm")},
    "measurements.retire": {"kind_id": 1},
    "measurements.strike_out": {"measurement_id": 1},
    "sign_ins.last_of": {"staff_id": 1},
    "tags.count": {"tag": "vip"},
    "tags.join": {"tag": "vip", "into": "yoga"},
    "tags.remove": {"tag": "vip"},
    "tags.rename": {"tag": "vip"},
    "work_hours.add": {"in_at": 1, "out_at": 2, "reason": "Forgot"},
    "work_hours.correct": {"period_id": 1, "in_at": 1, "out_at": 2, "reason": "Forgot", "seen": 0},
    "work_hours.corrections": {"period_id": 1},
    "work_hours.get": {"period_id": 1},
    "work_hours.periods": {"first": "2026-11-01", "last": "2026-11-30"},
    "work_hours.totals": {"found": []},
}


def functions_with_a_desk() -> dict[str, Callable[..., Any]]:
    found = {}
    for module in pkgutil.walk_packages(rooms.__path__, f"{rooms.__name__}."):
        room = importlib.import_module(module.name)
        for name, function in vars(room).items():
            public = inspect.isfunction(function) and function.__module__ == module.name and not name.startswith("_")
            if public and next(iter(inspect.signature(function).parameters), "") == "desk":
                found[f"{module.name.removeprefix(rooms.__name__ + '.')}.{name}"] = function
    return found


FUNCTIONS = functions_with_a_desk()


def arguments(name: str, tmp_path: Path) -> dict[str, Any]:
    known = GIVEN | {"file": tmp_path / "out", "directory": tmp_path / "out"} | BESIDES.get(name, {})
    wanted = inspect.signature(FUNCTIONS[name]).parameters.values()
    needed = {one.name: known[one.name] for one in wanted if one.default is one.empty and one.name != "desk"}
    return needed | BESIDES.get(name, {})


def call(name: str, desk: Desk, tmp_path: Path) -> object:
    answer = FUNCTIONS[name](desk, **arguments(name, tmp_path))
    return list(answer) if isinstance(answer, Iterator) else answer


@pytest.fixture
def stranger(floor: Floor) -> Desk:
    """Somebody with a desk in a role that may do nothing, in a shop where there is something to see."""
    return Desk(floor.desk.store, Actor(None, "101", "Eve", "stranger"), "till-9")


def test_the_walk_finds_the_rooms() -> None:
    assert {"customers.edit", "search.finding.search", "proof.checks", "staff.add"} <= FUNCTIONS.keys()
    assert FREE.keys() <= FUNCTIONS.keys(), "a name in the list is no function any more"


@pytest.mark.parametrize("name", sorted(FUNCTIONS.keys() - FREE.keys()))
def test_a_desk_without_permissions_is_refused(stranger: Desk, floor: Floor, tmp_path: Path, name: str) -> None:
    before = floor.desk.store.engine.audit_head()
    with pytest.raises(NotAllowed):
        call(name, stranger, tmp_path)
    assert floor.desk.store.engine.audit_head() == before
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("act", ["staff.reset_pin", "staff.unlock", "staff.retire"])
def test_who_may_not_learns_no_staff_numbers(stranger: Desk, tmp_path: Path, act: str) -> None:
    for number in ("101", "999"):
        with pytest.raises(NotAllowed):
            FUNCTIONS[act](stranger, **(arguments(act, tmp_path) | {"number": number}))


def test_what_is_free_tells_nothing_personal(stranger: Desk, floor: Floor) -> None:
    told = str(FUNCTIONS["audit_log.newest"](stranger, 0))
    assert floor.desk.database.execute_sql("SELECT count(*) FROM audit").fetchone()[0] > 0
    assert "Reyes" not in told
    assert "600111222" not in told


def test_who_may_is_named_by_role(shell: Desk) -> None:
    database = shell.store.database
    assert who_may(database, "package.forced") == "a supervisor or manager"
    assert who_may(database, "booking.forced") == "a manager"
    assert who_may(database, "nothing.such") == "the owner"
