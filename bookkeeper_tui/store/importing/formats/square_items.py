"""Square's item sales, the classic and the 2026 export: one row an item, and refunds as rows of their own."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bookkeeper_tui.store.importing.columns import Format
from bookkeeper_tui.store.importing.drafts import Buyer, Row, SaleDraft
from bookkeeper_tui.store.importing.sale_rows import SaleReader, SaleSheet
from bookkeeper_tui.store.importing.tables import bare
from bookkeeper_tui.store.importing.values import Clock, Refused, Remembered
from bookkeeper_tui.store.sales import NewDiscount, NewLine, NewTender

# Square writes zones by the names that Ruby on Rails gives them.
_ZONES = {
    "Hawaii": "Pacific/Honolulu",
    "Alaska": "America/Anchorage",
    "Pacific Time (US & Canada)": "America/Los_Angeles",
    "Arizona": "America/Phoenix",
    "Mountain Time (US & Canada)": "America/Denver",
    "Central Time (US & Canada)": "America/Chicago",
    "Eastern Time (US & Canada)": "America/New_York",
    "Atlantic Time (Canada)": "America/Halifax",
    "Newfoundland": "America/St_Johns",
    "London": "Europe/London",
    "Dublin": "Europe/Dublin",
    "Madrid": "Europe/Madrid",
    "Paris": "Europe/Paris",
    "Tokyo": "Asia/Tokyo",
    "Perth": "Australia/Perth",
    "Brisbane": "Australia/Brisbane",
    "Adelaide": "Australia/Adelaide",
    "Sydney": "Australia/Sydney",
    "Melbourne": "Australia/Melbourne",
}
_AMERICAN = (
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%y %H:%M:%S",
    "%Y-%m-%d %I:%M:%S %p",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%y %I:%M:%S %p",
)


def items_reader(sheet: SaleSheet) -> SaleReader:
    """A transaction becomes a sale; refunds of it become returns, one for each moment something was given back."""
    columns = sheet.columns
    clocks: dict[str, Remembered[Clock]] = {}
    net, taxes, discounts = sheet.amounts("net"), sheet.amounts_or_nothing("tax"), sheet.amounts_or_nothing("off")
    quantities = sheet.quantities("quantity")

    def read(rows: list[Row]) -> list[SaleDraft]:
        parts: dict[str, list[Row]] = {}
        for row in rows:
            about = columns.values(row[1])
            refund = about.get("event", "").strip().casefold() == "refund"
            parts.setdefault(f"refund {about['date']} {about['time']}" if refund else "", []).append(row)
        return [draft(part, what) for what, part in parts.items()]

    def draft(rows: list[Row], what: str) -> SaleDraft:
        about = columns.values(rows[0][1])
        lines = [line(columns.values(cells), bool(what)) for _, cells in rows]
        sheet.note_odd(lines)
        total, ref = sum(one.amount for one in lines), bare(about["sale"])
        when = clock(f"{about['date'].strip()} {about['time'].strip()}", about.get("time_zone", "").strip())
        return SaleDraft(
            rows,
            f"{ref} {what}".strip(),
            when.at,
            when.day,
            bare(about.get("branch", "")) or sheet.branch,
            Buyer(bare(about.get("customer", "")) or bare(about.get("customer_reference", ""))),
            lines,
            [NewTender("imported", total, bare(about.get("payment", "")))],
            kind="return" if what else "sale",
            terminal=bare(about.get("terminal", "")),
            note=about.get("note", "").strip(),
        )

    def line(cells: dict[str, str], is_refund: bool) -> NewLine:
        quantity, pieces = quantities[cells["quantity"]]
        amount, tax, off = net[cells["net"]], taxes[cells.get("tax", "")], abs(discounts[cells.get("off", "")])
        if is_refund:
            quantity, pieces, amount, tax, off = -abs(quantity), -abs(pieces), -abs(amount), -abs(tax), -off
        elif quantity < 0:
            raise Refused(f"{columns.title('quantity')}: negative, and the row is no refund", cells["quantity"])
        code = bare(cells.get("product", ""))
        product_id = sheet.products[code] if code else None
        given = (NewDiscount("discount", off),) if off else ()
        if product_id is not None:
            return NewLine(product_id, quantity, pieces, amount + tax, given, tax)
        return NewLine(None, quantity, pieces, amount + tax, given, tax, code or None, _description(cells) or None)

    def clock(text: str, zone: str) -> Clock:
        if zone not in clocks:
            clocks[zone] = Remembered(lambda one: _clock(sheet, one, zone))
        return clocks[zone][text]

    return read


def _clock(sheet: SaleSheet, text: str, zone: str) -> Clock:
    moment = None
    for one in ("%Y-%m-%d %H:%M:%S", *_AMERICAN):
        try:
            moment = datetime.strptime(text, one)
            break
        except ValueError:
            continue
    if moment is None:
        raise Refused(f"{sheet.columns.title('date')}: not a date and time", text)
    known = _ZONES.get(zone)
    return sheet.reading.clock_of(moment.replace(tzinfo=ZoneInfo(known)) if known else moment)


def _description(cells: dict[str, str]) -> str:
    item, point = cells.get("description", "").strip(), cells.get("price_point", "").strip()
    return f"{item}, {point}" if point and point != "Regular" else item


FORMAT = Format(
    kind="sales",
    title="Square items",
    source="square",
    columns={
        "sale": "Transaction ID",
        "date": "Date",
        "time": "Time",
        "time_zone": "Time Zone",
        "description": "Item",
        "quantity": "Qty",
        "price_point": "Price Point Name",
        "product": "SKU",
        "off": "Discounts",
        "net": "Net Sales",
        "tax": "Tax",
        "payment": "Payment ID",
        "terminal": "Device Name",
        "note": "Notes",
        "event": "Event Type",
        "branch": "Location",
        "customer": "Customer ID",
        "customer_reference": "Customer Reference ID",
    },
    needed=("sale", "date", "time", "quantity", "net"),
    read_sales=items_reader,
)
