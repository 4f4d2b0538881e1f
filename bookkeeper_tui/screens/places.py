"""Where each screen is found: one line a screen, read when somebody first goes there."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from bookkeeper_tui.screens.screen import HouseScreen

PLACES = {
    "search": "bookkeeper_tui.screens.search:SearchScreen",
    "profile": "bookkeeper_tui.screens.profile.profile:ProfileScreen",
    "receipt": "bookkeeper_tui.screens.receipt:ReceiptScreen",
    "return_lines": "bookkeeper_tui.screens.return_lines:ReturnLinesScreen",
    "sale_search": "bookkeeper_tui.screens.sale_search:SaleSearchScreen",
    "customer_form": "bookkeeper_tui.screens.customer_form:CustomerFormScreen",
    "sale": "bookkeeper_tui.screens.sale:SaleScreen",
    "preview": "bookkeeper_tui.screens.preview:PreviewScreen",
    "layaway": "bookkeeper_tui.screens.layaway:LayawayScreen",
    "layaways": "bookkeeper_tui.screens.layaways:LayawaysScreen",
    "shift": "bookkeeper_tui.screens.shift:ShiftScreen",
    "schedule": "bookkeeper_tui.screens.schedule:ScheduleScreen",
    "timers": "bookkeeper_tui.screens.timers:TimersScreen",
    "waiting": "bookkeeper_tui.screens.waiting:WaitingScreen",
    "takings": "bookkeeper_tui.screens.takings:TakingsScreen",
    "why": "bookkeeper_tui.screens.why:WhyScreen",
    "catalogue": "bookkeeper_tui.screens.catalogue:CatalogueScreen",
    "product_form": "bookkeeper_tui.screens.product_form:ProductFormScreen",
    "discount_codes": "bookkeeper_tui.screens.discount_codes:DiscountCodesScreen",
    "discount_review": "bookkeeper_tui.screens.discount_review:DiscountReviewScreen",
    "tax_rates": "bookkeeper_tui.screens.tax_rates:TaxRatesScreen",
    "members": "bookkeeper_tui.screens.members:MembersScreen",
    "services": "bookkeeper_tui.screens.services:ServicesScreen",
    "bookables": "bookkeeper_tui.screens.bookables:BookablesScreen",
    "commissions": "bookkeeper_tui.screens.commissions:CommissionsScreen",
    "staff": "bookkeeper_tui.screens.staff:StaffScreen",
    "work_hours": "bookkeeper_tui.screens.work_hours:WorkHoursScreen",
    "measure_kinds": "bookkeeper_tui.screens.measure_kinds:MeasureKindsScreen",
    "tags": "bookkeeper_tui.screens.tags:TagsScreen",
    "loyalty_rules": "bookkeeper_tui.screens.loyalty_rules:LoyaltyRulesScreen",
    "consent_purposes": "bookkeeper_tui.screens.consent_purposes:ConsentPurposesScreen",
    "consent_wordings": "bookkeeper_tui.screens.consent_wordings:ConsentWordingsScreen",
    "interests": "bookkeeper_tui.screens.interest_kinds:InterestKindsScreen",
    "reports": "bookkeeper_tui.screens.reports:ReportsScreen",
    "report": "bookkeeper_tui.screens.report:ReportScreen",
    "access": "bookkeeper_tui.screens.access:AccessScreen",
    "erase": "bookkeeper_tui.screens.erase:EraseScreen",
    "audit_log": "bookkeeper_tui.screens.audit_log:AuditLogScreen",
    "unusual": "bookkeeper_tui.screens.unusual:UnusualScreen",
    "duplicates": "bookkeeper_tui.screens.duplicates:DuplicatesScreen",
    "merge": "bookkeeper_tui.screens.merge:MergeScreen",
    "as_of": "bookkeeper_tui.screens.as_of:AsOfScreen",
    "snapshot": "bookkeeper_tui.screens.snapshot:SnapshotScreen",
    "setup": "bookkeeper_tui.screens.setup:SetupScreen",
    "shop_settings": "bookkeeper_tui.screens.shop_settings:ShopSettingsScreen",
    "branches": "bookkeeper_tui.screens.branches:BranchesScreen",
    "terminals": "bookkeeper_tui.screens.terminals:TerminalsScreen",
    "key_changes": "bookkeeper_tui.screens.key_changes:KeyChangesScreen",
    "role_table": "bookkeeper_tui.screens.role_table:RoleTableScreen",
}


def fetch(place: str) -> None:
    """Read the code of a screen, so that going there is quicker later."""
    import_module(PLACES[place].partition(":")[0])


def build(place: str) -> HouseScreen:
    """Make the screen of that name. Raises KeyError for a name that is none."""
    module, _, name = PLACES[place].partition(":")
    return cast(HouseScreen, getattr(import_module(module), name)())
