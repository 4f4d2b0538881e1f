"""The tabs of a profile as tables, for `show`: one function a tab yields its rows, amounts as decimal strings."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bookkeeper_tui.store.customers import Customer
    from bookkeeper_tui.store.desk import Desk

Row = dict[str, object]


def _overview(desk: "Desk", customer: "Customer") -> Iterator[Row]:
    from bookkeeper_tui.store.overview import overview

    seen = overview(desk, customer.id)
    yield _row("visits", "", seen.visits, "")
    for what, amount in (("spend", seen.spend), ("average basket", seen.average_basket), ("owes", seen.owes)):
        yield _row(what, "", "", _amount(desk, amount))
    for what, at in (("first visit", seen.first_at), ("last visit", seen.last_at)):
        yield _row(what, _time(desk, at), "", "")
    for month in seen.months:
        yield _row("month", month.month, month.visits, _amount(desk, month.spend))
    for branch in seen.branches:
        yield _row("branch", branch.branch, branch.visits, _amount(desk, branch.spend))
    for brand in seen.brands:
        yield _row("brand", brand.brand, brand.times, _amount(desk, brand.spend))
    for product in seen.favourites:
        yield _row("product", product.name, product.times, _amount(desk, product.spend))


def _sales(desk: "Desk", customer: "Customer", as_of: str = "") -> Iterator[Row]:
    from bookkeeper_tui.store import history

    before, until = None, history.SaleFilter(until=as_of)
    while rows := history.page(desk, customer.id, before=before, limit=500, filter=until):
        before = rows[-1].key
        for row in rows:
            yield {
                "sale_no": row.number,
                "kind": row.kind,
                "sold_at": _time(desk, row.sold_at),
                "branch": row.branch,
                "items": row.pieces,
                "total": _amount(desk, row.total),
                "in_ledger": "yes" if row.linked else "no",
            }


def _loyalty(desk: "Desk", customer: "Customer") -> Iterator[Row]:
    from bookkeeper_tui.store import loyalty, points_history

    seen = loyalty.at_a_glance(desk, customer.id)
    yield _points_row("", "balance", "", seen.balance, "")
    yield _points_row(seen.since, "tier", "", "", seen.tier)
    if seen.next_tier:
        yield _points_row("", "to the next tier", "", "", f"{_amount(desk, seen.to_next)} to {seen.next_tier}")
    for lot in points_history.lots(desk, customer.id, limit=10_000):
        last_day = f"last day {lot.expires_on}" if lot.expires_on else "for ever"
        yield _points_row(lot.business_date, "lot", lot.number, lot.remaining, last_day)
    before = None
    while rows := points_history.page(desk, customer.id, before=before, limit=500):
        before = rows[-1].id
        for row in rows:
            yield _points_row(row.business_date, row.kind, row.number, row.points, row.reason)


def _account(desk: "Desk", customer: "Customer") -> Iterator[Row]:
    from bookkeeper_tui.store import customer_accounts

    account = customer_accounts.of(desk, customer.id)
    yield _account_row("status", account.status, "", "")
    for what, amount in (("limit", account.credit_limit), ("owes", account.owes), ("available", account.available)):
        yield _account_row(what, "", "", _amount(desk, amount))
    yield _account_row("terms", f"{account.terms_days} days", "", "")
    for item in customer_accounts.items(desk, customer.id):
        of = _amount(desk, item.amount)
        yield _account_row("open item", f"{item.reference} {item.what} of {of}", item.due, _amount(desk, item.open))


def _account_as_of(desk: "Desk", customer: "Customer", as_of: str) -> Iterator[Row]:
    from bookkeeper_tui.store import statements

    seen = statements.statement(desk, customer.id, "", as_of, statements.OPEN_ITEM)
    yield _account_row("owes", "", "", _amount(desk, seen.closing))
    for name, amount in seen.aging.buckets:
        yield _account_row("due", name, "", _amount(desk, amount))
    for line in seen.lines:
        yield _account_row("open item", f"{line.reference} {line.what}", line.due, _amount(desk, line.open))


def _soa(desk: "Desk", customer: "Customer", as_of: str = "") -> Iterator[Row]:
    from bookkeeper_tui.store import statements

    last = as_of or desk.today()
    seen = statements.statement(desk, customer.id, "", last, statements.TRANSACTIONS)
    for line in seen.lines:
        yield {
            "date": line.date,
            "due": line.due,
            "reference": line.reference,
            "what": line.what,
            "debit": _amount(desk, line.debit),
            "credit": _amount(desk, line.credit),
            "balance": _amount(desk, line.balance),
            "open": _amount(desk, line.open),
        }


def _layaways(desk: "Desk", customer: "Customer") -> Iterator[Row]:
    from bookkeeper_tui.store import layaways

    before = None
    while page := layaways.of_customer(desk, customer.id, before=before, limit=500):
        before = page[-1].id
        for one in page:
            yield {
                "layaway": one.number,
                "state": one.state,
                "opened": one.business_date,
                "due": one.due,
                "total": _amount(desk, one.total),
                "paid": _amount(desk, one.paid),
                "outstanding": _amount(desk, one.outstanding),
                "sale_no": one.sale_number,
                "what": ", ".join(one.descriptions),
            }


def _packages(desk: "Desk", customer: "Customer") -> Iterator[Row]:
    from bookkeeper_tui.store import packages

    today = desk.today()
    for one in packages.of_customer(desk, customer.id):
        yield {
            "package": one.number,
            "what": one.name,
            "status": one.status(today),
            "sessions": one.sessions,
            "used": one.used,
            "remaining": one.remaining,
            "since": one.starts_on,
            "until": one.effective_end(today),
            "frozen_since": one.frozen_since,
            "price": _amount(desk, one.price),
            "one_session": _amount(desk, one.session_worth),
            "deferred": _amount(desk, one.deferred),
            "sale_no": one.sale_number,
        }


def _usage(desk: "Desk", customer: "Customer") -> Iterator[Row]:
    from bookkeeper_tui.store.packages import usage

    before = None
    while rows := usage.page(desk, customer.id, before=before, limit=500):
        before = rows[-1].id
        for row in rows:
            yield {
                "time": _time(desk, row.at),
                "package": row.package,
                "kind": row.kind,
                "sessions": row.sessions,
                "service": row.service,
                "trainer": row.trainer,
                "resource": row.resource,
                "booking": row.booking,
                "remarks": row.remarks,
                "recorded": _time(desk, row.recorded_at),
                "who": row.staff,
                "taken_back_by": row.restored_by,
            }


def _reservations(desk: "Desk", customer: "Customer") -> Iterator[Row]:
    from bookkeeper_tui.store import bookings

    before = None
    while page := bookings.page(desk, customer.id, before=before, limit=500):
        before = (page[-1].starts, page[-1].id)
        for one in page:
            yield {
                "booking": one.number,
                "starts": _time(desk, one.starts),
                "ends": _time(desk, one.ends),
                "service": one.service,
                "trainer": one.trainer,
                "resource": one.resource,
                "state": one.state,
                "package": one.taken_from or one.package,
                "note": one.note,
            }


def _members(desk: "Desk", customer: "Customer") -> Iterator[Row]:
    from bookkeeper_tui.store import members, memberships

    today = desk.today()
    for one in memberships.of_customer(desk, customer.id):
        yield _member_row(one.number, one.name, "", "", "", one.status(today), one.since, one.last_day(today))
    for person in members.of_customer(desk, customer.id):
        yield _member_row(
            person.membership, person.name, person.relation, person.card, person.card_state, person.status(today),
            person.since, person.until,
        )  # fmt: skip


def _marketing(desk: "Desk", customer: "Customer") -> Iterator[Row]:
    from bookkeeper_tui.store import consents, preferences

    likes = preferences.of(desk, customer.id)
    quiet = preferences.quiet_hours(likes)
    for what, said in (("channel", likes.channel), ("how often", likes.frequency), ("quiet hours", quiet)):
        yield _consent_row("preference", what, "", said, "")
    yield _consent_row("preference", "language", "", likes.language, "")
    for one in consents.standing(desk, customer.id):
        yield _consent_row("state", one.purpose.name, one.channel, one.state, "")
    before = None
    while page := consents.page(desk, customer.id, before=before, limit=500):
        before = page[-1].id
        for word in page:
            row = _consent_row("log", word.purpose, word.channel, "yes" if word.given else "no", _time(desk, word.at))
            yield row | {"how": word.how, "who": word.who, "wording": word.wording_version, "words": word.wording}


def _interests(desk: "Desk", customer: "Customer") -> Iterator[Row]:
    from bookkeeper_tui.store import interests

    for one in interests.of_customer(desk, customer.id):
        yield {
            "interest": one.name,
            "how_much": interests.LEVELS[one.level],
            "since": _time(desk, one.at),
            "note": one.note,
            "who": one.who,
        }


def _addresses(desk: "Desk", customer: "Customer") -> Iterator[Row]:
    from dataclasses import asdict

    from bookkeeper_tui.store import addresses

    for kind, address in addresses.of_customer(desk, customer.id).items():
        yield {"kind": kind, **asdict(address)}


def _notes(desk: "Desk", customer: "Customer") -> Iterator[Row]:
    from bookkeeper_tui.store import notes

    after = None
    while page := notes.page(desk, customer.id, after=after):
        after = page[-1]
        for note in page:
            pinned = "yes" if note.pinned else ""
            yield {
                "time": _time(desk, note.at),
                "who": note.who,
                "pinned": pinned,
                "sensitive": "yes" * note.sensitive,
                "note": note.text,
            }


def _audit(desk: "Desk", customer: "Customer") -> Iterator[Row]:
    from bookkeeper_tui.store import audit_log

    for row in audit_log.everything(desk, customer_id=customer.id):
        detail = row.detail | ({"personal": row.personal} if row.personal else {})
        yield {
            "seq": row.seq,
            "time": _time(desk, row.at),
            "who": row.who,
            "terminal": row.terminal,
            "action": row.action,
            "detail": detail,
        }


def _past(tab: str) -> "Callable[[Desk, Customer, str], Iterator[Row]]":
    """The rows that a tab had on a past day."""

    def rows(desk: "Desk", customer: "Customer", as_of: str) -> Iterator[Row]:
        from bookkeeper_tui.store.as_of import as_of as stood

        for row in stood(_plainly(desk), customer.id, as_of).section(tab):
            text = row.text if row.amount is None else _amount(desk, row.amount)
            yield {"what": row.what, "detail": row.detail, "value": text if row.many is None else row.many}

    return rows


def _plainly(desk: "Desk") -> "Desk":
    """The same desk in a shop that writes dates as ISO does, as every other table here."""
    from dataclasses import replace

    store = desk.store
    return type(desk).shell(replace(store, conventions=replace(store.conventions, date_format="%Y-%m-%d")))


def _consent_row(kind: str, what: str, channel: str, said: str, time: str) -> Row:
    row = {"kind": kind, "what": what, "channel": channel, "said": said, "time": time}
    return {**row, "how": "", "who": "", "wording": "", "words": ""}


def _measurements(desk: "Desk", customer: "Customer") -> Iterator[Row]:
    from bookkeeper_tui.store import measurements

    for latest in measurements.latest(desk, customer.id):
        before = None
        while page := measurements.history(desk, customer.id, latest.kind.id, before=before):
            before = page[-1]
            for one in page:
                yield {
                    "kind": latest.kind.name,
                    "measured": _time(desk, one.at),
                    "value": latest.kind.figure(one.value or 0),
                    "unit": latest.kind.unit,
                    "recorded": _time(desk, one.recorded_at),
                    "who": one.who,
                    "struck_out": one.struck_by,
                    "remark": one.note,
                }


def _points_row(date: str, what: str, sale: str, points: object, detail: str) -> Row:
    return {"date": date, "what": what, "sale_no": sale, "points": points, "detail": detail}


def _account_row(what: str, name: str, due: str, amount: str) -> Row:
    return {"what": what, "name": name, "due": due, "amount": amount}


def _row(what: str, name: str, times: object, amount: str) -> Row:
    return {"what": what, "name": name, "times": times, "amount": amount}


def _member_row(
    membership: str, name: str, relation: str, card: str, card_state: str, status: str, since: str, until: str
) -> Row:
    return {
        "membership": membership,
        "name": name,
        "relation": relation,
        "card": card,
        "card_state": card_state,
        "status": status,
        "since": since,
        "until": until,
    }


def _amount(desk: "Desk", minor: int) -> str:
    from bookkeeper_tui.money import plain

    return plain(minor, desk.store.shop.exponent)


def _time(desk: "Desk", at: int) -> str:
    from bookkeeper_tui.formats import local_time

    return local_time(at, desk.store.shop.time_zone).isoformat(sep=" ", timespec="minutes")[:16] if at else ""


TABS = {
    "overview": _overview,
    "sales": _sales,
    "packages": _packages,
    "usage": _usage,
    "soa": _soa,
    "reservations": _reservations,
    "members": _members,
    "loyalty": _loyalty,
    "account": _account,
    "layaways": _layaways,
    "marketing": _marketing,
    "addresses": _addresses,
    "measurements": _measurements,
    "interests": _interests,
    "notes": _notes,
    "audit": _audit,
}
AS_OF: "dict[str, Callable[[Desk, Customer, str], Iterator[Row]]]" = {
    **{
        tab: _past(tab)
        for tab in (
            "overview", "packages", "reservations", "members", "loyalty", "layaways", "marketing", "addresses",
            "measurements", "interests", "notes",
        )
    },
    "sales": _sales,
    "soa": _soa,
    "account": _account_as_of,
}  # fmt: skip
