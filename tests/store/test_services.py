"""A service has a length, what it needs and its policy; one out of use is offered no more."""

from dataclasses import replace

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import audit, services
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.services import NewService

YOGA = NewService("Yoga", 60, 5, 10, cancel_hours=12)


def test_a_service_is_read_back_as_it_was_added(shell: Desk) -> None:
    made = services.add(shell, replace(YOGA, needs_resource=False, late_takes=0))
    assert services.list_services(shell) == [made]
    assert (made.name, made.minutes, made.buffer_before, made.buffer_after) == ("Yoga", 60, 5, 10)
    assert (made.needs_trainer, made.needs_resource, made.cancel_hours) == (True, False, 12)
    assert (made.late_takes, made.no_show_takes, made.retired) == (0, 1, False)


def test_a_changed_service_is_in_the_audit_log_with_what_changed(shell: Desk) -> None:
    made = services.add(shell, YOGA)
    assert services.edit(shell, made.id, replace(YOGA, minutes=75)).minutes == 75
    services.edit(shell, made.id, replace(YOGA, minutes=75))
    rows = audit.rows_before(shell.database, action="service.edited")
    assert rows[0].detail == {"minutes": [60, 75]}
    assert len(rows) == 2


def test_one_out_of_use_is_offered_no_more_and_comes_back(shell: Desk) -> None:
    yoga, massage = services.add(shell, YOGA), services.add(shell, NewService("Massage", 45))
    services.retire(shell, massage.id)
    assert [one.name for one in services.list_services(shell)] == ["Yoga"]
    assert [one.name for one in services.list_services(shell, also_retired=True)] == ["Yoga", "Massage"]
    services.retire(shell, massage.id, retired=False)
    assert [one.id for one in services.list_services(shell)] == [massage.id, yoga.id]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (replace(YOGA, name=" "), "Name"),
        (replace(YOGA, name="x" * 41), "Name"),
        (replace(YOGA, minutes=4), "Minutes: 4"),
        (replace(YOGA, minutes=721), "Minutes: 721"),
        (replace(YOGA, buffer_before=-1), "Minutes before"),
        (replace(YOGA, buffer_after=121), "Minutes after"),
        (replace(YOGA, cancel_hours=721), "Free to cancel"),
        (replace(YOGA, late_takes=2), "Late cancel takes"),
        (replace(YOGA, no_show_takes=-1), "No-show takes"),
        (replace(YOGA, name="Massage"), "There is a service Massage already"),
    ],
)
def test_what_is_no_service_is_one_sentence_and_changes_nothing(shell: Desk, wrong: NewService, named: str) -> None:
    services.add(shell, NewService("Massage", 45))
    with pytest.raises(BadInput, match=named):
        services.add(shell, wrong)
    assert len(services.list_services(shell)) == 1


def test_a_service_that_is_none_is_told(shell: Desk) -> None:
    with pytest.raises(BadInput, match="There is no service 7"):
        services.edit(shell, 7, YOGA)
