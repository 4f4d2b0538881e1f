"""The lines of an article's form that make it a package: sessions, for how long, of which service; or a membership."""

from collections.abc import Mapping
from types import MappingProxyType

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.screens import membership_fields
from bookkeeper_tui.store import package_plans, services
from bookkeeper_tui.store.desk import Desk

LABELS: Mapping[str, str] = MappingProxyType(
    {"sessions": "Sessions", "valid_days": "Good for days", "service": "Service", **membership_fields.LABELS}
)
HINTS: Mapping[str, str] = MappingProxyType(
    {
        "sessions": "a package of so many; empty: no package",
        "valid_days": "after the sale; empty: for ever",
        "service": "empty: any; F6 lists them",
        **membership_fields.HINTS,
    }
)
NUMBERS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "sessions": (1, package_plans.MOST_SESSIONS),
        "valid_days": (0, package_plans.LONGEST_VALID),
        **membership_fields.NUMBERS,
    }
)
CHOSEN = ("service", "renewal", "brings_code")


def read(desk: Desk, product_id: int) -> dict[str, str]:
    """What stands in the lines for an article: nothing where it is neither package nor membership."""
    texts = dict.fromkeys(LABELS, "") | membership_fields.read(desk, product_id)
    plan = package_plans.get(desk, product_id)
    if plan is None:
        return texts
    names = {service.id: service.name for service in services.list_services(desk, also_retired=True)}
    return texts | {
        "sessions": str(plan.sessions),
        "valid_days": str(plan.valid_days or ""),
        "service": names.get(plan.service_id, "") if plan.service_id is not None else "",
    }


def known(desk: Desk, name: str) -> list[str]:
    """What can be chosen in a line."""
    if name != "service":
        return membership_fields.known(desk, name)
    return ["", *(service.name for service in services.list_services(desk))]


def checked_number(name: str, text: str) -> str:
    """A number as it may stand in its line. Raises BadInput for what is none."""
    least, most = NUMBERS[name]
    if text and not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise BadInput(f"{LABELS[name]}: “{harmless(text[:20])}” is not a number from {least} to {most}")
    return text


def check_together(texts: Mapping[str, str], before: Mapping[str, str]) -> None:
    """Raises BadInput when the lines do not fit each other, or the rest of the form; `before` is as they stood."""
    membership_fields.check_together(texts, before)
    if texts["sessions"] and texts["sold_by"] == "weight":
        raise BadInput("Sessions: what is sold by weight is no package")
    for name in ("valid_days", "service"):
        if texts[name] and not texts["sessions"]:
            raise BadInput(f"{LABELS[name]}: a package needs a number of sessions")


def keep(desk: Desk, product_id: int, texts: Mapping[str, str]) -> None:
    """Makes the article the package and the membership that the lines say, or none. Raises BadInput as `set_plan`."""
    membership_fields.keep(desk, product_id, texts)
    if not texts["sessions"]:
        package_plans.remove_plan(desk, product_id)
        return
    ids = {service.name: service.id for service in services.list_services(desk, also_retired=True)}
    service_id = ids.get(texts["service"])
    package_plans.set_plan(desk, product_id, int(texts["sessions"]), int(texts["valid_days"] or 0), service_id)
