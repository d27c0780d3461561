"""Thresholds at which the stated rate of false alarms holds on quiet years, by size of the expected count.

Made by `calibration.calibrate`, which says how; where two of its simulations differ, the larger threshold stands. The
test of quiet years measures the rates again, on other years. One threshold for all sizes would be far too loud for
small places or too dull for large ones: counts are discrete, baselines are short.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

STATED = 1.0
"""False alarms a method raises in 100 place-weeks without an outbreak, at most. An alarm is counted once until it has
been silent for 7 days (Farrington: a week's alarm that follows a week without one)."""

EDGES = (0.0, 0.05, 0.15, 0.4, 1.0, 3.0, 10.0, 40.0)
"""Lower bounds of the sizes: counts expected in a step, a day for EARS and CUSUM, a week for Farrington."""

_MEASURED: dict[float, dict[str, tuple[float, ...]]] = {
    1.0: {
        "ears_c1": (6.0, 7.75, 9.0, 5.75, 5.75, 4.75, 5.5, 6.0),
        "ears_c2": (6.0, 7.75, 9.0, 5.75, 5.75, 4.75, 5.75, 6.0),
        "ears_c3": (7.0, 11.0, 10.5, 6.75, 7.0, 5.5, 7.0, 7.5),
        "cusum": (3.0, 4.5, 6.5, 7.5, 9.5, 10.0, 11.0, 10.0),
        "farrington": (0.6, 0.6, 1.0, 1.35, 1.0, 1.0, 1.0, 1.0),
    },
}
RATES = tuple(sorted(_MEASURED))


def threshold_for(method: str, expected: Floats, rate: float) -> Floats:
    """Threshold [...] of a method where so much was expected [...]; ValueError for a rate that was not measured.

    Where the expected count is not known the first size answers: no alarm is raised there anyway.
    """
    if rate not in _MEASURED:
        raise ValueError(f"no thresholds for {rate:g} alarms per 100 place-weeks: measured are {RATES}")
    table = np.array(_MEASURED[rate][method])
    return np.asarray(table[size_of(expected)])


def size_of(expected: Floats) -> npt.NDArray[np.int64]:
    """Which of EDGES an expected count [...] belongs to."""
    known = np.where(np.isnan(expected), 0.0, expected)
    return np.asarray(np.clip(np.searchsorted(np.array(EDGES), known, side="right") - 1, 0, None))
