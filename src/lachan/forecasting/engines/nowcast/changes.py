"""Whether the delay of reports has changed, and since when; otherwise a slower laboratory reads as a falling epidemic.

Each report day is compared with what the hazards of two weeks before let expect, and the differences are added up
(two-sided CUSUM: Page 1954, Biometrika 41:100-115). Hazards are shares of what is known of one and the same day, so
growth or fall of the epidemic moves none of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lachan.forecasting.engines.nowcast.delays import HALF, Learnt, unseen
from lachan.forecasting.engines.nowcast.reports import Reports

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

BEHIND = 14  # days: the yardstick is that old
DELAYS = 14  # delays 1 to this are looked at
SLACK, ALARM, ALARM_ROW = 0.75, 7.0, 11.0  # in standard deviations; a row by itself needs more: there are many
RECENT = 28  # days: an older change is learnt already
MATERIAL = 0.12  # late reports more or less than expected by this share at least
FEWEST = 5.0  # late reports a day on average, below which nothing is said
EQUAL = 28  # report days before a change that are compared with those since
ENOUGH = 100.0  # reports, before anything is said of the end of the triangle
TAIL = 0.02  # share expected after the triangle's end worth a word


@dataclass(frozen=True)
class DelayFinding:
    """changed: for the whole; since: the first day reported otherwise; longer; late: reports that came behind their
    day since then, over those expected (1 where nothing changed); before_days, now_days: mean delay of the reports
    before and since; rows: places with a change of their own; unseen: share expected after the longest delay of the
    triangle; batches: (row, day) on which a backlog came; said: codes delay_longer, delay_shorter,
    delay_changed_in_places, beyond_triangle, batch."""

    changed: bool
    since: np.datetime64 | None
    longer: bool
    rows: tuple[int, ...]
    late: float
    before_days: float
    now_days: float
    unseen: float
    batches: tuple[tuple[int, np.datetime64], ...]
    said: tuple[str, ...]


@dataclass(frozen=True)
class _Shift:
    start: int
    late: float

    @property
    def longer(self) -> bool:
        return self.late > 1.0


def find(reports: Reports, learnt: Learnt, days: npt.NDArray[np.datetime64], judged: Bools) -> DelayFinding:
    """judged [L]: rows that can be judged (regular reporters)."""
    came, expected, chance = _compared(reports, learnt)
    whole = _shift(came[judged].sum(0), expected[judged].sum(0), chance[judged].sum(0), ALARM) if judged.any() else None
    rows = [
        row for row in np.flatnonzero(judged) if _shift(came[row], expected[row], chance[row], ALARM_ROW) is not None
    ]
    batches = tuple((int(row), days[day]) for row, day in np.argwhere(learnt.dumps))
    beyond = unseen(learnt.hazards)
    turn = whole.start if whole else reports.days - EQUAL // 2
    said = []
    if whole:
        said.append("delay_longer" if whole.longer else "delay_shorter")
    elif rows:
        said.append("delay_changed_in_places")
    if beyond > TAIL and reports.new.sum() >= ENOUGH:
        said.append("beyond_triangle")
    if batches:
        said.append("batch")
    return DelayFinding(
        changed=whole is not None,
        since=days[whole.start] if whole else None,
        longer=bool(whole and whole.longer),
        rows=tuple(int(row) for row in rows),
        late=whole.late if whole else 1.0,
        before_days=_mean_delay(reports, judged, turn - EQUAL, turn),
        now_days=_mean_delay(reports, judged, turn, reports.days),
        unseen=beyond,
        batches=batches,
        said=tuple(said),
    )


def half_life(finding: DelayFinding, last: np.datetime64) -> float:
    """Days after which a report counts half: short behind a change, so that the old delay is forgotten."""
    if finding.since is None:
        return HALF
    return float(np.clip((last - finding.since).astype(int) / 2.0, 4.0, HALF))


def _mean_delay(reports: Reports, judged: Bools, first: int, end: int) -> float:
    """Mean delay in days of what came on report days `first` up to `end`, growth of the epidemic left out."""
    came, known = np.zeros(reports.longest + 1), np.full(reports.longest + 1, 1e-9)
    for day in range(max(first, 0), end):
        at, delay = reports.on(day)
        came[delay] += reports.new[judged][:, at, delay].sum(axis=0)
        known[delay] += reports.so_far[judged][:, at, delay].sum(axis=0)
    stays = np.clip(1.0 - came[1:] / np.maximum(known[1:], 1e-9), 0.0, 1.0)
    return float((1.0 - np.cumprod(stays[::-1])).sum())


def _compared(reports: Reports, learnt: Learnt) -> tuple[Floats, Floats, Floats]:
    """Late reports on each day: come, expected, and their variance by chance [L, D], NaN without a yardstick."""
    came = np.full((reports.rows, reports.days), np.nan)
    expected, chance = came.copy(), came.copy()
    for day in range(reports.days):
        base = learnt.base[day - BEHIND] if day >= BEHIND else None
        if base is None:
            continue
        at, delay = reports.on(day)
        at, delay = at[1 : DELAYS + 1], delay[1 : DELAYS + 1]
        known = np.maximum(reports.so_far[:, at, delay], 0.0)
        hazard = np.clip(base[:, at % 7, delay], 0.0, 0.98)
        came[:, day] = np.where(learnt.dumps[:, day], np.nan, reports.new[:, at, delay].sum(axis=1))
        expected[:, day] = (known * hazard).sum(axis=1)
        chance[:, day] = (known * hazard * (1.0 - hazard)).sum(axis=1)
    return came, expected, chance


def _shift(came: Floats, expected: Floats, chance: Floats, alarm: float) -> _Shift | None:
    """The recent change of one series [D], if there is one."""
    used = np.flatnonzero(np.isfinite(came) & (chance > 0))
    if len(used) < 21 or came[used].mean() < FEWEST:
        return None
    score = (came[used] - expected[used]) / np.sqrt(chance[used])
    before = score[used < len(came) - RECENT]
    quiet = before if len(before) >= 14 else score  # what is usual is taken from before the days judged
    score -= np.median(quiet)
    score /= max(1.0, 1.4826 * float(np.median(np.abs(quiet - np.median(quiet)))))
    score = np.clip(score, -4.0, 4.0)  # one odd day is no change
    for sign in (1.0, -1.0):
        reached, start, crossed = 0.0, 0, None
        for at, value in enumerate(score):
            if reached == 0.0:
                start = at
            reached = max(0.0, reached + sign * value - SLACK)
            if reached > alarm and used[at] >= len(came) - RECENT:
                crossed = start
        if crossed is not None:
            since = used[crossed:]
            ratio = came[since].sum() / max(expected[since].sum(), 1e-9)
            if sign * (ratio - 1.0) >= MATERIAL:
                return _Shift(int(used[crossed]), float(ratio))
    return None
