"""Every place of the store that holds something of a customer, and every other, with what it holds instead.

Access requests and erasing both read this list. A new column of text without a verdict here fails a test.
"""

from collections.abc import Mapping
from types import MappingProxyType

from bookkeeper_tui.store.privacy.log_places import LOGS
from bookkeeper_tui.store.privacy.person_places import PERSON
from bookkeeper_tui.store.privacy.place import Place
from bookkeeper_tui.store.privacy.sale_places import SALES
from bookkeeper_tui.store.privacy.service_places import SERVICES

PLACES: tuple[Place, ...] = (*PERSON, *SALES, *SERVICES, *LOGS)
"""Where something of customers is held, in the order in which they are given it."""

BY_OTHERS: Mapping[str, str] = MappingProxyType(
    {
        "audit_personal.body": "erased by the rows' seqs: the customer's own, and others' that name them",
        "search_entry.words": "the search index forgets the customer",
        "saved_report.name": "a saved report that names them is removed",
        "saved_report.question": "a saved report that names them is removed",
        "drawer_movement.reason": "emptied where it names them",
        "shift.note": "nothing writes there",
        "time_off.reason": "emptied where it names them",
        "work_correction.reason": "emptied where it names them",
        "import_run.file_name": "emptied where it names them",
    }
)
"""Texts that belong to no customer's row and may still name one, and what becomes of them."""

NOT_PERSONAL: Mapping[str, str] = MappingProxyType(
    {
        "account": "the chart of accounts",
        "audit_head": "the newest row's hash",
        "bookable": "trainers and resources",
        "bookable_service": "what trainers give",
        "booking_series": "how often a booking repeats",
        "branch": "the shop's branches",
        "brand": "the catalogue",
        "business_day": "the shop's days and their Z reports, which name no customer",
        "category": "the catalogue",
        "command_key": "tokens of commands, ids and amounts; references in it are emptied where they name somebody",
        "consent_purpose": "the shop's own words",
        "consent_wording": "the shop's own words",
        "counter": "numbers handed out",
        "customer_brand": "worked out from the sales, ids and amounts",
        "customer_merge_row": "ids of rows that a merge moved",
        "customer_product": "worked out from the sales, ids and amounts",
        "discount_code": "the shop's own words",
        "drawer_movement": "money in the drawer; its reason stands in BY_OTHERS",
        "entry": "the books: kinds, dates and numbers of documents",
        "allocation": "the books: what pays what",
        "import_run": "which file was read; its name stands in BY_OTHERS",
        "interest": "the shop's own words",
        "loyalty_program": "the shop's rules",
        "measure_kind": "the shop's own words",
        "membership_plan": "the catalogue",
        "package_plan": "the catalogue",
        "permission": "names of permissions",
        "points_lot": "ids, dates and points",
        "product": "the catalogue",
        "returned_line": "ids and quantities",
        "role_limit": "the shop's rules",
        "role_permission": "the shop's rules",
        "sale_discount": "kinds and amounts",
        "saved_report": "a report's kind and who saved it; its words stand in BY_OTHERS",
        "service": "the shop's own words",
        "shift": "the staff's time at a drawer; its note stands in BY_OTHERS",
        "shift_count": "pieces of money",
        "shop": "the shop",
        "sign_in_try": "a keyed hash of what staff typed",
        "staff": "the people who work here, who are no customers",
        "tax_rate": "the shop's rules",
        "tier": "the shop's own words",
        "time_off": "when trainers are away; its reason stands in BY_OTHERS",
        "work_correction": "the staff's hours; its reason stands in BY_OTHERS",
        "work_period": "the staff's hours",
        "working_hours": "the trainers' hours",
    }
)
"""Tables without anything of a customer, and what they hold instead."""
