"""The Addresses tab: where bills go and where goods go."""

from bookkeeper_tui.screens.profile.tab import SheetTab
from bookkeeper_tui.store.addresses import Address
from bookkeeper_tui.widgets.figures import heading
from bookkeeper_tui.widgets.pieces import Line, Piece, wrap
from bookkeeper_tui.widgets.sheet import Sheet


class AddressesTab(SheetTab):
    """The billing and the delivery address, written as on an envelope."""

    NAME = "addresses"
    TITLE = "Addresses"
    PERMISSION = "customer.viewed"

    def draw(self, *, from_top: bool) -> None:
        """One under the other."""
        customer, ascii_only = self.customer, self.conventions.ascii
        none = "None yet. Press e to write one down." if self.desk.may("customer.edited") else "None yet."

        def drawing(width: int) -> list[Line]:
            lines: list[Line] = []
            for title, address in (("Billing", customer.billing), ("Delivery", customer.delivery)):
                envelope = _envelope(customer.name, address, width) if address else [(Piece(none, "quiet"),)]
                lines += [heading(title, width, ascii_only=ascii_only), *envelope, ()]
            return lines

        self.query_one(Sheet).draw(drawing, from_top=from_top)


def _envelope(name: str, address: Address, width: int) -> list[Line]:
    return [(Piece(line),) for part in (name, *address.lines) for line in wrap(part, width)]
