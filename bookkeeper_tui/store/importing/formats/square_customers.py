"""Square's customer directory."""

from bookkeeper_tui.store.importing.columns import Format


def _reference(row: dict[str, str]) -> dict[str, str]:
    """Square's own id says who it is; the shop's reference does where there is none."""
    return {**row, "ref": row.get("ref") or row.get("attribute.reference", "")}


FORMAT = Format(
    kind="customers",
    title="Square customers",
    source="square",
    columns={
        "ref": "Square Customer ID",
        "attribute.reference": "Reference ID",
        "first_name": "First Name",
        "last_name": "Last Name",
        "email": "Email Address",
        "phone": "Phone Number",
        "attribute.nickname": "Nickname",
        "company": "Company Name",
        "street": "Street Address 1",
        "street2": "Street Address 2",
        "city": "City",
        "region": "State",
        "postcode": "Postal Code",
        "born": "Birthday",
        "note": "Memo",
        "consent_email": "Email Subscription Status",
        "flag.blocked_online": "Blocked from online booking",
    },
    needed=("first_name", "last_name", "email", "phone"),
    marks=("Square Customer ID", "Reference ID"),
    adjust=_reference,
)
