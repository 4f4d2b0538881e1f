"""What people call the columns that we have a name for, so that a mapping need not be written twice."""

from collections.abc import Mapping

from bookkeeper_tui.store.importing.columns import OUR_NAMES, Kind

TOTAL = "total"
"""What a sale came to: the amount of a file where each row is a whole sale."""

SYNONYMS: Mapping[Kind, Mapping[str, str]] = {
    "customers": {
        "ref": "id customer_id customer_no customer_number customer_ref reference reference_id household_id",
        "name": "full_name customer_name display_name",
        "first_name": "first firstname given_name forename",
        "last_name": "last lastname surname family_name",
        "phone": "phone_number phone_no telephone tel mobile cell",
        "phone2": "phone_2 other_phone second_phone",
        "email": "e_mail mail email_address",
        "card": "card_no card_number loyalty_card customer_card",
        "born": "date_of_birth birth_date birthdate birthday dob",
        "gender": "sex",
        "company": "company_name organisation organization",
        "registration_no": "registration registration_number company_no company_number",
        "vat_no": "vat vat_number vat_id tax_id",
        "street": "address address1 address_1 address_line_1 street1 street_1 street_address",
        "street2": "address2 address_2 address_line_2 street_2",
        "city": "town",
        "region": "state province county",
        "postcode": "post_code postal_code zip zip_code zipcode",
        "country": "country_code",
        "discount_until": "discount_expiry discount_expires",
        "language": "lang locale",
        "tags": "tag",
        "note": "notes comment comments memo",
        "consent_email": "email_consent accepts_email_marketing accepts_marketing newsletter",
        "consent_sms": "sms_consent accepts_sms_marketing",
        "consent_whatsapp": "whatsapp_consent accepts_whatsapp_marketing",
    },
    "products": {
        "sku": "id product product_id product_no product_code article article_no item_code code",
        "name": "product_name item_name title description",
        "barcode": "ean gtin upc",
        "size": "package_size",
        "category": "department product_category",
        "brand": "brand_name",
        "maker": "manufacturer manufacturer_id vendor",
        "price": "unit_price retail_price sale_price",
    },
    "sales": {
        "sale": "id sale_no sale_id sale_number sale_ref receipt receipt_no receipt_number receipt_id order order_id "
        "order_no order_number transaction transaction_id invoice invoice_no invoice_number basket basket_id",
        "sold_at": "sold_on date_time datetime timestamp created_at",
        "date": "sale_date sold_date business_date",
        "time": "sale_time sold_time",
        "branch": "branch_name store store_id store_name shop location",
        "terminal": "till register device",
        "kind": "type event_type",
        "customer": "customer_no customer_id customer_number customer_ref household_id member",
        "customer_email": "email e_mail email_address",
        "customer_phone": "phone phone_number mobile",
        "product": "sku product_id product_no product_code product_sku article article_no item_code code",
        "description": "product_name item item_name name title",
        "quantity": "qty count units",
        "amount": f"line_amount line_total value sales_value {TOTAL}",
        "price": "unit_price item_price",
        "discount": "discount_amount",
        "tax": "tax_amount vat",
        "tender": "payment payment_method paid_by",
        "note": "notes comment comments memo",
    },
}
_PLACES = {"billing_": "", "delivery_": "delivery_", "shipping_": "delivery_"}


def our_name(given: str, kind: Kind) -> str:
    """Our name for what somebody calls a column, whichever way it is spelt; what nobody knows comes back as it is."""
    name = "_".join(given.casefold().replace("-", " ").replace("_", " ").split())
    if name in OUR_NAMES[kind]:
        return name
    known = next((ours for ours, others in SYNONYMS[kind].items() if name in others.split()), "")
    if known or kind != "customers":
        return known or given
    for place, ours in _PLACES.items():
        if name.startswith(place):
            part = ours + our_name(name.removeprefix(place), kind)
            return part if part in OUR_NAMES[kind] else given
    return given


def is_total(given: str) -> bool:
    """Whether somebody calls a column the total of a sale, rather than the amount of one of its lines."""
    return given.casefold().strip() == TOTAL
