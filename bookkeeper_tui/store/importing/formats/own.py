"""Bookkeeper's own files, which say everything: also what most lists made by hand come near enough to."""

from bookkeeper_tui.store.importing.columns import OUR_NAMES, Format

SOURCE = "bookkeeper"
_ALIASES = {
    "ref": ("customer_ref", "customer_id", "id"),
    "name": ("name", "customer_name", "full_name"),
    "phone": ("phone", "phone_number", "mobile", "telephone"),
    "email": ("email", "e-mail", "email_address"),
    "born": ("born", "date_of_birth", "birthday"),
    "street": ("street", "address"),
    "postcode": ("postcode", "postal_code", "zip"),
    "note": ("note", "notes"),
}

CUSTOMERS = Format(
    kind="customers",
    title="Bookkeeper customers",
    source=SOURCE,
    columns={name: _ALIASES.get(name, (name,)) for name in OUR_NAMES["customers"]},
    needed=(),
    marks=(*_ALIASES["name"], "first_name", "last_name"),
)

PRODUCTS = Format(
    kind="products",
    title="Bookkeeper products",
    source=SOURCE,
    columns={
        "sku": ("sku", "code", "product_code", "product_id", "id"),
        "name": ("name", "product", "product_name", "title", "description"),
        "barcode": ("barcode", "gtin", "ean", "upc"),
        "size": ("size", "package_size"),
        "category": ("category", "department", "type"),
        "brand": ("brand", "vendor"),
        "price": ("price", "unit_price", "retail_price"),
    },
    needed=("sku", "name"),
)

SALES = Format(
    kind="sales",
    title="Bookkeeper sales",
    source=SOURCE,
    columns={
        "sale": ("sale", "sale_ref", "sale_id"),
        "sold_at": "sold_at",
        "branch": "branch",
        "terminal": "terminal",
        "kind": "kind",
        "customer": ("customer", "customer_ref", "customer_id"),
        "customer_email": "customer_email",
        "customer_phone": "customer_phone",
        "product": ("product", "sku"),
        "description": "description",
        "quantity": "quantity",
        "price": "price",
        "amount": "amount",
        "discount": "discount",
        "tax": "tax",
        "tender": "tender",
        "note": "note",
    },
    needed=("sale", "sold_at", "amount"),
)
