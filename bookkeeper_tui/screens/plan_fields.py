"""The lines of an article's form that make it a package: how many sessions, for how long, of which service."""

from collections.abc import Mapping
from types import MappingProxyType

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store import package_plans, services
from bookkeeper_tui.store.desk import Desk

LABELS: Mapping[str, str] = MappingProxyType(
    {"sessions": "Sessions", "valid_days": "Good for days", "service": "Service"}
)
HINTS: Mapping[str, str] = MappingProxyType(
    {
        "sessions": "a package of so many; empty: no package",
        "valid_days": "after the sale; empty: for ever",
        "service": "empty: any; F6 lists them",
    }
)
_MOST = {"sessions": package_plans.MOST_SESSIONS, "valid_days": package_plans.LONGEST_VALID}


def read(desk: Desk, product_id: int) -> dict[str, str]:
    """What stands in the lines for an article: nothing where it is no package."""
    plan = package_plans.get(desk, product_id)
    if plan is None:
        return dict.fromkeys(LABELS, "")
    names = {service.id: service.name for service in services.list_services(desk, also_retired=True)}
    return {
        "sessions": str(plan.sessions),
        "valid_days": str(plan.valid_days or ""),
        "service": names.get(plan.service_id, "") if plan.service_id is not None else "",
    }


def known(desk: Desk) -> list[str]:
    """The services that can be chosen."""
    return ["", *(service.name for service in services.list_services(desk))]


def checked_number(name: str, text: str) -> str:
    """A number as it may stand in its line. Raises BadInput for what is none."""
    least = 1 if name == "sessions" else 0
    if text and not (text.isascii() and text.isdigit() and least <= int(text) <= _MOST[name]):
        raise BadInput(f"{LABELS[name]}: “{harmless(text[:20])}” is not a number from {least} to {_MOST[name]}")
    return text


def check_together(texts: Mapping[str, str]) -> None:
    """Raises BadInput when the lines do not fit each other, or the rest of the form."""
    if texts["sessions"] and texts["sold_by"] == "weight":
        raise BadInput("Sessions: what is sold by weight is no package")
    for name in ("valid_days", "service"):
        if texts[name] and not texts["sessions"]:
            raise BadInput(f"{LABELS[name]}: a package needs a number of sessions")


def keep(desk: Desk, product_id: int, texts: Mapping[str, str]) -> None:
    """Makes the article the package that the lines say, or none. Raises BadInput as `package_plans.set_plan`."""
    if not texts["sessions"]:
        package_plans.remove_plan(desk, product_id)
        return
    ids = {service.name: service.id for service in services.list_services(desk, also_retired=True)}
    service_id = ids.get(texts["service"])
    package_plans.set_plan(desk, product_id, int(texts["sessions"]), int(texts["valid_days"] or 0), service_id)
