"""How late reports come: learnt day by day as they came, so that what was known on any past day can be said again.

A hazard is the share of all known after j days that came on day j itself (reversed time, so growth of the epidemic does
not bend it: Lawless 1994, Can J Stat 22:15-31; Höhle & an der Heiden 2014, Biometrics 70:993-1002). It depends on the
weekday of the day counted, hence with the delay on the weekday of the report. Older reports fade; rows are drawn to the
pooled hazards as far as they are few.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lachan.forecasting.engines.nowcast.reports import Reports

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

HALF = 18.0  # days after which a report counts half
SLOWER = 1.0  # and the longer, the later it came: late ones are few, and their share is steadier
WARM = 21  # days of reports before the past is judged by them
POOL_WEEKDAY, POOL_ROW, POOL_CELL = 30.0, 30.0, 60.0  # reports' worth of the coarser estimate in the finer one
BACK = 3.0  # times what is left, taken back in a day at most
OWN = 1.0  # the same, of a row that reports unlike the others
LATE = 3  # days: a dump of older reports is looked for from this delay on
DUMP_TIMES, DUMP_MORE = 3.0, 15.0  # how much more than expected is a dump


@dataclass(frozen=True)
class Hazards:
    """cells [L, 7, K]; base [L, 7, K]: pooled by weekday × row, steadier, for tests of change."""

    cells: Floats
    base: Floats

    def shares(self) -> Floats:
        """Share [L, 7, K] of all reports that has come after k days."""
        stays = 1.0 - self.cells[:, :, 1:]
        later = np.cumprod(stays[:, :, ::-1], axis=2)[:, :, ::-1]
        return np.concatenate([later, np.ones((*later.shape[:2], 1))], axis=2)


@dataclass(frozen=True)
class Learnt:
    """hazards as they stand now; past: [D] of shares as they stood then (None before WARM); base: the same of the
    steady hazards; dumps [L, D]: days on which a backlog came."""

    hazards: Hazards
    past: list[Floats | None]
    base: list[Floats | None]
    dumps: Bools


class _State:
    def __init__(self, reports: Reports, own: Bools, half: float) -> None:
        shape = (reports.rows, 7, reports.longest + 1)
        self.came, self.known = np.zeros(shape), np.zeros(shape)
        self.own = own
        self.fade = 0.5 ** (1.0 / (half + SLOWER * np.arange(reports.longest + 1)))
        self.pooled = ~own
        if reports.total is not None and self.pooled.sum() > 1:
            self.pooled = self.pooled & (np.arange(reports.rows) != reports.total)
        if not self.pooled.any():
            self.pooled = np.ones(reports.rows, dtype=bool)

    def learn(self, reports: Reports, day: int, heard: Bools) -> None:
        """heard [L, K]: cells to learn from."""
        self.came *= self.fade
        self.known *= self.fade
        at, delay = reports.on(day)
        here = heard[:, : len(delay)]
        self.came[:, at % 7, delay] += np.where(here, reports.new[:, at, delay], 0.0)
        self.known[:, at % 7, delay] += np.where(here, np.maximum(reports.so_far[:, at, delay], 0.0), 0.0)

    def hazards(self) -> Hazards:
        came, known = self.came[self.pooled].sum(axis=0), self.known[self.pooled].sum(axis=0)
        by_delay = _extrapolated(came.sum(axis=0), known.sum(axis=0))
        by_weekday = (came + POOL_WEEKDAY * by_delay) / (known + POOL_WEEKDAY)
        usual = (self.known * by_weekday).sum(axis=1) + POOL_ROW * by_delay  # below zero where reports are taken back
        told = self.came.sum(axis=1) + POOL_ROW * by_delay
        row = np.divide(told, usual, out=np.ones_like(told), where=np.abs(usual) > 1e-9)
        base = np.clip(by_weekday * np.clip(row, 0.0, 20.0)[:, None], -BACK, 0.98)
        weight = np.where(self.own, OWN, POOL_CELL)[:, None, None]
        cells = (self.came + weight * base) / (self.known + weight)
        return Hazards(np.clip(cells, -BACK, 0.98), base)


def _extrapolated(came: Floats, known: Floats) -> Floats:
    """Hazard by delay; delays no day has reached yet go on falling as the last ones seen do: a delay never seen is not
    a delay that does not happen."""
    hazard = came / np.maximum(known, 1e-9)
    hazard[0] = 0.0
    unseen = np.flatnonzero(known <= 0)
    unseen = unseen[unseen > 0]
    if len(unseen):
        last = int(unseen[0])
        fall, level = _tail(hazard[:last])
        hazard[last:] = level * fall ** np.arange(1, len(hazard) - last + 1)
    return np.asarray(hazard)


def _tail(hazard: Floats) -> tuple[float, float]:
    """By what factor a day the last hazards fall, and at what level they end."""
    if len(hazard) < 5:
        return 0.8, float(hazard[-1]) if len(hazard) > 1 else 0.3
    width = min(7, (len(hazard) - 1) // 2)
    late, early = float(hazard[-width:].mean()), float(hazard[-2 * width : -width].mean())
    fall = (max(late, 1e-6) / max(early, 1e-6)) ** (1.0 / width)
    return float(np.clip(fall, 0.3, 0.95)), max(late, 0.0)


def unseen(hazards: Hazards) -> float:
    """Share of all reports expected after the longest delay of the triangle, were it longer."""
    fall, level = _tail(hazards.base.mean(axis=(0, 1)))
    return float(min(level * fall / (1.0 - fall), 0.5))


def learn(reports: Reports, last: Ints, own: Bools, half: float = HALF) -> Learnt:
    """Go through the days as they came. last [L]: day of each row's last report; own [L]: rows that report unlike the
    others and are judged by themselves."""
    state = _State(reports, own, half)
    past: list[Floats | None] = []
    base: list[Floats | None] = []
    dumps = np.zeros((reports.rows, reports.days), dtype=bool)
    hazards: Hazards | None = None
    for day in range(reports.days):
        heard = np.broadcast_to((day <= last)[:, None], (reports.rows, reports.longest + 1)).copy()
        if hazards is not None:
            dumps[:, day] = _dumped(reports, hazards, day) & ~own
            heard[dumps[:, day], LATE:] = False
        state.learn(reports, day, heard)
        hazards = state.hazards() if day >= WARM or day == reports.days - 1 else None
        past.append(None if hazards is None else hazards.shares())
        base.append(None if hazards is None else hazards.base)
    assert hazards is not None  # the last day always makes them
    return Learnt(hazards, past, base, dumps)


def _dumped(reports: Reports, hazards: Hazards, day: int) -> Bools:
    """Whether far more old reports came on a day than the days before let expect [L]."""
    at, delay = reports.on(day)
    at, delay = at[LATE:], delay[LATE:]
    if not len(at):
        return np.zeros(reports.rows, dtype=bool)
    came = reports.new[:, at, delay]
    hazard = np.maximum(hazards.cells[:, at % 7, delay], 0.0)
    expected = (np.maximum(reports.so_far[:, at, delay] - came, 0.0) * hazard / (1.0 - hazard)).sum(axis=1)
    return np.asarray(came.sum(axis=1) > DUMP_TIMES * expected + DUMP_MORE)
