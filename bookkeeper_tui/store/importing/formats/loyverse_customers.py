"""Loyverse customers: only the fields are documented, so columns go by what people call them."""

from bookkeeper_tui.store.importing.columns import Format

FORMAT = Format(
    kind="customers",
    title="Loyverse customers",
    source="loyverse",
    columns={
        "ref": ("Customer ID", "Id"),
        "name": ("Customer name", "Name", "Customer"),
        "phone": ("Phone", "Phone number", "Mobile"),
        "email": ("E-mail", "Email"),
        "card": ("Customer code", "Code"),
        "street": ("Address", "Street"),
        "city": "City",
        "region": ("Province", "State", "Region"),
        "postcode": ("Postal code", "Zip", "ZIP code"),
        "country": "Country",
        "note": ("Note", "Notes", "Comment"),
        "attribute.points": ("Points balance", "Points", "Loyalty points", "Available points"),
    },
    needed=("name",),
    marks=("Customer code", "Code", "Points", "Points balance", "Loyalty points", "Available points"),
)
