"""Services: what is given by the hour, how long it takes, what it needs, and what cancelling it late costs."""

from dataclasses import dataclass, replace

from peewee import AutoField, IntegerField, SqliteDatabase, TextField

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store.desk import Change, Desk
from bookkeeper_tui.store.engine import Table

_LONGEST_NAME = 40
_MOST = 500


class ServiceTable(Table):
    """A service; the flags are 0 or 1."""

    id = AutoField()
    name = TextField(unique=True)
    minutes = IntegerField()
    buffer_before = IntegerField(default=0)
    buffer_after = IntegerField(default=0)
    needs_trainer = IntegerField(default=1)
    needs_resource = IntegerField(default=1)
    cancel_hours = IntegerField(default=24)
    late_takes = IntegerField(default=1)
    no_show_takes = IntegerField(default=1)
    retired = IntegerField(default=0)

    class Meta:
        table_name = "service"


@dataclass(frozen=True, slots=True)
class NewService:
    """A service as a form brings it: `minutes` long, with minutes before and after it that are taken besides.

    It is free to cancel until `cancel_hours` before; later that takes `late_takes` sessions of a package, and not to
    come takes `no_show_takes`: none or one.
    """

    name: str
    minutes: int
    buffer_before: int = 0
    buffer_after: int = 0
    needs_trainer: bool = True
    needs_resource: bool = True
    cancel_hours: int = 24
    late_takes: int = 1
    no_show_takes: int = 1


@dataclass(frozen=True, slots=True)
class Service:
    """A service as it is read back, in the units of `NewService`; a retired one is offered no more."""

    id: int
    name: str
    minutes: int
    buffer_before: int
    buffer_after: int
    needs_trainer: bool
    needs_resource: bool
    cancel_hours: int
    late_takes: int
    no_show_takes: int
    retired: bool


def list_services(desk: Desk, also_retired: bool = False) -> list[Service]:
    """The services there are, by name; those out of use after them, where they are asked for."""
    database = desk.require("service.viewed")
    rows = database.execute_sql(f"{SELECT} WHERE retired <= ? ORDER BY retired, name LIMIT ?", (also_retired, _MOST))
    return [_record(row) for row in rows]


def add(desk: Desk, service: NewService) -> Service:
    """Adds a service. Raises BadInput naming what is wrong with it, or that there is one of this name."""
    service = _checked(service)
    with desk.change("service.edited", subject=service.name) as change:
        _refuse_taken(change, service.name, 0)
        values = _values(service)
        service_id = int(ServiceTable.insert(values).execute(change.database))
        change.note(**values)
    return read(desk.require("service.edited"), service_id)


def edit(desk: Desk, service_id: int, service: NewService) -> Service:
    """Changes a service, for what is booked from now on. Raises BadInput as `add` does."""
    service = _checked(service)
    with desk.change("service.edited", subject=service.name) as change:
        old = read(change.database, service_id)
        _refuse_taken(change, service.name, service_id)
        before, after = _values(_as_new(old)), _values(service)
        if before == after:
            change.drop()
        ServiceTable.update(after).where(ServiceTable.id == service_id).execute(change.database)
        change.note(**{name: (before[name], after[name]) for name in after if before[name] != after[name]})
    return read(desk.require("service.edited"), service_id)


def retire(desk: Desk, service_id: int, retired: bool = True) -> Service:
    """Takes a service out of what is offered, or puts it back; what is booked or paid ahead stands."""
    with desk.change("service.edited") as change:
        old = read(change.database, service_id)
        change.concerns(subject=old.name)
        if old.retired == retired:
            change.drop()
        ServiceTable.update(retired=int(retired)).where(ServiceTable.id == service_id).execute(change.database)
        change.note(retired=(old.retired, retired))
    return read(desk.require("service.edited"), service_id)


def read(database: SqliteDatabase, service_id: int) -> Service:
    """One service, inside a change or a look of somebody who may. Raises BadInput when there is none with this id."""
    row = database.execute_sql(f"{SELECT} WHERE id = ?", (service_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no service {service_id}")
    return _record(row)


def _record(row: tuple[int, str, int, int, int, int, int, int, int, int, int]) -> Service:
    service_id, name, minutes, before, after, trainer, resource, hours, late, no_show, retired = row
    return Service(
        service_id, name, minutes, before, after, bool(trainer), bool(resource), hours, late, no_show, bool(retired)
    )


def _as_new(service: Service) -> NewService:
    return NewService(
        service.name,
        service.minutes,
        service.buffer_before,
        service.buffer_after,
        service.needs_trainer,
        service.needs_resource,
        service.cancel_hours,
        service.late_takes,
        service.no_show_takes,
    )


def _values(service: NewService) -> dict[str, str | int]:
    return {
        "name": service.name,
        "minutes": service.minutes,
        "buffer_before": service.buffer_before,
        "buffer_after": service.buffer_after,
        "needs_trainer": int(service.needs_trainer),
        "needs_resource": int(service.needs_resource),
        "cancel_hours": service.cancel_hours,
        "late_takes": int(service.late_takes),
        "no_show_takes": int(service.no_show_takes),
    }


def _checked(service: NewService) -> NewService:
    name = " ".join(harmless(service.name).split())
    if not name or len(name) > _LONGEST_NAME:
        raise BadInput(f"Name: a service needs one, of at most {_LONGEST_NAME} letters")
    for place, value, least, most in (
        ("Minutes", service.minutes, 5, 720),
        ("Minutes before", service.buffer_before, 0, 120),
        ("Minutes after", service.buffer_after, 0, 120),
        ("Free to cancel", service.cancel_hours, 0, 720),
        ("Late cancel takes", service.late_takes, 0, 1),
        ("No-show takes", service.no_show_takes, 0, 1),
    ):
        if not least <= value <= most:
            raise BadInput(f"{place}: {str(value)[:20]} is none: it is from {least} to {most}")
    return replace(service, name=name)


def _refuse_taken(change: Change, name: str, besides: int) -> None:
    sql = "SELECT 1 FROM service WHERE name = ? AND id <> ?"
    if change.database.execute_sql(sql, (name, besides)).fetchone():
        raise BadInput(f"There is a service {name} already")


SELECT = """
SELECT id, name, minutes, buffer_before, buffer_after, needs_trainer, needs_resource, cancel_hours, late_takes,
       no_show_takes, retired FROM service
"""
