"""Shopify's order export: one row a line item, what is true of the order only on its first row, grouped by `Name`."""

from bookkeeper_tui.store.importing.columns import Format
from bookkeeper_tui.store.importing.drafts import Buyer, Row, SaleDraft
from bookkeeper_tui.store.importing.sale_rows import SaleReader, SaleSheet
from bookkeeper_tui.store.importing.tables import bare
from bookkeeper_tui.store.importing.values import Refused, spread
from bookkeeper_tui.store.sales import NewDiscount, NewLine, NewTender

_UNPAID = frozenset({"pending", "authorized", "partially_paid", "unpaid"})
_NEVER_PAID = frozenset({"voided", "expired", "pending", "authorized", "unpaid"})


def orders_reader(sheet: SaleSheet) -> SaleReader:
    """An order becomes a sale; what was refunded of it becomes a return, whole or as one line."""

    def read(rows: list[Row]) -> list[SaleDraft]:
        return _Order(sheet, rows).drafts()

    return read


class _Order:
    """The rows of one order, worked out: lines, the discount on the whole, taxes, shipping and what was refunded."""

    def __init__(self, sheet: SaleSheet, rows: list[Row]) -> None:
        self.sheet, self.rows = sheet, rows
        self.about = sheet.columns.values(rows[0][1])
        self.ref = bare(self.about["sale"])
        self.status = self.about.get("status", "").strip().casefold()
        self.total = self._amount("total")
        self.taxes = self._amount("taxes")
        self._refuse_what_is_no_sale()
        self.lines = [line for row in rows if (line := self._line(row)) is not None]
        sheet.note_odd(self.lines)
        self.whole_discount, self.added_tax = self._fit_total()

    def drafts(self) -> list[SaleDraft]:
        refunded = self._amount("refunded")
        sale = self._draft(self.ref, "sold_at", self.lines, self._tenders(), self.whole_discount, self.added_tax)
        if not refunded:
            return [sale]
        if refunded > self.total:
            raise Refused(f"{self._title('refunded')}: more than the order came to", self.about["refunded"])
        return [sale, self._return(sale, refunded)]

    def _return(self, sale: SaleDraft, refunded: int) -> SaleDraft:
        when = "cancelled_at" if self.about.get("cancelled_at", "").strip() else "sold_at"
        if refunded == self.total:
            lines = [_negative(line) for line in self.lines]
            tenders = [NewTender(kind, -amount, reference) for kind, amount, reference in sale.tenders]
            discount, added_tax = -self.whole_discount, -self.added_tax
        else:
            tax = spread(self.taxes, [refunded, self.total - refunded])[0]
            lines = [NewLine(None, -1000, 0, -refunded, (), -tax, "refund", f"Refund of {self.ref}")]
            tenders, discount, added_tax = [NewTender("imported", -refunded)], 0, 0
        note = f"Refund of {self.ref}"
        draft = self._draft(f"{self.ref} refund", when, lines, tenders, discount, added_tax)
        return draft._replace(kind="return", note=note)

    def _draft(
        self, ref: str, when: str, lines: list[NewLine], tenders: list[NewTender], discount: int, added_tax: int
    ) -> SaleDraft:
        about = self.about
        clock = self.sheet.reading.clock(about[when], self._title(when))
        code = bare(about.get("discount_code", "")) or "discount"
        return SaleDraft(
            self.rows,
            ref,
            clock.at,
            clock.day,
            bare(about.get("branch", "")) or "Online",
            Buyer("", bare(about.get("customer_email", "")), bare(about.get("customer_phone", ""))),
            lines,
            tenders,
            (NewDiscount(code, discount),) if discount else (),
            added_tax,
            note=about.get("note", "").strip(),
        )

    def _refuse_what_is_no_sale(self) -> None:
        currency = self.about.get("currency", "").strip().upper()
        if currency and currency != self.sheet.reading.currency:
            raise Refused(f"{self._title('currency')}: not the shop's currency", currency)
        cancelled = self.about.get("cancelled_at", "").strip()
        if self.status == "voided" or (cancelled and self.status in _NEVER_PAID):
            raise Refused("cancelled before it was paid", self.ref)
        if not self.about.get("total", "").strip():
            raise Refused(f"{self._title('total')}: empty")

    def _line(self, row: Row) -> NewLine | None:
        cells = self.sheet.columns.values(row[1])
        if not cells["quantity"].strip() and not cells.get("description", "").strip():
            return None
        quantity, pieces = self.sheet.reading.quantity(cells["quantity"], self._title("quantity"))
        if quantity < 0:
            raise Refused(f"{self._title('quantity')}: negative, and the row is no return", cells["quantity"])
        price = self.sheet.reading.amount(cells["price"], self._title("price"))
        off = abs(self._amount("line_discount", cells))
        discounts = (NewDiscount("line", off),) if off else ()
        code, amount = bare(cells.get("product", "")), price * quantity // 1000 - off
        product_id = self.sheet.products[code] if code else None
        if product_id is not None:
            return NewLine(product_id, quantity, pieces, amount, discounts)
        return NewLine(None, quantity, pieces, amount, discounts, 0, code or None, cells.get("description") or None)

    def _fit_total(self) -> tuple[int, int]:
        """The discount on the whole order, and the tax on top of it: whichever reading comes to the order's total.

        Prices include tax in some shops and not in others, and the discount stands on the lines or on the order;
        the export does not say, its total does.
        """
        items, shipping = sum(line.amount for line in self.lines), self._amount("shipping")
        if shipping:
            self.lines.append(NewLine(None, 1000, 0, shipping, (), 0, "shipping", "Shipping"))
        stated = abs(self._amount("discount_amount"))
        offs = [stated, 0]
        if self.about.get("subtotal", "").strip():
            offs.insert(0, items - self._amount("subtotal"))
        fits = [
            (abs(items - off + shipping + added - self.total), place, off, added)
            for place, (off, added) in enumerate((off, added) for off in offs for added in (self.taxes, 0))
            if off >= 0
        ]
        residue, _, off, added = min(fits)
        if not self.lines or residue > len(self.lines):
            raise Refused(
                f"{self._title('total')}: not what lines, discount, shipping and taxes come to", self.about["total"]
            )
        if self.taxes and not added:
            parts = spread(self.taxes, [line.amount for line in self.lines])
            self.lines = [line._replace(tax=tax) for line, tax in zip(self.lines, parts, strict=True)]
        return off, added

    def _tenders(self) -> list[NewTender]:
        owed = self._amount("outstanding") if self.about.get("outstanding", "").strip() else None
        if owed is None or not 0 <= owed <= self.total:
            owed = self.total if self.status in _UNPAID else 0
        method = bare(self.about.get("method", ""))
        tenders = [NewTender("imported", self.total - owed, method)] if owed != self.total or not owed else []
        if owed:
            tenders.append(NewTender("account", owed))
        residue = sum(line.amount for line in self.lines) - self.whole_discount + self.added_tax - self.total
        return [*tenders, NewTender("rounding", residue)] if residue else tenders

    def _amount(self, name: str, cells: dict[str, str] | None = None) -> int:
        text = (self.about if cells is None else cells).get(name, "")
        return self.sheet.reading.amount_or_nothing(text, self._title(name))

    def _title(self, name: str) -> str:
        return self.sheet.columns.title(name)


def _negative(line: NewLine) -> NewLine:
    return line._replace(
        quantity=-line.quantity,
        pieces=-line.pieces,
        amount=-line.amount,
        tax=-line.tax,
        discounts=tuple(NewDiscount(kind, -off) for kind, off in line.discounts),
    )


FORMAT = Format(
    kind="sales",
    title="Shopify orders",
    source="shopify",
    columns={
        "sale": "Name",
        "customer_email": "Email",
        "customer_phone": "Phone",
        "status": "Financial Status",
        "currency": "Currency",
        "subtotal": "Subtotal",
        "shipping": "Shipping",
        "taxes": "Taxes",
        "total": "Total",
        "discount_code": "Discount Code",
        "discount_amount": "Discount Amount",
        "sold_at": "Created at",
        "quantity": "Lineitem quantity",
        "description": "Lineitem name",
        "price": "Lineitem price",
        "product": "Lineitem sku",
        "line_discount": "Lineitem discount",
        "cancelled_at": "Cancelled at",
        "method": "Payment Method",
        "refunded": "Refunded Amount",
        "outstanding": "Outstanding Balance",
        "branch": "Location",
        "note": "Notes",
    },
    needed=("sale", "sold_at", "total", "quantity", "price"),
    read_sales=orders_reader,
)
