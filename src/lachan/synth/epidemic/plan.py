"""What decides an outbreak: the same plan always gives the same one, to the second."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

DAY: Final = 86_400
LONGEST_STAY: Final = 12 * 3_600
VIETNAM: Final = 7 * 3_600  # seconds ahead of UTC, all year


@dataclass(frozen=True)
class Outbreak:
    """``visits``: mean recorded stays a person and day; ``compliance``: share of stays that are recorded; ``app``:
    share of people whose telephone keeps encounters; ``r``: others a case infects in the mean, with isolation as it is;
    ``k``: dispersion of how infectious people are."""

    people: int = 20_000
    days: int = 28
    seeds: int = 20
    visits: float = 1.0
    seed: int = 1
    province: str = ""
    start: datetime.date = datetime.date(2021, 6, 1)
    r: float = 2.0
    k: float = 0.5
    compliance: float = 0.7
    app: float = 0.5
    asymptomatic: float = 0.3
    sensitivity: float = 0.9
    specificity: float = 0.998
    tested: float = 0.8  # of people with symptoms, how many are tested

    @property
    def first_second(self) -> int:
        """UNIX seconds of the first midnight in Viet Nam."""
        return int(datetime.datetime.combine(self.start, datetime.time(), datetime.UTC).timestamp()) - VIETNAM
