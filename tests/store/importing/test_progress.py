"""What an import says of its progress while it runs."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from bookkeeper_tui.store.importing import report
from bookkeeper_tui.store.importing.report import Progress, Teller


def test_each_part_of_the_work_tells_its_own_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    clock: Iterator[float] = iter([0.0, 1.0, 10.0, 11.0, 13.0])
    monkeypatch.setattr(report, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    told: list[Progress] = []
    teller = Teller(told.append, None, 1000)
    table: Any = SimpleNamespace(done_bytes=0)
    for what, done in (("looking through", 0), ("looking through", 500), ("sales", 0), ("sales", 500)):
        table.done_bytes = done
        teller.tell(what, table)
    assert [(one.what, one.seconds_left) for one in told] == [
        ("looking through", None), ("looking through", 9.0), ("sales", None), ("sales", 2.0),
    ]  # fmt: skip
