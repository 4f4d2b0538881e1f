"""Measurements: kinds with a unit and a range, values with their history, and sensitive ones for few eyes."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import audit, customers, measurements
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.measurements import Kind, NewKind

HEIGHT = NewKind("Height", "cm", 1, 50_000, 250_000)
WEIGHT = NewKind("Weight", "kg", 1, 20_000, 300_000, sensitive=True)
DAY = 86_400_000_000


@pytest.fixture
def ana(shell: Desk) -> int:
    return customers.create(shell, CustomerFields(name="Ana Reyes", phone="+34600111222")).id


@pytest.fixture
def height(shell: Desk) -> Kind:
    return measurements.define(shell, HEIGHT)


def test_a_kind_is_read_back_as_it_was_defined(shell: Desk) -> None:
    made = [measurements.define(shell, WEIGHT), measurements.define(shell, HEIGHT)]
    assert measurements.list_kinds(shell) == made
    assert (made[1].name, made[1].unit, made[1].decimals, made[1].lowest) == ("Height", "cm", 1, 50_000)
    assert (made[0].sensitive, made[1].sensitive, made[0].retired) == (True, False, False)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (replace(HEIGHT, name=" "), "Name"),
        (replace(HEIGHT, name="x" * 41), "Name"),
        (replace(HEIGHT, unit="centimetres of it"), "Unit"),
        (replace(HEIGHT, decimals=4), "Decimals: 4"),
        (replace(HEIGHT, lowest=-1000), "between 0"),
        (replace(HEIGHT, highest=50_000), "end above"),
        (replace(HEIGHT, highest=10**13), "between 0"),
        (replace(HEIGHT, highest=250_050), "more than its 1 decimals"),
        (replace(HEIGHT, name="waist"), "There is a measurement Waist already"),
    ],
)
def test_what_is_no_kind_is_one_sentence(shell: Desk, wrong: NewKind, named: str) -> None:
    measurements.define(shell, replace(HEIGHT, name="Waist"))
    with pytest.raises(BadInput, match=named):
        measurements.define(shell, wrong)
    assert len(measurements.list_kinds(shell)) == 1


def test_a_changed_kind_stands_in_the_log_with_old_and_new(shell: Desk, height: Kind) -> None:
    changed = measurements.redefine(shell, height.id, replace(HEIGHT, highest=260_000))
    measurements.redefine(shell, height.id, replace(HEIGHT, highest=260_000))
    assert changed.highest == 260_000
    rows = audit.rows_before(shell.database, action="measure.defined")
    assert rows[0].detail == {"highest": [250_000, 260_000]}
    assert len(rows) == 2


def test_what_was_measured_means_the_same_afterwards(shell: Desk, ana: int, height: Kind) -> None:
    measurements.add(shell, ana, height.id, 172_500)
    with pytest.raises(BadInput, match="1 values in cm: retire it"):
        measurements.redefine(shell, height.id, replace(HEIGHT, unit="in"))
    with pytest.raises(BadInput, match="would be hidden"):
        measurements.redefine(shell, height.id, replace(HEIGHT, decimals=0))
    assert measurements.redefine(shell, height.id, replace(HEIGHT, name="Tall")).name == "Tall"


def test_the_newest_value_stands_beside_the_one_before(shell: Desk, ana: int, height: Kind) -> None:
    now = shell.now()
    for days, value in ((30, 170_000), (20, 171_000), (10, 172_500)):
        measurements.add(shell, ana, height.id, value, at=now - days * DAY)
    [one] = measurements.latest(shell, ana)
    assert one.newest is not None
    assert one.before is not None
    assert (one.newest.value, one.before.value, one.times) == (172_500, 171_000, 3)
    late = measurements.add(shell, ana, height.id, 169_000, at=now - 40 * DAY)
    assert measurements.latest(shell, ana)[0].newest == one.newest, "what was measured earlier is not the newest"
    values = measurements.history(shell, ana, height.id)
    assert [value.value for value in values] == [172_500, 171_000, 170_000, 169_000]
    assert measurements.history(shell, ana, height.id, before=values[1], limit=1) == [values[2]]
    assert late.recorded_at > late.at


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (49_900, "Height: 49,9 cannot be: it is from 50,0 to 250,0 cm"),
        (1_725_000, "Height: 1725,0 cannot be: it is from 50,0 to 250,0 cm"),
        (172_550, "Height: 172,550 has more than there are: it is measured with 1 decimal"),
        (-100, "cannot be"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(shell: Desk, ana: int, height: Kind, value: int, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        measurements.add(shell, ana, height.id, value)
    assert measurements.history(shell, ana, height.id) == []


def test_neither_the_future_nor_a_stranger_is_measured(shell: Desk, ana: int, height: Kind) -> None:
    with pytest.raises(BadInput, match="has not come"):
        measurements.add(shell, ana, height.id, 170_000, at=shell.now() + DAY)
    for nobody in (1, 999):
        with pytest.raises(BadInput, match="who is known"):
            measurements.add(shell, nobody, height.id, 170_000)
    with pytest.raises(BadInput, match="no measurement 7"):
        measurements.add(shell, ana, 7, 170_000)
    measurements.retire(shell, height.id)
    with pytest.raises(BadInput, match="Height is measured no more"):
        measurements.add(shell, ana, height.id, 170_000)
    with pytest.raises(BadInput, match="200 letters"):
        measurements.add(shell, ana, measurements.retire(shell, height.id, False).id, 170_000, note="x" * 201)


def test_a_wrong_value_is_struck_out_and_stays_to_be_seen(shell: Desk, ana: int, height: Kind) -> None:
    measurements.add(shell, ana, height.id, 172_000)
    wrong = measurements.add(shell, ana, height.id, 217_000)
    struck = measurements.strike_out(shell, wrong.id)
    assert struck.struck_by.startswith("shell:")
    [one] = measurements.latest(shell, ana)
    assert one.newest is not None
    assert (one.newest.value, one.before, one.times) == (172_000, None, 1)
    assert [value.struck_at is None for value in measurements.history(shell, ana, height.id)] == [False, True]
    with pytest.raises(BadInput, match="struck out already, by shell:"):
        measurements.strike_out(shell, wrong.id)
    row = audit.rows_before(shell.database, action="measure.struck")[0]
    assert row.customer_id == ana
    assert row.personal == {"Height": ["217.0 cm", "struck out"]}


def test_values_stand_where_they_can_be_erased(shell: Desk, ana: int, height: Kind) -> None:
    measurements.add(shell, ana, height.id, 172_500, note="barefoot", once="k")
    measurements.add(shell, ana, height.id, 172_500, note="barefoot", once="k")
    [row] = audit.rows_before(shell.database, action="measure.recorded")
    assert row.personal == {"Height": ["", "172.5 cm"], "remark": "barefoot"}
    assert "172" not in str(row.detail)


def test_sensitive_values_are_for_few_eyes(shell: Desk, desk_of: Callable[[str], Desk], ana: int) -> None:
    weight = measurements.define(shell, WEIGHT)
    measurements.add(shell, ana, weight.id, 61_500, note="after lunch")
    for role, sees in (("cashier", False), ("supervisor", False), ("manager", True), ("auditor", True)):
        desk = desk_of(role)
        [one] = measurements.latest(desk, ana)
        assert one.newest is not None
        assert (one.newest.value, one.newest.note) == ((61_500, "after lunch") if sees else (None, ""))
        if not sees:
            for act in (
                lambda desk=desk: measurements.history(desk, ana, weight.id),
                lambda desk=desk: measurements.add(desk, ana, weight.id, 60_000),
                lambda desk=desk: measurements.strike_out(desk, 1),
            ):
                with pytest.raises(NotAllowed, match=r"field\.measurements"):
                    act()
    assert len(measurements.history(shell, ana, weight.id)) == 1


def test_a_kind_out_of_use_is_there_where_it_was_measured(shell: Desk, ana: int, height: Kind) -> None:
    waist = measurements.define(shell, replace(HEIGHT, name="Waist"))
    measurements.add(shell, ana, height.id, 172_000)
    measurements.retire(shell, height.id)
    measurements.retire(shell, waist.id)
    assert [one.kind.name for one in measurements.latest(shell, ana)] == ["Height"]
    assert measurements.list_kinds(shell) == []
    assert [kind.name for kind in measurements.list_kinds(shell, also_retired=True)] == ["Height", "Waist"]
    assert measurements.uses(shell) == {height.id: 1}
