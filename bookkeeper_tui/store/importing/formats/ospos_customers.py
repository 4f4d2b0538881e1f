"""Open Source Point of Sale's customer template."""

from bookkeeper_tui.store.importing.columns import Format


def _plain(row: dict[str, str]) -> dict[str, str]:
    """The template says gender as 1 or 0, and a discount of nothing where there is none."""
    gender = {"1": "male", "0": "female"}.get(row.get("gender", "").strip(), row.get("gender", ""))
    discount = row.get("attribute.discount", "").strip()
    if not discount.strip("0."):
        row = {**row, "attribute.discount": "", "attribute.discount_type": ""}
    return {**row, "gender": gender}


FORMAT = Format(
    kind="customers",
    title="Open Source Point of Sale customers",
    source="ospos",
    columns={
        "ref": "Account Number",
        "first_name": "First Name",
        "last_name": "Last Name",
        "gender": "Gender",
        "consent_email": "Consent",
        "email": "Email",
        "phone": "Phone Number",
        "street": ("Address 1", "Address1"),
        "street2": ("Address2", "Address 2"),
        "city": "City",
        "region": "State",
        "postcode": "Zip",
        "country": "Country",
        "note": "Comments",
        "company": "Company",
        "attribute.discount": "Discount",
        "attribute.discount_type": "Discount_Type",
        "attribute.taxable": "Taxable",
    },
    needed=("first_name", "last_name", "email"),
    marks=("Account Number", "Discount_Type", "Consent", "Taxable"),
    adjust=_plain,
)
