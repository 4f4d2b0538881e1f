"""The lines of an article's form that make it a membership: its term, whom it covers, how it renews, what it brings."""

from collections.abc import Mapping
from types import MappingProxyType

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import discount_codes, membership_plans
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.membership_plans import MembershipPlan

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "term_months": "Term, months", "members": "Members", "renewal": "Renews", "remind_days": "Remind, days",
        "brings_code": "Brings code",
    }
)  # fmt: skip
HINTS: Mapping[str, str] = MappingProxyType(
    {
        "term_months": "a membership for so long; empty: no membership",
        "members": "how many people it covers; empty: 1",
        "renewal": "from end of the last term, or from sale",
        "remind_days": "before its end; empty: 14",
        "brings_code": "a discount code for its customer; F6 lists them",
    }
)
NUMBERS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "term_months": (1, membership_plans.MOST_MONTHS),
        "members": (1, membership_plans.MOST_MEMBERS),
        "remind_days": (0, membership_plans.MOST_REMIND_DAYS),
    }
)


def read(desk: Desk, product_id: int) -> dict[str, str]:
    """What stands in the lines for an article: nothing where it is no membership."""
    plan = membership_plans.get(desk, product_id)
    if plan is None:
        return dict.fromkeys(LABELS, "")
    values = (plan.term_months, plan.members, plan.renewal, plan.remind_days, plan.discount_code)
    return {name: str(value) for name, value in zip(LABELS, values, strict=True)}


def known(desk: Desk, name: str) -> list[str]:
    """What can be chosen in a line."""
    if name == "renewal":
        return list(membership_plans.RENEWALS)
    return ["", *(one.code for one in discount_codes.list_codes(desk) if not one.retired)]


def check_together(texts: Mapping[str, str], before: Mapping[str, str]) -> None:
    """Raises BadInput when the lines do not fit each other, or the rest of the form; `before` is as they stood."""
    if texts["term_months"] and texts["sold_by"] == "weight":
        raise BadInput("Term, months: what is sold by weight is no membership")
    if texts["term_months"] or before["term_months"]:
        return
    for name, label in LABELS.items():
        if texts[name]:
            raise BadInput(f"{label}: a membership needs a term in months")


def keep(desk: Desk, product_id: int, texts: Mapping[str, str]) -> None:
    """Makes the article the membership that the lines say, or none. Raises BadInput as `membership_plans.set_plan`."""
    if not texts["term_months"]:
        membership_plans.remove_plan(desk, product_id)
        return
    plan = MembershipPlan(product_id, int(texts["term_months"]))
    membership_plans.set_plan(
        desk,
        plan._replace(
            members=int(texts["members"] or plan.members),
            renewal=texts["renewal"] or plan.renewal,
            remind_days=int(texts["remind_days"] or plan.remind_days),
            discount_code=texts["brings_code"],
        ),
    )
