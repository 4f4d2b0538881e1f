"""Packages of sessions: paid ahead, used one by one, and revenue as they are used."""

from bookkeeper_tui.store.packages.keeping import Turned, extend, freeze, transfer, turn_day, unfreeze
from bookkeeper_tui.store.packages.package import OVER, Package, frozen_days, get, of_customer, usable_for
from bookkeeper_tui.store.packages.proof import PROOFS
from bookkeeper_tui.store.packages.refunding import RefundPreview, refund, refund_preview
from bookkeeper_tui.store.packages.selling import grant, move_refusal, move_with_sale, refuse_touched, take_back
from bookkeeper_tui.store.packages.usage import UsageChange, UsageEvent, UsageFilter
from bookkeeper_tui.store.packages.using import (
    change_use,
    deduct,
    restore,
    restore_of_booking,
    use,
    use_for_booking,
)

__all__ = [
    "OVER",
    "PROOFS",
    "Package",
    "RefundPreview",
    "Turned",
    "UsageChange",
    "UsageEvent",
    "UsageFilter",
    "change_use",
    "deduct",
    "extend",
    "freeze",
    "frozen_days",
    "get",
    "grant",
    "move_refusal",
    "move_with_sale",
    "of_customer",
    "refund",
    "refund_preview",
    "refuse_touched",
    "restore",
    "restore_of_booking",
    "take_back",
    "transfer",
    "turn_day",
    "unfreeze",
    "usable_for",
    "use",
    "use_for_booking",
]
