"""The baseline: nothing changes, and the error is as large as past changes, up and down alike."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lachan.forecasting.engines.hub import Floats
from lachan.forecasting.engines.members.panel import Panel

WEEKS = 60


def persistence(panel: Panel, leads: npt.NDArray[np.int64], levels: Floats, related: list[Panel], seed: int) -> Floats:
    """Quantiles [L, H, Q] on the panel's scale: the newest level and the place's own past changes, mirrored."""
    out = np.empty((len(panel.z), len(leads), len(levels)))
    for at, lead in enumerate(leads):
        lead = min(int(lead), panel.z.shape[1] - 1)
        moved = (panel.z[:, lead:] - panel.level[:, : panel.z.shape[1] - lead])[:, -WEEKS * panel.week :]
        if moved.shape[1] == 0:
            moved = np.zeros((len(panel.z), 1))
        out[:, at] = panel.level[:, -1:] + np.quantile(np.concatenate([moved, -moved], axis=1), levels, axis=1).T
    return out
