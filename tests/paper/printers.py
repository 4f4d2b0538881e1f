"""A printer that is none: it listens on this machine, keeps what it is sent, and answers what it is told to."""

from __future__ import annotations

import socket
from dataclasses import replace
from threading import Thread
from time import monotonic, sleep
from types import TracebackType

from bookkeeper_tui.settings import Printer
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.opening import Store


class FakePrinter:
    """A network printer on a port of its own. `status` are its two bytes of status; None keeps silent."""

    def __init__(self, status: bytes | None = b"\x12\x12") -> None:
        self._status = status
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.jobs: list[bytes] = []
        self._thread = Thread(target=self._serve, daemon=True)

    def __enter__(self) -> FakePrinter:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)

    @property
    def printed(self) -> bytes:
        """Everything it was sent so far."""
        return b"".join(self.jobs)

    def wait(self, jobs: int = 1) -> bytes:
        """What it was sent, once so many jobs are through."""
        limit = monotonic() + 10
        while len(self.jobs) < jobs and monotonic() < limit:
            sleep(0.01)
        return self.printed

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with connection:
                received = b""
                asked = False
                while chunk := connection.recv(4096):
                    received += chunk
                    if not asked and b"\x10\x04\x04" in received:
                        asked = True
                        if self._status is not None:
                            connection.sendall(self._status)
            self.jobs.append(received)


class HangingPrinter:
    """A port whose queue of callers is full: who calls it waits for ever."""

    def __init__(self) -> None:
        self._listening = socket.socket()
        self._listening.bind(("127.0.0.1", 0))
        self._listening.listen(0)
        self.port = self._listening.getsockname()[1]
        self._callers = [socket.socket() for _ in range(3)]
        for caller in self._callers:
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", self.port))

    def __enter__(self) -> HangingPrinter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one in (*self._callers, self._listening):
            one.close()


def with_printer(store: Store, printer: Printer) -> Store:
    """The same store with other settings: this printer."""
    return replace(store, settings=replace(store.settings, printer=printer))


def at_printer(desk: Desk, printer: Printer) -> Desk:
    """The same person at the same terminal, where there is this printer."""
    return Desk(with_printer(desk.store, printer), desk.staff, desk.terminal)
