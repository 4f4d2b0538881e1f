"""A shop with something to take, consoles and tills in it, for those who would do harm; docs/security.md names them."""

import pytest

from bookkeeper_tui.store import customers
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.customers import Customer
from bookkeeper_tui.store.desk import Desk
from tests.screens.conftest import brisk, console, still
from tests.store.conftest import floor, till

__all__ = ["brisk", "console", "floor", "still", "till"]

PHONE, EMAIL = "612 345 678", "maria@example.com"


@pytest.fixture
def maria(shell: Desk) -> Customer:
    """Somebody of whom the shop knows much."""
    fields = CustomerFields(name="María Fernández", phone=PHONE, email=EMAIL, born="1985-05-17", vat_no="ESB58378431")
    return customers.create(shell, fields)
