"""The shapes chains speak: cases, contacts between them, the timing of a disease. Times are days since 1970, UTC."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.float64]
Weights = NDArray[np.float64]
Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]

DAY: Final = 86_400  # seconds
UNKNOWN: Final = -1  # nobody is named as infector
ELSEWHERE: Final = -2  # somebody is named, or a place, who is not among the cases


class Cases(NamedTuple):
    """One row a case; NaN where a day is not known. ``group``: number of the cluster or place a case is said to belong
    to, -1 for none."""

    onset: Days
    confirmed: Days
    exposed: Days  # first contact with a known source
    group: Longs


class Links(NamedTuple):
    """Who infected whom, as somebody established: positions of infector (or :data:`ELSEWHERE`) and infectee, each pair
    once. An infectee may have several infectors named: one of them it was."""

    infector: Longs
    infectee: Longs


class Contacts(NamedTuple):
    """Who met whom, a row a line of evidence; positions in :class:`Cases`.

    ``first``, ``last``: when (NaN: nobody says); ``minutes``: NaN where not counted; ``directed``: only ``left`` can
    have infected ``right``.
    """

    left: Longs
    right: Longs
    first: Days
    last: Days
    minutes: Days
    directed: Flags


class Timing(NamedTuple):
    """How a disease runs from one case to the next, in days.

    Serial intervals are a gamma distribution that begins ``shift`` days before the infector's onset: 0 where nobody
    infects before being ill. The defaults are near what Hong Kong and Korea measured for COVID-19 in 2020.
    """

    mean: float = 5.0
    sd: float = 4.5
    shift: float = 7.0
    incubation: float = 5.5
    incubation_sd: float = 2.5


def no_links() -> Links:
    """Nobody knows who infected whom."""
    return Links(np.empty(0, np.int64), np.empty(0, np.int64))


def no_contacts() -> Contacts:
    """Nobody met anybody."""
    return Contacts(
        np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0), np.empty(0), np.empty(0, np.bool_)
    )
