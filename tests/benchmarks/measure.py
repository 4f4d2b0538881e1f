"""Timings, percentiles and the record every benchmark hands back: one figure with its floor and its budget."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the printed table.

    `judged` names the value that the budget is for: p50, p95, worst or ratio. A figure without a budget is only told.
    """

    name: str
    unit: str
    p50: float
    p95: float
    worst: float
    count: int
    floor: float | None = None
    budget: float | None = None
    judged: str = "p95"
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """The median over its floor, or None where no floor was measured."""
        return self.p50 / self.floor if self.floor else None

    @property
    def verdict(self) -> str:
        """`ok`, `OVER`, or empty where there is no budget."""
        if self.budget is None:
            return ""
        value = self.ratio if self.judged == "ratio" else getattr(self, self.judged)
        return "ok" if value is not None and value <= self.budget else "OVER"

    def as_json(self) -> dict[str, object]:
        """The figure as plain values, verdict included."""
        return {**asdict(self), "ratio": self.ratio, "verdict": self.verdict}


@dataclass(frozen=True, slots=True)
class Area:
    """The figures of one benchmark module, and what a reader has to know about them."""

    title: str
    figures: list[Figure]
    remarks: tuple[str, ...] = ()


def figure(
    name: str,
    unit: str,
    samples: Sequence[float],
    *,
    floor: float | None = None,
    budget: float | None = None,
    judged: str = "p95",
    note: str = "",
) -> Figure:
    """Make a figure of samples that are already in `unit`."""
    ordered = sorted(samples)
    if not ordered:
        raise ValueError(f"{name}: nothing was measured")
    return Figure(
        name,
        unit,
        percentile(ordered, 50),
        percentile(ordered, 95),
        ordered[-1],
        len(ordered),
        floor,
        budget,
        judged,
        note,
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value that `share` per cent of the sorted samples do not exceed (nearest rank)."""
    return ordered[max(0, math.ceil(share / 100 * len(ordered)) - 1)]


def median(samples: Iterable[float]) -> float:
    """The middle sample by nearest rank."""
    return percentile(sorted(samples), 50)


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that one call takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def repeated(work: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each of `times` calls."""
    return [timed(work) for _ in range(times)]


def synced_write(directory: Path, times: int = 50) -> list[float]:
    """Milliseconds of a 4 KiB write with fdatasync on the disk that holds `directory`."""
    path = directory / "synced-write"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.pwrite(handle, bytes(4096), 0)
        os.fsync(handle)

        def write() -> None:
            os.pwrite(handle, os.urandom(4096), 0)
            os.fdatasync(handle)

        return repeated(write, times)
    finally:
        os.close(handle)
        path.unlink()
