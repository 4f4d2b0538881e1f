"""Product files brought into the catalogue: a product is known by its sku."""

from itertools import islice

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import catalogue
from bookkeeper_tui.store.catalogue import NewProduct, Plan
from bookkeeper_tui.store.importing.drafts import Row
from bookkeeper_tui.store.importing.run_under_way import FileRun
from bookkeeper_tui.store.importing.tables import bare
from bookkeeper_tui.store.importing.values import Refused

_AT_ONCE = 5_000


def import_products(run: FileRun) -> None:
    """Read the file and add or change its products, some thousands in each change."""
    rows, seen = run.table.rows(run.books.unreadable), set[int]()
    while some := list(islice(rows, _AT_ONCE)):
        products: dict[str, tuple[int, NewProduct]] = {}
        run.report.read += len(some)
        for row in some:
            try:
                product = _product(run, row)
                if hash(product.sku) in seen:
                    raise Refused(f"{run.columns.title('sku')}: given twice in this file", product.sku)
            except Refused as refused:
                run.books.refuse([row], refused)
                continue
            seen.add(hash(product.sku))
            products[product.sku] = (row[0], product)
        _tell(run, products, _bring_in(run, [product for _, product in products.values()]))
        run.teller.tell("products", run.table)


def _product(run: FileRun, row: Row) -> NewProduct:
    values = {name: bare(cell) for name, cell in run.columns.values(row[1]).items()}
    if run.columns.format.adjust is not None:
        values = run.columns.format.adjust(values)
    for name in ("sku", "name"):
        if not values.get(name):
            raise Refused(f"{run.columns.title(name)}: empty")
    price = values.get("price")
    product = NewProduct(
        values["sku"],
        values["name"],
        values.get("barcode") or None,
        values.get("size") or None,
        values.get("category") or None,
        values.get("brand") or None,
        run.reading.amount(price, run.columns.title("price")) if price else None,
    )
    try:
        return catalogue.tidied(product)
    except BadInput as error:
        raise Refused(str(error).partition(" (“")[0]) from error


def _bring_in(run: FileRun, products: list[NewProduct]) -> Plan:
    if run.dry_run:
        return catalogue.plan(run.desk.require(run.action), products)
    run_id, plan = run.run_id, Plan([], [], 0)
    with run.desk.change(run.action, subject=run.table.name) as change:
        run_id = run.id_for(change)
        plan = catalogue.bring_in(change, products, run_id)
        if not plan.added and not plan.changed:
            run_id = run.run_id
            change.drop()
        change.note(run=run_id, added=len(plan.added), changed=len(plan.changed))
    run.run_id = run_id
    return plan


def _tell(run: FileRun, products: dict[str, tuple[int, NewProduct]], plan: Plan) -> None:
    added = {product.sku for product in plan.added}
    changed = {known.sku: differing for known, differing in plan.changed}
    run.report.made["products"] += len(added)
    for sku, (row, _) in products.items():
        if sku in added:
            run.books.row(row, "added", sku)
        elif sku in changed:
            run.books.row(row, "changed", sku, changed[sku])
        else:
            run.books.row(row, "unchanged", sku)
