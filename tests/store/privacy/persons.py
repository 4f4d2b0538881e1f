"""A customer of whom a shop holds something in every place, and settles it all, for the tests of privacy."""

from collections.abc import Sequence
from pathlib import Path

from bookkeeper_tui.store import (
    baskets,
    consents,
    customers,
    interests,
    layaways,
    loyalty,
    measurements,
    member_cards,
    members,
    memberships,
    notes,
    preferences,
    search,
)
from bookkeeper_tui.store.addresses import Address
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.measurements import NewKind
from bookkeeper_tui.store.members import NewMember
from bookkeeper_tui.store.preferences import NewPreference
from bookkeeper_tui.store.till import Tendered
from tests.store.memberships_floor import FAMILY, Club
from tests.store.tills import Till

OLD, NEW = "Wilhelmina Quartzenberg", "Wilhelmina Yellowfeather"
NEEDLES = (
    OLD, NEW, "wilhelmina", "Wilhelmina", "quartzenberg", "Quartzenberg", "yellowfeather", "Yellowfeather",
    "612 987 654", "612987654", "456789216", "+34612987654", "633 111 999", "633111999", "999111336",
    "wilma@quartz.example", "Wilma@Quartz.example", "QZ-7788", "Sapphire Lane", "Sapphire lane", "Moonstone House",
    "allergic to walnuts", "engraved for her", "on behalf of her aunt", "rang us up herself", "walnut-free",
    "1961-03-04", "X1234567L", "Peregrine", "peregrine", "644 222 888", "644222888", "CARD-5567",
    "read it on the phone", "cm round the knee",
)  # fmt: skip
"""Texts that tell who she was, in every form in which a store writes them."""


def settled_customer(club: Club) -> int:
    """Somebody who bought, paid, was measured and spoken to, and with whom nothing is open any more."""
    desk, till = club.desk, Till(club.floor, club.desk)
    customer = customers.create(desk, CustomerFields(
        name=OLD, phone="612 987 654", email="Wilma@Quartz.example", card="QZ-7788", born="1961-03-04",
        registration_no="X1234567L", billing=Address("7 Sapphire Lane", "Moonstone House", city="Sevilla"),
        tags=("walnut-free",), attributes={"knee": "41 cm round the knee"}, language="es",
    ))  # fmt: skip
    customers.edit(desk, customer.id, {"name": NEW, "phone": "633 111 999"}, customer.version)
    notes.add(desk, customer.id, "She is allergic to walnuts", pinned=True, sensitive=True)
    consents.record(desk, customer.id, "email", True, how="read it on the phone")
    preferences.edit(desk, customer.id, NewPreference("email", "", 1260, 480, "es"), preferences.of(desk, customer.id))
    interests.set_level(desk, customer.id, interests.define(desk, "Pottery").id, 2, "rang us up herself")
    kind = measurements.define(desk, NewKind("Knee", "cm", 0, 0, 100_000))
    measurements.add(desk, customer.id, kind.id, 41_000, note="41 cm round the knee")
    _bought(club, till, customer.id)
    _a_member(club, customer.id)
    _looked_for(desk)
    return customer.id


def _bought(club: Club, till: Till, customer_id: int) -> None:
    desk = club.desk
    basket = baskets.ring_other(desk, till.rung("100", customer=customer_id).id, "Cup for Wilhelmina", 1000)
    basket = baskets.note(desk, basket.id, "engraved for her")
    basket = baskets.note_line(desk, basket.id, basket.lines[0].line_no, "engraved for her")
    till.pay(basket, Tendered("card", basket.total, "slip of Quartzenberg"))
    till.give_points(50, customer_id)
    loyalty.adjust(desk, customer_id, -50, "on behalf of her aunt")
    parked = till.rung("101", customer=customer_id)
    layaway = layaways.open_layaway(desk, parked.id, due=club.today, note="engraved for her")
    layaways.cancel(desk, layaway.id, reason="on behalf of her aunt", tender="cash")


def _a_member(club: Club, customer_id: int) -> None:
    desk, membership = club.desk, club.sold(FAMILY, customer_id)
    member = members.add(desk, membership.id, NewMember("Peregrine Quartzenberg", "nephew", "644 222 888", ""))
    member_cards.give(desk, member.id, "CARD-5567")
    memberships.end(desk, membership.id, "on behalf of her aunt")


def _looked_for(desk: Desk) -> None:
    """Her name was typed: that stands in rows of nobody."""
    for typed in ("wilhelmina quartz", "yellowfeather", "612987654", "633111999", "wilma@quartz.example", "QZ-7788"):
        search.search(desk, typed)
        desk.look("search.made", detail={"found": 1}, personal={"text": typed})


def forms_found(files: Sequence[Path], needles: Sequence[str] = NEEDLES) -> list[str]:
    """Which of the texts stand anywhere in the files, and in which."""
    return [
        f"{needle} in {path.name}"
        for path in files
        if path.exists()
        for content in [path.read_bytes()]
        for needle in needles
        if needle.encode() in content
    ]
