"""The curve of a logger, drawn by the server: there before any script, printed as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from lachan.immunization.queries.cold import ExcursionRow
from lachan.immunization.rules.cold import Range

WIDTH, HEIGHT = 900, 260
BUCKETS = 450  # two pixels each: the highest and lowest of each are drawn, so no peak is lost
BEFORE = 3 * 86_400  # seconds shown on either side of the excursion


@dataclass(frozen=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True)
class Chart:
    """A line through the highest and lowest of each bucket, the band of the limits, the excursion, and the axes."""

    line: str
    top: float
    bottom: float
    left: float
    right: float
    days: tuple[Tick, ...]
    degrees: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def band_height(self) -> float:
        return round(self.bottom - self.top, 1)

    @property
    def out_width(self) -> float:
        return round(self.right - self.left, 1)


def chart_of(times: Sequence[int], degrees: Sequence[float], limits: Range, row: ExcursionRow) -> Chart | None:
    """The curve around an excursion; None when the file has no reading there."""
    began, ended = row.began_at.timestamp(), row.ended_at.timestamp()
    shown = [(at, value) for at, value in zip(times, degrees, strict=True) if began - BEFORE <= at <= ended + BEFORE]
    if len(shown) < 2:
        return None
    first, latest = shown[0][0], max(shown[-1][0], shown[0][0] + 1)
    low = min(limits.low, min(value for _, value in shown)) - 1
    high = max(limits.high, max(value for _, value in shown)) + 1

    def x(at: float) -> float:
        return round(WIDTH * (at - first) / (latest - first), 1)

    def y(value: float) -> float:
        return round(HEIGHT * (high - value) / (high - low), 1)

    buckets: dict[int, list[tuple[int, float]]] = {}
    for at, value in shown:
        buckets.setdefault(int((at - first) * BUCKETS / (latest - first)), []).append((at, value))
    points: list[tuple[int, float]] = []
    for part in buckets.values():
        extremes = {min(part, key=lambda point: point[1]), max(part, key=lambda point: point[1])}
        points += sorted(extremes)
    line = " ".join(f"{x(at)},{y(value)}" for at, value in points)
    return Chart(
        line, y(limits.high), y(limits.low), x(began), max(x(ended), x(began) + 2), _days(first, latest, x),
        tuple(Tick(y(value), f"{value:g}") for value in (limits.low, limits.high)),
    )  # fmt: skip


def _days(first: float, latest: float, x: Callable[[float], float]) -> tuple[Tick, ...]:
    """Midnights in Vietnam, seven at most."""
    midnight = int((first + 7 * 3600) // 86_400 + 1) * 86_400 - 7 * 3600
    found = [midnight + day * 86_400 for day in range(int((latest - midnight) // 86_400) + 1)]
    step = max(1, len(found) // 7)
    return tuple(Tick(x(at), f"{datetime.fromtimestamp(at + 7 * 3600, UTC):%d/%m}") for at in found[::step])
