"""Sales, rung up or imported: what a sale is made of, and the one path on which one or thousands are posted."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.money import plain
from bookkeeper_tui.store import catalogue, ledger, package_plans, standing
from bookkeeper_tui.store.desk import Change
from bookkeeper_tui.store.engine.bulk import insert_rows
from bookkeeper_tui.store.ledger import RawEntry, RawPosting

TENDER_ACCOUNTS = {
    "cash": ledger.DRAWER,
    "card": ledger.CARD_CLEARING,
    "account": ledger.RECEIVABLES,
    "store credit": ledger.STORE_CREDIT,
    "points": ledger.POINTS_REDEEMED,
    "deposit": ledger.LAYAWAY_DEPOSITS,
    "imported": ledger.IMPORTED_CLEARING,
    "rounding": ledger.ROUNDING,
}
TENDERS_OF_CUSTOMER = frozenset({"account", "store credit", "deposit"})
SALES_AT_ONCE = 5000
SALES_FOLDED_AT_ONCE = 40000


class NewDiscount(NamedTuple):
    """Something taken off: its kind ("retail", "coupon", a code) and minor units, positive on a sale."""

    kind: str
    amount: int


class NewLine(NamedTuple):
    """One line of a sale.

    `quantity` is thousandths as the source gave it, `pieces` what it counts (0 where it counts none). `amount` is what
    was paid for the line in minor units, its own tax included and its own discounts already taken off; all of them are
    negative on a return. `code` and `description` are kept only where no product says them. `price` is that of one as
    charged, `list_price` the catalogue's where it was overridden, both minor units; `tax_rate` is thousandths of a per
    cent. A line that gives back a sold one names its `account_id`, so that it debits what was credited.
    """

    product_id: int | None
    quantity: int
    pieces: int
    amount: int
    discounts: Sequence[NewDiscount] = ()
    tax: int = 0
    code: str | None = None
    description: str | None = None
    price: int | None = None
    list_price: int | None = None
    tax_rate: int | None = None
    note: str | None = None
    account_id: int | None = None


class NewTender(NamedTuple):
    """How a sale, or a part of it, was paid: a kind of TENDER_ACCOUNTS, minor units net of change, and a reference.

    The kind "rounding" takes what no money moved for: cash rounded to the smallest coin, a foreign file's residue;
    "deposit" takes what a layaway's deposits already paid.
    """

    kind: str
    amount: int
    reference: str = ""


class NewSale(NamedTuple):
    """A sale ready to be posted.

    `sold_at` is microseconds UTC and `business_date` its ISO date in the shop's time zone. `discounts` are those on the
    whole sale, not yet in the lines' amounts; `added_tax` is tax known only for the whole sale, on top of the lines.
    So the total, and the sum of the tenders, is: amounts of the lines - whole-sale discounts + added tax. `voids` is
    the id of a sale that this return undoes whole: its entry is then the reversal of that sale's. `due` is the ISO date
    by which what goes on account is to be paid; the customer's terms say when it is empty.
    """

    sold_at: int
    business_date: str
    branch_id: int
    customer_id: int
    lines: Sequence[NewLine]
    tenders: Sequence[NewTender]
    discounts: Sequence[NewDiscount] = ()
    added_tax: int = 0
    kind: str = "sale"
    terminal: str = ""
    staff_id: int | None = None
    note: str = ""
    import_run_id: int | None = None
    source: str = ""
    source_ref: str = ""
    shift_id: int | None = None
    voids: int | None = None
    due: str = ""


def total_of(sale: NewSale) -> int:
    """What a sale comes to in minor units: its lines' amounts less whole-sale discounts, plus tax added on top."""
    return sum(line.amount for line in sale.lines) - sum(d.amount for d in sale.discounts) + sale.added_tax


def post(change: Change, sale: NewSale) -> int:
    """Posts one sale and answers its id; see `post_many`."""
    return post_many(change, [sale])[0]


def post_many(change: Change, sales: Iterable[NewSale]) -> range:
    """Posts sales, one or any number of them, and answers their ids in the order given.

    Each gets the next number, a balanced ledger entry linked both ways, and its part in the customer's figures. The
    sales may come from a generator: a few thousand are held at a time. Raises BadInput, naming the sale, when its
    tenders are not its total, or it has no line, no tender or an unknown kind; the change is then to be given up.
    """
    first = unfolded = following = _last_id(change) + 1
    coming = iter(sales)
    while batch := list(islice(coming, SALES_AT_ONCE)):
        _post_batch(change, batch, following)
        following += len(batch)
        if following - unfolded >= SALES_FOLDED_AT_ONCE:
            standing.fold_sales(change.database, unfolded, following - 1)
            unfolded = following
    if following > unfolded:
        standing.fold_sales(change.database, unfolded, following - 1)
    return range(first, following)


class _Rows(NamedTuple):
    """What a batch of sales becomes, table by table."""

    entries: list[RawEntry]
    sales: list[tuple[object, ...]]
    lines: list[tuple[object, ...]]
    discounts: list[tuple[object, ...]]
    tenders: list[tuple[object, ...]]


class _Accounts(NamedTuple):
    """The ledger accounts that a batch of sales posts to: looked up once a batch, so never stale."""

    uncategorised: int
    vat: int
    prepaid: int
    packages: set[int]
    products: dict[int, int]
    tenders: dict[str, int]
    discounts: dict[str, int]
    undone: dict[int, "_Undone"]


class _Undone(NamedTuple):
    """A voided sale's entry, and the postings that undo it."""

    entry_id: int
    postings: list[RawPosting]


def _post_batch(change: Change, sales: Sequence[NewSale], first_id: int) -> None:
    for sale in sales:
        _check(change, sale)
    accounts = _accounts(change, sales)
    first_entry = ledger.next_entry_id(change)
    first_number = change.next_number("sale", len(sales))
    rows = _Rows([], [], [], [], [])
    for at, sale in enumerate(sales):
        _add_rows(rows, sale, accounts, first_id + at, first_entry + at, f"S-{first_number + at:07d}")
    ledger.write(change, rows.entries)
    insert_rows(change.database, INTO_SALE, rows.sales)
    insert_rows(change.database, INTO_LINE, rows.lines)
    insert_rows(change.database, INTO_DISCOUNT, rows.discounts)
    insert_rows(change.database, INTO_TENDER, rows.tenders)


def _accounts(change: Change, sales: Sequence[NewSale]) -> _Accounts:
    lines = [line for sale in sales for line in sale.lines]
    products = {line.product_id for line in lines if line.product_id is not None}
    packages = package_plans.are_packages(change.database, _sold_here(sales))
    kinds = {kind for line in lines for kind, _ in line.discounts}
    kinds.update(kind for sale in sales for kind, _ in sale.discounts)
    tenders = {tender.kind for sale in sales for tender in sale.tenders}
    return _Accounts(
        ledger.account_id(change, ledger.UNCATEGORISED_SALES),
        ledger.account_id(change, ledger.VAT_PAYABLE),
        _prepaid(change, lines, packages),
        packages,
        catalogue.sales_accounts(change.database, list(products)),
        {kind: ledger.account_id(change, TENDER_ACCOUNTS[kind]) for kind in sorted(tenders)},
        {kind: _discount_account(change, kind) for kind in sorted(kinds)},
        {sale.voids: _undone(change, sale.voids) for sale in sales if sale.voids is not None},
    )


def _sold_here(sales: Sequence[NewSale]) -> set[int]:
    """The articles sold at a till: what was sold elsewhere gives no package here."""
    return {
        line.product_id
        for sale in sales
        if sale.shift_id is not None and sale.kind == "sale"
        for line in sale.lines
        if line.product_id is not None
    }


def _prepaid(change: Change, lines: Sequence[NewLine], packages: set[int]) -> int:
    """The account of prepaid packages, where these lines sell one or may give one back: such a line debits it."""
    if packages:
        return ledger.account_id(change, ledger.PREPAID_PACKAGES)
    if not any(line.account_id for line in lines):
        return 0
    row = change.database.execute_sql("SELECT id FROM account WHERE name = ?", (ledger.PREPAID_PACKAGES,)).fetchone()
    return int(row[0]) if row else 0


def _undone(change: Change, sale_id: int) -> _Undone:
    entry_id = int(change.database.execute_sql("SELECT entry_id FROM sale WHERE id = ?", (sale_id,)).fetchone()[0])
    rows = change.database.execute_sql(POSTINGS_UNDONE, (entry_id,))
    return _Undone(entry_id, [RawPosting(*row) for row in rows])


def _discount_account(change: Change, kind: str) -> int:
    return ledger.account_id(change, ledger.account_under("Income:Discounts", kind), f"Discounts: {kind}")


def _check(change: Change, sale: NewSale) -> None:
    name = f"Sale {sale.source_ref}" if sale.source_ref else f"The {sale.kind} of {sale.business_date}"
    if sale.kind not in ("sale", "return"):
        raise BadInput(f"{name} is of the kind “{sale.kind}”: it can be a sale or a return")
    if not sale.lines:
        raise BadInput(f"{name} has no line")
    if not sale.tenders:
        raise BadInput(f"{name} says nowhere how it was paid")
    for tender in sale.tenders:
        if tender.kind not in TENDER_ACCOUNTS:
            raise BadInput(f"{name} was paid by “{tender.kind}”: known are {', '.join(TENDER_ACCOUNTS)}")
    total, paid = total_of(sale), sum(tender.amount for tender in sale.tenders)
    if total != paid:
        exponent = change.desk.store.shop.exponent
        raise BadInput(f"{name} comes to {plain(total, exponent)}, but {plain(paid, exponent)} was paid")


def _add_rows(rows: _Rows, sale: NewSale, accounts: _Accounts, sale_id: int, entry_id: int, number: str) -> None:
    products, uncategorised = accounts.products, accounts.uncategorised
    gross: dict[int, int] = {}
    given: dict[str, int] = {}
    tax, pieces = sale.added_tax, 0
    for line_no, line in enumerate(sale.lines, 1):
        (product_id, quantity, counted, amount, discounts, line_tax, code, description, price, list_price, tax_rate,
         note, account_id) = line  # fmt: skip
        if code or description:
            code, description = code and harmless(code), description and harmless(description)
        off = 0
        for kind, taken in _merged(discounts) if discounts else ():
            rows.discounts.append((sale_id, line_no, kind, taken))
            given[kind] = given.get(kind, 0) + taken
            off += taken
        income = products.get(product_id, uncategorised) if product_id else uncategorised
        account = account_id or (accounts.prepaid if product_id in accounts.packages else income)
        gross[account] = gross.get(account, 0) + amount - line_tax
        if off:
            # What is given off a package was never owed to its customer: it is income that was given away.
            credited = income if account == accounts.prepaid else account
            gross[credited] = gross.get(credited, 0) + off
        tax += line_tax
        pieces += counted
        rows.lines.append(
            (sale_id, line_no, product_id, code, description, quantity, counted, amount, off, line_tax, account, price,
             list_price, tax_rate, note)
        )  # fmt: skip
    for kind, taken in _merged(sale.discounts):
        rows.discounts.append((sale_id, 0, kind, taken))
        given[kind] = given.get(kind, 0) + taken
    for line_no, tender in enumerate(sale.tenders, 1):
        rows.tenders.append((sale_id, line_no, *tender))
    undone = accounts.undone.get(sale.voids or 0)
    postings = undone.postings if undone else _postings(sale, accounts, gross, given, tax)
    reverses = undone.entry_id if undone else None
    kind = "void" if undone else sale.kind
    rows.entries.append(
        RawEntry(
            entry_id, sale.business_date, kind, "sale", sale_id, sale.staff_id, postings, number, reverses, sale.due
        )
    )
    rows.sales.append(
        (sale_id, number, sale.kind, sale.sold_at, sale.business_date, sale.branch_id, sale.terminal, sale.staff_id,
         sale.customer_id, total_of(sale), sum(given.values()), tax, len(sale.lines), pieces, entry_id, sale.note,
         sale.import_run_id, sale.source, sale.source_ref, sale.shift_id, sale.voids)
    )  # fmt: skip


def _merged(discounts: Sequence[NewDiscount]) -> Sequence[tuple[str, int]]:
    """Discounts with each kind once: a line is given a kind at most once."""
    if len(discounts) < 2:
        return discounts
    together: dict[str, int] = {}
    for kind, taken in discounts:
        together[kind] = together.get(kind, 0) + taken
    return list(together.items())


def _postings(
    sale: NewSale, accounts: _Accounts, gross: dict[int, int], given: dict[str, int], tax: int
) -> list[RawPosting]:
    """Debits: what was paid and what was given off; credits: sales before discounts and without tax, and the tax."""
    paid: dict[tuple[int, int | None], int] = {}
    for kind, amount, _ in sale.tenders:
        key = (accounts.tenders[kind], sale.customer_id if kind in TENDERS_OF_CUSTOMER else None)
        paid[key] = paid.get(key, 0) + amount
    postings = [RawPosting(account, customer_id, amount) for (account, customer_id), amount in paid.items()]
    postings += [RawPosting(accounts.discounts[kind], None, taken) for kind, taken in given.items()]
    for account, amount in gross.items():
        postings.append(RawPosting(account, sale.customer_id if account == accounts.prepaid else None, -amount))
    if tax:
        postings.append(RawPosting(accounts.vat, None, -tax))
    # A sale of nothing still stands in the books: two postings of zero.
    return [posting for posting in postings if posting.amount] or [postings[0], postings[-1]]


def _last_id(change: Change) -> int:
    return int(change.database.execute_sql("SELECT COALESCE(MAX(id), 0) FROM sale").fetchone()[0])


POSTINGS_UNDONE = "SELECT account_id, customer_id, -amount FROM posting WHERE entry_id = ? ORDER BY line_no"
INTO_SALE = """
sale (id, number, kind, sold_at, business_date, branch_id, terminal, staff_id, customer_id, total, discount, tax,
      line_count, pieces, entry_id, note, import_run_id, source, source_ref, shift_id, voids)
"""
INTO_LINE = """
sale_line (sale_id, line_no, product_id, code, description, quantity, pieces, amount, discount, tax, account_id, price,
           list_price, tax_rate, note)
"""
INTO_DISCOUNT = "sale_discount (sale_id, line_no, kind, amount)"
INTO_TENDER = "sale_tender (sale_id, line_no, kind, amount, reference)"
