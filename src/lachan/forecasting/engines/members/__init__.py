"""Members of the ensemble: genuinely different ways to see the same series, each on a scale of its own.

A member takes a panel, the leads asked for, the levels, related panels and a seed, and answers quantiles [L, H, Q].
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from lachan.forecasting.engines import related
from lachan.forecasting.engines.hub import Floats
from lachan.forecasting.engines.members.analogue import analogue
from lachan.forecasting.engines.members.growth import growth
from lachan.forecasting.engines.members.panel import Panel, panel_of
from lachan.forecasting.engines.members.persistence import persistence
from lachan.forecasting.engines.members.regression import boosted, ridge, trees_available
from lachan.forecasting.engines.prepare import Known
from lachan.forecasting.engines.scales import Kind

Way = Callable[[Panel, npt.NDArray[np.int64], Floats, list[Panel], int], Floats]


class Member(NamedTuple):
    way: Way
    kind: Kind


BASELINE: Final = "persistence"
TREES: Final = ("boosted-root", "boosted-log")
MEMBERS: Final[dict[str, Member]] = {
    "ridge-root": Member(ridge, "root"),
    "ridge-log": Member(ridge, "log"),
    "boosted-root": Member(boosted, "root"),
    "boosted-log": Member(boosted, "log"),
    "analogue-root": Member(analogue, "root"),
    "analogue-log": Member(analogue, "log"),
    "growth": Member(growth, "log"),
    BASELINE: Member(persistence, "root"),
}


def made_by_all(known: Known, levels: Floats, seed: int) -> dict[str, Floats]:
    """Quantiles [L, H, Q] in natural units by each member that can speak; without LightGBM its members are left out."""
    out: dict[str, Floats] = {}
    panels = {kind: panel_of(known, kind) for kind in ("root", "log")}
    for name, member in MEMBERS.items():
        panel, scale = panels[member.kind]
        others = related.panels(known, member.kind)
        if not _can(name, panel, known):
            continue
        answered = scale.back(member.way(panel, known.leads, levels, others, seed))
        out[name] = np.sort(np.where(np.isfinite(answered), answered, known.values[:, -1:, None]), axis=2)
    return out


def _can(name: str, panel: Panel, known: Known) -> bool:
    """Whether there is enough to learn from; the baseline always speaks."""
    if name == BASELINE:
        return True
    if name in TREES and not trees_available():
        return False
    return bool(panel.z.shape[1] >= (SHORTEST_WEEKS + 1) * panel.week + int(known.leads.min()))


SHORTEST_WEEKS: Final = 7
