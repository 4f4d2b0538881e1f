"""The services of the shop: what is given by the hour, how long it takes, what it needs, and its policy."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult

from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.kept_list import KeptList
from bookkeeper_tui.screens.typed_answers import read_whole, read_yes, yes_or_no
from bookkeeper_tui.store import services
from bookkeeper_tui.store.services import NewService, Service
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

_NONE_YET = (
    "No services yet. A adds one: Massage, 60 minutes, with a trainer, in a room.",
    "Then come trainers and resources, packages in the catalogue, and bookings.",
)
_POLICY = "Cancelling is free until so many hours before;\nlate, or not at all, it takes a session: yes or no."
_NEW = NewService("", 60)


class ServicesScreen(KeptList):
    """A list; Enter changes the service under the cursor."""

    NAME = "services"
    NEEDS = dict.fromkeys(("add", "change", "retire"), "service.edited")
    TITLE_WORDS = "Services"
    CHANGES = frozenset({"service.edited"})

    def body(self) -> ComposeResult:
        """One list."""
        yield HotList(
            [
                Column("Service"), Column("Length", 8, right=True), Column("And besides", 12),
                Column("Needs", 18, from_width=70), Column("Free to cancel", 14, from_width=76),
                Column("Takes a session", 22, from_width=100), Column("", 10),
            ],
            empty=_NONE_YET,
            id="services",
        )  # fmt: skip

    async def do_add(self) -> None:
        """One more service."""
        await self._ask("A new service", None)

    async def do_change(self) -> None:
        """Change the service under the cursor."""
        if (service := self._under_cursor()) is not None:
            await self._ask(f"{service.name}: what is booked from now on", service)

    async def do_retire(self) -> None:
        """Take the service under the cursor out of use, or put it back."""
        if (service := self._under_cursor()) is not None:
            services.retire(self.desk, service.id, not service.retired)
            self.read()

    async def _ask(self, question: str, known: Service | None) -> None:
        saved: list[Service] = []

        def save(answer: Mapping[str, str]) -> None:
            wanted = read_service(answer)
            desk = self.desk
            saved.append(services.edit(desk, known.id, wanted) if known else services.add(desk, wanted))

        await self.ask(AskFields(f"{question}\n{_POLICY}", _fields(known or _NEW), check=save))
        if saved:
            self.read()
            self.listed.select(saved[-1].id)

    def read(self) -> None:
        """Read the services anew."""
        self.listed.show([_row(one) for one in services.list_services(self.desk, also_retired=True)], keep=True)

    def _under_cursor(self) -> Service | None:
        row = self.listed.cursor_row
        return row.record if row is not None and isinstance(row.record, Service) else None


def read_service(answer: Mapping[str, str]) -> NewService:
    """A service as it was typed. Raises BadInput naming the field that is no number, or neither yes nor no."""
    return NewService(
        name=answer["name"],
        minutes=read_whole(answer["minutes"], "Minutes"),
        buffer_before=read_whole(answer["before"], "Minutes before"),
        buffer_after=read_whole(answer["after"], "Minutes after"),
        needs_trainer=read_yes(answer["trainer"], "Needs a trainer"),
        needs_resource=read_yes(answer["resource"], "Needs a resource"),
        cancel_hours=read_whole(answer["cancel"], "Free to cancel"),
        late_takes=int(read_yes(answer["late"], "Late cancel")),
        no_show_takes=int(read_yes(answer["no_show"], "No-show")),
    )


def _fields(service: Service | NewService) -> list[AskedField]:
    return [
        AskedField("name", "Name", service.name, 40),
        AskedField("minutes", "Minutes", str(service.minutes), 3),
        AskedField("before", "Minutes before", str(service.buffer_before), 3),
        AskedField("after", "Minutes after", str(service.buffer_after), 3),
        AskedField("trainer", "Needs a trainer", yes_or_no(service.needs_trainer), 3),
        AskedField("resource", "Needs resource", yes_or_no(service.needs_resource), 3),
        AskedField("cancel", "Free until (h)", str(service.cancel_hours), 3),
        AskedField("late", "Late takes one", yes_or_no(service.late_takes), 3),
        AskedField("no_show", "No-show too", yes_or_no(service.no_show_takes), 3),
    ]


def _row(service: Service) -> Row:
    needs = [
        word for word, needed in (("trainer", service.needs_trainer), ("resource", service.needs_resource)) if needed
    ]
    takes = [word for word, taken in (("late", service.late_takes), ("no-show", service.no_show_takes)) if taken]
    cells = (
        service.name,
        f"{service.minutes} min",
        _besides(service),
        ", ".join(needs) or "nobody",
        f"until {service.cancel_hours} h" if service.cancel_hours else "always",
        ", ".join(takes) or "never",
        "out of use" if service.retired else "",
    )
    return Row(service.id, cells, ("quiet",) if service.retired else (), service)


def _besides(service: Service) -> str:
    """The minutes before and after, as far as there are any."""
    before, after = service.buffer_before, service.buffer_after
    if before and after:
        return f"{before} + {after} min"
    return f"{before} before" if before else f"{after} after" if after else ""
