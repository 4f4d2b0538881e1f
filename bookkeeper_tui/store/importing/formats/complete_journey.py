"""The Complete Journey (84.51°): households, products and a year of basket lines, as three files."""

from bookkeeper_tui.store.importing.columns import Format

SOURCE = "complete-journey"

CUSTOMERS = Format(
    kind="customers",
    title="The Complete Journey, customers",
    source=SOURCE,
    columns={
        "ref": "household_id",
        "first_name": "first_name",
        "last_name": "last_name",
        "phone": "phone",
        "email": "email",
        "postcode": "postcode",
        "born": "date_of_birth",
        "attribute.age": "age_band",
        "attribute.income": "income",
        "attribute.home": "home_ownership",
        "attribute.marital": "marital_status",
        "attribute.household": "household_size",
        "attribute.members": "household_comp",
        "attribute.kids": "kids_count",
    },
    needed=("ref", "last_name"),
)


def _names_and_brand(row: dict[str, str]) -> dict[str, str]:
    """A product is called by its type, and by its category where the type is missing; brands go by their maker."""
    brand = " ".join(part for part in (row.get("brand", ""), row.get("maker", "")) if part)
    return {**row, "name": row.get("name") or row.get("name2") or row.get("category", ""), "brand": brand}


PRODUCTS = Format(
    kind="products",
    title="The Complete Journey, products",
    source=SOURCE,
    columns={
        "sku": "product_id",
        "maker": "manufacturer_id",
        "category": "department",
        "brand": "brand",
        "name2": "product_category",
        "name": "product_type",
        "size": "package_size",
    },
    needed=("sku", "maker", "category"),
    adjust=_names_and_brand,
)

SALES = Format(
    kind="sales",
    title="The Complete Journey, sale lines",
    source=SOURCE,
    columns={
        "sale": "basket_id",
        "sold_at": "transaction_timestamp",
        "branch": "store_id",
        "customer": "household_id",
        "product": "product_id",
        "quantity": "quantity",
        "amount": "sales_value",
        "discount.retail": "retail_disc",
        "discount.coupon": "coupon_disc",
        "discount.coupon-match": "coupon_match_disc",
    },
    needed=("sale", "sold_at", "customer", "quantity", "amount"),
    most_pieces=1000,
    branch_words="Store {}",
)
