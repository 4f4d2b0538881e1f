"""The customers that the screens' tests look at, with the sales, notes and consents that make them worth looking at."""

from datetime import datetime, timedelta

from bookkeeper_tui.formats import instant_of
from bookkeeper_tui.store import catalogue, consents, customers, notes
from bookkeeper_tui.store.addresses import Address
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.customers import Customer, CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.sales import NewDiscount, NewLine, NewSale, NewTender, post_many
from bookkeeper_tui.store.shop import branch_id

NOW = instant_of(datetime(2026, 11, 21, 14, 2), "Europe/Madrid")
"""The instant at which the tests' clock stands still, in microseconds UTC."""

PRODUCTS = (
    ("MAT", "Yoga mat", "Manduka", 4500),
    ("TEA", "Green tea", "Twinings", 395),
    ("BAR", "Energy bar", "Clif", 180),
    ("TOW", "Hand towel", "Manduka", 1250),
    ("BTL", "Steel bottle", "Klean", 2490),
)


def maria(desk: Desk) -> Customer:
    """María Fernández, about whom there is something to say everywhere, but no sale."""
    customer = customers.create(
        desk,
        CustomerFields(
            name="María Fernández",
            phone="+34 612 345 678",
            email="maria@example.com",
            born="1987-11-24",
            gender="female",
            discount_code="WELCOME10",
            discount_until="2026-11-26",
            language="es",
            tags=("vip", "yoga"),
            attributes={"household": "2"},
            billing=Address("Calle Mayor 5", "2º B", "Madrid", "Madrid", "28013", "ES"),
        ),
    )
    notes.add(desk, customer.id, "Prefers the corner room.", pinned=True)
    notes.add(desk, customer.id, "Asked about the ten-session pack; call her back in December when prices are known.")
    consents.record(desk, customer.id, "email", True, how="at the till")
    return customers.get(desk, customer.id)


def sell(desk: Desk, customer: Customer, count: int, *, days_apart: float = 9.0, on_account: int = 0) -> range:
    """Ring up so many sales, the newest yesterday; the last `on_account` of them stay owed. Answers their ids."""
    with desk.change("import.products") as change:
        catalogue.bring_in(change, [NewProduct(a, b, None, None, "Shop", c, d) for a, b, c, d in PRODUCTS])
        ids = catalogue.ids_by_sku(change.database, [product[0] for product in PRODUCTS])
    with desk.change("import.sales") as change:
        branches = [branch_id(change.database, "Main St"), branch_id(change.database, "Harbour")]
        return post_many(
            change, [_sale(customer, ids, branches, n, count, days_apart, on_account) for n in range(count)]
        )


def _sale(
    customer: Customer, ids: dict[str, int], branches: list[int], n: int, count: int, days_apart: float, on_account: int
) -> NewSale:
    moment = datetime(2026, 11, 20, 17, 30) - timedelta(days=(count - 1 - n) * days_apart)
    lines = []
    for place in range(n % 3 + 1):
        sku, _, _, price = PRODUCTS[(n + place) % len(PRODUCTS)]
        off = price // 10 if n % 4 == 0 else 0
        given = (NewDiscount("loyalty", off),) if off else ()
        lines.append(NewLine(ids[sku], 1000 * (place + 1), place + 1, price * (place + 1) - off, given))
    returned = n % 11 == 10
    if returned:
        first = lines[0]
        back = first._replace(quantity=-first.quantity, pieces=-first.pieces, amount=-first.amount, discounts=())
        lines = [back]
    total = sum(line.amount for line in lines)
    tender = "account" if n >= count - on_account else ("cash" if n % 2 else "card")
    return NewSale(
        sold_at=instant_of(moment, "Europe/Madrid"),
        business_date=moment.date().isoformat(),
        branch_id=branches[n % 5 == 4],
        customer_id=customer.id,
        lines=lines,
        tenders=[NewTender(tender, total)],
        kind="return" if returned else "sale",
        terminal="till-1",
    )
