"""Whom a filter of a report means: a trainer, a service or a plan, by name, by its beginning, or by `#` and its id."""

from collections.abc import Sequence

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import fold, harmless
from bookkeeper_tui.store import bookables, membership_plans, services
from bookkeeper_tui.store.desk import Desk


def trainer_id(desk: Desk, text: str) -> int:
    """The id of a trainer, whoever left included; 0 for no text. Raises BadInput for none or several."""
    if not text:
        return 0
    known = [(one.id, one.name) for one in bookables.list_bookables(desk, "trainer", also_left=True)]
    return _meant(text, known, "trainer")


def service_id(desk: Desk, text: str) -> int:
    """The id of a service, whatever is retired included; 0 for no text. Raises BadInput for none or several."""
    if not text:
        return 0
    return _meant(text, [(one.id, one.name) for one in services.list_services(desk, also_retired=True)], "service")


def plan_id(desk: Desk, text: str) -> int | None:
    """The article of a membership plan; None for no text. Raises BadInput for none or several."""
    if not text:
        return None
    known = [(one.plan.product_id, one.name) for one in membership_plans.list_plans(desk)]
    return _meant(text, known, "plan")


def _meant(text: str, known: Sequence[tuple[int, str]], what: str) -> int:
    key = fold(text)
    if text.startswith("#"):
        found = [one for one, _ in known if text[1:] == str(one)]
    else:
        exact = [one for one, name in known if key and fold(name) == key]
        found = exact or [one for one, name in known if key and fold(name).startswith(key)]
    if len(found) != 1:
        many = f"{len(found)} {what}s begin" if found else f"no {what} begins"
        raise BadInput(f"{what}: {many} with “{harmless(text[:40])}”")
    return found[0]
