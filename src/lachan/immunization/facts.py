"""Facts this room publishes to the rooms above, in the transaction that makes them."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

DOSES_COUNTED: Final = "dose.counted.v1"


class CountedDose(NamedTuple):
    """A dose that begins (``sign`` +1) or ceases (-1) to count. Zero stands for a place that is not known."""

    facility_id: int
    facility_province_id: int
    day: date
    residence_id: int
    product_id: int
    dose_number: int
    age_band: int
    sex: str
    completes: bool
    sign: int
