"""Measurements of customers: the kinds that the shop defines, and values of them with their history.

A value is never changed: a wrong one is struck out and stays to be seen. Values and bounds are thousandths of the unit.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from peewee import AutoField, IntegerField, SqliteDatabase, TextField

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.money import plain
from bookkeeper_tui.store import sight
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import AlreadyDone, Change, Desk
from bookkeeper_tui.store.engine import Table

LONGEST_NAME, LONGEST_UNIT, LONGEST_NOTE = 40, 12, 200
LARGEST = 10**12
MOST_KINDS = 200
MOST_DECIMALS = 3


class MeasureKindTable(Table):
    """Something that is measured; the flags are 0 or 1, bounds are thousandths of the unit."""

    id = AutoField()
    name = TextField(unique=True)
    unit = TextField(default="")
    decimals = IntegerField(default=0)
    lowest = IntegerField(default=0)
    highest = IntegerField()
    sensitive = IntegerField(default=0)
    position = IntegerField(default=0)
    retired = IntegerField(default=0)

    class Meta:
        table_name = "measure_kind"


class MeasurementTable(Table):
    """One value, in thousandths of its kind's unit; instants are microseconds UTC."""

    id = AutoField()
    customer_id = IntegerField()
    kind_id = IntegerField()
    value = IntegerField()
    at = IntegerField()
    recorded_at = IntegerField()
    staff_id = IntegerField(null=True)
    who = TextField()
    note = TextField(default="")
    struck_at = IntegerField(null=True)
    struck_by = TextField(default="")

    class Meta:
        table_name = "measurement"


@dataclass(frozen=True, slots=True)
class NewKind:
    """A kind as a form brings it: bounds in thousandths of the unit, `decimals` of it are written."""

    name: str
    unit: str = ""
    decimals: int = 0
    lowest: int = 0
    highest: int = 1_000_000
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind as it is read back, in the units of `NewKind`; a retired one is measured no more."""

    id: int
    name: str
    unit: str
    decimals: int
    lowest: int
    highest: int
    sensitive: bool
    retired: bool

    @property
    def bounds(self) -> tuple[int, int]:
        """The lowest and the highest value that there can be."""
        return self.lowest, self.highest

    def text(self, value: int) -> str:
        """A value with its unit, as programs write it: `172.5 cm`."""
        return f"{self.figure(value)} {self.unit}".rstrip()

    def figure(self, value: int) -> str:
        """A value (thousandths) as programs write it, without its unit: `172.5`."""
        return _plain(value, self.decimals)


@dataclass(frozen=True, slots=True)
class Measurement:
    """A value as it is read back: thousandths of the unit, None where this person may not see it.

    `at` is when it was measured, `recorded_at` when it was written down, `struck_at` when it was struck out (None for
    never), all in microseconds UTC.
    """

    id: int
    kind_id: int
    value: int | None
    at: int
    recorded_at: int
    who: str
    note: str
    struck_at: int | None
    struck_by: str


@dataclass(frozen=True, slots=True)
class Latest:
    """What was measured last of a kind, and what before it; None where there is no such value."""

    kind: Kind
    newest: Measurement | None
    before: Measurement | None
    times: int


def list_kinds(desk: Desk, also_retired: bool = False) -> list[Kind]:
    """The kinds there are, in the shop's order; those out of use after them, where they are asked for."""
    database = desk.require("measure.viewed")
    rows = database.execute_sql(f"{KINDS} WHERE retired <= ? {IN_ORDER} LIMIT ?", (also_retired, MOST_KINDS))
    return [_kind(row) for row in rows]


def uses(desk: Desk) -> dict[int, int]:
    """How many values there are of each kind, by its id; struck out ones count too."""
    database = desk.require("measure.viewed")
    return dict(database.execute_sql("SELECT kind_id, COUNT(*) FROM measurement GROUP BY kind_id").fetchall())


def define(desk: Desk, kind: NewKind) -> Kind:
    """Adds a kind, last in the order. Raises BadInput naming what is wrong, or that there is one of this name."""
    kind = _checked(kind)
    with desk.change("measure.defined", subject=kind.name) as change:
        _refuse_taken(change, kind.name, 0)
        known, last = change.database.execute_sql(COUNT_AND_LAST).fetchone()
        if known >= MOST_KINDS:
            raise BadInput(f"There are {MOST_KINDS} measurements already: that is as many as there can be")
        values = _values(kind)
        kind_id = int(MeasureKindTable.insert(values | {"position": last + 1}).execute(change.database))
        change.note(**values)
    return read_kind(desk.require("measure.defined"), kind_id)


def redefine(desk: Desk, kind_id: int, kind: NewKind) -> Kind:
    """Changes a kind, for what is measured from now on. Raises BadInput as `define` does.

    Its unit stays as it is once something was measured in it, and a number of decimals that would hide some.
    """
    kind = _checked(kind)
    with desk.change("measure.defined", subject=kind.name) as change:
        old = read_kind(change.database, kind_id)
        _refuse_taken(change, kind.name, kind_id)
        before, after = _values(_as_new(old)), _values(kind)
        if before == after:
            change.drop()
        _refuse_other_meaning(change.database, old, kind)
        MeasureKindTable.update(after).where(MeasureKindTable.id == kind_id).execute(change.database)
        change.note(**{name: (before[name], after[name]) for name in after if before[name] != after[name]})
    return read_kind(desk.require("measure.defined"), kind_id)


def retire(desk: Desk, kind_id: int, retired: bool = True) -> Kind:
    """Takes a kind out of what is measured, or puts it back; what was measured stays."""
    with desk.change("measure.defined") as change:
        old = read_kind(change.database, kind_id)
        change.concerns(subject=old.name)
        if old.retired == retired:
            change.drop()
        MeasureKindTable.update(retired=int(retired)).where(MeasureKindTable.id == kind_id).execute(change.database)
        change.note(retired=(old.retired, retired))
    return read_kind(desk.require("measure.defined"), kind_id)


def latest(desk: Desk, customer_id: int) -> list[Latest]:
    """Each kind with the customer's newest value and the one before it, struck out ones left aside.

    A kind out of use is there where the customer has values of it. Values of a sensitive kind are None, and their
    notes empty, to those who may not see them.
    """
    database = desk.require("measure.viewed")
    found: dict[int, list[Measurement]] = {}
    times: dict[int, int] = {}
    for *row, count in database.execute_sql(NEWEST_TWO, (customer_id,)):
        one = Measurement(*row)
        found.setdefault(one.kind_id, []).append(one)
        times[one.kind_id] = count
    answer = []
    for kind in _kinds_with(database, found):
        values: list[Measurement | None] = [_seen(desk, kind, one) for one in found.get(kind.id, ())]
        newest, before = (*values, None, None)[:2]
        answer.append(Latest(kind, newest, before, times.get(kind.id, 0)))
    return answer


def history(
    desk: Desk, customer_id: int, kind_id: int, *, before: Measurement | None = None, limit: int = 500
) -> list[Measurement]:
    """A customer's values of a kind, the newest first, struck out ones among them; `before` ended the last page.

    Raises NotAllowed to those who may not see a sensitive kind.
    """
    database = desk.require("measure.viewed")
    _require_sight(desk, read_kind(database, kind_id))
    last = (before.at, before.id) if before is not None else (1 << 62, 0)
    rows = database.execute_sql(f"{VALUES} {OLDER} LIMIT ?", (customer_id, kind_id, *last, limit))
    return [Measurement(*row) for row in rows]


def add(
    desk: Desk, customer_id: int, kind_id: int, value: int, *, at: int = 0, note: str = "", once: str | None = None
) -> Measurement:
    """Writes down a value (thousandths of the unit), measured at an instant (microseconds UTC; 0 is now).

    Raises BadInput for a value outside the kind's range or with more decimals than it has, an instant that has not
    come, or a kind out of use; NotAllowed where the kind is sensitive and this person may not see such values.
    """
    note = " ".join(harmless(note).split())
    try:
        with desk.change("measure.recorded", customer_id=customer_id, once=once) as change:
            kind = read_kind(change.database, kind_id)
            _require_sight(desk, kind)
            _refuse_stranger(change.database, customer_id)
            _check_value(kind, value, note, desk.store.conventions.decimal)
            at = at or change.at
            if not 0 < at <= change.at:
                raise BadInput(f"{kind.name} cannot be measured at a time that has not come, or before 1970")
            values = {"customer_id": customer_id, "kind_id": kind_id, "value": value, "at": at, "note": note}
            written = {"recorded_at": change.at, "staff_id": desk.staff.staff_id, "who": desk.staff.who}
            measurement_id = int(MeasurementTable.insert(values | written).execute(change.database))
            change.note(measurement=measurement_id, kind=kind_id, **_if_sensitive(kind))
            change.field(kind.name, "", kind.text(value))
            if note:
                change.personal(remark=note)
            change.result = str(measurement_id)
    except AlreadyDone as done:
        measurement_id = int(done.result)
    return _read(desk.require("measure.recorded"), measurement_id)


def strike_out(desk: Desk, measurement_id: int) -> Measurement:
    """Strikes a wrong value out: it stays in the history, marked so. Raises BadInput where it is struck out already."""
    whose = desk.require("measure.struck").execute_sql(WHOSE, (measurement_id,)).fetchone()
    with desk.change("measure.struck", customer_id=whose[0] if whose else None) as change:
        old = _read(change.database, measurement_id)
        kind = read_kind(change.database, old.kind_id)
        _require_sight(desk, kind)
        if old.struck_at is not None:
            raise BadInput(f"That {kind.name} was struck out already, by {old.struck_by}")
        assert old.value is not None
        struck = {"struck_at": change.at, "struck_by": desk.staff.who}
        MeasurementTable.update(struck).where(MeasurementTable.id == measurement_id).execute(change.database)
        change.note(measurement=measurement_id, kind=old.kind_id, **_if_sensitive(kind))
        change.field(kind.name, kind.text(old.value), "struck out")
    return _read(desk.require("measure.struck"), measurement_id)


def read_kind(database: SqliteDatabase, kind_id: int) -> Kind:
    """One kind, inside a change or a look of somebody who may. Raises BadInput when there is none with this id."""
    row = database.execute_sql(f"{KINDS} WHERE id = ?", (kind_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no measurement {kind_id} that could be taken")
    return _kind(row)


def _require_sight(desk: Desk, kind: Kind) -> None:
    if kind.sensitive:
        desk.require(sight.MEASUREMENTS)


def _seen(desk: Desk, kind: Kind, one: Measurement) -> Measurement:
    hidden = kind.sensitive and not desk.may(sight.MEASUREMENTS)
    return replace(one, value=None, note="") if hidden else one


def _kinds_with(database: SqliteDatabase, kind_ids: Iterable[int]) -> list[Kind]:
    """The kinds in use, and those of these ids that are not."""
    wanted = set(kind_ids)
    kinds = [_kind(row) for row in database.execute_sql(f"{KINDS} {IN_ORDER}")]
    return [kind for kind in kinds if not kind.retired or kind.id in wanted]


def _if_sensitive(kind: Kind) -> dict[str, bool]:
    return {"sensitive": True} if kind.sensitive else {}


def _check_value(kind: Kind, value: int, note: str, decimal: str) -> None:
    if kind.retired:
        raise BadInput(f"{kind.name} is measured no more")
    shown, lowest, highest = (_plain(each, kind.decimals).replace(".", decimal) for each in (value, *kind.bounds))
    if value % 10 ** (3 - kind.decimals):
        decimals = f"{kind.decimals} decimal{'s'[: kind.decimals != 1]}" if kind.decimals else "no decimals"
        raise BadInput(f"{kind.name}: {shown} has more than there are: it is measured with {decimals}")
    if not kind.lowest <= value <= kind.highest:
        raise BadInput(f"{kind.name}: {shown} cannot be: it is from {lowest} to {highest} {kind.unit}".rstrip())
    if len(note) > LONGEST_NOTE:
        raise BadInput(f"A remark on a measurement holds {LONGEST_NOTE} letters, this one has {len(note)}")


def _refuse_stranger(database: SqliteDatabase, customer_id: int) -> None:
    row = database.execute_sql("SELECT 1 FROM customer WHERE id = ? AND id <> ?", (customer_id, WALK_IN_ID)).fetchone()
    if row is None:
        raise BadInput("Only a customer who is known can be measured")


def _refuse_taken(change: Change, name: str, besides: int) -> None:
    sql = "SELECT name FROM measure_kind WHERE lower(name) = lower(?) AND id <> ?"
    if (row := change.database.execute_sql(sql, (name, besides)).fetchone()) is not None:
        raise BadInput(f"There is a measurement {row[0]} already")


def _refuse_other_meaning(database: SqliteDatabase, old: Kind, new: NewKind) -> None:
    """What was measured has to mean the same afterwards."""
    count = database.execute_sql("SELECT COUNT(*) FROM measurement WHERE kind_id = ?", (old.id,)).fetchone()[0]
    if count and new.unit != old.unit:
        raise BadInput(f"{old.name} has {count} values in {old.unit or 'no unit'}: retire it and define another")
    finer = "SELECT COUNT(*) FROM measurement WHERE kind_id = ? AND value % ? <> 0"
    hidden = database.execute_sql(finer, (old.id, 10 ** (3 - new.decimals))).fetchone()[0]
    if hidden:
        raise BadInput(f"{old.name} has {hidden} values with more than {new.decimals} decimals, which would be hidden")


def _checked(kind: NewKind) -> NewKind:
    name, unit = (" ".join(harmless(text).split()) for text in (kind.name, kind.unit))
    if not name or len(name) > LONGEST_NAME:
        raise BadInput(f"Name: a measurement needs one, of at most {LONGEST_NAME} letters")
    if len(unit) > LONGEST_UNIT:
        raise BadInput(f"Unit: “{unit[:20]}” is longer than {LONGEST_UNIT} letters")
    if not 0 <= kind.decimals <= MOST_DECIMALS:
        raise BadInput(f"Decimals: {str(kind.decimals)[:12]} is none: it is from 0 to {MOST_DECIMALS}")
    if not 0 <= kind.lowest <= LARGEST or not 0 <= kind.highest <= LARGEST:
        raise BadInput(f"The range of {name} has to lie between 0 and {LARGEST // 1000}")
    if kind.lowest >= kind.highest:
        raise BadInput(f"The range of {name} has to end above its beginning")
    step = 10 ** (3 - kind.decimals)
    if kind.lowest % step or kind.highest % step:
        raise BadInput(f"The range of {name} has more than its {kind.decimals} decimals")
    return replace(kind, name=name, unit=unit)


def _as_new(kind: Kind) -> NewKind:
    return NewKind(kind.name, kind.unit, kind.decimals, kind.lowest, kind.highest, kind.sensitive)


def _values(kind: NewKind) -> dict[str, str | int]:
    return {
        "name": kind.name,
        "unit": kind.unit,
        "decimals": kind.decimals,
        "lowest": kind.lowest,
        "highest": kind.highest,
        "sensitive": int(kind.sensitive),
    }


def _kind(row: tuple[int, str, str, int, int, int, int, int]) -> Kind:
    kind_id, name, unit, decimals, lowest, highest, sensitive, retired = row
    return Kind(kind_id, name, unit, decimals, lowest, highest, bool(sensitive), bool(retired))


def _read(database: SqliteDatabase, measurement_id: int) -> Measurement:
    row = database.execute_sql(f"{VALUES} WHERE id = ?", (measurement_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no measurement with the id {measurement_id}")
    return Measurement(*row)


def _plain(value: int, decimals: int) -> str:
    """Thousandths as a decimal string; all three decimals where fewer would say something else."""
    step = 10 ** (3 - decimals)
    return plain(value // step, decimals) if value % step == 0 else plain(value, 3)


KINDS = "SELECT id, name, unit, decimals, lowest, highest, sensitive, retired FROM measure_kind"
IN_ORDER = "ORDER BY retired, position, id"
COUNT_AND_LAST = "SELECT COUNT(*), COALESCE(MAX(position), 0) FROM measure_kind"
VALUES = "SELECT id, kind_id, value, at, recorded_at, who, note, struck_at, struck_by FROM measurement"
OLDER = "WHERE customer_id = ? AND kind_id = ? AND (at, id) < (?, ?) ORDER BY at DESC, id DESC"
WHOSE = "SELECT customer_id FROM measurement WHERE id = ?"
NEWEST_TWO = """
SELECT id, kind_id, value, at, recorded_at, who, note, struck_at, struck_by, times FROM (
    SELECT measurement.*, ROW_NUMBER() OVER (PARTITION BY kind_id ORDER BY at DESC, id DESC) AS place,
           COUNT(*) OVER (PARTITION BY kind_id) AS times
    FROM measurement WHERE customer_id = ? AND struck_at IS NULL
) WHERE place <= 2 ORDER BY kind_id, place
"""
