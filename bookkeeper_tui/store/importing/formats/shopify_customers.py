"""Shopify's customer export: as it is today, with "Default Address" columns, and as it was before."""

from bookkeeper_tui.store.importing.columns import Format

SOURCE = "shopify"

CURRENT = Format(
    kind="customers",
    title="Shopify customers",
    source=SOURCE,
    columns={
        "ref": "Customer ID",
        "first_name": "First Name",
        "last_name": "Last Name",
        "email": "Email",
        "phone": "Phone",
        "phone2": "Default Address Phone",
        "company": "Default Address Company",
        "street": "Default Address Address1",
        "street2": "Default Address Address2",
        "city": "Default Address City",
        "region": "Default Address Province Code",
        "postcode": "Default Address Zip",
        "country": "Default Address Country Code",
        "consent_email": "Accepts Email Marketing",
        "consent_sms": "Accepts SMS Marketing",
        "consent_whatsapp": "Accepts WhatsApp Marketing",
        "note": "Note",
        "tags": "Tags",
        "flag.tax_exempt": "Tax Exempt",
    },
    needed=("first_name", "last_name", "email", "street"),
)

OLDER = Format(
    kind="customers",
    title="Shopify customers, older",
    source=SOURCE,
    columns={
        "ref": "Customer ID",
        "first_name": "First Name",
        "last_name": "Last Name",
        "email": "Email",
        "phone": "Phone",
        "company": "Company",
        "street": "Address1",
        "street2": "Address2",
        "city": "City",
        "region": ("Province Code", "Province"),
        "postcode": "Zip",
        "country": ("Country Code", "Country"),
        "consent_email": ("Accepts Email Marketing", "Accepts Marketing"),
        "consent_sms": "Accepts SMS Marketing",
        "note": "Note",
        "tags": "Tags",
        "flag.tax_exempt": "Tax Exempt",
    },
    needed=("first_name", "last_name", "email", "street", "consent_email"),
)
