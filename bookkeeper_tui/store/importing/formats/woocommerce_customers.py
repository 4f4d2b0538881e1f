"""WooCommerce Analytics' customers; older files stop at the postal code."""

from bookkeeper_tui.store.importing.columns import Format

FORMAT = Format(
    kind="customers",
    title="WooCommerce Analytics customers",
    source="woocommerce",
    columns={
        "name": "Name",
        "attribute.username": "Username",
        "email": "Email",
        "phone": "Billing Phone",
        "phone2": "Shipping Phone",
        "city": "City",
        "region": "Region",
        "postcode": "Postal Code",
        "country": ("Country / Region", "Country/Region", "Country"),
        "attribute.signed_up": "Sign Up",
        "attribute.role": "Role",
    },
    needed=("name", "email"),
    marks=("Last Active", "AOV", "Sign Up"),
)
