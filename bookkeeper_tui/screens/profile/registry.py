"""The tabs of the profile, in their order: a new tab is one file beside this one and one line here."""

from bookkeeper_tui.screens.profile.account import AccountTab
from bookkeeper_tui.screens.profile.addresses import AddressesTab
from bookkeeper_tui.screens.profile.audit import AuditTab
from bookkeeper_tui.screens.profile.interests import InterestsTab
from bookkeeper_tui.screens.profile.layaways import LayawaysTab
from bookkeeper_tui.screens.profile.loyalty import LoyaltyTab
from bookkeeper_tui.screens.profile.marketing import MarketingTab
from bookkeeper_tui.screens.profile.measurements import MeasurementsTab
from bookkeeper_tui.screens.profile.members import MembersTab
from bookkeeper_tui.screens.profile.new_booking import NewBookingTab
from bookkeeper_tui.screens.profile.notes import NotesTab
from bookkeeper_tui.screens.profile.overview import OverviewTab
from bookkeeper_tui.screens.profile.packages import PackagesTab
from bookkeeper_tui.screens.profile.reservations import ReservationsTab
from bookkeeper_tui.screens.profile.sales import SalesTab
from bookkeeper_tui.screens.profile.soa import SoaTab
from bookkeeper_tui.screens.profile.tab import Tab
from bookkeeper_tui.screens.profile.usage import UsageTab

TABS: tuple[type[Tab], ...] = (
    OverviewTab,
    SalesTab,
    PackagesTab,
    UsageTab,
    SoaTab,
    ReservationsTab,
    NewBookingTab,
    MembersTab,
    LoyaltyTab,
    AccountTab,
    LayawaysTab,
    MarketingTab,
    AddressesTab,
    MeasurementsTab,
    InterestsTab,
    NotesTab,
    AuditTab,
)
